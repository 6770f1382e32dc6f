//! Where in a collection an artifact stands.

use super::path::{InvalidPath, RepoPath};
use std::fmt;

/// A place in a collection: its root, or a path below it.
///
/// A [`RepoPath`] cannot be empty, but a collection whose root holds a `SKILL.md` *is* one skill.
/// Printed and stored as the path, the root as `.`, which no path can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The root of the repository.
    Root,
    /// A file or folder below the root.
    Path(RepoPath),
}

impl Source {
    /// The place that `text` spells; `.` is the root.
    ///
    /// # Errors
    ///
    /// When it is neither `.` nor a path inside a repository.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        if text == "." { Ok(Self::Root) } else { RepoPath::new(text).map(Self::Path) }
    }

    /// The path `name` below this place.
    ///
    /// # Errors
    ///
    /// When `name` has a component that no path may have.
    pub fn join(&self, name: &str) -> Result<RepoPath, InvalidPath> {
        match self {
            Self::Root => RepoPath::new(name),
            Self::Path(path) => RepoPath::new(format!("{path}/{name}")),
        }
    }

    /// The path, unless this is the root.
    pub fn path(&self) -> Option<&RepoPath> {
        match self {
            Self::Root => None,
            Self::Path(path) => Some(path),
        }
    }

    /// The text that [`Source::parse`] reads.
    pub fn as_str(&self) -> &str {
        self.path().map_or(".", RepoPath::as_str)
    }

    /// The components below the root, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path().map(RepoPath::components).into_iter().flatten()
    }

    /// Whether this place is `folder` or stands below it.
    pub fn is_within(&self, folder: &Self) -> bool {
        self.below(folder).is_some()
    }

    /// The path of this place seen from `folder`, empty for the folder itself.
    pub fn below(&self, folder: &Self) -> Option<&str> {
        let own = self.path().map_or("", RepoPath::as_str);
        match folder.path() {
            None => Some(own),
            Some(path) => {
                let rest = own.strip_prefix(path.as_str())?;
                if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
            }
        }
    }

    /// The folder that holds this place; the root has none.
    pub fn parent(&self) -> Option<Self> {
        let path = self.path()?.as_str();
        Some(match path.rsplit_once('/') {
            Some((parent, _)) => RepoPath::new(parent).map_or(Self::Root, Self::Path),
            None => Self::Root,
        })
    }
}

impl From<RepoPath> for Source {
    fn from(path: RepoPath) -> Self {
        Self::Path(path)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn places_are_compared_by_component() {
        let table = [("a/b", "a", Some("b")), ("ab", "a", None), ("a", "a", Some("")), ("a", ".", Some("a"))];
        for (place, folder, below) in table {
            let (place, folder) = (Source::parse(place).unwrap(), Source::parse(folder).unwrap());
            assert_eq!(place.below(&folder), below, "{place} in {folder}");
        }
        assert_eq!(Source::parse("a/b").unwrap().parent(), Some(Source::parse("a").unwrap()));
        assert_eq!(Source::parse("a").unwrap().parent(), Some(Source::Root));
        assert!(Source::parse("").is_err());
    }
}
