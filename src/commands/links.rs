//! Links to other placements: what they lead to, and where they go when that goes.

use crate::error::Error;
use crate::merge;
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Link, Placement};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::observe::forms;
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::Scene;
use crate::plan::agreement;
use crate::plan::change::{Change, Step};
use crate::plan::pull::PullContext;
use crate::plan::pull::link;

/// Whether a content that stands at `from` is a link to what stands at `to`.
pub fn leads(scene: &Scene<'_>, from: &RepoPath, content: Option<Content>, to: &RepoPath) -> bool {
    let link = content.filter(|content| !content.is_folder());
    let text = link.and_then(|link| merge::blob(&scene.desk.objects, link.id).ok());
    text.is_some_and(|text| text == from.link_to(to).into_bytes())
}

/// Whether a step is about a link to what another one is about, on one side of its changes.
pub fn goes_with(scene: &Scene<'_>, step: &Step, other: &Step, side: fn(&Change) -> Option<Content>) -> bool {
    step.changes().any(|change| {
        let link = side(change).filter(|content| content.mode.is_link());
        link.is_some() && other.changes().any(|there| leads(scene, &change.path, link, &there.path))
    })
}

/// Let links follow what they lead to: where that takes another name they do too, and where it is
/// removed they are.
///
/// `all` are the placements of the project; a link counts though it was not named, as it would lead to
/// nothing.
pub fn follow(
    scene: &Scene<'_>,
    observer: &Observer<'_>,
    context: &PullContext<'_>,
    all: &[Placement],
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let moves =
        |step: &&Step| step.leaves.is_some() || step.status == Status::Removed && step.change.is_some();
    if !context.renames && !steps.iter().any(|step| moves(&step)) {
        return Ok(());
    }
    for placement in all.iter().filter(|placement| placement.is_link()) {
        let Some(mut deployed) = observer.look(vec![placement.clone()], Need::Deploy)?.pop() else {
            continue;
        };
        if !deployed.link.is_some_and(Link::is_as_placed) {
            continue;
        }
        let leads_to = |path: &RepoPath| leads(scene, &placement.path, deployed.work_tree, path);
        let lead =
            steps.iter().filter(moves).find(|step| step.changes().any(|change| leads_to(&change.path)));
        let step = match lead {
            Some(lead) if lead.leaves.is_none() => Some(link::prune(&deployed)),
            Some(lead) => {
                let to = lead.path.clone();
                Some(move_to(scene, observer, context, &mut deployed, &to, steps)?)
            }
            None => match strayed(all, &deployed, leads_to).filter(|_| context.renames) {
                Some(to) => Some(move_to(scene, observer, context, &mut deployed, &to, steps)?),
                None => None,
            },
        };
        let Some(step) = step else { continue };
        match steps.iter_mut().find(|known| known.path == placement.path) {
            Some(known) => *known = step,
            None => steps.push(step),
        }
    }
    Ok(())
}

/// Where a link should lead that leads to no placement any more: what it led to moved without it.
fn strayed(all: &[Placement], deployed: &Deployed, leads_to: impl Fn(&RepoPath) -> bool) -> Option<RepoPath> {
    if all.iter().any(|placement| leads_to(&placement.path)) {
        return None;
    }
    let Placement { name, source, .. } = &deployed.placement;
    let is_same = |placement: &&Placement| {
        placement.source == *source && placement.name.kind == name.kind && !placement.is_link()
    };
    let copies = all.iter().filter(is_same).filter(|placement| !placement.form().is_generated());
    copies.map(|placement| placement.path.clone()).next()
}

fn move_to(
    scene: &Scene<'_>,
    observer: &Observer<'_>,
    context: &PullContext<'_>,
    deployed: &mut Deployed,
    to: &RepoPath,
    steps: &[Step],
) -> Result<Step, Error> {
    observer.find_destination(deployed)?;
    if let Some(there) = &mut deployed.destination {
        there.occupied |= steps.iter().flat_map(Step::changes).any(|change| change.path == there.path);
    }
    let objects = &scene.desk.objects;
    let path = link::path_of(deployed);
    let content = forms::link(objects, &path.link_to(to))?;
    let digest = match deployed.original {
        Some(original) => merge::digest(objects, original, path)?,
        None => String::new(),
    };
    Ok(link::lead_to(deployed, to, content, context, &digest))
}

/// The steps that were agreed to, of those that were planned: without what it leads to, or would lead to,
/// a link is not agreed to either.
pub fn settle(scene: &Scene<'_>, planned: &[Step], agreed: &[Step]) -> Vec<Step> {
    let goes = |link: &Step, steps: &[Step]| {
        let mut others = steps.iter().filter(|other| other.path != link.path);
        others.any(|other| {
            goes_with(scene, link, other, |change| change.work_tree_before)
                || goes_with(scene, link, other, |change| change.work_tree_after)
        })
    };
    let declined = |step: &Step| goes(step, planned) && !goes(step, agreed);
    let settled = agreed.iter().cloned();
    settled.map(|step| if declined(&step) { agreement::declined(step) } else { step }).collect()
}
