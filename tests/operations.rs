//! Operations of git around a pull, in every place a repository can be worked in.
//!
//! One row per operation in `operations/table`, one cell per place; the same table is what
//! `docs/operations.md` shows. What each cell checks stands in `operations/verdict.rs`.

#[path = "operations/cell.rs"]
mod cell;
#[path = "operations/document.rs"]
mod document;
#[path = "operations/reference.rs"]
mod reference;
#[path = "operations/row.rs"]
mod row;
#[path = "operations/table/mod.rs"]
mod table;
#[path = "operations/verdict.rs"]
mod verdict;

use cell::{Place, Template};
use std::io::Write;

#[test]
fn in_the_main_worktree() {
    run(Place::Main);
}

#[test]
fn in_a_subfolder() {
    run(Place::Subfolder);
}

#[test]
fn in_a_linked_worktree() {
    run(Place::LinkedWorktree);
}

#[test]
fn in_a_submodule() {
    run(Place::Submodule);
}

#[test]
fn with_git_dir_in_the_environment() {
    run(Place::Environment);
}

/// The rows in one place. All of them in all places, with the hooks and without, is a run of minutes
/// (`SKILLSYNC_FULL=1`); otherwise every row is met in the main worktree, every operation in one of the
/// other places, and every third cell is without hooks.
///
/// `SKILLSYNC_OPERATION` takes those whose name contains it.
fn run(place: Place) {
    let template = Template::new(place);
    let wanted = std::env::var("SKILLSYNC_OPERATION").unwrap_or_default();
    let full = crate::support::is_full();
    let git = template.git_version();
    let (mut wrong, mut cells, mut left) = (Vec::new(), 0, 0);
    let rows = table::operations().into_iter().filter(|operation| operation.name.contains(&wanted));
    for (number, operation) in rows.enumerate() {
        for (at, case) in operation.cases.iter().enumerate() {
            for hooks in [true, false] {
                if operation.since > git {
                    left += 1;
                    continue;
                }
                let here = place == Place::Main || at == 0 && 1 + number % 4 == place as usize;
                let turn = hooks != (number + at + place as usize).is_multiple_of(3);
                if full || here && turn {
                    cells += 1;
                    if let Err(why) = verdict::judge(&template, case, operation, hooks) {
                        let hooks = if hooks { "with hooks" } else { "without hooks" };
                        let cell = format!("{} ({:?}), {place:?}, {hooks}", operation.name, case.start);
                        // At once, as a run of all cells is long.
                        let _ = writeln!(std::io::stderr(), "=== {cell}\n{why}");
                        wrong.push(cell);
                    }
                }
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "operations: {cells} cells in {place:?}, {left} left out as this git is too old"
    );
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_in_the_documentation_is_this_one() {
    document::check(&table::operations());
}
