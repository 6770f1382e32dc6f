//! The exit statuses.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, nothing to attend to.
    Done = 0,
    /// Done, but something needs attention: drift, a conflict, a skipped or failed artifact.
    Attention = 1,
    /// The call was wrong: unknown option, artifact or collection.
    Usage = 2,
    /// It could not be done at all.
    Fatal = 128,
}

impl Exit {
    /// The status for the operating system.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Attention => 1,
            Self::Usage => 2,
            Self::Fatal => 128,
        }
    }

    /// `Attention` if something needs it.
    pub fn attention_if(needed: bool) -> Self {
        if needed { Self::Attention } else { Self::Done }
    }
}
