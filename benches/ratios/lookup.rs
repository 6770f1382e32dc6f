//! Projects whose records are hard to find: far back, or among many notes.

use crate::fixtures::SETTLED;
use crate::support::{Repo, Sandbox};
use std::fmt::Write;

const PLACED: &str = ".claude/skills/pdf/SKILL.md";

/// A project with a long history after the commit that has the record.
pub struct Far {
    /// The project.
    pub project: Repo,
    collection: Repo,
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
        let (collection, project) = deployed();
        project.git_with_input(&["fast-import", "--quiet"], history(commits, false));
        project.git(&["reset", "--quiet", "--hard"]);
        edit(&project, "M.");
        Self { project, collection, commits }
    }

    /// The collection gets a version that the project may have taken in since.
    pub fn move_on(&self) {
        self.collection.write("skills/pdf/notes.md", "new\n").commit_all("More");
        edit(&self.project, "MM");
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
    /// Build it, with an edited artifact so that its base is asked for. The record is the oldest one.
    pub fn build(notes: usize) -> Self {
        let (_, project) = deployed();
        project.git_with_input(&["fast-import", "--quiet"], history(notes, true));
        project.git(&["reset", "--quiet", "--hard"]);
        project.git(&["gc", "--quiet"]);
        edit(&project, "M.");
        Self { project, notes }
    }

    /// The record stands on one of the last commits too: the artifact is the same there, so that it fits.
    pub fn surface(&self) {
        let noted = self.project.git(&["log", "-1", "--format=%H", "--", ".claude"]);
        self.project.git(&["notes", "--ref=skillsync", "copy", "--force", &noted, "HEAD~1"]);
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
fn deployed() -> (Repo, Repo) {
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
    (collection, project)
}

fn edit(project: &Repo, letters: &str) {
    project.write(PLACED, "---\nname: pdf\n---\none and more\n");
    std::thread::sleep(SETTLED);
    project.git(&["status", "--porcelain"]);
    let seen = project.skillsync(&["status", "--porcelain"]);
    assert!(seen.stdout.starts_with(letters), "the record is found: {seen}");
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
