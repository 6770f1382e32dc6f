//! `deploy`: what is placed is the collection's bit for bit, and what is recorded is all that was placed.

use crate::support::{PLACED, World, skill};
use serde_json::Value;

#[test]
fn placed_staged_committed_and_noted() {
    let world = World::new();
    insta::assert_snapshot!(world.proj.skillsync(&["deploy", "pdf"]), @"
    ----- stdout
    skill/pdf  deployed: at .claude/skills/pdf
    ----- stderr
    hint: 'git commit' commits what is staged
    ----- status 0
    ");
    assert_eq!(
        world.proj.git(&["status", "--porcelain"]),
        "A  .claude/skills/pdf/SKILL.md\nA  .claude/skills/pdf/notes.txt"
    );
    assert_eq!(world.note().len(), 0);
    world.proj.git(&["commit", "--quiet", "-m", "Deploy"]);
    let ids = [(&world.coll, "HEAD:skills/pdf"), (&world.proj, "HEAD:.claude/skills/pdf")];
    let [theirs, ours] = ids.map(|(repo, at)| repo.git(&["rev-parse", at]));
    assert_eq!(ours, theirs);
    let line = world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    let record: Value = serde_json::from_str(&line).expect("record");
    let record = record.as_object().expect("object");
    assert_eq!(line, serde_json::to_string(record).expect("canonical"), "no spaces");
    let keys: Vec<_> = record.keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "at base collection commit deployed_at method n name path pin sha256 source target type v version"
    );
    for (key, value) in [
        ("at", theirs.as_str()),
        ("base", &theirs),
        ("commit", &world.coll.head()),
        ("method", "copy"),
        ("name", "pdf"),
        ("path", ".claude/skills/pdf"),
        ("source", "skills/pdf"),
        ("target", "claude"),
        ("type", "skill"),
        ("version", "1.0.0"),
    ] {
        assert_eq!(record[key], value, "{key}");
    }
    assert_eq!((&record["n"], &record["v"], &record["pin"]), (&1.into(), &1.into(), &Value::Null));
    let root = world.coll.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert_eq!(record["collection"], serde_json::json!({"id": root, "name": "default"}));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "", "no footprint");
}

#[test]
fn the_digest_is_the_documented_one() {
    let world = World::new();
    let script = r#"cd ../coll/skills/pdf && for f in SKILL.md notes.txt; do
        printf '100644 %s\0%s\0' "$f" "$(wc -c <"$f" | tr -d ' ')"; cat "$f"; done | sha256sum | cut -d' ' -f1"#;
    let digest = world.proj.run(world.proj.command("sh").args(["-c", script])).expect_success();
    world.deploy(&["pdf"]);
    assert_eq!(world.note()[0]["sha256"], digest);
}

#[test]
fn without_hooks_the_next_command_writes_the_note() {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.deploy(&["pdf"]);
    assert_eq!(world.note().len(), 0);
    world.proj.write("README", "Later.\n").commit_all("Later");
    world.proj.skillsync(&["status"]).expect_success();
    assert_eq!(world.note().len(), 0, "not on the later commit");
    world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD~1"]);
}

#[test]
fn again_is_nothing_new() {
    let world = World::deployed();
    world.porcelain();
    let before = world.everything();
    assert_eq!(world.outcome(&["deploy", "pdf"]), ("up_to_date".into(), 0));
    assert!(world.everything() == before);
    world.edit_project(&[(7, "ours")]);
    assert_eq!(world.outcome(&["deploy", "pdf"]), ("skipped".into(), 1));
    assert_eq!(world.proj.read(PLACED), skill(&[(7, "ours")]));
}

#[test]
fn an_unedited_copy_moves_to_the_tip() {
    let world = World::deployed();
    world.edit_collection(&[(9, "newer")]);
    assert_eq!(world.outcome(&["deploy", "pdf"]), ("updated".into(), 0));
    world.proj.commit_all("Update");
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!(world.porcelain(), "");
}

#[test]
fn occupied_paths_are_left_alone_unless_forced() {
    let world = World::new();
    world.proj.write(PLACED, "mine\n").write(".claude/skills/pdf/own.txt", "own\n");
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["deploy", "pdf"]), @"
    ----- stdout
    skill/pdf  skipped: the path is occupied: '.claude/skills/pdf'
    ----- stderr
    hint: '--as NAME' places it elsewhere, '--force' replaces what is there
    ----- status 1
    ");
    assert!(world.everything() == before);
    assert_replaced(&world, "own.txt");
    let world = World::new();
    world.proj.write(PLACED, "mine\n").commit_all("Mine");
    assert_eq!(world.outcome(&["deploy", "pdf"]), ("skipped".into(), 1));
    assert_replaced(&world, "SKILL.md");
}

/// With `--force` the collection's content replaces what stands there, and the log keeps that.
fn assert_replaced(world: &World, kept: &str) {
    world.proj.skillsync(&["deploy", "pdf", "--force"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    let tip = world.proj.git(&["rev-parse", "refs/skillsync/ops"]);
    let commits = world.proj.git(&["log", "--format=%H", &tip]);
    let shows = |commit: &str| world.proj.try_git(&["show", &format!("{commit}:before/{PLACED}")]).stdout;
    assert!(commits.lines().any(|commit| shows(commit) == "mine\n"), "the old content stays in the log");
    assert!(world.proj.exists(&format!(".claude/skills/pdf/{kept}")));
    world.proj.commit_all("Deploy");
    assert_eq!(world.note().len(), 1);
}

#[test]
fn another_name_and_a_pin() {
    let world = World::new();
    world.coll.git(&["tag", "v1"]);
    world.edit_collection(&[(9, "newer")]);
    let args = ["deploy", "pdf", "--as", "reader", "--ref", "v1", "--commit"];
    world.proj.skillsync(&args).expect_success();
    assert_eq!(world.proj.read(".claude/skills/reader/SKILL.md"), skill(&[]));
    let record = world.note().remove(0);
    assert_eq!((&record["name"], &record["source"]), (&"reader".into(), &"skills/pdf".into()));
    assert_eq!(
        (&record["pin"], &record["commit"]),
        (&"v1".into(), &world.coll.git(&["rev-parse", "v1"]).into())
    );
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.outcome(&["pull", "reader"]), ("up_to_date".into(), 0));
    let unpin = ["deploy", "pdf", "--as", "reader", "--ref", "main", "--commit"];
    world.proj.skillsync(&unpin).expect_success();
    assert_eq!(world.note()[0]["pin"], Value::Null);
    assert_eq!(world.proj.read(".claude/skills/reader/SKILL.md"), skill(&[(9, "newer")]));
    let several = world.proj.skillsync(&["deploy", "skill/*", "--as", "one"]);
    assert_eq!(several.code, 2, "{several}");
}

#[test]
fn a_pin_alone_is_recorded_too() {
    let world = World::deployed();
    world.coll.git(&["tag", "v1"]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--commit"]).expect_success();
    assert_eq!(world.proj.git(&["log", "--format=%s"]), "Deploy\nStart");
    world.edit_collection(&[(9, "newer")]);
    assert_eq!(world.porcelain(), "");
    let bad = world.proj.skillsync(&["deploy", "pdf", "--ref", "none"]);
    assert_eq!(bad.code, 128, "{bad}");
}

#[test]
fn several_by_glob_and_by_path() {
    let world = World::new();
    world.proj.skillsync(&["deploy", "skill/*", "agents/helper.md", "command/review"]).expect_success();
    let staged = world.proj.git(&["diff", "--cached", "--name-only"]);
    assert_eq!(
        staged,
        ".claude/agents/helper.md\n.claude/commands/review.md\n.claude/skills/pdf/SKILL.md\n\
         .claude/skills/pdf/notes.txt\n.claude/skills/sheets/SKILL.md"
    );
    world.proj.commit_all("Deploy");
    let paths: Vec<_> = world.note().iter().map(|record| record["path"].clone()).collect();
    let sorted = [
        ".claude/agents/helper.md",
        ".claude/commands/review.md",
        ".claude/skills/pdf",
        ".claude/skills/sheets",
    ];
    assert_eq!(paths, sorted);
    let list = world.proj.skillsync(&["list"]).to_string();
    let list = list.replace(&world.coll.git(&["rev-parse", "--short", "HEAD"]), "COMMIT");
    insta::assert_snapshot!(list, @"
    ----- stdout
    agent/helper COMMIT  .claude/agents/helper.md
    command/review COMMIT  .claude/commands/review.md
    skill/pdf 1.0.0  .claude/skills/pdf
    skill/sheets 1.0.0  .claude/skills/sheets
    ----- status 0
    ");
}

#[test]
fn a_preview_writes_nothing() {
    let world = World::new();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["deploy", "pdf", "review", "--dry-run"]), @"
    ----- stdout
    skill/pdf  would be deployed: at .claude/skills/pdf
       recommended: deploy to project (the project does not have it)
       copy in '.claude/skills' for claude; format same
       add       SKILL.md
       add       notes.txt
    command/review  would be deployed: at .claude/commands/review.md
       recommended: deploy to project (the project does not have it)
       copy in '.claude/commands' for claude; format same
       add       review.md
     .claude/commands/review.md   |  3 +++
     .claude/skills/pdf/SKILL.md  | 20 ++++++++++++++++++++
     .claude/skills/pdf/notes.txt |  3 +++
     3 files changed, 26 insertions(+)
    ----- status 0
    ");
    assert!(world.everything() == before);
}

#[test]
fn a_commit_holds_only_what_was_placed() {
    let world = World::new();
    world.proj.write("README", "Staged.\n").git(&["add", "README"]);
    world.proj.skillsync(&["deploy", "review", "--commit"]).expect_success();
    assert_eq!(
        world.proj.git(&["show", "--format=%an %s", "--name-only"]),
        "Ada Lovelace Deploy command/review from default\n\n.claude/commands/review.md"
    );
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "M  README");
    assert_eq!(world.note().len(), 1);
}

#[test]
fn before_the_first_commit() {
    let world = World::new();
    let young = world.sandbox.repo("young");
    young.skillsync(&["deploy", "pdf", "--from", "../coll"]).expect_success();
    assert_eq!(
        young.skillsync(&["status", "--porcelain", "-v"]).stdout,
        "!.\tskill/pdf\t.claude/skills/pdf\n"
    );
    young.git(&["commit", "--quiet", "-m", "First"]);
    assert_eq!(young.git(&["notes", "--ref=skillsync", "show", "HEAD"]).lines().count(), 1);
    assert_eq!(young.skillsync(&["check"]).code, 0);
}

#[test]
fn from_a_collection_that_is_not_registered_yet() {
    let world = World::new();
    let other = world.sandbox.repo("other");
    other.write("skills/pdf/SKILL.md", "other\n").write("skills/own/SKILL.md", "own\n").commit_all("Other");
    world.deploy(&["pdf"]);
    let before = world.proj.tree_snapshot();
    let taken = world.proj.skillsync(&["deploy", "pdf", "--from", "../other"]);
    assert_eq!(taken.code, 1, "{taken}");
    assert_eq!(world.proj.tree_snapshot(), before);
    world
        .proj
        .skillsync(&["deploy", "pdf", "--from", "../other", "--as", "pdf2", "--commit"])
        .expect_success();
    assert_eq!(world.note()[0]["collection"]["name"], "other");
    assert_eq!(world.porcelain(), "");
    let there = world.proj.skillsync(&["status", "--collection", "other", "--porcelain", "-v"]).stdout;
    assert_eq!(there, "..\tskill/pdf2\t.claude/skills/pdf2\n");
    assert_eq!(
        world.proj.git(&["config", "skillsync-collection.default.url"]),
        world.coll.path().to_string_lossy()
    );
}

#[test]
fn modes_links_and_any_bytes_arrive() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    world.coll.write_program("skills/pdf/bin/run", "#!/bin/sh\r\nexit\r\n");
    world.coll.write("skills/pdf/latin", b"caf\xe9\0no newline");
    symlink("../notes.txt", world.coll.path().join("skills/pdf/bin/link")).expect("link");
    world.coll.commit_all("Odd files");
    world.deploy(&["pdf"]);
    let trees = [(&world.coll, "HEAD:skills/pdf"), (&world.proj, "HEAD:.claude/skills/pdf")];
    let [theirs, ours] = trees.map(|(repo, at)| repo.git(&["ls-tree", "-r", at]));
    assert_eq!(ours, theirs);
    assert!(theirs.contains("120000") && theirs.contains("100755"));
    assert_eq!(world.porcelain(), "");
}
