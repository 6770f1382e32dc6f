//! Before anything is written: an interrupted operation is recovered, and what has been committed
//! since the last look gets its record.

use super::migrate;
use crate::error::Error;
use crate::execute::files;
use crate::execute::lock::{self, Lock};
use crate::execute::recover::{self, Recovery};
use crate::execute::state_file::{self as state, SetAside};
use crate::execute::{ExecuteError, folder, hook_marker, records};
use crate::git::index::Index;
use crate::git::notes::NOTES_REF;
use crate::git::state_file::{self, StateTrouble};
use crate::git::{Repository, refs};
use crate::model::oid::ObjectId;
use crate::model::pending::{Pending, PendingError};
use crate::model::state_file::{FileRecords, RecordStore};
use crate::observe::desk::Desk;
use crate::observe::placements;
use crate::observe::{carried, dormant, elsewhere, finalize, folder as look, rewritten};
use crate::report::failure::{hint_line, warning};
use crate::session::{self, Session};

/// Whether a pull that was put away is mentioned. It is once, so not where nobody would read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// Unless it was before.
    Once,
    /// Somebody else will.
    Never,
}

/// Recover an interrupted operation and finalize what has been committed; at the start of every
/// command that writes. Returns warnings.
pub fn before_writing(session: &Session, project: &Repository) -> Result<String, Error> {
    reconcile(session, project, Mention::Once)
}

/// The same with nothing said of what was put away: after a commit that the command made, and where
/// it is what the command is about.
pub fn quietly(session: &Session, project: &Repository) -> Result<String, Error> {
    reconcile(session, project, Mention::Never)
}

fn reconcile(session: &Session, project: &Repository, mention: Mention) -> Result<String, Error> {
    let mut warnings = String::new();
    session::record_store(project)?;
    if is_needed(project) || elsewhere::is_pending(project) {
        let lock = Lock::take(project)?;
        warnings = locked(session, project, mention, &lock)?;
    }
    // What cannot be written down now is found again by content, or by the next command.
    let _ = follow_amended(project, || Lock::take(project).map(Some));
    Ok(warnings)
}

/// Whether there is anything to look at in this work tree, told by what files there are.
fn is_needed(project: &Repository) -> bool {
    files::pending_path(project).exists()
        || !project.is_git()
        || state_file::path(project).exists() && is_filed(project)
        || project.former_folder().is_some()
        || lock::is_left(project)
}

/// Whether the state file holds what belongs elsewhere, or is damaged.
fn is_filed(project: &Repository) -> bool {
    let found = state_file::read_records(project);
    let moves = session::record_store(project).unwrap_or_default() != RecordStore::File;
    moves && are_tracked(project, &found.records).unwrap_or(true)
        || matches!(found.trouble, Some(StateTrouble::Damaged { .. }))
}

/// Whether the state file holds records of what is tracked: those of what git ignores belong there.
pub fn has_filed(project: &Repository) -> Result<bool, Error> {
    are_tracked(project, &state_file::read_records(project).records)
}

fn are_tracked(project: &Repository, records: &FileRecords) -> Result<bool, Error> {
    if records.is_empty() {
        return Ok(false);
    }
    let index = Index::read(project)?;
    Ok(records.facts().any(|fact| !index.lines(fact.path()).is_empty()))
}

/// What a command in a folder outside git has left is taken in at once: there is no commit to wait for.
pub fn settle(session: &Session) -> Result<String, Error> {
    match session.worked_in_folder() {
        true => if_free(session, &session.project()?, Mention::Never),
        false => Ok(String::new()),
    }
}

/// The same after a commit of our own, with the records carried to it.
///
/// Not at the start of every command: one that is refused or has nothing to do changes nothing.
pub fn after_commit(session: &Session, project: &Repository) -> Result<(), Error> {
    quietly(session, project)?;
    let _ = carry_to_head(project);
    Ok(())
}

/// Let records follow the commits that were amended where no hook was called: by a tool that calls
/// none, or because none is installed. HEAD's reflog has them all.
fn follow_amended(
    project: &Repository,
    lock: impl FnOnce() -> Result<Option<Lock>, ExecuteError>,
) -> Result<(), Error> {
    if refs::read(project, NOTES_REF)?.is_none() {
        return Ok(());
    }
    let facts = rewritten::find(project, &rewritten::amended(project)?)?;
    if !facts.is_empty()
        && let Some(_lock) = lock()?
    {
        records::write(project, &facts)?;
    }
    Ok(())
}

/// [`carry`] to what is checked out.
pub fn carry_to_head(project: &Repository) -> Result<(), Error> {
    let Some(head) = project.head()?.id else { return Ok(()) };
    carry(project, &[head])
}

/// Note on these commits, which are about to be published or to be left, the records that count
/// there, so that the contents are known wherever a server puts them.
pub fn carry(project: &Repository, tips: &[ObjectId]) -> Result<(), Error> {
    if refs::read(project, NOTES_REF)?.is_none() {
        return Ok(());
    }
    let facts = carried::find(project, tips)?;
    if facts.is_empty() {
        return Ok(());
    }
    let _lock = Lock::take(project)?;
    Ok(records::write(project, &facts)?)
}

/// The same for readers and hooks: only if the lock is free at once and the disk can be written.
pub fn if_free(session: &Session, project: &Repository, mention: Mention) -> Result<String, Error> {
    let may_write = session.optional_locks && !session.uses_foreign_index(project);
    if may_write && project.is_git() {
        hook_marker::keep(project, session::pushes_commits(project));
    }
    if !may_write || project.in_progress().is_some() {
        return Ok(String::new());
    }
    let warnings = finalize_if_free(session, project, mention)?;
    // A reader may find the disk read-only; then the content is all there is.
    let _ = follow_amended(project, || Lock::try_take(project));
    Ok(warnings)
}

fn finalize_if_free(session: &Session, project: &Repository, mention: Mention) -> Result<String, Error> {
    if !is_needed(project) {
        return Ok(String::new());
    }
    match Lock::try_take(project) {
        Ok(Some(lock)) => match locked(session, project, mention, &lock) {
            // A reader may find the disk read-only; then it computes with what is pending.
            Err(Error::Execute(
                ExecuteError::Write { .. } | ExecuteError::Git(_) | ExecuteError::StateRefused { .. },
            )) => Ok(String::new()),
            done => done,
        },
        Ok(None) | Err(_) => Ok(String::new()),
    }
}

fn locked(session: &Session, project: &Repository, mention: Mention, lock: &Lock) -> Result<String, Error> {
    let mut warnings = set_aside(&state::heal(project)?);
    let desk = Desk::open(project)?;
    match &desk.trouble {
        Some(PendingError::TooNew(_)) => return Err(Error::PendingTooNew(files::pending_path(project))),
        Some(trouble) => {
            let aside = files::set_pending_aside(project, &session.new_id())?;
            let aside = aside.display();
            warnings +=
                &warning(&format!("the pending file was damaged ({trouble}) and is kept as '{aside}'"));
            return Ok(warnings);
        }
        None => {}
    }
    match recover::recover(project, &desk.objects)? {
        Recovery::Nothing => {}
        Recovery::Completed(id) => warnings += &warning(&format!("completed the interrupted operation {id}")),
        Recovery::TakenBack { operation, left } => {
            warnings += &warning(&format!("took back the interrupted operation {operation}"));
            for path in left {
                warnings += &warning(&format!("'{path}' was edited since and left alone"));
            }
        }
    }
    if session::record_store(project)? == RecordStore::File {
        state::check(project)?;
    }
    if !project.is_git() {
        folder::snapshot(project, &look::artifacts(project, &session::targets(project)?)?)?;
    }
    let desk = Desk::open(project)?;
    let mut found = finalize::find(&desk, &session.now())?;
    // Who holds the lock writes for all work trees: those who come after find their work done.
    let others = elsewhere::find(project, &session.now());
    if session::record_store(project)? == RecordStore::File {
        // Every work tree has a file of its own.
        records::write(project, &found.facts)?;
        for other in &others {
            records::write(&other.repository, &other.found.facts)?;
        }
    } else {
        let facts = others.iter().flat_map(|other| &other.found.facts).chain(&found.facts);
        records::write(project, &facts.cloned().collect::<Vec<_>>())?;
    }
    if mention == Mention::Once {
        warnings += &put_away(&desk, &mut found.pending)?;
    }
    if found.pending != desk.pending {
        files::write_pending(project, &found.pending)?;
    }
    for other in others {
        // What is not written there is found again by its own next command.
        let _ = files::write_pending(&other.repository, &other.found.pending);
    }
    migrate::to_notes(session, project, lock)?;
    Ok(warnings)
}

/// What to say of damaged files that were put aside.
fn set_aside(all: &[SetAside]) -> String {
    let say = |one: &SetAside| {
        let (path, aside) = (one.path.display(), one.aside.display());
        let instead = if one.previous { "; the one before it is used" } else { "" };
        let reason = &one.reason;
        warning(&format!(
            "the state file '{path}' cannot be used: {reason}; it is kept as '{aside}'{instead}"
        ))
    };
    all.iter().map(say).collect()
}

/// What to say of the operations whose result was put away, each once.
fn put_away(desk: &Desk<'_>, pending: &mut Pending) -> Result<String, Error> {
    let mut text = String::new();
    for at in dormant::unmentioned(desk, pending)? {
        let entry = &mut pending.entries[at];
        entry.mentioned = true;
        let name = placements::named_by(desk.project, entry).name;
        text += &hint_line(&format!(
            "what was pulled of {name} was put away; it counts again when its content is back, and \
             'git skillsync abort {name}' forgets it"
        ));
    }
    Ok(text)
}
