//! `doctor`: a healthy repository, damaged ones, and what is mended.

use crate::support::{PLACED, World, skill};
use git_skillsync::model::health::{Facts, Fix, Holder, Hook, HookStanding, Hooks, LockFile, Severity};
use git_skillsync::model::hook::HookEvent;
use git_skillsync::plan::doctor::judge;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// What `doctor` finds: the word, whether it is mended, for each finding; and the exit status.
fn found(world: &World, args: &[&str]) -> (Vec<(String, bool)>, i32) {
    let (document, code) = world.json(&[&["doctor"], args].concat());
    assert_eq!((&document["schema"], &document["command"]), (&1.into(), &"doctor".into()));
    assert_eq!(document["healthy"], Value::Bool(code == 0));
    let findings = document["findings"].as_array().expect("findings").iter().map(|finding| {
        let id = finding["id"].as_str().expect("an id").to_owned();
        (id, finding["fixed"].as_bool().expect("whether it is mended"))
    });
    (findings.collect(), code)
}

fn left(ids: &[&str], code: i32) -> (Vec<(String, bool)>, i32) {
    (ids.iter().map(|id| ((*id).to_owned(), false)).collect(), code)
}

fn mended(ids: &[&str]) -> (Vec<(String, bool)>, i32) {
    (ids.iter().map(|id| ((*id).to_owned(), true)).collect(), 0)
}

/// A project whose record is settled.
fn settled() -> World {
    let world = World::deployed();
    world.porcelain();
    world
}

/// A file as old as a lock that was left behind.
fn write_old(world: &World, path: &str) {
    world.proj.write(path, "");
    let file = std::fs::File::options().write(true).open(world.proj.path().join(path)).expect("file");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("time");
}

#[test]
fn a_healthy_repository_has_nothing_to_attend_to() {
    let world = settled();
    let before = world.everything();
    let run = world.proj.skillsync(&["doctor", "--verify"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    nothing to attend to
    ----- status 0
    ");
    assert_eq!(found(&world, &["--fix"]), left(&[], 0));
    assert_eq!(world.everything(), before, "nothing was written");
}

#[test]
fn a_note_on_the_wrong_commit_is_named_and_stays() {
    let world = settled();
    world.proj.git(&["notes", "--ref=skillsync", "copy", "HEAD", "HEAD~1"]);
    let run = world.proj.skillsync(&["doctor"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    warning: the note on 4f33bb4134 does not fit this commit and is ignored for '.claude/skills/pdf'
       ('git notes --ref=skillsync remove 4f33bb4134' takes it off)
    ----- status 1
    ");
    assert_eq!(found(&world, &["--fix"]), left(&["notes.misplaced"], 1));
    assert_eq!(world.proj.git(&["notes", "--ref=skillsync", "list"]).lines().count(), 2);
}

#[test]
fn a_record_that_a_squash_left_behind_is_noted_on_head() {
    let world = World::new();
    world.proj.git(&["switch", "--quiet", "--create", "topic"]);
    world.deploy(&["pdf"]);
    world.edit_project(&[(7, "ours")]);
    world.porcelain();
    let noted = world.proj.git(&["rev-parse", "HEAD~1"]);
    // As a server squashes: other commits, the same content; here so that the record fits.
    world.proj.git(&["switch", "--quiet", "main"]);
    world.proj.git(&["restore", "--source", &noted, "--staged", "--worktree", "."]);
    world.proj.commit_all("Squashed");
    world.proj.git(&["branch", "--quiet", "-D", "topic"]);
    let (ids, code) = found(&world, &[]);
    assert_eq!((ids[0].0.as_str(), code), ("notes.lost", 1), "{ids:?}");
    let run = world.proj.skillsync(&["doctor", "--fix"]).to_string();
    insta::assert_snapshot!(run.replace(&noted[..10], "[NOTED]"), @"
    ----- stdout
    mended: the record of '.claude/skills/pdf' is on [NOTED], which HEAD does not lead to: noted on HEAD too
    note: 1 note on commits that no branch has any more, 0 of them gone
    nothing to attend to
    ----- status 0
    ");
    assert_eq!(world.note().len(), 1);
    assert_eq!(found(&world, &[]), left(&["notes.orphaned"], 0));
    world.edit_project(&[(9, "more")]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["base_from"], "note");
}

#[test]
fn notes_of_which_a_part_is_missing_are_named_with_the_way_out() {
    let world = settled();
    for part in ["refs/notes/skillsync^{tree}", "refs/notes/skillsync:"] {
        let mut id = world.proj.git(&["rev-parse", part]);
        if part.ends_with(':') {
            id = world.proj.git(&["ls-tree", &id]).split_whitespace().nth(2).expect("a note").to_owned();
        }
        let object = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
        let kept = std::fs::read(world.proj.path().join(&object)).expect("an object");
        world.proj.remove(&object);
        assert_eq!(found(&world, &["--fix"]), left(&["notes.damaged"], 1), "{part}");
        world.proj.write(&object, kept);
        assert_eq!(found(&world, &[]), left(&[], 0), "{part}");
    }
    let tree = world.proj.git(&["rev-parse", "refs/notes/skillsync^{tree}"]);
    world.proj.remove(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..]));
    world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    world.edit_collection(&[(9, "theirs")]);
    assert_eq!(world.outcome(&["pull"]), ("updated".to_owned(), 0));
}

#[test]
fn hooks_that_git_does_not_call_are_named_and_mended_where_they_are_ours() {
    let world = settled();
    world.proj.remove(".git/hooks/post-merge");
    let hook = world.proj.read(".git/hooks/post-commit").replace("v1 >>>\n", "v1 >>>\n# edited\n");
    world.proj.write(".git/hooks/post-commit", hook);
    assert_eq!(found(&world, &[]), left(&["hooks.broken", "hooks.missing"], 1));
    let (after, code) = found(&world, &["--fix"]);
    assert_eq!(code, 1, "an edited hook is the user's");
    assert_eq!(after, [("hooks.missing".to_owned(), true), ("hooks.broken".to_owned(), false)]);
    world.proj.remove(".git/hooks/post-commit");
    assert_eq!(found(&world, &["--fix"]), mended(&["hooks.missing"]));
    world.proj.git(&["config", "core.hooksPath", ".husky"]);
    assert_eq!(found(&world, &["--fix"]), left(&["hooks.bypassed"], 1));
    assert!(!world.proj.exists(".husky"), "nothing is written into the work tree");
}

#[test]
fn the_way_out_of_a_refspec_leaves_the_others() {
    let world = settled();
    let ours = "+refs/heads/*:refs/remotes/origin/*";
    for value in [ours, "+refs/notes/*:refs/notes/*"] {
        world.proj.git(&["config", "--add", "remote.origin.fetch", value]);
    }
    let (document, code) = world.json(&["doctor"]);
    let hint = document["findings"][0]["hint"].as_str().expect("a hint");
    let command = hint.split('\'').nth(1).expect("a command");
    assert_eq!((command.starts_with("git config --unset "), code), (true, 1), "{hint}");
    let mut shell = world.proj.command("sh");
    assert!(shell.args(["-c", command]).status().expect("sh").success(), "{command}");
    assert_eq!(world.proj.git(&["config", "--get-all", "remote.origin.fetch"]), ours);
    assert_eq!(found(&world, &[]), left(&[], 0));
}

#[test]
fn refspecs_that_would_destroy_or_publish_are_named() {
    let world = settled();
    for (key, value, expected) in [
        ("remote.origin.fetch", "+refs/notes/*:refs/notes/*", "refspec.forced"),
        ("remote.origin.fetch", "+refs/*:refs/*", "refspec.forced"),
        ("remote.origin.fetch", "refs/notes/*:refs/notes/*", "refspec.fetch"),
        ("remote.origin.push", "refs/notes/skillsync", "refspec.push"),
        ("remote.origin.push", "+refs/*:refs/*", "refspec.log"),
        ("remote.origin.mirror", "true", "refspec.mirror"),
        ("skillsync.nonsense", "x", "config.unknown"),
        ("skillsync.strategy", "x", "config.value"),
    ] {
        world.proj.git(&["config", key, value]);
        assert_eq!(found(&world, &["--fix"]), left(&[expected], 1), "{key} = {value}");
        world.proj.git(&["config", "--unset", key]);
    }
    for (key, value) in [
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ("remote.origin.fetch", "+refs/notes/*:refs/notes-of/origin/*"),
        ("remote.origin.push", "refs/heads/main"),
        ("remote.origin.mirror", "false"),
    ] {
        world.proj.git(&["config", key, value]);
        assert_eq!(found(&world, &[]), left(&[], 0), "{key} = {value}");
        world.proj.git(&["config", "--unset", key]);
    }
    world.proj.git(&["config", "notes.rewriteRef", "refs/notes/*"]);
    assert_eq!(found(&world, &[]), left(&["notes.rewrite_ref"], 0));
}

#[test]
fn a_lock_that_was_left_behind_goes_only_if_nobody_holds_it() {
    let world = settled();
    let lock = ".git/refs/notes/skillsync.lock";
    world.proj.write(lock, "");
    assert_eq!(found(&world, &["--fix"]), left(&[], 0), "it is young");
    write_old(&world, lock);
    let open = std::fs::File::open(world.proj.path().join(lock)).expect("open");
    let mut holder = Command::new("sleep").arg("600").stdin(open).spawn().expect("a process");
    assert_eq!(found(&world, &["--fix"]), left(&["lock.held"], 1));
    holder.kill().and_then(|()| holder.wait()).expect("ended");
    assert_eq!(found(&world, &[]), left(&["lock.stale"], 1));
    assert!(world.proj.exists(lock), "without '--fix' nothing is removed");
    assert_eq!(found(&world, &["--fix"]), mended(&["lock.stale"]));
    assert!(!world.proj.exists(lock));
    assert_eq!(found(&world, &[]), left(&[], 0));
}

#[test]
fn bases_and_collections_that_are_gone_are_named() {
    let world = settled();
    let good = world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    let record: Value = serde_json::from_str(&good).expect("a record");
    let other = "0123456789012345678901234567890123456789";
    for (key, value, args, expected) in [
        ("base", other, [].as_slice(), left(&["records.base"], 1)),
        ("commit", other, &[], left(&["records.commit"], 1)),
        ("sha256", "00", &[], left(&[], 0)),
        ("sha256", "00", &["--verify"], left(&["records.digest"], 1)),
        ("at", other, &[], left(&["notes.misplaced"], 1)),
    ] {
        let mut bad = record.clone();
        bad[key] = value.into();
        let args_of_git = ["notes", "--ref=skillsync", "add", "--force", "--file=-"];
        world.proj.git_with_input(&args_of_git, bad.to_string());
        assert_eq!(found(&world, args), expected, "{key}");
    }
    world
        .proj
        .git_with_input(&["notes", "--ref=skillsync", "add", "--force", "--file=-"], format!("{good}\nx\n"));
    assert_eq!(found(&world, &[]), left(&["notes.unreadable"], 1));
    world.proj.git_with_input(&["notes", "--ref=skillsync", "add", "--force", "--file=-"], &good);
    world.proj.git(&["config", "skillsync-collection.default.url", "../nowhere"]);
    assert_eq!(found(&world, &[]), left(&["collection.unreachable"], 1));
    world.proj.git(&["config", "skillsync-collection.default.url", "."]);
    assert_eq!(found(&world, &[]), left(&["collection.id"], 1));
    world.proj.git(&["config", "--remove-section", "skillsync-collection.default"]);
    assert_eq!(found(&world, &[]), left(&["records.collection"], 1));
}

#[test]
fn records_that_a_remote_lacks_are_named() {
    let world = settled();
    let remote = world.sandbox.bare_repo("remote.git");
    let path = remote.path().to_str().expect("path").to_owned();
    world.proj.git(&["remote", "add", "origin", &path]);
    assert_eq!(found(&world, &[]), left(&[], 0), "the commits are not there either");
    world.proj.git(&["push", "--quiet", "origin", "main"]);
    assert_eq!(found(&world, &["--fix"]), left(&["notes.unshared"], 1));
    world.proj.git(&["update-ref", "refs/skillsync/remotes/origin/skillsync", "refs/notes/skillsync"]);
    assert_eq!(found(&world, &[]), left(&[], 0), "what is known of the remote has them");
}

#[test]
fn what_waits_is_written_down_and_what_is_damaged_goes_aside() {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.deploy(&["pdf"]);
    assert_eq!(found(&world, &[]), left(&["hooks.none", "pending.ready"], 0));
    assert_eq!(
        found(&world, &["--fix"]),
        (vec![("pending.ready".into(), true), ("hooks.none".into(), false)], 0)
    );
    assert_eq!(world.note().len(), 1);
    world.proj.write(".git/skillsync/pending.json", "{");
    assert_eq!(found(&world, &[]), left(&["pending.damaged", "hooks.none"], 1));
    let (ids, code) = found(&world, &["--fix"]);
    assert_eq!((ids[0].clone(), code), (("pending.damaged".to_owned(), true), 0));
    world.edit_collection(&[(7, "theirs")]);
    world.proj.skillsync(&["pull"]).expect_success();
    world.proj.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(found(&world, &[]), left(&["hooks.none", "pending.dormant"], 0));
    world.proj.write(".git/skillsync/cache/records/x", "damaged");
    assert_eq!(found(&world, &[]).1, 1);
    assert_eq!(found(&world, &["--fix"]).0[0], ("cache.damaged".to_owned(), true));
    assert!(!world.proj.exists(".git/skillsync/cache/records/x"));
    assert_eq!(world.proj.read(PLACED), skill(&[]));
}

#[test]
fn outside_of_a_repository_it_cannot_be_told() {
    let sandbox = crate::support::Sandbox::new();
    assert_eq!(sandbox.folder("plain").skillsync(&["doctor"]).code, 128);
}

#[test]
fn only_what_is_without_any_risk_is_mended() {
    let lock = |age, holder| LockFile { path: "x.lock".into(), age, holder };
    let all = |standing| Hooks {
        folder: "hooks".into(),
        is_own: true,
        are_bypassed: false,
        all: vec![
            Hook { event: HookEvent::PostCommit, standing, advice: "the line for it: line".into() },
            Hook {
                event: HookEvent::PostMerge,
                standing: HookStanding::Installed,
                advice: "the line for it: line".into(),
            },
        ],
    };
    let remove = Some(Fix::RemoveLock(PathBuf::from("x.lock")));
    let (warning, note) = (Severity::Warning, Severity::Note);
    for (facts, expected) in [
        (Facts { locks: vec![lock(599, Holder::Nobody)], ..Facts::default() }, None),
        (Facts { locks: vec![lock(600, Holder::Nobody)], ..Facts::default() }, Some((warning, remove))),
        (Facts { locks: vec![lock(6000, Holder::Unknown)], ..Facts::default() }, Some((warning, None))),
        (
            Facts { locks: vec![lock(6000, Holder::Process("git".into()))], ..Facts::default() },
            Some((warning, None)),
        ),
        (Facts { hooks: all(HookStanding::Installed), ..Facts::default() }, None),
        (
            Facts { hooks: all(HookStanding::Absent), ..Facts::default() },
            Some((warning, Some(Fix::InstallHooks))),
        ),
        (
            Facts { hooks: all(HookStanding::Outdated), ..Facts::default() },
            Some((warning, Some(Fix::InstallHooks))),
        ),
        (
            Facts { hooks: all(HookStanding::Broken("edited".into())), ..Facts::default() },
            Some((warning, None)),
        ),
        (
            Facts { hooks: all(HookStanding::Foreign("a link".into())), ..Facts::default() },
            Some((note, None)),
        ),
        (
            Facts { hooks: Hooks { is_own: false, ..all(HookStanding::Absent) }, ..Facts::default() },
            Some((warning, None)),
        ),
    ] {
        let found = judge(&facts);
        assert!(found.len() <= 1, "{found:?}");
        assert_eq!(
            found.into_iter().next().map(|finding| (finding.severity, finding.fix)),
            expected,
            "{facts:?}"
        );
    }
}
