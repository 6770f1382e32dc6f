//! Bringing the local clone of a collection up to date.

use super::lock::Lock;
use super::{ExecuteError, clone};
use crate::git::{Repository, remote};
use crate::session::Session;
use gix::ObjectId;
use std::path::Path;

/// What a fetch found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The clone was made just now.
    Cloned,
    /// What is followed stands at another commit now.
    Moved(ObjectId, ObjectId),
    /// What is followed stands where it stood.
    Same,
}

/// Clone or fetch; `branch` is the one that is followed, none follows what the remote has checked out.
///
/// # Errors
///
/// When git fails, e.g. without network.
pub fn update(
    session: &Session,
    url: &str,
    path: &Path,
    branch: Option<&str>,
) -> Result<Fetched, ExecuteError> {
    if !path.exists() {
        clone::ensure(session, url, path)?;
        return Ok(Fetched::Cloned);
    }
    let clone = Repository::open(path, &session.git)?;
    let followed = branch.map_or_else(|| "HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
    let before = clone.commit_named(&followed).ok();
    fetch(&clone)?;
    let after = clone.commit_named(&followed).ok();
    Ok(match (before, after) {
        (Some(before), Some(after)) if before != after => Fetched::Moved(before, after),
        _ => Fetched::Same,
    })
}

/// Fetch into a clone, one after the other: two that fetch at the same time, or one beside the git of a
/// process that was killed, are in each other's way.
///
/// # Errors
///
/// When git fails, e.g. without network.
pub fn fetch(clone: &Repository) -> Result<(), ExecuteError> {
    let _lock = Lock::take_to_fetch(clone)?;
    Ok(remote::fetch(clone)?)
}
