//! A push: one commit on a branch of the collection, by compare-and-swap.

use super::ExecuteError;
use super::fast_forward::{self, Forwarded};
use super::lock::Lock;
use super::permissions::Permissions;
use crate::git::commits;
use crate::git::refs::{self, Update};
use crate::git::remote::{self, Pushed};
use crate::git::{Objects, Repository, trees};
use crate::model::content::Content;
use crate::plan::push::Sent;
use gix::ObjectId;
use std::path::PathBuf;

/// Where a push goes.
pub struct Destination<'d> {
    /// The collection, the local clone of it, or a copy of either.
    pub repository: &'d Repository,
    /// Whether it is a clone: then the commit is pushed on to where it came from.
    pub is_clone: bool,
    /// The branch, in full.
    pub branch: &'d str,
    /// The commit that the branch is expected at; none makes a new branch.
    pub expected: Option<ObjectId>,
    /// The commit to build on.
    pub parent: ObjectId,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// The branch is at this commit.
    Done(ObjectId),
    /// The branch has moved: look again and retry.
    Moved,
    /// The branch is checked out and its work tree has changes in the way.
    InTheWay(String),
    /// Where the clone came from does not take it.
    Refused(String),
}

/// Write the commit and move the branch to it.
///
/// # Errors
///
/// When something cannot be written, or nobody is configured to commit.
pub fn land(
    project: &Repository,
    objects: &Objects,
    to: &Destination<'_>,
    sent: &[Sent],
    message: &str,
) -> Result<Landed, ExecuteError> {
    let own = to.repository.own();
    // Those who push to it at the same time wait, and what one that was killed left there is removed.
    let _lock = Lock::take_naming(own, &[format!("{}.lock", to.branch)])?;
    let writer = own.writer();
    let mut root = Some(own.tree_of(to.parent)?);
    for one in sent {
        let result = one.result.map(|result| taken_in(to.repository, objects, result)).transpose()?;
        root = trees::replace(&writer, root, &one.source, result)?.map(|tree| tree.id);
    }
    let tree = root.unwrap_or_else(|| ObjectId::empty_tree(to.parent.kind()));
    let commit = commits::write_for(project, own, message, tree, [to.parent])?;
    if let Some(permissions) = Permissions::of(own) {
        permissions.give();
    }
    let to = &Destination { repository: own, ..*to };
    if to.is_clone {
        return match remote::push(to.repository, commit, to.branch)? {
            Pushed::Done => {
                // The clone learns of it at the next fetch too; until then it would look behind.
                refs::update(to.repository, to.branch, to.expected, commit, "skillsync: push")?;
                Ok(Landed::Done(commit))
            }
            Pushed::Moved => Ok(Landed::Moved),
            Pushed::Refused(reason) => Ok(Landed::Refused(reason)),
        };
    }
    match checked_out_at(to)? {
        Some(work_tree) => fast_forward(to, &work_tree, commit),
        None => match refs::update(to.repository, to.branch, to.expected, commit, "skillsync: push")? {
            Update::Done => Ok(Landed::Done(commit)),
            Update::Lost => Ok(Landed::Moved),
        },
    }
}

/// A content in the collection: what it is called there.
fn taken_in(repository: &Repository, objects: &Objects, content: Content) -> Result<Content, ExecuteError> {
    if let Some(own) = repository.hand_over(objects, content)? {
        return Ok(own);
    }
    repository.take_in(objects, content)?;
    Ok(content)
}

/// The work tree in which the branch is checked out.
fn checked_out_at(to: &Destination<'_>) -> Result<Option<PathBuf>, ExecuteError> {
    let call = to.repository.call().args(["worktree", "list", "--porcelain", "-z"]);
    let listed = call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    let mut folder = None;
    for line in listed.split(|byte| *byte == 0) {
        let line = String::from_utf8_lossy(line);
        if let Some(path) = line.strip_prefix("worktree ") {
            folder = Some(PathBuf::from(path));
        } else if line.strip_prefix("branch ") == Some(to.branch) {
            return Ok(folder);
        }
    }
    Ok(None)
}

/// Let git move branch, index and work tree: it refuses where local changes are in the way.
fn fast_forward(
    to: &Destination<'_>,
    folder: &std::path::Path,
    commit: ObjectId,
) -> Result<Landed, ExecuteError> {
    let tree = Repository::open(folder, to.repository.git())?;
    if tree.in_progress().is_some() {
        return Ok(Landed::InTheWay("a merge, rebase or the like is in progress there".into()));
    }
    let from = to.expected.unwrap_or(to.parent);
    let refused = match fast_forward::run(&tree, to.branch, from, commit)? {
        Forwarded::Done => return Ok(Landed::Done(commit)),
        Forwarded::Refused(reason) => reason,
    };
    if refs::read(to.repository, to.branch)? != to.expected {
        return Ok(Landed::Moved);
    }
    Ok(Landed::InTheWay(refused))
}
