//! The hook that stops commits of artifacts with conflict markers: asked for, and with an eye for
//! nothing but what is staged of artifacts.

use crate::support::{PLACED, World, skill};

const CONFLICT: &str = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> default/main\n";

fn world() -> World {
    let world = World::deployed();
    world.proj.skillsync(&["hooks", "install", "--pre-commit"]).expect_success();
    world
}

#[test]
fn markers_that_were_forgotten_stop_the_commit() {
    let world = world();
    let head = world.proj.head();
    world.proj.write(PLACED, skill(&[]) + CONFLICT).git(&["add", "."]);
    insta::assert_snapshot!(world.proj.try_git(&["commit", "--quiet", "--message", "Pull"]), @r"
    ----- stderr
    warning: '.claude/skills/pdf/SKILL.md:21' still has conflict markers
    hint: resolve and 'git add' them; 'git commit --no-verify' commits them all the same
    ----- status 1
    ");
    assert_eq!(world.proj.head(), head);
    world.proj.git(&["commit", "--quiet", "--no-verify", "--message", "As it is"]);
    // What was there before is not asked about again.
    world.proj.write(PLACED, skill(&[]) + CONFLICT + "more\n").commit_all("More");
}

#[test]
fn only_what_is_committed_of_artifacts_counts() {
    let world = world();
    // Not staged, not an artifact, or no conflict.
    world
        .proj
        .write("README", CONFLICT)
        .write(".claude/skills/pdf/notes.txt", "Title\n=======\n")
        .commit_all("Others");
    world.proj.write(PLACED, skill(&[]) + CONFLICT).write("more", "x").git(&["add", "more"]);
    world.proj.git(&["commit", "--quiet", "--message", "Not the skill"]);
    // 'commit -a' and '--only' make it from an index of their own.
    let (index, before) = (world.proj.git(&["ls-files", "--stage"]), world.proj.head());
    for args in [&["--all"][..], &["--only", PLACED]] {
        let run = world.proj.try_git(&[&["commit", "--quiet", "--message", "x"], args].concat());
        assert!(run.code == 1 && run.stderr.contains("SKILL.md:21"), "{run}");
        assert_eq!(
            (world.proj.git(&["ls-files", "--stage"]), world.proj.head()),
            (index.clone(), before.clone())
        );
    }
    assert!(world.proj.read(PLACED).contains("<<<<<<<"), "nothing is written");
    // In a linked work tree too, and from below.
    let side = world.proj.worktree("side");
    side.write(PLACED, skill(&[]) + CONFLICT).git(&["add", "."]);
    let run = side.run(side.command("git").args(["-C", ".claude", "commit", "--quiet", "--message", "x"]));
    assert!(run.code == 1 && run.stderr.contains("SKILL.md:21"), "{run}");
}

#[test]
fn it_is_there_only_where_it_was_asked_for_and_stops_nothing_else() {
    let world = World::deployed();
    world.proj.write(PLACED, skill(&[]) + CONFLICT).commit_all("Nobody minds");
    world.proj.skillsync(&["hooks", "install", "--pre-commit"]).expect_success();
    let states = |args: &[&str]| world.proj.skillsync(&[&["hooks"], args].concat()).expect_success();
    assert!(states(&["install"]).contains("pre-commit: already installed"));
    // A user's hook decides too.
    states(&["uninstall"]);
    world.proj.write_program(".git/hooks/pre-commit", "#!/bin/sh\nexit 3\n");
    states(&["install", "--pre-commit"]);
    assert_eq!(world.proj.try_git(&["commit", "--allow-empty", "--message", "x"]).code, 1);
    states(&["uninstall"]);
    assert_eq!(world.proj.read(".git/hooks/pre-commit"), "#!/bin/sh\nexit 3\n");
    world.proj.remove(".git/hooks/pre-commit");
    states(&["install", "--pre-commit"]);
    // What cannot be looked at is nobody's conflict.
    world.proj.git(&["config", "skillsync.target", "nonsense"]);
    world.proj.write("file", "x").commit_all("Goes through");
    // Nor is a program that is gone.
    let hook = world.proj.read(".git/hooks/pre-commit").replace("/git-skillsync'", "/gone'");
    world.proj.write_program(".git/hooks/pre-commit", &hook);
    let mut command = world.proj.command("git");
    command.env("PATH", "/usr/bin:/bin").args(["commit", "--quiet", "--allow-empty", "--message", "x"]);
    assert_eq!(world.proj.run(&mut command).code, 0);
}
