//! Old operations out of the log; the versions that they started from are kept.

use super::ExecuteError;
use super::images;
use super::log::{self, LOG_REF, Logged};
use crate::git::refs::{self, Update};
use crate::git::trees::TreeReader;
use crate::git::{GitError, Objects, Repository, commits, trees};
use crate::merge::ObjectSource;
use crate::model::operation::Operation;
use crate::model::pending::Pending;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The folder of the first commit's tree that holds the versions of what was dropped.
const BASES: &str = "bases";

/// What became of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// How many operations were dropped.
    pub dropped: usize,
    /// How many are left.
    pub kept: usize,
}

/// Drop the operations up to `cutoff` (RFC 3339) that nothing waits for any more.
///
/// Kept is whatever is newer, and what a pending entry of any work tree names: `abort` and `undo` need
/// its images. Of the others the files go, but not the versions that were merged: they stay in one tree
/// at the log's beginning, as the log is what keeps every base that was ever used. The caller has the
/// lock.
///
/// # Errors
///
/// When the log or a pending file cannot be read, or the log not be written; it then stands as it was.
pub fn prune(repository: &Repository, objects: &Objects, cutoff: &str) -> Result<Pruned, ExecuteError> {
    let Some(tip) = refs::read(repository, LOG_REF)? else { return Ok(Pruned { dropped: 0, kept: 0 }) };
    let needed = needed(repository)?;
    let cutoff: Option<jiff::Timestamp> = cutoff.parse().ok();
    let is_kept = |operation: &Operation| {
        let at: Option<jiff::Timestamp> = operation.at.parse().ok();
        // What does not say when it was is kept.
        needed.contains(&operation.id) || at.is_none() || at > cutoff
    };
    let (mut kept, mut dropped) = (Vec::new(), BTreeSet::new());
    let (mut operations, mut bases) = (BTreeSet::new(), BTreeMap::new());
    for (commit, logged) in all(repository, tip)? {
        match logged {
            Some(logged) if is_kept(&logged.operation) => {
                operations.insert(logged.operation.id);
                kept.push(commit);
            }
            Some(logged) => {
                add_bases(repository, &logged, &mut bases)?;
                dropped.insert(logged.operation.id);
            }
            None => match earlier_bases(repository, commit)? {
                Some(earlier) => bases.extend(earlier),
                // Not of ours.
                None => kept.push(commit),
            },
        }
    }
    let done = Pruned { dropped: dropped.len(), kept: operations.len() };
    if dropped.is_empty() {
        return Ok(done);
    }
    let mut parent = beginning(repository, objects, &bases, done)?;
    for commit in kept.into_iter().rev() {
        parent = commits::with_parent(repository, commit, parent)?;
    }
    match refs::update(repository, LOG_REF, Some(tip), parent, "prune the operation log")? {
        Update::Done => Ok(done),
        Update::Lost => Err(ExecuteError::Contended(LOG_REF.to_owned())),
    }
}

/// All commits of the log with their operations, newest first.
fn all(repository: &Repository, tip: ObjectId) -> Result<Vec<(ObjectId, Option<Logged>)>, ExecuteError> {
    let (mut found, mut next) = (Vec::new(), Some(tip));
    while let Some(commit) = next {
        next = repository.parents_of(commit)?.first().copied();
        found.push((commit, log::at(repository, commit)?));
    }
    Ok(found)
}

/// The operations that pending entries of any work tree name.
fn needed(repository: &Repository) -> Result<BTreeSet<String>, ExecuteError> {
    let common = repository.common_dir();
    let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
    let mut ids = BTreeSet::new();
    for git_dir in linked.map(|entry| entry.path()).chain([common.to_owned()]) {
        let path = git_dir.join("skillsync").join("pending.json");
        let Some(pending) = read(path)? else { continue };
        ids.extend(pending.operation.map(|progress| progress.id));
        ids.extend(pending.entries.into_iter().flat_map(|entry| [entry.written_by, entry.operation]));
    }
    Ok(ids)
}

/// A pending file; one that cannot be read may need anything.
fn read(path: PathBuf) -> Result<Option<Pending>, ExecuteError> {
    match std::fs::read_to_string(&path) {
        Ok(text) => match Pending::parse(&text) {
            Ok(pending) => Ok(Some(pending)),
            Err(_) => Err(ExecuteError::UnreadablePending(path)),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(GitError::ReadFile { path, source }.into()),
    }
}

/// The versions that an operation merged.
fn add_bases(
    repository: &Repository,
    logged: &Logged,
    bases: &mut BTreeMap<ObjectId, Content>,
) -> Result<(), ExecuteError> {
    for path in &logged.operation.paths {
        for folder in ["base", "theirs"] {
            let content = images::content(repository, logged, folder, &path.path)?;
            bases.extend(content.map(|content| (content.id, content)));
        }
    }
    Ok(())
}

/// The versions that an earlier pruning kept; none for a commit that is not of one.
fn earlier_bases(
    repository: &Repository,
    commit: ObjectId,
) -> Result<Option<BTreeMap<ObjectId, Content>>, ExecuteError> {
    let (Ok(folder), Ok(document)) = (RepoPath::new(BASES), RepoPath::new(PRUNED)) else { return Ok(None) };
    let (reader, tree) = (TreeReader::new(repository), repository.tree_of(commit)?);
    if reader.at(tree, &document)?.is_none() {
        return Ok(None);
    }
    let Some(folder) = reader.at(tree, &folder)? else { return Ok(Some(BTreeMap::new())) };
    let entries = reader.entries(folder.id)?;
    Ok(Some(entries.iter().map(|(_, content)| (content.id, *content)).collect()))
}

/// What tells a commit of a pruning.
const PRUNED: &str = "pruned.txt";

/// The commit that the log begins with from now on.
fn beginning(
    repository: &Repository,
    objects: &Objects,
    bases: &BTreeMap<ObjectId, Content>,
    done: Pruned,
) -> Result<ObjectId, ExecuteError> {
    let text =
        format!("{} operations were dropped; 'bases' has the versions that they merged.\n", done.dropped);
    let text = objects.keep(Kind::Blob, text.as_bytes());
    let text = text.map_err(|source| GitError::KeepObject(Box::new(source)))?;
    let mut entries = vec![(BString::from(PRUNED), Content::file(text))];
    if !bases.is_empty() {
        let named = bases.iter().map(|(id, content)| (BString::from(id.to_string()), *content));
        entries.push((BString::from(BASES), trees::keep_tree(objects, named)?));
    }
    let tree = trees::keep_tree(objects, entries.into_iter())?;
    repository.take_in(objects, tree)?;
    let message = format!("prune: {} operations dropped, {} kept\n", done.dropped, done.kept);
    Ok(commits::write(repository, commits::Identity::Bookkeeping, &message, tree.id, None)?)
}
