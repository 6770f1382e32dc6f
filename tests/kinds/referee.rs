//! What git makes of three versions: `git merge-tree` in a plain repository.

use super::session::text;
use crate::support::{PLACED, Repo, Sandbox};

/// Merges made by git.
pub struct Referee {
    repo: Repo,
}

/// One of them.
pub struct Merge {
    /// The file, with markers where it conflicts.
    pub text: String,
    /// The unmerged stages and their texts.
    pub stages: Vec<(String, String)>,
}

impl Referee {
    pub fn new(sandbox: &Sandbox) -> Self {
        let repo = sandbox.repo("referee");
        repo.write("README", "x\n").commit_all("Start");
        Self { repo }
    }

    /// The merge of base, ours and theirs.
    pub fn merge(&self, [base, ours, theirs]: [&[(usize, &str)]; 3]) -> Merge {
        let repo = &self.repo;
        let base = repo.write(PLACED, text(base)).commit_all("base");
        let side = |edits| {
            repo.git(&["reset", "--hard", "--quiet", &base]);
            repo.write(PLACED, text(edits)).commit_all("side")
        };
        let (ours, theirs) = (side(ours), side(theirs));
        let run = repo.try_git(&["merge-tree", "--write-tree", "-z", &ours, &theirs]);
        assert!((0..2).contains(&run.code), "{run}");
        let mut parts = run.stdout.split('\0');
        let tree = parts.next().expect("a tree").trim().to_owned();
        let show = |object: &str| repo.git(&["cat-file", "blob", object]) + "\n";
        let stages = parts.take_while(|part| !part.is_empty()).map(|part| {
            let (head, _) = part.split_once('\t').expect("a path");
            let words: Vec<&str> = head.split(' ').collect();
            (words[2].to_owned(), show(words[1]))
        });
        let stages = stages.collect();
        Merge { text: show(&format!("{tree}:{PLACED}")), stages }
    }
}
