//! The table as documentation: `docs/operations.md`.

use super::row::{Operation, Start};
use std::fmt::Write;

const BEGINNING: &str = "\
# Operations of git, and what becomes of a pull

Whatever is done to the history, the next merge uses the right base, or says that it has none. This
table is a test (`tests/operations`): every row is run in the main worktree, in a subfolder, in a
linked worktree, in a submodule, and with `GIT_DIR` in the environment, with the hooks installed and
without them. A project with an edit of its own deploys an artifact and pulls a new version of it; the
operation comes after or in between; then the collection moves on. Checked are: no edit is lost; the
base is the version that was truly taken in, and the content contains it; what the next `pull` and
`push` make of it is what git makes of it with that base, in work tree and index; every record fits the
commit it stands on.

* **Pull**: how far it was when the operation began: *committed*, *pending* (staged, not committed),
  *in conflict*, or *resolved* (a conflict, resolved and added, not committed).
* **Hooks**: the installed hooks that git runs. Nothing depends on them: where there are none, the next
  command does the same.
* **Base from**: which rung answers for the work tree afterwards; where it differs without hooks, that
  one follows in brackets.
* The places: main worktree, subfolder, linked worktree, submodule, environment.

`cargo test --test all operations::` takes every row in the main worktree and every operation in one of
the other places, a third of the cells without hooks; with `SKILLSYNC_FULL=1` every row is taken in every
place, with hooks and without. `SKILLSYNC_OPERATION=rebase` takes the operations of that name.
`UPDATE_DOCS=1` writes this file.

| operation | pull | hooks | what reconciling does | base from | main | sub | link | module | env |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
";

/// The documentation is what the table says.
pub fn check(operations: &[&Operation]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let text = write(operations);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(&path, &text).expect("document");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "docs/operations.md is stale: UPDATE_DOCS=1 cargo test --test all operations::");
}

fn write(operations: &[&Operation]) -> String {
    let mut text = BEGINNING.to_owned();
    for operation in operations {
        for case in operation.cases {
            let start = match case.start {
                Start::Committed => "committed",
                Start::Pending => "pending",
                Start::Conflict => "in conflict",
                Start::Resolved => "resolved",
            };
            let [with, without] = case.rung;
            let rung = match case.work {
                None => "–".to_owned(),
                Some(_) if with == without => with.to_owned(),
                Some(_) => format!("{with} ({without})"),
            };
            let rung = if case.unwitnessed { format!("{rung} ¹") } else { rung };
            let does = if case.does == case.does_without {
                case.does.said().to_owned()
            } else {
                format!("{} (without hooks: {})", case.does.said(), case.does_without.said())
            };
            let hooks = if operation.hooks.is_empty() { "–" } else { operation.hooks };
            let places = " ✓ |".repeat(5);
            let name = &operation.name;
            let _ = writeln!(text, "| {name} | {start} | {hooks} | {does} | {rung} |{places}");
        }
    }
    text += "\n¹ Without hooks the resolved conflict was committed and the index that remembered it is gone before a \
        command of ours looked: nothing witnesses the resolution, so the base is the older one, which the \
        content contains as well.\n";
    let cases: usize = operations.iter().map(|operation| operation.cases.len()).sum();
    let _ = writeln!(text, "\n{} operations, {cases} rows, {} cells.", operations.len(), cases * 10);
    text
}
