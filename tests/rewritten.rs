//! Records follow the commits that git rewrites, where the hooks are installed.

use crate::support::World;

fn noted(world: &World) -> usize {
    world.note().len()
}

#[test]
fn an_amended_commit_keeps_record_and_pin() {
    let world = World::deployed();
    world.edit_collection(&[(17, "theirs")]);
    world.coll.git(&["tag", "v1"]);
    world.edit_collection(&[(17, "later")]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--commit"]).expect_success();
    world.proj.git(&["commit", "--quiet", "--amend", "-m", "Deploy, said better"]);
    assert_eq!(noted(&world), 1);
    assert_eq!(world.porcelain(), "", "pinned as before");
    let record = &world.note()[0];
    assert_eq!(record["at"], world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]).trim());
}

#[test]
fn a_rebased_pull_keeps_its_record() {
    let world = World::deployed();
    world.proj.git(&["branch", "upstream"]);
    world.edit_collection(&[(17, "theirs")]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    let base = world.note()[0]["base"].clone();
    world.proj.git(&["checkout", "--quiet", "upstream"]);
    world.proj.write("other.txt", "other\n").commit_all("other");
    world.proj.git(&["checkout", "--quiet", "main"]);
    world.proj.git(&["rebase", "--quiet", "upstream"]);
    assert_eq!((noted(&world), world.note()[0]["base"].clone()), (1, base));
    assert_eq!(world.proj.git(&["log", "-1", "--format=%s"]).trim(), "Pull skill/pdf from default");
}

#[test]
fn what_an_amended_commit_does_not_change_any_more_is_not_recorded_on_it() {
    let world = World::deployed();
    world.edit_collection(&[(17, "theirs")]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(noted(&world), 1);
    world.proj.git(&["checkout", "--quiet", "HEAD~1", "--", ".claude"]);
    world.proj.write("other.txt", "other\n");
    world.proj.git(&["add", "--all"]);
    world.proj.git(&["commit", "--quiet", "--amend", "-m", "something else"]);
    assert_eq!(noted(&world), 0);
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn a_noted_commit_that_was_replaced_and_pruned_is_looked_for_again() {
    let world = World::deployed();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.edit_collection(&[(17, "theirs")]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.git(&["commit", "--quiet", "--amend", "--message", "Pull, said better"]);
    world.proj.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.proj.git(&["gc", "--quiet", "--prune=now"]);
    world.proj.git(&["notes", "--ref=skillsync", "prune"]);
    assert_eq!(world.porcelain(), "");
    assert_eq!(noted(&world), 1);
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}
