//! Counting what was met, and stopping as soon as it is too much.

use super::{Checked, Reason};

/// Files and links an artifact may have.
pub const MAX_FILES: usize = 10_000;
/// Folders an artifact may have; bounds trees of trees that hold no file.
pub const MAX_FOLDERS: usize = 10_000;
/// Bytes all files of an artifact may have together.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Components the path of a file may have inside its artifact.
pub const MAX_DEPTH: usize = 32;
/// Bytes the path of a file may have inside its artifact.
pub const MAX_PATH: usize = 4096;
/// Bytes one tree object may have; well above what [`MAX_FILES`] and [`MAX_FOLDERS`] need.
pub const MAX_TREE: u64 = 8 * 1024 * 1024;
/// Bytes the target of a symbolic link may have.
pub const MAX_TARGET: u64 = 4096;

/// What was met so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) checked: Checked,
    folders: usize,
}

impl Tally {
    /// Count a folder below the artifact's root.
    pub(super) fn add_folder(&mut self) -> Result<(), Reason> {
        self.folders += 1;
        if self.folders > MAX_FOLDERS { Err(Reason::TooManyFolders) } else { Ok(()) }
    }

    /// Count a file or link, before its size is known.
    pub(super) fn add_file(&mut self, executable: bool) -> Result<(), Reason> {
        self.checked.files += 1;
        self.checked.executables += usize::from(executable);
        if self.checked.files > MAX_FILES { Err(Reason::TooManyFiles) } else { Ok(()) }
    }

    /// Count the bytes of a file or link.
    pub(super) fn add_bytes(&mut self, bytes: u64) -> Result<(), Reason> {
        self.checked.bytes = self.checked.bytes.saturating_add(bytes);
        if self.checked.bytes > MAX_BYTES { Err(Reason::TooManyBytes) } else { Ok(()) }
    }
}

/// Check the length and depth of a path inside the artifact.
pub(super) fn check_path(path: &[u8]) -> Result<(), Reason> {
    if path.len() > MAX_PATH {
        return Err(Reason::PathTooLong);
    }
    let depth = 1 + path.iter().filter(|&&byte| byte == b'/').count();
    if depth > MAX_DEPTH { Err(Reason::TooDeep) } else { Ok(()) }
}
