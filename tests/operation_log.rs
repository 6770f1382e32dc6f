//! The operation log: readable as it is, and pruned without losing what anybody needs.

use crate::support::{PLACED, Repo, SOURCE, World, skill};

/// The operations, newest first: command and result.
fn operations(repo: &Repo) -> Vec<(String, String)> {
    let document = repo.skillsync(&["log", "--json", "-n", "1000"]).json();
    let all = document["operations"].as_array().expect("operations").clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("none").to_owned();
    all.iter().map(|operation| (text(&operation["command"]), text(&operation["result"]))).collect()
}

/// Deployed, pulled twice, and pulled once more without a commit.
fn history() -> World {
    let world = World::deployed();
    for line in ["one", "two"] {
        world.edit_collection(&[(17, line)]);
        world.proj.skillsync(&["pull", "--commit"]).expect_success();
    }
    world.edit_collection(&[(17, "three")]);
    world.proj.skillsync(&["pull"]).expect_success();
    world
}

#[test]
fn git_reads_it() {
    let world = World::deployed();
    world.edit_project(&[(7, "ours")]);
    world.edit_collection(&[(17, "theirs")]);
    world.proj.skillsync(&["pull"]).expect_success();
    let log = world.proj.git(&["log", "--format=%an%n%B", "-1", "refs/skillsync/ops"]);
    for part in [
        "Ada Lovelace\npull skill/pdf: 1 merged\n",
        "\nskill/pdf  merged  .claude/skills/pdf\n",
        "\nTrigger: command\n",
        "\nWho: Ada Lovelace <ada@example.com>\n",
    ] {
        assert!(log.contains(part), "{part:?} is not in\n{log}");
    }
    // How it ended is one line of one document; what it kept is not shown as deleted.
    let ended = world.proj.git(&["log", "-1", "--format=", "--name-status", "refs/skillsync/ops"]);
    assert_eq!(ended, "M\toperation.json");
    let changed = world.proj.git(&["log", "-1", "-p", "-U0", "--format=", "refs/skillsync/ops"]);
    let lines: Vec<&str> = changed.lines().filter(|line| line.starts_with(['-', '+'])).skip(2).collect();
    assert_eq!(lines, ["-  \"result\": null", "+  \"result\": \"1 merged\""]);
    let text = world.proj.skillsync(&["log"]).expect_success();
    assert!(text.contains("  pull (command) by Ada Lovelace <ada@example.com>"), "{text}");
    assert!(text.contains("    skill/pdf merged: 1 merged\n"), "{text}");
}

#[test]
fn old_operations_go_and_what_waits_stays() {
    let world = history();
    let before = world.proj.tree_snapshot();
    assert_eq!(operations(&world.proj).len(), 4);
    // All are young.
    let (document, code) = world.json(&["doctor", "--prune-log"]);
    assert_eq!(
        (&document["pruned"]["dropped"], &document["pruned"]["kept"]),
        (&0.into(), &4.into()),
        "{code}"
    );
    assert_eq!(world.proj.tree_snapshot(), before, "nothing was dropped, so nothing was written");
    let bases = bases(&world.proj);
    let (document, _) = world.json(&["doctor", "--prune-log=0"]);
    assert_eq!((&document["pruned"]["dropped"], &document["pruned"]["kept"]), (&3.into(), &1.into()));
    assert_eq!(operations(&world.proj), [("pull".to_owned(), "1 updated".to_owned())]);
    // What was merged is there, also where nothing else holds it any more.
    world.proj.git(&["gc", "--quiet", "--prune=now"]);
    for base in &bases {
        world.proj.git(&["cat-file", "-e", base]);
    }
    assert!(!bases.is_empty());
    let gone = world.proj.git(&["ls-tree", "-r", "--name-only", "refs/skillsync/ops"]);
    assert!(gone.contains("before/"), "the images of what waits: {gone}");
    // A second time nothing is left to drop, and the bases are still there.
    let (document, _) = world.json(&["doctor", "--prune-log=0"]);
    assert_eq!(document["pruned"]["dropped"], 0);
    world.proj.skillsync(&["undo"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "two")]));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert_eq!(world.proj.try_git(&["fsck", "--strict", "--no-dangling"]).code, 0);
    // Now nothing waits: all go, the bases do not.
    let (document, _) = world.json(&["doctor", "--prune-log=0"]);
    assert_eq!(document["pruned"]["kept"], 0, "{document}");
    world.proj.git(&["gc", "--quiet", "--prune=now"]);
    for base in &bases {
        world.proj.git(&["cat-file", "-e", base]);
    }
    assert_eq!(world.json(&["pull"]).1, 0, "the log goes on");
    assert_eq!(operations(&world.proj).len(), 1);
}

/// The versions that the log's operations merged.
fn bases(repo: &Repo) -> Vec<String> {
    let mut found = Vec::new();
    for commit in repo.git(&["rev-list", "refs/skillsync/ops"]).lines() {
        let tree = repo.git(&["ls-tree", "-r", "-t", commit]);
        let is_base = |line: &&str| {
            line.ends_with("\tbase/.claude/skills/pdf") || line.ends_with("\ttheirs/.claude/skills/pdf")
        };
        found.extend(
            tree.lines().filter(is_base).filter_map(|line| Some(line.split_whitespace().nth(2)?.to_owned())),
        );
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn what_waits_in_another_work_tree_stays() {
    let world = World::deployed();
    let other = world.proj.worktree("other");
    world.edit_collection(&[(17, "theirs")]);
    other.skillsync(&["pull"]).expect_success();
    world.coll.write(SOURCE, skill(&[(17, "later")])).commit_all("Later");
    other.skillsync(&["pull"]).expect_success();
    let (document, _) = world.json(&["doctor", "--prune-log=0"]);
    assert_eq!(
        (&document["pruned"]["dropped"], &document["pruned"]["kept"]),
        (&1.into(), &2.into()),
        "{document}"
    );
    // Both pulls: the second's entry restores what the first found.
    other.skillsync(&["abort"]).expect_success();
    assert_eq!(other.read(PLACED), skill(&[]));
    assert_eq!(other.git(&["status", "--porcelain"]), "");
    // What cannot be read may need anything.
    other.skillsync(&["pull"]).expect_success();
    let pending = world.proj.path().join(".git/worktrees/other/skillsync/pending.json");
    std::fs::write(&pending, "{").expect("written");
    let refused = world.proj.skillsync(&["doctor", "--prune-log=0"]);
    assert_eq!(refused.code, 128, "{refused}");
    assert!(refused.stderr.contains("nothing can be dropped from the operation log"), "{refused}");
}

#[test]
fn an_interrupted_operation_takes_nothing_back() {
    let world = history();
    let abort = |fault: &str| {
        let mut command = world.proj.command("git-skillsync");
        world.proj.run(command.arg("undo").env("GIT_SKILLSYNC_FAULT", fault))
    };
    // Somewhere after it was put on the log, and before all files are back.
    let killed = abort("kill:20");
    assert_eq!(killed.code, -1, "{killed}");
    let again = world.proj.skillsync(&["undo"]);
    assert_eq!(again.code, 0, "{again}");
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "two")]));
    let refused = world.proj.skillsync(&["undo"]);
    assert_eq!(refused.code, 1, "the pull before it is committed: {refused}");
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "two")]));
}
