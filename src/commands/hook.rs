//! `git skillsync hook EVENT`: what the git hooks call. It never fails a git command, but for what a
//! hook is there to stop.
//!
//! Git waits for a hook, so what there is to do is done by a worker: this program once more. The hook
//! waits for it as long as `skillsync.hookTimeout` says, and passes on what it has to say; after that
//! the worker goes on by itself.

use super::notes::{self, Shared};
use super::reconcile::{self, Mention};
use super::{hook_guard, hook_work};
use crate::error::Error;
use crate::execute::sharing::Guard;
use crate::exit::Exit;
use crate::git::notes::NOTES_REF;
use crate::git::sharing::{self, Remote};
use crate::git::workers::{self, Waited};
use crate::git::{Repository, config, refs};
use crate::model::hook::HookEvent;
use crate::model::oid::ObjectId;
use crate::report::Report;
use crate::report::failure::warning;
use crate::session::{self, Session, SessionError};
use std::collections::HashSet;

/// Whether a hook may publish records.
const PUSH_NOTES: &str = "skillsync.pushNotes";

/// To how many of the commits that are pushed at once records are carried: a mirror may have any
/// number of branches, and the push waits.
const MOST_TIPS: usize = 64;

/// The word in an event's place by which a hook starts its worker; the event follows.
pub const WORKER: &str = "worker";

/// The errand of the worker that nobody waits for.
pub const PUSH: &str = "push";

/// Run the command; whatever goes wrong is left to the next command.
///
/// `input` reads what git passes on standard input: `post-rewrite` and `pre-push` get something.
pub fn run(
    session: &Session,
    event: &str,
    args: &[String],
    input: impl FnOnce() -> String,
) -> Result<Report, Error> {
    let silent = Report::data("");
    if event == WORKER {
        return Ok(worker(session, args, input).unwrap_or(silent));
    }
    let Some(event) = HookEvent::from_word(event) else {
        return Err(SessionError::BadValue { key: "EVENT".into(), value: event.to_owned() }.into());
    };
    if session.nested {
        return Ok(silent);
    }
    let input = if event.has_input() { input() } else { String::new() };
    Ok(match event {
        HookEvent::PreCommit => hook_guard::commit(session).unwrap_or(silent),
        HookEvent::PrePush => before_push(session, args, &input),
        HookEvent::PostCommit
        | HookEvent::PostCheckout
        | HookEvent::PostMerge
        | HookEvent::PostRewrite
        | HookEvent::PostApplypatch => hand_over(session, event, args, &input).unwrap_or(silent),
    })
}

/// Look through what is pushed, then publish the records.
fn before_push(session: &Session, args: &[String], input: &str) -> Report {
    let scanned = hook_guard::push(session, args, input).unwrap_or_else(|error| not_scanned(&error));
    if scanned.exit != Exit::Done {
        return scanned;
    }
    let published = hand_over(session, HookEvent::PrePush, args, input);
    let published = published.unwrap_or_else(|error| not_published(&error.to_string()));
    let said = scanned.stderr + &published.stderr;
    Report::data("").with(said, Exit::Done)
}

/// Let a worker do what there is to do on this event.
fn hand_over(session: &Session, event: HookEvent, args: &[String], input: &str) -> Result<Report, Error> {
    let project = session.project()?;
    let mut words = vec!["hook", WORKER, event.as_str()];
    words.extend(args.iter().map(String::as_str));
    let started = |error| Error::NotStarted { program: session.program.clone(), source: error };
    let waited =
        workers::run(&session.program, &words, input, session::hook_timeout(&project)).map_err(started)?;
    if event == HookEvent::PostCommit && session::pushes_commits(&project) && project.in_progress().is_none()
    {
        workers::detach(&project, &session.program, &["hook", WORKER, PUSH]).map_err(started)?;
    }
    let said = match waited {
        Waited::Ended(said) => said,
        Waited::GoesOn => String::new(),
    };
    Ok(Report::data("").with(said, Exit::Done))
}

/// What a worker does.
fn worker(session: &Session, args: &[String], input: impl FnOnce() -> String) -> Result<Report, Error> {
    let Some((word, args)) = args.split_first() else { return Ok(Report::data("")) };
    if word == PUSH {
        hook_work::push(session)?;
        return Ok(Report::data(""));
    }
    let Some(event) = HookEvent::from_word(word).filter(|_| !session.nested) else {
        return Ok(Report::data(""));
    };
    match event {
        HookEvent::PrePush => {
            Ok(publish(session, args, &input()).unwrap_or_else(|error| not_published(&error.to_string())))
        }
        HookEvent::PostRewrite => {
            // What cannot be carried over is found again by content.
            let _ = hook_work::follow(session, &input());
            hook_work::attend(session, event, args)
        }
        _ => hook_work::attend(session, event, args),
    }
}

/// Publish the records on the remote that is pushed to, before what they are about.
fn publish(session: &Session, args: &[String], input: &str) -> Result<Report, Error> {
    let project = session.project()?;
    let silent = Ok(Report::data(""));
    // A push to a bare URL is to somebody who may have nothing to do with the project's records.
    let name = args.first().filter(|name| sharing::remotes(&project).contains(name));
    let Some(name) = name.filter(|_| config::string(&project, PUSH_NOTES).as_deref() != Some("never")) else {
        return silent;
    };
    reconcile::if_free(session, &project, Mention::Never)?;
    // Without it, what is pushed is found by its content.
    let _ = reconcile::carry(&project, &tips(&project, input));
    let remote = Remote { name: name.clone(), may_ask: false };
    let tip = refs::read(&project, NOTES_REF)?;
    if tip.is_none() || tip == remote.seen(&project)? {
        return silent;
    }
    Ok(match notes::publish(&project, &remote, Guard::Both)? {
        Shared::WouldDelete(found) => not_published(&notes::would_delete(&found, &remote)),
        Shared::Refused(reason) => not_published(&format!("'{name}' does not take them: {reason}")),
        Shared::Nothing | Shared::UpToDate | Shared::Taken(_) | Shared::Pushed(_) => Report::data(""),
    })
}

/// The commits that are pushed: lines of local ref, its id, remote ref and its id.
///
/// A deletion has a null id, and an annotated tag is no commit.
fn tips(project: &Repository, input: &str) -> Vec<ObjectId> {
    let id = |line: &str| ObjectId::from_hex(line.split_whitespace().nth(1)?.as_bytes()).ok();
    let mut seen = HashSet::new();
    let pushed = input.lines().filter_map(id).filter(|id| seen.insert(*id));
    pushed.filter(|id| project.commit_time(*id).is_ok()).take(MOST_TIPS).collect()
}

/// A line that the push goes on after: the scan of `git skillsync push` is the one to rely on.
fn not_scanned(error: &Error) -> Report {
    Report::data("").with(warning(&format!("what is pushed was not looked through: {error}")), Exit::Done)
}

/// A line that the push goes on after.
fn not_published(reason: &str) -> Report {
    let reason = reason.lines().next().unwrap_or_default();
    Report::data("").with(warning(&format!("the records were not published: {reason}")), Exit::Done)
}
