//! Finding the base: the rungs, and *advance*.

use super::events::Set;
use super::lines::{Content, contains};
use super::pending::Life;
use super::world::{Commit, Record, World};
use std::collections::BTreeSet;

/// A base that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    pub content: Content,
    /// Its place in the collection; none: no base is known.
    pub position: Option<usize>,
    pub rung: &'static str,
    /// What records and own trailers vouch for.
    pub witnessed: Content,
}

impl Base {
    fn none() -> Self {
        Self { content: None, position: None, rung: "none", witnessed: None }
    }
}

/// A rung's answer: the base, its place, and the project commit from which on later ones count.
type Found = (Content, usize, Option<usize>, &'static str);

/// Whose content a base is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    WorkTree,
    Head,
}

impl World {
    /// The versions up to the tip, oldest first; what a push brought stands just before its commit.
    fn versions(&self, tip: &Commit) -> Vec<(Content, usize, bool)> {
        let mut versions = Vec::new();
        for commit in self.collection.iter().filter(|commit| tip.past.has(commit.id)) {
            if self.rules.trailers {
                versions.extend(commit.trailers.iter().map(|pushed| (pushed.clone(), commit.id, true)));
            }
            let content = &commit.snap.content;
            if content.is_some() {
                versions.push((content.clone(), commit.id, commit.trailers.contains(content)));
            }
        }
        versions
    }

    /// The records that count at a commit, and the commits that have them.
    fn recorded_at(&self, clone: usize, head: &Commit) -> Vec<(usize, Record)> {
        let notes = &self.clones[clone].notes;
        let fits =
            |id: usize, record: &Record| head.past.has(id) && self.commits[id].snap.content == record.at;
        let fit: Vec<usize> =
            notes.iter().filter(|(id, record)| fits(**id, record)).map(|(id, _)| *id).collect();
        let is_last = |id: &usize| !fit.iter().any(|other| other != id && self.commits[*other].past.has(*id));
        fit.iter().copied().filter(is_last).map(|id| (id, notes[&id].clone())).collect()
    }

    /// The one of them that speaks, where branches were merged and it can be told.
    fn effective(&self, clone: usize, head: &Commit) -> Vec<(usize, Record)> {
        let mut records = self.recorded_at(clone, head);
        if records.len() > 1 {
            let mut same = records.clone();
            same.retain(|(_, record)| self.rules.prefer_same && record.at == head.snap.content);
            let among = if same.is_empty() { &records } else { &same };
            let newest = among
                .iter()
                .cloned()
                .reduce(|best, next| if next.1.position > best.1.position { next } else { best });
            let Some(newest) = newest else { return records };
            let past = &self.collection[newest.1.position].past;
            if !same.is_empty() || records.iter().all(|(_, record)| past.has(record.position)) {
                records = vec![newest];
            }
        }
        records
    }

    /// The versions in a content's past, newest first, with the commit of each; with `recorded` only those
    /// since the one record.
    fn past(&self, clone: usize, content: &Content, recorded: bool) -> Vec<(Content, Option<usize>)> {
        let head = self.head(clone);
        let hidden = match &self.recorded_at(clone, head)[..] {
            [(record, _)] if recorded => self.commits[*record].past,
            _ => Set::default(),
        };
        let mut past = vec![(content.clone(), (*content == head.snap.content).then_some(head.id))];
        for id in (0..=head.id).rev().filter(|id| head.past.has(*id) && !hidden.has(*id)) {
            let version = &self.commits[id].snap.content;
            if version.is_some() && past.iter().all(|(known, _)| known != version) {
                past.push((version.clone(), Some(id)));
            }
        }
        past
    }

    /// The base of a content.
    pub fn look_up(&mut self, clone: usize, content: &Content, holder: Holder) -> Base {
        let tip = self.tip().clone();
        if holder == Holder::WorkTree
            && let Some(base) = self.pending_base(clone, content, &tip)
        {
            return base;
        }
        let reachable = |record: &Record| tip.past.has(record.position);
        let mut found: Vec<Found> = Vec::new();
        if self.rules.notes {
            let effective = self.effective(clone, self.head(clone)).into_iter();
            let effective = effective.filter(|(_, record)| reachable(record));
            found.extend(effective.map(|(id, record)| (record.base, record.position, Some(id), "note")));
        }
        let mut bases: Vec<Base> =
            found.into_iter().map(|found| self.advance(found, clone, content, &tip)).collect();
        let asks = bases.is_empty() || self.rules.best && !self.is_as_recorded(clone, content);
        if self.rules.notes && self.rules.rewritten && asks {
            // Beside a note only what is newer counts.
            let noted = bases.iter().filter_map(|base| base.position).max();
            let found = self.rewritten(clone, content, &tip.past, noted);
            bases.extend(found.map(|found| self.advance(found, clone, content, &tip)));
        }
        if self.rules.history && bases.is_empty() {
            bases.extend(
                self.met(clone, content, &tip).map(|found| self.advance(found, clone, content, &tip)),
            );
        }
        let newest =
            bases.into_iter().reduce(|best, next| if next.position > best.position { next } else { best });
        newest.unwrap_or_else(Base::none)
    }

    fn pending_base(&self, clone: usize, content: &Content, tip: &Commit) -> Option<Base> {
        for entry in self.clones[clone].pending.iter().rev() {
            let life = self.life(entry, content, clone);
            if life == Life::Dormant {
                continue;
            }
            let found = (entry.base.clone(), entry.position, None, "pending");
            let mut base = self.advance(found, clone, content, tip);
            if life == Life::Doubtful {
                base.witnessed = entry.old_base.clone();
            }
            return Some(base);
        }
        None
    }

    /// The rung *rewritten*: a record that was made for the same content somewhere.
    fn rewritten(&self, clone: usize, content: &Content, tip: &Set, noted: Option<usize>) -> Option<Found> {
        self.past(clone, content, noted.is_some()).into_iter().find_map(|(version, id)| {
            let mut hits = self.elsewhere(clone, &version, id, noted.is_some());
            let newer =
                |record: &Record| !self.rules.carry || noted.is_none_or(|noted| record.position > noted);
            hits.retain(|record| tip.has(record.position) && newer(record));
            let oldest = hits
                .into_iter()
                .reduce(|best, next| if next.position < best.position { next } else { best })?;
            Some((oldest.base, oldest.position, id, "rewritten"))
        })
    }

    /// Whether nothing has touched the artifact since its one record was made: then nothing is looked for
    /// elsewhere.
    fn is_as_recorded(&self, clone: usize, content: &Content) -> bool {
        let head = self.head(clone);
        let [(id, record)] = &self.recorded_at(clone, head)[..] else { return false };
        let since = head.past.without(&self.commits[*id].past);
        let untouched = |id: usize| !since.has(id) || self.commits[id].snap.content == *content;
        record.at == *content && (0..self.commits.len()).all(untouched)
    }

    /// What is recorded for a content that stands at a commit, wherever else it stands.
    ///
    /// Where it stands again only later, it may have become another version in between (A→B→A): what
    /// was recorded there says nothing of the earlier commit.
    fn elsewhere(&self, clone: usize, content: &Content, at: Option<usize>, noted: bool) -> Vec<Record> {
        let here = &self.clones[clone];
        let is_later = |id: usize| {
            self.rules.not_later && at.is_some_and(|at| id != at && self.commits[id].past.has(at))
        };
        let records = here.notes.iter().chain(&here.carried);
        let records = records.filter(|(id, record)| record.at == *content && !is_later(**id));
        let mut hits: Vec<Record> = records.map(|(_, record)| record.clone()).collect();
        if self.rules.tips && !noted {
            let recent = here.reflog.iter().rev().take(30);
            let tips: BTreeSet<usize> =
                here.branches.values().chain(recent).chain(&here.remote).copied().collect();
            for tip in tips.into_iter().filter(|tip| !is_later(*tip)) {
                let commit = &self.commits[tip];
                if commit.snap.content == *content {
                    hits.extend(self.recorded_at(clone, commit).into_iter().map(|(_, record)| record));
                }
            }
        }
        hits
    }

    /// Note the base of HEAD's content where it is not what the effective record was made for.
    pub fn carry(&mut self, clone: usize) {
        let head = self.head(clone).clone();
        let (here, content) = (&self.clones[clone], &head.snap.content);
        if !self.rules.carry || content.is_none() || here.notes.contains_key(&head.id) {
            return;
        }
        let known = here.notes.values().chain(here.carried.values()).any(|record| record.at == *content);
        let effective = self.recorded_at(clone, &head);
        let Some((_, first)) = effective.first().filter(|_| !known) else { return };
        if effective.iter().all(|(_, record)| record.base == first.base) {
            let carried = Record { at: content.clone(), n: 0, ..first.clone() };
            self.count("carried");
            self.clones[clone].carried.insert(head.id, carried);
        }
    }

    /// The rung *history*: the newest version of the collection that the content's past has met.
    fn met(&self, clone: usize, content: &Content, tip: &Commit) -> Option<Found> {
        let versions = self.versions(tip);
        let past = self.past(clone, content, false).into_iter();
        let met = past.filter_map(|(version, id)| {
            let (_, position, _) = versions.iter().find(|(known, ..)| *known == version)?;
            Some((version, *position, id, "history"))
        });
        if self.rules.best {
            met.reduce(|best: Found, next: Found| if next.1 > best.1 { next } else { best })
        } else {
            let mut met = met;
            met.next()
        }
    }

    /// From a base to the newest version that is known to have been taken in.
    fn advance(&self, found: Found, clone: usize, content: &Content, tip: &Commit) -> Base {
        let (start, start_position, since, rung) = found;
        let mut base =
            Base { content: start.clone(), position: Some(start_position), rung, witnessed: start };
        let trail = self.trail(clone, content, since);
        let mut from = 0;
        let versions = if self.rules.advance { self.versions(tip) } else { Vec::new() };
        for (version, position, pushed) in &versions {
            let at = base.position.unwrap_or(0);
            let passed = *position < at || *version == base.content;
            if passed || self.rules.descend && !self.collection[*position].past.has(at) {
                continue;
            }
            if *position == at && (!pushed || base.content == self.collection[at].snap.content) {
                continue;
            }
            let held = trail.iter().enumerate().skip(from);
            let hit = held.into_iter().find(|(_, held)| contains(&base.content, held, version));
            let Some((hit, _)) = hit else { continue };
            if *pushed && trail.contains(version) {
                base.witnessed.clone_from(version);
            }
            (base.content, base.position, from) = (version.clone(), Some(*position), hit);
        }
        base
    }

    /// The committed versions from a commit on, and last the content itself.
    fn trail(&self, clone: usize, content: &Content, since: Option<usize>) -> Vec<Content> {
        let (head, mut trail) = (self.head(clone), Vec::new());
        if let Some(since) = since.filter(|_| self.rules.trail) {
            for commit in &self.commits[since..=head.id] {
                let on_the_way = head.past.has(commit.id) && commit.past.has(since);
                let version = &commit.snap.content;
                if on_the_way && version.is_some() && !trail.contains(version) {
                    trail.push(version.clone());
                }
            }
        }
        trail.push(content.clone());
        trail
    }
}
