//! `abort` and `undo` after random edits: work tree and index are as before, byte for byte.

use crate::referee::say;
use crate::support::{PLACED, Repo, Sandbox, World, skill};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

/// One change of one file on one side.
#[derive(Debug, Clone, Copy)]
struct Edit {
    what: u8,
    file: u8,
    number: u8,
}

/// A project and a collection that both changed, a pull, and what takes it back.
#[derive(Debug, Clone)]
struct Case {
    theirs: Vec<Edit>,
    committed: Vec<Edit>,
    staged: Vec<Edit>,
    unstaged: Vec<Edit>,
    pull: u8,
    by_undo: bool,
    afterwards: Vec<Edit>,
}

/// The files that are edited, in the skill's folder.
const FILES: [&str; 6] = ["SKILL.md", "notes.txt", "run.sh", "data/a.txt", "data/deep/b.txt", "new/c.txt"];

const PULLS: [&[&str]; 8] = [
    &[],
    &["--auto-resolve", "ours"],
    &["--auto-resolve", "theirs"],
    &["--strategy", "fork"],
    &["--strategy", "overwrite", "--yes"],
    &["--rename"],
    &["--prune", "--yes"],
    &["--atomic"],
];

fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    let edit = (0u8..7, 0u8..6, 0u8..20).prop_map(|(what, file, number)| Edit { what, file, number });
    proptest::collection::vec(edit, 0..=most)
}

fn case() -> impl Strategy<Value = Case> {
    let sides = (edits(4), edits(3), edits(2), edits(2));
    (sides, 0u8..8, any::<bool>(), edits(3)).prop_map(|(sides, pull, by_undo, afterwards)| {
        let (theirs, committed, staged, unstaged) = sides;
        Case { theirs, committed, staged, unstaged, pull, by_undo, afterwards }
    })
}

fn apply(repo: &Repo, folder: &str, edits: &[Edit], word: &str) {
    for edit in edits {
        let path = format!("{folder}/{}", FILES[usize::from(edit.file)]);
        let full = repo.path().join(&path);
        if !repo.path().join(folder).is_dir() {
            return;
        }
        match edit.what {
            // One line, others' or new.
            0..=2 => {
                let text = if full.is_file() { repo.read(&path) } else { String::new() };
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                let at = usize::from(edit.number);
                lines.resize(lines.len().max(at + 1), String::new());
                lines[at] = format!("{word} {}", edit.number);
                write(&full, (lines.join("\n") + "\n").as_bytes());
            }
            3 if full.exists() && !path.ends_with("SKILL.md") => remove(&full, repo.path()),
            4 if full.is_file() => flip_mode(&full),
            5 if full.is_file() && !path.ends_with("SKILL.md") => {
                let bytes = std::fs::read(&full).expect("file");
                remove(&full, repo.path());
                write(&repo.path().join(format!("{folder}/moved-{}.txt", edit.number % 3)), &bytes);
            }
            6 if !path.ends_with("SKILL.md") => {
                if full.symlink_metadata().is_ok() {
                    remove(&full, repo.path());
                }
                std::fs::create_dir_all(full.parent().expect("a folder")).expect("folder");
                std::os::unix::fs::symlink("SKILL.md", &full).expect("link");
            }
            _ => {}
        }
    }
}

/// Never through a link.
fn write(path: &Path, bytes: &[u8]) {
    if path.is_symlink() {
        std::fs::remove_file(path).expect("removed");
    }
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    std::fs::write(path, bytes).expect("written");
}

fn remove(path: &Path, root: &Path) {
    std::fs::remove_file(path).expect("removed");
    let mut folder = path.parent();
    // As git does.
    while let Some(empty) = folder.filter(|folder| *folder != root) {
        if std::fs::remove_dir(empty).is_err() {
            break;
        }
        folder = empty.parent();
    }
}

fn flip_mode(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if path.is_symlink() {
        return;
    }
    let is_program = path.metadata().expect("metadata").permissions().mode() & 0o100 != 0;
    let mode = if is_program { 0o644 } else { 0o755 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("mode");
}

/// Work tree, index and HEAD; not what the log and the notes say.
fn snapshot(repo: &Repo) -> String {
    let text = repo.tree_snapshot();
    let kept = |line: &&str| !line.starts_with("refs/skillsync/") && !line.starts_with("refs/notes/");
    let mut text: String = text.lines().filter(kept).map(|line| format!("{line}\n")).collect();
    text += &repo.git(&["status", "--porcelain", "--ignored"]);
    text += &std::fs::read_to_string(repo.path().join(".git/MERGE_MSG")).unwrap_or_default();
    text
}

fn world() -> World {
    let world = World::within(Sandbox::in_memory());
    for file in &FILES[1..5] {
        let lines: String = (0..20).map(|number| format!("{file} {number}\n")).collect();
        world.coll.write(&format!("skills/pdf/{file}"), lines);
    }
    world.coll.commit_all("Grow");
    world.deploy(&["pdf", "sheets"]);
    world
}

const FOLDER: &str = ".claude/skills/pdf";

fn check(case: &Case, seen: &RefCell<BTreeMap<String, usize>>) -> Result<(), TestCaseError> {
    let world = world();
    let Case { theirs, committed, staged, unstaged, .. } = case;
    apply(&world.coll, "skills/pdf", theirs, "theirs");
    world.coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets"), (9, "theirs")]));
    match case.pull {
        5 => {
            world.coll.git(&["add", "--all"]);
            world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
        }
        6 => drop(world.coll.git(&["rm", "-rqf", "skills/sheets"])),
        _ => {}
    }
    world.coll.commit_all("Theirs");
    apply(&world.proj, FOLDER, committed, "ours");
    world.proj.commit_all("Ours");
    apply(&world.proj, FOLDER, staged, "staged");
    world.proj.git(&["add", "--all"]);
    apply(&world.proj, FOLDER, unstaged, "unstaged");
    world.proj.write(&format!("{FOLDER}/untracked"), "mine\n").write("outside.txt", "mine\n");
    world.porcelain();
    let before = snapshot(&world.proj);
    let args = [&["pull"], PULLS[usize::from(case.pull)]].concat();
    let (document, code) = world.json(&args);
    prop_assert!([0, 1].contains(&code), "{args:?}: {document}");
    let statuses = document["results"].as_array().into_iter().flatten();
    for status in statuses.filter_map(|result| result["status"].as_str()) {
        *seen.borrow_mut().entry(status.to_owned()).or_default() += 1;
    }
    if document["operation"].is_null() {
        prop_assert_eq!(snapshot(&world.proj), before, "nothing was done, and something changed");
        return Ok(());
    }
    let results = document["results"].as_array().into_iter().flatten();
    let is_pulled = |status: &str| !["skipped", "aborted", "up_to_date", "failed"].contains(&status);
    let pulled = results
        .filter(|result| result["artifact_name"] == "pdf" || result["artifact_name"] == "pages")
        .any(|result| result["status"].as_str().is_some_and(is_pulled));
    if !case.by_undo && pulled {
        // Edits of what is tracked; 'abort' throws them away and keeps them in the log.
        let tracked = |edit: &&Edit| {
            let path = format!("{FOLDER}/{}", FILES[usize::from(edit.file)]);
            edit.what < 5 && world.proj.try_git(&["ls-files", "--error-unmatch", "--", &path]).code == 0
        };
        let later: Vec<Edit> = case.afterwards.iter().filter(tracked).copied().collect();
        apply(&world.proj, FOLDER, &later, "later");
    }
    let way = if case.by_undo { "undo" } else { "abort" };
    let run = world.proj.skillsync(&[way]);
    prop_assert_eq!(run.code, 0, "{}: {}", way, run);
    let after = snapshot(&world.proj);
    if after != before {
        let (left, right): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        let gone: Vec<&&str> = left.iter().filter(|line| !right.contains(line)).collect();
        let new: Vec<&&str> = right.iter().filter(|line| !left.contains(line)).collect();
        return Err(TestCaseError::fail(format!(
            "{way} after {args:?}:\n- {gone:#?}\n+ {new:#?}\n{document}"
        )));
    }
    *seen.borrow_mut().entry(way.to_owned()).or_default() += 1;
    Ok(())
}

#[test]
fn everything_is_as_before() {
    let cases = if crate::support::is_full() { 1000 } else { 24 };
    let seen = RefCell::new(BTreeMap::new());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    TestRunner::new(config).run(&case(), |case| check(&case, &seen)).unwrap_or_else(|why| panic!("{why}"));
    let seen = seen.borrow();
    say(&format!("take_back: {cases} random pulls: {seen:?}; every byte, mode and index entry as before"));
    assert!(seen.contains_key("abort") && seen.contains_key("undo"), "{seen:?}");
}

#[test]
fn a_conflict_leaves_nothing() {
    let world = World::deployed();
    world.edit_project(&[(7, "ours")]);
    world.edit_collection(&[(7, "theirs")]);
    world.porcelain();
    let before = snapshot(&world.proj);
    assert_eq!(world.proj.skillsync(&["pull", "--auto-resolve", "mark"]).code, 1);
    assert!(world.proj.read(PLACED).contains("<<<<<<<"));
    world.proj.skillsync(&["abort"]).expect_success();
    assert_eq!(snapshot(&world.proj), before);
}
