//! What `doctor` sees of a project, and what it says about it.

use super::artifact::ArtifactName;
use super::deployed::Rung;
use super::hook::HookEvent;
use super::path::RepoPath;
use super::record::Record;
use gix::ObjectId;
use std::path::PathBuf;

/// All that was looked at.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The git hooks.
    pub hooks: Hooks,
    /// The notes.
    pub notes: Notes,
    /// The effective records at HEAD that are not sound.
    pub records: Vec<(RepoPath, Unsound)>,
    /// The configuration of `remote` and `notes`: origin, key, value.
    pub git_settings: Vec<[String; 3]>,
    /// The configuration below `skillsync`: origin, key, value.
    pub settings: Vec<[String; 3]>,
    /// The collections that cannot be used as they are configured.
    pub collections: Vec<(String, Unusable)>,
    /// The names of all collections that are configured.
    pub collection_names: Vec<String>,
    /// The lock files of git.
    pub locks: Vec<LockFile>,
    /// What waits to be committed.
    pub pending: Waiting,
    /// Cache files that are not whole.
    pub damaged_caches: Vec<PathBuf>,
    /// What is deployed, and where its base comes from.
    pub bases: Vec<Standing>,
}

/// A deployed artifact and the base that a look-up finds for it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The collection it comes from.
    pub collection: String,
    /// The artifact.
    pub name: ArtifactName,
    /// Where it stands.
    pub path: RepoPath,
    /// The rung that answered and the collection's commit; none: no base is known.
    pub base: Option<(Rung, ObjectId)>,
}

/// The hooks, where git looks for them.
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    /// The folder.
    pub folder: PathBuf,
    /// Whether it is the repository's own, so that nobody else uses it and nothing in it is tracked.
    pub is_own: bool,
    /// Whether hooks of ours stand in the repository's own folder while git looks elsewhere.
    pub are_bypassed: bool,
    /// Each of them.
    pub all: Vec<Hook>,
}

/// One hook.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The event.
    pub event: HookEvent,
    /// How it stands.
    pub standing: HookStanding,
    /// What the user can add so that it calls us, and where.
    pub advice: String,
}

/// How a hook stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookStanding {
    /// It calls this program.
    Installed,
    /// It calls another one, or is of another release.
    Outdated,
    /// It does not call us, and could be made to.
    Absent,
    /// It was ours and does not work any more.
    Broken(String),
    /// It is somebody else's, and must not be changed.
    Foreign(String),
}

/// The notes with the records.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// What of them is missing; then nothing else is known of them.
    pub damaged: Option<String>,
    /// Remotes that have noted commits without their notes, and how many, as far as it is known
    /// without asking them.
    pub unshared: Vec<(String, usize)>,
    /// How many noted commits no ref leads to.
    pub unreachable: usize,
    /// How many noted commits are gone.
    pub gone: usize,
    /// Notes with records that do not fit their commit.
    pub misplaced: Vec<Misplaced>,
    /// Noted commits, and what of their notes cannot be read.
    pub unreadable: Vec<(ObjectId, String)>,
    /// Paths at HEAD whose record stands only on commits that HEAD does not lead to.
    pub lost: Vec<Lost>,
}

/// A note that belongs to another commit.
#[derive(Debug, Clone)]
pub struct Misplaced {
    /// The commit it is on.
    pub commit: ObjectId,
    /// The paths whose records do not fit.
    pub paths: Vec<RepoPath>,
    /// Whether no record in it fits.
    pub wholly: bool,
}

/// A path that lost its record to a rewritten history.
#[derive(Debug, Clone)]
pub struct Lost {
    /// The path.
    pub path: RepoPath,
    /// A commit whose note has its record.
    pub noted: ObjectId,
    /// The record, where what stands at the path proves that it is the one.
    pub proven: Option<Box<Record>>,
}

/// Why a record is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsound {
    /// No collection that is configured is the one it names.
    UnknownCollection(String),
    /// The collection's history has no such commit.
    CommitMissing {
        /// The collection.
        collection: String,
        /// The commit.
        commit: ObjectId,
    },
    /// The base does not stand in the collection at that commit.
    BaseMissing {
        /// The collection.
        collection: String,
        /// The base.
        base: ObjectId,
    },
    /// The base has another digest than the record says.
    OtherDigest {
        /// What the record says.
        recorded: String,
        /// What it is.
        found: String,
    },
}

/// Why a collection cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// It is not there, or is no repository, or has no commit.
    Unreachable(String),
    /// It has not been cloned yet.
    NotCloned,
    /// It is not the one that was registered.
    OtherId {
        /// The root commit that was registered.
        registered: ObjectId,
        /// The one it has.
        found: ObjectId,
    },
}

/// A lock file of git.
#[derive(Debug, Clone)]
pub struct LockFile {
    /// Where it is.
    pub path: PathBuf,
    /// How old it is, in seconds.
    pub age: i64,
    /// Who holds it.
    pub holder: Holder,
}

/// Who holds a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// No process has it open and no git is at work in the repository.
    Nobody,
    /// This process.
    Process(String),
    /// That cannot be told here.
    Unknown,
}

/// What waits to be committed.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// Why the pending file cannot be used.
    pub trouble: Option<String>,
    /// The operation that was interrupted.
    pub interrupted: Option<String>,
    /// The paths whose result is gone.
    pub dormant: Vec<RepoPath>,
    /// How many records can be written down now.
    pub ready: usize,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know; nothing has to be done.
    Note,
    /// Something does not work as it could.
    Warning,
    /// Something may be lost, or a record is wrong.
    Error,
}

impl Severity {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// A word for programs, such as `notes.misplaced`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is the matter.
    pub what: String,
    /// What the user can do.
    pub hint: Option<String>,
    /// What `--fix` does.
    pub fix: Option<Fix>,
}

/// What mends something without any risk.
#[derive(Debug, Clone, PartialEq)]
pub enum Fix {
    /// Write the hooks anew.
    InstallHooks,
    /// Recover what was interrupted, write down what was committed.
    Reconcile,
    /// Note a record on HEAD too.
    Carry(Box<Record>),
    /// Remove a lock file that nobody holds.
    RemoveLock(PathBuf),
    /// Remove a cache file.
    DropCache(PathBuf),
}

impl Fix {
    /// What was done.
    pub fn done(&self) -> &'static str {
        match self {
            Self::InstallHooks => "installed",
            Self::Reconcile => "done",
            Self::Carry(_) => "noted on HEAD too",
            Self::RemoveLock(_) | Self::DropCache(_) => "removed",
        }
    }
}
