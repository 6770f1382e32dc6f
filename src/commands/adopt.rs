//! `git skillsync adopt`: artifacts that are there already get a record.

use super::reconcile;
use super::shared::{self, Fetch};
use crate::error::Error;
use crate::execute::adopt;
use crate::execute::integrate::Act;
use crate::merge;
use crate::model::artifact::ArtifactName;
use crate::model::deployed::{Nearest, Placement, Rung};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::selection::{Selectable, Selector, select_all};
use crate::observe::adoptable::{Adoptable, Answer, Origin, Unrecorded};
use crate::observe::observer::Observer;
use crate::observe::scene::Scene;
use crate::plan::adopt::{self as plan, Found};
use crate::plan::change::Step;
use crate::report::adopt::{Adopted, Row, VersionRow, report};
use crate::report::{Form, Report};
use crate::request::Adopt;
use crate::session::Session;

/// Run the command.
pub fn run(session: &Session, request: &Adopt, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let mut warnings = String::new();
    if !request.dry_run {
        shared::guard(session, &project, false)?;
        warnings = reconcile::before_writing(session, &project)?;
    }
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    warnings += &shared::troubles(&scene, &evidence);
    let observer = Observer::new(&scene, &evidence)?;
    let (chosen, already) = chosen(&observer, &request.artifacts)?;
    let (mut rows, mut foreign) = (Vec::new(), Vec::new());
    for adoptable in observer.adoptable(chosen)? {
        let name = adoptable.deployed.placement.name.to_string();
        match adoptable.answer {
            // A project has artifacts of its own.
            Answer::Foreign if request.artifacts.is_empty() => foreign.push(name),
            _ => rows.push(row(session, &observer, &adoptable, request.nearest)?),
        }
    }
    shared::keep_caches(&scene);
    let operation = if request.dry_run { None } else { record(session, &scene, &rows)? };
    if operation.is_some() {
        warnings += &super::outcomes::remember(session, &scene);
    }
    let collection = scene.collection.name.clone();
    let adopted =
        Adopted { dry_run: request.dry_run, collection, operation, rows, foreign, already, warnings };
    Ok(report(&adopted, form))
}

/// Write the records; the operation's id, if there was anything to write.
fn record(session: &Session, scene: &Scene<'_>, rows: &[Row]) -> Result<Option<String>, Error> {
    let steps: Vec<Step> = rows.iter().map(|row| row.step.clone()).collect();
    let steps = super::formats::as_recorded(scene, steps);
    if steps.iter().all(|step| step.change.is_none()) {
        return Ok(None);
    }
    let act = Act {
        id: session.new_id(),
        command: "adopt".into(),
        trigger: "command".into(),
        now: session.now(),
        head: scene.desk.head.clone(),
        message: String::new(),
    };
    adopt::run(scene.desk.project, &scene.desk.objects, &scene.desk.pending, &steps, &act)?;
    Ok(Some(act.id))
}

/// Something that may be meant: with a record already, or without.
enum Known {
    Unrecorded(Unrecorded),
    Recorded(Box<Placement>),
}

impl Selectable for Known {
    fn name(&self) -> &ArtifactName {
        match self {
            Self::Unrecorded(it) => it.name(),
            Self::Recorded(it) => it.name(),
        }
    }

    fn path(&self) -> &RepoPath {
        match self {
            Self::Unrecorded(it) => it.path(),
            Self::Recorded(it) => it.path(),
        }
    }
}

/// The artifacts without a record that are meant, and how many of those meant have one.
fn chosen(observer: &Observer<'_>, artifacts: &[Selector]) -> Result<(Vec<Unrecorded>, usize), Error> {
    let (unrecorded, recorded) = observer.unrecorded()?;
    let recorded = recorded.into_iter().map(|placement| Known::Recorded(Box::new(placement)));
    let unrecorded = unrecorded.into_iter().filter(|it| !artifacts.is_empty() || !it.is_let_go());
    let unrecorded = unrecorded.map(Known::Unrecorded);
    let all: Vec<Known> = unrecorded.chain(recorded).collect();
    let meant = select_all(artifacts, &all)?;
    let (mut chosen, mut already) = (Vec::new(), 0);
    for (at, known) in all.into_iter().enumerate() {
        match known {
            Known::Unrecorded(it) if meant.contains(&at) => chosen.push(it),
            Known::Recorded(_) if meant.contains(&at) => already += 1,
            Known::Unrecorded(_) | Known::Recorded(_) => {}
        }
    }
    Ok((chosen, already))
}

fn row(
    session: &Session,
    observer: &Observer<'_>,
    adoptable: &Adoptable,
    accepted: Option<f64>,
) -> Result<Row, Error> {
    let deployed = &adoptable.deployed;
    let skipped = Step { status: Status::Skipped, base_from: None, ..Step::of(deployed, "record") };
    let stop = |message: &str, hint: Option<String>, nearest: Option<&Nearest>| Row {
        step: Step { message: message.to_owned(), hint, ..skipped.clone() },
        version: None,
        nearest: nearest.cloned(),
    };
    if let Some((message, hint)) = plan::obstacle(deployed) {
        return Ok(stop(message, hint.map(str::to_owned), None));
    }
    let name = &deployed.placement.name;
    Ok(match &adoptable.answer {
        Answer::Known(origin) => recorded(session, observer, adoptable, origin, None)?,
        Answer::Like(nearest) if accepted.is_some_and(|ratio| nearest.similarity >= ratio) => {
            let origin = Origin::whole(nearest.content, nearest.commit, Rung::Given);
            recorded(session, observer, adoptable, &origin, Some(nearest))?
        }
        Answer::Like(nearest) => {
            let ratio = nearest.floor();
            let message = format!("no common version is known; the nearest is {}", nearest.label());
            let hint = format!("'git skillsync adopt --nearest={ratio} {name}' takes it as the base");
            stop(&message, Some(hint), Some(nearest))
        }
        Answer::Unlike => {
            let hint = format!("'git skillsync pull --base REV {name}' names a version to go from");
            stop(
                "shares a name with an artifact of the collection, and is like no version of it",
                Some(hint),
                None,
            )
        }
        Answer::Several(sources) => {
            let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
            let message = format!("may be any of {}", sources.join(", "));
            let hint = "'git skillsync deploy PATH' with one of these paths decides it".to_owned();
            stop(&message, Some(hint), None)
        }
        Answer::Foreign => stop("is none of the collection's", None, None),
    })
}

/// The row of an artifact that gets a record.
fn recorded(
    session: &Session,
    observer: &Observer<'_>,
    adoptable: &Adoptable,
    origin: &Origin,
    nearest: Option<&Nearest>,
) -> Result<Row, Error> {
    let deployed = &adoptable.deployed;
    let scene = observer.scene();
    let digest = merge::digest(&scene.desk.objects, origin.version, &deployed.placement.path)?;
    let version = observer.version_in(&deployed.placement.source, origin.version, origin.commit)?;
    let found = Found {
        base: origin.version,
        native: if deployed.placement.form().is_generated() { origin.placed } else { origin.version },
        commit: origin.commit,
        rung: origin.rung,
        digest: &digest,
        version: Some(version.clone().into_text()),
        omitted: origin.omitted.clone(),
        pin: None,
    };
    let mut step = plan::adopt(deployed, &found, &scene.collection.origin(), &session.now());
    if let Some(change) = &mut step.change {
        // What was left out is no part of the base, also while this waits to be committed.
        (change.base, change.theirs) = (Some(origin.placed), Some(origin.placed));
    }
    let found_by = match (nearest, origin.by_skill_file) {
        (Some(_), _) => "nearest",
        (None, true) => "SKILL.md",
        (None, false) => origin.rung.as_str(),
    };
    let version = VersionRow {
        source: deployed.placement.source.clone(),
        commit: scene.collection.repository.own_id(origin.commit),
        digest,
        version: version.into_name(),
        found_by,
        omitted: origin.omitted.clone(),
    };
    Ok(Row { step, version: Some(version), nearest: nearest.cloned() })
}
