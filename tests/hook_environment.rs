//! What git puts into a hook's environment leads nowhere else: `GIT_DIR` and `GIT_INDEX_FILE` name the
//! worktree that the hook is run in, and no other repository may be taken for it.

use crate::support::{PLACED, Repo, SOURCE, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// A linked worktree in which the collection's change was pulled, merged, and not committed.
fn pulled_in_a_linked_worktree() -> (World, Repo) {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.porcelain();
    let side = world.proj.worktree("side");
    world.edit_collection(&[THEIRS]);
    side.skillsync(&["pull"]).expect_success();
    (world, side)
}

/// What the main worktree has, the notes and the log of operations left out.
fn own(repo: &Repo) -> String {
    let snapshot = repo.tree_snapshot();
    let kept = snapshot.lines().filter(|line| !line.starts_with("refs/notes/") && !line.contains("/side "));
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_hook_of_a_linked_worktree_writes_the_note_and_nothing_else() {
    let (world, side) = pulled_in_a_linked_worktree();
    let (collection, main) = (world.coll.tree_snapshot(), own(&world.proj));
    side.git(&["commit", "--quiet", "--no-edit"]);
    let note = side.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(note.contains(&world.coll.head()), "{note}");
    assert!(world.coll.tree_snapshot() == collection, "the collection was written to");
    assert!(own(&world.proj) == main, "the main worktree was written to");
    assert!(!world.proj.exists(".git/skillsync/pending.json"));
}

#[test]
fn a_push_from_a_users_hook_goes_to_the_collection() {
    let (world, side) = pulled_in_a_linked_worktree();
    side.git(&["commit", "--quiet", "--no-edit"]);
    let hook = "#!/bin/sh\nexec git skillsync push >../hook.log 2>&1\n";
    world.proj.write_program(".git/hooks/post-commit", hook);
    side.write("more.txt", "more\n").git(&["add", "more.txt"]);
    side.git(&["commit", "--quiet", "--message", "More"]);
    let said = world.sandbox.open(".").read("hook.log");
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]), "{said}");
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "", "{said}");
    assert_eq!(side.git(&["log", "-1", "--format=%s"]), "More", "nothing was committed here");
    assert_eq!(side.git(&["status", "--porcelain"]), "");
    assert!(!side.exists("skills"), "nothing of the collection lands here");
}

#[test]
fn a_hook_in_a_repository_that_is_not_ours_leaves_no_trace() {
    let world = World::deployed();
    let hooks = world.proj.path().join(".git/hooks");
    let other = world.sandbox.repo("other");
    other.git(&["config", "core.hooksPath", &hooks.to_string_lossy()]);
    other.write("file", "x\n").commit_all("First");
    other.git(&["commit", "--quiet", "--amend", "--message", "Better"]);
    other.git(&["switch", "--quiet", "--create", "topic"]);
    assert!(!other.exists(".git/skillsync"));
    assert_eq!(other.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main\nrefs/heads/topic");
}

#[test]
fn while_commit_all_holds_an_index_of_its_own_nothing_is_taken_for_committed() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    let hook = "#!/bin/sh\ngit skillsync status >../hook.log 2>&1\n! git skillsync pull 2>>../hook.log\n";
    world.proj.write_program(".git/hooks/pre-commit", hook);
    world.proj.git(&["commit", "--quiet", "--all", "--message", "Pull"]);
    let said = world.sandbox.open(".").read("hook.log");
    assert!(said.contains("GIT_INDEX_FILE") || said.contains("index"), "{said}");
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}
