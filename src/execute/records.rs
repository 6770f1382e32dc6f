//! Records into notes, by compare-and-swap with retries.

use super::{ExecuteError, files, state_file};
use crate::git::notes::{NOTES_REF, Notes};
use crate::git::{GitError, Repository, notes_merge};
use crate::model::note::Note;
use crate::model::record::Fact;
use crate::model::state_file::RecordStore;
use crate::session;
use gix::ObjectId;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How often a lost race is run again.
const TRIES: u32 = 60;

/// Put facts where the repository keeps its records. The caller has the lock.
///
/// # Errors
///
/// When they cannot be written there.
pub fn write(repository: &Repository, facts: &[(ObjectId, Fact)]) -> Result<(), ExecuteError> {
    if facts.is_empty() {
        return Ok(());
    }
    match session::record_store(repository).unwrap_or_default() {
        RecordStore::File => write_to_file(repository, facts),
        RecordStore::Notes => write_to_notes(repository, facts),
        RecordStore::Auto => match write_to_notes(repository, facts) {
            Err(
                ExecuteError::Git(GitError::WriteRef { .. } | GitError::WriteObject { .. })
                | ExecuteError::NoteTooLarge { .. },
            ) => write_to_file(repository, facts),
            done => done,
        },
    }
}

/// Put facts into the state file. What is removed with its files needs none: a fact counts only where
/// its content stands. Neither does what was carried: a record is found by its content there.
///
/// # Errors
///
/// When the file must not or cannot be written.
fn write_to_file(repository: &Repository, facts: &[(ObjectId, Fact)]) -> Result<(), ExecuteError> {
    let is_kept = |fact: &&Fact| match fact {
        Fact::Deployed(record) => !record.is_carried(),
        Fact::Removed(tombstone) => tombstone.kept,
    };
    let kept: Vec<Fact> = facts.iter().map(|(_, fact)| fact).filter(is_kept).cloned().collect();
    state_file::update_held(repository, |state| kept.into_iter().for_each(|fact| state.records.add(fact)))
        .map(drop)
}

/// Put facts onto the notes of their commits, all in one commit of the notes ref.
///
/// # Errors
///
/// When notes cannot be read or written, or others keep moving the ref.
pub fn write_to_notes(repository: &Repository, facts: &[(ObjectId, Fact)]) -> Result<(), ExecuteError> {
    if facts.is_empty() {
        return Ok(());
    }
    let message = message(facts);
    for attempt in 0..TRIES {
        mend(repository)?;
        let notes = Notes::read(repository)?;
        let mut changed: BTreeMap<ObjectId, Note> = BTreeMap::new();
        for (commit, fact) in facts {
            let note = match changed.remove(commit) {
                Some(note) => note,
                None => read(&notes, *commit)?,
            };
            changed.insert(*commit, with(note, fact));
        }
        let texts: BTreeMap<ObjectId, String> =
            changed.into_iter().map(|(commit, note)| (commit, note.to_text())).collect();
        if let Some((commit, text)) = texts.iter().find(|(_, text)| !Note::is_readable(text)) {
            return Err(ExecuteError::NoteTooLarge { commit: *commit, bytes: text.len() });
        }
        if let Some(commit) = notes.write(&texts, &message)? {
            return remember(repository, commit);
        }
        std::thread::sleep(session::back_off(attempt + 1));
    }
    Err(ExecuteError::Contended(NOTES_REF.to_owned()))
}

/// Bring back what somebody threw away who writes notes without looking whether they have changed,
/// as git does when it copies notes to an amended commit.
///
/// Such a writer builds on older notes: its commit stands beside the last one of ours, and both are
/// merged. Notes that were reset, replaced or deleted were so on purpose and stay it.
///
/// # Errors
///
/// When notes cannot be read or written, or others keep moving the ref.
pub fn mend(repository: &Repository) -> Result<(), ExecuteError> {
    let Some(last) = last_written(repository) else { return Ok(()) };
    for attempt in 0..TRIES {
        let notes = Notes::read(repository)?;
        let Some(tip) = notes.tip() else { return Ok(()) };
        let bases = if tip == last { vec![tip] } else { repository.merge_bases(tip, last)? };
        if bases.is_empty() || bases.contains(&last) || bases.contains(&tip) {
            return Ok(());
        }
        let merged = notes_merge::merge(repository, tip, last)?;
        if let Some(commit) = notes.commit(merged.tree, [tip, last], "merge what was overwritten")? {
            return remember(repository, commit);
        }
        std::thread::sleep(session::back_off(attempt + 1));
    }
    Err(ExecuteError::Contended(NOTES_REF.to_owned()))
}

/// Remember the notes as they are after we wrote them.
///
/// # Errors
///
/// When the file cannot be written.
pub fn remember(repository: &Repository, commit: ObjectId) -> Result<(), ExecuteError> {
    files::replace_unsynced(repository, &last_path(repository), format!("{commit}\n").as_bytes())
}

/// The notes as we wrote them last, if they are still there.
fn last_written(repository: &Repository) -> Option<ObjectId> {
    let text = std::fs::read_to_string(last_path(repository)).ok()?;
    let commit = ObjectId::from_hex(text.trim().as_bytes()).ok()?;
    repository.tree_of(commit).is_ok().then_some(commit)
}

fn last_path(repository: &Repository) -> PathBuf {
    repository.common_dir().join("skillsync").join("notes")
}

/// Those of the facts that the notes on their commits say, or something newer of the same path.
///
/// # Errors
///
/// When notes cannot be read.
pub fn standing(notes: &Notes<'_>, facts: &[(ObjectId, Fact)]) -> Result<Vec<Fact>, ExecuteError> {
    let mut known: BTreeMap<ObjectId, Note> = BTreeMap::new();
    let mut found = Vec::new();
    for (commit, fact) in facts {
        if !known.contains_key(commit) {
            known.insert(*commit, read(notes, *commit)?);
        }
        let noted = known.get(commit).and_then(|note| note.get(fact.path()));
        // Somebody may have recorded something newer since.
        found.extend(noted.filter(|noted| noted.n() >= fact.n()).map(|_| fact.clone()));
    }
    Ok(found)
}

fn read(notes: &Notes<'_>, commit: ObjectId) -> Result<Note, ExecuteError> {
    Ok(Note::parse_whole(&notes.text_on(commit)?.unwrap_or_default()))
}

fn with(mut note: Note, fact: &Fact) -> Note {
    let mut fact = fact.clone();
    // What was made for the commit stays, also if that happened in the meantime.
    if let (Fact::Deployed(record), Some(_)) = (&fact, note.get(fact.path()))
        && record.is_carried()
    {
        return note;
    }
    if let Some(old) = note.get(fact.path()) {
        // Whoever was killed after it had written this begins again.
        if is_same_but_for_its_number(old, &fact) {
            return note;
        }
        fact.outnumber(old.n());
    }
    note.set(fact);
    note
}

fn is_same_but_for_its_number(old: &Fact, new: &Fact) -> bool {
    let mut numbered = new.clone();
    match &mut numbered {
        Fact::Deployed(record) => record.n = old.n(),
        Fact::Removed(tombstone) => tombstone.n = old.n(),
    }
    numbered == *old
}

fn message(facts: &[(ObjectId, Fact)]) -> String {
    match facts {
        [(_, Fact::Deployed(record))] => format!("record {} at {}", record.artifact(), record.path),
        [(_, Fact::Removed(tombstone))] => format!("record the removal of {}", tombstone.path),
        many => format!("record {} artifacts", many.len()),
    }
}
