//! Repositories that keep their refs in tables (`git init --ref-format=reftable`): everything works as
//! where each ref is a file, and no such file ever appears.

use crate::support::{PLACED, Repo, Run, SOURCE, Sandbox, World, skill};
use std::io::Write;
use std::path::Path;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// A project and a collection, both with tables; none where git is too old for them, which is said.
fn world() -> Option<World> {
    let sandbox = Sandbox::new();
    let repo = |name: &str| {
        let git = sandbox.command("git", sandbox.root()).args(["--version"]).output().expect("git");
        let version = String::from_utf8_lossy(&git.stdout).into_owned();
        let run = Run::of(
            &sandbox,
            sandbox.command("git", sandbox.root()).args(["init", "-q", "--ref-format=reftable", name]),
        );
        if run.code != 0 {
            assert!(run.stderr.contains("ref-format"), "{run}");
            let _ = writeln!(std::io::stderr(), "reftable: not tested, it needs git 2.45: {version}");
            return None;
        }
        Some(sandbox.open(name))
    };
    let (coll, proj) = (repo("coll")?, repo("proj")?);
    coll.write(SOURCE, skill(&[])).write("skills/pdf/notes.txt", "one\ntwo\nthree\n");
    coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets")]));
    coll.commit_all("Add artifacts");
    proj.write("README", "A project.\n").commit_all("Start");
    proj.skillsync(&["init", "../coll"]).expect_success();
    Some(World { sandbox, coll, proj })
}

/// The files below `refs` and `logs`, but for the one that git puts there to keep others out.
fn ref_files(repo: &Repo) -> Vec<String> {
    fn list(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                list(&path, found);
            } else if !path.ends_with("refs/heads") {
                found.push(path.display().to_string());
            }
        }
    }
    let common = repo.path().join(repo.git(&["rev-parse", "--git-common-dir"]));
    let mut found = Vec::new();
    list(&common.join("refs"), &mut found);
    list(&common.join("logs"), &mut found);
    for name in ["packed-refs", "ORIG_HEAD"] {
        found.extend(common.join(name).exists().then(|| name.to_owned()));
    }
    found
}

#[test]
fn the_whole_session_works_and_leaves_no_ref_file() {
    let Some(world) = world() else { return };
    let World { proj, coll, .. } = &world;
    world.deploy(&["pdf"]);
    assert_eq!(world.note().len(), 1, "the hook wrote the record");
    let listed = proj.git(&["notes", "--ref=skillsync", "list"]);
    assert!(listed.ends_with(&proj.head()), "{listed}");
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    proj.git(&["commit", "--quiet", "--message", "Pull"]);
    assert_eq!(world.outcome(&["push"]), ("updated".into(), 0));
    assert_eq!(coll.read(SOURCE), skill(&[OURS, THEIRS]), "the branch is checked out there");
    assert_eq!(world.porcelain(), "");
    // A conflict, taken back; an undo.
    world.edit_project(&[OURS, (12, "mine")]);
    world.edit_collection(&[OURS, THEIRS, (12, "yours")]);
    assert_eq!(world.outcome(&["pull"]), ("conflict".into(), 1));
    assert_eq!(proj.git(&["status", "--porcelain"]), "UU .claude/skills/pdf/SKILL.md");
    proj.skillsync(&["abort"]).expect_success();
    assert_eq!(proj.git(&["status", "--porcelain"]), "");
    proj.skillsync(&["deploy", "sheets"]).expect_success();
    proj.skillsync(&["undo"]).expect_success();
    assert_eq!(proj.git(&["status", "--porcelain"]), "");
    let log = proj.skillsync(&["log", "--json"]).json();
    assert_eq!(log["operations"].as_array().expect("operations").len(), 7, "{log}");
    proj.skillsync(&["doctor", "--verify"]).expect_success();
    for repo in [proj, coll] {
        repo.git(&["fsck", "--strict"]);
        assert_eq!(ref_files(repo), [""; 0]);
    }
}

#[test]
fn what_moved_head_is_read_from_its_log() {
    let Some(world) = world() else { return };
    world.deploy(&["pdf"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    // Amended without a hook: the log of HEAD tells.
    world.proj.write(PLACED, skill(&[(17, "theirs, but better"), OURS]));
    world.proj.git(&["commit", "--quiet", "--all", "--amend", "-m", "Said better"]);
    assert_eq!(world.note().len(), 0);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.note().len(), 1, "{:?}", world.note());
    // A pull that a reset threw away does not count; one that was put away does when it is back.
    world.edit_collection(&[THEIRS, (12, "more")]);
    for (away, back) in [(&["reset", "--hard", "--quiet"][..], None), (&["stash"], Some(["stash", "pop"]))] {
        assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
        world.proj.git(away);
        assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf", "{away:?}");
        if let Some(back) = back {
            world.proj.git(&back);
            assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
        }
    }
    assert_eq!(ref_files(&world.proj), [""; 0]);
}

#[test]
fn revisions_and_operations_of_git_are_seen() {
    let Some(world) = world() else { return };
    world.coll.git(&["tag", "-a", "-m", "first", "v1"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--commit"]).expect_success();
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    assert_eq!(world.porcelain(), "", "pinned");
    let shown = world.proj.skillsync(&["notes", "show", "HEAD~0"]).expect_success();
    assert!(shown.contains("skill/pdf") || shown.contains(".claude/skills/pdf"), "{shown}");
    assert_eq!(world.proj.skillsync(&["notes", "show", "HEAD@{99}"]).code, 128);
    // What git notes as a ref (and not as a file) is seen: a cherry-pick stops us.
    world.proj.git(&["checkout", "--quiet", "-b", "side"]);
    world.proj.write("README", "side\n").commit_all("side");
    world.proj.git(&["checkout", "--quiet", "main"]);
    world.proj.write("README", "main\n").commit_all("main");
    assert_ne!(world.proj.try_git(&["cherry-pick", "side"]).code, 0);
    let refused = world.proj.skillsync(&["deploy", "sheets"]);
    assert_eq!(refused.code, 128);
    assert!(refused.stderr.contains("a cherry-pick is in progress"), "{refused}");
}

#[test]
fn linked_worktrees_have_their_own_head_and_pending_records() {
    let Some(world) = world() else { return };
    world.deploy(&["pdf"]);
    let linked = world.proj.worktree("linked");
    linked.skillsync(&["deploy", "sheets"]).expect_success();
    assert_eq!(world.porcelain(), "", "the other work tree's record waits there");
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    linked.commit_all("Sheets");
    // Whoever comes first to write writes it down.
    world.proj.skillsync(&["pull"]).expect_success();
    let note = linked.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(note.contains(".claude/skills/sheets"), "{note}");
    let status = linked.skillsync(&["status", "--porcelain", "--verbose"]).expect_success();
    assert_eq!(status.lines().count(), 2, "{status}");
    assert_eq!(ref_files(&world.proj), [""; 0]);
}

#[test]
fn notes_are_shared_and_merged() {
    let Some(world) = world() else { return };
    world.deploy(&["pdf"]);
    let server = world.sandbox.bare_repo("server.git");
    world.proj.git(&["remote", "add", "origin", &server.path().to_string_lossy()]);
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    let url = server.path().to_string_lossy().into_owned();
    world.sandbox.git(&["clone", "-q", "--ref-format=reftable", &url, "other"]);
    let other = world.sandbox.open("other");
    other.skillsync(&["init", &world.coll.path().to_string_lossy()]).expect_success();
    other.skillsync(&["notes", "fetch"]).expect_success();
    let status = other.skillsync(&["status", "--json", "--verbose"]).json();
    assert_eq!(status["artifacts"][0]["base_from"], "note", "{status}");
    // Both record something; the second one to push merges.
    other.skillsync(&["deploy", "sheets", "--commit"]).expect_success();
    other.git(&["push", "--quiet", "origin", "main"]);
    other.skillsync(&["notes", "push"]).expect_success();
    world.edit_collection(&[THEIRS]);
    world.proj.git(&["pull", "--quiet", "origin", "main"]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.proj.skillsync(&["notes", "push"]).expect_success();
    let notes = world.proj.git(&["notes", "--ref=skillsync", "list"]);
    assert_eq!(notes.lines().count(), 3, "{notes}");
    for repo in [&world.proj, &other] {
        assert_eq!(ref_files(repo), [""; 0]);
    }
}

#[test]
fn a_git_that_is_too_old_is_named() {
    let Some(world) = world() else { return };
    // A stand-in that says what git 2.39 says.
    let folder = world.sandbox.folder("old");
    folder.write_program(
        "git",
        "#!/bin/sh\necho 'fatal: unknown repository extension found:' >&2\necho '\trefstorage' >&2\nexit 128\n",
    );
    let mut status = world.proj.command(env!("CARGO_BIN_EXE_git-skillsync"));
    let path = std::env::var("PATH").expect("PATH");
    let run =
        world.proj.run(status.args(["status"]).env("PATH", format!("{}:{path}", folder.path().display())));
    assert_eq!(run.code, 128, "{run}");
    assert!(run.stderr.contains("reftable needs git 2.45 or later"), "{run}");
}
