//! Clones of collections that live behind a URL: fetched from and pushed to by the git program.

use super::program::{Git, ProgramError};
use super::{GitError, Repository};
use gix::ObjectId;
use std::path::Path;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The remote branch is at the pushed commit.
    Done,
    /// The remote branch has moved: fetch, merge again, retry.
    Moved,
}

/// Make a bare clone of `url` at `path`.
///
/// # Errors
///
/// When git fails; nothing is left at `path` then.
pub fn clone(git: &Git, url: &str, path: &Path) -> Result<(), GitError> {
    let settings = ["-c", "fetch.fsckObjects=true", "-c", "transfer.credentialsInUrl=die"];
    git.anywhere()
        .args(settings)
        .args(["clone", "--quiet", "--bare", "--no-local", "--"])
        .args([url.as_ref(), path.as_os_str()])
        .run()?;
    Ok(())
}

/// Bring a clone up to date with its remote: branches and tags, what is gone there goes here.
///
/// # Errors
///
/// When git fails, e.g. without network.
pub fn fetch(clone: &Repository) -> Result<(), GitError> {
    let refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    clone
        .call()
        .args(["-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--prune", "--no-auto-maintenance"])
        .args(["--no-write-fetch-head", "--no-recurse-submodules", "--", "origin"])
        .args(refs)
        .run()?;
    Ok(())
}

/// Push a commit to a branch of the clone's remote, never by force.
///
/// # Errors
///
/// When git fails for another reason than that the branch has moved.
pub fn push(clone: &Repository, commit: ObjectId, branch: &str) -> Result<Pushed, GitError> {
    let refspec = format!("{commit}:{branch}");
    let call = clone.call().args(["push", "--porcelain", "--no-verify", "--", "origin", &refspec]);
    match call.run() {
        Ok(_) => Ok(Pushed::Done),
        Err(ProgramError::Failed { stderr, .. }) if has_moved(&stderr) => Ok(Pushed::Moved),
        Err(error) => Err(error.into()),
    }
}

/// Servers word a lost race in several ways.
fn has_moved(stderr: &str) -> bool {
    ["fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref", "stale info"]
        .iter()
        .any(|words| stderr.contains(words))
}
