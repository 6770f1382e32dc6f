//! `git skillsync abort`: takes back what is not committed yet.

use super::{reconcile, shared, undo};
use crate::error::Error;
use crate::execute::lock::Lock;
use crate::execute::log;
use crate::execute::take_back::{self, TakeBack};
use crate::git::commits;
use crate::git::work_tree::WorkTree;
use crate::model::deployed::Placement;
use crate::model::operation::{Operation, OperationPath};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::pending::{Entry, Pending};
use crate::model::selection::{Selector, select_all};
use crate::observe::base::pending::{Life, Waiting};
use crate::observe::desk::Desk;
use crate::observe::placements;
use crate::plan::change::Step;
use crate::plan::preview::Side;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::session::Session;
use std::collections::BTreeSet;

/// Run the command.
pub fn run(session: &Session, artifacts: &[Selector], form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    shared::guard(session, &project, true)?;
    let warnings = reconcile::quietly(session, &project)?;
    let lock = Lock::take(&project)?;
    let desk = Desk::open(&project)?;
    let mut waiting: Vec<&Entry> = newest(&desk.pending);
    waiting.retain(|entry| project.layout().covers(entry.path()));
    let placements: Vec<Placement> =
        waiting.iter().map(|entry| placements::named_by(&project, entry)).collect();
    let chosen = select_all(artifacts, &placements)?;
    let chosen: Vec<&Entry> = chosen.into_iter().map(|at| waiting[at]).collect();
    let is_outside = !project.is_git() && project.around().is_none();
    if chosen.is_empty() && is_outside && artifacts.is_empty() {
        drop((desk, lock));
        // What was pulled into a folder outside git waits for no commit: the last operation is meant.
        return undo::run_as("abort", session, None, form);
    }
    if chosen.is_empty() {
        return Err(Error::NothingPending);
    }
    let id = session.new_id();
    let operation = operation(session, &desk, &chosen, &id)?;
    let (mut steps, mut paths) = (Vec::new(), Vec::new());
    for entry in &chosen {
        let (step, path) = take_back(&desk, entry)?;
        steps.push(step);
        paths.push(path);
    }
    take_back::run(&project, &desk.objects, &operation, &paths)?;
    let outcomes = steps.into_iter().map(|step| shared::outcome(&desk.objects, step, Side::Collection));
    let outcomes = outcomes.collect::<Result<_, _>>()?;
    let results = Results {
        command: "abort",
        direction: "pull",
        from: project.place().display().to_string(),
        into: project.place().display().to_string(),
        dry_run: false,
        operation: Some(id),
        outcomes,
        warnings,
        next: None,
        difference: String::new(),
    };
    Ok(report(&results, form))
}

/// The newest entry of each path that is not in a note yet.
fn newest(pending: &Pending) -> Vec<&Entry> {
    let mut seen: BTreeSet<&RepoPath> = BTreeSet::new();
    let waiting = pending.entries.iter().rev().filter(|entry| entry.noted_on.is_none());
    waiting.filter(|entry| seen.insert(entry.path())).collect()
}

/// How one path is put back, unless its result was thrown away already: then only the entry goes.
fn take_back(desk: &Desk<'_>, entry: &Entry) -> Result<(Step, TakeBack), Error> {
    let path = entry.path();
    let found = WorkTree::new(desk.project, &desk.index)?.content(&desk.objects, path)?;
    let tools = desk.objects.tools()?;
    let mut engine = crate::merge::Engine::new(&desk.objects, tools);
    let life = match found {
        Some(content) => Waiting::new(desk).life(entry, content, &mut engine)?,
        None => Life::Alive,
    };
    let mut step =
        Step { status: Status::Restored, ..Step::about(&placements::named_by(desk.project, entry)) };
    if life == Life::Dormant {
        step.contents = [found, found];
        step.message = "its result was thrown away before; forgotten".into();
        return Ok((step, TakeBack { path: path.clone(), from: None }));
    }
    step.contents = [found, entry.before];
    let from = Some(log::find(desk.project, &entry.operation)?);
    Ok((step, TakeBack { path: path.clone(), from }))
}

fn operation(session: &Session, desk: &Desk<'_>, chosen: &[&Entry], id: &str) -> Result<Operation, Error> {
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let mut paths = Vec::new();
    for entry in chosen {
        let found = work_tree.content(&desk.objects, entry.path())?;
        let staged = desk.index.content(&desk.objects, entry.path())?;
        paths.push(OperationPath {
            artifact: placements::named_by(desk.project, entry).name.to_string(),
            path: entry.path().clone(),
            status: Status::Restored.as_str().to_owned(),
            before: found,
            after: entry.before,
            index_before: staged,
            index_after: None,
        });
    }
    // An entry may be about a path that an older one is about too.
    let chosen_paths: BTreeSet<&RepoPath> = chosen.iter().map(|entry| entry.path()).collect();
    let waiting = desk.pending.entries.iter().filter(|entry| entry.noted_on.is_none());
    let about = waiting.filter(|entry| chosen_paths.contains(entry.path()));
    let undoes: BTreeSet<String> = about.map(|entry| entry.written_by.clone()).collect();
    Ok(Operation {
        version: 1,
        id: id.to_owned(),
        command: "abort".into(),
        trigger: "command".into(),
        who: commits::identity(desk.project).unwrap_or_default(),
        work_tree: desk.project.log_name(),
        at: session.now(),
        head: desk.head.id,
        branch: desk.head.branch.clone(),
        message: String::new(),
        paths,
        pushed: None,
        scan: None,
        undoes: undoes.into_iter().collect(),
        result: None,
    })
}
