//! What users do in the work tree and the index, and what happens to notes.

use super::chance::Chance;
use super::deeds::Deed;
use super::lines::{Content, File, Line, content, files, merge};
use super::world::{Choice, Clone, Stash, World};
use std::collections::BTreeMap;

impl World {
    fn write(&mut self, clone: usize, content: Content) {
        let known = self.clones[clone].work_tree.known;
        self.clones[clone].work_tree = self.events.note(content, known);
        self.deeds.push(Deed::Write(clone));
    }

    pub fn edit(&mut self, clone: usize, chance: &mut Chance) {
        if self.clones[clone].stages.is_none() {
            let edits = *chance.choose(&[1, 1, 2]);
            let content = self.clones[clone].work_tree.content.clone();
            let content = self.edited(&content, chance, 'u', edits);
            self.write(clone, content);
        }
    }

    /// Edit a line that came from the collection.
    pub fn edit_theirs(&mut self, clone: usize, chance: &mut Chance) {
        if self.clones[clone].stages.is_some() {
            return;
        }
        let mut files: BTreeMap<File, Vec<Line>> = files(&self.clones[clone].work_tree.content)
            .into_iter()
            .map(|(name, lines)| (name, lines.to_vec()))
            .collect();
        let mut spots = Vec::new();
        for (name, lines) in &files {
            let theirs = lines.iter().enumerate().filter(|(_, line)| matches!(line.who, 'c' | 'q' | 'v'));
            spots.extend(theirs.map(|(at, _)| (*name, at)));
        }
        if spots.is_empty() {
            return;
        }
        let (name, at) = *chance.choose(&spots);
        let deletes = chance.happens(30) && files[&name].len() > 3;
        let line = (!deletes).then(|| self.new_line('u', name));
        let lines = files.entry(name).or_default();
        lines.splice(at..=at, line);
        self.write(clone, content(files.into_iter().map(|(name, lines)| (name, lines.into())).collect()));
    }

    /// The user makes by hand a change that the collection made or will make, or undoes one.
    pub fn redo(&mut self, clone: usize, chance: &mut Chance, undo: bool) {
        let commit = &self.collection[chance.below(self.collection.len())];
        let Some(parent) = commit.parents.first().filter(|_| self.clones[clone].stages.is_none()) else {
            return;
        };
        let (before, after) = (&self.collection[*parent].snap.content, &commit.snap.content);
        if before.is_none() || after.is_none() {
            return;
        }
        let (base, theirs) = if undo { (after, before) } else { (before, after) };
        let merged = merge(base, &self.clones[clone].work_tree.content, theirs);
        if merged.is_clean() && merged.content.is_some() {
            self.write(clone, merged.content);
        }
    }

    pub fn stage(&mut self, clone: usize) {
        if self.clones[clone].stages.is_none() {
            self.clones[clone].index = self.clones[clone].work_tree.clone();
            self.deeds.push(Deed::Stage(clone, None));
        }
    }

    pub fn stage_file(&mut self, clone: usize, chance: &mut Chance) {
        if self.clones[clone].stages.is_none() {
            let index = self.clones[clone].index.clone();
            let (snap, file) = self.with_one_file(clone, chance, &index);
            self.clones[clone].index = snap;
            self.deeds.push(Deed::Stage(clone, Some(file)));
        }
    }

    pub fn stash(&mut self, clone: usize) {
        if self.clones[clone].stages.is_some() || self.is_clean(clone) {
            return;
        }
        let head = self.head(clone).snap.clone();
        self.doubt(clone);
        let here = &mut self.clones[clone];
        let work_tree = std::mem::replace(&mut here.work_tree, head.clone());
        here.index = head.clone();
        here.stash.push(Stash { head, work_tree });
        self.deeds.push(Deed::Stash(clone));
    }

    pub fn pop(&mut self, clone: usize) {
        let Some(stash) = self.clones[clone].stash.last().filter(|_| self.is_clean(clone)).cloned() else {
            return;
        };
        let head = self.head(clone).snap.clone();
        let merged = merge(&stash.head.content, &head.content, &stash.work_tree.content);
        if merged.is_clean() && merged.content.is_some() {
            let learnt = stash.work_tree.known.without(&stash.head.known);
            self.clones[clone].work_tree = self.events.note(merged.content, head.known.or(&learnt));
            self.clones[clone].stash.pop();
            self.deeds.push(Deed::Pop(clone));
        }
    }

    /// The user settles the conflicts of a pull.
    pub fn settle(&mut self, clone: usize, chance: &mut Chance) {
        let Some(stages) = self.clones[clone].stages.clone() else { return };
        let how = [Some(Choice::Ours), Some(Choice::Theirs), None, None, None];
        let how = *chance.choose(&how);
        let content = self.resolve(&stages.merged, chance, how);
        if content.is_none() {
            return;
        }
        let snap = self.events.note(content, stages.ours.known.or(&stages.theirs.known));
        let here = &mut self.clones[clone];
        (here.work_tree, here.index, here.stages) = (snap.clone(), snap.clone(), None);
        if let Some(entry) = here.pending.last_mut() {
            entry.proof = true;
        }
        self.deeds.push(Deed::Resolve(clone));
        if chance.happens(70) {
            let made = self.make_commit(clone, snap, false);
            self.deeds.push(Deed::Commit(clone, made, super::deeds::Made::Plain));
        }
    }

    /// All notes are lost, or about half of them.
    pub fn lose_notes(&mut self, clone: usize, chance: &mut Chance) {
        let here = &mut self.clones[clone];
        if chance.happens(50) {
            here.notes.clear();
            here.carried.clear();
        } else {
            here.notes.retain(|_, _| chance.happens(50));
            here.carried.retain(|_, _| chance.happens(50));
        }
        self.deeds.push(Deed::Lose(clone));
    }

    /// The clone takes the notes of the other one, which publishes them.
    pub fn take_notes(&mut self, clone: usize) {
        self.reconcile(1 - clone);
        let Clone { notes: theirs, carried, .. } = self.clones[1 - clone].clone();
        let here = &mut self.clones[clone];
        for (id, record) in theirs {
            if here.notes.get(&id).is_none_or(|mine| mine.n < record.n) {
                here.notes.insert(id, record);
                here.carried.remove(&id);
            }
        }
        for (id, record) in carried {
            let older = here.carried.get(&id).is_none_or(|mine| mine.position < record.position);
            if older && !here.notes.contains_key(&id) {
                here.carried.insert(id, record);
            }
        }
        self.deeds.push(Deed::Share(clone));
    }

    /// A server squashes the branch that deployed the artifact with all that followed, and deletes it;
    /// or only its last commits.
    pub fn squash_on_server(&mut self, clone: usize, chance: &mut Chance, all: bool) {
        let head = self.head(clone).clone();
        let mut onto = 0;
        if !all {
            onto = head.id;
            for _ in 0..chance.between(2, 5) {
                let Some(parent) = self.commits[onto].parents.first().copied() else { break };
                if self.commits[parent].snap.content.is_none() {
                    break;
                }
                onto = parent;
            }
        }
        if !self.is_clean(clone) || !head.past.has(onto) || onto == head.id {
            return;
        }
        self.hook(clone);
        if self.clones[clone].hooks {
            // Published by `pre-push` before the branch.
            self.carry(clone);
        }
        let made = self.commit(vec![onto], self.head(clone).snap.clone());
        let fresh = chance.happens(50);
        let here = &mut self.clones[clone];
        if fresh {
            here.reflog.clear();
            here.amended.clear();
            here.branches = BTreeMap::from([("main".to_owned(), made)]);
            here.remote = None;
            here.branch = "main".into();
            here.stash.clear();
        }
        for at in here.branches.values_mut().filter(|at| **at == head.id) {
            *at = made;
        }
        self.go_to(clone, made);
        self.deeds.push(Deed::ServerSquash { clone, onto, made, fresh });
    }

    /// The clone is made anew from its branch, with or without the notes.
    pub fn clone_anew(&mut self, clone: usize, chance: &mut Chance) {
        if self.clones[clone].stages.is_some() {
            return;
        }
        let head = self.head(clone).id;
        let notes = chance.happens(60);
        let old = std::mem::replace(&mut self.clones[clone], Clone::new());
        let here = &mut self.clones[clone];
        here.hooks = old.hooks;
        if notes {
            (here.notes, here.carried) = (old.notes, old.carried);
        }
        self.go_to(clone, head);
        self.deeds.push(Deed::Fresh { clone, notes });
    }
}
