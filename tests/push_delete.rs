//! `push --delete`: what the project deleted goes from the collection only on request, and only if
//! the collection still has what the project had.

use crate::support::{SOURCE, World};

fn deleted() -> World {
    let world = World::deployed();
    world.proj.git(&["rm", "-r", "--quiet", ".claude/skills/pdf"]);
    world.proj.git(&["commit", "--quiet", "-m", "We do without it"]);
    world
}

#[test]
fn a_deletion_stays_here_unless_asked() {
    let world = deleted();
    let before = world.coll.head();
    assert_eq!(world.proj.skillsync(&["push"]).code, 0);
    assert_eq!(world.proj.skillsync(&["push", "pdf"]).code, 2, "it is not deployed any more");
    assert_eq!(world.proj.skillsync(&["push", "--delete"]).code, 2, "only what is named is deleted");
    assert_eq!(world.coll.head(), before);
}

#[test]
fn what_is_named_is_deleted_there_too() {
    let world = deleted();
    let before = world.coll.head();
    let dry = world.proj.skillsync(&["push", "--delete", "pdf", "--dry-run", "--json"]);
    assert_eq!(dry.json()["results"][0]["status"], "removed");
    assert_eq!(world.coll.head(), before);
    let run = world.proj.skillsync(&["push", "--delete", "pdf"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(!world.coll.exists(SOURCE));
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
    let message = world.coll.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("Remove skill/pdf\n\nSkillsync-Artifact: skill/pdf\n"), "{message}");
    assert!(!message.contains("Skillsync-Content"), "{message}");
    let again = world.proj.skillsync(&["push", "--delete", "pdf"]);
    assert_eq!((again.code, again.stdout.contains("gone from the collection already")), (0, true), "{again}");
}

#[test]
fn what_the_collection_changed_since_is_kept() {
    let world = deleted();
    world.edit_collection(&[(17, "theirs")]);
    let before = world.coll.head();
    let run = world.proj.skillsync(&["push", "--delete", "pdf"]);
    assert_eq!((run.code, run.stdout.contains("changed in the collection since")), (1, true), "{run}");
    assert_eq!(world.coll.head(), before);
}

#[test]
fn what_is_deployed_is_never_deleted() {
    let world = World::deployed();
    let run = world.proj.skillsync(&["push", "--delete", "pdf"]);
    assert_eq!((run.code, world.coll.exists(SOURCE)), (0, true), "{run}");
    world.proj.git(&["rm", "-r", "--quiet", ".claude/skills/pdf"]);
    let run = world.proj.skillsync(&["push", "--delete", "pdf"]);
    assert_eq!((run.code, world.coll.exists(SOURCE)), (0, true), "not before it is committed: {run}");
}
