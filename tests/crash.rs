//! What is left when the program is stopped anywhere: killed, or refused by the disk.
//!
//! Builds for tests have a gate that every operation of ours passes which changes something
//! (`src/git/gate.rs`); here each of them is the last one, or fails, in every situation of a table.

mod arena;
mod disk;
mod errors;
mod kill;
mod random;
mod situations;
mod traced;
