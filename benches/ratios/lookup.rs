//! Projects whose records are hard to find: far back, or among many notes.

use crate::fixtures::SETTLED;
use crate::support::{Repo, Sandbox};
use std::fmt::Write;

const PLACED: &str = ".claude/skills/pdf/SKILL.md";

/// A project with a long history after the commit that has the record.
pub struct Far {
    /// The project.
    pub project: Repo,
    /// How many commits were made since.
    pub commits: usize,
}

/// A project with a note on every commit of a long history, and the record in one of the last.
pub struct Crowded {
    /// The project.
    pub project: Repo,
    /// How many notes it has.
    pub notes: usize,
}

impl Far {
    /// Build it, with an edited artifact so that its base is asked for.
    pub fn build(commits: usize) -> Self {
        let project = deployed();
        project.git_with_input(&["fast-import", "--quiet"], history(commits, false));
        project.git(&["reset", "--quiet", "--hard"]);
        edit(&project);
        Self { project, commits }
    }

    /// The commit-graph file, which git writes when it collects garbage.
    pub fn write_commit_graph(&self) {
        self.project.git(&["commit-graph", "write", "--reachable"]);
    }

    /// Forget what was found.
    pub fn forget(&self) {
        forget(&self.project);
    }
}

impl Crowded {
    /// Build it, with an edited artifact so that its base is asked for.
    pub fn build(notes: usize) -> Self {
        let project = deployed();
        let noted = project.git(&["rev-parse", "HEAD"]);
        project.git_with_input(&["fast-import", "--quiet"], history(notes, true));
        project.git(&["reset", "--quiet", "--hard"]);
        // The artifact is the same there, so the record fits.
        project.git(&["notes", "--ref=skillsync", "copy", "--force", &noted, "HEAD~1"]);
        project.git(&["gc", "--quiet"]);
        edit(&project);
        Self { project, notes }
    }

    /// Forget what was found.
    pub fn forget(&self) {
        forget(&self.project);
    }
}

fn forget(project: &Repo) {
    let cache = project.path().join(".git/skillsync/cache");
    if cache.exists() {
        std::fs::remove_dir_all(cache).expect("cache");
    }
}

/// One artifact, deployed, committed and noted.
fn deployed() -> Repo {
    let sandbox = Sandbox::new();
    let collection = sandbox.repo("collection");
    collection.write("skills/pdf/SKILL.md", "---\nname: pdf\n---\none\n").commit_all("Skill");
    let project = sandbox.repo("project");
    project.write("README.md", "A project\n").commit_all("Begin");
    project.skillsync(&["deploy", "pdf", "--from", "../collection"]).expect_success();
    project.commit_all("Deploy");
    for _ in 0..2 {
        project.skillsync(&["status"]).expect_success();
    }
    assert!(!project.exists(".git/skillsync/pending.json"), "the record is in a note");
    project
}

fn edit(project: &Repo) {
    project.write(PLACED, "---\nname: pdf\n---\none and more\n");
    std::thread::sleep(SETTLED);
    project.git(&["status", "--porcelain"]);
    let seen = project.skillsync(&["status", "--porcelain"]);
    assert!(seen.stdout.starts_with("M."), "the record is found: {seen}");
}

/// Commits on top of the branch as a stream for `git fast-import`, with a note on each or none.
pub fn history(commits: usize, noted: bool) -> String {
    let mut stream = String::new();
    for number in 0..commits {
        let time = 1_900_000_000 + number;
        let _ = write!(
            stream,
            "commit refs/heads/main\nmark :{}\ncommitter A <a@example.com> {time} +0000\ndata 0\n",
            number + 1
        );
        if number == 0 {
            stream += "from refs/heads/main^0\n";
        }
        let text = format!("{number}\n");
        let _ = write!(stream, "M 100644 inline file-{}\ndata {}\n{text}", number % 9, text.len());
    }
    if noted {
        stream += "commit refs/notes/skillsync\ncommitter A <a@example.com> 1900000000 +0000\ndata 0\n";
        stream += "from refs/notes/skillsync^0\n";
        for number in 0..commits {
            let text =
                format!("{{\"n\":1,\"path\":\".claude/skills/x{number}\",\"removed\":true,\"v\":1}}\n");
            let _ = write!(stream, "N inline :{}\ndata {}\n{text}", number + 1, text.len());
        }
    }
    stream
}
