//! Artifacts that the project ignores: the same commands and merges, with records in the state file.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const STATE: &str = ".git/skillsync/state.json";

/// A project that ignores `.claude/`, with `pdf` deployed there.
fn ignoring() -> World {
    let world = World::new();
    world.proj.write(".gitignore", ".claude/\n").commit_all("ignore");
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    world
}

fn records(world: &World) -> usize {
    let state: Value = serde_json::from_str(&world.proj.read(STATE)).unwrap();
    state["records"].as_array().unwrap().len()
}

#[test]
fn what_is_ignored_stays_ignored_and_is_merged_all_the_same() {
    let world = ignoring();
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert_eq!(world.proj.git(&["ls-files", ".claude"]), "");
    assert_eq!((records(&world), world.note().len()), (1, 0));
    world.proj.write(PLACED, skill(&[OURS]));
    world.edit_collection(&[THEIRS]);
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @"
    ----- stdout
    MM skill/pdf  changed on both sides
       (git skillsync pull pdf)
    1 artifact deployed from 'default', 1 to attend to
    ignored by git: records are in the state file
    ----- status 0
    ");
    let (document, _) = world.json(&["status"]);
    assert_eq!(
        (&document["state"], &document["artifacts"][0]["base_from"]),
        (&"notes".into(), &"file".into())
    );
    assert_eq!(world.outcome(&["pull", "pdf"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    assert_eq!(world.outcome(&["undo"]), ("restored".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.outcome(&["push"]), ("updated".into(), 0));
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]));
    assert_eq!(world.porcelain(), "");
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    assert!(!world.proj.exists(".claude"));
    assert_eq!((world.proj.git(&["status", "--porcelain"]), world.note().len()), (String::new(), 0));
}

#[test]
fn what_git_ignores_is_found_out_in_one_call() {
    let world = World::new();
    world.proj.write(".gitignore", ".codex/\n").commit_all("ignore");
    let trace = world.sandbox.path("trace");
    let deploy = |targets: &[&str]| {
        let mut command = world.proj.command("git");
        command.env("GIT_TRACE", &trace).args(["skillsync", "deploy", "*"]).args(targets);
        let output = command.output().unwrap();
        let asked = std::fs::read_to_string(&trace).unwrap().matches("git check-ignore").count();
        std::fs::remove_file(&trace).unwrap();
        (asked, String::from_utf8(output.stdout).unwrap())
    };
    let (asked, said) = deploy(&["--target=codex", "--target=claude"]);
    // The second call is that of the side that has what is ignored.
    assert!((1..=2).contains(&asked), "{asked} calls: {said}");
    assert!(world.proj.exists(".codex/skills/pdf") && world.proj.exists(".claude/skills/pdf"), "{said}");
    assert_eq!(world.proj.git(&["ls-files", ".codex"]), "");
    // What is beyond a link cannot be asked about, and does not hinder the others.
    world.proj.skillsync(&["remove", "*"]).expect_success();
    std::fs::create_dir(world.sandbox.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", world.proj.path().join(".agents")).unwrap();
    let (_, said) = deploy(&["--target=agents", "--target=codex", "--target=roo"]);
    assert!(said.contains("skipped: '.agents' is in the way"), "{said}");
    assert_eq!(world.proj.git(&["ls-files", ".codex"]), "");
    assert_eq!(world.proj.git(&["ls-files", ".roo/skills/pdf"]).lines().count(), 2, "{said}");
}

#[test]
fn conflicts_are_left_alone_unless_marks_are_asked_for() {
    let world = ignoring();
    world.proj.write(PLACED, skill(&[OURS]));
    world.edit_collection(&[(7, "theirs")]);
    assert_eq!(world.outcome(&["pull"]), ("aborted".into(), 1));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    assert_eq!(world.outcome(&["pull", "--auto-resolve=mark"]), ("conflict".into(), 1));
    assert!(world.proj.read(PLACED).contains("<<<<<<<"));
    assert_eq!(world.porcelain(), "U.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "", "git's own index has no part in it");
    world.proj.skillsync(&["abort"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    world.proj.skillsync(&["pull", "--auto-resolve=mark"]);
    world.proj.write(PLACED, skill(&[(7, "both")]));
    world.proj.skillsync(&["continue"]).expect_success();
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn tracked_and_ignored_artifacts_answer_to_one_command() {
    let world = ignoring();
    world.proj.skillsync(&["deploy", "sheets", "--target", "agents"]).expect_success();
    world.proj.git(&["commit", "--quiet", "-m", "sheets"]);
    let listed = world.json(&["list"]).0;
    assert_eq!(listed["artifacts"].as_array().unwrap().len(), 2);
    world.coll.write("skills/sheets/SKILL.md", "new\n");
    world.edit_collection(&[THEIRS]);
    let (document, code) = world.json(&["check"]);
    assert_eq!((&document["drift_count"], &document["drift_detected"], code), (&2.into(), &true.into(), 1));
    // Each is found by its name, and by nobody else's.
    for (name, path) in [("pdf", ".claude/skills/pdf"), ("sheets", ".agents/skills/sheets")] {
        let (document, _) = world.json(&["status", name]);
        let paths: Vec<_> = document["artifacts"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
        assert_eq!(paths, [path], "{name}");
    }
    assert_eq!(world.proj.skillsync(&["pull", "pdf", "nobody"]).code, 2);
    let (document, _) = world.json(&["pull"]);
    assert_eq!(
        (&document["summary"]["updated"], document["results"].as_array().unwrap().len()),
        (&2.into(), 2)
    );
    assert_eq!(world.proj.git(&["diff", "--cached", "--name-only"]), ".agents/skills/sheets/SKILL.md");
    // The later operation is taken back first, whichever side it was on.
    world.proj.skillsync(&["undo"]).expect_success();
    world.proj.skillsync(&["undo"]).expect_success();
    assert_eq!(world.porcelain().lines().count(), 2);
    let log = world.json(&["log"]).0;
    assert_eq!(log["operations"].as_array().unwrap().len(), 6);
}

#[test]
fn what_becomes_tracked_gets_a_note_and_leaves_the_file() {
    let world = ignoring();
    world.proj.write(PLACED, skill(&[OURS]));
    world.porcelain();
    world.edit_collection(&[THEIRS]);
    world.proj.git(&["add", "--force", ".claude"]);
    world.proj.git(&["commit", "--quiet", "-m", "track it"]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!((records(&world), world.note().len()), (0, 1));
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn every_work_tree_has_its_own() {
    let world = ignoring();
    let linked = world.proj.worktree("linked");
    assert_eq!(linked.skillsync(&["status", "--porcelain"]).stdout, "");
    linked.skillsync(&["deploy", "pdf"]).expect_success();
    world.edit_collection(&[THEIRS]);
    linked.skillsync(&["pull"]).expect_success();
    assert_eq!((linked.read(PLACED), world.proj.read(PLACED)), (skill(&[THEIRS]), skill(&[])));
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
}
