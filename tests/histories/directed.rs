//! Short histories that are there for one rule each: without it the model comes to something else in
//! the last step. `directed.txt` has them; a program without the rule cannot follow them.
//!
//! `SKILLSYNC_SEARCH=RULE` looks for such histories anew and prints them in the form of that file; for
//! rules that decide seldom that takes minutes (`--release`).

use crate::model::chance::Chance;
use crate::model::deeds::{Deed, Outcome};
use crate::model::fuzz::{BY_HAND, History, Kind, Step, WEIGHTS};
use crate::model::lines::Content;
use crate::model::rules::{Alive, Done, Guard, Rules};
use crate::model::world::World;
use std::collections::BTreeSet;

const BUILT: Rules = Rules::BUILT;

/// The rules, and what is left when one is switched off. Left out are `prefer_same`, `descend` and
/// `tips`, which decide in too few histories to find one. What is called `agreed` is played whether a
/// rule decides it or not.
pub const SWITCHES: &[(&str, Rules)] = &[
    ("notes", Rules { notes: false, ..BUILT }),
    ("rewritten", Rules { rewritten: false, ..BUILT }),
    ("history", Rules { history: false, ..BUILT }),
    ("advance", Rules { advance: false, ..BUILT }),
    ("best", Rules { best: false, ..BUILT }),
    ("proof", Rules { done: Done::Design, ..BUILT }),
    ("witness", Rules { done: Done::Unseen, ..BUILT }),
    ("alive", Rules { alive: Alive::Design, ..BUILT }),
    ("alive-without-a-hunk", Rules { alive: Alive::Kept, ..BUILT }),
    ("two-readings-of-a-pull", Rules { alive: Alive::Wide, ..BUILT }),
    ("second-reading", Rules { guard: Guard::Off, ..BUILT }),
    ("reading-of-advance", Rules { guard: Guard::Strict, ..BUILT }),
    ("trailers", Rules { trailers: false, ..BUILT }),
    ("trail", Rules { trail: false, ..BUILT }),
    ("chain", Rules { chain: false, ..BUILT }),
    ("rewrite", Rules { rewrite: false, ..BUILT }),
    ("carry", Rules { carry: false, ..BUILT }),
    ("not-later", Rules { not_later: false, ..BUILT }),
    ("agreed", BUILT),
];

/// A history, and the rule that it depends on.
pub struct Case {
    pub rule: &'static str,
    pub without: Rules,
    pub history: History,
}

/// The histories of the file: the rule, the seed of the beginning, and each step with clone and seed.
pub fn cases() -> Vec<Case> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/histories/directed.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines();
    let lines = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let case = |line: &str| {
        let (name, history) = line.split_once(' ').unwrap();
        let (rule, without) = *SWITCHES.iter().find(|(rule, _)| *rule == name).unwrap();
        Case { rule, without, history: parse(history) }
    };
    lines.map(case).collect()
}

/// One history: the seed of the beginning, and the steps after a colon.
pub fn parse(line: &str) -> History {
    let (seed, steps) = line.split_once(':').unwrap();
    History { seed: seed.trim().parse().unwrap(), steps: steps.split(',').map(step).collect() }
}

fn step(text: &str) -> Step {
    let words: Vec<&str> = text.split_whitespace().collect();
    let kinds = WEIGHTS.iter().chain(BY_HAND).map(|(kind, _)| *kind);
    let kind = kinds.into_iter().find(|kind| format!("{kind:?}") == words[0]);
    Step { kind: kind.unwrap(), clone: words[1].parse().unwrap(), seed: words[2].parse().unwrap() }
}

/// What can be seen of a step from outside.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    words: Vec<&'static str>,
    contents: Vec<Content>,
}

fn seen(world: &World) -> Seen {
    let word = |deed: &Deed| match deed {
        Deed::Pull(sync) | Deed::Push(sync) => match &sync.outcome {
            Outcome::Merged(merged) if !merged.is_clean() => "conflict",
            Outcome::Nothing | Outcome::Merged(_) => "settled",
            Outcome::Skipped => "skipped",
            Outcome::Refused => "refused",
        },
        _ => "done",
    };
    let mut contents = vec![world.tip().snap.content.clone()];
    for (at, clone) in world.clones.iter().enumerate() {
        contents.push(world.head(at).snap.content.clone());
        if clone.stages.is_none() {
            contents.extend([clone.index.content.clone(), clone.work_tree.content.clone()]);
        }
    }
    Seen { words: world.deeds.iter().map(word).collect(), contents }
}

/// The first step that ends otherwise without a rule; none if the rules lose something before it.
pub fn parts(history: &History, without: Rules) -> Option<usize> {
    let start = |rules| World::new(rules, &mut Chance::new(history.seed));
    let (mut built, mut other) = (start(BUILT), start(without));
    for (at, step) in history.steps.iter().enumerate() {
        built.step(step).ok()?;
        if other.step(step).is_err() || seen(&built) != seen(&other) {
            return Some(at);
        }
    }
    None
}

/// The shortest history found in it that depends on the rule, with small seeds.
fn shrink(mut history: History, without: Rules) -> History {
    let mut at = parts(&history, without);
    'again: while let Some(last) = at {
        history.steps.truncate(last + 1);
        for left_out in (0..history.steps.len()).rev() {
            let mut shorter = history.clone();
            shorter.steps.remove(left_out);
            at = parts(&shorter, without);
            if at.is_some() {
                history = shorter;
                continue 'again;
            }
        }
        break;
    }
    let last = history.steps.len() - 1;
    for step in 0..=last {
        let small = (1..40).find_map(|seed| {
            let mut smaller = history.clone();
            smaller.steps[step].seed = seed;
            (parts(&smaller, without) == Some(last)).then_some(smaller)
        });
        history = small.unwrap_or(history);
    }
    history
}

/// A few histories for a rule, the shortest of each kind, in the form of the file.
pub fn search(rule: &str, weights: &[(Kind, usize)]) -> String {
    let (_, without) = *SWITCHES.iter().find(|(name, _)| *name == rule).unwrap();
    let found = (0..40_000).map(|seed| History::random(seed, weights));
    let found = found.filter(|history| parts(history, without).is_some()).take(60);
    let mut shrunk: Vec<History> = found.map(|history| shrink(history, without)).collect();
    shrunk.sort_by_key(|history| history.steps.len());
    let mut kinds = BTreeSet::new();
    shrunk.retain(|history| kinds.insert(sign(history)));
    shrunk.iter().take(3).map(|history| print(rule, history)).collect()
}

/// What makes two histories the same kind: how they end, and whether anything but the usual happens.
fn sign(history: &History) -> String {
    let usual = [Kind::Edit, Kind::Commit, Kind::Pull, Kind::Push, Kind::EditCollection];
    let mut kinds: Vec<String> = history.steps.iter().map(|step| format!("{:?}", step.kind)).collect();
    let last = kinds.pop();
    kinds.retain(|kind| usual.iter().all(|usual| format!("{usual:?}") != *kind));
    kinds.sort();
    kinds.dedup();
    format!("{last:?} {kinds:?}")
}

/// A history in the form of the file.
pub fn print(rule: &str, history: &History) -> String {
    let steps = history.steps.iter().map(|step| format!("{:?} {} {}", step.kind, step.clone, step.seed));
    format!("{rule} {}: {}\n", history.seed, steps.collect::<Vec<_>>().join(", "))
}
