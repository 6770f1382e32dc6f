//! `git skillsync pull --project PATH`: a project's changes into this collection.

use super::push::{self, Route};
use super::{folding, folding_sent, preview, reconcile, scan, shared};
use crate::error::Error;
use crate::execute::integrate::{self, Act};
use crate::git::work_tree::WorkTree;
use crate::git::{GitError, Repository};
use crate::model::configured::Configured;
use crate::model::deployed::Deployed;
use crate::model::oid::ObjectId;
use crate::model::trailer::{self, PushTrailer};
use crate::observe::collection::Collection;
use crate::observe::configured;
use crate::observe::desk::Desk;
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::Scene;
use crate::plan::atomic;
use crate::plan::change::Step;
use crate::plan::preview::Side;
use crate::plan::receive::{Here, receive};
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::{Pull, Push, Resolve};
use crate::session::{self, Session};
use std::path::Path;

/// Run the command in the collection.
pub fn run(session: &Session, request: &Pull, from: &Path, form: Form) -> Result<Report, Error> {
    let here = session.project()?;
    if here.work_dir().is_none() {
        return into_bare(session, request, from, &here, form);
    }
    shared::guard(session, &here, request.force)?;
    let mut warnings =
        if request.dry_run { String::new() } else { reconcile::before_writing(session, &here)? };
    let project = session.other(from)?;
    if project.object_format() != here.object_format() {
        return Err(Error::OtherObjectFormat(project.place()));
    }
    let collection = this_collection(session, &project, &here)?;
    let scene = shared::scene(&project, collection)?;
    let desk = Desk::open(&here)?;
    let (steps, trailers, said) = plan(&scene, &desk, request)?;
    warnings += &said;
    let id = session.new_id();
    let wrote = steps.iter().any(|step| step.change.is_some()) && !request.dry_run;
    if wrote {
        let message = message(&steps, &project, request, &trailers);
        let (command, trigger, head) = ("pull".to_owned(), "command".to_owned(), desk.head.clone());
        let act = Act { id: id.clone(), command, trigger, now: session.now(), head, message };
        integrate::run(&here, &scene.desk.objects, &desk.pending, &steps, &act)?;
        commit(session, &here, request, &steps)?;
    }
    let next = (wrote && !request.commit.wanted).then(|| "'git commit' commits the result".to_owned());
    let difference = if request.dry_run {
        preview::difference(&here, &scene.desk.objects, &preview::pairs(&steps), form)?
    } else {
        String::new()
    };
    let results = shared::integrated("pull", &scene, steps, id, request.dry_run, Side::Project)?;
    // Here the project is the side that is pulled from.
    let (from, into) = (project.place().display().to_string(), here.place().display().to_string());
    Ok(report(&Results { from, into, warnings, next, difference, ..results }, form))
}

/// A bare collection has no work tree in which anything could be looked at before it is committed: what
/// the project has comes as a commit on the branch, as if it were pushed there.
fn into_bare(
    session: &Session,
    request: &Pull,
    from: &Path,
    here: &Repository,
    form: Form,
) -> Result<Report, Error> {
    if request.base.is_some() || request.atomic {
        return Err(GitError::Bare(here.git_dir().to_owned()).into());
    }
    let project = session.other(from)?;
    let known = known_here(&project, here)?;
    let configured = Configured { url: here.place().display().to_string(), branch: None, ..known };
    let push = Push {
        artifacts: request.artifacts.clone(),
        branch: None,
        message: request.commit.message.clone(),
        work_tree: false,
        strategy: request.strategy,
        resolve: request.resolve,
        new: false,
        delete: false,
        only_ahead: false,
        allow_rewind: false,
        yes: request.yes,
        verify: true,
        dry_run: request.dry_run,
        started: request.started.clone(),
    };
    let route = Route { project: &project, configured: &configured, log: here, warnings: String::new() };
    let results = push::along(session, &route, &push, "pull", form)?;
    Ok(report(&Results { direction: "pull", ..results }, form))
}

/// This repository as the project knows it: the configured collection with the same root commit.
fn known_here(project: &Repository, here: &Repository) -> Result<Configured, Error> {
    let head = here.head()?;
    let id = head.id.map(|head| here.root_commit(head)).transpose()?;
    let all = configured::all(project);
    let known = all.into_iter().find(|known| known.id.is_some() && known.id == id);
    known.ok_or_else(|| Error::NotItsCollection(project.place()))
}

fn this_collection(session: &Session, project: &Repository, here: &Repository) -> Result<Collection, Error> {
    let known = known_here(project, here)?;
    let opened = Repository::open(here.root()?, &session.git)?;
    Ok(configured::at(&known, opened)?)
}

type Planned = (Vec<Step>, Vec<PushTrailer>, String);

fn plan(scene: &Scene<'_>, desk: &Desk<'_>, request: &Pull) -> Result<Planned, Error> {
    let evidence = scene.evidence()?;
    let mut warnings = shared::troubles(scene, &evidence);
    let observer = Observer::new(scene, &evidence)?.with_base(request.base.as_deref())?.for_sending();
    let placements = shared::chosen(observer.placements()?, &request.artifacts)?;
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let resolve = match request.resolve {
        Some(resolve) => resolve,
        None => session::resolve(desk.project)?.unwrap_or(Resolve::Abort),
    };
    let label = scene.desk.project.place();
    let label = label.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy());
    let root = scene.desk.head.id.map(|head| scene.desk.project.root_commit(head)).transpose()?;
    let wanted = session::scan(desk.project)?;
    let (mut steps, mut looked, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for deployed in observer.look(placements, Need::Push)? {
        let deployed = observer.in_collection_form(deployed)?;
        let source = &deployed.placement.source;
        let objects = &scene.desk.objects;
        let here = Here {
            work_tree: work_tree.content(objects, source)?,
            index: desk.index.content(objects, source)?,
        };
        if let Some(content) = deployed.head.filter(|content| here.work_tree != Some(*content)) {
            warnings += &shared::check_safe(objects, &deployed.placement.name.to_string(), content)?;
        }
        let step = receive(&deployed, here, resolve, &label, &mut evidence.engine().borrow_mut())?;
        let base = deployed.head_base.as_ref().map(|base| base.content);
        let (step, said) = scan::received(objects, step, base, deployed.head, wanted)?;
        warnings += &said;
        steps.push(step);
        looked.push(deployed);
        places.push(here);
    }
    let favor = folding::favor(request.resolve);
    let joined = folding_sent::fold_for_receive(&evidence, &looked, &places, &mut steps, favor)?;
    let is_taken = |(at, step): &(usize, &Step)| step.change.is_some() || joined.contains(at);
    let taken = steps.iter().enumerate().filter(is_taken);
    let mut trailers: Vec<PushTrailer> = taken.map(|(at, step)| trailer(&looked[at], step, root)).collect();
    // Copies of one artifact may have the same edit.
    trailers.dedup();
    shared::keep_caches(scene);
    if request.atomic {
        atomic::hold(&mut steps);
    }
    Ok((steps, trailers, warnings))
}

/// What the commit to come says of one copy that was taken in.
fn trailer(deployed: &Deployed, step: &Step, project: Option<ObjectId>) -> PushTrailer {
    PushTrailer {
        artifact: step.name.clone(),
        project,
        base: deployed.head_base.as_ref().map(|base| base.content.id),
        content: deployed.head.map(|content| content.id),
    }
}

/// The message of the commit to come; its trailers say what was taken in, as those of a push do.
fn message(steps: &[Step], project: &Repository, request: &Pull, trailers: &[PushTrailer]) -> String {
    let place = project.place();
    let from = place.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy());
    let names: Vec<String> =
        steps.iter().filter(|step| step.change.is_some()).map(|step| step.name.to_string()).collect();
    let subject = match (&request.commit.message, names.as_slice()) {
        (Some(message), _) => message.trim_end().to_owned(),
        (None, [one]) => format!("Pull {one} from {from}"),
        (None, many) => format!("Pull {} artifacts from {from}", many.len()),
    };
    format!("{subject}\n\n{}", trailer::format(trailers))
}

fn commit(session: &Session, here: &Repository, request: &Pull, steps: &[Step]) -> Result<(), Error> {
    let changed = steps.iter().filter(|step| step.change.is_some());
    let clean = changed.clone().all(|step| step.conflicts.is_empty());
    if !request.commit.wanted || !clean {
        return Ok(());
    }
    let paths: Vec<_> = changed.map(|step| step.path.clone()).collect();
    shared::commit_with_message_file(here, &paths)?;
    reconcile::after_commit(session, here)
}
