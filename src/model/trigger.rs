//! The moments of an agent's session at which auto-sync may run.

/// A moment of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// A session starts, or is taken up again.
    SessionStart,
    /// A session ends.
    SessionEnd,
    /// Somebody sends a prompt.
    Prompt,
}

impl Trigger {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::SessionStart, Self::SessionEnd, Self::Prompt];

    /// The trigger that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == word)
    }

    /// The word for it on the command line and in configuration keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionStart => "session-start",
            Self::SessionEnd => "session-end",
            Self::Prompt => "prompt",
        }
    }
}
