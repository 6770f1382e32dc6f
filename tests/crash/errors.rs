//! Each operation fails, once or from then on: the command says so or does all of it, and nothing is
//! lost.

use super::arena::{Arena, difference};
use super::kill::{Failures, chosen, every_other};
use crate::referee::say;
use crate::support::is_full;

/// Of how many operations that are not decisive one is tried where time is short.
const STRIDE: usize = 13;

/// What the system may say, by the number that it has here.
const ERRNOS: [(&str, i32); 7] = [
    ("ENOSPC", 28),
    ("EDQUOT", 122),
    ("EIO", 5),
    ("EROFS", 30),
    ("EACCES", 13),
    ("EMFILE", 24),
    ("EINTR", 4),
];

#[derive(Default)]
struct Counts {
    points: usize,
    refused: usize,
    done: usize,
}

fn sweep(half: usize) {
    let (mut counts, mut failures) = (Counts::default(), Failures::default());
    for (at, situation) in every_other(half) {
        let arena = Arena::new(situation);
        for number in chosen(at, &arena.deeds, STRIDE) {
            // Where time is short, each operation meets one error; else all, by turns for good.
            let wanted = ERRNOS.iter().enumerate().filter(|(turn, _)| is_full() || number % 7 == *turn);
            for (turn, (name, errno)) in wanted {
                let for_good = (number + turn + at).is_multiple_of(2);
                failures.note(|| fail_at(&arena, number, (name, *errno), for_good, &mut counts));
            }
        }
    }
    failures.tell();
    let Counts { points, refused, done } = counts;
    say(&format!(
        "crash: {points} failures of an operation, {}: {refused} were told, after {done} all was done; \
         nothing was lost",
        "ENOSPC, EDQUOT, EIO, EROFS, EACCES, EMFILE or EINTR, once or for good"
    ));
}

fn fail_at(arena: &Arena, number: usize, (name, errno): (&str, i32), for_good: bool, counts: &mut Counts) {
    arena.put_back();
    let plus = if for_good { "+" } else { "" };
    let what = format!("{name}{plus} at operation {number} ({})", arena.deeds[number - 1]);
    let run = arena.run(Some(&format!("fail:{number}{plus}:{errno}")));
    let situation = arena.situation.name;
    counts.points += 1;
    assert!(!run.stderr.contains("panicked"), "{situation}: {what}: {run}");
    if run.code == arena.codes[0] && arena.situation.may_leave_it {
        counts.done += 1;
    } else if run.code == arena.codes[0] {
        let state = arena.state();
        let lost = difference(&arena.wanted, &state);
        let is_done = state == arena.wanted || arena.has_filed_the_rest(&state);
        assert!(is_done, "{situation}: {what}: exit {} and not done:\n{lost}\n{run}", run.code);
        counts.done += 1;
    } else {
        assert!([1, 128].contains(&run.code), "{situation}: {what}: {run}");
        let told = run.stderr.contains("fatal: ") || run.code == 1;
        assert!(told, "{situation}: {what}: nothing is said: {run}");
        let torn = arena.torn();
        assert!(torn.is_empty(), "{situation}: {what}: neither old nor new: {torn:?}\n{run}");
        counts.refused += 1;
    }
    arena.expect_done_by_the_next_run(&what);
    if number.is_multiple_of(8) {
        arena.expect_healthy(&what);
    }
}

#[test]
fn each_operation_fails() {
    sweep(0);
}

#[test]
fn each_operation_fails_in_the_other_situations() {
    sweep(1);
}
