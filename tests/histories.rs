//! Random histories on real git with two clones through the built program, each step compared with
//! the model: work tree, index and HEAD, the base and its rung, the merge, the notes, what was pushed.
//!
//! `SKILLSYNC_CASES`, `SKILLSYNC_SEED` and `SKILLSYNC_FULL=1` choose how many and which;
//! `SKILLSYNC_SHRINK=1` looks for the shortest history that fails in the same way, and prints it in the
//! form of `directed.txt`; `SKILLSYNC_PLAY="SEED: STEPS"` plays such a line.

#[path = "histories/directed.rs"]
mod directed;
#[path = "histories/mirror.rs"]
mod mirror;
#[path = "histories/place.rs"]
mod place;
#[path = "histories/probes.rs"]
mod probes;
#[path = "histories/sync.rs"]
mod sync;

use crate::model::chance::Chance;
use crate::model::deeds::Deed;
use crate::model::fuzz::{History, Kind, WEIGHTS};
use crate::model::lines::show;
use crate::model::rules::Rules;
use crate::model::world::World;
use mirror::{Mirror, Stop};
use probes::Probe;
use std::io::Write;
use sync::Tally;

const RULES: Rules = Rules::BUILT;

/// More of what brings the program into play than in the model alone: each step costs more here.
///
/// Even so *advance* decides something in 1 of 38 histories only: see the directed ones.
const MORE: &[(Kind, usize)] = &[
    (Kind::Commit, 10),
    (Kind::Pull, 8),
    (Kind::PullAndCommit, 8),
    (Kind::Push, 14),
    (Kind::PushTopic, 3),
    (Kind::Review, 3),
    (Kind::EditCollection, 8),
    (Kind::EditTheirs, 4),
];

/// How many histories run.
fn count() -> u64 {
    let asked = std::env::var("SKILLSYNC_CASES").ok().and_then(|count| count.parse().ok());
    let full = crate::support::is_full();
    asked.unwrap_or(if full { 500 } else { 40 })
}

fn first_seed() -> u64 {
    std::env::var("SKILLSYNC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// How a history ended.
#[derive(Debug)]
enum End {
    /// To its last step, everything alike.
    Whole,
    /// The model itself loses something here.
    Loss,
    /// At a step, with the story so far.
    Stopped(usize, Stop, String),
}

/// Play a history in the model and on git at the same time; at its end, if it is a random one, some
/// clone is made of what it left.
fn play(history: &History, probes: bool, tally: &mut Tally) -> End {
    let mut world = World::new(RULES, &mut Chance::new(history.seed));
    let mut mirror = Mirror::new(&world);
    for (at, step) in history.steps.iter().enumerate() {
        mirror.remember(&world);
        if step.seed % 40 == 0 {
            mirror.clones[step.clone].git(&["gc", "-q", "--prune=now"]);
        }
        if world.step(step).is_err() {
            tally.count("losses of the model");
            return End::Loss;
        }
        let (work_tree, index) = (&world.clones[step.clone].work_tree, &world.clones[step.clone].index);
        let told = format!(
            "{at} {:?} {}: tip {} | work tree {} | index {} | HEAD {} {}",
            step.kind,
            step.clone,
            show(&world.tip().snap.content),
            show(&work_tree.content),
            if index.content == work_tree.content { "=".into() } else { show(&index.content) },
            world.head(step.clone).id,
            show(&world.head(step.clone).snap.content),
        );
        mirror.story.push(told);
        if let Err(stop) = follow(&mut mirror, &world, step.clone, tally) {
            return End::Stopped(at, stop, mirror.story.join("\n"));
        }
        tally.count("steps");
    }
    if !probes {
        return End::Whole;
    }
    let mut chance = Chance::new(history.seed);
    let kinds = [Probe::Shallow, Probe::Squashed, Probe::Forced, Probe::RolledBack];
    if let Err(stop) = mirror.probe(&mut world, *chance.choose(&kinds), &mut chance, tally) {
        return End::Stopped(history.steps.len(), stop, mirror.story.join("\n"));
    }
    End::Whole
}

fn follow(mirror: &mut Mirror, world: &World, clone: usize, tally: &mut Tally) -> Result<(), Stop> {
    let mut syncs = false;
    for deed in world.deeds.clone() {
        match &deed {
            Deed::Pull(sync) => mirror.pull(world, sync, tally)?,
            Deed::Push(sync) => mirror.push(world, sync, tally)?,
            other => mirror.follow(world, other)?,
        }
        syncs |= matches!(deed, Deed::Pull(_) | Deed::Push(_));
    }
    mirror.compare(world, clone)?;
    if syncs { mirror.compare_notes(world, clone) } else { Ok(()) }
}

/// The shortest history found in it that stops in the same way, with its story.
fn shrink(mut history: History) -> String {
    let mut ignored = Tally::default();
    let kind = |stop: &Stop| stop.to_string().split(' ').take(3).collect::<Vec<_>>().join(" ");
    let End::Stopped(at, first, mut story) = play(&history, true, &mut ignored) else { return String::new() };
    let mut told = first.to_string();
    history.steps.truncate(at + 1);
    'again: loop {
        for left_out in (0..history.steps.len()).rev() {
            let mut shorter = history.clone();
            shorter.steps.remove(left_out);
            if let End::Stopped(at, stop, tale) = play(&shorter, true, &mut ignored)
                && kind(&stop) == kind(&first)
            {
                shorter.steps.truncate(at + 1);
                (history, story, told) = (shorter, tale, stop.to_string());
                continue 'again;
            }
        }
        return format!("{told}\n{}{story}", directed::print("", &history));
    }
}

/// The histories to play: one that is asked for, or random ones.
fn histories() -> Vec<History> {
    match std::env::var("SKILLSYNC_PLAY") {
        Ok(line) => vec![directed::parse(&line)],
        Err(_) => (first_seed()..first_seed() + count())
            .map(|seed| History::random(seed, &[WEIGHTS, MORE].concat()))
            .collect(),
    }
}

#[test]
fn the_program_does_what_the_model_does() {
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    let histories = histories();
    for history in &histories {
        let seed = history.seed;
        if let End::Stopped(at, stop, story) = play(history, true, &mut tally) {
            let shrunk = std::env::var_os("SKILLSYNC_SHRINK").map(|_| shrink(history.clone()));
            let story = shrunk.unwrap_or_else(|| format!("{stop}\n{story}"));
            failures.push(format!("seed {seed} step {at}: {story}"));
        }
    }
    let played = histories.len();
    let said = format!("{played} histories: {:?}\n{}\n", tally.counts, tally.told.join("\n"));
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    // Without notes, or with the commits that had them gone, contents alone cannot tell all.
    let accepted = played / 50 + 1;
    assert!(tally.told.len() <= accepted, "{} losses in probes\n{}", tally.told.len(), tally.told.join("\n"));
    assert!(failures.is_empty(), "{} of {played}\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn without_any_of_the_rules_a_history_ends_otherwise() {
    if let Ok(rule) = std::env::var("SKILLSYNC_SEARCH") {
        let found = directed::search(&rule, &[WEIGHTS, MORE].concat());
        std::io::stderr().write_all(found.as_bytes()).unwrap();
    }
    let cases = directed::cases();
    let missing = directed::SWITCHES.iter().filter(|(rule, _)| cases.iter().all(|case| case.rule != *rule));
    let missing: Vec<&str> = missing.map(|(rule, _)| *rule).collect();
    let (mut failures, mut tally) = (Vec::new(), Tally::default());
    for case in cases {
        let (rule, history) = (case.rule, &case.history);
        let last = history.steps.len() - 1;
        if case.without != RULES && directed::parts(history, case.without) != Some(last) {
            failures.push(format!("{rule} {}: the rule decides nothing here", history.seed));
        }
        match play(history, false, &mut tally) {
            End::Whole => {}
            End::Loss => failures.push(format!("{rule} {}: the model loses something", history.seed)),
            End::Stopped(at, stop, story) => {
                failures.push(format!("{rule} {} step {at}: {stop}\n{story}", history.seed));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(missing.is_empty(), "nothing is played for {missing:?}");
}
