//! One file per subcommand, named as typed, with its pipeline on one screen: observe, plan,
//! execute, report. What several of them share is in `shared`.

pub mod abort;
pub mod adopt;
pub mod collection;
pub mod completions;
pub mod config;
pub mod continue_;
pub mod demo;
pub mod deploy;
pub mod diff;
pub mod doctor;
pub mod hook;
mod hook_guard;
mod hook_work;
pub mod hooks;
pub mod import;
mod import_one;
pub mod init;
pub mod list;
pub mod log;
pub mod man;
mod migrate;
pub mod notes;
mod notes_show;
mod preview;
mod prompt;
pub mod pull;
pub mod push;
mod push_message;
pub mod receive;
pub mod reconcile;
pub mod remove;
mod scan;
mod shared;
pub mod status;
pub mod sync;
pub mod undo;
