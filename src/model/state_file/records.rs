//! The records in the state file: the same objects as in notes.

use super::StateError;
use crate::model::path::RepoPath;
use crate::model::record::{Fact, Line, parse_value};
use gix::ObjectId;
use serde_json::Value;

/// How many facts are kept of one path; the oldest go first.
const MOST: usize = 20;

/// The facts, in the order in which they came, and what is not understood.
///
/// A path may have several: each speaks for the content it was made for (`at`), whatever is checked
/// out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileRecords {
    facts: Vec<Fact>,
    /// Records of an unknown version.
    foreign: Vec<Value>,
}

impl FileRecords {
    /// The facts, oldest first.
    pub fn facts(&self) -> impl DoubleEndedIterator<Item = &Fact> {
        self.facts.iter()
    }

    /// The facts about a path, newest first.
    pub fn of<'f>(&'f self, path: &'f RepoPath) -> impl Iterator<Item = &'f Fact> {
        self.facts.iter().rev().filter(move |fact| fact.path() == path)
    }

    /// Whether there is no fact that this program understands.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Add a fact; it takes the place of one about the same content of the path, and its number is the
    /// path's highest.
    pub fn add(&mut self, mut fact: Fact) {
        let highest = self.of(fact.path()).map(Fact::n).max().unwrap_or_default();
        fact.outnumber(highest);
        let at = content_of(&fact);
        let path = fact.path().clone();
        self.facts.retain(|known| known.path() != &path || content_of(known) != at);
        self.facts.push(fact);
        let count = self.of(&path).count();
        let mut surplus = count.saturating_sub(MOST);
        self.facts.retain(|known| {
            let goes = surplus > 0 && known.path() == &path;
            surplus -= usize::from(goes);
            !goes
        });
    }

    /// Forget the facts that do not pass.
    pub fn retain(&mut self, keep: impl FnMut(&Fact) -> bool) {
        self.facts.retain(keep);
    }

    /// The records in a file; one that does not fit is named.
    pub(super) fn parse(records: &[Value]) -> Result<Self, StateError> {
        let mut parsed = Self::default();
        for (at, value) in records.iter().enumerate() {
            match parse_value(value.clone()) {
                Ok(Line::Known(fact)) => parsed.facts.push(fact),
                Ok(Line::Foreign(_)) => parsed.foreign.push(value.clone()),
                Err(source) => return Err(StateError::Record { place: place(at, value), source }),
            }
        }
        Ok(parsed)
    }

    pub(super) fn to_json(&self) -> Value {
        let known = self.facts.iter().map(Fact::to_json);
        Value::Array(known.chain(self.foreign.iter().cloned()).collect())
    }
}

/// What a fact speaks for: a content, or that there is none.
fn content_of(fact: &Fact) -> Option<ObjectId> {
    match fact {
        Fact::Deployed(record) => record.at,
        Fact::Removed(tombstone) => tombstone.at,
    }
}

/// Where a record stands, and whose it would be.
fn place(at: usize, value: &Value) -> String {
    match value.get("path").and_then(Value::as_str) {
        Some(path) => format!("records[{at}] ({path})"),
        None => format!("records[{at}]"),
    }
}
