//! The errors of commands, and the one table that maps them to exit statuses and hints.

use crate::execute::ExecuteError;
use crate::exit::Exit;
use crate::git::GitError;
use crate::git::objects::ObjectsError;
use crate::git::program::ProgramError;
use crate::merge::MergeError;
use crate::model::path::InvalidPath;
use crate::model::selection::SelectError;
use crate::model::state_file::StateError;
use crate::model::target::Target;
use crate::observe::ObserveError;
use crate::session::SessionError;
use std::path::PathBuf;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In the circumstances of the call.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// At the border to git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// In the object databases.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// While looking.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// While merging.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// While writing.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// While writing a hook.
    #[error(transparent)]
    Hook(#[from] crate::execute::hooks::HookError),
    /// An artifact argument means nothing or too much.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A name that cannot be a path.
    #[error(transparent)]
    Path(#[from] InvalidPath),
    /// A configuration key that this program does not know.
    #[error("unknown key '{key}'")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that there are.
        allowed: String,
    },
    /// A value that a configuration key cannot have.
    #[error("'{value}' is no value for '{key}'")]
    BadSetting {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What it can have.
        allowed: String,
    },
    /// `init` without anything to register.
    #[error("no collection was named")]
    NothingToRegister,
    /// A collection of this name is configured already, elsewhere.
    #[error("the collection '{name}' is already configured as '{url}'")]
    CollectionExists {
        /// The name.
        name: String,
        /// Where it is.
        url: String,
    },
    /// A collection that is configured for all repositories cannot be removed from one.
    #[error("the collection '{0}' is not configured in this repository")]
    ForeignCollection(String),
    /// Git is in the middle of something.
    #[error("a {0} is in progress")]
    InProgress(&'static str),
    /// Another index than the repository's is in use.
    #[error("'GIT_INDEX_FILE' names another index than the repository's")]
    ForeignIndex,
    /// The pending file is from a newer program.
    #[error("'{}' was written by a newer git-skillsync", .0.display())]
    PendingTooNew(PathBuf),
    /// An artifact that must not be written.
    #[error("{artifact} is refused: {reason}")]
    Unsafe {
        /// The artifact.
        artifact: String,
        /// Why.
        reason: String,
    },
    /// An artifact name that cannot be a path on every platform.
    #[error("'{name}' cannot be used as a name: {reason}")]
    UnsafeName {
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// A target that has no place for artifacts of this type.
    #[error("{artifact} is not supported by {target}")]
    NotSupported {
        /// The artifact.
        artifact: String,
        /// The harness.
        target: String,
    },
    /// An artifact that is deployed, but not for the target that was named.
    #[error("'{artifact}' is not deployed for {target}")]
    NotAtTarget {
        /// The artifact, as it was named.
        artifact: String,
        /// The target.
        target: String,
        /// Where it is deployed.
        paths: Vec<String>,
    },
    /// `pull --project` in a repository that is not the project's collection.
    #[error("this repository is not a collection of '{}'", .0.display())]
    NotItsCollection(PathBuf),
    /// `pull --project` from a project that names objects by another hash.
    #[error("'{}' has another object format than this repository", .0.display())]
    OtherObjectFormat(PathBuf),
    /// Edits would be lost and nobody can be asked.
    #[error("{0} would lose edits")]
    WouldLose(String),
    /// Most of what is deployed would be removed and nobody can be asked.
    #[error("{0} would be removed, which is most of what is deployed")]
    WouldRemoveMany(String),
    /// `--as` with several artifacts.
    #[error("'--as' takes one artifact")]
    SeveralRenamed,
    /// Nothing waits to be continued or aborted.
    #[error("no pull is in progress")]
    NothingPending,
    /// There is no operation to take back.
    #[error("there is no operation to undo in this work tree")]
    NothingToUndo,
    /// Unmerged files are left.
    #[error("'{0}' still has conflicts")]
    Unresolved(String),
    /// A commit was asked for and git refused it.
    #[error("the result could not be committed")]
    NotCommitted(#[source] GitError),
    /// A file cannot be written where the user wants it.
    #[error("'{}' cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of another tool that says nothing.
    #[error("'{file}' cannot be imported")]
    Import {
        /// The file.
        file: String,
        /// Why.
        source: crate::observe::import::files::Unreadable,
    },
    /// This program cannot be started once more.
    #[error("'{}' cannot be started", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A settings file of an agent program that cannot be edited.
    #[error("'{path}' is left as it is")]
    Settings {
        /// The file.
        path: String,
        /// Why.
        #[source]
        reason: crate::model::harness::Unusable,
    },
    /// Standard output cannot be written.
    #[error("standard output cannot be written")]
    Output(#[source] std::io::Error),
}

impl Error {
    /// The exit status.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Select(_)
            | Self::Path(_)
            | Self::Session(SessionError::UnknownTarget(_) | SessionError::BadValue { .. })
            | Self::UnknownKey { .. }
            | Self::BadSetting { .. }
            | Self::NothingToRegister
            | Self::CollectionExists { .. }
            | Self::ForeignCollection(_)
            | Self::SeveralRenamed
            | Self::NotItsCollection(_)
            | Self::WouldLose(_)
            | Self::WouldRemoveMany(_)
            | Self::Observe(
                ObserveError::UnknownCollection(_)
                | ObserveError::NoCollection
                | ObserveError::UnknownFormat(_)
                | ObserveError::NoRemote
                | ObserveError::UnknownRemote(_)
                | ObserveError::SeveralRemotes(_)
                | ObserveError::NotInHistory(_)
                | ObserveError::NotThereThen { .. },
            )
            | Self::NotSupported { .. }
            | Self::NotAtTarget { .. }
            | Self::UnsafeName { .. } => Exit::Usage,
            Self::Unsafe { .. } | Self::Unresolved(_) => Exit::Attention,
            _ => Exit::Fatal,
        }
    }

    /// A word for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Git(error) | Self::Session(SessionError::Git(error)) => git_kind(error),
            Self::Observe(ObserveError::Git(error)) => git_kind(error),
            Self::Execute(ExecuteError::Git(error)) => git_kind(error),
            Self::Observe(ObserveError::NoCollection | ObserveError::UnknownCollection(_)) => "collection",
            Self::Observe(ObserveError::UnreachableCollection { .. }) => "collection_unreachable",
            Self::Observe(ObserveError::NotInHistory(_) | ObserveError::NotThereThen { .. }) => "revision",
            Self::Session(SessionError::NotStarted(_)) => "not_a_repository",
            Self::Select(_) | Self::NotAtTarget { .. } => "artifact",
            Self::Import { .. } => "import",
            Self::InProgress(_) => "in_progress",
            Self::Execute(ExecuteError::Locked) => "locked",
            Self::Execute(ExecuteError::Stale(_)) => "stale",
            Self::Execute(ExecuteError::Occupied(_)) => "occupied",
            Self::Execute(ExecuteError::StateRefused { .. }) => "state",
            Self::Execute(_) | Self::Write { .. } => "io",
            _ => "error",
        }
    }

    /// The way out, where there is one.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Git(error) | Self::NotCommitted(error) | Self::Session(SessionError::Git(error)) => {
                return git_hint(error);
            }
            Self::Observe(error) => return observe_hint(error),
            Self::Execute(ExecuteError::Git(error)) => return git_hint(error),
            Self::Execute(ExecuteError::Occupied(_)) => {
                "name an empty folder, or one that does not exist yet"
            }
            Self::Execute(ExecuteError::Locked) => "try again when it is done",
            Self::Execute(ExecuteError::NotTakenBack { .. }) => {
                "remove the cause; the next 'git skillsync' command that writes takes it back"
            }
            Self::Execute(ExecuteError::StateRefused { source, .. }) => state_hint(source),
            Self::Execute(ExecuteError::Stale(_)) => "run the command again",
            Self::Execute(ExecuteError::NoOperation(_)) => "'git skillsync log' names the operations",
            Self::Execute(ExecuteError::NoteTooLarge { .. }) => {
                "with 'git config skillsync.state auto' the records go to the state file"
            }
            Self::NotAtTarget { paths, .. } => return Some(format!("it is at '{}'", paths.join("', '"))),
            Self::UnknownKey { allowed, .. } => return Some(format!("the keys are {allowed}")),
            Self::BadSetting { allowed, .. } => return Some(format!("it takes {allowed}")),
            Self::Execute(ExecuteError::Write { .. }) => {
                "see whether it may be written and the disk has room"
            }
            Self::Select(SelectError::Unknown(_)) => {
                "'git skillsync list' names what is deployed, 'git skillsync list --available' what the collection offers"
            }
            Self::Select(SelectError::Ambiguous { .. }) => "name it as TYPE/NAME or by its path",
            Self::Session(SessionError::UnknownTarget(_)) => {
                return Some(format!("the targets are {}", Target::names()));
            }
            Self::Session(SessionError::NotStarted(_)) => {
                "'git skillsync deploy --user NAME --from URL|PATH' begins"
            }
            Self::NothingToRegister => "name a URL or a path: 'git skillsync init ../collection'",
            Self::CollectionExists { .. } => "use another name, or 'git skillsync collection remove' first",
            Self::ForeignCollection(_) => "'git skillsync config --show-origin' shows where it is",
            Self::InProgress(_) => "finish or abort it first, or use '--force'",
            Self::ForeignIndex => "run the command outside of the commit that is being made",
            Self::PendingTooNew(_) => "update git-skillsync",
            Self::Settings { reason: crate::model::harness::Unusable::Edited, .. } => {
                "move it away or mend it, then run it again"
            }
            Self::Settings { .. } => "mend it, then run it again; nothing was written",
            Self::NothingPending => "'git skillsync log' shows what was done",
            Self::NothingToUndo => "'git skillsync log' shows what was done",
            Self::Unresolved(_) => "fix the files, then run it again",
            Self::WouldLose(_) => "'--yes' does it all the same; what was there stays in the operation log",
            Self::WouldRemoveMany(_) => "see whether the collection is as it should be; '--yes' removes them",
            Self::Merge(MergeError::Blob { .. } | MergeError::Tree { .. } | MergeError::Merge { .. })
            | Self::Objects(ObjectsError::Missing(_)) => MISSING,
            Self::SeveralRenamed => "deploy them one by one",
            Self::OtherObjectFormat(_) => "run 'git skillsync push' there: it converts what it sends",
            Self::NotItsCollection(_) => {
                "run it in the collection, or 'git skillsync init' in the project first"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

fn state_hint(error: &StateError) -> &'static str {
    match error {
        StateError::TooNew(_) => "update git-skillsync",
        StateError::TooLarge(_) => "move it away; bases are then found by content",
        StateError::Corrupt(_) | StateError::Malformed { .. } | StateError::Record { .. } => {
            "repair that place, or move the file away: bases are then found by content"
        }
    }
}

/// What helps where an object is missing.
const MISSING: &str = "a partial clone fetches what is missing: see whether its remote can be reached; 'git fsck' tells what is damaged";

fn git_kind(error: &GitError) -> &'static str {
    match error {
        GitError::NotInARepository(_) | GitError::NotARepository(_) => "not_a_repository",
        GitError::NoIdentity => "identity",
        GitError::Program(_) => "git",
        GitError::NoCommit(_) => "revision",
        _ => "repository",
    }
}

fn git_hint(error: &GitError) -> Option<String> {
    let hint = match error {
        GitError::NotInARepository(_) => {
            "run it inside a git repository, or keep this folder in step with 'git skillsync init URL|PATH'"
        }
        GitError::Untrusted(path) => {
            let path = path.display();
            return Some(format!("'git config --global --add safe.directory {path}' trusts it"));
        }
        GitError::MissingObject(_) => MISSING,
        GitError::Bare(_) => "run it in a work tree",
        GitError::NoIdentity => "set 'user.name' and 'user.email' with 'git config'",
        GitError::NoCommit(_) => "'git log' names the commits, for a collection the one in its repository",
        GitError::Program(ProgramError::NotFound(_)) => "install git and put it on 'PATH'",
        GitError::Program(ProgramError::Failed { stderr, .. })
            if stderr.contains("unknown repository extension") =>
        {
            "this git is older than what the repository uses; reftable needs git 2.45 or later"
        }
        GitError::Program(ProgramError::Failed { stderr, .. }) if stderr.contains(".lock") => {
            "another git may be at work; if not, remove the lock file that is named"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn observe_hint(error: &ObserveError) -> Option<String> {
    let hint = match error {
        ObserveError::Git(error) => return git_hint(error),
        ObserveError::Merge(MergeError::Blob { .. } | MergeError::Tree { .. } | MergeError::Merge { .. }) => {
            MISSING
        }
        ObserveError::NoRemote => "'git remote add origin URL' adds one",
        ObserveError::UnknownRemote(_) => "'git remote' names them",
        ObserveError::SeveralRemotes(_) => "name one: 'git skillsync notes push REMOTE'",
        ObserveError::NoCollection => "'git skillsync init URL|PATH' registers one",
        ObserveError::UnknownCollection(_) => "'git skillsync collection list' names them",
        ObserveError::UnreachableCollection { .. } => {
            "'git skillsync collection list' shows where it should be, 'git skillsync collection init' makes a new one"
        }
        ObserveError::UnknownFormat(_) => {
            "it reads '.skillmeat-deployed.toml', 'skills-lock.json', '.skill-lock.json', 'apm.lock.yaml', 'SKILL.md', 'state.json' and 'sync-state.json'"
        }
        ObserveError::NotInHistory(_) => "'git log' in the collection names the commits that are followed",
        ObserveError::NotThereThen { .. } => {
            "name the artifacts that were there then, and 'git log' in the collection tells since when"
        }
        ObserveError::EmptyCollection(_) => "commit something in it first",
        _ => return None,
    };
    Some(hint.to_owned())
}
