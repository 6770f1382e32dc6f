//! The hook that publishes records before the branch: asked for, and never in the way of a push.

use crate::support::{Repo, World};
use std::process::Stdio;

const NOTES: &str = "refs/notes/skillsync";

/// A project with a record and a bare remote `origin`; the hook is installed.
fn world() -> (World, Repo) {
    let world = World::deployed();
    let hub = world.sandbox.bare_repo("hub");
    world.proj.git(&["remote", "add", "origin", "../hub"]);
    world.proj.skillsync(&["hooks", "install", "--pre-push"]).expect_success();
    (world, hub)
}

fn published(hub: &Repo) -> String {
    hub.git(&["for-each-ref", "--format=%(refname)"])
}

#[test]
fn the_records_are_there_before_the_branch() {
    let (world, hub) = world();
    // Whoever sees the branch sees its records.
    hub.write_program(
        "hooks/update",
        "#!/bin/sh\n[ \"$1\" = refs/heads/main ] || exit 0\ngit rev-parse --quiet --verify refs/notes/skillsync >/dev/null\n",
    );
    let run = world.proj.try_git(&["push", "--quiet", "origin", "main"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    assert_eq!(published(&hub), format!("refs/heads/main\n{NOTES}"));
    assert_eq!(hub.git(&["rev-parse", NOTES]), world.proj.git(&["rev-parse", NOTES]));
    // From a linked work tree too.
    let tree = world.proj.worktree("side");
    tree.skillsync(&["deploy", "review"]).expect_success();
    tree.commit_all("Deploy");
    tree.git(&["push", "--quiet", "origin", "side"]);
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
    // Nothing new: nothing is asked of the remote, so that it could not refuse either.
    hub.write_program("hooks/update", "#!/bin/sh\n[ \"$1\" != refs/notes/skillsync ]\n");
    tree.write("x", "x").commit_all("more");
    let run = tree.try_git(&["push", "--quiet", "origin", "side"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn what_goes_wrong_is_a_line_and_the_push_goes_on() {
    let (world, hub) = world();
    hub.write_program("hooks/update", "#!/bin/sh\n[ \"$1\" != refs/notes/skillsync ]\n");
    let run = world.proj.try_git(&["push", "--quiet", "origin", "main"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "warning: the records were not published: 'origin' does not take them: error: hook declined to update refs/notes/skillsync; hook declined\n"
    );
    assert_eq!(published(&hub), "refs/heads/main");
    // The branch goes elsewhere, where the records cannot be read.
    world.proj.git(&["config", "remote.origin.pushurl", &hub.path().to_string_lossy()]);
    world.proj.git(&["config", "core.sshCommand", "false"]);
    let hook = world.proj.path().join(".git/hooks/pre-push");
    world.proj.git(&["config", "remote.origin.pushurl", "ssh://nowhere.invalid/x"]);
    let run = world
        .proj
        .run(world.proj.command(&hook.to_string_lossy()).args(["origin", "ssh://nowhere.invalid/x"]));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.starts_with("warning: the records were not published: "), "{run}");
    assert_eq!(run.stderr.lines().count(), 1, "{run}");
}

#[test]
fn it_is_there_only_where_it_was_asked_for() {
    let (world, hub) = world();
    let installed = || world.proj.exists(".git/hooks/pre-push");
    world.proj.git(&["config", "skillsync.pushNotes", "never"]);
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    assert_eq!(published(&hub), "refs/heads/main");
    world.proj.git(&["config", "skillsync.pushNotes", "auto"]);
    // A bare URL is nobody's remote, and a hook below ours does not run it again.
    world.proj.write("x", "x").commit_all("more");
    world.proj.git(&["push", "--quiet", "../hub", "main"]);
    let nested = world.proj.path().join(".git/hooks/pre-push");
    let run = world.proj.run(
        world
            .proj
            .command(&nested.to_string_lossy())
            .env("GIT_SKILLSYNC_DEPTH", "1")
            .args(["origin", "../hub"]),
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(published(&hub), "refs/heads/main");
    // Installing again brings it up to date, uninstalling takes it out.
    let states = |args: &[&str]| world.proj.skillsync(&[&["hooks"], args].concat()).expect_success();
    assert!(states(&["install"]).contains("pre-push: already installed"));
    assert!(states(&["status"]).contains("pre-push: installed"));
    assert!(states(&["uninstall"]).contains("pre-push: removed"));
    assert!(!installed());
    assert!(!states(&["install"]).contains("pre-push") && !installed());
    assert!(states(&["status"]).contains("pre-push: not installed"));
}

#[test]
fn a_users_hook_gets_its_list_of_refs() {
    let (world, hub) = world();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.proj.write_program(".git/hooks/pre-push", "#!/bin/sh\ncat >list\n");
    world.proj.skillsync(&["hooks", "install", "--pre-push"]).expect_success();
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    assert!(world.proj.read("list").starts_with(&format!("refs/heads/main {} ", world.proj.head())));
    assert!(published(&hub).contains(NOTES));
}

#[test]
fn a_users_hook_gets_the_same_list_whatever_is_in_it() {
    let (world, _) = world();
    let hook = world.proj.path().join(".git/hooks/pre-push");
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.proj.write_program(".git/hooks/pre-push", "#!/bin/sh -e\ncat >list\nexit 3\n");
    world.proj.skillsync(&["hooks", "install", "--pre-push"]).expect_success();
    let null = "0".repeat(40);
    let deletion = format!("(delete) {null} refs/heads/x {null}\n");
    let odd = format!("refs/heads/$(touch\\ bad) {} refs/heads/y {null}\n", world.proj.head());
    let many: String =
        (0..3000).map(|at| format!("refs/heads/{at} {null} refs/heads/{at} {null}\n")).collect();
    for input in ["", &deletion, &odd, &many, "not a list\n"] {
        let file = world.sandbox.path("input");
        std::fs::write(&file, input).expect("written");
        let mut command = world.proj.command(&hook.to_string_lossy());
        command.args(["origin", "../hub"]).stdin(std::fs::File::open(&file).expect("opened"));
        let output = command.output().expect("run");
        assert_eq!(output.status.code(), Some(3), "the user's hook decides");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(world.proj.read("list"), input);
    }
    // Closed, as some tools call hooks.
    let closed = format!("exec <&-; . '{}'", hook.display());
    let run = world.proj.run(world.proj.command("sh").args(["-c", &closed, "hook", "origin", "../hub"]));
    assert!(run.code != 0 && !world.proj.exists("bad"), "{run}");
}

#[test]
fn records_are_carried_to_every_branch_that_is_pushed() {
    let (world, hub) = world();
    let mut edited = Vec::new();
    for (branch, text) in [("one", "1"), ("two", "2")] {
        world.proj.git(&["checkout", "--quiet", "-b", branch, "main"]);
        edited.push(world.edit_project(&[(7, text)]));
    }
    world.proj.git(&["tag", "--annotate", "--message=v1", "v1", "main"]);
    world.proj.git(&["push", "--quiet", "origin", "main", "v1"]);
    let noted = || hub.git(&["notes", "--ref=skillsync", "list"]);
    assert_eq!(noted().lines().count(), 1, "what is checked out is not pushed");
    world.proj.git(&["checkout", "--quiet", "main"]);
    world.proj.git(&["push", "--quiet", "origin", "one", "two", ":v1"]);
    for commit in &edited {
        let note = hub.git(&["notes", "--ref=skillsync", "show", commit]);
        assert!(note.contains("\"carried\":true"), "{note}");
    }
    assert_eq!(hub.git(&["for-each-ref", "--format=%(refname)", "refs/tags"]), "");
    // A server squashes one of them: its content is known.
    let squashed = hub.git(&["commit-tree", "-m", "Squash", "one^{tree}"]);
    hub.git(&["update-ref", "refs/heads/main", &squashed]);
    for branch in ["one", "two"] {
        hub.git(&["update-ref", "-d", &format!("refs/heads/{branch}")]);
    }
    let clone = hub.clone_to("clone");
    clone.git(&["fetch", "--quiet", "origin", "refs/notes/skillsync:refs/notes/skillsync"]);
    clone.skillsync(&["init", "../coll"]).expect_success();
    let status = clone.skillsync(&["status", "--json"]).json();
    assert_eq!(status["artifacts"][0]["base_from"], "rewritten");
}

#[test]
fn pushes_at_the_same_time_all_go_through() {
    let (world, hub) = world();
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    let names = ["review", "helper", "sheets", "pdf"];
    let clones: Vec<Repo> = (0..names.len()).map(|at| hub.clone_to(&format!("clone{at}"))).collect();
    for (at, (clone, name)) in clones.iter().zip(names).enumerate() {
        clone.skillsync(&["init", "../coll"]).expect_success();
        clone.skillsync(&["hooks", "install", "--pre-push"]).expect_success();
        clone.git(&["switch", "--quiet", "--create", &format!("b{at}")]);
        let target = if name == "pdf" { "collection" } else { "claude" };
        clone.skillsync(&["deploy", name, "--target", target]).expect_success();
        clone.commit_all("Deploy");
    }
    let start = |(at, clone): (usize, &Repo)| {
        let mut command = clone.command("git");
        command.args(["push", "--quiet", "origin", &format!("b{at}")]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started")
    };
    let children: Vec<_> = clones.iter().enumerate().map(start).collect();
    for child in children {
        let output = child.wait_with_output().expect("output");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), names.len() + 1);
}

#[test]
fn a_secret_in_any_commit_stops_the_push() {
    let (world, hub) = world();
    let key = format!("AKIA{}", "IOSFODNN7EXAMPLE");
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    world.edit_project(&[(8, &key)]);
    let leak = world.proj.git(&["rev-parse", "--short=10", "HEAD"]);
    world.edit_project(&[(8, "taken out again")]);
    let run = world.proj.try_git(&["push", "--quiet", "origin", "main"]);
    assert_ne!(run.code, 0);
    let said = format!(
        "warning: '.claude/skills/pdf/SKILL.md:8' has an AWS access key id (AKIA…, 20 characters), in {leak}\nhint: "
    );
    assert!(run.stderr.starts_with(&said), "{run}");
    assert_ne!(hub.git(&["rev-parse", "main"]), world.proj.head());
    // Elsewhere in the project it is none of ours, and what is there already is nobody's news.
    world.proj.git(&["push", "--quiet", "--no-verify", "origin", "main"]);
    world.proj.write("notes.txt", &key).commit_all("Not an artifact");
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    world.proj.git(&["push", "--quiet", "origin", "main:copy"]);
    // A deletion, and a push to somewhere without a name.
    world.proj.git(&["push", "--quiet", "origin", ":copy"]);
    let run = world.proj.try_git(&["push", "--quiet", "../hub", "main:other"]);
    assert!(run.code != 0 && run.stderr.contains(&leak), "{run}");
    world.proj.git(&["-c", "skillsync.scan=false", "push", "--quiet", "../hub", "main:other"]);
    // Time that is up is said, and stops nothing.
    world.edit_project(&[(8, &key), (9, "again")]);
    let run = world.proj.try_git(&["-c", "skillsync.hookTimeout=0", "push", "--quiet", "origin", "main"]);
    assert!(run.code == 0 && run.stderr.starts_with("warning: time was up: 1 commits"), "{run}");
}
