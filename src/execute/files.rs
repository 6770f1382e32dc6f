//! Files of ours: replaced atomically, and the lock.

use super::ExecuteError;
use super::permissions::Permissions;
use crate::git::{GitError, Repository};
use crate::model::pending::Pending;
use crate::session;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a command waits for others of ours: dozens at once are done in less.
const PATIENCE: Duration = Duration::from_secs(60);

/// The lock of a repository, shared by its work trees; the kernel frees it with the process.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    permissions: Option<Permissions>,
}

impl Drop for Lock {
    /// What was written under the lock is for all whom the repository is shared with.
    fn drop(&mut self) {
        if let Some(permissions) = &self.permissions {
            permissions.give();
        }
    }
}

impl Lock {
    /// Take the lock, waiting for others of ours to finish.
    ///
    /// # Errors
    ///
    /// When it is still taken after a minute, or cannot be opened.
    pub fn take(repository: &Repository) -> Result<Self, ExecuteError> {
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            if let Some(lock) = Self::try_take(repository)? {
                return Ok(lock);
            }
            // By chance, so that nobody is always too late.
            let pause = session::back_off(1);
            std::thread::sleep(pause);
            waited += pause;
        }
        Err(ExecuteError::Locked)
    }

    /// Take the lock if it is free.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, e.g. on a read-only disk.
    pub fn try_take(repository: &Repository) -> Result<Option<Self>, ExecuteError> {
        let path = repository.common_dir().join("skillsync");
        let failed = |source| ExecuteError::Write { path: path.clone(), source };
        std::fs::create_dir_all(&path).map_err(failed)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file, permissions: Permissions::of(repository) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Replace a file: a temporary file beside it, synced, renamed, and the folder synced.
///
/// # Errors
///
/// When any of that fails; the old file then still stands.
pub fn replace(path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    replace_with(path, data, true)?;
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Replace a file that nothing depends on: whole, but a power cut may take it.
///
/// # Errors
///
/// When it cannot be written; the old file then still stands.
pub fn replace_unsynced(path: &Path, data: &[u8]) -> Result<(), ExecuteError> {
    replace_with(path, data, false)
}

fn replace_with(path: &Path, data: &[u8], synced: bool) -> Result<(), ExecuteError> {
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder).map_err(failed)?;
    file.write_all(data).map_err(failed)?;
    if synced {
        file.as_file().sync_data().map_err(failed)?;
    }
    file.persist(path).map(drop).map_err(|error| failed(error.error))
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Pending::default()),
        Err(source) => return Err(ExecuteError::Git(GitError::ReadFile { path, source })),
    };
    Pending::parse(&text).map_err(|_| ExecuteError::Stale(path.display().to_string()))
}

/// Write the pending file; one with nothing in it is removed.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_pending(repository: &Repository, pending: &Pending) -> Result<(), ExecuteError> {
    let path = pending_path(repository);
    if !pending.is_empty() {
        return replace(&path, pending.to_text()?.as_bytes());
    }
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(ExecuteError::Write { path, source }),
    }
}

/// Write a pending file that holds something; after a power cut the old or the new one stands.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_pending_soon(repository: &Repository, pending: &Pending) -> Result<(), ExecuteError> {
    replace_with(&pending_path(repository), pending.to_text()?.as_bytes(), true)
}

/// Put a pending file that cannot be read aside, under a name of its own.
///
/// # Errors
///
/// When it cannot be renamed.
pub fn set_pending_aside(repository: &Repository, unique: &str) -> Result<PathBuf, ExecuteError> {
    let path = pending_path(repository);
    let aside = path.with_file_name(format!("pending.json.bak-{unique}"));
    std::fs::rename(&path, &aside).map_err(|source| ExecuteError::Write { path, source })?;
    Ok(aside)
}
