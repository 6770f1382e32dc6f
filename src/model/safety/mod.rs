//! What a collection may offer: checked from objects alone, before anything is written.
//!
//! A tree is hostile until [`check`] has walked it. The limits apply during the walk, so that a few
//! objects which describe a billion files cost a few thousand look-ups. Anybody may call.

mod limits;
mod link;
mod name;
#[cfg(test)]
mod tests;
mod walk;

pub use limits::{MAX_BYTES, MAX_DEPTH, MAX_FILES, MAX_FOLDERS, MAX_PATH};
pub use name::{MAX_NAME, UnsafeName, check_artifact_name, check_name, fold};
pub use walk::check;

use crate::model::visible;
use gix::{ObjectId, bstr::BString};

/// What a safe artifact consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    /// Files and symbolic links.
    pub files: usize,
    /// Their size in bytes, all together.
    pub bytes: u64,
    /// Whether a `.gitattributes` is among them: legal, but it changes how git treats the rest.
    pub gitattributes: bool,
    /// Files with the executable bit.
    pub executables: usize,
}

/// An artifact that must not be written, and the entry that makes it so.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", self.shown_entry())]
pub struct Unsafe {
    /// The entry's path inside the artifact, as it stands in the tree; empty for the artifact itself.
    pub entry: BString,
    /// The rule it breaks.
    pub reason: Reason,
}

impl Unsafe {
    /// The entry in quotes, fit for a terminal.
    fn shown_entry(&self) -> String {
        if self.entry.is_empty() {
            "the artifact".into()
        } else {
            format!("'{}'", visible::escape(&self.entry))
        }
    }
}

/// The rule that an entry breaks; reads on after the entry's path.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// Its name is not allowed.
    #[error("{0}")]
    Name(UnsafeName),
    /// Another entry of its folder has the same name where case and normalization do not count.
    #[error("some file systems cannot tell it from '{}'", visible::escape(.0))]
    Clash(BString),
    /// It stands out of git's order, so that look-ups in the tree would miss entries.
    #[error("the entries of its folder are not sorted")]
    Unsorted,
    /// It is a submodule.
    #[error("submodules are not allowed")]
    Submodule,
    /// It is no folder, plain file, executable file or symbolic link.
    #[error("the mode {0:06o} is not allowed")]
    Mode(u16),
    /// The link's target is empty or too long.
    #[error("the symbolic link's target is empty or too long")]
    LinkMalformed,
    /// The link's target does not depend on where the link stands.
    #[error("the symbolic link's target is not relative")]
    LinkAbsolute,
    /// The link's target is, or may be, outside the artifact.
    #[error("the symbolic link leads out of the artifact")]
    LinkOutside,
    /// A name in the link's target is not allowed.
    #[error("in the symbolic link's target, {0}")]
    LinkName(UnsafeName),
    /// It holds `HEAD`, `objects` and `refs`: git would run there what that repository configures.
    #[error("the folder is a git repository")]
    Repository,
    /// It is one folder too far down.
    #[error("it lies deeper than {MAX_DEPTH} folders")]
    TooDeep,
    /// Its path inside the artifact is too long.
    #[error("the path is longer than {MAX_PATH} bytes")]
    PathTooLong,
    /// It is one file too many.
    #[error("the artifact has more than {MAX_FILES} files")]
    TooManyFiles,
    /// It is one folder too many.
    #[error("the artifact has more than {MAX_FOLDERS} folders")]
    TooManyFolders,
    /// With it the artifact is too big.
    #[error("the artifact is bigger than {} MiB", MAX_BYTES / (1024 * 1024))]
    TooManyBytes,
    /// The list of its entries alone is too big.
    #[error("the folder has too many entries")]
    TreeTooBig,
    /// Its object is not there.
    #[error("object {0} is missing")]
    Missing(ObjectId),
    /// Its object is of another kind than its mode says.
    #[error("object {0} is not what its mode says")]
    WrongKind(ObjectId),
    /// Its tree object cannot be decoded.
    #[error("tree {0} is malformed")]
    Malformed(ObjectId),
    /// Its object could not be read.
    #[error("cannot read object {0}: {1}")]
    Read(ObjectId, gix::Error),
}
