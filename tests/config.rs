//! `git skillsync config`.

use crate::support::{Repo, Sandbox};

/// A project with a registered collection.
fn world() -> (Sandbox, Repo) {
    let sandbox = Sandbox::new();
    sandbox.repo("coll").write("skills/pdf/SKILL.md", "---\nname: pdf\n---\n").commit_all("first");
    let project = sandbox.repo("project");
    project.commit_all("first");
    project.skillsync(&["init", "../coll", "--no-hooks"]).expect_success();
    (sandbox, project)
}

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot with a line for each key")]
fn everything_that_holds_is_shown_with_where_it_comes_from() {
    let (_sandbox, project) = world();
    project.git(&["config", "--global", "skillsync.strategy", "overwrite"]);
    project.git(&["config", "--add", "skillsync.target", "claude"]);
    project.git(&["config", "--add", "skillsync.target", "collection"]);
    insta::assert_snapshot!(project.skillsync(&["config"]), @r"
    ----- stdout
    skillsync.collection=default
    skillsync.target=claude
    skillsync.target=collection
    skillsync.method=copy
    skillsync.strategy=overwrite
    skillsync.confirm=loss
    skillsync.state=auto
    skillsync.onCheckout=status
    skillsync.onCommit=off
    skillsync.hookTimeout=2s
    skillsync.pushNotes=auto
    skillsync.scan=true
    skillsync.auto.enabled=true
    skillsync.auto.commit=false
    skillsync.auto.session-start.enabled=true
    skillsync.auto.session-start.action=pull
    skillsync.auto.session-start.silent=true
    skillsync.auto.session-start.probability=1
    skillsync.auto.session-start.debounceMs=0
    skillsync.auto.session-start.commitMessage=Auto-sync: session start ${timestamp}
    skillsync.auto.session-end.enabled=true
    skillsync.auto.session-end.action=push
    skillsync.auto.session-end.silent=false
    skillsync.auto.session-end.probability=1
    skillsync.auto.session-end.debounceMs=0
    skillsync.auto.session-end.commitMessage=Auto-sync: session end ${timestamp}
    skillsync.auto.prompt.enabled=true
    skillsync.auto.prompt.action=sync
    skillsync.auto.prompt.silent=true
    skillsync.auto.prompt.probability=27
    skillsync.auto.prompt.debounceMs=5000
    skillsync.auto.prompt.commitMessage=Auto-sync: ${timestamp}
    skillsync-collection.default.url=[SANDBOX]/coll
    skillsync-collection.default.id=[OID]
    ----- status 0
    ");
    insta::assert_snapshot!(project.skillsync(&["config", "--show-origin"]), @r"
    ----- stdout
    default	skillsync.collection=default
    file:[SANDBOX]/project/.git/config	skillsync.target=claude
    file:[SANDBOX]/project/.git/config	skillsync.target=collection
    default	skillsync.method=copy
    file:[SANDBOX]/home/.gitconfig	skillsync.strategy=overwrite
    default	skillsync.confirm=loss
    default	skillsync.state=auto
    default	skillsync.onCheckout=status
    default	skillsync.onCommit=off
    default	skillsync.hookTimeout=2s
    default	skillsync.pushNotes=auto
    default	skillsync.scan=true
    default	skillsync.auto.enabled=true
    default	skillsync.auto.commit=false
    default	skillsync.auto.session-start.enabled=true
    default	skillsync.auto.session-start.action=pull
    default	skillsync.auto.session-start.silent=true
    default	skillsync.auto.session-start.probability=1
    default	skillsync.auto.session-start.debounceMs=0
    default	skillsync.auto.session-start.commitMessage=Auto-sync: session start ${timestamp}
    default	skillsync.auto.session-end.enabled=true
    default	skillsync.auto.session-end.action=push
    default	skillsync.auto.session-end.silent=false
    default	skillsync.auto.session-end.probability=1
    default	skillsync.auto.session-end.debounceMs=0
    default	skillsync.auto.session-end.commitMessage=Auto-sync: session end ${timestamp}
    default	skillsync.auto.prompt.enabled=true
    default	skillsync.auto.prompt.action=sync
    default	skillsync.auto.prompt.silent=true
    default	skillsync.auto.prompt.probability=27
    default	skillsync.auto.prompt.debounceMs=5000
    default	skillsync.auto.prompt.commitMessage=Auto-sync: ${timestamp}
    file:[SANDBOX]/project/.git/config	skillsync-collection.default.url=[SANDBOX]/coll
    file:[SANDBOX]/project/.git/config	skillsync-collection.default.id=[OID]
    ----- status 0
    ");
    let document = project.skillsync(&["config", "--json"]).json();
    assert_eq!((&document["schema"], &document["command"]), (&1.into(), &"config".into()));
    let expected =
        serde_json::json!({"key": "skillsync.collection", "value": "default", "origin": "default"});
    assert_eq!(document["settings"][0], expected);
}

#[test]
fn one_value_is_printed_as_git_config_would() {
    let (_sandbox, project) = world();
    let answer = |key: &str| {
        let run = project.skillsync(&["config", key]);
        assert_eq!(run.stderr, "", "{run}");
        (run.code, run.stdout)
    };
    assert_eq!(answer("skillsync.strategy"), (0, "merge\n".into()));
    assert_eq!(answer("SKILLSYNC.onCHECKOUT"), (0, "status\n".into()));
    assert_eq!(answer("skillsync.autoResolve"), (1, String::new()));
    assert_eq!(answer("skillsync-collection.default.branch"), (1, String::new()));
    project.git(&["config", "skillsync.autoResolve", "ours"]);
    assert_eq!(answer("skillsync.autoresolve"), (0, "ours\n".into()));
    project.git(&["config", "--add", "skillsync.autoResolve", "theirs"]);
    assert_eq!(answer("skillsync.autoResolve"), (0, "theirs\n".into()), "the last one holds");
    let run = project.skillsync(&["config", "skillsync-collection.default.root", "--json"]);
    assert_eq!((run.code, run.json()["settings"].clone()), (1, serde_json::json!([])));
}

#[test]
fn a_value_is_set_where_only_this_repository_sees_it() {
    let (sandbox, project) = world();
    for (key, value) in [
        ("skillsync.collection", "default"),
        ("skillsync.target", "collection"),
        ("skillsync.strategy", "overwrite"),
        ("skillsync.autoResolve", "abort"),
        ("skillsync.onCheckout", "off"),
        ("skillsync-collection.default.branch", "main"),
        ("skillsync-collection.default.root", "plugins/skills"),
        ("skillsync-collection.default.loose", "command"),
    ] {
        let run = project.skillsync(&["config", key, value]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{key}: {run}");
        assert_eq!(project.git(&["config", "--local", key]), value);
        assert_eq!(project.skillsync(&["config", key]).stdout, format!("{value}\n"));
    }
    let json = project.skillsync(&["config", "skillsync.strategy", "merge", "--json"]).json();
    assert_eq!(json["settings"][0]["value"], "merge");
    assert!(!std::fs::read_to_string(sandbox.home().join(".gitconfig")).expect("file").contains("skillsync"));
}

#[test]
fn what_is_not_allowed_is_refused_and_says_what_is() {
    let (_sandbox, project) = world();
    let before = project.read(".git/config");
    insta::assert_snapshot!(project.skillsync(&["config", "skillsync.strategy", "rebase"]), @r"
    ----- stderr
    error: 'rebase' is no value for 'skillsync.strategy'
    hint: it takes one of 'merge', 'overwrite', 'fork', 'prompt'
    ----- status 2
    ");
    insta::assert_snapshot!(project.skillsync(&["config", "skillsync.strateggy"]), @r"
    ----- stderr
    error: unknown key 'skillsync.strateggy'
    hint: the keys are 'skillsync.collection', 'skillsync.target', 'skillsync.method', 'skillsync.strategy', 'skillsync.autoResolve', 'skillsync.confirm', 'skillsync.state', 'skillsync.onCheckout', 'skillsync.onCommit', 'skillsync.hookTimeout', 'skillsync.pushNotes', 'skillsync.scan', 'skillsync.scanCommand', 'skillsync.auto.enabled', 'skillsync.auto.commit', 'skillsync.auto.<trigger>.enabled', 'skillsync.auto.<trigger>.action', 'skillsync.auto.<trigger>.silent', 'skillsync.auto.<trigger>.probability', 'skillsync.auto.<trigger>.debounceMs', 'skillsync.auto.<trigger>.commitMessage', 'skillsync-collection.<name>.url', 'skillsync-collection.<name>.branch', 'skillsync-collection.<name>.root', 'skillsync-collection.<name>.loose', 'skillsync-collection.<name>.id'
    ----- status 2
    ");
    for (key, value, hint) in [
        ("skillsync.target", "nowhere", "'claude', 'agents', 'codex'"),
        ("skillsync.autoResolve", "", "'abort', 'ours', 'theirs', 'mark'"),
        ("skillsync.onCheckout", "push", "'status', 'off', 'pull'"),
        ("skillsync.collection", "other", "one of 'default'"),
        ("skillsync-collection.default.url", " ", "a URL or a path"),
        ("skillsync-collection.default.branch", "a..b", "a branch"),
        ("skillsync-collection.default.root", "../x", "a folder of the collection"),
        ("skillsync-collection.default.loose", "poem", "'skill', 'command', 'agent'"),
        ("skillsync-collection.default.id", "123", "the full id"),
        ("skillsync-collection.other.branch", "main", "'git skillsync collection list' names them"),
        ("user.name", "x", "the keys are"),
    ] {
        let run = project.skillsync(&["config", key, value]);
        assert_eq!(run.code, 2, "{key}: {run}");
        assert!(run.stderr.contains("hint: ") && run.stderr.contains(hint), "{key}: {run}");
    }
    assert_eq!(project.read(".git/config"), before);
}

#[test]
fn secrets_in_urls_are_not_shown() {
    let (_sandbox, project) = world();
    project.git(&["config", "skillsync-collection.far.url", "https://me:secret@example.com/x"]);
    for arguments in [
        &["config"][..],
        &["config", "--json"],
        &["config", "skillsync-collection.far.url"],
        &["collection", "list"],
    ] {
        let run = project.skillsync(arguments);
        assert!(run.stdout.contains("https://example.com/x") && !run.stdout.contains("secret"), "{run}");
    }
}

#[test]
fn what_git_is_told_for_one_call_holds() {
    let (_sandbox, project) = world();
    let told = |args: &[&str]| project.git(&[args, &["skillsync", "config", "skillsync.strategy"]].concat());
    assert_eq!(told(&["-c", "skillsync.strategy=fork"]), "fork");
    assert_eq!(told(&["-c", "skillsync.strategy=fork", "-c", "skillsync.strategy=overwrite"]), "overwrite");
    assert_eq!(told(&["-c", "user.name=It's me!"]), "merge");
}
