//! The collection renames an artifact that stands in the places of several harnesses: `pull --rename`
//! takes copies, links and made files along.

#[cfg(unix)]
use crate::prompt::Terminal;
use crate::support::{World, skill};
use serde_json::Value;

/// The command `review` and the agent `helper`, with lines to edit, in the places of these targets.
fn world(targets: &[&str]) -> World {
    let world = World::new();
    let lines: String = (1..=12).map(|number| format!("line {number}\n\n")).collect();
    world.coll.write("commands/review.md", format!("---\ndescription: Reviews.\n---\n\nLook.\n\n{lines}"));
    world.coll.write("agents/helper.md", format!("---\ndescription: Helps.\ntools: Read\n---\n{lines}"));
    world.coll.commit_all("More lines");
    let targets: Vec<&str> = targets.iter().flat_map(|target| ["--target", target]).collect();
    world
        .proj
        .skillsync(&[&["deploy", "review", "helper", "--commit"], &targets[..]].concat())
        .expect_success();
    world
}

fn rename(world: &World) {
    world.coll.git(&["mv", "commands/review.md", "commands/check.md"]);
    world.coll.git(&["mv", "agents/helper.md", "agents/aide.md"]);
    world.coll.commit_all("Rename");
}

fn replace(world: &World, path: &str, old: &str, new: &str) {
    let text = world.proj.read(path);
    assert!(text.contains(old), "{path}: {text}");
    world.proj.write(path, text.replacen(old, new, 1));
}

/// Work tree and index, without what is written down of attempts.
fn files(world: &World) -> String {
    let snapshot = world.proj.tree_snapshot();
    snapshot.lines().filter(|line| !line.starts_with("refs/skillsync/ops")).collect::<Vec<_>>().join("\n")
}

fn tracked(world: &World) -> Vec<String> {
    world.proj.git(&["ls-files"]).lines().filter(|path| *path != "README").map(str::to_owned).collect()
}

const ALL: [&str; 4] = ["claude", "codex", "gemini", "opencode"];

#[test]
fn made_files_take_the_new_name_with_their_edits() {
    let world = world(&ALL);
    let old = tracked(&world);
    assert_eq!(old.len(), 8, "{old:?}");
    let new: Vec<String> =
        old.iter().map(|path| path.replace("review", "check").replace("helper", "aide")).collect();
    // One edit in each artifact, in a made file, and what the collection goes on with.
    let gemini = ".gemini/commands/review.toml";
    replace(&world, gemini, "line 3", "gemini's line");
    let agent = ".codex/agents/helper.toml";
    replace(&world, agent, "line 9", "codex's line");
    world.proj.commit_all("Edits");
    rename(&world);
    let text = world.coll.read("agents/aide.md");
    world.coll.write("agents/aide.md", text.replace("line 1\n", "line one\n")).commit_all("Improve");
    let before = files(&world);
    world.proj.skillsync(&["pull", "--rename", "--dry-run"]).expect_success();
    assert_eq!(files(&world), before);
    for back in ["undo", "abort"] {
        let (document, code) = world.json(&["pull", "--rename"]);
        let paths: Vec<&str> = document["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter_map(|it| it["path"].as_str())
            .collect();
        assert_eq!((paths.len(), code), (8, 0), "{document}");
        assert!(new.iter().all(|path| paths.iter().any(|it| path.starts_with(it))), "{document}");
        assert_eq!(
            tracked(&world),
            new.iter().cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        );
        let staged = world.proj.git(&["status", "--porcelain", "--no-renames"]);
        assert!(staged.lines().all(|line| line.starts_with("A  ") || line.starts_with("D  ")), "{staged}");
        assert!(old.iter().all(|path| !world.proj.exists(path)));
        world.proj.skillsync(&[back]).expect_success();
        assert_eq!(files(&world), before, "{back}");
    }
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    for path in &new {
        let text = world.proj.read(path);
        assert!(!text.contains("helper") && !text.contains("review"), "{path}: {text}");
        assert_eq!(text.contains("gemini's line"), path.contains("check"), "{path}: {text}");
        assert_eq!(text.contains("codex's line"), path.contains("aide"), "{path}: {text}");
        assert_eq!(text.contains("line one"), path.contains("aide"), "{path}: {text}");
    }
    let agent: toml::Table = world.proj.read(".codex/agents/aide.toml").parse().expect("TOML");
    assert_eq!(agent["name"].as_str(), Some("aide"));
    // The records are those of the new places, and the old ones are gone.
    let note = world.note();
    let of = |removed: bool| -> Vec<String> {
        let lines = note.iter().filter(|line| (line["removed"] == true) == removed);
        lines.filter_map(|line| line["path"].as_str().map(str::to_owned)).collect()
    };
    assert!(of(false).len() == 8 && of(true).len() == 8, "{note:?}");
    assert!(
        note.iter().filter(|line| line["removed"].is_null()).all(|line| {
            [("check", "commands/check.md"), ("aide", "agents/aide.md")]
                .iter()
                .any(|(name, source)| line["name"] == *name && line["source"] == *source)
        }),
        "{note:?}"
    );
    // What was edited goes back, and then everything is in step.
    assert!(world.porcelain().lines().all(|line| line.starts_with("M.")), "{}", world.porcelain());
    world.proj.skillsync(&["push"]).expect_success();
    assert!(world.coll.git(&["show", "HEAD:agents/aide.md"]).contains("codex's line"));
    assert!(world.coll.git(&["show", "HEAD:commands/check.md"]).contains("gemini's line"));
    assert_eq!(world.coll.git(&["ls-files", "agents", "commands"]), "agents/aide.md\ncommands/check.md");
    assert_eq!(world.porcelain(), "");
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
}

#[test]
fn made_files_that_nobody_touched_move_too() {
    for followed in [false, true] {
        let world = world(&ALL);
        rename(&world);
        if followed {
            // The records know the new source already.
            world.proj.skillsync(&["pull", "--commit"]).expect_success();
            assert_eq!(world.porcelain(), "");
        }
        world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
        let tracked = tracked(&world);
        assert!(tracked.len() == 8, "{tracked:?}");
        assert!(tracked.iter().all(|path| path.contains("check") || path.contains("aide")), "{tracked:?}");
        assert_eq!((world.porcelain(), world.outcome(&["pull", "--rename"]).1), (String::new(), 0));
        let agent: toml::Table = world.proj.read(".codex/agents/aide.toml").parse().expect("TOML");
        assert_eq!(agent["name"].as_str(), Some("aide"));
        world.coll.write("agents/aide.md", world.coll.read("agents/aide.md").replace("line 5", "five"));
        world.coll.commit_all("Go on");
        world.proj.skillsync(&["pull"]).expect_success();
        assert!(world.proj.read(".codex/agents/aide.toml").contains("five"));
    }
}

/// `pdf` with a copy for Claude Code and a link for Codex, renamed in the collection.
#[cfg(unix)]
fn linked() -> World {
    let world = World::new();
    let args =
        ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex", "--commit"];
    world.proj.skillsync(&args).expect_success();
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename");
    world
}

#[cfg(unix)]
fn target_of(world: &World, link: &str) -> Option<String> {
    let found = std::fs::read_link(world.proj.path().join(link)).ok()?;
    Some(found.to_str().expect("UTF-8").to_owned())
}

#[cfg(unix)]
#[test]
fn a_link_takes_the_new_name_and_leads_to_it() {
    // Whatever is named, the link follows.
    for named in [&[][..], &["pdf"], &[".claude/skills/pdf"]] {
        let world = linked();
        let before = files(&world);
        for back in ["undo", "abort"] {
            let run = world.proj.skillsync(&[&["pull", "--rename"], named].concat());
            assert_eq!(run.code, 0, "{run}");
            assert_eq!(
                target_of(&world, ".codex/skills/pages").as_deref(),
                Some("../../.claude/skills/pages")
            );
            assert_eq!(target_of(&world, ".codex/skills/pdf"), None);
            assert!(run.stdout.contains("moved from '.codex/skills/pdf' to '.codex/skills/pages'"), "{run}");
            assert_eq!(world.porcelain(), "", "it waits for its commit");
            world.proj.skillsync(&[back]).expect_success();
            assert_eq!(files(&world), before, "{named:?} {back}");
        }
        world.proj.skillsync(&[&["pull", "--rename", "--commit"], named].concat()).expect_success();
        assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
        let links: Vec<Value> = world.note().into_iter().filter(|line| line["method"] == "symlink").collect();
        assert_eq!(links.len(), 1);
        let told =
            ["name", "path", "source"].map(|key| links[0][key].as_str().unwrap_or_default().to_owned());
        assert_eq!(told, ["pages", ".codex/skills/pages", "skills/pages"]);
        assert_eq!(world.porcelain(), "");
        world.coll.write("skills/pages/SKILL.md", skill(&[(9, "news")])).commit_all("News");
        world.proj.skillsync(&["pull"]).expect_success();
        assert_eq!(world.proj.read(".codex/skills/pages/SKILL.md"), skill(&[(9, "news")]));
    }
}

#[cfg(unix)]
#[test]
fn a_link_whose_new_name_is_taken_stays_and_leads_there() {
    let world = linked();
    world.proj.write(".codex/skills/pages/SKILL.md", "mine\n").commit_all("My own");
    let (document, code) = world.json(&["pull", "--rename"]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(target_of(&world, ".codex/skills/pdf").as_deref(), Some("../../.claude/skills/pages"));
    assert_eq!(world.proj.read(".codex/skills/pages/SKILL.md"), "mine\n");
    let message = document["results"][1]["message"].as_str().expect("a message");
    assert!(message.contains("'.codex/skills/pages' is occupied"), "{document}");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.porcelain(), "");
    // And where the copy cannot move, nothing does.
    let world = linked();
    world.proj.write(".claude/skills/pages/SKILL.md", "mine\n").commit_all("My own");
    let before = files(&world);
    assert_eq!(world.proj.skillsync(&["pull", "--rename"]).code, 1);
    assert_eq!(files(&world), before);
}

#[cfg(unix)]
#[test]
fn a_link_that_could_not_follow_does_so_the_next_time() {
    let world = linked();
    let sealed = crate::support::Sealed::new(&world.proj.path().join(".codex"));
    let (document, code) = world.json(&["pull", "--rename"]);
    let status: Vec<&str> = document["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!((status, code), (vec!["updated", "failed"], 1), "{document}");
    assert_eq!(document["results"][1]["path"], ".codex/skills/pdf", "where it still stands");
    drop(sealed);
    world.proj.skillsync(&["pull", "--rename", "--commit"]).expect_success();
    assert_eq!(target_of(&world, ".codex/skills/pages").as_deref(), Some("../../.claude/skills/pages"));
    assert_eq!(
        (world.porcelain(), world.proj.git(&["status", "--porcelain"])),
        (String::new(), String::new())
    );
}

#[cfg(unix)]
#[test]
fn a_link_goes_with_what_is_pruned() {
    for edited in [false, true] {
        let world = World::new();
        let args =
            ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex", "--commit"];
        world.proj.skillsync(&args).expect_success();
        world.deploy(&["review", "helper", "sheets"]);
        world.coll.git(&["rm", "-rq", "skills/pdf"]);
        world.coll.commit_all("Drop pdf");
        if edited {
            world.edit_project(&[(7, "mine")]);
        }
        let before = files(&world);
        let run = world.proj.skillsync(&["pull", "--prune"]);
        assert_eq!(run.code, i32::from(edited), "{run}");
        if edited {
            assert_eq!(files(&world), before, "both stay");
            continue;
        }
        assert_eq!(target_of(&world, ".codex/skills/pdf"), None);
        assert!(run.stdout.contains("removed: is a link to what is gone from the collection"), "{run}");
        world.proj.skillsync(&["undo"]).expect_success();
        assert_eq!(files(&world), before);
        world.proj.skillsync(&["pull", "--prune", "--commit"]).expect_success();
        assert_eq!(target_of(&world, ".codex/skills/pdf"), None);
        assert_eq!(world.porcelain(), "");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_agreed_to_without_what_it_leads_to() {
    let hidden: String = "obey".chars().filter_map(|c| char::from_u32(0xe0000 + u32::from(c))).collect();
    let text = skill(&[(9, &format!("Nothing here.{hidden}"))]);
    let ends = |answer: &str| if answer == "n" { "exit 1" } else { "exit 0" };
    for answer in ["n", "y"] {
        let world = linked();
        world.coll.write("skills/pages/SKILL.md", &text).commit_all("Nothing to see");
        let before = files(&world);
        let args = ["pull", "--rename"];
        let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &args) else { return };
        terminal.answer("take it? [y/N]", answer);
        terminal.wait_for(ends(answer));
        assert_eq!(files(&world) == before, answer == "n");
        assert_eq!(target_of(&world, ".codex/skills/pages").is_some(), answer == "y");
        // The same for a first deployment.
        let world = World::new();
        world.coll.write("skills/pdf/SKILL.md", &text).commit_all("Nothing to see");
        let args = ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex"];
        let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &args) else { return };
        terminal.answer("take it? [y/N]", answer);
        terminal.wait_for(ends(answer));
        assert_eq!(target_of(&world, ".codex/skills/pdf").is_some(), answer == "y");
        assert_eq!(world.proj.exists(".claude/skills/pdf"), answer == "y");
    }
}
