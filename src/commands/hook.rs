//! `git skillsync hook EVENT`: what the git hooks call. It never fails a git command.

use super::shared;
use crate::error::Error;
use crate::exit::Exit;
use crate::git::config;
use crate::model::hook::HookEvent;
use crate::report::Report;
use crate::request::Status;
use crate::session::{Session, SessionError};

/// Run the command; whatever goes wrong is left to the next command.
pub fn run(session: &Session, event: &str, args: &[String]) -> Result<Report, Error> {
    let Some(event) = HookEvent::from_word(event) else {
        return Err(SessionError::BadValue { key: "EVENT".into(), value: event.to_owned() }.into());
    };
    if session.nested {
        return Ok(Report::data(""));
    }
    Ok(attend(session, event, args).unwrap_or_else(|_| Report::data("")))
}

fn attend(session: &Session, event: HookEvent, args: &[String]) -> Result<Report, Error> {
    let project = session.project()?;
    shared::reconcile_if_free(session, &project)?;
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
