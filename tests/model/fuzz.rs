//! Random histories, and the shortest one that loses in the same way.

use super::chance::Chance;
use super::rules::Rules;
use super::world::{Loss, Tally, World};

/// What happens in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Edit,
    EditTheirs,
    Redo,
    Undo,
    Stage,
    StageFile,
    Commit,
    CommitFile,
    CommitOther,
    Branch,
    Switch,
    Merge,
    Squash,
    Rebase,
    RebaseOverChanges,
    Amend,
    Pick,
    Revert,
    ResetSoft,
    ResetHard,
    ResetBack,
    Restore,
    Stash,
    Pop,
    Colleague,
    LoseNotes,
    TakeNotes,
    ShareNotes,
    ServerSquash,
    ServerSquashOfFew,
    CloneAnew,
    Settle,
    Pull,
    PullAndCommit,
    Push,
    PushTopic,
    EditCollection,
    RevertCollection,
    DropFromCollection,
    PushFromElsewhere,
    Review,
}

/// How often each happens.
pub const WEIGHTS: &[(Kind, usize)] = &[
    (Kind::Edit, 14),
    (Kind::EditTheirs, 4),
    (Kind::Stage, 4),
    (Kind::StageFile, 2),
    (Kind::Commit, 14),
    (Kind::CommitFile, 3),
    (Kind::CommitOther, 3),
    (Kind::Branch, 3),
    (Kind::Switch, 6),
    (Kind::Merge, 5),
    (Kind::Squash, 3),
    (Kind::Rebase, 4),
    (Kind::RebaseOverChanges, 2),
    (Kind::Amend, 4),
    (Kind::Pick, 3),
    (Kind::Revert, 2),
    (Kind::ResetSoft, 2),
    (Kind::ResetHard, 3),
    (Kind::ResetBack, 1),
    (Kind::Restore, 2),
    (Kind::Stash, 3),
    (Kind::Pop, 4),
    (Kind::Colleague, 4),
    (Kind::LoseNotes, 1),
    (Kind::TakeNotes, 2),
    (Kind::ShareNotes, 2),
    (Kind::Settle, 10),
    (Kind::Pull, 16),
    (Kind::PullAndCommit, 6),
    (Kind::Push, 5),
    (Kind::PushTopic, 3),
    (Kind::EditCollection, 14),
    (Kind::RevertCollection, 4),
    (Kind::DropFromCollection, 1),
    (Kind::PushFromElsewhere, 3),
    (Kind::Review, 5),
];

/// The user makes or undoes the collection's changes by hand: no content can tell.
pub const BY_HAND: &[(Kind, usize)] = &[(Kind::Redo, 2), (Kind::Undo, 2)];

/// Squashes on a server and fresh clones.
pub const SERVER: &[(Kind, usize)] =
    &[(Kind::ServerSquash, 3), (Kind::ServerSquashOfFew, 3), (Kind::CloneAnew, 2)];

/// One step of a history; leaving others out does not change what it draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub kind: Kind,
    /// The clone it happens in.
    pub clone: usize,
    pub seed: u64,
}

/// A history: the seed of its beginning, and its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub seed: u64,
    pub steps: Vec<Step>,
}

impl History {
    /// A random history of 8 to 40 steps.
    pub fn random(seed: u64, weights: &[(Kind, usize)]) -> Self {
        let mut chance = Chance::new(seed);
        let total: usize = weights.iter().map(|(_, weight)| weight).sum();
        let steps = (0..chance.between(8, 40)).map(|_| {
            let mut at = chance.below(total);
            let kind = weights.iter().find(|(_, weight)| {
                let hit = at < *weight;
                at = at.saturating_sub(*weight);
                hit
            });
            let kind = kind.map_or(Kind::Edit, |(kind, _)| *kind);
            Step { kind, clone: usize::from(chance.happens(20)), seed: chance.bits() }
        });
        Self { seed, steps: steps.collect() }
    }

    /// Play it to its end or to the first loss, which comes with its step.
    pub fn play(&self, rules: Rules, tally: &mut Tally) -> Option<(Loss, usize)> {
        let mut world = World::new(rules, &mut Chance::new(self.seed));
        let lost = self.steps.iter().enumerate().find_map(|(at, step)| Some((world.step(step).err()?, at)));
        for (what, count) in world.tally {
            *tally.entry(what).or_default() += count;
        }
        lost
    }

    /// The shortest history found in it that ends with such a loss.
    pub fn shrink(mut self, rules: Rules) -> Self {
        let mut ignored = Tally::new();
        let Some((first, at)) = self.play(rules, &mut ignored) else { return self };
        self.steps.truncate(at + 1);
        'again: loop {
            for left_out in (0..self.steps.len()).rev() {
                let mut shorter = self.clone();
                shorter.steps.remove(left_out);
                let Some((loss, at)) = shorter.play(rules, &mut ignored) else { continue };
                if loss.kind == first.kind {
                    shorter.steps.truncate(at + 1);
                    self = shorter;
                    continue 'again;
                }
            }
            return self;
        }
    }
}

impl World {
    /// Do one step; an error is a loss.
    pub fn step(&mut self, step: &Step) -> Result<(), Loss> {
        let (clone, chance) = (step.clone, &mut Chance::new(step.seed));
        self.do_step(step.kind, clone, chance)
    }

    fn do_step(&mut self, kind: Kind, clone: usize, chance: &mut Chance) -> Result<(), Loss> {
        self.deeds.clear();
        match kind {
            Kind::Edit => self.edit(clone, chance),
            Kind::EditTheirs => self.edit_theirs(clone, chance),
            Kind::Redo => self.redo(clone, chance, false),
            Kind::Undo => self.redo(clone, chance, true),
            Kind::Stage => self.stage(clone),
            Kind::StageFile => self.stage_file(clone, chance),
            Kind::Commit => self.commit_work(clone, chance),
            Kind::CommitFile => self.commit_file(clone, chance),
            Kind::CommitOther => self.commit_other(clone),
            Kind::Branch => self.branch(clone),
            Kind::Switch => self.switch(clone, chance),
            Kind::Merge => self.merge_branch(clone, chance, false),
            Kind::Squash => self.merge_branch(clone, chance, true),
            Kind::Rebase => self.rebase(clone, chance),
            Kind::RebaseOverChanges => self.rebase_over_changes(clone, chance),
            Kind::Amend => self.amend(clone, chance),
            Kind::Pick => self.apply(clone, chance, false),
            Kind::Revert => self.apply(clone, chance, true),
            Kind::ResetSoft => self.reset_soft(clone, chance),
            Kind::ResetHard => self.reset_hard(clone),
            Kind::ResetBack => self.reset_back(clone, chance),
            Kind::Restore => self.restore(clone, chance),
            Kind::Stash => self.stash(clone),
            Kind::Pop => self.pop(clone),
            Kind::Colleague => self.merge_colleague(clone, chance),
            Kind::LoseNotes => self.lose_notes(clone, chance),
            Kind::TakeNotes => self.take_notes(clone),
            Kind::ShareNotes => {
                self.take_notes(0);
                self.take_notes(1);
            }
            Kind::ServerSquash => self.squash_on_server(clone, chance, true),
            Kind::ServerSquashOfFew => self.squash_on_server(clone, chance, false),
            Kind::CloneAnew => self.clone_anew(clone, chance),
            Kind::Settle => self.settle(clone, chance),
            Kind::Pull => return self.pull(clone, false),
            Kind::PullAndCommit => return self.pull(clone, true),
            Kind::Push => return self.push(clone, false),
            Kind::PushTopic => return self.push(clone, true),
            Kind::EditCollection => self.edit_collection(chance),
            Kind::RevertCollection => self.revert_collection(chance),
            Kind::DropFromCollection => self.drop_from_collection(chance),
            Kind::PushFromElsewhere => self.push_from_elsewhere(chance),
            Kind::Review => self.review(chance),
        }
        Ok(())
    }
}
