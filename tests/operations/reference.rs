//! What git itself makes of it: the versions of the artifact, and three-way merges by `git merge-file`.

use super::row::{Edit, Made};
use crate::support::{Sandbox, skill};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::HashMap;

/// A version of the artifact in the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// The one that was deployed.
    V0,
    /// The one that is pulled before the operation.
    V1,
    /// The one that comes after it: one line is changed again.
    V2,
    /// In place of `V1`: it changes the line that the project edited.
    C1,
    /// After `C1`.
    C2,
}

use Version::{C1, C2, V0, V1, V2};

impl Version {
    pub const ALL: [Self; 5] = [V0, V1, V2, C1, C2];

    /// The branch of the collection whose tip it is.
    pub fn branch(self) -> &'static str {
        match self {
            V0 => "v0",
            V1 => "v1",
            V2 => "v2",
            C1 => "c1",
            C2 => "c2",
        }
    }

    /// The lines that it has changed.
    pub fn edits(self) -> &'static [Edit] {
        match self {
            V0 => &[],
            V1 => &[(13, "kept"), (17, "theirs")],
            V2 => &[(13, "kept"), (17, "again"), (20, "last")],
            C1 => &[(7, "clash"), (13, "kept"), (17, "theirs")],
            C2 => &[(7, "clash"), (13, "kept"), (17, "again"), (20, "last")],
        }
    }

    pub fn text(self) -> String {
        skill(self.edits())
    }

    /// The digest of the artifact in this version, as `status --json` shows it.
    pub fn digest(self) -> String {
        let mut hash = Sha256::new();
        for (name, text) in [("SKILL.md", self.text()), ("notes.txt", NOTES.to_owned())] {
            hash.update(format!("100644 {name}\0{}\0{text}", text.len()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The artifact's other file, the same in all versions.
pub const NOTES: &str = "one\ntwo\nthree\n";

impl Made {
    pub fn text(&self) -> String {
        skill(&[self.base.edits(), self.own].concat())
    }
}

/// Merges made by git, each once.
pub struct Reference {
    sandbox: Sandbox,
    known: RefCell<HashMap<[String; 3], Option<String>>>,
}

impl Reference {
    pub fn new(sandbox: &Sandbox) -> Self {
        Self { sandbox: sandbox.clone(), known: RefCell::default() }
    }

    /// The merge of two texts over a base; none where it conflicts.
    pub fn merge(&self, base: &str, ours: &str, theirs: &str) -> Option<String> {
        let key = [base, ours, theirs].map(str::to_owned);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let folder = self.sandbox.folder("reference");
        folder.write("base", base).write("ours", ours).write("theirs", theirs);
        let run =
            folder.try_git(&["merge-file", "-p", "--diff-algorithm=histogram", "ours", "base", "theirs"]);
        let run = if run.code == 129 {
            // Git 2.39 does not know the option; its own algorithm makes the same of these texts.
            folder.try_git(&["merge-file", "-p", "ours", "base", "theirs"])
        } else {
            run
        };
        assert!((0..128).contains(&run.code), "{run}");
        let merged = (run.code == 0).then_some(run.stdout);
        self.known.borrow_mut().insert(key, merged.clone());
        merged
    }

    /// Whether a text contains a version over the one that was deployed.
    pub fn contains(&self, text: &str, version: Version) -> bool {
        self.merge(&V0.text(), text, &version.text()).as_deref() == Some(text)
    }
}
