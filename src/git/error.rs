//! What can go wrong at the border to git.

use super::program::ProgramError;
use gix::ObjectId;
use std::path::PathBuf;

/// A failure of reading from or writing to a repository.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository here, nor further up.
    #[error("'{}' is not in a git repository", .0.display())]
    NotInARepository(PathBuf),
    /// Nothing here that is a repository.
    #[error("'{}' is not a git repository", .0.display())]
    NotARepository(PathBuf),
    /// A repository that cannot be opened.
    #[error("the repository '{}' cannot be opened", path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: Box<gix::Error>,
    },
    /// Somebody else owns it.
    #[error("'{}' belongs to another user", .0.display())]
    Untrusted(PathBuf),
    /// The repository uses something this program cannot handle.
    #[error("'{}' uses the unknown repository extension '{extension}'", path.display())]
    Extension {
        /// The repository.
        path: PathBuf,
        /// The extension.
        extension: String,
    },
    /// The repository keeps its refs in an unknown way.
    #[error("'{}' keeps its refs as '{storage}', which is unknown", path.display())]
    RefStorage {
        /// The repository.
        path: PathBuf,
        /// The way.
        storage: String,
    },
    /// A command that needs files was run in a bare repository.
    #[error("'{}' has no work tree", .0.display())]
    Bare(PathBuf),
    /// An object cannot be read.
    #[error("object {id} cannot be read")]
    ReadObject {
        /// Which.
        id: ObjectId,
        /// Why.
        source: Box<gix::Error>,
    },
    /// An object that is needed is not there.
    #[error("object {0} is missing")]
    MissingObject(ObjectId),
    /// A tree cannot be decoded.
    #[error("tree {0} is damaged")]
    DamagedTree(ObjectId),
    /// A tree cannot be encoded.
    #[error("a tree cannot be written")]
    EncodeTree(#[source] std::io::Error),
    /// An object cannot be kept in memory.
    #[error("an object cannot be hashed")]
    KeepObject(#[source] Box<gix::Error>),
    /// An object cannot be written.
    #[error("an object cannot be written to '{}'", path.display())]
    WriteObject {
        /// The repository.
        path: PathBuf,
        /// Why.
        source: Box<gix::Error>,
    },
    /// A ref cannot be read.
    #[error("'{name}' cannot be read")]
    ReadRef {
        /// The ref or revision.
        name: String,
        /// Why.
        source: Box<gix::Error>,
    },
    /// A revision names no commit.
    #[error("'{0}' names no commit")]
    NoCommit(String),
    /// A ref cannot be moved.
    #[error("'{name}' cannot be updated")]
    WriteRef {
        /// The ref.
        name: String,
        /// Why.
        source: Box<gix::Error>,
    },
    /// The history cannot be walked.
    #[error("the history of {tip} cannot be read")]
    Walk {
        /// Where the walk began.
        tip: ObjectId,
        /// Why.
        source: Box<gix::Error>,
    },
    /// The index cannot be read.
    #[error("the index cannot be read")]
    ReadIndex(#[source] Box<gix::Error>),
    /// A file of the work tree cannot be read.
    #[error("'{}' cannot be read", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file's content cannot be converted to what git stores.
    #[error("'{path}' cannot be converted by its filters")]
    Filter {
        /// The file, relative to the root.
        path: String,
        /// Why.
        source: Box<gix::Error>,
    },
    /// A configuration value cannot be used.
    #[error("configuration '{key}' cannot be read")]
    Config {
        /// The key.
        key: String,
        /// Why.
        source: Box<gix::Error>,
    },
    /// Nobody to name as the author.
    #[error("no identity is configured")]
    NoIdentity,
    /// A collection and a project have different object formats.
    #[error("'{}' uses {collection}, the project {project}", path.display())]
    ObjectFormat {
        /// The collection.
        path: PathBuf,
        /// Its object format.
        collection: gix::hash::Kind,
        /// The project's.
        project: gix::hash::Kind,
    },
    /// A folder cannot be put together.
    #[error(transparent)]
    Folder(#[from] crate::merge::MergeError),
    /// A call of the git program.
    #[error(transparent)]
    Program(#[from] ProgramError),
}
