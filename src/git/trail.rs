//! The versions of a project's paths up to a commit, remembered from run to run.
//!
//! Artifacts change rarely, but to know when they did every commit has to be looked at. What was
//! found for one commit is kept in the cache, and holds for those that follow it in a line.

use super::ancestry::Graph;
use super::cache::CacheName;
use super::history::{History, Version};
use super::touches::{Touch, Touches};
use super::trees::TreeReader;
use super::{GitError, Repository};
use crate::model::path::RepoPath;
use gix::ObjectId;
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The folder of the files, one for each commit that a history ended with.
const FOLDER: &str = "trails";

/// The version of what is in them.
const VERSION: u32 = 1;

/// How many commits a history has to have for what was found to be worth a file.
const LONG: usize = 256;

/// How far back an earlier run is looked for.
const FAR: usize = 1024;

/// The versions of paths in the commits after a start (none: in all), up to a tip.
pub struct Trail<'r> {
    repository: &'r Repository,
    tip: ObjectId,
    start: Option<ObjectId>,
    long: usize,
    history: OnceCell<History<'r>>,
    known: RefCell<HashMap<String, Rc<Known>>>,
}

/// What is known of one entry of the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    touches: Touches,
    /// For each of the commits, whether it descends from the start.
    descends: Vec<bool>,
    /// Whether the tip does.
    tip_descends: bool,
}

/// What is kept for a tip, by start and entry.
type Kept = BTreeMap<String, Known>;

impl<'r> Trail<'r> {
    /// The commits reachable from `tip` but not from `start`; nothing is read before it is needed.
    pub fn new(repository: &'r Repository, tip: ObjectId, start: Option<ObjectId>) -> Self {
        Self::with(repository, tip, start, LONG)
    }

    /// As [`new`](Self::new), with what is found in at least `long` commits offered to the cache.
    pub fn with(repository: &'r Repository, tip: ObjectId, start: Option<ObjectId>, long: usize) -> Self {
        let (history, known) = (OnceCell::new(), RefCell::default());
        Self { repository, tip, start, long, history, known }
    }

    /// The versions of a path, oldest first.
    ///
    /// # Errors
    ///
    /// When a commit or tree cannot be read.
    pub fn versions(&self, path: &RepoPath) -> Result<Vec<Version>, GitError> {
        self.known(path)?.touches.versions(self.repository, path)
    }

    /// Those of them in commits that descend from the start.
    ///
    /// # Errors
    ///
    /// When a commit or tree cannot be read.
    pub fn versions_since(&self, path: &RepoPath) -> Result<Vec<Version>, GitError> {
        let known = self.known(path)?;
        let descends: HashMap<usize, bool> = known
            .touches
            .commits
            .iter()
            .map(|touch| touch.position)
            .zip(known.descends.iter().copied())
            .collect();
        let mut versions = known.touches.versions(self.repository, path)?;
        versions.retain(|version| descends.get(&version.position) == Some(&true));
        Ok(versions)
    }

    fn known(&self, path: &RepoPath) -> Result<Rc<Known>, GitError> {
        let first = path.components().next().unwrap_or_default();
        if let Some(known) = self.known.borrow().get(first) {
            return Ok(Rc::clone(known));
        }
        let graph = Graph::open(self.repository);
        // What is cut off or replaced may change while no id does.
        let may_keep = graph.is_whole() && !first.is_empty();
        let known = if may_keep { self.recall(&graph, first)? } else { None };
        let known = match known {
            Some(known) => known,
            None => {
                let known = self.find(first)?;
                if may_keep && known.touches.all >= self.long {
                    self.keep(first, &known);
                }
                known
            }
        };
        let known = Rc::new(known);
        self.known.borrow_mut().insert(first.to_owned(), Rc::clone(&known));
        Ok(known)
    }

    fn find(&self, first: &str) -> Result<Known, GitError> {
        let history = match self.history.get() {
            Some(history) => history,
            None => {
                let history = History::load(self.repository, self.tip, self.start)?;
                self.history.get_or_init(|| history)
            }
        };
        let touches = Touches::clone(&*history.touches(first)?);
        let all = self.start.map(|start| history.descendants_of(start));
        let is_after = |position: usize| all.as_ref().is_none_or(|all| all[position]);
        let descends = touches.commits.iter().map(|touch| is_after(touch.position)).collect();
        // The tip stands last; where there is nothing after the start, it is the start.
        let tip_descends = touches.all.checked_sub(1).is_none_or(is_after);
        Ok(Known { touches, descends, tip_descends })
    }

    /// What an earlier run found for the tip, or for a commit that it follows in a line.
    fn recall(&self, graph: &Graph<'_>, first: &str) -> Result<Option<Known>, GitError> {
        let names = self.repository.cached_below(FOLDER);
        let (mut commit, mut after) = (self.tip, Vec::new());
        while Some(commit) != self.start && after.len() <= FAR && !names.is_empty() {
            if names.contains(&commit.to_string())
                && let Some(known) = self.kept(commit).remove(&self.key(first))
            {
                return self.extend(known, &after, first).map(Some);
            }
            let Some(header) = graph.header(commit)? else { break };
            let [parent] = header.parents[..] else { break };
            after.push((commit, header.tree));
            commit = parent;
        }
        Ok(None)
    }

    /// What is known of the end of a line, with the commits after it, newest first.
    fn extend(
        &self,
        mut known: Known,
        after: &[(ObjectId, ObjectId)],
        first: &str,
    ) -> Result<Known, GitError> {
        let trees = TreeReader::new(self.repository);
        let top_of = |tree: ObjectId| trees.top(tree, first);
        let Some((oldest, _)) = after.last() else { return Ok(known) };
        let parent = self.repository.parents_of(*oldest)?.first().copied();
        let mut before = match parent {
            Some(parent) => top_of(self.repository.tree_of(parent)?)?,
            None => None,
        };
        for (commit, tree) in after.iter().rev() {
            let top = top_of(*tree)?;
            if top != before {
                let position = known.touches.all;
                known.touches.commits.push(Touch { position, commit: *commit, top, before: vec![before] });
                known.descends.push(known.tip_descends);
            }
            known.touches.all += 1;
            before = top;
        }
        Ok(known)
    }

    fn kept(&self, commit: ObjectId) -> Kept {
        let content = self.repository.cached(&name(commit));
        content.and_then(|content| serde_json::from_slice(&content).ok()).unwrap_or_default()
    }

    fn keep(&self, first: &str, known: &Known) {
        let mut kept = self.kept(self.tip);
        kept.insert(self.key(first), known.clone());
        if let Ok(content) = serde_json::to_vec(&kept) {
            self.repository.offer(name(self.tip), &content);
        }
    }

    fn key(&self, first: &str) -> String {
        let start = self.start.map(|start| start.to_string()).unwrap_or_default();
        format!("{start} {first}")
    }
}

fn name(commit: ObjectId) -> CacheName {
    CacheName::new(format!("{FOLDER}/{commit}"), VERSION)
}
