//! The merge of one artifact: special cases with git as referee, kinds of conflict, favor, contains.

use crate::referee::{Court, File, Files, git_merges_trees};
use git_skillsync::git::Objects;
use git_skillsync::merge::{ConflictKind, Engine, Favor, Merged};
use git_skillsync::model::{content::Content, path::RepoPath};
use gix::objs::tree::EntryKind;

pub const PATH: &str = "skills/pdf";

/// Files written as `path`, `path*` (executable) or `path@` (link), each with its content.
pub fn files(list: &[(&str, &str)]) -> Files {
    let entry = |(name, text): &(&str, &str)| -> (String, File) {
        let (name, kind) = match name.strip_suffix(['*', '@']) {
            Some(path) if name.ends_with('*') => (path, EntryKind::BlobExecutable),
            Some(path) => (path, EntryKind::Link),
            None => (*name, EntryKind::Blob),
        };
        (name.to_owned(), (kind, text.as_bytes().to_vec()))
    };
    list.iter().map(entry).collect()
}

/// The files of one version.
pub type Version<'a> = &'a [(&'a str, &'a str)];

pub const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
pub const OURS: &str = "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
pub const THEIRS: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nTEN\n";
const CLASH: &str = "1\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
pub const OTHER: &str = "alpha\nbeta\ngamma\ndelta\nepsilon\n";

/// Name, base, ours, theirs, and the kinds of the conflicts in path order.
type Case<'a> = (&'a str, Version<'a>, Version<'a>, Version<'a>, &'a [ConflictKind]);

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case<'static>> {
    use ConflictKind::*;
    vec![
        ("clean", &[("a", LINES)], &[("a", OURS)], &[("a", THEIRS)], &[]),
        ("content", &[("a", LINES)], &[("a", OURS)], &[("a", CLASH)], &[Content]),
        (
            "modify/delete",
            &[("a", LINES), ("b", "b")],
            &[("a", OURS), ("b", "b")],
            &[("b", "b")],
            &[ModifyDelete],
        ),
        (
            "delete/modify",
            &[("a", LINES), ("b", "b")],
            &[("b", "b")],
            &[("a", OURS), ("b", "b")],
            &[DeleteModify],
        ),
        ("add/add", &[("b", "b")], &[("a", OURS), ("b", "b")], &[("a", CLASH), ("b", "b")], &[AddAdd]),
        ("add/add, same", &[("b", "b")], &[("a", OURS), ("b", "b")], &[("a", OURS), ("b", "c")], &[]),
        ("add/add, mode", &[("b", "b")], &[("a", OURS), ("b", "b")], &[("a*", OURS), ("b", "b")], &[Mode]),
        (
            "add/add, mode too",
            &[("b", "b")],
            &[("a", OURS), ("b", "b")],
            &[("a*", CLASH), ("b", "b")],
            &[AddAdd],
        ),
        (
            "add/add, a program",
            &[("b", "b")],
            &[("a*", OURS), ("b", "b")],
            &[("a", CLASH), ("b", "b")],
            &[AddAdd],
        ),
        (
            "add/add, type",
            &[("b", "b")],
            &[("a", OURS), ("b", "b")],
            &[("a@", "b"), ("b", "b")],
            &[Type, Type],
        ),
        ("no base", &[], &[("a", OURS)], &[("a", CLASH)], &[AddAdd]),
        ("theirs gone", &[("a", LINES), ("b", "b")], &[("a", OURS), ("b", "b")], &[], &[ModifyDelete]),
        ("ours gone", &[("a", LINES), ("b", "b")], &[], &[("a", OURS), ("b", "b")], &[DeleteModify]),
        ("binary", &[("a", "\0a")], &[("a", "\0b")], &[("a", "\0c")], &[Binary]),
        ("link", &[("a@", "x")], &[("a@", "y")], &[("a@", "z")], &[Binary]),
        ("exec and content", &[("a", LINES)], &[("a*", LINES)], &[("a", THEIRS)], &[]),
        ("exec, both the same edit", &[("a", LINES)], &[("a*", OURS)], &[("a", OURS)], &[]),
        ("exec and binary", &[("a", LINES)], &[("a*", LINES)], &[("a", "\0b")], &[]),
        ("binary and exec", &[("a", "\0a")], &[("a", "\0b")], &[("a*", "\0a")], &[]),
        ("exec and conflict", &[("a", LINES)], &[("a*", OURS)], &[("a", CLASH)], &[Content]),
        ("file to link, edited", &[("a", LINES)], &[("a", OURS)], &[("a@", "b")], &[Type, Type]),
        ("link, chmod", &[("a", LINES)], &[("a*", LINES)], &[("a@", "b")], &[Type, Type]),
        ("edited, file to link", &[("a", LINES)], &[("a@", "b")], &[("a", OURS)], &[Type, Type]),
        ("file to folder, edited", &[("a", LINES)], &[("a", OURS)], &[("a/b", OTHER)], &[Type]),
        ("edited, file to folder", &[("a", LINES)], &[("a/b", OTHER)], &[("a", OURS)], &[Type]),
        (
            "file and folder added",
            &[("b", "b")],
            &[("a", OTHER), ("b", "b")],
            &[("a/c", LINES), ("b", "b")],
            &[Type],
        ),
        ("rename and edit", &[("a", LINES)], &[("b", LINES)], &[("a", THEIRS)], &[]),
        ("rename and edit, both", &[("a", LINES)], &[("b", OURS)], &[("a", THEIRS)], &[]),
        ("rename and conflict", &[("a", LINES)], &[("b", OURS)], &[("a", CLASH)], &[Content]),
        ("rename to two names", &[("a", LINES)], &[("b", LINES)], &[("c", LINES)], &[Rename, Rename, Rename]),
        (
            "rename and delete",
            &[("a", LINES), ("x", "x")],
            &[("b", LINES), ("x", "x")],
            &[("x", "x")],
            &[Rename],
        ),
        (
            "folder renamed, file added",
            &[("d/a", LINES), ("d/b", OTHER)],
            &[("d/a", LINES), ("d/b", OTHER), ("d/new", "new\n")],
            &[("e/a", LINES), ("e/b", OTHER)],
            &[Rename],
        ),
        (
            "CRLF",
            &[("a", "1\r\n2\r\n3\r\n")],
            &[("a", "1\r\nx\r\n3\r\n")],
            &[("a", "1\r\ny\r\n3\r\n")],
            &[Content],
        ),
        ("no final newline", &[("a", "1\n2")], &[("a", "1\nx")], &[("a", "1\ny")], &[Content]),
        ("latin-1 and odd names", &[("ä b:c", LINES)], &[("ä b:c", OURS)], &[("ä b:c", CLASH)], &[Content]),
        (
            "joined conflicts",
            &[("a", "1\n2\n3\n4\n5\n")],
            &[("a", "a\n2\n3\n4\nb\n")],
            &[("a", "c\n2\n3\n4\nd\n")],
            &[Content],
        ),
    ]
}

/// The three versions as contents.
pub fn contents(court: &Court, versions: [Version<'_>; 3]) -> [Option<Content>; 3] {
    versions.map(|version| court.folder(&files(version)))
}

fn kinds(merged: &Merged) -> Vec<ConflictKind> {
    merged.conflicts.iter().map(|conflict| conflict.kind).collect()
}

#[test]
fn special_cases_are_merged_as_git_does() {
    let is_judged = git_merges_trees();
    let mut failures = String::new();
    for style in ["merge", "diff3", "zdiff3"] {
        let mut court = Court::new();
        court.configure("merge.conflictStyle", style);
        for (name, base, ours, theirs, expected) in cases() {
            let versions = contents(&court, [base, ours, theirs]);
            let result = match is_judged {
                true => court.compare(PATH, versions),
                false => Ok(court.ours(PATH, versions, Favor::Neither)),
            };
            match result {
                Err(difference) => failures += &format!("{name} ({style}): {difference}"),
                Ok(merged) if kinds(&merged) != expected => {
                    failures += &format!("{name}: {:?} is not {expected:?}\n", kinds(&merged));
                }
                Ok(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn attributes_of_the_project_count() {
    if !git_merges_trees() {
        return;
    }
    let mut court = Court::new();
    court.attributes("*.u merge=union\n*.m conflict-marker-size=12\n*.b -merge\n*.c -text\n");
    for (name, expected) in [("a.u", 0), ("a.m", 1), ("a.b", 1), ("a.c", 1)] {
        let versions = contents(&court, [&[(name, LINES)], &[(name, OURS)], &[(name, CLASH)]]);
        let merged =
            court.compare(PATH, versions).unwrap_or_else(|difference| panic!("{name}: {difference}"));
        assert_eq!(merged.conflicts.len(), expected, "{name}");
    }
}

#[test]
fn a_single_file_is_an_artifact_too() {
    let court = Court::new();
    let blob = |text: &str| Some(Content::file(court.repository.write_blob(text).expect("written").detach()));
    let versions = [blob(LINES), blob(OURS), blob(CLASH)];
    let merged = court.ours("commands/review.md", versions, Favor::Neither);
    assert_eq!(kinds(&merged), [ConflictKind::Content]);
    assert_eq!(merged.conflicts[0].path, "commands/review.md");
    assert_eq!(merged.conflicts[0].stages, versions);
    if git_merges_trees() {
        court.compare("commands/review.md", versions).expect("as git");
    }
    let deleted = court.ours("commands/review.md", [blob(LINES), blob(OURS), None], Favor::Theirs);
    assert_eq!((deleted.content, deleted.settled), (None, 1));
}

#[test]
fn an_artifact_that_is_a_folder_here_and_a_file_there_stays() {
    let court = Court::new();
    let folder = |text| court.folder(&files(&[("a", text)]));
    let blob = court.repository.write_blob(LINES).expect("written").detach();
    let file = Some(Content::file(blob));
    let merged = court.ours(PATH, [folder(LINES), folder(OURS), file], Favor::Neither);
    assert_eq!((merged.content, kinds(&merged)), (folder(OURS), vec![ConflictKind::Type]));
    assert_eq!(merged.conflicts[0].stages, [None, None, file]);
    assert_eq!(court.ours(PATH, [folder(LINES), folder(OURS), file], Favor::Theirs).content, file);
}

#[test]
fn ids_decide_where_they_can() {
    let court = Court::new();
    let [a, b, c] = contents(&court, [&[("a", "1")], &[("a", "2")], &[("a", "3")]]);
    for (base, ours, theirs, expected) in [
        (a, b, a, b),
        (a, a, b, b),
        (a, b, b, b),
        (None, b, b, b),
        (None, b, None, b),
        (None, None, b, b),
        (a, None, a, None),
        (a, a, None, None),
        (c, None, None, None),
    ] {
        let merged = court.ours(PATH, [base, ours, theirs], Favor::Neither);
        assert_eq!(merged, Merged { content: expected, conflicts: Vec::new(), settled: 0 });
    }
}

#[test]
fn favor_settles_every_conflict() {
    let court = Court::new();
    for (name, base, ours, theirs, kinds) in cases() {
        let versions = contents(&court, [base, ours, theirs]);
        for (favor, side) in [(Favor::Ours, 1), (Favor::Theirs, 2)] {
            let merged = court.ours(PATH, versions, favor);
            assert!(merged.is_clean(), "{name}: {:?}", merged.conflicts);
            assert_eq!(merged.settled, kinds.len(), "{name}");
            // Where nothing else changed, settling is taking the side.
            let is_alone = base.len() < 2 && kinds.len() == 1 && !name.contains("exec");
            if is_alone && !name.contains("rename") {
                let shown = court.show(merged.content);
                assert_eq!(merged.content, versions[side], "{name}, {favor:?}:\n{shown}");
            }
        }
    }
}

#[test]
fn favor_keeps_what_does_not_conflict_as_git_does() {
    if !git_merges_trees() {
        return;
    }
    let court = Court::new();
    let ours = THEIRS.replace("one", "ours");
    let theirs = CLASH.replace("five", "FIVE");
    let versions = contents(&court, [&[("a", LINES)], &[("a", &ours)], &[("a", &theirs)]]);
    for (favor, option) in [(Favor::Ours, "-Xours"), (Favor::Theirs, "-Xtheirs")] {
        let expected = court.git(PATH, versions, &[option]);
        let merged = court.ours(PATH, versions, favor);
        assert_eq!((merged.content, merged.settled), (expected.content, 1), "{option}");
    }
}

/// Whether `content` contains what changed from `base` to `version`, computed twice.
fn contains(court: &Court, versions: [Option<Content>; 3]) -> bool {
    let objects = Objects::new(&court.repository);
    let mut engine = Engine::new(&objects, objects.tools().expect("tools"));
    let path = RepoPath::new(PATH).expect("valid");
    let [base, content, version] = versions;
    let first = engine.contains(&path, base, content, version).expect("answers");
    assert_eq!(engine.contains(&path, base, content, version).expect("answers"), first, "remembered");
    first
}

#[test]
fn contains_is_a_table() {
    let court = Court::new();
    let both = OURS.replace("ten", "TEN");
    let table: &[(&str, Version<'_>, Version<'_>, Version<'_>, bool)] = &[
        ("taken in", &[("a", LINES)], &[("a", &both)], &[("a", THEIRS)], true),
        ("the same", &[("a", LINES)], &[("a", THEIRS)], &[("a", THEIRS)], true),
        ("not taken in", &[("a", LINES)], &[("a", OURS)], &[("a", THEIRS)], false),
        ("untouched", &[("a", LINES)], &[("a", LINES)], &[("a", THEIRS)], false),
        ("no change", &[("a", LINES)], &[("a", OURS)], &[("a", LINES)], true),
        ("conflict", &[("a", LINES)], &[("a", OURS)], &[("a", CLASH)], false),
        ("no base, same", &[], &[("a", OURS)], &[("a", OURS)], true),
        ("no base, more", &[], &[("a", OURS), ("b", "b")], &[("a", OURS)], false),
        ("addition", &[("a", LINES)], &[("a", OURS), ("b", "b")], &[("a", LINES), ("b", "b")], true),
        ("addition lacks", &[("a", LINES)], &[("a", OURS)], &[("a", LINES), ("b", "b")], false),
        ("deletion", &[("a", LINES), ("b", "b")], &[("a", OURS)], &[("a", LINES)], true),
        (
            "one of two",
            &[("a", "a"), ("b", LINES)],
            &[("a", "a"), ("b", &both)],
            &[("a", "A"), ("b", THEIRS)],
            false,
        ),
        ("mode", &[("a", LINES)], &[("a*", OURS)], &[("a*", LINES)], true),
        ("mode lacks", &[("a", LINES)], &[("a", OURS)], &[("a*", LINES)], false),
    ];
    for (name, base, content, version, expected) in table {
        let versions = contents(&court, [base, content, version]);
        assert_eq!(contains(&court, versions), *expected, "{name}");
    }
}

#[test]
fn a_version_with_missing_objects_is_contained_only_if_equal() {
    let court = Court::new();
    let [base, content, _] = contents(&court, [&[("a", LINES)], &[("a", OURS)], &[]]);
    let missing = gix::ObjectId::from_hex(b"1234567890123456789012345678901234567890").expect("an id");
    let version = Some(Content::folder(missing));
    assert!(!contains(&court, [base, content, version]));
    assert!(contains(&court, [base, version, version]));
}
