//! The rung *import*: what other tools wrote down, and the versions in a collection it leads to.

pub mod files;
pub mod resolve;
