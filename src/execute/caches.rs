//! Cache files: what was offered while looking is kept.

use super::permissions::Permissions;
use crate::git::{Repository, cache};
use std::io::{Error, Write};
use std::path::Path;

/// How many files a folder of the cache may hold; the oldest go first.
const MOST: usize = 32;

/// Keep what was offered for the cache of a repository.
///
/// Nothing depends on it: on a disk that is full or read-only it is not kept, and nobody is told.
pub fn keep(repository: &Repository) {
    let mut kept = false;
    for (path, content) in repository.take_offers() {
        kept |= keep_one(&path, &content).is_ok();
        if let Some(folder) = path.parent().filter(|folder| *folder != cache::folder(repository)) {
            let _ = thin_out(folder);
        }
    }
    if let Some(permissions) = Permissions::of(repository).filter(|_| kept) {
        permissions.give();
    }
}

/// In one step: somebody may be reading the old one. It need not survive a power cut, so nothing
/// is synced.
fn keep_one(path: &Path, content: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn thin_out(folder: &Path) -> Result<(), Error> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort_unstable();
    for (_, path) in files.iter().take(files.len().saturating_sub(MOST)) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
