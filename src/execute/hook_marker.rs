//! The file by which the `post-commit` hook knows, without starting us, that every commit is our
//! business: it is there while `skillsync.onCommit` says so.

use super::disk;
use crate::git::Repository;

/// Let the file be there or not. What cannot be written now is written by a later command.
pub fn keep(project: &Repository, wanted: bool) {
    let path = project.git_dir().join("skillsync").join("on-commit");
    if path.exists() == wanted {
        return;
    }
    if !wanted {
        let _ = disk::remove(&path);
    } else if let Some(folder) = path.parent()
        && disk::make_folders(folder).is_ok()
    {
        let _ = disk::write_new(&path, b"skillsync.onCommit says that every commit is pushed\n");
    }
}
