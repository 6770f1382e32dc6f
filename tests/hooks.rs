//! The git hooks as git runs them, with stand-ins for the program.

use crate::support::{Repo, Run, Sandbox};
use git_skillsync::execute::hooks::{HookOutcome, HookState, install, status, uninstall};
use git_skillsync::model::hook::HookEvent;
use git_skillsync::plan::hook_file::Refusal;
use std::path::{Path, PathBuf};

/// A stand-in that notes what it was called with, and what it was given.
const STAND_IN: &str = "#!/bin/sh\necho \"$@\" >>\"${0%/*}/calls\"\ncat >>\"${0%/*}/calls\"\nexit 9\n";

/// A sandbox with a repository that has one commit, and a stand-in whose path needs quoting.
fn world() -> (Sandbox, Repo, PathBuf) {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo("project");
    repo.commit_all("first");
    let tools = sandbox.folder("it's a tool");
    tools.write_program("git-skillsync", STAND_IN);
    let binary = tools.path().join("git-skillsync");
    (sandbox, repo, binary)
}

fn hooks_folder(repo: &Repo) -> PathBuf {
    repo.path().join(".git/hooks")
}

fn install_all(repo: &Repo, binary: &Path) -> Vec<HookOutcome> {
    let outcomes = install(&hooks_folder(repo), &HookEvent::ALL, binary).expect("install");
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What the stand-in noted, and forget it.
fn calls(sandbox: &Sandbox) -> String {
    let path = sandbox.path("it's a tool/calls");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    if !text.is_empty() {
        std::fs::remove_file(path).expect("calls");
    }
    text
}

#[test]
fn nothing_pending_starts_nothing() {
    let (sandbox, repo, binary) = world();
    install_all(&repo, &binary);
    repo.commit_all("second");
    repo.git(&["commit", "--quiet", "--amend", "--allow-empty", "--message", "again"]);
    repo.git(&["switch", "--quiet", "--create", "side"]);
    repo.commit_all("third");
    repo.git(&["switch", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "side"]);
    assert_eq!(calls(&sandbox), "");
}

#[test]
fn no_hook_forks_when_nothing_is_known() {
    let (sandbox, repo, binary) = world();
    install_all(&repo, &binary);
    install(&hooks_folder(&repo), &HookEvent::OPT_IN, &binary).expect("install");
    for event in HookEvent::ALL.into_iter().chain(HookEvent::OPT_IN) {
        // Without PATH, anything but a built-in of the shell would be noticed.
        let hook = hooks_folder(&repo).join(event.as_str());
        let mut command = repo.command("/bin/sh");
        command.env("PATH", "/nowhere").args(["-eux", &hook.to_string_lossy(), "a", "b", "1"]);
        let run = repo.run(&mut command);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{event}: {run}");
        assert!(run.stderr.lines().all(|line| line.starts_with("+ [ ")), "{event}: {run}");
    }
    assert_eq!(calls(&sandbox), "");
}

#[test]
fn pending_work_is_done_after_each_event() {
    let (sandbox, repo, binary) = world();
    install_all(&repo, &binary);
    repo.write(".git/skillsync/pending.json", "{}");
    repo.commit_all("second");
    assert_eq!(calls(&sandbox), "hook post-commit\n");
    let old = repo.head();
    repo.git(&["commit", "--quiet", "--amend", "--allow-empty", "--message", "again"]);
    let new = repo.head();
    assert_eq!(calls(&sandbox), format!("hook post-commit\nhook post-rewrite amend\n{old} {new}\n"));
    repo.git(&["switch", "--quiet", "--create", "side"]);
    assert_eq!(calls(&sandbox), format!("hook post-checkout {new} {new} 1\n"));
    repo.write("file", "x\n").commit_all("third");
    repo.git(&["checkout", "--quiet", "--", "file"]);
    repo.git(&["switch", "--quiet", "main"]);
    calls(&sandbox);
    repo.git(&["merge", "--quiet", "side"]);
    assert_eq!(calls(&sandbox), "hook post-merge 0\n");
    let patch = repo.git(&["format-patch", "--stdout", "-1", "side"]) + "\n";
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.git_with_input(&["am", "--quiet"], patch);
    assert_eq!(calls(&sandbox), "hook post-applypatch\n");
}

#[test]
fn checking_out_files_is_nobodys_business() {
    let (sandbox, repo, binary) = world();
    repo.write("file", "x\n").commit_all("second");
    install_all(&repo, &binary);
    repo.write(".git/skillsync/pending.json", "{}");
    repo.git(&["checkout", "--quiet", "--", "file"]);
    assert_eq!(calls(&sandbox), "");
}

#[test]
fn a_switch_is_told_wherever_notes_are_known() {
    let (sandbox, repo, binary) = world();
    install_all(&repo, &binary);
    repo.git(&["notes", "--ref=skillsync", "add", "-m", "{}"]);
    let switch = || {
        repo.git(&["switch", "--quiet", "--detach"]);
        calls(&sandbox)
    };
    let told = format!("hook post-checkout {0} {0} 1\n", repo.head());
    assert_eq!(switch(), told);
    repo.git(&["pack-refs", "--all", "--prune"]);
    assert!(!repo.exists(".git/refs/notes/skillsync"));
    assert_eq!(switch(), told);
}

#[test]
fn linked_worktrees_have_their_own_pending_work() {
    let (sandbox, repo, binary) = world();
    let worktree = repo.worktree("side");
    install_all(&repo, &binary);
    repo.write(".git/skillsync/pending.json", "{}");
    worktree.commit_all("second");
    assert_eq!(calls(&sandbox), "");
    repo.remove(".git/skillsync").write(".git/worktrees/side/skillsync/pending.json", "{}");
    worktree.commit_all("third");
    assert_eq!(calls(&sandbox), "hook post-commit\n");
    repo.commit_all("third");
    assert_eq!(calls(&sandbox), "");
    repo.worktree("new");
    assert!(calls(&sandbox).starts_with("hook post-checkout 0000000"));
}

#[test]
fn where_a_git_file_alone_does_not_tell_the_program_looks() {
    let (sandbox, repo, binary) = world();
    repo.worktree("side");
    install_all(&repo, &binary);
    // For the other events git sets GIT_DIR there.
    for event in [HookEvent::PostCheckout, HookEvent::PostRewrite] {
        let hook = hooks_folder(&repo).join(event.as_str());
        let mut command = sandbox.open("side").command(&hook.to_string_lossy());
        assert_eq!(repo.run(command.args(["a", "b", "1"])).code, 0);
        assert_eq!(calls(&sandbox).lines().next(), Some(&*format!("hook {event} a b 1")));
    }
}

#[test]
fn a_missing_program_is_silent() {
    let (sandbox, repo, _) = world();
    install_all(&repo, &sandbox.path("gone"));
    repo.write(".git/skillsync/pending.json", "{}");
    for event in HookEvent::ALL {
        let hook = hooks_folder(&repo).join(event.as_str());
        // The shell itself by its path; on this PATH is nothing.
        let mut command = repo.command("/bin/sh");
        let run = repo.run(command.env("PATH", "/nowhere").args([hook.as_os_str()]).args(["a", "b", "1"]));
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{event}");
    }
}

#[test]
fn the_program_on_the_path_stands_in_for_one_that_moved() {
    let (sandbox, repo, _) = world();
    install_all(&repo, &sandbox.path("gone"));
    repo.write(".git/skillsync/pending.json", "{}");
    let hook = hooks_folder(&repo).join("post-commit");
    let mut command = repo.command(&hook.to_string_lossy());
    let run =
        repo.run(command.env("PATH", format!("{}:/usr/bin:/bin", sandbox.path("it's a tool").display())));
    assert_eq!(run.code, 0);
    assert_eq!(calls(&sandbox), "hook post-commit\n");
}

#[test]
fn a_users_hook_still_gets_its_input_and_its_exit_status() {
    let (sandbox, repo, binary) = world();
    let rewritten: String = (0..3000).map(|n| format!("{n:040} {n:040}\n")).collect();
    for shell in ["#!/bin/sh -eu", "#!/usr/bin/env bash"] {
        let hook = format!("{shell}\necho mine \"$@\"\ncat\nexit 4\n");
        repo.write_program(".git/hooks/post-rewrite", &hook);
        let outcomes = install(&hooks_folder(&repo), &[HookEvent::PostRewrite], &binary).expect("install");
        assert_eq!(outcomes[0].1, HookOutcome::Inserted);
        for pending in [false, true] {
            if pending {
                repo.write(".git/skillsync/pending.json", "{}");
            }
            let mut command = repo.command(".git/hooks/post-rewrite");
            let run = Run::with_input(&sandbox, command.arg("rebase"), rewritten.as_bytes());
            assert_eq!((run.code, run.stderr.as_str()), (4, ""), "{shell}");
            assert_eq!(run.stdout, format!("mine rebase\n{rewritten}"), "{shell} {pending}");
            let noted =
                if pending { format!("hook post-rewrite rebase\n{rewritten}") } else { String::new() };
            assert_eq!(calls(&sandbox), noted, "{shell} {pending}");
        }
        repo.remove(".git/skillsync");
    }
}

#[test]
fn installing_twice_is_once_and_uninstalling_leaves_nothing() {
    let (_sandbox, repo, binary) = world();
    let folder = hooks_folder(&repo);
    let mine = "#!/bin/sh\necho mine\n";
    repo.write_program(".git/hooks/post-merge", mine);
    let before = listing(&folder);
    let first = install_all(&repo, &binary);
    assert_eq!(first.iter().filter(|outcome| **outcome == HookOutcome::Created).count(), 4);
    assert_eq!(first[2], HookOutcome::Inserted);
    let installed = listing(&folder);
    assert!(install_all(&repo, &binary).iter().all(|outcome| *outcome == HookOutcome::Unchanged));
    assert_eq!(listing(&folder), installed);
    let states = status(&folder, &HookEvent::ALL, &binary).expect("status");
    assert!(states.iter().all(|(_, state)| *state == HookState::Installed));
    let states = status(&folder, &HookEvent::ALL, Path::new("/elsewhere")).expect("status");
    assert!(states.iter().all(|(_, state)| *state == HookState::Outdated));
    let last = uninstall(&folder, &HookEvent::ALL, &binary).expect("uninstall");
    assert_eq!(last[2].1, HookOutcome::Restored);
    assert_eq!(last.iter().filter(|(_, outcome)| *outcome == HookOutcome::Deleted).count(), 4);
    assert_eq!(listing(&folder), before);
    let again = uninstall(&folder, &HookEvent::ALL, &binary).expect("uninstall");
    assert!(again.iter().all(|(_, outcome)| *outcome == HookOutcome::NotInstalled));
}

#[test]
fn links_folders_and_switched_off_hooks_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (_sandbox, repo, binary) = world();
    let folder = hooks_folder(&repo);
    repo.write_program("tracked-hook", "#!/bin/sh\n");
    symlink(repo.path().join("tracked-hook"), folder.join("post-commit")).expect("link");
    std::fs::create_dir(folder.join("post-checkout")).expect("folder");
    repo.write(".git/hooks/post-merge", "#!/bin/sh\n");
    std::fs::set_permissions(folder.join("post-merge"), PermissionsExt::from_mode(0o644)).expect("mode");
    let before = listing(&folder);
    let events = [HookEvent::PostCommit, HookEvent::PostCheckout, HookEvent::PostMerge];
    let reasons: Vec<_> = install(&folder, &events, &binary).expect("install");
    for ((event, outcome), expected) in
        reasons.into_iter().zip([Refusal::Symlink, Refusal::NotAFile, Refusal::NotExecutable])
    {
        let HookOutcome::Refused { reason, advice } = outcome else { panic!("{event}: {outcome:?}") };
        assert_eq!(reason, expected);
        assert!(advice.lines.contains(&format!("hook {event} \"$@\"")), "{advice}");
    }
    assert_eq!(listing(&folder), before);
    assert_eq!(repo.read("tracked-hook"), "#!/bin/sh\n");
}

/// Names, modes and content of the hooks, without git's samples.
fn listing(folder: &Path) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    let mut lines: Vec<_> = std::fs::read_dir(folder)
        .expect("hooks")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "sample"))
        .map(|path| {
            let mode = path.symlink_metadata().expect("metadata").permissions().mode();
            format!("{mode:o} {} {:?}", path.display(), std::fs::read(&path).ok())
        })
        .collect();
    lines.sort();
    lines
}
