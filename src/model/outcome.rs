//! What became of one artifact in a command that writes.

/// The outcome for one artifact; its word is the JSON `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Placed for the first time.
    Deployed,
    /// Nothing to take or to send.
    UpToDate,
    /// Taken as it is: the other side had not changed.
    Updated,
    /// Both sides changed, and their changes went together.
    Merged,
    /// Both sides made the same change; only that is recorded.
    Recorded,
    /// Both sides changed the same place; the files are marked.
    Conflict,
    /// Both sides changed the same place; nothing was touched.
    Aborted,
    /// Both sides changed: the other side's version, and the own one under a new name.
    Forked,
    /// Taken away.
    Removed,
    /// Put back as it was before an operation.
    Restored,
    /// Not looked at further, for the reason given.
    Skipped,
    /// Not looked at: time was up before.
    Deferred,
    /// It could not be done, for the reason given.
    Failed,
}

impl Status {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::UpToDate => "up_to_date",
            Self::Updated => "updated",
            Self::Merged => "merged",
            Self::Recorded => "recorded",
            Self::Conflict => "conflict",
            Self::Aborted => "aborted",
            Self::Forked => "forked",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Skipped => "skipped",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
        }
    }

    /// Whether the user has to attend to it.
    pub fn needs_attention(self) -> bool {
        match self {
            Self::Conflict | Self::Aborted | Self::Skipped | Self::Deferred | Self::Failed => true,
            Self::Deployed
            | Self::UpToDate
            | Self::Updated
            | Self::Merged
            | Self::Recorded
            | Self::Forked
            | Self::Removed
            | Self::Restored => false,
        }
    }
}
