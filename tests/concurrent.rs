//! Several commands at once, in one work tree and in many: nothing of what any of them recorded is
//! lost, whatever git writes beside them.

use crate::support::{Repo, Sandbox, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[test]
fn deployments_at_the_same_time_are_all_recorded() {
    let sandbox = Sandbox::new();
    let (collection, project) = (sandbox.repo("coll"), sandbox.repo("proj"));
    let names: Vec<String> = (0..8).map(|at| format!("skill{at}")).collect();
    for name in &names {
        collection.write(&format!("skills/{name}/SKILL.md"), format!("# {name}\n"));
    }
    collection.commit_all("skills");
    project.write("README.md", "a project\n");
    project.commit_all("start");
    project.skillsync(&["init", "../coll"]).expect_success();
    let start = |name: &String| {
        let mut command = project.command("git-skillsync");
        command.args(["deploy", name]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let pending: Value = serde_json::from_str(&project.read(".git/skillsync/pending.json")).unwrap();
    assert_eq!(pending["entries"].as_array().unwrap().len(), names.len());
    project.git(&["commit", "--quiet", "-m", "deploy all"]);
    let note = project.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert_eq!(note.lines().count(), names.len(), "{note}");
    let log = project.skillsync(&["log", "--json"]).json();
    assert_eq!(log["operations"].as_array().unwrap().len(), names.len());
    assert!(
        log["operations"].as_array().unwrap().iter().all(|operation| operation["result"] == "1 deployed")
    );
}

/// How many processes record at once, and how often each.
fn size() -> (usize, usize) {
    if crate::support::is_full() { (64, 50) } else { (16, 8) }
}

/// How many work trees amend their commit over and over.
const AMENDERS: usize = 8;

/// A collection of so many skills and a project that has it registered; git copies notes to amended
/// commits by itself.
fn crowd(skills: usize) -> (Sandbox, Repo) {
    let sandbox = Sandbox::new();
    let (collection, project) = (sandbox.repo("coll"), sandbox.repo("proj"));
    for at in 0..skills {
        collection.write(&format!("skills/skill{at}/SKILL.md"), format!("# {at}\n"));
    }
    collection.commit_all("skills");
    project.write("README.md", "a project\n").commit_all("start");
    project.skillsync(&["init", "../coll"]).expect_success();
    project.git(&["config", "notes.rewriteRef", "refs/notes/skillsync"]);
    project.git(&["config", "notes.rewriteMode", "overwrite"]);
    (sandbox, project)
}

/// The lines of all notes, by noted commit.
fn notes(project: &Repo) -> BTreeMap<String, String> {
    let listed = project.git(&["notes", "--ref=skillsync", "list"]);
    let pairs: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.split_once(' ')).collect();
    let blobs: String = pairs.iter().map(|(blob, _)| format!("{blob}\n")).collect();
    let mut texts = project.git_with_input(&["cat-file", "--batch"], blobs);
    texts.push('\n');
    let mut found = BTreeMap::new();
    for (blob, commit) in pairs {
        let at = texts.find(&format!("{blob} blob ")).expect("a blob");
        let (head, rest) = texts[at..].split_once('\n').expect("a header");
        let size: usize = head.rsplit(' ').next().expect("a size").parse().expect("a number");
        found.insert(commit.to_owned(), rest[..size].to_owned());
    }
    found
}

fn run_to_the_end(mut command: Command) {
    let output = command.stdin(Stdio::null()).output().expect("started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn many_processes_record_while_git_rewrites_the_notes() {
    let (workers, records) = size();
    let (sandbox, project) = crowd(records + 1);
    let trees: Vec<Repo> = (0..workers).map(|at| project.worktree(&format!("w{at}"))).collect();
    let amended: Vec<Repo> = (0..AMENDERS).map(|at| project.worktree(&format!("a{at}"))).collect();
    for tree in &amended {
        tree.skillsync(&["deploy", "skill0"]).expect_success();
        tree.commit_all("Deploy");
    }
    let all: Vec<String> = (0..records).map(|at| format!("skill{at}")).collect();
    let deploy: Vec<&str> = ["deploy"].into_iter().chain(all.iter().map(String::as_str)).collect();
    for tree in &trees {
        tree.skillsync(&deploy).expect_success();
    }
    // Each commit has one artifact, whose record its hook writes.
    let commands = |tree: &Repo| -> Vec<Command> {
        let commit = |name: &String| {
            let mut commit = tree.command("git");
            commit.args(["commit", "--quiet", "-m", "x", "--", &format!(".claude/skills/{name}")]);
            commit
        };
        all.iter().map(commit).collect()
    };
    let amend = |tree: &Repo| {
        let mut amend = tree.command("sh");
        amend.args(["-c", "git commit --quiet --amend -m \"$$\""]);
        amend
    };
    let (begun, done, amends) = (Instant::now(), AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for mut command in amended.iter().map(amend) {
            let (done, amends) = (&done, &amends);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    // Two at once in the notes: git then leaves it at that.
                    let _ = command.stdin(Stdio::null()).stderr(Stdio::null()).status();
                    amends.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(50));
                }
            });
        }
        let threads: Vec<_> = trees
            .iter()
            .map(|tree| {
                let commands = commands(tree);
                scope.spawn(move || commands.into_iter().for_each(run_to_the_end))
            })
            .collect();
        let results: Vec<_> = threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(Result::is_ok), "a worker failed");
    });
    let seconds = begun.elapsed().as_secs();
    // One more record, and everything that was left for later is written with it.
    project.skillsync(&["deploy", &format!("skill{records}")]).expect_success();
    project.commit_all("Deploy");
    let notes = notes(&project);
    let mut lost = Vec::new();
    for (worker, tree) in trees.iter().enumerate() {
        let commits = tree.git(&["rev-list", "--reverse", &format!("-{records}"), "HEAD"]);
        for (at, commit) in commits.lines().enumerate() {
            let path = format!("\"path\":\".claude/skills/skill{at}\"");
            if !notes.get(commit).is_some_and(|note| note.contains(&path)) {
                lost.push(format!("{worker}/{at}"));
            }
        }
    }
    let all = workers * records;
    let commits = project.git(&["rev-list", "--count", "refs/notes/skillsync"]);
    let _ = writeln!(
        std::io::stderr(),
        "concurrent: {} of {all} records of {workers} processes stand, in {commits} commits of notes, beside {} \
         amends, {seconds} s",
        all - lost.len(),
        amends.into_inner(),
    );
    assert!(lost.is_empty(), "lost: {lost:?}");
    drop(sandbox);
}

#[test]
fn what_git_overwrites_comes_back() {
    let (_sandbox, project) = crowd(3);
    project.skillsync(&["deploy", "skill0"]).expect_success();
    let first = project.commit_all("Deploy");
    let old = project.git(&["rev-parse", "refs/notes/skillsync"]);
    project.skillsync(&["deploy", "skill1"]).expect_success();
    let second = project.commit_all("Deploy");
    project.skillsync(&["status"]).expect_success();
    assert!(!project.exists(".git/skillsync/pending.json"), "it was seen");
    // As git does it that read the notes before the second record.
    project.git(&["update-ref", "refs/notes/foreign", &old]);
    project.git(&["notes", "--ref=foreign", "add", "-m", "{}", "HEAD~2"]);
    project.git(&["update-ref", "refs/notes/skillsync", "refs/notes/foreign"]);
    project.skillsync(&["deploy", "skill2"]).expect_success();
    let third = project.commit_all("Deploy");
    let notes = notes(&project);
    for (commit, name) in [(first, "skill0"), (second, "skill1"), (third, "skill2")] {
        assert!(notes[&commit].contains(name), "{name}");
    }
    assert_eq!(notes.len(), 4);
}

#[test]
fn notes_that_were_set_back_on_purpose_stay_it() {
    let world = World::deployed();
    world.deploy(&["review"]);
    let proj = &world.proj;
    world.porcelain();
    proj.git(&["update-ref", "refs/notes/skillsync", "refs/notes/skillsync~1"]);
    world.deploy(&["helper"]);
    assert_eq!(notes(proj).len(), 2);
    world.porcelain();
    proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    world.deploy(&["sheets"]);
    assert_eq!(notes(proj).len(), 1);
}

#[test]
fn who_holds_the_lock_writes_for_all_work_trees() {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    let names = ["pdf", "review", "helper"];
    let trees: Vec<Repo> = (0..names.len()).map(|at| world.proj.worktree(&format!("w{at}"))).collect();
    for (tree, name) in trees.iter().zip(names) {
        tree.skillsync(&["deploy", name]).expect_success();
        tree.commit_all("Deploy");
    }
    // Neither what is not committed nor what is broken is in the way.
    let waiting = world.proj.worktree("waiting");
    waiting.skillsync(&["deploy", "pdf"]).expect_success();
    let pending =
        |name: &str| world.proj.path().join(format!(".git/worktrees/{name}/skillsync/pending.json"));
    let before = std::fs::read(pending("waiting")).expect("pending");
    world.proj.worktree("gone");
    world.proj.write(".git/worktrees/gone/skillsync/pending.json", "not json");
    std::fs::remove_dir_all(world.sandbox.path("gone")).expect("removed");
    world.proj.worktree("broken");
    world.proj.write(".git/worktrees/broken/skillsync/pending.json", "{\"version\":1,\"entries\":[]}");
    world.proj.write(".git/worktrees/broken/HEAD", "garbage\n");
    // The commands of the others have drained what was there before; the last one is left.
    world.proj.skillsync(&["deploy", "sheets"]).expect_success();
    let all = notes(&world.proj);
    for (tree, name) in trees.iter().zip(names) {
        assert!(all[&tree.head()].contains(name), "{name}");
        tree.skillsync(&["status"]).expect_success();
        assert!(
            !pending(&format!("w{}", names.iter().position(|other| *other == name).expect("one"))).exists()
        );
    }
    assert_eq!(all.len(), names.len());
    assert_eq!(std::fs::read(pending("waiting")).expect("pending"), before);
    assert!(pending("gone").exists());
    // From a linked work tree, for the main one.
    world.proj.commit_all("Deploy");
    trees[0].skillsync(&["deploy", "review"]).expect_success();
    assert!(notes(&world.proj)[&world.proj.head()].contains("sheets"));
}
