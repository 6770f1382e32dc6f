//! What users do with commits: commit, amend, branch, merge, rebase, pick, revert, reset.

use super::chance::Chance;
use super::deeds::{Deed, Made, Reset};
use super::events::Snap;
use super::lines::File;
use super::world::{Commit, World};

impl World {
    /// Whether work tree, index and HEAD are the same.
    pub fn is_clean(&self, clone: usize) -> bool {
        let (head, here) = (&self.head(clone).snap.content, &self.clones[clone]);
        here.stages.is_none() && *head == here.index.content && *head == here.work_tree.content
    }

    fn is_unmerged(&self, clone: usize) -> bool {
        self.clones[clone].stages.is_some()
    }

    /// A commit on the branch, and what the hooks do after it; its number.
    pub fn make_commit(&mut self, clone: usize, snap: Snap, amends: bool) -> usize {
        let made = self.place_commit(clone, snap, amends);
        self.hook(clone);
        made
    }

    /// A commit on the branch; its number.
    pub fn place_commit(&mut self, clone: usize, snap: Snap, amends: bool) -> usize {
        let head = self.head(clone).clone();
        let parents = if amends { head.parents.clone() } else { vec![head.id] };
        let made = self.commit(parents, snap);
        self.move_branch(clone, made);
        if amends {
            self.clones[clone].amended.push((head.id, made));
        }
        made
    }

    /// The records of rewritten commits go along, unless the new one does not change the path.
    pub fn follow(&mut self, clone: usize, pairs: &[(usize, usize)]) {
        let pairs = if self.rules.rewrite { pairs } else { &[] };
        for (old, new) in pairs {
            let notes = &self.clones[clone].notes;
            let (then, commit) = (&self.commits[*old].snap.content, &self.commits[*new]);
            let now = &commit.snap.content;
            let changes = *now != self.commits[commit.parents[0]].snap.content;
            let has_one = notes.get(new).is_some_and(|record| record.at == *now);
            let record = notes.get(old).filter(|record| record.at == *then && changes && !has_one).cloned();
            if let Some(record) = record {
                self.note(clone, *new, record.base, record.position);
            }
        }
    }

    pub fn hook(&mut self, clone: usize) {
        if self.clones[clone].hooks {
            self.reconcile(clone);
        }
    }

    pub fn move_branch(&mut self, clone: usize, to: usize) {
        let here = &mut self.clones[clone];
        here.branches.insert(here.branch.clone(), to);
        here.reflog.push(to);
    }

    /// Branch, index and work tree go to a commit.
    pub fn go_to(&mut self, clone: usize, to: usize) {
        self.move_branch(clone, to);
        let snap = self.commits[to].snap.clone();
        let here = &mut self.clones[clone];
        (here.index, here.work_tree, here.stages) = (snap.clone(), snap, None);
    }

    /// What was thrown away is seen in the reflog, and in the stages that the index forgot.
    pub fn doubt(&mut self, clone: usize) {
        for entry in &mut self.clones[clone].pending {
            (entry.proof, entry.doubt) = (false, true);
        }
    }

    pub fn commit_work(&mut self, clone: usize, chance: &mut Chance) {
        if self.is_unmerged(clone) {
            return;
        }
        if chance.happens(80) {
            self.clones[clone].index = self.clones[clone].work_tree.clone();
            self.deeds.push(Deed::Stage(clone, None));
        }
        let index = self.clones[clone].index.clone();
        if index.content != self.head(clone).snap.content || chance.happens(20) {
            let made = self.make_commit(clone, index, false);
            self.deeds.push(Deed::Commit(clone, made, Made::Plain));
        }
    }

    /// `git commit -- FILE`.
    pub fn commit_file(&mut self, clone: usize, chance: &mut Chance) {
        let head = self.head(clone).snap.clone();
        if self.is_unmerged(clone) || head.content.is_none() {
            return;
        }
        let (snap, file) = self.with_one_file(clone, chance, &head);
        if snap.content == head.content {
            return;
        }
        let index = self.clones[clone].index.clone();
        self.clones[clone].index = self.with_file(clone, file, &index);
        let made = self.make_commit(clone, snap, false);
        self.deeds.push(Deed::Commit(clone, made, Made::Only(file)));
    }

    /// A content with one file of the work tree, and which.
    pub fn with_one_file(&mut self, clone: usize, chance: &mut Chance, into: &Snap) -> (Snap, File) {
        let names: Vec<File> =
            super::lines::files(&self.clones[clone].work_tree.content).into_keys().collect();
        let name = *chance.choose(&names);
        (self.with_file(clone, name, into), name)
    }

    fn with_file(&mut self, clone: usize, name: File, into: &Snap) -> Snap {
        let work_tree = self.clones[clone].work_tree.clone();
        let mut files = super::lines::files(&into.content);
        files.extend(super::lines::file(&work_tree.content, name).map(|lines| (name, lines.clone())));
        let places = &self.place_of;
        let learnt = self.events.about(&work_tree.known, |line| places.get(&line) == Some(&name));
        self.events.note(super::lines::content(files), into.known.or(&learnt))
    }

    /// A commit of something else.
    pub fn commit_other(&mut self, clone: usize) {
        if !self.is_unmerged(clone) {
            let snap = self.head(clone).snap.clone();
            let made = self.make_commit(clone, snap, false);
            self.deeds.push(Deed::Commit(clone, made, Made::Other));
        }
    }

    pub fn branch(&mut self, clone: usize) {
        let here = &mut self.clones[clone];
        if here.branches.len() < 4 && here.stages.is_none() {
            let (name, at) = (format!("b{}", here.branches.len()), here.branches[&here.branch]);
            here.branches.insert(name.clone(), at);
            here.branch = name;
            self.deeds.push(Deed::Branch(clone));
        }
    }

    fn some_branch(&self, clone: usize, chance: &mut Chance) -> String {
        let names: Vec<&String> = self.clones[clone].branches.keys().collect();
        (*chance.choose(&names)).clone()
    }

    pub fn switch(&mut self, clone: usize, chance: &mut Chance) {
        let name = self.some_branch(clone, chance);
        let to = self.clones[clone].branches[&name];
        if self.is_unmerged(clone) || name == self.clones[clone].branch {
            return;
        }
        let clean = self.is_clean(clone);
        if !clean && self.commits[to].snap.content != self.head(clone).snap.content {
            return;
        }
        self.clones[clone].branch = name;
        self.clones[clone].reflog.push(to);
        if clean {
            self.go_to(clone, to);
        }
        self.hook(clone);
        self.deeds.push(Deed::Switch(clone));
    }

    pub fn merge_branch(&mut self, clone: usize, chance: &mut Chance, squash: bool) {
        let name = self.some_branch(clone, chance);
        let other = self.clones[clone].branches[&name];
        self.join(clone, other, chance, squash);
    }

    /// Fetch the main branch of the other clone, and merge it.
    pub fn merge_colleague(&mut self, clone: usize, chance: &mut Chance) {
        let other = self.clones[1 - clone].branches["main"];
        self.clones[clone].remote = Some(other);
        self.deeds.push(Deed::Fetch(clone));
        self.join(clone, other, chance, false);
    }

    fn join(&mut self, clone: usize, other: usize, chance: &mut Chance, squash: bool) {
        let (head, tip) = (self.head(clone).clone(), self.commits[other].clone());
        if !self.is_clean(clone) || head.past.has(other) {
            return;
        }
        if tip.past.has(head.id) && !squash {
            self.go_to(clone, other);
            self.hook(clone);
            self.deeds.push(Deed::FastForward(clone, other));
            return;
        }
        let both = head.past.and(&tip.past);
        let base = (0..self.commits.len()).rfind(|id| both.has(*id)).unwrap_or(0);
        let base = self.commits[base].snap.clone();
        let Some(snap) = self.git_merge(&base, &head.snap, &tip.snap, chance, false) else { return };
        let here = &mut self.clones[clone];
        (here.index, here.work_tree) = (snap.clone(), snap.clone());
        if squash && chance.happens(30) {
            self.deeds.push(Deed::StageSquash(clone, other));
            return;
        }
        let made = self.commit(if squash { vec![head.id] } else { vec![head.id, other] }, snap);
        self.move_branch(clone, made);
        self.hook(clone);
        let how = if squash { Made::Squash(other) } else { Made::Merge(other) };
        self.deeds.push(Deed::Commit(clone, made, how));
    }

    pub fn rebase(&mut self, clone: usize, chance: &mut Chance) {
        let name = self.some_branch(clone, chance);
        let (head, onto) =
            (self.head(clone).clone(), self.commits[self.clones[clone].branches[&name]].clone());
        if !self.is_clean(clone) {
            return;
        }
        let moves =
            |id: &usize| head.past.has(*id) && !onto.past.has(*id) && self.commits[*id].parents.len() < 2;
        let chain: Vec<usize> = (0..self.commits.len()).filter(moves).collect();
        if head.past.has(onto.id) {
            return;
        }
        let Some((end, pairs)) = self.replay(&chain, onto.id, chance) else { return };
        self.go_to(clone, end);
        if self.clones[clone].hooks {
            self.follow(clone, &pairs);
        }
        self.hook(clone);
        self.deeds.push(Deed::Rebase(clone, onto.id, pairs));
    }

    /// Copies of commits on top of another; commits of something else are left out.
    fn replay(
        &mut self,
        chain: &[usize],
        onto: usize,
        chance: &mut Chance,
    ) -> Option<(usize, Vec<(usize, usize)>)> {
        let (mut end, mut pairs) = (onto, Vec::new());
        for id in chain {
            let commit = self.commits[*id].clone();
            let parent = self.commits[commit.parents[0]].snap.clone();
            parent.content.as_ref()?;
            if commit.snap.content == parent.content {
                continue;
            }
            let here = self.commits[end].snap.clone();
            let snap = self.git_merge(&parent, &here, &commit.snap, chance, true)?;
            end = self.commit(vec![end], snap);
            pairs.push((*id, end));
        }
        Some((end, pairs))
    }

    /// `git rebase --autostash`.
    pub fn rebase_over_changes(&mut self, clone: usize, chance: &mut Chance) {
        if self.is_unmerged(clone) || self.is_clean(clone) {
            return;
        }
        let stashed = self.clones[clone].stash.len();
        self.stash(clone);
        if self.clones[clone].stash.len() > stashed {
            self.rebase(clone, chance);
            self.pop(clone);
        }
    }

    pub fn amend(&mut self, clone: usize, chance: &mut Chance) {
        let head = self.head(clone).clone();
        let Some(parent) = head.parents.first().filter(|_| !self.is_unmerged(clone)) else { return };
        if self.commits[*parent].snap.content.is_none() {
            return;
        }
        if chance.happens(70) {
            self.clones[clone].index = self.clones[clone].work_tree.clone();
            self.deeds.push(Deed::Stage(clone, None));
        }
        let note = self.clones[clone].notes.get(&head.id).cloned();
        let made = self.make_commit(clone, self.clones[clone].index.clone(), true);
        let copies_notes = note.is_some() && chance.happens(30);
        if let Some(note) = note.filter(|_| copies_notes) {
            self.clones[clone].notes.entry(made).or_insert(note);
        }
        self.deeds.push(Deed::Commit(clone, made, Made::Amend { copies_notes }));
    }

    /// The commits that changed the artifact, some of them.
    fn changing(&self, wanted: impl Fn(&Commit) -> bool) -> Vec<usize> {
        let changes = |commit: &&Commit| {
            let [parent] = commit.parents[..] else { return false };
            let before = &self.commits[parent].snap.content;
            wanted(commit) && before.is_some() && *before != commit.snap.content
        };
        self.commits.iter().filter(changes).map(|commit| commit.id).collect()
    }

    /// `git cherry-pick` or `git revert` of a random commit.
    pub fn apply(&mut self, clone: usize, chance: &mut Chance, revert: bool) {
        let head = self.head(clone).clone();
        let commits = self.changing(|commit| head.past.has(commit.id) == revert);
        if commits.is_empty() || !self.is_clean(clone) {
            return;
        }
        let commit = self.commits[*chance.choose(&commits)].clone();
        let parent = self.commits[commit.parents[0]].snap.clone();
        let (base, theirs) = if revert { (&commit.snap, &parent) } else { (&parent, &commit.snap) };
        let snap = self.git_merge(base, &head.snap, theirs, chance, true);
        let Some(snap) = snap.filter(|snap| snap.content != head.snap.content) else { return };
        let here = &mut self.clones[clone];
        (here.index, here.work_tree) = (snap.clone(), snap.clone());
        let made = self.make_commit(clone, snap, false);
        let how = if revert { Made::Revert(commit.id) } else { Made::Pick(commit.id) };
        self.deeds.push(Deed::Commit(clone, made, how));
    }

    pub fn reset_soft(&mut self, clone: usize, chance: &mut Chance) {
        let Some(parent) = self.head(clone).parents.first().copied() else { return };
        if self.is_unmerged(clone) || self.commits[parent].snap.content.is_none() {
            return;
        }
        self.move_branch(clone, parent);
        // HEAD's reflog does not tell one reset from another; the stages that were resolved stay.
        for entry in &mut self.clones[clone].pending {
            entry.doubt = true;
        }
        let mut how = Reset::Soft;
        if chance.happens(50) {
            self.clones[clone].index = self.commits[parent].snap.clone();
            how = Reset::Mixed;
        }
        self.deeds.push(Deed::Reset(clone, parent, how));
    }

    pub fn reset_hard(&mut self, clone: usize) {
        let head = self.head(clone).id;
        self.reset_to(clone, head);
    }

    fn reset_to(&mut self, clone: usize, to: usize) {
        self.doubt(clone);
        self.go_to(clone, to);
        self.deeds.push(Deed::Reset(clone, to, Reset::Hard));
    }

    pub fn reset_back(&mut self, clone: usize, chance: &mut Chance) {
        let past = self.head(clone).past;
        let known = self.commits.iter().filter(|commit| past.has(commit.id) && commit.snap.content.is_some());
        let known: Vec<usize> = known.map(|commit| commit.id).collect();
        let to = *chance.choose(&known);
        self.reset_to(clone, to);
    }

    pub fn restore(&mut self, clone: usize, chance: &mut Chance) {
        if self.is_unmerged(clone) {
            self.reset_hard(clone);
        } else if chance.happens(50) {
            self.clones[clone].work_tree = self.clones[clone].index.clone();
            self.deeds.push(Deed::Restore(clone));
        } else {
            let head = self.head(clone).id;
            self.go_to(clone, head);
            self.deeds.push(Deed::CheckOut(clone));
        }
    }
}
