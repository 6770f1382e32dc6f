//! The world of a history: a collection, two clones of a project, and everything they hold.

use super::chance::Chance;
use super::deeds::Deed;
use super::events::{Events, Set, Snap};
use super::lines::{Conflicted, Content, File, Files, Line, Merged, Segment, content, files, merge};
use super::rules::Rules;
use std::collections::{BTreeMap, BTreeSet};

/// A commit of the project or of the collection.
#[derive(Debug, Clone)]
pub struct Commit {
    pub id: usize,
    pub parents: Vec<usize>,
    pub snap: Snap,
    /// It and all that came before it.
    pub past: Set,
    /// What a push brought.
    pub trailers: Vec<Content>,
}

/// What a record says: the base, where it stands in the collection, and what it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub base: Content,
    pub position: usize,
    pub at: Content,
    pub n: usize,
}

/// A pending entry.
#[derive(Debug, Clone)]
pub struct Entry {
    pub base: Content,
    pub position: usize,
    pub before: Content,
    pub after: Content,
    pub old_base: Content,
    pub theirs: Content,
    /// HEAD, as far as commits have been looked through.
    pub head: usize,
    /// HEAD at the time of the operation.
    pub start: usize,
    /// The files that had a conflict; none: it was clean.
    pub conflicts: Option<BTreeSet<File>>,
    /// Whether resolving was witnessed.
    pub proof: bool,
    /// Whether the work tree was thrown away since.
    pub doubt: bool,
    /// The operation whose before-image `before` is; an earlier one where that was still alive.
    pub operation: usize,
}

/// What is unmerged.
#[derive(Debug, Clone)]
pub struct Stages {
    pub merged: Merged,
    pub ours: Snap,
    pub theirs: Snap,
}

/// What a stash holds.
#[derive(Debug, Clone)]
pub struct Stash {
    pub head: Snap,
    pub work_tree: Snap,
}

/// A clone of the project.
#[derive(Debug, Clone)]
pub struct Clone {
    pub branches: BTreeMap<String, usize>,
    pub branch: String,
    /// The other clone's main branch, as it was last fetched.
    pub remote: Option<usize>,
    pub index: Snap,
    pub work_tree: Snap,
    pub stages: Option<Stages>,
    pub stash: Vec<Stash>,
    pub pending: Vec<Entry>,
    pub notes: BTreeMap<usize, Record>,
    /// Records that were carried: they count for the rung *rewritten* only.
    pub carried: BTreeMap<usize, Record>,
    /// The commits that were amended, old and new, as HEAD's reflog has them.
    pub amended: Vec<(usize, usize)>,
    /// Records that were written and that no later look has seen yet.
    pub unseen: Vec<(usize, Record)>,
    /// Where HEAD was.
    pub reflog: Vec<usize>,
    pub hooks: bool,
}

/// A merge that lost something which the true base keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What merged, on which rung, and whether the true base gives another merge or a conflict.
    pub kind: String,
    /// The lines: whether each should be there.
    pub wrong: BTreeSet<(bool, Line)>,
    /// The merge in words.
    pub told: String,
}

/// How often what happened.
pub type Tally = BTreeMap<String, usize>;

pub struct World {
    pub rules: Rules,
    pub tally: Tally,
    pub events: Events,
    pub place_of: BTreeMap<Line, File>,
    next_line: usize,
    /// The collection's commits.
    pub collection: Vec<Commit>,
    /// The tip of its main branch.
    pub main: usize,
    /// Pushed for review.
    pub topics: Vec<usize>,
    /// The project's commits, of both clones.
    pub commits: Vec<Commit>,
    pub clones: [Clone; 2],
    /// What the last step did.
    pub deeds: Vec<Deed>,
    /// How many pulls wrote something down.
    pub operations: usize,
}

impl World {
    pub fn new(rules: Rules, chance: &mut Chance) -> Self {
        let mut world = Self::empty(rules);
        let mut first = Files::new();
        let count = *chance.choose(&[1, 1, 2]);
        for (name, who) in [('A', 'a'), ('B', 'b')].into_iter().take(count) {
            let lines: Vec<Line> = (0..chance.between(6, 12)).map(|number| Line { who, number }).collect();
            world.place_of.extend(lines.iter().map(|line| (*line, name)));
            world.events.initial.extend(&lines);
            first.insert(name, lines.into());
        }
        let first = world.events.keep(Snap { content: content(first), known: Set::default() });
        world.collection.push(Commit::root(first));
        let nothing = world.events.keep(Snap::default());
        world.commits.push(Commit::root(nothing));
        world.clones[0].hooks = chance.happens(50);
        world.clones[1].hooks = chance.happens(50);
        if *chance.choose(&[0, 0, 1]) == 1 {
            world.edit_collection(chance);
        }
        world.deploy(chance);
        world
    }

    fn empty(rules: Rules) -> Self {
        Self {
            rules,
            tally: Tally::new(),
            events: Events::default(),
            place_of: BTreeMap::new(),
            next_line: 0,
            collection: Vec::new(),
            main: 0,
            topics: Vec::new(),
            commits: Vec::new(),
            clones: [Clone::new(), Clone::new()],
            deeds: Vec::new(),
            operations: 0,
        }
    }

    /// The first clone deploys and commits, the second is cloned from it.
    fn deploy(&mut self, chance: &mut Chance) {
        let tip = self.tip().clone();
        let first = self.commit(vec![0], tip.snap.clone());
        let record =
            Record { base: tip.snap.content.clone(), position: tip.id, at: tip.snap.content.clone(), n: 1 };
        for clone in &mut self.clones {
            clone.branches.insert("main".into(), first);
            clone.reflog.push(first);
            clone.index = tip.snap.clone();
            clone.work_tree = tip.snap.clone();
        }
        if self.rules.notes {
            self.clones[0].notes.insert(first, record);
        }
        if chance.happens(50) {
            self.clones[1].notes = self.clones[0].notes.clone();
        }
    }

    /// Count something.
    pub fn count(&mut self, what: impl Into<String>) {
        *self.tally.entry(what.into()).or_default() += 1;
    }

    pub fn tip(&self) -> &Commit {
        &self.collection[self.main]
    }

    /// A new commit of the project; its number.
    pub fn commit(&mut self, parents: Vec<usize>, snap: Snap) -> usize {
        let id = self.commits.len();
        let past = parents.iter().fold(Set::of(id), |past, parent| past.or(&self.commits[*parent].past));
        self.commits.push(Commit { id, parents, snap, past, trailers: Vec::new() });
        id
    }

    /// A new commit of the collection; its number.
    pub fn commit_to_collection(&mut self, snap: Snap, trailers: Vec<Content>, parents: Vec<usize>) -> usize {
        let id = self.collection.len();
        let past = parents.iter().fold(Set::of(id), |past, parent| past.or(&self.collection[*parent].past));
        self.collection.push(Commit { id, parents, snap, past, trailers });
        id
    }

    pub fn head(&self, clone: usize) -> &Commit {
        let clone = &self.clones[clone];
        &self.commits[clone.branches[&clone.branch]]
    }

    /// A line that nobody has written yet.
    pub fn new_line(&mut self, who: char, file: File) -> Line {
        self.next_line += 1;
        let line = Line { who, number: self.next_line };
        self.place_of.insert(line, file);
        line
    }

    /// A content with some random edits.
    pub fn edited(&mut self, before: &Content, chance: &mut Chance, who: char, edits: usize) -> Content {
        let mut files: BTreeMap<File, Vec<Line>> =
            files(before).into_iter().map(|(name, lines)| (name, lines.to_vec())).collect();
        for _ in 0..edits {
            let names: Vec<File> = files.keys().copied().collect();
            let name = *chance.choose(&names);
            let count = files[&name].len();
            let at = chance.below(count + 1);
            let kind = chance.hundredth();
            if kind < 55 && at < count {
                let line = self.new_line(who, name);
                files.get_mut(&name).unwrap()[at] = line;
            } else if kind < 80 {
                let line = self.new_line(who, name);
                files.get_mut(&name).unwrap().insert(at, line);
            } else if at < count && count > 3 {
                files.get_mut(&name).unwrap().remove(at);
            }
        }
        content(files.into_iter().map(|(name, lines)| (name, lines.into())).collect())
    }

    /// How a user resolves the conflicts of a merge; `how` is the same for all of them, if given.
    pub fn resolve(&mut self, merged: &Merged, chance: &mut Chance, how: Option<Choice>) -> Content {
        let mut out = files(&merged.content);
        for (name, conflicted) in &merged.files {
            match conflicted {
                Conflicted::Deleted => {
                    if chance.happens(30) && out.len() > 1 {
                        out.remove(name);
                    }
                }
                Conflicted::Lines(segments) => {
                    let lines = self.resolve_lines(*name, segments, chance, how);
                    out.insert(*name, lines.into());
                }
            }
        }
        content(out)
    }

    fn resolve_lines(
        &mut self,
        name: File,
        segments: &[Segment],
        chance: &mut Chance,
        how: Option<Choice>,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for segment in segments {
            let (ours, theirs) = match segment {
                Segment::Settled(settled) => {
                    lines.extend(settled);
                    continue;
                }
                Segment::Conflict { ours, theirs, .. } => (ours, theirs),
            };
            let any = [Choice::Ours, Choice::Theirs, Choice::Both, Choice::New, Choice::New];
            let choice = how.unwrap_or_else(|| *chance.choose(&any));
            match choice {
                Choice::Ours => lines.extend(ours),
                Choice::Theirs => lines.extend(theirs),
                Choice::Both => lines.extend(ours.iter().chain(theirs)),
                Choice::New => lines.push(self.new_line('r', name)),
            }
        }
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(*line));
        lines
    }

    /// A merge that git makes; the user settles conflicts at once. With `pick`, only what changed
    /// since the base is learnt.
    pub fn git_merge(
        &mut self,
        base: &Snap,
        ours: &Snap,
        theirs: &Snap,
        chance: &mut Chance,
        pick: bool,
    ) -> Option<Snap> {
        let merged = merge(&base.content, &ours.content, &theirs.content);
        let settled =
            if merged.is_clean() { merged.content.clone() } else { self.resolve(&merged, chance, None) };
        settled.as_ref()?;
        let learnt = if pick { theirs.known.without(&base.known) } else { theirs.known };
        Some(self.events.note(settled, ours.known.or(&learnt)))
    }
}

impl Commit {
    fn root(snap: Snap) -> Self {
        Self { id: 0, parents: Vec::new(), snap, past: Set::of(0), trailers: Vec::new() }
    }
}

impl Clone {
    pub fn new() -> Self {
        Self {
            branches: BTreeMap::new(),
            branch: "main".into(),
            remote: None,
            index: Snap::default(),
            work_tree: Snap::default(),
            stages: None,
            stash: Vec::new(),
            pending: Vec::new(),
            notes: BTreeMap::new(),
            carried: BTreeMap::new(),
            amended: Vec::new(),
            unseen: Vec::new(),
            reflog: Vec::new(),
            hooks: true,
        }
    }
}

/// What a conflict becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Ours,
    Theirs,
    Both,
    New,
}
