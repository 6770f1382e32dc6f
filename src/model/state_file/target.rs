//! How the last sync of a target went, and what has changed since.

use super::StateError;
use crate::model::path::RepoPath;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How a sync of a target ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncStatus {
    /// Everything is in place.
    #[default]
    Success,
    /// Something is, something failed.
    Partial,
    /// Nothing is: everything that was to be done failed.
    Failed,
}

/// How a file came to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncMethod {
    /// The file itself.
    Copy,
    /// A link to another placement.
    Symlink,
    /// Made from the artifact in another format.
    Generated,
}

/// How many items a sync dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// What is in place.
    pub synced: u64,
    /// What was left as it is.
    pub skipped: u64,
    /// What could not be done.
    pub failed: u64,
}

impl Counts {
    /// The status that these counts come down to.
    pub fn status(self) -> SyncStatus {
        match (self.synced, self.failed) {
            (_, 0) => SyncStatus::Success,
            (0, _) => SyncStatus::Failed,
            (_, _) => SyncStatus::Partial,
        }
    }
}

/// What is kept of one target. The paths are relative to the project, so that it may be moved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetState {
    /// When it was synced last, RFC 3339 in UTC.
    pub last_sync: Option<String>,
    /// How that ended.
    pub status: SyncStatus,
    /// What was synced: `all`, or the names.
    pub scope: Option<String>,
    /// The SHA-256 of every file, in hex.
    pub file_hashes: BTreeMap<RepoPath, String>,
    /// How every file came here.
    pub sync_method: BTreeMap<RepoPath, SyncMethod>,
    /// As in [`Counts::synced`].
    pub items_synced: u64,
    /// As in [`Counts::skipped`].
    pub items_skipped: u64,
    /// As in [`Counts::failed`].
    pub items_failed: u64,
}

/// A file that is not as it was synced last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drifted {
    /// It has another content.
    Changed(RepoPath),
    /// It was not there.
    Added(RepoPath),
    /// It is not there any more.
    Removed(RepoPath),
}

impl Drifted {
    /// The file.
    pub fn path(&self) -> &RepoPath {
        match self {
            Self::Changed(path) | Self::Added(path) | Self::Removed(path) => path,
        }
    }
}

impl TargetState {
    /// Set counts, and the status that they come down to.
    pub fn count(&mut self, counts: Counts) {
        self.status = counts.status();
        self.items_synced = counts.synced;
        self.items_skipped = counts.skipped;
        self.items_failed = counts.failed;
    }

    /// What of the files there are now is not as it was synced last, by path.
    pub fn drift(&self, files: &BTreeMap<RepoPath, String>) -> Vec<Drifted> {
        let gone = self.file_hashes.keys().filter(|path| !files.contains_key(*path));
        let mut drifted: Vec<Drifted> = gone.cloned().map(Drifted::Removed).collect();
        for (path, hash) in files {
            match self.file_hashes.get(path) {
                Some(known) if known == hash => {}
                Some(_) => drifted.push(Drifted::Changed(path.clone())),
                None => drifted.push(Drifted::Added(path.clone())),
            }
        }
        drifted.sort_by(|one, other| one.path().cmp(other.path()));
        drifted
    }

    /// The object in the file, with the keys that stood there before in their places.
    pub(super) fn to_json(&self, before: Option<&Map<String, Value>>) -> serde_json::Result<Value> {
        let mut object = before.cloned().unwrap_or_default();
        if let Value::Object(own) = serde_json::to_value(self)? {
            // A key that is known keeps its place.
            object.extend(own);
        }
        Ok(Value::Object(object))
    }
}

/// The targets of a file.
pub(super) fn parse_all(targets: &Map<String, Value>) -> Result<BTreeMap<String, TargetState>, StateError> {
    let parse = |(name, value): (&String, &Value)| {
        let malformed = |reason: String| StateError::Malformed { place: format!("targets.{name}"), reason };
        // A list of the values would do for serde, and not for the next program.
        if !value.is_object() {
            return Err(malformed("not an object".to_owned()));
        }
        match TargetState::deserialize(value) {
            Ok(state) => Ok((name.clone(), state)),
            Err(error) => Err(malformed(error.to_string())),
        }
    };
    targets.iter().map(parse).collect()
}
