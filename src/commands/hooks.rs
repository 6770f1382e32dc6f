//! `git skillsync hooks`: install, uninstall and look at the git hooks.

use super::shared;
use crate::error::Error;
use crate::execute::hooks::{self, HookOutcome, HookState};
use crate::exit::Exit;
use crate::git::Repository;
use crate::model::health::{self, HookStanding};
use crate::model::hook::HookEvent;
use crate::plan::hook_file::{Refusal, line_to_add};
use crate::report::failure::{hint_line, warning};
use crate::report::{Form, Report};
use crate::request::Hooks;
use crate::session::Session;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Run the command.
pub fn run(session: &Session, action: Hooks, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    shared::git_only(&project)?;
    let folder = folder(&project)?;
    match action {
        Hooks::Install { pre_push } => {
            let mut events = HookEvent::ALL.to_vec();
            let asked = hooks::status(&folder, &HookEvent::OPT_IN, &session.program)?;
            let is_ours = |state: &HookState| matches!(state, HookState::Installed | HookState::Outdated);
            // What was asked for before is brought up to date with the others.
            let wanted = asked.into_iter().filter(|(_, state)| pre_push || is_ours(state));
            events.extend(wanted.map(|(event, _)| event));
            let done = hooks::install(&folder, &events, &session.program)?;
            Ok(said("hooks install", &done, form))
        }
        Hooks::Uninstall => {
            let mut done = hooks::uninstall(&folder, &HookEvent::ALL, &session.program)?;
            let asked = hooks::uninstall(&folder, &HookEvent::OPT_IN, &session.program)?;
            done.extend(asked.into_iter().filter(|(_, outcome)| *outcome != HookOutcome::NotInstalled));
            Ok(said("hooks uninstall", &done, form))
        }
        Hooks::Status => {
            let found = hooks::status(&folder, &HookEvent::ALL, &session.program)?;
            let asked = hooks::status(&folder, &HookEvent::OPT_IN, &session.program)?;
            Ok(state(&found, &asked, form))
        }
    }
}

/// Install the hooks as part of another command; only refusals are said.
pub fn install_quietly(session: &Session, project: &Repository) -> Result<String, Error> {
    let done = hooks::install(&folder(project)?, &HookEvent::ALL, &session.program)?;
    Ok(refusals(&done))
}

/// How the hooks stand where git looks for them.
pub fn standing(session: &Session, project: &Repository) -> Result<health::Hooks, Error> {
    let folder = folder(project)?;
    let own = project.common_dir().join("hooks");
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_own = real(&folder) == real(&own);
    let states = hooks::status(&folder, &HookEvent::ALL, &session.program)?;
    let elsewhere = if is_own { Vec::new() } else { hooks::status(&own, &HookEvent::ALL, &session.program)? };
    let are_bypassed =
        elsewhere.iter().any(|(_, state)| matches!(state, HookState::Installed | HookState::Outdated));
    let all = states.into_iter().map(|(event, state)| health::Hook {
        event,
        standing: how(state),
        line: line_to_add(event, &session.program),
    });
    Ok(health::Hooks { folder, is_own, are_bypassed, all: all.collect() })
}

fn how(state: HookState) -> HookStanding {
    match state {
        HookState::Installed => HookStanding::Installed,
        HookState::Outdated => HookStanding::Outdated,
        HookState::Absent => HookStanding::Absent,
        HookState::Foreign(reason) => match reason {
            Refusal::Edited | Refusal::Unterminated | Refusal::OtherVersion | Refusal::NotExecutable => {
                HookStanding::Broken(reason.to_string())
            }
            _ => HookStanding::Foreign(reason.to_string()),
        },
    }
}

/// The folder that git looks for hooks in.
fn folder(project: &Repository) -> Result<PathBuf, Error> {
    let output = project.plain_call().args(["rev-parse", "--git-path", "hooks"]).run();
    let output = output.map_err(|error| Error::Git(error.into()))?;
    let path = String::from_utf8_lossy(&output).trim_end_matches('\n').to_owned();
    let root = project.work_dir().unwrap_or(project.git_dir());
    Ok(root.join(path))
}

fn said(command: &str, done: &[(HookEvent, HookOutcome)], form: Form) -> Report {
    let refused = done.iter().any(|(_, outcome)| matches!(outcome, HookOutcome::Refused { .. }));
    let exit = Exit::attention_if(refused);
    if form.json {
        let hooks: Vec<_> = done
            .iter()
            .map(|(event, outcome)| json!({"event": event.as_str(), "outcome": word(outcome)}))
            .collect();
        return Report::json(command, json!({"hooks": hooks})).with(refusals(done), exit);
    }
    let lines: String = done.iter().map(|(event, outcome)| format!("{event}: {}\n", word(outcome))).collect();
    Report::data(if form.quiet { String::new() } else { lines }).with(refusals(done), exit)
}

fn word(outcome: &HookOutcome) -> &'static str {
    match outcome {
        HookOutcome::Created | HookOutcome::Inserted => "installed",
        HookOutcome::Replaced => "updated",
        HookOutcome::Unchanged => "already installed",
        HookOutcome::Deleted | HookOutcome::Restored => "removed",
        HookOutcome::NotInstalled => "not installed",
        HookOutcome::Refused { .. } => "left alone",
    }
}

fn refusals(done: &[(HookEvent, HookOutcome)]) -> String {
    let refused = done.iter().filter_map(|(event, outcome)| match outcome {
        HookOutcome::Refused { reason, line } => Some((event, reason, line)),
        _ => None,
    });
    refused
        .map(|(event, reason, line)| {
            warning(&format!("the hook '{event}' was left alone: {reason}"))
                + &hint_line(&format!("the line for it: {line}"))
        })
        .collect()
}

/// How the hooks stand; of those that have to be asked for, none is missed.
fn state(found: &[(HookEvent, HookState)], asked: &[(HookEvent, HookState)], form: Form) -> Report {
    let word = |state: &HookState| match state {
        HookState::Installed => "installed".to_owned(),
        HookState::Outdated => "outdated".to_owned(),
        HookState::Absent => "not installed".to_owned(),
        HookState::Foreign(reason) => format!("not ours: {reason}"),
    };
    let missing = found.iter().any(|(_, state)| *state != HookState::Installed)
        || asked.iter().any(|(_, state)| *state == HookState::Outdated);
    let found: Vec<_> = found.iter().chain(asked).collect();
    let exit = Exit::attention_if(missing);
    if form.json {
        let hooks: Vec<_> = found
            .iter()
            .map(|(event, state)| json!({"event": event.as_str(), "state": word(state)}))
            .collect();
        return Report::json("hooks status", json!({"hooks": hooks})).with("", exit);
    }
    let lines: String = found.iter().map(|(event, state)| format!("{event}: {}\n", word(state))).collect();
    let hint = if missing { hint_line("'git skillsync hooks install' installs them") } else { String::new() };
    Report::data(lines).with(hint, exit)
}
