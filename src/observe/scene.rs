//! Where a command acts: a project and the collection it is a downstream of, opened once.

use super::ObserveError;
use super::base::pending::Waiting;
use super::collection::Collection;
use super::placements;
use super::records::{self, NoteTrouble, Records};
use crate::git::index::Index;
use crate::git::notes::Notes;
use crate::git::objects::Objects;
use crate::git::{Head, Repository};
use crate::merge::Engine;
use crate::model::pending::Pending;
use crate::model::target::Target;
use std::cell::RefCell;

/// The things a look at a project needs, owned.
pub struct Scene<'s> {
    /// The project.
    pub project: &'s Repository,
    /// The collection.
    pub collection: Collection,
    /// What is checked out in the project.
    pub head: Head,
    /// The project's index.
    pub index: Index,
    /// The project's pending file.
    pub pending: Pending,
    /// The objects of both.
    pub objects: Objects,
    /// The targets whose folders are searched for artifacts without a record.
    pub targets: Vec<&'static Target>,
}

/// The borrowed middle layer between a scene and its observer.
pub struct Evidence<'a> {
    pub(super) records: Records,
    pub(super) waiting: Waiting<'a>,
    pub(super) engine: RefCell<Engine<'a>>,
}

impl<'s> Scene<'s> {
    /// Gather the evidence for base look-ups.
    ///
    /// # Errors
    ///
    /// When notes or history cannot be read.
    pub fn evidence(&self) -> Result<Evidence<'_>, ObserveError> {
        let records = match self.head.id {
            Some(head) => {
                let notes = Notes::read(self.project)?;
                let wanted = placements::committed_paths(self.project, head)?;
                records::effective(self.project, &notes, head, &wanted)?
            }
            None => Records::default(),
        };
        let waiting = Waiting::new(&self.pending, self.project, &self.index, &self.objects);
        let tools = self.objects.tools()?;
        Ok(Evidence { records, waiting, engine: RefCell::new(Engine::new(&self.objects, tools)) })
    }
}

impl<'a> Evidence<'a> {
    /// The merge engine.
    pub fn engine(&self) -> &RefCell<Engine<'a>> {
        &self.engine
    }

    /// What was passed over in the notes.
    pub fn troubles(&self) -> &[NoteTrouble] {
        &self.records.troubles
    }
}
