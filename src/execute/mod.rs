//! The only writers: what `plan` decided becomes files and refs here. `commands` may call.

pub mod adopt;
pub mod apply;
pub mod caches;
pub mod clone;
pub mod collection;
pub mod commit;
pub mod configure;
pub mod copies;
pub mod demo;
pub mod difference;
pub mod disk;
pub mod doctor;
pub mod error;
pub mod files;
pub mod folder;
pub mod hook_marker;
pub mod hook_ways;
pub mod hooks;
mod images;
pub mod integrate;
pub mod lock;
pub mod log;
pub mod manual;
pub mod new_collection;
pub mod permissions;
pub mod prune_log;
mod placed;
pub mod records;
pub mod recover;
pub mod restore;
pub mod scan;
pub mod sharing;
pub mod state_file;
pub mod take_back;
pub mod update;

pub use error::ExecuteError;
