//! What is said: outcomes as text for people and as data for programs. Pure; printing is not done
//! here. `commands` may call.

pub mod adopt;
pub mod all_projects;
pub mod auto;
pub mod doctor;
pub mod failure;
pub mod import;
mod joined;
pub mod results;
pub mod status;
pub mod status_line;
pub mod style;
pub mod targets;
pub mod text;

use crate::exit::Exit;

/// What a command says and how it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Data.
    pub stdout: String,
    /// Progress, warnings and hints.
    pub stderr: String,
    /// The exit status.
    pub exit: Exit,
}

impl Report {
    /// A report that is data only.
    pub fn data(stdout: impl Into<String>) -> Self {
        Self { stdout: stdout.into(), stderr: String::new(), exit: Exit::Done }
    }

    /// A report that prints one line of data.
    pub fn line(line: impl std::fmt::Display) -> Self {
        Self::data(format!("{line}\n"))
    }

    /// The same with other standard error and exit status.
    #[must_use]
    pub fn with(self, stderr: impl Into<String>, exit: Exit) -> Self {
        Self { stderr: stderr.into(), exit, ..self }
    }

    /// The same with more on standard error, at its beginning.
    #[must_use]
    pub fn and_say(self, first: &str) -> Self {
        Self { stderr: format!("{first}{}", self.stderr), ..self }
    }

    /// The same with every command that is advised about the user's own folders.
    #[must_use]
    pub fn for_user(self) -> Self {
        Self { stderr: self.stderr.replace("'git skillsync ", "'git skillsync --user "), ..self }
    }

    /// A JSON document: `schema` and `command` first, then the fields.
    pub fn json(command: &str, fields: serde_json::Value) -> Self {
        let mut document = serde_json::Map::new();
        document.insert("schema".into(), 1.into());
        document.insert("command".into(), command.into());
        if let serde_json::Value::Object(fields) = fields {
            document.extend(fields);
        }
        Self::line(serde_json::Value::Object(document))
    }
}

/// In which form a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    /// One JSON document instead of text.
    pub json: bool,
    /// No text but errors.
    pub quiet: bool,
    /// Everything, also what needs no attention.
    pub verbose: bool,
    /// With colours on standard output.
    pub color: bool,
}
