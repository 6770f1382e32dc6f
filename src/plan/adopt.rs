//! What it takes to give a record to an artifact that is there already: nothing of it changes.

use super::change::{Change, Step};
use crate::model::artifact::ArtifactType;
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Rung};
use crate::model::outcome::Status;
use crate::model::pending::PendingFact;
use crate::model::record::{Method, Origin, Record};
use gix::ObjectId;

/// The version that an artifact was found to come from.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// The version.
    pub base: Content,
    /// The version in the form of the place.
    pub native: Content,
    /// A commit of the collection in which it stands at the placement's source.
    pub commit: ObjectId,
    /// Where it was found.
    pub rung: Rung,
    /// Its digest.
    pub digest: &'a str,
    /// The version that its front matter names.
    pub version: Option<String>,
    /// Files of it that were never placed.
    pub omitted: Vec<String>,
    /// The ref to stay at.
    pub pin: Option<String>,
}

/// The step that records where an artifact comes from, if it can have a record.
pub fn adopt(deployed: &Deployed, found: &Found<'_>, origin: &Origin, now: &str) -> Step {
    let step = Step { base_from: Some(found.rung), ..Step::of(deployed, "record") };
    if let Some((message, hint)) = obstacle(deployed) {
        let hint = hint.map(str::to_owned);
        return Step { status: Status::Skipped, message: message.into(), hint, ..step };
    }
    let change = Change {
        path: deployed.placement.path.clone(),
        work_tree_before: deployed.work_tree,
        index_before: deployed.index,
        work_tree_after: deployed.work_tree,
        index_after: deployed.index,
        conflicts: Vec::new(),
        base: Some(found.native),
        old_base: None,
        theirs: Some(found.native),
        fact: PendingFact::Deployed(Box::new(record(deployed, found, origin, now))),
        restores: None,
        resolved: false,
    };
    Step { status: Status::Recorded, change: Some(change), ..step }
}

/// Why what stands at the path can have no record, and the way out.
pub fn obstacle(deployed: &Deployed) -> Option<(&'static str, Option<&'static str>)> {
    if !deployed.unmerged.is_empty() {
        return Some(("has unmerged files", Some("resolve them first")));
    }
    let folder = deployed.placement.name.kind == ArtifactType::Skill;
    match (deployed.work_tree, deployed.untracked.is_empty()) {
        (None, true) => Some(("is not there", None)),
        (None, false) => Some(("is not tracked by git", Some("'git add' it, then run the command again"))),
        (Some(content), _) if content.is_folder() != folder || content.mode.is_link() => {
            Some(("is a link or no artifact of this type", None))
        }
        (Some(_), _) => None,
    }
}

fn record(deployed: &Deployed, found: &Found<'_>, origin: &Origin, now: &str) -> Record {
    let placement = &deployed.placement;
    Record {
        at: None,
        base: found.base.id,
        collection: origin.clone(),
        commit: found.commit,
        deployed_at: now.to_owned(),
        method: Method::of(placement.form()),
        n: placement.next_n(),
        name: placement.name.name.clone(),
        omitted: found.omitted.clone(),
        path: placement.path.clone(),
        pin: found.pin.clone(),
        sha256: found.digest.to_owned(),
        source: placement.source.clone(),
        target: placement.target.clone(),
        kind: placement.name.kind,
        version: found.version.clone(),
        extra: placement.record.as_ref().map(|record| record.extra.clone()).unwrap_or_default(),
    }
}
