//! The effective records: what the notes say of each path at a commit.

mod cache;
mod cover;
mod notes;
mod walk;

use super::ObserveError;
use crate::git::Repository;
use crate::git::ancestry::Graph;
use crate::git::notes::Notes;
use crate::model::deployed::Rung;
use crate::model::note::RefusedLine;
use crate::model::path::RepoPath;
use crate::model::record::{Fact, Record};
use cache::{Answer, Cache};
use gix::ObjectId;
use notes::NoteReader;
use std::collections::BTreeMap;
use walk::Walk;

/// A record that counts for a path, and the commit whose note holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedRecord {
    /// The noted commit.
    pub commit: ObjectId,
    /// The record.
    pub record: Record,
    /// What held it: a note, or the state file.
    pub rung: Rung,
}

/// A fact that counts for a path, and the commit whose note holds it.
#[derive(Debug, Clone)]
struct NotedFact {
    commit: ObjectId,
    fact: Fact,
}

/// Something in the notes that was passed over.
#[derive(Debug)]
pub enum NoteTrouble {
    /// One line could not be read.
    Line {
        /// The noted commit.
        commit: ObjectId,
        /// The line and the reason.
        line: RefusedLine,
    },
    /// The note is too large to be ours.
    TooLarge {
        /// The noted commit.
        commit: ObjectId,
        /// Its size in bytes.
        bytes: usize,
    },
}

impl NoteTrouble {
    /// The noted commit.
    pub fn commit(&self) -> ObjectId {
        match self {
            Self::Line { commit, .. } | Self::TooLarge { commit, .. } => *commit,
        }
    }
}

/// Facts by path, the newest noted commit first.
type FoundFacts = BTreeMap<RepoPath, Vec<NotedFact>>;

/// The effective records at one commit.
#[derive(Debug, Default)]
pub struct Records {
    found: BTreeMap<RepoPath, Vec<NotedRecord>>,
    let_go: BTreeMap<RepoPath, u64>,
    /// What was passed over.
    pub troubles: Vec<NoteTrouble>,
}

impl Records {
    /// The records of a path: none, one, or several that are no ancestors of each other.
    pub fn of(&self, path: &RepoPath) -> &[NotedRecord] {
        self.found.get(path).map_or(&[], Vec::as_slice)
    }

    /// The paths that have a record.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.found.keys()
    }

    /// The number of the tombstone that let a path go with its files in place. A record from a branch
    /// that was merged wins over it: somebody deployed or updated the artifact beside that.
    pub fn let_go(&self, path: &RepoPath) -> Option<u64> {
        self.let_go.get(path).copied().filter(|_| self.of(path).is_empty())
    }

    /// Add what the state file says of paths, beside what notes say.
    pub(super) fn add_filed(&mut self, filed: Vec<(ObjectId, Fact)>) {
        for (commit, fact) in filed {
            let path = fact.path().clone();
            match fact {
                Fact::Deployed(record) => {
                    let filed = NotedRecord { commit, record: *record, rung: Rung::File };
                    self.found.entry(path).or_default().push(filed);
                }
                Fact::Removed(tombstone) => {
                    let n = self.let_go.entry(path).or_default();
                    *n = tombstone.n.max(*n);
                }
            }
        }
    }

    fn new(facts: FoundFacts, troubles: Vec<NoteTrouble>) -> Self {
        let mut records = Self { troubles, ..Self::default() };
        for (path, facts) in facts {
            for NotedFact { commit, fact } in facts {
                match fact {
                    Fact::Deployed(record) => {
                        let noted = NotedRecord { commit, record: *record, rung: Rung::Note };
                        records.found.entry(path.clone()).or_default().push(noted);
                    }
                    Fact::Removed(tombstone) => {
                        let n = records.let_go.entry(path.clone()).or_default();
                        *n = tombstone.n.max(*n);
                    }
                }
            }
        }
        records
    }
}

/// Find the records of `wanted` paths (present at `tip`) in the notes on the history of `tip`.
///
/// For each path those noted commits count whose record fits the content there, and that are no
/// ancestor of another such commit; the newest one first. The walk ends where every way back is
/// covered for every path, where all noted commits were met, or at a commit whose answer is in the
/// cache. A long walk is offered to the cache.
///
/// # Errors
///
/// When the history or the notes cannot be read.
pub fn effective(
    repository: &Repository,
    notes: &Notes<'_>,
    tip: ObjectId,
    wanted: &[RepoPath],
) -> Result<Records, ObserveError> {
    effective_with(repository, notes, tip, wanted, LONG_WALK)
}

/// How many commits a walk has to visit for its answer to be worth a file.
const LONG_WALK: usize = 256;

/// As [`effective`], with walks of at least `long` commits offered to the cache.
///
/// # Errors
///
/// As for [`effective`].
pub fn effective_with(
    repository: &Repository,
    notes: &Notes<'_>,
    tip: ObjectId,
    wanted: &[RepoPath],
    long: usize,
) -> Result<Records, ObserveError> {
    let Some(notes_tip) = notes.tip().filter(|_| !wanted.is_empty()) else { return Ok(Records::default()) };
    let graph = Graph::open(repository);
    let cache = Cache::open(repository, notes_tip, graph.is_whole());
    let reader = NoteReader::new(notes, wanted);
    let found = match cache.answer(tip).filter(|known| known.covers(wanted)) {
        Some(known) => recall(&known, &reader, wanted)?,
        None => None,
    };
    let found = match found {
        Some(found) => found,
        None => {
            let walked = Walk::new(repository, &graph, &reader, &cache, wanted).run(tip)?;
            if !walked.is_cut_off && walked.visited >= long {
                cache.offer(tip, wanted, &walked, &reader.troubled());
            }
            walked.into_facts()
        }
    };
    Ok(Records::new(found, reader.into_troubles()))
}

/// What an earlier look-up at the same commit found, unless the notes have it otherwise.
fn recall(
    known: &Answer,
    reader: &NoteReader<'_>,
    wanted: &[RepoPath],
) -> Result<Option<FoundFacts>, ObserveError> {
    for commit in known.troubled() {
        reader.on(commit)?;
    }
    let mut found = FoundFacts::new();
    for path in wanted {
        let Some(commits) = known.of(path) else { return Ok(None) };
        let Some(facts) = reader.facts(commits, path)? else { return Ok(None) };
        if !facts.is_empty() {
            found.insert(path.clone(), facts);
        }
    }
    Ok(Some(found))
}
