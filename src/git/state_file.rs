//! The state file of a work tree, or of a folder outside git: where it is, and reading it.

use super::Repository;
use crate::model::state_file::{FileRecords, Layout, StateError, StateFile};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the file.
const NAME: &str = "state.json";

/// Where the state file is.
pub fn path(repository: &Repository) -> PathBuf {
    repository.state_folder().join(NAME)
}

/// Where the generation before it is.
pub fn previous_path(repository: &Repository) -> PathBuf {
    repository.state_folder().join(format!("{NAME}.prev"))
}

/// The state of a work tree, and what is wrong with its file.
#[derive(Debug)]
pub struct StateRead {
    /// The state; where the file is damaged that of the generation before, where nothing can be read
    /// an empty one.
    pub state: StateFile,
    /// Whether a file was there, and whose.
    pub layout: Layout,
    /// Why the file itself could not be used, if so.
    pub trouble: Option<StateTrouble>,
}

/// The records of a state file, and what is wrong with it.
#[derive(Debug)]
pub struct RecordsRead {
    /// As in [`StateRead::state`].
    pub records: FileRecords,
    /// As in [`StateRead::trouble`], as far as it concerns the records.
    pub trouble: Option<StateTrouble>,
}

/// Why a state file could not be used.
#[derive(Debug)]
pub enum StateTrouble {
    /// It is damaged; the next writer keeps it under another name.
    Damaged {
        /// Why.
        reason: StateError,
        /// Whether the generation before it could be read instead.
        previous: bool,
    },
    /// It must not be written over: it is newer or has a part that does not fit.
    Refused(StateError),
    /// It cannot be read.
    Unreadable(std::io::Error),
}

/// Read the state of a work tree. Nothing is written, and what is missing is empty.
pub fn read(repository: &Repository) -> StateRead {
    let empty = |trouble| StateRead { state: StateFile::default(), layout: Layout::Fresh, trouble };
    let bytes = match bytes(&path(repository)) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return empty(None),
        Err(error) => return empty(Some(StateTrouble::Unreadable(error))),
    };
    let reason = match StateFile::parse(&bytes) {
        Ok((state, layout)) => return StateRead { state, layout, trouble: None },
        Err(reason @ StateError::Corrupt(_)) => reason,
        Err(reason) => return empty(Some(StateTrouble::Refused(reason))),
    };
    match previous(repository) {
        Some((state, layout)) => {
            let trouble = Some(StateTrouble::Damaged { reason, previous: true });
            StateRead { state, layout, trouble }
        }
        None => empty(Some(StateTrouble::Damaged { reason, previous: false })),
    }
}

/// The records alone, as [`read`] finds them: most readers want nothing else, and a file that tells the
/// digest of every file at every target is large.
pub fn read_records(repository: &Repository) -> RecordsRead {
    match bytes(&path(repository)).ok().flatten().and_then(|bytes| StateFile::records_in(&bytes)) {
        Some(records) => RecordsRead { records, trouble: None },
        None => {
            let StateRead { state, trouble, .. } = read(repository);
            RecordsRead { records: state.records, trouble }
        }
    }
}

/// The generation before, if it is whole.
pub fn previous(repository: &Repository) -> Option<(StateFile, Layout)> {
    let bytes = bytes(&previous_path(repository)).ok()??;
    StateFile::parse(&bytes).ok()
}

/// The bytes of a file; none if there is none.
///
/// # Errors
///
/// When it is there and cannot be read.
pub fn bytes(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
