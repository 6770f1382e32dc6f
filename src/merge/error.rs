//! What can go wrong in a merge; a conflict is no error.

use crate::model::path::RepoPath;
use gix::{ObjectId, bstr::BString};

/// Why a merge could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A tree is missing or is no tree.
    #[error("could not read the tree {id}")]
    Tree {
        /// The tree.
        id: ObjectId,
        /// What the object database said.
        #[source]
        source: gix::Error,
    },
    /// A blob is missing or is no blob.
    #[error("could not read the blob {id}")]
    Blob {
        /// The blob.
        id: ObjectId,
        /// What the object database said.
        #[source]
        source: gix::Error,
    },
    /// A merged object could not be kept in memory.
    #[error("could not keep a merged object")]
    Keep(#[source] gix::Error),
    /// The merge itself failed, e.g. because a blob is missing or a merge driver failed.
    #[error("could not merge '{path}'")]
    Merge {
        /// The artifact's path.
        path: RepoPath,
        /// What gix said.
        #[source]
        source: gix::Error,
    },
    /// The merged tree could not be changed to what git would have made of it.
    #[error("could not settle '{path}' in the merged tree")]
    Edit {
        /// The path in question.
        path: BString,
        /// What gix said.
        #[source]
        source: gix::Error,
    },
}
