//! What a command is run with, read once: the working folder, the environment, the configuration.

use crate::error::Error;
use crate::git::program::Git;
use crate::git::{Repository, config};
use crate::model::target::Target;
use crate::request::{Resolve, Strategy};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The circumstances of one call.
#[derive(Debug)]
pub struct Session {
    /// The git program.
    pub git: Git,
    /// The folder the command acts in.
    pub folder: PathBuf,
    /// Where clones of collections are kept.
    pub data_folder: PathBuf,
    /// The collection named on the command line.
    pub collection: Option<String>,
    /// Whether a question may be asked.
    pub may_ask: bool,
    /// The absolute path of this program.
    pub program: PathBuf,
    /// Whether this process was started by ourselves, through a git of ours.
    pub nested: bool,
    /// Whether readers may write what they learn (`GIT_OPTIONAL_LOCKS`).
    pub optional_locks: bool,
    index_file: Option<PathBuf>,
}

/// What the command line says about the circumstances.
#[derive(Debug, Default, Clone)]
pub struct SessionOptions {
    /// `-C PATH`, each relative to the one before.
    pub folders: Vec<PathBuf>,
    /// `--collection NAME`.
    pub collection: Option<String>,
    /// `--no-input`.
    pub no_input: bool,
}

impl Session {
    /// Read the circumstances.
    ///
    /// # Errors
    ///
    /// When there is no git, no working folder, or no home to keep clones in.
    pub fn new(options: &SessionOptions) -> Result<Self, Error> {
        let mut folder = std::env::current_dir().map_err(Error::WorkingFolder)?;
        for next in &options.folders {
            folder = folder.join(next);
        }
        if !folder.is_dir() {
            return Err(Error::NoFolder(folder));
        }
        Ok(Self {
            git: Git::find().map_err(|error| Error::Git(error.into()))?,
            folder,
            data_folder: data_folder()?,
            collection: options.collection.clone(),
            may_ask: !options.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
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
    pub fn project(&self) -> Result<Repository, Error> {
        Ok(Repository::discover(&self.folder, &self.git)?)
    }

    /// Whether git works on another index than the repository's, as during `commit -a`.
    pub fn uses_foreign_index(&self, project: &Repository) -> bool {
        let Some(named) = &self.index_file else { return false };
        let root = project.work_dir().unwrap_or(project.git_dir());
        let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
        real(root.join(named)) != real(project.git_dir().join("index"))
    }

    /// The repository at another path, with the environment's say left out.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn other(&self, path: &Path) -> Result<Repository, Error> {
        let path = self.folder.join(path);
        Ok(Repository::open(&path, &self.git)?)
    }

    /// The present time, RFC 3339 in UTC.
    pub fn now(&self) -> String {
        let now = jiff::Timestamp::now();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }

    /// A new operation id.
    pub fn new_id(&self) -> String {
        ulid::Ulid::generate().to_string()
    }
}

/// The configured strategy.
///
/// # Errors
///
/// When the configured word is no strategy.
pub fn strategy(project: &Repository) -> Result<Strategy, Error> {
    configured(project, "skillsync.strategy", Strategy::from_word).map(Option::unwrap_or_default)
}

/// The configured way to deal with conflicts.
///
/// # Errors
///
/// When the configured word is none.
pub fn resolve(project: &Repository) -> Result<Option<Resolve>, Error> {
    configured(project, "skillsync.autoResolve", Resolve::from_word)
}

fn configured<T>(
    project: &Repository,
    key: &str,
    from_word: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(value) = config::string(project, key) else { return Ok(None) };
    match from_word(&value) {
        Some(found) => Ok(Some(found)),
        None => Err(Error::BadValue { key: key.to_owned(), value }),
    }
}

/// The targets that a project wants: configured, else those whose folder exists, else `claude`.
///
/// # Errors
///
/// When a configured target is unknown.
pub fn targets(project: &Repository) -> Result<Vec<&'static Target>, Error> {
    let names = config::strings(project, "skillsync.target");
    let names = if names.is_empty() { vec!["claude".to_owned()] } else { names };
    names.iter().map(|name| target(name)).collect()
}

/// The target of this name.
///
/// # Errors
///
/// When there is none.
pub fn target(name: &str) -> Result<&'static Target, Error> {
    Target::find(name).ok_or_else(|| Error::UnknownTarget(name.to_owned()))
}

fn data_folder() -> Result<PathBuf, Error> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let base = base.or_else(|| set("HOME").map(|home| home.join(".local/share")));
    base.map(|base| base.join("git-skillsync")).ok_or(Error::NoHome)
}
