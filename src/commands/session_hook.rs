//! `git skillsync hook --harness NAME TRIGGER`: what the hooks of agent programs call.
//!
//! Whatever happens, it exits with 0 and says nothing that the program does not understand: another
//! status could keep a prompt from being sent.

use super::auto::{configured, edits, runs};
use crate::error::Error;
use crate::git::Repository;
use crate::model::auto::{Moment, Settings, decide};
use crate::model::harness::{self, Harness};
use crate::model::trigger::Trigger;
use crate::report::{Report, failure};
use crate::request::{AutoRun, Stage};
use crate::session::Session;
use std::path::Path;
use std::time::Duration;

/// How long the network may be used where the run itself does not say.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is said at the end of a hook.
#[derive(Default)]
struct Said {
    changed: bool,
    message: Option<String>,
}

/// Run the command; `input` is what the program wrote on standard input.
pub fn run(session: &Session, harness: &str, trigger: &str, input: &str) -> Report {
    let (Some(harness), Some(trigger)) = (Harness::find(harness), Trigger::from_word(trigger)) else {
        return Report::data("")
            .with(failure::warning("unknown program or trigger"), crate::exit::Exit::Done);
    };
    if session.nested {
        return Report::data("");
    }
    let folder = harness::folder(input);
    let session = session.unattended(folder.as_deref().map(Path::new), PATIENCE);
    let said = match fire(&session, harness, trigger) {
        Ok(said) => said,
        // A value that cannot be is worth a word, as nothing runs until it is mended.
        Err(error @ Error::BadSetting { .. }) => {
            let message = format!("{}; {}", failure::chain(&error), error.hint().unwrap_or_default());
            Said { changed: false, message: Some(message) }
        }
        Err(_) => Said::default(),
    };
    let message = said.message.map(|message| format!("skillsync: {message}"));
    Report::data(harness::reply(harness, trigger, said.changed, message.as_deref()))
}

fn fire(session: &Session, harness: &'static Harness, trigger: Trigger) -> Result<Said, Error> {
    let project = session.project()?;
    let settings = configured::settings(&project, trigger)?;
    if trigger == Trigger::SessionStart {
        return start(session, &project, &settings, harness);
    }
    let moment = Moment {
        now: session.milliseconds(),
        chance: session.chance(),
        harness: Some(harness.name),
        force: false,
        decided: false,
    };
    if decide(&settings, &runs::statistics(&project), &moment).is_err() {
        return Ok(Said::default());
    }
    crate::observe::configured::chosen(&project, None)?;
    let args = ["auto", "run", trigger.as_str(), "--stage", "background", "--harness", harness.name];
    // Without it, the next trigger tries again.
    let _ = session.detach(&project, &args);
    let message = match trigger {
        Trigger::SessionEnd if !settings.commit && !settings.silent => uncommitted(session, &project),
        _ => None,
    };
    Ok(Said { changed: false, message })
}

/// A session that starts waits, if not for long: it sees what was pulled.
fn start(
    session: &Session,
    project: &Repository,
    settings: &Settings,
    harness: &'static Harness,
) -> Result<Said, Error> {
    crate::observe::configured::chosen(project, None)?;
    let request =
        AutoRun { trigger: settings.trigger, force: false, harness: Some(harness), stage: Stage::Foreground };
    let runs::Ran::Synced { synced, mut say } = runs::once(session, project, settings, &request)? else {
        return Ok(Said::default());
    };
    if !settings.silent && !synced.pulled.is_empty() {
        say.insert(0, format!("pulled {}", synced.pulled.join(", ")));
    }
    let message = (!say.is_empty()).then(|| say.join("; "));
    Ok(Said { changed: !synced.pulled.is_empty(), message })
}

/// How many edits a session leaves behind that no push will send.
fn uncommitted(session: &Session, project: &Repository) -> Option<String> {
    Some(match edits::count(session, project).ok()? {
        0 => return None,
        1 => "1 artifact has edits that are not committed, so they are not pushed".to_owned(),
        many => format!("{many} artifacts have edits that are not committed, so they are not pushed"),
    })
}
