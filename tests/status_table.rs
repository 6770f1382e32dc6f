//! The table of drift, row by row.

use crate::support::{PLACED, SOURCE, World, skill};

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
        |world| {
            rename(world);
            world.coll.remove("skills/pages").commit_all("Drop it");
        },
        "renamed in the collection, then gone",
        [".D", "removed", "to_project", "keep_or_prune", "unchanged", "deleted"],
    ),
    row(
        |world| {
            world.coll.write("skills/other/SKILL.md", skill(&[])).write("skills/more/SKILL.md", skill(&[]));
            world.coll.remove("skills/pdf").commit_all("Split");
        },
        "one of two in the collection, and nothing tells which",
        [".D", "removed", "to_project", "review_manually", "unchanged", "deleted"],
    ),
    row(
        rename,
        "renamed in the collection",
        [".R", "modified", "to_project", "push_from_collection", "unchanged", "renamed"],
    ),
    row(
        |world| {
            rename(world);
            world.coll.write("skills/pages/SKILL.md", skill(&[(15, "theirs")])).commit_all("Improve");
        },
        "renamed and changed in the collection",
        [".R", "modified", "to_project", "push_from_collection", "unchanged", "renamed"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            rename(world);
        },
        "renamed in the collection, changed here",
        ["MR", "modified", "both", "merge", "modified", "renamed"],
    ),
    row(
        |world| {
            world.edit_project(&[(7, "ours")]);
            rename(world);
            world.coll.write("skills/pages/SKILL.md", skill(&[(7, "theirs")])).commit_all("Improve");
        },
        "renamed in the collection, changed on both sides, same line",
        ["MR", "modified", "both", "resolve_conflict", "modified", "renamed"],
    ),
    row(
        |world| {
            rename(world);
            world.proj.remove(".claude/skills/pdf");
        },
        "deleted here, renamed in the collection",
        ["DR", "removed", "both", "restore_or_remove", "deleted", "renamed"],
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

/// The collection gives the skill another name.
fn rename(world: &World) {
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename pdf");
}

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
