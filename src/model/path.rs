//! Paths inside a repository.

use gix::bstr::{BStr, ByteSlice};
use std::fmt;

/// A path relative to a repository's root: UTF-8, `/` between components, no empty component,
/// no `.` and no `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

/// Why a text is no [`RepoPath`].
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a path inside a repository")]
pub struct InvalidPath(pub String);

impl RepoPath {
    /// The path that `text` spells.
    ///
    /// # Errors
    ///
    /// When it is empty, absolute, or has a component that is empty, `.`, `..` or holds a NUL.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidPath> {
        let text = text.into();
        let odd = |part: &str| part.is_empty() || part == "." || part == ".." || part.contains('\0');
        if text.split('/').any(odd) { Err(InvalidPath(text)) } else { Ok(Self(text)) }
    }

    /// The path `name` below this one.
    pub fn join(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as git's bytes.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bytes().as_bstr()
    }

    /// The components, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
