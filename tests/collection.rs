//! `git skillsync collection`.

use crate::support::{Repo, Sandbox};

/// A collection with one skill, and a project that has not heard of it.
fn world() -> (Sandbox, Repo, Repo) {
    let sandbox = Sandbox::new();
    let coll = sandbox.repo("coll");
    coll.write("skills/pdf/SKILL.md", "---\nname: pdf\n---\n# PDF\n").commit_all("first");
    let project = sandbox.repo("project");
    project.commit_all("first");
    (sandbox, coll, project)
}

/// The collection behind a URL: a bare clone of it, and how it is named.
fn behind_url(sandbox: &Sandbox, coll: &Repo) -> String {
    sandbox.git(&["clone", "--quiet", "--bare", "coll", "coll.git"]);
    coll.git(&["remote", "add", "origin", "../coll.git"]);
    format!("file://{}", sandbox.path("coll.git").display())
}

#[test]
fn a_collection_is_added_listed_and_removed() {
    let (_sandbox, _, project) = world();
    insta::assert_snapshot!(project.skillsync(&["collection", "add", "team", "../coll"]), @r"
    ----- stdout
    registered the collection 'team' at '[SANDBOX]/coll'
    ----- stderr
    hint: 'git skillsync --collection team list --available' shows what it offers
    ----- status 0
    ");
    assert_eq!(project.skillsync(&["collection", "add", "team", "../coll"]).code, 0, "it may be repeated");
    insta::assert_snapshot!(project.skillsync(&["collection", "list"]), @r"
    ----- stdout
    team  [SANDBOX]/coll
    ----- status 0
    ");
    let listed = project.skillsync(&["collection", "list", "--json"]).json();
    assert_eq!(listed["command"], "collection list");
    let entry = &listed["collections"][0];
    assert_eq!(
        (&entry["name"], &entry["default"], &entry["registered"]),
        (&"team".into(), &true.into(), &true.into())
    );
    insta::assert_snapshot!(project.skillsync(&["collection", "remove", "team"]), @r"
    ----- stdout
    removed the collection 'team'
    ----- status 0
    ");
    insta::assert_snapshot!(project.skillsync(&["collection", "list"]), @r"
    ----- stderr
    no collection is registered
    hint: 'git skillsync collection add NAME URL|PATH' registers one
    ----- status 0
    ");
    assert_eq!(project.try_git(&["config", "--get-regexp", "^skillsync"]).code, 1, "nothing is left");
}

#[test]
fn a_name_is_not_taken_twice_and_says_where_it_is() {
    let (sandbox, _, project) = world();
    let other = sandbox.repo("other");
    other.commit_all("first");
    project.skillsync(&["collection", "add", "team", "../coll"]);
    insta::assert_snapshot!(project.skillsync(&["collection", "add", "team", "../other"]), @r"
    ----- stderr
    error: the collection 'team' is already configured as '[SANDBOX]/coll'
    hint: use another name, or 'git skillsync collection remove' first
    ----- status 2
    ");
    assert_eq!(
        project.git(&["config", "skillsync-collection.team.url"]),
        sandbox.path("coll").display().to_string()
    );
}

#[test]
fn what_cannot_be_opened_is_not_registered() {
    let (_sandbox, _, project) = world();
    let before = project.read(".git/config");
    for (place, code) in [("../nowhere", 128), ("file:///nowhere/at/all", 128)] {
        let run = project.skillsync(&["collection", "add", "team", place]);
        assert_eq!(run.code, code, "{run}");
    }
    for name in ["", "-x", "a b", "a/b", "a\nb", ".."] {
        let run = project.skillsync(&["collection", "add", "--", name, "../coll"]);
        assert_eq!(run.code, 2, "{name:?}: {run}");
    }
    assert_eq!(project.read(".git/config"), before);
}

#[test]
fn unknown_names_are_usage_errors_with_a_hint() {
    let (_sandbox, _, project) = world();
    project.skillsync(&["collection", "add", "team", "../coll"]);
    for action in ["remove", "update"] {
        let run = project.skillsync(&["collection", action, "other"]);
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (2, "error: unknown collection 'other'\nhint: 'git skillsync collection list' names them\n"),
        );
    }
}

#[test]
fn one_that_all_repositories_share_is_not_removed_from_one() {
    let (_sandbox, coll, project) = world();
    project.git(&["config", "--global", "skillsync-collection.team.url", &coll.path().to_string_lossy()]);
    insta::assert_snapshot!(project.skillsync(&["collection", "remove", "team"]), @r"
    ----- stderr
    error: the collection 'team' is not configured in this repository
    hint: 'git skillsync config --show-origin' shows where it is
    ----- status 2
    ");
}

#[test]
fn update_fetches_what_is_behind_a_url() {
    let (sandbox, coll, project) = world();
    let url = behind_url(&sandbox, &coll);
    project.skillsync(&["collection", "add", "far", &url]).expect_success();
    project.skillsync(&["collection", "add", "near", "../coll"]).expect_success();
    coll.write("skills/csv/SKILL.md", "---\nname: csv\n---\n").commit_all("second");
    coll.git(&["push", "--quiet", "origin", "main"]);
    let offers = |project: &Repo| project.skillsync(&["list", "--available", "--collection", "far"]).stdout;
    assert!(!offers(&project).contains("skill/csv"));
    let run = project.skillsync(&["collection", "update"]);
    let short = |revision: &str| coll.git(&["rev-parse", "--short=7", revision]);
    let expected = format!(
        "far: updated {}..{}\nnear: on disk at '{}', nothing to fetch\n",
        short("HEAD~"),
        short("HEAD"),
        coll.path().display()
    );
    assert_eq!((run.code, run.stdout.as_str()), (0, expected.as_str()), "{run}");
    assert!(offers(&project).contains("skill/csv"));
    insta::assert_snapshot!(project.skillsync(&["collection", "update", "far"]), @r"
    ----- stdout
    far: up to date
    ----- status 0
    ");
    let json = project.skillsync(&["collection", "update", "--json"]).json();
    assert_eq!((&json["command"], &json["schema"]), (&"collection update".into(), &1.into()));
    assert_eq!(
        json["collections"][0],
        serde_json::json!({"name": "far", "status": "up_to_date", "detail": null})
    );
    assert_eq!(json["collections"][1]["status"], "on_disk");
}

#[test]
fn one_out_of_reach_does_not_hold_up_the_others() {
    let (sandbox, coll, project) = world();
    let url = behind_url(&sandbox, &coll);
    project.skillsync(&["collection", "add", "far", &url]).expect_success();
    project.skillsync(&["collection", "add", "near", "../coll"]).expect_success();
    std::fs::rename(sandbox.path("coll.git"), sandbox.path("gone.git")).expect("rename");
    let run = project.skillsync(&["collection", "update"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("far: failed\nnear: on disk"), "{run}");
    assert!(run.stderr.starts_with("warning: "), "{run}");
    assert_eq!(project.skillsync(&["collection", "update", "far"]).code, 128);
}

#[test]
fn the_tracked_configuration_offers_what_is_not_registered() {
    let (_sandbox, coll, project) = world();
    let url = format!("file://{}", coll.path().display());
    project.write(".skillsync/config", format!("[skillsync-collection \"default\"]\n\turl = {url}\n"));
    let run = project.skillsync(&["collection", "list"]);
    assert!(run.stderr.contains("'git skillsync init --name default' registers it"), "{run}");
    let listed = project.skillsync(&["collection", "list", "--json"]).json();
    assert_eq!(listed["collections"][0]["registered"], false);
}

#[test]
fn a_new_collection_has_its_folders_and_offers_nothing_yet() {
    let (sandbox, _, project) = world();
    let made = sandbox.folder("made");
    insta::assert_snapshot!(made.skillsync(&["collection", "init"]), @r"
    ----- stdout
    made a collection in '[SANDBOX]/made' on the branch 'main'
    ----- stderr
    hint: 'git skillsync init PATH' in a project registers it
    ----- status 0
    ");
    assert_eq!(made.git(&["ls-files"]), "README.md\nagents/README.md\ncommands/README.md\nskills/README.md");
    assert_eq!(made.git(&["status", "--porcelain"]), "");
    assert_eq!(made.git(&["log", "--format=%an"]), "Ada Lovelace");
    project.skillsync(&["init", "../made"]).expect_success();
    let run = project.skillsync(&["list", "--available"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "the collection 'default' offers nothing\n"), "{run}");
    let json = sandbox.open(".").skillsync(&["collection", "init", "deep/er", "--json"]).json();
    assert_eq!(json["folder"], sandbox.path("deep/er").display().to_string());
    assert_eq!(json["commit"], sandbox.open("deep/er").head());
}

#[test]
fn a_new_collection_takes_no_folder_that_is_in_use() {
    let (sandbox, coll, _) = world();
    let before = coll.tree_snapshot();
    insta::assert_snapshot!(sandbox.open(".").skillsync(&["collection", "init", "coll"]), @r"
    ----- stderr
    fatal: '[SANDBOX]/coll' exists and is not empty
    hint: name an empty folder, or one that does not exist yet
    ----- status 128
    ");
    assert_eq!(coll.tree_snapshot(), before);
}

#[test]
fn without_an_identity_no_collection_is_made_and_nothing_is_left() {
    let sandbox = Sandbox::new();
    let here = sandbox.folder("here");
    let nobody = "[user]\n\tuseConfigOnly = true\n";
    std::fs::write(sandbox.home().join(".gitconfig"), nobody).expect("git configuration");
    for arguments in [&["collection", "init"][..], &["collection", "init", "new"]] {
        let run = here.skillsync(arguments);
        assert_eq!(run.code, 128, "{run}");
        assert!(run.stderr.contains("hint: set 'user.name' and 'user.email'"), "{run}");
        assert_eq!(std::fs::read_dir(here.path()).expect("folder").count(), 0, "{run}");
    }
}

#[test]
fn a_home_is_needed_only_for_a_clone() {
    let (sandbox, coll, project) = world();
    let url = behind_url(&sandbox, &coll);
    let homeless = |arguments: &[&str]| {
        let mut command = project.command(env!("CARGO_BIN_EXE_git-skillsync"));
        project.run(command.env_remove("HOME").env_remove("XDG_DATA_HOME").args(arguments))
    };
    assert_eq!(homeless(&["init", "../coll", "--no-hooks"]).code, 0);
    let offers = homeless(&["list", "--available"]);
    assert!(offers.code == 0 && offers.stdout.contains("skill/pdf"), "{offers}");
    insta::assert_snapshot!(homeless(&["collection", "add", "far", &url]), @r"
    ----- stderr
    fatal: neither 'XDG_DATA_HOME' nor 'HOME' is set
    ----- status 128
    ");
}
