//! What an index says of the history of one tip.

use super::{HistoryIndex, Paths, number};
use crate::git::history::Version;
use crate::model::content::Content;
use crate::model::path::RepoPath;
use crate::model::trailer::{self, PushTrailer};
use gix::ObjectId;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Where an object came to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The position of the commit: a later one is newer.
    pub position: usize,
    /// The commit that brought it there; or, if it was pushed, whose trailer names it.
    pub commit: ObjectId,
    /// The path.
    pub path: RepoPath,
    /// The object with its mode.
    pub content: Content,
    /// Whether a push had it, and its commit made something else of it.
    pub pushed: bool,
}

/// The commits that a tip has behind it, in the order of [`History`](crate::git::history::History):
/// oldest first, a side branch together.
pub struct View {
    index: Rc<HistoryIndex>,
    /// The numbers of the commits in the index, by position.
    order: Vec<u32>,
    /// The positions of the index's commits.
    positions: Vec<Option<u32>>,
    by_path: OnceCell<ByPath>,
    by_content: OnceCell<HashMap<ObjectId, Vec<Found>>>,
    descendants: RefCell<HashMap<ObjectId, Rc<Vec<bool>>>>,
}

/// By path, the positions at which it changed and what came to stand there.
type ByPath = HashMap<u32, Vec<(u32, Option<u32>)>>;

#[derive(Clone, Copy)]
struct Found {
    position: u32,
    path: u32,
    content: Content,
    pushed: bool,
}

impl View {
    /// What an index has of the history up to `tip`; none if the tip is not part of it.
    pub fn new(index: Rc<HistoryIndex>, tip: ObjectId) -> Option<Self> {
        let tip = *index.numbers.get(&tip)?;
        let (mut order, mut positions) = (Vec::new(), vec![None; index.commits.len()]);
        let mut entered = vec![false; index.commits.len()];
        let mut stack = vec![(tip, false)];
        while let Some((commit, parents_done)) = stack.pop() {
            if parents_done {
                positions[commit as usize] = Some(number(order.len()));
                order.push(commit);
            } else if !std::mem::replace(&mut entered[commit as usize], true) {
                stack.push((commit, true));
                let parents = &index.commits[commit as usize].parents;
                stack.extend(parents.iter().rev().map(|parent| (*parent, false)));
            }
        }
        let (by_path, by_content, descendants) = (OnceCell::new(), OnceCell::new(), RefCell::default());
        Some(Self { index, order, positions, by_path, by_content, descendants })
    }

    /// The position of a commit; none if it is not part of this history.
    pub fn position(&self, commit: ObjectId) -> Option<usize> {
        let number = self.index.numbers.get(&commit)?;
        self.positions[*number as usize].map(|position| position as usize)
    }

    /// How many commits it has.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The commit at a position, and its parents.
    pub fn commit_at(&self, position: usize) -> (ObjectId, Vec<ObjectId>) {
        let commit = self.commit(number(position));
        let parents = commit.parents.iter().map(|parent| self.index.commits[*parent as usize].id);
        (commit.id, parents.chain(commit.missing.iter().copied()).collect())
    }

    /// The versions of a path, oldest first; the same as
    /// [`History::versions`](crate::git::history::History::versions) gives.
    pub fn versions(&self, path: &RepoPath) -> Vec<Version> {
        let Some(path) = self.index.paths.find(path) else { return Vec::new() };
        let by_path = self.by_path.get_or_init(|| self.sort_by_path());
        let found = by_path.get(&path).map_or(&[][..], Vec::as_slice);
        let version = |(position, content): &(u32, Option<u32>)| Version {
            position: *position as usize,
            commit: self.commit(*position).id,
            content: content.map(|content| self.index.contents[content as usize]),
        };
        found.iter().map(version).collect()
    }

    /// Where an object ever came to stand, oldest first; what was pushed stands before what its
    /// commit made of it.
    pub fn places(&self, id: ObjectId) -> Vec<Place> {
        let by_content = self.by_content.get_or_init(|| self.sort_by_content());
        let found = by_content.get(&id).map_or(&[][..], Vec::as_slice);
        let place = |found: &Found| Place {
            position: found.position as usize,
            commit: self.commit(found.position).id,
            path: self.index.paths.path(found.path),
            content: found.content,
            pushed: found.pushed,
        };
        found.iter().map(place).collect()
    }

    /// The trailers of the commit at a position.
    pub fn trailers(&self, position: usize) -> &[PushTrailer] {
        self.order.get(position).map_or(&[], |commit| &self.index.commits[*commit as usize].trailers)
    }

    /// For each position, whether its commit descends from `commit` (or is it).
    pub fn descendants_of(&self, commit: ObjectId) -> Rc<Vec<bool>> {
        if let Some(known) = self.descendants.borrow().get(&commit) {
            return Rc::clone(known);
        }
        let start = self.index.numbers.get(&commit).copied();
        let mut descends = vec![false; self.order.len()];
        for (position, number) in self.order.iter().enumerate() {
            let mut parents = self.index.commits[*number as usize].parents.iter();
            let is_below = |parent: &u32| self.positions[*parent as usize].map(|at| descends[at as usize]);
            descends[position] =
                Some(*number) == start || parents.any(|parent| is_below(parent) == Some(true));
        }
        let descends = Rc::new(descends);
        self.descendants.borrow_mut().insert(commit, Rc::clone(&descends));
        descends
    }

    /// For each position, whether its commit is `commit` or one of its ancestors.
    pub fn ancestors_of(&self, commit: ObjectId) -> Vec<bool> {
        let mut behind = vec![false; self.order.len()];
        let Some(start) = self.position(commit) else { return behind };
        behind[start] = true;
        for position in (0..=start).rev() {
            if behind[position] {
                for parent in &self.commit(number(position)).parents {
                    if let Some(parent) = self.positions[*parent as usize] {
                        behind[parent as usize] = true;
                    }
                }
            }
        }
        behind
    }

    fn commit(&self, position: u32) -> &super::Commit {
        &self.index.commits[self.order[position as usize] as usize]
    }

    fn sort_by_path(&self) -> ByPath {
        let mut by_path = ByPath::new();
        for position in 0..number(self.order.len()) {
            for (path, content) in &self.commit(position).changes {
                by_path.entry(*path).or_default().push((position, *content));
            }
        }
        by_path
    }

    fn sort_by_content(&self) -> HashMap<ObjectId, Vec<Found>> {
        let mut by_content: HashMap<ObjectId, Vec<Found>> = HashMap::new();
        for position in 0..number(self.order.len()) {
            let commit = self.commit(position);
            for trailer in &commit.trailers {
                let Some(content) = trailer::content_of(trailer) else { continue };
                let paths = commit.changes.iter().map(|(path, _)| *path);
                for path in paths.filter(|path| self.is_of(*path, trailer)) {
                    by_content.entry(content.id).or_default().push(Found {
                        position,
                        path,
                        content,
                        pushed: true,
                    });
                }
            }
            for (path, content) in &commit.changes {
                let Some(content) = content.map(|content| self.index.contents[content as usize]) else {
                    continue;
                };
                by_content.entry(content.id).or_default().push(Found {
                    position,
                    path: *path,
                    content,
                    pushed: false,
                });
            }
        }
        by_content
    }

    /// Whether a path that a push changed can be where its artifact stands.
    fn is_of(&self, path: u32, trailer: &PushTrailer) -> bool {
        path != Paths::ROOT && trailer.artifact.stands_as(self.index.paths.name(path))
    }
}
