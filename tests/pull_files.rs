//! `pull` and the files of an artifact: modes, links, any bytes, what is untracked, what comes and goes.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");

#[test]
fn untracked_files_are_never_touched() {
    let world = World::deployed();
    world.coll.write("skills/pdf/new.txt", "theirs\n").commit_all("New file");
    world.proj.write(".claude/skills/pdf/new.txt", "mine\n").write(".claude/skills/pdf/own.txt", "own\n");
    world.porcelain();
    let before = world.everything();
    for args in [["pull"].as_slice(), &["pull", "--strategy", "overwrite", "--yes"]] {
        let run = world.proj.skillsync(args);
        assert!(run.code == 1 && run.stdout.contains("new.txt"), "{run}");
        assert!(world.everything() == before);
    }
    world.proj.remove(".claude/skills/pdf/new.txt");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(".claude/skills/pdf/own.txt"), "own\n");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "?? .claude/skills/pdf/own.txt");
    // The same content in the way is no loss.
    world.coll.write("skills/pdf/same.txt", "same\n").commit_all("Another");
    world.proj.write(".claude/skills/pdf/same.txt", "same\n");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.porcelain(), "");
}

#[test]
fn modes_links_binaries_and_any_bytes() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let crlf = |middle: &str| format!("a\r\nb\r\n{middle}\r\nd\r\ne\r\nf\r\ng\r\n");
    world.coll.write("skills/pdf/run", "#!/bin/sh\n1\n2\n3\n").write("skills/pdf/crlf", crlf("c"));
    world.coll.write("skills/pdf/open", "1\n2\n3\n4\n5\n6").write("skills/pdf/bin", b"\0one");
    symlink("notes.txt", world.coll.path().join("skills/pdf/link")).expect("link");
    world.coll.commit_all("More files");
    world.deploy(&["pdf"]);
    let here = |path: &str| format!(".claude/skills/pdf/{path}");
    world.proj.write(&here("run"), "#!/bin/sh\n1\n2\n3\nmine\n").write(&here("open"), "mine\n2\n3\n4\n5\n6");
    world.proj.write(&here("crlf"), crlf("c") + "mine\r\n").commit_all("Mine");
    world.coll.write_program("skills/pdf/run", "#!/bin/sh\n1\n2\n3\n").write("skills/pdf/bin", b"\0two\xff");
    world.coll.write("skills/pdf/crlf", "theirs\r\n".to_owned() + &crlf("c"));
    world.coll.write("skills/pdf/open", "1\n2\n3\n4\n5\ntheirs").remove("skills/pdf/link");
    symlink("SKILL.md", world.coll.path().join("skills/pdf/link")).expect("link");
    world.coll.commit_all("Theirs");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(&here("run")), "#!/bin/sh\n1\n2\n3\nmine\n");
    let mode = std::fs::metadata(world.proj.path().join(here("run"))).expect("file").permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    assert_eq!(world.proj.read(&here("crlf")), format!("theirs\r\n{}mine\r\n", crlf("c")));
    assert_eq!(world.proj.read(&here("open")), "mine\n2\n3\n4\n5\ntheirs");
    assert_eq!(std::fs::read(world.proj.path().join(here("bin"))).expect("file"), b"\0two\xff");
    let link = std::fs::read_link(world.proj.path().join(here("link"))).expect("link");
    assert_eq!(link.to_string_lossy(), "SKILL.md");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
}

#[test]
fn files_added_and_deleted_follow() {
    let world = World::deployed();
    world.coll.remove("skills/pdf/notes.txt").write("skills/pdf/deep/er/file", "x\n").commit_all("Reorder");
    world.proj.write(PLACED, skill(&[OURS])).commit_all("Ours");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert!(!world.proj.exists(".claude/skills/pdf/notes.txt"));
    assert_eq!(world.proj.read(".claude/skills/pdf/deep/er/file"), "x\n");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn a_folder_where_a_file_comes_and_the_reverse() {
    let world = World::deployed();
    world
        .coll
        .write("skills/pdf/deep/file", "theirs\n")
        .write("skills/pdf/flat", "theirs\n")
        .commit_all("More");
    for (path, strategy) in
        [("deep", "merge"), ("flat/mine", "merge"), ("deep", "overwrite"), ("flat/mine", "overwrite")]
    {
        let path = format!(".claude/skills/pdf/{path}");
        world.proj.write(&path, "mine\n");
        world.porcelain();
        let before = world.everything();
        for args in [["pull", "--yes", "--strategy", strategy].as_slice(), &["deploy", "pdf"]] {
            let run = world.proj.skillsync(args);
            assert!(run.code == 1 && run.stdout.contains(&path), "{run}");
            assert!(world.everything() == before);
        }
        world.proj.remove(&path);
    }
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_tracked_file_becomes_a_folder_and_the_reverse() {
    let world = World::new();
    world.coll.write("skills/pdf/deep/file", "1\n").write("skills/pdf/flat", "1\n").commit_all("More");
    world.deploy(&["pdf"]);
    world.coll.remove("skills/pdf/deep").remove("skills/pdf/flat");
    world.coll.write("skills/pdf/deep", "2\n").write("skills/pdf/flat/file", "2\n").commit_all("Turned");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(".claude/skills/pdf/flat/file"), "2\n");
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
}

#[test]
fn nothing_is_pulled_through_a_link() {
    let world = World::deployed();
    world.edit_collection(&[OURS]);
    world.porcelain();
    let moved = world.sandbox.path("moved");
    std::fs::rename(world.proj.path().join(".claude"), &moved).expect("move");
    std::os::unix::fs::symlink(&moved, world.proj.path().join(".claude")).expect("link");
    for args in [["pull"].as_slice(), &["pull", "--force"], &["pull", "--strategy", "overwrite", "--yes"]] {
        let before = world.everything();
        let run = world.proj.skillsync(args);
        assert_eq!(run.code, 1, "{run}");
        assert!(world.everything() == before, "{args:?}");
        assert_eq!(std::fs::read_to_string(moved.join("skills/pdf/SKILL.md")).expect("file"), skill(&[]));
    }
}
