//! Changes into a work tree: objects, operation log, pending file, work tree and index, in the
//! order that makes every point in between recoverable.

use super::apply::{self, Placing};
use super::lock::Lock;
use super::log::{self, Images};
use super::placed::placed;
use super::{ExecuteError, files, images, recover};
use crate::git::index::Index;
use crate::git::work_tree::WorkTree;
use crate::git::{GitError, Head, Objects, Repository};
use crate::merge::ObjectSource;
use crate::model::content::Content;
use crate::model::operation::{Operation, OperationPath};
use crate::model::pending::{ConflictedPath, Entry, Pending, PendingFact, Stage};
use crate::model::scan::{Finding, ScanMode, Scanned};
use crate::plan::change::{Change, Step};
use gix::bstr::ByteSlice;
use gix::objs::Kind;

/// Who does what, where and when.
#[derive(Debug, Clone)]
pub struct Act {
    /// The new operation's id.
    pub id: String,
    /// The command, e.g. `pull`.
    pub command: String,
    /// What started it.
    pub trigger: String,
    /// The present time.
    pub now: String,
    /// What is checked out.
    pub head: Head,
    /// The message for the commit to come.
    pub message: String,
}

/// Carry out the steps that change something.
///
/// # Errors
///
/// When what was planned for has changed, or something cannot be written; what was begun is then
/// completed or taken back by the next command.
pub fn run(
    repository: &Repository,
    objects: &Objects,
    pending: &Pending,
    steps: &[Step],
    act: &Act,
) -> Result<(), ExecuteError> {
    run_for(repository, objects, pending, steps, act, Noting::WhenCommitted)
}

/// When the note that tells of an operation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noting {
    /// With the commit that holds what was done.
    WhenCommitted,
    /// Now, on HEAD: what is committed already will be in no other commit.
    AtOnce,
}

/// [`run`], for operations that are noted at different times.
pub(super) fn run_for(
    repository: &Repository,
    objects: &Objects,
    pending: &Pending,
    steps: &[Step],
    act: &Act,
    noting: Noting,
) -> Result<(), ExecuteError> {
    let changes: Vec<(&Step, &Change)> =
        steps.iter().flat_map(|step| step.changes().map(move |change| (step, change))).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let _lock = Lock::take(repository)?;
    refuse_stale(repository, objects, &changes)?;
    let pending = &present(repository, pending, &changes)?;
    let operation = describe(repository, &changes, act);
    let images = images(repository, objects, &changes)?;
    persist(repository, objects, &changes)?;
    log::append(repository, objects, &operation, &images)?;
    let mut pending = with_entries(repository, objects, pending, &changes, act, noting)?;
    recover::begin(repository, &mut pending, &act.id)?;
    let placings: Vec<Placing<'_>> = changes.iter().map(|(_, change)| placing(change)).collect();
    let placed = apply::place(repository, objects, &placings);
    placed.map_err(|error| recover::after_failure(repository, objects, error))?;
    recover::settle(repository, objects, &operation, pending, &result(steps))
}

fn placing(change: &Change) -> Placing<'_> {
    Placing {
        path: &change.path,
        work_tree_before: change.work_tree_before,
        work_tree: change.work_tree_after,
        index: change.index_after,
        conflicts: &change.conflicts,
    }
}

/// The plan was made without a lock: what it was made for must still stand.
fn refuse_stale(
    repository: &Repository,
    objects: &Objects,
    changes: &[(&Step, &Change)],
) -> Result<(), ExecuteError> {
    let index = Index::read(repository)?;
    let work_tree = WorkTree::new(repository, &index)?;
    work_tree.prepare(changes.iter().map(|(_, change)| &change.path));
    for (_, change) in changes {
        let staged = index.content(objects, &change.path)?;
        let found = work_tree.content(objects, &change.path)?;
        if staged != change.index_before || found != change.work_tree_before {
            return Err(ExecuteError::Stale(change.path.to_string()));
        }
    }
    Ok(())
}

/// The pending file as it stands under the lock: another command may have written it since the plan
/// was made, about other paths.
fn present(
    repository: &Repository,
    planned: &Pending,
    changes: &[(&Step, &Change)],
) -> Result<Pending, ExecuteError> {
    let present = files::read_pending(repository)?;
    for (_, change) in changes {
        let entries = |pending: &Pending| -> Vec<Entry> {
            pending.entries.iter().filter(|entry| *entry.path() == change.path).cloned().collect()
        };
        if entries(&present) != entries(planned) {
            return Err(ExecuteError::Stale(change.path.to_string()));
        }
    }
    Ok(present)
}

/// Describe the operation for the log.
pub fn describe(repository: &Repository, changes: &[(&Step, &Change)], act: &Act) -> Operation {
    let path = |(step, change): &(&Step, &Change)| OperationPath {
        artifact: step.name.to_string(),
        path: change.path.clone(),
        status: step.status.as_str().to_owned(),
        before: change.work_tree_before,
        after: change.work_tree_after,
        index_before: change.index_before,
        index_after: change.index_after,
    };
    Operation {
        version: 1,
        id: act.id.clone(),
        command: act.command.clone(),
        trigger: act.trigger.clone(),
        who: crate::git::commits::identity(repository).unwrap_or_default(),
        work_tree: repository.log_name(),
        at: act.now.clone(),
        head: act.head.id,
        branch: act.head.branch.clone(),
        message: act.message.clone(),
        paths: changes.iter().map(path).collect(),
        pushed: None,
        undoes: Vec::new(),
        scan: scanned(changes),
        result: None,
    }
}

/// What was found in what is taken in.
fn scanned(changes: &[(&Step, &Change)]) -> Option<Scanned> {
    let mut findings: Vec<Finding> = changes.iter().flat_map(|(step, _)| step.findings.clone()).collect();
    findings.dedup();
    (!findings.is_empty()).then_some(Scanned { mode: ScanMode::Done, command: None, findings })
}

/// What the log keeps: the files as they stand byte for byte, and what the merge was made of.
fn images(
    repository: &Repository,
    objects: &Objects,
    changes: &[(&Step, &Change)],
) -> Result<Images, ExecuteError> {
    let index = Index::read(repository)?;
    let mut images = Images::new();
    let mut lines = Vec::new();
    for (_, change) in changes {
        let path = &change.path;
        let mut keep = |folder: &str, content: Option<Content>| {
            images.extend(content.map(|content| (format!("{folder}/{path}"), content)));
        };
        // Also untracked files that will be replaced.
        let others = images::names(objects, [change.work_tree_before, change.work_tree_after], path)?;
        keep("before", images::present(repository, objects, &index, path, others)?);
        keep("after", change.work_tree_after);
        keep("base", change.base);
        keep("theirs", change.theirs);
        lines.extend(index.lines(path));
    }
    if !lines.is_empty() {
        let id = objects.keep(Kind::Blob, images::index_text(&lines)?.as_bytes());
        let id = id.map_err(|source| GitError::KeepObject(Box::new(source)))?;
        images.push(("index".to_owned(), Content::file(id)));
    }
    Ok(images)
}

fn persist(
    repository: &Repository,
    objects: &Objects,
    changes: &[(&Step, &Change)],
) -> Result<(), ExecuteError> {
    let wanted = changes.iter().flat_map(|(_, change)| {
        let contents = [change.work_tree_after, change.index_after, change.base, change.theirs];
        let before = [change.work_tree_before, change.index_before, change.old_base];
        let stages = change.conflicts.iter().flat_map(|conflict| conflict.stages);
        contents.into_iter().chain(before).chain(stages).flatten()
    });
    repository.take_in_all(objects, wanted)?;
    Ok(())
}

fn with_entries(
    repository: &Repository,
    objects: &Objects,
    pending: &Pending,
    changes: &[(&Step, &Change)],
    act: &Act,
    noting: Noting,
) -> Result<Pending, ExecuteError> {
    let mut pending = pending.clone();
    let reflog_length = repository.reflog_length();
    for (_, change) in changes {
        let restores = change.restores.as_ref();
        let stage = |content: Option<Content>| Stage(content);
        let conflicts = change.conflicts.iter().map(|conflict| ConflictedPath {
            path: conflict.path.to_str_lossy().into_owned(),
            stages: conflict.stages.map(stage),
        });
        // What is placed again is not removed any more.
        pending.entries.retain(|entry| {
            let removal = matches!(entry.fact, PendingFact::Removed(_)) && entry.noted_on.is_none();
            !removal || entry.path() != &change.path
        });
        let before = restores.map_or(change.work_tree_before, |restores| restores.before);
        pending.entries.push(Entry {
            fact: change.fact.clone(),
            placed: placed(objects, change, before)?,
            before,
            after: change.work_tree_after,
            old_base: change.old_base,
            theirs: change.theirs,
            head: act.head.id,
            start: restores.map_or(act.head.id, |restores| restores.start),
            branch: act.head.branch.clone(),
            conflicts: conflicts.collect(),
            reflog_length,
            resolved: change.resolved,
            at_once: noting == Noting::AtOnce,
            mentioned: false,
            written_by: act.id.clone(),
            operation: restores.map_or_else(|| act.id.clone(), |restores| restores.operation.clone()),
            written_at: act.now.clone(),
            noted_on: None,
        });
    }
    Ok(pending)
}

fn result(steps: &[Step]) -> String {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for step in steps {
        *counts.entry(step.status.as_str()).or_default() += 1;
    }
    let words: Vec<String> = counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
    words.join(", ")
}
