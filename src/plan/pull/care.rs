//! How far a pull may go where nobody looks: a hook's, or that of an agent's session.

use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::plan::change::Step;

/// What a pull may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Everything: somebody asked for it.
    Asked,
    /// Artifacts without local changes, in the work tree alone: what is staged is somebody's commit to be.
    WorkTreeOnly,
    /// Artifacts without local changes, in index and work tree: the result is committed at once.
    Commits,
}

impl Care {
    /// The step, as far as it may be taken.
    pub(super) fn limit(self, step: Step, deployed: &Deployed) -> Step {
        if self == Self::Asked || step.change.is_none() {
            return step;
        }
        if !is_untouched(deployed) {
            let message = "has changes that are not committed";
            let hint = format!("'git skillsync pull {}' takes in what is new", deployed.placement.name);
            let about = Step::of(deployed, step.strategy);
            return Step { status: Status::Skipped, message: message.into(), hint: Some(hint), ..about };
        }
        let mut step = step;
        if let (Self::WorkTreeOnly, Some(change)) = (self, &mut step.change) {
            change.index_after = change.index_before;
        }
        step
    }
}

/// Whether nothing at a path is anybody's work in progress: it is as committed, or as an unattended
/// pull left it.
pub fn is_untouched(deployed: &Deployed) -> bool {
    let Deployed { work_tree, index, head, waiting, .. } = deployed;
    let as_left = waiting.as_ref().is_some_and(|entry| entry.after == *work_tree && entry.before == *head);
    head.is_some() && index == head && (work_tree == head || as_left) && deployed.unmerged.is_empty()
}
