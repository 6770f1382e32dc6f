//! The command line: clap types, and how they become requests.

pub mod completions;
pub mod daily;
pub mod man;
pub mod requests;
pub mod setup;
pub mod team;

use clap::{Args, Parser, Subcommand, ValueEnum};
use daily::{
    AbortArgs, AdoptArgs, ContinueArgs, DeployArgs, DiffArgs, ListArgs, LogArgs, PullArgs, PushArgs,
    RemoveArgs, StatusArgs, SyncArgs, TargetsArgs, UndoArgs,
};
use setup::{
    CollectionCommand, CompletionsArgs, ConfigArgs, DemoArgs, DoctorArgs, HookArgs, HooksCommand, ImportArgs,
    InitArgs, ManArgs,
};
use std::path::PathBuf;
use team::{AutoCommand, NotesCommand};

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
    /// Work on your own folders (~/.claude, ~/.agents and the like) instead of a project
    #[arg(long, global = true)]
    pub user: bool,
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
    /// Show how the last sync of each target went
    Targets(TargetsArgs),
    /// Give a record to artifacts that are there already
    Adopt(AdoptArgs),
    /// Make records of what other tools wrote down
    Import(ImportArgs),
    /// Share the records with others
    #[command(subcommand)]
    Notes(NotesCommand),
    /// Sync with the sessions of agent programs
    #[command(subcommand)]
    Auto(AutoCommand),
    /// Install, remove or look at the git hooks
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Look for what may go wrong, and mend it
    Doctor(DoctorArgs),
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
