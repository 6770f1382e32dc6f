//! Both versions are kept: the collection's in place, the project's under a new name.

use super::{Puller, clean};
use crate::merge::{MergeError, Merged};
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::PendingFact;
use crate::plan::change::Change;
use gix::bstr::ByteSlice;

impl Puller<'_, '_> {
    /// Whether a merge only decided for one of the sides: then no second version needs to be kept.
    pub(super) fn decides(&self, merged: &Merged, ours: Option<Content>) -> bool {
        merged.is_clean() && [ours, self.deployed.theirs].contains(&merged.content)
    }

    /// The project's version goes to a new name, in work tree and index as with `git mv`, and the
    /// collection's comes to stand in its place. Files that git does not track stay.
    pub(super) fn fork(&mut self, theirs: Content) -> Result<(), MergeError> {
        let Some(fork) = &self.deployed.fork else {
            let hint = "'git skillsync pull --strategy merge' merges it".into();
            self.stop(Status::Skipped, "has no place for a fork".into(), Some(hint));
            return Ok(());
        };
        if let Some(path) = self.in_the_way(Some(theirs))? {
            self.stop_for_untracked(&path);
            return Ok(());
        }
        self.write(Status::Forked, &clean(Some(theirs)), &clean(Some(theirs)));
        self.step.fork = Some(Box::new(moved(self.deployed, &fork.path)));
        self.step.forked_to = Some(fork.path.clone());
        self.step.message = format!("yours is kept at '{}'", fork.path);
        if let Some((own, _)) = self.deployed.untracked.first().filter(|_| self.step.leaves.is_none()) {
            self.step.message += &format!("; '{}' is not tracked and stays", own.to_str_lossy());
        }
        Ok(())
    }
}

/// What stands at the artifact's path, at another one, about which nothing will be recorded.
fn moved(deployed: &Deployed, path: &RepoPath) -> Change {
    Change {
        path: path.clone(),
        work_tree_before: None,
        index_before: None,
        work_tree_after: deployed.work_tree,
        index_after: deployed.index,
        conflicts: Vec::new(),
        base: None,
        old_base: None,
        theirs: None,
        fact: PendingFact::Received(path.clone()),
        restores: None,
        resolved: false,
    }
}
