//! What `targets` says.

use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::model::state_file::{Drifted, SyncStatus, TargetState};
use crate::model::target::Target;
use serde_json::{Map, Value, json};

/// One target.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// How its last sync went.
    pub state: TargetState,
    /// Whether there was one.
    pub synced: bool,
    /// What has changed since.
    pub drift: Vec<Drifted>,
    /// What is deployed there.
    pub artifacts: Vec<String>,
}

/// Say how every target stands.
pub fn report(rows: &[Row], last_sync: Option<&str>, form: Form) -> Report {
    if form.json {
        let targets: Map<String, Value> = rows.iter().map(|row| (row.name.clone(), as_json(row))).collect();
        return Report::json("targets", json!({"last_sync": last_sync, "targets": targets}));
    }
    if rows.is_empty() && !form.quiet {
        return Report::line("nothing is deployed");
    }
    Report::data(rows.iter().map(|row| for_people(row, form)).collect::<String>())
}

fn status(row: &Row) -> Option<&'static str> {
    let word = match row.state.status {
        SyncStatus::Success => "success",
        SyncStatus::Partial => "partial",
        SyncStatus::Failed => "failed",
    };
    row.synced.then_some(word)
}

fn as_json(row: &Row) -> Value {
    let TargetState { last_sync, scope, file_hashes, sync_method, .. } = &row.state;
    let of_kind = |kind: &str| -> Vec<&str> {
        row.drift.iter().filter(|drifted| word(drifted) == kind).map(|it| it.path().as_str()).collect()
    };
    json!({
        "name": row.name,
        "harness": Target::find(&row.name).map(|target| target.title),
        "last_sync": last_sync,
        "status": status(row),
        "scope": scope,
        "file_hashes": file_hashes,
        "sync_method": sync_method,
        "items_synced": row.state.items_synced,
        "items_skipped": row.state.items_skipped,
        "items_failed": row.state.items_failed,
        "drift": {"changed": of_kind("changed"), "added": of_kind("added"), "removed": of_kind("removed")},
        "artifacts": row.artifacts,
    })
}

fn word(drifted: &Drifted) -> &'static str {
    match drifted {
        Drifted::Changed(_) => "changed",
        Drifted::Added(_) => "added",
        Drifted::Removed(_) => "removed",
    }
}

fn for_people(row: &Row, form: Form) -> String {
    let word_of_it = status(row).unwrap_or("not synced here yet");
    let style = if row.state.status == SyncStatus::Success { GOOD } else { BAD };
    let when = row.state.last_sync.as_deref().map(|time| format!(" at {}", escape(time))).unwrap_or_default();
    let count = row.artifacts.len();
    let artifacts = if count == 1 { "1 artifact".to_owned() } else { format!("{count} artifacts") };
    let mut text = format!(
        "{}  {}{when}, {artifacts}",
        paint(&escape(&row.name), NAME, form.color),
        paint(word_of_it, style, form.color),
    );
    let TargetState { items_skipped, items_failed, .. } = row.state;
    if items_failed > 0 {
        text += &format!(", {items_failed} failed");
    }
    if items_skipped > 0 {
        text += &format!(", {items_skipped} skipped");
    }
    text.push('\n');
    for drifted in &row.drift {
        text += &format!("   {} since: {}\n", word(drifted), escape(drifted.path().as_str()));
    }
    text
}
