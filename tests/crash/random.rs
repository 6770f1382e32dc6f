//! Killed at any time, alone or with every git that it started: the next run does the rest.

use super::arena::Arena;
use super::kill::{Failures, every_other};
use crate::referee::say;
use crate::support::is_full;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often in all situations of a half.
fn kills() -> usize {
    if is_full() { 5000 } else { 100 }
}

/// Numbers that look like chance, and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

/// What came of a kill.
#[derive(Default)]
struct Counts {
    killed: usize,
    too_late: usize,
}

fn sweep(half: usize) {
    let arenas: Vec<_> = every_other(half).map(|(_, situation)| situation).collect();
    let each = kills().div_ceil(arenas.len().max(1));
    let (mut counts, mut failures) = (Counts::default(), Failures::default());
    let mut chance = Chance(0x5eed + half as u64);
    for situation in arenas {
        let arena = Arena::new(situation);
        arena.put_back();
        let start = Instant::now();
        arena.run(None);
        let span = u64::try_from(start.elapsed().as_micros()).expect("a short time");
        for _ in 0..each {
            let (when, group) = (chance.below(span + span / 8), chance.below(2) == 0);
            failures.note(|| kill_after(&arena, Duration::from_micros(when), group, &mut counts));
        }
    }
    failures.tell();
    let Counts { killed, too_late } = counts;
    say(&format!(
        "crash: killed {killed} times at random ({too_late} were too late): the next run did the rest"
    ));
}

fn kill_after(arena: &Arena, when: Duration, group: bool, counts: &mut Counts) {
    arena.put_back();
    let mut command = arena.command(None);
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("started");
    std::thread::sleep(when);
    if group {
        let line = format!("kill -9 -{} 2>/dev/null", child.id());
        Command::new("/bin/sh").args(["-c", &line]).status().expect("sh");
    } else {
        let _ = child.kill();
    }
    let status = child.wait().expect("ended");
    match status.code() {
        None => counts.killed += 1,
        Some(_) => counts.too_late += 1,
    }
    let whom = if group { "with its git" } else { "alone" };
    arena.expect_recovery(&format!("killed {whom} after {} us", when.as_micros()));
}

#[test]
fn killed_at_random() {
    sweep(0);
}

#[test]
fn killed_at_random_in_the_other_situations() {
    sweep(1);
}
