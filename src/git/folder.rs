//! Folders outside git: where what is known of them is kept.
//!
//! Beside the state file there is a private store, a repository of our own that nobody else looks at.
//! Its commits are snapshots of the folder's artifacts, and the folder is its work tree; so everything
//! that works on a repository works on a folder. A real repository around the folder always comes first.

use crate::model::configured::TRACKED;
use crate::model::target::Scope;
use std::path::{Path, PathBuf};

/// The folder of ours in a folder outside git.
pub const STATE: &str = ".skillsync";

/// The private store in it.
const STORE: &str = "store";

/// In the store: the records went into a repository's notes, nothing is to be moved any more.
const MOVED: &str = "moved";

/// A folder outside git, or the home of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
    state: PathBuf,
    scope: Scope,
}

impl Folder {
    /// The folder with this root; none if it is not there.
    pub fn at(root: &Path) -> Option<Self> {
        // As git does: the same folder has one name, whatever links lead to it.
        let root = root.canonicalize().ok()?;
        Some(Self { state: root.join(STATE), root, scope: Scope::Project })
    }

    /// The folders of harnesses in a home, with what is known of them kept in `state`.
    pub fn of_user(home: &Path, state: PathBuf) -> Option<Self> {
        Some(Self { root: home.canonicalize().ok()?, state, scope: Scope::User })
    }

    /// The nearest folder upwards that was started.
    pub fn find(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        folder.ancestors().filter_map(Self::at).find(Self::is_started)
    }

    /// Whether it was started: by `init` or `deploy`.
    pub fn is_started(&self) -> bool {
        self.store().join("HEAD").is_file()
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where what is known of it is kept.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The private store.
    pub fn store(&self) -> PathBuf {
        self.state.join(STORE)
    }

    /// Which places of harnesses are meant.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The configuration that goes along when the folder becomes a repository; the user's own folders
    /// never do.
    pub fn shared_config(&self) -> Option<PathBuf> {
        (self.scope == Scope::Project).then(|| self.root.join(TRACKED))
    }

    /// The file that says that its records were moved.
    pub fn moved_mark(&self) -> PathBuf {
        self.store().join(MOVED)
    }
}
