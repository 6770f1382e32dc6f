//! Work tree and index, written through git's own plumbing.

use super::{ExecuteError, disk, lock};
use crate::git::Repository;
use crate::git::index::{Index, IndexLine};
use crate::git::work_tree::native;
use crate::merge::{self, Conflict, ObjectSource};
use crate::model::{content::Content, oid, path::RepoPath};
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

/// What shall stand at one path.
#[derive(Debug, Clone)]
pub struct Placing<'a> {
    /// The path.
    pub path: &'a RepoPath,
    /// What stands in the work tree now.
    pub work_tree_before: Option<Content>,
    /// What shall stand in the work tree.
    pub work_tree: Option<Content>,
    /// What shall be staged.
    pub index: Option<Content>,
    /// The paths that become unmerged.
    pub conflicts: &'a [Conflict],
}

/// Write everything: first what goes away, then the index, then the files.
///
/// # Errors
///
/// When a file is in the way or git cannot write; the operation can be restored from its log.
pub fn place(
    repository: &Repository,
    objects: &dyn ObjectSource,
    placings: &[Placing<'_>],
) -> Result<(), ExecuteError> {
    let root = repository.root()?;
    let index = Index::read(repository)?;
    let mut work = Work::default();
    for placing in placings {
        work.add(objects, &index, placing)?;
    }
    for path in &work.remove {
        remove(root, path)?;
    }
    if !work.index_info.is_empty() {
        let call = repository.call().args(["update-index", "-z", "--index-info"]);
        call.input(work.index_info).run().map_err(|error| ExecuteError::Git(error.into()))?;
    }
    check_out(repository, &work.staged, None)?;
    if !work.apart.is_empty() {
        check_out_apart(repository, &work.apart)?;
    }
    Ok(())
}

/// Give paths these lines in the index and no others, all at once.
///
/// # Errors
///
/// When git cannot write the index.
pub fn set_index(
    repository: &Repository,
    wanted: &[(&RepoPath, Vec<IndexLine>)],
) -> Result<(), ExecuteError> {
    let index = Index::read(repository)?;
    let mut info = Vec::new();
    for (path, lines) in wanted {
        index_difference(&index.lines(path), lines, &mut info);
    }
    if !info.is_empty() {
        let call = repository.call().args(["update-index", "-z", "--index-info"]);
        call.input(info).run().map_err(|error| ExecuteError::Git(error.into()))?;
    }
    Ok(())
}

/// Let git leave these tracked paths out of the work tree, as a sparse checkout does.
///
/// # Errors
///
/// When git cannot write the index.
pub fn leave_out(repository: &Repository, paths: &[BString]) -> Result<(), ExecuteError> {
    if paths.is_empty() {
        return Ok(());
    }
    let input: Vec<u8> = paths.iter().flat_map(|path| path.iter().copied().chain([0])).collect();
    let call = repository.call().args(["update-index", "--skip-worktree", "-z", "--stdin"]);
    call.input(input).run().map_err(|error| ExecuteError::Git(error.into()))?;
    Ok(())
}

/// Let the index see that files are as they were staged.
///
/// # Errors
///
/// When git cannot be run.
pub fn refresh(repository: &Repository) -> Result<(), ExecuteError> {
    let call = repository.call().args(["update-index", "-q", "--refresh"]);
    // Its status only says that some files differ.
    call.output().map_err(|error| ExecuteError::Git(error.into()))?;
    Ok(())
}

#[derive(Default)]
struct Work {
    remove: Vec<BString>,
    index_info: Vec<u8>,
    /// Files to write that are staged with the same content.
    staged: Vec<BString>,
    /// Files to write whose content is not what is staged.
    apart: Vec<(BString, Content)>,
}

impl Work {
    fn add(
        &mut self,
        objects: &dyn ObjectSource,
        index: &Index,
        placing: &Placing<'_>,
    ) -> Result<(), ExecuteError> {
        let files = |content: Option<Content>| -> Result<BTreeMap<BString, Content>, ExecuteError> {
            let Some(content) = content else { return Ok(BTreeMap::new()) };
            Ok(merge::files(objects, content, placing.path)?.into_iter().collect())
        };
        let (before, after) = (files(placing.work_tree_before)?, files(placing.work_tree)?);
        let staged = files(placing.index)?;
        let conflicted: BTreeSet<&BString> =
            placing.conflicts.iter().map(|conflict| &conflict.path).collect();
        let mut lines: Vec<IndexLine> = staged
            .iter()
            .filter(|(path, _)| !conflicted.contains(path))
            .map(|(path, content)| IndexLine { path: path.clone(), stage: 0, content: *content })
            .collect();
        for conflict in placing.conflicts {
            for (stage, content) in (1..).zip(conflict.stages) {
                let path = conflict.path.clone();
                lines.extend(content.map(|content| IndexLine { path, stage, content }));
            }
        }
        lines.sort();
        index_difference(&index.lines(placing.path), &lines, &mut self.index_info);
        self.remove.extend(before.keys().filter(|path| !after.contains_key(*path)).cloned());
        for (path, content) in &after {
            if before.get(path) == Some(content) {
                continue;
            }
            if staged.get(path) == Some(content) && !conflicted.contains(path) {
                self.staged.push(path.clone());
            } else {
                self.apart.push((path.clone(), *content));
            }
        }
        Ok(())
    }
}

/// What `update-index --index-info` needs to turn the lines `now` into `wanted`.
fn index_difference(now: &[IndexLine], wanted: &[IndexLine], info: &mut Vec<u8>) {
    let by_path = |lines: &[IndexLine]| {
        let mut paths: BTreeMap<BString, Vec<(u32, Content)>> = BTreeMap::new();
        for line in lines {
            paths.entry(line.path.clone()).or_default().push((line.stage, line.content));
        }
        paths
    };
    let (now, wanted) = (by_path(now), by_path(wanted));
    for (path, lines) in now.iter().filter(|(path, lines)| wanted.get(*path) != Some(*lines)) {
        // The null id is as long as the repository's ids are.
        let null =
            gix::hash::Kind::null(&lines.first().map_or(gix::hash::Kind::Sha1, |line| line.1.id.kind()));
        info.extend_from_slice(format!("0 {null}\t").as_bytes());
        info.extend_from_slice(path);
        info.push(0);
    }
    for (path, lines) in wanted.iter().filter(|(path, lines)| now.get(*path) != Some(*lines)) {
        for (stage, content) in lines {
            info.extend_from_slice(format!("{} {stage}\t", oid::content_to_text(content)).as_bytes());
            info.extend_from_slice(path);
            info.push(0);
        }
    }
}

/// Write files from an index, the repository's own unless another is given.
fn check_out(repository: &Repository, paths: &[BString], index: Option<&Path>) -> Result<(), ExecuteError> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut call = repository.call().args(["checkout-index", "-f", "-z", "--stdin"]);
    call = match index {
        Some(index) => call.env("GIT_INDEX_FILE", index),
        None => call.args(["-u"]),
    };
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path);
        input.push(0);
    }
    call.input(input).run().map_err(|error| ExecuteError::Git(error.into()))?;
    Ok(())
}

/// Write files whose content is not what is staged, from an index of their own: filters and
/// encodings are then git's business here too.
fn check_out_apart(repository: &Repository, files: &[(BString, Content)]) -> Result<(), ExecuteError> {
    let folder = lock::scratch(repository)?;
    let failed = |source| ExecuteError::Write { path: folder.clone(), source };
    let scratch = disk::temporary_folder(&folder).map_err(failed)?;
    let index = scratch.path().join("index");
    let mut info = Vec::new();
    for (path, content) in files {
        // Writing to a Vec cannot fail.
        let _ = write!(info, "{} 0\t", oid::content_to_text(content));
        info.extend_from_slice(path);
        info.push(0);
    }
    let call = repository.call().args(["update-index", "-z", "--index-info"]);
    call.env("GIT_INDEX_FILE", &index).input(info).run().map_err(|error| ExecuteError::Git(error.into()))?;
    let paths: Vec<BString> = files.iter().map(|(path, _)| path.clone()).collect();
    check_out(repository, &paths, Some(&index))
}

/// Remove a file, and the folders that it leaves empty; never through a symlink.
pub(super) fn remove(root: &Path, path: &BString) -> Result<(), ExecuteError> {
    let full = root.join(native(path.as_bstr()));
    if !stands_in_real_folders(root, path) {
        return Ok(());
    }
    disk::remove(&full).map_err(|source| ExecuteError::Write { path: full.clone(), source })?;
    let mut folder = full.parent();
    while let Some(empty) = folder.filter(|folder| *folder != root) {
        // A folder that is not empty stays.
        if disk::remove_folder(empty).is_err() {
            break;
        }
        folder = empty.parent();
    }
    Ok(())
}

/// Whether every folder on the way to a file is a folder and no link.
pub(super) fn stands_in_real_folders(root: &Path, path: &BString) -> bool {
    let mut folder = root.to_owned();
    let parts: Vec<_> = path.split_str("/").collect();
    let Some((_, folders)) = parts.split_last() else { return false };
    folders.iter().all(|part| {
        folder.push(native(part.as_bstr()));
        folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
    })
}
