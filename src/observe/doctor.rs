//! What `doctor` looks at: everything that can be seen without the network and without writing.

mod bases;
mod locks;
mod notes;
mod records;

use super::ObserveError;
use super::base::pending::{Life, Waiting};
use super::collection::Collection;
use super::configured::{self, Place};
use super::desk::Desk;
use super::finalize;
use super::placements;
use super::records::effective;
use crate::git::notes::Notes;
use crate::git::work_tree::WorkTree;
use crate::git::{Repository, cache, config};
use crate::merge::Engine;
use crate::model::configured::Configured;
use crate::model::health::{self, Facts, Unusable};
use crate::session::Session;

/// Gives the repository of a collection in the project's object format, or says why it cannot.
pub type InFormat<'f> = dyn Fn(Repository) -> Result<Repository, String> + 'f;

/// Look at a project; with `verify` the digests of all bases are computed anew. The hooks are the
/// caller's to add.
///
/// # Errors
///
/// When the project itself cannot be read.
pub fn look(
    session: &Session,
    project: &Repository,
    verify: bool,
    in_format: &InFormat<'_>,
) -> Result<Facts, ObserveError> {
    let desk = Desk::open(project)?;
    let configured = configured::all(project);
    let (mut opened, mut unusable) = (Vec::new(), Vec::new());
    for one in &configured {
        match open(session, project, one, in_format) {
            Ok(collection) => opened.push(collection),
            Err(reason) => unusable.push((one.name.clone(), reason)),
        }
    }
    let mut facts = Facts {
        git_settings: config::listed(project, r"^(remote|notes)\.")?,
        settings: config::listed(project, "^skillsync")?,
        collections: unusable,
        collection_names: configured.into_iter().map(|one| one.name).collect(),
        locks: locks::find(project, &session.now()),
        damaged_caches: cache::damaged(project),
        ..Facts::default()
    };
    let notes = match Notes::read(project).and_then(|notes| notes.check().map(|()| notes)) {
        Ok(notes) => notes,
        Err(error) => {
            facts.notes.damaged = Some(error.to_string());
            return Ok(facts);
        }
    };
    facts.pending = pending(&desk, &session.now())?;
    let wanted = match desk.head.id {
        Some(head) => placements::committed_paths(project, head)?,
        None => Vec::new(),
    };
    let found = match desk.head.id {
        Some(head) => Some(effective(project, &notes, head, &wanted)?),
        None => None,
    };
    if let Some(found) = &found {
        facts.records = records::check(found, &opened, &facts.collections, verify)?;
    }
    facts.notes = notes::look(&desk, &notes, found.as_ref())?;
    for collection in opened {
        let name = collection.name.clone();
        match bases::find(project, collection) {
            Ok(bases) => facts.bases.extend(bases),
            Err(error) => facts.collections.push((name, unreachable(&error))),
        }
    }
    Ok(facts)
}

/// Open a collection as it is configured and see whether it is the one that was registered.
fn open(
    session: &Session,
    project: &Repository,
    configured: &Configured,
    in_format: &InFormat<'_>,
) -> Result<Collection, Unusable> {
    let folder = project.work_dir().unwrap_or(project.git_dir());
    let failed = |error: ObserveError| unreachable(&error);
    if let Place::Clone(path) = configured::place(configured, session, folder).map_err(failed)?
        && !path.exists()
    {
        return Err(Unusable::NotCloned);
    }
    let repository = configured::repository(configured, session, folder).map_err(failed)?;
    let repository = in_format(repository).map_err(Unusable::Unreachable)?;
    let collection = configured::at(configured, repository).map_err(failed)?;
    let own = collection.repository.own();
    let found = own.root_commit(collection.own_tip()).map_err(|error| failed(error.into()))?;
    match configured.id {
        Some(registered) if registered != found => Err(Unusable::OtherId { registered, found }),
        Some(_) | None => Ok(collection),
    }
}

fn unreachable(error: &ObserveError) -> Unusable {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    Unusable::Unreachable(format!("{error}{}", source.unwrap_or_default()))
}

/// What waits to be committed, and how it stands.
fn pending(desk: &Desk<'_>, now: &str) -> Result<health::Waiting, ObserveError> {
    let mut found = health::Waiting {
        trouble: desk.trouble.as_ref().map(ToString::to_string),
        interrupted: desk.pending.in_progress().map(|progress| progress.id.clone()),
        ..health::Waiting::default()
    };
    if found.trouble.is_some() || desk.pending.entries.is_empty() || desk.project.work_dir().is_none() {
        return Ok(found);
    }
    found.ready = finalize::find(desk, now)?.facts.len();
    let waiting = Waiting::new(desk);
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let mut engine = Engine::new(&desk.objects, desk.objects.tools()?);
    for path in waiting.paths() {
        let content = work_tree.content(&desk.objects, &path)?;
        let mut is_alive = false;
        for entry in waiting.entries(&path) {
            is_alive |= match content {
                Some(content) => waiting.life(entry, content, &mut engine)? != Life::Dormant,
                None => entry.after.is_none(),
            };
        }
        if !is_alive {
            found.dormant.push(path);
        }
    }
    Ok(found)
}
