//! `git skillsync sync`: push what only the project changed, then pull.

use super::{pull, push};
use crate::error::Error;
use crate::report::results::{Outcome, report};
use crate::report::{Form, Report};
use crate::request::{Commit, Pull, Push, Resolve, Started, Sync};
use crate::session::Session;
use std::collections::BTreeMap;

/// Run the command.
pub fn run(session: &Session, request: &Sync, form: Form) -> Result<Report, Error> {
    let Sync { artifacts, commit, time_budget } = request;
    let send = Push {
        artifacts: artifacts.clone(),
        branch: None,
        message: None,
        work_tree: false,
        strategy: None,
        resolve: None,
        new: false,
        delete: false,
        only_ahead: true,
        allow_rewind: false,
        yes: false,
        verify: true,
        dry_run: false,
        started: Started::Command,
    };
    let take = Pull {
        base: None,
        artifacts: artifacts.clone(),
        strategy: None,
        resolve: None,
        dry_run: false,
        commit: Commit { wanted: *commit, message: None },
        atomic: false,
        prune: false,
        rename: false,
        force: false,
        yes: false,
        no_fetch: false,
        time_budget: *time_budget,
        started: Started::Command,
    };
    // A push is one commit, so it is one step.
    let pushed = match session.is_up(*time_budget) {
        true => None,
        false => Some(push::results(session, &send, "sync", form)?),
    };
    let mut results = pull::results(session, &take, "sync", Resolve::Abort, form)?;
    if let Some(pushed) = pushed {
        results.outcomes = joined([("push", pushed.outcomes), ("pull", results.outcomes)]);
        results.warnings = pushed.warnings + &results.warnings;
        results.next = results.next.or(pushed.next);
    }
    if *commit && !session.is_up(*time_budget) {
        let again = push::results(session, &send, "sync", form)?;
        results.outcomes = joined([("pull", results.outcomes), ("push", again.outcomes)]);
        results.next = again.next.or(results.next);
    }
    Ok(report(&results, form))
}

/// What happened to each path, in order; that nothing happened is said once, if nothing did.
fn joined(parts: [(&'static str, Vec<Outcome>); 2]) -> Vec<Outcome> {
    let mut by_path: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for (direction, outcomes) in parts {
        for mut outcome in outcomes {
            outcome.direction.get_or_insert(direction);
            by_path.entry(outcome.step.path.to_string()).or_default().push(outcome);
        }
    }
    let quiet = |outcome: &Outcome| outcome.step.status == crate::model::outcome::Status::UpToDate;
    let mut all = Vec::new();
    for (_, outcomes) in by_path {
        let (idle, busy): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(quiet);
        if busy.is_empty() { all.extend(idle.into_iter().take(1)) } else { all.extend(busy) }
    }
    all
}
