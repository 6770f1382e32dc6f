//! `auto run`: one sync at a time, at most one more behind it.

use super::sync::{self, Synced};
use super::{configured, edits};
use crate::commands::reconcile;
use crate::error::Error;
use crate::execute::auto::{self, AutoLock};
use crate::git::{Repository, state_file};
use crate::model::auto::{Ended, Finished, Moment, Settings, Skip, Statistics, decide};
use crate::model::trigger::Trigger;
use crate::report::auto as say;
use crate::report::{Form, Report};
use crate::request::{AutoRun, Stage};
use crate::session::Session;
use std::time::Duration;

/// How long somebody who starts a session waits for the network.
const PATIENCE: Duration = Duration::from_millis(1200);

/// How long the network may take where nobody waits.
const BACKGROUND: Duration = Duration::from_secs(40);

/// How long the network may take at least.
const LEAST: Duration = Duration::from_millis(200);

/// How long what goes on waits for the lock of what it goes on with.
const HANDOVER: Duration = Duration::from_secs(5);

/// What became of a run.
#[derive(Debug)]
pub enum Ran {
    /// No sync was started.
    Skipped(Skip),
    /// Another one is running, and will run once more.
    Queued,
    /// It ran.
    Synced {
        /// What it did.
        synced: Synced,
        /// What has to be said: what a person should know, and what was left to say before.
        say: Vec<String>,
    },
}

/// Run the command by hand.
pub fn by_hand(session: &Session, request: &AutoRun, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let settings = configured::settings(&project, request.trigger)?;
    let ran = once(session, &project, &settings, request)?;
    Ok(say::ran(&said(&ran, &settings), form))
}

fn said<'r>(ran: &'r Ran, settings: &Settings) -> say::Run<'r> {
    match ran {
        Ran::Skipped(skip) => say::Run::Skipped(skip),
        Ran::Queued => say::Run::Queued,
        Ran::Synced { synced, say } => say::Run::Synced {
            ended: synced.ended,
            message: synced.message.as_deref(),
            pulled: &synced.pulled,
            pushed: &synced.pushed,
            silent: settings.silent,
            say,
        },
    }
}

/// Run once, if it is to run; whoever finds a sync running leaves it to that one to run once more.
pub fn once(
    session: &Session,
    project: &Repository,
    settings: &Settings,
    request: &AutoRun,
) -> Result<Ran, Error> {
    let moment = Moment {
        now: session.milliseconds(),
        chance: session.chance(),
        harness: request.harness.map(|harness| harness.name),
        force: request.force,
        decided: request.stage != Stage::Foreground,
    };
    if let Err(skip) = decide(settings, &statistics(project), &moment) {
        return Ok(Ran::Skipped(skip));
    }
    let Some(lock) = lock(project, request.stage)? else { return Ok(Ran::Queued) };
    auto::take_queued(&lock, project);
    // Whoever had the lock until now may have done the work, after this run began.
    let again = Moment { now: session.milliseconds(), decided: true, ..moment };
    if request.stage != Stage::Continued
        && let Err(skip) = crate::model::auto::rested(settings, &statistics(project), &again)
    {
        return Ok(Ran::Skipped(skip));
    }
    let ran = sync_and_count(session, settings, request)?;
    let failed = matches!(&ran, Ran::Synced { synced, .. } if synced.ended.is_failure());
    if auto::take_queued(&lock, project) && !failed {
        let next = sync_and_count(session, settings, request)?;
        auto::take_queued(&lock, project);
        return Ok(joined(ran, next));
    }
    Ok(ran)
}

/// The lock; a run that finds it taken asks for one more and tries once again, as it may have been
/// too late with that.
fn lock(project: &Repository, stage: Stage) -> Result<Option<AutoLock>, Error> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(lock) = AutoLock::try_take(project)? {
            return Ok(Some(lock));
        }
        if stage != Stage::Continued || waited > HANDOVER {
            break;
        }
        let pause = crate::session::back_off(2);
        std::thread::sleep(pause);
        waited += pause;
    }
    auto::queue(project)?;
    // One that was killed as it began to start a git is freed by that only in a moment.
    std::thread::sleep(crate::session::back_off(1));
    Ok(AutoLock::try_take(project)?)
}

fn sync_and_count(session: &Session, settings: &Settings, request: &AutoRun) -> Result<Ran, Error> {
    let begun = session.elapsed();
    let waits = request.stage == Stage::Foreground && settings.trigger == Trigger::SessionStart;
    // Both runs of one lock share the time.
    let network = if waits { PATIENCE } else { BACKGROUND }.saturating_sub(begun).max(LEAST);
    let session = session.unattended(None, network);
    // With a git that ends in time.
    let project = &session.project()?;
    let synced = sync::sync(&session, project, settings);
    let finished = Finished {
        trigger: settings.trigger,
        harness: request.harness.map(|harness| harness.name.to_owned()),
        action: settings.action,
        ended: synced.ended,
        message: synced.message.clone(),
        artifacts: synced.pulled.iter().chain(&synced.pushed).cloned().collect(),
        conflicts: synced.conflicts.clone(),
        at: session.milliseconds(),
        took: session.elapsed().saturating_sub(begun),
        continues: request.stage == Stage::Continued,
    };
    // In a folder outside git what was pulled counts at once.
    let _ = reconcile::settle(&session);
    let uncommitted = match settings.trigger {
        Trigger::SessionEnd => edits::count(&session, project).ok(),
        _ => None,
    };
    let tell = synced.message.clone().filter(|_| synced.tells);
    let say = count(&session, project, &finished, tell, uncommitted, request.stage)?;
    if waits && synced.goes_on {
        go_on(&session, project, request);
    }
    Ok(Ran::Synced { synced, say })
}

/// Take the run into the statistics; returns what has to be said now. Where nobody listens it is
/// left to the next run that somebody waits for.
fn count(
    session: &Session,
    project: &Repository,
    finished: &Finished,
    tell: Option<String>,
    uncommitted: Option<u64>,
    stage: Stage,
) -> Result<Vec<String>, Error> {
    let now = session.now();
    let (say, _) = auto::update(project, |statistics| {
        let mut say: Vec<String> = statistics.notice.take().into_iter().collect();
        say.extend(tell);
        say.extend(statistics.count(finished, &now));
        if uncommitted.is_some() {
            statistics.uncommitted = uncommitted;
        }
        if stage != Stage::Foreground && !say.is_empty() {
            say.dedup();
            statistics.notice = Some(say.split_off(say.len().saturating_sub(2)).join("; "));
            say.clear();
        }
        say
    })?;
    Ok(say)
}

/// What takes longer than somebody waits goes on without them.
fn go_on(session: &Session, project: &Repository, request: &AutoRun) {
    let mut args = vec!["auto", "run", request.trigger.as_str(), "--stage", "continued"];
    if let Some(harness) = request.harness {
        args.extend(["--harness", harness.name]);
    }
    // Without it, the next session tries again.
    let _ = session.detach(project, &args);
}

/// What auto-sync keeps of itself; what cannot be read counts for nothing.
pub fn statistics(project: &Repository) -> Statistics {
    Statistics::parse(&state_file::read(project).state.auto)
}

/// Two runs as one.
fn joined(first: Ran, second: Ran) -> Ran {
    match (first, second) {
        (Ran::Synced { synced: mut first, say: mut said }, Ran::Synced { synced: second, say }) => {
            first.pulled.extend(second.pulled);
            first.pushed.extend(second.pushed);
            said.extend(say);
            let ended = match (first.ended, second.ended) {
                (Ended::Success, Ended::Unchanged) => Ended::Success,
                (_, last) => last,
            };
            let synced = Synced { ended, message: second.message.or(first.message), ..first };
            Ran::Synced { synced, say: said }
        }
        (_, second) => second,
    }
}
