//! The three-way merge and `contains`: total functions of (base, ours, theirs) over a read-only
//! source of objects that `git/` implements. May use `model` and gix's merge and diff; does no I/O
//! of its own.

mod blobs;
mod contains;
mod difference;
mod engine;
mod error;
mod favor;
mod leftover;
mod lines;
mod markers;
mod repair;
mod source;
mod text;
mod unmerged;

pub use engine::{Engine, Tools};
pub use error::MergeError;
pub use leftover::leftover;
pub use lines::{Addition, additions, changed_lines};
pub use source::{blob, digest, files, folder_of};

use crate::model::{content::Content, path::RepoPath};
use gix::{ObjectId, bstr::BString};

/// Objects of several databases seen as one; what is written stays in memory until it is accepted.
pub trait ObjectSource: gix::objs::Find + gix::objs::FindHeader {
    /// Keep an object in memory and return its id.
    ///
    /// # Errors
    ///
    /// When the object cannot be hashed.
    fn keep(&self, kind: gix::objs::Kind, data: &[u8]) -> gix::Result<ObjectId>;
}

/// How conflicting hunks are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Favor {
    /// Not at all: markers are written and the path is a conflict.
    #[default]
    Neither,
    /// The receiving side wins.
    Ours,
    /// The side that is merged in wins.
    Theirs,
}

/// What kind of conflict a path has, named as in the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictKind {
    /// Both sides changed the same lines.
    Content,
    /// Ours modified, theirs deleted.
    ModifyDelete,
    /// Ours deleted, theirs modified.
    DeleteModify,
    /// Both sides added the path with different content.
    AddAdd,
    /// Both sides renamed, or a rename meets another change.
    Rename,
    /// Both sides changed a file that has no lines.
    Binary,
    /// The sides disagree on the executable bit only.
    Mode,
    /// One side made it a file, the other a folder or a link.
    Type,
}

/// A path that could not be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The path, relative to the repository's root.
    pub path: BString,
    /// What kind of conflict it is.
    pub kind: ConflictKind,
    /// The index entries to write: base, ours, theirs.
    pub stages: [Option<Content>; 3],
}

/// The outcome of a three-way merge of one artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What stands at the artifact's path afterwards; conflicted files hold markers.
    pub content: Option<Content>,
    /// The conflicted paths, sorted; none of them: the merge is clean.
    pub conflicts: Vec<Conflict>,
    /// How many conflicts [`Favor`] settled.
    pub settled: usize,
}

impl Merged {
    /// Whether nothing is left to resolve.
    pub fn is_clean(&self) -> bool {
        self.conflicts.is_empty()
    }
}

/// The path a merge is for, and what the three versions are called in conflict markers.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Where the artifact stands in the receiving repository.
    pub path: &'a RepoPath,
    /// The label of ours, e.g. `HEAD`.
    pub ours: &'a str,
    /// The label of the base (shown in diff3 style).
    pub base: &'a str,
    /// The label of theirs, e.g. `default/main`.
    pub theirs: &'a str,
}
