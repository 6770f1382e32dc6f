//! The command line: clap types, and how they become requests.

pub mod requests;

use crate::commands::hooks::Action as HooksAction;
use crate::request::{Resolve, Strategy};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Keep AI-agent skills, commands and agents in step between a shared collection and many projects.
#[derive(Debug, Parser)]
#[command(name = "git-skillsync", bin_name = "git skillsync", version, propagate_version = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// What applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// Run as if started in PATH
    #[arg(short = 'C', value_name = "PATH", global = true)]
    pub folders: Vec<PathBuf>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Print errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print what needs no attention too
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
    /// Never ask
    #[arg(long, global = true)]
    pub no_input: bool,
    /// The collection to work with
    #[arg(long, value_name = "NAME", global = true)]
    pub collection: Option<String>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands, as they are listed.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a collection and install the git hooks
    Init(InitArgs),
    /// Manage the collections
    #[command(subcommand)]
    Collection(CollectionCommand),
    /// Build a small collection and a project, and show a whole session
    Demo(DemoArgs),
    /// List what is deployed, or what the collection offers
    List(ListArgs),
    /// Place artifacts from the collection and record their base
    #[command(visible_aliases = ["add", "install"])]
    Deploy(DeployArgs),
    /// Show how every deployed artifact stands
    Status(StatusArgs),
    /// The same as 'status --exit-code'
    Check(StatusArgs),
    /// Show differences
    Diff(DiffArgs),
    /// Take the collection's changes into this project
    Pull(PullArgs),
    /// Send this project's committed edits to the collection
    Push(PushArgs),
    /// Push what only the project changed, then pull
    Sync(SyncArgs),
    /// Finish a pull that left conflicts
    Continue(ContinueArgs),
    /// Take back a pull that is not committed
    Abort(AbortArgs),
    /// Take back the last operation of this work tree
    Undo(UndoArgs),
    /// Show the operations of this repository
    Log(LogArgs),
    /// Undeploy artifacts
    Remove(RemoveArgs),
    /// Install, remove or look at the git hooks
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Show or set the effective configuration
    Config(ConfigArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print or install the man pages
    Man(ManArgs),
    /// What the git hooks call
    #[command(hide = true)]
    Hook(HookArgs),
}

/// `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The collection; without it the tracked '.skillsync/config' is taken
    #[arg(value_name = "URL|PATH")]
    pub place: Option<String>,
    /// The name to register it under
    #[arg(long, default_value = "default")]
    pub name: String,
    /// The branch to follow
    #[arg(long, value_name = "B")]
    pub branch: Option<String>,
    /// The target to place artifacts in (repeatable)
    #[arg(long = "target", value_name = "T")]
    pub targets: Vec<String>,
    /// Do not install the git hooks
    #[arg(long)]
    pub no_hooks: bool,
    /// Write the tracked '.skillsync/config' too
    #[arg(long)]
    pub share: bool,
}

/// `collection …`.
#[derive(Debug, Subcommand)]
pub enum CollectionCommand {
    /// Register a collection
    Add {
        /// Its name
        name: String,
        /// Where it is
        #[arg(value_name = "URL|PATH")]
        place: String,
    },
    /// List the collections
    List,
    /// Forget a collection
    Remove {
        /// Its name
        name: String,
    },
    /// Fetch collections
    Update {
        /// Only this one
        name: Option<String>,
    },
    /// Make a new collection repository
    Init {
        /// Where; the current folder by default
        path: Option<PathBuf>,
    },
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to build it; a fresh temporary folder by default
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
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

/// How to merge, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StrategyArg {
    /// Three-way merge.
    Merge,
    /// Exactly the other side.
    Overwrite,
}

impl From<StrategyArg> for Strategy {
    fn from(arg: StrategyArg) -> Self {
        match arg {
            StrategyArg::Merge => Self::Merge,
            StrategyArg::Overwrite => Self::Overwrite,
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
    /// Only show what would happen
    #[arg(long, visible_alias = "preview")]
    pub dry_run: bool,
    /// Commit the result when it is clean
    #[arg(long)]
    pub commit: bool,
    /// The commit message
    #[arg(short = 'm', value_name = "MSG")]
    pub message: Option<String>,
    /// Bring back deleted artifacts; run although git is in the middle of something
    #[arg(long)]
    pub force: bool,
    /// Lose local edits without asking ('--strategy overwrite')
    #[arg(long)]
    pub yes: bool,
    /// Do without the network
    #[arg(long)]
    pub no_fetch: bool,
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
    /// Let files go back to versions that the collection had
    #[arg(long)]
    pub allow_rewind: bool,
    /// Lose the collection's edits without asking ('--strategy overwrite')
    #[arg(long)]
    pub yes: bool,
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

/// `hooks …`.
#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Install the hooks
    Install,
    /// Remove the hooks
    Uninstall,
    /// Say how the hooks stand
    Status,
}

impl From<&HooksCommand> for HooksAction {
    fn from(command: &HooksCommand) -> Self {
        match command {
            HooksCommand::Install => Self::Install,
            HooksCommand::Uninstall => Self::Uninstall,
            HooksCommand::Status => Self::Status,
        }
    }
}

/// `config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Say where each value comes from
    #[arg(long)]
    pub show_origin: bool,
    /// The key
    pub key: Option<String>,
    /// The value to set
    pub value: Option<String>,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Install the pages for this user
    #[arg(long)]
    pub install: bool,
}

/// `hook`.
#[derive(Debug, Args)]
pub struct HookArgs {
    /// The event
    pub event: String,
    /// What git passes to the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}
