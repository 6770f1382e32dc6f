//! Files of ours, each replaced in one step.

use super::{ExecuteError, disk, lock};
use crate::git::{GitError, Repository};
use crate::model::pending::Pending;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Whether a file has to survive a power cut as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durable {
    /// The new one is on the disk when this returns.
    Now,
    /// The old or the new one stands, whenever the power goes.
    Soon,
    /// Nothing depends on it.
    Never,
}

/// Replace a file: a temporary file beside it, synced, renamed, and the folder synced.
///
/// # Errors
///
/// When any of that fails; the old file then still stands.
pub fn replace(path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    let folder = folder_of(path).to_owned();
    replace_through(&folder, path, data, Durable::Now)
}

/// Replace a file that nothing depends on: whole, but a power cut may take it. The caller has the
/// lock: its temporary file stands where all of them do.
///
/// # Errors
///
/// When it cannot be written; the old file then still stands.
pub fn replace_unsynced(repository: &Repository, path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    replace_through(&lock::scratch(repository)?, path, data, Durable::Never)
}

/// Replace a file in the git directory, synced. The caller has the lock.
///
/// # Errors
///
/// When it cannot be written; the old file then still stands.
pub fn replace_locked(repository: &Repository, path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    replace_through(&lock::scratch(repository)?, path, data, Durable::Now)
}

/// Replace a file of the work tree; the temporary file stands in the git directory, unless that is on
/// another disk. The caller has the lock.
///
/// # Errors
///
/// When it cannot be written; the old file then still stands.
pub fn replace_in_work_tree(repository: &Repository, path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    match replace_through(&lock::scratch(repository)?, path, data, Durable::Now) {
        Err(ExecuteError::Write { source, .. }) if source.kind() == ErrorKind::CrossesDevices => {
            replace(path, data)
        }
        done => done,
    }
}

fn replace_through(scratch: &Path, path: &Path, data: &[u8], durable: Durable) -> Result<(), ExecuteError> {
    let folder = folder_of(path);
    let attempt = || {
        disk::make_folders(folder)?;
        let mut file = disk::temporary_file(scratch)?;
        disk::write(&mut file, data)?;
        if durable != Durable::Never {
            disk::sync(file.as_file())?;
        }
        disk::persist(file, path)?;
        if durable == Durable::Now {
            disk::sync_folder(folder)?;
        }
        Ok(())
    };
    attempt().map_err(|source| ExecuteError::Write { path: path.to_owned(), source })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// Where the pending file of a work tree is.
pub fn pending_path(repository: &Repository) -> PathBuf {
    repository.git_dir().join("skillsync").join("pending.json")
}

/// Read the pending file; none is an empty one.
///
/// # Errors
///
/// When it cannot be read or understood. That is rare: it was read a moment ago.
pub fn read_pending(repository: &Repository) -> Result<Pending, ExecuteError> {
    let path = pending_path(repository);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Pending::default()),
        Err(source) => return Err(ExecuteError::Git(GitError::ReadFile { path, source })),
    };
    Pending::parse(&text).map_err(|_| ExecuteError::Stale(path.display().to_string()))
}

/// Write the pending file; one with nothing in it is removed. The caller has the lock.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_pending(repository: &Repository, pending: &Pending) -> Result<(), ExecuteError> {
    let path = pending_path(repository);
    if !pending.is_empty() {
        return write_whole_pending(repository, pending, Durable::Now);
    }
    disk::remove(&path).map_err(|source| ExecuteError::Write { path, source })
}

/// Write a pending file that holds something; after a power cut the old or the new one stands.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_pending_soon(repository: &Repository, pending: &Pending) -> Result<(), ExecuteError> {
    write_whole_pending(repository, pending, Durable::Soon)
}

fn write_whole_pending(
    repository: &Repository,
    pending: &Pending,
    durable: Durable,
) -> Result<(), ExecuteError> {
    let (path, text) = (pending_path(repository), pending.to_text()?);
    replace_through(&lock::scratch(repository)?, &path, text.as_bytes(), durable)
}

/// Put a pending file that cannot be read aside, under a name of its own.
///
/// # Errors
///
/// When it cannot be renamed.
pub fn set_pending_aside(repository: &Repository, unique: &str) -> Result<PathBuf, ExecuteError> {
    let path = pending_path(repository);
    let aside = path.with_file_name(format!("pending.json.bak-{unique}"));
    disk::rename(&path, &aside).map_err(|source| ExecuteError::Write { path, source })?;
    Ok(aside)
}
