//! What `abort` and `undo` do: an operation like others, which puts back what others found.

use super::log::{self, Images, Logged};
use super::restore::{self, Back};
use super::{ExecuteError, apply, files, images, recover};
use crate::git::index::{Index, IndexLine};
use crate::git::{GitError, Objects, Repository};
use crate::merge::ObjectSource;
use crate::model::operation::Operation;
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::BString;
use gix::objs::Kind;
use std::collections::BTreeSet;

/// What is to be done at one path.
pub struct TakeBack {
    /// The path.
    pub path: RepoPath,
    /// The operation whose before-image is put back; without one the files stay as they are, and
    /// only what waits for the path is dropped.
    pub from: Option<Logged>,
}

/// Put paths back, and drop what the operations that are undone left waiting for them.
///
/// What stands there now is kept in the log, so that nothing is lost; killed anywhere, the next
/// command completes this or puts back what stood there. The caller has the lock.
///
/// # Errors
///
/// When something cannot be written; what was begun is then taken back.
pub fn run(
    repository: &Repository,
    objects: &Objects,
    operation: &Operation,
    paths: &[TakeBack],
) -> Result<(), ExecuteError> {
    let images = keep(repository, objects, paths)?;
    log::append(repository, objects, operation, &images)?;
    let mut pending = files::read_pending(repository)?;
    recover::begin(repository, &mut pending, &operation.id)?;
    let meant = paths.iter().filter_map(|path| Some((path.from.as_ref()?, &path.path)));
    let back = meant.map(|(from, path)| Ok(Back { from, path, left: BTreeSet::new() }));
    restore::put_back(repository, objects, back)
        .map_err(|error| recover::after_failure(repository, objects, error))?;
    apply::refresh(repository).map_err(|error| recover::after_failure(repository, objects, error))?;
    recover::settle(repository, objects, operation, pending, "taken back")
}

/// Images of what stands at the paths, and of what will.
fn keep(repository: &Repository, objects: &Objects, paths: &[TakeBack]) -> Result<Images, ExecuteError> {
    let index = Index::read(repository)?;
    let mut kept = Images::new();
    let (mut lines, mut lines_after): (Vec<IndexLine>, Vec<IndexLine>) = (Vec::new(), Vec::new());
    for TakeBack { path, from } in paths {
        let now = index.lines(path);
        let (mut wanted, mut others): (Option<Content>, Vec<BString>) = (None, Vec::new());
        if let Some(from) = from {
            wanted = images::content(repository, from, "before", path)?;
            let after = images::content(repository, from, "after", path)?;
            others = images::names(objects, [wanted, after], path)?;
            lines_after.extend(images::index_lines(repository, objects, from, "index", path)?);
        } else {
            lines_after.extend(now.iter().cloned());
        }
        let present = images::present(repository, objects, &index, path, others)?;
        let after = if from.is_some() { wanted } else { present };
        kept.extend(present.map(|content| (format!("before/{path}"), content)));
        kept.extend(after.map(|content| (format!("after/{path}"), content)));
        lines.extend(now);
    }
    for (name, lines) in [("index", lines), ("index-after", lines_after)] {
        if !lines.is_empty() {
            let id = objects.keep(Kind::Blob, images::index_text(&lines)?.as_bytes());
            let id = id.map_err(|source| GitError::KeepObject(Box::new(source)))?;
            kept.push((name.to_owned(), Content::file(id)));
        }
    }
    Ok(kept)
}
