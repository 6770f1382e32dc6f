//! Partial clones: what is missing is fetched by git, as soon as it is needed, and the result is that of
//! a whole clone.

use crate::support::{PLACED, Repo, SOURCE, Sandbox, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// A project with a history of edits and pulls, and its notes, on a server that lets itself be cloned
/// in part; the collection moves on.
fn history() -> World {
    let world = World::deployed();
    for (line, text) in [(7, "first"), (8, "second")] {
        world.edit_project(&[(line, text)]);
    }
    world.edit_collection(&[(20, "last")]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_project(&[OURS, (20, "last")]);
    world.edit_collection(&[THEIRS, (20, "last")]);
    world.proj.skillsync(&["status"]).expect_success();
    for repo in [&world.proj, &world.coll] {
        repo.git(&["config", "uploadpack.allowFilter", "true"]);
        repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    }
    world
}

fn clone(world: &World, from: &Repo, name: &str, filter: &str) -> Repo {
    let url = format!("file://{}", from.path().display());
    let filter = format!("--filter={filter}");
    let filter: &[&str] = if filter == "--filter=" { &[] } else { &[&filter] };
    world.sandbox.git(&[&["clone", "--quiet"], filter, &["--no-checkout", &url, name]].concat());
    let clone = world.sandbox.open(name);
    clone.git(&["config", "notes.displayRef", "refs/notes/skillsync"]);
    clone
}

fn missing(repo: &Repo) -> usize {
    let listed = repo.git(&["rev-list", "--objects", "--all", "--missing=print"]);
    listed.lines().filter(|line| line.starts_with('?')).count()
}

/// What status, a pull and the log say, and what the file is then.
fn outcome(repo: &Repo, coll: &Repo, with_notes: bool) -> [String; 5] {
    repo.git(&["checkout", "--quiet", "main"]);
    repo.skillsync(&["init", "--no-hooks", &coll.path().to_string_lossy()]).expect_success();
    if with_notes {
        repo.skillsync(&["notes", "fetch"]).expect_success();
    }
    let status = repo.skillsync(&["status", "--porcelain"]).expect_success();
    let from = repo.skillsync(&["status", "--json"]).json()["artifacts"][0]["base_from"].to_string();
    let pull = repo.skillsync(&["pull", "--json"]).json()["results"][0]["status"].to_string();
    let push = repo.skillsync(&["push", "--dry-run", "--json"]).json()["results"][0]["status"].to_string();
    [status, from, pull, push, repo.read(PLACED)]
}

#[test]
fn a_partial_project_gives_what_a_whole_one_gives() {
    for with_notes in [true, false] {
        let world = history();
        let whole = outcome(&clone(&world, &world.proj, "whole", ""), &world.coll, with_notes);
        assert_eq!(whole[4], skill(&[OURS, THEIRS, (20, "last")]), "{whole:?}");
        for (filter, name) in [("blob:none", "blobs"), ("tree:0", "trees"), ("blob:limit=10", "limit")] {
            let partial = clone(&world, &world.proj, name, filter);
            assert!(missing(&partial) > 0, "{filter}");
            let found = outcome(&partial, &world.coll, with_notes);
            assert_eq!(found, whole, "{filter}, notes: {with_notes}");
        }
    }
}

#[test]
fn a_partial_collection_gives_what_a_whole_one_gives() {
    let world = history();
    let whole = outcome(&clone(&world, &world.proj, "whole", ""), &world.coll, true);
    for (filter, name) in [("blob:none", "blobs"), ("tree:0", "trees")] {
        let coll = clone(&world, &world.coll, &format!("coll-{name}"), filter);
        coll.git(&["checkout", "--quiet", "main"]);
        assert!(missing(&coll) > 0, "{filter}");
        let project = clone(&world, &world.proj, name, "");
        assert_eq!(outcome(&project, &coll, true), whole, "{filter}");
        // What is pushed is built on trees that were fetched just now.
        project.git(&["commit", "--quiet", "--message", "Pull"]);
        project.skillsync(&["push"]).expect_success();
        assert_eq!(coll.read(SOURCE), skill(&[OURS, THEIRS, (20, "last")]), "{filter}");
    }
}

#[test]
fn without_the_promised_objects_nothing_is_guessed_and_nothing_lost() {
    let world = history();
    let partial = clone(&world, &world.proj, "partial", "blob:none");
    partial.git(&["checkout", "--quiet", "main"]);
    partial.skillsync(&["init", "--no-hooks", &world.coll.path().to_string_lossy()]).expect_success();
    partial.skillsync(&["notes", "fetch"]).expect_success();
    // The server is gone.
    partial.git(&["remote", "set-url", "origin", "file:///nowhere"]);
    let before = partial.read(PLACED);
    let run = partial.skillsync(&["pull"]);
    match run.code {
        // The record says it all, or the missing text was needed.
        0 => assert_eq!(partial.read(PLACED), skill(&[OURS, THEIRS, (20, "last")]), "{run}"),
        _ => {
            assert!(run.stderr.contains("could not be found"), "{run}");
            assert!(run.stderr.contains("hint: a partial clone"), "{run}");
            assert_eq!(partial.read(PLACED), before);
            assert_eq!(partial.git(&["status", "--porcelain"]), "");
        }
    }
}

#[test]
fn a_whole_clone_asks_git_for_nothing() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("plain");
    repo.write("README", "x\n").commit_all("Start");
    // A program that says when it is asked for an object.
    let folder = sandbox.folder("bin");
    let git = which::which("git").expect("git");
    let log = sandbox.path("asked");
    folder.write_program(
        "git",
        &format!(
            "#!/bin/sh\ncase \"$*\" in *cat-file*) echo \"$*\" >>'{}';; esac\nexec '{}' \"$@\"\n",
            log.display(),
            git.display()
        ),
    );
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-skillsync"));
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("PATH"));
    let run = repo.run(command.args(["status"]).env("PATH", path));
    assert_eq!(run.code, 2, "no collection: {run}");
    assert!(!log.exists(), "{}", std::fs::read_to_string(log).unwrap_or_default());
}
