//! `push` into a collection on disk: what is sent, what is refused, and what the next lookup finds.

use crate::support::{PLACED, SOURCE, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// The project has an edit of its own, committed and settled.
fn edited() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.porcelain();
    world
}

#[test]
fn one_commit_by_the_user_with_trailers() {
    let world = edited();
    let (base, pushed) = (
        world.coll.git(&["rev-parse", "HEAD:skills/pdf"]),
        world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]),
    );
    let before = world.coll.head();
    let run = world.proj.skillsync(&["push"]);
    let tip = &world.coll.head()[..10];
    assert!(run.stdout.contains(tip) || run.stderr.contains(tip), "{run}");
    assert_eq!(run.code, 0);
    assert_eq!(world.coll.git(&["rev-parse", "HEAD~1"]), before);
    let root = world.proj.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert_eq!(
        world.coll.git(&["log", "-1", "--format=%an <%ae>|%cn|%B"]),
        format!(
            "Ada Lovelace <ada@example.com>|Ada Lovelace|Adapt pdf\n\nSkillsync-Artifact: skill/pdf\n\
             Skillsync-Project: {root}\nSkillsync-Base: {base}\nSkillsync-Content: {pushed}\n"
        )
    );
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "", "index and work tree move along");
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
    assert_eq!(
        world.coll.git(&["log", "-1", "--format=%(trailers:key=Skillsync-Base,valueonly)"]),
        base + "\n"
    );
}

#[test]
fn afterwards_everything_is_in_step_without_a_new_note() {
    let world = edited();
    let notes = world.proj.git(&["rev-parse", "refs/notes/skillsync"]);
    world.proj.skillsync(&["push"]).expect_success();
    let project = world.proj.git(&["rev-parse", "HEAD", "HEAD^{tree}"]);
    assert_eq!(world.porcelain(), "");
    let collection = world.coll.head();
    insta::assert_snapshot!(world.proj.skillsync(&["push"]), @"
    ----- stdout
    already up to date
    ----- status 0
    ");
    assert_eq!(world.coll.head(), collection);
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert_eq!(world.proj.git(&["rev-parse", "refs/notes/skillsync"]), notes);
    assert_eq!(world.proj.git(&["rev-parse", "HEAD", "HEAD^{tree}"]), project);
    // The base has moved all the same.
    world.edit_collection(&[(7, "improved")]);
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
}

#[test]
fn both_sides_changed_apart() {
    let world = edited();
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.outcome(&["push"]), ("merged".into(), 0));
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]));
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn conflicts_are_not_pushed() {
    let world = edited();
    world.edit_collection(&[(7, "theirs")]);
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["push"]), @"
    ----- stdout
    skill/pdf  aborted: conflicts with the collection; not pushed
       .claude/skills/pdf/SKILL.md (content)
    ----- stderr
    hint: 'git skillsync pull skill/pdf', resolve, commit, and push again
    ----- status 1
    ");
    assert!(world.everything() == before);
    assert_eq!(world.outcome(&["push"]), ("aborted".into(), 1));
    assert_eq!(world.proj.skillsync(&["push", "--auto-resolve", "mark"]).code, 2);
    assert_eq!(world.proj.skillsync(&["push", "--strategy", "overwrite"]).code, 2);
    assert!(world.everything() == before);
    world.proj.skillsync(&["push", "--strategy", "overwrite", "--yes"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
}

#[test]
fn a_preview_writes_nothing() {
    let world = edited();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["push", "--dry-run"]), @"
    ----- stdout
    skill/pdf  would be updated
       recommended: pull from project (only the project changed it)
       update    SKILL.md
     skills/pdf/SKILL.md | 2 +-
     1 file changed, 1 insertion(+), 1 deletion(-)
    ----- status 0
    ");
    let (document, code) = world.json(&["push", "--dry-run"]);
    assert_eq!((&document["command"], &document["direction"], code), (&"push".into(), &"push".into(), 0));
    assert_eq!(document["results"][0]["status"], "updated");
    assert!(world.everything() == before);
}

#[test]
fn the_collections_own_changes_are_not_swept_away() {
    let world = edited();
    world.coll.write(SOURCE, skill(&[(12, "not committed")]));
    let before = world.everything();
    let run = world.proj.skillsync(&["push"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    skill/pdf  failed: the collection's work tree is in the way: 'skills/pdf/SKILL.md' has local changes
    ----- stderr
    hint: commit or stash what is there, then push again
    ----- status 1
    ");
    assert!(world.everything() == before);
    world.coll.git(&["add", "."]);
    let before = world.everything();
    let run = world.proj.skillsync(&["push"]);
    assert!(run.code == 1 && run.stdout.contains("'skills/pdf/SKILL.md' has staged changes"), "{run}");
    assert!(world.everything() == before);
    // Elsewhere they do not matter.
    world.coll.git(&["reset", "--quiet", "--hard"]);
    world.coll.write("commands/review.md", "Draft.\n").write("new", "new\n").git(&["add", "new"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.git(&["status", "--porcelain"]), " M commands/review.md\nA  new");
    assert_eq!(world.coll.read("commands/review.md"), "Draft.\n");
}

#[test]
fn an_untracked_file_in_the_way_stays() {
    let world = World::deployed();
    world.proj.write(".claude/skills/pdf/new.txt", "ours\n").commit_all("New file");
    world.coll.write("skills/pdf/new.txt", "untracked\n");
    world.porcelain();
    let before = world.everything();
    let run = world.proj.skillsync(&["push"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(world.everything() == before);
}

#[test]
fn another_branch_is_checked_out_there() {
    let world = edited();
    world.coll.git(&["switch", "--quiet", "--create", "work"]);
    world.proj.git(&["config", "skillsync-collection.default.branch", "main"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
    assert_eq!(world.coll.read(SOURCE), skill(&[]));
    assert_eq!(world.coll.git(&["show", "main:skills/pdf/SKILL.md"]) + "\n", skill(&[OURS]));
}

#[test]
fn own_words_and_the_subjects_of_several_edits() {
    let world = edited();
    world.proj.write(PLACED, skill(&[OURS, (12, "more")])).commit_all("Add more");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(
        world.coll.git(&["log", "-1", "--format=%s|%b"]).split("\n\n").next(),
        Some("Update skill/pdf|* Adapt pdf\n* Add more")
    );
    world.proj.write(PLACED, skill(&[OURS])).commit_all("Less");
    world.proj.skillsync(&["push", "-m", "Say it\n\nAt length.", "--allow-rewind"]).expect_success();
    assert!(
        world
            .coll
            .git(&["log", "-1", "--format=%B"])
            .starts_with("Say it\n\nAt length.\n\nSkillsync-Artifact: ")
    );
}

#[test]
fn only_what_is_committed_unless_asked() {
    let world = World::deployed();
    world.proj.write(PLACED, skill(&[OURS]));
    world.porcelain();
    let before = world.coll.head();
    let run = world.proj.skillsync(&["push", "--verbose"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    skill/pdf  up to date: has edits that are not committed
    ----- status 0
    ");
    assert_eq!(world.coll.head(), before);
    world.proj.git(&["add", "."]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.head(), before);
    world.proj.skillsync(&["push", "--worktree"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS]));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn untracked_files_are_not_pushed() {
    let world = edited();
    world.proj.write(".claude/skills/pdf/secret.txt", "secret\n");
    for args in [["push"].as_slice(), &["push", "--worktree"]] {
        world.proj.skillsync(args).expect_success();
        assert!(!world.coll.exists("skills/pdf/secret.txt"));
    }
}

#[test]
fn new_artifacts_are_published_on_request() {
    let world = World::deployed();
    world
        .proj
        .write(".claude/skills/own/SKILL.md", "own\n")
        .write(".claude/agents/deep/it.md", "it\n")
        .commit_all("Own");
    let before = world.coll.head();
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.head(), before);
    let run = world.proj.skillsync(&["push", "--new"]);
    assert_eq!(
        (run.stdout.as_str(), run.code),
        ("agent/deep/it  updated: new, at agents/deep/it.md\nskill/own  updated: new, at skills/own\n", 0)
    );
    assert_eq!(world.coll.read("skills/own/SKILL.md"), "own\n");
    assert_eq!(world.coll.read("agents/deep/it.md"), "it\n");
    assert_eq!(world.porcelain(), "");
    world.coll.write("skills/own/SKILL.md", "own\nbetter\n").commit_all("Better");
    assert_eq!(world.outcome(&["pull", "own"]), ("updated".into(), 0));
}

#[test]
fn two_projects_edit_different_lines() {
    let world = edited();
    let other = world.sandbox.repo("other");
    other.skillsync(&["init", "../coll"]).expect_success();
    other.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
    other.write(PLACED, skill(&[THEIRS])).commit_all("Other edit");
    world.proj.skillsync(&["push"]).expect_success();
    other.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]));
    for repo in [&world.proj, &other] {
        repo.skillsync(&["pull", "--commit"]).expect_success();
        assert_eq!(repo.read(PLACED), skill(&[OURS, THEIRS]));
        assert_eq!(repo.skillsync(&["status", "--porcelain"]).stdout, "");
    }
}

#[test]
fn gone_from_the_collection() {
    let world = edited();
    world.coll.remove("skills/pdf").commit_all("Drop");
    let run = world.proj.skillsync(&["push"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(!world.coll.exists("skills/pdf"));
    world.proj.git(&["rm", "--quiet", "-r", ".claude"]);
    world.proj.commit_all("Do without");
    assert_eq!(world.proj.skillsync(&["push"]).code, 0);
    assert_eq!(world.porcelain(), "");
}

#[test]
fn deleting_here_deletes_nothing_there() {
    let world = World::deployed();
    world.proj.git(&["rm", "--quiet", "-r", ".claude"]);
    world.proj.commit_all("Do without");
    let before = world.coll.head();
    assert_eq!(world.proj.skillsync(&["push"]).code, 0);
    assert_eq!(world.coll.head(), before);
    assert_eq!(world.porcelain(), "");
}
