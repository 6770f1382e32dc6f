//! `continue`: what a conflict was resolved to is staged, and the decision can be committed.

use crate::support::{PLACED, SOURCE, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (7, "theirs");

fn conflicted() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    world
}

#[test]
fn markers_that_are_left_are_named() {
    let world = conflicted();
    insta::assert_snapshot!(world.proj.skillsync(&["continue"]), @"
    ----- stderr
    error: '.claude/skills/pdf' still has conflicts
    hint: fix the files, then run it again
    ----- status 1
    ");
    assert!(!world.proj.git(&["ls-files", "-u"]).is_empty());
}

#[test]
fn what_was_edited_is_staged_and_committed() {
    let world = conflicted();
    world.proj.write(PLACED, skill(&[(7, "both")]));
    insta::assert_snapshot!(world.proj.skillsync(&["continue"]), @"
    ----- stdout
    .claude/skills/pdf: resolved
    ----- stderr
    hint: 'git commit' commits the result
    ----- status 0
    ");
    assert_eq!(world.proj.git(&["ls-files", "-u"]), "");
    world.proj.skillsync(&["continue", "--commit"]).expect_success();
    assert_eq!(world.proj.git(&["log", "-1", "--format=%B"]).trim(), "Pull skill/pdf from default");
    assert_eq!(world.note().len(), 1);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[(7, "both")]));
}

#[test]
fn a_decision_for_what_head_has_can_be_committed_too() {
    let world = conflicted();
    world.proj.git(&["checkout", "--quiet", "--ours", PLACED]);
    world.proj.git(&["add", PLACED]);
    let push = world.proj.skillsync(&["push"]);
    assert_eq!((push.code, push.stderr.contains("'git skillsync continue --commit'")), (1, true), "{push}");
    insta::assert_snapshot!(world.proj.skillsync(&["continue"]), @"
    ----- stdout
    .claude/skills/pdf: resolved
    ----- stderr
    hint: nothing differs from HEAD; 'git commit --allow-empty' records the decision
    ----- status 0
    ");
    world.proj.skillsync(&["continue", "--commit"]).expect_success();
    assert_eq!(world.note()[0]["base"], world.coll.git(&["rev-parse", "HEAD:skills/pdf"]).trim());
    assert_eq!(world.proj.skillsync(&["push"]).code, 0);
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn without_a_pull_there_is_nothing_to_continue() {
    let world = World::deployed();
    world.porcelain();
    let run = world.proj.skillsync(&["continue"]);
    assert_eq!((run.code, run.stderr.contains("no pull is in progress")), (128, true), "{run}");
}
