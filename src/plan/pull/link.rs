//! What a pull does to a link when what it leads to takes another name, or goes.

use super::PullContext;
use super::write::{Written, record};
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Destination};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::PendingFact;
use crate::model::record::Method;
use crate::plan::change::{Change, Step};
use crate::plan::deploy::removal;

/// Where the link comes to stand: under its new name, unless something is there.
pub fn path_of(deployed: &Deployed) -> &RepoPath {
    free(deployed).map_or(&deployed.placement.path, |there| &there.path)
}

fn free(deployed: &Deployed) -> Option<&Destination> {
    deployed.destination.as_ref().filter(|there| !there.occupied)
}

/// The link leads to what stands at `to` now; `content` is that link.
pub fn lead_to(
    deployed: &Deployed,
    to: &RepoPath,
    content: Content,
    context: &PullContext<'_>,
    digest: &str,
) -> Step {
    let placement = &deployed.placement;
    let path = path_of(deployed).clone();
    let mut step = Step { status: Status::Updated, ..Step::of(deployed, context.strategy.as_str()) };
    step.contents = [deployed.work_tree, Some(content)];
    step.message = match (free(deployed), &deployed.destination) {
        (Some(there), _) => format!("moved from '{}' to '{}'", placement.path, there.path),
        (None, Some(there)) => format!("leads to '{to}'; cannot move: '{}' is occupied", there.path),
        (None, None) => format!("leads to '{to}'"),
    };
    let mut before = [deployed.work_tree, deployed.index];
    if let Some(there) = free(deployed) {
        (step.path, step.name) = (there.path.clone(), there.name.clone());
        step.leaves = Some(Box::new(removal(deployed, false)));
        before = [None, None];
    }
    let written = Written { name: &step.name.name, path: &path, method: Method::Symlink };
    let fact = PendingFact::Deployed(Box::new(record(deployed, context, &written, digest)));
    step.change = Some(Change {
        path,
        work_tree_before: before[0],
        index_before: before[1],
        work_tree_after: Some(content),
        index_after: deployed.index.map(|_| content),
        conflicts: Vec::new(),
        base: None,
        old_base: None,
        theirs: Some(content),
        fact,
        restores: None,
        resolved: false,
    });
    step
}

/// What it leads to is removed, and it goes too.
pub fn prune(deployed: &Deployed) -> Step {
    let change = Some(removal(deployed, false));
    let message = "is a link to what is gone from the collection".to_owned();
    let contents = [deployed.work_tree, None];
    Step { status: Status::Removed, change, contents, message, ..Step::of(deployed, "merge") }
}
