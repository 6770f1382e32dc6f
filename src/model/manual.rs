//! Pages of the manual.

/// A page of the manual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The name of its file, e.g. `git-skillsync-pull.1`.
    pub file: String,
    /// Its text, as `man` reads it.
    pub roff: String,
}
