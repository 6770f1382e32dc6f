//! A new collection repository, with the standard folders.

use super::{ExecuteError, disk, files};
use crate::git::{GitError, Repository, commits};
use crate::session::Session;
use gix::ObjectId;
use std::path::Path;

/// The files that a collection begins with.
const FILES: [(&str, &str); 4] = [
    ("README.md", include_str!("new_collection/README.md")),
    ("skills/README.md", include_str!("new_collection/skills.md")),
    ("commands/README.md", include_str!("new_collection/commands.md")),
    ("agents/README.md", include_str!("new_collection/agents.md")),
];

/// A collection that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its first commit.
    pub commit: ObjectId,
    /// The branch it is on, in short.
    pub branch: String,
}

/// Make a collection in a folder that is empty or not there yet.
///
/// # Errors
///
/// When the folder is not empty, nobody is configured to commit as, or it cannot be written.
pub fn make(session: &Session, folder: &Path) -> Result<Made, ExecuteError> {
    let existed = prepare(folder)?;
    fill(session, folder).inspect_err(|_| clear(folder, existed))
}

/// Make sure that an empty folder is there; whether it was before.
///
/// # Errors
///
/// When it is not empty or cannot be made.
pub fn prepare(folder: &Path) -> Result<bool, ExecuteError> {
    let failed = |source| ExecuteError::Write { path: folder.to_owned(), source };
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(ExecuteError::Occupied(folder.to_owned())),
            None => Ok(true),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            disk::make_folders(folder).map_err(failed)?;
            Ok(false)
        }
        Err(error) => Err(failed(error)),
    }
}

fn fill(session: &Session, folder: &Path) -> Result<Made, ExecuteError> {
    let git = |error| ExecuteError::Git(GitError::Program(error));
    session.git.anywhere().args(["init", "--quiet", "--"]).args([folder]).run().map_err(git)?;
    let repository = Repository::open(folder, &session.git)?;
    commits::identity(&repository)?;
    for (path, text) in FILES {
        files::replace(&folder.join(path), text.as_bytes())?;
    }
    let paths = FILES.map(|(path, _)| path);
    repository.plain_call().args(["add", "--"]).args(paths).run().map_err(git)?;
    let message = "Start a collection of skills, commands and agents";
    repository.plain_call().args(["commit", "--quiet", "-m", message]).run().map_err(git)?;
    let head = repository.head()?;
    let branch = head.branch.unwrap_or_default();
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned();
    let commit = head.id.ok_or_else(|| GitError::NoCommit("HEAD".into()))?;
    Ok(Made { commit, branch })
}

/// Take away what was made; all of it is ours, as the folder was empty.
fn clear(folder: &Path, existed: bool) {
    // What cannot be removed is left: the failure that led here is the one to tell.
    if !existed {
        let _ = disk::remove_tree(folder);
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { disk::remove_tree(&path) } else { disk::remove(&path) };
    }
}
