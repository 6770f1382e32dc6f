//! The images of an operation in the log: what stood at its paths, byte for byte.

use super::ExecuteError;
use super::log::Logged;
use crate::git::index::{Index, IndexLine, content_of};
use crate::git::trees::TreeReader;
use crate::git::work_tree::{native, read_link};
use crate::git::{GitError, Objects, Repository};
use crate::merge::{self, ObjectSource};
use crate::model::{content::Content, oid, path::RepoPath};
use gix::bstr::{BString, ByteSlice};
use gix::objs::{Kind, tree::EntryKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// An image's files.
pub type Files = BTreeMap<BString, Content>;

/// What stands at a place in the work tree, no filter applied; nothing where that is a folder.
///
/// # Errors
///
/// When it cannot be read.
pub fn raw(path: &Path) -> Result<Option<(EntryKind, Vec<u8>)>, GitError> {
    let Ok(metadata) = gix::index::fs::Metadata::from_path_no_follow(path) else { return Ok(None) };
    if metadata.is_dir() {
        return Ok(None);
    }
    if metadata.is_symlink() {
        return Ok(Some((EntryKind::Link, read_link(path)?)));
    }
    let data = std::fs::read(path).map_err(|source| GitError::ReadFile { path: path.to_owned(), source })?;
    let kind = if metadata.is_executable() { EntryKind::BlobExecutable } else { EntryKind::Blob };
    Ok(Some((kind, data)))
}

/// The files of a path as they stand in the work tree: those that are tracked, and others by name.
///
/// # Errors
///
/// When one cannot be read.
pub fn present(
    repository: &Repository,
    objects: &Objects,
    index: &Index,
    path: &RepoPath,
    others: impl IntoIterator<Item = BString>,
) -> Result<Option<Content>, ExecuteError> {
    let root = repository.root()?;
    let tracked = index.lines(path).into_iter().map(|line| line.path);
    let names: BTreeSet<BString> = tracked.chain(others).collect();
    let mut found = Vec::new();
    for name in names {
        let Some((kind, data)) = raw(&root.join(native(name.as_bstr())))? else { continue };
        let id = objects.keep(Kind::Blob, &data).map_err(|source| GitError::KeepObject(Box::new(source)))?;
        found.push((name, Content { mode: kind.into(), id }));
    }
    Ok(content_of(objects, path, &found)?)
}

/// The names of the files of these contents at a path.
///
/// # Errors
///
/// When a tree is missing.
pub fn names(
    objects: &Objects,
    contents: impl IntoIterator<Item = Option<Content>>,
    path: &RepoPath,
) -> Result<Vec<BString>, ExecuteError> {
    let mut names = Vec::new();
    for content in contents.into_iter().flatten() {
        names.extend(merge::files(objects, content, path)?.into_iter().map(|(name, _)| name));
    }
    Ok(names)
}

/// The content of an image in the log: `folder` is `before` or `after`.
///
/// # Errors
///
/// When the log is damaged.
pub fn content(
    repository: &Repository,
    logged: &Logged,
    folder: &str,
    path: &RepoPath,
) -> Result<Option<Content>, ExecuteError> {
    let Ok(at) = RepoPath::new(format!("{folder}/{path}")) else { return Ok(None) };
    Ok(TreeReader::new(repository).at(logged.tree, &at)?)
}

/// The files of an image in the log.
///
/// # Errors
///
/// As for [`content`].
pub fn files(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    folder: &str,
    path: &RepoPath,
) -> Result<Files, ExecuteError> {
    match content(repository, logged, folder, path)? {
        Some(content) => Ok(merge::files(objects, content, path)?.into_iter().collect()),
        None => Ok(Files::new()),
    }
}

/// Lines of an index as the log keeps them.
///
/// # Errors
///
/// Those of serde_json.
pub fn index_text(lines: &[IndexLine]) -> Result<String, ExecuteError> {
    let mut text = String::new();
    for line in lines {
        let (content, stage) = (oid::content_to_text(&line.content), line.stage);
        text += &format!("{content} {stage}\t{}\n", serde_json::to_string(&line.path.to_str_lossy())?);
    }
    Ok(text)
}

/// The lines of an index at a path that the log keeps: `document` is `index` or `index-after`.
///
/// # Errors
///
/// When the log is damaged.
pub fn index_lines(
    repository: &Repository,
    objects: &Objects,
    logged: &Logged,
    document: &str,
    path: &RepoPath,
) -> Result<Vec<IndexLine>, ExecuteError> {
    let damaged = || ExecuteError::DamagedOperation(logged.operation.id.clone());
    let at = RepoPath::new(document).map_err(|_| damaged())?;
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
