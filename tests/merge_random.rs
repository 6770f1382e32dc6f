//! Random versions with git as referee, and what must hold for any merge.

use crate::referee::{Court, File, Files, git_merges_trees, say};
use git_skillsync::git::Objects;
use git_skillsync::merge::{Conflict, ConflictKind, Engine, Favor};
use git_skillsync::model::{content::Content, path::RepoPath};
use gix::objs::tree::EntryKind;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::cell::Cell;

const PATH: &str = "skills/pdf";
const NAMES: &[&str] = &["SKILL.md", "a.md", "b.md", "ref/a.md", "ref/deep/c.md", "z.sh"];

/// A change of one file.
#[derive(Debug, Clone)]
enum Edit {
    Replace(usize, u8),
    Insert(usize, u8),
    Remove(usize),
    Append(u8),
    NoFinalNewline,
    Crlf,
    Chmod,
    Delete,
    Add(u8),
    Link(u8),
    Binary(u8),
    /// To `moved/` under its own name (0) or one that others take too (1), or with its folder (2).
    Rename(u8),
}

fn edit(renames: bool) -> impl Strategy<Value = Edit> {
    let last = move |to| if renames { Edit::Rename(to) } else { Edit::Append(to) };
    prop_oneof![
        8 => (0..14usize, 0..4u8).prop_map(|(at, text)| Edit::Replace(at, text)),
        6 => (0..14usize, 0..4u8).prop_map(|(at, text)| Edit::Insert(at, text)),
        5 => (0..14usize).prop_map(Edit::Remove),
        2 => (0..4u8).prop_map(Edit::Append),
        1 => Just(Edit::NoFinalNewline),
        // For git a renamed file with other line ends is still the same, for gix it is not.
        1 => Just(if renames { Edit::NoFinalNewline } else { Edit::Crlf }),
        2 => Just(Edit::Chmod),
        1 => Just(Edit::Delete),
        1 => (0..3u8).prop_map(Edit::Add),
        1 => (0..2u8).prop_map(Edit::Link),
        1 => (0..3u8).prop_map(Edit::Binary),
        1 => (0..3u8).prop_map(last),
    ]
}

fn edits(renames: bool) -> impl Strategy<Value = Vec<(usize, Edit)>> {
    prop::collection::vec((0..NAMES.len(), edit(renames)), 0..7)
}

/// The base: which files there are, each with lines of its own and repeated ones among them.
fn base() -> impl Strategy<Value = Files> {
    prop::collection::vec((any::<bool>(), 6..14usize, 0..5usize), NAMES.len()).prop_map(|shapes| {
        let file = |(name, (is_there, lines, repeat)): (&&str, (bool, usize, usize))| {
            let line = |number: usize| match repeat > 0 && number.is_multiple_of(repeat + 1) {
                true => "\n".to_owned(),
                false => format!("{name} line {number}\n"),
            };
            let text: String = (0..lines).map(line).collect();
            is_there.then(|| ((*name).to_owned(), (EntryKind::Blob, text.into_bytes())))
        };
        NAMES.iter().zip(shapes).filter_map(file).collect()
    })
}

fn apply(base: &Files, edits: &[(usize, Edit)]) -> Files {
    let mut files = base.clone();
    for (index, edit) in edits {
        let name = NAMES[*index];
        match (edit, files.remove(name)) {
            (Edit::Delete, _) | (Edit::Rename(_), None) => {}
            (Edit::Add(text), None) => {
                let text = format!("added {text}\nto {name}\n").into_bytes();
                files.insert(name.to_owned(), (EntryKind::Blob, text));
            }
            (Edit::Rename(2), Some(file)) => {
                files.insert(name.to_owned(), file);
                files = files.into_iter().map(|(path, it)| (path.replace("ref/", "doc/"), it)).collect();
            }
            (Edit::Rename(1), Some(file)) => {
                files.insert("moved/x".to_owned(), file);
            }
            (Edit::Rename(_), Some(file)) => {
                files.insert(format!("moved/{}", name.replace('/', "-")), file);
            }
            (edit, Some(file)) => {
                files.insert(name.to_owned(), changed(file, edit));
            }
            (_, None) => {}
        }
    }
    files
}

fn changed((kind, data): File, edit: &Edit) -> File {
    let mut lines: Vec<Vec<u8>> = data.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let at = |index: usize, lines: &Vec<Vec<u8>>| index.min(lines.len().saturating_sub(1));
    let line = |text: u8| format!("new text {text}\n").into_bytes();
    match edit {
        Edit::Link(text) => return (EntryKind::Link, format!("to-{text}").into_bytes()),
        Edit::Binary(text) => return (EntryKind::Blob, vec![0, *text]),
        Edit::Chmod if kind == EntryKind::Blob => return (EntryKind::BlobExecutable, data),
        _ if kind == EntryKind::Link || lines.is_empty() => return (kind, data),
        Edit::Replace(index, text) => {
            let index = at(*index, &lines);
            lines[index] = line(*text);
        }
        Edit::Insert(index, text) => lines.insert(at(*index, &lines), line(*text)),
        Edit::Remove(index) => drop(lines.remove(at(*index, &lines))),
        Edit::Append(text) => lines.push(line(*text)),
        Edit::NoFinalNewline => {
            let last = lines.last_mut().expect("not empty");
            last.truncate(last.len() - usize::from(last.ends_with(b"\n")));
        }
        Edit::Crlf => {
            for line in &mut lines {
                if line.ends_with(b"\n") && !line.ends_with(b"\r\n") {
                    line.truncate(line.len() - 1);
                    line.extend_from_slice(b"\r\n");
                }
            }
        }
        _ => {}
    }
    (kind, lines.concat())
}

/// Run `check` on random versions; the number comes from `SKILLSYNC_CASES` or is `cases`.
fn for_versions(renames: bool, cases: u32, check: impl Fn([Files; 3]) -> Result<(), TestCaseError>) {
    let wanted = std::env::var("SKILLSYNC_CASES").ok().and_then(|text| text.parse().ok());
    let config = Config { cases: wanted.unwrap_or(cases), failure_persistence: None, ..Config::default() };
    let versions = (base(), edits(renames), edits(renames)).prop_map(|(base, ours, theirs)| {
        let (ours, theirs) = (apply(&base, &ours), apply(&base, &theirs));
        [base, ours, theirs]
    });
    match TestRunner::new(config).run(&versions, check) {
        Ok(()) => {}
        Err(TestError::Fail(reason, versions)) => panic!("{reason}\n{}", show(&versions)),
        Err(error) => panic!("{error}"),
    }
}

fn show(versions: &[Files; 3]) -> String {
    let line = |(path, (kind, data)): (&String, &File)| {
        format!("  {path} {kind:?} {:?}\n", String::from_utf8_lossy(data))
    };
    let version = |files: &Files| files.iter().map(line).collect::<String>();
    let [base, ours, theirs] = versions.each_ref().map(version);
    format!("base:\n{base}ours:\n{ours}theirs:\n{theirs}")
}

fn contents(court: &Court, versions: &[Files; 3]) -> [Option<Content>; 3] {
    [0, 1, 2].map(|index| court.folder(&versions[index]))
}

/// The known difference: gix sees a folder as renamed where git does not, and a new file in it moves.
///
/// It is a conflict that names the file, and no content is lost.
fn only_asks_about_a_folder(court: &Court, contents: [Option<Content>; 3]) -> bool {
    let merged = court.ours(PATH, contents, Favor::Neither);
    let is_question = |it: &Conflict| it.kind == ConflictKind::Rename && it.stages[0].is_none();
    !merged.is_clean()
        && merged.conflicts.iter().all(is_question)
        && court.git(PATH, contents, &[]).stages.is_empty()
}

fn referee(renames: bool, cases: u32) {
    if !git_merges_trees() {
        return;
    }
    let (total, conflicting, asked) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let court = Court::new();
    for_versions(renames, cases, |versions| {
        let contents = contents(&court, &versions);
        let merged = match court.compare(PATH, contents) {
            Ok(merged) => merged,
            Err(_) if only_asks_about_a_folder(&court, contents) => {
                asked.set(asked.get() + 1);
                return Ok(());
            }
            Err(difference) => return Err(TestCaseError::fail(difference)),
        };
        total.set(total.get() + 1);
        conflicting.set(conflicting.get() + u32::from(!merged.is_clean()));
        Ok(())
    });
    let (total, conflicting, asked) = (total.get(), conflicting.get(), asked.get());
    say(&format!(
        "git agrees on {total} random merges ({conflicting} with conflicts, renames: {renames}); \
         {asked} times the engine asks whether a file should follow its folder and git does not"
    ));
}

#[test]
fn random_edits_are_merged_as_git_does() {
    referee(false, 200);
}

#[test]
fn random_renames_are_merged_as_git_does() {
    referee(true, 150);
}

#[test]
fn a_clean_merge_contains_both_sides_and_favor_leaves_nothing() {
    let court = Court::new();
    // Without renames: a rename that also changed much is a new file to the next merge, in git too.
    for_versions(false, 150, |versions| {
        let contents = contents(&court, &versions);
        let [base, ours, theirs] = contents;
        let merged = court.ours(PATH, contents, Favor::Neither);
        if merged.is_clean() {
            let objects = Objects::new(&court.repository);
            let mut engine = Engine::new(&objects, objects.tools().expect("tools"));
            let path = RepoPath::new(PATH).expect("valid");
            if base.is_some() {
                prop_assert!(engine.contains(&path, base, merged.content, theirs).expect("answers"));
                prop_assert!(engine.contains(&path, base, merged.content, ours).expect("answers"));
            }
        }
        for favor in [Favor::Ours, Favor::Theirs] {
            let settled = court.ours(PATH, contents, favor);
            prop_assert!(settled.is_clean());
            prop_assert_eq!(settled.settled, merged.conflicts.len());
            if merged.is_clean() {
                prop_assert_eq!(settled.content, merged.content);
            }
        }
        Ok(())
    });
}
