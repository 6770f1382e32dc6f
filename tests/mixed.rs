//! Many commands of all kinds at once, in several work trees of one repository.

use crate::referee::say;
use crate::support::{Repo, Sandbox};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many work trees there are.
const TREES: usize = 4;
/// How many processes are at work at any time.
const PROCESSES: usize = 16;
/// A command that waits longer is a failure.
const LIMIT: Duration = Duration::from_secs(60);

fn rounds() -> usize {
    if crate::support::is_full() { 60 } else { 6 }
}

/// What a worker runs in its turn: its own artifact, so that all of it has to be there at the end.
fn command(worker: usize, round: usize) -> Vec<String> {
    let own = format!("own{worker}");
    let words: &[&str] = match (worker + round) % 8 {
        0 => &["pull", "--commit", &own],
        1 => &["status", "--json"],
        2 => &["pull", "shared", "--auto-resolve", "mark"],
        3 => &["abort", "shared"],
        4 => &["push", &own],
        5 => &["notes", "show"],
        6 => &["doctor"],
        _ => &["log", "--json"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What a command may say when somebody else was quicker: it did nothing, and says so.
const QUICKER: &[&str] = &[
    "in the meantime",
    "index.lock",
    "no pull is in progress",
    "cannot lock ref",
    "could not be committed",
    "unknown artifact",
    "a merge is in progress",
];

struct Ended {
    args: Vec<String>,
    code: i32,
    said: String,
    took: Duration,
}

fn run(command: &mut Command, args: Vec<String>) -> Ended {
    let start = Instant::now();
    command.args(&args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().expect("started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ended { args, code: output.status.code().unwrap_or(-1), said, took: start.elapsed() }
}

fn prepared() -> (Sandbox, Repo, Vec<Repo>) {
    let sandbox = Sandbox::in_memory();
    let (coll, proj) = (sandbox.repo("coll"), sandbox.repo("proj"));
    coll.write("skills/shared/SKILL.md", "# shared\n\nline\n");
    for worker in 0..PROCESSES {
        coll.write(&format!("skills/own{worker}/SKILL.md"), "# own\n\nzero\n\nmiddle\n\nlast\n");
    }
    coll.commit_all("Skills");
    coll.git(&["switch", "--quiet", "--create", "elsewhere"]);
    proj.write("README", "A project.\n").commit_all("Start");
    proj.skillsync(&["init", "../coll", "--branch", "main"]).expect_success();
    let mut deploy = vec!["deploy".to_owned(), "shared".to_owned()];
    deploy.extend((0..PROCESSES).map(|worker| format!("own{worker}")));
    proj.skillsync(&deploy.iter().map(String::as_str).collect::<Vec<_>>()).expect_success();
    proj.commit_all("Deploy");
    let mut trees = vec![proj.clone()];
    trees.extend((1..TREES).map(|at| proj.worktree(&format!("tree{at}"))));
    (sandbox, coll, trees)
}

#[test]
fn nothing_is_lost_and_nobody_waits_long() {
    let (_sandbox, coll, trees) = prepared();
    // The project's edits, one per artifact, committed in the work tree that its worker is in.
    for (worker, tree) in (0..PROCESSES).zip(trees.iter().cycle()) {
        let path = format!(".claude/skills/own{worker}/SKILL.md");
        tree.write(&path, format!("# own\n\nedit {worker}\n\nmiddle\n\nlast\n")).commit_all("Edit");
    }
    let ended = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..PROCESSES)
            .map(|worker| {
                let commands: Vec<(Command, Vec<String>)> = (0..rounds())
                    .map(|round| (trees[worker % TREES].command("git-skillsync"), command(worker, round)))
                    .collect();
                scope.spawn(move || {
                    commands
                        .into_iter()
                        .map(|(mut command, args)| run(&mut command, args))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect::<Vec<_>>()
    });
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    for Ended { args, code, said, took } in &ended {
        assert!(*took < LIMIT, "{args:?} took {took:?}");
        let is_told = QUICKER.iter().any(|words| said.contains(words));
        assert!(matches!(code, 0 | 1) || is_told, "{args:?}: {code}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        *codes.entry(*code).or_default() += 1;
    }
    // Each goes on alone: every edit is there, on both sides, and known.
    let mut pushed = 0;
    for (at, tree) in trees.iter().enumerate() {
        let _ = tree.skillsync(&["abort"]);
        for worker in (at..PROCESSES).step_by(TREES) {
            let run = tree.skillsync(&["push", &format!("own{worker}")]);
            assert_eq!(run.code, 0, "{run}");
            let path = format!("own{worker}/SKILL.md");
            let edit = format!("edit {worker}\n");
            assert!(
                tree.git(&["show", &format!("HEAD:.claude/skills/{path}")]).contains(edit.trim()),
                "{path}"
            );
            assert!(coll.git(&["show", &format!("main:skills/{path}")]).contains(edit.trim()), "{path}");
            pushed += 1;
        }
        assert_eq!(tree.try_git(&["fsck", "--strict", "--no-dangling"]).code, 0);
        assert_eq!(tree.try_git(&["status", "--porcelain"]).code, 0);
        let known = tree.skillsync(&["status", "--json", "--verbose"]).json();
        for artifact in known["artifacts"].as_array().expect("artifacts") {
            assert!(!artifact["base_from"].is_null(), "{artifact}");
        }
    }
    let log = trees[0].skillsync(&["log", "--json", "-n", "10000"]).json();
    let operations = log["operations"].as_array().expect("operations");
    assert!(operations.iter().all(|operation| !operation["result"].is_null()), "{log}");
    let slowest = ended.iter().map(|ended| ended.took).max().unwrap_or_default();
    say(&format!(
        "mixed: {PROCESSES} processes in {TREES} work trees, {} commands, ended with {codes:?}; the slowest took \
         {:.1} s; {pushed} edits on both sides, {} operations, each with a result",
        ended.len(),
        slowest.as_secs_f32(),
        operations.len()
    ));
}
