//! What an unattended pull may touch, and what becomes of its result.

use crate::support::{PLACED, SOURCE, World, skill};

const NEW: &str = ".claude/skills/pdf/new.txt";

/// Work tree, index and refs but the operation log, which only grows.
fn stand(world: &World) -> String {
    let all = world.proj.tree_snapshot();
    all.lines().filter(|line| !line.starts_with("refs/skillsync/ops")).collect::<Vec<_>>().join("\n")
}

fn pull(world: &World) -> serde_json::Value {
    let (document, code) = world.json(&["auto", "run", "session-start"]);
    assert_eq!(code, 0, "{document}");
    document
}

/// The collection changes a line and adds a file.
fn news(world: &World, line: &str) {
    world.coll.write("skills/pdf/new.txt", format!("{line}\n"));
    world.edit_collection(&[(10, line)]);
}

#[test]
fn the_index_stays_as_it_is() {
    let world = World::deployed();
    world.proj.write("README", "Staged.\n").git(&["add", "README"]);
    let index = world.proj.git(&["ls-files", "--stage"]);
    news(&world, "ten");
    assert_eq!(pull(&world)["pulled"][0], "skill/pdf");
    assert_eq!(world.proj.git(&["ls-files", "--stage"]), index);
    assert_eq!((world.proj.read(PLACED), world.proj.read(NEW)), (skill(&[(10, "ten")]), "ten\n".into()));
    assert!(!world.proj.exists(".git/MERGE_MSG"));
    assert_eq!(world.porcelain(), "");
    // The next one goes on from there.
    news(&world, "TEN");
    assert_eq!(pull(&world)["pulled"][0], "skill/pdf");
    assert_eq!(pull(&world)["status"], "unchanged");
    assert_eq!((world.proj.read(PLACED), world.proj.read(NEW)), (skill(&[(10, "TEN")]), "TEN\n".into()));
    assert_eq!(world.proj.git(&["ls-files", "--stage"]), index);
    world.proj.commit_all("Take it in");
    assert_eq!(world.porcelain(), "");
    world.proj.skillsync(&["status"]).expect_success();
    assert_eq!(world.note().iter().filter(|record| record["path"] == ".claude/skills/pdf").count(), 1);
}

#[test]
fn abort_and_undo_take_it_back_byte_for_byte() {
    for command in ["abort", "undo"] {
        let world = World::deployed();
        let before = stand(&world);
        let index = world.proj.git(&["ls-files", "--stage"]);
        news(&world, "ten");
        pull(&world);
        assert_ne!(stand(&world), before);
        world.proj.skillsync(&[command]).expect_success();
        assert_eq!(stand(&world), before, "{command}");
        assert_eq!(world.proj.git(&["ls-files", "--stage"]), index, "{command}");
        assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf", "{command}");
    }
}

#[test]
fn a_new_file_alone_counts_too() {
    let world = World::deployed();
    world.coll.write("skills/pdf/new.txt", "new\n").commit_all("Add a file");
    pull(&world);
    assert_eq!((world.porcelain(), world.proj.read(NEW)), (String::new(), "new\n".into()));
    assert_eq!(pull(&world)["status"], "unchanged");
    // It is edited, untracked as it is: that is an edit of the artifact, and merged.
    world.proj.write(NEW, "new\nmine\n");
    world.coll.write(SOURCE, skill(&[(10, "ten")])).commit_all("More");
    assert_eq!(pull(&world)["status"], "unchanged");
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(
        (world.proj.read(PLACED), world.proj.read(NEW)),
        (skill(&[(10, "ten")]), "new\nmine\n".into())
    );
    world.proj.commit_all("All of it");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn what_is_left_out_of_a_commit_is_not_sent_as_a_deletion() {
    let world = World::deployed();
    news(&world, "ten");
    pull(&world);
    world.proj.git(&["commit", "--all", "--message", "Without the new file"]);
    world.proj.write(PLACED, skill(&[(10, "ten"), (20, "twenty")])).git(&[
        "commit",
        "--all",
        "--message",
        "Edit",
    ]);
    world.proj.skillsync(&["push"]).expect_success();
    assert!(world.coll.exists("skills/pdf/new.txt"));
    assert_eq!(world.coll.read("skills/pdf/new.txt"), "ten\n");
}

#[test]
fn what_git_put_back_is_pulled_again() {
    let world = World::deployed();
    news(&world, "ten");
    pull(&world);
    world.proj.git(&["restore", "."]);
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    // The new file is left over, as git does not know of it.
    assert!(world.proj.exists(NEW));
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(pull(&world)["pulled"][0], "skill/pdf");
    assert_eq!((world.proj.read(PLACED), world.proj.read(NEW)), (skill(&[(10, "ten")]), "ten\n".into()));
}

#[test]
fn what_somebody_works_on_is_left_alone() {
    for staged in [false, true] {
        let world = World::deployed();
        world.proj.write(PLACED, skill(&[(20, "mine")]));
        if staged {
            world.proj.git(&["add", "."]);
        }
        world.edit_collection(&[(10, "ten")]);
        let before = (stand(&world), world.proj.git(&["ls-files", "--stage"]));
        assert_eq!(pull(&world)["status"], "unchanged");
        assert_eq!((stand(&world), world.proj.git(&["ls-files", "--stage"])), before);
    }
}

#[test]
fn a_conflict_changes_nothing_and_is_a_line() {
    let world = World::deployed();
    world.edit_project(&[(10, "mine")]);
    world.edit_collection(&[(10, "theirs")]);
    // What is configured for people does not count.
    world.proj.git(&["config", "skillsync.autoResolve", "theirs"]);
    world.proj.git(&["config", "skillsync.strategy", "overwrite"]);
    let before = stand(&world);
    let run = world.proj.skillsync(&["auto", "run", "session-start"]);
    let line =
        "skillsync: skill/pdf would have conflicts and was left alone; 'git skillsync pull' shows more\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", line));
    assert_eq!(stand(&world), before);
    let run = world.proj.skillsync(&["auto", "run", "session-end"]);
    assert_eq!((run.code, run.stderr.contains("would have conflicts")), (0, true), "{run}");
    assert_eq!(world.coll.read(SOURCE), skill(&[(10, "theirs")]));
}

#[test]
fn text_that_cannot_be_seen_is_not_taken_in() {
    let world = World::deployed();
    world.edit_collection(&[(10, "ten \u{e0041}\u{e0042}")]);
    let before = stand(&world);
    let run = world.proj.skillsync(&["auto", "run", "session-start"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("skill/pdf brings text that cannot be seen and was left alone"), "{run}");
    assert_eq!(stand(&world), before);
}

#[test]
fn what_was_built_upon_is_not_waited_for() {
    let world = World::deployed();
    for line in ["ten", "TEN"] {
        news(&world, line);
        assert_eq!(pull(&world)["pulled"][0], "skill/pdf");
    }
    world.proj.commit_all("Take it in");
    for _ in 0..2 {
        let run = world.proj.skillsync(&["pull"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run}");
    }
    assert!(!world.proj.exists(".git/skillsync/pending.json"));
}

#[test]
fn nothing_runs_in_the_middle_of_something() {
    let world = World::deployed();
    world.edit_collection(&[(10, "ten")]);
    world.proj.git(&["bisect", "start"]);
    assert_eq!(pull(&world)["status"], "skipped");
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    world.proj.git(&["bisect", "reset"]);
    assert_eq!(pull(&world)["status"], "success");
}

#[test]
fn commits_hold_the_artifacts_and_nothing_else() {
    let world = World::deployed();
    world.proj.git(&["config", "skillsync.auto.commit", "true"]);
    world.proj.git(&["config", "skillsync.auto.session-end.commitMessage", "Bye, ${timestamp}"]);
    world.proj.write("staged", "1\n").git(&["add", "staged"]);
    world.proj.write("README", "Edited.\n").write("untracked", "1\n");
    let around = world.proj.git(&["status", "--porcelain"]);
    news(&world, "ten");
    assert_eq!(pull(&world)["pulled"][0], "skill/pdf");
    let changed = |commit: &str| world.proj.git(&["show", "--format=%s", "--name-only", commit]);
    assert!(changed("HEAD").starts_with("Auto-sync: session start 20"), "{}", changed("HEAD"));
    assert!(changed("HEAD").ends_with(&format!("\n\n{PLACED}\n{NEW}")), "{}", changed("HEAD"));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), around);
    assert_eq!(world.note()[0]["path"], ".claude/skills/pdf");
    // The end of a session: edits, also half staged ones, and nothing that is not tracked.
    world.proj.write(PLACED, skill(&[(10, "ten"), (20, "staged")])).git(&["add", PLACED]);
    world.proj.write(PLACED, skill(&[(10, "ten"), (20, "mine")])).write(".claude/skills/pdf/scratch", "1\n");
    let run = world.proj.skillsync(&["auto", "run", "session-end"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "pushed skill/pdf\n"));
    assert!(changed("HEAD").starts_with("Bye, 20") && changed("HEAD").ends_with(&format!("\n\n{PLACED}")));
    assert_eq!(world.coll.read(SOURCE), skill(&[(10, "ten"), (20, "mine")]));
    assert_eq!(
        world.proj.git(&["status", "--porcelain"]),
        around.replace("?? untracked", "?? .claude/skills/pdf/scratch\n?? untracked")
    );
    let log = world.proj.skillsync(&["log", "--json"]).json();
    let what: Vec<_> = log["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .take(3)
        .map(|operation| (operation["command"].as_str(), operation["trigger"].as_str()))
        .collect();
    assert_eq!(
        what,
        [
            (Some("push"), Some("auto session-end")),
            (Some("commit"), Some("auto session-end")),
            (Some("pull"), Some("auto session-start"))
        ]
    );
}

#[test]
fn a_commit_that_git_refuses_leaves_nothing_behind() {
    let world = World::deployed();
    world.proj.git(&["config", "skillsync.auto.commit", "true"]);
    world.proj.write_program(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    let before = (stand(&world), world.proj.git(&["ls-files", "--stage"]), world.proj.head());
    news(&world, "ten");
    assert_eq!(pull(&world)["status"], "failed");
    let after = (stand(&world), world.proj.git(&["ls-files", "--stage"]), world.proj.head());
    assert_eq!(after, before);
    world.proj.write(PLACED, skill(&[(20, "mine")]));
    let before = (stand(&world), world.proj.git(&["ls-files", "--stage"]), world.proj.head());
    let (document, code) = world.json(&["auto", "run", "session-end", "--force"]);
    assert_eq!((code, &document["status"]), (0, &"failed".into()), "{document}");
    let after = (stand(&world), world.proj.git(&["ls-files", "--stage"]), world.proj.head());
    assert_eq!(after, before);
}

#[test]
fn markers_and_deletions_are_not_committed() {
    let world = World::new();
    world.deploy(&["pdf", "sheets"]);
    world.proj.git(&["config", "skillsync.auto.commit", "true"]);
    world.proj.write(PLACED, skill(&[(10, "<<<<<<< HEAD"), (12, ">>>>>>> other")]));
    std::fs::remove_dir_all(world.proj.path().join(".claude/skills/sheets")).expect("folder");
    let head = world.proj.head();
    let (document, _) = world.json(&["auto", "run", "session-end"]);
    assert_eq!((document["status"].as_str(), world.proj.head()), (Some("unchanged"), head), "{document}");
}
