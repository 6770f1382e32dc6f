//! Where no common version is known, and the ways out.

use crate::support::{PLACED, World, skill};

const NOTES: &str = ".claude/skills/pdf/notes.txt";
const EDITED: &[(usize, &str)] = &[(8, "ours")];

/// A project whose copy was edited before its first commit: the collection never had that content.
/// The id of the collection's first commit, which the copy was made of.
fn edited() -> (World, String) {
    let world = World::new();
    let first = world.coll.head();
    world.proj.write(PLACED, skill(EDITED)).write(NOTES, "one\ntwo\nthree\n").commit_all("Copy");
    world.edit_collection(&[(16, "theirs")]);
    world.edit_collection(&[(16, "theirs"), (18, "theirs too")]);
    (world, first)
}

#[test]
fn the_nearest_version_is_named_and_nothing_is_changed() {
    let (world, first) = edited();
    let before = world.everything();
    let (document, code) = world.json(&["pull", "pdf"]);
    let result = &document["results"][0];
    assert_eq!((&result["status"], &result["base_from"], code), (&"skipped".into(), &"none".into(), 1));
    let message = result["message"].as_str().expect("a message");
    let nearest = format!("the nearest is 1.0.0 ({}), 9", &first[..10]);
    assert!(message.contains(&nearest) && message.ends_with("% alike"), "{message}");
    assert_eq!(world.everything(), before);
    let run = world.proj.skillsync(&["pull", "pdf"]);
    for way in [
        "adopt --nearest=0.9 skill/pdf",
        &format!("--base {} skill/pdf", &first[..10]),
        "--strategy overwrite",
    ] {
        assert!(run.stderr.contains(way), "{way}\n{run}");
    }
    let run = world.proj.skillsync(&["status", "pdf"]);
    assert!(run.stdout.contains(&nearest), "{run}");
}

#[test]
fn what_is_nothing_alike_is_not_named() {
    let (world, _) = edited();
    world.proj.write(PLACED, "another thing\n").write(NOTES, "altogether\n").commit_all("Replace");
    let run = world.proj.skillsync(&["pull", "pdf"]);
    assert!(run.stdout.contains("no common version is known\n") && run.code == 1, "{run}");
}

#[test]
fn a_named_version_is_the_base() {
    let (world, first) = edited();
    let (document, code) = world.json(&["pull", "--base", &first, "pdf"]);
    let result = &document["results"][0];
    assert_eq!((&result["status"], &result["base_from"], code), (&"merged".into(), &"given".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs"), (18, "theirs too")]));
    world.proj.commit_all("Pull");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn a_named_version_follows_the_artifact_to_where_it_stood_then() {
    let (world, first) = edited();
    world.coll.git(&["mv", "skills", "packs"]);
    world.coll.commit_all("Move");
    assert_eq!(world.outcome(&["pull", "--base", &first[..12], "pdf"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[(8, "ours"), (16, "theirs"), (18, "theirs too")]));
}

#[test]
fn a_version_that_cannot_be_the_base_is_a_usage_error() {
    let (world, first) = edited();
    world.coll.git(&["checkout", "-q", "-b", "side"]);
    let side = world.coll.commit_all("Elsewhere");
    world.coll.git(&["checkout", "-q", "main"]);
    world.coll.write("skills/late/SKILL.md", skill(&[])).commit_all("Add another");
    world.proj.write(".claude/skills/late/SKILL.md", skill(EDITED)).commit_all("Copy");
    let before = world.everything();
    for (revision, artifact, said) in [
        ("nonsense", "pdf", "error: 'nonsense' is not in the collection's history"),
        (&side, "pdf", "is not in the collection's history"),
        (&first, "late", &format!("error: the collection has no 'skill/late' at '{first}'")),
    ] {
        let run = world.proj.skillsync(&["pull", "--base", revision, artifact]);
        assert!(run.stderr.contains(said) && run.stderr.contains("hint: "), "{run}");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run}");
    }
    assert_eq!(world.everything(), before);
}

#[test]
fn an_explicit_resolution_merges_without_a_base() {
    let (world, _) = edited();
    let (document, code) = world.json(&["pull", "--auto-resolve", "mark", "pdf"]);
    let result = &document["results"][0];
    assert_eq!((&result["status"], &result["base_from"], code), (&"conflict".into(), &"none".into(), 1));
    let text = world.proj.read(PLACED);
    for line in ["<<<<<<<", "ours", "theirs", "theirs too", "line 20\n"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // What is the same on both sides is no conflict.
    assert_eq!(text.matches("line 7\n").count(), 1, "{text}");
    assert_eq!(world.proj.read(NOTES), "one\ntwo\nthree\n");
}
