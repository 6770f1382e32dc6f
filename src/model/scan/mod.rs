//! What is looked for in contents that are handed on, as data, and what was found.

pub mod names;
pub mod secrets;

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that found it, such as `aws-access-key-id`.
    pub rule: String,
    /// What it is, for people.
    pub what: String,
    /// The file.
    pub path: String,
    /// The line, counted from 1; none where the file's name is the matter.
    pub line: Option<usize>,
    /// As much of it as may be shown: of a secret its first characters, of hidden text its meaning.
    pub shown: String,
}

impl Finding {
    /// Where it is.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' {}", self.place(), self.what)?;
        if self.shown.is_empty() { Ok(()) } else { write!(f, " ({})", self.shown) }
    }
}

/// What an operation's scan came to, as the operation log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// Whether anything was looked at.
    pub mode: ScanMode,
    /// What the configured command said, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What was found: in what is pushed it held that artifact back, in what is pulled it was said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Whether contents are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanMode {
    /// They are.
    Done,
    /// The configuration says not to (`skillsync.scan`).
    Off,
    /// This one command was told not to (`--no-verify`).
    Skipped,
}
