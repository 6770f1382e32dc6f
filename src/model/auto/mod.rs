//! Auto-sync: when it runs, what it does, and what it keeps of itself. Pure.

mod decision;
mod statistics;
#[cfg(test)]
mod tests;

pub use decision::{Moment, Skip, decide, rested};
pub use statistics::{Ended, Finished, LastSync, Paused, Statistics, Totals, WrittenFile};

use super::trigger::Trigger;
use std::time::Duration;

/// After so many failures in a row auto-sync pauses.
pub const MOST_FAILURES: u32 = 5;

/// What is done when a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The collection's changes come into the project.
    Pull,
    /// What is committed in the project goes to the collection.
    Push,
    /// A pull, then a push.
    Sync,
}

impl Action {
    /// The words for all of them.
    pub const WORDS: [&str; 3] = ["pull", "push", "sync"];

    /// The action that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pull, Self::Push, Self::Sync].into_iter().find(|action| action.as_str() == word)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Sync => "sync",
        }
    }

    /// Whether changes come in.
    pub fn pulls(self) -> bool {
        self != Self::Push
    }

    /// Whether changes go out.
    pub fn pushes(self) -> bool {
        self != Self::Pull
    }
}

/// How auto-sync is configured for one trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether auto-sync is on at all.
    pub enabled: bool,
    /// Whether it commits what it does, and at a session's end what was edited.
    pub commit: bool,
    /// The trigger.
    pub trigger: Trigger,
    /// Whether it counts.
    pub trigger_enabled: bool,
    /// What it starts.
    pub action: Action,
    /// Whether what went well is said nowhere.
    pub silent: bool,
    /// One in so many runs.
    pub probability: u64,
    /// How long after a sync it starts none.
    pub debounce: Duration,
    /// The message of commits, with `${timestamp}` in it.
    pub commit_message: String,
}

impl Settings {
    /// The commit message, at this time.
    pub fn message(&self, now: &str) -> String {
        self.commit_message.replace("${timestamp}", now)
    }
}
