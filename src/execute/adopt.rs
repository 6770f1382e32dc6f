//! Records for artifacts that are there already, and of those whose files are let go: onto HEAD's
//! note where they are committed.

use super::integrate::{self, Act, Noting};
use super::lock::Lock;
use super::{ExecuteError, files, records};
use crate::git::trees::TreeReader;
use crate::git::{Objects, Repository};
use crate::model::pending::{Pending, PendingFact};
use crate::model::record::Fact;
use crate::plan::change::Step;

/// Carry out steps that change no file, and note at once what HEAD has.
///
/// The records become pending entries first, so that a crash in between loses none; what is not
/// committed yet stays one. An entry that was noted goes when a later run still sees the note.
///
/// # Errors
///
/// As for [`integrate::run`], and when notes cannot be written.
pub fn run(
    repository: &Repository,
    objects: &Objects,
    pending: &Pending,
    steps: &[Step],
    act: &Act,
) -> Result<(), ExecuteError> {
    integrate::run_for(repository, objects, pending, steps, act, Noting::AtOnce)?;
    let Some(head) = act.head.id else { return Ok(()) };
    let _lock = Lock::take(repository)?;
    // Somebody committed meanwhile: the next run finds the commits that hold the artifacts.
    if repository.head()?.id != Some(head) {
        return Ok(());
    }
    let mut pending = files::read_pending(repository)?;
    let (trees, root) = (TreeReader::new(repository), repository.tree_of(head)?);
    let mut facts = Vec::new();
    for entry in pending.entries.iter_mut().filter(|entry| entry.written_by == act.id) {
        let fact = match &entry.fact {
            PendingFact::Deployed(record) => Fact::Deployed(record.clone()),
            PendingFact::Removed(tombstone) if tombstone.kept => Fact::Removed(tombstone.clone()),
            PendingFact::Removed(_) | PendingFact::Received(_) => continue,
        };
        let Some(here) = trees.at(root, entry.path())? else { continue };
        facts.push((head, fact.at(Some(here.id))));
        entry.noted_on = Some(head);
    }
    if facts.is_empty() {
        return Ok(());
    }
    records::write(repository, &facts)?;
    pending.forget_let_go();
    files::write_pending(repository, &pending)
}
