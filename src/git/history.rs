//! A stretch of commit history, and the versions that a path had in it.

use super::ancestry::Graph;
use super::touches::{Touch, Touches};
use super::trees::TreeReader;
use super::{GitError, Repository};
use crate::model::{content::Content, path::RepoPath, trailer::PushTrailer};
use gix::ObjectId;
use gix::hashtable::HashMap as IdMap;
use gix::hashtable::hash_map::Entry;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Commits in topological order, oldest first; a commit's place in it is its *position*.
pub struct History<'r> {
    repository: &'r Repository,
    trees: TreeReader<'r>,
    commits: Vec<Commit>,
    positions: HashMap<ObjectId, usize>,
    touches: RefCell<HashMap<String, Rc<Touches>>>,
    versions: RefCell<HashMap<RepoPath, Rc<Vec<Version>>>>,
    descendants: RefCell<HashMap<ObjectId, Rc<Vec<bool>>>>,
}

struct Commit {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<ObjectId>,
}

/// A version of a path that a commit brought: it differs from what a parent has.
///
/// A merge is listed too where it differs from any parent, as its content may be new to the
/// side that one looks from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The position of the commit.
    pub position: usize,
    /// The commit.
    pub commit: ObjectId,
    /// What stands at the path; none where the commit removed it.
    pub content: Option<Content>,
}

impl<'r> History<'r> {
    /// The commits reachable from `tip` but not from `hidden`.
    ///
    /// # Errors
    ///
    /// When a commit cannot be read.
    pub fn load(
        repository: &'r Repository,
        tip: ObjectId,
        hidden: impl IntoIterator<Item = ObjectId>,
    ) -> Result<Self, GitError> {
        let failed = |source| GitError::Walk { tip, source: Box::new(source) };
        let gix = repository.gix();
        let (mut found, graph) = (HashMap::new(), Graph::open(repository));
        for info in gix.rev_walk([tip]).with_hidden(hidden).all().map_err(failed)? {
            let info = info.map_err(failed)?;
            let tree = graph.header(info.id)?.ok_or(GitError::MissingObject(info.id))?.tree;
            let parents: Vec<_> = info.parent_ids().map(gix::Id::detach).collect();
            found.insert(info.id, Commit { id: info.id, tree, parents });
        }
        let commits = oldest_first(tip, found);
        let positions = commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        Ok(Self {
            repository,
            trees: TreeReader::new(repository),
            commits,
            positions,
            touches: RefCell::default(),
            versions: RefCell::default(),
            descendants: RefCell::default(),
        })
    }

    /// How many commits it has.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether it has no commit.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The position of a commit.
    pub fn position(&self, commit: ObjectId) -> Option<usize> {
        self.positions.get(&commit).copied()
    }

    /// All commits, oldest first.
    pub fn commits(&self) -> impl DoubleEndedIterator<Item = ObjectId> {
        self.commits.iter().map(|commit| commit.id)
    }

    /// The commit at a position, and its parents.
    pub fn commit_at(&self, position: usize) -> (ObjectId, Vec<ObjectId>) {
        let Commit { id, parents, .. } = &self.commits[position];
        (*id, parents.clone())
    }

    /// The message of a commit.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn message(&self, commit: ObjectId) -> Result<String, GitError> {
        self.repository.message_of(commit)
    }

    /// What pushes said in the message of a commit.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn trailers(&self, commit: ObjectId) -> Result<Vec<PushTrailer>, GitError> {
        Ok(self.repository.trailers_in(&self.message(commit)?))
    }

    /// The versions of a path, oldest first.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub fn versions(&self, path: &RepoPath) -> Result<Rc<Vec<Version>>, GitError> {
        if let Some(versions) = self.versions.borrow().get(path) {
            return Ok(Rc::clone(versions));
        }
        let versions = Rc::new(self.find_versions(path)?);
        self.versions.borrow_mut().insert(path.clone(), Rc::clone(&versions));
        Ok(versions)
    }

    fn find_versions(&self, path: &RepoPath) -> Result<Vec<Version>, GitError> {
        let first = path.components().next().unwrap_or_default();
        self.touches(first)?.versions(self.repository, path)
    }

    /// The commits that changed the entry of this name in the root (none: the root itself).
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub(super) fn touches(&self, first: &str) -> Result<Rc<Touches>, GitError> {
        if let Some(touches) = self.touches.borrow().get(first) {
            return Ok(Rc::clone(touches));
        }
        let touches = Rc::new(self.find_touches(first)?);
        self.touches.borrow_mut().insert(first.to_owned(), Rc::clone(&touches));
        Ok(touches)
    }

    fn find_touches(&self, first: &str) -> Result<Touches, GitError> {
        let mut tops: IdMap<ObjectId, Option<Content>> = IdMap::default();
        let mut top_of = |tree: ObjectId| -> Result<Option<Content>, GitError> {
            Ok(match tops.entry(tree) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) if first.is_empty() => *new.insert(Some(Content::folder(tree))),
                Entry::Vacant(new) => *new.insert(self.trees.top(tree, first)?),
            })
        };
        let mut touches = Touches { all: self.commits.len(), commits: Vec::new() };
        for (position, commit) in self.commits.iter().enumerate() {
            let top = top_of(commit.tree)?;
            let mut before = Vec::new();
            for parent in &commit.parents {
                let tree = match self.position(*parent) {
                    Some(parent) => self.commits[parent].tree,
                    None => match self.repository.tree_of(*parent) {
                        Ok(tree) => tree,
                        // Beyond the boundary of a shallow clone: what stands here came from there.
                        Err(_) => {
                            before.push(None);
                            continue;
                        }
                    },
                };
                before.push(top_of(tree)?);
            }
            let is_new = commit.parents.is_empty() && top.is_some();
            if is_new || before.iter().any(|before| *before != top) {
                touches.commits.push(Touch { position, commit: commit.id, top, before });
            }
        }
        Ok(touches)
    }

    /// For each position, whether its commit descends from `commit` (or is it).
    ///
    /// A commit outside of the stretch is taken as what was hidden: everything descends from it
    /// that has it among the ancestors of its boundary.
    pub fn descendants_of(&self, commit: ObjectId) -> Rc<Vec<bool>> {
        if let Some(known) = self.descendants.borrow().get(&commit) {
            return Rc::clone(known);
        }
        let mut outside: HashMap<ObjectId, bool> = HashMap::new();
        let mut descends: Vec<bool> = Vec::with_capacity(self.commits.len());
        for candidate in &self.commits {
            let mut yes = candidate.id == commit;
            for parent in &candidate.parents {
                yes |= match self.position(*parent) {
                    Some(parent) => descends[parent],
                    None => *outside
                        .entry(*parent)
                        .or_insert_with(|| self.repository.is_ancestor(commit, *parent)),
                };
            }
            descends.push(yes);
        }
        let descends = Rc::new(descends);
        self.descendants.borrow_mut().insert(commit, Rc::clone(&descends));
        descends
    }
}

impl Repository {
    /// The best common ancestors of two commits; none if their histories have nothing in common.
    ///
    /// # Errors
    ///
    /// When a history cannot be walked.
    pub fn merge_bases(&self, one: ObjectId, other: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        let failed = |source| GitError::Walk { tip: one, source: Box::new(source) };
        let bases = self.gix().merge_bases_many(one, &[other]).map_err(failed)?;
        Ok(bases.into_iter().map(gix::Id::detach).collect())
    }
}

/// Parents before children; depth first, so that a side branch stays together.
fn oldest_first(tip: ObjectId, mut found: HashMap<ObjectId, Commit>) -> Vec<Commit> {
    let mut ordered = Vec::with_capacity(found.len());
    let mut entered = HashSet::new();
    let mut stack = vec![(tip, false)];
    while let Some((id, parents_done)) = stack.pop() {
        if parents_done {
            ordered.extend(found.remove(&id));
            continue;
        }
        let Some(commit) = found.get(&id) else { continue };
        if !entered.insert(id) {
            continue;
        }
        stack.push((id, true));
        stack.extend(commit.parents.iter().rev().map(|parent| (*parent, false)));
    }
    ordered
}
