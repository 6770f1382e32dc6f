//! Clones of collections that live behind a URL: fetched from and pushed to by the git program.

use super::program::{Call, Git, ProgramError};
use super::{GitError, Repository, config};
use gix::ObjectId;
use std::path::Path;

/// How git calls ssh, where the user has said so.
const SSH_COMMAND: &str = "core.sshCommand";

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The remote branch is at the pushed commit.
    Done,
    /// The remote branch has moved: fetch, merge again, retry.
    Moved,
    /// The remote does not take it, for this reason.
    Refused(String),
}

/// Make a bare clone of `url` at `path`.
///
/// # Errors
///
/// When git fails; nothing is left at `path` then.
pub fn clone(git: &Git, url: &str, path: &Path) -> Result<(), GitError> {
    let settings = ["-c", "fetch.fsckObjects=true", "-c", "transfer.credentialsInUrl=die"];
    git.anywhere()
        .on_network(None)
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
        .on_network(config::string(clone, SSH_COMMAND).as_deref())
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
/// When git fails, e.g. without network.
pub fn push(clone: &Repository, commit: ObjectId, branch: &str) -> Result<Pushed, GitError> {
    let refspec = format!("{commit}:{branch}");
    let call = clone.call().on_network(config::string(clone, SSH_COMMAND).as_deref());
    pushed(call.args(["push", "--no-verify", "--", "origin", &refspec]))
}

/// Run a push of one ref and read what became of it; without `--porcelain`, as git then says it all
/// in one place.
///
/// # Errors
///
/// When git fails for another reason than that the remote says no.
pub fn pushed(call: Call) -> Result<Pushed, GitError> {
    match call.run() {
        Ok(_) => Ok(Pushed::Done),
        Err(ProgramError::Failed { stderr, .. }) if has_moved(&stderr) => Ok(Pushed::Moved),
        Err(ProgramError::Failed { stderr, .. }) if stderr.contains("rejected]") => {
            Ok(Pushed::Refused(refusal(&stderr)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Servers word a lost race in several ways.
fn has_moved(stderr: &str) -> bool {
    let words = [
        "fetch first",
        "non-fast-forward",
        "cannot lock ref",
        "failed to lock",
        "failed to update ref",
        "incorrect old value provided",
        "reference already exists",
        "stale info",
    ];
    words.iter().any(|words| stderr.contains(words))
}

/// Why a remote refused a ref: what its hooks said, and the reason behind the ref.
fn refusal(stderr: &str) -> String {
    let said = stderr.lines().filter_map(|line| line.strip_prefix("remote: ")).map(str::trim);
    let rejected = stderr.lines().find(|line| line.contains("rejected]"));
    let reason =
        rejected.and_then(|line| line.rsplit_once('(')).map(|(_, reason)| reason.trim_end_matches(')'));
    let mut words: Vec<&str> = said.filter(|line| !line.is_empty()).collect();
    words.extend(reason);
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{has_moved, refusal};

    #[test]
    fn a_lost_race_is_told_from_a_refusal() {
        for (reason, moved) in [
            ("[rejected] x -> refs/notes/skillsync (fetch first)", true),
            ("[rejected] x -> refs/notes/skillsync (non-fast-forward)", true),
            ("[rejected] x -> refs/notes/skillsync (stale info)", true),
            (
                "[remote rejected] x -> y (cannot lock ref 'refs/notes/skillsync': is at 1 but expected 2)",
                true,
            ),
            ("[remote rejected] x -> y (failed to update ref)", true),
            ("[remote rejected] x -> y (incorrect old value provided)", true),
            ("[remote rejected] x -> y (pre-receive hook declined)", false),
            ("[remote rejected] x -> y (deny updating a hidden ref)", false),
        ] {
            assert_eq!(has_moved(reason), moved, "{reason}");
        }
        let said = "remote: no notes here        \nremote: \nTo x\n ! [remote rejected] x -> y (hook declined)\nerror: z";
        assert_eq!(refusal(said), "no notes here; hook declined");
    }
}
