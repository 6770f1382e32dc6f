//! What a collection receives of one artifact of a project.

use super::change::{Change, Step};
use super::readings;
use crate::merge::{Engine, Favor, MergeError, Place};
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::model::pending::PendingFact;
use crate::request::Resolve;

/// What stands at the artifact's path in the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    /// In the work tree.
    pub work_tree: Option<Content>,
    /// In the index.
    pub index: Option<Content>,
}

/// Decide what the collection takes of a project's committed version.
///
/// # Errors
///
/// When an object is missing or a merge driver fails.
pub fn receive(
    deployed: &Deployed,
    here: Here,
    resolve: Resolve,
    label: &str,
    engine: &mut Engine<'_>,
) -> Result<Step, MergeError> {
    let base = deployed.head_base.as_ref();
    let source = &deployed.placement.source;
    let mut step = Step {
        path: source.clone(),
        target: "collection".into(),
        base_from: base.map(|base| base.rung),
        contents: [here.work_tree; 2],
        incoming: deployed.head,
        versions: [deployed.versions[1].clone(), deployed.versions[0].clone()],
        ..Step::of(deployed, "merge")
    };
    if let Some(reason) = deployed.not_converted.as_ref().filter(|_| deployed.link.is_none()) {
        let message = format!("cannot be put into the collection's form: {reason}");
        let hint = Some("change another copy of it in the project".to_owned());
        return Ok(Step { status: Status::Skipped, message, hint, ..step });
    }
    let Some(content) = deployed.head.filter(|_| deployed.link.is_none()) else { return Ok(step) };
    // What the collection has committed is no change of the project's, whatever is being edited here.
    let unchanged = deployed.theirs == Some(content) || base.is_some_and(|base| base.content == content);
    if here.work_tree == Some(content) || unchanged {
        return Ok(step);
    }
    let stop = |step: Step, status, message: &str, hint: &str| Step {
        status,
        message: message.into(),
        hint: Some(hint.into()),
        ..step
    };
    if base.is_none() {
        let hint = "compare them with 'git diff --no-index'";
        return Ok(stop(step, Status::Skipped, "differs, and no common version is known", hint));
    }
    let favor = match resolve {
        Resolve::Ours => Favor::Ours,
        Resolve::Theirs => Favor::Theirs,
        Resolve::Abort | Resolve::Mark => Favor::Neither,
    };
    let place = Place { path: source, ours: "HEAD", base: "base", theirs: label };
    let mut merge = |ours: Option<Content>| readings::merge(engine, &place, base, ours, Some(content), favor);
    let merged = merge(here.work_tree)?;
    let staged = if here.index == here.work_tree { merged.clone() } else { merge(here.index)? };
    step.settled = merged.settled;
    step.conflicts.clone_from(&merged.conflicts);
    if here.index != here.work_tree && !(merged.is_clean() && staged.is_clean()) {
        let message = "has unstaged changes that conflict with the project's";
        return Ok(stop(step, Status::Skipped, message, "commit or stash them, then pull again"));
    }
    if !merged.is_clean() && resolve != Resolve::Mark {
        let hint = "'--auto-resolve mark' marks the conflicts";
        return Ok(stop(step, Status::Aborted, "would have conflicts; left untouched", hint));
    }
    if merged.is_clean() && merged.content == here.work_tree {
        step.message = "the collection has it already".into();
        return Ok(step);
    }
    let fast_forward = base.map(|base| base.content) == here.work_tree;
    step.status = match (merged.is_clean(), fast_forward) {
        (false, _) => Status::Conflict,
        (true, true) => Status::Updated,
        (true, false) => Status::Merged,
    };
    step.contents = [here.work_tree, merged.content];
    step.change = Some(Change {
        path: source.clone(),
        work_tree_before: here.work_tree,
        index_before: here.index,
        work_tree_after: merged.content,
        index_after: staged.content,
        conflicts: merged.conflicts,
        base: base.map(|base| base.content),
        old_base: base.map(|base| base.content),
        theirs: Some(content),
        fact: PendingFact::Received(source.clone()),
        restores: None,
        resolved: step.settled > 0,
    });
    Ok(step)
}
