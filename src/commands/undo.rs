//! `git skillsync undo`: takes back one operation, if nothing was built upon it.

use super::{reconcile, shared};
use crate::error::Error;
use crate::execute::files::{self, Lock};
use crate::execute::folder::{self, Undone};
use crate::execute::log::Logged;
use crate::execute::{ExecuteError, apply, log, restore, state_file};
use crate::git::Repository;
use crate::git::history::History;
use crate::git::work_tree::WorkTree;
use crate::model::operation::{Operation, OperationPath};
use crate::model::outcome::Status;
use crate::model::record::Fact;
use crate::model::target::TARGETS;
use crate::model::{artifact::ArtifactName, artifact::ArtifactType, deployed::Placement};
use crate::observe::desk::Desk;
use crate::plan::change::Step;
use crate::plan::preview::Side;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::session::Session;
use std::collections::BTreeSet;

/// Run the command.
pub fn run(session: &Session, operation: Option<&str>, form: Form) -> Result<Report, Error> {
    run_as("undo", session, operation, form)
}

/// The same under another command's name.
pub fn run_as(
    command: &'static str,
    session: &Session,
    operation: Option<&str>,
    form: Form,
) -> Result<Report, Error> {
    let project = session.project()?;
    shared::guard(session, &project, false)?;
    let warnings = reconcile::before_writing(session, &project)?;
    let _lock = Lock::take(&project)?;
    let desk = Desk::open(&project)?;
    let logged = wanted(&project, operation)?;
    let mut steps = Vec::new();
    for path in &logged.operation.paths {
        steps.push(judge(&desk, &logged, path)?);
    }
    let id = session.new_id();
    let refused = steps.iter().any(|step| step.status.needs_attention());
    if !refused {
        take_back(session, &desk, &logged, &id)?;
    }
    let outcomes = steps.into_iter().map(|step| shared::outcome(&desk.objects, step, Side::Collection));
    let results = Results {
        command,
        direction: "pull",
        from: project.place().display().to_string(),
        into: project.place().display().to_string(),
        dry_run: false,
        operation: (!refused).then_some(id),
        outcomes: outcomes.collect::<Result<_, _>>()?,
        warnings,
        next: None,
        difference: String::new(),
    };
    Ok(report(&results, form))
}

/// The named operation, else the last one of this work tree that was not taken back.
fn wanted(project: &Repository, id: Option<&str>) -> Result<Logged, Error> {
    if let Some(id) = id {
        return Ok(log::find(project, id)?);
    }
    let here = project.log_name();
    let all = log::read(project, usize::MAX)?;
    let undone: BTreeSet<String> = all.iter().flat_map(|logged| logged.operation.undoes.clone()).collect();
    let mut candidates = all.into_iter().filter(|logged| {
        let operation = &logged.operation;
        operation.work_tree == here && operation.undoes.is_empty() && !undone.contains(&operation.id)
    });
    candidates.next().ok_or(Error::NothingToUndo)
}

/// Whether a path can be taken back: it stands as the operation left it and is not committed.
fn judge(desk: &Desk<'_>, logged: &Logged, path: &OperationPath) -> Result<Step, Error> {
    let mut step = Step { contents: [path.after, path.before], ..Step::about(&placement(path)) };
    step.status = Status::Restored;
    let refuse = |step: Step, message: String, hint: Option<String>| Step {
        status: Status::Skipped,
        contents: [path.after; 2],
        message,
        hint,
        ..step
    };
    if let Some(commit) = logged.operation.pushed {
        let commit = commit.to_hex_with_len(10);
        let hint = format!("'git revert {commit}' in the collection takes it back");
        return Ok(refuse(step, "was pushed".into(), Some(hint)));
    }
    let mut waiting = desk.pending.waiting(&path.path);
    let only_records = path.before == path.after;
    // A folder outside git has no commits: what an operation left there counts at once.
    let is_kept = desk.project.is_git() || only_records;
    if is_kept && !waiting.any(|entry| entry.written_by == logged.operation.id) {
        let hint = committed_in(desk, logged, path)?;
        let mut hint = hint.map(|commit| format!("'git revert {commit}' takes it back"));
        if logged.operation.command == "remove" && path.before.is_some() && path.before == path.after {
            hint = Some(format!("'git skillsync adopt {}' tracks it again", path.artifact));
        }
        return Ok(refuse(step, "was committed or taken back since".into(), hint));
    }
    let found = WorkTree::new(desk.project, &desk.index)?.content(&desk.objects, &path.path)?;
    let staged = desk.index.content(&desk.objects, &path.path)?;
    let conflicted = path.status == Status::Conflict.as_str() || !desk.project.is_git();
    if found != path.after || (!conflicted && staged != path.index_after) {
        let hint = "'git skillsync abort' takes it back and keeps the edits in the operation log".to_owned();
        return Ok(refuse(step, format!("'{}' was edited since", path.path), Some(hint)));
    }
    Ok(step)
}

/// The commit that took in what the operation left.
fn committed_in(desk: &Desk<'_>, logged: &Logged, path: &OperationPath) -> Result<Option<String>, Error> {
    // An operation that only recorded something is in no commit.
    let Some(head) = desk.head.id.filter(|_| path.before != path.after) else { return Ok(None) };
    let history = History::load(desk.project, head, logged.operation.head)?;
    let versions = history.versions(&path.path)?;
    let found = versions.iter().find(|version| version.content == path.after);
    Ok(found.map(|version| version.commit.to_hex_with_len(10).to_string()))
}

fn take_back(session: &Session, desk: &Desk<'_>, logged: &Logged, id: &str) -> Result<(), ExecuteError> {
    let undo = Operation {
        id: id.to_owned(),
        command: "undo".into(),
        at: session.now(),
        message: String::new(),
        undoes: vec![logged.operation.id.clone()],
        scan: None,
        result: None,
        ..logged.operation.clone()
    };
    restore::keep_present(desk.project, &desk.objects, &undo)?;
    for path in &logged.operation.paths {
        restore::put_back(desk.project, &desk.objects, logged, &path.path)?;
    }
    let mut pending = desk.pending.clone();
    pending.entries.retain(|entry| entry.written_by != logged.operation.id);
    files::write_pending(desk.project, &pending)?;
    forget_filed(desk, logged)?;
    restore::remove_message(desk.project, &logged.operation.message)?;
    apply::refresh(desk.project)?;
    log::finish(desk.project, &desk.objects, &undo, "taken back")
}

/// Forget what a folder outside git has of the operation: the snapshots of what it left, and the records
/// in the state file that were made for that.
fn forget_filed(desk: &Desk<'_>, logged: &Logged) -> Result<(), ExecuteError> {
    if desk.project.is_git() {
        return Ok(());
    }
    let left = |fact: &Fact| {
        logged.operation.paths.iter().any(|path| {
            let after = path.after.filter(|_| path.before != path.after).map(|content| content.id);
            *fact.path() == path.path && after.is_some() && fact.fits(after)
        })
    };
    let undone = logged.operation.paths.iter().map(|path| Undone {
        path: path.path.clone(),
        after: path.after,
        before: path.before,
    });
    folder::forget(desk.project, &undone.collect::<Vec<_>>())?;
    state_file::update_held(desk.project, |state| state.records.retain(|fact| !left(fact))).map(drop)
}

fn placement(path: &OperationPath) -> Placement {
    let (kind, name) = path.artifact.split_once('/').unwrap_or(("skill", &path.artifact));
    let kind = ArtifactType::from_word(kind).unwrap_or(ArtifactType::Skill);
    let target = TARGETS.iter().find(|target| target.artifact_at(&path.path).is_some());
    Placement {
        name: ArtifactName::new(kind, name),
        source: path.path.clone(),
        path: path.path.clone(),
        target: target.map_or("collection", |target| target.name).to_owned(),
        pin: None,
        record: None,
        named: true,
        let_go: 0,
    }
}
