//! The note on a project commit: the records that the commit changes, as JSON Lines.

use super::path::RepoPath;
use super::record::{Fact, Line, LineError, parse_line};
use std::collections::BTreeMap;

/// The largest note that is read, in bytes, unless it is in the very form in which notes are written.
pub const MAX_NOTE: usize = 1024 * 1024;

/// The largest note that is read and written at all, in bytes: a commit may place thousands of artifacts,
/// each of which takes some 430 bytes.
pub const MAX_OWN_NOTE: usize = 16 * 1024 * 1024;

/// A note, read leniently and written canonically.
///
/// Notes may have been concatenated, sorted or doubled by git's own note strategies, so blank
/// lines, any order and several lines of one path are fine: the higher number wins, then the
/// bytewise larger line. Hence `merge(concat(x, y)) == merge(x, y)`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    facts: BTreeMap<RepoPath, Fact>,
    foreign: Vec<String>,
}

/// A line that was refused while the rest was read.
#[derive(Debug)]
pub struct RefusedLine {
    /// The line's number, from 1.
    pub number: usize,
    /// The line as it stands.
    pub text: String,
    /// Why.
    pub reason: LineError,
}

impl Note {
    /// Read a note; lines that cannot be understood are returned beside it.
    ///
    /// One that is not [`readable`](Self::is_readable) or not UTF-8 is the caller's to refuse.
    pub fn parse(text: &str) -> (Self, Vec<RefusedLine>) {
        let (mut note, mut refused) = (Self::default(), Vec::new());
        // Not `lines()`: what is not understood keeps a carriage return at its end.
        for (index, line) in text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match parse_line(line) {
                Ok(Line::Known(fact)) => note.add(fact),
                Ok(Line::Foreign(text)) => note.keep(text),
                Err(reason) => {
                    refused.push(RefusedLine { number: index + 1, text: line.to_owned(), reason });
                }
            }
        }
        (note, refused)
    }

    /// Whether a note is not too large to be read: over [`MAX_NOTE`] only one in canonical form is, which
    /// has a line for each path, in their order.
    pub fn is_readable(text: &str) -> bool {
        text.len() <= MAX_NOTE || text.len() <= MAX_OWN_NOTE && Self::is_canonical(text)
    }

    fn is_canonical(text: &str) -> bool {
        let mut paths = text.split_terminator('\n').map(plain_path);
        let mut before = "";
        let is_plain = paths.all(|path| path.is_some_and(|path| std::mem::replace(&mut before, path) < path));
        let is_written_by_us = || {
            let (note, refused) = Self::parse(text);
            refused.is_empty() && note.to_text() == text
        };
        is_plain || is_written_by_us()
    }

    /// Whether a note may say something of a path that is wanted; cheaper than to read it.
    ///
    /// No means no. A line that is not in the form in which lines are written counts as yes.
    pub fn may_tell_of(text: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
        let mut lines = text.split('\n').filter(|line| !line.trim().is_empty());
        lines.any(|line| plain_path(line).is_none_or(&is_wanted))
    }

    /// Read a note with every line in it: what is not understood is kept as it stands.
    pub fn parse_whole(text: &str) -> Self {
        let (mut note, refused) = Self::parse(text);
        for line in refused {
            note.keep(line.text);
        }
        note
    }

    /// Add a fact; of two about one path the higher number wins, then the larger line.
    pub fn add(&mut self, fact: Fact) {
        let wins = match self.facts.get(fact.path()) {
            Some(old) => (fact.n(), fact.to_line()) > (old.n(), old.to_line()),
            None => true,
        };
        if wins {
            self.facts.insert(fact.path().clone(), fact);
        }
    }

    /// Put a fact in the place of whatever the note said of its path.
    pub fn set(&mut self, fact: Fact) {
        self.facts.insert(fact.path().clone(), fact);
    }

    /// Keep a line that is not understood.
    pub fn keep(&mut self, line: String) {
        if let Err(at) = self.foreign.binary_search(&line) {
            self.foreign.insert(at, line);
        }
    }

    /// What the note says of a path.
    pub fn get(&self, path: &RepoPath) -> Option<&Fact> {
        self.facts.get(path)
    }

    /// All facts, sorted by path.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// The lines that are not understood, sorted.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        self.foreign.iter().map(String::as_str)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.foreign.is_empty()
    }

    /// The canonical text: one line per path, sorted by path, then the lines not understood.
    pub fn to_text(&self) -> String {
        let known = self.facts.values().map(Fact::to_line);
        known.chain(self.foreign.iter().cloned()).map(|line| line + "\n").collect()
    }
}

/// The path that a line is about, if that can be told without reading it as JSON.
fn plain_path(line: &str) -> Option<&str> {
    let line = line.strip_prefix('{')?.strip_suffix('}')?;
    // With escapes a key or a path may be spelt in other ways.
    let (before, rest) = line.split_once("\"path\":\"").filter(|_| !line.contains('\\'))?;
    let (path, after) = rest.split_once('"')?;
    (!before.contains("\"path\"") && !after.contains("\"path\"")).then_some(path)
}
