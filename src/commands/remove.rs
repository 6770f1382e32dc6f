//! `git skillsync remove`: undeploys artifacts.

use super::carry_out::{self, Others};
use super::shared::{self, Fetch};
use super::{links, outcomes, outside, reconcile};
use crate::error::Error;
use crate::execute::adopt;
use crate::execute::integrate::Act;
use crate::model::deployed::{Deployed, Placement};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::PendingFact;
use crate::model::selection::{SelectError, Selector};
use crate::observe::observer::{Need, Observer};
use crate::observe::placements;
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::plan::deploy::remove;
use crate::plan::preview::Side;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::Remove;
use crate::session::{self, Session};

/// Run the command.
pub fn run(session: &Session, request: &Remove, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    shared::guard(session, &project, false)?;
    let mut warnings = reconcile::before_writing(session, &project)?;
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    warnings += &shared::troubles(&scene, &evidence);
    let observer = Observer::new(&scene, &evidence)?;
    let mut placements = observer.placements()?;
    let all = placements.clone();
    if let Some(target) = &request.target {
        let target = session::target(target)?.name;
        placements.retain(|placement| placement.target == target);
    }
    let artifacts = still_there(&scene, &placements, &request.artifacts);
    let placements =
        shared::chosen(placements, &artifacts).map_err(|error| elsewhere(error, &all, request))?;
    let found = observer.look(placements, Need::Drift)?;
    shared::keep_caches(&scene);
    let mut steps = plan(&scene, &all, &found, request);
    let mut id = session.new_id();
    let names = shared::each_once(steps.iter().filter(|step| step.change.is_some()).map(|step| &step.name));
    let message = match request.keep_files {
        // There is nothing to commit.
        true => String::new(),
        false => format!("Remove {}\n", names.join(", ")),
    };
    let (command, trigger, head) = ("remove".to_owned(), "command".to_owned(), scene.desk.head.clone());
    let act = Act { id: id.clone(), command, trigger, now: session.now(), head, message };
    if request.keep_files {
        // What is let go where it stands is noted at once, as what is adopted is: no commit will tell of it.
        adopt::run(&project, &scene.desk.objects, &scene.desk.pending, &steps, &act)?;
    } else {
        (steps, id) = carry_out::run(session, &scene, steps, &act, Others::GoOn)?;
    }
    warnings += &outcomes::keep(session, &scene, &steps, true)?;
    let next = steps.iter().find(|step| step.change.is_some()).and_then(|step| match request.keep_files {
        true => Some(format!("'git skillsync adopt {}' tracks it again", step.name)),
        false => {
            let next = "'git commit' commits the removal, 'git skillsync abort' takes it back";
            outside::next(&project, next)
        }
    });
    let results = shared::integrated("remove", &scene, steps, id, false, Side::Collection)?;
    Ok(report(&Results { warnings, next, ..results }, form))
}

/// What to say of an artifact that the target does not have and others do.
fn elsewhere(error: Error, all: &[Placement], request: &Remove) -> Error {
    let (Error::Select(SelectError::Unknown(name)), Some(target)) = (&error, &request.target) else {
        return error;
    };
    let Ok(found) = Selector::new(name).select(all) else { return error };
    let paths = found.into_iter().map(|at| all[at].path.to_string()).collect();
    Error::NotAtTarget { artifact: name.clone(), target: target.clone(), paths }
}

/// The artifacts that are meant, without those that an earlier removal took, if it left any of them: the
/// same command finishes what could not be written then.
fn still_there(scene: &Scene<'_>, placements: &[Placement], artifacts: &[Selector]) -> Vec<Selector> {
    let waiting = scene.desk.pending.entries.iter().filter(|entry| entry.noted_on.is_none());
    let removed = waiting.filter(|entry| matches!(entry.fact, PendingFact::Removed(_)));
    let removed: Vec<Placement> =
        removed.map(|entry| placements::named_by(scene.desk.project, entry)).collect();
    let is_gone = |meant: &&Selector| meant.select(placements).is_err() && meant.select(&removed).is_ok();
    let there: Vec<Selector> = artifacts.iter().filter(|meant| !is_gone(meant)).cloned().collect();
    if there.is_empty() { artifacts.to_vec() } else { there }
}

/// What becomes of each: what a link leads to that stays has to stay too.
fn plan(scene: &Scene<'_>, all: &[Placement], found: &[Deployed], request: &Remove) -> Vec<Step> {
    let steps = found.iter().map(|deployed| remove(deployed, request.keep_files));
    let steps: Vec<Step> = steps.collect();
    let is_removed = |placement: &&Placement| {
        steps.iter().any(|step| step.path == placement.path && step.change.is_some())
    };
    let left: Vec<_> = all.iter().filter(|placement| !is_removed(placement)).collect();
    let with_links = found.iter().zip(&steps).map(|(deployed, step)| {
        match linked(scene, &left, &step.path).filter(|_| !request.keep_files && step.change.is_some()) {
            Some(link) => refused(deployed, link),
            None => step.clone(),
        }
    });
    with_links.collect()
}

/// The placement, of those that stay, that is a link to what stands at `path`.
fn linked<'p>(scene: &Scene<'_>, left: &[&'p Placement], path: &RepoPath) -> Option<&'p Placement> {
    let leads_there = |placement: &&&Placement| {
        let lines = scene.desk.index.lines(&placement.path);
        links::leads(scene, &placement.path, lines.first().map(|line| line.content), path)
    };
    left.iter().filter(|placement| placement.is_link()).find(leads_there).copied()
}

/// What another placement leads to has to stay.
fn refused(deployed: &Deployed, link: &Placement) -> Step {
    let message = format!("'{}' is a link to it", link.path);
    let hint = format!(
        "'git skillsync deploy {} --target {} --method copy' makes it a copy",
        link.name, link.target
    );
    Step { status: Status::Skipped, message, hint: Some(hint), ..Step::of(deployed, "overwrite") }
}
