//! All tests in one binary: one build, one link, one process.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

mod amended;
mod architecture;
mod bad_input;
mod caches;
mod collection;
mod collection_history;
mod completions;
mod concurrent;
mod config;
mod continue_;
mod corpus;
mod deleted_here;
mod demo;
mod deploy;
mod effective;
mod histories;
mod hook_environment;
mod hooks;
mod hostile;
mod import;
mod index;
mod man;
mod merge;
mod merge_random;
mod note_merge;
mod notes;
mod notes_merge;
mod objects;
mod operations;
mod places;
mod prune;
mod pull;
mod pull_conflicts;
mod pull_files;
mod pull_orders;
mod push;
mod push_delete;
mod push_orders;
mod put_away;
mod readme;
mod recorded;
mod records;
mod referee;
mod remove;
mod renames;
mod renames_referee;
mod rewritten;
mod sandbox;
mod scan;
mod squashed;
mod status;
mod status_table;
