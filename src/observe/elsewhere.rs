//! The other work trees of a repository: what was committed there and waits for its record.
//!
//! Whoever holds the lock writes it down along with its own, in one commit of the notes. Nothing
//! that is wrong with another work tree is an error here: its own next command will say so.

use super::desk::Desk;
use super::finalize::{self, Finalization, Noted};
use super::{ObserveError, base::pending};
use crate::git::notes::Notes;
use crate::git::{Repository, refs};
use crate::model::pending::Pending;
use std::path::{Path, PathBuf};

/// Another work tree, and what there is to write down for it.
pub struct Elsewhere {
    /// It.
    pub repository: Repository,
    /// Its facts, and its pending file afterwards.
    pub found: Finalization,
}

/// Whether another work tree has anything pending; one look at each.
pub fn is_pending(project: &Repository) -> bool {
    others(project).iter().any(|git_dir| pending::path(git_dir).exists())
}

/// The other work trees that have something to write down; for the holder of the lock, which
/// guards their pending files too.
pub fn find(project: &Repository, now: &str) -> Vec<Elsewhere> {
    let others = others(project).into_iter().filter(|git_dir| pending::path(git_dir).exists());
    others.filter_map(|git_dir| look(project, &git_dir, now).ok().flatten()).collect()
}

fn look(project: &Repository, git_dir: &Path, now: &str) -> Result<Option<Elsewhere>, ObserveError> {
    let text = std::fs::read_to_string(pending::path(git_dir)).unwrap_or_default();
    let Ok(pending) = Pending::parse(&text) else { return Ok(None) };
    if pending.in_progress().is_some() || !may_be_complete(project, git_dir, &pending)? {
        return Ok(None);
    }
    let Some(folder) = folder_of(project, git_dir) else { return Ok(None) };
    let repository = Repository::open(&folder, project.git())?;
    let is_it = |left: &Path, right: &Path| left.canonicalize().ok() == right.canonicalize().ok();
    if !is_it(repository.git_dir(), git_dir) || repository.in_progress().is_some() {
        return Ok(None);
    }
    let desk = Desk::open(&repository)?;
    let found = finalize::find(&desk, now)?;
    let is_same = found.facts.is_empty() && found.pending == desk.pending;
    drop(desk);
    Ok((!is_same).then_some(Elsewhere { repository, found }))
}

/// Whether anything can have been completed: HEAD has moved, or a note is gone again.
fn may_be_complete(project: &Repository, git_dir: &Path, pending: &Pending) -> Result<bool, ObserveError> {
    let Some(head) = refs::head_of(project, git_dir)? else { return Ok(false) };
    if pending.entries.iter().any(|entry| entry.noted_on.is_none() && entry.head != Some(head)) {
        return Ok(true);
    }
    let notes = Notes::read(project)?;
    let mut noted = Noted::new(&notes);
    for entry in &pending.entries {
        if let Some(commit) = entry.noted_on
            && !noted.says(commit, entry)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The git directories of the other work trees.
fn others(project: &Repository) -> Vec<PathBuf> {
    let common = project.common_dir();
    let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
    let all = linked.map(|entry| entry.path()).chain([common.to_owned()]);
    let own = project.git_dir().canonicalize().ok();
    let mut others: Vec<PathBuf> = all.filter(|git_dir| git_dir.canonicalize().ok() != own).collect();
    others.sort();
    others
}

/// The root of a work tree, as far as it is where it was.
fn folder_of(project: &Repository, git_dir: &Path) -> Option<PathBuf> {
    match std::fs::read_to_string(git_dir.join("gitdir")) {
        Ok(text) => git_dir.join(text.trim_end_matches('\n')).parent().map(Path::to_owned),
        Err(_) => Some(project.common_dir().to_owned()),
    }
    .filter(|folder| folder.is_dir())
}
