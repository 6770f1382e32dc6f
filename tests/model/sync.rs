//! Pull and push.

use super::deeds::{Deed, Outcome, Sync};
use super::events::{Set, Snap};
use super::ladder::{Base, Holder};
use super::lines::{
    Conflicted, Content, File, Files, Line, Lines, Merged, Segment, content, diff, file, files,
};
use super::lines::{merge, with_markers};
use super::pending::Life;
use super::rules::Guard;
use super::world::{Entry, Loss, Stages, World};
use std::collections::BTreeSet;

/// Whether it is a pull, where, and whether it commits or pushes to a topic branch.
#[derive(Debug, Clone, Copy)]
struct Way {
    pulls: bool,
    clone: usize,
    variant: bool,
}

impl World {
    /// The merge over a base; where records and *advance* disagree on it and the two results differ,
    /// the difference is a conflict.
    fn three_way(&mut self, base: &Base, ours: &Content, theirs: &Content) -> Merged {
        let advanced = merge(&base.content, ours, theirs);
        let sure = base.witnessed.is_none() || base.witnessed == base.content;
        if self.rules.guard == Guard::Off || sure || !advanced.is_clean() || ours == theirs {
            return advanced;
        }
        let witnessed = merge(&base.witnessed, ours, theirs);
        if witnessed.is_clean() && advanced.content != witnessed.content {
            self.count("guard");
            return difference(&witnessed.content, &advanced.content);
        }
        if !witnessed.is_clean() && self.rules.guard == Guard::Strict {
            self.count("guard");
            return witnessed;
        }
        advanced
    }

    /// Judge one merge of the tool, and keep count.
    fn verdict(
        &mut self,
        what: &str,
        base: &Base,
        ours: &Snap,
        theirs: &Snap,
        got: &Merged,
    ) -> Result<(), Loss> {
        self.count(what);
        self.count(format!("rung {}", base.rung));
        let wrong = self.events.judge(got, ours, theirs);
        let (truth, inherent) = self.events.true_merge(ours, theirs);
        if !got.is_clean() {
            self.count("conflicts");
            if truth.is_clean() && inherent.is_empty() {
                self.count("excess");
            }
        }
        if !truth.is_clean() {
            self.count("true conflicts");
        }
        if wrong.is_empty() {
            return Ok(());
        }
        if wrong.is_subset(&inherent) {
            self.count("inherent");
            return Ok(());
        }
        let advanced = if base.witnessed == base.content { "" } else { "+advance" };
        let how = if truth.is_clean() { "wrong" } else { "missed" };
        let show = super::lines::show;
        let told = format!(
            "base {}\nwitnessed {}\ntrue base {}\nours {}\ntheirs {}\ngot {}\ntruth {}",
            show(&base.content),
            show(&base.witnessed),
            show(&self.events.true_base(ours, theirs)),
            show(&ours.content),
            show(&theirs.content),
            show(&got.content),
            show(&truth.content),
        );
        Err(Loss { kind: format!("{what} {}{advanced} {how}", base.rung), wrong, told })
    }

    fn told(&mut self, way: Way, base: &Base, outcome: Outcome, made: Option<usize>) {
        let (clone, variant) = (way.clone, way.variant);
        let sync = Sync { clone, base: base.content.clone(), rung: base.rung, outcome, variant, made };
        self.deeds.push(if way.pulls { Deed::Pull(sync) } else { Deed::Push(sync) });
    }

    pub fn pull(&mut self, clone: usize, commits: bool) -> Result<(), Loss> {
        let way = Way { pulls: true, clone, variant: commits };
        self.reconcile(clone);
        let tip = self.tip().clone();
        let theirs = tip.snap.clone();
        let ours = self.clones[clone].work_tree.clone();
        let nothing = Base { content: None, position: None, rung: "none", witnessed: None };
        if self.clones[clone].stages.is_some() || theirs.content.is_none() || ours.content.is_none() {
            self.told(way, &nothing, Outcome::Nothing, None);
            return Ok(());
        }
        let base = self.look_up(clone, &ours.content, Holder::WorkTree);
        if ours.content == theirs.content {
            self.record_same(clone, &base, [&ours, &theirs], tip.id)?;
            let made = self.commit_left(way);
            self.told(way, &base, Outcome::Nothing, made);
            return Ok(());
        }
        let doubtful = base.witnessed != base.content && base.rung == "pending";
        if theirs.content == base.content && !(self.rules.guard != Guard::Off && doubtful) {
            self.verdict("pull", &base, &ours, &theirs, &Merged::clean(ours.content.clone()))?;
            self.learn(clone, &theirs.known);
            let made = self.commit_left(way);
            self.told(way, &base, Outcome::Nothing, made);
            return Ok(());
        }
        let entry = self.entry_for(clone, &base, &ours, tip.id);
        self.integrate(way, &base, entry, [&ours, &theirs])
    }

    /// The entry of a pull, but for what the merge gives.
    fn entry_for(&mut self, clone: usize, base: &Base, ours: &Snap, position: usize) -> Entry {
        let head = self.head(clone).clone();
        self.operations += 1;
        let mut entry = Entry {
            base: self.tip().snap.content.clone(),
            position,
            before: ours.content.clone(),
            after: None,
            old_base: base.content.clone(),
            theirs: self.tip().snap.content.clone(),
            head: head.id,
            start: head.id,
            conflicts: None,
            proof: false,
            doubt: false,
            operation: self.operations,
        };
        if self.rules.chain {
            let pending = &self.clones[clone].pending;
            let mut alive = pending.iter().rev();
            let alive = alive.find(|entry| self.life(entry, &ours.content, clone) != Life::Dormant);
            if let Some(alive) = alive.filter(|_| base.rung == "pending") {
                (entry.before, entry.start) = (alive.before.clone(), alive.start);
                entry.operation = alive.operation;
            }
            entry.old_base = self.look_up(clone, &head.snap.content, Holder::Head).content;
        }
        entry
    }

    /// Both sides have the same already: what is not committed gets a record, unless it waits for one.
    fn record_same(
        &mut self,
        clone: usize,
        base: &Base,
        [ours, theirs]: [&Snap; 2],
        position: usize,
    ) -> Result<(), Loss> {
        self.verdict("pull", base, ours, theirs, &Merged::clean(ours.content.clone()))?;
        let waits = |entry: &Entry| self.life(entry, &ours.content, clone) != Life::Dormant;
        let is_known =
            self.head(clone).snap.content == ours.content || self.clones[clone].pending.iter().any(waits);
        if !is_known {
            let mut entry = self.entry_for(clone, base, ours, position);
            entry.after.clone_from(&ours.content);
            self.clones[clone].pending.push(entry);
        }
        self.learn(clone, &theirs.known);
        Ok(())
    }

    fn integrate(
        &mut self,
        way: Way,
        base: &Base,
        mut entry: Entry,
        [ours, theirs]: [&Snap; 2],
    ) -> Result<(), Loss> {
        let clone = way.clone;
        let merged = self.three_way(base, &ours.content, &theirs.content);
        let index = self.clones[clone].index.clone();
        let mut staged = merged.clone();
        let as_one = index.content == ours.content;
        if !as_one {
            let index_base = self.look_up(clone, &index.content, Holder::WorkTree);
            staged = self.three_way(&index_base, &index.content, &theirs.content);
            if !merged.is_clean() || !staged.is_clean() {
                self.count("skipped");
                self.told(way, base, Outcome::Skipped, None);
                return Ok(());
            }
            self.verdict("pull-index", &index_base, &index, theirs, &staged)?;
        }
        self.verdict("pull", base, ours, theirs, &merged)?;
        let outcome = Outcome::Merged(merged.clone());
        entry.after.clone_from(&merged.content);
        let here = &mut self.clones[clone];
        if !merged.is_clean() {
            entry.conflicts = Some(merged.files.keys().copied().collect());
            here.work_tree = Snap { content: merged.content.clone(), known: ours.known };
            here.stages = Some(Stages { merged, ours: ours.clone(), theirs: theirs.clone() });
            here.pending.push(entry);
            self.told(way, base, outcome, None);
            return Ok(());
        }
        if merged.content == ours.content {
            self.learn(clone, &theirs.known);
        }
        let work_tree = self.events.note(merged.content.clone(), ours.known.or(&theirs.known));
        let index_known = self.clones[clone].index.known.or(&theirs.known);
        let index =
            if as_one { work_tree.clone() } else { self.events.note(staged.content.clone(), index_known) };
        let head_is_ours = self.head(clone).snap.content == ours.content;
        let here = &mut self.clones[clone];
        (here.work_tree, here.index) = (work_tree, index);
        // Contained already: *advance* finds it again.
        let new = merged.content != ours.content || !head_is_ours;
        if new {
            here.pending.push(entry);
        }
        let made = if new && way.variant { Some(self.commit_staged(clone)) } else { self.commit_left(way) };
        self.told(way, base, outcome, made);
        Ok(())
    }

    /// What an earlier pull left staged is committed by one that commits and finds nothing new.
    fn commit_left(&mut self, way: Way) -> Option<usize> {
        let here = &self.clones[way.clone];
        let staged = here.index.content != self.head(way.clone).snap.content;
        (way.variant && staged && !here.pending.is_empty()).then(|| self.commit_staged(way.clone))
    }

    /// A commit by the program, which calls no hooks of its own.
    fn commit_staged(&mut self, clone: usize) -> usize {
        let index = self.clones[clone].index.clone();
        let made = self.place_commit(clone, index, false);
        self.reconcile(clone);
        self.carry(clone);
        made
    }

    /// Nothing to do: what was looked at knows theirs now, as git would have recorded a merge.
    fn learn(&mut self, clone: usize, known: &Set) {
        let here = &self.clones[clone];
        let (content, known) = (here.work_tree.content.clone(), here.work_tree.known.or(known));
        let snap = self.events.note(content.clone(), known);
        let head = self.head(clone).id;
        if self.commits[head].snap.content == content {
            self.commits[head].snap = snap.clone();
        }
        let here = &mut self.clones[clone];
        if here.index.content == content {
            here.index = snap.clone();
        }
        here.work_tree = snap;
    }

    pub fn push(&mut self, clone: usize, topic: bool) -> Result<(), Loss> {
        let way = Way { pulls: false, clone, variant: topic };
        self.reconcile(clone);
        let (ours, theirs) = (self.tip().snap.clone(), self.head(clone).snap.clone());
        let nothing = Base { content: None, position: None, rung: "none", witnessed: None };
        if ours.content.is_none() || theirs.content.is_none() {
            self.told(way, &nothing, Outcome::Nothing, None);
            return Ok(());
        }
        let base = self.look_up(clone, &theirs.content, Holder::Head);
        if theirs.content == base.content || theirs.content == ours.content {
            self.told(way, &base, Outcome::Nothing, None);
            if theirs.content == base.content {
                self.verdict("push", &base, &ours, &theirs, &Merged::clean(ours.content.clone()))?;
            }
            return Ok(());
        }
        let merged = self.three_way(&base, &ours.content, &theirs.content);
        self.verdict("push", &base, &ours, &theirs, &merged)?;
        if !merged.is_clean() || merged.content == ours.content || merged.content.is_none() {
            let outcome = if merged.is_clean() { Outcome::Nothing } else { Outcome::Refused };
            self.told(way, &base, outcome, None);
            return Ok(());
        }
        let snap = self.events.note(merged.content.clone(), ours.known.or(&theirs.known));
        let made = self.commit_to_collection(snap, vec![theirs.content], vec![self.main]);
        if topic {
            self.topics.push(made);
        } else {
            self.main = made;
        }
        self.told(way, &base, Outcome::Merged(merged), Some(made));
        Ok(())
    }
}

/// Two results of a merge as a conflict.
fn difference(one: &Content, other: &Content) -> Merged {
    let names: BTreeSet<File> = files(one).into_keys().chain(files(other).into_keys()).collect();
    let (mut merged, mut result) = (Merged::default(), Files::new());
    for name in names {
        let (Some(one), Some(other)) = (file(one, name), file(other, name)) else {
            let left = file(one, name).or(file(other, name)).cloned();
            merged.files.insert(name, Conflicted::Deleted);
            merged.open.extend(left.iter().flat_map(|lines| lines.iter().copied()));
            result.extend(left.map(|lines| (name, lines)));
            continue;
        };
        let (segments, open) = both(one, other);
        result.insert(name, if open.is_empty() { one.clone() } else { with_markers(&segments) });
        if segments.len() > 1 {
            merged.files.insert(name, Conflicted::Lines(segments));
        }
        merged.open.extend(open);
    }
    merged.content = content(result);
    merged
}

fn both(one: &Lines, other: &Lines) -> (Vec<Segment>, BTreeSet<Line>) {
    let (mut segments, mut open, mut at) = (Vec::new(), BTreeSet::new(), 0);
    for hunk in diff(one, other) {
        let (ours, theirs) = (&one[hunk.before.0..hunk.before.1], &other[hunk.after.0..hunk.after.1]);
        segments.push(Segment::Settled(one[at..hunk.before.0].to_vec()));
        segments.push(Segment::Conflict { ours: ours.to_vec(), base: Vec::new(), theirs: theirs.to_vec() });
        open.extend(ours.iter().chain(theirs));
        at = hunk.before.1;
    }
    segments.push(Segment::Settled(one[at..].to_vec()));
    (segments, open)
}
