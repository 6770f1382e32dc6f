//! `--user`: the user's own folders instead of a project.

use super::{OURS, Plain, SOURCE, THEIRS};
use crate::support::{Repo, skill};

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
