//! What stands at a path: a version of an artifact.

use gix::ObjectId;
use gix::objs::tree::{EntryKind, EntryMode};

/// One version of what stands at a path: a tree for a folder, a blob for a file or link.
///
/// Two contents are the same version exactly if they are equal; absence is `Option::None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content {
    /// Tree, file, executable file or symlink.
    pub mode: EntryMode,
    /// The object's id.
    pub id: ObjectId,
}

impl Content {
    /// A folder with this tree.
    pub fn folder(id: ObjectId) -> Self {
        Self { mode: EntryKind::Tree.into(), id }
    }

    /// A plain file with this blob.
    pub fn file(id: ObjectId) -> Self {
        Self { mode: EntryKind::Blob.into(), id }
    }

    /// Whether this is a folder.
    pub fn is_folder(&self) -> bool {
        self.mode.is_tree()
    }
}
