//! Folders outside git: begun by a command, and what is said where there is nothing to commit.

use crate::error::Error;
use crate::execute::folder;
use crate::execute::log::LOG_REF;
use crate::git::{Folder, GitError, Repository, refs};
use crate::model::outcome::Status;
use crate::plan::change::Step;
use crate::plan::drift::Recommendation;
use crate::session::Session;
use std::path::PathBuf;

/// A folder outside git that a command has started.
pub struct Started {
    folder: Folder,
    /// The configuration for others, as far as it was not there before.
    config: Option<PathBuf>,
}

/// The repository the command acts in, or a folder outside git, which is started where there is none.
/// The second says whether it was.
pub fn project_or_start(session: &Session) -> Result<(Repository, Option<Started>), Error> {
    let Some(folder) = session.new_folder()? else { return Ok((session.project()?, None)) };
    let config = folder.shared_config().filter(|config| !config.exists());
    folder::start(&folder, &session.git, "sha1")?;
    Ok((session.project()?, Some(Started { folder, config })))
}

/// What came of a command in a folder that was started for it: where it failed before it did anything,
/// nothing is left of it.
pub fn or_discard<T>(
    done: Result<T, Error>,
    project: &Repository,
    started: Option<&Started>,
) -> Result<T, Error> {
    if let (Err(_), Some(started)) = (&done, started)
        && refs::read(project, LOG_REF)?.is_none()
    {
        folder::discard(&started.folder, started.config.as_deref())?;
    }
    done
}

/// Where only a repository of the user's own will do.
pub fn git_only(project: &Repository) -> Result<(), Error> {
    match project.folder() {
        Some(folder) => Err(GitError::NotInARepository(folder.root().to_owned()).into()),
        None => Ok(()),
    }
}

/// The step that comes after what was done; in a folder outside git there is nothing to commit.
pub fn next(project: &Repository, in_git: &str) -> Option<String> {
    match project.is_git() {
        true => Some(in_git.to_owned()),
        false => Some("'git skillsync undo' takes it back".to_owned()),
    }
}

/// A step with the ways out that there are: outside git nobody has an index or commits.
pub fn in_words_of(project: &Repository, step: Step) -> Step {
    if project.is_git() {
        return step;
    }
    let hint = match step.status {
        Status::Aborted => {
            Some(format!("'git skillsync pull --auto-resolve=mark {}' marks the conflicts", step.name))
        }
        Status::Conflict => Some(RESOLVE.to_owned()),
        _ if step.recommends == Some(Recommendation::ResolveConflict) => Some(RESOLVE.to_owned()),
        _ => step.hint,
    };
    Step { hint, ..step }
}

/// The ways out of conflicts that are marked, outside git.
const RESOLVE: &str = "fix the files and run 'git skillsync continue', or 'git skillsync abort'";
