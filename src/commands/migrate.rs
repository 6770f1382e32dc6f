//! Records that leave the state file: into notes, once these can hold them.

use crate::error::Error;
use crate::execute::lock::Lock;
use crate::execute::{configure, folder, records, state_file};
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::git::{Folder, Objects, Repository, state_file as stored};
use crate::merge;
use crate::model::content::Content;
use crate::model::oid::ObjectId;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use crate::model::state_file::RecordStore;
use crate::observe::{filed, folder as look};
use crate::session::{self, Session};

/// Move the records that notes can hold.
///
/// Each goes onto the note of the commit that has its content, is read back from there, and only then
/// leaves the file. What is not committed yet stays where it is.
pub fn to_notes(session: &Session, project: &Repository, lock: &Lock) -> Result<(), Error> {
    if session::record_store(project)? == RecordStore::File {
        return Ok(());
    }
    if let Some(folder) = project.former_folder() {
        from_folder(session, project, &folder)?;
    }
    if let Some(folder) = project.ignored_folder().filter(Folder::is_started) {
        from_store(project, &Repository::of_folder(folder, &session.git)?, lock)?;
    }
    let file = stored::read(project).state.records;
    let Some(head) = project.head()?.id.filter(|_| !file.is_empty()) else { return Ok(()) };
    let facts = filed::effective(project, head, &file)?;
    let moved = write(project, &facts)?;
    if !moved.is_empty() {
        state_file::update_locked(lock, project, |state| state.records.retain(|fact| !moved.contains(fact)))?;
    }
    Ok(())
}

/// The same for a folder that became a repository: the state file and the store are those of the folder.
fn from_folder(session: &Session, project: &Repository, folder: &Folder) -> Result<(), Error> {
    let store = Repository::of_folder(folder.clone(), &session.git)?;
    let is_configured = !configure::take_over(project, &store)?;
    let lock = Lock::take(&store)?;
    // What was edited after the last command there is an edit upon what is recorded.
    folder::snapshot(&store, &look::artifacts(&store, &session::targets(&store)?)?)?;
    from_store(project, &store, &lock)?;
    // As long as this process has not read the new configuration, the folder's is looked at too.
    if is_configured && stored::read(&store).state.records.is_empty() {
        folder::mark_moved(folder)?;
    }
    Ok(())
}

/// Move the records of what was committed as it last stood in a private store.
fn from_store(project: &Repository, store: &Repository, lock: &Lock) -> Result<(), Error> {
    let (Some(head), Some(last)) = (project.head()?.id, store.head()?.id) else { return Ok(()) };
    let all = filed::effective(store, last, &stored::read(store).state.records)?;
    let mut facts = Vec::new();
    for (_, fact) in &all {
        let (here, there) = (content(project, head, fact.path())?, content(store, last, fact.path())?);
        if let (Some(here), Some(there)) = (here, there)
            && same(project, here, store, there, fact.path())?
        {
            facts.push((head, fact.clone().at(Some(here.id))));
        }
    }
    let moved: Vec<RepoPath> = write(project, &facts)?.into_iter().map(|fact| fact.path().clone()).collect();
    if !moved.is_empty() {
        state_file::update_locked(lock, store, |state| {
            state.records.retain(|fact| !moved.contains(fact.path()));
        })?;
        folder::release(store, &moved)?;
    }
    Ok(())
}

/// What stands at a path in a commit.
fn content(repository: &Repository, commit: ObjectId, path: &RepoPath) -> Result<Option<Content>, Error> {
    Ok(TreeReader::new(repository).at(repository.tree_of(commit)?, path)?)
}

/// Whether two repositories have the same at a path; where they name objects differently, by digest.
fn same(
    project: &Repository,
    here: Content,
    store: &Repository,
    there: Content,
    path: &RepoPath,
) -> Result<bool, Error> {
    if project.object_format() == store.object_format() {
        return Ok(here == there);
    }
    let digest = |objects: &Objects, content| merge::digest(objects, content, path);
    Ok(digest(&project.objects(), here)? == digest(&store.objects(), there)?)
}

/// Write facts onto notes; those that are found there afterwards.
fn write(project: &Repository, facts: &[(ObjectId, Fact)]) -> Result<Vec<Fact>, Error> {
    // Where they cannot be written the file goes on, and the next command tries again.
    if facts.is_empty() || records::write_to_notes(project, facts).is_err() {
        return Ok(Vec::new());
    }
    Ok(records::standing(&Notes::read(project)?, facts)?)
}
