//! How far a pull may go where nobody looks: a hook's, or that of an agent's session.

use crate::merge::{Engine, MergeError};
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::plan::change::{Change, Step};
use gix::bstr::BString;
use std::collections::BTreeSet;

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
    ///
    /// # Errors
    ///
    /// When an object is missing.
    pub(super) fn limit(
        self,
        step: Step,
        deployed: &Deployed,
        engine: &Engine<'_>,
    ) -> Result<Step, MergeError> {
        if self == Self::Asked || step.change.is_none() {
            return Ok(step);
        }
        let refused = match is_untouched(deployed) {
            false => Some("has changes that are not committed"),
            true if self == Self::WorkTreeOnly => beyond_the_work_tree(&step, engine)?,
            true => None,
        };
        if let Some(message) = refused {
            let hint = format!("'git skillsync pull {}' takes in what is new", deployed.placement.name);
            let about = Step::of(deployed, step.strategy);
            return Ok(Step { status: Status::Skipped, message: message.into(), hint: Some(hint), ..about });
        }
        let mut step = step;
        if let (Self::WorkTreeOnly, Some(change)) = (self, &mut step.change) {
            change.index_after = change.index_before;
        }
        Ok(step)
    }
}

/// Whether nothing at a path is anybody's work in progress: it is as committed, or as an unattended
/// pull left it.
fn is_untouched(deployed: &Deployed) -> bool {
    let Deployed { work_tree, index, head, waiting, .. } = deployed;
    let as_left = waiting.as_ref().is_some_and(|entry| entry.after == *work_tree && entry.before == *head);
    head.is_some() && index == head && (work_tree == head || as_left) && deployed.unmerged.is_empty()
}

/// Why a step cannot be taken in the work tree alone: git would not see a new file, and where it is
/// left out of the next commit it looks as if it had been deleted.
fn beyond_the_work_tree(step: &Step, engine: &Engine<'_>) -> Result<Option<&'static str>, MergeError> {
    if step.leaves.is_some() || step.fork.is_some() {
        return Ok(Some("would move"));
    }
    let Some(change) = &step.change else { return Ok(None) };
    let (known, wanted) =
        (files(change, change.index_before, engine)?, files(change, change.work_tree_after, engine)?);
    Ok((!wanted.is_subset(&known)).then_some("gets new files, which have to be added to the index"))
}

fn files(
    change: &Change,
    content: Option<Content>,
    engine: &Engine<'_>,
) -> Result<BTreeSet<BString>, MergeError> {
    let Some(content) = content else { return Ok(BTreeSet::new()) };
    Ok(engine.files(content, &change.path)?.into_iter().map(|(path, _)| path).collect())
}
