//! What is to be done, decided without doing it. Pure: no files, no clock, no processes.
//! `commands` may call; `execute` and `report` take what is decided here.

pub mod adopt;
pub mod agreement;
pub mod atomic;
pub mod change;
pub mod deploy;
pub mod doctor;
pub mod drift;
pub mod fold;
pub mod hook_config;
pub mod hook_file;
pub mod import;
pub mod no_base;
pub mod obstacle;
pub mod preview;
pub mod prompt;
pub mod prune;
pub mod pull;
pub mod push;
pub mod readings;
pub mod receive;
pub mod scan;
pub mod settings_file;
pub mod targets;
