//! `git skillsync auto enable` and `disable`: the settings files of agent programs.

use crate::support::{Repo, Sandbox, World};

const SETTINGS: &str = r#"{
    "permissions": {"allow": ["Bash(ls)"]},
    "hooks": {
        "SessionStart": [
            {"hooks": [{"type": "command", "command": "echo hi"}]}
        ]
    }
}
"#;

fn project() -> (Sandbox, Repo) {
    let sandbox = Sandbox::new();
    let project = sandbox.repo("project");
    project.write("README", "A project.\n").commit_all("first");
    (sandbox, project)
}

fn auto(project: &Repo, args: &[&str]) -> String {
    project.skillsync(&[&["auto"], args].concat()).expect_success()
}

#[test]
fn only_our_entries_come_and_go() {
    let (_sandbox, project) = project();
    project.write(".claude/settings.json", SETTINGS);
    auto(&project, &["enable", "--harness", "claude"]);
    let after = project.read(".claude/settings.json");
    let document: serde_json::Value = serde_json::from_str(&after).expect("JSON");
    assert_eq!(document["hooks"]["SessionStart"][0]["hooks"][0]["command"], "echo hi");
    let ours = &document["hooks"]["SessionStart"][1];
    assert_eq!(ours["hooks"][0]["command"], "git skillsync hook --harness claude session-start");
    assert_eq!(ours["matcher"], "startup|resume|clear");
    // Every line that was there is there, in its order; one of them got a comma.
    let mut lines = after.lines();
    for line in SETTINGS.lines() {
        assert!(
            lines.any(|other| other.trim_end_matches(',') == line.trim_end_matches(',')),
            "{line}\n{after}"
        );
    }
    assert_eq!(
        auto(&project, &["enable", "--harness", "claude"]),
        "claude: already enabled in '.claude/settings.json'"
    );
    assert_eq!(project.read(".claude/settings.json"), after);
    auto(&project, &["disable"]);
    assert_eq!(project.read(".claude/settings.json"), SETTINGS);
}

#[test]
fn what_was_not_there_goes_again() {
    let (_sandbox, project) = project();
    let before = project.tree_snapshot();
    let all = ["claude", "codex", "gemini", "cursor", "copilot", "opencode"];
    for harness in all {
        auto(&project, &["enable", "--harness", harness]);
    }
    for file in [
        ".claude/settings.local.json",
        ".codex/hooks.json",
        ".gemini/settings.json",
        ".cursor/hooks.json",
        ".github/hooks/git-skillsync.json",
        ".opencode/plugins/git-skillsync.js",
    ] {
        assert!(project.exists(file), "{file}");
    }
    auto(&project, &["disable", "--harness", "codex"]);
    assert!(!project.exists(".codex") && project.exists(".cursor"));
    assert_eq!(project.git(&["config", "skillsync.auto.enabled"]), "true");
    auto(&project, &["disable"]);
    assert_eq!(project.git(&["config", "skillsync.auto.enabled"]), "false");
    assert_eq!(project.tree_snapshot(), before);
}

#[test]
fn what_somebody_has_changed_since_stays() {
    let (_sandbox, project) = project();
    project.write(".gemini/settings.json", "{\n  // mine\n  \"a\": 1\n}\n");
    auto(&project, &["enable", "--harness", "gemini"]);
    let edited = project.read(".gemini/settings.json").replace("\"a\": 1", "\"a\": 2, // two");
    project.write(".gemini/settings.json", edited.replace("two,", "two"));
    let document = project.read(".gemini/settings.json");
    auto(&project, &["disable"]);
    let rest = project.read(".gemini/settings.json");
    assert_eq!(rest, "{\n  // mine\n  \"a\": 2 // two\n}\n", "{document}");
}

#[test]
fn a_file_that_is_there_for_all_is_not_edited_where_there_is_another() {
    let (_sandbox, project) = project();
    project
        .write(".claude/settings.json", SETTINGS)
        .write(".codex/hooks.json", "{}\n")
        .commit_all("settings");
    auto(&project, &["enable"]);
    assert_eq!(project.read(".claude/settings.json"), SETTINGS);
    assert!(project.exists(".claude/settings.local.json"));
    let run = project.skillsync(&["auto", "enable", "--harness", "codex"]);
    assert!(
        run.stderr.contains("'.codex/hooks.json' is tracked: whoever gets it has the hooks too"),
        "{run}"
    );
    auto(&project, &["disable"]);
    assert_eq!(project.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_no_json_is_refused_with_its_line_and_nothing_is_written() {
    let (_sandbox, project) = project();
    project.write(".gemini/settings.json", "{\n  \"a\": 1,\n  \"b\" 2\n}\n");
    let before = project.tree_snapshot();
    insta::assert_snapshot!(project.skillsync(&["auto", "enable", "--harness", "cursor", "--harness", "gemini"]), @r"
    ----- stderr
    fatal: '.gemini/settings.json' is left as it is: line 3: expected colon after the string or word in object property
    hint: mend it, then run it again; nothing was written
    ----- status 128
    ");
    assert_eq!(project.tree_snapshot(), before);
    project.write(".opencode/plugins/git-skillsync.js", "// mine\n");
    let run = project.skillsync(&["auto", "enable", "--harness", "opencode"]);
    assert_eq!((run.code, project.read(".opencode/plugins/git-skillsync.js")), (128, "// mine\n".to_owned()));
}

#[test]
fn links_and_modes_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, project) = project();
    let real = sandbox.path("dotfiles.json");
    std::fs::write(&real, "{}").expect("settings");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).expect("mode");
    std::fs::create_dir(project.path().join(".cursor")).expect("folder");
    std::os::unix::fs::symlink(&real, project.path().join(".cursor/hooks.json")).expect("link");
    auto(&project, &["enable", "--harness", "cursor"]);
    assert!(std::fs::read_to_string(&real).expect("settings").contains("skillsync"));
    assert!(project.path().join(".cursor/hooks.json").is_symlink());
    auto(&project, &["disable"]);
    assert_eq!(std::fs::read_to_string(&real).expect("settings"), "{}");
    let mode = std::fs::metadata(&real).expect("settings").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_lost_without_the_state_file() {
    let (_sandbox, project) = project();
    project.write(".claude/settings.json", SETTINGS);
    auto(&project, &["enable", "--harness", "claude"]);
    std::fs::remove_dir_all(project.path().join(".git/skillsync")).expect("state");
    auto(&project, &["disable"]);
    assert_eq!(project.read(".claude/settings.json"), SETTINGS);
}

#[test]
fn status_says_who_starts_it() {
    let world = World::deployed();
    let status = || world.proj.skillsync(&["auto", "status"]).expect_success();
    assert_eq!(status(), "auto-sync: on, but no program starts it ('git skillsync auto enable')");
    assert_eq!(auto(&world.proj, &["status", "--line"]), "auto-sync off");
    auto(&world.proj, &["enable"]);
    let expected = "auto-sync: on\nclaude: .claude/settings.local.json (session-start, session-end, prompt)";
    assert_eq!(status(), expected);
    auto(&world.proj, &["run", "session-start"]);
    assert_eq!(auto(&world.proj, &["status", "--line"]), "auto-sync on, pull unchanged");
    let (document, _) = world.json(&["auto", "status"]);
    assert_eq!((&document["schema"], &document["command"]), (&1.into(), &"auto status".into()));
    assert_eq!(document["harnesses"][0]["file"], ".claude/settings.local.json");
    assert_eq!(document["totals"]["session-start"]["syncs"], 1);
    assert_eq!(document["last_sync"]["type"], "pull");
    assert_eq!(document["triggers"][2]["probability"], 27);
    auto(&world.proj, &["disable"]);
    assert_eq!(status().lines().next(), Some("auto-sync: off"));
    assert_eq!(world.json(&["auto", "run", "session-start"]).0["reason"], "off");
}
