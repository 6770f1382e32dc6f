//! `--strategy fork`: both versions are kept, each under a name of its own.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

const FORK: &str = ".claude/skills/pdf-fork/SKILL.md";
const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (7, "theirs");

/// Both sides changed the same line.
fn clashing() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world
}

/// Work tree, index and refs as they stand, but for the log of operations.
fn standing(world: &World) -> [String; 2] {
    let project = &world.proj;
    let snapshot = project.tree_snapshot();
    let lines = snapshot.lines().filter(|line| !line.starts_with("refs/skillsync/ops "));
    [
        lines.collect::<Vec<_>>().join("\n"),
        project.git(&["ls-files", "-s"]) + &project.git(&["status", "--porcelain"]),
    ]
}

fn pull_fork(world: &World) -> (Value, i32) {
    world.json(&["pull", "--strategy", "fork"])
}

fn assert_sound(world: &World) {
    let fsck = world.proj.try_git(&["fsck", "--strict", "--no-dangling"]);
    assert_eq!((fsck.code, fsck.stdout.as_str()), (0, ""), "{}", fsck.stderr);
}

#[test]
fn ours_goes_to_a_new_name_and_theirs_comes_in_place() {
    let world = clashing();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--strategy", "fork"]), @"
    ----- stdout
    skill/pdf  forked: yours is kept at '.claude/skills/pdf-fork'
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    assert_eq!(world.proj.read(PLACED), skill(&[THEIRS]));
    assert_eq!(world.proj.read(FORK), skill(&[OURS]));
    assert_eq!(world.proj.read(".claude/skills/pdf-fork/notes.txt"), "one\ntwo\nthree\n");
    insta::assert_snapshot!(world.proj.git(&["status", "--porcelain"]), @"
    A  .claude/skills/pdf-fork/SKILL.md
    A  .claude/skills/pdf-fork/notes.txt
    M  .claude/skills/pdf/SKILL.md
    ");
    assert_sound(&world);
    world.proj.commit_all("Take both");
    let at: Vec<Value> = world.note().into_iter().map(|line| line["path"].clone()).collect();
    assert_eq!(at, [".claude/skills/pdf"], "only the collection's is recorded");
    assert_eq!(world.porcelain(), "", "the fork is not deployed");
    let (list, _) = world.json(&["list"]);
    assert!(!list.to_string().contains("pdf-fork"), "{list}");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert!(
        !world.proj.exists(".git/skillsync/pending.json")
            || !world.proj.read(".git/skillsync/pending.json").contains("pdf-fork")
    );
}

#[test]
fn the_document_names_the_new_path() {
    let world = clashing();
    let dry = world.json(&["pull", "--strategy", "fork", "--dry-run"]);
    let before = standing(&world);
    let (document, code) = pull_fork(&world);
    assert_ne!(standing(&world), before);
    assert_eq!((code, dry.1), (0, 0));
    for document in [&dry.0, &document] {
        let result = &document["results"][0];
        assert_eq!(result["status"], "forked");
        assert_eq!(result["strategy_used"], "fork");
        assert_eq!(result["forked_to"], ".claude/skills/pdf-fork");
        assert_eq!(result["path"], ".claude/skills/pdf");
        assert_eq!(result["moved_from"], Value::Null);
        assert_eq!(document["summary"]["updated"], 1);
        assert_eq!(document["results"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn abort_and_undo_give_everything_back() {
    for back in [&["abort"][..], &["undo"]] {
        let world = clashing();
        // An edit that is staged, and another that is not.
        world.proj.write(PLACED, skill(&[OURS, (12, "staged")])).git(&["add", "."]);
        world.proj.write(PLACED, skill(&[OURS, (12, "staged"), (18, "not staged")]));
        world.proj.write(".claude/skills/pdf/own.txt", "not tracked\n");
        let before = standing(&world);
        assert_eq!(pull_fork(&world).1, 0);
        assert_eq!(world.proj.read(FORK), skill(&[OURS, (12, "staged"), (18, "not staged")]));
        assert_eq!(world.proj.git(&["show", &format!(":{FORK}")]) + "\n", skill(&[OURS, (12, "staged")]));
        assert_eq!(world.proj.read(PLACED), skill(&[THEIRS]));
        assert_eq!(world.proj.read(".claude/skills/pdf/own.txt"), "not tracked\n");
        world.proj.skillsync(back).expect_success();
        assert_eq!(standing(&world), before, "{back:?}");
        assert_sound(&world);
    }
}

#[test]
fn a_name_that_is_taken_in_any_way_is_not_chosen() {
    let world = clashing();
    let skills = ".claude/skills";
    // Committed and deleted since, staged, ignored, offered by the collection.
    world.proj.write(&format!("{skills}/pdf-fork/SKILL.md"), "committed\n").commit_all("Own");
    world.proj.git(&["rm", "-rq", &format!("{skills}/pdf-fork")]);
    world.proj.write(&format!("{skills}/pdf-fork-2/SKILL.md"), "staged\n").git(&["add", "."]);
    world
        .proj
        .write(".git/info/exclude", "pdf-fork-3\n")
        .write(&format!("{skills}/pdf-fork-3/x"), "ignored\n");
    world.coll.write("skills/pdf-fork-4/SKILL.md", skill(&[(2, "name: pdf-fork-4")])).commit_all("Offer");
    let (document, code) = world.json(&["pull", "--strategy", "fork", "pdf"]);
    assert_eq!(code, 0);
    assert_eq!(document["results"][0]["forked_to"], format!("{skills}/pdf-fork-5"));
    assert_eq!(world.proj.read(&format!("{skills}/pdf-fork-2/SKILL.md")), "staged\n");
    assert_eq!(world.proj.read(&format!("{skills}/pdf-fork-3/x")), "ignored\n");
}

#[test]
fn a_second_fork_gets_the_next_name() {
    let world = clashing();
    pull_fork(&world);
    world.proj.commit_all("Take both");
    world.edit_project(&[(7, "ours again")]);
    world.edit_collection(&[(7, "theirs again")]);
    let (document, _) = pull_fork(&world);
    assert_eq!(document["results"][0]["forked_to"], ".claude/skills/pdf-fork-2");
    assert_eq!(world.proj.read(FORK), skill(&[OURS]));
    assert_eq!(world.proj.read(".claude/skills/pdf-fork-2/SKILL.md"), skill(&[(7, "ours again")]));
}

#[test]
fn commands_stay_in_their_folder() {
    let world = World::new();
    world.coll.write("commands/team/go.md", "# Go\n\nOne.\n").commit_all("Add go");
    world.deploy(&["team/go"]);
    world.coll.write("commands/team/go.md", "# Go\n\nTheirs.\n").commit_all("Change go");
    world.proj.write(".claude/commands/team/go.md", "# Go\n\nOurs.\n").commit_all("Adapt go");
    assert_eq!(pull_fork(&world).1, 0);
    assert_eq!(world.proj.read(".claude/commands/team/go-fork.md"), "# Go\n\nOurs.\n");
    assert_eq!(world.proj.read(".claude/commands/team/go.md"), "# Go\n\nTheirs.\n");
}

#[test]
fn what_one_side_decides_is_updated_as_usual() {
    for (ours, theirs, status) in [
        (&[][..], &[THEIRS][..], "updated"),
        (&[OURS], &[], "up_to_date"),
        (&[THEIRS, (17, "more")], &[THEIRS], "up_to_date"),
        (&[THEIRS], &[THEIRS, (17, "more")], "updated"),
        (&[OURS], &[(17, "apart")], "forked"),
    ] {
        let world = World::deployed();
        if !ours.is_empty() {
            world.edit_project(ours);
        }
        if !theirs.is_empty() {
            world.edit_collection(theirs);
        }
        world.proj.git(&["config", "skillsync.strategy", "fork"]);
        assert_eq!(world.outcome(&["pull"]).0, status, "{ours:?} {theirs:?}");
        assert_eq!(world.proj.exists(FORK), status == "forked", "{ours:?} {theirs:?}");
    }
}

#[test]
fn without_a_base_both_are_kept() {
    let world = World::new();
    world.proj.write(PLACED, "Something else.\n").commit_all("Own pdf");
    let (document, code) = world.json(&["pull", "--strategy", "fork", "pdf"]);
    assert_eq!((document["results"][0]["status"].as_str(), code), (Some("forked"), 0), "{document}");
    assert_eq!(world.proj.read(FORK), "Something else.\n");
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}

#[test]
fn an_untracked_file_in_the_way_stops_it() {
    let world = clashing();
    world.coll.write("skills/pdf/new.txt", "theirs\n").commit_all("Add new");
    world.proj.write(".claude/skills/pdf/new.txt", "mine\n");
    let before = standing(&world);
    let (document, code) = pull_fork(&world);
    assert_eq!((document["results"][0]["status"].as_str(), code), (Some("skipped"), 1));
    assert_eq!(standing(&world), before);
}

#[test]
fn a_push_makes_a_new_artifact_once() {
    let world = clashing();
    let theirs = world.coll.head();
    let before = standing(&world);
    let (document, code) = world.json(&["push", "--strategy", "fork"]);
    let result = &document["results"][0];
    assert_eq!((result["status"].as_str(), code), (Some("forked"), 0), "{document}");
    assert_eq!(result["forked_to"], "skills/pdf-fork");
    assert_eq!(world.coll.read(SOURCE), skill(&[THEIRS]));
    assert_eq!(world.coll.read("skills/pdf-fork/SKILL.md"), skill(&[OURS]));
    let message = world.coll.git(&["log", "-1", "--format=%B"]);
    assert!(message.contains("Skillsync-Artifact: skill/pdf-fork\n"), "{message}");
    assert_eq!(standing(&world), before, "the project is as it was");
    let landed = world.coll.head();
    assert_ne!(landed, theirs);
    assert_eq!(world.outcome(&["push", "--strategy", "fork"]), ("up_to_date".into(), 0));
    assert_eq!(world.coll.head(), landed, "the same version is not sent twice");
    // The project's base has not moved: the collection's edit is still to be merged.
    assert_eq!(world.outcome(&["pull", "--auto-resolve", "abort"]), ("aborted".into(), 1));
    world.edit_project(&[(7, "ours again")]);
    world.json(&["push", "--strategy", "fork"]);
    assert_eq!(world.coll.read("skills/pdf-fork-2/SKILL.md"), skill(&[(7, "ours again")]));
}

#[test]
fn a_push_of_what_only_the_project_changed_forks_nothing() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    assert_eq!(world.outcome(&["push", "--strategy", "fork"]), ("updated".into(), 0));
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
    assert!(!world.coll.exists("skills/pdf-fork"));
}

#[test]
fn a_renamed_artifact_moves_and_forks() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.coll.git(&["mv", "skills/pdf", "skills/paper"]);
    world.coll.commit_all("Rename pdf");
    world.coll.write("skills/paper/SKILL.md", skill(&[THEIRS])).commit_all("Improve it");
    let before = standing(&world);
    let (document, code) = world.json(&["pull", "--strategy", "fork", "--rename"]);
    let result = &document["results"][0];
    assert_eq!((result["status"].as_str(), code), (Some("forked"), 0), "{document}");
    assert_eq!(result["moved_from"], ".claude/skills/pdf");
    assert_eq!(result["forked_to"], ".claude/skills/pdf-fork");
    assert_eq!(world.proj.read(FORK), skill(&[OURS]));
    assert_eq!(world.proj.read(".claude/skills/paper/SKILL.md"), skill(&[THEIRS]));
    assert!(!world.proj.exists(PLACED));
    world.proj.skillsync(&["undo"]).expect_success();
    assert_eq!(standing(&world), before);
}
