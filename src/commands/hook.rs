//! `git skillsync hook EVENT`: what the git hooks call. It never fails a git command.

use super::reconcile::{self, Mention};
use crate::error::Error;
use crate::execute::files::Lock;
use crate::execute::records;
use crate::exit::Exit;
use crate::git::config;
use crate::model::hook::HookEvent;
use crate::model::oid::ObjectId;
use crate::observe::rewritten;
use crate::report::Report;
use crate::request::Status;
use crate::session::{Session, SessionError};

/// Run the command; whatever goes wrong is left to the next command.
///
/// `input` reads what git passes on standard input; only `post-rewrite` gets anything.
pub fn run(
    session: &Session,
    event: &str,
    args: &[String],
    input: impl FnOnce() -> String,
) -> Result<Report, Error> {
    let Some(event) = HookEvent::from_word(event) else {
        return Err(SessionError::BadValue { key: "EVENT".into(), value: event.to_owned() }.into());
    };
    if session.nested {
        return Ok(Report::data(""));
    }
    if event == HookEvent::PostRewrite {
        // What cannot be carried over is found again by content.
        let _ = follow(session, &input());
    }
    Ok(attend(session, event, args).unwrap_or_else(|_| Report::data("")))
}

/// Let the records follow commits that git rewrote: lines of old and new id.
fn follow(session: &Session, input: &str) -> Result<(), Error> {
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

fn attend(session: &Session, event: HookEvent, args: &[String]) -> Result<Report, Error> {
    let project = session.project()?;
    reconcile::if_free(session, &project, Mention::Never)?;
    let switched = event == HookEvent::PostCheckout && args.get(2).is_some_and(|flag| flag == "1");
    let wanted = config::string(&project, "skillsync.onCheckout");
    if !switched || wanted.is_some_and(|wanted| wanted != "status") || project.in_progress().is_some() {
        return Ok(Report::data(""));
    }
    let request = Status {
        artifacts: Vec::new(),
        porcelain: true,
        exit_code: false,
        fetch: false,
        project: None,
        available: false,
    };
    let report = super::status::run(session, &request, crate::report::Form::default(), "status")?;
    let count = report.stdout.lines().count();
    let line = match count {
        0 => return Ok(Report::data("")),
        1 => "skillsync: 1 artifact needs attention, see 'git skillsync status'\n".to_owned(),
        many => format!("skillsync: {many} artifacts need attention, see 'git skillsync status'\n"),
    };
    Ok(Report::data("").with(line, Exit::Done))
}
