//! Why a settings file cannot be edited.

/// Why a file is not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is no JSON.
    #[error("line {line}: {reason}")]
    NotJson {
        /// Where, from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// Something in it is of another kind than the program wants.
    #[error("line {line}: {what}")]
    Shape {
        /// Where, from 1.
        line: usize,
        /// What it is.
        what: &'static str,
    },
    /// A file that is wholly ours was changed.
    #[error("it is not as git-skillsync wrote it")]
    Edited,
}
