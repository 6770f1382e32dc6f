//! Lock files of git that may have been left behind by a git that was killed.

use crate::git::Repository;
use crate::model::health::{Holder, LockFile};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The lock files that stop us or a plain git, in the git directory that all work trees share.
const SHARED: [&str; 5] = [
    "refs/notes/skillsync.lock",
    "refs/skillsync/ops.lock",
    "packed-refs.lock",
    "reftable/tables.list.lock",
    "config.lock",
];

/// Those of one work tree.
const OWN: [&str; 3] = ["index.lock", "HEAD.lock", "reftable/tables.list.lock"];

/// The lock files that are there, with their ages at the time `now`.
pub(super) fn find(project: &Repository, now: &str) -> Vec<LockFile> {
    let shared = SHARED.iter().map(|name| project.common_dir().join(name));
    let own = OWN.iter().map(|name| project.git_dir().join(name));
    // In the main work tree both are the same folder.
    let paths: BTreeSet<PathBuf> = shared.chain(own).collect();
    paths.into_iter().filter_map(|path| look(project, path, now)).collect()
}

fn look(project: &Repository, path: PathBuf, now: &str) -> Option<LockFile> {
    let metadata = path.symlink_metadata().ok()?;
    let written = jiff::Timestamp::try_from(metadata.modified().ok()?).ok()?;
    let now: jiff::Timestamp = now.parse().ok()?;
    let age = now.as_second() - written.as_second();
    let holder = holder(project, &path);
    Some(LockFile { path, age, holder })
}

/// Who holds a lock file. Git closes some of its lock files long before it removes them, so any git
/// that is at work in the repository may be the one.
fn holder(project: &Repository, lock: &Path) -> Holder {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Holder::Unknown };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (lock, places) = (real(lock), [project.place(), real(project.common_dir()), real(project.git_dir())]);
    let mut seen = false;
    for process in processes.flatten().map(|entry| entry.path()) {
        // What ended meanwhile is passed over.
        let Ok(command) = std::fs::read_to_string(process.join("comm")) else { continue };
        seen = true;
        let is_git = is_git(&process, command.trim_end());
        let files = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        let holds = files.filter_map(|file| std::fs::read_link(file.path()).ok()).any(|file| file == lock);
        let inside = match std::fs::read_link(process.join("cwd")) {
            Ok(folder) => places.iter().any(|place| folder.starts_with(place)),
            // Somebody else's process does not show its folder; one that ended meanwhile has none.
            Err(error) => error.kind() == std::io::ErrorKind::PermissionDenied,
        };
        if holds || inside && is_git {
            return Holder::Process(command.trim_end().to_owned());
        }
    }
    if seen { Holder::Nobody } else { Holder::Unknown }
}

/// Whether a process is a git, but not one that only started us.
fn is_git(process: &Path, command: &str) -> bool {
    let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&line);
    command.starts_with("git") && !line.contains("skillsync")
}
