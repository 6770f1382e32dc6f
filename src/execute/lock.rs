//! The lock of a repository, and what is tidied up behind a holder that was killed.

use super::permissions::Permissions;
use super::{ExecuteError, disk};
use crate::git::{Repository, holders};
use crate::model::health::Holder;
use crate::session;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a command waits for others of ours: dozens at once are done in less.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the git of a process that was killed may take to come to its end.
const LAST_WORK: Duration = Duration::from_secs(10);

/// How long one that was killed may hold its files until the kernel has closed them.
const LAST_BREATH: Duration = Duration::from_millis(500);

/// How long to wait between two looks at it.
const PAUSE: Duration = Duration::from_millis(10);

/// The lock files that all work trees share and that are made while the lock is held.
const SHARED: [&str; 4] =
    ["refs/notes/skillsync.lock", "refs/skillsync/ops.lock", "packed-refs.lock", "reftable/tables.list.lock"];

/// The one of snapshots in a private store.
const SNAPSHOTS: [&str; 1] = ["refs/heads/main.lock"];

/// Those of a work tree; git makes all of them when it moves a branch that is checked out.
const OWN: [&str; 4] = ["index.lock", "HEAD.lock", "ORIG_HEAD.lock", "AUTO_MERGE.lock"];

/// The name that stands for every lock file in a folder and below it.
const ALL: &str = "*.lock";

/// Those that a fetch makes in a clone of ours.
const FETCHED: [&str; 2] = ["refs/*.lock", "shallow.lock"];

/// The lock of a repository, shared by its work trees; the kernel frees it with the process.
///
/// While it is held, the file names the lock files of git that may be made: whoever finds them
/// named there knows that the last holder did not come to its end, and removes what it left.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// The lock files of git that are named in it, to be taken out again.
    announced: Vec<PathBuf>,
    permissions: Option<Permissions>,
}

impl Lock {
    /// Take the lock, waiting for others of ours to finish.
    ///
    /// # Errors
    ///
    /// When it is still taken after a minute, or cannot be opened.
    pub fn take(repository: &Repository) -> Result<Self, ExecuteError> {
        Self::take_naming(repository, &[])
    }

    /// The same, with further lock files that may be made, relative to the common git directory.
    ///
    /// # Errors
    ///
    /// As for [`Lock::take`].
    pub fn take_naming(repository: &Repository, others: &[String]) -> Result<Self, ExecuteError> {
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            if let Some(lock) = Self::try_take_naming(repository, others)? {
                return Ok(lock);
            }
            // By chance, so that nobody is always too late.
            let pause = session::back_off(1);
            std::thread::sleep(pause);
            waited += pause;
        }
        Err(ExecuteError::Locked)
    }

    /// Take the lock of a clone of ours to fetch into it; nothing if others keep it for long, as who fetches
    /// much from afar: git sees to it that neither hurts the other.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn take_to_fetch(clone: &Repository) -> Result<Option<Self>, ExecuteError> {
        match Self::take_naming(clone, &FETCHED.map(str::to_owned)) {
            Err(ExecuteError::Locked) => Ok(None),
            taken => taken.map(Some),
        }
    }

    /// Take the lock if it is free.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, e.g. on a read-only disk.
    pub fn try_take(repository: &Repository) -> Result<Option<Self>, ExecuteError> {
        Self::try_take_naming(repository, &[])
    }

    fn try_take_naming(repository: &Repository, others: &[String]) -> Result<Option<Self>, ExecuteError> {
        let folder = repository.lock_folder();
        let path = folder.join("lock");
        let failed = |source| ExecuteError::Write { path: path.clone(), source };
        disk::make_folders(&folder).map_err(failed)?;
        let file = disk::open_lock(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut lock = Self { file, announced: Vec::new(), permissions: Permissions::of(repository) };
        lock.tidy_up(repository).map_err(failed)?;
        lock.announce(repository, others).map_err(failed)?;
        Ok(Some(lock))
    }

    /// Remove what a holder left that was killed.
    fn tidy_up(&mut self, repository: &Repository) -> std::io::Result<()> {
        let scratch = scratch_path(repository);
        // Only who holds the lock has anything there.
        if scratch.exists() {
            disk::remove_tree(&scratch)?;
        }
        for folder in [repository.common_dir(), repository.git_dir()] {
            remove_left_files(&folder.join("skillsync"))?;
        }
        remove_left_files(&repository.state_folder())?;
        remove_left_folders(repository)?;
        let mut named = String::new();
        if self.file.read_to_string(&mut named).is_err() || named.is_empty() {
            return Ok(());
        }
        wait_for_its_git(repository);
        for path in complete(&named).filter(|path| path.is_absolute()).flat_map(that_are_there) {
            if is_nobodys(repository, &path) {
                disk::remove(&path)?;
            }
        }
        disk::truncate(&self.file)?;
        self.file.rewind()
    }

    /// Name the lock files of git that may be made while the lock is held.
    fn announce(&mut self, repository: &Repository, others: &[String]) -> std::io::Result<()> {
        // In a store of ours the snapshots are commits on a branch.
        let snapshots = if repository.is_git() { &[][..] } else { &SNAPSHOTS[..] };
        let others = others.iter().map(String::as_str).chain(snapshots.iter().copied());
        let shared = SHARED.into_iter().chain(others).map(|name| repository.common_dir().join(name));
        let all = shared.chain(OWN.into_iter().map(|name| repository.git_dir().join(name)));
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        self.announced = all.map(absolute).collect();
        let text: String = self.announced.iter().map(|path| format!("{}\n", path.display())).collect();
        disk::write(&mut self.file, text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What was written under the lock is for all whom the repository is shared with.
        if let Some(permissions) = &self.permissions {
            permissions.give();
        }
        // A git that was killed alone may have left one: the next holder sees to that. Where the file
        // cannot be emptied, it looks for what is not there.
        let is_left = self.announced.iter().any(|path| !that_are_there(path).is_empty());
        if !self.announced.is_empty() && !is_left {
            let _ = disk::truncate(&self.file);
        }
    }
}

/// Whether a holder that was killed may have left lock files of git: they are named in the lock's own file.
pub fn is_left(repository: &Repository) -> bool {
    let path = repository.lock_folder().join("lock");
    path.metadata().is_ok_and(|file| file.len() > 0)
}

/// The lock files that are named in full: a process that was killed while it named them may have left
/// the beginning of a name, and 'index' is not 'index.lock'.
fn complete(named: &str) -> impl Iterator<Item = &Path> {
    let whole = named.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    whole.filter(|name| name.ends_with(".lock")).map(Path::new)
}

/// The lock files that a name stands for: itself, or [all](ALL) in a folder and those below it.
fn that_are_there(named: &Path) -> Vec<PathBuf> {
    match (named.file_name(), named.parent()) {
        (Some(name), Some(folder)) if name == ALL => {
            let mut found = Vec::new();
            collect_locks(folder, &mut found);
            found
        }
        _ if named.exists() => vec![named.to_owned()],
        _ => Vec::new(),
    }
}

fn collect_locks(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.is_symlink() {
            collect_locks(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            found.push(path);
        }
    }
}

/// A temporary folder for what is done without the lock; it goes when it is dropped.
#[derive(Debug)]
pub struct OwnFolder {
    folder: tempfile::TempDir,
    // As long as this is locked, nobody removes the folder.
    _held: File,
}

impl OwnFolder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Make a temporary folder for what is done without the lock.
///
/// # Errors
///
/// When it cannot be made.
pub fn own_folder(repository: &Repository) -> Result<OwnFolder, ExecuteError> {
    // Until it is held it would look like one that was left.
    let _lock = Lock::take(repository)?;
    let parent = own_folders(repository);
    let make = || {
        disk::make_folders(&parent)?;
        let folder = disk::temporary_folder(&parent)?;
        let held = disk::open_lock(&folder.path().join(HELD))?;
        held.lock()?;
        Ok(OwnFolder { folder, _held: held })
    };
    make().map_err(|source| ExecuteError::Write { path: parent.clone(), source })
}

/// Remove the temporary files of processes that were killed: who writes here has the lock.
fn remove_left_files(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(disk::TEMPORARY) {
            disk::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Remove the folders of processes that were killed: nobody holds them.
fn remove_left_folders(repository: &Repository) -> std::io::Result<()> {
    let entries = std::fs::read_dir(own_folders(repository)).into_iter().flatten().flatten();
    for folder in entries.map(|entry| entry.path()) {
        let is_held = File::open(folder.join(HELD)).is_ok_and(|file| file.try_lock().is_err());
        if !is_held {
            disk::remove_tree(&folder)?;
        }
    }
    Ok(())
}

/// The file in a temporary folder that its owner has locked.
const HELD: &str = "held";

/// Where the temporary folders stand that are used without the lock.
fn own_folders(repository: &Repository) -> PathBuf {
    repository.common_dir().join("skillsync").join("own")
}

/// Wait until the git that a killed process started has come to its end: it still writes.
fn wait_for_its_git(repository: &Repository) {
    let mut waited = Duration::ZERO;
    while waited < LAST_WORK && holders::is_ours_at_work(repository) {
        std::thread::sleep(PAUSE);
        waited += PAUSE;
    }
}

/// Whether a lock file is held by nobody: one that is, or of which that is not known, is somebody else's.
/// A git that is killed has its files open for a moment more.
fn is_nobodys(repository: &Repository, path: &Path) -> bool {
    let mut waited = Duration::ZERO;
    loop {
        match holders::of(repository, path) {
            Holder::Nobody => return true,
            Holder::Process(_) if waited < LAST_BREATH => std::thread::sleep(PAUSE),
            Holder::Process(_) | Holder::Unknown => return false,
        }
        waited += PAUSE;
    }
}

/// Where temporary files stand; only who holds the lock has any.
fn scratch_path(repository: &Repository) -> PathBuf {
    repository.common_dir().join("skillsync").join("tmp")
}

/// The folder for temporary files; the caller has the lock.
///
/// # Errors
///
/// When it cannot be made.
pub fn scratch(repository: &Repository) -> Result<PathBuf, ExecuteError> {
    let path = scratch_path(repository);
    disk::make_folders(&path).map_err(|source| ExecuteError::Write { path: path.clone(), source })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::{Path, complete};

    #[test]
    fn the_beginning_of_a_name_is_no_lock_file() {
        let named = "/p/.git/HEAD.lock\n/p/.git/index.lock\n";
        for end in 0..=named.len() {
            let expected: Vec<&Path> = [(18, "/p/.git/HEAD.lock"), (37, "/p/.git/index.lock")]
                .into_iter()
                .filter(|(length, _)| *length <= end)
                .map(|(_, path)| Path::new(path))
                .collect();
            assert_eq!(complete(&named[..end]).collect::<Vec<_>>(), expected, "{end}");
        }
    }
}
