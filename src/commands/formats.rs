//! Collections with another object format than the project: what is looked at, and what is written down.

use crate::error::Error;
use crate::execute::copies;
use crate::git::Repository;
use crate::model::oid::ObjectId;
use crate::model::pending::PendingFact;
use crate::observe::configured;
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::session::Session;

/// The repository of a collection, or the copy of it in the project's object format.
pub fn in_format_of(
    session: &Session,
    project: &Repository,
    repository: Repository,
) -> Result<Repository, Error> {
    let format = project.object_format();
    if repository.object_format() == format {
        return Ok(repository);
    }
    let path = configured::copy_place(session, &repository, &format)?;
    Ok(copies::ensure(project, repository, &path)?)
}

/// The steps with records as they are written down: with the collection's own ids.
pub fn as_recorded(scene: &Scene<'_>, mut steps: Vec<Step>) -> Vec<Step> {
    let own = |id: ObjectId| scene.collection.repository.own_id(id);
    for step in &mut steps {
        for change in step.changes_mut() {
            if let PendingFact::Deployed(record) = &mut change.fact {
                (record.base, record.commit) = (own(record.base), own(record.commit));
            }
        }
    }
    steps
}
