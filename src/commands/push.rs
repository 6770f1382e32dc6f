//! `git skillsync push`: this project's committed edits into the collection.

use super::push_log;
use super::push_message;
use super::push_new;
use super::reconcile;
use super::scan;
use super::shared::{self, Fetch};
use super::{folding, folding_sent, outside, preview, prompt};
use crate::error::Error;
use crate::execute::collection::{Destination, Landed, land};
use crate::execute::copies;
use crate::execute::difference::Pair;
use crate::git::{Repository, commits, refs};
use crate::model::configured::Configured;
use crate::model::deployed::Placement;
use crate::model::outcome::Status;
use crate::model::scan::{ScanMode, Scanned};
use crate::model::selection::select_all;
use crate::observe::collection::Collection;
use crate::observe::deleted::{self, Deleted};
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::{Evidence, Scene};
use crate::observe::{configured, forks};
use crate::plan::agreement;
use crate::plan::change::Step;
use crate::plan::preview::Side;
use crate::plan::push::{self, PushContext, PushStep, Sent};
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::{Push, Resolve, Strategy};
use crate::session::{self, Session, SessionError};
use std::collections::BTreeSet;

/// How often a push that lost the race is run again.
const TRIES: u32 = 8;

/// Run the command.
pub fn run(session: &Session, request: &Push, form: Form) -> Result<Report, Error> {
    Ok(report(&results(session, request, "push", form)?, form))
}

/// Push, and tell what was sent; a push that lost the race looks again and retries.
pub fn results(
    session: &Session,
    request: &Push,
    command: &'static str,
    form: Form,
) -> Result<Results, Error> {
    if request.resolve == Some(Resolve::Mark) {
        return Err(SessionError::BadValue { key: "--auto-resolve".into(), value: "mark".into() }.into());
    }
    let project = session.project()?;
    shared::guard(session, &project, false)?;
    let warnings =
        if request.dry_run { String::new() } else { reconcile::before_writing(session, &project)? };
    let configured = configured::chosen(&project, session.collection.as_deref())?;
    let route = Route { project: &project, configured: &configured, log: &project, warnings };
    along(session, &route, request, command, form)
}

/// From where a push goes to where, and who writes it down.
pub struct Route<'r> {
    /// What is pushed stands here.
    pub project: &'r Repository,
    /// Where it goes.
    pub configured: &'r Configured,
    /// Whose operation log has it.
    pub log: &'r Repository,
    /// What was said before.
    pub warnings: String,
}

/// Push along a route, and tell what was sent.
pub fn along(
    session: &Session,
    route: &Route<'_>,
    request: &Push,
    command: &'static str,
    form: Form,
) -> Result<Results, Error> {
    let Route { project, configured, warnings, .. } = route;
    let scan = scan::mode(project, request)?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let fetch = if request.dry_run { Fetch::No } else { Fetch::Yes };
        let collection = shared::open_collection(session, project, configured, fetch)?;
        let scene = shared::scene(project, on_branch(collection, request)?)?;
        let evidence = scene.evidence()?;
        let said = warnings.clone() + &shared::troubles(&scene, &evidence);
        let mut steps = plan(&scene, &evidence, request, scan)?;
        let asking: Vec<&Step> = steps.iter().map(|step| &step.step).collect();
        if let Some(agreed) = shared::agree(session, project, &asking, request.dry_run)? {
            let (yes, allow_rewind) =
                (request.yes || agreed.lose_edits, request.allow_rewind || agreed.rewind);
            steps = plan(&scene, &evidence, &Push { yes, allow_rewind, ..request.clone() }, scan)?;
        }
        // Whoever agreed is not asked again because somebody else was faster.
        let writes = steps.iter().any(|step| step.sent.is_some()) && !request.dry_run && attempt == 1;
        let confirm = session::confirm(project)?;
        if agreement::asks_about_all(confirm, session.may_ask, request.yes, writes) {
            let shown: Vec<Step> = steps.iter().map(|step| step.step.clone()).collect();
            if !prompt::go_on(&scene, &shown, Side::Project)? {
                let declined = |step: PushStep| match step.sent {
                    Some(_) => PushStep { step: agreement::declined(step.step), sent: None, joins: None },
                    None => step,
                };
                steps = steps.into_iter().map(declined).collect();
            }
        }
        let mut verdict = None;
        let mut said = said;
        if scan == ScanMode::Done && !request.dry_run {
            let (passed, heard, ended) = scan::by_command(session, &scene, steps)?;
            (steps, verdict) = (passed, ended);
            said += &heard;
        }
        let (landed, operation) =
            send(session, &scene, route, request, &steps, || scan::logged(scan, verdict.clone(), &steps))?;
        if landed == Landed::Moved && attempt < TRIES {
            std::thread::sleep(session::back_off(4 * attempt));
            continue;
        }
        let difference = if request.dry_run {
            preview::difference(project, &scene.desk.objects, &pairs(&steps), form)?
        } else {
            String::new()
        };
        let results = finish(&scene, request, steps, &landed)?;
        return Ok(Results { command, operation, warnings: said, difference, ..results });
    }
}

/// What the push changes in the collection.
fn pairs(steps: &[PushStep]) -> Vec<Pair> {
    let pair = |(step, sent): (&Step, &Sent)| Pair {
        path: sent.source.clone(),
        old: step.contents[0],
        new: sent.result,
    };
    steps.iter().filter_map(|step| Some(pair((&step.step, step.sent.as_ref()?)))).collect()
}

/// With `--branch`, an existing topic branch is what is built upon.
fn on_branch(collection: Collection, request: &Push) -> Result<Collection, Error> {
    let Some(name) = &request.branch else { return Ok(collection) };
    let full = format!("refs/heads/{name}");
    let topic = refs::read(collection.repository.own(), &full)?;
    Ok(match topic.map(|tip| collection.repository.here(tip)) {
        Some(tip) => collection.moved_to(full, tip)?,
        None => collection,
    })
}

fn plan<'a>(
    scene: &'a Scene<'a>,
    evidence: &'a Evidence<'a>,
    request: &Push,
    scan: ScanMode,
) -> Result<Vec<PushStep>, Error> {
    let observer = Observer::new(scene, evidence)?.for_sending();
    let mut placements = observer.placements()?;
    let new = if request.new { push_new::placements_of(scene, &placements)? } else { Vec::new() };
    placements.extend(new.iter().cloned());
    let mut deleted = if request.delete { deleted::find(scene)? } else { Vec::new() };
    // What still stands at another place was not deleted.
    deleted.retain(|deleted| placements.iter().all(|placement| placement.source != deleted.placement.source));
    placements.extend(deleted.iter().map(|deleted| deleted.placement.clone()));
    let chosen = select_all(&request.artifacts, &placements)?;
    for placement in &mut placements {
        placement.named = !request.artifacts.is_empty() || new.contains(placement);
    }
    let chosen: Vec<Placement> = chosen.into_iter().map(|at| placements[at].clone()).collect();
    let is_chosen = |deleted: &&Deleted| chosen.iter().any(|chosen| chosen.path == deleted.placement.path);
    let gone: Vec<&Deleted> = deleted.iter().filter(is_chosen).collect();
    let mut steps: Vec<PushStep> =
        gone.iter().map(|gone| push::delete(&gone.placement, gone.theirs, gone.was_here)).collect();
    let is_here = |chosen: &Placement| gone.iter().all(|gone| gone.placement.path != chosen.path);
    let placements = chosen.iter().filter(|chosen| is_here(chosen)).cloned().collect();
    let context = PushContext {
        strategy: strategy(scene, request)?,
        resolve: request.resolve.unwrap_or(Resolve::Abort),
        work_tree: request.work_tree,
        only_ahead: request.only_ahead,
        allow_rewind: request.allow_rewind,
        yes: request.yes,
    };
    let need = if request.work_tree { Need::EveryBase } else { Need::Push };
    let mut taken = BTreeSet::new();
    let (mut looked, mut sending) = (Vec::new(), Vec::new());
    for deployed in observer.look(placements, need)? {
        let mut deployed = observer.in_collection_form(deployed)?;
        if context.strategy == Strategy::Fork {
            let version = if context.work_tree { deployed.work_tree } else { deployed.head };
            forks::find_in_collection(scene, &mut deployed, version, &taken)?;
        }
        let is_new = new.iter().any(|placement| placement.path == deployed.placement.path);
        let step =
            match push_new::publish(&deployed, &context).filter(|_| is_new && deployed.theirs.is_none()) {
                Some(step) => step,
                None => push::push(&deployed, &context, &mut evidence.engine().borrow_mut())?,
            };
        taken.extend(step.sent.as_ref().map(|sent| sent.source.clone()));
        sending.push(scan::sent(scene, &deployed, only_safe(scene, step), scan)?);
        looked.push(deployed);
    }
    if context.strategy != Strategy::Fork {
        let favor = folding::favor(request.resolve);
        folding_sent::fold_for_push(evidence, &looked, &mut sending, context.strategy, favor)?;
    }
    steps.extend(sending);
    shared::keep_caches(scene);
    Ok(steps)
}

fn strategy(scene: &Scene<'_>, request: &Push) -> Result<Strategy, Error> {
    let strategy = request.strategy.map_or_else(|| session::strategy(scene.desk.project), Ok)?;
    Ok(match strategy {
        // Only a pull asks, and where nobody looks nothing is replaced.
        _ if request.started.is_unattended() => Strategy::Merge,
        Strategy::Prompt => Strategy::Merge,
        strategy => strategy,
    })
}

/// The step as it is, unless what it sends would be refused by everybody who takes it in.
fn only_safe(scene: &Scene<'_>, step: PushStep) -> PushStep {
    let Some(result) = step.sent.as_ref().and_then(|sent| sent.result) else { return step };
    match shared::check_safe(&scene.desk.objects, &step.step.name.to_string(), result) {
        Ok(_) => step,
        Err(error) => {
            let step = Step { status: Status::Failed, message: error.to_string(), ..step.step };
            PushStep { step, sent: None, joins: None }
        }
    }
}

/// Make the collection's commit and move its branch.
fn send(
    session: &Session,
    scene: &Scene<'_>,
    route: &Route<'_>,
    request: &Push,
    steps: &[PushStep],
    scanned: impl FnOnce() -> Scanned,
) -> Result<(Landed, Option<String>), Error> {
    let sent: Vec<Sent> = steps.iter().filter_map(|step| step.sent.clone()).collect();
    let (project, collection) = (scene.desk.project, &scene.collection);
    if sent.is_empty() || request.dry_run {
        return Ok((Landed::Done(collection.own_tip()), None));
    }
    commits::identity(project)?;
    let topic = request.branch.as_ref().map(|name| format!("refs/heads/{name}"));
    let branch = topic.as_deref().unwrap_or(&collection.branch);
    let destination = Destination {
        repository: &collection.repository,
        is_clone: configured::is_url(&route.configured.url),
        branch,
        // What was looked at, not what is there by now: somebody else's push must not be overwritten.
        expected: (branch == collection.branch).then_some(collection.own_tip()),
        parent: collection.own_tip(),
    };
    // The trailers name what is pushed by the ids that it has there.
    for pushed in sent.iter().filter_map(|sent| sent.pushed) {
        collection.repository.hand_over(&scene.desk.objects, pushed)?;
    }
    let message = push_message::message(scene, request, steps)?;
    let landed = land(project, &scene.desk.objects, &destination, &sent, &message)?;
    copies::remember(&collection.repository)?;
    let operation = match landed {
        Landed::Done(commit) => {
            Some(push_log::record(session, (scene, route.log), request, steps, commit, scanned())?)
        }
        Landed::Moved | Landed::InTheWay(_) | Landed::Refused(_) => None,
    };
    Ok((landed, operation))
}

fn finish(
    scene: &Scene<'_>,
    request: &Push,
    steps: Vec<PushStep>,
    landed: &Landed,
) -> Result<Results, Error> {
    let sent = steps.iter().any(|step| step.sent.is_some()) && !request.dry_run;
    let mut outcomes = Vec::new();
    for PushStep { mut step, sent, joins } in steps {
        let refusal = match landed {
            Landed::Done(_) => None,
            Landed::Moved => Some("the collection's branch keeps moving".to_owned()),
            Landed::InTheWay(reason) => Some(format!("the collection's work tree is in the way: {reason}")),
            Landed::Refused(reason) => Some(format!("the collection refused it: {reason}")),
        };
        if let Some(reason) = refusal.filter(|_| sent.is_some() || joins.is_some()) {
            let hint = match landed {
                Landed::Refused(_) => "'--branch NAME' pushes a topic branch for review",
                _ => "commit or stash what is there, then push again",
            };
            step = Step { status: Status::Failed, message: reason, hint: Some(hint.to_owned()), ..step };
        }
        let step = outside::in_words_of(scene.desk.project, step);
        outcomes.push(shared::outcome(&scene.desk.objects, step, Side::Project)?);
    }
    let project = scene.desk.project;
    let branch = request.branch.as_deref().unwrap_or(&scene.collection.branch);
    let next = match landed {
        Landed::Done(commit) if sent => {
            let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
            Some(format!("the collection's '{branch}' is at {}", commit.to_hex_with_len(10)))
        }
        _ => None,
    };
    Ok(Results {
        command: "push",
        direction: "push",
        from: project.place().display().to_string(),
        into: scene.collection.repository.own().place().display().to_string(),
        dry_run: request.dry_run,
        operation: None,
        outcomes,
        warnings: String::new(),
        next,
        difference: String::new(),
    })
}
