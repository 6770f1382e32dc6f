//! What a push publishes: artifacts that the collection does not have yet.

use crate::error::Error;
use crate::model::deployed::{Deployed, Placement};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::target::{Layout, Target};
use crate::observe::scene::Scene;
use crate::observe::{parts, placements};
use crate::plan::change::Step;
use crate::plan::push::{PushContext, PushStep, Sent};
use crate::session;

/// The committed paths that no collection knows of, placed where the collection keeps its own.
pub fn placements_of(scene: &Scene<'_>, known: &[Placement]) -> Result<Vec<Placement>, Error> {
    let Some(head) = scene.desk.head.id else { return Ok(Vec::new()) };
    let collection = session::target("collection")?;
    let layouts = parts::layouts(scene.desk.project)?;
    let there = Layout::of_project(RepoPath::root());
    let mut found = Vec::new();
    for path in placements::committed_paths(scene.desk.project, head)? {
        let is_known = known.iter().any(|placement| placement.path == path);
        let fits = |target: &&'static Target| {
            let name = layouts.iter().find_map(|layout| layout.artifact_in(target, &path))?;
            Some((*target, name))
        };
        // What stands in another part has no place in these.
        let Some((target, name)) = scene.targets.iter().find_map(fits).filter(|_| !is_known) else {
            continue;
        };
        let Some(source) = there.path_of(collection, &name)? else { continue };
        // Of what was made there is no original; of several copies the first one in the table is sent.
        let is_sent = found.iter().any(|placement: &Placement| placement.source == source);
        if is_sent || target.form_of(name.kind, &path).is_generated() {
            continue;
        }
        let target = target.name.to_owned();
        found.push(Placement { name, path, source, target, pin: None, record: None, named: true, let_go: 0 });
    }
    Ok(found)
}

/// The step of an artifact that the collection does not have yet.
pub fn publish(deployed: &Deployed, context: &PushContext) -> Option<PushStep> {
    let content = if context.work_tree { deployed.work_tree } else { deployed.head }?;
    let step = Step::of(deployed, context.strategy.as_str());
    let source = deployed.placement.source.clone();
    let message = format!("new, at {source}");
    let step = Step { status: Status::Updated, contents: [None, Some(content)], message, ..step };
    Some(PushStep {
        step,
        sent: Some(Sent { source, pushed: Some(content), result: Some(content), base: None }),
        joins: None,
    })
}
