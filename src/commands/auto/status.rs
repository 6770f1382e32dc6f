//! `auto status`: how auto-sync is configured, and how it went.

use super::{configured, files, runs};
use crate::error::Error;
use crate::model::trigger::Trigger;
use crate::report::auto::{self, Standing};
use crate::report::{Form, Report};
use crate::session::{self, Session};

/// Run the command.
pub fn run(session: &Session, line: bool, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let statistics = runs::statistics(&project);
    let root = project.work_dir().unwrap_or(project.git_dir());
    let mut settings = Vec::new();
    for trigger in Trigger::ALL {
        settings.push(configured::settings(&project, trigger)?);
    }
    let now = session.milliseconds();
    let next_try = statistics.next_try.filter(|time| *time > now).map(session::time_of);
    let standing = Standing { settings, files: files::standing(root), statistics, next_try };
    Ok(if line && !form.json { auto::standing_line(&standing) } else { auto::standing(&standing, form) })
}
