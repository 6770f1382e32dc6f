//! What stands in a folder outside git: the artifacts that a snapshot takes in.

use super::ObserveError;
use super::base::pending;
use crate::git::index::Index;
use crate::git::{Folder, Repository, state_file};
use crate::model::artifact::ArtifactType;
use crate::model::path::RepoPath;
use crate::model::pending::Pending;
use crate::model::safety;
use crate::model::target::{Ground, TARGETS, Target};
use std::collections::BTreeSet;
use std::path::Path;

/// The paths of artifacts: those that were taken in before, those with a record, and what stands in the
/// wanted targets' folders as far as it may be an artifact at all.
///
/// # Errors
///
/// When the index cannot be read.
pub fn artifacts(project: &Repository, wanted: &[&'static Target]) -> Result<Vec<RepoPath>, ObserveError> {
    let Some(folder) = project.folder() else { return Ok(Vec::new()) };
    let index = Index::read(project)?;
    let mut paths = BTreeSet::new();
    let records = state_file::read_records(project).records;
    let recorded = records.facts().map(|fact| fact.path().clone());
    paths.extend(recorded.filter(|path| stands(folder, path) || !index.lines(path).is_empty()));
    // Of a link only that tells, before it is taken in for the first time.
    let waiting = pending::read(project)?.and_then(|text| Pending::parse(&text).ok()).unwrap_or_default();
    let waiting = waiting.entries.iter().map(|entry| entry.path().clone());
    paths.extend(waiting.filter(|path| !index.lines(path).is_empty()));
    for target in TARGETS {
        for (kind, Ground { root, .. }) in project.layout().folders(target) {
            let names = index.paths(&root).filter_map(|path| std::str::from_utf8(path).ok());
            paths.extend(names.filter_map(|path| artifact_of(kind, &root, path)));
        }
    }
    // What else git ignores is nobody's business.
    for target in wanted.iter().filter(|_| !folder.is_ignored()) {
        for (kind, ground) in project.layout().folders(target) {
            collect(folder, kind, &ground, &ground.root, &mut paths);
        }
    }
    if let Some(around) = project.around() {
        // What is tracked is the repository's own business.
        let tracked = Index::read(around)?;
        paths.retain(|path| tracked.lines(path).is_empty());
    }
    Ok(paths.into_iter().collect())
}

/// The artifact that a file belongs to.
pub fn artifact_of(kind: ArtifactType, root: &RepoPath, file: &str) -> Option<RepoPath> {
    let file = RepoPath::new(file).ok()?;
    let rest = file.below(root)?;
    match kind {
        ArtifactType::Skill => rest.split_once('/').map(|(name, _)| root.join(name)),
        ArtifactType::Command | ArtifactType::Agent => Some(file),
    }
}

/// Add what stands in a target's folder and may be an artifact.
fn collect(
    folder: &Folder,
    kind: ArtifactType,
    ground: &Ground,
    at: &RepoPath,
    found: &mut BTreeSet<RepoPath>,
) {
    let Ok(entries) = std::fs::read_dir(folder.root().join(at.as_str())) else { return };
    if !is_real(folder, at) {
        return;
    }
    for entry in entries.flatten() {
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let Ok(path) = at.try_join(&name) else { continue };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        match kind {
            ArtifactType::Skill if is_folder && ground.name_at(&path).is_some() => {
                let mut room = Room { files: safety::MAX_FILES, bytes: safety::MAX_BYTES };
                if measure(&entry.path(), safety::MAX_DEPTH, &mut room) {
                    found.insert(path);
                }
            }
            ArtifactType::Command | ArtifactType::Agent if is_folder && ground.place.nested => {
                collect(folder, kind, ground, &path, found);
            }
            ArtifactType::Command | ArtifactType::Agent if !is_folder && ground.name_at(&path).is_some() => {
                found.insert(path);
            }
            ArtifactType::Skill | ArtifactType::Command | ArtifactType::Agent => {}
        }
    }
}

/// What is left of the limits of an artifact.
struct Room {
    files: usize,
    bytes: u64,
}

/// Whether a folder is small enough for an artifact and no repository of its own.
fn measure(folder: &Path, depth: usize, room: &mut Room) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { return false };
        if entry.file_name() == ".git" || depth == 0 || room.files == 0 {
            return false;
        }
        room.files -= 1;
        if metadata.is_dir() {
            if !measure(&entry.path(), depth - 1, room) {
                return false;
            }
            continue;
        }
        let Some(left) = room.bytes.checked_sub(metadata.len()) else { return false };
        room.bytes = left;
    }
    true
}

fn stands(folder: &Folder, path: &RepoPath) -> bool {
    is_real(folder, path) && folder.root().join(path.as_str()).symlink_metadata().is_ok()
}

/// Whether every folder on the way to a path is a folder and no link: what stands behind one belongs to
/// somebody else.
fn is_real(folder: &Folder, path: &RepoPath) -> bool {
    let mut at = folder.root().to_owned();
    path.components().all(|part| {
        at.push(part);
        at.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink())
    })
}
