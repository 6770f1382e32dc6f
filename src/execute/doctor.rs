//! Mending what `plan::doctor` found, where it can be done without any risk.

use super::{ExecuteError, disk, records};
use crate::git::Repository;
use crate::git::trees::TreeReader;
use crate::model::record::{Fact, Record};
use std::path::Path;

/// Note a record on HEAD as well, for what stands at its path there.
///
/// # Errors
///
/// When notes cannot be written, or HEAD was moved.
pub fn carry(project: &Repository, record: &Record) -> Result<(), ExecuteError> {
    let stale = || ExecuteError::Stale(record.path.to_string());
    let head = project.head()?.id.ok_or_else(stale)?;
    let here = TreeReader::new(project).at(project.tree_of(head)?, &record.path)?;
    // It was proven for this content and no other.
    if here.is_none() || here.map(|here| here.id) != record.at {
        return Err(stale());
    }
    let fact = Fact::Deployed(Box::new(Record { n: record.n + 1, ..record.clone() }));
    records::write(project, &[(head, fact)])
}

/// Remove a file that is in the way; one that is gone is fine.
///
/// # Errors
///
/// When it cannot be removed.
pub fn remove(path: &Path) -> Result<(), ExecuteError> {
    disk::remove(path).map_err(|source| ExecuteError::Write { path: path.to_owned(), source })
}
