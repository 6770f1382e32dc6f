//! `git skillsync hooks`: install, uninstall and look at the git hooks.

use super::outside;
use crate::error::Error;
use crate::execute::hook_marker;
use crate::execute::hook_ways as ways;
use crate::execute::hooks::{self, HookOutcome, HookState};
use crate::exit::Exit;
use crate::git::Repository;
use crate::model::health::{self, HookStanding};
use crate::model::hook::HookEvent;
use crate::model::hook_site::HookHome;
use crate::observe::hook_site;
use crate::plan::hook_file::Refusal;
use crate::plan::hook_file::advice::Advice;
use crate::report::failure::{hint_line, warning};
use crate::report::{Form, Report};
use crate::request::Hooks;
use crate::session::{self, Session};
use serde_json::json;

/// Run the command.
pub fn run(session: &Session, action: Hooks, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    outside::git_only(&project)?;
    let site = hook_site::look(&project)?;
    let program = &session.program;
    let opt_in = ways::status(&project, &site, &HookEvent::OPT_IN, program)?;
    match action {
        Hooks::Install { pre_push, pre_commit } => {
            let mut events = HookEvent::ALL.to_vec();
            let is_ours = |state: &HookState| matches!(state, HookState::Installed | HookState::Outdated);
            let is_wanted = |event: HookEvent| match event {
                HookEvent::PreCommit => pre_commit,
                _ => pre_push,
            };
            // What was asked for before is brought up to date with the others.
            let wanted = opt_in.into_iter().filter(|(event, state)| is_wanted(*event) || is_ours(state));
            events.extend(wanted.map(|(event, _)| event));
            let done = ways::install(&project, &site, &events, program)?;
            hook_marker::keep(&project, session::pushes_commits(&project));
            Ok(said("hooks install", &done, form))
        }
        Hooks::Uninstall => {
            let mut done = ways::uninstall(&project, &site, &HookEvent::ALL, program)?;
            let asked = ways::uninstall(&project, &site, &HookEvent::OPT_IN, program)?;
            done.extend(asked.into_iter().filter(|(_, outcome)| *outcome != HookOutcome::NotInstalled));
            Ok(said("hooks uninstall", &done, form))
        }
        Hooks::Status => {
            let found = ways::status(&project, &site, &HookEvent::ALL, program)?;
            Ok(state(&found, &opt_in, form))
        }
    }
}

/// Install the hooks as part of another command; only refusals are said.
pub fn install_quietly(session: &Session, project: &Repository) -> Result<String, Error> {
    let site = hook_site::look(project)?;
    Ok(refusals(&ways::install(project, &site, &HookEvent::ALL, &session.program)?))
}

/// How the hooks stand where git looks for them.
pub fn standing(session: &Session, project: &Repository) -> Result<health::Hooks, Error> {
    let site = hook_site::look(project)?;
    let states = ways::status(project, &site, &HookEvent::ALL, &session.program)?;
    let own = project.common_dir().join("hooks");
    let is_own = site.home == HookHome::Own || site.takes_configured;
    let elsewhere = if is_own { Vec::new() } else { hooks::status(&own, &HookEvent::ALL, &session.program)? };
    let are_bypassed =
        elsewhere.iter().any(|(_, state)| matches!(state, HookState::Installed | HookState::Outdated));
    let all = states.into_iter().map(|(event, state)| health::Hook {
        event,
        standing: how(state),
        advice: ways::advice(&site, event, &session.program).to_string(),
    });
    Ok(health::Hooks { all: all.collect(), folder: site.folder, is_own, are_bypassed })
}

fn how(state: HookState) -> HookStanding {
    match state {
        HookState::Installed => HookStanding::Installed,
        HookState::Outdated => HookStanding::Outdated,
        HookState::Absent => HookStanding::Absent,
        HookState::Foreign(reason) => match reason {
            Refusal::Edited
            | Refusal::Unterminated
            | Refusal::OtherVersion
            | Refusal::NotExecutable
            | Refusal::SwitchedOff => HookStanding::Broken(reason.to_string()),
            _ => HookStanding::Foreign(reason.to_string()),
        },
    }
}

fn said(command: &str, done: &[(HookEvent, HookOutcome)], form: Form) -> Report {
    let refused = done.iter().any(|(_, outcome)| matches!(outcome, HookOutcome::Refused { .. }));
    let exit = Exit::attention_if(refused);
    if form.json {
        let hooks: Vec<_> = done
            .iter()
            .map(|(event, outcome)| match outcome {
                HookOutcome::Refused { reason, advice } => json!({"event": event.as_str(),
                    "outcome": word(outcome), "reason": reason.to_string(), "file": advice.file, "add": advice.lines}),
                _ => json!({"event": event.as_str(), "outcome": word(outcome)}),
            })
            .collect();
        return Report::json(command, json!({"hooks": hooks})).with(refusals(done), exit);
    }
    let lines: String = done.iter().map(|(event, outcome)| format!("{event}: {}\n", word(outcome))).collect();
    Report::data(if form.quiet { String::new() } else { lines }).with(refusals(done), exit)
}

fn word(outcome: &HookOutcome) -> String {
    match outcome {
        HookOutcome::Created | HookOutcome::Inserted => "installed".into(),
        HookOutcome::Replaced => "updated".into(),
        HookOutcome::Unchanged => "already installed".into(),
        HookOutcome::ByHand(file) => format!("called by a line in '{file}'"),
        HookOutcome::Deleted | HookOutcome::Restored => "removed".into(),
        HookOutcome::NotInstalled => "not installed".into(),
        HookOutcome::Refused { .. } => "left alone".into(),
    }
}

/// What was left alone and why, the same reason once, and for each hook what can be done by hand.
fn refusals(done: &[(HookEvent, HookOutcome)]) -> String {
    let refused: Vec<(HookEvent, &Refusal, &Advice)> = done
        .iter()
        .filter_map(|(event, outcome)| match outcome {
            HookOutcome::Refused { reason, advice } => Some((*event, reason, advice)),
            _ => None,
        })
        .collect();
    let mut text = String::new();
    for group in refused.chunk_by(|(_, left, _), (_, right, _)| left == right) {
        let names: Vec<String> = group.iter().map(|(event, ..)| format!("'{event}'")).collect();
        let (hooks, were) = if names.len() == 1 { ("hook", "was") } else { ("hooks", "were") };
        let reason = group[0].1;
        text += &warning(&format!("the {hooks} {} {were} left alone: {reason}", names.join(", ")));
        text += &group.iter().map(|(_, _, advice)| hint_line(&advice.to_string())).collect::<String>();
    }
    text
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
    let hint = "'git skillsync hooks install' installs them, or says what can be done by hand";
    let hint = if missing { hint_line(hint) } else { String::new() };
    Report::data(lines).with(hint, exit)
}
