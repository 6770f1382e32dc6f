//! The projects of this user that have something deployed: one list in the user's state directory.

use super::{ExecuteError, disk, files};
use crate::model::project_list::ProjectList;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// Put a project onto the list, if it is not there yet.
///
/// # Errors
///
/// When the list cannot be read or written.
pub fn remember(session: &Session, project: &Path) -> Result<(), ExecuteError> {
    let Some(path) = session.project_list() else { return Ok(()) };
    if read(&path)?.has(project) {
        return Ok(());
    }
    change(&path, |list| list.add(project))
}

/// Take projects from the list that are not there any more.
///
/// # Errors
///
/// When the list cannot be read or written.
pub fn forget(session: &Session, gone: &[PathBuf]) -> Result<(), ExecuteError> {
    let Some(path) = session.project_list().filter(|_| !gone.is_empty()) else { return Ok(()) };
    change(&path, |list| gone.iter().for_each(|gone| list.remove(gone)))
}

/// The list.
///
/// # Errors
///
/// When it cannot be read, or is none of ours.
pub fn read(path: &Path) -> Result<ProjectList, ExecuteError> {
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ProjectList::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ProjectList::default()),
        Err(error) => Err(failed(error)),
    }
}

/// Change the list while no other process does.
fn change(path: &Path, edit: impl FnOnce(&mut ProjectList)) -> Result<(), ExecuteError> {
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        disk::make_folders(folder).map_err(failed)?;
    }
    let lock = disk::open_lock(&path.with_extension("lock")).map_err(failed)?;
    // The kernel frees it with the process.
    lock.lock().map_err(failed)?;
    let mut list = read(path)?;
    edit(&mut list);
    files::replace(path, list.to_text()?.as_bytes())
}
