//! What can go wrong while writing.

use crate::git::GitError;
use crate::git::objects::ObjectsError;
use crate::merge::MergeError;
use crate::model::state_file::StateError;
use gix::ObjectId;
use std::path::PathBuf;

/// A failure to write. Nothing is lost by any of them: the operation log has the state before.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// At the border to git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// In the object databases.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// While putting contents together.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// A file or folder of ours cannot be written.
    #[error("'{}' cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder for something new is not empty.
    #[error("'{}' exists and is not empty", .0.display())]
    Occupied(PathBuf),
    /// The state file must not be written over.
    #[error("the state file '{}' cannot be used", path.display())]
    StateRefused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: StateError,
    },
    /// Somebody else has the lock.
    #[error("another git-skillsync is at work in this repository")]
    Locked,
    /// What was planned for has changed.
    #[error("'{0}' was changed by somebody else in the meantime")]
    Stale(String),
    /// A ref kept moving.
    #[error("'{0}' is being updated by others all the time")]
    Contended(String),
    /// Writing failed, and so did taking back what was written until then.
    #[error("what was written could not be taken back ({rollback})")]
    NotTakenBack {
        /// Why writing failed.
        #[source]
        error: Box<ExecuteError>,
        /// Why taking back failed, with all its causes.
        rollback: String,
    },
    /// A note would be one that nobody reads.
    #[error("the note on {commit} would have {bytes} bytes")]
    NoteTooLarge {
        /// The noted commit.
        commit: ObjectId,
        /// How large it would be.
        bytes: usize,
    },
    /// A stored document cannot be written.
    #[error("a document cannot be encoded")]
    Encode(#[from] serde_json::Error),
    /// A pending file says what the log must keep, and cannot be read.
    #[error("'{}' cannot be read, so nothing can be dropped from the operation log", .0.display())]
    UnreadablePending(PathBuf),
    /// The operation log does not have an operation.
    #[error("the operation log has no operation '{0}'")]
    NoOperation(String),
    /// The operation log holds an operation that cannot be read.
    #[error("operation '{0}' in the operation log is damaged")]
    DamagedOperation(String),
}

impl ExecuteError {
    /// The message with those of all its causes.
    pub fn in_full(&self) -> String {
        let first: &dyn std::error::Error = self;
        let all = std::iter::successors(Some(first), |error| error.source());
        all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}
