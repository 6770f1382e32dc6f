//! Who is at work in a repository: whether a lock file of git is still held, and whether a git that
//! was started by a process of ours outlives it.

use super::Repository;
use crate::model::health::Holder;
use std::path::{Path, PathBuf};

/// Who holds a lock file. Git closes some of its lock files long before it removes them, so any git
/// that is at work in the repository may be the one.
pub fn of(project: &Repository, lock: &Path) -> Holder {
    let Some(processes) = processes() else { return Holder::Unknown };
    let (lock, places) = (real(lock), [project.place(), real(project.common_dir()), real(project.git_dir())]);
    let mut seen = false;
    for process in processes {
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

/// Whether a git that a process of ours started for this repository, or for another work tree of it,
/// is still at work. It outlives one that is killed, for as long as its own work takes.
pub fn is_ours_at_work(project: &Repository) -> bool {
    let common = real(project.common_dir());
    processes().into_iter().flatten().any(|process| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        let mut words = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        let is_here = |word: &str| {
            let git_dir = word.strip_prefix("GIT_DIR=").map(Path::new);
            git_dir.is_some_and(|git_dir| git_dir.starts_with(&common))
        };
        words.clone().any(|word| word == "GIT_SKILLSYNC_DEPTH=1") && words.any(|word| is_here(&word))
    })
}

/// The folders of all processes, where the system shows them.
fn processes() -> Option<impl Iterator<Item = PathBuf>> {
    let entries = std::fs::read_dir("/proc").ok()?;
    Some(entries.flatten().map(|entry| entry.path()))
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a process is a git, but not one that only started us.
fn is_git(process: &Path, command: &str) -> bool {
    let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&line);
    command.starts_with("git") && !line.contains("skillsync")
}
