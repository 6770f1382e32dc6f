//! Who is behind a command.

/// What started a command, and so whether anybody looks at what it does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Started {
    /// A person or a script.
    #[default]
    Command,
    /// A hook or auto-sync, named so in the operation log: only what nobody has to look at is done.
    Unattended(String),
}

impl Started {
    /// What the operation log calls it.
    pub fn trigger(&self) -> &str {
        match self {
            Self::Command => "command",
            Self::Unattended(trigger) => trigger,
        }
    }

    /// Whether nobody looks.
    pub fn is_unattended(&self) -> bool {
        matches!(self, Self::Unattended(_))
    }
}
