//! Settings files of agent programs: read as they are, replaced in one step, removed with the
//! folders that were made for them.

use super::{ExecuteError, disk};
use crate::git::GitError;
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The largest file that is edited, in bytes.
const MOST: u64 = 4 * 1024 * 1024;

/// The text of a file; none where there is none.
///
/// # Errors
///
/// When it cannot be read, is no text, or is too large to be settings.
pub fn read(path: &Path) -> Result<Option<String>, ExecuteError> {
    let failed = |source| ExecuteError::Git(GitError::ReadFile { path: path.to_owned(), source });
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() > MOST => Err(failed(std::io::Error::other("it is too large"))),
        Ok(_) => std::fs::read_to_string(path).map(Some).map_err(failed),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed(source)),
    }
}

/// The digest of a text.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Replace a file, or make it; returns how many folders had to be made for it.
///
/// Who links to their settings from elsewhere keeps the link, and the file its mode.
///
/// # Errors
///
/// When it cannot be written; the old file then still stands.
pub fn write(path: &Path, text: &str) -> Result<usize, ExecuteError> {
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(Path::new("."));
    let missing = folder.ancestors().take_while(|folder| !folder.exists()).count();
    let attempt = || {
        disk::make_folders(folder)?;
        let mut file = match std::fs::metadata(&target) {
            Ok(metadata) => {
                let file = disk::temporary_file(folder)?;
                disk::set_mode(file.as_file(), metadata.permissions())?;
                file
            }
            Err(_) => new_file(folder)?,
        };
        disk::write(&mut file, text.as_bytes())?;
        disk::sync(file.as_file())?;
        disk::persist(file, &target)
    };
    attempt().map_err(failed)?;
    Ok(missing)
}

/// A temporary file that gets what the umask leaves, as a file of its own.
#[cfg(unix)]
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    disk::temporary_file_with(folder, std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    disk::temporary_file(folder)
}

/// Remove a file, and so many folders above it as far as they are empty.
///
/// # Errors
///
/// When the file cannot be removed.
pub fn remove(path: &Path, folders: usize) -> Result<(), ExecuteError> {
    disk::remove(path).map_err(|source| ExecuteError::Write { path: path.to_owned(), source })?;
    for folder in path.ancestors().skip(1).take(folders) {
        // A folder that is not empty stays.
        if disk::remove_folder(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The path as it is shown and kept: relative to the project where it is in it.
pub fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).map_or_else(|_| path.to_owned(), Path::to_owned)
}
