//! Refs: read, and moved only from the value that was read.
//!
//! How a repository keeps its refs ([`RefStore`]) matters here, in [`super::reflog`] and in
//! [`super::repository`], and nowhere above.

mod tables;

pub(super) use tables::{commit_named, head, is_set, moves, with_head};

use super::gate::{self, Deed};
use super::{GitError, Repository};
use gix::ObjectId;
use gix::refs::{Target, transaction::PreviousValue};
use std::path::Path;

/// How a repository keeps its refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefStore {
    /// Each in a file: the library reads and writes them.
    Files,
    /// All in the tables of *reftable*, which only the git program knows; the library would find
    /// nothing and write files that git never looks at.
    Tables,
}

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
    if repository.ref_store() == RefStore::Tables {
        return tables::read(repository, name);
    }
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
    if repository.ref_store() == RefStore::Tables {
        return Ok(tables::peeled(repository, &[prefix])?.into_iter().map(|(_, id)| id).collect());
    }
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
    tables::peeled(repository, &[])
}

/// The commit that is checked out in another work tree, without opening it; `git_dir` is its own.
///
/// # Errors
///
/// When the branch cannot be read.
pub fn head_of(repository: &Repository, git_dir: &Path) -> Result<Option<ObjectId>, GitError> {
    if repository.ref_store() == RefStore::Tables {
        return tables::head_of(repository, git_dir);
    }
    let text = std::fs::read_to_string(git_dir.join("HEAD")).unwrap_or_default();
    Ok(match text.trim().strip_prefix("ref: ") {
        Some(branch) => read(repository, branch)?,
        None => ObjectId::from_hex(text.trim().as_bytes()).ok(),
    })
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
    let failed = |source| GitError::WriteRef { name: name.to_owned(), source: Box::new(source) };
    let mut gix = repository.gix().clone();
    set_fallback_identity(&mut gix)?;
    if repository.ref_store() == RefStore::Tables {
        return tables::update(repository, &gix, (name, old, new), message);
    }
    let expected = match old {
        Some(id) => PreviousValue::MustExistAndMatch(Target::Object(id)),
        None => PreviousValue::MustNotExist,
    };
    gate::pass_in_library(Deed::Ref).map_err(failed)?;
    match gix.reference(name, new, expected, message) {
        Ok(_) => Ok(Update::Done),
        Err(error) if error.classify().is_conflict() || error.classify().can_retry() => Ok(Update::Lost),
        Err(source) => Err(failed(source)),
    }
}

/// Make sure there is somebody to name in a reflog or in a commit of bookkeeping.
pub(super) fn set_fallback_identity(gix: &mut gix::Repository) -> Result<(), GitError> {
    let failed = |source| GitError::Config { key: "user.name".into(), source: Box::new(source) };
    gix.committer_or_set_fallback("git-skillsync", "git-skillsync@localhost").map_err(failed)?;
    Ok(())
}
