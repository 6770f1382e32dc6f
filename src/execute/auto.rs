//! What auto-sync writes of its own: its lock, its queue and its statistics.

use super::lock::Lock;
use super::state_file::{self, SetAside};
use super::{ExecuteError, disk};
use crate::git::Repository;
use crate::model::auto::Statistics;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;

/// The lock of auto-sync in a work tree; the kernel frees it with the process.
#[derive(Debug)]
pub struct AutoLock {
    _file: File,
}

impl AutoLock {
    /// Take the lock if it is free.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, e.g. on a read-only disk.
    pub fn try_take(project: &Repository) -> Result<Option<Self>, ExecuteError> {
        let path = project.state_folder().join("auto.lock");
        let failed = |source| ExecuteError::Write { path: path.clone(), source };
        disk::make_folders(&project.state_folder()).map_err(failed)?;
        let file = disk::open_lock(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Ask who has the lock to run once more. However many ask, it is once.
///
/// # Errors
///
/// When that cannot be written down.
pub fn queue(project: &Repository) -> Result<(), ExecuteError> {
    let path = queue_path(project);
    match disk::write_new(&path, b"") {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(ExecuteError::Write { path, source: error })
        }
        _ => Ok(()),
    }
}

/// Whether somebody has asked so; who has the lock takes it as done.
pub fn take_queued(_lock: &AutoLock, project: &Repository) -> bool {
    let path = queue_path(project);
    path.exists() && disk::remove(&path).is_ok()
}

fn queue_path(project: &Repository) -> PathBuf {
    project.state_folder().join("auto.next")
}

/// Change what auto-sync keeps of itself.
///
/// # Errors
///
/// When the state file must not or cannot be written.
pub fn update<T>(
    project: &Repository,
    edit: impl FnOnce(&mut Statistics) -> T,
) -> Result<(T, Vec<SetAside>), ExecuteError> {
    let lock = Lock::take(project)?;
    let mut answer = None;
    let mut encoded = Ok(());
    let aside = state_file::update_locked(&lock, project, |state| {
        let mut statistics = Statistics::parse(&state.auto);
        answer = Some(edit(&mut statistics));
        encoded = statistics.to_part().map(|part| state.auto = part);
    })?;
    encoded?;
    let missing = || ExecuteError::Stale("state.json".to_owned());
    Ok((answer.ok_or_else(missing)?, aside))
}
