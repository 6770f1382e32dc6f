//! What a command is run with, read once: the working folder, the environment, the configuration.

mod own_folders;
mod part;
mod settings;

pub use settings::{
    confirm, hook_timeout, method, on_checkout, pushes_commits, record_store, resolve, scan, scan_command,
    searched_targets, shared_targets, strategy, supports_links, target, targets,
};

use crate::git::program::Git;
use crate::git::workers;
use crate::git::{Folder, GitError, Repository};
use crate::model::path::RepoPath;
use std::cell::Cell;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Why the circumstances do not do.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The working folder is gone.
    #[error("the current folder cannot be read")]
    WorkingFolder(#[source] std::io::Error),
    /// `-C` names no folder.
    #[error("cannot change to '{}': no such folder", .0.display())]
    NoFolder(PathBuf),
    /// The user's data has no place.
    #[error("neither 'XDG_DATA_HOME' nor 'HOME' is set")]
    NoHome,
    /// Nothing was deployed for the user yet.
    #[error("nothing is kept in step in '{}' yet", .0.display())]
    NotStarted(PathBuf),
    /// At the border to git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// No target of this name.
    #[error("unknown target '{0}'")]
    UnknownTarget(String),
    /// A value of an option or of the configuration that is not allowed.
    #[error("'{value}' is no value for '{key}'")]
    BadValue {
        /// The option or key.
        key: String,
        /// The value.
        value: String,
    },
}

/// The circumstances of one call.
#[derive(Debug, Clone)]
pub struct Session {
    /// The git program.
    pub git: Git,
    /// The folder the command acts in.
    pub folder: PathBuf,
    /// The collection named on the command line.
    pub collection: Option<String>,
    /// Whether a question may be asked.
    pub may_ask: bool,
    /// The absolute path of this program.
    pub program: PathBuf,
    /// The user's home folder, where other tools keep what they know.
    pub home: Option<PathBuf>,
    /// Where programs keep their state (`XDG_STATE_HOME`), where that is set.
    pub state_home: Option<PathBuf>,
    /// Whether this process was started by ourselves, through a git of ours.
    pub nested: bool,
    /// Whether readers may write what they learn (`GIT_OPTIONAL_LOCKS`).
    pub optional_locks: bool,
    /// Whether the user's own folders are meant instead of a project.
    pub user: bool,
    in_folder: Cell<bool>,
    in_ignored: Cell<bool>,
    met_ignored: Cell<bool>,
    index_file: Option<PathBuf>,
    data_home: Option<PathBuf>,
    started: Instant,
}

/// What the command line says about the circumstances.
#[derive(Debug, Default, Clone)]
pub struct SessionOptions {
    /// `-C PATH`, each relative to the one before.
    pub folders: Vec<PathBuf>,
    /// `--collection NAME`.
    pub collection: Option<String>,
    /// `--user`.
    pub user: bool,
    /// Whether a question would be seen and may be asked.
    pub may_ask: bool,
}

impl Session {
    /// Read the circumstances.
    ///
    /// # Errors
    ///
    /// When there is no git or no working folder.
    pub fn new(options: &SessionOptions) -> Result<Self, SessionError> {
        let mut folder = std::env::current_dir().map_err(SessionError::WorkingFolder)?;
        for next in &options.folders {
            folder = folder.join(next);
        }
        if !folder.is_dir() {
            return Err(SessionError::NoFolder(folder));
        }
        Ok(Self {
            git: Git::find().map_err(GitError::from)?,
            folder,
            data_home: data_home(),
            started: Instant::now(),
            home: folder_named("HOME"),
            state_home: folder_named("XDG_STATE_HOME"),
            collection: options.collection.clone(),
            user: options.user,
            in_folder: Cell::new(false),
            in_ignored: Cell::new(false),
            met_ignored: Cell::new(false),
            may_ask: options.may_ask,
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("git-skillsync")),
            nested: std::env::var_os("GIT_SKILLSYNC_DEPTH").is_some(),
            optional_locks: std::env::var_os("GIT_OPTIONAL_LOCKS").is_none_or(|value| value != "0"),
            index_file: std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from),
        })
    }

    /// The repository the command acts in.
    ///
    /// # Errors
    ///
    /// When the folder is in none.
    pub fn project(&self) -> Result<Repository, SessionError> {
        let mut project = match self.user {
            true => Repository::of_folder(self.user_folder()?, &self.git)?,
            false => {
                let project = Repository::discover(&self.folder, &self.git)?;
                let base = part::base(&project, &self.folder);
                project.in_part(base)
            }
        };
        if let Some(folder) = project.ignored_folder().filter(|_| self.in_ignored.get()) {
            project = project.of_ignored(folder)?;
        }
        self.in_folder.set(!project.is_git());
        Ok(project)
    }

    /// What stands at a path seen from the folder that the command acts in, as the project calls it; none
    /// where nothing stands there.
    pub fn path_in_project(&self, path: &str) -> Option<RepoPath> {
        let named = self.folder.join(path);
        named.symlink_metadata().ok()?;
        part::path_in_project(&self.project().ok()?, &named)
    }

    /// The folder outside git that would be started here, if this is not in a repository or in one that
    /// was started.
    ///
    /// # Errors
    ///
    /// When it cannot be looked at.
    pub fn new_folder(&self) -> Result<Option<Folder>, SessionError> {
        match self.project() {
            Ok(_) => Ok(None),
            Err(SessionError::NotStarted(_)) => self.user_folder_or_none().map(Some),
            Err(SessionError::Git(GitError::NotInARepository(_))) => Ok(Folder::at(&self.folder)),
            Err(error) => Err(error),
        }
    }

    /// From now on the command is about what git ignores in the repository, or again about the rest.
    pub fn turn_to_ignored(&self, ignored: bool) {
        self.in_ignored.set(ignored);
    }

    /// Remember that something is meant which git ignores.
    pub fn meet_ignored(&self) {
        self.met_ignored.set(true);
    }

    /// Whether something was meant which git ignores.
    pub fn met_ignored(&self) -> bool {
        self.met_ignored.get()
    }

    /// Whether the project that was opened last is a folder outside git.
    pub fn worked_in_folder(&self) -> bool {
        self.in_folder.get()
    }

    fn user_folder(&self) -> Result<Folder, SessionError> {
        let folder = self.user_folder_or_none()?;
        let home = folder.root().to_owned();
        Some(folder).filter(Folder::is_started).ok_or(SessionError::NotStarted(home))
    }

    fn user_folder_or_none(&self) -> Result<Folder, SessionError> {
        let home = self.home.as_deref().ok_or(SessionError::NoHome)?;
        let state = self.state_home.clone().unwrap_or_else(|| home.join(".local/state"));
        own_folders::find(home, &state.join("git-skillsync")).ok_or(SessionError::NoHome)
    }

    /// The list of the user's projects; none where the environment names no home.
    pub fn project_list(&self) -> Option<PathBuf> {
        let home = self.home.as_ref().map(|home| home.join(".local/state"));
        let state = self.state_home.clone().or(home)?;
        Some(state.join("git-skillsync").join("projects.json"))
    }

    /// Where the user's data is kept (`XDG_DATA_HOME`), whatever program it belongs to.
    ///
    /// # Errors
    ///
    /// When the environment names no home.
    pub fn data_home(&self) -> Result<&Path, SessionError> {
        self.data_home.as_deref().ok_or(SessionError::NoHome)
    }

    /// Whether git works on another index than the repository's, as during `commit -a`.
    pub fn uses_foreign_index(&self, project: &Repository) -> bool {
        let Some(named) = &self.index_file else { return false };
        let root = project.work_dir().unwrap_or(project.git_dir());
        let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
        real(root.join(named)) != real(project.git_dir().join("index"))
    }

    /// The index that git makes a commit from, where that is not the repository's own.
    pub fn index_in_use(&self, project: &Repository) -> Option<PathBuf> {
        let root = project.work_dir().unwrap_or(project.git_dir());
        self.index_file.as_ref().filter(|_| self.uses_foreign_index(project)).map(|named| root.join(named))
    }

    /// The repository at another path, with the environment's say left out.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn other(&self, path: &Path) -> Result<Repository, SessionError> {
        let path = self.folder.join(path);
        Ok(Repository::open(&path, &self.git)?)
    }

    /// The same circumstances where nobody looks: nothing is asked, and what uses the network ends
    /// after this time; `folder` is where it acts, if elsewhere.
    #[must_use]
    pub fn unattended(&self, folder: Option<&Path>, network: Duration) -> Self {
        let folder = folder.map(|folder| self.folder.join(folder)).filter(|folder| folder.is_dir());
        Self {
            git: self.git.unattended(network),
            folder: folder.unwrap_or_else(|| self.folder.clone()),
            may_ask: false,
            ..self.clone()
        }
    }

    /// Start this program again in a repository, so that it outlives this process.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn detach(&self, project: &Repository, args: &[&str]) -> std::io::Result<()> {
        workers::detach(project, &self.program, args)
    }

    /// How long the command has run.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Any number, by chance.
    pub fn chance(&self) -> u64 {
        // Every state has keys of its own, taken from the system's randomness.
        std::hash::RandomState::new().hash_one(self.started)
    }

    /// The present time, in milliseconds since 1970.
    pub fn milliseconds(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    /// The present time, RFC 3339 in UTC.
    pub fn now(&self) -> String {
        let now = jiff::Timestamp::now();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }

    /// The time so many days ago, RFC 3339 in UTC.
    pub fn days_ago(&self, days: u32) -> String {
        let seconds = jiff::Timestamp::now().as_second() - i64::from(days) * 24 * 60 * 60;
        jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MIN).to_string()
    }

    /// Whether a command that may take this long has to stop before its next artifact. The time runs
    /// from the start of the command: what is fetched first counts too.
    pub fn is_up(&self, budget: Option<Duration>) -> bool {
        budget.is_some_and(|budget| self.started.elapsed() >= budget)
    }

    /// A new operation id.
    pub fn new_id(&self) -> String {
        ulid::Ulid::generate().to_string()
    }
}

/// How long to wait before a lost race is run again: longer each time, and spread by chance, so
/// that those who lost together do not meet again.
pub fn back_off(attempt: u32) -> Duration {
    let chance = u64::try_from(jiff::Timestamp::now().subsec_nanosecond()).unwrap_or(0) / 1000 % 23;
    Duration::from_millis((1 + chance) * u64::from(attempt.min(40)))
}

/// A time in milliseconds since 1970, RFC 3339 in UTC.
pub fn time_of(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default().to_string()
}

fn data_home() -> Option<PathBuf> {
    folder_named("XDG_DATA_HOME").or_else(|| folder_named("HOME").map(|home| home.join(".local/share")))
}

/// The absolute path in a variable of the environment.
fn folder_named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
