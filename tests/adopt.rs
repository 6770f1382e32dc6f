//! `git skillsync adopt`: artifacts that are there already get a record.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

const NOTES: &str = ".claude/skills/pdf/notes.txt";
const SHEETS: &str = ".claude/skills/sheets/SKILL.md";

fn sheets(edits: &[(usize, &str)]) -> String {
    skill(&[&[(2, "name: sheets")], edits].concat())
}

/// A project with copies made by hand: exact, not whole, renamed, edited first, and of its own.
fn copies() -> World {
    let world = World::new();
    world.coll.write_program("skills/sheets/run.sh", "#!/bin/sh\n");
    world.coll.write("skills/sheets/README.md", "# Sheets\n").commit_all("Complete sheets");
    world.proj.write(PLACED, skill(&[])).write(NOTES, "one\ntwo\nthree\n");
    world.proj.write(SHEETS, sheets(&[])).write(".claude/skills/sheets/run.sh", "#!/bin/sh\n");
    world.proj.write(".claude/commands/team/look.md", "# Review\n\nRead it.\n");
    world
        .proj
        .write(".claude/agents/helper.md", "---\nname: helper\ndescription: Helps.\n---\nHelp us all.\n");
    world.proj.write(".claude/skills/own/SKILL.md", "# Our own\n").commit_all("Copy");
    world
}

fn results(document: &Value) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = document["results"].as_array().expect("results");
    all.iter().map(|it| (text(&it["artifact_name"]), text(&it["status"]), it["found_by"].clone())).collect()
}

#[test]
fn a_dry_run_says_what_each_copy_is_and_changes_nothing() {
    let world = copies();
    let before = world.everything();
    let run = world.proj.skillsync(&["adopt", "--dry-run"]);
    assert_eq!(world.everything(), before);
    let tip = &world.coll.head()[..10];
    let first = &world.coll.git(&["rev-parse", "HEAD~"])[..10];
    let expected = format!(
        "agent/helper  would be skipped: no common version is known; the nearest is {first}, 81 % alike\n\
         command/team/look  would be recorded: .claude/commands/team/look.md is commands/review.md of default at {first} (history)\n\
         skill/pdf  would be recorded: .claude/skills/pdf is skills/pdf of default at {first}, version 1.0.0 (history)\n\
         skill/sheets  would be recorded: .claude/skills/sheets is skills/sheets of default at {tip}, version 1.0.0 (SKILL.md, without README.md)\n\
         3 to record, nothing was written, 1 not from 'default' (skill/own)\n"
    );
    assert_eq!((run.stdout.as_str(), run.code), (expected.as_str(), 1));
    assert!(run.stderr.contains("hint: 'git skillsync adopt --nearest=0.8 agent/helper'"), "{run}");
}

#[test]
fn what_was_adopted_is_merged_by_the_next_pull() {
    let world = copies();
    let (document, code) = world.json(&["adopt"]);
    assert_eq!((code, &document["summary"]["recorded"]), (1, &3.into()), "{document}");
    // On HEAD's note at once, and nothing in the work tree is touched.
    let notes = world.note();
    assert_eq!(notes.len(), 3);
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    let of = |name: &str| notes.iter().find(|record| record["name"] == name).expect("a record").clone();
    assert_eq!(of("sheets")["omitted"], serde_json::json!(["README.md"]));
    assert_eq!(of("sheets")["base"], world.coll.git(&["rev-parse", "HEAD:skills/sheets"]).as_str());
    assert_eq!(of("team/look")["source"], "commands/review.md");
    world.edit_project(&[(8, "ours")]);
    world.edit_collection(&[(16, "theirs")]);
    world.coll.write("skills/sheets/SKILL.md", sheets(&[(16, "theirs")])).commit_all("Improve sheets");
    let (document, code) = world.json(&["pull"]);
    let all = document["results"].as_array().expect("results");
    let (skipped, rest): (Vec<_>, Vec<_>) = all.iter().partition(|it| it["status"] == "skipped");
    let is_known = |it: &&Value| it["base_from"] == "note" || it["status"] == "up_to_date";
    assert!(rest.iter().all(is_known), "{document}");
    // The one that is only like a version was not adopted, and nothing is guessed for it.
    assert_eq!((code, skipped.len()), (1, 1), "{document}");
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs")]));
    assert_eq!(world.proj.read(SHEETS), sheets(&[(16, "theirs")]));
    assert_eq!(world.proj.read(".claude/skills/sheets/README.md"), "# Sheets\n");
}

#[test]
fn files_that_were_left_out_are_not_pushed_as_deleted() {
    let world = copies();
    world.proj.skillsync(&["adopt", "sheets"]).expect_success();
    world
        .proj
        .write(SHEETS, sheets(&[(8, "ours")]))
        .write_program(".claude/skills/sheets/run.sh", "#!/bin/sh\n");
    world.proj.commit_all("Adapt sheets");
    world.proj.skillsync(&["push", "sheets"]).expect_success();
    assert_eq!(world.coll.git(&["diff", "--name-only", "HEAD~"]), "skills/sheets/SKILL.md");
}

#[test]
fn what_is_not_committed_waits_until_it_is() {
    let world = World::new();
    world.proj.write(SHEETS, sheets(&[]));
    world.coll.write("skills/sheets/README.md", "# Sheets\n").commit_all("Complete sheets");
    world.coll.write("skills/sheets/SKILL.md", sheets(&[(16, "theirs")])).commit_all("Improve sheets");
    world.coll.git(&["rm", "-q", "skills/pdf/notes.txt"]);
    world.coll.commit_all("Drop notes");
    world.proj.git(&["add", "--all"]);
    assert_eq!(world.outcome(&["adopt"]), ("recorded".into(), 0));
    assert_eq!(world.note(), [] as [Value; 0]);
    let (document, _) = world.json(&["status", "--verbose"]);
    assert_eq!(document["artifacts"][0]["base_from"], "pending", "{document}");
    assert_eq!(document["artifacts"][0]["project_state"], "unchanged", "{document}");
    world.proj.git(&["commit", "--quiet", "--message", "Copy"]);
    world.proj.skillsync(&["status"]).expect_success();
    assert_eq!(world.note().len(), 1);
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
}

#[test]
fn the_nearest_version_is_taken_where_it_is_asked_for() {
    let world = World::new();
    world.proj.write(PLACED, skill(&[(8, "ours")])).write(NOTES, "one\ntwo\nthree\n").commit_all("Copy");
    world.edit_collection(&[(16, "theirs")]);
    let before = world.everything();
    for limit in [&[][..], &["--nearest=0.99"]] {
        let (document, code) = world.json(&[&["adopt"], limit].concat());
        let nearest = &document["results"][0]["nearest"];
        assert_eq!(
            (code, &nearest["version"], nearest["similarity"].as_f64() > Some(0.9)),
            (1, &"1.0.0".into(), true)
        );
        assert_eq!(world.everything(), before);
    }
    let (document, code) = world.json(&["adopt", "--nearest=0.8"]);
    assert_eq!((results(&document), code), (vec![("pdf".into(), "recorded".into(), "nearest".into())], 0));
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs")]));
    for odd in ["--nearest=2", "--nearest=x"] {
        assert_eq!(world.proj.skillsync(&["adopt", odd]).code, 2);
    }
}

#[test]
fn where_several_may_be_meant_nothing_is_recorded() {
    let world = World::new();
    for plugin in ["a", "b"] {
        world.coll.write(&format!("plugins/{plugin}/skills/twin/SKILL.md"), skill(&[(6, "twin")]));
    }
    world.coll.write("plugins/a/skills/other/SKILL.md", skill(&[(6, "twin")])).commit_all("Twins");
    world.proj.write(".claude/skills/twin/SKILL.md", skill(&[(6, "twin")]));
    world.proj.write(".claude/skills/other/SKILL.md", skill(&[(6, "twin")])).commit_all("Copy");
    let (document, code) = world.json(&["adopt"]);
    let expected = [("other", "recorded", "history".into()), ("twin", "skipped", Value::Null)];
    assert_eq!(results(&document), expected.map(|(name, status, by)| (name.into(), status.into(), by)));
    assert_eq!(code, 1);
    let message = document["results"][1]["message"].as_str().expect("a message");
    assert_eq!(message, "may be any of plugins/a/skills/twin, plugins/b/skills/twin");
    // The way out that it names.
    world.proj.skillsync(&["deploy", "plugins/b/skills/twin"]).expect_success();
    assert_eq!(world.json(&["adopt"]).1, 0);
}

#[test]
fn what_has_a_record_already_needs_nothing() {
    let world = World::deployed();
    let before = world.proj.tree_snapshot();
    for arguments in [&["adopt"][..], &["adopt", "pdf"]] {
        let run = world.proj.skillsync(arguments);
        assert_eq!((run.stdout.as_str(), run.code), ("nothing to record, 1 recorded before\n", 0), "{run}");
    }
    assert_eq!(world.proj.skillsync(&["adopt", "nothing"]).code, 2);
    assert_eq!(world.proj.tree_snapshot(), before);
}

#[test]
fn an_edit_that_took_back_a_version_taken_by_hand_survives_the_adoption() {
    let world = World::new();
    world.proj.write(PLACED, skill(&[])).write(NOTES, "one\ntwo\nthree\n").commit_all("Copy");
    world.edit_collection(&[(12, "theirs"), (18, "theirs")]);
    world.edit_project(&[(6, "ours"), (12, "theirs"), (18, "theirs")]);
    world.edit_project(&[(6, "ours"), (18, "theirs")]);
    world
        .coll
        .write(SOURCE, skill(&[(12, "theirs"), (15, "more"), (18, "theirs")]))
        .commit_all("Improve more");
    world.proj.skillsync(&["adopt"]).expect_success();
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(6, "ours"), (15, "more"), (18, "theirs")]));
}

#[test]
fn a_whole_project_is_adopted_in_one_go() {
    let world = World::new();
    for number in 0..40 {
        let name = format!("name: s{number}");
        world.coll.write(&format!("skills/s{number}/SKILL.md"), skill(&[(2, &name)]));
        world.proj.write(&format!(".claude/skills/s{number}/SKILL.md"), skill(&[(2, &name)]));
    }
    world.coll.commit_all("Many");
    world.proj.commit_all("Copy all");
    let (document, code) = world.json(&["adopt"]);
    assert_eq!((&document["summary"]["recorded"], code), (&40.into(), 0), "{document}");
    assert_eq!(world.note().len(), 40);
    assert_eq!(world.proj.git(&["rev-list", "--count", "refs/notes/skillsync"]), "1");
}
