//! Commits that git rewrote where no hook of ours was called, and users who let git copy notes.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// Deployed and pulled, with its records made, and no hooks from now on.
fn pulled_without_hooks() -> World {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.porcelain();
    assert_eq!(world.note().len(), 1);
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world
}

fn rung(world: &World) -> String {
    let (document, _) = world.json(&["status", "--verbose"]);
    document["artifacts"][0]["base_from"].as_str().unwrap_or("-").to_owned()
}

fn amend(world: &World, edits: &[(usize, &str)]) {
    world.proj.write(PLACED, skill(edits));
    world.proj.git(&["commit", "--quiet", "--all", "--amend", "-m", "Said better"]);
}

fn notes_tip(world: &World) -> String {
    world.proj.git(&["rev-parse", "refs/notes/skillsync"])
}

#[test]
fn an_amended_commit_is_found_in_the_reflog() {
    for command in [&["status"][..], &["push", "--no-verify"], &["deploy", "sheets"]] {
        let world = pulled_without_hooks();
        amend(&world, &[(17, "theirs, but better"), OURS]);
        assert_eq!(world.note().len(), 0);
        if command[0] == "push" {
            world.proj.skillsync(&["push"]).expect_success();
        } else {
            world.proj.skillsync(command).expect_success();
        }
        let note = world.note();
        assert_eq!(note.len(), 1, "{command:?}");
        assert_eq!(note[0]["at"], world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]));
        assert_eq!(rung(&world), "note");
        let before = notes_tip(&world);
        world.porcelain();
        world.proj.skillsync(&["pull"]).expect_success();
        assert_eq!(notes_tip(&world), before, "once is enough");
    }
}

#[test]
fn a_commit_may_be_amended_twice_and_the_edit_stays() {
    let world = pulled_without_hooks();
    amend(&world, &[(17, "theirs, but")]);
    amend(&world, &[(17, "theirs, but better")]);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "theirs, but better")]));
}

#[test]
fn a_reader_that_may_not_write_leaves_the_notes_alone() {
    let world = pulled_without_hooks();
    amend(&world, &[(17, "theirs, but better")]);
    let before = notes_tip(&world);
    let mut status = world.proj.command("git-skillsync");
    let run = world.proj.run(status.args(["status", "--porcelain"]).env("GIT_OPTIONAL_LOCKS", "0"));
    run.expect_success();
    assert_eq!(notes_tip(&world), before);
}

#[test]
fn an_amended_commit_that_does_not_change_the_path_any_more_gets_no_record() {
    let world = pulled_without_hooks();
    world.proj.git(&["checkout", "--quiet", "HEAD~1", "--", ".claude"]);
    world.proj.git(&["commit", "--quiet", "--amend", "--allow-empty", "-m", "nothing"]);
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.note().len(), 0);
}

#[test]
fn what_is_rewritten_without_any_trace_is_known_by_its_content() {
    let rewrites: [(&str, &[&[&str]]); 3] = [
        (
            "reset and commit",
            &[&["reset", "--quiet", "--soft", "HEAD~2"], &["commit", "--quiet", "-m", "all"]],
        ),
        ("rebase", &[&["rebase", "--quiet", "--force-rebase", "--root"]]),
        ("filter-branch", &[&["filter-branch", "--msg-filter", "cat; echo more", "--", "--all"]]),
    ];
    for (name, commands) in rewrites {
        let world = pulled_without_hooks();
        for command in commands {
            let mut git = world.proj.command("git");
            let run = world.proj.run(git.args(*command).env("FILTER_BRANCH_SQUELCH_WARNING", "1"));
            assert_eq!(run.code, 0, "{name}: {run}");
        }
        assert_eq!(world.note().len(), 0, "{name}");
        world.edit_project(&[(17, "theirs, but better")]);
        assert_eq!(rung(&world), "rewritten", "{name}");
        assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf", "{name}");
    }
}

const MODES: [&str; 4] = ["concatenate", "overwrite", "cat_sort_uniq", "ignore"];

/// The user lets git copy all notes when commits are rewritten.
fn copies_notes(world: &World, mode: &str) {
    world.proj.git(&["config", "notes.rewriteRef", "refs/notes/*"]);
    world.proj.git(&["config", "notes.rewriteMode", mode]);
}

#[test]
fn git_may_copy_notes_when_a_commit_is_amended() {
    for (mode, hooks) in MODES.into_iter().flat_map(|mode| [(mode, true), (mode, false)]) {
        let world = pulled_without_hooks();
        if hooks {
            world.proj.skillsync(&["hooks", "install"]).expect_success();
        }
        copies_notes(&world, mode);
        amend(&world, &[(17, "theirs, but better")]);
        let what = format!("{mode}, hooks: {hooks}");
        assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf", "{what}");
        assert_eq!(rung(&world), "note", "{what}");
        // A pull that goes into the amended commit: both records come to stand on it.
        world.edit_collection(&[THEIRS, (12, "later")]);
        world.proj.skillsync(&["pull"]).expect_success();
        world.proj.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
        assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf", "{what}");
        assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0), "{what}");
        assert_eq!(world.proj.read(PLACED), skill(&[(12, "later"), (17, "theirs, but better")]), "{what}");
    }
}

#[test]
fn git_may_copy_notes_when_commits_are_rebased_and_squashed() {
    for (mode, hooks) in MODES.into_iter().flat_map(|mode| [(mode, true), (mode, false)]) {
        let world = pulled_without_hooks();
        let what = format!("{mode}, hooks: {hooks}");
        if hooks {
            world.proj.skillsync(&["hooks", "install"]).expect_success();
        }
        copies_notes(&world, mode);
        world.edit_collection(&[THEIRS, (12, "later")]);
        world.proj.skillsync(&["pull", "--commit"]).expect_success();
        world.edit_project(&[OURS, (12, "later"), (17, "theirs, but better")]);
        // Without hooks only what was carried before tells of a content that was squashed later.
        world.proj.skillsync(&["deploy", "sheets", "--commit"]).expect_success();
        world.proj.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
        world.proj.git(&["checkout", "--quiet", "-b", "other", "HEAD~3"]);
        world.proj.write("other.txt", "other\n").commit_all("other");
        world.proj.git(&["checkout", "--quiet", "main"]);
        let mut rebase = world.proj.command("git");
        rebase.args(["rebase", "--quiet", "--interactive", "other"]);
        rebase.env("GIT_SEQUENCE_EDITOR", "sed -i '2,$s/^pick/fixup/'");
        world.proj.run(&mut rebase).expect_success();
        assert_eq!(world.proj.git(&["rev-list", "--count", "other..HEAD"]), "1");
        assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf", "{what}");
        assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0), "{what}");
        let edited = skill(&[OURS, (12, "later"), (17, "theirs, but better")]);
        assert_eq!(world.proj.read(PLACED), edited, "{what}");
    }
}

#[test]
fn a_note_that_git_copied_to_an_unrelated_commit_is_not_used() {
    // Git up to 2.55 gives the note of a commit that a rebase drops to the next one.
    let world = World::deployed();
    world.porcelain();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.proj.git(&["config", "notes.rewriteRef", "refs/notes/*"]);
    world.proj.git(&["branch", "upstream"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.porcelain();
    let pulled = world.note();
    // A copy of the pull upstream, and an edit on top of it there.
    world.proj.write("unrelated.txt", "x\n").commit_all("unrelated");
    world.proj.git(&["checkout", "--quiet", "upstream"]);
    world.proj.git(&["cherry-pick", "main~1"]);
    world.edit_project(&[(7, "upstream"), (17, "theirs, but better")]);
    world.proj.git(&["checkout", "--quiet", "main"]);
    world.proj.git(&[
        "rebase",
        "--quiet",
        "--reapply-cherry-picks",
        "--empty=drop",
        "upstream",
        "-X",
        "ours",
    ]);
    let wrong = world.note();
    assert!(wrong.is_empty() || wrong == pulled, "{wrong:?}");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(7, "upstream"), (17, "theirs, but better")]));
    // By hand: the older note onto a commit that has another content.
    let deployed = world.proj.git(&["rev-list", "--reverse", "HEAD", "--", ".claude"]);
    let first = deployed.lines().next().expect("a commit").to_owned();
    world.proj.git(&["notes", "--ref=skillsync", "copy", "--force", &first, "HEAD"]);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn in_a_linked_worktree_its_own_reflog_is_read() {
    let world = pulled_without_hooks();
    let linked = world.proj.worktree("linked");
    linked.write(PLACED, skill(&[(17, "theirs, but better")]));
    linked.git(&["commit", "--quiet", "--all", "--amend", "-m", "Said better"]);
    linked.skillsync(&["status"]).expect_success();
    let note = linked.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(note.contains(&linked.git(&["rev-parse", "HEAD:.claude/skills/pdf"])), "{note}");
}
