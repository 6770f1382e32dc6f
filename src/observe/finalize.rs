//! Which pending entries have found their commit.

use super::ObserveError;
use super::base::pending::{Life, Waiting};
use super::desk::Desk;
use crate::git::history::History;
use crate::git::notes::Notes;
use crate::git::state_file;
use crate::git::trees::TreeReader;
use crate::git::work_tree::WorkTree;
use crate::merge::Engine;
use crate::model::note::Note;
use crate::model::pending::{Entry, Pending, PendingFact};
use crate::model::record::Fact;
use crate::model::state_file::{FileRecords, RecordStore};
use crate::model::{content::Content, path::RepoPath};
use crate::session;
use gix::ObjectId;
use std::collections::{HashMap, hash_map};

/// What there is to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finalization {
    /// Facts, and the commits whose notes get them.
    pub facts: Vec<(ObjectId, Fact)>,
    /// The pending file afterwards.
    pub pending: Pending,
}

/// Look for the commits that hold what the pending entries wait for.
///
/// For each entry the commits that are new since it was last looked at are gone through, oldest
/// first; the first one in which it is complete gets its record. An entry whose record is in a
/// note goes only when a later run still sees it there: others write notes without a care.
///
/// # Errors
///
/// When history or notes cannot be read.
///
/// An entry that is older than 90 days and whose result is not there any more is forgotten; `now`
/// is the present time.
pub fn find(desk: &Desk<'_>, now: &str) -> Result<Finalization, ObserveError> {
    let waiting = Waiting::new(desk);
    let mut engine = Engine::new(&desk.objects, desk.objects.tools()?);
    let mut pending = desk.pending.clone();
    let mut facts = Vec::new();
    let Some(head) = desk.head.id else { return Ok(Finalization { facts, pending }) };
    if pending.entries.is_empty() {
        return Ok(Finalization { facts, pending });
    }
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let notes = Notes::read(desk.project)?;
    let mut noted = Noted::new(&notes);
    let filed = state_file::read_records(desk.project).records;
    let store = session::record_store(desk.project).unwrap_or_default();
    let mut kept = Vec::new();
    for mut entry in std::mem::take(&mut pending.entries) {
        // The noted commit may have been replaced and pruned: then it is looked for again.
        entry.noted_on = entry.noted_on.filter(|commit| is_there(desk, *commit));
        if let Some(commit) = entry.noted_on {
            if !noted.says(commit, &entry)? && !stands_in_file(&filed, store, &entry) {
                facts.extend(fact_at(desk, &entry, commit)?.map(|fact| (commit, fact)));
                kept.push(entry);
            }
            continue;
        }
        match commit_of(desk, &work_tree, &waiting, &mut engine, &entry)? {
            Some(_) if matches!(entry.fact, PendingFact::Received(_)) => {}
            Some(commit) => {
                facts.extend(fact_at(desk, &entry, commit)?.map(|fact| (commit, fact)));
                entry.noted_on = Some(commit);
                kept.push(entry);
            }
            None if is_forgotten(desk, &work_tree, &waiting, &mut engine, &entry, now)? => {}
            None => {
                entry.head = Some(head);
                kept.push(entry);
            }
        }
    }
    pending.entries = kept;
    pending.forget_let_go();
    pending.forget_built_upon();
    Ok(Finalization { facts, pending })
}

/// The first commit since the entry was last looked at in which it is complete.
fn commit_of(
    desk: &Desk<'_>,
    work_tree: &WorkTree<'_>,
    waiting: &Waiting<'_>,
    engine: &mut Engine<'_>,
    entry: &Entry,
) -> Result<Option<ObjectId>, ObserveError> {
    let Some(head) = desk.head.id else { return Ok(None) };
    if entry.head == Some(head) {
        // Whoever was to note it at once did not come to it.
        let here = TreeReader::new(desk.project).at(desk.project.tree_of(head)?, entry.path())?;
        return Ok(here.filter(|_| entry.at_once).map(|_| head));
    }
    // A commit that is gone hides nothing.
    let known = entry.head.filter(|commit| is_there(desk, *commit));
    let history = History::load(desk.project, head, known)?;
    let trees = TreeReader::new(desk.project);
    let at_rest =
        is_at_rest(desk, work_tree, entry.path(), trees.at(desk.project.tree_of(head)?, entry.path())?)?;
    for commit in history.commits() {
        let content = trees.at(desk.project.tree_of(commit)?, entry.path())?;
        if waiting.is_complete(entry, content, at_rest, engine)? {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}

/// Whether a commit has not been pruned.
fn is_there(desk: &Desk<'_>, commit: ObjectId) -> bool {
    desk.project.commit_time(commit).is_ok()
}

/// How long the result of an operation may be gone before its entry is dropped, in seconds.
const MEMORY: i64 = 90 * 24 * 60 * 60;

fn is_forgotten(
    desk: &Desk<'_>,
    work_tree: &WorkTree<'_>,
    waiting: &Waiting<'_>,
    engine: &mut Engine<'_>,
    entry: &Entry,
    now: &str,
) -> Result<bool, ObserveError> {
    let seconds = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let (Some(written), Some(now)) = (seconds(&entry.written_at), seconds(now)) else { return Ok(false) };
    if now - written <= MEMORY {
        return Ok(false);
    }
    let found = work_tree.content(&desk.objects, entry.path())?;
    let Some(found) = found else { return Ok(entry.after.is_some()) };
    Ok(waiting.life(entry, found, engine)? == Life::Dormant)
}

/// Whether work tree and index stand at what HEAD has.
fn is_at_rest(
    desk: &Desk<'_>,
    work_tree: &WorkTree<'_>,
    path: &RepoPath,
    head: Option<Content>,
) -> Result<bool, ObserveError> {
    let staged = desk.index.content(&desk.objects, path)?;
    let found = work_tree.content(&desk.objects, path)?;
    Ok(staged == head && found == head)
}

/// The fact that goes onto the note of a commit, with what stands at the path there.
fn fact_at(desk: &Desk<'_>, entry: &Entry, commit: ObjectId) -> Result<Option<Fact>, ObserveError> {
    let fact = match &entry.fact {
        PendingFact::Received(_) => return Ok(None),
        PendingFact::Removed(tombstone) => Fact::Removed(tombstone.clone()),
        PendingFact::Deployed(record) => Fact::Deployed(record.clone()),
    };
    let here = TreeReader::new(desk.project).at(desk.project.tree_of(commit)?, entry.path())?;
    Ok(Some(fact.at(here.map(|content| content.id))))
}

/// Whether the state file says what an entry was to record, or does not need to: what is removed with
/// its files is not in it.
fn stands_in_file(filed: &FileRecords, store: RecordStore, entry: &Entry) -> bool {
    let stands = |n: u64| filed.of(entry.path()).any(|fact| fact.n() >= n);
    match &entry.fact {
        PendingFact::Received(_) => true,
        PendingFact::Removed(tombstone) if !tombstone.kept => store == RecordStore::File,
        PendingFact::Removed(tombstone) => stands(tombstone.n),
        PendingFact::Deployed(record) => stands(record.n),
    }
}

/// The notes on commits, each read once: one may have the records of thousands of entries.
pub(super) struct Noted<'n> {
    notes: &'n Notes<'n>,
    read: HashMap<ObjectId, Note>,
}

impl<'n> Noted<'n> {
    pub(super) fn new(notes: &'n Notes<'n>) -> Self {
        Self { notes, read: HashMap::new() }
    }

    /// Whether the note on a commit says what an entry was to record, or something newer.
    pub(super) fn says(&mut self, commit: ObjectId, entry: &Entry) -> Result<bool, ObserveError> {
        let note = match self.read.entry(commit) {
            hash_map::Entry::Occupied(read) => read.into_mut(),
            hash_map::Entry::Vacant(place) => {
                let text = self.notes.text_on(commit)?.unwrap_or_default();
                place.insert(Note::parse(&text).0)
            }
        };
        Ok(says(note, entry))
    }
}

fn says(note: &Note, entry: &Entry) -> bool {
    // One of the other kind came from elsewhere, e.g. with the note of a commit that was amended.
    match (&entry.fact, note.get(entry.path())) {
        (PendingFact::Received(_), _) => true,
        (PendingFact::Deployed(record), Some(Fact::Deployed(found))) => found.n >= record.n,
        (PendingFact::Removed(tombstone), Some(Fact::Removed(found))) => found.n >= tombstone.n,
        // Files that stay are let go and deployed again on one commit.
        (PendingFact::Deployed(record), Some(Fact::Removed(found))) => found.kept && found.n > record.n,
        (PendingFact::Removed(tombstone), Some(Fact::Deployed(found))) => {
            tombstone.kept && found.n > tombstone.n
        }
        _ => false,
    }
}
