//! `git skillsync undo`: takes back one operation, if nothing was built upon it.

use super::{reconcile, shared};
use crate::error::Error;
use crate::execute::files;
use crate::execute::lock::Lock;
use crate::execute::log::{self, Logged};
use crate::execute::take_back::{self, TakeBack};
use crate::git::Repository;
use crate::git::history::History;
use crate::git::work_tree::WorkTree;
use crate::model::operation::{Operation, OperationPath};
use crate::model::outcome::Status;
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
    let interrupted = files::read_pending(&project)?.in_progress().map(|progress| progress.id.clone());
    let warnings = reconcile::before_writing(session, &project)?;
    let _lock = Lock::take(&project)?;
    let desk = Desk::open(&project)?;
    if let Some(done) = completed(&project, interrupted.filter(|_| operation.is_none()))? {
        // It is what was asked for when it was interrupted; a second operation is not meant.
        let restored = |path| Step { status: Status::Restored, ..step_about(&project, path) };
        let steps = done.operation.paths.iter().map(restored).collect();
        return tell(command, &desk, steps, Some(done.operation.id), warnings, form);
    }
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
    tell(command, &desk, steps, (!refused).then_some(id), warnings, form)
}

/// The report of what was taken back, or was refused.
fn tell(
    command: &'static str,
    desk: &Desk<'_>,
    steps: Vec<Step>,
    operation: Option<String>,
    warnings: String,
    form: Form,
) -> Result<Report, Error> {
    let outcomes = steps.into_iter().map(|step| shared::outcome(&desk.objects, step, Side::Collection));
    let place = desk.project.place().display().to_string();
    let results = Results {
        command,
        direction: "pull",
        from: place.clone(),
        into: place,
        dry_run: false,
        operation,
        outcomes: outcomes.collect::<Result<_, _>>()?,
        warnings,
        next: None,
        difference: String::new(),
    };
    Ok(report(&results, form))
}

/// The interrupted operation, if it took another one back and was completed just now.
fn completed(project: &Repository, interrupted: Option<String>) -> Result<Option<Logged>, Error> {
    let Some(id) = interrupted else { return Ok(None) };
    let found = log::find_any(project, &id)?;
    let is_done = |logged: &Logged| {
        let operation = &logged.operation;
        operation.command == "undo" && operation.result.as_deref() == Some(log::COMPLETED)
    };
    Ok(found.filter(is_done))
}

/// A step about a path of an operation, from what it left to what it found.
fn step_about(project: &Repository, path: &OperationPath) -> Step {
    Step { contents: [path.after, path.before], ..Step::about(&placement(project, path)) }
}

/// The id of the operation that would be taken back; none where there is none.
pub fn last(project: &Repository) -> Option<String> {
    wanted(project, None).ok().map(|logged| logged.operation.id)
}

/// The named operation, else the last one of this work tree that was not taken back.
fn wanted(project: &Repository, id: Option<&str>) -> Result<Logged, Error> {
    if let Some(id) = id {
        return Ok(log::find(project, id)?);
    }
    let here = project.log_name();
    let mut all = log::read(project, usize::MAX)?;
    // What came to nothing has taken nothing back, and left nothing to take back.
    all.retain(|logged| logged.operation.result.as_deref().is_some_and(|result| result != log::TAKEN_BACK));
    let undone: BTreeSet<String> = all.iter().flat_map(|logged| logged.operation.undoes.clone()).collect();
    let mut candidates = all.into_iter().filter(|logged| {
        let operation = &logged.operation;
        operation.work_tree == here && operation.undoes.is_empty() && !undone.contains(&operation.id)
    });
    candidates.next().ok_or(Error::NothingToUndo)
}

/// Whether a path can be taken back: it stands as the operation left it and is not committed.
fn judge(desk: &Desk<'_>, logged: &Logged, path: &OperationPath) -> Result<Step, Error> {
    let mut step = step_about(desk.project, path);
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

fn take_back(session: &Session, desk: &Desk<'_>, logged: &Logged, id: &str) -> Result<(), Error> {
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
    let from = |path: &OperationPath| TakeBack { path: path.path.clone(), from: Some(logged.clone()) };
    let paths: Vec<TakeBack> = logged.operation.paths.iter().map(from).collect();
    Ok(take_back::run(desk.project, &desk.objects, &undo, &paths)?)
}

fn placement(project: &Repository, path: &OperationPath) -> Placement {
    let (kind, name) = path.artifact.split_once('/').unwrap_or(("skill", &path.artifact));
    let kind = ArtifactType::from_word(kind).unwrap_or(ArtifactType::Skill);
    let target = project.layout().artifact_at(&path.path);
    Placement {
        name: ArtifactName::new(kind, name),
        source: path.path.clone(),
        path: path.path.clone(),
        target: target.map_or("collection", |(target, _)| target.name).to_owned(),
        pin: None,
        record: None,
        named: true,
        let_go: 0,
    }
}
