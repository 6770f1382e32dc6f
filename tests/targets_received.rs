//! Copies of one artifact that differ, on their way into the collection: they come together or stay.

use crate::support::{SOURCE, World, skill};
use serde_json::Value;

const COPIES: [&str; 3] =
    [".claude/skills/pdf/SKILL.md", ".codex/skills/pdf/SKILL.md", ".gemini/skills/pdf/SKILL.md"];
const CLAUDE: (usize, &str) = (8, "claude");
const CODEX: (usize, &str) = (12, "codex");
const THEIRS: (usize, &str) = (18, "theirs");

/// `pdf` in three places, with these edits in the first two, committed.
fn edited(first: &[(usize, &str)], second: &[(usize, &str)]) -> World {
    let world = World::new();
    let targets = ["--target", "claude", "--target", "codex", "--target", "gemini"];
    world.proj.skillsync(&[&["deploy", "pdf", "--commit"], &targets[..]].concat()).expect_success();
    world.proj.write(COPIES[0], skill(first)).write(COPIES[1], skill(second)).commit_all("Edits");
    world
}

fn receive(world: &World, args: &[&str]) -> (Value, i32) {
    let run = world.coll.skillsync(&[&["pull", "--project", "../proj", "--json"], args].concat());
    (run.json(), run.code)
}

fn statuses(document: &Value) -> Vec<&str> {
    document["results"].as_array().expect("results").iter().filter_map(|it| it["status"].as_str()).collect()
}

#[test]
fn edits_in_two_copies_come_in_together() {
    for theirs in [false, true] {
        let world = edited(&[CLAUDE], &[CODEX]);
        let mut all = vec![CLAUDE, CODEX];
        if theirs {
            world.edit_collection(&[THEIRS]);
            all.push(THEIRS);
        }
        let before = world.proj.tree_snapshot();
        let (document, code) = receive(&world, &["--commit"]);
        assert_eq!((document["results"].as_array().map(Vec::len), code), (Some(3), 0), "{document}");
        let with = document["results"][1]["message"].as_str().expect("a message");
        assert_eq!(with, "'.codex/skills/pdf' is taken with '.claude/skills/pdf'");
        assert_eq!(world.coll.read(SOURCE), skill(&all));
        assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
        assert_eq!(world.proj.tree_snapshot(), before, "nothing is written into the project");
        // The commit says what came in, so each copy knows what it still lacks.
        let message = world.coll.git(&["log", "-1", "--format=%B"]);
        assert_eq!(message.matches("Skillsync-Content: ").count(), 2, "{message}");
        world.proj.skillsync(&["pull", "--commit"]).expect_success();
        COPIES.iter().for_each(|copy| assert_eq!(world.proj.read(copy), skill(&all), "{copy}"));
        assert_eq!(world.porcelain(), "");
        assert_eq!(statuses(&receive(&world, &[]).0), ["up_to_date"; 3]);
    }
}

#[test]
fn what_is_not_staged_there_stays_so() {
    let world = edited(&[CLAUDE], &[CODEX]);
    world.coll.write(SOURCE, skill(&[THEIRS]));
    let (document, code) = receive(&world, &[]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE, CODEX, THEIRS]));
    let staged = world.coll.git(&["show", &format!(":{SOURCE}")]);
    assert_eq!(staged, skill(&[CLAUDE, CODEX]).trim_end());
}

#[test]
fn the_same_edit_in_both_is_one() {
    let world = edited(&[CLAUDE], &[CLAUDE]);
    let (document, code) = receive(&world, &["--commit"]);
    assert_eq!((statuses(&document), code), (vec!["updated", "updated", "up_to_date"], 0), "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE]));
    let message = world.coll.git(&["log", "-1", "--format=%B"]);
    assert_eq!(message.matches("Skillsync-Content: ").count(), 1, "{message}");
    // Nor are its conflicts marked twice.
    let world = edited(&[CLAUDE], &[CLAUDE]);
    world.edit_collection(&[(8, "theirs")]);
    let (document, code) = receive(&world, &["--auto-resolve", "mark"]);
    assert_eq!((document["summary"]["conflicts"].as_u64(), code), (Some(2), 1), "{document}");
    assert_eq!(world.coll.git(&["status", "--porcelain"]), format!("UU {SOURCE}"));
    assert_eq!(world.coll.read(SOURCE).matches("<<<<<<<").count(), 1);
    world.coll.git(&["reset", "--quiet", "--hard"]);
    let (document, code) = receive(&world, &["--auto-resolve", "theirs"]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE]));
}

#[test]
fn copies_changed_in_the_same_place_are_named_and_left() {
    let world = edited(&[CLAUDE], &[(8, "codex")]);
    let before = world.coll.tree_snapshot();
    for args in [&[][..], &["--commit"], &["--auto-resolve", "mark"]] {
        let (document, code) = receive(&world, args);
        assert_eq!((statuses(&document), code), (vec!["aborted", "aborted", "up_to_date"], 1), "{document}");
        for at in [0, 1] {
            let message = document["results"][at]["message"].as_str().expect("a message");
            let both =
                "'.claude/skills/pdf' and '.codex/skills/pdf' were changed in the same place; not taken";
            assert_eq!(message, both);
        }
        assert_eq!(world.coll.tree_snapshot(), before, "{args:?}");
    }
    // One that was named, or the rule, decides.
    let (document, code) = receive(&world, &["--auto-resolve", "ours"]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE]));
    world.coll.git(&["reset", "--quiet", "--hard"]);
    let (document, code) = receive(&world, &[".codex/skills/pdf"]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[(8, "codex")]));
}

#[test]
fn one_copy_that_does_not_go_in_holds_the_others() {
    let world = edited(&[CLAUDE], &[CODEX]);
    world.edit_collection(&[(12, "theirs")]);
    let before = world.coll.tree_snapshot();
    for args in [&[][..], &["--auto-resolve", "mark"]] {
        let (document, code) = receive(&world, args);
        assert!(code == 1 && !statuses(&document).contains(&"updated"), "{document}");
        let message = document["results"][0]["message"].as_str().expect("a message");
        assert!(message.starts_with("not taken: '.codex/skills/pdf' "), "{document}");
        assert_eq!(world.coll.tree_snapshot(), before, "{args:?}");
    }
    // Other artifacts go in.
    world.deploy(&["review"]);
    world.proj.write(".claude/commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Edit");
    assert_eq!(receive(&world, &[]).1, 1);
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "M  commands/review.md");
}

#[test]
fn a_push_does_not_depend_on_what_the_work_tree_has() {
    // A copy that is deleted here, and not committed so, still counts as committed.
    let world = edited(&[CLAUDE], &[CODEX]);
    world.proj.remove(".claude/skills/pdf");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE, CODEX]));
    // And what is taken as it is can be only one of them.
    let world = edited(&[CLAUDE], &[CODEX]);
    let before = world.coll.tree_snapshot();
    let run = world.proj.skillsync(&["push", "--strategy", "overwrite", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("'.claude/skills/pdf' and '.codex/skills/pdf'"), "{run}");
    assert_eq!(world.coll.tree_snapshot(), before);
    world.proj.write(COPIES[1], skill(&[CLAUDE])).commit_all("The same");
    world.proj.skillsync(&["push", "--strategy", "overwrite", "--yes"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[CLAUDE]));
}

#[test]
fn a_made_file_and_a_copy_come_in_together() {
    let world = World::new();
    let lines: String = (1..=12).map(|number| format!("line {number}\n\n")).collect();
    let text =
        format!("---\ndescription: Reviews.\nallowed-tools: Read\n---\n\nLook at $ARGUMENTS.\n\n{lines}");
    world.coll.write("commands/review.md", &text).commit_all("More lines");
    let targets = ["--target", "claude", "--target", "gemini", "--target", "opencode"];
    world.proj.skillsync(&[&["deploy", "review", "--commit"], &targets[..]].concat()).expect_success();
    let edit = |path: &str, old: &str, new: &str| {
        let text = world.proj.read(path);
        assert!(text.contains(old), "{path}: {text}");
        world.proj.write(path, text.replacen(old, new, 1));
    };
    edit(".claude/commands/review.md", "line 3", "claude");
    edit(".gemini/commands/review.toml", "line 7", "gemini");
    edit(".opencode/commands/review.md", "line 11", "opencode");
    world.proj.commit_all("Edits");
    let (document, code) = receive(&world, &["--commit"]);
    assert_eq!(code, 0, "{document}");
    let all = text.replacen("line 3", "claude", 1).replacen("line 7", "gemini", 1);
    assert_eq!(world.coll.read("commands/review.md"), all.replacen("line 11", "opencode", 1));
    let message = world.coll.git(&["log", "-1", "--format=%B"]);
    assert_eq!(message.matches("Skillsync-Content: ").count(), 3, "{message}");
    // Each of them gets what the others had, and nothing is sent again.
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.porcelain(), "");
    assert!(world.proj.read(".gemini/commands/review.toml").contains("opencode"));
    let tip = world.coll.head();
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.head(), tip);
}
