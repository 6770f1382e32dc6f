//! The operation log: `refs/skillsync/ops`, one commit per operation and one per result.
//!
//! It gives crash recovery, `abort`, `undo` and the audit trail, and keeps every base that was used.

use super::ExecuteError;
use crate::git::commits::{self, Identity};
use crate::git::refs::{self, Update};
use crate::git::trees::{self, TreeReader};
use crate::git::{GitError, Objects, Repository};
use crate::merge::{self, ObjectSource};
use crate::model::operation::Operation;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::Kind;
use std::collections::BTreeMap;

/// The ref of the log.
pub const LOG_REF: &str = "refs/skillsync/ops";

/// The result of an operation that was interrupted once all was in place.
pub const COMPLETED: &str = "completed after an interruption";

/// The result of an operation that was interrupted before.
pub const TAKEN_BACK: &str = "taken back after an interruption";

/// How often a lost race is run again.
const TRIES: usize = 50;

/// An operation as it stands in the log.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Its commit.
    pub commit: ObjectId,
    /// The tree of that commit.
    pub tree: ObjectId,
    /// The operation; its result is that of a later commit, if there is one.
    pub operation: Operation,
}

/// The contents that are kept with an operation, by folder of its tree.
pub type Images = Vec<(String, Content)>;

/// Append an operation with its images; everything they need is written to the project.
///
/// # Errors
///
/// When objects or the ref cannot be written.
pub fn append(
    repository: &Repository,
    objects: &Objects,
    operation: &Operation,
    images: &Images,
) -> Result<ObjectId, ExecuteError> {
    let document = (DOCUMENT.to_owned(), document(objects, operation)?);
    let tree = tree_of(objects, images.iter().chain([&document]))?;
    let Some(tree) = tree else { return Err(ExecuteError::DamagedOperation(operation.id.clone())) };
    put(repository, objects, operation, tree)
}

/// The document of an operation in its tree.
const DOCUMENT: &str = "operation.json";

fn document(objects: &Objects, operation: &Operation) -> Result<Content, ExecuteError> {
    let text = serde_json::to_string_pretty(operation)? + "\n";
    let id = objects.keep(Kind::Blob, text.as_bytes());
    Ok(Content::file(id.map_err(|source| GitError::KeepObject(Box::new(source)))?))
}

/// Put a commit of an operation on the log.
fn put(
    repository: &Repository,
    objects: &Objects,
    operation: &Operation,
    tree: ObjectId,
) -> Result<ObjectId, ExecuteError> {
    repository.take_in(objects, Content::folder(tree))?;
    for _ in 0..TRIES {
        let parent = refs::read(repository, LOG_REF)?;
        let message = operation.message_of_commit();
        let commit = commits::write(repository, Identity::Bookkeeping, &message, tree, parent)?;
        if refs::update(repository, LOG_REF, parent, commit, &operation.subject())? == Update::Done {
            return Ok(commit);
        }
    }
    Err(ExecuteError::Contended(LOG_REF.to_owned()))
}

/// The tree of these images, of which the last one counts where several are of one path.
fn tree_of<'i>(
    objects: &Objects,
    images: impl Iterator<Item = &'i (String, Content)>,
) -> Result<Option<ObjectId>, ExecuteError> {
    let images: BTreeMap<&str, Content> = images
        .filter(|(path, _)| RepoPath::new(path.as_str()).is_ok())
        .map(|(path, content)| (path.as_str(), *content))
        .collect();
    let stands_in_another =
        |path: &str| path.match_indices('/').any(|(at, _)| images.contains_key(&path[..at]));
    let (inner, outer): (Vec<_>, Vec<_>) = images.iter().partition(|(path, _)| stands_in_another(path));
    let outer: Vec<_> = outer.into_iter().map(|(path, content)| (BString::from(*path), *content)).collect();
    let mut root = merge::folder_of(objects, &outer)?.map(|tree| tree.id);
    for (path, content) in inner {
        let Ok(path) = RepoPath::new(*path) else { continue };
        root = trees::replace(objects, root, &path, Some(*content))?.map(|tree| tree.id);
    }
    Ok(root)
}

/// Say how an operation ended, unless that is said already.
///
/// # Errors
///
/// When the log cannot be written.
pub fn finish(
    repository: &Repository,
    objects: &Objects,
    operation: &Operation,
    result: &str,
) -> Result<(), ExecuteError> {
    let logged = find_any(repository, &operation.id)?;
    if logged.as_ref().is_some_and(|logged| logged.operation.result.is_some()) {
        return Ok(());
    }
    let done = Operation { result: Some(result.to_owned()), ..operation.clone() };
    // Only the document differs, so that 'git log -p' shows how it ended and nothing else.
    let (path, document) = (RepoPath::new(DOCUMENT), document(objects, &done)?);
    let path = path.map_err(|_| ExecuteError::DamagedOperation(operation.id.clone()))?;
    let tree = trees::replace(objects, logged.map(|logged| logged.tree), &path, Some(document))?;
    let Some(tree) = tree else { return Err(ExecuteError::DamagedOperation(operation.id.clone())) };
    put(repository, objects, &done, tree.id).map(drop)
}

/// What a commit of the log says; none if it is not of an operation.
///
/// # Errors
///
/// When it cannot be read.
pub fn at(repository: &Repository, commit: ObjectId) -> Result<Option<Logged>, ExecuteError> {
    let tree = repository.tree_of(commit)?;
    let Ok(document) = RepoPath::new(DOCUMENT) else { return Ok(None) };
    let Some(document) = TreeReader::new(repository).at(tree, &document)? else { return Ok(None) };
    let Ok(text) = repository.objects().blob(document.id) else { return Ok(None) };
    let operation = serde_json::from_slice::<Operation>(&text).ok();
    Ok(operation.map(|operation| Logged { commit, tree, operation }))
}

/// The operations, newest first; `limit` counts operations.
///
/// # Errors
///
/// When the log cannot be read. A commit in it that is not ours is passed over.
pub fn read(repository: &Repository, limit: usize) -> Result<Vec<Logged>, ExecuteError> {
    let mut found: Vec<Logged> = Vec::new();
    if limit > 0 {
        walk(repository, |logged| {
            found.push(logged);
            found.len() < limit
        })?;
    }
    Ok(found)
}

/// Go through the operations, newest first, as long as more are wanted.
fn walk(repository: &Repository, mut more: impl FnMut(Logged) -> bool) -> Result<(), ExecuteError> {
    let mut results: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    let mut next = refs::read(repository, LOG_REF)?;
    while let Some(commit) = next {
        next = repository.parents_of(commit)?.first().copied();
        let Some(Logged { tree, mut operation, .. }) = at(repository, commit)? else { continue };
        if let Some(result) = operation.result.take() {
            results.insert(operation.id, result);
            continue;
        }
        operation.result = results.remove(&operation.id);
        if !more(Logged { commit, tree, operation }) {
            break;
        }
    }
    Ok(())
}

/// The operation with this id.
///
/// # Errors
///
/// When the log does not have it.
pub fn find(repository: &Repository, id: &str) -> Result<Logged, ExecuteError> {
    find_any(repository, id)?.ok_or_else(|| ExecuteError::NoOperation(id.to_owned()))
}

/// The operation with this id, if the log has it.
///
/// # Errors
///
/// When the log cannot be read.
pub fn find_any(repository: &Repository, id: &str) -> Result<Option<Logged>, ExecuteError> {
    let mut found = None;
    walk(repository, |logged| {
        if logged.operation.id == id {
            found = Some(logged);
        }
        found.is_none()
    })?;
    Ok(found)
}
