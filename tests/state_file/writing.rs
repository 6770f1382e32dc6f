//! Who writes the state file: one at a time, whole, with the generation before it kept.

use super::whole;
use crate::support::{Repo, Sandbox};
use git_skillsync::execute::state_file::{check, update};
use git_skillsync::git::program::Git;
use git_skillsync::git::{Repository, state_file};
use git_skillsync::model::state_file::TargetState;
use serde_json::{Value, json};
use std::process::{Command, Stdio};

const FILE: &str = ".git/skillsync/state.json";
const PREVIOUS: &str = ".git/skillsync/state.json.prev";

fn project() -> (Sandbox, Repo, Repository) {
    let sandbox = Sandbox::new();
    let project = sandbox.repo("proj");
    let repository = Repository::open(project.path(), &Git::find().unwrap()).unwrap();
    (sandbox, project, repository)
}

fn file(project: &Repo, path: &str) -> Value {
    serde_json::from_str(&project.read(path)).unwrap()
}

/// The names in the folder, but for the lock.
fn names(project: &Repo) -> Vec<String> {
    let entries = std::fs::read_dir(project.path().join(".git/skillsync")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "lock");
    names.sort();
    names
}

#[test]
fn reading_makes_no_file_and_writing_makes_the_folder() {
    let (_sandbox, project, repository) = project();
    let found = state_file::read(&repository);
    assert!(found.trouble.is_none() && found.state == git_skillsync::model::state_file::StateFile::default());
    assert!(!project.exists(".git/skillsync"));
    assert_eq!(update(&repository, |_| {}).unwrap(), []);
    assert_eq!(names(&project), [""; 0], "nothing changed, nothing is written");
    update(&repository, |state| state.last_sync = Some("2026-01-01T00:00:00Z".into())).unwrap();
    assert_eq!(names(&project), ["state.json"], "and no temporary file is left");
    assert!(project.read(FILE).ends_with("}\n"));
    update(&repository, |state| state.last_sync = None).unwrap();
    assert_eq!(names(&project), ["state.json", "state.json.prev"]);
    assert_eq!(file(&project, PREVIOUS)["last_sync"], "2026-01-01T00:00:00Z");
    assert_eq!(file(&project, FILE)["last_sync"], Value::Null);
}

#[test]
fn a_damaged_file_is_kept_and_the_generation_before_it_goes_on() {
    let (_sandbox, project, repository) = project();
    project.write(FILE, "{\"version\":1,").write(PREVIOUS, whole());
    // A reader finds the generation before, and writes nothing.
    let found = state_file::read(&repository);
    assert_eq!((found.state.records.facts().count(), names(&project).len()), (2, 2));
    let put_aside = update(&repository, |state| state.last_sync = Some("now".into())).unwrap();
    let [one] = put_aside.as_slice() else { panic!("{put_aside:?}") };
    assert!(one.previous && one.reason.starts_with("it is damaged"), "{one:?}");
    assert!(one.aside.file_name().unwrap().to_str().unwrap().starts_with("state.json.bak-"));
    assert_eq!(std::fs::read_to_string(&one.aside).unwrap(), "{\"version\":1,");
    let written = file(&project, FILE);
    assert_eq!((&written["last_sync"], &written["later"]), (&json!("now"), &json!({"b":1,"a":2})));
    assert_eq!(written["records"].as_array().unwrap().len(), 3);
    // Once: the next writer finds nothing wrong.
    assert_eq!(update(&repository, |state| state.last_sync = None).unwrap(), []);
    // A second one is kept beside the first.
    project.write(FILE, "again");
    update(&repository, |_| {}).unwrap();
    assert_eq!(names(&project).iter().filter(|name| name.contains(".bak-")).count(), 2);
}

#[test]
fn where_both_are_damaged_both_are_kept_and_it_goes_on_without() {
    let (_sandbox, project, repository) = project();
    project.write(FILE, "x").write(PREVIOUS, "y");
    let put_aside = update(&repository, |state| state.last_sync = Some("now".into())).unwrap();
    let kept: Vec<String> =
        put_aside.iter().map(|one| std::fs::read_to_string(&one.aside).unwrap()).collect();
    assert_eq!(kept, ["x", "y"]);
    assert_eq!(file(&project, FILE), json!({"version":1,"last_sync":"now","targets":{},"records":[]}));
    assert!(!project.exists(PREVIOUS));
}

#[test]
fn what_is_newer_or_malformed_is_never_written_over() {
    let (_sandbox, project, repository) = project();
    for text in [
        r#"{"version":99,"records":"other"}"#.to_owned(),
        whole().replacen("\"n\":1", "\"n\":\"one\"", 1),
        whole().replacen("\"later\"", "\"auto\"", 1),
    ] {
        project.write(FILE, &text).write(PREVIOUS, whole());
        let error = update(&repository, |state| state.last_sync = None).unwrap_err();
        assert!(error.to_string().contains("state.json' cannot be used"), "{error}");
        assert!(check(&repository).is_err());
        assert_eq!((project.read(FILE), project.read(PREVIOUS)), (text, whole()), "untouched");
        assert_eq!(names(&project).len(), 2);
    }
    project.write(FILE, "{}");
    check(&repository).unwrap();
    update(&repository, |state| state.last_sync = Some("now".into())).unwrap();
    assert_eq!(file(&project, FILE)["last_sync"], "now");
}

#[test]
fn an_older_layout_is_saved_in_ours_with_everything_kept() {
    let (_sandbox, project, repository) = project();
    let old = json!({"last_sync":"2025-01-01T00:00:00","targets":{"codex":{"x":1}}});
    project.write(FILE, old.to_string());
    update(&repository, |_| {}).unwrap();
    let new = file(&project, FILE);
    assert_eq!((&new["version"], &new["migrated_from"]), (&json!(1), &old));
    assert_eq!(file(&project, PREVIOUS), old);
}

/// How many processes write at once, and how often each.
const WRITERS: usize = 6;
const ROUNDS: u64 = 25;

#[test]
fn several_processes_lose_no_update_and_no_reader_finds_half_a_file() {
    let (_sandbox, project, repository) = project();
    let this = std::env::current_exe().unwrap();
    let start = |at: usize| {
        let mut command = Command::new(&this);
        command.args(["--exact", "state_file::writing::a_writer", "--ignored"]);
        command.env("SKILLSYNC_WRITER", at.to_string()).env("SKILLSYNC_WRITER_IN", project.path());
        command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
    };
    let mut children: Vec<_> = (0..WRITERS).map(start).collect();
    let (mut reads, mut last) = (0, 0);
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        let found = state_file::read(&repository);
        assert!(found.trouble.is_none(), "{:?}", found.trouble);
        let total = found.state.targets.values().map(|target| target.items_synced).sum();
        assert!(total >= last, "a reader saw {last} and then {total}");
        (reads, last) = (reads + 1, total);
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let state = state_file::read(&repository).state;
    let counts: Vec<u64> = state.targets.values().map(|target| target.items_synced).collect();
    assert_eq!(counts, vec![ROUNDS; WRITERS]);
    assert!(reads > 0);
    assert_eq!(names(&project), ["state.json", "state.json.prev"]);
}

/// One process of the test above.
#[test]
#[ignore = "started by several_processes_lose_no_update_and_no_reader_finds_half_a_file"]
fn a_writer() {
    let name = std::env::var("SKILLSYNC_WRITER").unwrap();
    let folder = std::env::var_os("SKILLSYNC_WRITER_IN").unwrap();
    let repository = Repository::open(folder.as_ref(), &Git::find().unwrap()).unwrap();
    for _ in 0..ROUNDS {
        update(&repository, |state| {
            state.targets.entry(name.clone()).or_insert_with(TargetState::default).items_synced += 1;
        })
        .unwrap();
    }
}
