//! `pull --atomic`: all artifacts or none, in the plan and while writing.

use crate::support::{PLACED, SOURCE, World, skill};

const SHEETS: &str = "skills/sheets/SKILL.md";
const PLACED_SHEETS: &str = ".claude/skills/sheets/SKILL.md";

fn sheets(line: &str) -> String {
    skill(&[(2, "name: sheets"), (7, line)])
}

/// The collection changed `pdf` and `sheets`.
fn two() -> World {
    let world = World::new();
    world.deploy(&["pdf", "sheets"]);
    world
        .coll
        .write(SOURCE, skill(&[(7, "theirs")]))
        .write(SHEETS, sheets("theirs"))
        .commit_all("Improve both");
    world
}

#[test]
fn one_that_does_not_go_through_holds_all() {
    for (how, held) in [("conflict", "aborted"), ("deleted", "skipped"), ("unmerged", "skipped")] {
        let world = two();
        match how {
            "conflict" => drop(world.proj.write(PLACED_SHEETS, sheets("ours")).commit_all("Adapt")),
            "deleted" => drop(world.proj.git(&["rm", "-rq", ".claude/skills/sheets"])),
            _ => {
                world.proj.write(PLACED_SHEETS, sheets("ours")).commit_all("Adapt");
                assert_eq!(world.proj.skillsync(&["pull", "sheets"]).code, 1);
            }
        }
        world.porcelain();
        let before = world.everything();
        let (document, code) = world.json(&["pull", "--atomic"]);
        let status = |at: usize| document["results"][at]["status"].as_str().unwrap_or_default();
        assert_eq!((status(0), status(1), code), ("skipped", held, 1), "{how}: {document}");
        let message = document["results"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("skill/sheets"), "{how}: {message}");
        assert_eq!(document["results"][0]["previous_hash"], document["results"][0]["new_hash"], "{how}");
        assert_eq!(document["operation"], serde_json::Value::Null, "{how}");
        assert_eq!(world.everything(), before, "{how}");
        assert_eq!(world.proj.read(PLACED), skill(&[]), "{how}");
    }
}

#[test]
fn what_goes_through_is_taken() {
    let world = two();
    let (document, code) = world.json(&["pull", "--atomic"]);
    assert_eq!((document["summary"]["updated"].as_u64(), code), (Some(2), 0), "{document}");
    assert_eq!(world.proj.read(PLACED_SHEETS), sheets("theirs"));
    assert_eq!(world.proj.try_git(&["fsck", "--strict", "--no-dangling"]).code, 0);
}

/// A project where git cannot write `sheets`: its filter does `what` and fails.
fn filtered(what: &str) -> World {
    let world = two();
    world.proj.write(".git/info/attributes", "sheets/SKILL.md filter=bad\n**/sheets/SKILL.md filter=bad\n");
    world.proj.git(&["config", "filter.bad.required", "true"]);
    world.proj.git(&["config", "filter.bad.clean", "cat"]);
    world.proj.git(&["config", "filter.bad.smudge", &format!("{what} false")]);
    world
}

#[test]
fn a_failure_while_writing_takes_all_back() {
    let world = filtered("");
    let refused = world.proj.skillsync(&["pull", "--atomic"]);
    assert_eq!(refused.code, 128, "{}", refused.stderr);
    assert_eq!(
        [world.proj.read(PLACED), world.proj.read(PLACED_SHEETS)],
        [skill(&[]), skill(&[(2, "name: sheets")])]
    );
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert_eq!(world.proj.try_git(&["fsck", "--strict", "--no-dangling"]).code, 0);
    world.proj.git(&["config", "filter.bad.smudge", "cat"]);
    assert_eq!(world.json(&["pull", "--atomic"]).1, 0);
}

#[cfg(unix)]
#[test]
fn a_failure_to_take_back_is_told_with_what_failed_first() {
    let folder = ".claude/skills/sheets";
    let world = filtered(&format!("rm -r {folder}; ln -s elsewhere {folder};"));
    let refused = world.proj.skillsync(&["pull", "--atomic"]);
    assert_eq!(refused.code, 128, "{}", refused.stderr);
    for part in ["could not be taken back", "cannot be written", "checkout-index", "hint: "] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    // Once the cause is gone, the next command takes it back.
    std::fs::remove_file(world.proj.path().join(folder)).unwrap();
    world.proj.git(&["config", "filter.bad.smudge", "cat"]);
    let next = world.proj.skillsync(&["pull", "--atomic"]);
    assert!(next.stderr.contains("took back the interrupted operation"), "{}", next.stderr);
    assert_eq!((next.code, world.proj.read(PLACED_SHEETS)), (0, sheets("theirs")));
}
