//! Artifacts that are gone from the collection: kept, and removed on request if they are unedited.

use crate::support::{PLACED, SOURCE, World, skill};

const OURS: (usize, &str) = (7, "ours");
const FOLDER: &str = ".claude/skills/pdf";

/// What it is called, and what is done.
type Edit = (&'static str, fn(&World));

fn gone() -> World {
    let world = World::new();
    world.deploy(&["pdf", "review", "helper"]);
    world.coll.remove("skills/pdf").commit_all("Drop pdf");
    world.porcelain();
    world
}

#[test]
fn kept_unless_asked_for() {
    let world = gone();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    skill/pdf  up to date: is gone from the collection and kept here
    ----- stderr
    hint: 'git skillsync pull --prune' removes what is gone and was not changed here
    ----- status 0
    ");
    world.proj.skillsync(&["pull", "--prune", "--dry-run"]).expect_success();
    assert!(world.everything() == before);
}

#[test]
fn removed_staged_and_recorded() {
    let world = gone();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--prune"]), @"
    ----- stdout
    skill/pdf  removed: is gone from the collection
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    assert!(!world.proj.exists(".claude/skills"));
    let staged = world.proj.git(&["status", "--porcelain"]);
    assert_eq!(staged, "D  .claude/skills/pdf/SKILL.md\nD  .claude/skills/pdf/notes.txt");
    assert_eq!(world.porcelain(), "");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    world.porcelain();
    assert_eq!((&world.note()[0]["removed"], &world.note()[0]["path"]), (&true.into(), &FOLDER.into()));
    assert_eq!(world.proj.skillsync(&["pull"]).code, 0);
    assert!(!world.proj.exists(PLACED));
}

#[test]
fn undo_and_abort_bring_it_back_and_commit_settles_it() {
    let world = gone();
    let index = world.proj.git(&["ls-files", "--stage"]);
    for way in ["undo", "abort"] {
        world.proj.skillsync(&["pull", "--prune"]).expect_success();
        world.proj.skillsync(&[way]).expect_success();
        assert_eq!(
            (world.proj.read(PLACED), world.proj.git(&["ls-files", "--stage"])),
            (skill(&[]), index.clone())
        );
        assert_eq!(world.porcelain(), ".D\tskill/pdf\t.claude/skills/pdf", "{way}");
    }
    world.proj.write("README", "Not staged.\n");
    world.proj.skillsync(&["pull", "--prune", "--commit"]).expect_success();
    assert_eq!(world.proj.git(&["status", "--porcelain"]), " M README");
    assert_eq!(world.note()[0]["removed"], true);
}

#[test]
fn what_was_changed_here_is_never_removed() {
    let edits: &[Edit] = &[
        ("committed", |world| drop(world.edit_project(&[OURS]))),
        ("staged", |world| {
            world.proj.write(PLACED, skill(&[OURS]));
            world.proj.git(&["add", "--all"]);
        }),
        ("not staged", |world| _ = world.proj.write(PLACED, skill(&[OURS]))),
        ("staged and taken back in the work tree", |world| {
            world.proj.write(PLACED, skill(&[OURS]));
            world.proj.git(&["add", "--all"]);
            world.proj.write(PLACED, skill(&[]));
        }),
        ("committed and taken back in the work tree", |world| {
            world.edit_project(&[OURS]);
            world.proj.write(PLACED, skill(&[]));
        }),
        ("one file deleted", |world| _ = world.proj.remove(".claude/skills/pdf/notes.txt")),
        ("a tracked file more", |world| {
            world.proj.write(".claude/skills/pdf/own.txt", "own\n").commit_all("Own");
        }),
    ];
    for (says, edit) in edits {
        let world = gone();
        edit(&world);
        let before = world.everything();
        let run = world.proj.skillsync(&["pull", "--prune", "--yes"]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(run, @"
            ----- stdout
            skill/pdf  skipped: is gone from the collection, but has local edits; kept
            ----- stderr
            hint: 'git skillsync remove skill/pdf' removes it all the same
            ----- status 1
            ");
        }
        assert!(world.everything() == before, "{says}");
    }
}

#[test]
fn an_older_version_of_the_collection_is_no_edit() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.edit_collection(&[(15, "theirs")]);
    world.coll.remove("skills/pdf").commit_all("Drop pdf");
    assert_eq!(world.outcome(&["pull", "--prune", "pdf"]), ("removed".into(), 0));
}

#[test]
fn untracked_files_stay_and_are_said() {
    let world = gone();
    world.proj.write(".claude/skills/pdf/own.txt", "own\n");
    let run = world.proj.skillsync(&["pull", "--prune"]);
    let said = "skill/pdf  removed: is gone from the collection; '.claude/skills/pdf/own.txt' is not tracked and stays";
    assert!(run.code == 0 && run.stdout.contains(said), "{run}");
    assert!(!world.proj.exists(PLACED) && world.proj.exists(".claude/skills/pdf/own.txt"));
}

#[test]
fn a_rename_is_no_removal() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename");
    world.proj.skillsync(&["pull", "--prune"]).expect_success();
    assert!(world.proj.exists(PLACED));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn removed_and_added_again_upstream() {
    let world = gone();
    world.coll.write(SOURCE, skill(&[(15, "again")])).commit_all("Add pdf again");
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[(15, "again")]));
    world.coll.remove("skills/pdf").commit_all("Drop pdf");
    world.proj.skillsync(&["pull", "--prune", "--commit"]).expect_success();
    world.coll.write(SOURCE, skill(&[])).commit_all("Add pdf again");
    assert_eq!((world.porcelain(), world.proj.skillsync(&["pull"]).code), (String::new(), 0));
    assert!(!world.proj.exists(PLACED), "what was removed here does not come back by itself");
    world.deploy(&["pdf"]);
    assert_eq!((world.proj.read(PLACED), world.porcelain()), (skill(&[]), String::new()));
}

#[test]
fn most_at_once_needs_a_yes() {
    let world = gone();
    world.coll.remove("agents").commit_all("Drop the agents");
    world.porcelain();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--prune"]), @"
    ----- stderr
    error: agent/helper, skill/pdf would be removed, which is most of what is deployed
    hint: see whether the collection is as it should be; '--yes' removes them
    ----- status 2
    ");
    assert!(world.everything() == before);
    let dry = world.proj.skillsync(&["pull", "--prune", "--dry-run"]);
    assert_eq!(dry.stdout.matches("kept").count(), 2, "{dry}");
    assert_eq!(world.outcome(&["pull", "--prune", "pdf"]), ("removed".into(), 0), "what is named is meant");
    world.proj.skillsync(&["abort"]).expect_success();
    world.proj.skillsync(&["pull", "--prune", "--yes", "--commit"]).expect_success();
    let listed = world.proj.skillsync(&["list"]).stdout;
    assert!(listed.starts_with("command/review ") && listed.lines().count() == 1, "{listed}");
}
