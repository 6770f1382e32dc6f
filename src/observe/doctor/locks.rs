//! Lock files of git that may have been left behind by a git that was killed.

use crate::git::{Repository, holders};
use crate::model::health::LockFile;
use std::collections::BTreeSet;
use std::path::PathBuf;

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
    let holder = holders::of(project, &path);
    Some(LockFile { path, age, holder })
}
