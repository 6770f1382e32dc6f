//! Where an artifact is now that is not where it was, and where it came from: renames in the
//! collection's history, and those that its marketplace declares.
//!
//! An artifact is followed commit by commit. In the commit that takes it from its place, the most
//! similar artifact of its type that is new there is the same one, by git's measure and above git's
//! threshold; a place that was taken before is another artifact's. Nothing is guessed: where several
//! are equally similar, all are named and none is followed. Used by the collection's history.

mod pairing;
mod similarity;

use super::ObserveError;
use super::collection::Collection;
use super::index::Stretch;
use super::scan::{Offered, Scan, ScanError};
use crate::git::GitError;
use crate::git::trees::TreeReader;
use crate::model::artifact::ArtifactType;
use crate::model::deployed::Upstream;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::objs::{Find, Kind};
use pairing::{Pairs, Went, pair};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Follows the artifacts of a collection up to one commit.
pub struct Renames<'c> {
    collection: &'c Collection,
    tip: ObjectId,
    scans: RefCell<HashMap<ObjectId, Rc<Scan>>>,
    pairs: RefCell<HashMap<(ObjectId, ObjectId), Rc<Pairs>>>,
    plugins: OnceCell<BTreeMap<String, String>>,
}

/// A place where an artifact once stood, and the commits in which it left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The place.
    pub source: RepoPath,
    /// What stands there from these commits on is something else.
    pub left: Vec<ObjectId>,
}

/// Where an artifact is in one commit.
#[derive(Clone)]
enum Spot {
    /// It is not known yet.
    Unknown,
    /// Here.
    At(Rc<RepoPath>),
    /// Removed; it stood here last, in this commit.
    Gone(Rc<RepoPath>, ObjectId),
    /// One of these, and nothing tells which.
    Unclear(Rc<[RepoPath]>),
}

impl<'c> Renames<'c> {
    /// What happened to the artifacts of `collection` up to `tip`.
    pub fn new(collection: &'c Collection, tip: ObjectId) -> Self {
        let (scans, pairs) = (RefCell::default(), RefCell::default());
        Self { collection, tip, scans, pairs, plugins: OnceCell::new() }
    }

    /// Where the artifact that stood at `source` before this stretch of history is at its end.
    ///
    /// # Errors
    ///
    /// When a commit, tree or manifest cannot be read.
    pub fn follow(
        &self,
        stretch: &Stretch<'_>,
        kind: ArtifactType,
        source: &RepoPath,
    ) -> Result<(Upstream, RepoPath), ObserveError> {
        let stays = (Upstream::InPlace, source.clone());
        let mut ever_left = false;
        for version in stretch.versions(source)?.iter() {
            ever_left |= !self.is_artifact(kind, version.content)?;
        }
        if !ever_left {
            return Ok(stays);
        }
        let mut spots: Vec<Spot> = Vec::new();
        for position in stretch.positions() {
            spots.resize(position, Spot::Unknown);
            let spot = self.spot(stretch, position, &spots, (kind, source))?;
            spots.push(spot);
        }
        let moved = |to: RepoPath| (Upstream::Renamed { from: source.clone() }, to);
        Ok(match spots.pop() {
            Some(Spot::At(place)) if *place != *source => moved((*place).clone()),
            Some(Spot::Gone(place, last)) => match self.declared(last, self.tip, kind, &place)? {
                Some(to) => moved(to),
                None => stays,
            },
            Some(Spot::Unclear(candidates)) if !self.stands(self.tip, kind, source)? => {
                (Upstream::Unclear { candidates: candidates.to_vec() }, source.clone())
            }
            _ => stays,
        })
    }

    /// The place itself and those where the artifact stood before, as far as this stretch goes.
    ///
    /// # Errors
    ///
    /// When a commit, tree or manifest cannot be read.
    pub fn lineage(
        &self,
        stretch: &Stretch<'_>,
        kind: ArtifactType,
        source: &RepoPath,
    ) -> Result<Vec<Former>, ObserveError> {
        let mut lineage = vec![Former { source: source.clone(), left: Vec::new() }];
        let mut next = 0;
        while let Some(place) = lineage.get(next).map(|former| former.source.clone()) {
            next += 1;
            for version in stretch.versions(&place)?.iter() {
                if !self.is_artifact(kind, version.content)? {
                    continue;
                }
                let (commit, parents) = stretch.commit_at(version.position);
                for parent in parents {
                    for from in self.sources_of(parent, commit, kind, &place)? {
                        match lineage.iter_mut().find(|former| former.source == from) {
                            Some(former) if former.source != *source => former.left.push(commit),
                            Some(_) => {}
                            None => lineage.push(Former { source: from, left: vec![commit] }),
                        }
                    }
                }
            }
        }
        Ok(lineage)
    }

    /// The places that became `place` in a commit.
    fn sources_of(
        &self,
        parent: ObjectId,
        commit: ObjectId,
        kind: ArtifactType,
        place: &RepoPath,
    ) -> Result<Vec<RepoPath>, ObserveError> {
        let pairs = match self.pairs(parent, commit) {
            Ok(pairs) => pairs,
            // Beyond the boundary of a shallow clone.
            Err(ObserveError::Git(GitError::MissingObject(_) | GitError::ReadObject { .. })) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let here = |((of, from), went): (&(ArtifactType, RepoPath), &Went)| {
            (*of == kind && *went == Went::To(place.clone())).then(|| from.clone())
        };
        Ok(pairs.iter().filter_map(here).collect())
    }

    fn spot(
        &self,
        stretch: &Stretch<'_>,
        position: usize,
        spots: &[Spot],
        (kind, source): (ArtifactType, &RepoPath),
    ) -> Result<Spot, ObserveError> {
        let (commit, parents) = stretch.commit_at(position);
        let mut before: Vec<(ObjectId, Spot)> = Vec::new();
        for parent in parents {
            let spot = match stretch.position(parent) {
                Some(parent) => spots.get(parent).cloned().unwrap_or(Spot::Unknown),
                None if self.stands(parent, kind, source).unwrap_or(false) => {
                    Spot::At(Rc::new(source.clone()))
                }
                None => Spot::Unknown,
            };
            if !matches!(spot, Spot::Unknown) {
                before.push((parent, spot));
            }
        }
        let mut standing: BTreeSet<Rc<RepoPath>> = BTreeSet::new();
        for (_, spot) in &before {
            if let Spot::At(place) | Spot::Gone(place, _) = spot
                && self.stands(commit, kind, place)?
            {
                standing.insert(Rc::clone(place));
            }
        }
        if before.is_empty() && self.stands(commit, kind, source)? {
            standing.insert(Rc::new(source.clone()));
        }
        let mut standing = standing.into_iter();
        match (standing.next(), standing.next()) {
            (Some(only), None) => Ok(Spot::At(only)),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(standing).map(|place| (*place).clone());
                Ok(Spot::Unclear(all.collect()))
            }
            (None, _) => self.departure(commit, &before, kind),
        }
    }

    /// Where an artifact went that none of a commit's parents has at a place that still stands.
    fn departure(
        &self,
        commit: ObjectId,
        before: &[(ObjectId, Spot)],
        kind: ArtifactType,
    ) -> Result<Spot, ObserveError> {
        // A merge only takes over what a side has done.
        let done = before.iter().find(|(_, spot)| !matches!(spot, Spot::At(_)));
        if let Some((_, spot)) = done {
            return Ok(spot.clone());
        }
        let (mut found, mut last) = (BTreeSet::new(), Spot::Unknown);
        let mut clear = true;
        for (parent, spot) in before {
            let Spot::At(place) = spot else { continue };
            last = Spot::Gone(Rc::clone(place), *parent);
            match self.pairs(*parent, commit)?.get(&(kind, (**place).clone())) {
                Some(Went::To(to)) => {
                    found.insert(to.clone());
                }
                Some(Went::Unclear(candidates)) => {
                    clear = false;
                    found.extend(candidates.iter().cloned());
                }
                None => {}
            }
        }
        let mut all = found.iter();
        Ok(match (all.next(), all.next()) {
            (None, _) => last,
            (Some(only), None) if clear => Spot::At(Rc::new(only.clone())),
            _ => Spot::Unclear(found.into_iter().collect()),
        })
    }

    /// Where the artifacts went that a commit took from where a parent has them.
    fn pairs(&self, parent: ObjectId, commit: ObjectId) -> Result<Rc<Pairs>, ObserveError> {
        if let Some(known) = self.pairs.borrow().get(&(parent, commit)) {
            return Ok(Rc::clone(known));
        }
        let pairs = Rc::new(self.find_pairs(parent, commit)?);
        self.pairs.borrow_mut().insert((parent, commit), Rc::clone(&pairs));
        Ok(pairs)
    }

    fn find_pairs(&self, parent: ObjectId, commit: ObjectId) -> Result<Pairs, ObserveError> {
        let repository = &self.collection.repository;
        let trees = [repository.tree_of(parent)?, repository.tree_of(commit)?];
        if !self.takes_away(trees[0], trees[1])? {
            return Ok(Pairs::new());
        }
        let (before, after) = (self.scan(parent)?, self.scan(commit)?);
        let mut pairs = Pairs::new();
        for kind in ArtifactType::ALL {
            let (mut gone, mut new) = (Vec::new(), Vec::new());
            for offered in before.artifacts.iter().filter(|offered| offered.name.kind == kind) {
                if self.stands(commit, kind, &offered.source)? {
                    continue;
                }
                match self.declared(parent, commit, kind, &offered.source)? {
                    Some(to) => _ = pairs.insert((kind, offered.source.clone()), Went::To(to)),
                    None => gone.push(offered),
                }
            }
            for offered in after.artifacts.iter().filter(|offered| offered.name.kind == kind) {
                let taken = pairs.values().any(|went| *went == Went::To(offered.source.clone()));
                if !taken && !self.stands(parent, kind, &offered.source)? {
                    new.push(offered);
                }
            }
            if !gone.is_empty() && !new.is_empty() {
                pairs.extend(pair(gone, new, |blob| self.blob(blob))?);
            }
        }
        Ok(pairs)
    }

    /// Whether anything of one tree is missing in another.
    fn takes_away(&self, before: ObjectId, after: ObjectId) -> Result<bool, ObserveError> {
        let trees = TreeReader::new(&self.collection.repository);
        let mut todo = vec![(before, after)];
        while let Some((before, after)) = todo.pop() {
            let (before, after) = (trees.entries(before)?, trees.entries(after)?);
            for (name, old) in before.iter() {
                match crate::git::trees::entry(&after, name.as_ref()) {
                    None => return Ok(true),
                    Some(new) if old.is_folder() && new.is_folder() && *old != new => {
                        todo.push((old.id, new.id));
                    }
                    Some(new) if old.is_folder() != new.is_folder() => return Ok(true),
                    Some(_) => {}
                }
            }
        }
        Ok(false)
    }

    /// Where a marketplace says that an artifact went: the one of its name in the plugin that its
    /// plugin is called now. What was renamed more than once is followed to the end.
    fn declared(
        &self,
        before: ObjectId,
        after: ObjectId,
        kind: ArtifactType,
        source: &RepoPath,
    ) -> Result<Option<RepoPath>, ObserveError> {
        let plugins = match self.plugins.get() {
            Some(plugins) => plugins,
            None => {
                let declared = self.collection.renamed_plugins_at(self.tip)?;
                self.plugins.get_or_init(|| declared)
            }
        };
        if plugins.is_empty() {
            return Ok(None);
        }
        let old = self.scan(before)?;
        let Some(old) = old.artifacts.iter().find(|old| old.name.kind == kind && old.source == *source)
        else {
            return Ok(None);
        };
        let Some(mut plugin) = old.plugin.as_ref().and_then(|plugin| plugins.get(plugin)) else {
            return Ok(None);
        };
        // A circle ends nowhere.
        for _ in 0..plugins.len() {
            match plugins.get(plugin) {
                Some(next) => plugin = next,
                None => break,
            }
        }
        let new = self.scan(after)?;
        let same = |new: &&Offered| new.name == old.name && new.plugin.as_ref() == Some(plugin);
        let mut there = new.artifacts.iter().filter(same);
        match (there.next(), there.next()) {
            (Some(only), None) if only.source != *source => Ok(Some(only.source.clone())),
            _ => Ok(None),
        }
    }

    fn scan(&self, commit: ObjectId) -> Result<Rc<Scan>, ObserveError> {
        if let Some(known) = self.scans.borrow().get(&commit) {
            return Ok(Rc::clone(known));
        }
        let scan = match self.collection.scan_at(commit) {
            // What stood outside of the root was never offered.
            Err(ObserveError::Scan { source: ScanError::NoRoot { .. }, .. }) => Scan::default(),
            scan => scan?,
        };
        let scan = Rc::new(scan);
        self.scans.borrow_mut().insert(commit, Rc::clone(&scan));
        Ok(scan)
    }

    fn stands(&self, commit: ObjectId, kind: ArtifactType, place: &RepoPath) -> Result<bool, ObserveError> {
        let content = self.collection.content_at(commit, place)?;
        self.is_artifact(kind, content)
    }

    /// Whether a content can be an artifact: a folder with a `SKILL.md`, or a file.
    fn is_artifact(&self, kind: ArtifactType, content: Option<Content>) -> Result<bool, ObserveError> {
        let Some(content) = content else { return Ok(false) };
        if kind != ArtifactType::Skill {
            return Ok(!content.is_folder());
        }
        if !content.is_folder() {
            return Ok(false);
        }
        let entries = TreeReader::new(&self.collection.repository).entries(content.id)?;
        Ok(entries.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"SKILL.md")))
    }

    fn blob(&self, id: ObjectId) -> Result<Vec<u8>, ObserveError> {
        let mut data = Vec::new();
        let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
        let found = self.collection.repository.try_find(&id, &mut data).map_err(failed)?;
        let is_blob = found.is_some_and(|found| found.kind == Kind::Blob);
        if is_blob { Ok(data) } else { Err(GitError::MissingObject(id).into()) }
    }
}
