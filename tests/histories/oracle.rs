//! Who knows what: events, contents, and the judgement of a merge.

use std::collections::{BTreeMap, BTreeSet};

/// A set of events, by number.
pub type Known = BTreeSet<usize>;

/// The lines of a content, and the events it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snap {
    pub lines: Vec<String>,
    pub known: Known,
}

/// All events and all contents of a history.
#[derive(Default)]
pub struct Oracle {
    initial: BTreeSet<String>,
    /// For each line its events in order: the number, and whether the line was there after it.
    events: BTreeMap<String, Vec<(usize, bool)>>,
    next: usize,
    snaps: Vec<Snap>,
}

impl Oracle {
    pub fn begin(&mut self, lines: Vec<String>) -> Snap {
        self.initial = lines.iter().cloned().collect();
        self.note(lines, Known::new())
    }

    fn tokens(&self) -> BTreeSet<&String> {
        self.initial.iter().chain(self.events.keys()).collect()
    }

    /// Whether a line is there in what only these events made.
    fn state(&self, known: &Known, line: &str) -> bool {
        let events = self.events.get(line).map_or(&[][..], Vec::as_slice);
        let last = events.iter().rev().find(|(event, _)| known.contains(event));
        last.map_or(self.initial.contains(line), |(_, present)| *present)
    }

    /// A content whose events agree with its lines: what differs was decided here.
    pub fn note(&mut self, lines: Vec<String>, mut known: Known) -> Snap {
        let have: BTreeSet<&String> = lines.iter().collect();
        let mut all: BTreeSet<String> = self.tokens().into_iter().cloned().collect();
        all.extend(lines.iter().cloned());
        for line in all {
            let present = have.contains(&line);
            if self.state(&known, &line) != present {
                self.events.entry(line).or_default().push((self.next, present));
                known.insert(self.next);
                self.next += 1;
            }
        }
        let snap = Snap { lines, known };
        self.snaps.push(snap.clone());
        snap
    }

    /// The lines that a merge got wrong, those in conflicts left out.
    pub fn judge(&self, got: &[String], fuzzy: &BTreeSet<String>, ours: &Snap, theirs: &Snap) -> Vec<String> {
        let common: Known = ours.known.intersection(&theirs.known).copied().collect();
        let (in_ours, in_theirs): (BTreeSet<_>, BTreeSet<_>) =
            (ours.lines.iter().collect(), theirs.lines.iter().collect());
        let got: BTreeSet<_> = got.iter().collect();
        let mut wrong = Vec::new();
        for line in self.tokens() {
            let (a, b) = (in_ours.contains(line), in_theirs.contains(line));
            let want = if a != b && a == self.state(&common, line) { b } else { a };
            if want != got.contains(line) && !fuzzy.contains(line) {
                wrong.push(format!("{} {line}", if want { "lost" } else { "back" }));
            }
        }
        wrong
    }

    /// The content that both sides truly had in common last.
    pub fn true_base(&self, ours: &Snap, theirs: &Snap) -> Option<&Snap> {
        let common: Known = ours.known.intersection(&theirs.known).copied().collect();
        let shared = self.snaps.iter().filter(|snap| snap.known.is_subset(&common));
        shared.max_by_key(|snap| snap.known.len())
    }
}
