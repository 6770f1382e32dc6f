//! One artifact's step in a plan: what is to be written, and what is said of it.

use super::drift::Recommendation;
use crate::merge::Conflict;
use crate::model::deployed::{Deployed, Placement, Rung};
use crate::model::outcome::Status;
use crate::model::pending::PendingFact;
use crate::model::record::Method;
use crate::model::scan::Finding;
use crate::model::{artifact::ArtifactName, content::Content, path::RepoPath};
use gix::ObjectId;

/// What is to be written at one path, and the pending entry that goes with it.
#[derive(Debug, Clone)]
pub struct Change {
    /// The path.
    pub path: RepoPath,
    /// What stands in the work tree; anything else makes the plan stale.
    pub work_tree_before: Option<Content>,
    /// What is staged; anything else makes the plan stale.
    pub index_before: Option<Content>,
    /// What shall stand in the work tree.
    pub work_tree_after: Option<Content>,
    /// What shall be staged, apart from the conflicts.
    pub index_after: Option<Content>,
    /// The paths that become unmerged.
    pub conflicts: Vec<Conflict>,
    /// The base of the merge.
    pub base: Option<Content>,
    /// The base of the path at HEAD.
    pub old_base: Option<Content>,
    /// What was merged in.
    pub theirs: Option<Content>,
    /// What will be recorded.
    pub fact: PendingFact,
    /// The before-image that `abort` restores: this operation's own, or that of an entry that was
    /// alive when it ran.
    pub restores: Option<Restores>,
    /// Whether conflicts were settled by a rule.
    pub resolved: bool,
}

impl Change {
    /// Whether files or stages will be other than before: else only a record is written.
    pub fn is_visible(&self) -> bool {
        let same = self.work_tree_before == self.work_tree_after && self.index_before == self.index_after;
        !same || !self.conflicts.is_empty()
    }
}

/// The before-image of an earlier operation that this one builds upon.
#[derive(Debug, Clone)]
pub struct Restores {
    /// What stood there before it.
    pub before: Option<Content>,
    /// HEAD at that time.
    pub start: Option<ObjectId>,
    /// Its id.
    pub operation: String,
}

/// What a person must agree to before a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Edits of the receiving side would be lost (they stay in the operation log).
    LoseEdits,
    /// The collection would go back to an older version.
    Rewind,
    /// Most of what is deployed would be removed.
    RemoveMany,
}

/// How an artifact comes to stand at a place, and who finds it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placing {
    /// Copied, linked or made.
    pub method: Method,
    /// The form of the place.
    pub format: &'static str,
    /// The names of the wanted targets that read the place.
    pub read_by: Vec<&'static str>,
}

/// One artifact's step.
#[derive(Debug, Clone)]
pub struct Step {
    /// The artifact.
    pub name: ArtifactName,
    /// The deployed path.
    pub path: RepoPath,
    /// The target.
    pub target: String,
    /// What becomes of it.
    pub status: Status,
    /// What is written; nothing where the outcome needs none.
    pub change: Option<Change>,
    /// The path that the artifact leaves, where it moves to another: part of the same change.
    pub leaves: Option<Box<Change>>,
    /// Where the version that made way stands, under a new name: part of the same change.
    pub forked_to: Option<RepoPath>,
    /// What is written there, where that is the project.
    pub fork: Option<Box<Change>>,
    /// How it is placed and who reads it there, where that is decided anew.
    pub placing: Option<Placing>,
    /// The strategy that decided.
    pub strategy: &'static str,
    /// How many conflicts were settled by a rule.
    pub settled: usize,
    /// The conflicts that are left, marked or not.
    pub conflicts: Vec<Conflict>,
    /// Where the base was found.
    pub base_from: Option<Rung>,
    /// What it was before, and what it becomes.
    pub contents: [Option<Content>; 2],
    /// What the side has whose changes are taken; none where that is no matter.
    pub incoming: Option<Content>,
    /// The versions that the front matter names before and after.
    pub versions: [Option<String>; 2],
    /// What a person should know.
    pub message: String,
    /// The way out, where attention is needed.
    pub hint: Option<String>,
    /// What is advised, where the outcome alone does not tell.
    pub recommends: Option<Recommendation>,
    /// What stands between the step and being taken.
    pub asks: Option<Question>,
    /// What was found in what is handed on: secrets that are sent, hidden text that is taken.
    pub findings: Vec<Finding>,
}

impl Step {
    /// Everything that is written.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.change.iter().chain(self.leaves.as_deref()).chain(self.fork.as_deref())
    }

    /// The same, to be changed.
    pub fn changes_mut(&mut self) -> impl Iterator<Item = &mut Change> {
        self.change.iter_mut().chain(self.leaves.as_deref_mut()).chain(self.fork.as_deref_mut())
    }

    /// The same step with nothing to write: the artifact stays where and as it is.
    pub fn undone(self) -> Self {
        let path = self.leaves.as_ref().map(|leaves| leaves.path.clone()).unwrap_or(self.path);
        let contents = [self.contents[0]; 2];
        Self { path, change: None, leaves: None, fork: None, forked_to: None, contents, settled: 0, ..self }
    }

    /// The step of an artifact about which nothing is decided yet.
    pub fn of(deployed: &Deployed, strategy: &'static str) -> Self {
        Self {
            strategy,
            base_from: deployed.base.as_ref().map(|base| base.rung),
            contents: [deployed.work_tree; 2],
            incoming: deployed.theirs,
            versions: deployed.versions.clone(),
            ..Self::about(&deployed.placement)
        }
    }

    /// The step of a placement of which nothing else is known.
    pub fn about(placement: &Placement) -> Self {
        Self {
            name: placement.name.clone(),
            path: placement.path.clone(),
            target: placement.target.clone(),
            status: Status::UpToDate,
            change: None,
            leaves: None,
            forked_to: None,
            fork: None,
            placing: None,
            strategy: "merge",
            settled: 0,
            conflicts: Vec::new(),
            base_from: None,
            contents: [None, None],
            incoming: None,
            versions: [None, None],
            message: String::new(),
            hint: None,
            recommends: None,
            asks: None,
            findings: Vec::new(),
        }
    }

    /// The step of an artifact that is left for another time.
    pub fn deferred(placement: &Placement, strategy: &'static str) -> Self {
        let hint = Some("run it again, it goes on with what is left".to_owned());
        let message = "time was up".to_owned();
        Self { status: Status::Deferred, message, hint, strategy, ..Self::about(placement) }
    }

    /// The step of an artifact that is refused, and why.
    pub fn failed(deployed: &Deployed, strategy: &'static str, message: String) -> Self {
        Self { status: Status::Failed, message, ..Self::of(deployed, strategy) }
    }
}
