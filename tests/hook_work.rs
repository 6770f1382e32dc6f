//! What hooks do by themselves: a pull on a switch, a push on a commit, each only where nobody has to look
//! at it; and never longer than they may.

use crate::support::{PLACED, Repo, SOURCE, World, skill};
use std::time::{Duration, Instant};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// A project with a second branch, whose collection has something new.
fn world(on_checkout: &str) -> World {
    let world = World::deployed();
    world.deploy(&["sheets", "review"]);
    world.porcelain();
    world.proj.git(&["config", "skillsync.onCheckout", on_checkout]);
    world.proj.git(&["branch", "side"]);
    world.edit_collection(&[THEIRS]);
    world
}

/// Wait for what is done in the background.
fn wait(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn switch(repo: &Repo, branch: &str) -> String {
    let run = repo.try_git(&["switch", "--quiet", branch]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
    run.stderr
}

#[test]
fn a_switch_pulls_what_nobody_has_touched() {
    let world = world("pull");
    let index = world.proj.git(&["ls-files", "--stage"]);
    assert_eq!(switch(&world.proj, "side"), "skillsync: pulled 1 artifact, see 'git skillsync log'\n");
    assert_eq!(world.proj.read(PLACED), skill(&[THEIRS]));
    assert_eq!(world.proj.git(&["ls-files", "--stage"]), index, "what is staged is nobody else's");
    assert!(world.proj.skillsync(&["log", "--json"]).stdout.contains("post-checkout"));
    world.proj.commit_all("Pull");
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!(switch(&world.proj, "side"), "", "nothing left to say");
}

#[test]
fn a_switch_leaves_local_changes_and_conflicts_alone() {
    for (staged, edit) in [(false, OURS), (true, OURS), (false, (17, "mine"))] {
        let world = world("pull");
        world.proj.write(PLACED, skill(&[edit]));
        if staged {
            world.proj.git(&["add", "."]);
        }
        let before = world.proj.read(PLACED);
        assert_eq!(
            switch(&world.proj, "side"),
            "skillsync: 1 artifact needs attention, see 'git skillsync status'\n"
        );
        assert_eq!((world.proj.read(PLACED), world.proj.exists(".git/MERGE_MSG")), (before, false));
    }
    // A committed edit of the same line: a conflict, which is left as it is.
    let world = world("pull");
    world.proj.git(&["switch", "--quiet", "--create", "other"]);
    world.proj.git(&["reset", "--quiet", "--hard"]);
    world.edit_project(&[(17, "mine")]);
    assert!(switch(&world.proj, "side").contains("pulled 1"));
    world.proj.git(&["reset", "--quiet", "--hard"]);
    assert!(switch(&world.proj, "other").contains("1 artifact needs attention"));
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "mine")]));
}

#[test]
fn a_switch_in_a_linked_work_tree_pulls_there_and_nowhere_else() {
    let world = world("pull");
    let tree = world.proj.worktree("tree");
    tree.git(&["reset", "--quiet", "--hard"]);
    let files = |repo: &Repo| repo.read(PLACED) + &repo.git(&["status", "--porcelain"]);
    let (main, collection) = (files(&world.proj), world.coll.tree_snapshot());
    assert_eq!(switch(&tree, "side"), "skillsync: pulled 1 artifact, see 'git skillsync log'\n");
    assert_eq!(tree.read(PLACED), skill(&[THEIRS]));
    assert_eq!(files(&world.proj), main, "the main work tree was written to");
    assert!(world.coll.tree_snapshot() == collection, "the collection was written to");
}

#[test]
fn off_is_off_and_status_only_tells() {
    let world = world("off");
    assert_eq!(switch(&world.proj, "side"), "");
    world.proj.git(&["config", "skillsync.onCheckout", "status"]);
    assert_eq!(
        switch(&world.proj, "main"),
        "skillsync: 1 artifact needs attention, see 'git skillsync status'\n"
    );
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}

#[test]
fn in_the_middle_of_something_nothing_is_pulled() {
    let world = world("pull");
    for number in 0..4 {
        world.proj.write("file", format!("{number}")).git(&["add", "file"]);
        world.proj.git(&["commit", "--quiet", "--message", "x"]);
    }
    let run = world.proj.try_git(&["bisect", "start", "HEAD", "HEAD~3"]);
    assert!(run.code == 0 && !run.stderr.contains("skillsync"), "{run}");
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    world.proj.git(&["bisect", "reset", "HEAD"]);
    world.proj.git(&["reset", "--quiet", "--hard"]);
    world.proj.git(&["switch", "--quiet", "--discard-changes", "main"]);
    world.proj.git(&["reset", "--quiet", "--hard"]);
    let run = world.proj.try_git(&["rebase", "--force-rebase", "HEAD~2"]);
    assert!(run.code == 0 && !run.stderr.contains("skillsync:"), "{run}");
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}

#[test]
fn a_collection_that_is_not_here_is_not_asked_for() {
    let world = world("pull");
    world.proj.git(&["config", "skillsync-collection.default.url", "ssh://nowhere.invalid/x"]);
    world.proj.git(&["config", "--unset", "skillsync-collection.default.id"]);
    let start = Instant::now();
    assert_eq!(switch(&world.proj, "side"), "");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_commit_is_pushed_in_the_background() {
    let world = World::deployed();
    world.porcelain();
    world.proj.skillsync(&["config", "skillsync.onCommit", "push"]).expect_success();
    let gate = world.sandbox.path("gate");
    // The push takes as long as the scanner does.
    let line = format!("while [ ! -e '{}' ]; do sleep 0.05; done", gate.display());
    world.proj.git(&["config", "skillsync.scanCommand", &line]);
    world.proj.git(&["config", "skillsync.hookTimeout", "30s"]);
    let start = Instant::now();
    world.proj.write(PLACED, skill(&[OURS])).git(&["add", "."]);
    let run = world.proj.try_git(&["commit", "--quiet", "--message", "Adapt pdf"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    assert!(start.elapsed() < Duration::from_secs(25), "git does not wait for the push");
    assert_eq!(world.coll.read(SOURCE), skill(&[]));
    std::fs::write(&gate, "").expect("gate");
    // Git writes the files first, then the index, then the branch.
    let is_pushed = || world.coll.git(&["log", "-1", "--format=%s"]) == "Adapt pdf";
    wait("the commit was not pushed", is_pushed);
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
    wait("no log", || world.proj.skillsync(&["log", "--json"]).stdout.contains("post-commit"));
    // Switched off again: nobody is started.
    world.proj.skillsync(&["config", "skillsync.onCommit", "off"]).expect_success();
    assert!(!world.proj.exists(".git/skillsync/on-commit"));
}

#[test]
fn a_commit_of_a_linked_work_tree_is_pushed_to_the_collection_alone() {
    let world = World::deployed();
    world.porcelain();
    let side = world.proj.worktree("side");
    side.skillsync(&["config", "skillsync.onCommit", "push"]).expect_success();
    let main = world.proj.tree_snapshot();
    side.write(PLACED, skill(&[OURS])).git(&["add", "."]);
    side.git(&["commit", "--quiet", "--message", "Adapt pdf"]);
    let is_pushed = || world.coll.git(&["log", "-1", "--format=%s"]) == "Adapt pdf";
    wait("the commit was not pushed", is_pushed);
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
    assert_eq!(side.git(&["log", "--format=%s", "-2"]), "Adapt pdf\nDeploy");
    let own = |text: &str| {
        text.lines().filter(|line| !line.contains("refs/")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(own(&world.proj.tree_snapshot()), own(&main), "the main work tree was written to");
}

#[test]
fn a_secret_is_not_pushed_in_the_background_either() {
    let world = World::deployed();
    world.porcelain();
    world.proj.skillsync(&["config", "skillsync.onCommit", "push"]).expect_success();
    world.edit_project(&[(8, &format!("AKIA{}", "IOSFODNN7EXAMPLE"))]);
    world.proj.write(PLACED, skill(&[OURS])).commit_all("Take it out");
    wait("the commit was not pushed", || world.coll.read(SOURCE) == skill(&[OURS]));
    assert!(!world.coll.git(&["log", "-p"]).contains("AKIA"));
}

#[test]
fn what_takes_too_long_is_done_all_the_same() {
    let world = World::new();
    world.proj.git(&["config", "skillsync.hookTimeout", "0"]);
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    world.proj.git(&["commit", "--quiet", "--message", "Deploy"]);
    wait("the record was not written", || world.note().len() == 1);
    // What is left to nobody is done by the next command.
    world.proj.git(&["config", "skillsync.hookTimeout", "nonsense"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}

#[test]
fn one_line_for_prompts() {
    let world = World::deployed();
    world.deploy(&["sheets", "review", "helper"]);
    let line = || {
        let before = world.proj.tree_snapshot();
        let run = world.proj.skillsync(&["status", "--line"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run}");
        assert!(world.proj.tree_snapshot() == before, "nothing is written");
        run.stdout
    };
    assert_eq!(line(), "skillsync: in step\n");
    world.edit_project(&[OURS]);
    assert_eq!(line(), "skillsync: 1 to push\n");
    world.edit_collection(&[THEIRS]);
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Review");
    assert_eq!(line(), "skillsync: 1 to pull, 1 to merge\n");
    world.edit_collection(&[(7, "another")]);
    world.proj.remove(".claude/agents/helper.md");
    assert_eq!(line(), "skillsync: 1 to pull, 1 conflict, 1 to look at\n");
    // Where there is nothing to say, nothing is said.
    let plain = world.sandbox.folder("plain").skillsync(&["status", "--line"]);
    assert_eq!((plain.code, plain.stdout.as_str(), plain.stderr.as_str()), (0, "", ""));
    let fresh = world.sandbox.repo("fresh").skillsync(&["status", "--line"]);
    assert_eq!((fresh.code, fresh.stdout.as_str(), fresh.stderr.as_str()), (0, "", ""));
    assert_eq!(world.proj.skillsync(&["status", "--line", "--porcelain"]).code, 2);
}

/// Three commits, each with a record, become one by fixups.
#[test]
fn a_rebase_with_fixups_keeps_the_records_and_says_nothing() {
    let world = World::new();
    let start = world.proj.head();
    for name in ["pdf", "sheets", "review"] {
        world.deploy(&[name]);
        let shown = world.proj.skillsync(&["notes", "show"]).expect_success();
        assert!(shown.contains(name), "{shown}");
    }
    let mut command = world.proj.command("git");
    command.args(["rebase", "--interactive", &start]);
    command.env("GIT_SEQUENCE_EDITOR", "sed -i -e '2,$s/^pick/fixup/'").env("GIT_EDITOR", "true");
    let run = world.proj.run(&mut command);
    assert_eq!(run.code, 0, "{run}");
    assert!(!format!("{}{}", run.stdout, run.stderr).to_lowercase().contains("skillsync"), "{run}");
    assert_eq!(world.proj.git(&["rev-parse", "HEAD~1"]), start);
    let noted = world.note();
    let names: Vec<&str> = noted.iter().filter_map(|record| record["name"].as_str()).collect();
    assert_eq!(names, ["review", "pdf", "sheets"]);
    for record in &noted {
        let path = record["path"].as_str().expect("a path");
        assert_eq!(record["at"], world.proj.git(&["rev-parse", &format!("HEAD:{path}")]).as_str());
    }
    let shown = world.proj.skillsync(&["notes", "show", "--json"]).json();
    let records = shown["records"].as_array().map_or(0, Vec::len);
    assert_eq!(records, 3, "{shown}");
    assert_eq!(world.porcelain(), "");
}
