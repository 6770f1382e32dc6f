//! `--time-budget`: what is left when time is up. No test measures time: the budget is nothing, or
//! more than any run takes.

use crate::support::{PLACED, World, skill};

const HUGE: &str = "99999m";

/// The collection changed `pdf`, the project changed `sheets`.
fn apart() -> World {
    let world = World::new();
    world.deploy(&["pdf", "sheets"]);
    world.edit_collection(&[(7, "theirs")]);
    let ours = skill(&[(2, "name: sheets"), (7, "ours")]);
    world.proj.write(".claude/skills/sheets/SKILL.md", ours).commit_all("Adapt sheets");
    world.porcelain();
    world
}

#[test]
fn without_time_all_is_deferred_and_nothing_written() {
    for command in ["pull", "sync"] {
        let world = apart();
        let before = world.everything();
        for budget in ["0", "0s", "0ms"] {
            let (document, code) = world.json(&[command, "--time-budget", budget]);
            assert_eq!(
                (document["summary"]["deferred"].as_u64(), code),
                (Some(2), 1),
                "{command}: {document}"
            );
            for result in document["results"].as_array().unwrap() {
                assert_eq!((&result["status"], &result["success"]), (&"deferred".into(), &false.into()));
            }
            assert_eq!(document["operation"], serde_json::Value::Null);
        }
        assert_eq!(world.everything(), before, "{command}");
        // The next run does it.
        assert_eq!(world.json(&[command]).1, 0);
        assert_eq!(world.proj.read(PLACED), skill(&[(7, "theirs")]));
    }
}

#[test]
fn with_time_nothing_is_other_than_without_the_option() {
    for command in ["pull", "sync"] {
        let (with, without) = (apart(), apart());
        let timed = with.json(&[command, "--time-budget", HUGE]);
        let free = without.json(&[command]);
        assert_eq!(timed.0["summary"], free.0["summary"], "{command}");
        assert_eq!((timed.1, free.1), (0, 0), "{command}");
        assert_eq!(with.proj.git(&["ls-files", "-s"]), without.proj.git(&["ls-files", "-s"]));
        assert_eq!(with.proj.try_git(&["fsck", "--strict", "--no-dangling"]).code, 0);
        with.proj.skillsync(&["abort"]).expect_success();
        assert_eq!(with.proj.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn what_is_deferred_holds_an_atomic_pull() {
    let world = apart();
    let (document, code) = world.json(&["pull", "--atomic", "--time-budget", "0"]);
    assert_eq!((document["summary"]["deferred"].as_u64(), code), (Some(2), 1));
}

#[test]
fn what_is_no_duration_is_refused() {
    let world = apart();
    for text in ["", "2", "2h", "-1s"] {
        let refused = world.proj.skillsync(&["pull", &format!("--time-budget={text}")]);
        assert_eq!(refused.code, 2, "{text}");
        assert!(refused.stderr.contains("'500ms', '2s' or '1m'"), "{}", refused.stderr);
    }
}
