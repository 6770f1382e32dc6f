//! One place that cannot be written hinders no other: what goes through goes, what does not is named,
//! and the next command finishes it.

use crate::support::{Repo, Sandbox, Sealed, World, skill};
use serde_json::Value;

const PLACES: [&str; 3] = [".claude/skills/pdf", ".codex/skills/pdf", ".gemini/skills/pdf"];

/// `pdf` in three places, committed.
fn three_copies() -> World {
    let world = World::new();
    let targets = ["--target", "claude", "--target", "codex", "--target", "gemini"];
    world.proj.skillsync(&[&["deploy", "pdf", "--commit"], &targets[..]].concat()).expect_success();
    world
}

/// What became of each place: its path, the status, and whether a reason is given.
fn told(document: &Value) -> Vec<String> {
    let results = document["results"].as_array().expect("results").iter();
    let line = |step: &Value| {
        let (path, status) = (step["path"].as_str().expect("a path"), step["status"].as_str());
        let message = step["message"].as_str().unwrap_or_default();
        let reason = message.starts_with("could not be written: '") && message.contains(path);
        format!("{path} {}{}", status.expect("a status"), if reason { " with a reason" } else { "" })
    };
    results.map(line).collect()
}

fn json(repo: &Repo, args: &[&str]) -> (Value, i32) {
    let run = repo.skillsync(&[args, &["--json"]].concat());
    (run.json(), run.code)
}

fn seal(world: &World, folder: &str) -> Sealed {
    Sealed::new(&world.proj.path().join(folder))
}

/// Work tree and index, without what is written down of attempts.
fn files(world: &World) -> String {
    let snapshot = world.proj.tree_snapshot();
    snapshot.lines().filter(|line| !line.starts_with("refs/skillsync/ops")).collect::<Vec<_>>().join("\n")
}

fn listed(world: &World) -> Vec<String> {
    let lines = world.proj.skillsync(&["list"]).expect_success();
    lines.lines().filter_map(|line| Some(line.split_once("  ")?.1.to_owned())).collect()
}

#[test]
fn a_removal_goes_through_wherever_it_can() {
    let world = three_copies();
    let sealed = seal(&world, ".gemini");
    let (document, code) = world.json(&["remove", "pdf"]);
    let expected = [
        ".claude/skills/pdf removed",
        ".codex/skills/pdf removed",
        ".gemini/skills/pdf failed with a reason",
    ];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    assert_eq!((&document["summary"]["failed"], &document["summary"]["updated"]), (&1.into(), &2.into()));
    assert!(document["operation"].is_string());
    assert_eq!(PLACES.map(|place| world.proj.exists(place)), [false, false, true]);
    assert_eq!(world.proj.read(".gemini/skills/pdf/SKILL.md"), skill(&[]));
    assert_eq!(listed(&world), [PLACES[2]], "only what was removed is forgotten");
    let staged = world.proj.git(&["status", "--porcelain"]);
    assert!(staged.lines().all(|line| line.starts_with("D  .c")) && staged.lines().count() == 4, "{staged}");
    // As long as it cannot be written, it is told; the others are done.
    for args in [&["remove", "pdf"][..], &["remove", "pdf", "--target", "gemini"]] {
        let (document, code) = world.json(args);
        assert_eq!((told(&document), code), (vec![expected[2].to_owned()], 1), "{document}");
    }
    let text = world.proj.skillsync(&["remove", "pdf"]);
    assert!(text.stdout.contains("skill/pdf  failed: could not be written"), "{text}");
    assert!(text.stderr.contains("the next 'git skillsync remove' tries it again"), "{text}");
    drop(sealed);
    let (document, code) = world.json(&["remove", "pdf"]);
    assert_eq!((told(&document), code), (vec![".gemini/skills/pdf removed".to_owned()], 0), "{document}");
    assert_eq!(world.proj.git(&["ls-files"]), "README");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    world.porcelain();
    let mut removed: Vec<Value> = world
        .note()
        .into_iter()
        .filter(|line| line["removed"] == true)
        .map(|line| line["path"].clone())
        .collect();
    removed.sort_by_key(ToString::to_string);
    assert_eq!(removed, PLACES);
    assert_eq!((listed(&world), world.proj.git(&["status", "--porcelain"])), (Vec::new(), String::new()));
}

#[test]
fn a_removal_in_parts_is_taken_back_as_a_whole() {
    let world = three_copies();
    let before = files(&world);
    let sealed = seal(&world, ".codex");
    assert_eq!(world.proj.skillsync(&["remove", "pdf"]).code, 1);
    assert_eq!(PLACES.map(|place| world.proj.exists(place)), [false, true, false]);
    drop(sealed);
    world.proj.skillsync(&["abort"]).expect_success();
    assert_eq!(files(&world), before);
    assert_eq!((listed(&world), world.porcelain()), (PLACES.map(str::to_owned).to_vec(), String::new()));
}

#[test]
fn artifacts_of_one_target_do_not_wait_for_each_other() {
    let world = World::new();
    world.deploy(&["pdf", "sheets", "review"]);
    let sealed = seal(&world, ".claude/skills/pdf");
    let all = ["remove", "pdf", "review", "sheets"];
    let (document, code) = world.json(&all);
    let expected = [
        ".claude/commands/review.md removed",
        ".claude/skills/pdf failed with a reason",
        ".claude/skills/sheets removed",
    ];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    assert_eq!(listed(&world), [".claude/skills/pdf"]);
    drop(sealed);
    // The same command finishes it; what was never there is still not known.
    assert_eq!(world.proj.skillsync(&["remove", "pdf", "nothing"]).code, 2);
    let (document, code) = world.json(&all);
    assert_eq!((told(&document), code), (vec![".claude/skills/pdf removed".to_owned()], 0), "{document}");
    assert_eq!(world.proj.skillsync(&all).code, 2, "nothing is left of them");
    // The same in a pull that prunes, and in one that takes all or none.
    let world = World::new();
    world.deploy(&["pdf", "sheets", "review"]);
    world.coll.git(&["rm", "-rq", "skills"]);
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Drop the skills");
    let sealed = seal(&world, ".claude/skills/pdf");
    world.porcelain();
    let before = files(&world);
    let run = world.proj.skillsync(&["pull", "--prune", "--yes", "--atomic"]);
    assert_eq!((run.code, files(&world)), (128, before), "{run}");
    let (document, code) = world.json(&["pull", "--prune", "--yes"]);
    let expected = [
        ".claude/commands/review.md updated",
        ".claude/skills/pdf failed with a reason",
        ".claude/skills/sheets removed",
    ];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    drop(sealed);
    let (document, code) = world.json(&["pull", "--prune", "--yes"]);
    assert_eq!(
        (told(&document).contains(&".claude/skills/pdf removed".to_owned()), code),
        (true, 0),
        "{document}"
    );
}

#[test]
fn what_is_gone_upstream_is_pruned_wherever_it_can() {
    let world = three_copies();
    world.coll.git(&["rm", "-rq", "skills/pdf"]);
    world.coll.commit_all("Drop pdf");
    let sealed = seal(&world, ".gemini");
    let (document, code) = world.json(&["pull", "--prune", "pdf"]);
    let expected = [
        ".claude/skills/pdf removed",
        ".codex/skills/pdf removed",
        ".gemini/skills/pdf failed with a reason",
    ];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    assert_eq!(
        (PLACES.map(|place| world.proj.exists(place)), listed(&world)),
        ([false, false, true], vec![PLACES[2].to_owned()])
    );
    drop(sealed);
    assert_eq!(world.outcome(&["pull", "--prune", "pdf"]), ("removed".into(), 0));
    assert_eq!(world.proj.git(&["ls-files"]), "README");
}

#[test]
fn no_link_is_left_that_leads_to_nothing() {
    let world = World::new();
    let args = ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex"];
    // The link waits for what it leads to.
    world.proj.write(".claude/settings.json", "{}\n").commit_all("Settings");
    let sealed = seal(&world, ".claude");
    let (document, code) = world.json(&args);
    assert_eq!((told(&document).len(), code), (2, 1), "{document}");
    let message = document["results"][1]["message"].as_str().expect("a message");
    assert_eq!(message, "waits for '.claude/skills/pdf', which could not be written");
    assert!(!world.proj.path().join(".codex").exists());
    drop(sealed);
    world.proj.skillsync(&args).expect_success();
    world.proj.commit_all("Deploy");
    // And what it leads to stays as long as the link does.
    let sealed = seal(&world, ".codex/skills");
    let (document, code) = world.json(&["remove", "pdf"]);
    let expected = [".claude/skills/pdf failed", ".codex/skills/pdf failed with a reason"];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    assert_eq!(world.proj.read(".codex/skills/pdf/SKILL.md"), skill(&[]));
    drop(sealed);
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    assert_eq!(world.proj.git(&["ls-files"]), ".claude/settings.json\nREADME");
}

#[test]
fn outside_git_it_is_the_same() {
    let sandbox = Sandbox::new();
    let coll = sandbox.repo("coll");
    coll.write("skills/pdf/SKILL.md", skill(&[])).commit_all("Start");
    let folder = sandbox.folder("plain");
    let args = ["deploy", "pdf", "--from", "../coll", "--target", "claude", "--target", "codex"];
    folder.skillsync(&args).expect_success();
    let sealed = Sealed::new(&folder.path().join(".codex"));
    let (document, code) = json(&folder, &["remove", "pdf"]);
    let expected = [".claude/skills/pdf removed", ".codex/skills/pdf failed with a reason"];
    assert_eq!((told(&document), code), (expected.map(str::to_owned).to_vec(), 1), "{document}");
    assert_eq!([".claude/skills/pdf", ".codex/skills/pdf"].map(|place| folder.exists(place)), [false, true]);
    drop(sealed);
    folder.skillsync(&["remove", "pdf"]).expect_success();
    assert!(!folder.exists(".codex/skills"));
}

#[test]
fn a_new_name_is_taken_wherever_it_can() {
    let world = three_copies();
    world.proj.write(".gemini/skills/pdf/SKILL.md", skill(&[(8, "mine")])).commit_all("Edit");
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename");
    let sealed = seal(&world, ".gemini");
    let (document, code) = world.json(&["pull", "--rename"]);
    let expected = [
        ".claude/skills/pages updated",
        ".codex/skills/pages updated",
        ".gemini/skills/pdf failed with a reason",
    ];
    assert_eq!((told(&document).len(), code), (3, 1), "{document}");
    assert!(expected.iter().all(|line| told(&document).contains(&(*line).to_owned())), "{document}");
    assert_eq!(listed(&world), [".claude/skills/pages", ".codex/skills/pages", ".gemini/skills/pdf"]);
    drop(sealed);
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert_eq!(listed(&world), PLACES.map(|place| place.replace("pdf", "pages")));
    for place in PLACES {
        let text = world.proj.read(&format!("{}/SKILL.md", place.replace("pdf", "pages")));
        assert_eq!(text, skill(&[(8, "mine")]), "{place}");
    }
}
