//! What a hook's worker does: records are written, and where it is wanted, artifacts are pulled or
//! pushed. Only what nobody has to look at.

use super::pull;
use super::push as push_command;
use super::reconcile::{self, Mention};
use super::shared;
use super::status;
use crate::error::Error;
use crate::execute::lock::Lock;
use crate::execute::records;
use crate::exit::Exit;
use crate::git::Repository;
use crate::model::hook::HookEvent;
use crate::model::oid::ObjectId;
use crate::model::outcome::Status as Outcome;
use crate::observe::rewritten;
use crate::report::{Form, Report};
use crate::request::{Commit, OnCheckout, Pull, Push, Resolve, Started, Status};
use crate::session::{self, Session};

/// Let the records follow commits that git rewrote: lines of old and new id.
pub fn follow(session: &Session, input: &str) -> Result<(), Error> {
    let id = |word: Option<&str>| word.and_then(|word| ObjectId::from_hex(word.as_bytes()).ok());
    let pair = |line: &str| {
        let mut words = line.split_whitespace();
        Some((id(words.next())?, id(words.next())?))
    };
    let pairs: Vec<_> = input.lines().filter_map(pair).collect();
    let project = session.project()?;
    let Some(_lock) = Lock::try_take(&project)? else { return Ok(()) };
    records::write(&project, &rewritten::find(&project, &pairs)?)?;
    Ok(())
}

/// Write down what was committed, and after a switch do what is wanted.
pub fn attend(session: &Session, event: HookEvent, args: &[String]) -> Result<Report, Error> {
    let project = session.project()?;
    reconcile::if_free(session, &project, Mention::Never)?;
    let switched = event == HookEvent::PostCheckout && args.get(2).is_some_and(|flag| flag == "1");
    let wanted = session::on_checkout(&project);
    if !switched || wanted == OnCheckout::Off || project.in_progress().is_some() {
        return Ok(Report::data(""));
    }
    let pulled = match wanted {
        OnCheckout::Pull => pull(session, &project).unwrap_or(0),
        OnCheckout::Status | OnCheckout::Off => 0,
    };
    let artifacts =
        |count: usize| if count == 1 { "1 artifact".to_owned() } else { format!("{count} artifacts") };
    let line = match (pulled, needing_attention(session)?) {
        (0, 0) => return Ok(Report::data("")),
        (pulled, 0) => format!("pulled {}, see 'git skillsync log'", artifacts(pulled)),
        (0, 1) => "1 artifact needs attention, see 'git skillsync status'".to_owned(),
        (0, many) => format!("{many} artifacts need attention, see 'git skillsync status'"),
        (pulled, many) => {
            format!("pulled {}, {many} to attend to, see 'git skillsync status'", artifacts(pulled))
        }
    };
    Ok(Report::data("").with(format!("skillsync: {line}\n"), Exit::Done))
}

/// How many artifacts need attention, as far as it is known without the network.
fn needing_attention(session: &Session) -> Result<usize, Error> {
    let request = Status { porcelain: true, ..Status::default() };
    Ok(status::run(session, &request, Form::default(), "status")?.stdout.lines().count())
}

/// Take in what merges cleanly into artifacts that nobody has changed since the last commit; from what
/// is on this machine already. How many it were.
fn pull(session: &Session, project: &Repository) -> Result<usize, Error> {
    if !shared::is_at_hand(session, project)? || session.uses_foreign_index(project) {
        return Ok(0);
    }
    let request = Pull {
        artifacts: Vec::new(),
        strategy: None,
        resolve: None,
        base: None,
        dry_run: false,
        commit: Commit::default(),
        atomic: false,
        prune: false,
        rename: false,
        force: false,
        yes: false,
        no_fetch: true,
        time_budget: None,
        started: Started::Unattended("post-checkout".into()),
    };
    let results = pull::results(session, &request, "pull", Resolve::Abort, Form::default())?;
    let taken = |status: Outcome| matches!(status, Outcome::Updated | Outcome::Merged);
    Ok(results.outcomes.iter().filter(|outcome| taken(outcome.step.status)).count())
}

/// Push what was committed; nobody waits, and nobody reads what is said.
pub fn push(session: &Session) -> Result<(), Error> {
    let project = session.project()?;
    if !session::pushes_commits(&project) || project.in_progress().is_some() {
        return Ok(());
    }
    let request = Push {
        artifacts: Vec::new(),
        branch: None,
        message: None,
        work_tree: false,
        strategy: None,
        resolve: None,
        new: false,
        delete: false,
        only_ahead: false,
        allow_rewind: false,
        yes: false,
        verify: true,
        dry_run: false,
        started: Started::Unattended("post-commit".into()),
    };
    push_command::results(session, &request, "push", Form::default()).map(drop)
}
