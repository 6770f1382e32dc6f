//! What the user asked for, validated: no clap, and never two flags that exclude each other.

mod auto;
mod deploy;
mod started;

pub use auto::{Auto, AutoRun, Stage};
pub use deploy::Deploy;
pub use started::Started;

use crate::model::selection::Selector;
use std::path::PathBuf;
use std::time::Duration;

/// How both sides' changes are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// Three-way merge.
    #[default]
    Merge,
    /// Exactly the other side.
    Overwrite,
    /// The other side, and the own version under a new name.
    Fork,
    /// A three-way merge, after asking what to do where both sides changed.
    Prompt,
}

impl Strategy {
    /// The strategy that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Merge, Self::Overwrite, Self::Fork, Self::Prompt];
        all.into_iter().find(|strategy| strategy.as_str() == word)
    }

    /// The word used in options and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Overwrite => "overwrite",
            Self::Fork => "fork",
            Self::Prompt => "prompt",
        }
    }
}

/// What happens to the conflicts that a merge leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolve {
    /// The artifact is left untouched.
    Abort,
    /// Markers are written and the index gets the stages.
    Mark,
    /// Conflicting hunks become ours.
    Ours,
    /// Conflicting hunks become theirs.
    Theirs,
}

impl Resolve {
    /// The resolution that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "abort" => Self::Abort,
            "mark" => Self::Mark,
            "ours" => Self::Ours,
            "theirs" => Self::Theirs,
            _ => return None,
        })
    }
}

/// When a person is asked before a push or a pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Confirm {
    /// Before something is lost.
    #[default]
    Loss,
    /// Before anything is written.
    Always,
    /// Not at all: what would be lost needs `--yes`.
    Never,
}

impl Confirm {
    /// The value that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "loss" => Self::Loss,
            "always" => Self::Always,
            "never" => Self::Never,
            _ => return None,
        })
    }
}

/// What a switch of branches does (`skillsync.onCheckout`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnCheckout {
    /// A line, if an artifact needs attention.
    #[default]
    Status,
    /// What merges cleanly is pulled.
    Pull,
    /// Nothing.
    Off,
}

/// Whether and how the result is committed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// Commit the result when it is clean.
    pub wanted: bool,
    /// The message; none makes one.
    pub message: Option<String>,
}

/// `pull` of collection changes into the project.
#[derive(Debug, Clone)]
pub struct Pull {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// How to merge; none means as configured.
    pub strategy: Option<Strategy>,
    /// What to do with conflicts; none means as configured, else the default of the direction.
    pub resolve: Option<Resolve>,
    /// The version of the collection to take as base.
    pub base: Option<String>,
    /// Only show what would happen.
    pub dry_run: bool,
    /// Whether to commit.
    pub commit: Commit,
    /// Take all artifacts or none.
    pub atomic: bool,
    /// Remove what is gone from the collection and has no local edits.
    pub prune: bool,
    /// Take the names that artifacts have in the collection now.
    pub rename: bool,
    /// Bring back what the project deleted; run although git is in the middle of something.
    pub force: bool,
    /// Lose local edits, or most of what is deployed, without asking.
    pub yes: bool,
    /// Do without the network.
    pub no_fetch: bool,
    /// How long it may take before the rest is left for another time.
    pub time_budget: Option<Duration>,
    /// What started it.
    pub started: Started,
}

/// `sync` in both directions.
#[derive(Debug, Clone)]
pub struct Sync {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// Commit what was merged and push it too.
    pub commit: bool,
    /// How long it may take before the rest is left for another time.
    pub time_budget: Option<Duration>,
}

/// `push` of project changes into the collection.
#[derive(Debug, Clone)]
pub struct Push {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// The topic branch to push to.
    pub branch: Option<String>,
    /// The commit message.
    pub message: Option<String>,
    /// Push what is not committed too.
    pub work_tree: bool,
    /// How to merge; none means as configured.
    pub strategy: Option<Strategy>,
    /// What to do with conflicts; none means as configured, else abort.
    pub resolve: Option<Resolve>,
    /// Publish artifacts that exist only in the project.
    pub new: bool,
    /// Delete in the collection what the project deleted; only what is named.
    pub delete: bool,
    /// Send only what the collection has not changed too.
    pub only_ahead: bool,
    /// Restore older versions.
    pub allow_rewind: bool,
    /// Lose the collection's edits without asking.
    pub yes: bool,
    /// Look for secrets in what is sent.
    pub verify: bool,
    /// Only show what would happen.
    pub dry_run: bool,
    /// What started it.
    pub started: Started,
}

/// `status` and `check`.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// Print the stable form.
    pub porcelain: bool,
    /// Print one short line.
    pub line: bool,
    /// Exit with 1 on drift.
    pub exit_code: bool,
    /// Fetch the collection first.
    pub fetch: bool,
    /// Look at this project instead.
    pub project: Option<PathBuf>,
    /// List what could be deployed too.
    pub available: bool,
    /// Look at every project of the user.
    pub all_projects: bool,
}

/// What `adopt` was asked for.
#[derive(Debug, Clone)]
pub struct Adopt {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// The similarity, from 0 to 1, from which on the most similar version is taken.
    pub nearest: Option<f64>,
    /// Only show what would happen.
    pub dry_run: bool,
}

/// Which difference `diff` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffSides {
    /// Base to project: what was changed here.
    Local,
    /// Base to collection: what a pull would bring.
    Incoming,
    /// Project to collection.
    Against,
}

/// What `init` was asked for.
#[derive(Debug, Clone)]
pub struct Init {
    /// The collection's URL or path; none takes the tracked `.skillsync/config`.
    pub place: Option<String>,
    /// The name to register it under.
    pub name: String,
    /// The branch to follow.
    pub branch: Option<String>,
    /// The targets to place artifacts in.
    pub targets: Vec<String>,
    /// Install the git hooks.
    pub hooks: bool,
    /// Write the tracked `.skillsync/config`.
    pub share: bool,
}

/// What `remove` was asked for.
#[derive(Debug, Clone)]
pub struct Remove {
    /// Which artifacts; at least one.
    pub artifacts: Vec<Selector>,
    /// Only from this target.
    pub target: Option<String>,
    /// Leave the files, only forget them.
    pub keep_files: bool,
}

/// What `diff` was asked for.
#[derive(Debug, Clone)]
pub struct Diff {
    /// Which artifacts; none means all.
    pub artifacts: Vec<Selector>,
    /// Which difference.
    pub sides: DiffSides,
    /// Only a summary.
    pub stat: bool,
}

/// What `hooks` was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hooks {
    /// Install them; the one that publishes records too, if that is wanted.
    Install {
        /// Publish records before a push, and look through what is pushed.
        pre_push: bool,
        /// Stop commits of artifacts with conflict markers.
        pre_commit: bool,
    },
    /// Take them out again.
    Uninstall,
    /// Say how they stand.
    Status,
}

/// What `doctor` was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doctor {
    /// Mend what can be mended without any risk.
    pub fix: bool,
    /// Compute the digests of all bases anew.
    pub verify: bool,
    /// Drop the operations from the log that are older than so many days.
    pub prune_log: Option<u32>,
}

/// What `config` was asked for.
#[derive(Debug, Clone)]
pub struct Config {
    /// Say where each value comes from.
    pub origins: bool,
    /// The key; none means all.
    pub key: Option<String>,
    /// The value to set it to; none shows it.
    pub value: Option<String>,
}

/// What `import` was asked for.
#[derive(Debug, Clone)]
pub struct Import {
    /// The file; none means all that are found.
    pub file: Option<PathBuf>,
    /// Write nothing.
    pub dry_run: bool,
}

/// What `notes` was asked for.
#[derive(Debug, Clone)]
pub enum Notes {
    /// Share the records with a remote.
    Share(Share),
    /// Show the records at this revision, by default HEAD.
    Show(Option<String>),
}

/// How records are shared.
#[derive(Debug, Clone)]
pub struct Share {
    /// In which direction.
    pub action: NotesAction,
    /// With which remote; none takes the one that stands out.
    pub remote: Option<String>,
    /// Delete most notes without asking.
    pub yes: bool,
}

/// A direction in which records are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotesAction {
    /// From the remote, over the network, and merge.
    Fetch,
    /// Merge, and to the remote.
    Push,
    /// Merge what was fetched before.
    Merge,
}

impl NotesAction {
    /// The word for it on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Push => "push",
            Self::Merge => "merge",
        }
    }
}
