//! What auto-sync keeps of itself: the part `auto` of the state file.

use super::{Action, MOST_FAILURES};
use crate::model::trigger::Trigger;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;

/// The first wait after a failure; it doubles with each that follows.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// How long it waits between tries while it is paused because nothing can be reached.
const PAUSED_WAIT: Duration = Duration::from_secs(3600);

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// Something was pulled or pushed.
    Success,
    /// There was nothing to do.
    Unchanged,
    /// Something would have conflicts and was left alone.
    Conflict,
    /// The collection could not be reached.
    Offline,
    /// It failed otherwise.
    Failed,
    /// It was no moment for it, as in the middle of a merge.
    Skipped,
}

impl Ended {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Unchanged => "unchanged",
            Self::Conflict => "conflict",
            Self::Offline => "offline",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Whether it counts as a failure.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Offline | Self::Failed)
    }
}

/// A sync that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What started it.
    pub trigger: Trigger,
    /// The program whose session it was.
    pub harness: Option<String>,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub ended: Ended,
    /// One line more about that, where there is something to know.
    pub message: Option<String>,
    /// The artifacts that were changed, here or in the collection.
    pub artifacts: Vec<String>,
    /// The artifacts that would have conflicts.
    pub conflicts: Vec<String>,
    /// When it ended, in milliseconds since 1970.
    pub at: i64,
    /// How long it took.
    pub took: Duration,
    /// Whether it goes on with one that was counted before.
    pub continues: bool,
}

/// The last sync, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LastSync {
    /// When it ended, RFC 3339 in UTC.
    pub timestamp: String,
    /// The same in milliseconds since 1970.
    pub ended: i64,
    /// `pull`, `push` or `sync`.
    #[serde(rename = "type")]
    pub action: String,
    /// What started it.
    pub trigger: String,
    /// The program whose session it was.
    pub harness: Option<String>,
    /// How it ended.
    pub status: String,
    /// One line more about that.
    pub message: Option<String>,
    /// The artifacts that were changed.
    pub artifacts: Vec<String>,
    /// How long it took.
    pub duration_ms: u64,
}

/// The sums of one trigger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// How many syncs it started.
    pub syncs: u64,
    /// How many of them changed something.
    pub changed: u64,
    /// How many found conflicts.
    pub conflicts: u64,
    /// How many failed.
    pub failures: u64,
    /// How long all took together.
    pub duration_ms: u64,
    /// How long the longest took.
    pub longest_ms: u64,
}

/// Why auto-sync does not run by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Since when, RFC 3339 in UTC.
    pub since: String,
    /// One line.
    pub reason: String,
    /// Whether it tries again by itself after a while: it was only that nothing could be reached.
    #[serde(default)]
    pub heals: bool,
}

/// A settings file that has our entries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WrittenFile {
    /// Where it is, relative to the project, or absolute.
    pub path: String,
    /// Whether the file is ours as a whole.
    pub created: bool,
    /// How many folders above it are ours too.
    pub folders: usize,
    /// The digest of the file as we left it.
    pub digest: String,
    /// What was put in: places and lengths in bytes.
    pub inserted: Vec<[usize; 2]>,
}

/// The part `auto` of the state file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Statistics {
    /// The last sync.
    pub last_sync: Option<LastSync>,
    /// The sums, by trigger.
    pub totals: BTreeMap<String, Totals>,
    /// How many failed in a row.
    pub failures_in_a_row: u32,
    /// Before this time, in milliseconds since 1970, none starts by itself.
    pub next_try: Option<i64>,
    /// Why none starts by itself.
    pub paused: Option<Paused>,
    /// Edits that were not committed when the last session ended.
    pub uncommitted: Option<u64>,
    /// What the next session is told, once: the run that found it could not speak.
    pub notice: Option<String>,
    /// The settings files with our entries, by program.
    pub files: BTreeMap<String, WrittenFile>,
    /// Keys that a newer program wrote.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl Statistics {
    /// Read the part; what cannot be understood counts for nothing, as only sums are in it.
    pub fn parse(part: &Map<String, Value>) -> Self {
        serde_json::from_value(Value::Object(part.clone())).unwrap_or_default()
    }

    /// The part as it is written.
    ///
    /// # Errors
    ///
    /// Those of serde_json.
    pub fn to_part(&self) -> serde_json::Result<Map<String, Value>> {
        match serde_json::to_value(self)? {
            Value::Object(part) => Ok(part),
            _ => Ok(Map::new()),
        }
    }

    /// Take in a sync that ended; `at` is its time for people. Says once that auto-sync pauses.
    pub fn count(&mut self, finished: &Finished, at: &str) -> Option<String> {
        let milliseconds = u64::try_from(finished.took.as_millis()).unwrap_or(u64::MAX);
        self.last_sync = Some(LastSync {
            timestamp: at.to_owned(),
            ended: finished.at,
            action: finished.action.as_str().to_owned(),
            trigger: finished.trigger.as_str().to_owned(),
            harness: finished.harness.clone(),
            status: finished.ended.as_str().to_owned(),
            message: finished.message.clone(),
            artifacts: finished.artifacts.clone(),
            duration_ms: milliseconds,
        });
        let ended = finished.ended;
        let totals = self.totals.entry(finished.trigger.as_str().to_owned()).or_default();
        totals.syncs += u64::from(!finished.continues);
        totals.changed += u64::from(!finished.artifacts.is_empty());
        totals.conflicts += u64::from(!finished.conflicts.is_empty());
        totals.failures += u64::from(ended.is_failure() && !finished.continues);
        totals.duration_ms += milliseconds;
        totals.longest_ms = totals.longest_ms.max(milliseconds);
        match ended {
            Ended::Skipped => None,
            Ended::Success | Ended::Unchanged | Ended::Conflict => {
                (self.failures_in_a_row, self.next_try, self.paused) = (0, None, None);
                None
            }
            Ended::Offline | Ended::Failed => self.fail(finished, at),
        }
    }

    fn fail(&mut self, finished: &Finished, at: &str) -> Option<String> {
        if finished.continues {
            return None;
        }
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let heals = finished.ended == Ended::Offline;
        let wait = match self.failures_in_a_row {
            MOST_FAILURES.. => PAUSED_WAIT,
            few => FIRST_WAIT * 2_u32.saturating_pow(few - 1),
        };
        self.next_try = Some(finished.at + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        if self.failures_in_a_row < MOST_FAILURES {
            return None;
        }
        let told = self.paused.is_some();
        let message = finished.message.as_deref().unwrap_or("it failed");
        let reason = format!("{} failures in a row, the last: {message}", self.failures_in_a_row);
        let since = self.paused.as_ref().map_or_else(|| at.to_owned(), |paused| paused.since.clone());
        self.paused = Some(Paused { since, reason: reason.clone(), heals });
        let way = "'git skillsync auto run --force session-start' tries again";
        (!told).then(|| format!("auto-sync pauses after {reason}; {way}"))
    }

    /// The part of all syncs that failed, and the part that found conflicts, from 0 to 1.
    pub fn rates(&self) -> (f64, f64) {
        let sum = |of: fn(&Totals) -> u64| self.totals.values().map(of).sum::<u64>();
        let syncs = sum(|totals| totals.syncs);
        let rate = |count: u64| if syncs == 0 { 0.0 } else { as_number(count) / as_number(syncs) };
        (rate(sum(|totals| totals.failures)), rate(sum(|totals| totals.conflicts)))
    }
}

/// As exact as a rate needs.
fn as_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
