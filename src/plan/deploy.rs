//! What a deployment does to one target path.

use super::change::{Change, Step};
use super::obstacle::{Replace, in_the_way};
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Link, Placement};
use crate::model::outcome::Status;
use crate::model::pending::PendingFact;
use crate::model::record::{Method, Origin, Record, Tombstone};
use gix::ObjectId;
use gix::bstr::BString;

/// What is the same for all artifacts of a deployment.
pub struct DeployContext<'a> {
    /// The collection.
    pub origin: &'a Origin,
    /// The present time.
    pub now: &'a str,
    /// The commit that is deployed.
    pub commit: ObjectId,
    /// The ref that is pinned; none follows the tip.
    pub pin: Option<&'a str>,
    /// Replace what is in the way.
    pub force: bool,
    /// How it is placed.
    pub method: Method,
}

/// Decide what happens at a path.
///
/// `deployed` has the content to place as *theirs*, which consists of `files`; its record is that of
/// an earlier deployment.
pub fn deploy(
    deployed: &Deployed,
    context: &DeployContext<'_>,
    files: &[(BString, Content)],
    digest: &str,
) -> Step {
    let step = Step { base_from: None, ..Step::of(deployed, "overwrite") };
    if let Some(reason) = &deployed.not_converted {
        let message = format!("cannot be had in the form that is read there: {reason}");
        return Step { status: Status::Failed, message, ..step };
    }
    let Some(theirs) = deployed.theirs else {
        return Step { status: Status::Failed, message: "is not in the collection there".into(), ..step };
    };
    let name = &deployed.placement.name;
    let recorded = deployed.placement.record.is_some();
    let pin_moves = deployed.placement.pin.as_deref() != context.pin;
    if deployed.work_tree == Some(theirs) && recorded && !pin_moves {
        return Step { message: "is deployed already".into(), ..step };
    }
    if let Some(there) = in_the_way(files, &deployed.untracked, Replace::Files) {
        return blocked(step, there);
    }
    // With a pin that moves, what stands here may be the recorded version, for which no base is looked up.
    let is_recorded = |content: Content| deployed.recorded == Some(content);
    let unedited = deployed.base.as_ref().is_some_and(|base| Some(base.content) == deployed.work_tree)
        || deployed.work_tree.is_some_and(is_recorded);
    let free = deployed.work_tree.is_none() && deployed.untracked.is_empty();
    let same = deployed.work_tree == Some(theirs);
    if !(free || same || recorded && unedited || context.force) {
        let (message, hint) = if recorded {
            ("is deployed already, and differs", format!("'git skillsync pull {name}' merges"))
        } else {
            (
                "the path is occupied",
                "'--as NAME' places it elsewhere, '--force' replaces what is there".into(),
            )
        };
        let message = format!("{message}: '{}'", deployed.placement.path);
        return Step { status: Status::Skipped, message, hint: Some(hint), ..step };
    }
    let replace = if context.force { Replace::Files } else { Replace::Never };
    if let Some(there) = in_the_way(files, &deployed.untracked, replace) {
        return blocked(step, there);
    }
    let status = match (same, deployed.work_tree) {
        (true, _) => Status::Recorded,
        (false, None) => Status::Deployed,
        (false, Some(_)) => Status::Updated,
    };
    let record = record(deployed, context, theirs, digest);
    let change = Change {
        path: deployed.placement.path.clone(),
        work_tree_before: deployed.work_tree,
        index_before: deployed.index,
        work_tree_after: Some(theirs),
        index_after: Some(theirs),
        conflicts: Vec::new(),
        base: None,
        old_base: deployed.head_base.as_ref().map(|base| base.content),
        theirs: Some(theirs),
        fact: PendingFact::Deployed(Box::new(record)),
        restores: None,
        resolved: false,
    };
    let contents = [deployed.work_tree, Some(theirs)];
    let message = format!("at {}", deployed.placement.path);
    Step { status, change: Some(change), contents, message, ..step }
}

/// The step of an artifact that has no place because of what stands there.
fn blocked(step: Step, there: &BString) -> Step {
    let hint = Some("move or remove it, then deploy again".to_owned());
    Step { status: Status::Skipped, message: format!("'{there}' is in the way"), hint, ..step }
}

fn record(deployed: &Deployed, context: &DeployContext<'_>, theirs: Content, digest: &str) -> Record {
    let Placement { name, path, source, target, record, .. } = &deployed.placement;
    Record {
        at: None,
        base: deployed.original.unwrap_or(theirs).id,
        collection: context.origin.clone(),
        commit: context.commit,
        deployed_at: context.now.to_owned(),
        method: context.method,
        n: deployed.placement.next_n(),
        name: name.name.clone(),
        omitted: Vec::new(),
        path: path.clone(),
        pin: context.pin.map(str::to_owned),
        sha256: digest.to_owned(),
        source: source.clone(),
        target: target.clone(),
        kind: name.kind,
        version: deployed.versions[1].clone(),
        extra: record.as_ref().map(|record| record.extra.clone()).unwrap_or_default(),
    }
}

/// Decide what a removal does: the files go unless they are kept, and the path is recorded as
/// removed.
///
/// Local edits that are not committed are refused.
pub fn remove(deployed: &Deployed, keep_files: bool) -> Step {
    let step = Step { base_from: None, incoming: None, ..Step::of(deployed, "overwrite") };
    // A link that is as it was placed holds nothing of its own.
    let committed = deployed.link.is_some_and(Link::is_as_placed)
        || deployed.head.is_none() && deployed.waiting.is_some()
        || deployed.work_tree == deployed.head;
    if !keep_files && !committed && deployed.work_tree.is_some() {
        let hint = "commit or stash them, or use '--keep-files'".to_owned();
        let message = "has local edits that are not committed".to_owned();
        return Step { status: Status::Skipped, message, hint: Some(hint), ..step };
    }
    if keep_files && !deployed.unmerged.is_empty() {
        let hint = Some("resolve them first".to_owned());
        return Step { status: Status::Skipped, message: "has unmerged files".into(), hint, ..step };
    }
    let message = if keep_files { "is not tracked any more, its files stay" } else { "" };
    let contents = [deployed.work_tree, deployed.work_tree.filter(|_| keep_files)];
    let change = Some(removal(deployed, keep_files));
    Step { status: Status::Removed, change, contents, message: message.into(), ..step }
}

/// What is written where an artifact is taken from its path: the record of that, and the files go
/// unless they are kept.
pub(super) fn removal(deployed: &Deployed, keep_files: bool) -> Change {
    let (path, n) = (deployed.placement.path.clone(), deployed.placement.next_n());
    let tombstone = match deployed.work_tree.filter(|_| keep_files) {
        Some(_) => Tombstone::keeping_files(path, n),
        None => Tombstone::new(path, n),
    };
    Change {
        path: deployed.placement.path.clone(),
        work_tree_before: deployed.work_tree,
        index_before: deployed.index,
        work_tree_after: deployed.work_tree.filter(|_| keep_files),
        index_after: deployed.index.filter(|_| keep_files),
        conflicts: Vec::new(),
        base: None,
        old_base: None,
        theirs: None,
        fact: PendingFact::Removed(tombstone),
        restores: None,
        resolved: false,
    }
}
