//! `git skillsync doctor`: what is wrong with a project, and mending what can be mended.

use super::{hooks, reconcile};
use crate::error::Error;
use crate::execute::doctor as mend;
use crate::execute::lock::Lock;
use crate::execute::prune_log::{self, Pruned};
use crate::git::Repository;
use crate::model::health::{Finding, Fix, Standing};
use crate::observe;
use crate::plan;
use crate::report::doctor::{Diagnosis, report};
use crate::report::failure::warning;
use crate::report::{Form, Report};
use crate::request::Doctor;
use crate::session::Session;

/// Run the command.
pub fn run(session: &Session, request: Doctor, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let pruned = request.prune_log.map(|days| prune_log(session, &project, days)).transpose()?;
    let (found, bases) = look(session, &project, request)?;
    if !request.fix {
        let (mended, warnings) = <_>::default();
        return Ok(report(&Diagnosis { findings: found, mended, bases, pruned, warnings }, form));
    }
    let mut warnings = String::new();
    let mut tried: Vec<&Fix> = Vec::new();
    for finding in &found {
        let Some(fix) = finding.fix.as_ref().filter(|fix| !tried.contains(fix)) else { continue };
        tried.push(fix);
        warnings += &match apply(session, fix) {
            Ok(said) => said,
            Err(error) => warning(&format!("not mended: {}: {error}", finding.what)),
        };
    }
    // What was read before is out of date.
    let (left, bases) = look(session, &session.project()?, request)?;
    let is_left =
        |finding: &Finding| left.iter().any(|other| other.id == finding.id && other.fix == finding.fix);
    let mended = found.into_iter().filter(|finding| finding.fix.is_some() && !is_left(finding)).collect();
    Ok(report(&Diagnosis { findings: left, mended, bases, pruned, warnings }, form))
}

fn look(
    session: &Session,
    project: &Repository,
    request: Doctor,
) -> Result<(Vec<Finding>, Vec<Standing>), Error> {
    let in_format = |repository| {
        super::formats::in_format_of(session, project, repository).map_err(|error| error.to_string())
    };
    let mut facts = observe::doctor::look(session, project, request.verify, &in_format)?;
    // Nobody commits outside of git, so that no hook is missing there.
    if project.is_git() {
        facts.hooks = hooks::standing(session, project)?;
    }
    Ok((plan::doctor::judge(&facts), facts.bases))
}

/// Drop old operations. What has been committed gets its record first: then nothing waits for it.
fn prune_log(session: &Session, project: &Repository, days: u32) -> Result<Pruned, Error> {
    reconcile::if_free(session, project, reconcile::Mention::Never)?;
    let _lock = Lock::take(project)?;
    Ok(prune_log::prune(project, &project.objects(), &session.days_ago(days))?)
}

fn apply(session: &Session, fix: &Fix) -> Result<String, Error> {
    let project = session.project()?;
    match fix {
        Fix::InstallHooks => hooks::install_quietly(session, &project),
        Fix::Reconcile => reconcile::if_free(session, &project, reconcile::Mention::Never),
        Fix::Carry(record) => {
            let _lock = Lock::take(&project)?;
            Ok(mend::carry(&project, record).map(|()| String::new())?)
        }
        Fix::RemoveLock(path) | Fix::DropCache(path) => Ok(mend::remove(path).map(|()| String::new())?),
    }
}
