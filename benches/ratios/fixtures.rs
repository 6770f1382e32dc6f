//! The repositories that are measured, built with the program itself.

use crate::support::{Repo, Sandbox};
use std::path::Path;
use std::time::Duration;

/// Longer than the clock of any file system ticks: what was written before is settled for git.
pub const SETTLED: Duration = Duration::from_millis(1100);

/// A project with many artifacts, all as the collection has them.
pub struct Quiet {
    /// The project.
    pub project: Repo,
    /// How many artifacts it has.
    pub artifacts: usize,
}

impl Quiet {
    /// Build it, with everything committed, noted and packed, for these targets.
    pub fn build(artifacts: usize, targets: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        let collection = collection(&sandbox, artifacts);
        let project = project(&sandbox, artifacts, targets);
        for repo in [&collection, &project] {
            repo.git(&["gc", "--quiet"]);
        }
        std::thread::sleep(SETTLED);
        project.git(&["status", "--porcelain"]);
        Self { project, artifacts }
    }
}

/// A project and its collection with the same files changed in different places, and the same
/// change as two branches of one repository.
pub struct Merging {
    /// The project.
    pub project: Repo,
    /// The repository that merges its own branch `theirs`.
    pub alone: Repo,
    /// How many artifacts change on both sides.
    pub artifacts: usize,
    /// The operation log before the pull.
    log: String,
}

impl Merging {
    /// Build it, with everything committed, noted and packed.
    pub fn build(artifacts: usize) -> Self {
        let sandbox = Sandbox::new();
        let collection = collection(&sandbox, artifacts);
        let project = project(&sandbox, artifacts, &["claude"]);
        let alone = sandbox.repo("alone");
        fill(&alone, ".claude/skills", artifacts);
        alone.commit_all("Base");
        alone.git(&["switch", "--quiet", "--create", "theirs"]);
        for (repo, folder) in [(&collection, "skills"), (&alone, ".claude/skills")] {
            change(repo, folder, artifacts, 40);
            repo.commit_all("Their change");
        }
        alone.git(&["switch", "--quiet", "main"]);
        for repo in [&project, &alone] {
            change(repo, ".claude/skills", artifacts, 4);
            repo.commit_all("Our change");
        }
        for repo in [&collection, &project, &alone] {
            repo.git(&["gc", "--quiet", "--prune=now"]);
        }
        let log = project.git(&["rev-parse", "refs/skillsync/ops"]);
        Self { project, alone, artifacts, log }
    }

    /// Take the merge back on both sides: files, index, refs, and the objects it wrote.
    pub fn reset(&self) {
        self.project.git(&["update-ref", "refs/skillsync/ops", &self.log]);
        for path in [".git/skillsync/pending.json", ".git/MERGE_MSG"] {
            if self.project.exists(path) {
                self.project.remove(path);
            }
        }
        for repo in [&self.project, &self.alone] {
            repo.git(&["reset", "--quiet", "--hard"]);
            let aside = tempfile::Builder::new().prefix("aside-").tempdir_in(repo.path().join(".git"));
            set_loose_objects_aside(repo, &aside.expect("folder").keep());
        }
        std::thread::sleep(SETTLED);
        for repo in [&self.project, &self.alone] {
            assert_eq!(repo.git(&["status", "--porcelain"]), "");
        }
    }
}

/// Everything that was there before the measuring is in packs.
///
/// The objects are moved away and not deleted: where many files were deleted a moment ago, ext4
/// takes long to find room for new ones.
fn set_loose_objects_aside(repo: &Repo, aside: &Path) {
    let all = (0..=0xff_u8).map(|first| format!("{first:02x}"));
    for first in all.filter(|first| repo.exists(&format!(".git/objects/{first}"))) {
        let folder = repo.path().join(".git/objects").join(&first);
        std::fs::rename(folder, aside.join(first)).expect("loose objects");
    }
}

/// A collection of skills.
fn collection(sandbox: &Sandbox, artifacts: usize) -> Repo {
    let collection = sandbox.repo("collection");
    fill(&collection, "skills", artifacts);
    collection.commit_all("Skills");
    collection
}

/// A project with all of the collection's skills deployed, committed and noted.
fn project(sandbox: &Sandbox, artifacts: usize, targets: &[&str]) -> Repo {
    let project = sandbox.repo("project");
    project.write("README.md", "A project\n").commit_all("Begin");
    let wanted = targets.iter().flat_map(|target| ["--target", target]);
    let args: Vec<&str> = ["deploy", "*", "--from", "../collection"].into_iter().chain(wanted).collect();
    let deployed = project.skillsync(&args);
    assert_eq!(deployed.code, 0, "{deployed}");
    project.commit_all("Deploy");
    // The first run writes the notes, the second sees that they stand.
    for _ in 0..2 {
        let status = project.skillsync(&["status"]);
        assert_eq!(status.code, 0, "{status}");
    }
    assert!(!project.exists(".git/skillsync/pending.json"), "the records are in notes");
    let note = project.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert_eq!(note.lines().count(), artifacts * targets.len());
    project
}

/// Skills of ten files each.
fn fill(repo: &Repo, folder: &str, artifacts: usize) {
    for number in 0..artifacts {
        let place = format!("{folder}/{}", name(number));
        repo.write(&format!("{place}/SKILL.md"), skill(number, None));
        for file in 1..=9 {
            let part = if file % 2 == 0 { "references" } else { "scripts" };
            let text = format!("part {file} of skill {number}\n").repeat(20);
            repo.write(&format!("{place}/{part}/part-{file}.md"), text);
        }
    }
}

/// Change one line of every `SKILL.md`.
fn change(repo: &Repo, folder: &str, artifacts: usize, line: usize) {
    for number in 0..artifacts {
        repo.write(&format!("{folder}/{}/SKILL.md", name(number)), skill(number, Some(line)));
    }
}

fn name(number: usize) -> String {
    format!("skill-{number:04}")
}

fn skill(number: usize, changed: Option<usize>) -> String {
    let head = format!("---\nname: {}\ndescription: Skill number {number}\n---\n", name(number));
    let line = |at: usize| {
        let word = if changed == Some(at) { "changed" } else { "first" };
        format!("Line {at} of skill {number} in its {word} form, with some words to fill it.\n")
    };
    head + &(0..60).map(line).collect::<String>()
}
