//! A project and the collection it is a downstream of, with the evidence for base look-ups.

use super::ObserveError;
use super::base::pending::Waiting;
use super::collection::Collection;
use super::desk::Desk;
use super::filed;
use super::placements;
use super::recorded::Recorded;
use super::records::{self, NoteTrouble, Records};
use crate::git::notes::Notes;
use crate::git::state_file::{self, StateTrouble};
use crate::merge::Engine;
use crate::model::target::Target;
use std::cell::RefCell;

/// The things a look at a project needs, owned.
pub struct Scene<'r> {
    /// The project.
    pub desk: Desk<'r>,
    /// The collection; its objects can be seen through the desk's.
    pub collection: Collection,
    /// The targets whose folders are searched for artifacts without a record.
    pub targets: Vec<&'static Target>,
}

/// The borrowed middle layer between a scene and its observer.
pub struct Evidence<'a> {
    /// The records at HEAD.
    pub(super) records: Records,
    /// The records of all commits, by content.
    pub(super) recorded: Recorded<'a>,
    /// The pending entries, judged.
    pub(super) waiting: Waiting<'a>,
    /// The merge engine.
    pub(super) engine: RefCell<Engine<'a>>,
    /// Why the state file could not be used, if so.
    pub trouble: Option<StateTrouble>,
}

impl<'r> Scene<'r> {
    /// Put a project and a collection side by side.
    ///
    /// # Errors
    ///
    /// When their object formats differ.
    pub fn new(
        mut desk: Desk<'r>,
        collection: Collection,
        targets: Vec<&'static Target>,
    ) -> Result<Self, ObserveError> {
        collection.repository.lend(&mut desk.objects)?;
        Ok(Self { desk, collection, targets })
    }

    /// Gather the evidence for base look-ups.
    ///
    /// # Errors
    ///
    /// When notes or history cannot be read.
    pub fn evidence(&self) -> Result<Evidence<'_>, ObserveError> {
        let Desk { project, head, .. } = &self.desk;
        let notes = Notes::read(project)?;
        let mut records = match head.id {
            Some(head) => {
                let wanted = placements::committed_paths(project, head)?;
                records::effective(project, &notes, head, &wanted)?
            }
            None => Records::default(),
        };
        let filed = state_file::read_records(project);
        if let (Some(head), false) = (head.id, filed.records.is_empty()) {
            records.add_filed(filed::effective(project, head, &filed.records)?);
        }
        let recorded = Recorded::new(project, notes);
        let engine = Engine::new(&self.desk.objects, self.desk.objects.tools()?);
        let waiting = Waiting::new(&self.desk);
        let (trouble, engine) = (filed.trouble, RefCell::new(engine));
        Ok(Evidence { records, recorded, waiting, engine, trouble })
    }
}

impl<'a> Evidence<'a> {
    /// The merge engine.
    pub fn engine(&self) -> &RefCell<Engine<'a>> {
        &self.engine
    }

    /// Whether something is known of a path already: a record at HEAD, or one that waits.
    pub fn is_recorded(&self, path: &crate::model::path::RepoPath) -> bool {
        match self.waiting.entries(path).next() {
            Some(entry) if entry.fact.lets_go().is_some() => false,
            Some(entry) if entry.fact.record().is_some() => true,
            Some(_) | None => !self.records.of(path).is_empty(),
        }
    }

    /// What was passed over in the notes.
    pub fn troubles(&self) -> &[NoteTrouble] {
        &self.records.troubles
    }
}
