//! What a push sends of one artifact.

use super::change::{Question, Step};
use super::drift::rewound;
use super::no_base;
use super::readings;
use crate::merge::{Engine, Favor, MergeError, Place};
use crate::model::content::Content;
use crate::model::deployed::{Base, Deployed, Placement};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::request::{Resolve, Strategy};
use gix::bstr::ByteSlice;

/// What is the same for all artifacts of a push.
#[derive(Debug, Clone, Copy)]
pub struct PushContext {
    /// How to merge.
    pub strategy: Strategy,
    /// What to do with conflicts; marking is not possible in a collection's commit.
    pub resolve: Resolve,
    /// Send what is not committed too.
    pub work_tree: bool,
    /// Send only what the collection has not changed too.
    pub only_ahead: bool,
    /// Let files go back to versions that the collection had.
    pub allow_rewind: bool,
    /// Lose the collection's edits.
    pub yes: bool,
}

/// What goes into the collection's commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The artifact's path in the collection.
    pub source: RepoPath,
    /// What the project has, which the trailer names; none where it deleted the artifact.
    pub pushed: Option<Content>,
    /// What will stand in the collection.
    pub result: Option<Content>,
    /// The base of what was pushed.
    pub base: Option<Content>,
}

/// One artifact's step, and what is sent.
#[derive(Debug, Clone)]
pub struct PushStep {
    /// What is said of it.
    pub step: Step,
    /// What is sent.
    pub sent: Option<Sent>,
    /// What is sent with another copy of the artifact.
    pub joins: Option<Sent>,
}

/// Decide what a push sends of one artifact.
///
/// # Errors
///
/// When an object is missing or a merge driver fails.
pub fn push(
    deployed: &Deployed,
    context: &PushContext,
    engine: &mut Engine<'_>,
) -> Result<PushStep, MergeError> {
    let content = if context.work_tree { deployed.work_tree } else { deployed.head };
    let base = if context.work_tree { &deployed.base } else { &deployed.head_base };
    let step = Step {
        base_from: base.as_ref().map(|base| base.rung),
        contents: [deployed.theirs; 2],
        incoming: content,
        versions: [deployed.versions[1].clone(), deployed.versions[0].clone()],
        ..Step::of(deployed, context.strategy.as_str())
    };
    let quiet = |message: &str| {
        Ok(PushStep { step: Step { message: message.into(), ..step.clone() }, sent: None, joins: None })
    };
    if deployed.link.is_some() {
        return quiet("");
    }
    if let Some(reason) = &deployed.not_converted {
        let message = format!("cannot be put into the collection's form: {reason}");
        let hint = Some("change another copy, or the collection, and pull".to_owned());
        let step = Step { status: Status::Skipped, message, hint, ..step };
        return Ok(PushStep { step, sent: None, joins: None });
    }
    let Some(content) = content else { return quiet("is not committed here") };
    if deployed.theirs == Some(content) || base.as_ref().is_some_and(|base| base.content == content) {
        let apart = deployed.work_tree != Some(content) && !context.work_tree && deployed.waiting.is_none();
        return quiet(match (apart, deployed.work_tree) {
            (false, _) => "",
            (true, None) => "was deleted here, which is not committed",
            (true, Some(_)) => "has edits that are not committed",
        });
    }
    let pusher = Pusher { deployed, context, engine, step };
    pusher.send(content, base.as_ref())
}

struct Pusher<'p, 'e> {
    deployed: &'p Deployed,
    context: &'p PushContext,
    engine: &'p mut Engine<'e>,
    step: Step,
}

impl Pusher<'_, '_> {
    fn send(mut self, content: Content, base: Option<&Base>) -> Result<PushStep, MergeError> {
        let name = self.deployed.placement.name.clone();
        let Some(theirs) = self.deployed.theirs else {
            let hint = format!("'git skillsync push --new {name}' publishes it again");
            return Ok(self.stop(Status::Skipped, "is gone from the collection", hint));
        };
        if self.context.only_ahead && base.is_none_or(|base| base.content != theirs) {
            return Ok(PushStep { step: self.step, sent: None, joins: None });
        }
        let overwrite = self.context.strategy == Strategy::Overwrite;
        let fork = self.context.strategy == Strategy::Fork;
        if base.is_none() && fork {
            return Ok(self.fork(content));
        }
        if base.is_none() && !overwrite {
            let hint = format!("'git skillsync diff --against {name}' shows the difference");
            let message = no_base::message(self.deployed);
            return Ok(self.stop(Status::Skipped, &message, hint));
        }
        let base_content = base.map(|base| base.content);
        let fast_forward = base_content == Some(theirs);
        if overwrite && !fast_forward && !self.context.yes {
            let hint = "'--yes' overwrites the collection's version".to_owned();
            self.step.asks = Some(Question::LoseEdits);
            return Ok(self.stop(Status::Skipped, "would lose edits of the collection", hint));
        }
        let result = if overwrite { Some(content) } else { self.merge(content, theirs, base)? };
        if fork && result != Some(content) && result != Some(theirs) {
            return Ok(self.fork(content));
        }
        let Some(result) = result else {
            // Resolved to what HEAD has: nothing was left to commit, so nothing recorded the decision.
            let decided = self.deployed.waiting.is_some() && self.deployed.work_tree == self.deployed.head;
            let hint = if decided {
                "'git skillsync continue --commit' records how you resolved it, then push again".to_owned()
            } else {
                format!("'git skillsync pull {name}', resolve, commit, and push again")
            };
            return Ok(self.stop(Status::Aborted, "conflicts with the collection; not pushed", hint));
        };
        if result == theirs {
            self.step.message = "the collection has it already".into();
            return Ok(PushStep { step: self.step, sent: None, joins: None });
        }
        let back = rewound(self.engine, self.deployed, result, theirs)?;
        if let Some(file) = back.first().filter(|_| !self.context.allow_rewind) {
            let message =
                format!("would set '{}' back to an older version of the collection", file.to_str_lossy());
            let hint = "'--allow-rewind' pushes it all the same".to_owned();
            self.step.asks = Some(Question::Rewind);
            return Ok(self.stop(Status::Skipped, &message, hint));
        }
        self.step.status = if fast_forward || overwrite { Status::Updated } else { Status::Merged };
        self.step.contents = [Some(theirs), Some(result)];
        if self.deployed.waiting.is_some() && !self.context.work_tree {
            self.step.message = "as committed at HEAD".into();
        }
        let source = self.deployed.placement.source.clone();
        let sent = Sent { source, pushed: Some(content), result: Some(result), base: base_content };
        Ok(PushStep { step: self.step, sent: Some(sent), joins: None })
    }

    /// The merge into the collection; none if conflicts are left.
    fn merge(
        &mut self,
        content: Content,
        theirs: Content,
        base: Option<&Base>,
    ) -> Result<Option<Content>, MergeError> {
        let favor = match self.context.resolve {
            Resolve::Ours => Favor::Ours,
            Resolve::Theirs => Favor::Theirs,
            Resolve::Abort | Resolve::Mark => Favor::Neither,
        };
        let place = Place {
            path: &self.deployed.placement.path,
            ours: "collection",
            base: "base",
            theirs: "project",
        };
        let merged = readings::merge(self.engine, &place, base, Some(theirs), Some(content), favor)?;
        self.step.settled = merged.settled;
        self.step.conflicts.clone_from(&merged.conflicts);
        Ok(merged.content.filter(|_| merged.is_clean()))
    }

    /// The collection keeps its version, and gets the project's as a new artifact. The project goes on
    /// tracking the collection's: a push writes no record, and here nothing was changed.
    fn fork(mut self, content: Content) -> PushStep {
        self.step.conflicts.clear();
        self.step.settled = 0;
        let Some(fork) = &self.deployed.fork else {
            let hint = "'git skillsync push --strategy merge' merges it".to_owned();
            return self.stop(Status::Skipped, "has no place for a fork in the collection", hint);
        };
        self.step.forked_to = Some(fork.path.clone());
        if fork.is_there {
            self.step.message = format!("the collection has this version already, at '{}'", fork.path);
            return PushStep { step: self.step, sent: None, joins: None };
        }
        self.step.status = Status::Forked;
        self.step.contents = [None, Some(content)];
        self.step.message = format!("the collection keeps its own; yours is new, at '{}'", fork.path);
        let source = fork.path.clone();
        let sent = Sent { source, pushed: Some(content), result: Some(content), base: None };
        PushStep { step: self.step, sent: Some(sent), joins: None }
    }

    fn stop(self, status: Status, message: &str, hint: String) -> PushStep {
        let step = Step { status, message: message.to_owned(), hint: Some(hint), ..self.step };
        PushStep { step, sent: None, joins: None }
    }
}

/// Decide whether an artifact that the project deleted goes from the collection too: only if the
/// project had what the collection has.
pub fn delete(placement: &Placement, theirs: Option<Content>, was_here: bool) -> PushStep {
    let step = Step { strategy: "overwrite", contents: [theirs; 2], ..Step::about(placement) };
    let Some(content) = theirs else {
        let message = "is gone from the collection already".into();
        return PushStep { step: Step { message, ..step }, sent: None, joins: None };
    };
    if !was_here {
        let hint = Some("look at it there, and delete it with git if it should go".to_owned());
        let message = "was changed in the collection since; not deleted".into();
        return PushStep {
            step: Step { status: Status::Aborted, message, hint, ..step },
            sent: None,
            joins: None,
        };
    }
    let source = placement.source.clone();
    let sent = Sent { source, pushed: None, result: None, base: Some(content) };
    let step = Step { status: Status::Removed, contents: [theirs, None], ..step };
    PushStep { step, sent: Some(sent), joins: None }
}
