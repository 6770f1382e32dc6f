//! What `auto` says.

use super::failure::hint_line;
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::model::auto::{Ended, Settings, Skip, Statistics};
use serde_json::{Value, json};

/// What became of a run.
pub enum Run<'r> {
    /// No sync was started.
    Skipped(&'r Skip),
    /// Another one is running.
    Queued,
    /// It ran.
    Synced {
        /// How it ended.
        ended: Ended,
        /// One line more.
        message: Option<&'r str>,
        /// What changed here.
        pulled: &'r [String],
        /// What was sent.
        pushed: &'r [String],
        /// Whether what went well is not said.
        silent: bool,
        /// What has to be said.
        say: &'r [String],
    },
}

/// How a settings file stands, or what became of it.
#[derive(Debug, Clone)]
pub struct File {
    /// The program.
    pub harness: &'static str,
    /// Its file.
    pub file: String,
    /// A word: `enabled`, `already enabled`, `disabled`, `not enabled`.
    pub outcome: &'static str,
    /// What is to be known.
    pub hints: Vec<String>,
}

/// A settings file with our entries.
#[derive(Debug, Clone)]
pub struct Enabled {
    /// The program.
    pub harness: &'static str,
    /// Its file.
    pub file: String,
    /// The triggers that have an entry.
    pub triggers: Vec<&'static str>,
}

/// All that `auto status` knows.
pub struct Standing {
    /// The settings of each trigger.
    pub settings: Vec<Settings>,
    /// The settings files with our entries.
    pub files: Vec<Enabled>,
    /// What it keeps of itself.
    pub statistics: Statistics,
    /// The time before which none starts by itself, for people.
    pub next_try: Option<String>,
}

/// Say what a run did: nothing, if all is well and nothing has to be known.
pub fn ran(run: &Run<'_>, form: Form) -> Report {
    if form.json {
        return Report::json("auto run", as_json(run));
    }
    let mut text = String::new();
    match run {
        Run::Skipped(skip) if form.verbose => text += &format!("no sync: {}\n", reason(skip)),
        Run::Queued if form.verbose => text += "a sync is running, and will run once more\n",
        Run::Synced { ended, message, pulled, pushed, silent, say } => {
            if !silent || form.verbose {
                text += &line(*ended, pulled, pushed);
            }
            if let Some(message) = message.filter(|_| form.verbose && *ended != Ended::Conflict) {
                text += &format!("{}: {}\n", ended.as_str(), escape(message));
            }
            for line in *say {
                text += &format!("skillsync: {}\n", escape(line));
            }
        }
        Run::Skipped(_) | Run::Queued => {}
    }
    let text = if form.quiet { String::new() } else { text };
    Report::data("").with(text, Exit::Done)
}

fn line(ended: Ended, pulled: &[String], pushed: &[String]) -> String {
    let mut text = String::new();
    for (names, done) in [(pulled, "pulled"), (pushed, "pushed")] {
        if !names.is_empty() {
            text += &format!("{done} {}\n", escape(names.join(", ")));
        }
    }
    if ended == Ended::Unchanged { text + "nothing to sync\n" } else { text }
}

/// Why no sync starts, for people.
fn reason(skip: &Skip) -> String {
    match skip {
        Skip::Off => "auto-sync is off".into(),
        Skip::TriggerOff => "this trigger is off".into(),
        Skip::Paused(reason) => format!("auto-sync is paused after {}; '--force' runs it", escape(reason)),
        Skip::BackingOff(_) => "the last one failed a moment ago; '--force' runs it now".into(),
        Skip::Debounced => "the last one was a moment ago".into(),
        Skip::Chance => "it was not its turn".into(),
        Skip::DoubleFire => "another program has started one for this session".into(),
    }
}

fn word(skip: &Skip) -> &'static str {
    match skip {
        Skip::Off => "off",
        Skip::TriggerOff => "trigger_off",
        Skip::Paused(_) => "paused",
        Skip::BackingOff(_) => "backing_off",
        Skip::Debounced => "debounced",
        Skip::Chance => "chance",
        Skip::DoubleFire => "double_fire",
    }
}

fn as_json(run: &Run<'_>) -> Value {
    match run {
        Run::Skipped(skip) => json!({"ran": false, "status": "not_started", "reason": word(skip)}),
        Run::Queued => json!({"ran": false, "status": "queued", "reason": "running"}),
        Run::Synced { ended, message, pulled, pushed, say, .. } => json!({"ran": true,
            "status": ended.as_str(), "message": message, "pulled": pulled, "pushed": pushed, "said": say}),
    }
}

/// Say what became of settings files.
pub fn files(command: &str, files: &[File], enabled: bool, form: Form) -> Report {
    let hints: String = files.iter().flat_map(|file| &file.hints).map(|hint| hint_line(hint)).collect();
    if form.json {
        let all: Vec<_> = files
            .iter()
            .map(|file| json!({"harness": file.harness, "file": file.file, "outcome": file.outcome}))
            .collect();
        return Report::json(command, json!({"enabled": enabled, "harnesses": all})).with(hints, Exit::Done);
    }
    let line = |file: &File| format!("{}: {} in '{}'\n", file.harness, file.outcome, escape(&file.file));
    let text: String = files.iter().map(line).collect();
    Report::data(if form.quiet { String::new() } else { text }).with(hints, Exit::Done)
}

/// Say how auto-sync stands.
pub fn standing(standing: &Standing, form: Form) -> Report {
    if form.json {
        return Report::json("auto status", standing_as_json(standing));
    }
    let Standing { settings, files, statistics, next_try } = standing;
    let mut text = format!("auto-sync: {}\n", state(standing));
    for Enabled { harness, file, triggers } in files {
        text += &format!("{harness}: {} ({})\n", escape(file), triggers.join(", "));
    }
    if let Some(last) = &statistics.last_sync {
        let message =
            last.message.as_ref().map(|message| format!(": {}", escape(message))).unwrap_or_default();
        text += &format!(
            "last sync: {} {} ({}), {} in {} ms{message}\n",
            escape(&last.timestamp),
            escape(&last.action),
            escape(&last.trigger),
            escape(&last.status),
            last.duration_ms
        );
    }
    if statistics.failures_in_a_row > 0 {
        let again = next_try.as_ref().map(|time| format!(", next try at {time}")).unwrap_or_default();
        text += &format!("failures in a row: {}{again}\n", statistics.failures_in_a_row);
    }
    for settings in settings.iter().filter(|settings| form.verbose || !settings.trigger_enabled) {
        let state = if settings.trigger_enabled { settings.action.as_str() } else { "off" };
        text += &format!("{}: {state}\n", settings.trigger.as_str());
    }
    for (trigger, totals) in &statistics.totals {
        let average = totals.duration_ms / totals.syncs.max(1);
        text += &format!(
            "{}: {} syncs, {} with changes, {} with conflicts, {} failed; {average} ms on average, {} ms at most\n",
            escape(trigger),
            totals.syncs,
            totals.changed,
            totals.conflicts,
            totals.failures,
            totals.longest_ms
        );
    }
    if let Some(count) = statistics.uncommitted.filter(|count| *count > 0) {
        text += &format!("not committed when the last session ended: {count}\n");
    }
    Report::data(text)
}

fn state(standing: &Standing) -> String {
    let on = standing.settings.iter().any(|settings| settings.enabled);
    match (&standing.statistics.paused, on, standing.files.is_empty()) {
        (_, false, _) => "off".into(),
        (Some(paused), ..) => {
            format!("paused since {} after {}", escape(&paused.since), escape(&paused.reason))
        }
        (None, true, true) => "on, but no program starts it ('git skillsync auto enable')".into(),
        (None, true, false) => "on".into(),
    }
}

/// One short line for a status bar.
pub fn standing_line(standing: &Standing) -> Report {
    let on = standing.settings.iter().any(|settings| settings.enabled) && !standing.files.is_empty();
    let Statistics { paused, last_sync, .. } = &standing.statistics;
    let last = last_sync.as_ref().map(|last| format!(", {} {}", escape(&last.action), escape(&last.status)));
    Report::line(match (on, paused) {
        (false, _) => "auto-sync off".to_owned(),
        (true, Some(_)) => "auto-sync paused".to_owned(),
        (true, None) => format!("auto-sync on{}", last.unwrap_or_default()),
    })
}

fn standing_as_json(standing: &Standing) -> Value {
    let Standing { settings, files, statistics, next_try } = standing;
    let (failure_rate, conflict_rate) = statistics.rates();
    let triggers: Vec<_> = settings
        .iter()
        .map(|settings| {
            json!({"trigger": settings.trigger.as_str(), "enabled": settings.trigger_enabled,
                "action": settings.action.as_str(), "silent": settings.silent,
                "probability": settings.probability,
                "debounce_ms": u64::try_from(settings.debounce.as_millis()).unwrap_or(u64::MAX),
                "commit_message": settings.commit_message})
        })
        .collect();
    let harnesses: Vec<_> = files
        .iter()
        .map(|Enabled { harness, file, triggers }| json!({"harness": harness, "file": file, "triggers": triggers}))
        .collect();
    json!({"enabled": settings.iter().any(|settings| settings.enabled),
        "commit": settings.iter().any(|settings| settings.commit),
        "paused": statistics.paused, "harnesses": harnesses, "triggers": triggers,
        "last_sync": statistics.last_sync, "totals": statistics.totals,
        "failures_in_a_row": statistics.failures_in_a_row, "next_try": next_try,
        "failure_rate": failure_rate, "conflict_rate": conflict_rate,
        "uncommitted": statistics.uncommitted})
}
