//! `git skillsync notes`: the records, shared with a remote.

use super::{notes_show, outside, reconcile};
use crate::error::Error;
use crate::execute::ExecuteError;
use crate::execute::sharing::{self, Guard, Joined, MassDeletion};
use crate::exit::Exit;
use crate::git::Repository;
use crate::git::notes::{NOTES_REF, Notes};
use crate::git::remote::Pushed;
use crate::git::sharing::Remote;
use crate::observe::remotes;
use crate::report::failure::hint_line;
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::request::{self, NotesAction, Share};
use crate::session::{self, Session};
use crate::terminal;
use serde_json::json;

/// How often a push that lost the race is run again.
const TRIES: u32 = 8;

/// How sharing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shared {
    /// Neither side has any record.
    Nothing,
    /// Nothing had to be done.
    UpToDate,
    /// Records of the remote came here: so many notes.
    Taken(usize),
    /// The records here went to the remote, after so many notes had come from there.
    Pushed(usize),
    /// The merge would delete most notes of a side; nothing was changed.
    WouldDelete(MassDeletion),
    /// The remote does not take the records; they are kept here.
    Refused(String),
}

/// Run the command.
pub fn run(session: &Session, request: &request::Notes, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let share = match request {
        request::Notes::Show(revision) => {
            return notes_show::run(session, &project, revision.as_deref(), form);
        }
        request::Notes::Share(share) => share,
    };
    outside::git_only(&project)?;
    let name = remotes::chosen(&project, share.remote.as_deref())?;
    let remote = Remote { name, may_ask: session.may_ask };
    let mut warnings = String::new();
    // In the middle of a rebase nothing is finished; what is recorded can be shared all the same.
    if project.in_progress().is_none() && !session.uses_foreign_index(&project) {
        warnings = reconcile::before_writing(session, &project)?;
    }
    if share.action == NotesAction::Push {
        // What cannot be carried is published without.
        let _ = reconcile::carry_to_head(&project);
    }
    if share.action == NotesAction::Fetch {
        remote.fetch(&project)?;
    }
    let mut shared = attempt(&project, &remote, share, share.yes)?;
    if let Shared::WouldDelete(found) = &shared
        && session.may_ask
        && terminal::confirm(&format!("{}; go on?", would_delete(found, &remote)))
    {
        shared = attempt(&project, &remote, share, true)?;
    }
    let report = report(&project, &remote, share.action, &shared, form)?;
    Ok(Report { stderr: warnings + &report.stderr, ..report })
}

fn attempt(project: &Repository, remote: &Remote, share: &Share, agreed: bool) -> Result<Shared, Error> {
    if share.action == NotesAction::Push {
        return publish(project, remote, if agreed { Guard::Nobody } else { Guard::Both });
    }
    let guard = if agreed { Guard::Nobody } else { Guard::Ours };
    Ok(match sharing::join(project, remote, guard)? {
        Joined::NothingThere => Shared::Nothing,
        Joined::UpToDate => Shared::UpToDate,
        Joined::Taken(notes) => Shared::Taken(notes),
        Joined::Refused(found) => Shared::WouldDelete(found),
    })
}

/// Push the records: what the remote has is merged first, and again whenever somebody was quicker.
pub fn publish(project: &Repository, remote: &Remote, guard: Guard) -> Result<Shared, Error> {
    let mut taken = 0;
    for attempt in 1..=TRIES {
        remote.fetch_what_push_meets(project)?;
        match sharing::join(project, remote, guard)? {
            Joined::Refused(found) => return Ok(Shared::WouldDelete(found)),
            Joined::Taken(notes) => taken += notes,
            Joined::NothingThere | Joined::UpToDate => {}
        }
        let Some(tip) = Notes::read(project)?.tip() else { return Ok(Shared::Nothing) };
        if remote.seen(project)? == Some(tip) {
            return Ok(if taken == 0 { Shared::UpToDate } else { Shared::Taken(taken) });
        }
        match remote.push(project, tip)? {
            Pushed::Done => return Ok(Shared::Pushed(taken)),
            Pushed::Refused(reason) => return Ok(Shared::Refused(reason)),
            Pushed::Moved => std::thread::sleep(session::back_off(4 * attempt)),
        }
    }
    Err(ExecuteError::Contended(format!("{NOTES_REF}' on '{}", remote.name)).into())
}

/// What a merge would delete, for people.
pub fn would_delete(found: &MassDeletion, remote: &Remote) -> String {
    let MassDeletion { lost, of, on_the_remote } = found;
    match on_the_remote {
        true => format!("{lost} of {of} notes on '{}' would be deleted", remote.name),
        false => format!("{lost} of {of} notes here would be deleted, as they were on '{}'", remote.name),
    }
}

fn report(
    project: &Repository,
    remote: &Remote,
    action: NotesAction,
    shared: &Shared,
    form: Form,
) -> Result<Report, Error> {
    let exit = Exit::attention_if(matches!(shared, Shared::WouldDelete(_) | Shared::Refused(_)));
    let trouble = trouble(remote, shared);
    if form.json {
        let (status, taken) = match shared {
            Shared::Nothing => ("no_records", 0),
            Shared::UpToDate => ("up_to_date", 0),
            Shared::Taken(notes) => ("merged", *notes),
            Shared::Pushed(notes) => ("pushed", *notes),
            Shared::WouldDelete(_) => ("would_delete", 0),
            Shared::Refused(_) => ("refused", 0),
        };
        let id = |tip: Option<crate::model::oid::ObjectId>| tip.map(|tip| tip.to_string());
        let reason = trouble.map(|(reason, _)| reason);
        let fields = json!({"remote": remote.name, "status": status, "notes_taken": taken, "reason": reason,
            "notes": id(Notes::read(project)?.tip()), "remote_notes": id(remote.seen(project)?)});
        return Ok(Report::json(&format!("notes {}", action.as_str()), fields).with("", exit));
    }
    if let Some((reason, hint)) = trouble {
        return Ok(Report::data("").with(format!("error: {}\n", escape(reason)) + &hint_line(&hint), exit));
    }
    let name = escape(&remote.name);
    let took =
        |notes: usize| format!("took {notes} {} from '{name}'", if notes == 1 { "note" } else { "notes" });
    let line = match shared {
        Shared::Nothing if action == NotesAction::Push => "there are no records to push".to_owned(),
        Shared::Nothing => format!("'{name}' has no records"),
        Shared::Taken(notes) => took(*notes),
        Shared::Pushed(0) => format!("pushed the records to '{name}'"),
        Shared::Pushed(notes) => format!("{} and pushed the records", took(*notes)),
        _ => format!("up to date with '{name}'"),
    };
    Ok(if form.quiet { Report::data("") } else { Report::line(line) })
}

/// What went wrong, with the way out.
fn trouble(remote: &Remote, shared: &Shared) -> Option<(String, String)> {
    match shared {
        Shared::WouldDelete(found) => {
            let look = format!("'git log -p {}' shows what was done", remote.tracking_ref());
            let look = if found.on_the_remote {
                format!("'git log -p {NOTES_REF}' shows what was done")
            } else {
                look
            };
            Some((would_delete(found, remote), format!("{look}; '--yes' goes on")))
        }
        Shared::Refused(reason) => Some((
            format!("'{}' does not take the records: {reason}", remote.name),
            format!("they are kept here; the remote has to allow '{NOTES_REF}'"),
        )),
        _ => None,
    }
}
