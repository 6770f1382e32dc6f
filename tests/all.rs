//! All tests in one binary.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod merge_random;
#[cfg(test)]
mod referee;
#[cfg(test)]
mod scan;
//! All tests that run the program, in one binary: one build, one link, one process.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

mod architecture;
mod hooks;
mod sandbox;
