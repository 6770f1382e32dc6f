//! Renames against git: random histories, and those of real collections.

use crate::support::{Repo, Sandbox};
use git_skillsync::git::Repository;
use git_skillsync::git::program::Git;
use git_skillsync::model::artifact::ArtifactType;
use git_skillsync::model::deployed::Upstream;
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::collection::{Collection, CollectionHistory, CollectionParts};
use git_skillsync::observe::scan::ScanOptions;
use gix::ObjectId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// How many artifacts of each type a history begins with.
const ARTIFACTS: usize = 4;

/// Something that happens to an artifact in a commit.
#[derive(Debug, Clone)]
enum Act {
    /// This many of its twenty lines become others.
    Edit(usize),
    /// It goes to another folder, and this many lines change.
    Move(usize),
    /// It gets another name, and this many lines change.
    Rename(usize),
    /// It goes, and this many new ones share some of its lines.
    Split(usize, usize),
    /// It takes the place of the next one, which goes.
    Replace,
    Remove,
    /// It is there again, with these many lines of its own.
    Add(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1..12usize).prop_map(Act::Edit),
        4 => (0..16usize).prop_map(Act::Move),
        5 => (0..16usize).prop_map(Act::Rename),
        2 => ((1..9usize), (1..3usize)).prop_map(|(lines, many)| Act::Split(lines, many)),
        1 => Just(Act::Replace),
        2 => Just(Act::Remove),
        2 => (0..20usize).prop_map(Act::Add),
    ]
}

type Acts = Vec<Vec<(usize, Act)>>;

/// The files of a collection while its history is made up.
struct Draft {
    files: BTreeMap<String, Vec<String>>,
    /// Where each artifact of the beginning is, for the acts to have an aim.
    places: Vec<String>,
    serial: usize,
}

impl Draft {
    fn new() -> Self {
        let mut draft = Self { files: BTreeMap::new(), places: Vec::new(), serial: 0 };
        for number in 0..ARTIFACTS {
            for place in [format!("skills/s{number}/SKILL.md"), format!("commands/c{number}.md")] {
                let lines = (0..20).map(|_| draft.line()).collect();
                draft.files.insert(place.clone(), lines);
                draft.places.push(place);
            }
        }
        draft
    }

    /// A line that is nowhere else, as long as few others.
    fn line(&mut self) -> String {
        self.serial += 1;
        format!("line {} {}", self.serial, "x".repeat(self.serial * 7 % 41))
    }

    fn change(&mut self, lines: &mut [String], many: usize) {
        for number in 0..many {
            let length = lines.len();
            lines[(number * 7 + 3) % length] = self.line();
        }
    }

    fn act(&mut self, which: usize, act: &Act) {
        let which = which % self.places.len();
        let from = self.places[which].clone();
        self.serial += 1;
        let serial = self.serial;
        let is_skill = from.starts_with("skills");
        let named = |folder: &str, name: &str| {
            if is_skill {
                format!("skills{folder}/{name}/SKILL.md")
            } else {
                format!("commands{folder}/{name}.md")
            }
        };
        let own = from.trim_end_matches("/SKILL.md").rsplit('/').next().expect("name").to_owned();
        let own = own.trim_end_matches(".md");
        let Some(mut lines) = self.files.get(&from).cloned() else {
            if let Act::Add(many) = act {
                let mut lines: Vec<String> = (0..20).map(|number| format!("{from} again {number}")).collect();
                self.change(&mut lines, *many);
                self.files.insert(from, lines);
            }
            return;
        };
        let to = match act {
            Act::Edit(_) => from.clone(),
            Act::Move(_) => named(&format!("/m{serial}"), own),
            Act::Rename(_) => named("", &format!("n{serial}")),
            Act::Replace => self.places[(which + 2) % self.places.len()].clone(),
            Act::Split(..) | Act::Remove => String::new(),
            Act::Add(_) => return,
        };
        match act {
            Act::Edit(many) | Act::Move(many) | Act::Rename(many) => self.change(&mut lines, *many),
            Act::Split(many, parts) => {
                for part in 0..*parts {
                    let mut lines = lines.clone();
                    self.change(&mut lines, many + 3 * part);
                    self.files.insert(named("", &format!("p{serial}-{part}")), lines);
                }
            }
            Act::Replace | Act::Remove | Act::Add(_) => {}
        }
        self.files.remove(&from);
        if !to.is_empty() {
            self.files.insert(to.clone(), lines);
            self.places[which] = to;
        }
    }

    /// A commit of `git fast-import` with exactly these files.
    fn commit(&self, number: usize, stream: &mut String) {
        let message = format!("Commit {number}");
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter A <a@example.org> {} +0000\ndata {}\n{message}\ndeleteall\n",
            1_700_000_000 + number,
            message.len()
        );
        for (path, lines) in &self.files {
            let text = lines.join("\n") + "\n";
            let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
    }
}

fn collection(path: &Path, name: &str) -> Collection {
    let repository = Repository::open(path, &Git::find().expect("git")).expect("repository");
    let options = ScanOptions { repository_name: name.to_owned(), ..ScanOptions::default() };
    let branch = Some("main".to_owned());
    Collection::at_tip(CollectionParts { name: "c".into(), url: None, repository, branch, id: None, options })
        .expect("collection")
}

fn kind_of(file: &str) -> (ArtifactType, RepoPath) {
    match file.strip_suffix("/SKILL.md") {
        Some(folder) => (ArtifactType::Skill, RepoPath::new(folder).expect("path")),
        None => (ArtifactType::Command, RepoPath::new(file).expect("path")),
    }
}

/// Each commit after the first, oldest first: what git says went where.
fn git_says(repo: &Repo) -> Vec<(ObjectId, BTreeMap<String, Option<String>>)> {
    let log = repo.git(&["log", "--reverse", "-M", "-l0", "--name-status", "--format=commit %H", "main"]);
    let mut commits: Vec<(ObjectId, BTreeMap<String, Option<String>>)> = Vec::new();
    for line in log.lines() {
        if let Some(id) = line.strip_prefix("commit ") {
            commits.push((ObjectId::from_hex(id.as_bytes()).expect("id"), BTreeMap::new()));
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let Some((_, went)) = commits.last_mut() else { continue };
        match fields.as_slice() {
            [status, from, to] if status.starts_with('R') => {
                _ = went.insert((*from).into(), Some((*to).into()));
            }
            ["D", from] => _ = went.insert((*from).into(), None),
            _ => {}
        }
    }
    commits
}

/// How often something was followed, removed, and unclear.
#[derive(Default)]
struct Counts {
    renamed: Cell<usize>,
    kept: Cell<usize>,
    unclear: Cell<usize>,
}

fn check(acts: &Acts, counts: &Counts) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("coll");
    let (mut draft, mut stream) = (Draft::new(), String::new());
    draft.commit(0, &mut stream);
    let first: Vec<String> = draft.places.clone();
    for (number, acts) in acts.iter().enumerate() {
        for (which, act) in acts {
            draft.act(*which, act);
        }
        draft.commit(number + 1, &mut stream);
    }
    repo.git_with_input(&["fast-import", "--quiet"], &stream);
    let commits = git_says(&repo);
    let project = Repository::open(repo.path(), &Git::find().expect("git")).expect("repository");
    let collection = collection(repo.path(), "coll");
    let history = CollectionHistory::new(&collection, &project, collection.tip);
    for file in first {
        let mut place = file.clone();
        for (_, went) in &commits[1..] {
            place = went.get(&place).cloned().flatten().unwrap_or(place);
        }
        let ((kind, source), (_, expected)) = (kind_of(&file), kind_of(&place));
        let (upstream, found) = history.follow(kind, &source, commits[0].0).expect("follow");
        let counter = match upstream {
            Upstream::InPlace => &counts.kept,
            Upstream::Renamed { .. } => &counts.renamed,
            Upstream::Unclear { .. } => &counts.unclear,
        };
        counter.set(counter.get() + 1);
        // Git has to choose and we have not.
        if matches!(upstream, Upstream::Unclear { .. }) {
            continue;
        }
        // Git forgets what is gone; a place that is gone at the end is no place to go to.
        let there = collection.content(&expected).expect("content").is_some();
        let expected = if there { expected } else { source.clone() };
        prop_assert_eq!(
            &found,
            &expected,
            "{}",
            repo.git(&["log", "--reverse", "-M", "--name-status", "--format=%s"])
        );
    }
    Ok(())
}

#[test]
fn random_histories_are_followed_as_git_does() {
    let counts = Counts::default();
    let acts = prop::collection::vec(prop::collection::vec((0..ARTIFACTS * 2, act()), 1..4), 1..8);
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    if let Err(error) = runner.run(&acts, |acts| check(&acts, &counts)) {
        panic!("{error}");
    }
    let (renamed, kept, unclear) = (counts.renamed.get(), counts.kept.get(), counts.unclear.get());
    let line =
        format!("renames: {renamed} followed as git does, {kept} in place or gone, {unclear} unclear\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    assert!(renamed > 60 && kept > 60 && unclear * 20 < renamed, "{line}");
}

fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("SKILLSYNC_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.join("cases.jsonl").is_file() {
        let line =
            format!("no corpus at '{}': renames of real collections were NOT tested\n", folder.display());
        let _ = std::io::stderr().write_all(line.as_bytes());
        return None;
    }
    Some(folder)
}

/// Whether git's word for a file says something about an artifact of ours: a `SKILL.md` that is one
/// still, or a file that stays in its folder's kind.
fn is_comparable(from: &str, to: Option<&str>) -> bool {
    let kind = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last().expect("a name");
        match *name {
            "SKILL.md" if !folders.is_empty() => Some(0),
            _ if !name.ends_with(".md") || *name == "README.md" => None,
            _ if folders.last() == Some(&"commands") => Some(1),
            _ if folders.last() == Some(&"agents") => Some(2),
            _ => None,
        }
    };
    let from = kind(from);
    from.is_some() && to.is_none_or(|to| kind(to) == from)
}

#[test]
fn commits_of_real_collections_are_read_as_git_does() {
    let Some(corpus) = corpus() else { return };
    let sandbox = Sandbox::new();
    let (mut same, mut unclear, mut other) = (0, 0, Vec::new());
    for name in [
        "obra+superpowers",
        "wshobson+agents",
        "wshobson+commands",
        "mattpocock+skills",
        "coreyhaines31+marketingskills",
    ] {
        let bundle = corpus.join(format!("{name}.bundle"));
        sandbox.git(&["clone", "--quiet", &bundle.to_string_lossy(), "-b", "main", name]);
        let repo = sandbox.open(name);
        let collection = collection(repo.path(), name.split_once('+').expect("owner").1);
        let project = Repository::open(repo.path(), &Git::find().expect("git")).expect("repository");
        for (commit, went) in git_says(&repo) {
            for (from, to) in went {
                if !is_comparable(&from, to.as_deref()) {
                    continue;
                }
                let parent = repo.git(&["rev-parse", &format!("{commit}~1")]);
                let parent = ObjectId::from_hex(parent.as_bytes()).expect("id");
                let kind = match from.as_str() {
                    skill if skill.ends_with("SKILL.md") => ArtifactType::Skill,
                    file if file.contains("agents/") && !file.contains("commands/") => ArtifactType::Agent,
                    _ => ArtifactType::Command,
                };
                let place = |file: &str| RepoPath::new(file.trim_end_matches("/SKILL.md")).expect("path");
                let history = CollectionHistory::new(&collection, &project, commit);
                let (upstream, found) = history.follow(kind, &place(&from), parent).expect("follow");
                let expected = to.as_deref().map_or_else(|| place(&from), place);
                match upstream {
                    Upstream::Unclear { candidates } if candidates.contains(&expected) => {
                        let there = |place| collection.content_at(commit, place).expect("content");
                        let equal = candidates.iter().all(|place| there(place) == there(&expected));
                        assert!(equal, "{name} {commit}: {from} is no copy of all of {candidates:?}");
                        unclear += 1;
                    }
                    _ if found == expected => same += 1,
                    _ => other.push(format!("{name} {commit}: {from} → {to:?}, not {found}")),
                }
            }
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
    let line =
        format!("renames: {same} in real collections as git has them, {unclear} to several equal copies\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    assert!(same > 150, "{line}");
}
