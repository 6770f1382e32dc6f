//! Keep AI-agent artifacts in step between a shared collection and many projects.
//!
//! The folders are the stages of the data flow:
//!
//! ```text
//! argv ─cli→ Request ─observe→ Observation ─plan (pure)→ Plan ─execute (effects)→ Outcome ─report (pure)→ text | JSON → exit
//! ```

pub mod cli;
pub mod commands;
pub mod dispatch;
pub mod error;
pub mod execute;
pub mod exit;
pub mod git;
pub mod merge;
pub mod model;
pub mod observe;
pub mod plan;
pub mod report;
pub mod request;
pub mod session;
pub mod terminal;
