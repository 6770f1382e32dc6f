//! The commits that somebody stands or stood at: branches, local and remote, and HEAD's reflog.

use super::ObserveError;
use crate::git::{Repository, reflog, refs};
use gix::ObjectId;
use std::collections::HashSet;

/// How many commits are looked at; the newest of the reflog come first, then branches by name.
const MOST: usize = 1000;

/// The commits, each once.
///
/// # Errors
///
/// When refs or the reflog cannot be read.
pub fn find(project: &Repository) -> Result<Vec<ObjectId>, ObserveError> {
    let moves = reflog::moves_of_head(project)?;
    let stood = moves.iter().rev().flat_map(|moved| [moved.new, moved.old]);
    let branches = [refs::below(project, "refs/heads/")?, refs::below(project, "refs/remotes/")?];
    let mut seen = HashSet::new();
    let all = stood.chain(branches.into_iter().flatten());
    Ok(all.filter(|commit| !commit.is_null() && seen.insert(*commit)).take(MOST).collect())
}
