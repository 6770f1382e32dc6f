//! The arguments of the commands for teams.

use crate::request::{Notes, NotesAction, Share};
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
