//! Partial clones: objects that are not here and were promised by a remote. The library does not know
//! of them; git fetches one as soon as it is asked for it.

use super::Repository;
use super::program::Git;
use gix::bstr::ByteSlice;
use gix::{ObjectId, oid};
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::PathBuf;

/// What brings the missing objects of a partial clone.
#[derive(Clone)]
pub(super) struct Promisor {
    git: Git,
    git_dir: PathBuf,
    handle: gix::Repository,
    /// What was asked for already, each once: another answer is not to be expected.
    asked: RefCell<HashSet<ObjectId>>,
}

impl Promisor {
    /// That of a repository, unless it is whole.
    pub(super) fn of(gix: &gix::Repository, git: &Git) -> Option<Self> {
        let config = gix.config_snapshot();
        let partial = config.string("extensions.partialClone").is_some();
        let promised = || {
            gix.remote_names().iter().any(|name| {
                config.boolean(format!("remote.{}.promisor", name.to_str_lossy()).as_str()) == Some(true)
            })
        };
        if !partial && !promised() {
            return None;
        }
        let git_dir = gix.git_dir().canonicalize().unwrap_or_else(|_| gix.git_dir().to_owned());
        Some(Self { git: git.clone(), git_dir, handle: gix.clone(), asked: RefCell::default() })
    }

    /// Let git fetch an object. Without a network it is just not there, as in a clone that lacks it.
    pub(super) fn bring(&self, id: &oid) -> Option<&gix::Repository> {
        if id.is_null()
            || id.kind() != self.handle.object_hash()
            || !self.asked.borrow_mut().insert(id.into())
        {
            return None;
        }
        let call = self.git.within(&self.git_dir, None).env("GIT_TERMINAL_PROMPT", "0");
        let output = call.args(["cat-file", "-e", &id.to_string()]).output();
        // This handle looks for new packs.
        output.is_ok_and(|output| output.status.success()).then_some(&self.handle)
    }
}

impl Repository {
    /// A handle that has the object, if it is not here and git could fetch it.
    pub(super) fn fetched_unless(&self, is_here: bool, id: &oid) -> Option<&gix::Repository> {
        self.promisor().filter(|_| !is_here).and_then(|promisor| promisor.bring(id))
    }
}
