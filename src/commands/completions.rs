//! `git skillsync completions`: prints a script for a shell.

use crate::report::{Form, Report};
use serde_json::json;

/// Run the command.
pub fn run(shell: &str, script: String, form: Form) -> Report {
    if form.json {
        return Report::json("completions", json!({"shell": shell, "script": script}));
    }
    Report::data(script)
}
