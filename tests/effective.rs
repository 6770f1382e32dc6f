//! The effective records and the versions of paths, with and without the cache, against their
//! definitions.

use crate::support::{Repo, Sandbox};
use git_skillsync::execute::caches;
use git_skillsync::git::Repository;
use git_skillsync::git::history::{History, Version};
use git_skillsync::git::notes::Notes;
use git_skillsync::git::program::Git;
use git_skillsync::git::trail::Trail;
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::records::effective_with;
use gix::ObjectId;
use gix::hash::Kind::Sha1;
use proptest::prelude::{Strategy, any, prop, proptest};
use proptest::test_runner::Config;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

const PATHS: [&str; 3] = [".claude/commands/a.md", ".claude/commands/b.md", ".gemini/x/c.md"];

/// What a note says of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    /// A record whose `at` is this version, whatever stands there.
    Deployed(u8),
    /// A record whose `at` is what stands there.
    Fitting,
    Removed,
    /// A tombstone of files that stay, whose `at` is what stands there.
    LetGo,
    Garbage,
}

type Noted = [Said; 3];

#[derive(Debug, Clone)]
struct Commit {
    /// How far back each parent is; what is beyond the first commit is none.
    parents: Vec<usize>,
    time: u8,
    /// The version at each path; 0: absent.
    versions: [u8; 3],
    /// What the note says, first and later.
    notes: [Noted; 2],
}

#[derive(Debug, Clone)]
struct Story {
    commits: Vec<Commit>,
    /// How deep the notes stand in folders, first and later.
    depths: [usize; 2],
    commit_graph: bool,
    /// The commit asked about, the paths, which notes, and how long a walk is kept.
    questions: Vec<(usize, u8, bool, usize)>,
}

fn said() -> impl Strategy<Value = Said> {
    (0_u8..13).prop_map(|number| match number {
        0..4 => Said::Nothing,
        4..9 => Said::Fitting,
        9 => Said::Deployed(2),
        10 => Said::Removed,
        11 => Said::LetGo,
        _ => Said::Garbage,
    })
}

/// Most commits have no note at all.
fn noted() -> impl Strategy<Value = Noted> {
    let some = [said(), said(), said()].prop_map(|said| said);
    (0..10_u8, some).prop_map(|(number, some)| if number < 6 { [Said::Nothing; 3] } else { some })
}

fn commit() -> impl Strategy<Value = Commit> {
    // Mostly a line, as histories are.
    let parents = (0..10_u8, prop::collection::vec(1..5_usize, 0..=3))
        .prop_map(|(number, parents)| if number < 6 { vec![1] } else { parents });
    let (versions, time) = ([0..3_u8, 0..3_u8, 1..3_u8], 0..8_u8);
    // Often the notes stay as they are.
    let notes = (noted(), noted(), any::<bool>())
        .prop_map(|(first, later, same)| if same { [first, first] } else { [first, later] });
    (parents, time, versions, notes).prop_map(|(parents, time, versions, notes)| Commit {
        parents,
        time,
        versions,
        notes,
    })
}

fn story() -> impl Strategy<Value = Story> {
    let questions = prop::collection::vec((any::<usize>(), 1..8_u8, any::<bool>(), 0..3_usize), 1..10);
    (prop::collection::vec(commit(), 1..18), [0..3_usize, 0..3_usize], any::<bool>(), questions).prop_map(
        |(commits, depths, commit_graph, questions)| Story { commits, depths, commit_graph, questions },
    )
}

fn content(version: u8) -> String {
    format!("version {version}\n")
}

fn id_of(version: u8) -> ObjectId {
    gix::objs::compute_hash(Sha1, gix::objs::Kind::Blob, content(version).as_bytes()).expect("hashed")
}

impl Story {
    fn parents(&self, commit: usize) -> BTreeSet<usize> {
        self.commits[commit].parents.iter().filter_map(|back| commit.checked_sub(*back)).collect()
    }

    /// The ancestors of each commit, itself included.
    fn ancestors(&self) -> Vec<BTreeSet<usize>> {
        let mut all: Vec<BTreeSet<usize>> = Vec::new();
        for commit in 0..self.commits.len() {
            let mut mine = BTreeSet::from([commit]);
            for parent in self.parents(commit) {
                mine.extend(&all[parent]);
            }
            all.push(mine);
        }
        all
    }

    /// The definition, word by word.
    fn expected(
        &self,
        ancestors: &[BTreeSet<usize>],
        tip: usize,
        path: usize,
        later: bool,
    ) -> BTreeSet<usize> {
        let fits = |commit: &usize| {
            let Commit { versions, notes, .. } = &self.commits[*commit];
            let here = versions[path];
            here != 0
                && match notes[usize::from(later)][path] {
                    Said::Fitting | Said::LetGo => true,
                    Said::Deployed(at) => at == here,
                    Said::Nothing | Said::Removed | Said::Garbage => false,
                }
        };
        let all: BTreeSet<usize> = ancestors[tip].iter().copied().filter(fits).collect();
        let is_behind =
            |commit: &usize| all.iter().any(|other| other != commit && ancestors[*other].contains(commit));
        all.iter().copied().filter(|commit| !is_behind(commit)).collect()
    }

    /// The commits and both states of the notes as a stream for `git fast-import`.
    fn build(&self, repo: &Repo) -> Vec<ObjectId> {
        let mut stream = String::new();
        for (at, commit) in self.commits.iter().enumerate() {
            let time = 1_700_000_000 + u64::from(commit.time);
            let _ =
                write!(stream, "commit refs/heads/c{at}\nmark :{}\ncommitter A <a@b> {time} +0000\n", at + 1);
            let _ = write!(stream, "data {}\n{at}\n", at.to_string().len() + 1);
            for (number, parent) in self.parents(at).into_iter().enumerate() {
                let word = if number == 0 { "from" } else { "merge" };
                let _ = writeln!(stream, "{word} :{}", parent + 1);
            }
            stream += "deleteall\n";
            for (path, version) in PATHS.iter().zip(commit.versions).filter(|(_, version)| *version > 0) {
                let _ = write!(
                    stream,
                    "M 100644 inline {path}\ndata {}\n{}",
                    content(version).len(),
                    content(version)
                );
            }
        }
        repo.git_with_input(&["fast-import", "--quiet", "--force", "--export-marks=marks"], &stream);
        let marks = repo.read("marks");
        let marks: HashMap<&str, &str> = marks.lines().filter_map(|line| line.split_once(' ')).collect();
        let id = |at: usize| marks[format!(":{}", at + 1).as_str()];
        let ids: Vec<ObjectId> =
            (0..self.commits.len()).map(|at| ObjectId::from_hex(id(at).as_bytes()).expect("id")).collect();
        let mut stream = String::new();
        for later in [0, 1] {
            let _ = write!(
                stream,
                "commit refs/notes/state{later}\ncommitter A <a@b> {later} +0000\ndata 0\ndeleteall\n"
            );
            for (at, commit) in self
                .commits
                .iter()
                .enumerate()
                .filter(|(_, commit)| commit.notes[later] != [Said::Nothing; 3])
            {
                let text = note(commit, later);
                let mut name = id(at).to_owned();
                (1..=self.depths[later]).rev().for_each(|depth| name.insert(2 * depth, '/'));
                let _ = write!(stream, "M 100644 inline {name}\ndata {}\n{text}", text.len());
            }
        }
        repo.git_with_input(&["fast-import", "--quiet", "--force"], &stream);
        if self.commit_graph {
            repo.git(&["commit-graph", "write", "--reachable"]);
        }
        ids
    }
}

fn note(commit: &Commit, later: usize) -> String {
    let id = "1".repeat(40);
    let lines = PATHS.iter().enumerate().filter_map(|(path, name)| {
        let record = |at: u8| {
            format!(
                "{{\"at\":\"{}\",\"base\":\"{id}\",\"collection\":{{\"id\":\"{id}\",\"name\":\"d\"}},\
                 \"commit\":\"{id}\",\"deployed_at\":\"2026-01-01T00:00:00Z\",\"method\":\"copy\",\"n\":1,\
                 \"name\":\"a\",\"path\":\"{name}\",\"pin\":null,\"sha256\":\"\",\"source\":\"s\",\
                 \"target\":\"claude\",\"type\":\"command\",\"v\":1,\"version\":null}}\n",
                id_of(at)
            )
        };
        match commit.notes[later][path] {
            Said::Nothing => None,
            Said::Deployed(at) => Some(record(at)),
            Said::Fitting => Some(record(commit.versions[path])),
            Said::Removed => Some(format!("{{\"n\":2,\"path\":\"{name}\",\"removed\":true,\"v\":1}}\n")),
            Said::LetGo => Some(format!(
                "{{\"at\":\"{}\",\"kept\":true,\"n\":2,\"path\":\"{name}\",\"removed\":true,\"v\":1}}\n",
                id_of(commit.versions[path])
            )),
            Said::Garbage => Some("garbage\n".to_owned()),
        }
    });
    lines.collect()
}

/// Every answer is the definition's, and asked again it is the same, whoever asked what before.
fn check(story: &Story) {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("project");
    let (ids, ancestors) = (story.build(&repo), story.ancestors());
    let paths: Vec<RepoPath> = PATHS.iter().map(|path| RepoPath::new(*path).expect("path")).collect();
    for (tip, chosen, later, long) in &story.questions {
        let tip = tip % ids.len();
        repo.git(&["update-ref", "refs/notes/skillsync", &format!("refs/notes/state{}", u8::from(*later))]);
        let wanted: Vec<RepoPath> = paths
            .iter()
            .enumerate()
            .filter(|(at, _)| chosen >> at & 1 == 1)
            .map(|(_, path)| path.clone())
            .collect();
        for turn in ["first", "again"] {
            let repository = Repository::open(repo.path(), &Git::find().expect("git")).expect("opens");
            let notes = Notes::read(&repository).expect("notes");
            let records = effective_with(&repository, &notes, ids[tip], &wanted, *long).expect("found");
            for (at, path) in paths.iter().enumerate() {
                let got: Vec<ObjectId> = records.of(path).iter().map(|noted| noted.commit).collect();
                let mut want: Vec<_> = match wanted.contains(path) {
                    true => story.expected(&ancestors, tip, at, *later).into_iter().collect(),
                    false => Vec::new(),
                };
                want.sort_by_key(|at| std::cmp::Reverse((story.commits[*at].time, ids[*at])));
                // A record beside it wins over a path that was let go.
                let lets_go =
                    |commit: &usize| story.commits[*commit].notes[usize::from(*later)][at] == Said::LetGo;
                let is_let_go = !want.is_empty() && want.iter().all(lets_go);
                assert_eq!(records.let_go(path).is_some(), is_let_go, "{turn}: {path} at commit {tip}");
                want.retain(|commit| !lets_go(commit));
                let want: Vec<ObjectId> = want.into_iter().map(|at| ids[at]).collect();
                assert_eq!(got, want, "{turn}: {path} at commit {tip}");
            }
            caches::keep(&repository);
        }
    }
}

/// What `Trail` says of a path: commit, content, and its place in the history.
type Versions = Vec<(ObjectId, Option<ObjectId>, usize)>;

fn plain(versions: &[Version]) -> Versions {
    let content = |version: &Version| version.content.map(|content| content.id);
    versions.iter().map(|version| (version.commit, content(version), version.position)).collect()
}

/// The versions of a path are those that a look at every commit gives, whoever asked what before.
fn check_trails(story: &Story) {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("project");
    let (ids, ancestors) = (story.build(&repo), story.ancestors());
    for (place, chosen, has_start, long) in &story.questions {
        let tip = place % ids.len();
        let start = has_start.then(|| usize::from(*chosen) % 2 % ids.len());
        let repository = Repository::open(repo.path(), &Git::find().expect("git")).expect("opens");
        let history = History::load(&repository, ids[tip], start.map(|start| ids[start])).expect("loads");
        let trail = Trail::with(&repository, ids[tip], start.map(|start| ids[start]), *long);
        for (at, name) in PATHS.iter().enumerate() {
            let path = RepoPath::new(*name).expect("path");
            let (mut all, mut since) = (Versions::new(), Versions::new());
            for (position, id) in history.commits().enumerate() {
                let commit = ids.iter().position(|other| *other == id).expect("one of them");
                let here = |commit: usize| {
                    let version = story.commits[commit].versions[at];
                    (version != 0).then(|| id_of(version))
                };
                let parents = story.parents(commit);
                if parents.is_empty() && here(commit).is_some()
                    || parents.iter().any(|parent| here(*parent) != here(commit))
                {
                    all.push((id, here(commit), position));
                    if start.is_none_or(|start| ancestors[commit].contains(&start)) {
                        since.push((id, here(commit), position));
                    }
                }
            }
            let what = format!("{name} up to {tip} from {start:?}");
            assert_eq!(plain(&trail.versions(&path).expect("versions")), all, "{what}");
            assert_eq!(plain(&trail.versions_since(&path).expect("versions")), since, "{what}");
        }
        caches::keep(&repository);
    }
}

/// A child with a clock that runs far behind is not met before the walk ends.
#[test]
fn an_ancestor_behind_a_slow_clock_does_not_count() {
    let commit = |parents: &[usize], time, fits| {
        let noted = if fits { [Said::Fitting, Said::Nothing, Said::Nothing] } else { [Said::Nothing; 3] };
        Commit { parents: parents.to_vec(), time, versions: [1, 0, 1], notes: [noted; 2] }
    };
    let commits = vec![
        commit(&[], 8, true),
        commit(&[1], 1, false),
        commit(&[1], 10, true),
        commit(&[3], 9, false),
        commit(&[1, 2], 11, false),
        commit(&[], 0, true),
    ];
    // Asked for the last but one of six.
    let question = (4, 1, false, 0);
    check(&Story { commits, depths: [0, 0], commit_graph: false, questions: vec![question] });
}

proptest! {
    #![proptest_config(Config { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_answer_is_the_definitions_whatever_is_in_the_cache(story in story()) {
        check(&story);
    }

    #[test]
    fn versions_are_what_every_commit_says_whatever_is_in_the_cache(story in story()) {
        check_trails(&story);
    }
}
