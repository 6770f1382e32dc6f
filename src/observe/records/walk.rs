//! The walk from a commit back to the noted commits that count.

use super::cache::{Answer, Cache};
use super::cover::Cover;
use super::notes::{NoteReader, is_effective};
use super::{FoundFacts, NotedFact, ObserveError};
use crate::git::Repository;
use crate::git::ancestry::Graph;
use crate::git::trees::TreeReader;
use crate::model::path::RepoPath;
use gix::ObjectId;
use gix::hashtable::HashMap as IdMap;
use gix::hashtable::hash_map::Entry;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::rc::Rc;

/// Goes back from a commit, newest commits first.
///
/// What was found at a commit *covers* its ancestors. Covered commits are walked too as long as
/// others wait, so that a side branch which comes in below is known to be behind what was found.
pub(super) struct Walk<'a> {
    repository: &'a Repository,
    graph: &'a Graph<'a>,
    reader: &'a NoteReader<'a>,
    cache: &'a Cache<'a>,
    trees: TreeReader<'a>,
    wanted: HashMap<&'a RepoPath, usize>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// The commits that were met: those that wait, and with none those that were visited.
    met: IdMap<ObjectId, Option<Waiting>>,
    /// How many wait that are not covered for every path.
    open: usize,
    found: Found,
}

struct Waiting {
    time: i64,
    cover: Rc<Cover>,
    parents: Vec<ObjectId>,
}

/// What a walk came back with.
#[derive(Default)]
pub(super) struct Found {
    /// What counts by path, the newest commit first.
    pub(super) facts: BTreeMap<RepoPath, Vec<(i64, NotedFact)>>,
    /// How many commits were visited.
    pub(super) visited: usize,
    /// Whether a commit was missing.
    pub(super) is_cut_off: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        repository: &'a Repository,
        graph: &'a Graph<'a>,
        reader: &'a NoteReader<'a>,
        cache: &'a Cache<'a>,
        wanted: &'a [RepoPath],
    ) -> Self {
        Self {
            repository,
            graph,
            reader,
            cache,
            trees: TreeReader::new(repository),
            wanted: wanted.iter().enumerate().map(|(at, path)| (path, at)).collect(),
            queue: BinaryHeap::new(),
            met: IdMap::default(),
            open: 0,
            found: Found::default(),
        }
    }

    /// Walk until nothing more can be found.
    pub(super) fn run(mut self, tip: ObjectId) -> Result<Found, ObserveError> {
        // The noted commits that were not met; where all are known, the last one ends the walk.
        let mut ahead = self.reader.notes().count();
        self.enter(tip, &Rc::new(Cover::none(self.wanted.len())))?;
        while self.open > 0 && ahead != Some(0) {
            let Some((_, commit)) = self.queue.pop() else { break };
            let Some(waiting) = self.met.insert(commit, None).flatten() else { continue };
            self.found.visited += 1;
            if let Some(ahead) = &mut ahead
                && self.reader.notes().blob_on(commit)?.is_some()
            {
                *ahead -= 1;
            }
            self.visit(commit, waiting)?;
        }
        self.settle();
        Ok(self.found)
    }

    /// A commit that a child leads to, with what covers the child.
    fn enter(&mut self, commit: ObjectId, cover: &Rc<Cover>) -> Result<(), ObserveError> {
        match self.met.entry(commit) {
            Entry::Occupied(mut met) => match met.get_mut() {
                Some(waiting) if !Rc::ptr_eq(&waiting.cover, cover) => {
                    let was_full = waiting.cover.is_full();
                    Rc::make_mut(&mut waiting.cover).add(cover);
                    self.open -= usize::from(!was_full && waiting.cover.is_full());
                }
                Some(_) | None => {}
            },
            Entry::Vacant(met) => {
                let Some(header) = self.graph.header(commit)? else {
                    self.found.is_cut_off = true;
                    return Ok(());
                };
                self.open += usize::from(!cover.is_full());
                self.queue.push((header.time, commit));
                let (time, parents) = (header.time, header.parents);
                met.insert(Some(Waiting { time, cover: Rc::clone(cover), parents }));
            }
        }
        Ok(())
    }

    fn visit(&mut self, commit: ObjectId, waiting: Waiting) -> Result<(), ObserveError> {
        let Waiting { time, mut cover, parents } = waiting;
        if !cover.is_full() {
            self.open -= 1;
            if let Some(answer) = self.cache.answer(commit) {
                self.take(&answer, &mut cover)?;
            }
            self.look(commit, time, &mut cover)?;
        }
        for parent in parents {
            self.enter(parent, &cover)?;
        }
        Ok(())
    }

    /// Take what an earlier walk found at a commit and behind it.
    fn take(&mut self, answer: &Answer, cover: &mut Rc<Cover>) -> Result<(), ObserveError> {
        for commit in answer.troubled() {
            self.reader.on(commit)?;
        }
        let open = self.wanted.iter().filter(|(_, at)| !cover.has(**at));
        let open: Vec<_> = open.map(|(path, at)| (*path, *at)).collect();
        for (path, at) in open {
            let Some(commits) = answer.of(path) else { continue };
            let Some(facts) = self.reader.facts(commits, path)? else { continue };
            for noted in facts {
                let time = self.graph.header(noted.commit)?.map_or(0, |header| header.time);
                self.found.facts.entry(path.clone()).or_default().push((time, noted));
            }
            Rc::make_mut(cover).set(at);
        }
        Ok(())
    }

    /// Look at the note on a commit.
    fn look(&mut self, commit: ObjectId, time: i64, cover: &mut Rc<Cover>) -> Result<(), ObserveError> {
        let Some(note) = self.reader.on(commit)? else { return Ok(()) };
        for fact in note.facts() {
            let Some(at) = self.wanted.get(fact.path()) else { continue };
            if cover.has(*at) || !is_effective(fact) {
                continue;
            }
            let here = self.trees.at(self.repository.tree_of(commit)?, fact.path())?;
            if !fact.fits(here.map(|here| here.id)) {
                continue;
            }
            Rc::make_mut(cover).set(*at);
            let noted = NotedFact { commit, fact: fact.clone() };
            self.found.facts.entry(fact.path().clone()).or_default().push((time, noted));
        }
        Ok(())
    }

    /// One order whatever the way, and none that is an ancestor of another: a commit is met too
    /// early where the clock of a child runs behind, and that child may not be met at all.
    fn settle(&mut self) {
        for found in self.found.facts.values_mut().filter(|found| found.len() > 1) {
            found.sort_by_key(|(time, noted)| Reverse((*time, noted.commit)));
            found.dedup_by_key(|(_, noted)| noted.commit);
            let commits: Vec<ObjectId> = found.iter().map(|(_, noted)| noted.commit).collect();
            found.retain(|(_, noted)| {
                let mut others = commits.iter().filter(|other| **other != noted.commit);
                !others.any(|other| self.repository.is_ancestor(noted.commit, *other))
            });
        }
    }
}

impl Found {
    pub(super) fn into_facts(self) -> FoundFacts {
        let facts = self.facts.into_iter();
        facts.map(|(path, found)| (path, found.into_iter().map(|(_, noted)| noted).collect())).collect()
    }
}
