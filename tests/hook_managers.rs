//! The real managers of hooks, from their registries: what we say is added works there, and they are as
//! they were. Where a registry is not reachable, that is said.

use crate::support::{Repo, Run, World};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the programs are kept from run to run.
fn cache(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("hook-managers").join(name)
}

/// Install a program unless it is there; `None`, and a line, if that cannot be done.
fn program(name: &str, binary: &str, steps: &[&str]) -> Option<PathBuf> {
    let folder = cache(name);
    let path = folder.join(binary);
    if path.exists() {
        return Some(path);
    }
    std::fs::create_dir_all(&folder).expect("cache");
    for step in steps {
        let mut command = Command::new("timeout");
        command.args(["120", "sh", "-c", step]).current_dir(&folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if !command.status().is_ok_and(|status| status.success()) {
            let _ = writeln!(std::io::stderr(), "SKIPPED: {name} could not be installed ('{step}')");
            return None;
        }
    }
    path.exists().then_some(path)
}

/// A project in which the skill is deployed and waits for its commit.
fn waiting() -> World {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    world
}

/// Run a program in the project, with its folder found first.
fn run(repo: &Repo, program: &Path, args: &[&str]) -> Run {
    let mut command = repo.command(&program.to_string_lossy());
    with_path(&mut command, program);
    repo.run(command.args(args))
}

fn with_path(command: &mut Command, program: &Path) {
    let path =
        command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value).expect("PATH");
    let folder = program.parent().expect("a folder").display();
    let path = format!("{folder}:{}", path.to_string_lossy());
    command.env("PATH", path);
}

/// What is said of the hook `post-commit`: the file and the lines.
fn advice(repo: &Repo) -> (String, String) {
    let run = repo.skillsync(&["hooks", "install", "--json"]);
    assert_eq!(run.code, 1, "{run}");
    let document = run.json();
    let hooks = document["hooks"].as_array().expect("hooks");
    let hook = hooks.iter().find(|hook| hook["event"] == "post-commit").expect("the hook");
    assert_eq!(hook["outcome"], "left alone", "{run}");
    let text = |key: &str| hook[key].as_str().expect("a text").to_owned();
    (text("file"), text("add"))
}

/// Commit, and see that the user's hook ran and the record was written.
fn commit_with_both(world: &World, manager: &Path, what: &str) {
    let before = world.proj.exists("mine");
    assert!(!before, "{what}");
    let mut command = world.proj.command("git");
    with_path(&mut command, manager);
    let run = world.proj.run(command.args(["commit", "--quiet", "--all", "--message", "Deploy"]));
    assert_eq!(run.code, 0, "{what}: {run}");
    assert!(world.proj.exists("mine"), "{what}: the user's hook ran: {run}");
    assert_eq!(world.note().len(), 1, "{what}: the record was written: {run}");
    assert_eq!(
        world.proj.skillsync(&["hooks", "status"]).stdout.lines().next(),
        Some("post-commit: installed")
    );
    world.proj.remove("mine");
}

#[test]
fn husky() {
    let steps = ["npm install --prefix . --no-audit --no-fund --silent husky@9"];
    let Some(husky) = program("husky", "node_modules/husky/bin.js", &steps) else { return };
    let world = waiting();
    let repo = &world.proj;
    let install = || assert_eq!(repo.run(repo.command("node").arg(&husky)).code, 0);
    install();
    assert_eq!(repo.git(&["config", "core.hooksPath"]), ".husky/_");
    repo.write(".husky/post-commit", "touch mine\n");
    let before = repo.tree_snapshot();
    let (file, add) = advice(repo);
    assert_eq!((file.as_str(), repo.tree_snapshot() == before), (".husky/post-commit", true));
    repo.write(&file, format!("touch mine\n{add}\n")).git(&["add", "."]);
    commit_with_both(&world, &husky, "husky");
    // 'npm install' writes everything anew but the user's files.
    install();
    world.edit_collection(&[(17, "theirs")]);
    repo.skillsync(&["pull"]).expect_success();
    commit_with_both(&world, &husky, "husky, installed anew");
    let before = repo.tree_snapshot();
    repo.skillsync(&["hooks", "uninstall"]).expect_success();
    assert!(repo.tree_snapshot() == before);
}

#[test]
fn lefthook() {
    let steps = ["npm install --prefix . --no-audit --no-fund --silent --ignore-scripts lefthook@2"];
    let Some(lefthook) = program("lefthook", "node_modules/.bin/lefthook", &steps) else { return };
    let world = waiting();
    let repo = &world.proj;
    let settings = "post-commit:\n  commands:\n    mine:\n      run: touch mine\n";
    repo.write("lefthook.yml", settings);
    assert_eq!(run(repo, &lefthook, &["install"]).code, 0);
    let hook = repo.read(".git/hooks/post-commit");
    let (file, add) = advice(repo);
    assert_eq!((file.as_str(), repo.read(".git/hooks/post-commit") == hook), ("lefthook.yml", true));
    // Its lines go below the event that is there already.
    let below: String = add.lines().skip(2).map(|line| format!("{line}\n")).collect();
    assert!(add.starts_with("post-commit:\n  commands:\n    skillsync:\n"), "{add}");
    repo.write(&file, format!("{settings}{below}")).git(&["add", "."]);
    commit_with_both(&world, &lefthook, "lefthook");
    assert_eq!(run(repo, &lefthook, &["install", "--force"]).code, 0);
    world.edit_collection(&[(17, "theirs")]);
    repo.skillsync(&["pull"]).expect_success();
    commit_with_both(&world, &lefthook, "lefthook, installed anew");
    // What it has no hook for is ours, and stays when it is installed again.
    assert!(repo.read(".git/hooks/post-merge").contains("# >>> skillsync"));
    let hook = repo.read(".git/hooks/post-commit");
    repo.skillsync(&["hooks", "uninstall"]).expect_success();
    assert!(repo.read(".git/hooks/post-commit") == hook && !repo.exists(".git/hooks/post-merge"));
}

#[test]
fn pre_commit() {
    let steps = ["python3 -m venv .", "bin/pip install --quiet --disable-pip-version-check pre-commit"];
    let Some(pre_commit) = program("pre-commit", "bin/pre-commit", &steps) else { return };
    let world = waiting();
    let repo = &world.proj;
    let settings = "repos:\n- repo: local\n  hooks:\n  - id: mine\n    name: mine\n    language: system\n    entry: touch mine\n    always_run: true\n    pass_filenames: false\n    stages: [post-commit]\n";
    repo.write(".pre-commit-config.yaml", settings).git(&["add", "."]);
    let install = || assert_eq!(run(repo, &pre_commit, &["install", "--hook-type", "post-commit"]).code, 0);
    install();
    let hook = repo.read(".git/hooks/post-commit");
    let (file, add) = advice(repo);
    assert_eq!(
        (file.as_str(), repo.read(".git/hooks/post-commit") == hook),
        (".pre-commit-config.yaml", true)
    );
    repo.write(&file, format!("{settings}{add}\n")).git(&["add", "."]);
    commit_with_both(&world, &pre_commit, "pre-commit");
    install();
    world.edit_collection(&[(17, "theirs")]);
    repo.skillsync(&["pull"]).expect_success();
    commit_with_both(&world, &pre_commit, "pre-commit, installed anew");
    // Its hook beside one of ours: it keeps ours and runs it first.
    assert_eq!(run(repo, &pre_commit, &["install", "--hook-type", "post-merge"]).code, 0);
    assert!(repo.read(".git/hooks/post-merge.legacy").contains("# >>> skillsync"));
    repo.skillsync(&["hooks", "uninstall"]).expect_success();
    assert_eq!(repo.read(".git/hooks/post-commit"), hook);
}
