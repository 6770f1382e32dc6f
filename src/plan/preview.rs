//! What a step does to each file, and what is advised with the reason: the plan as a preview shows it.

use super::change::{Question, Step};
use super::drift::Recommendation;
use crate::merge::{self, MergeError, ObjectSource};
use crate::model::content::Content;
use crate::model::outcome::Status;
use gix::bstr::BString;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It comes new.
    Add,
    /// It becomes what the other side has.
    Update,
    /// It becomes what neither side has: both changes in one.
    Merge,
    /// It goes.
    Delete,
    /// Both sides changed it, and somebody has to decide.
    Conflict,
    /// Only its mode becomes another.
    Mode,
    /// It stays, although the other side has it otherwise.
    Keep,
}

impl Action {
    /// The word used in JSON and for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Update => "update",
            Self::Merge => "merge",
            Self::Delete => "delete",
            Self::Conflict => "conflict",
            Self::Mode => "mode",
            Self::Keep => "keep",
        }
    }
}

/// One file of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEffect {
    /// The path, relative to the repository's root.
    pub path: BString,
    /// What becomes of it.
    pub action: Action,
    /// What stands there before and after.
    pub sides: [Option<Content>; 2],
    /// How many lines come and go; none for a file that has no lines.
    pub lines: Option<[usize; 2]>,
}

impl FileEffect {
    /// Whether it is other than before.
    pub fn changes(&self) -> bool {
        self.sides[0] != self.sides[1]
    }
}

/// What a step does to each file, sorted by path.
///
/// # Errors
///
/// When an object is missing.
pub fn effects(source: &dyn ObjectSource, step: &Step) -> Result<Vec<FileEffect>, MergeError> {
    let files = |content: Option<Content>| -> Result<BTreeMap<BString, Content>, MergeError> {
        let Some(content) = content else { return Ok(BTreeMap::new()) };
        Ok(merge::files(source, content, &step.path)?.into_iter().collect())
    };
    let [before, after] = [files(step.contents[0])?, files(step.contents[1])?];
    let theirs = files(step.incoming)?;
    let conflicts: BTreeSet<&BString> = step.conflicts.iter().map(|conflict| &conflict.path).collect();
    // Only a change decides about files that it leaves as they are.
    let decides = step.contents[0] != step.contents[1] && step.incoming.is_some();
    let kept = theirs.keys().filter(|_| decides);
    let paths: BTreeSet<&BString> =
        before.keys().chain(after.keys()).chain(kept).chain(conflicts.iter().copied()).collect();
    let mut found = Vec::new();
    for path in paths {
        let sides = [before.get(path).copied(), after.get(path).copied()];
        let theirs = theirs.get(path).copied();
        let action = if conflicts.contains(path) { Some(Action::Conflict) } else { action(sides, theirs) };
        let keeps = action == Some(Action::Keep) && !decides;
        if let Some(action) = action.filter(|_| !keeps) {
            let lines = merge::changed_lines(source, sides[0], sides[1])?;
            found.push(FileEffect { path: path.clone(), action, sides, lines });
        }
    }
    Ok(found)
}

/// What becomes of a file without a conflict; nothing if all have the same.
fn action(sides: [Option<Content>; 2], theirs: Option<Content>) -> Option<Action> {
    let regular = |content: Content| content.mode.is_blob();
    Some(match sides {
        [before, after] if before == after => return (after != theirs).then_some(Action::Keep),
        [None, _] => Action::Add,
        [_, None] => Action::Delete,
        [Some(before), Some(after)] if before.id == after.id && regular(before) && regular(after) => {
            Action::Mode
        }
        [_, after] if theirs.is_some() && after != theirs => Action::Merge,
        _ => Action::Update,
    })
}

/// The side whose changes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The collection: the project takes.
    Collection,
    /// The project: the collection takes.
    Project,
}

impl Side {
    fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "the collection",
            Self::Project => "the project",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Collection => Self::Project,
            Self::Project => Self::Collection,
        }
    }
}

/// What is advised about a step, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do, in the words of `status`.
    pub recommendation: Recommendation,
    /// The reason.
    pub reason: String,
}

/// What is advised about a step that takes the changes of the side `from`.
pub fn advise(step: &Step, from: Side) -> Advice {
    let take = match from {
        Side::Collection => Recommendation::PushFromCollection,
        Side::Project => Recommendation::PullFromProject,
    };
    let said = |otherwise: &str| match step.message.as_str() {
        "" => otherwise.to_owned(),
        message => message.to_owned(),
    };
    let (recommendation, reason) = match step.status {
        Status::UpToDate => (Recommendation::None, said(&format!("{} has nothing new", from.as_str()))),
        Status::Recorded => (Recommendation::None, said("both sides have the same")),
        Status::Restored => (Recommendation::None, said("it is put back as it was")),
        Status::Removed => (Recommendation::KeepOrPrune, said("it was asked for")),
        Status::Deployed => (Recommendation::DeployToProject, "the project does not have it".to_owned()),
        Status::Updated => (take, updated(step, from)),
        Status::Merged => (Recommendation::Merge, merged(step)),
        Status::Forked => (take, said("both versions are kept, under two names")),
        Status::Conflict | Status::Aborted => match step.conflicts.len() {
            0 => (Recommendation::ReviewManually, step.message.clone()),
            1 => (Recommendation::ResolveConflict, "both sides changed the same place of 1 file".to_owned()),
            many => (
                Recommendation::ResolveConflict,
                format!("both sides changed the same places of {many} files"),
            ),
        },
        Status::Skipped if !step.conflicts.is_empty() => {
            (Recommendation::ResolveConflict, step.message.clone())
        }
        Status::Deferred => (Recommendation::None, said("time was up before it")),
        Status::Skipped | Status::Failed => (skipped(step, from), step.message.clone()),
    };
    Advice { recommendation: step.recommends.unwrap_or(recommendation), reason }
}

/// Why the other side's version is taken as it is.
fn updated(step: &Step, from: Side) -> String {
    let (from, other) = (from.as_str(), from.other().as_str());
    match &step.change {
        _ if step.strategy == "overwrite" => format!("the version of {from} replaces that of {other}"),
        _ if step.contents[0].is_none() => format!("{other} does not have it"),
        Some(change) if change.base.is_some() && change.base != step.contents[0] => {
            format!("{from} has all that {other} changed")
        }
        _ => format!("only {from} changed it"),
    }
}

/// Why a merge is without conflicts.
fn merged(step: &Step) -> String {
    match step.settled {
        0 => "both sides changed it, and the changes go together".to_owned(),
        1 => "both sides changed it, and 1 conflict is resolved to one side".to_owned(),
        many => format!("both sides changed it, and {many} conflicts are resolved to one side"),
    }
}

/// What to do about an artifact that is not taken.
fn skipped(step: &Step, from: Side) -> Recommendation {
    let deleted_here = from == Side::Collection && step.contents[0].is_none() && step.incoming.is_some();
    match step.asks {
        Some(Question::RemoveMany) => Recommendation::KeepOrPrune,
        None if deleted_here && step.status == Status::Skipped => Recommendation::RestoreOrRemove,
        _ => Recommendation::ReviewManually,
    }
}
