//! Artifacts that the collection renamed or moved: found by its history or its marketplace,
//! followed by records, merges and pushes, and never guessed.

use crate::support::{PLACED, SOURCE, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (15, "theirs");
const NEW: &str = "skills/pages/SKILL.md";

impl World {
    /// Move something in the collection, in a commit.
    fn rename(&self, from: &str, to: &str) {
        if let Some((folder, _)) = to.rsplit_once('/') {
            std::fs::create_dir_all(self.coll.path().join(folder)).expect("folder");
        }
        self.coll.git(&["mv", from, to]);
        self.coll.commit_all("Rename");
    }

    /// Where `status` says that an artifact stands in the collection, and where it stood.
    fn whereabouts(&self, artifact: &str) -> (String, Value) {
        let (document, _) = self.json(&["status", "--verbose", artifact]);
        let artifact = &document["artifacts"][0];
        (artifact["source"].as_str().unwrap_or_default().to_owned(), artifact["renamed_from"].clone())
    }

    fn record(&self, path: &str) -> Value {
        self.note().into_iter().find(|record| record["path"] == path).unwrap_or_default()
    }
}

#[test]
fn a_rename_is_said_and_followed() {
    let world = World::deployed();
    world.rename("skills/pdf", "skills/pages");
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @r"
    ----- stdout
    .R skill/pdf  now at 'skills/pages' in the collection
       (git skillsync pull pdf)
    1 artifact deployed from 'default', 1 to attend to
    ----- status 0
    ");
    assert_eq!(world.whereabouts("pdf"), ("skills/pages".into(), "skills/pdf".into()));
    assert_eq!(
        world.proj.skillsync(&["status", "--available", "--porcelain"]).stdout.matches("pages").count(),
        0
    );
    let before = world.everything();
    world.proj.skillsync(&["pull", "--dry-run"]).expect_success();
    assert!(world.everything() == before);
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    skill/pdf  recorded: now at 'skills/pages' in the collection
    ----- status 0
    ");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert!(!world.proj.exists(".git/MERGE_MSG"), "there is nothing to commit");
    assert_eq!((world.porcelain(), world.proj.skillsync(&["check"]).code), (String::new(), 0));
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    world.proj.write("README", "More.\n").commit_all("Something else");
    world.porcelain();
    assert_eq!(world.record(".claude/skills/pdf")["source"], "skills/pages");
    assert_eq!(world.whereabouts("pdf"), ("skills/pages".into(), Value::Null));
    let clone = world.proj.clone_to("fresh");
    clone.git(&["fetch", "--quiet", "origin", "refs/notes/*:refs/notes/*"]);
    clone.skillsync(&["init", "../coll"]).expect_success();
    assert_eq!(clone.skillsync(&["status", "--porcelain"]).stdout, "");
}

#[test]
fn edits_are_merged_and_pushed_over_a_rename() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.rename("skills/pdf", "skills/pages");
    world.coll.write(NEW, skill(&[THEIRS])).commit_all("Improve");
    assert_eq!(world.porcelain(), "MR\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
    assert_eq!(world.record(".claude/skills/pdf")["source"], "skills/pages");
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(NEW), skill(&[OURS, THEIRS]));
    assert!(!world.coll.exists("skills/pdf"));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_push_before_any_pull_goes_to_the_new_place() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.rename("skills/pdf", "skills/pages");
    world.coll.write(NEW, skill(&[THEIRS])).commit_all("Improve");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(NEW), skill(&[OURS, THEIRS]));
    assert!(!world.coll.exists("skills/pdf"));
    assert_eq!(world.porcelain(), ".R\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn an_old_version_of_before_the_rename_is_still_a_rewind() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.rename("skills/pdf", "skills/pages");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_project(&[]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["recommendation"], "review_manually");
    assert_eq!(world.outcome(&["push"]), ("skipped".into(), 1));
}

#[test]
fn taking_the_new_name_moves_the_path_with_its_edits() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.proj.write(".claude/skills/pdf/own.txt", "own\n");
    world.proj.write(PLACED, skill(&[OURS, (18, "unstaged")]));
    world.rename("skills/pdf", "skills/pages");
    world.coll.write(NEW, skill(&[THEIRS])).commit_all("Improve");
    world.porcelain();
    let before = world.proj.tree_snapshot();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--rename"]), @"
    ----- stdout
    skill/pages  merged: now at 'skills/pages' in the collection; moved from '.claude/skills/pdf' to '.claude/skills/pages'; '.claude/skills/pdf/own.txt' is not tracked and stays
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    let placed = ".claude/skills/pages/SKILL.md";
    assert_eq!(world.proj.read(placed), skill(&[OURS, THEIRS, (18, "unstaged")]));
    assert_eq!(world.proj.git(&["show", &format!(":{placed}")]) + "\n", skill(&[OURS, THEIRS]));
    assert!(!world.proj.exists(PLACED) && world.proj.exists(".claude/skills/pdf/own.txt"));
    assert_eq!(world.porcelain(), "M.\tskill/pages\t.claude/skills/pages");
    for way in ["undo", "abort"] {
        world.proj.skillsync(&[way]).expect_success();
        let refs = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|line| !line.contains("refs/skillsync/") && !line.contains("refs/notes/"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(refs(&world.proj.tree_snapshot()), refs(&before), "{way}");
        assert_eq!(world.porcelain(), "MR\tskill/pdf\t.claude/skills/pdf", "{way}");
        world.proj.skillsync(&["pull", "--rename"]).expect_success();
    }
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.proj.git(&["log", "-1", "--format=%s"]), "Pull skill/pages from default");
    world.porcelain();
    let [new, old] = [".claude/skills/pages", ".claude/skills/pdf"].map(|path| world.record(path));
    assert_eq!((&new["name"], &new["source"]), (&"pages".into(), &"skills/pages".into()));
    assert_eq!(old["removed"], true);
    world.proj.git(&["checkout", "--quiet", "--", "."]);
    assert_eq!(world.porcelain(), "M.\tskill/pages\t.claude/skills/pages");
    world.coll.write(NEW, skill(&[THEIRS, (20, "later")])).commit_all("Improve");
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(placed), skill(&[OURS, THEIRS, (20, "later")]));
}

#[test]
fn the_new_name_can_be_taken_later_and_committed_at_once() {
    let world = World::deployed();
    world.rename("skills/pdf", "skills/pages");
    world.proj.skillsync(&["pull"]).expect_success();
    world.proj.write("README", "More.\n").commit_all("Something else");
    let (document, code) = world.json(&["pull", "--rename", "--commit"]);
    let result = &document["results"][0];
    assert_eq!(
        (code, &result["status"], &result["path"]),
        (0, &"updated".into(), &".claude/skills/pages".into())
    );
    assert_eq!(result["moved_from"], ".claude/skills/pdf");
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert!(!world.proj.exists(".claude/skills/pdf"));
    assert_eq!(
        world
            .proj
            .git(&["log", "-1", "--format=", "--name-status", "-M", "--", ".claude"])
            .matches("R100")
            .count(),
        2
    );
    assert_eq!(
        (world.porcelain(), world.outcome(&["pull", "--rename"])),
        (String::new(), ("up_to_date".into(), 0))
    );
    assert_eq!(world.record(".claude/skills/pages")["source"], "skills/pages");
}

#[test]
fn a_conflict_is_marked_at_the_new_path() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.rename("skills/pdf", "skills/pages");
    world.coll.write(NEW, skill(&[(7, "theirs")])).commit_all("Improve");
    world.porcelain();
    let before = world.proj.git(&["ls-files", "--stage"]);
    assert_eq!(world.outcome(&["pull", "--rename"]), ("conflict".into(), 1));
    assert_eq!(world.proj.git(&["diff", "--name-only", "--diff-filter=U"]), ".claude/skills/pages/SKILL.md");
    world.proj.skillsync(&["abort"]).expect_success();
    assert_eq!(world.proj.git(&["ls-files", "--stage"]), before);
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    assert_eq!(world.outcome(&["pull", "--rename"]), ("conflict".into(), 1));
    world.proj.write(".claude/skills/pages/SKILL.md", skill(&[(7, "both")]));
    world.proj.commit_all("Resolve");
    assert_eq!(world.porcelain(), "M.\tskill/pages\t.claude/skills/pages");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read(NEW), skill(&[(7, "both")]));
}

#[test]
fn an_occupied_path_refuses_only_that_artifact() {
    for tracked in [false, true] {
        let world = World::new();
        world.deploy(&["pdf", "sheets"]);
        world.rename("skills/pdf", "skills/pages");
        world
            .coll
            .write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets"), THEIRS]))
            .commit_all("Improve");
        world.proj.write(".claude/skills/pages/mine.txt", "mine\n");
        if tracked {
            world.proj.commit_all("Mine");
        }
        world.porcelain();
        let run = world.proj.skillsync(&["pull", "--rename"]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(run, @"
            ----- stdout
            skill/pdf  skipped: cannot move: '.claude/skills/pages' is occupied
            skill/sheets  updated
            ----- stderr
            hint: move what is there, or pull without '--rename'
            hint: 'git commit' commits the result, 'git skillsync abort' takes it back
            ----- status 1
            ");
        }
        assert_eq!(world.proj.read(".claude/skills/pages/mine.txt"), "mine\n");
        assert!(world.proj.exists(PLACED));
    }
}

#[test]
fn a_name_of_ones_own_is_kept() {
    let world = World::new();
    world.proj.skillsync(&["deploy", "pdf", "--as", "reader"]).expect_success();
    world.deploy(&["pdf"]);
    world.rename("skills/pdf", "skills/pages");
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    let listed = world.proj.skillsync(&["list"]).stdout;
    assert_eq!(listed, "skill/pages  .claude/skills/pages\nskill/reader  .claude/skills/reader\n");
    for path in [".claude/skills/pages", ".claude/skills/reader"] {
        let name = path.rsplit('/').next().expect("name");
        assert_eq!(world.whereabouts(name).0, "skills/pages", "{path}");
    }
}

/// What is done to the collection, and where the skill `pdf` is afterwards (`?` for several places).
struct Case {
    says: &'static str,
    does: fn(&World),
    source: &'static str,
    letters: &'static str,
}

const fn case(says: &'static str, does: fn(&World), source: &'static str, letters: &'static str) -> Case {
    Case { says, does, source, letters }
}

const CASES: &[Case] = &[
    case(
        "a chain",
        |world| {
            world.rename("skills/pdf", "skills/a");
            world.coll.write("skills/a/SKILL.md", skill(&[THEIRS])).commit_all("Improve");
            world.rename("skills/a", "more/b");
            world.rename("more/b", "skills/c");
        },
        "skills/c",
        ".R",
    ),
    case(
        "there and back",
        |world| {
            world.rename("skills/pdf", "skills/a");
            world.rename("skills/a", "skills/pdf");
            world.edit_collection(&[THEIRS]);
        },
        "skills/pdf",
        ".M",
    ),
    case("case alone", |world| world.rename("skills/pdf", "skills/PDF"), "skills/PDF", ".R"),
    case(
        "moved and changed in one commit, more than half is left",
        |world| {
            world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
            world.coll.write(NEW, skill(&[(2, "name: pages"), THEIRS])).commit_all("Rename");
        },
        "skills/pages",
        ".R",
    ),
    case(
        "something else of another name",
        |world| {
            world.coll.remove("skills/pdf").write("skills/other/SKILL.md", "---\nname: other\n---\nNo.\n");
            world.coll.commit_all("Replace");
        },
        "skills/pdf",
        ".D",
    ),
    case("only the rest of the folder is left", |world| world.rename(SOURCE, NEW), "skills/pages", ".R"),
    case(
        "the name is given to another one later",
        |world| {
            world.rename("skills/pdf", "skills/pages");
            world.rename("skills/sheets", "skills/pdf");
        },
        "skills/pages",
        ".R",
    ),
    case(
        "two change their names",
        |world| {
            world.rename("skills/pdf", "skills/tmp");
            world.rename("skills/sheets", "skills/pdf");
            world.rename("skills/tmp", "skills/sheets");
        },
        "skills/sheets",
        ".R",
    ),
    case(
        "a copy that was there before is another one",
        |world| {
            world.coll.write("skills/copy/SKILL.md", skill(&[])).commit_all("Copy");
            world.coll.remove("skills/pdf").commit_all("Drop");
        },
        "skills/pdf",
        ".D",
    ),
    case(
        "removed and added again",
        |world| {
            world.coll.remove("skills/pdf").commit_all("Drop");
            world.edit_collection(&[THEIRS]);
        },
        "skills/pdf",
        ".M",
    ),
    case(
        "of another type",
        |world| {
            world.coll.git(&["mv", SOURCE, "commands/pdf.md"]);
            world.coll.remove("skills/pdf").commit_all("Make it a command");
        },
        "skills/pdf",
        ".D",
    ),
    case(
        "on a side branch, while the main one changes it",
        |world| {
            world.coll.git(&["checkout", "--quiet", "-b", "side"]);
            world.rename("skills/pdf", "skills/pages");
            world.coll.git(&["checkout", "--quiet", "main"]);
            world.edit_collection(&[THEIRS]);
            world.coll.git(&["merge", "--quiet", "--no-edit", "side"]);
        },
        "skills/pages",
        ".R",
    ),
    case(
        "in the merge itself",
        |world| {
            world.coll.git(&["checkout", "--quiet", "-b", "side"]);
            world.coll.write("side.txt", "side\n").commit_all("Side");
            world.coll.git(&["checkout", "--quiet", "main"]);
            world.edit_collection(&[THEIRS]);
            world.coll.git(&["merge", "--quiet", "--no-commit", "side"]);
            world.rename("skills/pdf", "skills/pages");
        },
        "skills/pages",
        ".R",
    ),
    case(
        "removed on a side branch that adds something similar",
        |world| {
            world.coll.git(&["checkout", "--quiet", "-b", "side"]);
            world.coll.remove("skills/pdf").commit_all("Drop");
            world.coll.write(NEW, skill(&[])).commit_all("Add another");
            world.coll.git(&["checkout", "--quiet", "main"]);
            world.coll.write("other.txt", "other\n").commit_all("Other");
            world.coll.git(&["merge", "--quiet", "--no-edit", "side"]);
        },
        "skills/pdf",
        ".D",
    ),
    case(
        "two names on two branches, both kept",
        |world| {
            world.coll.git(&["checkout", "--quiet", "-b", "side"]);
            world.rename("skills/pdf", "skills/a");
            world.coll.git(&["checkout", "--quiet", "main"]);
            world.rename("skills/pdf", "skills/b");
            world.coll.try_git(&["merge", "--quiet", "side"]);
            world.coll.git(&["checkout", "--quiet", "side", "--", "skills/a"]);
            world.coll.git(&["checkout", "--quiet", "main", "--", "skills/b"]);
            world.coll.git(&["rm", "--quiet", "-r", "--cached", "--ignore-unmatch", "skills/pdf"]);
            world.coll.commit_all("Merge");
        },
        "?",
        ".D",
    ),
    case(
        "two equal ones",
        |world| {
            world.coll.write("skills/a/SKILL.md", skill(&[])).write("skills/b/SKILL.md", skill(&[]));
            world.coll.remove("skills/pdf").commit_all("Split");
        },
        "?",
        ".D",
    ),
];

#[test]
fn where_it_went() {
    for Case { says, does, source, letters } in CASES {
        let world = World::deployed();
        world.porcelain();
        does(&world);
        assert_eq!(world.porcelain(), format!("{letters}\tskill/pdf\t.claude/skills/pdf"), "{says}");
        let (document, _) = world.json(&["status"]);
        let artifact = &document["artifacts"][0];
        let several = artifact["candidates"].as_array().expect("a list").len() > 1;
        assert_eq!(several, *source == "?", "{says}");
        if !several {
            assert_eq!(artifact["source"], *source, "{says}");
        }
        let theirs = world.coll.try_git(&["rev-parse", &format!("HEAD:{source}/SKILL.md")]);
        let run = world.proj.skillsync(&["pull", "--commit"]);
        assert_eq!(run.code, 0, "{says}: {run}");
        let ours = world.proj.git(&["rev-parse", &format!("HEAD:{PLACED}")]);
        if !several && theirs.code == 0 {
            assert_eq!(ours, theirs.stdout.trim(), "{says}");
            assert_eq!(world.porcelain(), "", "{says}");
        }
    }
}

#[test]
fn candidates_are_named_and_none_is_taken() {
    let world = World::deployed();
    world.coll.write("skills/a/SKILL.md", skill(&[])).write("skills/b/SKILL.md", skill(&[]));
    world.coll.remove("skills/pdf").commit_all("Split");
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @"
    ----- stdout
    .D skill/pdf  gone from the collection; may have become 'skills/a' or 'skills/b'
       (git skillsync diff pdf)
    1 artifact deployed from 'default', 1 to attend to
    ----- status 0
    ");
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--prune"]), @"
    ----- stdout
    skill/pdf  skipped: is gone from the collection, and may have become 'skills/a' or 'skills/b'
    ----- stderr
    hint: 'git skillsync deploy' the one you want, 'git skillsync remove' this one
    ----- status 1
    ");
    assert!(world.proj.exists(PLACED));
}

#[test]
fn two_that_change_their_names_are_each_followed() {
    let world = World::new();
    world.deploy(&["pdf", "sheets"]);
    world
        .proj
        .write(".claude/skills/sheets/SKILL.md", skill(&[(2, "name: sheets"), OURS]))
        .commit_all("Adapt");
    world.rename("skills/pdf", "skills/tmp");
    world.rename("skills/sheets", "skills/pdf");
    world.rename("skills/tmp", "skills/sheets");
    world.coll.write(SOURCE, skill(&[(2, "name: sheets"), THEIRS])).commit_all("Improve what was sheets");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(
        world.proj.read(".claude/skills/sheets/SKILL.md"),
        skill(&[(2, "name: sheets"), OURS, THEIRS])
    );
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    let run = world.proj.skillsync(&["pull", "--rename"]);
    assert_eq!(run.code, 1, "each path is taken by the other: {run}");
    assert!(world.proj.git(&["status", "--porcelain"]).is_empty());
}

#[test]
fn files_are_followed_too() {
    let world = World::new();
    let text = |last: &str| format!("# Review\n\nRead it.\n{last}");
    world.coll.write("commands/review.md", text("Twice.\n")).commit_all("Longer");
    world.deploy(&["review", "helper"]);
    world.rename("commands/review.md", "commands/git/check.md");
    world.rename("agents/helper.md", "agents/assistant.md");
    assert_eq!(
        world.porcelain(),
        ".R\tagent/helper\t.claude/agents/helper.md\n.R\tcommand/review\t.claude/commands/review.md"
    );
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    let listed = world.proj.skillsync(&["list"]).stdout;
    assert_eq!(
        listed,
        "agent/assistant  .claude/agents/assistant.md\ncommand/git/check  .claude/commands/git/check.md\n"
    );
    assert_eq!(world.porcelain(), "");
    let noted = world.record(".claude/commands/git/check.md");
    let (document, _) = world.json(&["status", "--verbose", "command/git/check"]);
    assert_eq!(
        noted["sha256"], document["artifacts"][0]["project_sha"],
        "the digest is that of the new name"
    );
}

/// A marketplace whose plugins have these names and renames.
fn marketplace(plugins: &[&str], renames: &str) -> String {
    let entry = |name: &&str| format!(r#"{{"name":"{name}","source":"./plugins/{name}"}}"#);
    let plugins: Vec<String> = plugins.iter().map(entry).collect();
    format!(r#"{{"name":"m","owner":{{"name":"o"}},"plugins":[{}],"renames":{renames}}}"#, plugins.join(","))
}

#[test]
fn a_marketplace_declares_what_its_plugins_are_called_now() {
    let world = World::new();
    let market = ".claude-plugin/marketplace.json";
    world.coll.write(market, marketplace(&["old"], "{}"));
    world
        .coll
        .write("plugins/old/skills/charts/SKILL.md", skill(&[(2, "name: charts")]))
        .commit_all("Plugin");
    world.deploy(&["charts"]);
    world.edit_collection(&[THEIRS]);
    // Written anew from scratch: history alone would call it removed. The new one even came first.
    world
        .coll
        .write("plugins/new/skills/charts/SKILL.md", "---\nname: charts\n---\nAnew.\n")
        .commit_all("New");
    world.coll.remove("plugins/old").commit_all("Drop the old one");
    assert_eq!(world.porcelain(), ".D\tskill/charts\t.claude/skills/charts");
    for (renames, letters) in [
        (r#"{"old":null}"#, ".D"),
        (r#"{"old":"other"}"#, ".D"),
        (r#"{"a":"b","b":"a","old":"a"}"#, ".D"),
        (r#"{"old":"mid","mid":"new"}"#, ".R"),
    ] {
        world.coll.write(market, marketplace(&["new"], renames)).commit_all("Declare");
        assert_eq!(world.porcelain(), format!("{letters}\tskill/charts\t.claude/skills/charts"), "{renames}");
    }
    assert_eq!(world.whereabouts("charts").0, "plugins/new/skills/charts");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(".claude/skills/charts/SKILL.md"), "---\nname: charts\n---\nAnew.\n");
    assert_eq!(world.porcelain(), "");
}

#[test]
fn bases_are_found_in_the_history_from_before_a_move() {
    let world = World::new();
    world.coll.write("plugins/a/skills/charts/SKILL.md", skill(&[(2, "name: charts")])).commit_all("Charts");
    world.deploy(&["charts"]);
    world
        .proj
        .write(".claude/skills/charts/SKILL.md", skill(&[(2, "name: charts"), OURS]))
        .commit_all("Adapt");
    world.rename("plugins/a/skills/charts", "plugins/b/skills/charts");
    world.coll.write("plugins/b/skills/charts/SKILL.md", skill(&[(2, "name: charts"), THEIRS]));
    world.coll.commit_all("Improve");
    world.porcelain();
    world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    let (document, _) = world.json(&["status"]);
    let artifact = &document["artifacts"][0];
    assert_eq!((&artifact["base_from"], &artifact["recommendation"]), (&"history".into(), &"merge".into()));
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0));
    let merged = skill(&[(2, "name: charts"), OURS, THEIRS]);
    assert_eq!(world.proj.read(".claude/skills/charts/SKILL.md"), merged);
}

#[test]
fn a_pinned_one_is_followed_as_far_as_its_pin() {
    let world = World::new();
    world.coll.git(&["branch", "stable"]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "stable"]).expect_success();
    world.proj.commit_all("Deploy");
    world.rename("skills/pdf", "skills/leaves");
    assert_eq!(world.porcelain(), "");
    world.coll.git(&["checkout", "--quiet", "stable"]);
    world.rename("skills/pdf", "skills/pages");
    world.coll.git(&["checkout", "--quiet", "main"]);
    assert_eq!(world.porcelain(), ".R\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    assert_eq!(world.record(".claude/skills/pages")["source"], "skills/pages");
    assert_eq!(
        (world.record(".claude/skills/pages")["pin"].as_str(), world.porcelain()),
        (Some("stable"), String::new())
    );
}
