//! Artifacts with hostile names and content are refused before anything is written.

use crate::support::{Repo, World};

/// The id of a blob with this text in the collection.
fn blob(repo: &Repo, text: &str) -> String {
    repo.git_with_input(&["hash-object", "-w", "--stdin"], text)
}

/// The id of a tree with these entries, made without git's own checks.
fn tree(repo: &Repo, entries: &[(&str, &str, &str)]) -> String {
    let mut data = Vec::new();
    for (mode, name, id) in entries {
        data.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        data.extend((0..20).map(|at| u8::from_str_radix(&id[2 * at..2 * at + 2], 16).expect("hex")));
    }
    repo.git_with_input(&["hash-object", "-w", "--literally", "-t", "tree", "--stdin"], data)
}

/// Put `pdf` with these further entries into the collection's tip, past index and work tree.
fn publish(world: &World, entries: &[(&str, &str, &str)]) {
    let coll = &world.coll;
    let skill = coll.git(&["rev-parse", "HEAD:skills/pdf/SKILL.md"]);
    let mut all = entries.to_vec();
    all.push(("100644", "SKILL.md", &skill));
    all.sort_by_key(|(_, name, _)| (*name).to_owned());
    let artifact = tree(coll, &all);
    let skills = tree(coll, &[("40000", "pdf", &artifact)]);
    let root = tree(coll, &[("40000", "skills", &skills)]);
    let commit = coll.git(&["commit-tree", "-p", "HEAD", "-m", "Hostile", &root]);
    coll.git(&["update-ref", "refs/heads/main", &commit]);
}

/// Entries that must not be written, built with the ids of a blob and a folder.
fn hostile(blob: &str, folder: &str, link: &str) -> Vec<Vec<(&'static str, &'static str, String)>> {
    let file = |name| vec![("100644", name, blob.to_owned())];
    let mut all: Vec<_> = [
        "..",
        ".",
        ".git",
        ".GIT",
        "git~1",
        ".gitmodules",
        ".g\u{200c}it",
        ".git ",
        ".git.",
        "a:b",
        "con",
        "a\\b",
        "a\u{1b}[2J",
        "new\nline",
        "pay\u{202e}lgp",
        "trailing ",
        "dot.",
    ]
    .map(file)
    .into();
    all.push(vec![("40000", "..", folder.to_owned())]);
    all.push(vec![("40000", ".git", folder.to_owned())]);
    all.push(vec![("100644", "Read", blob.to_owned()), ("100644", "read", blob.to_owned())]);
    all.push(vec![("100644", "caf\u{e9}", blob.to_owned()), ("100644", "cafe\u{301}", blob.to_owned())]);
    all.push(vec![("120000", "link", link.to_owned())]);
    all.push(vec![("160000", "module", "1".repeat(40))]);
    all
}

#[test]
fn hostile_entries_are_refused_by_deploy_and_pull() {
    for deployed in [false, true] {
        let world = if deployed { World::deployed() } else { World::new() };
        world.coll.git(&["switch", "--quiet", "--detach"]);
        world.proj.git(&["config", "skillsync-collection.default.branch", "main"]);
        let start = world.coll.git(&["rev-parse", "main"]);
        let (text, link) = (blob(&world.coll, "x\n"), blob(&world.coll, "../../../outside"));
        let folder = tree(&world.coll, &[("100644", "config", &text)]);
        for entries in hostile(&text, &folder, &link) {
            let entries: Vec<_> =
                entries.iter().map(|(mode, name, id)| (*mode, *name, id.as_str())).collect();
            world.coll.git(&["update-ref", "refs/heads/main", &start]);
            publish(&world, &entries);
            world.porcelain();
            let before = world.everything();
            let command = if deployed { "pull" } else { "deploy" };
            let run = world.proj.skillsync(&[command, "pdf"]);
            assert_eq!(run.code, 1, "{command} {entries:?}: {run}");
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("skill/pdf") && said.contains("refused"), "{entries:?}: {run}");
            assert!(!said.contains(['\u{1b}', '\u{202e}', '\u{200c}']), "{entries:?}: {run}");
            assert!(world.everything() == before, "{entries:?}");
        }
    }
}

#[test]
fn one_hostile_artifact_does_not_stop_the_others() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Better");
    std::os::unix::fs::symlink("/etc/passwd", world.coll.path().join("skills/pdf/link")).expect("link");
    world.coll.commit_all("A link");
    let (document, code) = world.json(&["pull"]);
    assert_eq!(
        (&document["summary"]["updated"], &document["summary"]["failed"], code),
        (&1.into(), &1.into(), 1)
    );
    assert!(!world.proj.exists(".claude/skills/pdf/link"));
    assert_eq!(world.proj.read(".claude/commands/review.md"), "# Review\n\nRead it twice.\n");
}

#[test]
fn too_much_is_refused() {
    let world = World::new();
    let text = blob(&world.coll, "x\n");
    let mut deep = tree(&world.coll, &[("100644", "file", &text)]);
    for _ in 0..40 {
        deep = tree(&world.coll, &[("40000", "d", &deep)]);
    }
    let names: Vec<String> = (0..10_001).map(|number| format!("f{number:05}")).collect();
    let many: Vec<_> = names.iter().map(|name| ("100644", name.as_str(), text.as_str())).collect();
    let many = tree(&world.coll, &many);
    let start = world.coll.head();
    for folder in [deep, many] {
        world.coll.git(&["update-ref", "refs/heads/main", &start]);
        publish(&world, &[("40000", "big", &folder)]);
        let before = world.everything();
        let run = world.proj.skillsync(&["deploy", "pdf"]);
        assert!(run.code == 1 && run.stderr.contains("refused"), "{run}");
        assert!(world.everything() == before);
    }
}

#[test]
fn names_given_here_are_checked_too() {
    let world = World::new();
    for name in ["..", "../x", "/abs", ".git", "a/../../b", "con", "x\ny", ""] {
        let before = world.everything();
        let run = world.proj.skillsync(&["deploy", "pdf", "--as", name]);
        assert_eq!(run.code, 2, "{name:?}: {run}");
        assert!(world.everything() == before, "{name:?}");
    }
}

#[test]
fn hostile_names_are_not_pushed_either() {
    let world = World::new();
    std::os::unix::fs::symlink("../../../README", world.proj.path().join("out")).expect("link");
    world.proj.write(".claude/skills/own/SKILL.md", "own\n");
    std::fs::rename(world.proj.path().join("out"), world.proj.path().join(".claude/skills/own/out"))
        .expect("move");
    world.proj.commit_all("A link that leaves");
    let before = world.everything();
    let run = world.proj.skillsync(&["push", "--new"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(world.everything() == before);
}

#[test]
fn words_of_others_cannot_act_on_the_terminal() {
    let world = World::new();
    let text = "---\nname: x\ndescription: \"\\e[2Jgone\\u202e\"\nversion: \"1\\e[31m\"\n---\n";
    world.coll.write("skills/esc/SKILL.md", text).commit_all("Escapes");
    let run = world.proj.skillsync(&["list", "--available"]);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{run}");
    world.deploy(&["esc"]);
    let run = world.proj.skillsync(&["list"]);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{run}");
}

#[test]
fn an_edit_that_makes_an_artifact_hostile_is_not_pushed() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    std::os::unix::fs::symlink("../../../README", world.proj.path().join(".claude/skills/pdf/out"))
        .expect("link");
    world
        .proj
        .write(".claude/commands/review.md", "# Better\n")
        .commit_all("A link that leaves, and an edit");
    for args in [["push", "pdf"].as_slice(), &["push", "pdf", "--worktree"]] {
        let before = world.coll.tree_snapshot();
        let run = world.proj.skillsync(args);
        assert!(run.code == 1 && run.stdout.contains("is refused"), "{run}");
        assert_eq!(world.coll.tree_snapshot(), before);
    }
    assert_eq!(world.proj.skillsync(&["push"]).code, 1);
    assert_eq!(world.coll.read("commands/review.md"), "# Better\n", "the others are pushed");
    assert!(!world.coll.exists("skills/pdf/out"));
}
