//! `git skillsync collection`: add, list, remove, update and make collections.

use super::init;
use crate::error::Error;
use crate::execute::update::{self, Fetched};
use crate::execute::{configure, new_collection};
use crate::exit::Exit;
use crate::model::configured::{Configured, without_credentials};
use crate::observe::ObserveError;
use crate::observe::configured::{self, Place};
use crate::report::failure::{chain, hint_line, warning};
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::request::Init;
use crate::session::Session;
use serde_json::{Value, json};
use std::path::Path;

/// `collection add`: register a collection, once it can be opened.
pub fn add(session: &Session, name: &str, place: &str, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    check_name(name)?;
    let request = Init {
        place: Some(place.to_owned()),
        name: name.to_owned(),
        branch: None,
        targets: Vec::new(),
        hooks: false,
        share: false,
    };
    let collection = init::register(session, &project, &request)?;
    let url = without_credentials(&collection.url);
    if form.json {
        let id = collection.id.map(|id| id.to_string());
        return Ok(Report::json("collection add", json!({"name": name, "url": url, "id": id})));
    }
    if form.quiet {
        return Ok(Report::data(""));
    }
    let line = format!("registered the collection '{}' at '{}'", escape(name), escape(url));
    let hint = format!("'git skillsync --collection {name} list --available' shows what it offers");
    Ok(Report::line(line).with(hint_line(&hint), Exit::Done))
}

/// A collection's name is a word in configuration keys, file names and conflict markers.
fn check_name(name: &str) -> Result<(), Error> {
    let allowed = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    if name.starts_with(char::is_alphanumeric) && name.chars().all(allowed) {
        return Ok(());
    }
    let reason = "it may have letters, digits, '-', '_' and '.', and begins with a letter or digit";
    Err(Error::UnsafeName { name: name.to_owned(), reason: reason.to_owned() })
}

/// `collection list`: what is registered, and what the tracked configuration offers to register.
pub fn list(session: &Session, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let known = configured::all(&project);
    let default = configured::chosen(&project, None).ok().map(|collection| collection.name);
    let is_default = |collection: &Configured| Some(&collection.name) == default.as_ref();
    let mut tracked = configured::tracked(&project)?;
    tracked.retain(|offered| known.iter().all(|collection| collection.name != offered.name));
    if form.json {
        let known = known.iter().map(|collection| fields(collection, is_default(collection), true));
        let tracked = tracked.iter().map(|collection| fields(collection, false, false));
        let all: Vec<Value> = known.chain(tracked).collect();
        return Ok(Report::json("collection list", json!({"collections": all})));
    }
    let mut text = String::new();
    for collection in &known {
        let branch = collection.branch.as_ref().map(|branch| format!("  branch {}", escape(branch)));
        let note = if is_default(collection) && known.len() > 1 { "  (default)" } else { "" };
        let (name, url) = (escape(&collection.name), escape(without_credentials(&collection.url)));
        text += &format!("{name}  {url}{}{note}\n", branch.unwrap_or_default());
    }
    let mut said = String::new();
    for offered in &tracked {
        said += &hint_line(&format!(
            "'.skillsync/config' names the collection '{0}': 'git skillsync init --name {0}' registers it",
            offered.name
        ));
    }
    if known.is_empty() {
        let hint = "'git skillsync collection add NAME URL|PATH' registers one";
        said = format!("no collection is registered\n{}{said}", hint_line(hint));
    }
    Ok(Report::data(text).with(said, Exit::Done))
}

fn fields(collection: &Configured, is_default: bool, registered: bool) -> Value {
    json!({"name": collection.name, "url": without_credentials(&collection.url), "branch": collection.branch,
        "root": collection.root, "loose": collection.loose, "id": collection.id.map(|id| id.to_string()),
        "default": is_default, "registered": registered})
}

/// `collection remove`: forget a collection; what was deployed from it stays, and so does its record.
pub fn remove(session: &Session, name: &str, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    find(configured::all(&project), name)?;
    if !configure::remove_collection(&project, name)? {
        return Err(Error::ForeignCollection(name.to_owned()));
    }
    if form.json {
        return Ok(Report::json("collection remove", json!({"name": name})));
    }
    let line = format!("removed the collection '{}'", escape(name));
    Ok(if form.quiet { Report::data("") } else { Report::line(line) })
}

fn find(all: Vec<Configured>, name: &str) -> Result<Configured, Error> {
    let found = all.into_iter().find(|collection| collection.name == name);
    Ok(found.ok_or_else(|| ObserveError::UnknownCollection(name.to_owned()))?)
}

/// `collection update`: fetch what lies behind a URL.
pub fn update(session: &Session, name: Option<&str>, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let all = configured::all(&project);
    let chosen = match name.or(session.collection.as_deref()) {
        Some(name) => vec![find(all, name)?],
        None if all.is_empty() => return Err(ObserveError::NoCollection.into()),
        None => all,
    };
    let folder = project.work_dir().unwrap_or(project.git_dir());
    let (mut lines, mut rows, mut said) = (String::new(), Vec::new(), String::new());
    let only = chosen.len() == 1;
    for collection in &chosen {
        let (status, detail) = match fetch(session, collection, folder) {
            Ok(done) => done,
            Err(error) if only => return Err(error),
            // One that is out of reach does not keep the others from being fetched.
            Err(error) => {
                said += &warning(&chain(&error));
                ("failed", None)
            }
        };
        rows.push(json!({"name": collection.name, "status": status, "detail": detail}));
        lines += &format!("{}: {}\n", escape(&collection.name), sentence(status, detail.as_deref()));
    }
    let exit = Exit::attention_if(!said.is_empty());
    if form.json {
        return Ok(Report::json("collection update", json!({"collections": rows})).with(said, exit));
    }
    Ok(Report::data(if form.quiet { String::new() } else { lines }).with(said, exit))
}

fn sentence(status: &str, detail: Option<&str>) -> String {
    match (status, detail) {
        ("on_disk", Some(path)) => format!("on disk at '{}', nothing to fetch", escape(path)),
        ("up_to_date", _) => "up to date".to_owned(),
        (status, Some(detail)) => format!("{status} {detail}"),
        (status, None) => status.to_owned(),
    }
}

/// What became of a collection, in a word and what there is to add.
fn fetch(
    session: &Session,
    collection: &Configured,
    folder: &Path,
) -> Result<(&'static str, Option<String>), Error> {
    let path = match configured::place(collection, session, folder)? {
        Place::Folder(path) => {
            configured::open(collection, session, folder)?;
            return Ok(("on_disk", Some(path.display().to_string())));
        }
        Place::Clone(path) => path,
    };
    Ok(match update::update(session, &collection.url, &path, collection.branch.as_deref())? {
        Fetched::Cloned => ("cloned", None),
        Fetched::Same => ("up_to_date", None),
        Fetched::Moved(before, after) => {
            ("updated", Some(format!("{}..{}", before.to_hex_with_len(7), after.to_hex_with_len(7))))
        }
    })
}

/// `collection init`: make a collection repository.
pub fn make(session: &Session, path: Option<&Path>, form: Form) -> Result<Report, Error> {
    let folder = path.map_or_else(|| session.folder.clone(), |path| session.folder.join(path));
    let made = new_collection::make(session, &folder)?;
    let shown = folder.canonicalize().unwrap_or(folder).display().to_string();
    if form.json {
        let fields = json!({"folder": shown, "branch": made.branch, "commit": made.commit.to_string()});
        return Ok(Report::json("collection init", fields));
    }
    if form.quiet {
        return Ok(Report::data(""));
    }
    let line = format!("made a collection in '{}' on the branch '{}'", escape(shown), escape(made.branch));
    let hint = "'git skillsync init PATH' in a project registers it";
    Ok(Report::line(line).with(hint_line(hint), Exit::Done))
}
