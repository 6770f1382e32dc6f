//! `git skillsync log`: the operations of this repository.

use crate::error::Error;
use crate::execute::log;
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::json;

/// Run the command.
pub fn run(session: &Session, count: usize, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let found = log::read(&project, count)?;
    if form.json {
        let operations: Vec<_> = found
            .iter()
            .map(|logged| {
                let operation = &logged.operation;
                json!({"operation": operation.id, "at": operation.at, "who": operation.who,
                    "trigger": operation.trigger, "command": operation.command,
                    "artifacts": operation.paths.iter().map(|path| json!({"artifact": path.artifact,
                        "path": path.path.as_str(), "status": path.status})).collect::<Vec<_>>(),
                    "result": operation.result, "commit": logged.commit.to_string(),
                    "undoes": operation.undoes})
            })
            .collect();
        return Ok(Report::json("log", json!({"operations": operations})));
    }
    let mut text = String::new();
    for logged in &found {
        let operation = &logged.operation;
        let names: Vec<String> =
            operation.paths.iter().map(|path| format!("{} {}", path.artifact, path.status)).collect();
        let result = operation.result.as_deref().unwrap_or("interrupted");
        text += &format!(
            "{}  {}  {} ({}) by {}\n    {}: {}\n",
            operation.id,
            operation.at,
            operation.command,
            operation.trigger,
            if operation.who.is_empty() { "nobody".to_owned() } else { escape(&operation.who) },
            escape(names.join(", ")),
            escape(result),
        );
    }
    Ok(Report::data(text))
}
