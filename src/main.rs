//! The `git-skillsync` program.

fn main() {}
