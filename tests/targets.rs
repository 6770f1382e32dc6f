//! One artifact in the places of several harnesses: forms, links, copies that diverge.

use crate::referee::say;
#[cfg(unix)]
use crate::support::Sealed;
use crate::support::{Sandbox, World, skill};
use git_skillsync::model::artifact::ArtifactType;
use git_skillsync::model::target::{Format, TARGETS, Target};
use serde_json::Value;

/// A world whose command and agent have lines to edit.
fn world() -> World {
    let world = World::new();
    let lines: String = (1..=12).map(|number| format!("line {number}\n\n")).collect();
    let review =
        format!("---\ndescription: Reviews.\nallowed-tools: Read\n---\n\nLook at $ARGUMENTS.\n\n{lines}");
    world.coll.write("commands/review.md", &review);
    let helper = format!("---\nname: helper\ndescription: Helps.\ntools: Read\nmodel: opus\n---\n{lines}");
    world.coll.write("agents/helper.md", helper).commit_all("More lines");
    world
}

fn replace(world: &World, path: &str, old: &str, new: &str) {
    let text = world.proj.read(path);
    assert!(text.contains(old), "{path}: {text}");
    world.proj.write(path, text.replacen(old, new, 1));
}

#[test]
fn a_preview_says_who_reads_what_and_git_shows_just_that() {
    let world = world();
    let args = ["deploy", "review", "--target", "claude", "--target", "gemini", "--target", "opencode"];
    let text = world.proj.skillsync(&[&args[..], &["--dry-run"]].concat()).expect_success();
    for line in [
        "copy in '.claude/commands' for claude; format same",
        "generated in '.gemini/commands' for gemini; format gemini-toml",
        "generated in '.opencode/commands' for opencode; format front-matter",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    world.proj.skillsync(&args).expect_success();
    let status = world.proj.git(&["status", "--porcelain"]);
    let expected = [
        "A  .claude/commands/review.md",
        "A  .gemini/commands/review.toml",
        "A  .opencode/commands/review.md",
    ];
    assert_eq!(status.lines().collect::<Vec<_>>(), expected);
    let made: toml::Table = world.proj.read(".gemini/commands/review.toml").parse().expect("TOML");
    assert!(made["prompt"].as_str().expect("text").contains("Look at {{args}}."));
    world.proj.commit_all("Deploy");
    let methods: Vec<_> = world.note().iter().map(|record| record["method"].clone()).collect();
    assert_eq!(methods, ["copy", "generated", "generated"]);
    // A skill that one of the named reads elsewhere is placed once.
    let (document, code) = world.json(&["deploy", "pdf", "--target", "claude", "--target", "opencode"]);
    assert_eq!((document["results"].as_array().map(Vec::len), code), (Some(1), 0), "{document}");
    assert_eq!(document["results"][0]["read_by"], serde_json::json!(["claude", "opencode"]));
}

#[test]
fn targets_are_those_of_which_there_are_signs() {
    for (signs, expected) in [
        (&[][..], vec![".claude/skills/pdf"]),
        (&[".github/workflows/x", ".agents/x"], vec![".claude/skills/pdf"]),
        (&[".codex/config.toml"], vec![".codex/skills/pdf"]),
        (
            &[".claude/settings.json", ".gemini/x", ".codex/x"],
            vec![".agents/skills/pdf", ".claude/skills/pdf"],
        ),
        (&[".github/prompts/x.prompt.md", ".claude/x"], vec![".claude/skills/pdf"]),
    ] {
        let world = World::new();
        for sign in signs {
            world.proj.write(sign, "x\n");
        }
        world.proj.skillsync(&["deploy", "pdf"]).expect_success();
        let staged = world.proj.git(&["diff", "--cached", "--name-only"]);
        let mut folders: Vec<&str> =
            staged.lines().filter_map(|path| path.strip_suffix("/SKILL.md")).collect();
        folders.sort_unstable();
        assert_eq!(folders, expected, "{signs:?}");
    }
}

/// Deploy, edit, pull and remove at one place.
fn round(target: &Target, kind: ArtifactType) {
    let world = world();
    let (name, source, mark) = match kind {
        ArtifactType::Skill => ("pdf", "skills/pdf/SKILL.md", "line 18"),
        ArtifactType::Command => ("review", "commands/review.md", "line 12"),
        ArtifactType::Agent => ("helper", "agents/helper.md", "line 12"),
    };
    let (document, code) = world.json(&["deploy", name, "--target", target.name]);
    let step = &document["results"][0];
    if !target.project.of(kind).is_supported() {
        let message = step["message"].as_str().unwrap_or_default();
        assert!(code == 1 && message.contains("not supported"), "{} {kind}: {document}", target.name);
        return;
    }
    assert_eq!((code, step["status"].as_str()), (0, Some("deployed")), "{} {kind}: {document}", target.name);
    let place = step["path"].as_str().expect("a path").to_owned();
    let is_folder = world.proj.path().join(&place).is_dir();
    let file = if is_folder { format!("{place}/SKILL.md") } else { place.clone() };
    world.proj.commit_all("Deploy");
    assert_eq!(world.porcelain(), "", "{} {kind}", target.name);
    // An edit here, and one in the collection.
    replace(&world, &file, "line 7", "line seven");
    world.proj.commit_all("Edit");
    let before = world.coll.read(source);
    world.coll.write(source, before.replacen(mark, "new", 1)).commit_all("Improve");
    assert_eq!(world.porcelain(), format!("MM\t{kind}/{name}\t{place}"), "{}", target.name);
    assert_eq!(world.outcome(&["pull", "--commit"]), ("merged".into(), 0), "{} {kind}", target.name);
    let text = world.proj.read(&file);
    assert!(text.contains("line seven") && text.contains("new"), "{} {kind}: {text}", target.name);
    assert_eq!(world.porcelain(), format!("M.\t{kind}/{name}\t{place}"), "{}", target.name);
    // It goes to the collection, where nothing else changes.
    assert_eq!(world.outcome(&["push"]), ("updated".into(), 0), "{} {kind}", target.name);
    let expected = before.replacen(mark, "new", 1).replacen("line 7", "line seven", 1);
    let sent = world.coll.git(&["show", &format!("HEAD:{source}")]);
    assert_eq!(sent.trim_end(), expected.trim_end(), "{} {kind}", target.name);
    assert_eq!(world.porcelain(), "", "{} {kind}", target.name);
    world.proj.skillsync(&["remove", name]).expect_success();
    assert!(!world.proj.path().join(&place).exists(), "{} {kind}", target.name);
}

#[test]
fn every_harness_takes_every_type_it_has() {
    let mut rounds = 0;
    let full = crate::support::is_full();
    let mut seen: Vec<Format> = Vec::new();
    for target in TARGETS {
        for kind in ArtifactType::ALL {
            let format = target.project.of(kind).own.as_ref().map_or(Format::Same, |place| place.format);
            // What differs in its folder alone is looked at in the full run.
            let new = !seen.contains(&format) || target.project.of(kind).own.is_none();
            if full || new || ["claude", "codex", "gemini", "opencode"].contains(&target.name) {
                round(target, kind);
                rounds += 1;
            }
            seen.push(format);
        }
    }
    say(&format!("targets: {rounds} rounds of deploy, edit, pull, push and remove"));
    assert!(rounds >= 12);
}

/// `pdf` in three places, committed.
fn three_copies() -> World {
    let world = World::new();
    let args = ["deploy", "pdf", "--commit", "--target", "claude", "--target", "codex", "--target", "gemini"];
    world.proj.skillsync(&args).expect_success();
    world
}

const COPIES: [&str; 3] =
    [".claude/skills/pdf/SKILL.md", ".codex/skills/pdf/SKILL.md", ".gemini/skills/pdf/SKILL.md"];

#[test]
fn edits_in_two_copies_and_in_the_collection_come_together_everywhere() {
    let world = three_copies();
    replace(&world, COPIES[1], "line 8", "codex");
    replace(&world, COPIES[0], "line 12", "claude");
    world.edit_collection(&[(18, "upstream")]);
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @r"
    ----- stdout
    skill/pdf (.claude/skills/pdf)  merged: with the edits of '.codex/skills/pdf'
    skill/pdf (.codex/skills/pdf)  merged: with the edits of '.claude/skills/pdf'
    skill/pdf (.gemini/skills/pdf)  updated: with the edits of '.claude/skills/pdf', '.codex/skills/pdf'
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    let all = skill(&[(8, "codex"), (12, "claude"), (18, "upstream")]);
    COPIES.iter().for_each(|copy| assert_eq!(world.proj.read(copy), all, "{copy}"));
    // Nothing that was not staged became so.
    let staged = world.proj.git(&["show", &format!(":{}", COPIES[2])]);
    assert_eq!(staged, skill(&[(18, "upstream")]).trim_end());
    for _ in 0..2 {
        // The copies are as one: there is nothing left to bring together.
        let (again, code) = world.json(&["pull"]);
        assert_eq!((&again["summary"]["up_to_date"], code), (&3.into(), 0), "{again}");
        world.proj.git(&["add", "."]);
    }
    world.proj.commit_all("Edits");
    assert_eq!(world.porcelain().lines().filter(|line| line.starts_with("M.")).count(), 3);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.git(&["show", "HEAD:skills/pdf/SKILL.md"]), all.trim_end());
    let message = world.coll.git(&["log", "-1", "--format=%B"]);
    assert_eq!(message.matches("Skillsync-Artifact: skill/pdf").count(), 1, "{message}");
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_push_sends_what_different_copies_have_in_one_commit() {
    let world = three_copies();
    replace(&world, COPIES[1], "line 8", "codex");
    replace(&world, COPIES[0], "line 12", "claude");
    world.proj.commit_all("Edits");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(
        world.coll.git(&["show", "HEAD:skills/pdf/SKILL.md"]),
        skill(&[(8, "codex"), (12, "claude")]).trim_end()
    );
    // Each copy lacks the other's edit and gets it.
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    let all = skill(&[(8, "codex"), (12, "claude")]);
    COPIES.iter().for_each(|copy| assert_eq!(world.proj.read(copy), all, "{copy}"));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn copies_that_were_changed_in_the_same_place_are_named_and_left() {
    let world = three_copies();
    replace(&world, COPIES[1], "line 8", "codex");
    replace(&world, COPIES[0], "line 8", "claude");
    world.proj.commit_all("Edits");
    let coll = world.coll.tree_snapshot();
    for command in ["pull", "push"] {
        let (document, code) = world.json(&[command]);
        let messages: Vec<&str> = document["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter_map(|step| step["message"].as_str().filter(|message| message.contains("same place")))
            .collect();
        assert!(code == 1 && messages.len() >= 2, "{command}: {document}");
        assert!(messages[0].contains("'.claude/skills/pdf' and '.codex/skills/pdf'"), "{messages:?}");
        assert_eq!(document["summary"]["conflicts"], Value::from(messages.len()), "{document}");
    }
    assert_eq!(world.coll.tree_snapshot(), coll);
    assert!(world.proj.read(COPIES[1]).contains("codex") && world.proj.read(COPIES[0]).contains("claude"));
    world.proj.skillsync(&["pull", "--auto-resolve", "ours", "--commit"]).expect_success();
    COPIES.iter().for_each(|copy| assert_eq!(world.proj.read(copy), skill(&[(8, "claude")]), "{copy}"));
}

#[test]
fn adding_and_removing_a_target_moves_nothing_else() {
    let world = World::deployed();
    let before = world.proj.read(COPIES[0]);
    replace(&world, COPIES[0], "line 8", "mine");
    world.proj.commit_all("Edit");
    world.proj.skillsync(&["deploy", "pdf", "--target", "codex", "--commit"]).expect_success();
    assert_eq!(world.proj.read(COPIES[1]), before);
    assert!(world.proj.read(COPIES[0]).contains("mine"));
    world.proj.skillsync(&["remove", "pdf", "--target", "codex"]).expect_success();
    assert_eq!(
        world.proj.git(&["status", "--porcelain"]).lines().filter(|line| line.contains(".claude")).count(),
        0
    );
    assert!(!world.proj.path().join(".codex").exists());
}

#[test]
fn a_deleted_copy_deletes_nothing_upstream_while_another_stands() {
    let world = three_copies();
    world.proj.git(&["rm", "-rq", ".codex"]);
    world.proj.commit_all("Without codex");
    world.proj.skillsync(&["push", "--delete", "skill/*"]).expect_success();
    assert!(world.coll.path().join("skills/pdf/SKILL.md").exists());
}

#[cfg(unix)]
#[test]
fn links_are_relative_and_have_nothing_to_merge() {
    let world = World::new();
    let args = ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex"];
    world.proj.skillsync(&args).expect_success();
    let link = world.proj.path().join(".codex/skills/pdf");
    assert_eq!(std::fs::read_link(&link).expect("a link").to_str(), Some("../../.claude/skills/pdf"));
    world.proj.commit_all("Deploy");
    let methods: Vec<_> = world.note().iter().map(|record| record["method"].clone()).collect();
    assert_eq!(methods, ["copy", "symlink"]);
    replace(&world, COPIES[1], "line 8", "through the link");
    world.edit_collection(&[(18, "upstream")]);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(COPIES[1]), skill(&[(8, "through the link"), (18, "upstream")]));
    world.proj.commit_all("Both");
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.porcelain(), "");
    // What is not linked any more is said, and comes back.
    std::fs::remove_file(&link).expect("removed");
    assert_eq!(world.porcelain(), "D.\tskill/pdf\t.codex/skills/pdf");
    let (outcome, code) = world.outcome(&["pull", ".codex/skills/pdf"]);
    assert_eq!((outcome.as_str(), code), ("skipped", 1));
    world.proj.skillsync(&args).expect_success();
    assert_eq!(world.porcelain(), "");
    // Where links are checked out as text files they are not missing.
    world.proj.git(&["config", "core.symlinks", "false"]);
    std::fs::remove_file(&link).expect("removed");
    world.proj.git(&["checkout", "--", ".codex"]);
    assert!(link.is_file() && !link.is_symlink());
    assert_eq!(world.porcelain(), "");
    // And there nothing is linked.
    let other = ["deploy", "sheets", "--method", "symlink", "--target", "claude", "--target", "codex"];
    world.proj.skillsync(&other).expect_success();
    assert!(world.proj.path().join(".codex/skills/sheets").is_dir());
}

#[test]
fn what_a_form_cannot_hold_is_said_and_not_sent() {
    let world = world();
    let args = ["deploy", "review", "--commit", "--target", "gemini"];
    world.proj.skillsync(&args).expect_success();
    let file = ".gemini/commands/review.toml";
    replace(&world, file, "prompt = ", "timeout = 3\nprompt = ");
    world.proj.commit_all("A key of Gemini's");
    assert_eq!(world.porcelain(), format!("M.\tcommand/review\t{file}"));
    let (document, code) = world.json(&["push"]);
    let message = document["results"][0]["message"].as_str().expect("a message");
    assert!(code == 1 && message.contains("'timeout' has no place"), "{document}");
    // It stays, and what is new comes beside it.
    let command = world.coll.read("commands/review.md");
    world.coll.write("commands/review.md", command.replace("line 12", "twelve")).commit_all("Improve");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    let text = world.proj.read(file);
    assert!(text.contains("timeout = 3") && text.contains("twelve"), "{text}");
    // A text that is none.
    world.coll.write("commands/odd.md", b"caf\xe9\n").commit_all("Odd");
    let (document, code) = world.json(&["deploy", "odd", "--target", "gemini"]);
    assert!(code == 1 && document["results"][0]["status"] == "failed", "{document}");
}

#[test]
fn a_conflict_in_a_made_file_is_marked_in_its_own_form() {
    let world = world();
    world.proj.skillsync(&["deploy", "review", "--commit", "--target", "gemini"]).expect_success();
    let file = ".gemini/commands/review.toml";
    replace(&world, file, "line 7", "ours");
    world.proj.commit_all("Ours");
    let command = world.coll.read("commands/review.md");
    world.coll.write("commands/review.md", command.replace("line 7", "theirs")).commit_all("Theirs");
    assert_eq!(world.outcome(&["pull"]), ("conflict".into(), 1));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), format!("UU {file}"));
    let theirs = world.proj.git(&["show", &format!(":3:{file}")]);
    assert!(theirs.parse::<toml::Table>().is_ok() && theirs.contains("theirs"), "{theirs}");
    world.proj.git(&["checkout", "--theirs", file]);
    world.proj.commit_all("Theirs then");
    assert_eq!(world.porcelain(), "");
}

#[test]
fn a_change_goes_down_and_up_through_three_tiers() {
    let sandbox = Sandbox::new();
    let (top, coll, proj) = (sandbox.repo("top"), sandbox.repo("coll"), sandbox.repo("proj"));
    top.write("skills/pdf/SKILL.md", skill(&[])).commit_all("Start");
    coll.write("README", "Ours.\n").commit_all("Start");
    proj.write("README", "A project.\n").commit_all("Start");
    coll.skillsync(&["init", "../top", "--target", "collection"]).expect_success();
    coll.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
    proj.skillsync(&["init", "../coll"]).expect_success();
    proj.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
    // Each tier has an edit of its own, and the top goes on.
    coll.write("skills/pdf/SKILL.md", skill(&[(9, "team")])).commit_all("Team");
    proj.write(COPIES[0], skill(&[(13, "mine")])).commit_all("Mine");
    top.write("skills/pdf/SKILL.md", skill(&[(18, "news")])).commit_all("News");
    coll.skillsync(&["pull", "--commit"]).expect_success();
    proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(coll.read("skills/pdf/SKILL.md"), skill(&[(9, "team"), (18, "news")]));
    assert_eq!(proj.read(COPIES[0]), skill(&[(9, "team"), (13, "mine"), (18, "news")]));
    // And up again.
    proj.skillsync(&["push"]).expect_success();
    coll.skillsync(&["push"]).expect_success();
    let all = skill(&[(9, "team"), (13, "mine"), (18, "news")]);
    assert_eq!(top.git(&["show", "HEAD:skills/pdf/SKILL.md"]), all.trim_end());
    for repo in [&coll, &proj] {
        assert_eq!(repo.skillsync(&["status", "--porcelain"]).expect_success(), "");
    }
}

#[cfg(unix)]
#[test]
fn a_target_that_cannot_be_written_hinders_no_other_and_heals() {
    let world = three_copies();
    world.proj.skillsync(&["deploy", "sheets", "--commit", "--target", "claude"]).expect_success();
    world.edit_collection(&[(18, "news")]);
    let by_target = |document: &Value| -> Vec<String> {
        let results = document["results"].as_array().expect("results").iter();
        let pdf = results.filter(|step| step["artifact_name"] == "pdf");
        pdf.map(|step| format!("{} {}", step["target"], step["status"]).replace('"', "")).collect()
    };
    let status = |world: &World| -> Vec<String> {
        let (document, code) = world.json(&["targets"]);
        assert_eq!(code, 0, "{document}");
        let targets = document["targets"].as_object().expect("targets").iter();
        targets.map(|(name, target)| format!("{name} {}", target["status"]).replace('"', "")).collect()
    };
    assert_eq!(status(&world), ["claude success", "codex success", "gemini success"]);
    let sealed = Sealed::new(&world.proj.path().join(".gemini"));
    for first in [true, false] {
        let (document, code) = world.json(&["pull"]);
        let others = if first { "updated" } else { "up_to_date" };
        let expected = [format!("claude {others}"), format!("codex {others}"), "gemini failed".to_owned()];
        assert_eq!((by_target(&document), code), (expected.to_vec(), 1), "{document}");
        assert_eq!(document["summary"]["failed"], 1);
        assert_eq!(status(&world), ["claude success", "codex success", "gemini failed"]);
        assert_eq!(world.proj.read(COPIES[0]), skill(&[(18, "news")]));
        assert_eq!(world.proj.read(COPIES[2]), skill(&[]));
    }
    drop(sealed);
    let (document, code) = world.json(&["pull"]);
    let healed = ["claude up_to_date", "codex up_to_date", "gemini updated"].map(str::to_owned);
    assert_eq!((by_target(&document), code), (healed.to_vec(), 0), "{document}");
    assert_eq!(status(&world), ["claude success", "codex success", "gemini success"]);
    world.proj.commit_all("Pull");
    assert_eq!(world.porcelain(), "");
    // What was changed since the last sync is told apart, by file.
    replace(&world, COPIES[1], "line 8", "mine");
    let (document, _) = world.json(&["targets"]);
    let drift = &document["targets"]["codex"]["drift"];
    assert_eq!(drift["changed"], serde_json::json!([COPIES[1]]), "{document}");
    let hash = document["targets"]["gemini"]["file_hashes"][COPIES[2]].as_str().expect("a hash");
    assert_eq!(hash.len(), 64);
    assert_eq!(document["targets"]["gemini"]["sync_method"][COPIES[2]], "copy");
    let (document, code) = world.json(&["targets", "--clear", "codex"]);
    assert_eq!((&document["targets"]["codex"]["status"], code), (&Value::Null, 0));
    assert_eq!(world.proj.skillsync(&["targets", "--clear", "nobody"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_said_and_mended() {
    let deployed = || {
        let world = World::new();
        let args =
            ["deploy", "pdf", "--commit", "--method", "symlink", "--target", "claude", "--target", "codex"];
        world.proj.skillsync(&args).expect_success();
        world.proj.git(&["rm", "-rq", ".claude"]);
        world
    };
    for committed in [false, true] {
        let world = deployed();
        if committed {
            world.proj.commit_all("Without claude");
        }
        let link = "D.\tskill/pdf\t.codex/skills/pdf";
        assert!(world.porcelain().lines().any(|line| line == link), "{}", world.porcelain());
        let text = world.proj.skillsync(&["status"]).stdout;
        assert!(text.contains("is a link to nothing"), "{text}");
        assert!(text.contains("(git skillsync deploy pdf --target codex --method symlink)"), "{text}");
        let run = world.proj.skillsync(&["pull", ".codex/skills/pdf"]);
        assert!(run.code == 1 && run.stdout.contains("skipped: is a link to nothing"), "{run}");
        // There is nothing that it could lead to: it becomes a copy.
        world.proj.skillsync(&["deploy", "pdf", "--target", "codex", "--method", "symlink"]).expect_success();
        assert_eq!(world.proj.read(COPIES[1]), skill(&[]));
        assert!(!world.porcelain().contains(".codex"), "{}", world.porcelain());
        // Or it goes.
        let world = deployed();
        world.proj.skillsync(&["remove", "pdf"]).expect_success();
        assert_eq!(world.proj.git(&["ls-files"]), "README");
    }
    // What a sparse checkout leaves out is there.
    let world = deployed();
    world.proj.git(&["reset", "--quiet", "--hard"]);
    world.proj.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/.claude/"]);
    assert_eq!((world.proj.exists(".claude"), world.porcelain()), (false, String::new()));
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_not_removed_under_it() {
    let world = World::new();
    let args =
        ["deploy", "pdf", "--commit", "--method", "symlink", "--target", "claude", "--target", "codex"];
    world.proj.skillsync(&args).expect_success();
    let (document, code) = world.json(&["remove", "pdf", "--target", "claude"]);
    assert!(
        code == 1 && document["results"][0]["message"].as_str().expect("text").contains("is a link to it")
    );
    world
        .proj
        .skillsync(&["deploy", "pdf", "--target", "codex", "--method", "copy", "--commit"])
        .expect_success();
    world.proj.skillsync(&["remove", "pdf", "--target", "claude"]).expect_success();
    assert!(world.proj.path().join(".codex/skills/pdf/SKILL.md").is_file());
    assert!(!world.proj.path().join(".claude").exists());
}

#[test]
fn all_projects_of_a_user_are_told_in_one_go() {
    let world = World::new();
    let (sandbox, coll) = (&world.sandbox, &world.coll);
    let project = |name: &str| {
        let repo = sandbox.repo(name);
        repo.write("README", "A project.\n").commit_all("Start");
        repo.skillsync(&["init", "../coll"]).expect_success();
        repo.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        repo
    };
    let [still, ahead, diverged, gone, away] = ["still", "ahead", "diverged", "gone", "away"].map(project);
    ahead.write(COPIES[0], skill(&[(8, "mine")])).commit_all("Mine");
    let (document, code) = world.json(&["status", "--all-projects", "--verbose"]);
    let relations = |document: &Value| -> Vec<String> {
        let projects = document["projects"].as_array().expect("projects").iter();
        let told = |project: &Value| {
            let name =
                project["project"].as_str().expect("a path").rsplit('/').next().expect("a name").to_owned();
            format!("{name} {}", project["artifacts"][0]["relation"].as_str().unwrap_or("?"))
        };
        projects.map(told).collect()
    };
    let expected = ["ahead ahead", "away in_step", "diverged in_step", "gone in_step", "still in_step"];
    assert_eq!((relations(&document), code), (expected.map(str::to_owned).to_vec(), 0), "{document}");
    // The collection goes on; one project is in the middle of its own way, one is removed, one broken.
    still.skillsync(&["pull"]).expect_success();
    coll.write("skills/pdf/SKILL.md", skill(&[(18, "news")])).commit_all("News");
    diverged.write(COPIES[0], skill(&[(9, "other")])).commit_all("Other");
    std::fs::remove_dir_all(gone.path()).expect("removed");
    away.git(&["config", "skillsync-collection.default.url", "/nowhere"]);
    let run = world.proj.skillsync(&["status", "--all-projects", "--json"]);
    let document = run.json();
    assert_eq!(run.code, 1);
    let expected = ["ahead diverged", "away ?", "diverged diverged", "still behind"];
    assert_eq!(relations(&document), expected, "{document}");
    assert!(document["projects"][1]["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!((&document["drift_count"], &document["projects"][0]["diverged"]), (&3.into(), &1.into()));
    assert!(run.stderr.contains("is not there any more and is forgotten"), "{}", run.stderr);
    // It is said once.
    let again = world.proj.skillsync(&["status", "--all-projects"]);
    assert!(
        !again.stderr.contains("forgotten") && again.stdout.contains("1 behind"),
        "{}{}",
        again.stdout,
        again.stderr
    );
}

#[test]
fn of_a_project_with_much_to_do_the_first_are_told() {
    let world = World::new();
    let names: Vec<String> = (0..12).map(|at| format!("c{at:02}")).collect();
    let write = |text: &str| {
        for name in &names {
            world.coll.write(&format!("commands/{name}.md"), text);
        }
        world.coll.commit_all("Commands");
    };
    write("one\n");
    world.proj.skillsync(&["deploy", "command/c*", "--commit"]).expect_success();
    write("two\n");
    let run = world.proj.skillsync(&["status", "--all-projects"]);
    assert_eq!(run.stdout.lines().filter(|line| line.contains(".M command/c")).count(), 10, "{run}");
    assert!(run.stdout.contains("   and 2 more: 'git skillsync status' there, or '--verbose'\n"), "{run}");
    let all = world.proj.skillsync(&["status", "--all-projects", "--verbose"]);
    assert_eq!(all.stdout.matches(".M command/c").count(), 12, "{all}");
    assert_eq!(
        world.json(&["status", "--all-projects"]).0["projects"][0]["artifacts"].as_array().map(Vec::len),
        Some(12)
    );
}
