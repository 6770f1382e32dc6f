//! Records shared through a remote, and shown.

use crate::support::{PLACED, Repo, World, skill};

const TRACKING: &str = "refs/skillsync/remotes/origin/skillsync";

/// A bare repository `hub` that the project is pushed to, and so many clones of it, each with the
/// collection registered.
fn team(clones: usize) -> (World, Repo, Vec<Repo>) {
    let world = World::deployed();
    world.porcelain();
    let hub = world.sandbox.bare_repo("hub");
    world.proj.git(&["remote", "add", "origin", "../hub"]);
    world.proj.git(&["push", "--quiet", "--set-upstream", "origin", "main"]);
    let clones = (0..clones).map(|at| {
        let clone = hub.clone_to(&format!("clone{at}"));
        clone.skillsync(&["init", "../coll"]).expect_success();
        clone
    });
    let clones = clones.collect();
    (world, hub, clones)
}

/// The records that `notes show` prints, as pairs of path and noted commit.
fn shown(repo: &Repo, revision: &str) -> Vec<(String, String)> {
    let document = repo.skillsync(&["notes", "show", "--json", revision]).json();
    let records = document["records"].as_array().expect("records");
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    records.iter().map(|shown| (text(&shown["record"]["path"]), text(&shown["noted_on"]))).collect()
}

/// Deploy an artifact in a clone on a branch of its own and commit it.
fn record(clone: &Repo, artifact: &str, branch: &str) {
    clone.git(&["switch", "--quiet", "--create", branch]);
    clone.skillsync(&["deploy", artifact]).expect_success();
    clone.commit_all("Deploy");
}

#[test]
fn two_clones_that_record_at_once_see_all_records() {
    let (world, hub, clones) = team(2);
    let config: Vec<String> = clones.iter().map(|clone| clone.read(".git/config")).collect();
    world.proj.skillsync(&["notes", "push"]).expect_success();
    record(&clones[0], "review", "one");
    record(&clones[1], "helper", "two");
    for (clone, branch) in clones.iter().zip(["one", "two"]) {
        clone.git(&["push", "--quiet", "origin", branch]);
    }
    insta::assert_snapshot!(clones[0].skillsync(&["notes", "push"]), @"
    ----- stdout
    took 1 note from 'origin' and pushed the records
    ----- status 0
    ");
    insta::assert_snapshot!(clones[1].skillsync(&["notes", "push"]), @"
    ----- stdout
    took 2 notes from 'origin' and pushed the records
    ----- status 0
    ");
    assert_eq!(clones[0].skillsync(&["notes", "fetch"]).expect_success(), "took 1 note from 'origin'");
    let all = |repo: &Repo| repo.git(&["notes", "--ref=skillsync", "list"]);
    assert_eq!(all(&hub).lines().count(), 3);
    for clone in &clones {
        assert_eq!(all(clone), all(&hub));
        clone.git(&["fetch", "--quiet"]);
        assert_eq!(shown(clone, "origin/one").len(), 2);
        assert_eq!(shown(clone, "origin/two").len(), 2);
        assert_eq!(clone.skillsync(&["notes", "push"]).expect_success(), "up to date with 'origin'");
    }
    // Both notes refs are in the history, and a plain fetch touched nothing of it.
    assert_eq!(hub.git(&["rev-list", "--merges", "--count", "refs/notes/skillsync"]), "2");
    let after: Vec<String> = clones.iter().map(|clone| clone.read(".git/config")).collect();
    for (before, after) in config.iter().zip(after) {
        assert!(!after.contains("notes") && after.starts_with(before), "{after}");
    }
    let refs =
        clones[1].git(&["for-each-ref", "--format=%(refname)", "refs/notes", "refs/skillsync/remotes"]);
    assert_eq!(refs, format!("refs/notes/skillsync\n{TRACKING}"));
}

#[test]
fn a_plain_fetch_never_touches_the_records_here() {
    let (world, hub, clones) = team(1);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    record(&clones[0], "review", "one");
    let before = clones[0].git(&["rev-parse", "refs/notes/skillsync"]);
    clones[0].git(&["fetch", "--quiet", "--all", "--tags"]);
    clones[0].git(&["pull", "--quiet", "origin", "main"]);
    assert_eq!(clones[0].git(&["rev-parse", "refs/notes/skillsync"]), before);
    // What is merged is what was fetched last, without the network.
    assert_eq!(clones[0].skillsync(&["notes", "merge"]).expect_success(), "'origin' has no records");
    clones[0].skillsync(&["notes", "fetch"]).expect_success();
    world.deploy(&["helper"]);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    hub.git(&["config", "uploadpack.hideRefs", "refs"]);
    assert_eq!(clones[0].skillsync(&["notes", "merge"]).expect_success(), "up to date with 'origin'");
    let document = clones[0].skillsync(&["notes", "merge", "--json"]).json();
    assert_eq!((&document["command"], &document["status"]), (&"notes merge".into(), &"up_to_date".into()));
    assert_eq!(document["remote_notes"], clones[0].git(&["rev-parse", TRACKING]));
    assert_eq!(document["notes"], clones[0].git(&["rev-parse", "refs/notes/skillsync"]));
}

#[test]
fn many_who_push_at_once_lose_nothing() {
    let (world, hub, clones) = team(5);
    for (at, clone) in clones.iter().enumerate() {
        record(clone, ["review", "helper", "sheets", "review", "helper"][at], &format!("b{at}"));
    }
    world.proj.skillsync(&["notes", "push"]).expect_success();
    let start = |clone: &Repo| {
        let mut command = clone.command("git-skillsync");
        command
            .args(["notes", "push"])
            .stderr(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null());
        command.spawn().expect("started")
    };
    let children: Vec<_> = clones.iter().map(start).collect();
    for child in children {
        let output = child.wait_with_output().expect("output");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 6);
}

#[test]
fn whatever_a_lost_race_is_called_it_is_run_again() {
    let (world, hub, clones) = team(1);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    record(&clones[0], "review", "one");
    world.deploy(&["helper"]);
    world.proj.git(&["push", "--quiet", "origin", "refs/notes/skillsync:refs/heads/quicker"]);
    // Between the check and the update somebody else is quicker.
    hub.write_program(
        "hooks/pre-receive",
        "#!/bin/sh\n[ -f raced ] && exit 0\necho >raced\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY\n\
         exec git update-ref refs/notes/skillsync refs/heads/quicker\n",
    );
    let said = clones[0].skillsync(&["notes", "push"]).expect_success();
    assert_eq!(said, "took 2 notes from 'origin' and pushed the records");
    assert!(hub.exists("raced"));
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 3);
}

#[test]
fn a_remote_that_takes_no_notes_is_told_and_nothing_is_lost() {
    let (world, hub, _) = team(0);
    hub.write_program("hooks/pre-receive", "#!/bin/sh\necho 'notes are not allowed'\nexit 1\n");
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["notes", "push"]), @"
    ----- stderr
    error: 'origin' does not take the records: notes are not allowed; pre-receive hook declined
    hint: they are kept here; the remote has to allow 'refs/notes/skillsync'
    ----- status 1
    ");
    assert_eq!(world.everything(), before);
    let (document, code) = world.json(&["notes", "push"]);
    assert_eq!((&document["status"], code), (&"refused".into(), 1));
    world.proj.git(&["remote", "set-url", "origin", "../nowhere"]);
    let (document, code) = world.json(&["notes", "push"]);
    assert_eq!((&document["error"]["kind"], code), (&"git".into(), 128));
}

#[test]
fn deleting_most_notes_stops_on_either_side() {
    let (world, hub, clones) = team(1);
    world.deploy(&["review"]);
    world.deploy(&["helper"]);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    clones[0].skillsync(&["notes", "fetch"]).expect_success();
    // As 'git notes prune' does it in a shallow clone.
    for commit in ["HEAD", "HEAD~1"] {
        world.proj.git(&["notes", "--ref=skillsync", "remove", commit]);
    }
    world.proj.remove(".git/skillsync");
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["notes", "push"]), @"
    ----- stderr
    error: 2 of 3 notes on 'origin' would be deleted
    hint: 'git log -p refs/notes/skillsync' shows what was done; '--yes' goes on
    ----- status 1
    ");
    assert_eq!(world.everything(), before);
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 3);
    assert_eq!(world.json(&["notes", "push"]).0["status"], "would_delete");
    world.proj.skillsync(&["notes", "push", "--yes"]).expect_success();
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 1);
    insta::assert_snapshot!(clones[0].skillsync(&["notes", "fetch"]), @"
    ----- stderr
    error: 2 of 3 notes here would be deleted, as they were on 'origin'
    hint: 'git log -p refs/skillsync/remotes/origin/skillsync' shows what was done; '--yes' goes on
    ----- status 1
    ");
    assert_eq!(clones[0].git(&["notes", "--ref=skillsync", "list"]).lines().count(), 3);
    clones[0].skillsync(&["notes", "merge", "--yes"]).expect_success();
    assert_eq!(clones[0].git(&["notes", "--ref=skillsync", "list"]).lines().count(), 1);
}

#[test]
fn the_remote_is_the_one_that_stands_out() {
    let (world, _, _) = team(0);
    let proj = &world.proj;
    let remote = |args: &[&str]| {
        let run = proj.skillsync(&[&["notes", "fetch"], args].concat());
        if run.code == 0 { run.stdout } else { format!("{} {}", run.code, run.stderr) }
    };
    assert_eq!(remote(&[]), "'origin' has no records\n");
    proj.git(&["remote", "add", "team/up", "../hub"]);
    assert_eq!(remote(&["team/up"]), "'team/up' has no records\n");
    assert_eq!(remote(&[]), "'origin' has no records\n");
    proj.git(&["config", "branch.main.remote", "team/up"]);
    assert_eq!(remote(&[]), "'team/up' has no records\n");
    proj.git(&["config", "branch.main.remote", "."]);
    assert_eq!(remote(&[]), "'origin' has no records\n");
    proj.git(&["remote", "rename", "origin", "old"]);
    assert!(remote(&[]).starts_with("2 error: which remote is meant is not clear: old, team/up\nhint: "));
    proj.git(&["remote", "remove", "team/up"]);
    assert_eq!(remote(&[]), "'old' has no records\n");
    assert!(remote(&["nosuch"]).starts_with("2 error: unknown remote 'nosuch'\n"));
    proj.git(&["remote", "remove", "old"]);
    assert!(remote(&[]).starts_with("2 error: no remote is configured\n"));
}

#[test]
fn every_place_and_every_remote_does() {
    let (world, hub, _) = team(0);
    let worktree = world.proj.worktree("side");
    worktree.skillsync(&["deploy", "review"]).expect_success();
    worktree.commit_all("Deploy");
    worktree.skillsync(&["notes", "push"]).expect_success();
    assert_eq!(hub.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
    // A mirror would push everything by force; a push goes elsewhere than a fetch.
    let other = world.sandbox.bare_repo("other");
    world.proj.git(&["config", "remote.origin.mirror", "true"]);
    world.proj.git(&["config", "remote.origin.pushurl", &other.path().to_string_lossy()]);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    assert_eq!(other.git(&["for-each-ref", "--format=%(refname)"]), "refs/notes/skillsync");
    // A bare repository shares too.
    let relay = world.sandbox.bare_repo("relay");
    relay.git(&["remote", "add", "origin", "../hub"]);
    relay.skillsync(&["notes", "fetch"]).expect_success();
    relay.git(&["fetch", "--quiet", "../hub", "main:main"]);
    assert_eq!(shown(&relay, "main").len(), 1);
    relay.git(&["remote", "add", "new", "../new"]);
    world.sandbox.bare_repo("new");
    relay.skillsync(&["notes", "push", "new"]).expect_success();
    // A clone that leaves the blobs behind gets those of the notes all the same.
    hub.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", hub.path().display());
    world.sandbox.git(&["clone", "--quiet", "--filter=blob:none", "--depth=1", &url, "partial"]);
    let partial = world.sandbox.open("partial");
    partial.skillsync(&["notes", "fetch"]).expect_success();
    hub.remove("objects");
    assert_eq!(partial.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
    assert_eq!(shown(&partial, "HEAD").len(), 1);
}

#[test]
fn a_fetch_that_is_configured_to_overwrite_notes_is_survived() {
    let (world, _, clones) = team(1);
    world.proj.skillsync(&["notes", "push"]).expect_success();
    let clone = &clones[0];
    clone.git(&["config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*"]);
    clone.git(&["fetch", "--quiet"]);
    record(clone, "review", "one");
    assert_eq!(clone.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
    clone.git(&["fetch", "--quiet"]);
    assert_eq!(clone.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 1, "git threw it away");
    // No later command had seen the note yet, so it is written again.
    clone.skillsync(&["notes", "push"]).expect_success();
    assert_eq!(clone.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
    clone.git(&["fetch", "--quiet"]);
    assert_eq!(shown(clone, "HEAD").len(), 2);
}

#[test]
fn the_records_at_a_commit_are_shown() {
    let world = World::deployed();
    insta::assert_snapshot!(world.proj.skillsync(&["notes", "show"]), @"
    ----- stdout
    skill/pdf  .claude/skills/pdf
        base e68d9fee28 (1.0.0) of 'default' at 864096e8ba:skills/pdf
        noted on 5ba2f0c779
    ----- status 0
    ");
    let (document, code) = world.json(&["notes", "show"]);
    let noted_on = world.proj.head();
    assert_eq!(
        (&document["command"], &document["commit"], code),
        (&"notes show".into(), &noted_on.clone().into(), 0)
    );
    assert_eq!(document["records"][0]["record"]["base"], world.note()[0]["base"]);
    world.edit_project(&[(7, "ours")]);
    assert_eq!(shown(&world.proj, "HEAD"), [(".claude/skills/pdf".to_owned(), noted_on)]);
    assert!(shown(&world.proj, "HEAD~2").is_empty());
    // What is committed and not noted yet is counted, and nothing is written.
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.edit_collection(&[(17, "theirs")]);
    world.proj.skillsync(&["pull"]).expect_success();
    world.proj.git(&["commit", "--quiet", "-m", "Pull"]);
    assert_eq!(world.proj.read(PLACED), skill(&[(7, "ours"), (17, "theirs")]));
    let before = world.everything();
    let (document, _) = world.json(&["notes", "show"]);
    assert_eq!(document["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["records"][0]["noted_on"], world.proj.head());
    assert_eq!(document["records"][0]["pending"], true);
    assert_eq!(world.everything(), before);
    let missing = world.proj.skillsync(&["notes", "show", "nosuch"]);
    assert_eq!(missing.code, 128, "{missing}");
    let empty = world.sandbox.repo("empty");
    assert_eq!(empty.skillsync(&["notes", "show"]).expect_success(), "");
}

#[test]
fn a_damaged_note_is_named_where_records_are_shown() {
    let world = World::deployed();
    // What waits until its note was seen would be written again.
    world.porcelain();
    world.proj.git(&["notes", "--ref=skillsync", "add", "-f", "-m", "broken", "HEAD"]);
    let head = world.proj.git(&["rev-parse", "HEAD"]);
    let run = world.proj.skillsync(&["notes", "show"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let named = format!("line 1 of the note on {} is ignored", &head[..10]);
    assert!(run.stderr.contains(&named) && run.stderr.contains("nothing is recorded there"), "{run}");
}
