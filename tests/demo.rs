//! `git skillsync demo`, as a fresh clone would run it.

use crate::support::{Run, Sandbox};
use std::path::Path;

/// The folder that a run says it kept everything in.
fn kept(run: &Run) -> String {
    let (_, rest) = run.stderr.split_once("everything is kept in '").unwrap_or_else(|| panic!("{run}"));
    rest.trim_end().trim_end_matches('\'').to_owned()
}

#[test]
fn the_session_is_real() {
    let sandbox = Sandbox::new();
    let run = sandbox.open(".").skillsync(&["demo", "shown"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(kept(&run), sandbox.path("shown").display().to_string());
    let mut rest = run.stdout.as_str();
    for command in [
        "git skillsync deploy pdf --from ../collection",
        "git commit --quiet -am 'pdf: say what to do with scans'",
        "git -C ../collection commit",
        "git skillsync status",
        "git skillsync pull",
        "git commit --quiet -m 'Pull the skill pdf'",
        "git log --notes=skillsync -1",
        "git skillsync push",
        "git -C ../collection log -1 --stat",
    ] {
        let at = rest.find(&format!("$ {command}"));
        rest = &rest[at.unwrap_or_else(|| panic!("'{command}' is missing, or not in order: {run}"))..];
    }
    let project = sandbox.open("shown/project");
    let collection = sandbox.open("shown/collection");
    let merged = project.read(".claude/skills/pdf/SKILL.md");
    assert!(merged.contains("`ocrmypdf`") && merged.contains("need_appearances"), "{merged}");
    assert_eq!(merged, collection.read("skills/pdf/SKILL.md"));
    assert!(rest.contains(&collection.head()), "the collection's new commit is shown: {run}");
    let note = project.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(run.stdout.contains(&note), "the note is shown: {run}");
    for repository in [&project, &collection] {
        assert_eq!(repository.git(&["status", "--porcelain"]), "");
        assert_eq!(repository.git(&["log", "-1", "--format=%an <%ae>"]), "Ada Lovelace <ada@example.com>");
    }
}

#[test]
fn as_json_it_is_one_document() {
    let sandbox = Sandbox::new();
    let run = sandbox.open(".").skillsync(&["demo", "--json"]);
    assert_eq!(run.code, 0, "{run}");
    let document = run.json();
    assert_eq!((&document["schema"], &document["command"]), (&1.into(), &"demo".into()));
    let folder = Path::new(document["folder"].as_str().expect("folder"));
    assert!(folder.starts_with(sandbox.root()) && folder.join("collection/skills/pdf").is_dir(), "{run}");
    let steps = document["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|step| step["status"] == 0), "{run}");
    let pull = steps.iter().find(|step| step["command"] == "git skillsync pull").expect("pull");
    assert!(pull["output"].as_str().is_some_and(|output| output.contains("merged")), "{run}");
}

#[test]
fn neither_a_home_nor_a_configuration_is_needed_or_heeded() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    let mut command = here.command("git-skillsync");
    command.env_remove("HOME").env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME");
    command.env_remove("GIT_CONFIG_GLOBAL").env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE");
    let run = here.run(command.args(["demo", "bare"]));
    assert_eq!(run.code, 0, "{run}");
    // What would break or redirect every commit, were it heeded.
    let hostile = "[user]\n\tuseConfigOnly = true\n[commit]\n\tgpgSign = true\n[core]\n\thooksPath = /nowhere\n\
                   [init]\n\tdefaultBranch = odd\n[alias]\n\tskillsync = !false\n[skillsync]\n\tstrategy = nonsense\n";
    std::fs::write(sandbox.home().join(".gitconfig"), hostile).expect("git configuration");
    let mut command = here.command("git-skillsync");
    command.env("GIT_DIR", "/nowhere").env("GIT_INDEX_FILE", "/nowhere/index");
    command.env("GIT_CONFIG_PARAMETERS", "'commit.gpgsign'='true'");
    let run = here.run(command.args(["demo", "hostile"]));
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(std::fs::read_dir(sandbox.home()).expect("home").count(), 1, "nothing is put into the home");
}

#[test]
fn it_takes_no_folder_that_is_in_use() {
    let sandbox = Sandbox::new();
    sandbox.folder("mine").write("a", "1\n");
    insta::assert_snapshot!(sandbox.open(".").skillsync(&["demo", "mine"]), @r"
    ----- stderr
    fatal: '[SANDBOX]/mine' exists and is not empty
    hint: name an empty folder, or one that does not exist yet
    ----- status 128
    ");
    assert_eq!(sandbox.folder("mine").tree_snapshot().lines().count(), 1);
}

#[test]
fn a_step_that_fails_ends_it_and_is_told() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    // A git that cannot make a log.
    let real = here.run(here.command("sh").args(["-c", "command -v git"])).expect_success();
    let git = format!(
        "#!/bin/sh\nfor word; do [ \"$word\" = log ] && echo broken >&2 && exit 7; done\nexec {real} \"$@\"\n"
    );
    sandbox.folder("tools").write_program("git", &git);
    let mut command = here.command(env!("CARGO_BIN_EXE_git-skillsync"));
    command.env("PATH", format!("{}:/usr/bin:/bin", sandbox.path("tools").display()));
    let run = here.run(command.args(["demo", "shown"]));
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.ends_with("$ git log --notes=skillsync -1\nbroken\n(exit status 7)\n"), "{run}");
    assert!(run.stderr.starts_with("error: the last command failed\n"), "{run}");
}
