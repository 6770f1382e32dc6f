//! Which commits of a history changed one entry of the root tree: all that matters for the paths
//! below it, and little where the history is long.

use super::history::Version;
use super::trees::TreeReader;
use super::{GitError, Repository};
use crate::model::oid;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The commits of a history that changed an entry, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Touches {
    /// How many commits the history has.
    pub(super) all: usize,
    pub(super) commits: Vec<Touch>,
}

/// A commit that differs from a parent in the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Touch {
    /// The position of the commit in its history.
    pub(super) position: usize,
    #[serde(with = "oid::hex")]
    pub(super) commit: ObjectId,
    /// What the entry is.
    #[serde(with = "oid::content_option")]
    pub(super) top: Option<Content>,
    /// What it is in each parent, none in one that is missing; nothing for a root commit.
    #[serde(with = "contents")]
    pub(super) before: Vec<Option<Content>>,
}

impl Touches {
    /// The versions of a path below the entry, oldest first.
    pub(super) fn versions(
        &self,
        repository: &Repository,
        path: &RepoPath,
    ) -> Result<Vec<Version>, GitError> {
        let (trees, mut names) = (TreeReader::new(repository), path.components());
        names.next();
        let mut known: HashMap<Content, Option<Content>> = HashMap::new();
        let mut content_of = |top: Option<Content>| -> Result<Option<Content>, GitError> {
            let Some(top) = top else { return Ok(None) };
            if let Some(content) = known.get(&top) {
                return Ok(*content);
            }
            let content = trees.below(top, names.clone())?;
            known.insert(top, content);
            Ok(content)
        };
        let mut versions = Vec::new();
        for touch in &self.commits {
            let content = content_of(touch.top)?;
            let mut differs = touch.before.is_empty() && content.is_some();
            for before in &touch.before {
                differs |= content_of(*before)? != content;
            }
            if differs {
                versions.push(Version { position: touch.position, commit: touch.commit, content });
            }
        }
        Ok(versions)
    }
}

/// Contents as text.
mod contents {
    use crate::model::content::Content;
    use crate::model::oid;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct One(#[serde(with = "oid::content_option")] Option<Content>);

    pub(super) fn serialize<S: Serializer>(contents: &[Option<Content>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(contents.iter().map(|content| One(*content)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Option<Content>>, D::Error> {
        Ok(Vec::<One>::deserialize(from)?.into_iter().map(|one| one.0).collect())
    }
}
