//! The nouns of the job, as plain values without any I/O. Every other module may use them.

pub mod artifact;
pub mod content;
pub mod path;
