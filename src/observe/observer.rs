//! Looks at deployed artifacts: what stands where, and the bases a command needs.

use super::ObserveError;
use super::base::pending::Waiting;
use super::base::{Holder, Ladder, Source, Subject};
use super::collection::Collection;
use super::desk::Desk;
use super::placements;
use super::records::Records;
use super::scene::{Evidence, Scene};
use super::versions::Versions;
use crate::git::trees::TreeReader;
use crate::git::work_tree::WorkTree;
use crate::model::deployed::{Base, Deployed, Placement, Upstream};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use std::collections::{BTreeMap, BTreeSet};

/// What a command wants to know of each artifact beyond its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The base of the work tree, where it differs from the collection.
    Drift,
    /// The base of the work tree, whether it differs or not.
    EveryBase,
    /// The bases of work tree, index and HEAD, where there is something to integrate.
    Pull,
    /// The base of HEAD, where it differs from the collection.
    Push,
    /// The bases of work tree and HEAD, and what stands there untracked, whatever the collection has.
    Deploy,
}

/// Looks at a scene's artifacts.
pub struct Observer<'a> {
    scene: &'a Scene<'a>,
    records: &'a Records,
    waiting: &'a Waiting<'a>,
    ladder: Ladder<'a>,
    trees: TreeReader<'a>,
    head_tree: Option<ObjectId>,
    given: Option<Given>,
    pins: Pins,
    versions: Versions<'a>,
}

/// Which of the collection's commits a pinned artifact is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pins {
    /// With the pin: it gets nothing newer.
    Count,
    /// With the tip, as all others: what is sent is built upon that.
    AreNothing,
}

/// The version that the user named as base.
struct Given {
    revision: String,
    commit: ObjectId,
}

impl<'a> Observer<'a> {
    /// Look at `scene` with `evidence`.
    ///
    /// # Errors
    ///
    /// When HEAD cannot be read.
    pub fn new(scene: &'a Scene<'a>, evidence: &'a Evidence<'a>) -> Result<Self, ObserveError> {
        let Desk { project, head, .. } = &scene.desk;
        let head_tree = head.id.map(|head| project.tree_of(head)).transpose()?;
        let Evidence { records, waiting, .. } = evidence;
        let ladder = Ladder::new(project, head.clone(), evidence, &scene.collection);
        let trees = TreeReader::new(project);
        let versions = Versions::of_collection(&scene.collection);
        Ok(Self {
            scene,
            records,
            waiting,
            ladder,
            trees,
            head_tree,
            given: None,
            pins: Pins::Count,
            versions,
        })
    }

    /// The same for what goes to the collection: it is put together with what stands there, and a pin
    /// only says what comes from there.
    pub fn for_sending(self) -> Self {
        Self { pins: Pins::AreNothing, ..self }
    }

    /// The same, with a version of the collection as the base of everything that is looked at.
    ///
    /// # Errors
    ///
    /// When the revision names no commit of the collection.
    pub fn with_base(self, revision: Option<&str>) -> Result<Self, ObserveError> {
        let Some(revision) = revision else { return Ok(self) };
        let unknown = |_| ObserveError::NotInHistory(revision.to_owned());
        let commit = self.scene.collection.commit_named(revision).map_err(unknown)?;
        Ok(Self { given: Some(Given { revision: revision.to_owned(), commit }), ..self })
    }

    /// All deployed paths, and the unrecorded ones that share a name with something offered or
    /// whose content the collection knows.
    ///
    /// Of names that the collection does not offer, only what stands there now is looked up: a
    /// project has artifacts of its own, and their histories need not be searched time and again.
    /// `adopt` does that.
    ///
    /// # Errors
    ///
    /// When the collection cannot be scanned.
    pub fn placements(&self) -> Result<Vec<Placement>, ObserveError> {
        let (mut found, unplaced) = self.found()?;
        for unplaced in unplaced.into_iter().filter(|unplaced| unplaced.let_go == 0) {
            let tip = self.scene.collection.tip;
            let Some(content) = self.staged_or_committed(&unplaced.path)? else { continue };
            if (unplaced.offered || self.ladder.knows(&unplaced.path, content, tip)?)
                && let Source::At(source) =
                    self.ladder.source_of(&unplaced.path, &unplaced.name, content, tip)?
            {
                found.insert(unplaced.path.clone(), unplaced.at(source));
            }
        }
        Ok(found.into_values().collect())
    }

    /// What [`placements::find`] tells.
    pub(super) fn found(
        &self,
    ) -> Result<(BTreeMap<RepoPath, Placement>, Vec<placements::Unplaced>), ObserveError> {
        placements::find(self.scene, self.records, self.ladder.recorded, self.waiting)
    }

    /// The number of the tombstone that let a path go with its files in place; 0 where none counts.
    ///
    /// # Errors
    ///
    /// When the notes cannot be read.
    pub fn let_go(&self, path: &RepoPath) -> Result<u64, ObserveError> {
        let Self { records, waiting, .. } = *self;
        let evidence = placements::LetGo { records, recorded: self.ladder.recorded, waiting };
        Ok(evidence.of(self.scene, path)?.unwrap_or_default())
    }

    /// The collection.
    pub(super) fn collection(&self) -> &Collection {
        &self.scene.collection
    }

    /// What is looked at.
    pub fn scene(&self) -> &'a Scene<'a> {
        self.scene
    }

    /// What the collection calls its versions.
    pub(super) fn versions(&self) -> &Versions<'a> {
        &self.versions
    }

    /// The objects of project and collection.
    pub(super) fn objects(&self) -> &crate::git::Objects {
        &self.scene.desk.objects
    }

    /// The ladder.
    pub(super) fn ladder(&self) -> &Ladder<'a> {
        &self.ladder
    }

    /// What is committed at a path, else what is staged.
    pub(super) fn staged_or_committed(&self, path: &RepoPath) -> Result<Option<Content>, ObserveError> {
        let Desk { index, objects, .. } = &self.scene.desk;
        match self.committed(path)? {
            Some(content) => Ok(Some(content)),
            None => Ok(index.content(objects, path)?),
        }
    }

    /// Look at these placements. One without a record is left out unless its base is found in the
    /// collection's history; a folder that merely shares a name, and is like no version, is not deployed.
    ///
    /// # Errors
    ///
    /// When a file or object cannot be read.
    pub fn look(&self, placements: Vec<Placement>, need: Need) -> Result<Vec<Deployed>, ObserveError> {
        let work_tree = WorkTree::new(self.scene.desk.project, &self.scene.desk.index)?;
        work_tree.prepare(placements.iter().map(|placement| &placement.path));
        let looked = placements.into_iter().map(|placement| self.look_at(placement, &work_tree, need));
        let kept = looked.filter_map(|artifact| match artifact {
            Ok(artifact) if artifact.counts() => Some(Ok(artifact)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        });
        kept.collect()
    }

    fn look_at(
        &self,
        mut placement: Placement,
        work_tree: &WorkTree<'_>,
        need: Need,
    ) -> Result<Deployed, ObserveError> {
        let Scene { desk: Desk { index, objects, .. }, collection, .. } = self.scene;
        let tip = match placement.pin.as_ref().filter(|_| self.pins == Pins::Count) {
            Some(pin) => collection.commit_named(pin)?,
            None => collection.tip,
        };
        placement.record = placement.record.map(|record| collection.seen(&record));
        let found = work_tree.content(objects, &placement.path)?;
        let mut original = collection.content_at(tip, &placement.source)?;
        let mut upstream = Upstream::InPlace;
        if original.is_none() || self.native(&placement, original)?.ok().flatten() != found {
            (upstream, placement.source) = self.ladder.follow(&placement, tip)?;
            original = collection.content_at(tip, &placement.source)?;
        }
        let (theirs, not_converted) = match self.native(&placement, original)? {
            Ok(theirs) => (theirs, None),
            Err(reason) => (None, Some(reason.to_string())),
        };
        let path = &placement.path;
        let mut deployed = Deployed {
            destination: None,
            fork: None,
            work_tree: found,
            index: index.content(objects, path)?,
            head: self.committed(path)?,
            unmerged: index.unmerged(path),
            untracked: Vec::new(),
            pinned_behind: tip != collection.tip && collection.content(&placement.source)? != original,
            theirs,
            original,
            not_converted,
            meant: None,
            recorded: self.recorded(&placement)?,
            link: self.link(&placement, found, work_tree)?,
            folding: None,
            clashes: Vec::new(),
            upstream,
            tip,
            base: None,
            nearest: None,
            index_base: None,
            head_base: None,
            past_files: BTreeSet::new(),
            waiting: None,
            versions: [None, None],
            placement,
        };
        if deployed.link.is_none() {
            self.find_bases(&mut deployed, need)?;
            self.find_details(&mut deployed, work_tree, need)?;
        } else if need == Need::Deploy {
            deployed.untracked = work_tree.untracked(objects, &deployed.placement.path)?;
        }
        Ok(deployed)
    }

    fn find_bases(&self, deployed: &mut Deployed, need: Need) -> Result<(), ObserveError> {
        let Placement { path, name, source, .. } = &deployed.placement;
        let subject = Subject { path, name, source, form: deployed.placement.form() };
        let given = self.given.as_ref().filter(|_| deployed.placement.is_meant());
        let find = |content: Option<Content>, holder| match (content, given) {
            (None, _) => Ok(None),
            (Some(content), None) => self.ladder.base(subject, content, holder, deployed.tip),
            (Some(_), Some(given)) => self.base_given(subject, given, deployed.tip).map(Some),
        };
        let Deployed { work_tree, index, head, theirs, .. } = *deployed;
        if let Some(content) = work_tree {
            deployed.waiting = self.ladder.alive_entry(path, content)?.cloned();
        }
        let differs = work_tree != theirs;
        let base = match need {
            Need::Push => None,
            Need::Drift | Need::Pull if !differs => None,
            Need::Drift | Need::Pull | Need::EveryBase | Need::Deploy => {
                find(work_tree, Holder::Uncommitted)?
            }
        };
        let index_base = match need {
            Need::Pull if differs && index != work_tree => find(index, Holder::Uncommitted)?,
            _ => None,
        };
        let wants_head = match need {
            Need::Pull => differs || head != work_tree,
            Need::Push => head != theirs,
            Need::Deploy => true,
            Need::Drift | Need::EveryBase => work_tree.is_none(),
        };
        let head_base = if wants_head { find(head, Holder::Committed)? } else { None };
        let is_needed = base.is_none() && need != Need::Deploy;
        if let Some(content) = work_tree.filter(|_| is_needed && differs && theirs.is_some())
            && head_base.is_none()
        {
            deployed.nearest = self.ladder.nearest(subject, content, deployed.tip)?;
        }
        (deployed.base, deployed.index_base, deployed.head_base) = (base, index_base, head_base);
        Ok(())
    }

    fn base_given(&self, subject: Subject<'_>, given: &Given, tip: ObjectId) -> Result<Base, ObserveError> {
        let base = match self.scene.collection.repository.is_ancestor(given.commit, tip) {
            true => self.ladder.given(subject, given.commit, tip)?,
            false => return Err(ObserveError::NotInHistory(given.revision.clone())),
        };
        let (artifact, revision) = (subject.name.to_string(), given.revision.clone());
        base.ok_or(ObserveError::NotThereThen { artifact, revision })
    }

    fn find_details(
        &self,
        deployed: &mut Deployed,
        work_tree: &WorkTree<'_>,
        need: Need,
    ) -> Result<(), ObserveError> {
        if deployed.work_tree == deployed.theirs
            && need != Need::EveryBase
            && need != Need::Push
            && need != Need::Deploy
        {
            return Ok(());
        }
        let objects = &self.scene.desk.objects;
        deployed.versions = self.versions_of(deployed, need)?;
        if need == Need::Pull || need == Need::Deploy {
            deployed.untracked = work_tree.untracked(objects, &deployed.placement.path)?;
        }
        deployed.meant = self.meant(deployed)?;
        self.find_past_files(deployed, need)
    }

    fn committed(&self, path: &RepoPath) -> Result<Option<Content>, ObserveError> {
        let Some(tree) = self.head_tree else { return Ok(None) };
        Ok(self.trees.at(tree, path)?)
    }
}
