//! `git skillsync init`: registers a collection, installs the hooks.

use super::{hooks, outside, shared};
use crate::error::Error;
use crate::execute::configure;
use crate::git::{Folder, Repository, config};
use crate::model::configured::{Configured, without_credentials};
use crate::observe::configured;
use crate::report::{Form, Report};
use crate::request::Init;
use crate::session::{self, Session};
use serde_json::json;
use std::path::Path;

/// Run the command.
pub fn run(session: &Session, request: &Init, form: Form) -> Result<Report, Error> {
    let (project, started) = outside::project_or_start(session)?;
    let registered = register(session, &project, request);
    let collection = outside::or_discard(registered, &project, started.as_ref())?;
    let said = if request.hooks && project.is_git() {
        hooks::install_quietly(session, &project)?
    } else {
        String::new()
    };
    if form.json {
        let fields = json!({"collection": collection.name, "url": collection.url,
            "id": collection.id.map(|id| id.to_string()), "hooks": request.hooks});
        return Ok(Report::json("init", fields).with(said, crate::exit::Exit::Done));
    }
    let url = without_credentials(&collection.url);
    let line = format!("registered the collection '{}' at '{url}'", collection.name);
    let next = crate::report::failure::hint_line(
        "'git skillsync list --available' shows what it offers, 'git skillsync deploy NAME' places it",
    );
    let report = if form.quiet { Report::data("") } else { Report::line(line) };
    Ok(report.with(said + if form.quiet { "" } else { &next }, crate::exit::Exit::Done))
}

/// Register a collection in the project's configuration; once it can be opened, not before.
pub fn register(session: &Session, project: &Repository, request: &Init) -> Result<Configured, Error> {
    let tracked = configured::tracked(project)?;
    let wanted = match &request.place {
        Some(place) => absolute(session, place),
        None => match tracked.iter().find(|known| known.name == request.name).or(tracked.first()) {
            Some(known) => known.url.clone(),
            None => return Err(Error::NothingToRegister),
        },
    };
    let known = configured::all(project).into_iter().find(|known| known.name == request.name);
    if let Some(known) = known.as_ref().filter(|known| known.url != wanted) {
        return Err(Error::CollectionExists { name: known.name.clone(), url: known.url.clone() });
    }
    for target in &request.targets {
        session::target(target)?;
    }
    let branch = request.branch.clone().or_else(|| known.and_then(|known| known.branch));
    let configured =
        Configured { name: request.name.clone(), url: wanted, branch, root: None, loose: None, id: None };
    let opened = shared::open_collection(session, project, &configured, shared::Fetch::No)?;
    let configured = Configured { id: Some(opened.id), ..configured };
    configure::collection(project, &configured)?;
    if !request.targets.is_empty() {
        config::set_all(project, "skillsync.target", &request.targets)?;
    }
    let goes_along = project.folder().and_then(Folder::shared_config).is_some();
    if request.share || goes_along {
        configure::share(project, &configured, &request.targets)?;
    }
    Ok(configured)
}

/// A path as it is named from everywhere; a URL stays as it is.
pub fn absolute(session: &Session, place: &str) -> String {
    if configured::is_url(place) {
        return place.to_owned();
    }
    let path = session.folder.join(Path::new(place));
    path.canonicalize().unwrap_or(path).display().to_string()
}
