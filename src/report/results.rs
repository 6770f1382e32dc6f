//! What the commands that write say: one line per artifact, or the result document.

use super::failure::hint_line;
use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::merge::{Conflict, ConflictKind};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::plan::change::Step;
use crate::plan::preview::{Action, Advice, FileEffect};
use gix::bstr::{BString, ByteSlice};
use serde_json::{Value, json};

/// What a command that writes did, or would do.
#[derive(Debug, Clone)]
pub struct Results {
    /// The command as typed.
    pub command: &'static str,
    /// `pull` or `push`.
    pub direction: &'static str,
    /// Where changes came from.
    pub from: String,
    /// Where they went.
    pub into: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The operation in the log.
    pub operation: Option<String>,
    /// The steps.
    pub outcomes: Vec<Outcome>,
    /// Warnings.
    pub warnings: String,
    /// What to do next, said once.
    pub next: Option<String>,
    /// What a preview shows of the contents, as git writes it.
    pub difference: String,
}

/// A step with what only a report needs.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The step.
    pub step: Step,
    /// The digests before and after.
    pub digests: [Option<String>; 2],
    /// What it does to each file.
    pub files: Vec<FileEffect>,
    /// What is advised, and why.
    pub advice: Advice,
    /// The way this artifact went, where it is not the command's own.
    pub direction: Option<&'static str>,
}

impl Results {
    /// Whether anything needs attention.
    pub fn exit(&self) -> Exit {
        Exit::attention_if(self.outcomes.iter().any(|outcome| outcome.step.status.needs_attention()))
    }
}

/// Say what was done.
pub fn report(results: &Results, form: Form) -> Report {
    if form.json {
        return Report::json(results.command, as_json(results))
            .with(results.warnings.clone(), results.exit());
    }
    let mut text = String::new();
    let mut hints = results.warnings.clone();
    for outcome in &results.outcomes {
        let step = &outcome.step;
        // That nothing was done is worth a line only if there is something to know about it.
        let tells = step.status != Status::UpToDate || !step.message.is_empty();
        if step.status.needs_attention() || form.verbose || (tells && !form.quiet) {
            text += &line(outcome, results.dry_run, is_one_of_several(results, step), form);
            if results.dry_run {
                text += &plan(outcome, form);
            } else {
                text += &conflicts(outcome);
            }
        }
        if let Some(hint) = step.hint.as_ref().filter(|_| !form.quiet) {
            let hint = hint_line(hint);
            if !hints.contains(&hint) {
                hints += &hint;
            }
        }
    }
    if !form.quiet {
        if text.is_empty() {
            text.push_str("already up to date\n");
        }
        text += &results.difference;
        if let Some(next) = &results.next {
            hints += &hint_line(next);
        }
    }
    Report::data(text).with(hints, results.exit())
}

/// Whether the artifact stands at several places, so that its name does not tell which is meant.
fn is_one_of_several(results: &Results, step: &Step) -> bool {
    let same = |other: &&Outcome| other.step.name == step.name;
    results.outcomes.iter().filter(same).count() > 1
}

fn line(outcome: &Outcome, dry_run: bool, several: bool, form: Form) -> String {
    let step = &outcome.step;
    let style = if step.status.needs_attention() { BAD } else { GOOD };
    let word = step.status.as_str().replace('_', " ");
    let word = match (dry_run, step.status) {
        (false, _) => word,
        (true, Status::Conflict) => "would conflict".to_owned(),
        (true, _) => format!("would be {word}"),
    };
    let name = paint(&escape(step.name.to_string()), NAME, form.color);
    let path = step.path.as_str();
    let place =
        if several && !step.message.contains(path) { format!(" ({})", escape(path)) } else { String::new() };
    let mut text = format!("{name}{place}  {}", paint(&word, style, form.color));
    if !step.message.is_empty() {
        text += &format!(": {}", escape(&step.message));
    }
    if step.settled > 0 {
        text += &format!(" ({} conflicts resolved)", step.settled);
    }
    text.push('\n');
    text
}

/// What would become of one artifact, without colours.
pub fn preview(outcome: &Outcome) -> String {
    let form = Form::default();
    line(outcome, true, false, form) + &plan(outcome, form)
}

fn conflicts(outcome: &Outcome) -> String {
    let line = |conflict: &Conflict| {
        let kind = conflict_word(conflict.kind).replace('_', "/");
        format!("   {} ({kind})\n", escape(&conflict.path))
    };
    outcome.step.conflicts.iter().map(line).collect()
}

/// What is advised about a step and why, and a line per file.
fn plan(outcome: &Outcome, form: Form) -> String {
    let Outcome { step, files, advice, .. } = outcome;
    let recommendation = advice.recommendation.as_str().replace('_', " ");
    let mut text = match advice.reason.as_str() {
        reason if reason == step.message => format!("   recommended: {recommendation}\n"),
        reason => format!("   recommended: {recommendation} ({})\n", escape(reason)),
    };
    if let Some(placing) = &step.placing {
        let folder = step.path.parent().map_or_else(String::new, |folder| folder.to_string());
        let (readers, method) = (placing.read_by.join(", "), placing.method.as_str());
        text += &format!("   {method} in '{}' for {readers}; format {}\n", escape(folder), placing.format);
    }
    for file in files {
        let kind = step.conflicts.iter().find(|conflict| conflict.path == file.path);
        let kind = kind.map(|conflict| format!(" ({})", conflict_word(conflict.kind).replace('_', "/")));
        let style = if file.action == Action::Conflict { BAD } else { GOOD };
        let word = paint(&format!("{:8}", file.action.as_str()), style, form.color);
        text += &format!("   {word}  {}{}\n", escape(relative(step, &file.path)), kind.unwrap_or_default());
    }
    text
}

/// A file's path within its artifact; of an artifact that is a file, its name.
fn relative(step: &Step, path: &BString) -> String {
    let path = path.strip_prefix(step.path.as_str().as_bytes()).unwrap_or(path);
    let path = path.strip_prefix(b"/").unwrap_or(path).to_str_lossy().into_owned();
    if path.is_empty() { step.path.file_name().to_owned() } else { path }
}

/// The word for a kind of conflict in JSON.
pub fn conflict_word(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Content => "content",
        ConflictKind::ModifyDelete => "modify_delete",
        ConflictKind::DeleteModify => "delete_modify",
        ConflictKind::AddAdd => "add_add",
        ConflictKind::Rename => "rename",
        ConflictKind::Binary => "binary",
        ConflictKind::Mode => "mode",
        ConflictKind::Type => "type",
    }
}

fn as_json(results: &Results) -> Value {
    let count = |among: &[Status]| {
        results.outcomes.iter().filter(|outcome| among.contains(&outcome.step.status)).count()
    };
    json!({
        "direction": results.direction,
        "from": results.from,
        "into": results.into,
        "dry_run": results.dry_run,
        "operation": results.operation,
        "summary": {
            "updated": count(&[Status::Updated, Status::Deployed, Status::Forked, Status::Removed, Status::Restored]),
            "merged": count(&[Status::Merged]),
            "up_to_date": count(&[Status::UpToDate, Status::Recorded]),
            "conflicts": count(&[Status::Conflict, Status::Aborted]),
            "skipped": count(&[Status::Skipped]),
            "failed": count(&[Status::Failed]),
            "deferred": count(&[Status::Deferred]),
        },
        "results": results.outcomes.iter().map(|outcome| outcome_as_json(outcome, results.direction)).collect::<Vec<_>>(),
    })
}

fn outcome_as_json(outcome: &Outcome, direction: &str) -> Value {
    let step = &outcome.step;
    let success = !step.status.needs_attention();
    json!({
        "artifact_name": step.name.name,
        "artifact_type": step.name.kind.as_str(),
        "path": step.path.as_str(),
        "target": step.target,
        "success": success,
        "status": step.status.as_str(),
        "direction": outcome.direction.unwrap_or(direction),
        "strategy_used": step.strategy,
        "conflicts_resolved": step.settled,
        "conflicts_remaining": step.conflicts.len(),
        "conflicts": step.conflicts.iter().map(|conflict| {
            let path = relative(step, &conflict.path);
            json!({"file_path": path, "conflict_type": conflict_word(conflict.kind)})
        }).collect::<Vec<_>>(),
        "previous_hash": outcome.digests[0],
        "new_hash": outcome.digests[1],
        "previous_version": step.versions[0],
        "updated_version": step.versions[1],
        "synced_files_count": outcome.files.iter().filter(|file| file.changes()).count(),
        "base_from": step.base_from.map_or("none", |rung| rung.as_str()),
        "message": step.message,
        "error": if success { Value::Null } else { step.message.clone().into() },
        "forked_to": step.forked_to.as_ref().map(RepoPath::as_str),
        "files": outcome.files.iter().map(|file| json!({
            "path": relative(step, &file.path),
            "action": file.action.as_str(),
            "added": file.lines.map(|lines| lines[0]),
            "removed": file.lines.map(|lines| lines[1]),
        })).collect::<Vec<_>>(),
        "recommendation": outcome.advice.recommendation.as_str(),
        "reason": outcome.advice.reason,
        "scan": step.findings,
        "method": step.placing.as_ref().map(|placing| placing.method.as_str()),
        "format": step.placing.as_ref().map(|placing| placing.format),
        "read_by": step.placing.as_ref().map(|placing| placing.read_by.clone()),
        "moved_from": step.leaves.as_ref().map(|leaves| leaves.path.as_str()),
    })
}
