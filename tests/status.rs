//! `status` and `check`: the table of drift row by row, the documents, and that looking changes nothing.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

/// One row: how it comes about and all that `status` says of it.
struct Row {
    build: fn(&World),
    says: &'static str,
    /// Letters, drift type, direction, recommendation, states of project and collection.
    expected: [&'static str; 6],
    counts: bool,
}

const fn row(build: fn(&World), says: &'static str, expected: [&'static str; 6]) -> Row {
    Row { build, says, expected, counts: true }
}

const fn quiet(build: fn(&World), says: &'static str, letters: &'static str) -> Row {
    Row { build, says, expected: [letters, "", "none", "none", "unchanged", "unchanged"], counts: false }
}

const ROWS: &[Row] = &[
    quiet(|_| {}, "untouched", ".."),
    row(
        |world| drop(world.edit_collection(&[(15, "theirs")])),
        "changed in the collection",
        [".M", "modified", "to_project", "push_from_collection", "unchanged", "modified"],
    ),
    row(
        |world| drop(world.edit_project(&[(7, "ours")])),
        "changed here",
        ["M.", "modified", "to_collection", "pull_from_project", "modified", "unchanged"],
    ),
    row(
        |world| _ = world.proj.write(PLACED, skill(&[(7, "ours")])),
        "changed here and not committed",
        ["M.", "modified", "to_collection", "pull_from_project", "modified", "unchanged"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            world.edit_collection(&[(15, "theirs")]);
        },
        "changed on both sides, apart",
        ["MM", "modified", "both", "merge", "modified", "modified"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            world.edit_collection(&[(7, "theirs")]);
        },
        "changed on both sides, same line",
        ["MM", "modified", "both", "resolve_conflict", "modified", "modified"],
    ),
    quiet(
        |world| {
            world.edit_project(&[(7, "same")]);
            world.edit_collection(&[(7, "same")]);
        },
        "the same change",
        "..",
    ),
    row(
        |world| {
            world.edit_collection(&[(15, "newer")]);
            world.proj.skillsync(&["pull", "--commit"]).expect_success();
            world.proj.git(&["revert", "--no-edit", "HEAD"]);
        },
        "back at an older version of the collection",
        ["M.", "modified", "to_collection", "review_manually", "modified", "unchanged"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            world.edit_collection(&[(7, "theirs")]);
            assert_eq!(world.proj.skillsync(&["pull"]).code, 1);
        },
        "unmerged",
        ["U.", "modified", "none", "resolve_conflict", "unmerged", "unchanged"],
    ),
    row(
        |world| drop(world.coll.remove("skills/pdf").commit_all("Drop pdf")),
        "gone from the collection",
        [".D", "removed", "to_project", "keep_or_prune", "unchanged", "deleted"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            world.coll.remove("skills/pdf").commit_all("Drop pdf");
        },
        "gone from the collection, changed here",
        ["MD", "removed", "both", "review_manually", "modified", "deleted"],
    ),
    row(
        |world| _ = world.proj.remove(".claude/skills/pdf"),
        "deleted here",
        ["D.", "removed", "none", "restore_or_remove", "deleted", "unchanged"],
    ),
    row(
        |world| drop(world.proj.git(&["rm", "--quiet", "-r", ".claude/skills/pdf"])),
        "deleted here and staged",
        ["D.", "removed", "none", "restore_or_remove", "deleted", "unchanged"],
    ),
    row(
        |world| {
            world.edit_collection(&[(15, "theirs")]);
            world.proj.remove(".claude/skills/pdf");
        },
        "deleted here, changed in the collection",
        ["DM", "removed", "both", "restore_or_remove", "deleted", "modified"],
    ),
    row(
        |world| {
            lose_history(world);
            world.proj.write(PLACED, skill(&[(7, "ours")])).commit_all("Adapt");
        },
        "no common version is known",
        ["??", "modified", "both", "review_manually", "unknown", "unknown"],
    ),
    quiet(
        |world| {
            world.coll.git(&["tag", "v1"]);
            world.proj.skillsync(&["deploy", "pdf", "--ref", "v1"]).expect_success();
            world.edit_collection(&[(15, "theirs")]);
        },
        "pinned, the tip is newer",
        "..",
    ),
    quiet(
        |world| {
            world.edit_collection(&[(15, "theirs")]);
            world.proj.skillsync(&["pull"]).expect_success();
        },
        "pulled and not committed",
        "!.",
    ),
];

/// The collection starts anew with other content under the same root: what was deployed is in no history.
fn lose_history(world: &World) {
    world.coll.write(SOURCE, "a\nb\n").commit_all("Other");
    let tree = world.coll.git(&["rev-parse", "HEAD^{tree}"]);
    let empty = world.coll.git(&["commit-tree", "-m", "Empty", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"]);
    let tip = world.coll.git(&["commit-tree", "-p", &empty, "-m", "Anew", &tree]);
    world.coll.git(&["update-ref", "refs/heads/main", &tip]);
    world.coll.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    world.proj.git(&["config", "--unset-all", "skillsync-collection.default.id"]);
}

#[test]
fn every_row_of_the_table() {
    for Row { build, says, expected, counts } in ROWS {
        let world = World::deployed();
        build(&world);
        // What was committed is finalized once; from then on nothing is left to do.
        world.porcelain();
        let before = world.everything();
        let named = world.proj.skillsync(&["status", "--json", "--verbose", "pdf"]).json();
        let artifact = &named["artifacts"][0];
        let text = |field: &str| artifact[field].as_str().unwrap_or_default();
        let found = [
            text("drift_type"),
            text("direction"),
            text("recommendation"),
            text("project_state"),
            text("collection_state"),
        ];
        assert_eq!(found, expected[1..], "{says}: {named:#}");
        assert_eq!(named["drift_detected"], *counts, "{says}");
        assert_eq!(named["drift_count"], u8::from(*counts), "{says}");
        let line = format!("{}\tskill/pdf\t.claude/skills/pdf", expected[0]);
        let all = world.proj.skillsync(&["status", "--porcelain", "--verbose", "pdf"]).expect_success();
        assert_eq!(all, line, "{says}");
        let drifted = world.proj.skillsync(&["status", "--porcelain", "pdf"]).expect_success();
        assert_eq!(drifted, if *counts { line } else { String::new() }, "{says}");
        for args in
            [["check", "pdf"].as_slice(), &["status", "--exit-code", "pdf"], &["check", "--json", "pdf"]]
        {
            assert_eq!(world.proj.skillsync(args).code, i32::from(*counts), "{says}: {args:?}");
        }
        assert!(world.everything() == before, "{says}");
    }
}

#[test]
fn the_document_has_every_field() {
    let world = World::deployed();
    world.edit_project(&[(7, "ours"), (4, "version: 1.1.0")]);
    let document = world.proj.skillsync(&["status", "--json"]).json();
    let keys =
        |value: &Value| value.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&document),
        "schema command drift_detected drift_count project collection head tip state artifacts"
    );
    assert_eq!(document["project"], world.proj.path().to_string_lossy().as_ref());
    assert_eq!(document["head"], world.proj.head());
    assert_eq!(document["tip"], world.coll.head());
    assert_eq!((&document["command"], &document["state"]), (&"status".into(), &"notes".into()));
    let artifact = &document["artifacts"][0];
    assert!(
        keys(artifact).starts_with(
            "name type path target drift_type direction project_state collection_state collection_sha \
             project_sha base_sha collection_version project_version pin pending last_deployed recommendation \
             command base_from unmerged"
        ),
        "{artifact:#}"
    );
    assert_eq!(world.note().len(), 0, "an edit writes no record");
    let noted = world.proj.git(&["notes", "--ref=skillsync", "show", "HEAD~1"]);
    let noted: Value = serde_json::from_str(&noted).expect("record");
    assert_eq!(artifact["base_sha"], noted["sha256"]);
    assert_eq!(artifact["collection_sha"], noted["sha256"]);
    assert_ne!(artifact["project_sha"], noted["sha256"]);
    assert_eq!(artifact["last_deployed"], noted["deployed_at"]);
    assert_eq!(
        (&artifact["project_version"], &artifact["collection_version"]),
        (&"1.1.0".into(), &"1.0.0".into())
    );
    assert_eq!((&artifact["base_from"], &artifact["pin"]), (&"note".into(), &Value::Null));
    assert_eq!(
        (&artifact["pending"], &artifact["command"]),
        (&false.into(), &"git skillsync push pdf".into())
    );
}

#[test]
fn only_what_drifted_is_listed_unless_verbose() {
    let world = World::new();
    world.deploy(&["pdf", "review", "helper"]);
    world.proj.write(".claude/agents/helper.md", "Other.\n");
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Better");
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @"
    ----- stdout
    M. agent/helper  changed here
       (git skillsync push helper)
    .M command/review  changed in the collection
       (git skillsync pull review)
    3 artifacts deployed from 'default', 2 to attend to
    ----- status 0
    ");
    insta::assert_snapshot!(world.proj.skillsync(&["status", "--porcelain", "--verbose"]), @"
    ----- stdout
    M.	agent/helper	.claude/agents/helper.md
    .M	command/review	.claude/commands/review.md
    ..	skill/pdf	.claude/skills/pdf
    ----- status 0
    ");
    insta::assert_snapshot!(world.proj.skillsync(&["check", "--quiet"]), @"
    ----- status 1
    ");
    let (short, _) = world.json(&["status"]);
    let (long, _) = world.json(&["status", "--verbose"]);
    let lengths = [&short, &long].map(|document| document["artifacts"].as_array().expect("list").len());
    assert_eq!(lengths, [2, 3]);
    assert_eq!(short["drift_count"], long["drift_count"]);
}

#[test]
fn what_the_collection_offers_is_listed_on_request() {
    let world = World::deployed();
    insta::assert_snapshot!(world.proj.skillsync(&["status", "--available", "--porcelain"]), @"
    ----- stdout
    .A	skill/sheets	skills/sheets
    .A	command/review	commands/review.md
    .A	agent/helper	agents/helper.md
    ----- status 0
    ");
    let (document, code) = world.json(&["check", "--available"]);
    assert_eq!((&document["drift_count"], code), (&0.into(), 0));
    let added = document["artifacts"].as_array().expect("list");
    assert_eq!(added.len(), 3);
    for artifact in added {
        assert_eq!(artifact["drift_type"], "added");
        assert_eq!(artifact["direction"], "to_project");
        assert_eq!(artifact["recommendation"], "deploy_to_project");
    }
}

#[test]
fn another_project_is_looked_at_from_elsewhere() {
    let world = World::deployed();
    world.edit_project(&[(7, "ours")]);
    let run = world.coll.skillsync(&["check", "--project", "../proj", "--porcelain"]);
    assert_eq!((run.stdout.as_str(), run.code), ("M.\tskill/pdf\t.claude/skills/pdf\n", 1));
    let away = world.sandbox.folder("away").skillsync(&["-C", "../proj", "status", "--porcelain"]);
    assert_eq!(away.stdout, run.stdout);
    let gone = world.coll.skillsync(&["status", "--project", "../none"]);
    assert_eq!(gone.code, 128, "{gone}");
}

#[test]
fn from_a_subfolder_too() {
    let world = World::deployed();
    world.edit_project(&[(7, "ours")]);
    let inside = world.sandbox.open("proj/.claude/skills/pdf");
    assert_eq!(inside.skillsync(&["status", "--porcelain"]).stdout, "M.\tskill/pdf\t.claude/skills/pdf\n");
}

#[test]
fn a_reader_without_locks_writes_nothing_at_all() {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.deploy(&["pdf"]);
    // A commit without the hook: only a later command can finalize.
    let files = || {
        let mut names = Vec::new();
        list(&world.proj.path().join(".git"), &mut names);
        names.sort();
        names
    };
    let before = files();
    let run = |locks: &str| {
        let mut command = world.proj.command("git-skillsync");
        world.proj.run(command.args(["status", "--porcelain", "--verbose"]).env("GIT_OPTIONAL_LOCKS", locks))
    };
    assert_eq!(run("0").stdout, "..\tskill/pdf\t.claude/skills/pdf\n");
    assert_eq!(files(), before);
    assert_eq!(world.note().len(), 0);
    assert_eq!(run("1").stdout, "..\tskill/pdf\t.claude/skills/pdf\n");
    assert_eq!(world.note().len(), 1);
}

/// Every file below with its bytes.
fn list(folder: &std::path::Path, into: &mut Vec<(std::path::PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            list(&path, into);
        } else {
            into.push((path.clone(), std::fs::read(&path).expect("file")));
        }
    }
}

#[test]
fn nothing_deployed_is_no_drift() {
    let world = World::new();
    insta::assert_snapshot!(world.proj.skillsync(&["check"]), @"
    ----- stdout
    nothing deployed from 'default'
    ----- status 0
    ");
    let (document, code) = world.json(&["check"]);
    assert_eq!(
        (&document["command"], &document["artifacts"], code),
        (&"check".into(), &Value::Array(vec![]), 0)
    );
}
