//! Commits: writing them, in the user's name or as bookkeeping.

use super::gate::{self, Deed};
use super::{GitError, Repository, refs};
use gix::ObjectId;
use gix::bstr::ByteSlice;

/// What a commit says.
#[derive(Debug, Clone)]
pub struct CommitFacts {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// Its message.
    pub message: String,
}

/// Read a commit; none if it is not there, as beyond the boundary of a shallow clone.
///
/// # Errors
///
/// When it is damaged or no commit.
pub fn read(repository: &Repository, id: ObjectId) -> Result<Option<CommitFacts>, GitError> {
    let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
    let Some(object) = repository.gix().try_find_object(id).map_err(failed)? else { return Ok(None) };
    let commit = object.try_into_commit().map_err(failed)?;
    let tree = commit.tree_id().map_err(failed)?.detach();
    let parents = commit.parent_ids().map(gix::Id::detach).collect();
    let message = commit.message_raw().map_err(failed)?.to_str_lossy().into_owned();
    Ok(Some(CommitFacts { tree, parents, message }))
}

/// In whose name a commit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The user's; without one configured the commit is refused.
    User,
    /// The user's if configured, else a placeholder: bookkeeping must not fail for it.
    Bookkeeping,
}

/// Write a commit object; no ref is moved.
///
/// # Errors
///
/// When it cannot be written, or nobody is configured and [`Identity::User`] is asked for.
pub fn write(
    repository: &Repository,
    identity: Identity,
    message: &str,
    tree: ObjectId,
    parents: impl IntoIterator<Item = ObjectId>,
) -> Result<ObjectId, GitError> {
    let mut gix = repository.gix().clone();
    if identity == Identity::Bookkeeping {
        refs::set_fallback_identity(&mut gix)?;
    }
    let failed = |source| GitError::WriteObject { path: repository.place(), source: Box::new(source) };
    let (Some(committer), author) = (gix.committer(), gix.author()) else {
        return Err(GitError::NoIdentity);
    };
    let committer = committer.map_err(failed)?;
    let author = author.transpose().map_err(failed)?.unwrap_or(committer);
    gate::pass_in_library(Deed::Object).map_err(failed)?;
    gix.new_commit_as(committer, author, message, tree, parents).map(|commit| commit.id).map_err(failed)
}

/// Write a commit into `repository` in the name of the user of `author_of`.
///
/// # Errors
///
/// When it cannot be written or nobody is configured.
pub fn write_for(
    author_of: &Repository,
    repository: &Repository,
    message: &str,
    tree: ObjectId,
    parents: impl IntoIterator<Item = ObjectId>,
) -> Result<ObjectId, GitError> {
    let user = author_of.configured();
    let failed = |source| GitError::WriteObject { path: repository.place(), source: Box::new(source) };
    let committer = user.committer().ok_or(GitError::NoIdentity)?.map_err(failed)?;
    let author = user.author().transpose().map_err(failed)?.unwrap_or(committer);
    gate::pass_in_library(Deed::Object).map_err(failed)?;
    let commit = repository.gix().new_commit_as(committer, author, message, tree, parents);
    commit.map(|commit| commit.id).map_err(failed)
}

/// Write a commit again with one other parent; the rest of it is as it was.
///
/// # Errors
///
/// When it cannot be read or written.
pub fn with_parent(
    repository: &Repository,
    commit: ObjectId,
    parent: ObjectId,
) -> Result<ObjectId, GitError> {
    let unread = |source| GitError::ReadObject { id: commit, source: Box::new(source) };
    let failed = |source| GitError::WriteObject { path: repository.place(), source: Box::new(source) };
    let found = repository.gix().find_commit(commit).map_err(unread)?;
    let decoded = found.decode().map_err(|error| unread(gix::Error::from_error(error)))?;
    let mut again = decoded.into_owned().map_err(|error| unread(gix::Error::from_error(error)))?;
    again.parents = [parent].into_iter().collect();
    gate::pass_in_library(Deed::Object).map_err(failed)?;
    repository.gix().write_object(&again).map(gix::Id::detach).map_err(failed)
}

/// Who commits, as `Name <mail>`.
///
/// # Errors
///
/// When nobody is configured.
pub fn identity(repository: &Repository) -> Result<String, GitError> {
    let committer = repository.configured().committer().ok_or(GitError::NoIdentity)?;
    let committer = committer.map_err(|_| GitError::NoIdentity)?;
    Ok(format!("{} <{}>", committer.name, committer.email))
}
