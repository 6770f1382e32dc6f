//! The records of others into ours.

use super::lock::Lock;
use super::{ExecuteError, records};
use crate::git::notes::{NOTES_REF, Notes};
use crate::git::refs::Update;
use crate::git::sharing::Remote;
use crate::git::{Repository, notes_merge};
use crate::session;

/// How often a lost race is run again.
const TRIES: u32 = 60;

/// Notes that a merge would delete, which are more than half of what a side has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MassDeletion {
    /// How many.
    pub lost: usize,
    /// Of how many.
    pub of: usize,
    /// Whether they would be deleted on the remote; else here.
    pub on_the_remote: bool,
}

/// What became of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// The remote has no notes, as far as was seen.
    NothingThere,
    /// All that the remote has is here.
    UpToDate,
    /// So many notes are new or different here.
    Taken(usize),
    /// Nothing was changed: too much would be deleted.
    Refused(MassDeletion),
}

/// Whose loss of most notes stops a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nobody's: it was agreed to.
    Nobody,
    /// That of the notes here.
    Ours,
    /// That of the notes here, and of those on the remote, which will be overwritten next.
    Both,
}

/// Merge what was last seen of a remote's notes into the notes here.
///
/// # Errors
///
/// When notes cannot be read or written, or others keep moving the ref.
pub fn join(repository: &Repository, remote: &Remote, guard: Guard) -> Result<Joined, ExecuteError> {
    // Without the lock nothing is lost, there are only more races to be run again.
    let _lock = Lock::try_take(repository)?;
    let message = format!("merge the records of '{}'", remote.name);
    for attempt in 1..=TRIES {
        records::mend(repository)?;
        let notes = Notes::read(repository)?;
        let Some(theirs) = remote.seen(repository)? else { return Ok(Joined::NothingThere) };
        let Some(ours) = notes.tip() else {
            let taken = notes_merge::count(repository, repository.tree_of(theirs)?)?;
            if notes.move_to(theirs, &message)? == Update::Done {
                records::remember(repository, theirs)?;
                return Ok(Joined::Taken(taken));
            }
            continue;
        };
        if ours == theirs {
            return Ok(Joined::UpToDate);
        }
        let merged = notes_merge::merge(repository, ours, theirs)?;
        let sides = match guard {
            Guard::Nobody => 0,
            Guard::Ours => 1,
            Guard::Both => 2,
        };
        for (side, tip) in [ours, theirs].into_iter().enumerate().take(sides) {
            if let Some(found) = mass_deletion(repository, tip, merged.lost[side])? {
                return Ok(Joined::Refused(MassDeletion { on_the_remote: side == 1, ..found }));
            }
        }
        if repository.is_ancestor(theirs, ours) {
            return Ok(Joined::UpToDate);
        }
        let joined = if repository.is_ancestor(ours, theirs) {
            (notes.move_to(theirs, &message)? == Update::Done).then_some(theirs)
        } else {
            notes.commit(merged.tree, [ours, theirs], &message)?
        };
        if let Some(commit) = joined {
            records::remember(repository, commit)?;
            return Ok(Joined::Taken(merged.changed));
        }
        std::thread::sleep(session::back_off(attempt));
    }
    Err(ExecuteError::Contended(NOTES_REF.to_owned()))
}

/// Whether so many notes are more than half of those at a commit; they are counted only if any is
/// lost, as that reads all folders.
fn mass_deletion(
    repository: &Repository,
    tip: gix::ObjectId,
    lost: usize,
) -> Result<Option<MassDeletion>, ExecuteError> {
    if lost == 0 {
        return Ok(None);
    }
    let of = notes_merge::count(repository, repository.tree_of(tip)?)?;
    Ok((2 * lost > of).then_some(MassDeletion { lost, of, on_the_remote: false }))
}
