//! `push` between other commands: never a silent revert, in any order; and nobody's push is lost.

use crate::support::{PLACED, Repo, SOURCE, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const MODIFIED: &str = "M.\tskill/pdf\t.claude/skills/pdf";

/// Both sides changed, apart.
fn diverged() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world.porcelain();
    world
}

/// The skill on a branch of the collection.
fn at(collection: &Repo, branch: &str) -> String {
    collection.git(&["show", &format!("{branch}:{SOURCE}")]) + "\n"
}

#[test]
fn pulled_and_not_committed_then_pushed() {
    let world = diverged();
    world.proj.skillsync(&["pull"]).expect_success();
    let said = world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(said, "skill/pdf  merged: as committed at HEAD");
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]), "the collection keeps its new version");
    assert_eq!(world.three(), [skill(&[OURS, THEIRS]), skill(&[OURS, THEIRS]), skill(&[OURS])]);
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.porcelain(), "");
}

#[test]
fn pulled_without_an_edit_and_not_committed_then_pushed() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    let before = world.coll.tree_snapshot();
    for args in [["push"].as_slice(), &["push", "--worktree"], &["push", "--allow-rewind"]] {
        world.proj.skillsync(args).expect_success();
        assert_eq!(world.coll.tree_snapshot(), before, "{args:?}");
    }
}

#[test]
fn pulled_and_reset_then_pushed() {
    for commit in [false, true] {
        let world = diverged();
        world.proj.skillsync(if commit { &["pull", "--commit"] } else { &["pull"] }).expect_success();
        let back = if commit { "HEAD~1" } else { "HEAD" };
        world.proj.git(&["reset", "--quiet", "--hard", back]);
        world.proj.skillsync(&["push"]).expect_success();
        assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]), "{commit}");
        assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    }
}

#[test]
fn an_update_reset_away_and_an_edit_on_the_old_version() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    world.edit_project(&[OURS]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, THEIRS]));
}

#[test]
fn a_reverted_update_is_not_pushed_unasked() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.git(&["revert", "--no-edit", "HEAD"]);
    world.porcelain();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["push"]), @"
    ----- stdout
    skill/pdf  skipped: would set '.claude/skills/pdf/SKILL.md' back to an older version of the collection
    ----- stderr
    hint: '--allow-rewind' pushes it all the same
    ----- status 1
    ");
    assert!(world.everything() == before);
    world.proj.skillsync(&["push", "--allow-rewind"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[]));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_topic_branch_moves_nothing_until_it_is_merged() {
    let world = diverged();
    let main = world.coll.head();
    world.proj.skillsync(&["push", "--branch", "topic"]).expect_success();
    assert_eq!(world.coll.head(), main);
    assert_eq!(world.coll.git(&["status", "--porcelain"]), "");
    assert_eq!(at(&world.coll, "topic"), skill(&[OURS, THEIRS]));
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]), "the edit stays");
    assert_eq!(world.porcelain(), MODIFIED);
    world.coll.git(&["merge", "--quiet", "topic"]);
    assert_eq!(world.porcelain(), "");
    world.edit_collection(&[OURS, (17, "newest")]);
    assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_rejected_topic_can_be_pushed_again() {
    let world = diverged();
    world.proj.skillsync(&["push", "--branch", "topic"]).expect_success();
    world.coll.git(&["branch", "--quiet", "-D", "topic"]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["push", "--branch", "topic"]).expect_success();
    world.proj.write(PLACED, skill(&[OURS, (12, "more")])).commit_all("More");
    world.proj.skillsync(&["push", "--branch", "topic"]).expect_success();
    assert_eq!(at(&world.coll, "topic"), skill(&[OURS, (12, "more"), THEIRS]));
    assert_eq!(world.coll.git(&["rev-list", "--count", "main..topic"]), "2");
    world.coll.git(&["branch", "--quiet", "-D", "topic"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(SOURCE), skill(&[OURS, (12, "more"), THEIRS]));
}

#[test]
fn a_squashed_topic_is_known_by_its_trailer_or_merged_again() {
    for (keeps_message, porcelain) in [(true, ".M"), (false, "MM")] {
        let world = diverged();
        world.proj.skillsync(&["push", "--branch", "topic"]).expect_success();
        let message = world.coll.git(&["log", "-1", "--format=%B", "topic"]);
        world.coll.git(&["merge", "--quiet", "--squash", "topic"]);
        let message =
            if keeps_message { format!("Improve (#1)\n\n{message}") } else { "Squashed".to_owned() };
        world.coll.git(&["commit", "--quiet", "-m", &message]);
        assert_eq!(world.porcelain(), format!("{porcelain}\tskill/pdf\t.claude/skills/pdf"));
        assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
        assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
        assert_eq!(world.porcelain(), "");
    }
}

#[test]
fn what_the_collection_reverted_is_not_pushed_again() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.proj.skillsync(&["push"]).expect_success();
    world.coll.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(world.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    let tip = world.coll.head();
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.head(), tip);
    assert_eq!(world.outcome(&["pull", "--commit"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}

/// A bare collection `hub.git` with the skill, and two projects `one` and `two` that follow its URL or path.
fn hub(world: &World, url: bool) -> (Repo, [Repo; 2]) {
    let hub = world.sandbox.bare_repo("hub.git");
    world.coll.git(&["push", "--quiet", "../hub.git", "main"]);
    let path = hub.path().to_string_lossy().into_owned();
    let place = if url { format!("file://{path}") } else { path };
    let projects = ["one", "two"].map(|name| {
        let project = world.sandbox.repo(name);
        project.skillsync(&["init", &place]).expect_success();
        project.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        project
    });
    (hub, projects)
}

#[test]
fn to_a_bare_collection_and_to_a_url() {
    for url in [false, true] {
        let world = World::new();
        let (hub, [one, two]) = hub(&world, url);
        one.write(PLACED, skill(&[OURS])).commit_all("One");
        one.skillsync(&["push"]).expect_success();
        assert_eq!(at(&hub, "main"), skill(&[OURS]), "{url}");
        assert_eq!(one.skillsync(&["status", "--porcelain"]).stdout, "");
        two.skillsync(&["pull", "--commit"]).expect_success();
        assert_eq!(two.read(PLACED), skill(&[OURS]), "{url}");
        assert_eq!(hub.git(&["log", "-1", "--format=%an"]), "Ada Lovelace");
    }
}

#[test]
fn somebody_else_pushed_in_between() {
    let world = World::new();
    let (hub, [one, two]) = hub(&world, true);
    one.write(PLACED, skill(&[OURS])).commit_all("One");
    two.write(PLACED, skill(&[THEIRS])).commit_all("Two");
    // While `one` pushes, the server moves the branch once, as if another push had won.
    let clone = hub.clone_to("clone");
    clone.write("README", "Raced.\n").commit_all("Raced");
    clone.git(&["push", "--quiet", "origin", "HEAD:refs/heads/raced"]);
    hub.write_program(
        "hooks/pre-receive",
        "#!/bin/sh\n[ -e raced ] && exit 0\n>raced\nunset GIT_QUARANTINE_PATH\n\
         git update-ref refs/heads/main refs/heads/raced\n",
    );
    one.skillsync(&["push"]).expect_success();
    assert!(hub.exists("raced"), "the race took place");
    two.skillsync(&["push"]).expect_success();
    assert_eq!(at(&hub, "main"), skill(&[OURS, THEIRS]));
    assert_eq!(hub.git(&["show", "main:README"]), "Raced.");
    assert_eq!(hub.git(&["rev-list", "--count", "main"]), "4");
}

#[test]
fn pushes_at_the_same_time_all_land() {
    for url in [false, true] {
        let world = World::new();
        let (hub, [one, two]) = hub(&world, url);
        one.write(PLACED, skill(&[OURS])).commit_all("One");
        two.write(PLACED, skill(&[THEIRS])).commit_all("Two");
        let children = [&one, &two].map(|repo| {
            let mut command = repo.command("git-skillsync");
            command.args(["push", "--quiet"]).spawn().expect("push")
        });
        for mut child in children {
            assert!(child.wait().expect("push").success(), "{url}");
        }
        assert_eq!(at(&hub, "main"), skill(&[OURS, THEIRS]), "{url}");
        hub.git(&["fsck", "--strict", "--no-dangling"]);
    }
}

/// Each edits a line of its own; who looked before another one landed has to look again.
#[test]
fn nobody_overwrites_what_landed_meanwhile() {
    let world = World::new();
    let hub = world.sandbox.bare_repo("hub.git");
    world.coll.git(&["push", "--quiet", "../hub.git", "main"]);
    let place = hub.path().to_string_lossy().into_owned();
    let edits: Vec<_> = (3..=8).map(|at| (2 * at, format!("edit {at}"))).collect();
    let edits: Vec<_> = edits.iter().map(|(line, text)| (*line, text.as_str())).collect();
    let mut children = Vec::new();
    for edit in &edits {
        let project = world.sandbox.repo(edit.1);
        project.skillsync(&["init", &place]).expect_success();
        project.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        project.write(PLACED, skill(&[*edit])).commit_all(edit.1);
        children.push(project);
    }
    let push = |project: &Repo| project.command("git-skillsync").args(["push", "-q"]).spawn().expect("push");
    let children: Vec<_> = children.iter().map(push).collect();
    for mut child in children {
        assert!(child.wait().expect("push").success());
    }
    assert_eq!(at(&hub, "main"), skill(&edits));
    assert_eq!(hub.git(&["rev-list", "--count", "--grep=Skillsync-Content", "main"]), "6");
}

#[test]
fn a_server_that_refuses_is_told_as_it_is() {
    let world = World::new();
    let (hub, [one, _]) = hub(&world, true);
    one.write(PLACED, skill(&[OURS])).commit_all("One");
    hub.write_program("hooks/pre-receive", "#!/bin/sh\necho 'protected branch' >&2\nexit 1\n");
    let tip = hub.git(&["rev-parse", "main"]);
    let run = one.skillsync(&["push"]);
    assert!(run.code != 0 && run.to_string().contains("protected branch"), "{run}");
    assert_eq!(hub.git(&["rev-parse", "main"]), tip);
    std::fs::remove_file(hub.path().join("hooks/pre-receive")).expect("hook");
    assert_eq!(
        one.skillsync(&["status", "--porcelain"]).stdout,
        format!("{MODIFIED}\n"),
        "nothing is forgotten"
    );
    one.skillsync(&["push"]).expect_success();
    assert_eq!(at(&hub, "main"), skill(&[OURS]));
}

#[test]
fn a_pin_takes_nothing_back_that_the_collection_has_since() {
    for command in [&["push"][..], &["push", "--worktree"], &["sync", "--commit"]] {
        let world = World::new();
        world.coll.git(&["tag", "v1"]);
        world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--commit"]).expect_success();
        world.edit_collection(&[(17, "theirs")]);
        world.edit_project(&[(7, "ours")]);
        world.proj.skillsync(command).expect_success();
        // A sync pushes only what the collection has not changed too.
        let sent =
            if command[0] == "push" { vec![(7, "ours"), (17, "theirs")] } else { vec![(17, "theirs")] };
        assert_eq!(world.coll.read(SOURCE), skill(&sent), "{command:?}");
        assert_eq!(world.proj.read(PLACED), skill(&[(7, "ours")]), "the pin holds here");
    }
    // The same place: it is a conflict with what the collection has now.
    let world = World::new();
    world.coll.git(&["tag", "v1"]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--commit"]).expect_success();
    world.edit_collection(&[(7, "theirs")]);
    world.edit_project(&[(7, "ours")]);
    assert_eq!(world.outcome(&["push"]), ("aborted".into(), 1));
    let received = world.coll.skillsync(&["pull", "--project", "../proj"]);
    assert_eq!((received.code, world.coll.read(SOURCE)), (1, skill(&[(7, "theirs")])), "{received}");
}
