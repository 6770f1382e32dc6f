//! `git skillsync import`: what other tools wrote down becomes records of ours.

use super::shared::{self, Fetch};
use super::{import_one, reconcile};
use crate::error::Error;
use crate::execute::adopt;
use crate::execute::integrate::Act;
use crate::git::Repository;
use crate::model::import::{Hint, Unfit};
use crate::model::path::RepoPath;
use crate::observe::configured;
use crate::observe::import::files::{self, Source};
use crate::observe::import::resolve::Resolver;
use crate::observe::observer::Observer;
use crate::observe::scene::{Evidence, Scene};
use crate::plan::change::Step;
use crate::report::import::{FileRow, Imported, LeftOut, report};
use crate::report::{Form, Report};
use crate::request::Import;
use crate::session::Session;
use std::collections::BTreeMap;

/// An entry and the file it stands in.
pub struct Claim<'s> {
    /// The file.
    pub source: &'s Source,
    /// The entry.
    pub hint: &'s Hint,
}

/// One collection, and all that is needed to look things up in it.
pub struct View<'a> {
    /// The project beside the collection.
    pub scene: &'a Scene<'a>,
    /// Looks at the project's artifacts.
    pub observer: Observer<'a>,
    /// Looks hints up.
    pub resolver: Resolver<'a>,
}

/// Run the command.
pub fn run(session: &Session, request: &Import, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let mut warnings = String::new();
    if !request.dry_run {
        shared::guard(session, &project, false)?;
        warnings = reconcile::before_writing(session, &project)?;
    }
    let sources = sources(session, &project, request)?;
    let scenes = scenes(session, &project)?;
    let evidence = scenes.iter().map(Scene::evidence).collect::<Result<Vec<_>, _>>()?;
    let mut views = Vec::new();
    for (scene, evidence) in scenes.iter().zip(&evidence) {
        let resolver = Resolver::new(&scene.collection, &project, &scene.desk.objects);
        views.push(View { scene, observer: Observer::new(scene, evidence)?, resolver });
    }
    let mut imported = Imported {
        dry_run: request.dry_run,
        operations: Vec::new(),
        files: sources.iter().map(file_row).collect(),
        rows: Vec::new(),
        left_out: sources.iter().flat_map(refused).collect(),
        already: 0,
        warnings,
    };
    let steps = judge(session, &project, &views, &evidence, &sources, &mut imported)?;
    scenes.iter().for_each(shared::keep_caches);
    if !request.dry_run {
        imported.operations = record(session, &project, &views, steps)?;
    }
    Ok(report(&imported, form))
}

/// The files; one that is named has to be readable.
fn sources(session: &Session, project: &Repository, request: &Import) -> Result<Vec<Source>, Error> {
    let Some(file) = &request.file else { return Ok(files::all(session, project)?) };
    let source = files::named(session, project, file)?;
    match source.read {
        Err(error) => Err(Error::Import { file: source.shown, source: error }),
        Ok(_) => Ok(vec![source]),
    }
}

/// The project beside each collection in question.
fn scenes<'r>(session: &Session, project: &'r Repository) -> Result<Vec<Scene<'r>>, Error> {
    let all = match &session.collection {
        Some(_) => Vec::new(),
        None => configured::all(project),
    };
    let all =
        if all.is_empty() { vec![configured::chosen(project, session.collection.as_deref())?] } else { all };
    let open = |configured| shared::open_collection(session, project, configured, Fetch::No);
    all.iter().map(|configured| shared::scene(project, open(configured)?)).collect()
}

fn file_row(source: &Source) -> FileRow {
    let read = source.read.as_ref();
    FileRow {
        file: source.shown.clone(),
        format: source.format.as_str(),
        entries: read.map_or(0, |read| read.hints.len()),
        error: read.err().map(ToString::to_string),
    }
}

/// The entries of a file that could not be used. What is no artifact needs nobody's attention.
fn refused(source: &Source) -> Vec<LeftOut> {
    let refused = source.read.as_ref().map_or(&[][..], |read| &read.refused);
    let row = |refused: &crate::model::import::Refused| LeftOut {
        file: source.shown.clone(),
        entry: refused.entry.clone(),
        reason: refused.reason.to_string(),
        attention: !matches!(refused.reason, Unfit::OtherKind(_)),
    };
    refused.iter().map(row).collect()
}

/// Decide about every artifact that the files are about; the steps are those of the views.
fn judge(
    session: &Session,
    project: &Repository,
    views: &[View<'_>],
    evidence: &[Evidence<'_>],
    sources: &[Source],
    to: &mut Imported,
) -> Result<Vec<Vec<Step>>, Error> {
    let mut steps: Vec<Vec<Step>> = views.iter().map(|_| Vec::new()).collect();
    let Some(first) = views.first() else { return Ok(steps) };
    let mut claims: BTreeMap<RepoPath, Vec<Claim<'_>>> = BTreeMap::new();
    for source in sources {
        for hint in source.read.iter().flat_map(|read| &read.hints) {
            let places = files::places(project, &first.scene.desk.index, hint);
            if places.is_empty() {
                to.left_out.push(left_out(&Claim { source, hint }, "nothing of this name is there"));
            }
            for place in places {
                claims.entry(place).or_default().push(Claim { source, hint });
            }
        }
    }
    let now = session.now();
    for (path, claims) in claims {
        if evidence.iter().any(|evidence| evidence.is_recorded(&path)) {
            to.already += 1;
            continue;
        }
        match import_one::judge(views, &path, &claims, &now)? {
            import_one::Judged::LeftOut(reason) => {
                to.left_out.extend(claims.iter().map(|claim| left_out(claim, reason)));
            }
            import_one::Judged::Row { view, row } => {
                steps[view].push(row.step.clone());
                to.rows.push(*row);
            }
        }
    }
    Ok(steps)
}

fn left_out(claim: &Claim<'_>, reason: &str) -> LeftOut {
    let (file, entry) = (claim.source.shown.clone(), claim.hint.entry.clone());
    LeftOut { file, entry, reason: reason.to_owned(), attention: false }
}

/// Write the records, one operation per collection.
fn record(
    session: &Session,
    project: &Repository,
    views: &[View<'_>],
    steps: Vec<Vec<Step>>,
) -> Result<Vec<String>, Error> {
    let mut operations = Vec::new();
    for (view, steps) in views.iter().zip(steps) {
        if steps.iter().all(|step| step.change.is_none()) {
            continue;
        }
        let desk = &view.scene.desk;
        let steps = super::formats::as_recorded(view.scene, steps);
        let act = Act {
            id: session.new_id(),
            command: "import".into(),
            trigger: "command".into(),
            now: session.now(),
            head: desk.head.clone(),
            message: String::new(),
        };
        adopt::run(project, &desk.objects, &desk.pending, &steps, &act)?;
        operations.push(act.id);
    }
    Ok(operations)
}
