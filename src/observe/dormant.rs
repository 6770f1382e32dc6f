//! Which operations were put away: by a reset, a stash, a restore.

use super::ObserveError;
use super::base::pending::{Life, Waiting};
use super::desk::Desk;
use crate::git::work_tree::WorkTree;
use crate::merge::Engine;
use crate::model::pending::{Pending, PendingFact};
use std::collections::BTreeSet;

/// The entries of `pending` that were put away since and have not been mentioned, by their place.
///
/// Of each path only the last operation counts: it stands for those before it.
///
/// # Errors
///
/// When a file or object cannot be read.
pub fn unmentioned(desk: &Desk<'_>, pending: &Pending) -> Result<Vec<usize>, ObserveError> {
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    let waiting = Waiting::new(desk);
    let mut engine = Engine::new(&desk.objects, desk.objects.tools()?);
    let work_tree = WorkTree::new(desk.project, &desk.index)?;
    for (at, entry) in pending.entries.iter().enumerate().rev() {
        let is_last = seen.insert(entry.path().clone());
        let deployed = matches!(entry.fact, PendingFact::Deployed(_));
        if !is_last || !deployed || entry.mentioned || entry.noted_on.is_some() {
            continue;
        }
        // What is not there was removed or left out of a sparse checkout: other things are said of that.
        let Some(content) = work_tree.content(&desk.objects, entry.path())? else { continue };
        if waiting.life(entry, content, &mut engine)? == Life::Dormant {
            found.push(at);
        }
    }
    Ok(found)
}
