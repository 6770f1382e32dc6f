//! `remove --keep-files`: the files stay, and are the project's own until the artifact is named again.

use crate::support::{PLACED, Repo, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const NOTES: &str = "+refs/notes/skillsync:refs/notes/skillsync";

fn let_go(world: &World) {
    world.proj.skillsync(&["remove", "pdf", "--keep-files"]).expect_success();
}

/// Whether the skill is deployed, as each command sees it.
fn is_deployed(repo: &Repo) -> bool {
    let json = |args: &[&str]| -> Value { repo.skillsync(&[args, &["--json"]].concat()).json() };
    let listed = repo.skillsync(&["list"]).stdout.contains("skill/pdf");
    let shown = json(&["status"])["artifacts"].as_array().is_some_and(|all| !all.is_empty());
    let pulled = repo.skillsync(&["pull", "--dry-run", "pdf"]).code != 2;
    let pushed = repo.skillsync(&["push", "--dry-run", "pdf"]).code != 2;
    let noted = repo.skillsync(&["notes", "show"]).stdout.contains("skill/pdf");
    assert_eq!([pulled, pushed], [listed; 2]);
    assert!(listed || !shown && !noted);
    listed
}

#[test]
fn the_files_are_the_projects_own_from_then_on() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    assert!(is_deployed(&world.proj));
    let before = world.proj.git(&["rev-parse", "HEAD", "HEAD^{tree}"]);
    insta::assert_snapshot!(world.proj.skillsync(&["remove", "pdf", "--keep-files"]), @"
    ----- stdout
    skill/pdf  removed: is not tracked any more, its files stay
    ----- stderr
    hint: 'git skillsync adopt skill/pdf' tracks it again
    ----- status 0
    ");
    assert_eq!(world.proj.git(&["rev-parse", "HEAD", "HEAD^{tree}"]), before);
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert!(!world.proj.exists(".git/MERGE_MSG"), "there is nothing to commit");
    let note = world.note();
    assert_eq!((&note[0]["kept"], &note[0]["removed"], note.len()), (&true.into(), &true.into(), 1));
    assert_eq!(note[0]["at"], world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]));
    assert!(!is_deployed(&world.proj));
    let content = world.proj.read(PLACED);
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(PLACED), content);
    world.edit_project(&[OURS]);
    assert!(!is_deployed(&world.proj));
    world.proj.write(PLACED, skill(&[])).commit_all("Undo the edit");
    assert!(!is_deployed(&world.proj), "the old content is not recognised");
}

#[test]
fn with_the_notes_a_clone_knows_it_and_without_it_does_not() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    let_go(&world);
    let clone = |name: &str| {
        let clone = world.proj.clone_to(name);
        clone.git(&["config", "skillsync.collection.default.url", "../coll"]);
        clone.skillsync(&["init", "../coll"]);
        clone
    };
    let (with, without) = (clone("with"), clone("without"));
    with.git(&["fetch", "--quiet", "origin", NOTES]);
    assert!(!is_deployed(&with));
    assert!(is_deployed(&without));
}

#[test]
fn adopt_and_deploy_name_it_again() {
    let world = World::deployed();
    let_go(&world);
    world.edit_project(&[OURS]);
    assert_eq!(world.json(&["adopt"]).0["results"].as_array().map(Vec::len), Some(0), "it is not named");
    assert!(!is_deployed(&world.proj));
    assert_eq!(world.outcome(&["adopt", "pdf"]), ("recorded".into(), 0));
    assert!(is_deployed(&world.proj));
    assert_eq!(world.note()[0]["n"], 3);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    world.proj.commit_all("Pull");
    let_go(&world);
    assert!(!is_deployed(&world.proj));
    world.proj.skillsync(&["deploy", "pdf", "--force"]).expect_success();
    assert!(is_deployed(&world.proj));
    world.proj.commit_all("Deploy again");
    assert!(is_deployed(&world.proj));
    assert_eq!(world.proj.read(PLACED), skill(&[THEIRS]));
}

#[test]
fn what_is_not_committed_yet_waits() {
    let world = World::new();
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    let_go(&world);
    assert!(!is_deployed(&world.proj));
    world.edit_project(&[OURS]);
    for _ in 0..3 {
        assert!(!is_deployed(&world.proj));
        world.proj.skillsync(&["pull"]).expect_success();
    }
    assert_eq!(world.note()[0]["kept"], true);
    assert!(!world.proj.exists(".git/skillsync/pending.json"), "nothing waits any more");
}

#[test]
fn a_pull_that_waits_does_not_bring_it_back() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    let_go(&world);
    assert!(!is_deployed(&world.proj));
    world.proj.commit_all("Keep what was pulled");
    world.proj.skillsync(&["pull"]).expect_success();
    assert!(!is_deployed(&world.proj));
}

#[test]
fn it_follows_commits_that_are_rewritten() {
    for hooks in [true, false] {
        let world = World::deployed();
        if !hooks {
            world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
        }
        world.proj.write("other", "1\n").commit_all("Something else");
        let_go(&world);
        world.proj.write("other", "2\n").git(&["commit", "--quiet", "--all", "--amend", "--message=Else"]);
        world.proj.skillsync(&["pull"]).expect_success();
        assert!(!is_deployed(&world.proj), "amended, hooks: {hooks}");
    }
    let world = World::deployed();
    let_go(&world);
    let orphan = world.proj.git(&["commit-tree", "-m", "Squash", "HEAD^{tree}"]);
    world.proj.git(&["reset", "--quiet", "--hard", &orphan]);
    assert!(!is_deployed(&world.proj), "a server's squash");
    world.proj.skillsync(&["doctor", "--fix"]);
    assert!(!is_deployed(&world.proj), "nothing is lost that could be brought back");
    assert_eq!(world.outcome(&["adopt", "pdf"]), ("recorded".into(), 0));
    let again = world.proj.git(&["commit-tree", "-m", "Squash again", "HEAD^{tree}"]);
    world.proj.git(&["reset", "--quiet", "--hard", &again]);
    assert!(is_deployed(&world.proj), "the later word counts");
}

#[test]
fn of_branches_the_one_that_lets_go_wins_unless_the_other_goes_on() {
    for goes_on in [false, true] {
        let world = World::deployed();
        world.proj.git(&["branch", "side"]);
        world.proj.write("other", "1\n").commit_all("Something else");
        let_go(&world);
        world.proj.git(&["checkout", "--quiet", "side"]);
        assert!(is_deployed(&world.proj), "the other branch does not know");
        world.edit_project(&[OURS]);
        if goes_on {
            world.edit_collection(&[THEIRS]);
            world.proj.skillsync(&["pull", "--commit"]).expect_success();
        }
        world.proj.git(&["merge", "--quiet", "--no-edit", "main"]);
        assert_eq!(is_deployed(&world.proj), goes_on);
    }
}

#[test]
fn undo_says_how_to_track_it_again() {
    let world = World::deployed();
    let_go(&world);
    let run = world.proj.skillsync(&["undo"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stderr.contains("'git skillsync adopt skill/pdf' tracks it again"), "{run}");
    assert!(!is_deployed(&world.proj));
}

#[test]
fn one_that_waits_is_taken_back_by_undo() {
    let world = World::new();
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    let_go(&world);
    world.proj.skillsync(&["undo"]).expect_success();
    assert!(is_deployed(&world.proj) && world.proj.exists(PLACED));
}

#[test]
fn doctor_does_not_bring_it_back() {
    let world = World::deployed();
    let_go(&world);
    world.edit_project(&[OURS]);
    world.proj.skillsync(&["doctor", "--fix"]);
    assert!(!is_deployed(&world.proj));
}
