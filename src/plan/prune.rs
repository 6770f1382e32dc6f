//! What happens to artifacts that are gone from the collection.

use super::change::{Question, Step};
use super::deploy::removal;
use super::drift::Recommendation;
use crate::model::deployed::{Deployed, Upstream};
use crate::model::outcome::Status;
use gix::bstr::ByteSlice;

/// Decide about an artifact that is gone: it is kept, unless removals were asked for and nothing was
/// changed here. `step` is that of an artifact about which nothing is decided yet.
pub fn gone(deployed: &Deployed, prune: bool, step: Step) -> Step {
    let step = Step { recommends: Some(Recommendation::KeepOrPrune), ..step };
    let keep = |message: String| Step { message, ..step.clone() };
    let refuse = |message: String, hint: String| Step {
        status: Status::Skipped,
        message,
        hint: Some(hint),
        ..step.clone()
    };
    if deployed.work_tree.is_none() {
        return keep("is gone from the collection and was deleted here".into());
    }
    if let Upstream::Unclear { candidates } = &deployed.upstream {
        let places: Vec<String> = candidates.iter().map(|place| format!("'{place}'")).collect();
        let message = format!("is gone from the collection, and may have become {}", places.join(" or "));
        let hint = "'git skillsync deploy' the one you want, 'git skillsync remove' this one".to_owned();
        return if prune { refuse(message, hint) } else { keep(message + "; kept here") };
    }
    let edited = is_edited(deployed);
    match (prune, edited) {
        (false, true) => keep("is gone from the collection and kept here, with its local edits".into()),
        (false, false) => {
            let hint = "'git skillsync pull --prune' removes what is gone and was not changed here";
            Step { hint: Some(hint.into()), ..keep("is gone from the collection and kept here".into()) }
        }
        (true, true) => {
            let name = &step.name;
            let hint = format!("'git skillsync remove {name}' removes it all the same");
            refuse("is gone from the collection, but has local edits; kept".into(), hint)
        }
        (true, false) => {
            let mut message = "is gone from the collection".to_owned();
            if let Some((own, _)) = deployed.untracked.first() {
                message += &format!("; '{}' is not tracked and stays", own.to_str_lossy());
            }
            let (status, contents) = (Status::Removed, [deployed.work_tree, None]);
            Step { status, change: Some(removal(deployed, false)), contents, message, ..step }
        }
    }
}

/// Whether work tree, index or HEAD have anything that the collection did not.
fn is_edited(deployed: &Deployed) -> bool {
    let Some(base) = deployed.base.as_ref().map(|base| base.content) else { return true };
    let at_head = deployed.head_base.as_ref().map(|base| base.content);
    let committed = deployed.head.is_none() || deployed.head == at_head || deployed.head == Some(base);
    deployed.work_tree != Some(base) || deployed.index != Some(base) || !committed
}

/// Hold back removals that would take more than half of what is deployed, until somebody agrees:
/// a collection that lost everything is more often an accident than a decision.
pub fn hold(steps: &mut [Step], deployed: usize) {
    let is_removal = |step: &Step| step.status == Status::Removed && step.change.is_some();
    let removals = steps.iter().filter(|step| is_removal(step)).count();
    if removals < 2 || removals * 2 <= deployed {
        return;
    }
    for step in steps.iter_mut().filter(|step| is_removal(step)) {
        step.status = Status::Skipped;
        step.change = None;
        step.contents[1] = step.contents[0];
        step.asks = Some(Question::RemoveMany);
        step.message = "is gone from the collection, with most others; kept".into();
        step.hint = Some("'--yes' removes them all the same".into());
    }
}
