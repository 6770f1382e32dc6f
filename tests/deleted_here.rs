//! Deletions in the project: a choice that holds once it is committed, wherever it is seen, and that
//! can be taken back with the right base.

use crate::support::{PLACED, Repo, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (15, "theirs");
const FOLDER: &str = ".claude/skills/pdf";

/// What it is called, and what is done.
type Way = (&'static str, fn(&World));

/// Ways to delete it in a commit.
const WAYS: &[Way] = &[
    ("rm -r", |world| drop(world.proj.remove(FOLDER).commit_all("Delete"))),
    ("git rm", |world| {
        world.proj.git(&["rm", "--quiet", "-r", FOLDER]);
        world.proj.git(&["commit", "--quiet", "-m", "Delete"]);
    }),
    ("on a branch that is merged", |world| {
        world.proj.git(&["checkout", "--quiet", "-b", "side"]);
        world.proj.git(&["rm", "--quiet", "-r", FOLDER]);
        world.proj.git(&["commit", "--quiet", "-m", "Delete"]);
        world.proj.git(&["checkout", "--quiet", "main"]);
        world.proj.write("README", "More.\n").commit_all("Other");
        world.proj.git(&["merge", "--quiet", "--no-edit", "side"]);
    }),
    ("on a branch that is squashed", |world| {
        world.proj.git(&["checkout", "--quiet", "-b", "side"]);
        world.proj.git(&["rm", "--quiet", "-r", FOLDER]);
        world.proj.git(&["commit", "--quiet", "-m", "Delete"]);
        world.proj.git(&["checkout", "--quiet", "main"]);
        world.proj.git(&["merge", "--quiet", "--squash", "side"]);
        world.proj.git(&["commit", "--quiet", "-m", "Delete"]);
    }),
    ("remove", |world| {
        world.proj.skillsync(&["remove", "pdf"]).expect_success();
        world.proj.git(&["commit", "--quiet", "--no-edit"]);
    }),
];

fn deployed_and_edited() -> World {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.edit_project(&[OURS]);
    world.porcelain();
    world
}

#[test]
fn once_committed_it_is_not_deployed_any_more() {
    for (says, delete) in WAYS {
        let world = deployed_and_edited();
        delete(&world);
        world.edit_collection(&[THEIRS]);
        let fresh = world.proj.clone_to("fresh");
        fresh.git(&["fetch", "--quiet", "origin", "refs/notes/*:refs/notes/*"]);
        fresh.skillsync(&["init", "../coll"]).expect_success();
        let bare = world.proj.clone_to("without-notes");
        bare.skillsync(&["init", "../coll"]).expect_success();
        let brought = world.coll.git(&["log", "-1", "--format=%h", "--", "commands/review.md"]);
        for (repo, of) in [(&world.proj, Some(&brought)), (&fresh, Some(&brought)), (&bare, None)] {
            assert_eq!(repo.skillsync(&["status", "--porcelain"]).expect_success(), "", "{says}");
            assert_eq!(repo.skillsync(&["check"]).code, 0, "{says}");
            assert_eq!(repo.skillsync(&["pull"]).code, 0, "{says}");
            assert!(!repo.exists(FOLDER), "{says}");
            let listed = repo.skillsync(&["list"]).stdout;
            // The record says of which commit it is.
            let words: Vec<_> = listed.split_whitespace().collect();
            let of = of.map(String::as_str);
            let all = ["command/review"].into_iter().chain(of).chain([".claude/commands/review.md"]);
            assert_eq!(words, all.collect::<Vec<_>>(), "{says}");
        }
    }
}

#[test]
fn a_revert_brings_it_back_with_its_base() {
    for (says, delete) in &WAYS[..2] {
        let world = deployed_and_edited();
        delete(&world);
        world.edit_collection(&[THEIRS]);
        world.porcelain();
        world.proj.git(&["revert", "--no-edit", "HEAD"]);
        let (document, _) = world.json(&["status"]);
        let artifact = &document["artifacts"][0];
        assert_eq!(
            (&artifact["base_from"], &artifact["recommendation"]),
            (&"note".into(), &"merge".into()),
            "{says}"
        );
        assert_eq!(world.outcome(&["pull", "--commit", "pdf"]), ("merged".into(), 0), "{says}");
        assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]), "{says}");
    }
}

#[test]
fn a_removal_that_is_reverted_too() {
    let world = deployed_and_edited();
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    world.porcelain();
    assert_eq!(world.note()[0]["removed"], true);
    world.edit_collection(&[THEIRS]);
    world.proj.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(world.outcome(&["pull", "--commit", "pdf"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn what_is_named_can_be_forced_back() {
    for (says, delete) in WAYS {
        let world = World::deployed();
        delete(&world);
        world.edit_collection(&[THEIRS]);
        assert_eq!(world.proj.skillsync(&["pull", "--force"]).code, 0);
        assert!(!world.proj.exists(PLACED), "{says}: not what is not named");
        assert_eq!(world.proj.skillsync(&["pull", "pdf"]).code, 2, "{says}: it is not deployed");
        assert_eq!(world.outcome(&["pull", "--force", "--commit", "pdf"]), ("updated".into(), 0), "{says}");
        assert_eq!((world.proj.read(PLACED), world.porcelain()), (skill(&[THEIRS]), String::new()), "{says}");
        world.edit_project(&[OURS, THEIRS]);
        assert_eq!(world.porcelain(), format!("M.\tskill/pdf\t{FOLDER}"), "{says}");
    }
}

#[test]
fn not_committed_it_is_to_be_settled() {
    let ways: &[fn(&Repo)] =
        &[|repo| _ = repo.remove(FOLDER), |repo| drop(repo.git(&["rm", "--quiet", "-r", FOLDER]))];
    for delete in ways {
        let world = World::deployed();
        delete(&world.proj);
        assert_eq!(world.porcelain(), format!("D.\tskill/pdf\t{FOLDER}"));
        assert_eq!(world.outcome(&["pull"]), ("skipped".into(), 1));
        assert_eq!(world.outcome(&["pull", "--force", "pdf"]), ("updated".into(), 0));
        assert_eq!(
            (world.proj.git(&["status", "--porcelain"]), world.porcelain()),
            (String::new(), String::new())
        );
        delete(&world.proj);
        world.proj.skillsync(&["remove", "pdf"]).expect_success();
        assert_eq!(world.porcelain(), "");
    }
}

#[test]
fn what_was_edited_before_comes_back_with_it() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world.proj.remove(FOLDER);
    assert_eq!(world.outcome(&["pull", "--force", "pdf"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    world.proj.commit_all("Pull");
    assert_eq!(world.porcelain(), format!("M.\tskill/pdf\t{FOLDER}"));
    world.edit_collection(&[(7, "other"), THEIRS]);
    world.proj.remove(FOLDER);
    world.porcelain();
    let before = world.everything();
    let run = world.proj.skillsync(&["pull", "--force", "pdf"]);
    assert!(
        run.code == 1 && run.stderr.contains("git restore --staged --worktree .claude/skills/pdf"),
        "{run}"
    );
    assert!(world.everything() == before);
}
