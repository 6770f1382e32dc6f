//! `remove`: what was placed goes, what was made here stays, and it stays forgotten.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");

#[test]
fn placed_files_go_and_the_record_with_them() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    insta::assert_snapshot!(world.proj.skillsync(&["remove", "pdf"]), @"
    ----- stdout
    skill/pdf  removed
    ----- stderr
    hint: 'git commit' commits the removal, 'git skillsync abort' takes it back
    ----- status 0
    ");
    assert!(!world.proj.exists(".claude/skills"));
    assert_eq!(
        world.proj.git(&["status", "--porcelain"]),
        "D  .claude/skills/pdf/SKILL.md\nD  .claude/skills/pdf/notes.txt"
    );
    assert_eq!(world.porcelain(), "");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.note()[0]["removed"], true);
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    let listed = world.proj.skillsync(&["list"]).stdout;
    assert!(listed.starts_with("command/review ") && listed.lines().count() == 1, "{listed}");
    world.deploy(&["pdf"]);
    assert_eq!((world.note()[0]["name"].as_str(), world.porcelain()), (Some("pdf"), String::new()));
}

#[test]
fn uncommitted_edits_and_untracked_files_stay() {
    let world = World::deployed();
    world.porcelain();
    world.proj.write(PLACED, skill(&[OURS]));
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["remove", "pdf"]), @"
    ----- stdout
    skill/pdf  skipped: has local edits that are not committed
    ----- stderr
    hint: commit or stash them, or use '--keep-files'
    ----- status 1
    ");
    assert!(world.everything() == before);
    world.proj.git(&["checkout", "--quiet", "--", "."]);
    world.proj.write(".claude/skills/pdf/own.txt", "own\n");
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    assert!(world.proj.exists(".claude/skills/pdf/own.txt") && !world.proj.exists(PLACED));
}

#[test]
fn only_the_record_on_request() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.proj.skillsync(&["remove", "pdf", "--keep-files"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
}

#[test]
fn an_unmerged_one_is_not_removed() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[(7, "theirs")]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    let before = world.everything();
    let run = world.proj.skillsync(&["remove", "pdf"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(world.everything() == before);
}

#[test]
fn a_deletion_is_settled() {
    let world = World::deployed();
    world.proj.remove(".claude/skills/pdf");
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.proj.git(&["diff", "--name-only"]), "", "the deletion is staged");
}

#[test]
fn removed_and_deployed_again_before_the_commit() {
    let world = World::deployed();
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    world.edit_project(&[OURS]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["pending"], false);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    world.proj.git(&["rm", "--quiet", "-r", ".claude"]);
    world.proj.commit_all("Do without");
    assert_eq!(world.note().len(), 0, "the removal that was taken back is not recorded");
}
