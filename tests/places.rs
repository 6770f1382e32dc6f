//! Where commands run from, and that git finds nothing wrong with what they leave.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

#[test]
fn git_sees_the_same_and_finds_no_fault() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS, (7, "clash")]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
    world.proj.write(PLACED, skill(&[(7, "both"), THEIRS])).commit_all("Resolve");
    world.proj.skillsync(&["push"]).expect_success();
    world.proj.skillsync(&["remove", "review"]).expect_success();
    world.proj.commit_all("Remove");
    world.porcelain();
    let noted: Vec<String> = world
        .proj
        .git(&["notes", "--ref=skillsync", "list"])
        .lines()
        .filter_map(|line| line.split(' ').nth(1).map(str::to_owned))
        .collect();
    let mut commits: Vec<_> =
        ["HEAD", "HEAD~1", "HEAD~2", "HEAD~3"].map(|at| world.proj.git(&["rev-parse", at])).into();
    commits.remove(2);
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    assert_eq!(sorted(noted), sorted(commits), "deploy, resolved pull and removal");
    let log = world.proj.git(&["log", "--notes=skillsync", "--format=%s%n%N"]);
    let removed = "{\"n\":2,\"path\":\".claude/commands/review.md\",\"removed\":true,\"v\":1}";
    assert!(log.starts_with(&format!("Remove\n{removed}\n")), "{log}");
    for repo in [&world.proj, &world.coll] {
        let run = repo.try_git(&["fsck", "--strict", "--no-dangling"]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run}");
        repo.git(&["gc", "--quiet", "--prune=now"]);
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
    }
    assert_eq!(world.porcelain(), "");
    let refs = world.proj.git(&["for-each-ref", "--format=%(refname)"]);
    assert_eq!(refs, "refs/heads/main\nrefs/notes/skillsync\nrefs/skillsync/ops");
}

#[test]
fn from_a_subfolder() {
    let world = World::new();
    world.proj.write("deep/er/file", "x\n").commit_all("Deep");
    let inside = world.sandbox.open("proj/deep/er");
    inside.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
    assert!(world.proj.exists(PLACED) && !world.proj.exists("deep/er/.claude"));
    world.edit_collection(&[THEIRS]);
    inside.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_project(&[OURS, THEIRS]);
    inside.skillsync(&["push", "pdf"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[OURS, THEIRS]));
    assert_eq!(inside.skillsync(&["check"]).code, 0);
}

#[test]
fn in_a_linked_worktree() {
    let world = World::deployed();
    let side = world.proj.worktree("side");
    world.edit_collection(&[THEIRS]);
    side.skillsync(&["pull"]).expect_success();
    assert_eq!(
        world.porcelain(),
        ".M\tskill/pdf\t.claude/skills/pdf",
        "what is pending there is nothing here"
    );
    assert!(!world.proj.exists(".git/skillsync/pending.json"));
    side.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(side.git(&["notes", "--ref=skillsync", "show", "HEAD"]).lines().count(), 1);
    assert_eq!(side.skillsync(&["status", "--porcelain"]).stdout, "");
    world.proj.git(&["merge", "--quiet", "side"]);
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
}

#[test]
fn with_gits_environment_as_in_a_hook_or_an_alias() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    let git_dir = world.proj.path().join(".git");
    let run = |args: &[&str], from: &crate::support::Repo| {
        let mut command = from.command("git-skillsync");
        world.proj.run(command.args(args).env("GIT_DIR", &git_dir).env("GIT_WORK_TREE", world.proj.path()))
    };
    let away = world.sandbox.folder("away");
    assert_eq!(run(&["status", "--porcelain"], &away).stdout, ".M\tskill/pdf\t.claude/skills/pdf\n");
    run(&["pull", "--commit"], &world.proj).expect_success();
    world.edit_project(&[OURS, THEIRS]);
    run(&["push"], &world.proj).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[OURS, THEIRS]));
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "", "nothing of the collection lands here");
    world.proj.git(&["config", "alias.s", "skillsync status --porcelain"]);
    assert_eq!(world.proj.git(&["s"]), "");
    assert_eq!(world.proj.git(&["-C", ".claude", "skillsync", "check"]), "1 artifact in step with 'default'");
}

#[test]
fn with_a_detached_head_and_a_sparse_checkout() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.git(&["switch", "--quiet", "--detach"]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.note().len(), 1);
    world.proj.git(&["sparse-checkout", "set", "nothing"]);
    assert!(!world.proj.exists(PLACED));
    assert_eq!(world.porcelain(), "", "not missing, only not checked out");
}

#[test]
fn a_repository_that_cannot_be_written() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.porcelain();
    // A folder where the lock should be: not even root can write there.
    world.proj.remove(".git/skillsync").write(".git/skillsync/lock/file", "");
    for args in [["pull"].as_slice(), &["deploy", "review"], &["remove", "pdf"]] {
        world.edit_collection(&[THEIRS, (12, args[0])]);
        let before = world.everything();
        let run = world.proj.skillsync(args);
        assert!(
            run.code == 128 && run.stderr.starts_with("fatal: ") && run.stderr.contains("\nhint: "),
            "{run}"
        );
        assert!(world.everything() == before, "{args:?}");
    }
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
}
