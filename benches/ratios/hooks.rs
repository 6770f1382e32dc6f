//! Repositories with hooks: ours, or ones that do nothing.

use crate::fixtures::{Quiet, SETTLED};
use crate::lookup::history;
use crate::support::{Repo, Sandbox};

/// A hook that does nothing.
const EMPTY: &str = "#!/bin/sh\nexit 0\n";

/// The hooks we install.
const EVENTS: [&str; 5] = ["post-commit", "post-checkout", "post-merge", "post-rewrite", "post-applypatch"];

/// A project with artifacts and our hooks, and a copy of it with hooks that do nothing.
pub struct Hooked {
    /// With our hooks.
    pub ours: Repo,
    /// With hooks that do nothing.
    pub empty: Repo,
    /// How many artifacts both have.
    pub artifacts: usize,
}

impl Hooked {
    /// Build it; nothing is pending.
    pub fn build(artifacts: usize) -> Self {
        let Quiet { project: ours, artifacts } = Quiet::build(artifacts, &["claude"]);
        ours.git(&["config", "skillsync.hookTimeout", "60s"]);
        let name = "copy";
        let copy = ours.path().with_file_name(name);
        let copied = std::process::Command::new("cp").arg("-a").arg(ours.path()).arg(&copy).status();
        assert!(copied.expect("cp").success());
        let empty = ours.beside(name);
        for event in EVENTS {
            empty.write_program(&format!(".git/hooks/{event}"), EMPTY);
        }
        std::thread::sleep(SETTLED);
        for repo in [&ours, &empty] {
            repo.git(&["status", "--porcelain"]);
            repo.git(&["switch", "--quiet", "--detach"]);
        }
        Self { ours, empty, artifacts }
    }
}

/// A project with many notes, and artifacts that were committed without a hook.
pub struct Pending {
    /// The project.
    pub project: Repo,
    /// How many notes it has.
    pub notes: usize,
    pending: String,
    noted: String,
}

/// How many artifacts wait for their record.
pub const WAITING: usize = 10;

impl Pending {
    /// Build it.
    pub fn build(notes: usize) -> Self {
        let sandbox = Sandbox::new();
        let collection = sandbox.repo("collection");
        for number in 0..=WAITING {
            collection
                .write(&format!("skills/s{number}/SKILL.md"), format!("---\nname: s{number}\n---\none\n"));
        }
        collection.commit_all("Skills");
        let project = sandbox.repo("project");
        project.write("README.md", "A project\n").commit_all("Begin");
        project.skillsync(&["deploy", "s0", "--from", "../collection"]).expect_success();
        project.commit_all("Deploy");
        project.skillsync(&["status"]).expect_success();
        project.git_with_input(&["fast-import", "--quiet"], history(notes, true));
        project.git(&["reset", "--quiet", "--hard"]);
        project.git(&["gc", "--quiet"]);
        project.skillsync(&["deploy", "*"]).expect_success();
        project.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "Deploy more"]);
        let (pending, noted) = (
            project.read(".git/skillsync/pending.json"),
            project.git(&["rev-parse", "refs/notes/skillsync"]),
        );
        let built = Self { project, notes, pending, noted };
        built.project.skillsync(&["hook", "post-commit"]).expect_success();
        let note = built.project.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
        assert_eq!(note.lines().count(), WAITING, "the hook writes all of them");
        built
    }

    /// As it was before the hook.
    pub fn reset(&self) {
        self.project.write(".git/skillsync/pending.json", &self.pending);
        self.project.git(&["update-ref", "refs/notes/skillsync", &self.noted]);
    }
}
