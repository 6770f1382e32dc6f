//! The pending file: records whose content is not in a commit yet, and the operation in progress.

use super::content::Content;
use super::path::RepoPath;
use super::record::{Record, Tombstone};
use super::{oid, strict};
use gix::ObjectId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the format this program writes.
const VERSION: u64 = 1;

/// How far the operation in progress is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The work tree and index may be half written.
    Applying,
    /// Everything is in place.
    Applied,
}

/// The operation that wrote the file last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Its id in the operation log.
    pub id: String,
    /// How far it is.
    pub phase: Phase,
}

/// A path that an operation left unmerged, with the stages it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictedPath {
    /// The path, relative to the repository's root.
    pub path: String,
    /// Base, ours, theirs.
    pub stages: [Stage; 3],
}

/// One stage of an unmerged path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stage(#[serde(with = "oid::content_option")] pub Option<Content>);

/// Files that an operation placed in the work tree alone: git does not track them yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The files, relative to the repository's root.
    pub files: Vec<String>,
    /// Whether the operation did nothing else at the path.
    pub alone: bool,
}

/// What an entry will record once its content is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PendingFact {
    /// The path is deployed with this record (its `at` is set when it is committed).
    Deployed(Box<Record>),
    /// The path was removed.
    Removed(Tombstone),
    /// Nothing: the repository only received content, as a collection does from a project.
    Received(RepoPath),
}

impl PendingFact {
    /// The path it is about.
    pub fn path(&self) -> &RepoPath {
        match self {
            Self::Deployed(record) => &record.path,
            Self::Removed(tombstone) => &tombstone.path,
            Self::Received(path) => path,
        }
    }

    /// The tombstone that lets files go which stay, where it is one.
    pub fn lets_go(&self) -> Option<&Tombstone> {
        match self {
            Self::Removed(tombstone) => Some(tombstone).filter(|tombstone| tombstone.kept),
            Self::Deployed(_) | Self::Received(_) => None,
        }
    }

    /// The record, where there is one.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Deployed(record) => Some(record),
            Self::Removed(_) | Self::Received(_) => None,
        }
    }
}

/// One path that an operation changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What will be recorded.
    pub fact: PendingFact,
    /// What stood there before the operation.
    #[serde(with = "oid::content_option")]
    pub before: Option<Content>,
    /// What the operation put there, with conflict markers.
    #[serde(with = "oid::content_option")]
    pub after: Option<Content>,
    /// The base of the path at HEAD.
    #[serde(with = "oid::content_option")]
    pub old_base: Option<Content>,
    /// What was merged in.
    #[serde(with = "oid::content_option")]
    pub theirs: Option<Content>,
    /// HEAD, as far as commits have been looked through; null while unborn.
    #[serde(with = "oid::hex_option")]
    pub head: Option<ObjectId>,
    /// HEAD at the time of the operation.
    #[serde(with = "oid::hex_option")]
    pub start: Option<ObjectId>,
    /// The branch, where HEAD was on one.
    pub branch: Option<String>,
    /// The paths left unmerged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<ConflictedPath>,
    /// How long HEAD's reflog was: what came later may have thrown the result away.
    #[serde(default)]
    pub reflog_length: u64,
    /// Whether `continue` or `--auto-resolve` settled the conflicts.
    #[serde(default)]
    pub resolved: bool,
    /// Whether it is noted on HEAD at once where that has the path, as no commit will tell of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
    /// Whether it was mentioned that the result was put away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mentioned: bool,
    /// The files it placed that are not tracked: as long as the result stands, they belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<Placed>,
    /// The operation that wrote the entry.
    pub written_by: String,
    /// The operation whose before-image `before` is; an earlier one where that was still alive.
    pub operation: String,
    /// When it was written, RFC 3339 in UTC.
    pub written_at: String,
    /// The commit whose note holds the record; the entry goes when a later run sees it there.
    #[serde(with = "oid::hex_option", default)]
    pub noted_on: Option<ObjectId>,
}

impl Entry {
    /// The path it is about.
    pub fn path(&self) -> &RepoPath {
        self.fact.path()
    }
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    version: u64,
    /// The operation that wrote the file last.
    #[serde(default)]
    pub operation: Option<Progress>,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// Keys that a newer program wrote.
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

/// Why a pending file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PendingError {
    /// Not JSON or not of this form.
    #[error("{0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by a newer program.
    #[error("version {0} is newer than this program knows")]
    TooNew(u64),
}

impl Default for Pending {
    fn default() -> Self {
        Self { version: VERSION, operation: None, entries: Vec::new(), extra: BTreeMap::new() }
    }
}

impl Pending {
    /// Read the file's text.
    ///
    /// # Errors
    ///
    /// When it is malformed or too new; the caller keeps the file.
    pub fn parse(text: &str) -> Result<Self, PendingError> {
        let value = strict::from_str(text)?;
        match value.get("version").and_then(Value::as_u64) {
            Some(version) if version > VERSION => Err(PendingError::TooNew(version)),
            _ => Ok(serde_json::from_value(value)?),
        }
    }

    /// The file's text.
    ///
    /// # Errors
    ///
    /// Those of serde_json.
    pub fn to_text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.in_progress().is_none()
    }

    /// The operation that was interrupted, if one was.
    pub fn in_progress(&self) -> Option<&Progress> {
        self.operation.as_ref().filter(|progress| progress.phase == Phase::Applying)
    }

    /// Forget what waits for paths that were let go afterwards and noted so: it must not come back.
    pub fn forget_let_go(&mut self) {
        let noted = |entry: &Entry| entry.fact.lets_go().is_some() && entry.noted_on.is_some();
        let last: BTreeMap<RepoPath, usize> = (0..)
            .zip(&self.entries)
            .filter(|(_, entry)| noted(entry))
            .map(|(at, entry)| (entry.path().clone(), at))
            .collect();
        let mut at = 0..;
        self.entries.retain(|entry| {
            let at = at.next().unwrap_or_default();
            entry.noted_on.is_some() || last.get(entry.path()).is_none_or(|last| *last < at)
        });
    }

    /// Forget what an operation that is noted was built upon, as far as it is in no note itself: it
    /// cannot come back without that one.
    pub fn forget_built_upon(&mut self) {
        let key = |entry: &Entry| (entry.path().clone(), entry.operation.clone());
        let noted = (0..).zip(&self.entries).filter(|(_, entry)| entry.noted_on.is_some());
        let last: BTreeMap<_, usize> = noted.map(|(at, entry)| (key(entry), at)).collect();
        let mut at = 0..;
        self.entries.retain(|entry| {
            let at = at.next().unwrap_or_default();
            entry.noted_on.is_some() || last.get(&key(entry)).is_none_or(|last| *last < at)
        });
    }

    /// The entries about `path` that are not in a note yet, newest first.
    pub fn waiting<'a>(&'a self, path: &'a RepoPath) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().rev().filter(move |entry| entry.path() == path && entry.noted_on.is_none())
    }
}
