//! The base from content alone: plain copies without any record.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

const NOTES: &str = ".claude/skills/pdf/notes.txt";

/// A project with a plain copy of the collection's first version, committed.
fn copied() -> World {
    let world = World::new();
    world.proj.write(PLACED, skill(&[])).write(NOTES, "one\ntwo\nthree\n").commit_all("Copy");
    world
}

/// The one artifact that drifted, as status has it.
fn only(world: &World) -> Value {
    let (document, _) = world.json(&["status", "--verbose"]);
    assert_eq!(document["artifacts"].as_array().map(Vec::len), Some(1), "{document}");
    document["artifacts"][0].clone()
}

#[test]
fn an_artifact_that_was_renamed_upstream_is_met_at_its_old_place() {
    let world = copied();
    world.edit_project(&[(8, "ours")]);
    world.coll.git(&["mv", "skills/pdf", "skills/other"]);
    world.coll.commit_all("Move");
    world.coll.git(&["mv", "skills/other", "skills/pdf"]);
    world.coll.write(SOURCE, skill(&[(16, "theirs")])).commit_all("Move back and improve");
    world.coll.git(&["mv", "skills", "packs"]);
    world.coll.commit_all("Move all");
    // The version is known at places where nothing stands any more; the name tells where it is now.
    assert_eq!(only(&world)["base_from"], "history");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs")]));
}

#[test]
fn of_several_that_share_a_name_the_content_tells() {
    let world = World::new();
    world.coll.remove("skills/pdf");
    world.coll.write("plugins/a/skills/pdf/SKILL.md", skill(&[(6, "of a")]));
    world.coll.write("plugins/b/skills/pdf/SKILL.md", skill(&[(6, "of b")]));
    world.coll.commit_all("Two plugins");
    world.proj.write(PLACED, skill(&[(6, "of b")])).commit_all("Copy");
    world.edit_project(&[(6, "of b"), (8, "ours")]);
    world.coll.write("plugins/a/skills/pdf/SKILL.md", skill(&[(6, "of a"), (16, "theirs")]));
    world.coll.write("plugins/b/skills/pdf/SKILL.md", skill(&[(6, "of b"), (18, "theirs")]));
    world.coll.commit_all("Improve both");
    assert_eq!(only(&world)["base_from"], "history");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(6, "of b"), (8, "ours"), (18, "theirs")]));
}

#[test]
fn where_nothing_tells_which_is_meant_none_is_taken() {
    let world = World::new();
    world.coll.write("plugins/a/skills/twin/SKILL.md", skill(&[(6, "twin")]));
    world.coll.write("plugins/b/skills/twin/SKILL.md", skill(&[(6, "twin")]));
    world.coll.commit_all("Twins");
    world.proj.write(".claude/skills/twin/SKILL.md", skill(&[(6, "twin")])).commit_all("Copy");
    world.coll.write("plugins/b/skills/twin/SKILL.md", skill(&[(6, "twin"), (18, "theirs")]));
    world.coll.commit_all("Improve one");
    let (document, code) = world.json(&["status", "--verbose"]);
    assert_eq!((document["artifacts"].as_array().map(Vec::len), code), (Some(0), 0), "{document}");
}

#[test]
fn a_copy_under_another_name_is_known_by_its_content() {
    let world = World::new();
    world.proj.write(".claude/skills/mine/SKILL.md", skill(&[]));
    world.proj.write(".claude/skills/mine/notes.txt", "one\ntwo\nthree\n").commit_all("Copy");
    world.proj.write(".claude/skills/own/SKILL.md", "# Our own\n").commit_all("Own");
    world.edit_collection(&[(12, "theirs")]);
    let row = only(&world);
    assert_eq!((&row["name"], &row["base_from"]), (&"mine".into(), &"history".into()));
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(".claude/skills/mine/SKILL.md"), skill(&[(12, "theirs")]));
}

#[test]
fn files_that_were_left_out_do_not_belong_to_the_base() {
    let world = World::new();
    world.coll.write_program("skills/pdf/run.sh", "#!/bin/sh\n").commit_all("Add a program");
    // A copy without the notes, and without the executable bit.
    world.proj.write(PLACED, skill(&[])).write(".claude/skills/pdf/run.sh", "#!/bin/sh\n");
    world.proj.commit_all("Copy");
    world.edit_project(&[(8, "ours")]);
    world.edit_collection(&[(16, "theirs")]);
    let row = only(&world);
    assert_eq!((&row["base_from"], &row["drift_type"]), (&"history".into(), &"modified".into()));
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs")]));
    // What was left out comes with the pull: nobody removed it here.
    assert_eq!(world.proj.read(NOTES), "one\ntwo\nthree\n");
    // The bit is the project's own business.
    assert!(world.proj.git(&["ls-files", "--stage", ".claude/skills/pdf/run.sh"]).starts_with("100644"));
}

#[test]
fn a_copy_with_a_file_of_its_own_is_not_taken_for_a_version() {
    let world = World::new();
    world.proj.write(PLACED, skill(&[])).write(".claude/skills/pdf/own.txt", "own\n").commit_all("Copy");
    world.edit_collection(&[(16, "theirs")]);
    let (document, code) = world.json(&["pull", "pdf"]);
    assert_eq!((&document["results"][0]["status"], code), (&"skipped".into(), 1), "{document}");
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}
