//! All tests in one binary.
fn main() {}
