//! The arguments of the commands for teams.

use crate::model::harness::{HARNESSES, Harness};
use crate::model::trigger::Trigger;
use crate::request::{Auto, AutoRun, Notes, NotesAction, Share, Stage};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

/// `notes …`.
#[derive(Debug, Subcommand)]
pub enum NotesCommand {
    /// Fetch a remote's records and merge them
    Fetch(ShareArgs),
    /// Push the records, merging what the remote has first
    Push(ShareArgs),
    /// Merge what was fetched last
    Merge(ShareArgs),
    /// Show the records at a commit
    Show(ShowArgs),
}

/// `notes fetch`, `push` and `merge`.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// The remote; by default the one the branch follows, else 'origin' or the only one
    pub remote: Option<String>,
    /// Go on although most notes would be deleted
    #[arg(long)]
    pub yes: bool,
}

/// `notes show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The commit; HEAD by default
    #[arg(value_name = "REV")]
    pub revision: Option<String>,
}

/// `auto …`.
#[derive(Debug, Subcommand)]
pub enum AutoCommand {
    /// Sync with the sessions of agent programs from now on
    Enable(HarnessArgs),
    /// Do so no more
    Disable(HarnessArgs),
    /// Say how it stands and how it went
    Status {
        /// One short line, for prompts and status bars
        #[arg(long)]
        line: bool,
    },
    /// Run as if a session had fired a trigger
    Run(RunArgs),
}

/// `auto enable` and `auto disable`.
#[derive(Debug, Args)]
pub struct HarnessArgs {
    /// The program; by default those that are used here, or all that were enabled
    #[arg(long = "harness", value_name = "NAME", value_parser = harness_names())]
    pub harnesses: Vec<String>,
}

/// `auto run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The trigger
    #[arg(value_parser = PossibleValuesParser::new(Trigger::ALL.map(Trigger::as_str)))]
    pub trigger: String,
    /// Run although auto-sync is off, paused, or has run just now
    #[arg(long)]
    pub force: bool,
    /// The program whose session it is
    #[arg(long, value_name = "NAME", value_parser = harness_names(), hide = true)]
    pub harness: Option<String>,
    /// Who waits for it
    #[arg(long, value_parser = ["foreground", "background", "continued"], default_value = "foreground", hide = true)]
    pub stage: String,
}

fn harness_names() -> PossibleValuesParser {
    PossibleValuesParser::new(HARNESSES.each_ref().map(|harness| harness.name))
}

impl From<AutoCommand> for Auto {
    fn from(command: AutoCommand) -> Self {
        let all = |names: Vec<String>| names.iter().filter_map(|name| Harness::find(name)).collect();
        match command {
            AutoCommand::Enable(args) => Self::Enable(all(args.harnesses)),
            AutoCommand::Disable(args) => Self::Disable(all(args.harnesses)),
            AutoCommand::Status { line } => Self::Status { line },
            AutoCommand::Run(args) => Self::Run(AutoRun {
                trigger: Trigger::from_word(&args.trigger).unwrap_or(Trigger::SessionStart),
                force: args.force,
                harness: args.harness.as_deref().and_then(Harness::find),
                stage: match args.stage.as_str() {
                    "background" => Stage::Background,
                    "continued" => Stage::Continued,
                    _ => Stage::Foreground,
                },
            }),
        }
    }
}

impl From<NotesCommand> for Notes {
    fn from(command: NotesCommand) -> Self {
        let (action, args) = match command {
            NotesCommand::Fetch(args) => (NotesAction::Fetch, args),
            NotesCommand::Push(args) => (NotesAction::Push, args),
            NotesCommand::Merge(args) => (NotesAction::Merge, args),
            NotesCommand::Show(args) => return Self::Show(args.revision),
        };
        Self::Share(Share { action, remote: args.remote, yes: args.yes })
    }
}
