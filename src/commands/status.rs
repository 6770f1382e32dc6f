//! `git skillsync status` and `check`: how every deployed artifact stands.

use super::reconcile::{self, Mention};
use super::shared::{self, Fetch};
use crate::error::Error;
use crate::git::Repository;
use crate::merge;
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::state_file::RecordStore;
use crate::model::target::Scope;
use crate::observe::observer::{Need, Observer};
use crate::observe::scan::Offered;
use crate::observe::scene::Scene;
use crate::plan::drift::{self, Drift};
use crate::report::status::{Overview, Row, State, report};
use crate::report::status_line::one_line;
use crate::report::{Form, Report};
use crate::request::Status;
use crate::session::{self, Session};

/// Run the command.
pub fn run(session: &Session, request: &Status, form: Form, command: &'static str) -> Result<Report, Error> {
    if request.line {
        // A prompt is shown everywhere, and has no place for what is wrong somewhere.
        return Ok(drifts(session, request).map_or_else(|_| Report::data(""), |drifts| one_line(&drifts)));
    }
    let project = match &request.project {
        Some(path) => session.other(path)?,
        None => session.project()?,
    };
    let overview = overview(session, &project, request, form, command)?;
    Ok(report(&overview, form, request.porcelain))
}

/// How one project stands.
pub fn overview(
    session: &Session,
    project: &Repository,
    request: &Status,
    form: Form,
    command: &'static str,
) -> Result<Overview, Error> {
    let mut warnings = reconcile::if_free(session, project, Mention::Once)?;
    let fetch = if request.fetch { Fetch::Yes } else { Fetch::No };
    let scene = shared::scene(project, shared::collection(session, project, fetch)?)?;
    let evidence = scene.evidence()?;
    warnings += &shared::troubles(&scene, &evidence);
    let observer = Observer::new(&scene, &evidence)?;
    let placements = shared::chosen(observer.placements()?, &request.artifacts)?;
    let need = if form.verbose { Need::EveryBase } else { Need::Drift };
    let mut rows = Vec::new();
    for deployed in observer.look(placements, need)? {
        let drift = drift::judge(&deployed, &mut evidence.engine().borrow_mut())?;
        let wants_digests = form.json && (drift.counts || form.verbose);
        let digests = if wants_digests { digests(&scene, &deployed)? } else { [None, None, None] };
        rows.push(Row { deployed, drift, digests });
    }
    shared::keep_caches(&scene);
    Ok(Overview {
        command,
        project: project.place().display().to_string(),
        collection: scene.collection.name.clone(),
        head: scene.desk.head.id.filter(|_| project.is_git()).map(|head| head.to_string()),
        state: state(project)?,
        tip: scene.collection.own_tip().to_string(),
        available: if request.available { available(&scene, &rows)? } else { Vec::new() },
        rows,
        warnings,
        exit_code: request.exit_code,
    })
}

/// How everything stands, as it is on this machine: nothing is fetched, nothing but caches is written.
fn drifts(session: &Session, request: &Status) -> Result<Vec<Drift>, Error> {
    let project = match &request.project {
        Some(path) => session.other(path)?,
        None => session.project()?,
    };
    if !shared::is_at_hand(session, &project)? {
        return Ok(Vec::new());
    }
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    let observer = Observer::new(&scene, &evidence)?;
    let placements = shared::chosen(observer.placements()?, &request.artifacts)?;
    let mut drifts = Vec::new();
    for deployed in observer.look(placements, Need::Drift)? {
        drifts.push(drift::judge(&deployed, &mut evidence.engine().borrow_mut())?);
    }
    shared::keep_caches(&scene);
    Ok(drifts)
}

/// Where the records are.
fn state(project: &Repository) -> Result<State, Error> {
    if !project.is_git() {
        return Ok(match (project.around(), project.layout().scope()) {
            (Some(_), _) => State::Ignored,
            (None, Scope::User) => State::User,
            (None, Scope::Project) => State::Folder,
        });
    }
    Ok(match session::record_store(project)? {
        RecordStore::File => State::File,
        // What could not be moved yet is still there.
        RecordStore::Auto if reconcile::has_filed(project)? => State::File,
        RecordStore::Auto | RecordStore::Notes => State::Notes,
    })
}

/// The digests of collection, project and base.
fn digests(scene: &Scene<'_>, deployed: &Deployed) -> Result<[Option<String>; 3], Error> {
    let path = &deployed.placement.path;
    let digest = |content: Option<Content>| {
        content.map(|content| merge::digest(&scene.desk.objects, content, path)).transpose()
    };
    let base = deployed.base.as_ref().or(deployed.head_base.as_ref()).map(|base| base.content);
    Ok([digest(deployed.theirs)?, digest(deployed.work_tree)?, digest(base)?])
}

/// What the collection offers and the project does not have.
fn available(scene: &Scene<'_>, rows: &[Row]) -> Result<Vec<(String, String)>, Error> {
    let has = |offered: &Offered| {
        let mut placements = rows.iter().map(|row| &row.deployed.placement);
        placements.any(|placement| placement.source == offered.source && placement.name == offered.name)
            || rows
                .iter()
                .any(|row| row.deployed.is_renamed() && row.deployed.placement.source == offered.source)
    };
    let missing = scene.collection.scan()?.artifacts.iter().filter(|offered| !has(offered));
    Ok(missing.map(|offered| (offered.name.to_string(), offered.source.to_string())).collect())
}
