//! What a pull writes of one artifact: the change, its record, and what follows a rename.

use super::{PullContext, Puller, clean, path_of};
use crate::merge::Merged;
use crate::model::deployed::{Deployed, Rung};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::PendingFact;
use crate::model::record::{Method, Record};
use crate::plan::change::{Change, Restores};
use crate::plan::deploy::removal;
use gix::bstr::ByteSlice;

impl Puller<'_, '_> {
    /// Where the collection renamed the artifact, its record follows even if nothing else changes:
    /// only so does the look for it end, and it counts for the next commit alone. Where it takes the
    /// new name, it moves.
    pub(super) fn follow(&mut self) {
        let Deployed { placement, work_tree, index, destination, .. } = self.deployed;
        let idle = self.step.status == Status::UpToDate && self.step.change.is_none();
        // A link goes where what it leads to goes.
        let moves = idle && work_tree.is_some() && self.deployed.link.is_none();
        if moves && (self.deployed.is_renamed() || destination.is_some()) {
            let status = if destination.is_some() { Status::Updated } else { Status::Recorded };
            if self.deployed.theirs.is_some() {
                self.write(status, &clean(*work_tree), &clean(*index));
            }
        }
        if self.step.change.is_none() {
            return;
        }
        let mut said = Vec::new();
        said.extend(Some(std::mem::take(&mut self.step.message)).filter(|message| !message.is_empty()));
        if self.deployed.is_renamed() {
            said.push(format!("now at '{}' in the collection", placement.source));
        }
        if let Some(there) = destination {
            said.push(format!("moved from '{}' to '{}'", placement.path, there.path));
            if let Some((own, _)) = self.deployed.untracked.first() {
                said.push(format!("'{}' is not tracked and stays", own.to_str_lossy()));
            }
        }
        self.step.message = said.join("; ");
    }

    /// What comes to stand in work tree and index, with the record that goes with it.
    pub(super) fn write(&mut self, status: Status, work_tree: &Merged, index: &Merged) {
        let deployed = self.deployed;
        let alive = deployed.waiting.as_ref().filter(|_| self.step.base_from == Some(Rung::Pending));
        let restores = alive.map(|entry| Restores {
            before: entry.before,
            start: entry.start,
            operation: entry.operation.clone(),
        });
        self.step.status = status;
        self.step.contents = [deployed.work_tree, work_tree.content];
        let mut before = [deployed.work_tree, deployed.index];
        let mut leaves = None;
        if let Some(there) = &deployed.destination {
            (self.step.path, self.step.name) = (there.path.clone(), there.name.clone());
            leaves = Some(Box::new(Change { restores: restores.clone(), ..removal(deployed, false) }));
            before = [None, None];
        }
        let restores = restores.filter(|_| leaves.is_none());
        self.step.leaves = leaves;
        let path = path_of(self.deployed).clone();
        let method = Method::of(deployed.placement.form());
        let written = Written { name: &self.step.name.name, path: &path, method };
        let record = record(deployed, self.context, &written, self.digest);
        let fact = PendingFact::Deployed(Box::new(record));
        self.step.change = Some(Change {
            path,
            work_tree_before: before[0],
            index_before: before[1],
            work_tree_after: work_tree.content,
            index_after: index.content,
            conflicts: work_tree.conflicts.clone(),
            base: deployed.base.as_ref().map(|base| base.content),
            old_base: deployed.head_base.as_ref().or(deployed.base.as_ref()).map(|base| base.content),
            theirs: deployed.theirs,
            fact,
            restores,
            resolved: self.step.settled > 0,
        });
    }
}

/// What a record says of a placement besides what it is.
pub(super) struct Written<'w> {
    /// Its name.
    pub name: &'w str,
    /// Where it stands.
    pub path: &'w RepoPath,
    /// How it came there.
    pub method: Method,
}

/// The record of what is pulled.
pub(super) fn record(
    deployed: &Deployed,
    context: &PullContext<'_>,
    written: &Written<'_>,
    digest: &str,
) -> Record {
    let Deployed { placement, original, tip, versions, .. } = deployed;
    let old = placement.record.as_ref();
    Record {
        at: None,
        base: original.map_or(*tip, |original| original.id),
        collection: context.origin.clone(),
        commit: *tip,
        deployed_at: context.now.to_owned(),
        method: written.method,
        n: old.map_or(1, |record| record.n + 1),
        name: written.name.to_owned(),
        omitted: Vec::new(),
        path: written.path.clone(),
        pin: placement.pin.clone(),
        sha256: digest.to_owned(),
        source: placement.source.clone(),
        target: placement.target.clone(),
        kind: placement.name.kind,
        version: versions[1].clone(),
        extra: old.map(|record| record.extra.clone()).unwrap_or_default(),
    }
}
