//! Merging two notes refs: every layout is read, nothing is lost, and git agrees where it can.

use crate::support::{Repo, Sandbox};
use git_skillsync::git::notes_merge::{MergedNotes, count, merge, tidied};
use git_skillsync::git::program::Git;
use git_skillsync::git::{Repository, commits, trees};
use git_skillsync::model::{content::Content, note_merge, path::RepoPath};
use gix::ObjectId;
use proptest::prelude::{ProptestConfig, Strategy, prop, proptest};
use std::collections::BTreeMap;

/// Notes by the commit they are on.
type Map = BTreeMap<String, String>;

fn open(repo: &Repo) -> Repository {
    Repository::open(repo.path(), &Git::find().expect("git")).expect("a repository")
}

/// An id with this beginning.
fn id(start: &str) -> String {
    format!("{start:0<40}")
}

/// The path of a note, spread over so many folders.
fn spread(id: &str, folders: usize) -> String {
    let fans: String = (0..folders).map(|at| format!("{}/", &id[2 * at..2 * at + 2])).collect();
    fans + &id[2 * folders..]
}

/// A tree of files.
fn tree(repository: &Repository, files: &[(String, &str)]) -> ObjectId {
    let writer = repository.writer();
    let mut root = trees::keep_tree(&writer, std::iter::empty()).expect("kept").id;
    for (path, text) in files {
        let blob = Content::file(repository.write_blob(text.as_bytes()).expect("written"));
        let path = RepoPath::new(path).expect("a path");
        root = trees::replace(&writer, Some(root), &path, Some(blob)).expect("kept").expect("not empty").id;
    }
    root
}

/// A commit of notes that are spread over so many folders.
fn commit(repository: &Repository, notes: &[(&str, usize, &str)], parents: &[ObjectId]) -> ObjectId {
    let files: Vec<_> = notes.iter().map(|(id, folders, text)| (spread(id, *folders), *text)).collect();
    let tree = tree(repository, &files);
    let parents = parents.iter().copied();
    commits::write(repository, commits::Identity::Bookkeeping, "notes", tree, parents).expect("committed")
}

/// Every file of a tree with its text.
fn files(repo: &Repo, tree: ObjectId) -> Map {
    let listed = repo.git(&["ls-tree", "-r", &tree.to_string()]);
    let entry = |line: &str| {
        let (head, path) = line.split_once('\t').expect("a tab");
        let blob = head.split(' ').nth(2).expect("an id");
        (path.to_owned(), repo.try_git(&["cat-file", "blob", blob]).stdout)
    };
    listed.lines().map(entry).collect()
}

#[test]
fn disjoint_notes_are_joined_as_git_joins_them() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("r");
    let commits: Vec<String> = (0..6).map(|at| repo.commit_all(&format!("{at}"))).collect();
    let add = |of: &str, at: usize| {
        repo.git(&["notes", &format!("--ref={of}"), "add", "-m", &format!("{{\"v\":{at}}}"), &commits[at]]);
    };
    add("ours", 0);
    add("ours", 1);
    repo.git(&["update-ref", "refs/notes/theirs", "refs/notes/ours"]);
    add("ours", 2);
    add("ours", 3);
    repo.git(&["notes", "--ref=ours", "remove", &commits[0]]);
    add("theirs", 4);
    add("theirs", 5);
    let repository = open(&repo);
    let tip = |name: &str| repository.commit_named(&format!("refs/notes/{name}")).expect("a commit");
    let merged = merge(&repository, tip("ours"), tip("theirs")).expect("merged");
    assert_eq!((merged.changed, merged.lost), (2, [0, 1]));
    repo.git(&["notes", "--ref=ours", "merge", "--quiet", "-s", "union", "theirs"]);
    assert_eq!(files(&repo, merged.tree), files(&repo, repository.tree_of(tip("ours")).expect("a tree")));
    // Unrelated histories have everything to give.
    repo.git(&[
        "update-ref",
        "refs/notes/alone",
        &repo.git(&["commit-tree", "-m", "x", "refs/notes/theirs^{tree}"]),
    ]);
    let merged = merge(&repository, tip("alone"), tip("ours")).expect("merged");
    assert_eq!(files(&repo, merged.tree).len(), 6);
}

#[test]
fn layouts_that_crash_git_are_merged() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("r");
    let repository = open(&repo);
    let (a, b, c, d) = (id("aa01"), id("aa02"), id("bb01"), id("cc01"));
    let base = commit(&repository, &[(&a, 0, "a\n"), (&b, 0, "b\n")], &[]);
    let ours = commit(&repository, &[(&a, 0, "a\n"), (&b, 0, "b\n"), (&c, 0, "ours\n")], &[base]);
    // The same notes spread, one of them at two depths, and a stranger's file.
    let spread_out = [
        (spread(&a, 1), "a\n"),
        (spread(&a, 0), "A\n"),
        (spread(&b, 2), "b\n"),
        (spread(&d, 1), "d\n"),
        ("x/README".into(), "hi\n"),
    ];
    let theirs = tree(&repository, &spread_out);
    let theirs =
        commits::write(&repository, commits::Identity::Bookkeeping, "n", theirs, [base]).expect("written");
    repo.git(&["update-ref", "refs/notes/ours", &ours.to_string()]);
    let crashed = repo.try_git(&["notes", "--ref=ours", "merge", "-s", "union", &theirs.to_string()]);
    assert_ne!(crashed.code, 0, "git does it: {crashed}");
    let merged = merge(&repository, ours, theirs).expect("merged");
    let expected = [
        (spread(&a, 1), "A\na\n"),
        (format!("aa/02/{}", &b[4..]), "b\n"),
        (spread(&c, 1), "ours\n"),
        (spread(&d, 1), "d\n"),
        ("x/README".into(), "hi\n"),
    ];
    let mut found = files(&repo, merged.tree);
    // A folder below another one gathers what is in it.
    let below = spread(&a, 2);
    if let Some(text) = found.remove(&below) {
        found.insert(spread(&a, 1), text);
    }
    assert_eq!(found, expected.map(|(path, text)| (path, text.to_owned())).into());
    assert_eq!((merged.changed, merged.lost), (2, [0, 0]));
    assert_eq!(count(&repository, merged.tree).expect("counted"), 4);
    let other_way = merge(&repository, theirs, ours).expect("merged");
    assert_eq!(other_way.tree, merged.tree);
    repo.git(&[
        "update-ref",
        "refs/notes/merged",
        &repo.git(&["commit-tree", "-m", "m", &merged.tree.to_string()]),
    ]);
    assert_eq!(repo.git(&["notes", "--ref=merged", "list"]).lines().count(), 4);
    let tidy = tidied(&repository, repository.tree_of(theirs).expect("a tree")).expect("tidied");
    assert_eq!(count(&repository, tidy).expect("counted"), 3);
}

#[test]
fn what_strangers_keep_among_the_notes_survives() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("r");
    let repository = open(&repo);
    let make = |files: &[(&str, &str)], parents: &[ObjectId]| {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), *text)).collect();
        let tree = tree(&repository, &files);
        commits::write(&repository, commits::Identity::Bookkeeping, "n", tree, parents.iter().copied())
            .expect("written")
    };
    let base = make(&[("README", "1"), ("d/gone", "x"), ("d/same", "x")], &[]);
    let ours = make(
        &[("README", "1"), ("d/ours", "o"), ("d/same", "x"), ("both", "a"), ("zz/ab", "no note")],
        &[base],
    );
    let theirs =
        make(&[("README", "2"), ("d/gone", "x"), ("d/theirs", "t"), ("d/same", "x"), ("both", "b")], &[base]);
    let merged = merge(&repository, ours, theirs).expect("merged");
    let found = files(&repo, merged.tree);
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(names, ["README", "both", "d/ours", "d/same", "d/theirs", "zz/ab"]);
    assert_eq!(found["README"], "2");
    assert_eq!(merge(&repository, theirs, ours).expect("merged").tree, merged.tree);
    assert_eq!((merged.changed, merged.lost), (0, [0, 0]));
}

#[test]
fn merges_that_cross_have_one_base() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("r");
    let repository = open(&repo);
    let (a, b, c) = (id("a"), id("b"), id("c"));
    let one = commit(&repository, &[(&a, 0, "a\n"), (&b, 0, "b\n")], &[]);
    let other = commit(&repository, &[(&c, 0, "c\n")], &[]);
    let all = [(&*a, 0, "a\n"), (&*b, 0, "b\n"), (&*c, 0, "c\n")];
    let left = commit(&repository, &all, &[one, other]);
    let right = commit(&repository, &[(&b, 0, "b\n"), (&c, 0, "c\n")], &[other, one]);
    // Both know all three; one side removed a note since.
    let merged = merge(&repository, left, right).expect("merged");
    assert_eq!(files(&repo, merged.tree).into_keys().collect::<Vec<_>>(), [b.clone(), c]);
    let left = commit(&repository, &[(&b, 0, "b2\n")], &[left]);
    let merged = merge(&repository, left, right).expect("merged");
    assert_eq!(files(&repo, merged.tree), [(b, "b2\n".to_owned())].into());
}

/// Notes of a few commits with common beginnings, each spread over some folders, some twice.
fn notes() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    let line = |at: u64| format!("{{\"v\":{at}}}\n");
    prop::collection::vec((0..IDS.len(), 0..4_usize, (0..4_u64).prop_map(line)), 0..9)
}

const IDS: [&str; 7] = ["aa", "aabb", "aabbcc", "aabb02", "ab", "cd", "cd01"];

/// What the notes of a side say, whatever their layout.
fn meaning(notes: &[(usize, usize, String)]) -> BTreeMap<usize, Vec<u8>> {
    let mut found: BTreeMap<(usize, usize), &str> = BTreeMap::new();
    for (at, folders, text) in notes {
        found.insert((*at, *folders), text);
    }
    let mut map: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for ((at, _), text) in found {
        map.entry(at).or_default().extend(text.as_bytes());
    }
    map
}

fn merge_meanings(sides: [&BTreeMap<usize, Vec<u8>>; 3]) -> BTreeMap<usize, Vec<u8>> {
    let mut merged = BTreeMap::new();
    for at in 0..IDS.len() {
        let [base, ours, theirs] = sides.map(|side| side.get(&at).map(Vec::as_slice).unwrap_or_default());
        let text = note_merge::merge(base, ours, theirs);
        if !text.is_empty() {
            merged.insert(at, text);
        }
    }
    merged
}

#[test]
fn any_layouts_mean_the_same() {
    let sandbox = Sandbox::new();
    let repo = sandbox.bare_repo("r");
    let repository = open(&repo);
    let build = |notes: &[(usize, usize, String)], parents: &[ObjectId]| {
        let ids: Vec<String> = IDS.iter().map(|start| id(start)).collect();
        let notes: Vec<_> = notes.iter().map(|(at, folders, text)| (&*ids[*at], *folders, &**text)).collect();
        commit(&repository, &notes, parents)
    };
    // A case writes some fifty objects.
    proptest!(ProptestConfig::with_cases(50), |(base in notes(), ours in notes(), theirs in notes())| {
        let root = build(&base, &[]);
        let (left, right) = (build(&ours, &[root]), build(&theirs, &[root]));
        let merged: MergedNotes = merge(&repository, left, right).expect("merged");
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|notes| meaning(notes));
        let expected = merge_meanings([&base, &ours, &theirs]);
        let mut found = BTreeMap::new();
        read_all(&repository, merged.tree, "", &mut |path, text| {
            let at = IDS.iter().position(|start| id(start) == path.replace('/', "")).expect("a note");
            assert!(found.insert(at, note_merge::merge(b"", &text, b"")).is_none(), "{path} is there twice");
        });
        assert_eq!(&found, &expected);
        let lost = [&ours, &theirs].map(|side| side.keys().filter(|at| !expected.contains_key(at)).count());
        assert_eq!(merged.lost, lost);
        assert_eq!(merge(&repository, right, left).expect("merged").tree, merged.tree);
        assert_eq!(count(&repository, merged.tree).expect("counted"), expected.len());
    });
}

/// Call with the path and the text of every file.
fn read_all(repository: &Repository, tree: ObjectId, path: &str, seen: &mut impl FnMut(String, Vec<u8>)) {
    for (name, content) in trees::TreeReader::new(repository).entries(tree).expect("a tree").iter() {
        let path = format!("{path}{name}");
        if content.is_folder() {
            read_all(repository, content.id, &(path + "/"), seen);
        } else {
            seen(path, repository.blob(content.id).expect("a blob"));
        }
    }
}
