//! Errors, warnings and hints.

use super::Report;
use super::text::escape;
use crate::error::Error;
use crate::exit::Exit;
use std::error::Error as _;

/// An error with its causes and its hint, for a person or, if it is fatal, as JSON.
pub fn report(error: &Error, command: &str, json: bool) -> Report {
    let message = chain(error);
    let hint = error.hint();
    if json && error.exit() != Exit::Usage {
        let fields = serde_json::json!({"error": {"kind": error.kind(), "message": message, "hint": hint}});
        return Report::json(command, fields).with("", error.exit());
    }
    let level = if error.exit() == Exit::Fatal { "fatal" } else { "error" };
    let mut text = format!("{level}: {message}\n");
    if let Some(hint) = hint {
        text += &hint_line(&hint);
    }
    Report::data("").with(text, error.exit())
}

/// An error and what caused it, in one line.
pub fn chain(error: &Error) -> String {
    let mut text = escape(error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        let said = escape(cause.to_string());
        if !text.contains(&said) {
            text += &format!(": {said}");
        }
        source = cause.source();
    }
    text
}

/// A warning line.
pub fn warning(text: &str) -> String {
    format!("warning: {}\n", escape(text))
}

/// A hint, each of its lines marked as one.
pub fn hint_line(text: &str) -> String {
    text.lines().map(|line| format!("hint: {}\n", escape(line))).collect()
}
