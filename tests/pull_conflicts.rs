//! `pull` with conflicts: what is marked, and every way that plain git has to finish.

use crate::support::{PLACED, World, skill};
use std::collections::BTreeSet;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (7, "theirs");
const APART: (usize, &str) = (17, "apart");

/// Both sides changed the same line, and the collection another one too.
fn clashing() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS, APART]);
    world.porcelain();
    world
}

/// The same, pulled and marked.
fn marked() -> World {
    let world = clashing();
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    world
}

/// After the commit that resolved: the base has moved, and `status` shows this.
fn assert_settled(world: &World, porcelain: &str) {
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!(world.note()[0]["base"], world.coll.git(&["rev-parse", "HEAD:skills/pdf"]));
    assert_eq!(world.porcelain(), porcelain);
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
}

#[test]
fn markers_in_the_file_and_three_blobs_in_the_index() {
    let world = clashing();
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    skill/pdf  conflict: has conflicts
       .claude/skills/pdf/SKILL.md (content)
    ----- stderr
    hint: fix them and 'git add' the files, or run 'git skillsync abort'
    hint: 'git skillsync abort' takes the pull back
    ----- status 1
    ");
    let text = world.proj.read(PLACED);
    let hunk = text.lines().skip(6).take(5).collect::<Vec<_>>().join("\n");
    assert_eq!(hunk, "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> default/main");
    assert!(text.contains("\napart\n"), "what goes together is merged: {text}");
    let stages = world.proj.git(&["ls-files", "--unmerged"]);
    let blobs: BTreeSet<_> = stages.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!((stages.lines().count(), blobs.len()), (3, 3), "{stages}");
    for (stage, expected) in [(1, skill(&[])), (2, skill(&[OURS])), (3, skill(&[THEIRS, APART]))] {
        assert_eq!(world.proj.git(&["show", &format!(":{stage}:{PLACED}")]) + "\n", expected, "{stage}");
    }
    assert_eq!(world.proj.git(&["status", "--porcelain"]), format!("UU {PLACED}"));
    let message = world.proj.read(".git/MERGE_MSG");
    assert!(message.contains("git skillsync abort"), "{message}");
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @"
    ----- stdout
    U. skill/pdf  has conflicts to resolve
       (fix the files and 'git add' them, or 'git skillsync abort')
    1 artifact deployed from 'default', 1 to attend to
    ----- status 0
    ");
}

#[test]
fn the_document_names_the_files() {
    let world = clashing();
    let (document, code) = world.json(&["pull"]);
    let result = &document["results"][0];
    assert_eq!((&result["status"], &result["success"], code), (&"conflict".into(), &false.into(), 1));
    assert_eq!(
        result["conflicts"],
        serde_json::json!([{"file_path": "SKILL.md", "conflict_type": "content"}])
    );
    assert_eq!((&result["conflicts_remaining"], &document["summary"]["conflicts"]), (&1.into(), &1.into()));
}

#[test]
fn resolved_to_theirs_by_git() {
    let world = marked();
    world.proj.git(&["checkout", "--theirs", "--", PLACED]);
    world.proj.git(&["add", PLACED]);
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.proj.read(PLACED), skill(&[THEIRS, APART]));
    assert_settled(&world, "");
}

#[test]
fn resolved_to_ours_by_git() {
    let world = marked();
    world.proj.git(&["checkout", "--ours", "--", PLACED]);
    world.proj.git(&["add", PLACED]);
    world.proj.git(&["commit", "--quiet", "--allow-empty", "--no-edit"]);
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    assert_settled(&world, "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn resolved_in_an_editor() {
    let world = marked();
    world.proj.write(PLACED, skill(&[(7, "both"), APART])).git(&["add", PLACED]);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    world.proj.git(&["commit", "--quiet", "--all", "--no-edit"]);
    assert_settled(&world, "M.\tskill/pdf\t.claude/skills/pdf");
    // What was resolved is what the collection gets.
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[(7, "both"), APART]));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn resolved_without_hooks() {
    let world = clashing();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    world.proj.git(&["checkout", "--ours", "--", PLACED]);
    world.proj.git(&["add", PLACED]);
    world.proj.git(&["commit", "--quiet", "--allow-empty", "--no-edit"]);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_settled(&world, "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn left_untouched_on_request() {
    let world = clashing();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--auto-resolve", "abort"]), @"
    ----- stdout
    skill/pdf  aborted: would have conflicts; left untouched
       .claude/skills/pdf/SKILL.md (content)
    ----- stderr
    hint: 'git skillsync pull skill/pdf' marks the conflicts
    ----- status 1
    ");
    assert!(world.everything() == before);
    assert_eq!(world.outcome(&["pull", "--auto-resolve", "abort"]), ("aborted".into(), 1));
    world.proj.git(&["config", "skillsync.autoResolve", "abort"]);
    assert_eq!(world.outcome(&["pull"]), ("aborted".into(), 1));
}

#[test]
fn resolved_by_a_rule() {
    for (side, expected, porcelain) in
        [("ours", [OURS, APART], "M.\tskill/pdf\t.claude/skills/pdf"), ("theirs", [THEIRS, APART], "")]
    {
        let world = clashing();
        let (document, code) = world.json(&["pull", "--auto-resolve", side]);
        let result = &document["results"][0];
        assert_eq!(
            (&result["conflicts_resolved"], &result["conflicts_remaining"]),
            (&1.into(), &0.into()),
            "{side}"
        );
        assert_eq!(code, 0, "{side}");
        assert_eq!(world.three()[..2], [skill(&expected), skill(&expected)], "{side}");
        assert_eq!(world.proj.git(&["ls-files", "--unmerged"]), "");
        world.proj.git(&["commit", "--quiet", "--no-edit"]);
        assert_settled(&world, porcelain);
    }
}

#[test]
fn an_unmerged_artifact_waits_and_others_go_on() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    let conflicted = world.proj.read(PLACED);
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Better");
    let run = world.proj.skillsync(&["pull"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    command/review  updated
    skill/pdf  skipped: has unmerged files
    ----- stderr
    hint: resolve it and 'git add' it, or run 'git skillsync abort'
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 1
    ");
    assert_eq!(world.proj.read(PLACED), conflicted);
    assert_eq!(world.proj.read(".claude/commands/review.md"), "# Review\n\nRead it twice.\n");
    world.proj.write(PLACED, skill(&[(7, "both")])).commit_all("Resolve");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.note().len(), 2);
}

#[test]
fn deleted_on_one_side_and_changed_on_the_other() {
    let notes = ".claude/skills/pdf/notes.txt";
    let world = World::deployed();
    world.proj.remove(notes).commit_all("Drop notes");
    world.coll.write("skills/pdf/notes.txt", "one\ntwo\nthree\nfour\n").commit_all("More notes");
    let (document, code) = world.json(&["pull"]);
    let conflicts = &document["results"][0]["conflicts"];
    assert_eq!(
        (&conflicts[0]["conflict_type"], &conflicts[0]["file_path"], code),
        (&"delete_modify".into(), &"notes.txt".into(), 1)
    );
    assert_eq!(world.proj.git(&["status", "--porcelain"]), format!("DU {notes}"));
    assert_eq!(world.proj.read(notes), "one\ntwo\nthree\nfour\n");
    world.proj.git(&["rm", "--quiet", notes]);
    world.proj.git(&["commit", "--quiet", "--allow-empty", "--no-edit"]);
    assert_settled(&world, "M.\tskill/pdf\t.claude/skills/pdf");

    let world = World::deployed();
    world.proj.write(notes, "one\ntwo\nthree\nmine\n").commit_all("My notes");
    world.coll.remove("skills/pdf/notes.txt").commit_all("Drop notes");
    let (document, code) = world.json(&["pull"]);
    assert_eq!(
        (&document["results"][0]["conflicts"][0]["conflict_type"], code),
        (&"modify_delete".into(), 1)
    );
    assert_eq!(world.proj.git(&["status", "--porcelain"]), format!("UD {notes}"));
    assert_eq!(world.proj.read(notes), "one\ntwo\nthree\nmine\n");
    world.proj.git(&["add", notes]);
    world.proj.git(&["commit", "--quiet", "--allow-empty", "--no-edit"]);
    assert_settled(&world, "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn binaries_changed_by_both_keep_ours_and_all_three() {
    let bytes =
        |repo: &crate::support::Repo, path: &str| std::fs::read(repo.path().join(path)).expect("file");
    let world = World::new();
    world.coll.write("skills/pdf/bin", b"\0base").commit_all("Binary");
    world.deploy(&["pdf"]);
    world.proj.write(".claude/skills/pdf/bin", b"\0ours").commit_all("Ours");
    world.coll.write("skills/pdf/bin", b"\0theirs").commit_all("Theirs");
    let (document, code) = world.json(&["pull"]);
    assert_eq!((&document["results"][0]["conflicts"][0]["conflict_type"], code), (&"binary".into(), 1));
    assert_eq!(bytes(&world.proj, ".claude/skills/pdf/bin"), b"\0ours");
    assert_eq!(world.proj.git(&["ls-files", "--unmerged"]).lines().count(), 3);
    world.proj.git(&["checkout", "--theirs", "--", "."]);
    world.proj.git(&["add", "."]);
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(bytes(&world.proj, ".claude/skills/pdf/bin"), b"\0theirs");
    assert_settled(&world, "");
}

#[test]
fn added_on_both_sides() {
    let world = World::deployed();
    world.proj.write(".claude/skills/pdf/new", "ours\n").commit_all("Ours");
    world.coll.write("skills/pdf/new", "theirs\n").commit_all("Theirs");
    let (document, code) = world.json(&["pull"]);
    assert_eq!((&document["results"][0]["conflicts"][0]["conflict_type"], code), (&"add_add".into(), 1));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "AA .claude/skills/pdf/new");
}

#[test]
fn the_users_conflict_style_and_a_reset() {
    let world = clashing();
    world.proj.git(&["config", "merge.conflictStyle", "diff3"]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    assert!(world.proj.read(PLACED).contains("\n||||||| "));
    world.proj.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("conflict".into(), 1));
    assert_eq!(world.note().len(), 0);
}
