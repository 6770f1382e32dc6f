//! Links between the places of harnesses, outside git, in the user's own folders, and where there are none.

use super::Plain;
use crate::support::{Repo, SOURCE, skill};

const LINKED: &[&str] = &["--method", "symlink", "--target", "claude", "--target", "codex"];
const LINK: &str = ".codex/skills/pdf";

fn target_of(folder: &Repo, link: &str) -> Option<String> {
    let found = std::fs::read_link(folder.path().join(link)).ok()?;
    Some(found.to_str().expect("UTF-8").to_owned())
}

/// Deploy, edit through the link, pull, push, undo, and all that may become of a link; `more` are the words
/// that make each command about this folder.
fn session(plain: &Plain, folder: &Repo, more: &[&str]) {
    let run = |args: &[&str]| plain.folder.skillsync(&[args, more].concat());
    let status = || run(&["status", "--porcelain"]).expect_success();
    run(&[&["deploy", "pdf", "--from", "../coll"], LINKED].concat()).expect_success();
    assert_eq!(target_of(folder, LINK).as_deref(), Some("../../.claude/skills/pdf"));
    assert_eq!(status(), "");
    // What was just placed can go again.
    run(&["remove", "pdf"]).expect_success();
    assert!(!folder.exists(".codex/skills") && !folder.exists(".claude/skills"));
    run(&[&["deploy", "pdf"], LINKED].concat()).expect_success();
    // An edit through the link is one of the copy.
    folder.write(".codex/skills/pdf/SKILL.md", skill(&[(7, "ours")]));
    plain.edit_collection(&[(17, "theirs")]);
    assert_eq!(status(), "MM\tskill/pdf\t.claude/skills/pdf");
    run(&["pull"]).expect_success();
    assert_eq!(folder.read(".codex/skills/pdf/SKILL.md"), skill(&[(7, "ours"), (17, "theirs")]));
    assert!(target_of(folder, LINK).is_some());
    run(&["undo"]).expect_success();
    assert_eq!(folder.read(".claude/skills/pdf/SKILL.md"), skill(&[(7, "ours")]));
    run(&["pull"]).expect_success();
    run(&["push"]).expect_success();
    assert_eq!(plain.coll.read(SOURCE), skill(&[(7, "ours"), (17, "theirs")]));
    assert_eq!(status(), "");
    // The collection's new name.
    plain.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    plain.coll.commit_all("Rename");
    run(&["pull", "--rename"]).expect_success();
    assert_eq!(target_of(folder, ".codex/skills/pages").as_deref(), Some("../../.claude/skills/pages"));
    assert_eq!((target_of(folder, LINK), status()), (None, String::new()));
    // A link that is gone is said, and comes back.
    std::fs::remove_file(folder.path().join(".codex/skills/pages")).expect("removed");
    assert_eq!(status(), "D.\tskill/pages\t.codex/skills/pages");
    run(&[&["deploy", "pages"], LINKED].concat()).expect_success();
    assert_eq!((target_of(folder, ".codex/skills/pages").is_some(), status()), (true, String::new()));
    assert_eq!(run(&["remove", "pages", "--target", "claude"]).code, 1, "a link leads to it");
    run(&["remove", "pages"]).expect_success();
    assert!(!folder.exists(".codex/skills") && !folder.exists(".claude/skills"));
    assert_eq!(status(), "");
}

#[cfg(unix)]
#[test]
fn in_a_folder_outside_git() {
    let plain = Plain::new();
    session(&plain, &plain.folder.clone(), &[]);
}

#[cfg(unix)]
#[test]
fn in_the_users_own_folders() {
    let plain = Plain::new();
    let home = plain.sandbox.open("home");
    session(&plain, &home, &["--user"]);
}

#[cfg(unix)]
#[test]
fn where_there_are_no_links_copies_are_placed() {
    let plain = Plain::deployed();
    plain.folder.git(&["--git-dir=.skillsync/store", "config", "core.symlinks", "false"]);
    plain.folder.skillsync(&[&["deploy", "sheets"], LINKED].concat()).expect_success();
    assert!(plain.folder.path().join(".codex/skills/sheets").symlink_metadata().expect("there").is_dir());
    // And where what is linked to could not be placed, nothing is.
    let plain = Plain::new();
    plain.folder.write(".claude/skills/pdf/SKILL.md", "mine\n");
    let run = plain.folder.skillsync(&[&["deploy", "pdf", "--from", "../coll"], LINKED].concat());
    assert_eq!(run.code, 1, "{run}");
    assert!(plain.folder.path().join(LINK).symlink_metadata().expect("there").is_dir(), "a copy of its own");
}

#[cfg(unix)]
#[test]
fn the_record_of_a_link_goes_along_when_the_folder_becomes_a_repository() {
    let plain = Plain::new();
    plain.folder.skillsync(&[&["deploy", "pdf", "--from", "../coll"], LINKED].concat()).expect_success();
    plain.folder.skillsync(&["status"]).expect_success();
    plain.folder.git(&["init", "--quiet"]);
    plain.folder.commit_all("All of it");
    plain.folder.skillsync(&["pull"]).expect_success();
    let note = plain.folder.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(note.lines().count() == 2 && note.contains(r#""method":"symlink""#), "{note}");
    plain.folder.skillsync(&["remove", "pdf"]).expect_success();
    assert_eq!(target_of(&plain.folder, LINK), None);
}
