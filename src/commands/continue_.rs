//! `git skillsync continue`: finishes a pull that left conflicts.

use super::{reconcile, shared};
use crate::error::Error;
use crate::execute::files;
use crate::execute::lock::Lock;
use crate::exit::Exit;
use crate::git::trees::TreeReader;
use crate::git::work_tree::WorkTree;
use crate::model::path::RepoPath;
use crate::model::pending::Pending;
use crate::observe::base::pending::Waiting;
use crate::observe::desk::Desk;
use crate::report::failure::hint_line;
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::json;

/// Run the command.
pub fn run(session: &Session, commit: bool, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    shared::guard(session, &project, false)?;
    let warnings = reconcile::before_writing(session, &project)?;
    let (paths, pending) = {
        let _lock = Lock::take(&project)?;
        let desk = Desk::open(&project)?;
        let paths = stage(&desk)?;
        let pending = resolved(&desk.pending);
        files::write_pending(&project, &pending)?;
        (paths, pending)
    };
    let waiting: Vec<RepoPath> = pending
        .entries
        .iter()
        .filter(|entry| entry.noted_on.is_none())
        .map(|entry| entry.path().clone())
        .collect();
    if waiting.is_empty() {
        return Err(Error::NothingPending);
    }
    let decided = is_decision_only(&Desk::open(&project)?, &waiting)?;
    if commit {
        shared::commit_with_message_file(&project, &waiting)?;
        reconcile::after_commit(session, &project)?;
    }
    let names: Vec<&str> = paths.iter().map(RepoPath::as_str).collect();
    if form.json {
        let fields = json!({"staged": names, "committed": commit});
        return Ok(Report::json("continue", fields).with(warnings, Exit::Done));
    }
    let text: String = names.iter().map(|path| format!("{path}: resolved\n")).collect();
    let hint = match (commit || !project.is_git(), decided) {
        (true, _) => String::new(),
        (false, true) => {
            hint_line("nothing differs from HEAD; 'git commit --allow-empty' records the decision")
        }
        (false, false) => hint_line("'git commit' commits the result"),
    };
    Ok(Report::data(if form.quiet { String::new() } else { text }).with(warnings + &hint, Exit::Done))
}

/// Stage the files that had conflicts, once none of them holds markers any more.
fn stage(desk: &Desk<'_>) -> Result<Vec<RepoPath>, Error> {
    let waiting = Waiting::new(desk);
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    let mut paths = Vec::new();
    for path in waiting.paths() {
        for entry in waiting.entries(&path).filter(|entry| !entry.conflicts.is_empty()) {
            if let Some(content) = work_tree.content(&desk.objects, &path)?
                && waiting.has_markers(entry, content)?
            {
                return Err(Error::Unresolved(path.to_string()));
            }
            if !paths.contains(&path) {
                paths.push(path.clone());
            }
        }
    }
    let unmerged = paths.iter().flat_map(|path| desk.index.unmerged(path));
    let names: Vec<String> = unmerged.map(|name| format!(":(top,literal){name}")).collect();
    if !names.is_empty() {
        // In a store of ours stands also what git ignores.
        let force = if desk.project.is_git() { None } else { Some("--force") };
        let call = desk.project.call().args(["add", "--all"]).args(force).args(["--"]).args(names);
        call.run().map_err(|error| Error::Git(error.into()))?;
    }
    Ok(paths)
}

/// The pending file with every conflict witnessed as resolved.
fn resolved(pending: &Pending) -> Pending {
    let mut pending = pending.clone();
    for entry in pending.entries.iter_mut().filter(|entry| entry.noted_on.is_none()) {
        entry.resolved = true;
    }
    pending
}

/// Whether everything was resolved to what HEAD has: then there is a decision to commit, but no change.
fn is_decision_only(desk: &Desk<'_>, paths: &[RepoPath]) -> Result<bool, Error> {
    let tree = desk.head.id.map(|head| desk.project.tree_of(head)).transpose()?;
    let Some(tree) = tree else { return Ok(false) };
    let trees = TreeReader::new(desk.project);
    for path in paths {
        if trees.at(tree, path)? != desk.index.content(&desk.objects, path)? {
            return Ok(false);
        }
    }
    Ok(true)
}
