//! The one writer of the state file.

use super::lock::Lock;
use super::{ExecuteError, disk, files};
use crate::git::state_file::{self, StateTrouble};
use crate::git::{GitError, Repository};
use crate::model::state_file::{Layout, MAX_FILE, StateError, StateFile};
use std::path::{Path, PathBuf};

/// A damaged file that was kept under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The file that was damaged.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
    /// Where it is now.
    pub aside: PathBuf,
    /// Whether the generation before it is in its place.
    pub previous: bool,
}

/// Change the state under our lock; returns the damaged files that were put aside for that, to be
/// named once.
///
/// # Errors
///
/// When the lock is taken, or the file must not or cannot be written: it then stands as it was.
pub fn update(
    repository: &Repository,
    edit: impl FnOnce(&mut StateFile),
) -> Result<Vec<SetAside>, ExecuteError> {
    let lock = Lock::take(repository)?;
    update_locked(&lock, repository, edit)
}

/// The same for who holds the lock already.
///
/// # Errors
///
/// When the file must not or cannot be written: it then stands as it was.
pub fn update_locked(
    _lock: &Lock,
    repository: &Repository,
    edit: impl FnOnce(&mut StateFile),
) -> Result<Vec<SetAside>, ExecuteError> {
    update_held(repository, edit)
}

/// The same where the lock is held further up.
///
/// # Errors
///
/// As for [`update_locked`].
pub fn update_held(
    repository: &Repository,
    edit: impl FnOnce(&mut StateFile),
) -> Result<Vec<SetAside>, ExecuteError> {
    let set_aside = heal(repository)?;
    let found = state_file::read(repository);
    if let Some(trouble) = found.trouble {
        return Err(refused(repository, trouble));
    }
    let mut state = found.state.clone();
    edit(&mut state);
    if state == found.state && found.layout != Layout::Legacy {
        return Ok(set_aside);
    }
    let path = state_file::path(repository);
    let failed = |source| GitError::ReadFile { path: path.clone(), source };
    let text = state.to_text()?;
    if text.len() > MAX_FILE {
        return Err(refused(repository, StateTrouble::Refused(StateError::TooLarge(text.len()))));
    }
    // The old file stands until the new one takes its place: a reader always finds one of them.
    if let Some(before) = state_file::bytes(&path).map_err(failed)?.filter(|bytes| !bytes.is_empty()) {
        files::replace(&state_file::previous_path(repository), &before)?;
    }
    files::replace(&path, text.as_bytes())?;
    Ok(set_aside)
}

/// Refuse before anything is begun that would have to be recorded in a file that must not be written.
///
/// # Errors
///
/// When the file is newer, or has a part that does not fit, or cannot be read.
pub fn check(repository: &Repository) -> Result<(), ExecuteError> {
    match state_file::read(repository).trouble {
        None | Some(StateTrouble::Damaged { .. }) => Ok(()),
        Some(trouble) => Err(refused(repository, trouble)),
    }
}

/// Put a damaged file aside and the generation before it in its place. The caller has the lock.
///
/// # Errors
///
/// When something cannot be written; the damaged file then still stands.
pub fn heal(repository: &Repository) -> Result<Vec<SetAside>, ExecuteError> {
    let Some(StateTrouble::Damaged { reason, previous }) = state_file::read(repository).trouble else {
        return Ok(Vec::new());
    };
    let path = state_file::path(repository);
    let aside = copy_aside(&path)?;
    let mut all = vec![SetAside { path: path.clone(), reason: reason.to_string(), aside, previous }];
    let before = state_file::previous_path(repository);
    let failed = |source| GitError::ReadFile { path: before.clone(), source };
    let bytes = state_file::bytes(&before).map_err(failed)?;
    match bytes {
        Some(bytes) if previous => files::replace(&path, &bytes)?,
        Some(bytes) => {
            remove(&path)?;
            let reason = StateFile::parse(&bytes).err().map(|error| error.to_string()).unwrap_or_default();
            let aside = copy_aside(&before)?;
            remove(&before)?;
            all.push(SetAside { path: before, reason, aside, previous: false });
        }
        None => remove(&path)?,
    }
    Ok(all)
}

/// Copy a file under a name that nobody has; the file itself stands until something takes its place.
fn copy_aside(path: &Path) -> Result<PathBuf, ExecuteError> {
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = disk::unique_file(folder, &format!("{name}.bak-")).map_err(failed)?;
    disk::copy(path, file.path()).map_err(failed)?;
    disk::sync(file.as_file()).map_err(failed)?;
    let (_, aside) = file.keep().map_err(|error| failed(error.error))?;
    Ok(aside)
}

fn remove(path: &Path) -> Result<(), ExecuteError> {
    disk::remove(path).map_err(|source| ExecuteError::Write { path: path.to_owned(), source })
}

fn refused(repository: &Repository, trouble: StateTrouble) -> ExecuteError {
    let path = state_file::path(repository);
    match trouble {
        StateTrouble::Unreadable(source) => GitError::ReadFile { path, source }.into(),
        StateTrouble::Refused(source) | StateTrouble::Damaged { reason: source, .. } => {
            ExecuteError::StateRefused { path, source }
        }
    }
}
