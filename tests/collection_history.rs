//! The index of a collection's history: git's own diffs are the referee.

use crate::support::{PLACED, Repo, Sandbox, World, skill};
use git_skillsync::git::Repository;
use git_skillsync::git::history::History;
use git_skillsync::git::program::Git;
use git_skillsync::model::oid::ObjectId;
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::index::{HistoryIndex, View};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a commit of a made history does: its parents among the earlier ones, and its files.
type Made = (Vec<usize>, Vec<(usize, Option<u8>)>);

/// Files that clash: one's folder is another's file, and one name sorts apart as file and folder.
const FILES: [&str; 8] = [
    "SKILL.md",
    "skills/a/SKILL.md",
    "skills/a/run.sh",
    "skills/a.md",
    "skills/b/SKILL.md",
    "commands/x.md",
    "commands",
    "skills/a-b/deep/er/x.MD",
];

/// A repository with these commits, through `git fast-import`.
pub fn import(repo: &Repo, commits: &[Made]) {
    let mut stream = String::new();
    for (number, (parents, files)) in commits.iter().enumerate() {
        stream += &format!("reset refs/heads/main\n\ncommit refs/heads/main\nmark :{}\n", number + 1);
        stream += &format!("committer A <a@example.com> {} +0000\ndata 1\nx\n", 1_700_000_000 + number);
        for (at, parent) in parents.iter().enumerate() {
            stream += &format!("{} :{}\n", if at == 0 { "from" } else { "merge" }, parent + 1);
        }
        for (file, text) in files {
            match text {
                Some(text) => stream += &format!("M 100644 inline {}\ndata 1\n{text}\n", FILES[*file]),
                None => stream += &format!("D {}\n", FILES[*file]),
            }
        }
    }
    repo.git_with_input(&["fast-import", "--quiet", "--force"], stream);
}

fn opened(repo: &Repo) -> Repository {
    Repository::open(repo.path(), &Git::find().expect("git")).expect("repository")
}

fn view(index: &HistoryIndex, tip: ObjectId) -> View {
    View::new(Rc::new(index.clone()), tip).expect("the tip is indexed")
}

/// What git says: by path, the commits that differ from any parent there, with the object's id.
fn by_git(repo: &Repo, tip: &str) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let text = repo.git(&[
        "log",
        "-m",
        "-t",
        "-r",
        "--root",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--format=%H",
        tip,
    ]);
    let (mut commit, mut found) = ("", BTreeMap::<String, BTreeSet<(String, String)>>::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix(':') {
            None => commit = line.split(' ').next().expect("an id"),
            Some(raw) => {
                let (words, path) = raw.split_once('\t').expect("a path");
                let words: Vec<&str> = words.split(' ').collect();
                let is_folder = words[..2].contains(&"040000");
                if is_folder || path.to_ascii_lowercase().ends_with(".md") {
                    let at = repo.try_git(&["rev-parse", "--verify", "--quiet", &format!("{commit}:{path}")]);
                    found.entry(path.into()).or_default().insert((commit.into(), at.stdout.trim().into()));
                }
            }
        }
    }
    found
}

fn by_index(
    view: &View,
    paths: impl IntoIterator<Item = String>,
) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let of = |path: &String| {
        let versions = view.versions(&RepoPath::new(path.as_str()).expect("path"));
        let id = |content: Option<_>| {
            content.map_or_else(String::new, |it: git_skillsync::model::content::Content| it.id.to_string())
        };
        versions.into_iter().map(|version| (version.commit.to_string(), id(version.content))).collect()
    };
    paths.into_iter().map(|path| (path.clone(), of(&path))).collect()
}

fn histories() -> impl Strategy<Value = Vec<Made>> {
    let files = prop::collection::vec((0..FILES.len(), prop::option::weighted(0.8, 0u8..4)), 0..4);
    let parents = prop::collection::vec(0usize..100, 0..3);
    prop::collection::vec((parents, files), 1..14).prop_map(|commits| {
        let mut made: Vec<Made> = Vec::new();
        for (number, (parents, files)) in commits.into_iter().enumerate() {
            let parents: BTreeSet<usize> =
                if number == 0 { BTreeSet::new() } else { parents.iter().map(|it| it % number).collect() };
            made.push((parents.into_iter().collect(), files));
        }
        // All that was made is behind the tip.
        made.push(((0..made.len()).rev().take(15).collect(), Vec::new()));
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_index_says_what_git_says(commits in histories(), cut in 0usize..14) {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo("coll");
        import(&repo, &commits);
        let (repository, tip) = (opened(&repo), repo.git(&["rev-parse", "main"]));
        let tip_id = ObjectId::from_hex(tip.as_bytes()).expect("id");
        let mut index = HistoryIndex::new();
        // In one go, or first up to some commit.
        let all = repo.git(&["rev-list", "--topo-order", "main"]);
        let earlier = all.lines().nth(cut).unwrap_or(&tip);
        index.extend(&repository, ObjectId::from_hex(earlier.as_bytes()).expect("id")).expect("readable");
        index.extend(&repository, tip_id).expect("readable");
        // Stored and read again it is the same; with a bit turned over it may be refused, no more.
        let mut bytes = index.to_bytes().expect("bytes");
        let index = HistoryIndex::from_bytes(&bytes).expect("whole");
        prop_assert!(index.to_bytes().is_some_and(|again| again == bytes));
        let view = view(&index, tip_id);
        let at = cut * 7919 % bytes.len();
        bytes[at] ^= 1 << (cut % 8);
        let _ = HistoryIndex::from_bytes(&bytes);
        bytes.truncate(at);
        prop_assert!(HistoryIndex::from_bytes(&bytes).is_none());
        let git = by_git(&repo, &tip);
        prop_assert_eq!(&by_index(&view, git.keys().cloned()), &git);
        // The same versions in the same order as a walk finds, for the whole and for what follows a commit.
        let walked = History::load(&repository, tip_id, []).expect("walked");
        let only_files = |path: &&str| *path != "commands";
        for path in git.keys().map(String::as_str).filter(only_files).chain(["."]) {
            let path = RepoPath::new(path).expect("path");
            prop_assert_eq!(&*walked.versions(&path).expect("readable"), &view.versions(&path));
        }
        // Every object is found wherever it came to stand.
        for (path, stood) in &git {
            for (commit, id) in stood.iter().filter(|(_, id)| !id.is_empty()) {
                let places = view.places(ObjectId::from_hex(id.as_bytes()).expect("id"));
                let here = places.iter().any(|it| it.path.as_str() == path && commit == it.commit.to_string().as_str());
                prop_assert!(here, "{} at {} in {}", id, path, commit);
                prop_assert!(places.is_sorted_by_key(|place| place.position));
            }
        }
    }
}

/// A project with a plain copy of the collection's first version, edited and committed, and a
/// collection that has gone on twice. The ids of the collection's commits but the first and last.
fn copied() -> (World, String) {
    let world = World::new();
    world.proj.write(PLACED, skill(&[])).write(".claude/skills/pdf/notes.txt", "one\ntwo\nthree\n");
    world.proj.commit_all("Copy");
    world.edit_project(&[(8, "ours")]);
    let middle = world.edit_collection(&[(12, "theirs")]);
    world.edit_collection(&[(12, "theirs"), (16, "theirs too")]);
    (world, middle)
}

fn base_of(world: &World) -> Value {
    let (document, code) = world.json(&["status"]);
    assert_eq!(code, 0, "{document}");
    document["artifacts"][0]["base_from"].clone()
}

#[test]
fn what_was_indexed_is_not_walked_again() {
    let (world, middle) = copied();
    assert_eq!(base_of(&world), "history");
    let cache = world.proj.path().join(".git/skillsync/cache/collections");
    let kept = std::fs::read_dir(&cache).expect("a folder").map(|file| file.expect("a file").path());
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    // Without this commit no walk comes far.
    let object = world.coll.path().join(".git/objects").join(&middle[..2]).join(&middle[2..]);
    std::fs::remove_file(object).expect("loose");
    assert_eq!(base_of(&world), "history");
    // A damaged file is as good as none.
    std::fs::write(&kept[0], "nonsense").expect("written");
    assert_eq!(base_of(&world), "none");
}

#[test]
fn the_index_grows_with_what_is_new() {
    let (world, _) = copied();
    world.proj.skillsync(&["status"]).expect_success();
    world.edit_collection(&[(12, "theirs"), (18, "theirs")]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (12, "theirs"), (18, "theirs")]));
}
