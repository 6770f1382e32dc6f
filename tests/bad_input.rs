//! Bad input: a clear message with a hint, the right exit status, and nothing changed.

use crate::support::{PLACED, Run, Sandbox, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// Run it and check that nothing at all has changed.
fn refused(world: &World, args: &[&str]) -> Run {
    let before = world.everything();
    let run = world.proj.skillsync(args);
    assert!(world.everything() == before, "{args:?} changed something\n{run}");
    run
}

#[test]
fn an_unknown_artifact() {
    let world = World::deployed();
    world.porcelain();
    insta::assert_snapshot!(refused(&world, &["deploy", "pdf", "nope"]), @"
    ----- stderr
    error: unknown artifact 'nope'
    hint: 'git skillsync list' names what is deployed, 'git skillsync list --available' what the collection offers
    ----- status 2
    ");
    for command in ["pull", "push", "status", "check", "remove", "deploy"] {
        for name in ["nope", "agent/pdf", "skill/x*", "../pdf", ""] {
            let run = refused(&world, &[command, name]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run}");
            assert!(run.stderr.starts_with(&format!("error: unknown artifact '{name}'\nhint: ")), "{run}");
            assert_eq!(refused(&world, &[command, name, "--json"]).code, 2);
        }
    }
}

#[test]
fn an_artifact_that_another_target_has() {
    let world = World::deployed();
    world.porcelain();
    insta::assert_snapshot!(refused(&world, &["remove", "pdf", "--target", "codex"]), @"
    ----- stderr
    error: 'pdf' is not deployed for codex
    hint: it is at '.claude/skills/pdf'
    ----- status 2
    ");
    let run = refused(&world, &["remove", "nope", "--target", "codex"]);
    assert!(run.code == 2 && run.stderr.starts_with("error: unknown artifact 'nope'"), "{run}");
    assert_eq!(refused(&world, &["log", "-n", "0"]).to_string(), "----- status 0\n");
}

#[test]
fn an_unknown_operation() {
    let world = World::deployed();
    world.porcelain();
    for name in ["nope", "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let run = refused(&world, &["undo", name]);
        assert_eq!((run.code, run.stdout.as_str()), (128, ""), "{run}");
        assert!(
            run.stderr.contains(&format!("no operation '{name}'\nhint: 'git skillsync log' names")),
            "{run}"
        );
    }
}

#[test]
fn an_ambiguous_name() {
    let world = World::new();
    world.coll.write("agents/review.md", "Agent.\n").commit_all("Same name");
    insta::assert_snapshot!(refused(&world, &["deploy", "review"]), @"
    ----- stderr
    error: 'review' is ambiguous: agent/review, command/review
    hint: name it as TYPE/NAME or by its path
    ----- status 2
    ");
    world.deploy(&["agent/review", "command/review"]);
    world.porcelain();
    for command in ["pull", "push", "status", "remove"] {
        assert_eq!(refused(&world, &[command, "review"]).code, 2);
    }
    assert_eq!(refused(&world, &["pull", "command/review"]).code, 0);
}

#[test]
fn the_same_name_twice_in_the_collection() {
    let world = World::new();
    world
        .coll
        .write("plugins/a/skills/pdf/SKILL.md", "a\n")
        .write("plugins/a/.claude-plugin/plugin.json", "{\"name\":\"a\"}");
    world.coll.write(
        ".claude-plugin/marketplace.json",
        r#"{"name":"m","owner":{"name":"o"},"plugins":[{"name":"a","source":"./plugins/a"}]}"#,
    );
    world.coll.commit_all("A plugin");
    let run = refused(&world, &["deploy", "pdf"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(
        run.stderr.contains("skills/pdf, plugins/a/skills/pdf")
            || run.stderr.contains("plugins/a/skills/pdf, skills/pdf"),
        "{run}"
    );
    world.proj.skillsync(&["deploy", "plugins/a/skills/pdf"]).expect_success();
    assert_eq!(world.proj.read(PLACED), "a\n");
}

#[test]
fn no_collection_and_an_unknown_one() {
    let world = World::new();
    let other = world.sandbox.repo("other");
    let before = other.tree_snapshot();
    insta::assert_snapshot!(other.skillsync(&["status"]), @"
    ----- stderr
    error: no collection is configured
    hint: 'git skillsync init URL|PATH' registers one
    ----- status 2
    ");
    for args in
        [["deploy", "pdf"].as_slice(), &["list"], &["pull"], &["push"], &["check", "--json"], &["init"]]
    {
        let run = other.skillsync(args);
        assert!(run.code == 2 && run.stderr.contains("hint: "), "{run}");
    }
    assert_eq!(other.tree_snapshot(), before);
    assert!(!other.exists(".git/skillsync"));
    let run = refused(&world, &["status", "--collection", "none"]);
    assert!(run.code == 2 && run.stderr.contains("'none'") && run.stderr.contains("hint: "), "{run}");
}

#[test]
fn an_unreachable_collection() {
    let world = World::deployed();
    world.porcelain();
    std::fs::rename(world.coll.path(), world.sandbox.path("moved")).expect("move");
    let before = world.proj.tree_snapshot();
    insta::assert_snapshot!(world.proj.skillsync(&["status"]), @r#"
    ----- stderr
    fatal: the collection 'default' at '[SANDBOX]/coll' cannot be opened: '[SANDBOX]/coll' is not a git repository
    hint: 'git skillsync collection list' shows where it should be, 'git skillsync collection init' makes a new one
    ----- status 128
    "#);
    for command in ["pull", "push", "check"] {
        let (document, code) = world.json(&[command]);
        assert_eq!((&document["schema"], &document["command"], code), (&1.into(), &command.into(), 128));
        assert_eq!(document["error"]["kind"], "collection_unreachable");
        assert!(
            document["error"]["message"].is_string() && document["error"]["hint"].is_string(),
            "{document}"
        );
    }
    assert_eq!(world.proj.tree_snapshot(), before);
    let other = world.sandbox.repo("other");
    for place in
        ["../gone", "file:///gone/nowhere.git", "ext::sh -c touch% /tmp/pwned", "--upload-pack=x", "proj"]
    {
        let run = other.skillsync(&["init", "--", place]);
        assert_eq!(run.code, 128, "{place}: {run}");
        assert_eq!(other.try_git(&["config", "--get-regexp", "^skillsync"]).stdout, "", "{place}");
    }
}

#[test]
fn no_repository_no_folder_no_command() {
    let sandbox = Sandbox::new();
    let plain = sandbox.folder("plain");
    for args in [["status"].as_slice(), &["pull"], &["push"], &["list"], &["hooks", "status"]] {
        let run = plain.skillsync(args);
        assert!(run.code == 128 && run.stderr.contains("hint: run it inside a git repository"), "{run}");
    }
    insta::assert_snapshot!(plain.skillsync(&["status", "--json"]), @r#"
    ----- stdout
    {"schema":1,"command":"status","error":{"kind":"not_a_repository","message":"'[SANDBOX]/plain' is not in a git repository","hint":"run it inside a git repository, or keep this folder in step with 'git skillsync init URL|PATH'"}}
    ----- status 128
    "#);
    assert_eq!(plain.skillsync(&["-C", "nowhere", "status"]).code, 128);
    for args in [
        ["nonsense"].as_slice(),
        &["status", "--nonsense"],
        &["deploy"],
        &["pull", "--strategy", "magic"],
        &[],
    ] {
        assert_eq!(plain.skillsync(args).code, 2, "{args:?}");
    }
    assert_eq!(plain.tree_snapshot(), "");
}

#[test]
fn git_is_in_the_middle_of_something() {
    let world = World::deployed();
    world.proj.git(&["switch", "--quiet", "--create", "side"]);
    world.edit_project(&[OURS]);
    world.proj.git(&["switch", "--quiet", "main"]);
    world.edit_project(&[(7, "main")]);
    world.edit_collection(&[THEIRS]);
    for (start, stop, what) in [
        (["rebase", "side"].as_slice(), ["rebase", "--abort"].as_slice(), "rebase"),
        (&["merge", "side"], &["merge", "--abort"], "merge"),
        (&["cherry-pick", "side"], &["cherry-pick", "--abort"], "cherry-pick"),
        (&["revert", "HEAD~1"], &["revert", "--abort"], "revert"),
        (&["bisect", "start"], &["bisect", "reset"], "bisect"),
    ] {
        world.porcelain();
        world.proj.try_git(start);
        for args in [["pull"].as_slice(), &["deploy", "review"], &["push"], &["remove", "pdf"]] {
            let run = refused(&world, args);
            assert!(
                run.code == 128 && run.stderr.starts_with(&format!("fatal: a {what} is in progress\nhint: ")),
                "{run}"
            );
        }
        let status = refused(&world, &["status", "--porcelain"]);
        let letters = if what == "bisect" { "MM" } else { "U." };
        assert_eq!((&status.stdout[..2], status.code), (letters, 0), "{what}: {status}");
        world.proj.git(stop);
    }
    world.proj.git(&["bisect", "start"]);
    assert_eq!(world.outcome(&["pull", "--force"]), ("merged".into(), 0));
}

#[test]
fn a_path_below_a_link_or_a_file() {
    let world = World::new();
    let outside = world.sandbox.folder("outside");
    std::os::unix::fs::symlink(outside.path(), world.proj.path().join(".claude")).expect("link");
    for tracked in [false, true] {
        if tracked {
            world.proj.commit_all("A link");
        }
        for args in [["deploy", "pdf"].as_slice(), &["deploy", "pdf", "--force"]] {
            let run = refused(&world, args);
            assert!(run.code == 1 && run.stdout.contains("'.claude' is in the way"), "{run}");
        }
    }
    assert_eq!(outside.tree_snapshot(), "", "nothing is written through a link");
    world.proj.remove(".claude").write(".claude", "a file\n");
    insta::assert_snapshot!(refused(&world, &["deploy", "pdf", "--force"]), @"
    ----- stdout
    skill/pdf  skipped: '.claude' is in the way
    ----- stderr
    hint: move or remove it, then deploy again
    ----- status 1
    ");
}

#[test]
fn a_collection_without_artifacts_or_commits() {
    let world = World::new();
    world.coll.git(&["rm", "--quiet", "-r", "."]);
    world.coll.write("README", "Nothing yet.\n").commit_all("Nothing");
    insta::assert_snapshot!(refused(&world, &["list", "--available"]), @"
    ----- stdout
    the collection 'default' offers nothing
    ----- stderr
    hint: artifacts stand in folders such as 'skills/NAME/SKILL.md'
    ----- status 0
    ");
    assert_eq!(refused(&world, &["deploy", "pdf"]).code, 2);
    assert_eq!(refused(&world, &["pull"]).code, 0);
    world.sandbox.repo("empty");
    let run = world.sandbox.repo("other").skillsync(&["init", "../empty"]);
    insta::assert_snapshot!(run, @"
    ----- stderr
    fatal: the collection 'default' has no commit yet
    hint: commit something in it first
    ----- status 128
    ");
}

#[test]
fn nobody_is_configured() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.porcelain();
    let config = std::fs::read_to_string(world.sandbox.home().join(".gitconfig")).expect("config");
    let config =
        config.replace("\tname = Ada Lovelace\n\temail = ada@example.com\n", "\tuseConfigOnly = true\n");
    std::fs::write(world.sandbox.home().join(".gitconfig"), config).expect("config");
    let run = refused(&world, &["push"]);
    insta::assert_snapshot!(run, @"
    ----- stderr
    fatal: no identity is configured
    hint: set 'user.name' and 'user.email' with 'git config'
    ----- status 128
    ");
    world.proj.git(&["config", "user.name", "Grace"]);
    world.proj.git(&["config", "user.email", "grace@example.com"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.git(&["log", "-1", "--format=%an"]), "Grace");
    world.coll.git(&["config", "user.name", "Grace"]);
    world.coll.git(&["config", "user.email", "grace@example.com"]);
    world.edit_collection(&[OURS, THEIRS]);
    for key in ["user.name", "user.email"] {
        world.proj.git(&["config", "--unset", key]);
    }
    for args in [["pull", "--commit"].as_slice(), &["deploy", "review", "--commit"]] {
        let run = refused(&world, args);
        assert!(
            run.code == 128 && run.stderr.starts_with("fatal: no identity is configured\nhint: "),
            "{run}"
        );
    }
    // What makes no commit of the user's needs no name.
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
}
