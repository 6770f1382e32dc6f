//! `git skillsync hook EVENT`: what the git hooks call. It never fails a git command.

use super::hook_guard;
use super::notes::{self, Shared};
use super::reconcile::{self, Mention};
use crate::error::Error;
use crate::execute::files::Lock;
use crate::execute::records;
use crate::execute::sharing::Guard;
use crate::exit::Exit;
use crate::git::notes::NOTES_REF;
use crate::git::sharing::{self, Remote};
use crate::git::{Repository, config, refs};
use crate::model::hook::HookEvent;
use crate::model::oid::ObjectId;
use crate::observe::rewritten;
use crate::report::Report;
use crate::report::failure::warning;
use crate::request::Status;
use crate::session::{Session, SessionError};
use std::collections::HashSet;

/// Whether a hook may publish records.
const PUSH_NOTES: &str = "skillsync.pushNotes";

/// To how many of the commits that are pushed at once records are carried: a mirror may have any
/// number of branches, and the push waits.
const MOST_TIPS: usize = 64;

/// Run the command; whatever goes wrong is left to the next command.
///
/// `input` reads what git passes on standard input: `post-rewrite` and `pre-push` get something.
pub fn run(
    session: &Session,
    event: &str,
    args: &[String],
    input: impl FnOnce() -> String,
) -> Result<Report, Error> {
    let Some(event) = HookEvent::from_word(event) else {
        return Err(SessionError::BadValue { key: "EVENT".into(), value: event.to_owned() }.into());
    };
    if session.nested {
        return Ok(Report::data(""));
    }
    if event == HookEvent::PreCommit {
        return Ok(hook_guard::commit(session).unwrap_or_else(|_| Report::data("")));
    }
    if event == HookEvent::PrePush {
        let input = input();
        let scanned = hook_guard::push(session, args, &input).unwrap_or_else(|error| not_scanned(&error));
        if scanned.exit != Exit::Done {
            return Ok(scanned);
        }
        let published =
            publish(session, args, &input).unwrap_or_else(|error| not_published(&error.to_string()));
        let said = scanned.stderr + &published.stderr;
        return Ok(published.with(said, Exit::Done));
    }
    if event == HookEvent::PostRewrite {
        // What cannot be carried over is found again by content.
        let _ = follow(session, &input());
    }
    Ok(attend(session, event, args).unwrap_or_else(|_| Report::data("")))
}

/// Let the records follow commits that git rewrote: lines of old and new id.
fn follow(session: &Session, input: &str) -> Result<(), Error> {
    let id = |word: Option<&str>| word.and_then(|word| ObjectId::from_hex(word.as_bytes()).ok());
    let pair = |line: &str| {
        let mut words = line.split_whitespace();
        Some((id(words.next())?, id(words.next())?))
    };
    let pairs: Vec<_> = input.lines().filter_map(pair).collect();
    let project = session.project()?;
    let Some(_lock) = Lock::try_take(&project)? else { return Ok(()) };
    records::write(&project, &rewritten::find(&project, &pairs)?)?;
    Ok(())
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

fn attend(session: &Session, event: HookEvent, args: &[String]) -> Result<Report, Error> {
    let project = session.project()?;
    reconcile::if_free(session, &project, Mention::Never)?;
    let switched = event == HookEvent::PostCheckout && args.get(2).is_some_and(|flag| flag == "1");
    let wanted = config::string(&project, "skillsync.onCheckout");
    if !switched || wanted.is_some_and(|wanted| wanted != "status") || project.in_progress().is_some() {
        return Ok(Report::data(""));
    }
    let request = Status {
        artifacts: Vec::new(),
        porcelain: true,
        exit_code: false,
        fetch: false,
        project: None,
        available: false,
    };
    let report = super::status::run(session, &request, crate::report::Form::default(), "status")?;
    let count = report.stdout.lines().count();
    let line = match count {
        0 => return Ok(Report::data("")),
        1 => "skillsync: 1 artifact needs attention, see 'git skillsync status'\n".to_owned(),
        many => format!("skillsync: {many} artifacts need attention, see 'git skillsync status'\n"),
    };
    Ok(Report::data("").with(line, Exit::Done))
}
