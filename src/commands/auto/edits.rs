//! The edits of deployed artifacts that are not committed: counted, and committed where that is wanted.

use super::configured;
use crate::commands::reconcile;
use crate::commands::shared::{self, Fetch};
use crate::error::Error;
use crate::execute::commit::{self, Edit};
use crate::execute::log;
use crate::git::{Repository, commits};
use crate::merge;
use crate::model::auto::Settings;
use crate::model::deployed::Deployed;
use crate::model::operation::{Operation, OperationPath};
use crate::observe::edited;
use crate::observe::observer::{Need, Observer};
use crate::observe::scene::Scene;
use crate::plan::pull::care;
use crate::session::Session;

/// How many artifacts have edits that are not committed; what is being merged counts too.
pub fn count(session: &Session, project: &Repository) -> Result<u64, Error> {
    let scene = shared::scene(project, shared::collection(session, project, Fetch::No)?)?;
    let found = look(&scene)?;
    let is_edited = |deployed: &&Deployed| {
        let differs = deployed.work_tree != deployed.head || deployed.index != deployed.head;
        // What an unattended pull brought is nobody's edit.
        (differs && !care::is_untouched(deployed)) || !deployed.unmerged.is_empty()
    };
    let edited = found.iter().filter(is_edited);
    Ok(u64::try_from(edited.count()).unwrap_or(u64::MAX))
}

/// Commit the edits of deployed artifacts and nothing else. What was deleted as a whole, is being
/// merged or has conflict markers in it waits for a person.
pub fn commit(session: &Session, project: &Repository, settings: &Settings) -> Result<(), Error> {
    let scene = shared::scene(project, shared::collection(session, project, Fetch::No)?)?;
    shared::guard(session, project, false)?;
    let mut edits = Vec::new();
    let mut paths = Vec::new();
    for deployed in look(&scene)? {
        let Some(content) = deployed.work_tree.filter(|found| Some(*found) != deployed.head) else {
            continue;
        };
        if !deployed.unmerged.is_empty() || has_markers(&scene, &deployed)? {
            continue;
        }
        paths.push(OperationPath {
            artifact: deployed.placement.name.to_string(),
            path: deployed.placement.path.clone(),
            status: "committed".to_owned(),
            before: Some(content),
            after: Some(content),
            index_before: deployed.index,
            index_after: Some(content),
        });
        edits.push(Edit { path: deployed.placement.path, content });
    }
    if edits.is_empty() {
        return Ok(());
    }
    commits::identity(project)?;
    let message = settings.message(&session.now());
    shared::committed(commit::edits(project, &scene.desk.objects, &edits, &message))?;
    record(session, &scene, settings, paths)?;
    reconcile::after_commit(session, project)
}

fn look(scene: &Scene<'_>) -> Result<Vec<Deployed>, Error> {
    let evidence = scene.evidence()?;
    let observer = Observer::new(scene, &evidence)?;
    Ok(observer.look(observer.placements()?, Need::Drift)?)
}

/// Whether a file that was edited has conflict markers that it had not before.
fn has_markers(scene: &Scene<'_>, deployed: &Deployed) -> Result<bool, Error> {
    let objects = &scene.desk.objects;
    let path = &deployed.placement.path;
    let before = deployed.head.map(|head| merge::files(objects, head, path)).transpose()?.unwrap_or_default();
    let now = deployed.work_tree.map(|now| merge::files(objects, now, path)).transpose()?.unwrap_or_default();
    for (name, file) in now.iter().filter(|file| !before.contains(file)) {
        let old = before.iter().find(|(known, _)| known == name);
        let had = old.map(|(_, file)| edited::markers(objects, *file)).transpose()?.unwrap_or_default();
        if edited::markers(objects, *file)? > had {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The commit in the operation log; it is taken back with git.
fn record(
    session: &Session,
    scene: &Scene<'_>,
    settings: &Settings,
    paths: Vec<OperationPath>,
) -> Result<(), Error> {
    let project = scene.desk.project;
    let operation = Operation {
        version: 1,
        id: session.new_id(),
        command: "commit".into(),
        trigger: configured::trigger_name(settings.trigger),
        who: commits::identity(project).unwrap_or_default(),
        work_tree: project.git_dir().display().to_string(),
        at: session.now(),
        head: scene.desk.head.id,
        branch: scene.desk.head.branch.clone(),
        message: String::new(),
        paths,
        pushed: None,
        scan: None,
        undoes: Vec::new(),
        result: None,
    };
    log::append(project, &scene.desk.objects, &operation, &log::Images::new())?;
    Ok(log::finish(project, &scene.desk.objects, &operation, "committed")?)
}
