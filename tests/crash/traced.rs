//! The same from outside: strace lets system calls fail or kills, in the program and in every git
//! that it starts.

use super::arena::Arena;
use super::kill::Failures;
use super::situations::{SITUATIONS, Situation};
use crate::referee::say;
use crate::support::{Run, is_full};

/// The situations that are tried; none in which git alone moves the work tree of a collection.
const NAMES: &[&str] = &[
    "deploy",
    "pull, fast forward",
    "pull, not staged",
    "pull, conflicts",
    "pull --commit",
    "abort",
    "undo",
    "continue",
    "remove",
    "adopt",
    "notes push",
];

/// Groups of system calls that change something.
const CALLS: &[&str] = &[
    "rename,renameat,renameat2",
    "write,pwrite64",
    "unlink,unlinkat",
    "mkdir,mkdirat",
    "fsync,fdatasync",
    "link,linkat,symlink,symlinkat",
    "openat",
    "chmod,fchmod,fchmodat",
];

/// What is injected: an error, or the end.
const INJECTED: &[&str] = &["error=ENOSPC", "error=EIO", "signal=KILL", "error=EACCES", "error=EMFILE"];

/// How deep into each group; the first opened files are libraries.
fn depths(calls: &str) -> Vec<usize> {
    let first = if calls == "openat" { 6 } else { 1 };
    let count = if is_full() { 24 } else { 3 };
    (0..count).map(|at| first + at * if is_full() { 1 } else { 3 }).collect()
}

fn traced(arena: &Arena, inject: Option<&str>) -> Run {
    let mut command = arena.place().command("strace");
    let own = arena.command(None);
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    match inject {
        Some(inject) => command.args(["-e", &format!("inject={inject}")]),
        None => command.args(["-e", "trace=none"]),
    };
    command.arg(own.get_program()).args(own.get_args());
    for (name, value) in own.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    Run::of(&arena.world.sandbox, &mut command)
}

#[test]
fn system_calls_fail_or_kill() {
    let (mut points, mut told, mut failures) = (0, 0, Failures::default());
    let chosen = SITUATIONS.iter().filter(|situation| NAMES.contains(&situation.name));
    for (at, situation) in chosen.enumerate() {
        let arena = Arena::new(situation);
        arena.put_back();
        if traced(&arena, None).code != arena.codes[0] {
            say("SKIPPED: system calls that fail: strace is not there or may not trace");
            return;
        }
        let mut turn = at;
        for calls in CALLS {
            for depth in depths(calls) {
                turn += 1;
                let injected = INJECTED.iter().enumerate();
                for (_, how) in injected.filter(|(which, _)| is_full() || which % 5 == turn % 5) {
                    if is_full() || (turn + at).is_multiple_of(4) {
                        let inject = format!("{calls}:{how}:when={depth}");
                        failures.note(|| told += usize::from(stop(&arena, situation, &inject)));
                        points += 1;
                    }
                }
            }
        }
    }
    failures.tell();
    say(&format!(
        "crash: {points} times a system call failed or killed, in the program or a git of it; {told} runs were \
         stopped by it, nothing was lost"
    ));
}

/// Run with this injected; whether it came to an end of its own.
fn stop(arena: &Arena, situation: &Situation, inject: &str) -> bool {
    arena.put_back();
    let run = traced(arena, Some(inject));
    let what = format!("{}: {inject}", situation.name);
    assert!(!run.stderr.contains("panicked"), "{what}: {run}");
    let stopped = run.code != arena.codes[0];
    if !stopped {
        let state = arena.state();
        let lost = super::arena::difference(&arena.wanted, &state);
        assert!(state == arena.wanted, "{what}: exit {} and not done:\n{lost}\n{run}", run.code);
    }
    arena.expect_done_by_the_next_run(&what);
    stopped
}
