//! One file per subcommand, named as typed, with its pipeline on one screen: observe, plan,
//! execute, report. What several of them share is in `shared`.

pub mod deploy;
pub mod hook;
pub mod hooks;
pub mod init;
pub mod list;
pub mod pull;
pub mod push;
pub mod remove;
mod shared;
pub mod status;
