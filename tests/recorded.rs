//! Records by path and content, of all notes, with and without what an earlier run kept.

use crate::support::{Repo, Sandbox};
use git_skillsync::execute::caches;
use git_skillsync::git::Repository;
use git_skillsync::git::notes::Notes;
use git_skillsync::git::program::Git;
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::recorded::Recorded;
use gix::ObjectId;
use proptest::prelude::{Strategy, any, prop, proptest};
use proptest::test_runner::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const PATHS: [&str; 2] = [".claude/skills/pdf", ".claude/skills/sheets"];
/// How many different contents and commits of the collection there are.
const CONTENTS: u8 = 5;

/// What the note on a commit says of each path: a content and a commit of the collection.
type Noted = [Option<(u8, u8)>; 2];
/// By the first digits of the noted commit.
type State = BTreeMap<u16, Noted>;

fn noted() -> impl Strategy<Value = Noted> {
    let said = || prop::option::of((0..CONTENTS, 0..CONTENTS));
    [said(), said()]
}

/// The notes of a first run, and what changes before each later one; with the depth of the folders.
fn story() -> impl Strategy<Value = (State, Vec<(State, usize)>)> {
    let first = prop::collection::btree_map(any::<u16>(), noted(), 60..90);
    let change = prop::collection::btree_map(any::<u16>(), noted(), 0..90);
    (first, prop::collection::vec((change, 0..3_usize), 1..4))
}

fn id(first: u16, rest: u8) -> String {
    format!("{first:04x}{rest:02x}{:034x}", 7)
}

fn line(path: usize, content: u8, commit: u8) -> String {
    let (at, base, origin, commit) = (id(1, content), id(2, 0), id(3, 0), id(4, commit));
    serde_json::json!({
        "at": at, "base": base, "collection": {"id": origin, "name": "default"}, "commit": commit,
        "deployed_at": "2026-01-01T00:00:00Z", "method": "copy", "n": 1, "name": "pdf", "path": PATHS[path],
        "pin": null, "sha256": "00", "source": "skills/pdf", "target": "claude", "type": "skill", "v": 1,
        "version": null,
    })
    .to_string()
}

/// Write all notes anew, in folders of this depth.
fn set_notes(repo: &Repo, state: &State, depth: usize) {
    let mut input = "commit refs/notes/skillsync\ncommitter A <a@b> 0 +0000\ndata 0\n".to_owned();
    if repo.try_git(&["rev-parse", "--verify", "--quiet", "refs/notes/skillsync"]).code == 0 {
        input += "from refs/notes/skillsync^0\ndeleteall\n";
    }
    for (commit, noted) in state {
        let lines = noted
            .iter()
            .enumerate()
            .filter_map(|(path, said)| said.map(|(content, commit)| line(path, content, commit) + "\n"));
        let text: String = lines.collect();
        let mut place = id(*commit, 0);
        for folder in 0..depth {
            place.insert(2 * (folder + 1) + folder, '/');
        }
        let _ = write!(input, "M 100644 inline {place}\ndata {}\n{text}\n", text.len());
    }
    repo.git_with_input(&["fast-import", "--quiet", "--force"], input);
}

/// Look for everything that could be recorded, and keep what was read.
fn check(repo: &Repo, state: &State) {
    let project = Repository::open(repo.path(), &Git::find().expect("git")).expect("repository");
    let recorded = Recorded::new(&project, Notes::read(&project).expect("notes"));
    let oid = |hex: String| ObjectId::from_hex(hex.as_bytes()).expect("an id");
    for (index, path) in PATHS.into_iter().enumerate() {
        let path = RepoPath::new(path).expect("a path");
        let said = || state.iter().filter_map(|(on, noted)| noted[index].map(|said| (*on, said)));
        for content in 0..CONTENTS {
            let found = recorded.of(&path, oid(id(1, content))).expect("read");
            let found: BTreeSet<_> = found.iter().map(|noted| (noted.commit, noted.record.commit)).collect();
            let made_for = said().filter(|(_, (at, _))| *at == content);
            let expected: BTreeSet<_> =
                made_for.map(|(on, (_, commit))| (oid(id(on, 0)), oid(id(4, commit)))).collect();
            assert_eq!(found, expected);
        }
        let commits: BTreeSet<_> = recorded.commits(&path).expect("read").into_iter().collect();
        assert_eq!(commits, said().map(|(_, (_, commit))| oid(id(4, commit))).collect());
    }
    caches::keep(&project);
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn all_records_are_found_whatever_was_kept((first, changes) in story()) {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo("repo");
        set_notes(&repo, &first, 1);
        check(&repo, &first);
        assert_eq!(repo.exists(".git/skillsync/cache/recorded"), first.len() >= 64);
        let mut state = first;
        for (change, depth) in changes {
            // Some notes go, some come, some change.
            let gone = state.len() / 5;
            state = state.into_iter().skip(gone).collect();
            state.extend(change);
            set_notes(&repo, &state, depth);
            check(&repo, &state);
        }
    }
}

#[test]
fn notes_that_are_gone_or_a_damaged_file_do_no_harm() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("repo");
    let state: State = (0..100).map(|commit| (commit, [Some((1, 2)), None])).collect();
    set_notes(&repo, &state, 0);
    check(&repo, &state);
    let kept = ".git/skillsync/cache/recorded";
    assert!(repo.exists(kept));
    // Another history of the notes, and the one that was read is pruned.
    repo.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "--quiet", "--prune=now"]);
    let state: State = (50..150).map(|commit| (commit, [Some((2, 3)), Some((0, 1))])).collect();
    set_notes(&repo, &state, 2);
    check(&repo, &state);
    repo.write(kept, "skillsync-cache 1 0\nxyz");
    check(&repo, &state);
    repo.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    check(&repo, &State::new());
}
