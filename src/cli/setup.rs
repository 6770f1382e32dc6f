//! The arguments of the commands that set things up.

use crate::request::{Doctor, Hooks};
use clap::{Args, Subcommand};
use std::path::PathBuf;

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

/// `hooks …`.
#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Install the hooks
    Install {
        /// Also publish the records before every 'git push', and stop secrets in artifacts
        #[arg(long)]
        pre_push: bool,
        /// Also stop commits of artifacts that have conflict markers
        #[arg(long)]
        pre_commit: bool,
    },
    /// Remove the hooks
    Uninstall,
    /// Say how the hooks stand
    Status,
}

impl From<&HooksCommand> for Hooks {
    fn from(command: &HooksCommand) -> Self {
        match command {
            HooksCommand::Install { pre_push, pre_commit } => {
                Self::Install { pre_push: *pre_push, pre_commit: *pre_commit }
            }
            HooksCommand::Uninstall => Self::Uninstall,
            HooksCommand::Status => Self::Status,
        }
    }
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Mend what can be mended without any risk
    #[arg(long)]
    pub fix: bool,
    /// Compute the digests of all bases anew
    #[arg(long)]
    pub verify: bool,
    /// Drop from the operation log what is older than so many days and nothing waits for [default: 90]
    #[arg(long, value_name = "DAYS", num_args = 0..=1, require_equals = true, default_missing_value = "90")]
    pub prune_log: Option<u32>,
}

impl From<DoctorArgs> for Doctor {
    fn from(args: DoctorArgs) -> Self {
        Self { fix: args.fix, verify: args.verify, prune_log: args.prune_log }
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
    /// The agent program that calls it
    #[arg(long, value_name = "NAME")]
    pub harness: Option<String>,
    /// The event, or the trigger of an agent program
    pub event: String,
    /// What git passes to the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file to read
    #[arg(value_name = "FILE", required_unless_present = "auto", conflicts_with = "auto")]
    pub file: Option<PathBuf>,
    /// Read all that are found
    #[arg(long)]
    pub auto: bool,
    /// Show what would be recorded
    #[arg(long)]
    pub dry_run: bool,
}
