//! The list of the projects of a user that have something deployed.

use super::strict;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the format this program writes.
const VERSION: u64 = 1;

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectList {
    version: u64,
    /// The roots of the projects, absolute, sorted.
    pub projects: Vec<PathBuf>,
    /// Keys that a newer program wrote.
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

impl Default for ProjectList {
    fn default() -> Self {
        Self { version: VERSION, projects: Vec::new(), extra: BTreeMap::new() }
    }
}

impl ProjectList {
    /// Read the file's text.
    ///
    /// # Errors
    ///
    /// When it is malformed.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_value(strict::from_str(text)?)
    }

    /// The file's text.
    ///
    /// # Errors
    ///
    /// Those of serde_json: a path that is no UTF-8.
    pub fn to_text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Whether a project is on it.
    pub fn has(&self, project: &Path) -> bool {
        self.projects.iter().any(|known| known == project)
    }

    /// Put a project onto it.
    pub fn add(&mut self, project: &Path) {
        if !self.has(project) {
            self.projects.push(project.to_owned());
            self.projects.sort();
        }
    }

    /// Take a project from it.
    pub fn remove(&mut self, project: &Path) {
        self.projects.retain(|known| known != project);
    }
}

#[cfg(test)]
mod tests {
    use super::ProjectList;
    use std::path::Path;

    #[test]
    fn what_is_written_is_read() {
        let mut list = ProjectList::parse("").unwrap();
        for path in ["/b", "/a", "/b"] {
            list.add(Path::new(path));
        }
        let again = ProjectList::parse(&list.to_text().unwrap()).unwrap();
        assert_eq!(again, list);
        assert_eq!(again.projects, [Path::new("/a"), Path::new("/b")]);
        list.remove(Path::new("/a"));
        assert!(!list.has(Path::new("/a")) && list.has(Path::new("/b")));
        let newer = "{\"version\":1,\"projects\":[],\"later\":{\"x\":1}}";
        let text = ProjectList::parse(newer).unwrap().to_text().unwrap();
        assert!(text.contains("\"later\""), "{text}");
        for damaged in ["{", "[]", "{\"version\":1,\"version\":1,\"projects\":[]}", "{\"version\":1}"] {
            assert!(ProjectList::parse(damaged).is_err(), "{damaged}");
        }
    }
}
