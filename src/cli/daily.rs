//! The arguments of the commands of every day.

use crate::model::duration;
use crate::model::record::Method;
use crate::request::{Resolve, Strategy};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// How to merge, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StrategyArg {
    /// Three-way merge.
    Merge,
    /// Exactly the other side.
    Overwrite,
    /// The other side, and the own version under a new name.
    Fork,
    /// Show what both sides changed, and ask.
    Prompt,
}

impl From<StrategyArg> for Strategy {
    fn from(arg: StrategyArg) -> Self {
        match arg {
            StrategyArg::Merge => Self::Merge,
            StrategyArg::Overwrite => Self::Overwrite,
            StrategyArg::Fork => Self::Fork,
            StrategyArg::Prompt => Self::Prompt,
        }
    }
}

/// How further placements are made, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// Files of their own.
    Copy,
    /// Links to the first one, where links are supported.
    Symlink,
}

impl From<MethodArg> for Method {
    fn from(arg: MethodArg) -> Self {
        match arg {
            MethodArg::Copy => Self::Copy,
            MethodArg::Symlink => Self::Symlink,
        }
    }
}

/// What to do with conflicts, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResolveArg {
    /// Leave the artifact untouched.
    Abort,
    /// Resolve to our side.
    Ours,
    /// Resolve to their side.
    Theirs,
    /// Write markers and index stages.
    Mark,
}

impl From<ResolveArg> for Resolve {
    fn from(arg: ResolveArg) -> Self {
        match arg {
            ResolveArg::Abort => Self::Abort,
            ResolveArg::Ours => Self::Ours,
            ResolveArg::Theirs => Self::Theirs,
            ResolveArg::Mark => Self::Mark,
        }
    }
}

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// List what the collection offers
    #[arg(long)]
    pub available: bool,
}

/// `deploy`.
#[derive(Debug, Args)]
pub struct DeployArgs {
    /// Names, TYPE/NAME, paths in the collection, or globs
    #[arg(value_name = "ARTIFACT", required = true)]
    pub artifacts: Vec<String>,
    /// The collection to take them from; registered if it is not known yet
    #[arg(long, value_name = "URL|PATH")]
    pub from: Option<String>,
    /// Deploy and pin this version
    #[arg(long = "ref", value_name = "REV")]
    pub revision: Option<String>,
    /// The target to place them in (repeatable)
    #[arg(long = "target", value_name = "T")]
    pub targets: Vec<String>,
    /// Place it under another name
    #[arg(long = "as", value_name = "NAME")]
    pub name: Option<String>,
    /// How the second placement and further ones are made
    #[arg(long, value_enum, value_name = "METHOD")]
    pub method: Option<MethodArg>,
    /// Replace what is in the way; it stays in the operation log
    #[arg(long)]
    pub force: bool,
    /// Only show what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Commit what was placed
    #[arg(long)]
    pub commit: bool,
}

/// `status` and `check`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Print stable lines for scripts
    #[arg(long)]
    pub porcelain: bool,
    /// Print one short line, for prompts and status bars
    #[arg(long, conflicts_with_all = ["porcelain", "json"])]
    pub line: bool,
    /// Exit with 1 if there is drift
    #[arg(long)]
    pub exit_code: bool,
    /// Fetch the collection first
    #[arg(long)]
    pub fetch: bool,
    /// Look at the project at PATH
    #[arg(long, value_name = "PATH")]
    pub project: Option<PathBuf>,
    /// List what the collection offers and the project does not have
    #[arg(long)]
    pub available: bool,
    /// Look at every project of yours that has something deployed
    #[arg(long, conflicts_with_all = ["project", "porcelain", "available", "artifacts"])]
    pub all_projects: bool,
}

/// `targets`.
#[derive(Debug, Args)]
pub struct TargetsArgs {
    /// Forget what is known of this target
    #[arg(long, value_name = "NAME")]
    pub clear: Option<String>,
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// From the base to the collection: what a pull would bring
    #[arg(long, conflicts_with = "against")]
    pub incoming: bool,
    /// From the project to the collection
    #[arg(long)]
    pub against: bool,
    /// Only a summary
    #[arg(long)]
    pub stat: bool,
}

/// `pull`.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Take the changes of the project at PATH into this collection
    #[arg(long, value_name = "PATH")]
    pub project: Option<PathBuf>,
    /// How to merge
    #[arg(long)]
    pub strategy: Option<StrategyArg>,
    /// What to do with conflicts
    #[arg(long)]
    pub auto_resolve: Option<ResolveArg>,
    /// Take this version of the artifacts in the collection as base
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Only show what would happen
    #[arg(long, visible_alias = "preview")]
    pub dry_run: bool,
    /// Commit the result when it is clean
    #[arg(long)]
    pub commit: bool,
    /// The commit message
    #[arg(short = 'm', value_name = "MSG")]
    pub message: Option<String>,
    /// Take all artifacts or none
    #[arg(long)]
    pub atomic: bool,
    /// Remove artifacts that are gone from the collection, unless they were changed here
    #[arg(long)]
    pub prune: bool,
    /// Rename artifacts as the collection did
    #[arg(long)]
    pub rename: bool,
    /// Bring back deleted artifacts; run although git is in the middle of something
    #[arg(long)]
    pub force: bool,
    /// Lose local edits ('--strategy overwrite') or most artifacts ('--prune') without asking
    #[arg(long)]
    pub yes: bool,
    /// Do without the network
    #[arg(long)]
    pub no_fetch: bool,
    /// Stop before the next artifact when time is up ('500ms', '2s', '1m')
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, conflicts_with = "project")]
    pub time_budget: Option<Duration>,
}

/// `push`.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Push a topic branch for review instead
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// The commit message
    #[arg(short = 'm', value_name = "MSG")]
    pub message: Option<String>,
    /// Push what is not committed too
    #[arg(long)]
    pub worktree: bool,
    /// How to merge
    #[arg(long)]
    pub strategy: Option<StrategyArg>,
    /// What to do with conflicts
    #[arg(long)]
    pub auto_resolve: Option<ResolveArg>,
    /// Publish artifacts that exist only in the project
    #[arg(long)]
    pub new: bool,
    /// Delete the named artifacts in the collection if the project deleted them
    #[arg(long, requires = "artifacts")]
    pub delete: bool,
    /// Let files go back to versions that the collection had
    #[arg(long)]
    pub allow_rewind: bool,
    /// Lose the collection's edits without asking ('--strategy overwrite')
    #[arg(long)]
    pub yes: bool,
    /// Do not look for secrets in what is sent
    #[arg(long)]
    pub no_verify: bool,
    /// Only show what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// `sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Commit what was merged and push it too
    #[arg(long)]
    pub commit: bool,
    /// Stop before the next artifact when time is up ('500ms', '2s', '1m')
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub time_budget: Option<Duration>,
}

/// `continue`.
#[derive(Debug, Args)]
pub struct ContinueArgs {
    /// Commit the result
    #[arg(long)]
    pub commit: bool,
}

/// `abort`.
#[derive(Debug, Args)]
pub struct AbortArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
}

/// `undo`.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The operation, as 'log' prints it; the last one by default
    pub operation: Option<String>,
}

/// `log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// How many operations
    #[arg(short = 'n', value_name = "N", default_value_t = 20)]
    pub count: usize,
}

/// `adopt`.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Accept the most similar version as base, if it is alike by RATIO (0 to 1)
    #[arg(long, value_name = "RATIO", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "0.8", value_parser = ratio)]
    pub nearest: Option<f64>,
    /// Only show what would happen
    #[arg(long)]
    pub dry_run: bool,
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio = text.parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.ok_or_else(|| "a number from 0 to 1 is expected".to_owned())
}

/// `remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Which artifacts
    #[arg(value_name = "ARTIFACT", required = true)]
    pub artifacts: Vec<String>,
    /// Only from this target
    #[arg(long, value_name = "T")]
    pub target: Option<String>,
    /// Leave the files, only forget them
    #[arg(long)]
    pub keep_files: bool,
}
