//! One sync: pull, push or both, unattended.

use super::{configured, edits, offline};
use crate::commands::{pull, push, undo};
use crate::error::Error;
use crate::execute::log;
use crate::git::Repository;
use crate::model::auto::{Action, Ended, Settings};
use crate::model::outcome::Status;
use crate::report::Form;
use crate::report::results::Results;
use crate::request::{Commit, Pull, Push, Resolve, Started};
use crate::session::Session;
use std::time::Duration;

/// The longest that a sync may take: then what is left waits for the next.
const MOST: Duration = Duration::from_secs(50);

/// What a sync did.
#[derive(Debug)]
pub struct Synced {
    /// How it ended.
    pub ended: Ended,
    /// One line more, for people.
    pub message: Option<String>,
    /// The artifacts that changed here.
    pub pulled: Vec<String>,
    /// The artifacts that were sent.
    pub pushed: Vec<String>,
    /// The artifacts that would have conflicts.
    pub conflicts: Vec<String>,
    /// The artifacts that would bring text that cannot be seen.
    pub hidden: Vec<String>,
    /// Whether the message is for people: nothing but they can help.
    pub tells: bool,
    /// Whether somebody who waits was told that it takes longer.
    pub goes_on: bool,
}

/// Sync; nothing that goes wrong is an error of the caller's.
pub fn sync(session: &Session, project: &Repository, settings: &Settings) -> Synced {
    let mut synced = Synced {
        ended: Ended::Unchanged,
        message: None,
        pulled: Vec::new(),
        pushed: Vec::new(),
        conflicts: Vec::new(),
        hidden: Vec::new(),
        tells: false,
        goes_on: false,
    };
    if let Err(error) = steps(session, project, settings, &mut synced) {
        synced.goes_on = offline::is_slow(&error);
        synced.message = Some(offline::line(&error));
        synced.tells = matches!(error, Error::NotCommitted(_));
        synced.ended = match error {
            Error::InProgress(_) | Error::ForeignIndex => Ended::Skipped,
            error if offline::is_offline(&error) => Ended::Offline,
            _ => Ended::Failed,
        };
        return synced;
    }
    let nothing_left = synced.conflicts.is_empty() && synced.hidden.is_empty();
    synced.ended = match (&synced.message, nothing_left) {
        (_, false) => Ended::Conflict,
        (Some(_), true) => Ended::Failed,
        (None, true) if synced.pulled.is_empty() && synced.pushed.is_empty() => Ended::Unchanged,
        (None, true) => Ended::Success,
    };
    if !nothing_left {
        synced.message = Some(left_alone(&synced, settings));
        synced.tells = true;
    }
    synced
}

/// What was left alone, and how a person sees why.
fn left_alone(synced: &Synced, settings: &Settings) -> String {
    let way = if settings.action.pulls() { "pull" } else { "push" };
    let mut reasons = Vec::new();
    for (names, reason) in [
        (&synced.conflicts, "would have conflicts and was left alone"),
        (&synced.hidden, "brings text that cannot be seen and was left alone"),
    ] {
        if !names.is_empty() {
            reasons.push(format!("{} {reason}", names.join(", ")));
        }
    }
    format!("{}; 'git skillsync {way}' shows more", reasons.join("; "))
}

fn steps(
    session: &Session,
    project: &Repository,
    settings: &Settings,
    synced: &mut Synced,
) -> Result<(), Error> {
    let started = || Started::Unattended(configured::trigger_name(settings.trigger));
    let on_branch = project.head()?.branch.is_some();
    let commit = settings.commit && on_branch;
    if commit && settings.action == Action::Push {
        edits::commit(session, project, settings)?;
    }
    if settings.action.pulls() {
        let commit = Commit { wanted: commit, message: Some(settings.message(&session.now())) };
        let request = pull_of(commit, started());
        let results = pull::results(session, &request, "pull", Resolve::Abort, Form::default());
        let results = results.map_err(|error| taken_back(session, project, settings, error))?;
        synced.pulled = read(&results, synced);
    }
    if settings.action.pushes() {
        let results = push::results(session, &push_of(started()), "push", Form::default())?;
        synced.pushed = read(&results, synced);
    }
    Ok(())
}

/// A commit that git refuses leaves nothing staged behind.
fn taken_back(session: &Session, project: &Repository, settings: &Settings, error: Error) -> Error {
    if !matches!(error, Error::NotCommitted(_)) {
        return error;
    }
    let name = configured::trigger_name(settings.trigger);
    let last = log::read(project, 1).ok().and_then(|found| found.into_iter().next());
    let own = last.filter(|last| last.operation.trigger == name && last.operation.command == "pull");
    if let Some(own) = own
        && let Err(rollback) = undo::run(session, Some(&own.operation.id), Form::default())
    {
        return rollback;
    }
    error
}

/// The artifacts that were changed; what would have conflicts or failed is noted.
fn read(results: &Results, synced: &mut Synced) -> Vec<String> {
    let mut changed = Vec::new();
    for outcome in &results.outcomes {
        let step = &outcome.step;
        let name = step.name.to_string();
        match step.status {
            Status::Updated | Status::Merged | Status::Removed => changed.push(name),
            Status::Aborted | Status::Conflict if !synced.conflicts.contains(&name) => {
                synced.conflicts.push(name);
            }
            Status::Failed => {
                synced.message = Some(format!("{name}: {}", step.message));
                synced.tells = true;
            }
            Status::Skipped if !step.findings.is_empty() => synced.hidden.push(name),
            _ => {}
        }
    }
    changed
}

fn pull_of(commit: Commit, started: Started) -> Pull {
    Pull {
        artifacts: Vec::new(),
        strategy: None,
        resolve: None,
        base: None,
        dry_run: false,
        commit,
        atomic: false,
        prune: false,
        rename: false,
        force: false,
        yes: false,
        no_fetch: false,
        time_budget: Some(MOST),
        started,
    }
}

fn push_of(started: Started) -> Push {
    Push {
        artifacts: Vec::new(),
        branch: None,
        message: None,
        work_tree: false,
        strategy: None,
        resolve: Some(Resolve::Abort),
        new: false,
        delete: false,
        only_ahead: false,
        allow_rewind: false,
        verify: true,
        yes: false,
        dry_run: false,
        started,
    }
}
