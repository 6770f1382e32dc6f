//! Who knows what: every line added or removed is an event, and a content knows a set of events.
//!
//! After a merge each line must be there exactly if a three-way choice with the events that both
//! sides know says so, or stand in a conflict. That needs no base, so it judges every base.

use super::lines::{Content, Line, Merged, lines, merge};
use std::collections::{BTreeMap, BTreeSet};

/// A set of numbers: events, or commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Set([u64; 12]);

impl Set {
    pub fn of(number: usize) -> Self {
        let mut set = Self::default();
        set.add(number);
        set
    }

    pub fn add(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    pub fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }

    fn with(mut self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = join(*mine, *theirs);
        }
        self
    }

    /// What is in either.
    pub fn or(self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine | theirs)
    }

    /// What is in both.
    pub fn and(self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine & theirs)
    }

    /// What is not in the other.
    pub fn without(self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine & !theirs)
    }
}

/// A content, and the events it knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snap {
    pub content: Content,
    pub known: Set,
}

/// All events and all contents of a history.
#[derive(Default)]
pub struct Events {
    pub initial: BTreeSet<Line>,
    /// For each line its events in order: the number, and whether the line was there after it.
    events: BTreeMap<Line, Vec<(usize, bool)>>,
    next: usize,
    snaps: Vec<Snap>,
}

impl Events {
    fn all_lines(&self) -> BTreeSet<Line> {
        self.initial.iter().chain(self.events.keys()).copied().collect()
    }

    /// Whether a line is there in what only these events made.
    fn state(&self, known: &Set, line: Line) -> bool {
        let events = self.events.get(&line).map_or(&[][..], Vec::as_slice);
        let last = events.iter().rev().find(|(event, _)| known.has(*event));
        last.map_or_else(|| self.initial.contains(&line), |(_, present)| *present)
    }

    /// Keep a content with what it is said to know.
    pub fn keep(&mut self, snap: Snap) -> Snap {
        self.snaps.push(snap.clone());
        snap
    }

    /// A content whose events agree with its lines: what differs was decided here.
    pub fn note(&mut self, content: Content, mut known: Set) -> Snap {
        let have = lines(&content);
        let mut all = self.all_lines();
        all.extend(have.iter().filter(|line| !line.is_marker()));
        for line in all {
            let present = have.contains(&line);
            if self.state(&known, line) != present {
                self.events.entry(line).or_default().push((self.next, present));
                known.add(self.next);
                self.next += 1;
            }
        }
        self.keep(Snap { content, known })
    }

    /// What `known` says of the lines that `wanted` chooses.
    pub fn about(&self, known: &Set, wanted: impl Fn(Line) -> bool) -> Set {
        let mut about = Set::default();
        for (_, events) in self.events.iter().filter(|(line, _)| wanted(**line)) {
            for (event, _) in events.iter().filter(|(event, _)| known.has(*event)) {
                about.add(*event);
            }
        }
        about
    }

    /// The lines that a merge got wrong, those in conflicts left out.
    pub fn judge(&self, merged: &Merged, ours: &Snap, theirs: &Snap) -> BTreeSet<(bool, Line)> {
        let common = ours.known.and(&theirs.known);
        let (mine, other, got) = (lines(&ours.content), lines(&theirs.content), lines(&merged.content));
        let mut wrong = BTreeSet::new();
        for line in self.all_lines() {
            let (a, b) = (mine.contains(&line), other.contains(&line));
            let want = if a != b && a == self.state(&common, line) { b } else { a };
            if want != got.contains(&line) && !merged.open.contains(&line) {
                wrong.insert((want, line));
            }
        }
        wrong
    }

    /// The content that both sides truly had in common last.
    pub fn true_base(&self, ours: &Snap, theirs: &Snap) -> Content {
        let common = ours.known.and(&theirs.known);
        let shared = self.snaps.iter().filter(|snap| snap.known.is_within(&common) && snap.content.is_some());
        // The first of the largest.
        let best = shared.reduce(|best, snap| if snap.known.len() > best.known.len() { snap } else { best });
        best.and_then(|snap| snap.content.clone())
    }

    /// The merge over the true base, and what it gets wrong.
    pub fn true_merge(&self, ours: &Snap, theirs: &Snap) -> (Merged, BTreeSet<(bool, Line)>) {
        let merged = merge(&self.true_base(ours, theirs), &ours.content, &theirs.content);
        let wrong = self.judge(&merged, ours, theirs);
        (merged, wrong)
    }
}
