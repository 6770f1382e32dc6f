//! The local clones of collections behind a URL.

use super::{ExecuteError, disk};
use crate::git::remote;
use crate::session::Session;
use std::path::Path;

/// Make sure that a clone of `url` is at `path`; it appears there only when it is whole.
///
/// # Errors
///
/// When it cannot be cloned or put in place.
pub fn ensure(session: &Session, url: &str, path: &Path) -> Result<(), ExecuteError> {
    appear(path, |scratch| Ok(remote::clone(&session.git, url, scratch)?))
}

/// Make a repository, and put it in place when it is whole.
pub(super) fn appear(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), ExecuteError>,
) -> Result<(), ExecuteError> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    disk::make_folders(folder).map_err(failed)?;
    let scratch = disk::temporary_folder(folder).map_err(failed)?;
    let clone = scratch.path().join("clone.git");
    make(&clone)?;
    match disk::rename(&clone, path) {
        // Somebody else was faster.
        Err(_) if path.exists() => Ok(()),
        done => done.map_err(failed),
    }
}
