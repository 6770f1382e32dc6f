//! Folders outside git: where what is known of them is kept.
//!
//! Beside the state file there is a private store, a repository of our own that nobody else looks at.
//! Its commits are snapshots of the folder's artifacts, and the folder is its work tree; so everything
//! that works on a repository works on a folder. A real repository around the folder always comes first.

use super::program::Git;
use super::{GitError, Repository};
use crate::model::configured::TRACKED;
use crate::model::path::RepoPath;
use crate::model::target::Layout;
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
    kind: Kind,
    layout: Layout,
}

/// What there is to keep in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A folder that is in no repository.
    Outside,
    /// The folders of harnesses in a home.
    User,
    /// What a repository's work tree holds and git ignores.
    Ignored,
}

impl Folder {
    /// The folder with this root; none if it is not there.
    pub fn at(root: &Path) -> Option<Self> {
        // As git does: the same folder has one name, whatever links lead to it.
        let root = root.canonicalize().ok()?;
        let layout = Layout::of_project(RepoPath::root());
        Some(Self { state: root.join(STATE), root, kind: Kind::Outside, layout })
    }

    /// The folders of harnesses that are the user's own, below `root` as the layout says, with what is known
    /// of them kept in `state`.
    pub fn of_user(root: PathBuf, state: PathBuf, layout: Layout) -> Self {
        Self { root, state, kind: Kind::User, layout }
    }

    /// What git ignores in a work tree, with what is known of it in `state`.
    pub fn of_ignored(root: &Path, state: PathBuf, layout: Layout) -> Option<Self> {
        Some(Self { root: root.canonicalize().ok()?, state, kind: Kind::Ignored, layout })
    }

    /// Whether it is about what a repository ignores.
    pub fn is_ignored(&self) -> bool {
        self.kind == Kind::Ignored
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

    /// The configuration that goes along when the folder becomes a repository; the user's own folders
    /// never do.
    pub fn shared_config(&self) -> Option<PathBuf> {
        (self.kind == Kind::Outside).then(|| self.root.join(TRACKED))
    }

    /// The file that says that its records were moved.
    pub fn moved_mark(&self) -> PathBuf {
        self.store().join(MOVED)
    }
}

impl Repository {
    /// The private store of a folder outside git, with the folder as its work tree.
    ///
    /// # Errors
    ///
    /// When it is damaged or a guard refuses it.
    pub fn of_folder(folder: Folder, git: &Git) -> Result<Self, GitError> {
        let store = folder.store();
        let failed = |source| GitError::Open { path: store.clone(), source: Box::new(source) };
        let mut permissions = gix::open::Permissions::all();
        // Neither a hook's variables nor those of a shell are meant for it.
        permissions.env.git_prefix = gix::sec::Permission::Deny;
        let options = gix::open::Options::default().permissions(permissions).open_path_as_is(true);
        let mut found = gix::open_opts(&store, options).map_err(failed)?;
        found.set_workdir(Some(folder.root().to_owned())).map_err(failed)?;
        let mut store = Self::guard(found, git)?;
        store.layout = folder.layout.clone();
        store.folder = Some(folder);
        Ok(store)
    }

    /// The private store of what this repository ignores, as far as it was begun.
    pub fn ignored_folder(&self) -> Option<Folder> {
        let state = self.state_folder();
        Folder::of_ignored(self.work_dir().filter(|_| self.is_git())?, state, self.layout.clone())
    }

    /// What a repository ignores, as a folder of its own that is configured as the repository is.
    ///
    /// # Errors
    ///
    /// When the store is damaged or a guard refuses it.
    pub fn of_ignored(self, folder: Folder) -> Result<Self, GitError> {
        let mut store = Self::of_folder(folder, self.git())?;
        store.around = Some(Box::new(self));
        Ok(store)
    }

    /// The repository that this is about the ignored part of.
    pub fn around(&self) -> Option<&Self> {
        self.around.as_deref()
    }

    /// The repository whose configuration and user count.
    pub(super) fn configured(&self) -> &gix::Repository {
        self.around().unwrap_or(self).gix()
    }

    /// The name of this work tree in the operation log; that of a folder outside git stays the same
    /// wherever it is moved.
    pub fn log_name(&self) -> String {
        self.folder.as_ref().map_or_else(|| self.git_dir().display().to_string(), |_| ".".to_owned())
    }

    /// The folder outside git that this is the private store of, if it is one.
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// The folder that this was before it became a repository, as long as there is something to take
    /// over.
    pub fn former_folder(&self) -> Option<Folder> {
        let folder = Folder::at(self.work_dir().filter(|_| self.is_git())?)?;
        Some(folder).filter(|folder| folder.is_started() && !folder.moved_mark().exists())
    }

    /// The same, where what is meant stands below a folder of it.
    #[must_use]
    pub fn in_part(mut self, base: RepoPath) -> Self {
        // A folder outside git is one whole.
        if self.is_git() {
            self.layout = Layout::of_project(base);
        }
        self
    }

    /// Where the places of harnesses are in it.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether it is the user's who works in it: their commits, their notes, their hooks.
    pub fn is_git(&self) -> bool {
        self.folder.is_none()
    }

    /// Where the lock is that guards what is known of this work tree.
    pub fn lock_folder(&self) -> PathBuf {
        self.around().unwrap_or(self).common_dir().join("skillsync")
    }

    /// The folder of what is known of this work tree alone.
    pub fn state_folder(&self) -> PathBuf {
        self.folder.as_ref().map_or_else(|| self.git_dir().join("skillsync"), |it| it.state().to_owned())
    }
}
