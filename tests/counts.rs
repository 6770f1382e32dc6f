//! How many conflicts are left and how many were resolved: what git's index says.

use crate::support::{World, skill};

/// Its name, what becomes of which file here and in the collection, and how many conflicts that makes.
type Case = (&'static str, &'static [(&'static str, &'static str, &'static str)], usize);

/// Three files that are changed on both sides, in the same line or apart, or deleted on one.
const CASES: &[Case] = &[
    ("apart", &[("a.txt", "first", "last")], 0),
    ("one", &[("a.txt", "first", "first")], 1),
    ("one file twice", &[("a.txt", "both", "both")], 1),
    ("two", &[("a.txt", "first", "first"), ("b.txt", "last", "last")], 2),
    (
        "two of three",
        &[("a.txt", "first", "first"), ("b.txt", "first", "last"), ("c.txt", "last", "last")],
        2,
    ),
    ("deleted here", &[("a.txt", "gone", "first")], 1),
    ("deleted there", &[("a.txt", "first", "gone"), ("b.txt", "last", "last")], 2),
    ("added on both sides", &[("new.txt", "first", "last")], 1),
];

fn text(word: &str, side: &str) -> String {
    let mut lines: Vec<String> = (0..12).map(|number| format!("line {number}")).collect();
    if matches!(word, "first" | "both") {
        lines[0] = side.to_owned();
    }
    if matches!(word, "last" | "both") {
        lines[11] = side.to_owned();
    }
    lines.join("\n") + "\n"
}

fn world(files: &[(&str, &str, &str)]) -> World {
    let world = World::new();
    for file in ["a.txt", "b.txt", "c.txt"] {
        world.coll.write(&format!("skills/pdf/{file}"), text("", ""));
    }
    world.coll.write("skills/pdf/SKILL.md", skill(&[])).commit_all("Grow");
    world.deploy(&["pdf"]);
    for (file, ours, theirs) in files {
        for (repo, folder, word, side) in
            [(&world.proj, ".claude/skills/pdf", ours, "ours"), (&world.coll, "skills/pdf", theirs, "theirs")]
        {
            let path = format!("{folder}/{file}");
            match *word {
                "gone" => drop(repo.remove(&path)),
                word => drop(repo.write(&path, text(word, side))),
            }
        }
    }
    world.coll.commit_all("Theirs");
    world.proj.commit_all("Ours");
    world
}

#[test]
fn they_are_the_unmerged_paths_of_the_index() {
    for (name, files, conflicts) in CASES {
        for (resolve, resolved, remaining) in [
            ("mark", 0, *conflicts),
            ("abort", 0, *conflicts),
            ("ours", *conflicts, 0),
            ("theirs", *conflicts, 0),
        ] {
            let world = world(files);
            let (document, code) = world.json(&["pull", "--auto-resolve", resolve]);
            let result = &document["results"][0];
            let counts = (&result["conflicts_resolved"], &result["conflicts_remaining"]);
            let what = format!("{name}, {resolve}: {document}");
            assert_eq!(counts, (&resolved.into(), &remaining.into()), "{what}");
            assert_eq!(result["conflicts"].as_array().map(Vec::len), Some(remaining), "{what}");
            assert_eq!(code, i32::from(remaining > 0), "{what}");
            let unmerged = world.proj.git(&["diff", "--name-only", "--diff-filter=U"]);
            let marked = if resolve == "mark" { *conflicts } else { 0 };
            assert_eq!(unmerged.lines().count(), marked, "{what}\n{unmerged}");
        }
    }
}
