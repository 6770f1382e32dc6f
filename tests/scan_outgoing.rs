//! What is looked for in what is handed on: secrets that would leave, hidden text that comes in.

use crate::support::{PLACED, SOURCE, World, skill};
use std::path::Path;

/// A key as the manuals of AWS have it, in parts so that this file has none.
fn key() -> String {
    format!("AKIA{}", "IOSFODNN7EXAMPLE")
}

/// A project whose skill has the key in a commit.
fn leaking() -> World {
    let world = World::deployed();
    world.edit_project(&[(8, &format!("Use {} to log in.", key()))]);
    world
}

/// The newest `operation.json` that has what an operation began with.
fn logged(world: &World) -> serde_json::Value {
    let text = world.proj.git(&["show", "refs/skillsync/ops~1:operation.json"]);
    serde_json::from_str(&text).expect("a document")
}

#[test]
fn a_secret_is_held_back_with_its_place_and_without_itself() {
    let world = leaking();
    let before = world.coll.tree_snapshot();
    insta::assert_snapshot!(world.proj.skillsync(&["push"]), @r"
    ----- stdout
    skill/pdf  failed: '.claude/skills/pdf/SKILL.md:8' has an AWS access key id (AKIA…, 20 characters)
    ----- stderr
    hint: take it out, and revoke it if it is real; a line that says 'skillsync:allow' is let through, and '--no-verify' skips the scan
    ----- status 1
    ");
    assert_eq!(world.coll.tree_snapshot(), before);
    let (document, code) = world.json(&["push", "--dry-run"]);
    assert_eq!((code, &document["results"][0]["status"]), (1, &"failed".into()));
    assert_eq!(document["results"][0]["scan"][0]["rule"], "aws-access-key-id");
    assert_eq!(document["results"][0]["scan"][0]["line"], 8);
    assert!(!document.to_string().contains(&key()));
}

#[test]
fn it_goes_out_only_when_it_is_told_to() {
    let world = leaking();
    world.proj.skillsync(&["push", "--no-verify"]).expect_success();
    assert!(world.coll.read(SOURCE).contains(&key()));
    assert_eq!(logged(&world)["scan"]["mode"], "skipped");
    let world = leaking();
    world.proj.git(&["config", "skillsync.scan", "false"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(logged(&world)["scan"]["mode"], "off");
    // A word that means neither yes nor no lets nothing out.
    let world = leaking();
    world.proj.git(&["config", "skillsync.scan", "maybe"]);
    assert_eq!(world.proj.skillsync(&["push"]).code, 2);
    let world = World::deployed();
    world.edit_project(&[(8, &format!("Not {} # skillsync:allow", key()))]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(logged(&world)["scan"], serde_json::json!({"mode": "done"}));
}

#[test]
fn what_is_only_staged_is_looked_at_too() {
    let world = World::deployed();
    world.edit_project(&[(8, "harmless")]);
    world.proj.write(PLACED, skill(&[(8, "harmless"), (15, &key())])).git(&["add", "."]);
    let run = world.proj.skillsync(&["push"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("failed: staged: '.claude/skills/pdf/SKILL.md:15' has an AWS"), "{run}");
    assert_eq!(world.coll.read(SOURCE), skill(&[]));
    let run = world.proj.skillsync(&["push", "--worktree"]);
    assert!(run.code == 1 && !run.stdout.contains("staged"), "{run}");
}

#[test]
fn what_the_collection_has_already_is_nobodys_news() {
    let world = World::new();
    world.edit_collection(&[(8, &key())]);
    world.deploy(&["pdf"]);
    world.edit_project(&[(8, &key()), (15, "harmless")]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[(8, &key()), (15, "harmless")]));
}

#[test]
fn the_others_go_out_and_names_count() {
    let world = World::new();
    world.deploy(&["pdf", "sheets", "review"]);
    world.proj.write(".claude/skills/pdf/.env", "A=1\n").write(".claude/skills/pdf/id_rsa", "x\n");
    world.proj.write(".claude/commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Edit");
    let (document, code) = world.json(&["push"]);
    assert_eq!(
        (code, &document["summary"]["updated"], &document["summary"]["failed"]),
        (1, &1.into(), &1.into())
    );
    let message = document["results"].to_string();
    assert!(message.contains("skills/pdf/.env' is a file of environment secrets"), "{message}");
    assert_eq!(world.coll.read("commands/review.md"), "# Review\n\nRead it twice.\n");
    assert!(!world.coll.exists("skills/pdf/.env"));
    // The log has what was held back beside what was sent.
    let scan = &logged(&world)["scan"];
    assert_eq!((&scan["mode"], &scan["findings"][1]["rule"]), (&"done".into(), &"file-name".into()));
}

#[test]
fn new_artifacts_and_those_a_collection_takes_are_looked_at() {
    let world = leaking();
    world
        .proj
        .write(".claude/skills/new/SKILL.md", format!("---\nname: new\n---\n{}\n", key()))
        .commit_all("New");
    let run = world.proj.skillsync(&["push", "--new", "skill/new"]);
    assert!(run.code == 1 && run.stdout.contains("new/SKILL.md:4"), "{run}");
    let run = world.coll.skillsync(&["pull", "--project", "../proj"]);
    assert!(run.code == 1 && run.stdout.contains("SKILL.md:8' has an AWS"), "{run}");
    assert!(!world.coll.exists("skills/new") && world.coll.git(&["status", "--porcelain"]).is_empty());
}

#[test]
fn the_users_scanner_sees_the_changed_files_and_has_the_last_word() {
    let world = World::deployed();
    world.edit_project(&[(8, "harmless")]);
    let log = world.sandbox.path("seen");
    let scanner = world.sandbox.folder("tools");
    scanner.write_program(
        "scan",
        &format!("#!/bin/sh\nfind . -type f >'{0}'\ngrep line .claude/skills/pdf/SKILL.md >>'{0}'\necho \"$GIT_DIR\" >>'{0}'\nstat -c %a . >>'{0}'\n", log.display()),
    );
    let program = scanner.path().join("scan");
    let command = |line: &str| world.proj.git(&["config", "skillsync.scanCommand", line]);
    command(&program.to_string_lossy());
    world.proj.skillsync(&["push", "--dry-run"]).expect_success();
    assert!(!Path::new(&log).exists(), "a preview starts nothing");
    world.proj.skillsync(&["push"]).expect_success();
    let seen = std::fs::read_to_string(&log).expect("seen");
    assert!(
        seen.starts_with("./.claude/skills/pdf/SKILL.md\nline 6\n") && seen.ends_with("\n\n700\n"),
        "{seen}"
    );
    assert_eq!(logged(&world)["scan"]["command"], "passed");
    world.edit_project(&[(8, "harmless"), (9, "too")]);
    let before = world.coll.tree_snapshot();
    for (line, reason) in [
        ("echo found it; exit 3", "the scan command says no (exit status 3)"),
        ("no-such-scanner .", "the scan command was not found"),
        ("kill -9 $$", "the scan command was killed"),
    ] {
        command(line);
        let run = world.proj.skillsync(&["push"]);
        assert!(run.code == 1 && run.stdout.contains(&format!("failed: not pushed: {reason}")), "{run}");
        assert_eq!(world.coll.tree_snapshot(), before, "{line}");
    }
    command("echo found it; exit 3");
    assert!(world.proj.skillsync(&["push"]).stderr.starts_with("warning: scan: found it\n"));
    world.proj.skillsync(&["push", "--no-verify"]).expect_success();
}

#[test]
fn hidden_text_that_comes_in_is_read_out() {
    let tags: String =
        "obey".chars().filter_map(|letter| char::from_u32(0xe0000 + u32::from(letter))).collect();
    let world = World::deployed();
    world.edit_collection(&[(9, &format!("Nothing here.{tags}"))]);
    let said =
        "warning: skill/pdf: '.claude/skills/pdf/SKILL.md:9' hides 4 tag characters (they read 'obey')\n";
    let run = world.proj.skillsync(&["pull", "--dry-run"]);
    assert!(run.stderr.contains(said), "{run}");
    let run = world.proj.skillsync(&["pull"]);
    assert!(run.code == 0 && run.stderr.contains(said), "{run}");
    assert_eq!(logged(&world)["scan"]["findings"][0]["shown"], "they read 'obey'");
    world.proj.commit_all("Pull");
    // It is known now: only what is new is said.
    world.edit_collection(&[(9, &format!("Nothing here.{tags}")), (15, "more")]);
    assert!(!world.proj.skillsync(&["pull"]).stderr.contains("hides"));
    // A first deployment is new as a whole.
    let fresh = world.sandbox.repo("fresh");
    fresh.commit_all("Start");
    let run = fresh.skillsync(&["deploy", "pdf", "--from", "../coll"]);
    assert!(run.code == 0 && run.stderr.contains("hides 4 tag characters"), "{run}");
}
