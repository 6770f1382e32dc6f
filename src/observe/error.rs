//! What can go wrong while looking.

use crate::git::GitError;
use crate::merge::MergeError;
use std::path::PathBuf;

/// A failure to observe.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// At the border to git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// In the object databases.
    #[error(transparent)]
    Objects(#[from] crate::git::objects::ObjectsError),
    /// In a merge that tells whether a content holds a version.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// While scanning a collection.
    #[error("the collection '{collection}' cannot be scanned")]
    Scan {
        /// The collection.
        collection: String,
        /// Why.
        source: super::scan::ScanError,
    },
    /// In the circumstances of the call.
    #[error(transparent)]
    Session(#[from] crate::session::SessionError),
    /// No collection is configured.
    #[error("no collection is configured")]
    NoCollection,
    /// The repository has no remote to share records with.
    #[error("no remote is configured")]
    NoRemote,
    /// The remote that was named is not configured.
    #[error("unknown remote '{0}'")]
    UnknownRemote(String),
    /// None of several remotes stands out.
    #[error("which remote is meant is not clear: {0}")]
    SeveralRemotes(String),
    /// The collection that was named is not configured.
    #[error("unknown collection '{0}'")]
    UnknownCollection(String),
    /// The collection cannot be opened.
    #[error("the collection '{name}' at '{}' cannot be opened", path.display())]
    UnreachableCollection {
        /// Its name.
        name: String,
        /// Where it should be.
        path: PathBuf,
        /// Why.
        source: GitError,
    },
    /// A file whose name is that of no known format.
    #[error("'{}' is no file of a known tool", .0.display())]
    UnknownFormat(PathBuf),
    /// The collection has no commit.
    #[error("the collection '{0}' has no commit yet")]
    EmptyCollection(String),
    /// A revision names no commit of the history that is followed.
    #[error("'{0}' is not in the collection's history")]
    NotInHistory(String),
    /// The collection did not have an artifact at a revision.
    #[error("the collection has no '{artifact}' at '{revision}'")]
    NotThereThen {
        /// The artifact.
        artifact: String,
        /// The revision.
        revision: String,
    },
    /// The pending file cannot be read.
    #[error("'{}' cannot be read", path.display())]
    PendingFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
