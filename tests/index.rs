//! What is staged and what stands in the work tree, as one tree each: git is the referee.

use crate::support::{Repo, Sandbox};
use git_skillsync::git::Repository;
use git_skillsync::git::index::Index;
use git_skillsync::git::program::Git;
use git_skillsync::git::work_tree::WorkTree;
use git_skillsync::model::path::RepoPath;

const SKILL: &str = ".claude/skills/pdf";

/// The trees that the index and the work tree hold, looked at together or one by one.
fn ours(repo: &Repo, at_once: bool) -> [Option<String>; 2] {
    let repository = Repository::open(repo.path(), &Git::find().expect("git")).expect("repository");
    let (objects, path) = (repository.objects(), RepoPath::new(SKILL).expect("path"));
    let index = Index::read(&repository).expect("index");
    let work_tree = WorkTree::new(&repository, &index).expect("work tree");
    if at_once {
        work_tree.prepare([&path]);
    }
    let [staged, found] = [index.content(&objects, &path), work_tree.content(&objects, &path)];
    [staged, found].map(|content| content.expect("content").map(|content| content.id.to_string()))
}

/// What git says of both, with an index of its own so that nothing is written into ours.
fn gits(repo: &Repo) -> [Option<String>; 2] {
    let tree = |stage: bool| {
        let index = repo.path().join(".git/referee");
        std::fs::copy(repo.path().join(".git/index"), &index).expect("index");
        let git = |args: &[&str]| repo.run(repo.command("git").env("GIT_INDEX_FILE", &index).args(args));
        if stage {
            git(&["add", "--update", "."]).expect_success();
        }
        let written = git(&["write-tree", &format!("--prefix={SKILL}/")]);
        (written.code == 0).then(|| written.expect_success())
    };
    [tree(false), tree(true)]
}

fn agree(repo: &Repo, what: &str) {
    let expected = gits(repo);
    for at_once in [false, true] {
        assert_eq!(ours(repo, at_once), expected, "{what}, at once: {at_once}");
    }
}

#[test]
fn index_and_work_tree_are_the_trees_that_git_writes() {
    let repo = Sandbox::new().repo("project");
    let file = |name: &str| format!("{SKILL}/{name}");
    for name in ["SKILL.md", "a/one", "a/b/two", "a.b"] {
        repo.write(&file(name), format!("{name}\n"));
    }
    repo.write(".claude/skills/other/SKILL.md", "other\n").commit_all("Skills");
    agree(&repo, "committed");
    repo.write(&file("a/one"), "edited\n");
    agree(&repo, "edited");
    repo.git(&["add", "--all"]);
    agree(&repo, "staged");
    repo.write(&file("a/one"), "one\n").write(&file("new"), "new\n");
    agree(&repo, "edited again, and an untracked file");
    repo.git(&["reset", "--quiet", "--hard"]);
    agree(&repo, "reset");
    repo.remove(&file("a/b/two"));
    agree(&repo, "deleted");
    repo.git(&["add", "--all"]);
    agree(&repo, "deletion staged");
    repo.git(&["update-index", "--chmod=+x", &file("SKILL.md")]);
    agree(&repo, "made executable in the index");
    repo.git(&["commit", "--quiet", "--message", "More"]);
    repo.git(&["rm", "-r", "--quiet", "-f", SKILL]);
    agree(&repo, "removed");
}

#[test]
fn paths_that_are_only_announced_are_not_staged() {
    let repo = Sandbox::new().repo("project");
    let path = format!("{SKILL}/SKILL.md");
    repo.write(&path, "skill\n").commit_all("Skill");
    let before = ours(&repo, true);
    repo.write(&format!("{SKILL}/later"), "later\n");
    repo.git(&["add", "--intent-to-add", "."]);
    let after = ours(&repo, true);
    assert_eq!(after[0], before[0], "the index");
    assert_ne!(after[1], before[1], "the work tree");
}

#[test]
fn files_left_out_by_a_sparse_checkout_count_as_staged() {
    let repo = Sandbox::new().repo("project");
    repo.write(&format!("{SKILL}/SKILL.md"), "skill\n").write("README.md", "read\n").commit_all("Skill");
    let before = ours(&repo, true);
    repo.git(&["sparse-checkout", "set", "--no-cone", "/README.md"]);
    assert!(!repo.exists(SKILL));
    assert_eq!(ours(&repo, false), before);
    assert_eq!(ours(&repo, true), before);
}
