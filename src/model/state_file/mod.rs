//! The state file: what is known of this machine alone, and the records where notes cannot hold them.
//!
//! One plain JSON object. What this program does not know is kept where it stands; what it does not
//! understand in a place that it knows, it refuses: nobody's base may be dropped in silence.

mod records;
mod target;

pub use records::FileRecords;
pub use target::{Counts, Drifted, SyncMethod, SyncStatus, TargetState};

use super::record::LineError;
use super::strict;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The version of the format this program writes.
pub const VERSION: u64 = 1;

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;

/// The whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct StateFile {
    /// When anything was synced last, RFC 3339 in UTC.
    pub last_sync: Option<String>,
    /// How the last sync of each target went.
    pub targets: BTreeMap<String, TargetState>,
    /// The records that no note holds.
    pub records: FileRecords,
    /// What auto-sync keeps of itself, in its own order.
    pub auto: Map<String, Value>,
    /// The document of an older program that stood here before.
    pub migrated_from: Option<Value>,
    /// The document as it was read: it keeps the order and the keys of newer programs.
    document: Map<String, Value>,
}

/// Where records go (`skillsync.state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordStore {
    /// Into notes, where these can be written; else into the state file.
    #[default]
    Auto,
    /// Into notes, and nowhere else.
    Notes,
    /// Into the state file.
    File,
}

impl RecordStore {
    /// The store that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "auto" => Self::Auto,
            "notes" => Self::Notes,
            "file" => Self::File,
            _ => return None,
        })
    }
}

/// Whose layout a document had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing was there, or an empty object.
    Fresh,
    /// This program's.
    Current,
    /// An older program's: its document is kept under `migrated_from`.
    Legacy,
}

/// Why a text is no state file that may be written over.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Not JSON, or not an object: the generation before may stand in for it.
    #[error("it is damaged ({0})")]
    Corrupt(String),
    /// Written by a newer program.
    #[error("version {0} is newer than this program knows")]
    TooNew(u64),
    /// One part does not fit, or a key stands twice; the rest is fine and must not be lost.
    #[error("'{place}' is malformed: {reason}")]
    Malformed {
        /// Where, e.g. `records[3] (.claude/skills/pdf)`.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A record that does not fit.
    #[error("'{place}' is malformed")]
    Record {
        /// Where, e.g. `records[3] (.claude/skills/pdf)`.
        place: String,
        /// What is wrong with it.
        source: LineError,
    },
    /// More than [`MAX_FILE`].
    #[error("it has {0} bytes, more than 33554432")]
    TooLarge(usize),
}

impl Default for StateFile {
    fn default() -> Self {
        Self {
            last_sync: None,
            targets: BTreeMap::new(),
            records: FileRecords::default(),
            auto: Map::new(),
            migrated_from: None,
            document: Map::new(),
        }
    }
}

impl StateFile {
    /// Read the bytes of the file; a missing file is as good as an empty one.
    ///
    /// # Errors
    ///
    /// When it is damaged, too new or malformed; the caller keeps the file.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Layout), StateError> {
        if bytes.len() > MAX_FILE {
            return Err(StateError::TooLarge(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| StateError::Corrupt(error.to_string()))?;
        // Some editors put a mark before the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok((Self::default(), Layout::Fresh));
        }
        let document = match strict::from_str(text) {
            Ok(Value::Object(document)) => document,
            Ok(_) => return Err(StateError::Corrupt("not an object".to_owned())),
            Err(error) if error.is_data() => {
                return Err(StateError::Malformed {
                    place: "the document".to_owned(),
                    reason: error.to_string(),
                });
            }
            Err(error) => return Err(StateError::Corrupt(error.to_string())),
        };
        if document.is_empty() {
            return Ok((Self::default(), Layout::Fresh));
        }
        match document.get("version").and_then(Value::as_u64) {
            Some(2) if is_harness_sync(&document) => Ok((Self::migrated(document), Layout::Legacy)),
            Some(version) if version > VERSION => Err(StateError::TooNew(version)),
            Some(VERSION) => Self::current(document).map(|state| (state, Layout::Current)),
            Some(_) | None => Ok((Self::migrated(document), Layout::Legacy)),
        }
    }

    /// The records alone, without a closer look at the rest of the file, which may be large: none where
    /// only the whole tells what it is.
    pub fn records_in(bytes: &[u8]) -> Option<FileRecords> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_FILE)?;
        match strict::members(text, ["version", "records"]).ok()? {
            [Some(version), records] if version == VERSION => match records {
                None | Some(Value::Null) => Some(FileRecords::default()),
                Some(Value::Array(records)) => FileRecords::parse(&records).ok(),
                Some(_) => None,
            },
            _ => None,
        }
    }

    /// What an older program left, kept whole.
    fn migrated(document: Map<String, Value>) -> Self {
        let last_sync = document.get("last_sync").and_then(Value::as_str).map(str::to_owned);
        Self { last_sync, migrated_from: Some(Value::Object(document)), ..Self::default() }
    }

    fn current(document: Map<String, Value>) -> Result<Self, StateError> {
        let malformed = |place: &str, reason: &str| StateError::Malformed {
            place: place.to_owned(),
            reason: reason.to_owned(),
        };
        let last_sync = match document.get("last_sync") {
            None | Some(Value::Null) => None,
            Some(Value::String(time)) => Some(time.clone()),
            Some(_) => return Err(malformed("last_sync", "not a text")),
        };
        let targets = match document.get("targets") {
            None | Some(Value::Null) => BTreeMap::new(),
            Some(Value::Object(targets)) => target::parse_all(targets)?,
            Some(_) => return Err(malformed("targets", "not an object")),
        };
        let records = match document.get("records") {
            None | Some(Value::Null) => FileRecords::default(),
            Some(Value::Array(records)) => FileRecords::parse(records)?,
            Some(_) => return Err(malformed("records", "not a list")),
        };
        let auto = match document.get("auto") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(auto)) => auto.clone(),
            Some(_) => return Err(malformed("auto", "not an object")),
        };
        let migrated_from = document.get("migrated_from").cloned();
        Ok(Self { last_sync, targets, records, auto, migrated_from, document })
    }

    /// The file's text: a line for each value, keys that were there before in their old order.
    ///
    /// # Errors
    ///
    /// Those of serde_json.
    pub fn to_text(&self) -> serde_json::Result<String> {
        let mut document = self.document.clone();
        document.insert("version".to_owned(), VERSION.into());
        let last_sync = self.last_sync.clone().map_or(Value::Null, Value::String);
        document.insert("last_sync".to_owned(), last_sync);
        let mut targets = match document.get("targets") {
            Some(Value::Object(targets)) => targets.clone(),
            _ => Map::new(),
        };
        targets.retain(|name, _| self.targets.contains_key(name));
        for (name, state) in &self.targets {
            let before = targets.get(name).and_then(Value::as_object);
            let written = state.to_json(before)?;
            targets.insert(name.clone(), written);
        }
        document.insert("targets".to_owned(), Value::Object(targets));
        document.insert("records".to_owned(), self.records.to_json());
        let mut set = |key: &str, value: Option<Value>| match value {
            Some(value) => drop(document.insert(key.to_owned(), value)),
            None => drop(document.shift_remove(key)),
        };
        set("auto", (!self.auto.is_empty()).then(|| Value::Object(self.auto.clone())));
        set("migrated_from", self.migrated_from.clone());
        serde_json::to_string_pretty(&document).map(|text| text + "\n")
    }

    /// What of a target's files is not as it was synced last: every file of a target that was never.
    pub fn drift(&self, target: &str, files: &BTreeMap<super::path::RepoPath, String>) -> Vec<Drifted> {
        self.targets.get(target).unwrap_or(&TargetState::default()).drift(files)
    }
}

/// Whether this is HarnessSync's second layout, which counts its versions by itself.
fn is_harness_sync(document: &Map<String, Value>) -> bool {
    document.get("accounts").is_some_and(Value::is_object)
        && !document.contains_key("records")
        && !document.contains_key("auto")
}
