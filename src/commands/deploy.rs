//! `git skillsync deploy`: places artifacts from the collection and records their base.

use super::carry_out::{self, Others};
use super::deploy_place::Placer;
use super::init;
use super::{hooks, links, outcomes, outside, preview, reconcile, scan, shared};
use crate::error::Error;
use crate::execute::folder;
use crate::execute::integrate::Act;
use crate::git::{Repository, commits};
use crate::model::artifact::ArtifactName;
use crate::model::configured::Configured;
use crate::model::oid::ObjectId;
use crate::model::selection::{Selectable, select_all};
use crate::observe::collection::Collection;
use crate::observe::configured;
use crate::observe::observer::Observer;
use crate::observe::scan::{Offered, Scan};
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::plan::preview::Side;
use crate::plan::targets::Wanted;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::{Deploy, Init, Started};
use crate::session::{self, Session};
use std::collections::BTreeSet;

impl Selectable for Offered {
    fn name(&self) -> &ArtifactName {
        &self.name
    }

    fn path(&self) -> &crate::model::path::RepoPath {
        &self.source
    }
}

/// Run the command.
pub fn run(session: &Session, request: &Deploy, form: Form) -> Result<Report, Error> {
    if request.dry_run {
        return place(session, &session.project()?, request, form);
    }
    let (project, started) = outside::project_or_start(session)?;
    outside::or_discard(place_all(session, &project, request, form), &project, started.as_ref())
}

/// Place what is asked for: first what is tracked, then what git ignores, which is kept apart.
fn place_all(session: &Session, project: &Repository, request: &Deploy, form: Form) -> Result<Report, Error> {
    let report = place(session, project, request, form)?;
    let Some(folder) = project.ignored_folder().filter(|_| session.met_ignored()) else { return Ok(report) };
    if !folder.is_started() {
        folder::start(&folder, &session.git, &project.object_format())?;
    }
    session.turn_to_ignored(true);
    let named = Deploy { from: None, ..request.clone() };
    let apart = place(session, &session.project()?, &named, form)?;
    Ok(report.joined(&apart, form))
}

/// Place what is asked for in one of the two.
fn place(session: &Session, project: &Repository, request: &Deploy, form: Form) -> Result<Report, Error> {
    shared::guard(session, project, false)?;
    let mut warnings =
        if request.dry_run { String::new() } else { reconcile::before_writing(session, project)? };
    let (collection, said) = collection(session, project, request)?;
    warnings += &said;
    let commit = match &request.revision {
        Some(revision) => collection.commit_named(revision)?,
        None => collection.tip,
    };
    // The branch that is followed anyway is no pin.
    let pin = request.revision.as_deref().filter(|revision| !collection.follows(revision));
    let offered = collection.scan_at(commit)?;
    let wanted = wanted(&offered, request)?;
    let scene = shared::scene(project, collection)?;
    let mut steps = plan(session, &scene, request, &wanted, commit, pin, &mut warnings)?;
    if !request.dry_run {
        let agreed = scan::agree(session, project, &Started::Command, steps.clone())?;
        steps = links::settle(&scene, &steps, &agreed);
    }
    steps = super::formats::as_recorded(&scene, steps);
    let mut id = session.new_id();
    if !request.dry_run {
        if request.commit {
            commits::identity(project)?;
        }
        let (head, trigger) = (scene.desk.head.clone(), "command".to_owned());
        let placed: Vec<&Step> = steps.iter().filter(|step| step.change.is_some()).collect();
        let message = message(&placed, &scene.collection.name);
        let act =
            Act { id: id.clone(), command: "deploy".into(), trigger, now: session.now(), head, message };
        (steps, id) = carry_out::run(session, &scene, steps, &act, Others::GoOn)?;
        warnings += &outcomes::keep(session, &scene, &steps, true)?;
        commit_result(session, project, request, &steps, &scene.collection.name)?;
    }
    let wrote = steps.iter().any(|step| step.change.is_some()) && !request.dry_run;
    let next = "'git commit' commits what is staged";
    let next = if wrote && !request.commit { outside::next(project, next) } else { None };
    let difference = if request.dry_run {
        preview::difference(project, &scene.desk.objects, &preview::pairs(&steps), form)?
    } else {
        String::new()
    };
    let results = shared::integrated("deploy", &scene, steps, id, request.dry_run, Side::Collection)?;
    Ok(report(&Results { warnings, next, difference, ..results }, form))
}

/// The collection to deploy from; `--from` registers one that is not known yet.
fn collection(
    session: &Session,
    project: &Repository,
    request: &Deploy,
) -> Result<(Collection, String), Error> {
    let Some(from) = &request.from else {
        return Ok((shared::collection(session, project, shared::Fetch::No)?, String::new()));
    };
    let place = init::absolute(session, from);
    let all = configured::all(project);
    if let Some(known) = all.iter().find(|known| known.url == place) {
        return Ok((shared::open_collection(session, project, known, shared::Fetch::No)?, String::new()));
    }
    let name = if all.iter().any(|known| known.name == "default") {
        let last = place.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or("collection");
        last.strip_suffix(".git").unwrap_or(last).to_owned()
    } else {
        "default".to_owned()
    };
    if request.dry_run {
        let unregistered = Configured { name, url: place, ..Configured::default() };
        let opened = shared::open_collection(session, project, &unregistered, shared::Fetch::No)?;
        return Ok((opened, String::new()));
    }
    let init = Init {
        place: Some(from.clone()),
        name,
        branch: None,
        targets: Vec::new(),
        hooks: project.is_git(),
        share: false,
    };
    let configured = init::register(session, project, &init)?;
    let said = if init.hooks { hooks::install_quietly(session, project)? } else { String::new() };
    Ok((shared::open_collection(session, project, &configured, shared::Fetch::No)?, said))
}

/// The artifacts that are meant, with a hint about near misses in the error.
fn wanted(scan: &Scan, request: &Deploy) -> Result<Vec<Offered>, Error> {
    let chosen = select_all(&request.artifacts, &scan.artifacts)?;
    let wanted: Vec<Offered> = chosen.into_iter().map(|at| scan.artifacts[at].clone()).collect();
    if request.name.is_some() && wanted.len() > 1 {
        return Err(Error::SeveralRenamed);
    }
    // The same name at several places of the collection: only the path tells which one is meant.
    for offered in &wanted {
        let same: Vec<_> = wanted.iter().filter(|other| other.name == offered.name).collect();
        if same.len() > 1 {
            let name = offered.name.to_string();
            let candidates = same.iter().map(|offered| offered.source.to_string()).collect();
            return Err(crate::model::selection::SelectError::Ambiguous { name, candidates }.into());
        }
    }
    Ok(wanted)
}

#[expect(clippy::too_many_arguments, reason = "one call, all of it the command's own state")]
fn plan(
    session: &Session,
    scene: &Scene<'_>,
    request: &Deploy,
    wanted: &[Offered],
    commit: ObjectId,
    pin: Option<&str>,
    warnings: &mut String,
) -> Result<Vec<Step>, Error> {
    let evidence = scene.evidence()?;
    *warnings += &shared::troubles(scene, &evidence);
    let observer = Observer::new(scene, &evidence)?;
    let mut placer = Placer {
        session,
        scene,
        request,
        wanted: wanted_targets(scene, request)?,
        known: observer.placements()?,
        links: session::supports_links(scene.desk.project),
        method: session::method(scene.desk.project)?,
        origin: scene.collection.origin(),
        now: session.now(),
        commit,
        pin,
        scan: session::scan(scene.desk.project)?,
        elsewhere: BTreeSet::new(),
    };
    placer.elsewhere = placer.find_elsewhere(wanted)?;
    let mut steps = Vec::new();
    for offered in wanted {
        *warnings += &shared::check_safe(&scene.desk.objects, &offered.name.to_string(), offered.content)?;
        placer.place(&observer, offered, &mut steps, warnings)?;
    }
    shared::keep_caches(scene);
    Ok(steps)
}

/// The targets that are to find the artifacts.
fn wanted_targets(scene: &Scene<'_>, request: &Deploy) -> Result<Wanted, Error> {
    Ok(match request.targets.as_slice() {
        [] => Wanted { targets: session::targets(scene.desk.project)?, named: false },
        names => {
            let targets = names.iter().map(|name| session::target(name)).collect::<Result<_, _>>()?;
            Wanted { targets, named: true }
        }
    })
}

fn message(placed: &[&Step], collection: &str) -> String {
    match shared::each_once(placed.iter().map(|step| &step.name)).as_slice() {
        [] => String::new(),
        [one] => format!("Deploy {one} from {collection}\n"),
        many => {
            let list: String = many.iter().map(|name| format!("* {name}\n")).collect();
            format!("Deploy {} artifacts from {collection}\n\n{list}", many.len())
        }
    }
}

fn commit_result(
    session: &Session,
    project: &Repository,
    request: &Deploy,
    steps: &[Step],
    collection: &str,
) -> Result<(), Error> {
    if !request.commit {
        return Ok(());
    }
    let left = shared::left_uncommitted(project, steps)?;
    let is_meant = |step: &&Step| left.contains(&step.path) || step.change.is_some();
    let meant: Vec<&Step> = steps.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Ok(());
    }
    let paths: Vec<_> = meant.iter().map(|step| step.path.clone()).collect();
    shared::commit(project, &paths, &message(&meant, collection))?;
    reconcile::after_commit(session, project)
}
