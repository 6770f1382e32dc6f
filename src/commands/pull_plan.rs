//! What a pull does to each artifact, decided before anything is written.

use super::shared;
use super::{folding, links, scan};
use crate::error::Error;
use crate::merge;
use crate::model::deployed::{Deployed, Placement};
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::{Evidence, Scene};
use crate::observe::{deleted, forks};
use crate::plan::change::Step;
use crate::plan::prompt::{self as plan_prompt, Choices};
use crate::plan::pull::{Care, PullContext, pull};
use crate::plan::{atomic, prune};
use crate::request::{Pull, Resolve, Started, Strategy};
use crate::session::{self, Session};
use std::collections::BTreeSet;

/// The steps, and what is to be said of them.
#[expect(clippy::too_many_arguments, reason = "one call, all of it the command's own state")]
pub fn plan<'a>(
    session: &Session,
    scene: &'a Scene<'a>,
    evidence: &'a Evidence<'a>,
    request: &Pull,
    resolve: Resolve,
    remove_many: bool,
    choices: &Choices,
) -> Result<(Vec<Step>, String), Error> {
    let observer = Observer::new(scene, evidence)?.with_base(request.base.as_deref())?;
    let mut all = observer.placements()?;
    let deployed_here = all.len();
    if request.force && !request.artifacts.is_empty() {
        // What is named comes back even if its deletion was committed.
        all.extend(deleted::find(scene)?.into_iter().map(|deleted| deleted.placement));
    }
    let placements = shared::chosen(all.clone(), &request.artifacts)?;
    let configured = match request.resolve {
        Some(resolve) => Some(resolve),
        None if request.started.is_unattended() => None,
        None => session::resolve(scene.desk.project)?,
    };
    let context = PullContext {
        origin: &scene.collection.origin(),
        label: &scene.collection.tip_label(),
        now: &session.now(),
        strategy: request.strategy.unwrap_or_default(),
        resolve: configured.unwrap_or(resolve),
        resolve_is_explicit: request.resolve.is_some(),
        prune: request.prune,
        renames: request.rename,
        force: request.force,
        yes: request.yes,
        choice: None,
        care: match (&request.started, request.commit.wanted) {
            (Started::Command, _) => Care::Asked,
            (Started::Unattended(_), true) => Care::Commits,
            (Started::Unattended(_), false) => Care::WorkTreeOnly,
        },
    };
    let (mut steps, mut warnings) = (Vec::new(), String::new());
    let mut destinations = BTreeSet::new();
    // What has a time limit is looked at one by one: looking takes time too. Copies go together.
    let placements = folding::together(placements);
    let starts_new =
        |last: &Placement, next: &Placement| request.time_budget.is_some() && last.source != next.source;
    for some in placements.chunk_by(|last, next| !starts_new(last, next)) {
        if session.is_up(request.time_budget) {
            let deferred = |placement| Step::deferred(placement, context.strategy.as_str());
            steps.extend(some.iter().map(deferred));
            continue;
        }
        let mut looked = observer.look(some.to_vec(), Need::Pull)?;
        if request.rename {
            looked.iter_mut().try_for_each(|deployed| observer.find_destination(deployed))?;
        }
        if context.strategy == Strategy::Merge {
            folding::fold_for_pull(scene, &observer, evidence, &mut looked, folding::favor(request.resolve))?;
        }
        for mut deployed in looked {
            let context = plan_prompt::context(&context, choices.get(&deployed.placement.path).copied());
            if let Some(there) = &mut deployed.destination {
                there.occupied |= !destinations.insert(there.path.clone());
            }
            if context.strategy == Strategy::Fork {
                forks::find_in_project(scene, evidence, &mut deployed, &destinations)?;
            }
            let (step, warning) = step(scene, evidence, &deployed, &context)?;
            destinations.extend(step.forked_to.clone());
            warnings += &warning;
            steps.push(step);
        }
    }
    links::follow(scene, &observer, &context, &all, &mut steps)?;
    shared::keep_caches(scene);
    // What was named one by one is meant.
    if !remove_many && request.artifacts.is_empty() {
        prune::hold(&mut steps, deployed_here);
    }
    if request.atomic {
        atomic::hold(&mut steps);
    }
    Ok((steps, warnings))
}

/// One artifact's step; content that is not safe to take in fails it alone.
fn step(
    scene: &Scene<'_>,
    evidence: &Evidence<'_>,
    deployed: &Deployed,
    context: &PullContext<'_>,
) -> Result<(Step, String), Error> {
    let objects = &scene.desk.objects;
    let name = deployed.placement.name.to_string();
    let incoming = deployed.theirs.filter(|theirs| Some(*theirs) != deployed.work_tree);
    let checked = incoming.map_or(Ok(String::new()), |theirs| shared::check_safe(objects, &name, theirs));
    let digest = match (&checked, deployed.original) {
        (Ok(_), Some(original)) => {
            let there = deployed.destination.as_ref().map_or(&deployed.placement.path, |there| &there.path);
            merge::digest(objects, original, there)?
        }
        _ => String::new(),
    };
    match checked {
        Ok(warning) => {
            let step = pull(deployed, context, &mut evidence.engine().borrow_mut(), &digest)?;
            let before = deployed.base.as_ref().map(|base| base.content).or(deployed.work_tree);
            let wanted = session::scan(scene.desk.project)?;
            let (step, said) = scan::taken(objects, step, before, deployed.theirs, wanted)?;
            Ok((step, warning + &said))
        }
        Err(error) => {
            Ok((Step::failed(deployed, context.strategy.as_str(), error.to_string()), String::new()))
        }
    }
}
