//! Before-images back in place: recovery of an interrupted operation, `abort` and `undo`.

use super::apply;
use super::log::{self, Logged};
use super::{ExecuteError, files};
use crate::git::index::{Index, IndexLine};
use crate::git::trees::TreeReader;
use crate::git::work_tree::{WorkTree, native};
use crate::git::{Objects, Repository};
use crate::merge;
use crate::model::operation::OperationPath;
use crate::model::pending::{Pending, Phase, Progress};
use crate::model::{content::Content, oid, path::RepoPath};
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

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
        /// The paths left alone.
        left: Vec<RepoPath>,
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
    let Ok(mut pending) = Pending::parse(&text) else { return Ok(Recovery::Nothing) };
    let Some(progress) = pending.in_progress().cloned() else { return Ok(Recovery::Nothing) };
    let logged = log::find(repository, &progress.id)?;
    let mut left = Vec::new();
    let mut complete = true;
    for path in &logged.operation.paths {
        complete &= is_in_place(repository, objects, &pending, path)?;
    }
    if !complete {
        for path in &logged.operation.paths {
            if is_touched_since(repository, objects, &logged, path)? {
                left.push(path.path.clone());
            } else {
                put_back(repository, objects, &logged, &path.path)?;
            }
        }
        pending.entries.retain(|entry| entry.written_by != progress.id || left.contains(entry.path()));
        apply::refresh(repository)?;
    }
    pending.operation = Some(Progress { id: progress.id.clone(), phase: Phase::Applied });
    files::write_pending(repository, &pending)?;
    let result =
        if complete { "completed after an interruption" } else { "taken back after an interruption" };
    log::finish(repository, objects, &logged.operation, result)?;
    let operation = progress.id;
    Ok(if complete { Recovery::Completed(operation) } else { Recovery::TakenBack { operation, left } })
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

/// Whether a file is neither as it was before the operation nor as the operation wanted it.
fn is_touched_since(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    path: &OperationPath,
) -> Result<bool, ExecuteError> {
    let root = repository.root()?;
    let before = image(repository, objects, logged, "before", &path.path)?;
    let after = image(repository, objects, logged, "after", &path.path)?;
    let names: BTreeSet<&BString> = before.keys().chain(after.keys()).collect();
    for name in names {
        let Ok(found) = std::fs::read(root.join(native(name.as_bstr()))) else { continue };
        let same = |files: &BTreeMap<BString, Content>| -> Result<bool, ExecuteError> {
            let Some(content) = files.get(name) else { return Ok(false) };
            Ok(objects.blob(content.id)? == found)
        };
        if !same(&before)? && !same(&after)? && !is_filtered(repository, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether git stores other bytes than it checks out: then bytes prove nothing.
fn is_filtered(repository: &Repository, name: &BString) -> Result<bool, ExecuteError> {
    let name = name.to_str_lossy();
    let call = repository.call().args([
        "check-attr",
        "-z",
        "text",
        "filter",
        "ident",
        "working-tree-encoding",
        "--",
    ]);
    let output = call.args([name.as_ref()]).run().map_err(|error| ExecuteError::Git(error.into()))?;
    let values: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
    Ok(values
        .chunks(3)
        .any(|fields| fields.len() == 3 && fields[2] != b"unspecified" && fields[2] != b"unset"))
}

/// The files of an image in the log.
fn image(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    folder: &str,
    path: &RepoPath,
) -> Result<BTreeMap<BString, Content>, ExecuteError> {
    let Ok(at) = RepoPath::new(format!("{folder}/{path}")) else { return Ok(BTreeMap::new()) };
    match TreeReader::new(repository).at(logged.tree, &at)? {
        Some(content) => Ok(merge::files(objects, content, path)?.into_iter().collect()),
        None => Ok(BTreeMap::new()),
    }
}

/// Put a path back as it was before an operation: every file's bytes and mode, and the index.
///
/// Files that are tracked now and were not there before go; untracked ones stay.
///
/// # Errors
///
/// When the image is damaged or a file cannot be written.
pub fn put_back(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    path: &RepoPath,
) -> Result<(), ExecuteError> {
    let root = repository.root()?;
    let before = image(repository, objects, logged, "before", path)?;
    let after = image(repository, objects, logged, "after", path)?;
    let tracked = Index::read(repository)?.lines(path).into_iter().map(|line| line.path);
    let gone: BTreeSet<BString> =
        tracked.chain(after.into_keys()).filter(|name| !before.contains_key(name)).collect();
    for name in &gone {
        apply::remove(root, name)?;
    }
    for (name, content) in &before {
        write_file(root, name, *content, &objects.blob(content.id)?)?;
    }
    let lines = index_lines(repository, objects, logged, path)?;
    apply::set_index(repository, path, &lines)
}

/// The index lines that the operation found at a path.
fn index_lines(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    path: &RepoPath,
) -> Result<Vec<IndexLine>, ExecuteError> {
    let damaged = || ExecuteError::DamagedOperation(logged.operation.id.clone());
    let at = RepoPath::new("index").map_err(|_| damaged())?;
    let Some(stored) = TreeReader::new(repository).at(logged.tree, &at)? else { return Ok(Vec::new()) };
    let text = objects.blob(stored.id)?;
    let mut lines = Vec::new();
    for line in text.to_str_lossy().lines() {
        let (fields, name) = line.split_once('\t').ok_or_else(damaged)?;
        let (content, stage) = fields.rsplit_once(' ').ok_or_else(damaged)?;
        let name: String = serde_json::from_str(name)?;
        let below = name == path.as_str() || name.starts_with(&format!("{path}/"));
        if below {
            let content = oid::content_from_text(content).ok_or_else(damaged)?;
            let stage = stage.parse().map_err(|_| damaged())?;
            lines.push(IndexLine { path: name.into(), stage, content });
        }
    }
    lines.sort();
    Ok(lines)
}

/// Write one file as it was: replaced in one step, never through a link.
fn write_file(root: &Path, name: &BString, content: Content, data: &[u8]) -> Result<(), ExecuteError> {
    let full = root.join(native(name.as_bstr()));
    let failed = |source| ExecuteError::Write { path: full.clone(), source };
    let folder = full.parent().unwrap_or(root);
    std::fs::create_dir_all(folder).map_err(failed)?;
    if !apply::stands_in_real_folders(root, name) {
        let linked = std::io::Error::other("a folder on the way to it is a link");
        return Err(failed(linked));
    }
    if is_already(&full, content, data) {
        return Ok(());
    }
    if content.mode.is_link() {
        let scratch = tempfile::Builder::new().prefix(".tmp-").tempdir_in(folder).map_err(failed)?;
        let link = scratch.path().join("link");
        symlink(&native(data.as_bstr()), &link).map_err(failed)?;
        return std::fs::rename(&link, &full).map_err(failed);
    }
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder).map_err(failed)?;
    file.write_all(data).map_err(failed)?;
    set_mode(file.path(), content).map_err(failed)?;
    file.persist(&full).map_err(|error| failed(error.error))?;
    Ok(())
}

fn is_already(path: &Path, content: Content, data: &[u8]) -> bool {
    let Ok(metadata) = gix::index::fs::Metadata::from_path_no_follow(path) else { return false };
    if metadata.is_symlink() || metadata.is_dir() || content.mode.is_link() {
        return false;
    }
    metadata.is_executable() == content.mode.is_executable()
        && std::fs::read(path).is_ok_and(|found| found == data)
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::fs::write(link, target.as_os_str().as_encoded_bytes())
}

/// Temporary files are private; files of a work tree have what the umask leaves of 666 or 777.
#[cfg(unix)]
fn set_mode(path: &Path, content: Content) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let wanted = if content.mode.is_executable() { 0o777 } else { 0o666 };
    let folder = path.parent().unwrap_or(Path::new("."));
    let probe = tempfile::Builder::new()
        .prefix(".tmp-")
        .permissions(std::fs::Permissions::from_mode(wanted))
        .tempfile_in(folder)?;
    std::fs::set_permissions(path, probe.as_file().metadata()?.permissions())
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _content: Content) -> std::io::Result<()> {
    Ok(())
}

/// Remove the message for the commit to come, if it is still the one that an operation left.
///
/// # Errors
///
/// When it cannot be removed.
pub fn remove_message(repository: &Repository, message: &str) -> Result<(), ExecuteError> {
    let path = repository.git_dir().join("MERGE_MSG");
    let left =
        std::fs::read_to_string(&path).is_ok_and(|text| !message.is_empty() && text.starts_with(message));
    if left {
        std::fs::remove_file(&path).map_err(|source| ExecuteError::Write { path, source })?;
    }
    Ok(())
}

/// Remove the message for the commit to come, now that the commit is made.
///
/// # Errors
///
/// When it cannot be removed.
pub fn remove_message_file(repository: &Repository) -> Result<(), ExecuteError> {
    let path = repository.git_dir().join("MERGE_MSG");
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ExecuteError::Write { path, source: error })
        }
        _ => Ok(()),
    }
}

/// Keep what stands at paths now as an operation of its own, so that nothing is lost.
///
/// # Errors
///
/// When the log cannot be written.
pub fn keep_present(
    repository: &Repository,
    objects: &Objects,
    operation: &crate::model::operation::Operation,
) -> Result<(), ExecuteError> {
    let index = Index::read(repository)?;
    let work_tree = WorkTree::new(repository, &index)?;
    let mut images = log::Images::new();
    for path in &operation.paths {
        let found = work_tree.content(objects, &path.path)?;
        images.extend(found.map(|content| (format!("before/{}", path.path), content)));
    }
    log::append(repository, objects, operation, &images)?;
    Ok(())
}
