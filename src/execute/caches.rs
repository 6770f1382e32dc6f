//! Cache files: what was offered while looking is kept.

use super::disk;
use super::permissions::Permissions;
use crate::git::{Repository, cache};
use std::io::Error;
use std::path::Path;
use std::time::Duration;

/// How many files a folder of the cache may hold; the oldest go first.
const MOST: usize = 32;

/// How old a temporary file is that was left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// Keep what was offered for the cache of a repository.
///
/// Nothing depends on it: on a disk that is full or read-only it is not kept, and nobody is told.
pub fn keep(repository: &Repository) {
    let mut kept = false;
    for (path, content) in repository.take_offers() {
        let _ = path.parent().map_or(Ok(()), remove_left);
        kept |= keep_one(&path, &content).is_ok();
        if let Some(folder) = path.parent().filter(|folder| *folder != cache::folder(repository)) {
            let _ = thin_out(folder);
        }
    }
    if let Some(permissions) = Permissions::of(repository).filter(|_| kept) {
        permissions.give();
    }
}

/// Remove the temporary files of those who were killed: nobody takes so long to write one.
fn remove_left(folder: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder)?.flatten() {
        let is_temporary = entry.file_name().to_string_lossy().starts_with(disk::TEMPORARY);
        let is_old = |age: Duration| age > LEFT_BEHIND;
        if is_temporary && entry.metadata()?.modified()?.elapsed().is_ok_and(is_old) {
            disk::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// In one step: somebody may be reading the old one. It need not survive a power cut, so nothing
/// is synced.
fn keep_one(path: &Path, content: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    disk::make_folders(folder)?;
    let mut file = disk::temporary_file(folder)?;
    disk::write(&mut file, content)?;
    disk::persist(file, path)
}

fn thin_out(folder: &Path) -> Result<(), Error> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort_unstable();
    for (_, path) in files.iter().take(files.len().saturating_sub(MOST)) {
        disk::remove(path)?;
    }
    Ok(())
}
