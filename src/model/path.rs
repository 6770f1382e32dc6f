//! Paths inside a repository.

use gix::bstr::{BStr, ByteSlice};
use std::fmt;

/// A path relative to a repository's root: UTF-8, `/` between components, no empty component,
/// no `.` and no `..`. The root itself is the path that prints as `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoPath(String);

const ROOT: &str = ".";

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
        if text == ROOT {
            return Ok(Self::root());
        }
        let odd = |part: &str| part.is_empty() || part == "." || part == ".." || part.contains('\0');
        if text.split('/').any(odd) { Err(InvalidPath(text)) } else { Ok(Self(text)) }
    }

    /// The repository's root.
    pub fn root() -> Self {
        Self(ROOT.into())
    }

    /// Whether this is the repository's root.
    pub fn is_root(&self) -> bool {
        self.0 == ROOT
    }

    /// The path `name` below this one.
    pub fn join(&self, name: &str) -> Self {
        if self.is_root() { Self(name.into()) } else { Self(format!("{}/{name}", self.0)) }
    }

    /// The path `name` below this one, where the name may be anything.
    ///
    /// # Errors
    ///
    /// When it is no name.
    pub fn try_join(&self, name: &str) -> Result<Self, InvalidPath> {
        if self.is_root() { Self::new(name) } else { Self::new(format!("{self}/{name}")) }
    }

    /// The path, unless it is the root.
    pub fn path(&self) -> Option<&Self> {
        if self.is_root() { None } else { Some(self) }
    }

    /// Whether this path is `folder` or stands below it.
    pub fn is_within(&self, folder: &Self) -> bool {
        self.below(folder).is_some()
    }

    /// This path seen from `folder`, empty for the folder itself.
    pub fn below(&self, folder: &Self) -> Option<&str> {
        let own = if self.is_root() { "" } else { self.as_str() };
        if folder.is_root() {
            return Some(own);
        }
        let rest = own.strip_prefix(folder.as_str())?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// The folder that holds this path; the root has none.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(match self.0.rsplit_once('/') {
            Some((parent, _)) => Self(parent.into()),
            None => Self::root(),
        })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as git's bytes.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bytes().as_bstr()
    }

    /// The components, outermost first; the root has none.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.split('/').filter(|part| *part != ROOT)
    }

    /// The text of a link at this path that leads to `to`, relative to the folder of the link.
    pub fn link_to(&self, to: &Self) -> String {
        let (from, there): (Vec<&str>, Vec<&str>) = (self.components().collect(), to.components().collect());
        let common = from.iter().zip(&there).take_while(|(left, right)| left == right).count();
        let up = from.len().saturating_sub(common + 1);
        let parts = vec![".."; up].into_iter().chain(there.get(common..).unwrap_or_default().iter().copied());
        parts.collect::<Vec<_>>().join("/")
    }

    /// What a relative link at this path leads to; none where that is outside of the tree.
    pub fn led_to(&self, link: &str) -> Option<Self> {
        let mut parts: Vec<&str> = self.components().collect();
        parts.pop();
        for part in link.split('/').filter(|part| *part != ".") {
            match part {
                ".." => drop(parts.pop()?),
                "" => return None,
                name => parts.push(name),
            }
        }
        Self::new(parts.join("/")).ok()
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

impl TryFrom<String> for RepoPath {
    type Error = InvalidPath;

    fn try_from(text: String) -> Result<Self, InvalidPath> {
        Self::new(text)
    }
}

impl From<RepoPath> for String {
    fn from(path: RepoPath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::RepoPath;

    #[test]
    fn places_are_compared_by_component() {
        let table = [("a/b", "a", Some("b")), ("ab", "a", None), ("a", "a", Some("")), ("a", ".", Some("a"))];
        for (place, folder, below) in table {
            let (place, folder) = (RepoPath::new(place).unwrap(), RepoPath::new(folder).unwrap());
            assert_eq!(place.below(&folder), below, "{place} in {folder}");
        }
        for (from, to, text) in [
            (".codex/skills/pdf", ".claude/skills/pdf", "../../.claude/skills/pdf"),
            ("a/b", "a/c", "c"),
            ("a", "b/c", "b/c"),
        ] {
            let [from, to] = [from, to].map(|path| RepoPath::new(path).unwrap());
            assert_eq!((from.link_to(&to).as_str(), from.led_to(text)), (text, Some(to)));
        }
        assert_eq!(RepoPath::new("a/b").unwrap().parent(), Some(RepoPath::new("a").unwrap()));
        assert_eq!(RepoPath::new("a").unwrap().parent(), Some(RepoPath::root()));
        for odd in ["", "/a", "a/", "a//b", "./a", "a/..", "a/./b", "\0"] {
            assert!(RepoPath::new(odd).is_err(), "{odd:?}");
        }
    }
}
