//! `skillsync.state=file`: records in the state file of a repository, and their way into notes.

use crate::support::{PLACED, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const STATE: &str = ".git/skillsync/state.json";

/// `pdf` is deployed and committed, with its record in the file.
fn filed() -> World {
    let world = World::new();
    world.proj.git(&["config", "skillsync.state", "file"]);
    world.deploy(&["pdf"]);
    world.porcelain();
    world
}

fn records(world: &World) -> Vec<Value> {
    let state: Value = serde_json::from_str(&world.proj.read(STATE)).unwrap();
    state["records"].as_array().unwrap().clone()
}

#[test]
fn records_are_in_the_file_and_no_note_is_made() {
    let world = filed();
    assert_eq!((records(&world).len(), world.note().len()), (1, 0));
    assert_eq!(records(&world)[0]["at"], world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]));
    assert_eq!(world.proj.try_git(&["rev-parse", "--verify", "refs/notes/skillsync"]).code, 128);
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(
        (&document["state"], &document["artifacts"][0]["base_from"]),
        (&"file".into(), &"file".into())
    );
    assert!(
        world.proj.skillsync(&["status"]).stdout.ends_with("records are in the state file, not in notes\n")
    );
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    assert_eq!((records(&world).len(), world.note().len()), (2, 0));
}

#[test]
fn every_branch_finds_its_own_record() {
    let world = filed();
    world.proj.git(&["switch", "--quiet", "--create", "topic"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.git(&["switch", "--quiet", "main"]);
    // What was pulled on the other branch was not taken in here.
    world.edit_project(&[OURS]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    world.proj.git(&["switch", "--quiet", "topic"]);
    assert_eq!(world.porcelain(), "");
}

#[test]
fn once_notes_may_be_used_the_records_move_verified() {
    let world = filed();
    world.edit_project(&[OURS]);
    world.proj.git(&["config", "--unset", "skillsync.state"]);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(records(&world).len(), 0);
    let on = world.proj.git(&["notes", "--ref=skillsync", "list"]);
    assert_eq!(
        on.split(' ').nth(1).unwrap(),
        world.proj.git(&["rev-parse", "HEAD~1"]),
        "where its content stands"
    );
    assert_eq!(world.json(&["status"]).0["artifacts"][0]["base_from"], "note");
    assert_eq!(world.json(&["status"]).0["state"], "notes");
}

#[test]
fn an_unknown_word_is_refused() {
    let world = filed();
    world.proj.git(&["config", "skillsync.state", "nowhere"]);
    for command in ["pull", "status"] {
        let run = world.proj.skillsync(&[command]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.stderr.contains("'nowhere' is no value for 'skillsync.state'"), "{run}");
    }
}

#[test]
fn a_file_that_must_not_be_written_stops_a_pull_before_it_begins() {
    let world = filed();
    world.edit_collection(&[THEIRS]);
    world.proj.write(STATE, "{\"version\":99}");
    let before = world.everything();
    let run = world.proj.skillsync(&["pull"]);
    assert_eq!(run.code, 128, "{run}");
    assert!(run.stderr.contains("version 99 is newer") && run.stderr.contains("hint: update"), "{run}");
    assert_eq!(world.everything(), before);
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
}
