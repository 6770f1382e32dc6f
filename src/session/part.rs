//! The part of a project that one works in.

use crate::git::Repository;
use crate::model::configured::TRACKED;
use crate::model::path::RepoPath;
use std::path::Path;

/// The nearest folder upwards that has a tracked configuration of its own, as the packages of a monorepo may
/// have; else the root. What is deployed stands below it.
pub(super) fn base(project: &Repository, folder: &Path) -> RepoPath {
    let Some(root) = project.work_dir().filter(|root| *root != folder) else { return RepoPath::root() };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (root, folder) = (real(root), real(folder));
    let inside = folder.ancestors().take_while(|at| **at != root && at.starts_with(&root));
    let found = inside.into_iter().find(|at| at.join(TRACKED).is_file());
    found.and_then(|found| path_below(&root, found)).unwrap_or_else(RepoPath::root)
}

/// A folder below a root as the repository calls it; none where it cannot be called anything.
pub(super) fn path_below(root: &Path, folder: &Path) -> Option<RepoPath> {
    let mut path = RepoPath::root();
    for part in folder.strip_prefix(root).ok()?.components() {
        path = path.try_join(part.as_os_str().to_str()?).ok()?;
    }
    Some(path)
}

/// What stands at a path of the file system, as the project calls it.
pub(super) fn path_in_project(project: &Repository, named: &Path) -> Option<RepoPath> {
    let root = project.work_dir()?.canonicalize().ok()?;
    // The last component may be a link itself.
    let named = named.parent()?.canonicalize().ok()?.join(named.file_name()?);
    path_below(&root, &named).and_then(|path| path.path().cloned())
}
