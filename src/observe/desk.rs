//! A project as it stands: what is checked out, staged and pending, and its objects.

use super::ObserveError;
use super::base::pending;
use crate::git::index::Index;
use crate::git::{Head, Objects, Repository};
use crate::model::pending::{Pending, PendingError};

/// What every command looks at first, read once.
pub struct Desk<'r> {
    /// The project.
    pub project: &'r Repository,
    /// What is checked out.
    pub head: Head,
    /// What is staged.
    pub index: Index,
    /// What waits to be committed.
    pub pending: Pending,
    /// Why the pending file could not be used, if so: it is kept aside, never dropped.
    pub trouble: Option<PendingError>,
    /// The project's objects; a collection's can be added.
    pub objects: Objects,
}

impl<'r> Desk<'r> {
    /// Look at a project.
    ///
    /// # Errors
    ///
    /// When HEAD, the index or the pending file cannot be read.
    pub fn open(project: &'r Repository) -> Result<Self, ObserveError> {
        let (pending, trouble) = match pending::read(project)?.as_deref().map(Pending::parse) {
            None => (Pending::default(), None),
            Some(Ok(pending)) => (pending, None),
            Some(Err(trouble)) => (Pending::default(), Some(trouble)),
        };
        let objects = project.objects();
        Ok(Self { project, head: project.head()?, index: Index::read(project)?, pending, trouble, objects })
    }
}
