//! `doctor` and `status` say which rung of the ladder answers for each artifact.

use crate::support::World;
use serde_json::Value;

/// What is deployed: noted, waiting, copied by hand, and edited before its first commit.
fn of_all_kinds() -> World {
    let world = World::deployed();
    world.porcelain();
    world.proj.write(".claude/skills/sheets/SKILL.md", world.coll.read("skills/sheets/SKILL.md"));
    let helper = world.coll.read("agents/helper.md");
    world.proj.write(".claude/agents/helper.md", helper + "And more.\n").commit_all("Copy");
    world.proj.skillsync(&["deploy", "review"]).expect_success();
    world
}

fn rungs(all: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rungs: Vec<_> = (all.as_array().expect("a list").iter())
        .map(|one| (text(&one["name"]), text(&one["base_from"])))
        .collect();
    rungs.sort();
    rungs
}

#[test]
fn each_artifact_is_told_with_the_rung_that_answers() {
    let world = of_all_kinds();
    let before = world.everything();
    let (document, code) = world.json(&["doctor"]);
    let expected = [("helper", "none"), ("pdf", "note"), ("review", "pending"), ("sheets", "history")];
    let expected = expected.map(|(name, rung)| (name.to_owned(), rung.to_owned()));
    assert_eq!((rungs(&document["bases"]), code), (expected.to_vec(), 1), "{document}");
    assert_eq!(document["bases"][1]["base_commit"], Value::String(world.coll.head()), "{document}");
    let (status, _) = world.json(&["status", "--verbose"]);
    assert_eq!(rungs(&status["artifacts"]), expected);
    let run = world.proj.skillsync(&["doctor", "--verbose"]);
    insta::assert_snapshot!(run.to_string().replace(&world.coll.head()[..10], "[TIP]"), @"
    ----- stdout
    warning: no version of 'agent/helper' at '.claude/agents/helper.md' is known that 'default' had too
       ('git skillsync pull agent/helper' names the nearest one and the ways out)
    base of agent/helper at .claude/agents/helper.md: none
    base of command/review at .claude/commands/review.md: pending, as 'default' has it in [TIP]
    base of skill/pdf at .claude/skills/pdf: note, as 'default' has it in [TIP]
    base of skill/sheets at .claude/skills/sheets: history, as 'default' has it in [TIP]
    ----- status 1
    ");
    assert_eq!(world.everything(), before, "nothing was written");
    let run = world.proj.skillsync(&["pull", "agent/helper"]);
    assert!(run.code == 1 && run.stderr.contains("adopt --nearest="), "the hint is a way out: {run}");
    world.proj.skillsync(&["adopt", "--nearest=0.5", "helper"]).expect_success();
    assert_eq!(world.json(&["doctor"]).1, 0);
}

#[test]
fn a_squashed_branch_is_told_as_rewritten() {
    let world = World::new();
    world.proj.git(&["switch", "--quiet", "--create", "topic"]);
    world.deploy(&["pdf"]);
    world.porcelain();
    let noted = world.proj.head();
    world.proj.git(&["switch", "--quiet", "main"]);
    world.proj.git(&["restore", "--source", &noted, "--staged", "--worktree", "."]);
    world.proj.commit_all("Squashed");
    let (document, _) = world.json(&["doctor"]);
    assert_eq!(rungs(&document["bases"]), [("pdf".to_owned(), "rewritten".to_owned())]);
    world.edit_collection(&[(9, "theirs")]);
    world.edit_project(&[(2, "ours")]);
    let (status, _) = world.json(&["status"]);
    assert_eq!(rungs(&status["artifacts"]), [("pdf".to_owned(), "rewritten".to_owned())]);
}
