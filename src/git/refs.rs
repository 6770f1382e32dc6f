//! Refs: read, and moved only from the value that was read.

use super::{GitError, Repository};
use gix::ObjectId;
use gix::refs::{Target, transaction::PreviousValue};

/// What became of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// The ref has the new value.
    Done,
    /// Somebody else moved or locked it: read again and retry.
    Lost,
}

/// The commit a ref points to.
///
/// # Errors
///
/// When the ref exists and cannot be read.
pub fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    let failed = |source| GitError::ReadRef { name: name.to_owned(), source: Box::new(source) };
    match repository.gix().try_find_reference(name).map_err(failed)? {
        Some(mut reference) => Ok(Some(reference.peel_to_id().map_err(failed)?.detach())),
        None => Ok(None),
    }
}

/// The commits that the refs below a prefix (`refs/heads/`) point to, by name; what is no commit or
/// cannot be read is left out.
///
/// # Errors
///
/// When the refs cannot be listed.
pub fn below(repository: &Repository, prefix: &str) -> Result<Vec<ObjectId>, GitError> {
    let failed = |source| GitError::ReadRef { name: prefix.to_owned(), source };
    let platform = repository.gix().references().map_err(|source| failed(source.into()))?;
    let found = platform.prefixed(prefix).map_err(|source| failed(source.into()))?;
    let peeled = found.filter_map(|reference| reference.ok()?.into_fully_peeled_id().ok());
    Ok(peeled.map(gix::Id::detach).collect())
}

/// All refs and what they point to, by their full names; those that point to nothing are left out.
///
/// # Errors
///
/// When git cannot be run.
pub fn all(repository: &Repository) -> Result<Vec<(String, ObjectId)>, GitError> {
    let listed =
        repository.call().args(["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)"]).run()?;
    let listed = String::from_utf8_lossy(&listed);
    let read = |line: &str| {
        let (id, rest) = line.split_once(' ')?;
        let (peeled, name) = rest.split_once(' ')?;
        let id = ObjectId::from_hex(if peeled.is_empty() { id } else { peeled }.as_bytes()).ok()?;
        Some((name.to_owned(), id))
    };
    Ok(listed.lines().filter_map(read).collect())
}

/// Move a ref from `old` (none: it must not exist) to `new`.
///
/// # Errors
///
/// When it cannot be written for another reason than a lost race.
pub fn update(
    repository: &Repository,
    name: &str,
    old: Option<ObjectId>,
    new: ObjectId,
    message: &str,
) -> Result<Update, GitError> {
    let expected = match old {
        Some(id) => PreviousValue::MustExistAndMatch(Target::Object(id)),
        None => PreviousValue::MustNotExist,
    };
    let mut gix = repository.gix().clone();
    set_fallback_identity(&mut gix)?;
    match gix.reference(name, new, expected, message) {
        Ok(_) => Ok(Update::Done),
        Err(error) if error.classify().is_conflict() || error.classify().can_retry() => Ok(Update::Lost),
        Err(source) => Err(GitError::WriteRef { name: name.to_owned(), source: Box::new(source) }),
    }
}

/// Make sure there is somebody to name in a reflog or in a commit of bookkeeping.
pub(super) fn set_fallback_identity(gix: &mut gix::Repository) -> Result<(), GitError> {
    let failed = |source| GitError::Config { key: "user.name".into(), source: Box::new(source) };
    gix.committer_or_set_fallback("git-skillsync", "git-skillsync@localhost").map_err(failed)?;
    Ok(())
}
