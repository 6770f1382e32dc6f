//! Recovery of an operation that was interrupted: completed, or taken back.

use super::images::{self, Files};
use super::log::{self, Logged};
use super::restore::{self, Back};
use super::{ExecuteError, apply, files, folder, lock};
use crate::git::index::Index;
use crate::git::work_tree::{WorkTree, native};
use crate::git::{Objects, Repository};
use crate::merge;
use crate::model::operation::{Operation, OperationPath};
use crate::model::pending::{Pending, Phase, Progress};
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::{BString, ByteSlice};
use std::collections::BTreeSet;

/// What became of an interrupted operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// There was none.
    Nothing,
    /// Everything was in place already.
    Completed(String),
    /// It was taken back, but for the files that somebody has edited since.
    TakenBack {
        /// The operation.
        operation: String,
        /// The files left alone.
        left: Vec<String>,
    },
}

/// Complete or take back the operation that was interrupted in this work tree.
///
/// The caller has the lock.
///
/// # Errors
///
/// When the log or the pending file cannot be read or written.
pub fn recover(repository: &Repository, objects: &Objects) -> Result<Recovery, ExecuteError> {
    let path = files::pending_path(repository);
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(Recovery::Nothing) };
    let Ok(pending) = Pending::parse(&text) else { return Ok(Recovery::Nothing) };
    let Some(progress) = pending.in_progress().cloned() else { return Ok(Recovery::Nothing) };
    let logged = log::find(repository, &progress.id)?;
    let mut complete = true;
    for path in &logged.operation.paths {
        complete = complete
            && match logged.operation.undoes.as_slice() {
                [] => is_in_place(repository, objects, &pending, path)?,
                _ => is_put_back(repository, objects, &logged, &path.path)?,
            };
    }
    let operation = progress.id;
    if complete {
        settle(repository, objects, &logged.operation, pending, log::COMPLETED)?;
        return Ok(Recovery::Completed(operation));
    }
    let left = take_back(repository, objects, &logged, pending)?;
    Ok(Recovery::TakenBack { operation, left })
}

/// What is left to do once all files of an operation are in place: the message for the commit to
/// come, what waits no more, and how it ended. Each of it may be done again.
///
/// # Errors
///
/// When something cannot be written.
pub fn settle(
    repository: &Repository,
    objects: &Objects,
    operation: &Operation,
    mut pending: Pending,
    result: &str,
) -> Result<(), ExecuteError> {
    if operation.undoes.is_empty() {
        write_message(repository, operation, &pending)?;
    } else {
        for id in &operation.undoes {
            // One that is not in the log any more has left no message either.
            if let Some(undone) = log::find_any(repository, id)? {
                restore::remove_message(repository, &undone.operation.message)?;
                if operation.command == "undo" {
                    folder::forget_operation(repository, &undone)?;
                }
            }
        }
        let is_undone = |path: &RepoPath| operation.paths.iter().any(|other| other.path == *path);
        pending.entries.retain(|entry| {
            let undone = operation.undoes.contains(&entry.written_by) && is_undone(entry.path());
            entry.noted_on.is_some() || !undone
        });
    }
    log::finish(repository, objects, operation, result)?;
    pending.operation = Some(Progress { id: operation.id.clone(), phase: Phase::Applied });
    if pending.is_empty() {
        return files::write_pending(repository, &pending);
    }
    // If a power cut brings the old file back, the next command finds the operation complete.
    files::write_pending_soon(repository, &pending)
}

/// Put every path back as it was before the operation, but for the files edited since; their names.
fn take_back(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    mut pending: Pending,
) -> Result<Vec<String>, ExecuteError> {
    let mut left = BTreeSet::new();
    let back = |path| {
        let edited = edited_since(repository, objects, logged, path)?;
        left.extend(edited.iter().cloned());
        Ok(Back { from: logged, path: &path.path, left: edited })
    };
    restore::put_back(repository, objects, logged.operation.paths.iter().map(back))?;
    restore::remove_message(repository, &logged.operation.message)?;
    apply::refresh(repository)?;
    log::finish(repository, objects, &logged.operation, log::TAKEN_BACK)?;
    let id = &logged.operation.id;
    pending.entries.retain(|entry| entry.written_by != *id);
    pending.operation = Some(Progress { id: id.clone(), phase: Phase::Applied });
    files::write_pending(repository, &pending)?;
    Ok(left.into_iter().map(|name| name.to_str_lossy().into_owned()).collect())
}

/// Whether a path stands as the operation wanted it, in work tree and index.
fn is_in_place(
    repository: &Repository,
    objects: &Objects,
    pending: &Pending,
    path: &OperationPath,
) -> Result<bool, ExecuteError> {
    let index = Index::read(repository)?;
    let found = WorkTree::new(repository, &index)?.content(objects, &path.path)?;
    let entry = pending.entries.iter().rev().find(|entry| *entry.path() == path.path);
    let unmerged = index.unmerged(&path.path).len();
    let conflicts = entry.map_or(0, |entry| entry.conflicts.len());
    let staged = conflicts > 0 || index.content(objects, &path.path)? == path.index_after;
    Ok(found == path.after && unmerged == conflicts && staged)
}

/// Whether a path stands as an operation wanted it that takes others back: to the byte.
fn is_put_back(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    path: &RepoPath,
) -> Result<bool, ExecuteError> {
    let index = Index::read(repository)?;
    let wanted = images::content(repository, logged, "after", path)?;
    let others =
        images::names(objects, [images::content(repository, logged, "before", path)?, wanted], path)?;
    let lines = images::index_lines(repository, objects, logged, "index-after", path)?;
    Ok(index.lines(path) == lines && images::present(repository, objects, &index, path, others)? == wanted)
}

/// The files that are neither as they were before the operation nor on the way to what it wanted.
fn edited_since(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    path: &OperationPath,
) -> Result<BTreeSet<BString>, ExecuteError> {
    let root = repository.root()?;
    let before = images::files(repository, objects, logged, "before", &path.path)?;
    let after = images::files(repository, objects, logged, "after", &path.path)?;
    let stored = [files_of(objects, path.before, &path.path)?, files_of(objects, path.after, &path.path)?];
    let names: BTreeSet<&BString> = before.keys().chain(after.keys()).collect();
    let mut edited = BTreeSet::new();
    for name in names {
        let Some((_, found)) = images::raw(&root.join(native(name.as_bstr())))? else { continue };
        let data = |files: &Files| files.get(name).map(|content| objects.blob(content.id)).transpose();
        let is_old = data(&before)?.is_some_and(|old| old == found);
        // Git writes a file from its beginning: one that it could not finish is no edit.
        let is_new = data(&after)?.is_some_and(|new| new.starts_with(&found));
        if !is_old && !is_new && !is_stored_as_one_of(repository, name, &stored)? {
            edited.insert(name.clone());
        }
    }
    Ok(edited)
}

fn files_of(objects: &Objects, content: Option<Content>, path: &RepoPath) -> Result<Files, ExecuteError> {
    match content {
        Some(content) => Ok(merge::files(objects, content, path)?.into_iter().collect()),
        None => Ok(Files::new()),
    }
}

/// Whether a file is what one of these contents has there, once git's filters have seen it.
fn is_stored_as_one_of(
    repository: &Repository,
    name: &BString,
    contents: &[Files],
) -> Result<bool, ExecuteError> {
    let name_text = name.to_str_lossy();
    let call = repository.call().args(["hash-object", "--", name_text.as_ref()]);
    let output = call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    let id = gix::ObjectId::from_hex(output.trim()).ok();
    let stored = |files: &Files| files.get(name).map(|content| content.id);
    Ok(id.is_some() && contents.iter().any(|files| stored(files) == id))
}

/// Fill the message of the commit to come, unless the user has begun one.
fn write_message(
    repository: &Repository,
    operation: &Operation,
    pending: &Pending,
) -> Result<(), ExecuteError> {
    let path = repository.git_dir().join("MERGE_MSG");
    if path.exists() || operation.message.is_empty() || !repository.is_git() {
        return Ok(());
    }
    let mut text = operation.message.clone();
    let own = pending.entries.iter().filter(|entry| entry.written_by == operation.id);
    let conflicts: Vec<&RepoPath> =
        own.filter(|entry| !entry.conflicts.is_empty()).map(|entry| entry.path()).collect();
    if !conflicts.is_empty() {
        text += "\n# Conflicts:\n";
        for path in conflicts {
            text += &format!("#\t{path}\n");
        }
        text += "# 'git skillsync abort' takes the whole operation back.\n";
    }
    files::replace_unsynced(repository, &path, text.as_bytes())
}

/// Take back what a failure left half done, and say so if that fails too.
pub fn after_failure(repository: &Repository, objects: &Objects, error: ExecuteError) -> ExecuteError {
    match recover(repository, objects) {
        Ok(_) => error,
        Err(rollback) => ExecuteError::NotTakenBack { error: Box::new(error), rollback: rollback.in_full() },
    }
}

/// Let the operation that is in progress be known, before the first file is touched.
///
/// # Errors
///
/// When it cannot be written; then nothing has been done.
pub fn begin(repository: &Repository, pending: &mut Pending, id: &str) -> Result<(), ExecuteError> {
    pending.operation = Some(Progress { id: id.to_owned(), phase: Phase::Applying });
    lock::scratch(repository)?;
    files::write_pending(repository, pending)
}
