//! What a repository tracks and what it ignores: one command about both.
//!
//! What git ignores is kept in a private store of its own, as a folder outside git is; so a command runs
//! once for each, and its two answers are put together.

use crate::cli::Command;
use crate::commands;
use crate::error::Error;
use crate::git::index::Index;
use crate::git::{Folder, Repository};
use crate::model::artifact::ArtifactName;
use crate::model::path::RepoPath;
use crate::model::selection::{Selectable, Selector};
use crate::model::target::{Ground, TARGETS};
use crate::observe::folder;
use crate::session::Session;

/// Which of the two a command runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Only for what is tracked.
    Tracked,
    /// Only for what is ignored.
    Ignored,
    /// For both.
    Both,
}

/// An artifact that may be named.
struct Item(ArtifactName, RepoPath);

impl Selectable for Item {
    fn name(&self) -> &ArtifactName {
        &self.0
    }

    fn path(&self) -> &RepoPath {
        &self.1
    }
}

/// The sides that a command is about; `tracked` and `ignored` are the same command, and each keeps the
/// artifacts that are meant there.
pub fn of(session: &Session, tracked: &mut Command, ignored: &mut Command) -> Result<Sides, Error> {
    let Some(project) = project_with_ignored(session, tracked) else { return Ok(Sides::Tracked) };
    if let Command::Undo(args) = tracked {
        return undo(session, &project, args.operation.as_deref());
    }
    let tracks = items(&project, &Index::read(&project)?);
    let ignores = with_ignored(session, |store| {
        let found = folder::artifacts(store, &[])?.into_iter();
        Ok(found.filter_map(|path| item(store, path)).collect::<Vec<_>>())
    })?;
    let (Some(here), Some(there)) = (artifacts(tracked), artifacts(ignored)) else { return Ok(Sides::Both) };
    if here.is_empty() {
        return Ok(Sides::Both);
    }
    let is_in = |items: &[Item], name: &String| Selector::new(name.as_str()).select(items).is_ok();
    here.retain(|name| is_in(&tracks, name) || !is_in(&ignores, name));
    there.retain(|name| is_in(&ignores, name));
    Ok(match (here.is_empty(), there.is_empty()) {
        (true, false) => Sides::Ignored,
        (_, true) => Sides::Tracked,
        (false, false) => Sides::Both,
    })
}

/// Whether an error of one side is none where the other side had something to do.
pub fn is_nothing_to_do(error: &Error) -> bool {
    matches!(error, Error::NothingPending | Error::NothingToUndo)
}

/// The repository, if the command is about artifacts and git ignores some of them.
fn project_with_ignored(session: &Session, command: &mut Command) -> Option<Repository> {
    let is_about = match command {
        Command::Pull(args) => args.project.is_none(),
        Command::Status(args) | Command::Check(args) => args.project.is_none(),
        Command::List(args) => !args.available,
        Command::Undo(_) | Command::Log(_) | Command::Continue(_) => true,
        Command::Diff(_) | Command::Push(_) | Command::Sync(_) | Command::Abort(_) | Command::Remove(_) => {
            true
        }
        _ => false,
    };
    if !is_about || session.user {
        return None;
    }
    let project = session.project().ok()?;
    project.ignored_folder().filter(Folder::is_started).map(|_| project)
}

/// Paths as they are typed where one stands, as the project calls them.
pub fn seen_from_root(session: &Session, command: &mut Command) {
    let elsewhere = match command {
        Command::Pull(args) => args.project.is_some(),
        Command::Status(args) | Command::Check(args) => args.project.is_some(),
        _ => false,
    };
    let Some(names) =
        artifacts(command).filter(|names| !elsewhere && names.iter().any(|it| it.contains('/')))
    else {
        return;
    };
    for name in names.iter_mut().filter(|name| name.contains('/')) {
        // A name of a type and an artifact is seldom a path too.
        if let Some(path) = session.path_in_project(name) {
            *name = path.to_string();
        }
    }
}

/// What to name the artifacts with.
fn artifacts(command: &mut Command) -> Option<&mut Vec<String>> {
    Some(match command {
        Command::Status(args) | Command::Check(args) => &mut args.artifacts,
        Command::Diff(args) => &mut args.artifacts,
        Command::Pull(args) => &mut args.artifacts,
        Command::Push(args) => &mut args.artifacts,
        Command::Sync(args) => &mut args.artifacts,
        Command::Abort(args) => &mut args.artifacts,
        Command::Remove(args) => &mut args.artifacts,
        _ => return None,
    })
}

/// The side that has the operation, or the later one.
fn undo(session: &Session, project: &Repository, named: Option<&str>) -> Result<Sides, Error> {
    let here = match named {
        Some(id) => crate::execute::log::find(project, id).ok().map(|_| id.to_owned()),
        None => commands::undo::last(project),
    };
    let there = with_ignored(session, |store| {
        Ok(match named {
            Some(id) => crate::execute::log::find(store, id).ok().map(|_| id.to_owned()),
            None => commands::undo::last(store),
        })
    })?;
    // Ids begin with the time.
    Ok(if there > here { Sides::Ignored } else { Sides::Tracked })
}

/// Look at what is ignored.
fn with_ignored<T>(
    session: &Session,
    look: impl FnOnce(&Repository) -> Result<T, Error>,
) -> Result<T, Error> {
    session.turn_to_ignored(true);
    let found = session.project().map_err(Error::from).and_then(|store| look(&store));
    session.turn_to_ignored(false);
    found
}

/// What is tracked in the folders of targets.
fn items(project: &Repository, index: &Index) -> Vec<Item> {
    let layout = project.layout();
    let mut found: Vec<RepoPath> = Vec::new();
    for (kind, Ground { root, .. }) in TARGETS.iter().flat_map(|target| layout.folders(target)) {
        let files = index.paths(&root).filter_map(|path| std::str::from_utf8(path).ok());
        found.extend(files.filter_map(|file| folder::artifact_of(kind, &root, file)));
    }
    found.dedup();
    found.into_iter().filter_map(|path| item(project, path)).collect()
}

fn item(project: &Repository, path: RepoPath) -> Option<Item> {
    let layout = project.layout();
    let (_, name) = layout.artifact_at(&path).filter(|_| layout.covers(&path))?;
    Some(Item(name, path))
}
