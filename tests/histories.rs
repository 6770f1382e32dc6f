//! Random histories on real git through the built program, each merge judged by an oracle.
//!
//! Every line ever written is unique text, so it is known who added or removed it: each such event
//! is a bit, and a content *knows* a set of events. After a merge each line must be there exactly
//! if a three-way choice with the events that both sides know says so, or stand in a conflict.

#[path = "histories/oracle.rs"]
mod oracle;
#[path = "histories/world.rs"]
mod world;

use std::io::Write;
use world::{Tally, World};

/// How many histories run; the full size takes about half an hour.
fn count() -> u64 {
    let asked = std::env::var("SKILLSYNC_CASES").ok().and_then(|count| count.parse().ok());
    let full = std::env::var_os("SKILLSYNC_FULL").is_some_and(|value| value == "1");
    asked.unwrap_or(if full { 2_000 } else { 25 })
}

#[test]
fn no_history_loses_a_line_that_the_true_base_keeps() {
    let seed = std::env::var("SKILLSYNC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut tally = Tally::default();
    let mut losses = Vec::new();
    for seed in seed..seed + count() {
        let mut world = World::new(seed);
        for _ in 0..world.length() {
            if let Err(loss) = world.step(&mut tally) {
                losses.push(format!("seed {seed}: {loss}\n{}", world.story()));
                break;
            }
        }
        world.check_repositories();
    }
    let said = format!("histories: {}, {tally}, {} losses\n", count(), losses.len());
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}
