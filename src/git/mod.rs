//! The border to git: the only place for `gix::Repository`, `which` and child processes.
//! Everything that reads or writes a repository comes through here.

pub mod ancestry;
pub mod cache;
pub mod commits;
pub mod config;
mod database;
pub mod error;
pub mod folder;
pub mod gate;
mod guard;
pub mod history;
pub mod holders;
pub mod index;
pub mod noted;
pub mod notes;
pub mod notes_merge;
pub mod objects;
mod parameters;
pub mod processes;
pub mod program;
mod promisor;
pub mod reflog;
pub mod refs;
pub mod remote;
pub mod repository;
pub mod sharing;
pub mod shell;
pub mod state_file;
mod touches;
pub mod trail;
pub mod translate;
pub mod trees;
pub mod unchanged;
pub mod work_tree;
pub mod workers;

pub use error::GitError;
pub use folder::Folder;
pub use objects::Objects;
pub use repository::{Head, Repository};
