//! What the program takes, as ratios against git in the same run: `cargo bench --bench ratios`.
//!
//! Arguments select rows by a part of their name. `RATIOS_RUNS` (a number) and `RATIOS_SCALE` (in
//! percent) make it quicker. Nothing here fails on a time: it prints a table.

#![allow(clippy::expect_used, clippy::panic, reason = "a bench whose scaffolding fails shall stop")]
#![allow(clippy::print_stdout, reason = "the table")]

mod fixtures;
mod hooks;
mod lookup;
mod measure;
#[path = "../../tests/support/mod.rs"]
mod support;

use fixtures::{Merging, Quiet};
use hooks::{Hooked, Pending, WAITING};
use lookup::{Crowded, Far};
use measure::{Pair, Scale};
use std::process::Command;
use support::{Repo, Sandbox};

/// How many runs the quick things get, which take about a millisecond.
const MANY: usize = 201;

/// How many runs the others get.
const FEW: usize = 9;

/// The hook as `hooks install` writes it.
const HOOK: &str = include_str!("../../git-hooks/post-commit");

/// Measures at a scale and prints its rows.
type Bench = fn(Scale);

fn main() {
    let benches: [(&str, Bench); 8] = [
        ("start", start),
        ("hook", hook),
        ("hooked", hooked),
        ("records", records),
        ("status", status),
        ("copies", copies),
        ("pull", pull),
        ("lookup", lookup),
    ];
    let filters: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!("{}", measure::HEADER);
    for (name, bench) in benches {
        if filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str())) {
            bench(Scale::from_environment());
        }
    }
}

/// Printing the version.
fn start(scale: Scale) {
    let here = Sandbox::new().folder("empty");
    let ours = || call(&here, "git-skillsync", &["--version"]);
    let git = || call(&here, "git", &["--version"]);
    let pair = Pair { what: "start: --version", goal: "1.50", runs: scale.runs(MANY) };
    println!("{}", pair.alternate(ours, git, || {}));
}

/// The hook with nothing pending, against one that does nothing at all.
fn hook(scale: Scale) {
    let here = Sandbox::new().repo("project");
    here.write("ours", HOOK).write("empty", "#!/bin/sh\nexit 0\n");
    let ours = || call(&here, "sh", &["ours"]);
    let empty = || call(&here, "sh", &["empty"]);
    let pair = Pair { what: "hook, nothing pending", goal: "+1 stat", runs: scale.runs(MANY) };
    println!("{}", pair.alternate(ours, empty, || {}));
    let (ours, empty) = (measure::lookups(&here, "ours"), measure::lookups(&here, "empty"));
    if let (Some(ours), Some(empty)) = (ours, empty) {
        println!("{:<44}{:>9}{:>9}", "hook: files looked up (strace)", ours, empty);
    }
}

/// Git with our hooks, against git with hooks that do nothing; 100 artifacts, nothing pending.
///
/// A switch finds out how they all stand (`skillsync.onCheckout=status`).
fn hooked(scale: Scale) {
    let Hooked { ours, empty, artifacts } = Hooked::build(scale.of(100));
    let pair = |what, goal, args: &[&str]| {
        let pair = Pair { what, goal, runs: scale.runs(61) };
        println!("{}", pair.alternate(|| call(&ours, "git", args), || call(&empty, "git", args), || {}));
    };
    pair("git commit, nothing pending", "1.05", &["commit", "--quiet", "--allow-empty", "--message", "x"]);
    pair("git checkout FILE", "1.05", &["checkout", "--quiet", "--", "README.md"]);
    let what = format!("git switch, {artifacts} artifacts");
    pair(&what, "+30 ms", &["switch", "--quiet", "--detach"]);
    let id = ours.git(&["rev-parse", "HEAD"]);
    let hook = || call(&ours, "git-skillsync", &["hook", "post-checkout", &id, &id, "1"]);
    let git = || call(&ours, "git", &["status", "--porcelain"]);
    let pair = Pair { what: "  its hook against git status", goal: "–", runs: scale.runs(61) };
    println!("{}", pair.alternate(hook, git, || {}));
    let line = || call(&ours, "git-skillsync", &["status", "--line"]);
    let pair = Pair { what: "status --line against git status", goal: "10 ms", runs: scale.runs(61) };
    println!("{}", pair.alternate(line, git, || {}));
}

/// The records of 10 artifacts, written by the hook among 100,000 notes.
fn records(scale: Scale) {
    let pending = Pending::build(scale.of(100_000));
    let ours = || call(&pending.project, "git-skillsync", &["hook", "post-commit"]);
    let git = || call(&pending.project, "git", &["notes", "--ref=skillsync", "show", "HEAD~1"]);
    let what = format!("hook, {WAITING} pending, {} notes", pending.notes);
    let pair = Pair { what: &what, goal: "100 ms", runs: scale.runs(31) };
    println!("{}", pair.alternate(ours, git, || pending.reset()));
}

/// 1,000 artifacts of 10 files, committed, nothing changed.
fn status(scale: Scale) {
    let Quiet { project, artifacts } = Quiet::build(scale.of(1000), &["claude"]);
    let ours = || call(&project, "git-skillsync", &["status"]);
    let git = || call(&project, "git", &["status", "--porcelain"]);
    let what = format!("status, {artifacts} artifacts");
    let pair = Pair { what: &what, goal: "1.20", runs: scale.runs(FEW) };
    println!("{}", pair.alternate(ours, git, || {}));
}

/// 1,000 artifacts of 10 files for three harnesses each, committed, nothing changed.
fn copies(scale: Scale) {
    let Quiet { project, artifacts } = Quiet::build(scale.of(1000), &["claude", "codex", "gemini"]);
    let ours = || call(&project, "git-skillsync", &["status"]);
    let git = || call(&project, "git", &["status", "--porcelain"]);
    let what = format!("status, {artifacts} artifacts at 3 targets");
    let pair = Pair { what: &what, goal: "1.50", runs: scale.runs(FEW) };
    println!("{}", pair.alternate(ours, git, || {}));
}

/// 100 artifacts with one file changed on both sides, in different places.
///
/// Both sides end with the result staged and not committed: that is what a pull leaves.
fn pull(scale: Scale) {
    let merging = Merging::build(scale.of(100));
    let ours = || call(&merging.project, "git-skillsync", &["pull"]);
    let git = || call(&merging.alone, "git", &["merge", "--quiet", "--no-commit", "theirs"]);
    let what = format!("pull, {} merging artifacts", merging.artifacts);
    let pair = Pair { what: &what, goal: "3.00", runs: scale.runs(FEW) };
    println!("{}", pair.alternate(ours, git, || merging.reset()));
}

/// The base of one edited artifact whose record is 100,000 commits back, or among 100,000 notes.
fn lookup(scale: Scale) {
    let far = Far::build(scale.of(100_000));
    let ours = || call(&far.project, "git-skillsync", &["status"]);
    let git = || call(&far.project, "git", &["rev-list", "HEAD"]);
    for how in ["plain", "commit-graph"] {
        let what = format!("lookup, {} commits back, {how}", far.commits);
        let pair = Pair { what: &what, goal: "1.20", runs: scale.runs(FEW) };
        println!("{}", pair.alternate(ours, git, || far.forget()));
        let pair = Pair { what: "                 found before", goal: "0.10", ..pair };
        println!("{}", pair.alternate(ours, git, || {}));
        far.write_commit_graph();
    }
    far.move_on();
    // Which version was taken in since is asked of every commit: so does git where it follows a path.
    let git = || call(&far.project, "git", &["log", "--format=%h", "--", ".claude/skills/pdf"]);
    let pair = Pair { what: "                 the collection moved on", goal: "2.00", runs: scale.runs(FEW) };
    println!("{}", pair.alternate(ours, git, || far.forget()));
    let pair = Pair { what: "                 found before", goal: "0.10", ..pair };
    println!("{}", pair.alternate(ours, git, || {}));
    let crowded = Crowded::build(scale.of(100_000));
    let ours = || call(&crowded.project, "git-skillsync", &["status"]);
    let git = || call(&crowded.project, "git", &["log", "--notes=skillsync", "--format=%N"]);
    let what = format!("lookup behind {} notes", crowded.notes);
    let pair = Pair { what: &what, goal: "1.00", runs: scale.runs(FEW) };
    println!("{}", pair.alternate(ours, git, || crowded.forget()));
    let pair = Pair { what: "                 found before", goal: "0.10", ..pair };
    println!("{}", pair.alternate(ours, git, || {}));
    crowded.surface();
    let git = || call(&crowded.project, "git", &["notes", "--ref=skillsync", "show", "HEAD~1"]);
    let what = format!("lookup among {} notes", crowded.notes);
    let pair = Pair { what: &what, goal: "2.00", runs: scale.runs(31) };
    println!("{}", pair.alternate(ours, git, || crowded.forget()));
}

fn call(here: &Repo, program: &str, args: &[&str]) -> Command {
    let mut command = here.command(program);
    command.args(args);
    command
}
