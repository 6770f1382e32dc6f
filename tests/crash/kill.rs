//! Killed before each operation: the next run finds everything old or new, and does its work.

use super::arena::Arena;
use super::situations::{SITUATIONS, Situation};
use crate::referee::say;
use crate::support::is_full;
use std::os::unix::process::ExitStatusExt;

/// Of how many operations that are not decisive one is tried where time is short.
const STRIDE: usize = 11;

/// The operations to try, by number: all, or those that decide and some of the others.
pub fn chosen(situation: usize, deeds: &[String], stride: usize) -> Vec<usize> {
    let decides = |deed: &str| matches!(deed, "Rename" | "Ref" | "Git");
    let all = (1..=deeds.len()).zip(deeds);
    let some = all.filter(|(at, deed)| {
        let turn = (at + situation).is_multiple_of(stride);
        is_full() || turn || decides(deed) && (at + situation).is_multiple_of(stride / 4)
    });
    some.map(|(at, _)| at).collect()
}

/// What went wrong, so that one failure does not hide the others.
#[derive(Default)]
pub struct Failures(Vec<String>);

impl Failures {
    /// Do one thing, and remember if it panics.
    pub fn note(&mut self, attempt: impl FnOnce()) {
        if let Err(why) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt)) {
            let text = why.downcast_ref::<String>().cloned();
            self.0.push(text.unwrap_or_else(|| "a panic without words".into()));
        }
    }

    /// Panic with the first of them.
    pub fn tell(&self) {
        let first = self.0.iter().take(10).cloned().collect::<Vec<_>>().join("\n\n");
        assert!(self.0.is_empty(), "{} failures:\n{first}", self.0.len());
    }
}

/// Every other situation with its number; `SKILLSYNC_SITUATION` may name the only one.
pub fn every_other(half: usize) -> impl Iterator<Item = (usize, &'static Situation)> {
    let only = std::env::var("SKILLSYNC_SITUATION").ok();
    let all = SITUATIONS.iter().enumerate().filter(move |(at, _)| at % 2 == half);
    all.filter(move |(_, situation)| only.as_ref().is_none_or(|name| name == situation.name))
}

fn sweep(half: usize) {
    let (mut points, mut operations, mut situations) = (0, 0, 0);
    let mut failures = Failures::default();
    for (at, situation) in every_other(half) {
        let arena = Arena::new(situation);
        for number in chosen(at, &arena.deeds, STRIDE) {
            failures.note(|| kill_at(&arena, situation, number));
            points += 1;
        }
        operations += arena.deeds.len();
        situations += 1;
    }
    failures.tell();
    say(&format!(
        "crash: killed at {points} of {operations} operations in {situations} situations: every file old or \
         new, every record there, the next run did the rest"
    ));
}

fn kill_at(arena: &Arena, situation: &Situation, number: usize) {
    arena.put_back();
    let what = format!("killed before operation {number} ({})", arena.deeds[number - 1]);
    let output = arena.command(Some(&format!("kill:{number}"))).output().expect("started");
    assert!(output.status.signal().is_some(), "{}: {what}: it goes on: {output:?}", situation.name);
    let torn = arena.torn();
    assert!(torn.is_empty(), "{}: {what}: neither old nor new: {torn:?}", situation.name);
    arena.expect_recovery(&what);
}

#[test]
fn killed_before_each_operation() {
    sweep(0);
}

#[test]
fn killed_before_each_operation_in_the_other_situations() {
    sweep(1);
}
