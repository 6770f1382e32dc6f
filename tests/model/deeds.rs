//! What was done, in the words of git: for those who do the same on real repositories.

use super::lines::{Content, File, Merged};

/// How a reset treats index and work tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    Soft,
    Mixed,
    Hard,
}

/// How a commit came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// `git commit`.
    Plain,
    /// `git commit --amend`; with `notes.rewriteRef`, the notes are copied.
    Amend { copies_notes: bool },
    /// `git commit -- FILE`.
    Only(File),
    /// A commit of something else, whatever is staged.
    Other,
    /// `git cherry-pick`.
    Pick(usize),
    /// `git revert`.
    Revert(usize),
    /// `git merge --no-ff`.
    Merge(usize),
    /// `git merge --squash` and `git commit`.
    Squash(usize),
}

/// What a pull or push did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to do, or nothing that can be done.
    Nothing,
    /// The merge of the work tree (pull) or of the collection (push).
    Merged(Merged),
    /// What is not staged is in the way.
    Skipped,
    /// A push that conflicts.
    Refused,
}

/// A pull or push, with the base it used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    pub clone: usize,
    pub base: Content,
    pub rung: &'static str,
    pub outcome: Outcome,
    /// Whether it is a pull that commits, or a push to a topic branch.
    pub variant: bool,
    /// The commit that came of it, in the project or in the collection.
    pub made: Option<usize>,
}

/// One deed; contents are those of the model afterwards. The first number is the clone's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A commit of others on the collection's main branch.
    Collect(usize),
    /// The user writes into the work tree.
    Write(usize),
    /// `git add`, of all or one file.
    Stage(usize, Option<File>),
    Commit(usize, usize, Made),
    /// `git switch -c`.
    Branch(usize),
    Switch(usize),
    /// `git fetch` of the other clone's main branch.
    Fetch(usize),
    FastForward(usize, usize),
    /// `git merge --squash`, left staged.
    StageSquash(usize, usize),
    /// `git rebase ONTO`, with the old and new commits.
    Rebase(usize, usize, Vec<(usize, usize)>),
    Reset(usize, usize, Reset),
    /// `git restore`, from the index.
    Restore(usize),
    /// `git checkout HEAD -- PATH`.
    CheckOut(usize),
    Stash(usize),
    Pop(usize),
    /// Some notes are lost.
    Lose(usize),
    /// Notes come from the other clone.
    Share(usize),
    /// A server squashes the branch from a commit on into a new one; with a fresh clone, or with what
    /// was there.
    ServerSquash {
        clone: usize,
        onto: usize,
        made: usize,
        fresh: bool,
    },
    /// The clone is made anew, with or without notes.
    Fresh {
        clone: usize,
        notes: bool,
    },
    /// Conflicts are resolved and staged.
    Resolve(usize),
    Pull(Sync),
    Push(Sync),
}
