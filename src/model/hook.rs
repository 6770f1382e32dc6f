//! The git hooks that the program takes part in.

use std::fmt;

/// A git hook, named as git names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HookEvent {
    /// After a commit, an amended one too.
    PostCommit,
    /// After a switch of branches; and after files were checked out, which does not concern us.
    PostCheckout,
    /// After a merge or a pull that made no commit of its own.
    PostMerge,
    /// After commits were replaced by an amend or a rebase.
    PostRewrite,
    /// After `git am`, which runs no `post-commit`.
    PostApplypatch,
    /// Before a push; only where it was asked for.
    PrePush,
    /// Before a commit; only where it was asked for.
    PreCommit,
}

impl HookEvent {
    /// The events that are installed by default, in the order they are listed.
    pub const ALL: [Self; 5] =
        [Self::PostCommit, Self::PostCheckout, Self::PostMerge, Self::PostRewrite, Self::PostApplypatch];

    /// The events that are installed where they are asked for.
    pub const OPT_IN: [Self; 2] = [Self::PrePush, Self::PreCommit];

    /// All events.
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::OPT_IN)
    }

    /// Whether git has something to say on standard input.
    pub fn has_input(self) -> bool {
        matches!(self, Self::PostRewrite | Self::PrePush)
    }

    /// Whether the hook may stop what git is about to do.
    pub fn may_refuse(self) -> bool {
        matches!(self, Self::PrePush | Self::PreCommit)
    }

    /// The hook's name, which is its file's name too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostCommit => "post-commit",
            Self::PostCheckout => "post-checkout",
            Self::PostMerge => "post-merge",
            Self::PostRewrite => "post-rewrite",
            Self::PostApplypatch => "post-applypatch",
            Self::PrePush => "pre-push",
            Self::PreCommit => "pre-commit",
        }
    }

    /// The event that `word` names, if any.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::every().find(|event| event.as_str() == word)
    }
}

impl fmt::Display for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
