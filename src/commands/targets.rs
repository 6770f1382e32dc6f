//! `git skillsync targets`: how the last sync of each target went, and what has changed since.

use super::outcomes;
use super::shared::{self, Fetch};
use crate::error::Error;
use crate::execute::state_file;
use crate::git::work_tree::WorkTree;
use crate::model::deployed::Placement;
use crate::model::path::RepoPath;
use crate::model::state_file::{StateFile, TargetState};
use crate::observe::observer::Observer;
use crate::report::targets::{Row, report};
use crate::report::{Form, Report};
use crate::session::{self, Session};
use std::collections::{BTreeMap, BTreeSet};

/// Run the command; `clear` forgets what is known of a target.
pub fn run(session: &Session, clear: Option<&str>, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    if let Some(name) = clear {
        let name = session::target(name)?.name;
        state_file::update(&project, |state: &mut StateFile| drop(state.targets.remove(name)))?;
    }
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    let warnings = shared::troubles(&scene, &evidence);
    let placements = Observer::new(&scene, &evidence)?.placements()?;
    shared::keep_caches(&scene);
    let state = crate::git::state_file::read(&project).state;
    let mut names: BTreeSet<&str> = state.targets.keys().map(String::as_str).collect();
    names.extend(placements.iter().map(|placement| placement.target.as_str()));
    let work_tree = WorkTree::new(&project, &scene.desk.index)?;
    let mut rows = Vec::new();
    for name in names {
        let own: Vec<&Placement> = placements.iter().filter(|placement| placement.target == name).collect();
        let mut files: BTreeMap<RepoPath, String> = BTreeMap::new();
        for placement in &own {
            if let Some(content) = work_tree.content(&scene.desk.objects, &placement.path)? {
                files.extend(outcomes::hashes(&scene.desk.objects, content, &placement.path)?);
            }
        }
        let known = state.targets.get(name).cloned();
        // Nothing is drift where nothing was synced by this machine.
        let drift = if known.is_some() { state.drift(name, &files) } else { Vec::new() };
        let synced = known.is_some();
        rows.push(Row {
            name: name.to_owned(),
            state: known.unwrap_or_else(TargetState::default),
            synced,
            drift,
            artifacts: own.iter().map(|placement| placement.name.to_string()).collect(),
        });
    }
    Ok(report(&rows, state.last_sync.as_deref(), form).and_say(&warnings))
}
