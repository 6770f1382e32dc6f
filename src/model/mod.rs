//! The nouns of the job, as plain values without any I/O. Every other module may use them.

pub mod artifact;
pub mod configured;
pub mod content;
pub mod deployed;
pub mod digest;
pub mod health;
pub mod hook;
pub mod import;
pub mod manual;
pub mod note;
pub mod note_merge;
pub mod oid;
pub mod operation;
pub mod outcome;
pub mod path;
pub mod pending;
pub mod record;
pub mod safety;
pub mod selection;
pub mod setting;
pub mod state_file;
pub mod strict;
pub mod target;
pub mod trailer;
pub mod visible;
