//! The effective records: what the notes say of each path at a commit.

use super::ObserveError;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::git::{GitError, Repository};
use crate::model::note::{MAX_NOTE, Note, RefusedLine};
use crate::model::path::RepoPath;
use crate::model::record::{Fact, Record};
use gix::ObjectId;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

/// A record that counts for a path, and the commit whose note holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedRecord {
    /// The noted commit.
    pub commit: ObjectId,
    /// The record.
    pub record: Record,
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

/// The effective records at one commit.
#[derive(Debug, Default)]
pub struct Records {
    found: BTreeMap<RepoPath, Vec<NotedRecord>>,
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
}

/// Find the records of `wanted` paths (present at `tip`) in the notes on the history of `tip`.
///
/// For each path those noted commits count whose record fits the content there, and that are no
/// ancestor of another such commit. The walk ends where every way back is covered for every path.
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
    let mut records = Records::default();
    if notes.tip().is_none() || wanted.is_empty() {
        return Ok(records);
    }
    let mut walk = Walk::new(repository, notes, wanted);
    walk.enter(tip, Cover::none(wanted.len()))?;
    while let Some(commit) = walk.next() {
        walk.visit(commit, &mut records)?;
    }
    drop_ancestors(repository, &mut records);
    Ok(records)
}

/// Commits whose children have clocks that run behind may be met too early.
fn drop_ancestors(repository: &Repository, records: &mut Records) {
    for found in records.found.values_mut().filter(|found| found.len() > 1) {
        let commits: Vec<ObjectId> = found.iter().map(|noted| noted.commit).collect();
        found.retain(|noted| {
            let mut others = commits.iter().filter(|other| **other != noted.commit);
            !others.any(|other| repository.is_ancestor(noted.commit, *other))
        });
    }
}

/// Which of the wanted paths have been found on every child's side: one bit a path.
#[derive(Clone, PartialEq, Eq)]
struct Cover(Vec<u64>);

impl Cover {
    fn none(paths: usize) -> Self {
        Self(vec![0; paths.div_ceil(64)])
    }

    fn set(&mut self, path: usize) {
        self.0[path / 64] |= 1 << (path % 64);
    }

    fn has(&self, path: usize) -> bool {
        self.0[path / 64] >> (path % 64) & 1 == 1
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    fn is_full(&self, paths: usize) -> bool {
        self.0.iter().map(|word| word.count_ones() as usize).sum::<usize>() == paths
    }
}

struct Walk<'a> {
    repository: &'a Repository,
    notes: &'a Notes<'a>,
    trees: TreeReader<'a>,
    wanted: HashMap<&'a RepoPath, usize>,
    queue: BinaryHeap<(i64, ObjectId)>,
    waiting: HashMap<ObjectId, Cover>,
    visited: HashSet<ObjectId>,
}

impl<'a> Walk<'a> {
    fn new(repository: &'a Repository, notes: &'a Notes<'a>, wanted: &'a [RepoPath]) -> Self {
        Self {
            repository,
            notes,
            trees: TreeReader::new(repository),
            wanted: wanted.iter().enumerate().map(|(at, path)| (path, at)).collect(),
            queue: BinaryHeap::new(),
            waiting: HashMap::new(),
            visited: HashSet::new(),
        }
    }

    fn enter(&mut self, commit: ObjectId, cover: Cover) -> Result<(), ObserveError> {
        if self.visited.contains(&commit) {
            return Ok(());
        }
        if let Some(waiting) = self.waiting.get_mut(&commit) {
            waiting.add(&cover);
            return Ok(());
        }
        let time = match self.repository.commit_time(commit) {
            Ok(time) => time,
            // Beyond the boundary of a shallow clone.
            Err(GitError::MissingObject(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.waiting.insert(commit, cover);
        self.queue.push((time, commit));
        Ok(())
    }

    /// The next commit that is not covered for every path.
    fn next(&mut self) -> Option<(ObjectId, Cover)> {
        while let Some((_, commit)) = self.queue.pop() {
            let Some(cover) = self.waiting.remove(&commit) else { continue };
            self.visited.insert(commit);
            if !cover.is_full(self.wanted.len()) {
                return Some((commit, cover));
            }
        }
        None
    }

    fn visit(
        &mut self,
        (commit, mut cover): (ObjectId, Cover),
        to: &mut Records,
    ) -> Result<(), ObserveError> {
        if let Some(note) = self.note_on(commit, to)? {
            let tree = self.repository.tree_of(commit)?;
            for fact in note.facts() {
                let (Some(at), Fact::Deployed(record)) = (self.wanted.get(fact.path()), fact) else {
                    continue;
                };
                let here = self.trees.at(tree, &record.path)?;
                if cover.has(*at) || here.is_none() || here.map(|here| here.id) != record.at {
                    continue;
                }
                cover.set(*at);
                let noted = NotedRecord { commit, record: (**record).clone() };
                to.found.entry(record.path.clone()).or_default().push(noted);
            }
        }
        for parent in self.repository.parents_of(commit)? {
            self.enter(parent, cover.clone())?;
        }
        Ok(())
    }

    fn note_on(&self, commit: ObjectId, to: &mut Records) -> Result<Option<Note>, ObserveError> {
        let Some(text) = self.notes.text_on(commit)? else { return Ok(None) };
        if text.len() > MAX_NOTE {
            to.troubles.push(NoteTrouble::TooLarge { commit, bytes: text.len() });
            return Ok(None);
        }
        let (note, refused) = Note::parse(&text);
        to.troubles.extend(refused.into_iter().map(|line| NoteTrouble::Line { commit, line }));
        Ok(Some(note))
    }
}
