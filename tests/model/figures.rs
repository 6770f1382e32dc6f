//! How often the rules lose something, and how often they find a conflict where none is.
//!
//! `docs/base-lookup.md` explains the losses that are left, class by class.

use super::fuzz::{BY_HAND, History, Kind, SERVER, WEIGHTS};
use super::rules::{Alive, Done, Guard, Rules};
use super::world::Tally;
use std::fmt::Write as _;
use std::io::Write as _;

/// What came of many histories.
#[derive(Debug, Default)]
struct Figures {
    merges: usize,
    /// The seeds of histories that lose something, and how.
    lost: Vec<(u64, String)>,
    excess: usize,
}

impl Figures {
    /// Play `count` histories, on all processors.
    fn of(rules: Rules, weights: &[(Kind, usize)], count: u64) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
        let play = |worker: u64| {
            let (mut lost, mut tally) = (Vec::new(), Tally::new());
            for seed in (0..count).filter(|seed| seed % workers == worker) {
                let loss = History::random(seed, weights).play(rules, &mut tally);
                lost.extend(loss.map(|(loss, _)| (seed, loss.kind)));
            }
            (lost, tally)
        };
        let mut all = Self::default();
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || play(worker))).collect();
            for (lost, tally) in running.into_iter().map(|worker| worker.join().unwrap()) {
                let count = |what: &str| tally.get(what).copied().unwrap_or(0);
                all.merges += count("pull") + count("pull-index") + count("push");
                all.excess += count("excess");
                all.lost.extend(lost);
            }
        });
        all.lost.sort();
        all
    }

    /// How many in 10,000 merges.
    #[allow(clippy::cast_precision_loss, reason = "a ratio to read")]
    fn rate(&self, count: usize) -> f64 {
        count as f64 * 10_000.0 / self.merges as f64
    }

    fn losses(&self) -> f64 {
        self.rate(self.lost.len())
    }

    /// Losses where the true base merges cleanly.
    fn wrong(&self) -> f64 {
        self.rate(self.lost.iter().filter(|(_, kind)| kind.ends_with("wrong")).count())
    }

    fn excess(&self) -> f64 {
        self.rate(self.excess)
    }

    fn tell(&self, name: &str) {
        let said = format!(
            "{name}: {} merges; in 10,000: {:.1} losses ({:.1} wrong), {:.1} needless conflicts\n",
            self.merges,
            self.losses(),
            self.wrong(),
            self.excess(),
        );
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }

    /// The shortest histories of some losses, for whoever wants to know what is lost.
    fn show(&self, rules: Rules, weights: &[(Kind, usize)], count: usize) -> String {
        let mut shown = String::new();
        for (seed, _) in self.lost.iter().take(count) {
            let history = History::random(*seed, weights).shrink(rules);
            let steps: Vec<String> =
                history.steps.iter().map(|step| format!("{:?} {}", step.kind, step.clone)).collect();
            let Some((loss, _)) = history.play(rules, &mut Tally::new()) else { continue };
            let wrong: Vec<String> = loss
                .wrong
                .iter()
                .map(|(want, line)| format!("{} {line}", if *want { "lost" } else { "back" }))
                .collect();
            writeln!(shown, "seed {seed}: {} {wrong:?}\n{steps:?}\n{}\n", loss.kind, loss.told).unwrap();
        }
        shown
    }
}

/// How many histories are played.
fn count(usual: u64, full: u64) -> u64 {
    let asked = std::env::var("SKILLSYNC_CASES").ok().and_then(|count| count.parse().ok());
    let all = crate::support::is_full();
    asked.unwrap_or(if all { full } else { usual })
}

/// Play, print the figures, and compare them with bounds: losses, wrong ones, needless conflicts.
fn check(name: &str, weights: &[(Kind, usize)], count: u64, [losses, wrong, excess]: [f64; 3]) {
    let figures = Figures::of(Rules::BUILT, weights, count);
    figures.tell(name);
    if let Ok(shown) = std::env::var("SKILLSYNC_SHOW") {
        let shown = figures.show(Rules::BUILT, weights, shown.parse().unwrap());
        std::io::stderr().write_all(shown.as_bytes()).unwrap();
    }
    let within = figures.losses() <= losses && figures.wrong() <= wrong && figures.excess() <= excess;
    assert!(within, "more than {losses}, {wrong}, {excess}\n{}", figures.show(Rules::BUILT, weights, 5));
}

#[test]
fn the_rules_lose_no_more_than_they_promise() {
    check("model", WEIGHTS, count(10_000, 100_000), [9.0, 4.0, 18.0]);
}

#[test]
fn neither_with_squashes_on_a_server_and_fresh_clones() {
    check("model, squashed", &[WEIGHTS, SERVER].concat(), count(3_000, 100_000), [14.0, 9.0, 36.0]);
}

#[test]
fn neither_where_the_users_redo_and_undo_by_hand() {
    check("model, by hand", &[WEIGHTS, BY_HAND].concat(), count(3_000, 100_000), [23.0, 14.0, 18.0]);
}

#[test]
fn without_any_of_the_rules_it_is_worse() {
    let (built, weights) = (Rules::BUILT, [WEIGHTS, SERVER].concat());
    let best = Figures::of(built, &weights, 1_500);
    best.tell("model, all rules");
    // Left out is what tells only in many more histories: descend, prefer_same, chain.
    for (name, rules) in [
        ("no notes", Rules { notes: false, ..built }),
        ("no rewritten", Rules { rewritten: false, ..built }),
        ("no history", Rules { history: false, ..built }),
        ("no advance", Rules { advance: false, ..built }),
        ("the first answer", Rules { best: false, ..built }),
        ("resolved by content", Rules { done: Done::Design, ..built }),
        ("alive only with theirs", Rules { alive: Alive::Design, ..built }),
        ("alive only with a hunk", Rules { alive: Alive::Kept, ..built }),
        ("no two readings of a pull", Rules { alive: Alive::Wide, ..built }),
        ("strict readings", Rules { guard: Guard::Strict, ..built }),
        ("no trailers", Rules { trailers: false, ..built }),
        ("no trail", Rules { trail: false, ..built }),
        ("no following", Rules { rewrite: false, ..built }),
        ("nothing carried", Rules { carry: false, ..built }),
        ("no tips", Rules { tips: false, ..built }),
    ] {
        let figures = Figures::of(rules, &weights, 1_500);
        figures.tell(name);
        let is_worse = figures.losses() > best.losses() || figures.excess() > best.excess();
        assert!(is_worse, "{name} makes nothing worse");
    }
    let by_hand = [WEIGHTS, BY_HAND].concat();
    let (two, one) = (
        Figures::of(built, &by_hand, 3_000),
        Figures::of(Rules { guard: Guard::Off, ..built }, &by_hand, 3_000),
    );
    one.tell("one reading of advance");
    assert!(one.losses() > two.losses(), "the second reading finds nothing");
}
