//! The base: the version that project and collection last had in common, found by a ladder of
//! rungs and then advanced to the newest version known to have been taken in.
//!
//! A base belongs to a *content*: a pull asks for the work tree's, a push for HEAD's.

mod advance;
mod given;
mod history;
mod met;
mod nearest;
mod note;
pub mod pending;
mod rewritten;

pub use history::Source;
pub use met::{How, Met};

use super::ObserveError;
use super::collection::{Collection, CollectionHistory, CollectionVersion};
use super::forms;
use super::index::Stretch;
use super::recorded::Recorded;
use super::records::Records;
use super::scene::Evidence;
use crate::git::trail::Trail;
use crate::git::{Head, Repository};
use crate::merge::Engine;
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::deployed::{Base, Placement, Rung, Upstream};
use crate::model::target::{Form, Format};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use pending::Waiting;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The path that a base is looked for, and where its artifact stands in the collection.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The deployed path.
    pub path: &'s RepoPath,
    /// The artifact.
    pub name: &'s ArtifactName,
    /// Its path in the collection.
    pub source: &'s RepoPath,
    /// The form in which it stands at the path.
    pub form: Form<'s>,
}

/// Whose content a base is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The work tree or the index: what is not committed counts.
    Uncommitted,
    /// A commit: only what is committed counts.
    Committed,
}

/// Everything a look-up needs; one for all artifacts of a collection.
pub struct Ladder<'a> {
    /// The project.
    pub project: &'a Repository,
    /// What is checked out in it.
    pub head: Head,
    /// The records at HEAD.
    pub records: &'a Records,
    /// The records of all commits, by content.
    pub recorded: &'a Recorded<'a>,
    /// The pending entries and what witnesses them.
    pub waiting: &'a Waiting<'a>,
    /// The collection.
    pub collection: &'a Collection,
    /// The merge engine over both object databases.
    pub engine: &'a RefCell<Engine<'a>>,
    histories: RefCell<HashMap<ObjectId, Rc<CollectionHistory<'a>>>>,
    scans: RefCell<HashMap<ObjectId, Sources>>,
    project_histories: RefCell<HashMap<Option<ObjectId>, Rc<Trail<'a>>>>,
    natives: RefCell<HashMap<FormKey, Option<Content>>>,
    meant: RefCell<HashMap<(ObjectId, FormKey), Option<Content>>>,
}

/// A version of the collection, and the form and name that it gets.
type FormKey = (ObjectId, Format, String);

/// What a commit of the collection offered: paths and types.
type Sources = Rc<Vec<(RepoPath, ArtifactType)>>;

/// A rung's answer, before it is advanced.
#[derive(Clone, Copy)]
struct Found {
    content: Content,
    /// The same as the collection has it.
    original: Content,
    commit: ObjectId,
    /// The project commit from which on committed versions may have taken in later ones.
    since: Option<ObjectId>,
    rung: Rung,
}

impl<'a> Ladder<'a> {
    /// A ladder for one project and one collection.
    pub fn new(
        project: &'a Repository,
        head: Head,
        evidence: &'a Evidence<'a>,
        collection: &'a Collection,
    ) -> Self {
        let Evidence { records, recorded, waiting, engine, .. } = evidence;
        let (histories, scans, project_histories, natives, meant) = <_>::default();
        Self {
            project,
            head,
            records,
            recorded,
            waiting,
            collection,
            engine,
            histories,
            scans,
            project_histories,
            natives,
            meant,
        }
    }

    /// A version of the collection in the form of a place; none where that cannot hold it, or where
    /// the version is not here.
    pub(super) fn native(&self, form: Form<'_>, original: Content) -> Result<Option<Content>, ObserveError> {
        if !form.is_generated() {
            return Ok(Some(original));
        }
        let key = (original.id, form.format, form.name.to_owned());
        if let Some(known) = self.natives.borrow().get(&key) {
            return Ok(*known);
        }
        if !self.is_here(original) {
            return Ok(None);
        }
        let made = forms::native(self.engine.borrow().objects(), form, original)?.ok();
        self.natives.borrow_mut().insert(key, made);
        Ok(made)
    }

    /// What stands at a place, as the collection would have it if it had the version `reference`; none
    /// where the collection's form cannot hold it.
    pub(super) fn meant(
        &self,
        form: Form<'_>,
        native: Content,
        reference: Content,
    ) -> Result<Option<Content>, ObserveError> {
        if !form.is_generated() {
            return Ok(Some(native));
        }
        let key = (native.id, (reference.id, form.format, form.name.to_owned()));
        if let Some(known) = self.meant.borrow().get(&key) {
            return Ok(*known);
        }
        if !self.is_here(native) || !self.is_here(reference) {
            return Ok(None);
        }
        let meant = forms::original(self.engine.borrow().objects(), form, native, reference)?.ok();
        self.meant.borrow_mut().insert(key, meant);
        Ok(meant)
    }

    fn is_here(&self, content: Content) -> bool {
        matches!(self.engine.borrow().objects().try_header(&content.id), Ok(Some(_)))
    }

    /// The versions of an artifact in a stretch, as [`CollectionHistory::versions`] gives them, in the
    /// form of its place.
    fn versions_in(
        &self,
        history: &CollectionHistory<'_>,
        stretch: &Stretch<'_>,
        subject: Subject<'_>,
    ) -> Result<Vec<CollectionVersion>, ObserveError> {
        let versions = history.versions(stretch, subject.source, subject.name)?;
        if !subject.form.is_generated() {
            return Ok(versions);
        }
        let mut formed = Vec::new();
        for version in versions {
            let native = self.native(subject.form, version.original)?;
            formed.extend(native.map(|content| CollectionVersion { content, ..version }));
        }
        Ok(formed)
    }

    /// The base of `content` at a path, with the collection seen up to `tip`.
    ///
    /// None: no common version is known, and nothing may be guessed.
    ///
    /// # Errors
    ///
    /// When a repository cannot be read.
    pub fn base(
        &self,
        subject: Subject<'_>,
        content: Content,
        holder: Holder,
        tip: ObjectId,
    ) -> Result<Option<Base>, ObserveError> {
        let history = self.collection_history(tip);
        if holder == Holder::Uncommitted
            && let Some(base) = self.pending_base(subject, content, &history)?
        {
            return Ok(Some(base));
        }
        let noted = self.note_base(subject, content, &history)?;
        let rewritten = self.rewritten_base(subject, content, noted.as_ref(), &history)?;
        if let Some(base) = rewritten.or(noted) {
            return Ok(Some(base));
        }
        self.history_base(subject, content, &history)
    }

    fn collection_history(&self, tip: ObjectId) -> Rc<CollectionHistory<'a>> {
        let mut histories = self.histories.borrow_mut();
        let new = || Rc::new(CollectionHistory::new(self.collection, self.project, tip));
        Rc::clone(histories.entry(tip).or_insert_with(new))
    }

    /// What a commit of the collection offered.
    fn scanned(&self, commit: ObjectId) -> Result<Sources, ObserveError> {
        if let Some(known) = self.scans.borrow().get(&commit) {
            return Ok(Rc::clone(known));
        }
        let offered = match self.collection.scan_at(commit) {
            Ok(scan) => scan.artifacts.into_iter(),
            // Then it had another layout than its configuration says now.
            Err(ObserveError::Scan { .. }) => Vec::new().into_iter(),
            Err(error) => return Err(error),
        };
        let sources: Sources = Rc::new(offered.map(|it| (it.source, it.name.kind)).collect());
        self.scans.borrow_mut().insert(commit, Rc::clone(&sources));
        Ok(sources)
    }

    /// The project's commits after `start` up to HEAD (none: all of them).
    fn project_history(&self, start: Option<ObjectId>) -> Result<Option<Rc<Trail<'a>>>, ObserveError> {
        let Some(head) = self.head.id else { return Ok(None) };
        if let Some(history) = self.project_histories.borrow().get(&start) {
            return Ok(Some(Rc::clone(history)));
        }
        let history = Rc::new(Trail::new(self.project, head, start));
        self.project_histories.borrow_mut().insert(start, Rc::clone(&history));
        Ok(Some(history))
    }

    /// Whether the artifact still stands in the collection where its record says, and where it does.
    ///
    /// # Errors
    ///
    /// When the collection cannot be read.
    pub fn follow(&self, placement: &Placement, tip: ObjectId) -> Result<(Upstream, RepoPath), ObserveError> {
        let Placement { source, record, .. } = placement;
        match record {
            Some(record) => {
                let since = self.collection.repository.here(record.commit);
                self.collection_history(tip).follow(record.kind, source, since)
            }
            None => Ok((Upstream::InPlace, source.clone())),
        }
    }

    /// Where an artifact stood in the collection before, by its record and by the collection's history.
    ///
    /// # Errors
    ///
    /// When the collection cannot be read.
    pub fn former_places(&self, placement: &Placement, tip: ObjectId) -> Result<Vec<RepoPath>, ObserveError> {
        let Placement { name, source, record, .. } = placement;
        let history = self.collection_history(tip);
        let lineage = history.lineage(&*history.after(None)?, name.kind, source)?;
        let places = lineage.into_iter().map(|former| former.source);
        let recorded = record.iter().map(|record| record.source.clone());
        Ok(places.chain(recorded).filter(|place| place != source).collect())
    }

    /// Every version of an artifact that stands at a path of the collection, up to `tip`, in the form of
    /// its place.
    ///
    /// # Errors
    ///
    /// When its history cannot be read.
    pub fn versions(&self, subject: Subject<'_>, tip: ObjectId) -> Result<Vec<Content>, ObserveError> {
        let history = self.collection_history(tip);
        let versions = self.versions_in(&history, &*history.after(None)?, subject)?;
        Ok(versions.iter().filter(|version| !version.pushed).map(|version| version.content).collect())
    }
}
