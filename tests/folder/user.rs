//! `--user`: the user's own folders instead of a project.

use super::{OURS, Plain, SOURCE, THEIRS};
use crate::support::{Repo, Run, skill};

const CLAUDE: &str = "home/.claude/skills/pdf/SKILL.md";
const AGENTS: &str = "home/.agents/skills/pdf/SKILL.md";

/// Deployed for Claude Code and for the shared folder, from a folder that has nothing to do with it.
fn deployed() -> (Plain, Repo) {
    let plain = Plain::new();
    let coll = plain.coll.path().to_str().unwrap().to_owned();
    let args = ["deploy", "pdf", "--user", "--target", "claude", "--target", "agents", "--from", &coll];
    plain.folder.skillsync(&args).expect_success();
    let all = plain.sandbox.open("");
    (plain, all)
}

#[test]
fn own_folders_are_kept_in_step_from_anywhere() {
    let (plain, all) = deployed();
    assert_eq!((all.read(CLAUDE), all.read(AGENTS)), (skill(&[]), skill(&[])));
    assert_eq!(std::fs::read_dir(plain.folder.path()).unwrap().count(), 0);
    assert!(all.exists("home/.local/state/git-skillsync/user/state.json"));
    assert!(!all.exists("home/.skillsync"));
    all.write(CLAUDE, skill(&[OURS]));
    plain.edit_collection(&[THEIRS]);
    insta::assert_snapshot!(plain.coll.skillsync(&["status", "--user"]), @"
    ----- stdout
    .M skill/pdf (.agents/skills/pdf)  changed in the collection
       (git skillsync pull --user pdf)
    MM skill/pdf (.claude/skills/pdf)  changed on both sides
       (git skillsync pull --user pdf)
    2 artifacts deployed from 'default', 2 to attend to
    your own folders: records are in the state file
    ----- status 0
    ");
    plain.folder.skillsync(&["pull", "--user"]).expect_success();
    // Edits of one copy come to the other.
    assert_eq!((all.read(CLAUDE), all.read(AGENTS)), (skill(&[OURS, THEIRS]), skill(&[OURS, THEIRS])));
    plain.folder.skillsync(&["undo", "--user"]).expect_success();
    assert_eq!((all.read(CLAUDE), all.read(AGENTS)), (skill(&[OURS]), skill(&[])));
    plain.folder.skillsync(&["pull", "--user"]).expect_success();
    plain.folder.skillsync(&["push", "--user"]).expect_success();
    assert_eq!(plain.coll.read(SOURCE), skill(&[OURS, THEIRS]));
    let listed = plain.folder.skillsync(&["list", "--user", "--json"]).json();
    assert_eq!(listed["artifacts"].as_array().unwrap().len(), 2);
    plain.folder.skillsync(&["remove", "--user", "--target", "agents", "pdf"]).expect_success();
    assert!(!all.exists(AGENTS) && all.exists(CLAUDE));
    plain.folder.skillsync(&["undo", "--user"]).expect_success();
    assert_eq!(all.read(AGENTS), skill(&[OURS, THEIRS]));
}

#[test]
fn projects_and_own_folders_do_not_see_each_other() {
    let (plain, all) = deployed();
    // A home under git, as of somebody who keeps it there, is no project of these.
    let home = plain.sandbox.open("home");
    home.git(&["init", "--quiet"]);
    home.skillsync(&["init", "../coll"]).expect_success();
    assert_eq!(home.skillsync(&["status", "--porcelain"]).stdout, "");
    plain.edit_collection(&[THEIRS]);
    assert_eq!(home.skillsync(&["status", "--user", "--porcelain"]).stdout.lines().count(), 2);
    home.skillsync(&["pull", "--user"]).expect_success();
    assert_eq!(all.read(CLAUDE), skill(&[THEIRS]));
    assert_eq!(home.git(&["ls-files"]), "");
    assert_eq!(home.try_git(&["notes", "--ref=skillsync", "list"]).stdout, "");
}

#[test]
fn before_anything_was_deployed_it_says_how_to_begin() {
    let plain = Plain::new();
    insta::assert_snapshot!(plain.run(&["status", "--user"]), @"
    ----- stderr
    fatal: nothing is kept in step in '[SANDBOX]/home' yet
    hint: 'git skillsync deploy --user NAME --from URL|PATH' begins
    ----- status 128
    ");
    for command in ["pull", "push", "list", "undo", "abort", "log"] {
        assert_eq!(plain.run(&[command, "--user"]).code, 128, "{command}");
    }
    assert!(!plain.sandbox.path("home/.local").exists());
}

/// A world with variables of the environment, and what stands where in it.
struct Moved<'t> {
    variables: &'t [(&'t str, &'t str)],
    targets: &'t [&'t str],
    placed: &'t [&'t str],
}

/// The user's own folders are where the harnesses look for them.
#[test]
fn variables_of_the_harnesses_say_where_own_folders_are() {
    let table = [
        // Inside the home, and the variable that says what is so anyway.
        Moved {
            variables: &[("CLAUDE_CONFIG_DIR", "home/work/claude"), ("CODEX_HOME", "home/.codex")],
            targets: &["claude", "codex", "agents"],
            placed: &[
                "home/work/claude/commands/review.md",
                "home/.codex/prompts/review.md",
                "home/.agents/skills/review/SKILL.md",
            ],
        },
        Moved {
            variables: &[("CLAUDE_CONFIG_DIR", "profiles/claude"), ("CODEX_HOME", "profiles/codex")],
            targets: &["claude", "codex", "agents"],
            placed: &[
                "profiles/claude/commands/review.md",
                "profiles/codex/prompts/review.md",
                "home/.agents/skills/review/SKILL.md",
            ],
        },
        Moved {
            variables: &[("XDG_CONFIG_HOME", "home/cfg"), ("COPILOT_HOME", "copilot")],
            targets: &["opencode", "copilot"],
            placed: &["home/cfg/opencode/commands/review.md", "copilot/prompts/review.prompt.md"],
        },
    ];
    for Moved { variables, targets, placed } in table {
        let plain = Plain::new();
        let all = plain.sandbox.open("");
        let run = |args: &[&str]| {
            let mut command = plain.folder.command("git-skillsync");
            command.args(args).arg("--user");
            command.envs(variables.iter().map(|(name, folder)| (name, plain.sandbox.path(folder))));
            Run::of(&plain.sandbox, &mut command)
        };
        let coll = plain.coll.path().to_str().unwrap().to_owned();
        let mut args = vec!["deploy", "review", "--from", &coll];
        targets.iter().for_each(|target| args.extend(["--target", target]));
        run(&args).expect_success();
        for path in placed {
            assert!(all.exists(path), "{variables:?}: {path}");
        }
        for other in ["home/.claude", "home/.config/opencode", "home/.copilot"] {
            assert!(!all.exists(other), "{variables:?}: {other}");
        }
        assert_eq!(run(&["status", "--porcelain"]).expect_success(), "", "{variables:?}");
        // It is kept in step in both directions there.
        plain.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Twice");
        assert_eq!(run(&["status", "--porcelain"]).stdout.lines().count(), placed.len(), "{variables:?}");
        run(&["pull"]).expect_success();
        for path in placed {
            assert!(all.read(path).contains("Read it twice."), "{variables:?}: {path}");
        }
        let edited = all.read(placed[0]).replace("twice", "three times");
        all.write(placed[0], edited);
        run(&["push"]).expect_success();
        assert!(plain.coll.read("commands/review.md").contains("three times"), "{variables:?}");
        run(&["remove", "review"]).expect_success();
        assert!(placed.iter().all(|path| !all.exists(path)), "{variables:?}");
    }
}

/// Another folder in each place where it is used is no folder of the user's own.
#[test]
fn variables_that_are_empty_or_relative_do_not_count() {
    for value in ["", "claude", "./claude"] {
        let plain = Plain::new();
        let coll = plain.coll.path().to_str().unwrap().to_owned();
        let mut command = plain.folder.command("git-skillsync");
        command.args(["deploy", "pdf", "--user", "--from", &coll]).env("CLAUDE_CONFIG_DIR", value);
        Run::of(&plain.sandbox, &mut command).expect_success();
        assert!(plain.sandbox.open("").exists(CLAUDE), "{value:?}");
        assert_eq!(std::fs::read_dir(plain.folder.path()).unwrap().count(), 0, "{value:?}");
    }
}

/// A folder that a variable names may be a link, as in a repository of dotfiles.
#[cfg(unix)]
#[test]
fn a_folder_that_a_variable_names_may_be_a_link() {
    let plain = Plain::new();
    let dotfiles = plain.sandbox.folder("home/dotfiles/claude");
    std::os::unix::fs::symlink(dotfiles.path(), plain.sandbox.path("home/.claude")).unwrap();
    let coll = plain.coll.path().to_str().unwrap().to_owned();
    let mut command = plain.folder.command("git-skillsync");
    command.args(["deploy", "pdf", "--user", "--from", &coll]);
    command.env("CLAUDE_CONFIG_DIR", plain.sandbox.path("home/.claude"));
    Run::of(&plain.sandbox, &mut command).expect_success();
    assert!(dotfiles.exists("skills/pdf/SKILL.md"));
}
