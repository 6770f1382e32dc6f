//! What a row of the table says.

use super::reference::Version;

/// A line and its text.
pub type Edit = (usize, &'static str);

/// The project's own edit, committed before anything else.
pub const OURS: Edit = (7, "ours");
/// Another one, made around the operation.
pub const MORE: Edit = (10, "more");
/// The collection's changes taken back.
pub const REVERTED: [Edit; 2] = [(13, "line 13"), (17, "line 17")];

/// What a content is made of: the version that was truly taken in last, and what was edited on it.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub base: Version,
    pub own: &'static [Edit],
}

pub const fn made(base: Version, own: &'static [Edit]) -> Made {
    Made { base, own }
}

/// How far a pull is when the operation begins. Before it the project deployed the artifact, edited
/// a line, and committed both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Pulled and committed, merged with the edit.
    Committed,
    /// Pulled, staged, not committed.
    Pending,
    /// Pulled, with a conflict that is still there.
    Conflict,
    /// Pulled with a conflict, which was resolved and added; not committed.
    Resolved,
}

/// What reconciling does about the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// The record of the pull goes onto the commit that took it in.
    Attaches,
    /// The record goes along to the commit that replaces the noted one.
    Follows,
    /// The same; HEAD's reflog tells of it where there is no hook.
    Amends,
    /// The pull goes on waiting for its commit, and counts.
    Waits,
    /// The pull was put away: its record waits and does not count until its content is back.
    Sleeps,
    /// There is nothing to do: the note is right where it is.
    Nothing,
    /// No record is where HEAD could see it; the content tells.
    Finds,
}

impl Does {
    pub fn said(self) -> &'static str {
        match self {
            Self::Attaches => "attaches the record to the commit",
            Self::Follows => "lets the record follow to the new commit",
            Self::Amends => "lets the record follow to the amended commit",
            Self::Waits => "keeps the record waiting; it counts",
            Self::Sleeps => "keeps the record dormant; it does not count",
            Self::Nothing => "nothing; the note stays right",
            Self::Finds => "nothing; the content tells",
        }
    }
}

/// One way to meet an operation.
pub struct Case {
    pub start: Start,
    /// What is done, for `sh`; see the functions in `cell.rs`.
    pub script: &'static str,
    /// The work tree afterwards; none: the artifact is not there.
    pub work: Option<Made>,
    /// HEAD afterwards.
    pub head: Option<Made>,
    /// What `git status --porcelain` says afterwards.
    pub leaves: &'static str,
    pub does: Does,
    /// The rung that answers for the work tree with hooks, and without.
    pub rung: [&'static str; 2],
    /// What reconciling does without hooks, where it comes to something else.
    pub does_without: Does,
    /// Whether without hooks nothing witnesses that the conflict was resolved, as the index that
    /// remembers it is gone when the next command looks: then the base is the older one.
    pub unwitnessed: bool,
    /// Whether git itself was told to copy notes, so that some are on wrong commits.
    pub foreign_notes: bool,
}

/// One operation of git.
pub struct Operation {
    pub name: &'static str,
    /// The installed hooks that git runs, in alphabetical order.
    pub hooks: &'static str,
    pub cases: &'static [Case],
    /// The first git that has it.
    pub since: (u32, u32),
}

pub const PATH: &str = ".claude/skills/pdf/SKILL.md";
const UNSTAGED: &str = " M .claude/skills/pdf/SKILL.md\n";
const STAGED: &str = "M  .claude/skills/pdf/SKILL.md\n";

impl Operation {
    pub const fn new(name: &'static str, hooks: &'static str, cases: &'static [Case]) -> Self {
        Self { name, hooks, cases, since: (2, 39) }
    }

    pub const fn since(mut self, minor: u32) -> Self {
        self.since = (2, minor);
        self
    }
}

impl Case {
    const fn new(start: Start, script: &'static str, does: Does, work: Made, head: Made) -> Self {
        let rung = if matches!(does, Does::Waits) { "pending" } else { "note" };
        let (work, head) = (Some(work), Some(head));
        Self {
            start,
            script,
            work,
            head,
            leaves: "",
            does,
            rung: [rung; 2],
            does_without: does,
            unwitnessed: false,
            foreign_notes: false,
        }
    }

    /// Everything is committed afterwards.
    pub const fn committed(start: Start, script: &'static str, does: Does, made: Made) -> Self {
        Self::new(start, script, does, made, made)
    }

    /// The pull is in index and work tree, not in HEAD.
    pub const fn staged(start: Start, script: &'static str, does: Does, work: Made, head: Made) -> Self {
        Self { leaves: STAGED, ..Self::new(start, script, does, work, head) }
    }

    /// The pull is in the work tree alone.
    pub const fn unstaged(start: Start, script: &'static str, does: Does, work: Made, head: Made) -> Self {
        Self { leaves: UNSTAGED, ..Self::new(start, script, does, work, head) }
    }

    pub const fn leaves(self, leaves: &'static str) -> Self {
        Self { leaves, ..self }
    }

    pub const fn rung(self, with_hooks: &'static str, without: &'static str) -> Self {
        Self { rung: [with_hooks, without], ..self }
    }

    pub const fn without_hooks(self, does_without: Does) -> Self {
        Self { does_without, ..self }
    }

    pub const fn unwitnessed(self) -> Self {
        Self { unwitnessed: true, does_without: Does::Sleeps, ..self }
    }

    pub const fn foreign_notes(self) -> Self {
        Self { foreign_notes: true, ..self }
    }

    pub const fn gone(self) -> Self {
        Self { work: None, head: None, ..self }
    }
}
