//! Which rung of the ladder answers for each deployed artifact.

use crate::git::Repository;
use crate::model::health::Standing;
use crate::observe::ObserveError;
use crate::observe::collection::Collection;
use crate::observe::desk::Desk;
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::Scene;
use crate::session;

/// Everything that is deployed from a collection, with where its base comes from.
pub(super) fn find(project: &Repository, collection: Collection) -> Result<Vec<Standing>, ObserveError> {
    let Ok(targets) = session::targets(project) else { return Ok(Vec::new()) };
    let scene = Scene::new(Desk::open(project)?, collection, targets)?;
    let evidence = scene.evidence()?;
    let observer = Observer::new(&scene, &evidence)?;
    let deployed = observer.look(observer.placements()?, Need::EveryBase)?;
    let standing = deployed.into_iter().map(|deployed| {
        // Of what was deleted here, HEAD still has a version.
        let base = deployed.base.or(deployed.head_base);
        Standing {
            collection: scene.collection.name.clone(),
            name: deployed.placement.name,
            path: deployed.placement.path,
            base: base.map(|base| (base.rung, scene.collection.repository.own_id(base.commit))),
        }
    });
    Ok(standing.collect())
}
