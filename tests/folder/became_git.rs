//! A folder that becomes a repository: its records go into notes and leave the state file.

use super::{OURS, PLACED, Plain, STATE, THEIRS};
use crate::support::{SOURCE, skill};
use serde_json::Value;

fn note(plain: &Plain) -> Vec<Value> {
    let run = plain.folder.try_git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn commit(plain: &Plain) {
    plain.folder.git(&["init", "--quiet"]);
    plain.folder.commit_all("first");
}

#[test]
fn the_records_move_and_stand_in_one_place() {
    let plain = Plain::both_changed(THEIRS);
    plain.run(&["pull"]).expect_success();
    commit(&plain);
    let tracked = plain.folder.git(&["ls-files", ".skillsync"]);
    assert_eq!(tracked, ".skillsync/config", "nothing else of ours is committed");
    let document = plain.run(&["status", "--json"]).json();
    assert_eq!(
        (&document["state"], &document["artifacts"][0]["base_from"]),
        (&"notes".into(), &"note".into())
    );
    assert_eq!(plain.records(), 0);
    let [record] = note(&plain).try_into().unwrap();
    assert_eq!(record["at"], plain.folder.git(&["rev-parse", "HEAD:.claude/skills/pdf"]));
    assert_eq!(record["base"], plain.coll.git(&["rev-parse", "HEAD:skills/pdf"]));
    assert_eq!(plain.folder.git(&["status", "--porcelain"]), "");
    // The configuration goes on working, and so does everything else.
    plain.coll.write(SOURCE, skill(&[THEIRS, (12, "more")])).commit_all("more");
    assert_eq!(plain.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS, (12, "more")]));
    plain.folder.commit_all("pulled");
    plain.porcelain();
    assert_eq!(note(&plain).len(), 1);
    assert_eq!(plain.records(), 0, "never in both");
}

#[test]
fn readers_find_the_collection_before_anything_was_moved() {
    let plain = Plain::deployed();
    commit(&plain);
    for args in [["list", "--json"], ["diff", "--json"]] {
        plain.run(&args).expect_success();
    }
    assert_eq!(plain.records(), 1, "readers move nothing");
}

#[test]
fn what_was_edited_after_the_last_command_keeps_its_base() {
    let plain = Plain::deployed();
    plain.edit_collection(&[THEIRS]);
    plain.folder.write(PLACED, skill(&[OURS]));
    commit(&plain);
    assert_eq!(plain.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(plain.records(), 0);
    assert_eq!(plain.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn what_is_not_committed_yet_waits_in_the_file() {
    let plain = Plain::both_changed(THEIRS);
    plain.run(&["pull"]).expect_success();
    plain.folder.git(&["init", "--quiet"]);
    plain.porcelain();
    assert_eq!(plain.records(), 2, "there is no commit to note it on");
    plain.folder.git(&["add", ".skillsync"]);
    plain.folder.git(&["commit", "--quiet", "-m", "config only"]);
    plain.porcelain();
    assert_eq!(plain.records(), 2);
    plain.folder.commit_all("the rest");
    plain.porcelain();
    assert_eq!((plain.records(), note(&plain).len()), (0, 1));
}

#[test]
fn other_hashes_and_other_ref_stores_do_as_well() {
    for option in ["--object-format=sha256", "--ref-format=reftable"] {
        let plain = Plain::deployed();
        if plain.folder.try_git(&["init", "--quiet", option]).code != 0 {
            let version = plain.folder.git(&["--version"]);
            assert_eq!(option, "--ref-format=reftable", "{version} knows SHA-256");
            continue;
        }
        plain.folder.commit_all("first");
        let run = plain.run(&["status", "--json"]);
        if option == "--object-format=sha256" && run.code != 0 {
            assert!(run.stdout.contains("object ids"), "{run}");
            assert_eq!(note(&plain).len(), 1);
            continue;
        }
        assert_eq!(run.json()["state"], "notes", "{option}: {run}");
        assert_eq!((plain.records(), note(&plain).len()), (0, 1), "{option}");
    }
}

#[test]
fn a_repository_around_the_folder_comes_first() {
    let plain = Plain::deployed();
    let outer = plain.sandbox.open("");
    outer.git(&["init", "--quiet"]);
    // As git sees it, this is no place of its own any more; nothing of it is touched.
    let before = plain.folder.read(STATE);
    let run = plain.run(&["status"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("no collection is configured"), "{run}");
    assert_eq!(plain.folder.read(STATE), before);
}
