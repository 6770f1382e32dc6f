//! Before-images back in place: every file's bytes and mode, and the index.

use super::log::Logged;
use super::{ExecuteError, apply, disk, images, lock};
use crate::git::index::Index;
use crate::git::work_tree::native;
use crate::git::{Objects, Repository};
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A path that is put back as it was before an operation.
pub struct Back<'a> {
    /// The operation.
    pub from: &'a Logged,
    /// The path.
    pub path: &'a RepoPath,
    /// Files that stay as they are.
    pub left: BTreeSet<BString>,
}

/// Put paths back as they were before operations: every file's bytes and mode, and then the index.
///
/// Files that are tracked now and were not there before go; untracked ones stay. Each path is asked for
/// when its turn has come.
///
/// # Errors
///
/// When an image is damaged or a file cannot be written, or a path is an error itself.
pub fn put_back<'a>(
    repository: &Repository,
    objects: &Objects,
    paths: impl Iterator<Item = Result<Back<'a>, ExecuteError>>,
) -> Result<(), ExecuteError> {
    let index = Index::read(repository)?;
    let (mut wanted, mut left_out) = (Vec::new(), Vec::new());
    for back in paths {
        let back = back?;
        let before = put_files_back(repository, objects, &index, &back)?;
        let lines = images::index_lines(repository, objects, back.from, "index", back.path)?;
        // What was there and stood in no file had been left out by a sparse checkout.
        let known = back.from.operation.paths.iter().find(|one| one.path == *back.path);
        let stored = images::names(objects, [known.and_then(|one| one.before)], back.path)?;
        let settled = lines.iter().filter(|line| line.stage == 0).map(|line| &line.path);
        left_out
            .extend(settled.filter(|name| !before.contains_key(*name) && stored.contains(*name)).cloned());
        wanted.push((back.path, lines));
    }
    apply::set_index(repository, &wanted)?;
    apply::leave_out(repository, &left_out)
}

/// The files of a path; returns those of before.
fn put_files_back(
    repository: &Repository,
    objects: &Objects,
    index: &Index,
    back: &Back<'_>,
) -> Result<BTreeMap<BString, Content>, ExecuteError> {
    let root = repository.root()?;
    let Back { from, path, left } = back;
    let before = images::files(repository, objects, from, "before", path)?;
    let after = images::files(repository, objects, from, "after", path)?;
    let tracked = index.lines(path).into_iter().map(|line| line.path);
    let gone: BTreeSet<BString> = tracked.chain(after.into_keys()).collect();
    for name in gone.iter().filter(|name| !before.contains_key(*name) && !left.contains(*name)) {
        apply::remove(root, name)?;
    }
    for (name, content) in before.iter().filter(|(name, _)| !left.contains(*name)) {
        write_file(repository, name, *content, &objects.blob(content.id)?)?;
    }
    Ok(before)
}

/// Write one file as it was: replaced in one step, never through a link.
fn write_file(
    repository: &Repository,
    name: &BString,
    content: Content,
    data: &[u8],
) -> Result<(), ExecuteError> {
    let root = repository.root()?;
    let full = root.join(native(name.as_bstr()));
    let failed = |source| ExecuteError::Write { path: full.clone(), source };
    let folder = full.parent().unwrap_or(root);
    disk::make_folders(folder).map_err(failed)?;
    if !apply::stands_in_real_folders(root, name) {
        let linked = std::io::Error::other("a folder on the way to it is a link");
        return Err(failed(linked));
    }
    if is_already(&full, content, data)? {
        return Ok(());
    }
    let scratch = lock::scratch(repository)?;
    match write_through(&scratch, &full, content, data) {
        // The git directory may stand on another disk.
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            write_through(folder, &full, content, data).map_err(failed)
        }
        done => done.map_err(failed),
    }
}

fn write_through(scratch: &Path, full: &Path, content: Content, data: &[u8]) -> std::io::Result<()> {
    if content.mode.is_link() {
        let folder = disk::temporary_folder(scratch)?;
        let link = folder.path().join("link");
        disk::link(&native(data.as_bstr()), &link)?;
        return disk::rename(&link, full);
    }
    let mut file = new_file(scratch, content)?;
    disk::write(&mut file, data)?;
    disk::persist(file, full)
}

/// Temporary files are private; files of a work tree have what the umask leaves of 666 or 777.
#[cfg(unix)]
fn new_file(scratch: &Path, content: Content) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if content.mode.is_executable() { 0o777 } else { 0o666 };
    disk::temporary_file_with(scratch, std::fs::Permissions::from_mode(mode))
}

/// There are no modes.
#[cfg(not(unix))]
fn new_file(scratch: &Path, _content: Content) -> std::io::Result<tempfile::NamedTempFile> {
    disk::temporary_file(scratch)
}

fn is_already(path: &Path, content: Content, data: &[u8]) -> Result<bool, ExecuteError> {
    let found = images::raw(path)?;
    Ok(found.is_some_and(|(kind, found)| kind == content.mode.kind() && found == data))
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
        disk::remove(&path).map_err(|source| ExecuteError::Write { path, source })?;
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
    disk::remove(&path).map_err(|source| ExecuteError::Write { path, source })
}
