//! `status` and `check`: the documents, where it looks from, and that looking changes nothing.

use crate::support::World;
use serde_json::Value;

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
    let silent = world.proj.skillsync(&["check", "--quiet"]);
    assert_eq!((silent.stdout.as_str(), silent.stderr.as_str(), silent.code), ("", "", 1));
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
