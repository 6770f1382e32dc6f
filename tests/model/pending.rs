//! Pending entries: for which contents they speak, and in which commit they are complete.

use super::lines::{Content, Line, OPENS, contains, diff, file, files, lines};
use super::rules::{Alive, Done};
use super::world::{Entry, Record, World};
use std::collections::BTreeSet;

/// Whether an entry speaks for a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Alive,
    /// Part of it stands, part is back as it was: both readings are possible.
    Doubtful,
    Dormant,
}

impl World {
    pub fn life(&self, entry: &Entry, content: &Content, clone: usize) -> Life {
        let clone = &self.clones[clone];
        let whole = *content == entry.after || clone.stages.is_some();
        if whole || contains(&entry.old_base, content, &entry.theirs) {
            return Life::Alive;
        }
        if entry.conflicts.is_some() {
            return if self.is_resolved(entry, content) { Life::Alive } else { Life::Dormant };
        }
        if self.rules.alive == Alive::Design {
            return Life::Dormant;
        }
        self.edited_on_top(entry, content, clone.index.content == entry.after)
    }

    /// Whether a content was edited on top of what an operation left. `kept` says that it is known to
    /// stand in the index.
    fn edited_on_top(&self, entry: &Entry, content: &Content, kept: bool) -> Life {
        if *content == entry.before || *content == self.commits[entry.start].snap.content {
            return Life::Dormant;
        }
        let (mut kept, mut back) = (kept, false);
        for (name, new) in files(&entry.after) {
            let old = file(&entry.before, name).map_or(&[][..], |lines| lines);
            let now = file(content, name).map_or(&[][..], |lines| lines);
            if *old != *new {
                let (stands, gone) = evidence(old, &new, now);
                kept |= stands;
                back |= gone;
            }
        }
        match (back, kept, entry.doubt) {
            (true, true, false) if self.rules.alive == Alive::Both => Life::Doubtful,
            (true, ..) => Life::Dormant,
            (false, true, _) => Life::Alive,
            (false, false, doubt) if self.rules.alive != Alive::Kept && !doubt => Life::Alive,
            (false, false, _) => Life::Dormant,
        }
    }

    fn is_complete(&self, entry: &Entry, clone: usize, id: usize) -> bool {
        let content = &self.commits[id].snap.content;
        if content.is_none() || lines(content).contains(&OPENS) {
            return false;
        }
        if *content == entry.after || contains(&entry.old_base, content, &entry.theirs) {
            return true;
        }
        if entry.conflicts.is_none() {
            return self.rules.alive != Alive::Design
                && self.edited_on_top(entry, content, false) == Life::Alive;
        }
        self.is_clean(clone) && self.is_resolved(entry, content)
    }

    /// Whether an operation's conflicts were resolved, with this content. A file that had one may equal
    /// what it was before, another that the operation changed may not.
    fn is_resolved(&self, entry: &Entry, content: &Content) -> bool {
        let seen = self.rules.done != Done::Proof || entry.proof;
        if !seen || lines(content).contains(&OPENS) {
            return false;
        }
        let names: BTreeSet<_> =
            files(&entry.after).into_keys().chain(files(&entry.before).into_keys()).collect();
        !names.into_iter().any(|name| {
            let before = file(&entry.before, name);
            let as_before = before != file(&entry.after, name) && file(content, name) == before;
            let had_conflict = entry.conflicts.iter().any(|conflicts| conflicts.contains(&name));
            as_before && !(self.rules.done != Done::Design && had_conflict)
        })
    }

    /// Find the commits of what is pending.
    pub fn reconcile(&mut self, clone: usize) {
        self.see_again(clone);
        let head = self.head(clone).clone();
        let mut left = Vec::new();
        for mut entry in std::mem::take(&mut self.clones[clone].pending) {
            let new = head.past.without(&self.commits[entry.head].past);
            let hit = self.oldest_first(head.id).into_iter();
            let hit = hit.filter(|id| new.has(*id)).find(|id| self.is_complete(&entry, clone, *id));
            match hit {
                None => {
                    entry.head = head.id;
                    left.push(entry);
                }
                Some(id) if self.rules.notes => {
                    // What it was built upon cannot come back without it.
                    left.retain(|earlier: &Entry| earlier.operation != entry.operation);
                    self.note(clone, id, entry.base, entry.position);
                    let written = self.clones[clone].notes[&id].clone();
                    self.clones[clone].unseen.push((id, written));
                }
                Some(_) => {}
            }
        }
        self.clones[clone].pending = left;
        let amended = self.clones[clone].amended.clone();
        self.follow(clone, &amended);
    }

    /// A commit and all before it, parents first, and the own side of a merge before the other.
    fn oldest_first(&self, tip: usize) -> Vec<usize> {
        let (mut order, mut entered, mut open) = (Vec::new(), BTreeSet::new(), vec![(tip, false)]);
        while let Some((id, parents_done)) = open.pop() {
            if parents_done {
                order.push(id);
            } else if entered.insert(id) {
                open.push((id, true));
                open.extend(self.commits[id].parents.iter().rev().map(|parent| (*parent, false)));
            }
        }
        order
    }

    /// An entry goes only when its record is still there at a later look: others write notes too.
    fn see_again(&mut self, clone: usize) {
        for (id, record) in std::mem::take(&mut self.clones[clone].unseen) {
            if self.clones[clone].notes.get(&id).is_none_or(|noted| noted.n < record.n) {
                self.note(clone, id, record.base.clone(), record.position);
                self.clones[clone].unseen.push((id, record));
            }
        }
    }

    /// Put a record onto a commit.
    pub fn note(&mut self, clone: usize, id: usize, base: Content, position: usize) {
        let at = self.commits[id].snap.content.clone();
        let notes = &mut self.clones[clone].notes;
        let n = 1 + notes.values().map(|record| record.n).max().unwrap_or(0);
        notes.insert(id, Record { base, position, at, n });
        self.clones[clone].carried.remove(&id);
    }
}

/// Whether some hunk stands as in `new`, and whether some is back as in `old`.
fn evidence(old: &[Line], new: &[Line], now: &[Line]) -> (bool, bool) {
    let (mut stands, mut back) = (false, false);
    for hunk in diff(old, new) {
        let (was, add) = (&old[hunk.before.0..hunk.before.1], &new[hunk.after.0..hunk.after.1]);
        let count = |lines: &[Line]| lines.iter().filter(|line| now.contains(line)).count();
        if count(add) == add.len() && count(was) == 0 {
            // A missing line proves nothing.
            stands |= !add.is_empty();
        } else if count(add) == 0 && count(was) == was.len() {
            let around = [hunk.before.0.checked_sub(1).and_then(|at| old.get(at)), old.get(hunk.before.1)];
            let places: Vec<usize> = around
                .into_iter()
                .flatten()
                .filter_map(|line| now.iter().position(|other| other == line))
                .collect();
            back |= !was.is_empty() || places.len() < 2 || places[0] + 1 == places[1];
        }
    }
    (stands, back)
}
