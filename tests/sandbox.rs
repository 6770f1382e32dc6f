//! The scaffolding keeps its promises: a world of its own, the same on every run.

use crate::support::{Run, Sandbox};

#[test]
fn two_sandboxes_make_the_same_commits() {
    let heads = [(), ()].map(|()| {
        let coll = Sandbox::new().repo("coll");
        coll.write("skills/pdf/SKILL.md", "# PDF\n").commit_all("first");
        coll.write("skills/pdf/SKILL.md", "# PDF, better\n").commit_all("second")
    });
    assert_eq!(heads[0], heads[1]);
}

#[test]
fn nothing_leaks_in_but_the_path() {
    let sandbox = Sandbox::new();
    let run = Run::of(&sandbox, sandbox.command("env", sandbox.root()).args(["-u", "PATH"]));
    let mut names: Vec<&str> = run.stdout.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.retain(|name| *name != "LLVM_PROFILE_FILE");
    names.sort_unstable();
    assert_eq!(
        names.join(" "),
        "GIT_AUTHOR_DATE GIT_CEILING_DIRECTORIES GIT_COMMITTER_DATE GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM \
         GIT_TERMINAL_PROMPT HOME LC_ALL TMPDIR TZ XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME"
    );
    assert_eq!(sandbox.folder("plain").try_git(&["rev-parse", "--git-dir"]).code, 128);
}

#[test]
fn runs_print_the_same_on_every_machine() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("coll");
    repo.commit_all("first");
    let script = "pwd; git rev-parse HEAD; echo 01JD9ZK3V7Q8W5T2R4Y6N0M1P3 at 2026-11-20T10:30:00Z, Ωmega; \
                  printf oops >&2; exit 3";
    let run = repo.run(repo.command("sh").args(["-c", script]));
    insta::assert_snapshot!(run, @r"
    ----- stdout
    [SANDBOX]/coll
    [OID]
    [ULID] at [TIME], Ωmega
    ----- stderr
    oops[no newline]
    ----- status 3
    ");
}

#[test]
fn the_built_program_is_the_one_that_git_finds() {
    let repo = Sandbox::new().repo("coll");
    let path = repo.run(repo.command("sh").args(["-c", "command -v git-skillsync"])).expect_success();
    assert_eq!(path, env!("CARGO_BIN_EXE_git-skillsync"));
}

#[test]
fn a_snapshot_sees_every_kind_of_change() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("coll");
    repo.write("a", "1\n").commit_all("first");
    let mut snapshots = vec![repo.tree_snapshot()];
    assert_eq!(snapshots[0], repo.tree_snapshot());
    repo.write("a", "2\n");
    snapshots.push(repo.tree_snapshot());
    repo.git(&["add", "a"]);
    snapshots.push(repo.tree_snapshot());
    repo.write_program("a", "2\n");
    snapshots.push(repo.tree_snapshot());
    repo.git(&["update-ref", "refs/notes/skillsync", "HEAD"]);
    snapshots.push(repo.tree_snapshot());
    repo.git(&["switch", "--quiet", "--create", "other"]);
    snapshots.push(repo.tree_snapshot());
    std::fs::create_dir(repo.path().join("empty")).expect("folder");
    snapshots.push(repo.tree_snapshot());
    let before = snapshots.len();
    snapshots.sort();
    snapshots.dedup();
    assert_eq!(snapshots.len(), before);
}

#[test]
fn worktrees_bare_repositories_and_plain_folders_work_too() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("coll");
    repo.write("a", "1\n").commit_all("first");
    let worktree = repo.worktree("side");
    assert_eq!(worktree.read("a"), "1\n");
    assert!(worktree.tree_snapshot().contains("HEAD refs/heads/side"));
    let clone = repo.clone_to("copy");
    assert_eq!(clone.head(), repo.head());
    let bare = sandbox.bare_repo("bare.git");
    repo.git(&["push", "--quiet", "../bare.git", "main"]);
    assert_eq!(bare.git(&["rev-parse", "main"]), repo.head());
    assert!(bare.tree_snapshot().contains("refs/heads/main"));
    let folder = sandbox.folder("plain");
    folder.write("x/y", "z").remove("x/y");
    assert!(folder.exists("x") && !folder.exists("x/y"));
    assert!(folder.tree_snapshot().ends_with(" x/\n"));
}
