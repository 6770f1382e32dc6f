//! Answers that were found before: the effective records at a commit, as the notes were then.
//!
//! What is kept names the noted commits and not the records: those are read from the notes, so a
//! cache file can at worst be of no use.

use super::walk::Found;
use crate::git::Repository;
use crate::git::cache::CacheName;
use crate::model::oid;
use crate::model::path::RepoPath;
use gix::ObjectId;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// The folder of the files, one for each commit that was asked about.
const FOLDER: &str = "records";

/// The version of what is in them.
const VERSION: u32 = 2;

/// The answers that hold for one state of the notes.
pub(super) struct Cache<'r> {
    repository: &'r Repository,
    notes_tip: ObjectId,
    usable: bool,
    names: BTreeSet<String>,
    read: RefCell<HashMap<ObjectId, Option<Rc<Answer>>>>,
}

/// What was found at a commit.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    #[serde(with = "oid::hex")]
    notes: ObjectId,
    /// The noted commits that are named below.
    commits: Vec<Id>,
    /// The paths that were looked for, and which commits have their records.
    paths: BTreeMap<RepoPath, Vec<usize>>,
    /// The commits whose notes were not read in full.
    troubled: Vec<Id>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Id(#[serde(with = "oid::hex")] ObjectId);

impl<'r> Cache<'r> {
    /// The answers as long as the notes stand at `notes_tip`. Where commits are cut off or replaced
    /// the history may change while no id does: then nothing is `usable`.
    pub(super) fn open(repository: &'r Repository, notes_tip: ObjectId, usable: bool) -> Self {
        let names = if usable { repository.cached_below(FOLDER) } else { BTreeSet::new() };
        Self { repository, notes_tip, usable, names, read: RefCell::default() }
    }

    /// What was found at a commit.
    pub(super) fn answer(&self, commit: ObjectId) -> Option<Rc<Answer>> {
        if self.names.is_empty() || !self.names.contains(&commit.to_string()) {
            return None;
        }
        let read = || self.read(commit).map(Rc::new);
        self.read.borrow_mut().entry(commit).or_insert_with(read).clone()
    }

    fn read(&self, commit: ObjectId) -> Option<Answer> {
        let content = self.repository.cached(&name(commit))?;
        let answer: Answer = serde_json::from_slice(&content).ok()?;
        let named = answer.paths.values().flatten().all(|at| *at < answer.commits.len());
        (named && answer.notes == self.notes_tip).then_some(answer)
    }

    /// Offer what was found at a commit for these paths.
    pub(super) fn offer(&self, commit: ObjectId, wanted: &[RepoPath], found: &Found, troubled: &[ObjectId]) {
        if !self.usable {
            return;
        }
        let troubled = troubled.iter().copied().map(Id).collect();
        let mut answer =
            Answer { notes: self.notes_tip, commits: Vec::new(), paths: BTreeMap::new(), troubled };
        let mut places = HashMap::new();
        for path in wanted {
            let noted = found.facts.get(path).into_iter().flatten();
            let at = noted.map(|(_, noted)| {
                *places.entry(noted.commit).or_insert_with(|| {
                    answer.commits.push(Id(noted.commit));
                    answer.commits.len() - 1
                })
            });
            let at = at.collect();
            answer.paths.insert(path.clone(), at);
        }
        if let Ok(content) = serde_json::to_vec(&answer) {
            self.repository.offer(name(commit), &content);
        }
    }
}

fn name(commit: ObjectId) -> CacheName {
    CacheName::new(format!("{FOLDER}/{commit}"), VERSION)
}

impl Answer {
    /// Whether it has something to say of every one of these paths.
    pub(super) fn covers(&self, wanted: &[RepoPath]) -> bool {
        wanted.iter().all(|path| self.paths.contains_key(path))
    }

    /// The commits that have a path's records; none if it was not looked for.
    pub(super) fn of(&self, path: &RepoPath) -> Option<impl Iterator<Item = ObjectId>> {
        Some(self.paths.get(path)?.iter().map(|at| self.commits[*at].0))
    }

    /// The commits whose notes were not read in full.
    pub(super) fn troubled(&self) -> impl Iterator<Item = ObjectId> {
        self.troubled.iter().map(|id| id.0)
    }
}
