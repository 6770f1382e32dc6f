//! The table as documentation: `docs/kinds.md`.

use super::kind::{KINDS, REFUSED};
use super::session::STEPS;
use std::fmt::Write;

const BEGINNING: &str = "\
# Kinds of repository

Whatever the repository is like, the same session gives the same result. This table is a test
(`tests/kinds`): in a repository of each kind an artifact with a link and a program is deployed, edited
on both sides, looked at, pulled, committed and pushed; then both sides change the same line, the conflict
is looked at and taken back; a deployment is undone; in the end the collection's version is taken.

After each step git says whether it is right: what is staged and what stands in the files is what
`git merge-tree` makes of the three versions and what `git cat-file --filters` would write;
`git status` sees that and nothing else; `git fsck` finds nothing. And it is what the same step is in a
plain repository.

`cargo test --test all kinds::` takes all of them, `SKILLSYNC_KIND=sparse` those of that name, and
`UPDATE_DOCS=1` writes this file.

";

/// The documentation is what the tables say.
pub fn check() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kinds.md");
    let text = write();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).expect("document");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "docs/kinds.md is stale: UPDATE_DOCS=1 cargo test --test all kinds::");
}

fn write() -> String {
    let mut text = BEGINNING.to_owned();
    let _ = writeln!(text, "| kind | made by | {} | |", STEPS.join(" | "));
    let _ = writeln!(text, "| --- | --- |{} --- |", " --- |".repeat(STEPS.len()));
    for kind in KINDS {
        let since = match kind.since {
            (2, 39) => String::new(),
            (major, minor) => format!("needs git {major}.{minor}"),
        };
        let remarks: Vec<&str> =
            [since.as_str(), kind.remark].into_iter().filter(|remark| !remark.is_empty()).collect();
        let done = " ✓ |".repeat(STEPS.len());
        let _ = writeln!(text, "| {} | {} |{done} {} |", kind.name, kind.made, remarks.join("; "));
    }
    text += "\nWhat cannot be worked in is refused before anything is touched:\n\n";
    text += "| kind | made by | git | what is said |\n| --- | --- | --- | --- |\n";
    for refused in REFUSED {
        let git = if refused.as_git { "refuses it too" } else { "works in it, as far as it does not write" };
        let _ = writeln!(text, "| {} | {} | {git} | {} |", refused.name, refused.made, refused.says);
    }
    let cells = KINDS.len() * STEPS.len();
    let _ = writeln!(text, "\n{} kinds, {cells} cells, {} refusals.", KINDS.len(), REFUSED.len());
    text
}
