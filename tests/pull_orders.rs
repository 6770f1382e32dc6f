//! `pull` between other commands of git: whatever the order, no silent revert and the right base.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const LATER: (usize, &str) = (12, "later");
const MODIFIED: &str = "M.\tskill/pdf\t.claude/skills/pdf";

/// Both sides changed, apart.
fn diverged() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world
}

#[test]
fn a_pull_over_a_pull_that_is_not_committed() {
    let world = diverged();
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world.edit_collection(&[THEIRS, LATER]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.three(), [skill(&[OURS, THEIRS, LATER]), skill(&[OURS, THEIRS, LATER]), skill(&[OURS])]);
    world.edit_collection(&[(17, "again"), LATER]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0), "the pending base is used");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!(world.porcelain(), MODIFIED);
}

#[test]
fn reset_takes_it_back_and_the_next_pull_merges_again() {
    let world = diverged();
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world.proj.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    world.proj.commit_all("Nothing of it");
    assert_eq!(world.note().len(), 0);
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.three()[2], skill(&[OURS, THEIRS]));
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}

#[test]
fn stashed_and_popped() {
    let world = diverged();
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world.proj.git(&["stash", "--quiet"]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    world.proj.write("README", "Meanwhile.\n").commit_all("Meanwhile");
    assert_eq!(world.note().len(), 0);
    world.proj.git(&["stash", "pop", "--quiet", "--index"]);
    assert_eq!(world.porcelain(), MODIFIED);
    world.proj.commit_all("Pull");
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!(world.porcelain(), MODIFIED);
}

#[test]
fn amended_with_and_without_the_hook() {
    for hooks in [true, false] {
        let world = diverged();
        if !hooks {
            world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
        }
        world.proj.skillsync(&["pull", "--commit"]).expect_success();
        world.proj.git(&["commit", "--quiet", "--amend", "-m", "Better words"]);
        assert_eq!(world.porcelain(), MODIFIED, "{hooks}");
        let (document, _) = world.json(&["status"]);
        assert_eq!(
            document["artifacts"][0]["base_sha"], document["artifacts"][0]["collection_sha"],
            "{hooks}"
        );
        // Amended with a pull in it: the note goes to the amended commit.
        world.edit_collection(&[THEIRS, LATER]);
        world.proj.skillsync(&["pull"]).expect_success();
        world.proj.git(&["commit", "--quiet", "--amend", "--no-edit"]);
        assert_eq!(world.porcelain(), MODIFIED, "{hooks}");
        assert_eq!(world.note()[0]["commit"], world.coll.head(), "{hooks}");
    }
}

#[test]
fn carried_over_to_another_branch() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
    world.proj.git(&["switch", "--quiet", "--create", "topic"]);
    assert_eq!(world.porcelain(), "");
    world.proj.commit_all("Pull");
    assert_eq!(world.note().len(), 1);
    world.proj.git(&["switch", "--quiet", "main"]);
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
    assert_eq!(world.note().len(), 1);
    world.proj.git(&["merge", "--quiet", "--no-edit", "topic"]);
    assert_eq!(world.porcelain(), "");
    world.edit_collection(&[(17, "newest")]);
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
}

#[test]
fn committed_in_two_parts() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.coll.write("skills/pdf/notes.txt", "one\ntwo\nthree\nfour\n");
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world.proj.git(&["commit", "--quiet", "-m", "One", "--", PLACED]);
    assert_eq!(world.note().len(), 0, "half of it is not it");
    assert_eq!(world.porcelain(), MODIFIED);
    world.proj.commit_all("Two");
    assert_eq!(world.note().len(), 1);
    assert_eq!(world.porcelain(), MODIFIED);
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
}

#[test]
fn committed_with_an_edit_on_top() {
    let world = diverged();
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world.proj.write(PLACED, skill(&[OURS, THEIRS, LATER])).commit_all("Pull and more");
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[OURS, THEIRS, LATER]));
}

#[test]
fn a_revert_here_is_an_edit_and_stays() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    world.edit_collection(&[THEIRS, (7, "newer")]);
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(7, "newer")]));
}

#[test]
fn without_notes_the_history_tells() {
    let world = diverged();
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_collection(&[THEIRS, LATER]);
    // A record is kept beside the note until a later run has seen it there.
    world.porcelain();
    world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    let (document, code) = world.json(&["pull"]);
    let result = &document["results"][0];
    assert_eq!((&result["status"], &result["base_from"], code), (&"merged".into(), &"history".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS, LATER]));
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}

#[test]
fn a_fresh_clone_without_notes_works_at_once() {
    let world = diverged();
    let clone = world.proj.clone_to("clone");
    clone.skillsync(&["init", "../coll"]).expect_success();
    assert_eq!(clone.skillsync(&["status", "--porcelain"]).stdout, "MM\tskill/pdf\t.claude/skills/pdf\n");
    let document = clone.skillsync(&["pull", "--json"]).json();
    assert_eq!(document["results"][0]["base_from"], "history");
    assert_eq!(clone.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn squashed_and_rebased_branches_keep_the_base() {
    let world = World::deployed();
    world.proj.git(&["switch", "--quiet", "--create", "topic"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.write(PLACED, skill(&[THEIRS, OURS])).commit_all("Ours");
    world.proj.git(&["switch", "--quiet", "main"]);
    world.proj.write("README", "Main.\n").commit_all("Main");
    world.proj.git(&["branch", "other", "topic"]);
    world.proj.git(&["merge", "--quiet", "--squash", "topic"]);
    world.proj.git(&["commit", "--quiet", "-m", "Squashed"]);
    assert_eq!(world.porcelain(), MODIFIED);
    world.proj.git(&["switch", "--quiet", "other"]);
    world.proj.git(&["rebase", "--quiet", "main~0^"]);
    assert_eq!(world.porcelain(), MODIFIED);
    world.edit_collection(&[(17, "again")]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, (17, "again")]));
}

#[test]
fn without_a_base_nothing_is_guessed() {
    let world = World::new();
    world.proj.write(PLACED, "---\nname: pdf\n---\nSomething else.\n").commit_all("My own");
    assert_eq!(world.porcelain(), "", "a folder that merely shares a name is not deployed");
    assert_eq!(world.outcome(&["pull"]), (String::new(), 0));
    world.proj.write(PLACED, skill(&[OURS, THEIRS, LATER])).commit_all("By hand");
    assert_eq!(world.porcelain(), "??\tskill/pdf\t.claude/skills/pdf");
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "pdf"]), @"
    ----- stdout
    skill/pdf  skipped: differs, and no common version is known; the nearest is 1.0.0 (864096e8ba), 85 % alike
    ----- stderr
    hint: 'git skillsync diff --against skill/pdf' shows the difference
    hint: 'git skillsync adopt --nearest=0.8 skill/pdf' takes the nearest as base
    hint: 'git skillsync pull --base 864096e8ba skill/pdf' merges with it
    hint: 'git skillsync pull --strategy overwrite skill/pdf' takes theirs
    hint: 'git skillsync pull --strategy fork skill/pdf' takes theirs and keeps yours beside it
    ----- status 1
    ");
    insta::assert_snapshot!(world.proj.skillsync(&["status", "pdf"]), @"
    ----- stdout
    ?? skill/pdf  differs, and no common version is known; the nearest is 1.0.0 (864096e8ba), 85 % alike
       (git skillsync diff pdf)
    1 artifact deployed from 'default', 1 to attend to
    ----- status 0
    ");
    assert_eq!(world.outcome(&["pull"]), ("skipped".into(), 1));
    assert!(world.everything() == before);
    assert_eq!(world.outcome(&["pull", "pdf", "--auto-resolve", "mark"]), ("conflict".into(), 1));
}

#[test]
fn a_base_that_left_the_collections_history_is_not_used() {
    let world = diverged();
    let tree = world.coll.git(&["rev-parse", "HEAD^{tree}"]);
    let root = world.coll.git(&["commit-tree", "-m", "Anew", &tree]);
    world.coll.git(&["update-ref", "refs/heads/main", &root]);
    world.porcelain();
    let before = world.everything();
    let run = world.proj.skillsync(&["pull", "pdf"]);
    assert_ne!(run.code, 0, "{run}");
    assert!(world.everything() == before, "{run}");
}
