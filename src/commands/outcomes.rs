//! How a sync of each target went, kept in the state file.

use crate::error::Error;
use crate::execute::{projects, state_file};
use crate::merge::{self, ObjectSource};
use crate::model::content::Content;
use crate::model::digest::plain_sha256;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::state_file::{Counts, StateFile, SyncMethod, SyncStatus, TargetState};
use crate::model::target::{Scope, Target};
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::report::failure::warning;
use crate::session::Session;
use std::collections::BTreeMap;

/// Keep how the steps went; what cannot be kept is a warning. Nothing is written where nothing was
/// done and nothing failed, then or before.
pub fn keep(session: &Session, scene: &Scene<'_>, steps: &[Step], named: bool) -> Result<String, Error> {
    let (now, mut said) = (session.now(), String::new());
    if steps.iter().any(|step| step.change.is_some()) {
        said += &remember(session, scene);
    }
    let known = crate::git::state_file::read(scene.desk.project).state;
    let mut by_target: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in steps {
        by_target.entry(step.target.as_str()).or_default().push(step);
    }
    by_target.retain(|target, steps| tells(known.targets.get(*target), steps));
    let mut updates = Vec::new();
    for (target, steps) in by_target {
        updates.push((target, Update::of(scene, known.targets.get(target), &steps, named)?));
    }
    if updates.is_empty() {
        return Ok(said);
    }
    let edit = |state: &mut StateFile| {
        state.last_sync = Some(now.clone());
        for (target, update) in updates {
            update.apply(state.targets.entry(target.to_owned()).or_default(), &now);
        }
    };
    if let Err(error) = state_file::update(scene.desk.project, edit) {
        said += &warning(&format!("the outcome per target is not kept: {}", error.in_full()));
    }
    Ok(said)
}

/// Put the project onto the user's list. That it cannot be written is no matter of this command.
pub fn remember(session: &Session, scene: &Scene<'_>) -> String {
    let project = scene.desk.project;
    let Some(root) = project.work_dir().filter(|_| project.layout().scope() == Scope::Project) else {
        return String::new();
    };
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    match projects::remember(session, &root) {
        Ok(()) => String::new(),
        Err(error) => warning(&format!("the project is not on your list: {}", error.in_full())),
    }
}

/// Whether there is anything to keep.
fn tells(known: Option<&TargetState>, steps: &[&Step]) -> bool {
    let did = |step: &&&Step| step.change.is_some() || step.status == Status::Failed;
    steps.iter().any(|step| did(&step)) || known.is_some_and(|known| known.status != SyncStatus::Success)
}

/// What a sync changes in the state of a target.
struct Update {
    counts: Counts,
    scope: String,
    /// The files below these paths are other ones now.
    paths: Vec<RepoPath>,
    files: Vec<(RepoPath, String, SyncMethod)>,
}

impl Update {
    fn of(
        scene: &Scene<'_>,
        known: Option<&TargetState>,
        steps: &[&Step],
        named: bool,
    ) -> Result<Self, Error> {
        let mut counts = Counts::default();
        let (mut paths, mut files) = (Vec::new(), Vec::new());
        for step in steps {
            match step.status {
                Status::Failed => counts.failed += 1,
                status if status.needs_attention() => counts.skipped += 1,
                _ => counts.synced += 1,
            }
            let is_known = known.is_some_and(|known| below(&known.file_hashes, &step.path).next().is_some());
            if step.status.needs_attention() || step.change.is_none() && is_known {
                continue;
            }
            paths.push(step.path.clone());
            paths.extend(step.leaves.as_ref().map(|leaves| leaves.path.clone()));
            if let Some(content) = step.contents[1] {
                files.extend(files_of(scene, step, content)?);
            }
        }
        let names: Vec<String> = steps.iter().map(|step| step.name.to_string()).collect();
        let scope = if named { names.join(" ") } else { "all".to_owned() };
        Ok(Self { counts, scope, paths, files })
    }

    fn apply(self, state: &mut TargetState, now: &str) {
        state.last_sync = Some(now.to_owned());
        state.scope = Some(self.scope);
        state.count(self.counts);
        for path in &self.paths {
            let gone: Vec<RepoPath> = below(&state.file_hashes, path).cloned().collect();
            for path in gone {
                state.file_hashes.remove(&path);
                state.sync_method.remove(&path);
            }
        }
        for (path, hash, method) in self.files {
            state.sync_method.insert(path.clone(), method);
            state.file_hashes.insert(path, hash);
        }
    }
}

fn below<'m>(
    hashes: &'m BTreeMap<RepoPath, String>,
    path: &'m RepoPath,
) -> impl Iterator<Item = &'m RepoPath> {
    hashes.keys().filter(move |file| file.below(path).is_some())
}

fn files_of(
    scene: &Scene<'_>,
    step: &Step,
    content: Content,
) -> Result<Vec<(RepoPath, String, SyncMethod)>, Error> {
    let form = Target::find(&step.target).map(|target| target.form_of(step.name.kind, &step.path));
    let made = form.is_some_and(|form| form.is_generated());
    let method = match (content.mode.is_link(), made) {
        (true, _) => SyncMethod::Symlink,
        (false, true) => SyncMethod::Generated,
        (false, false) => SyncMethod::Copy,
    };
    let hashes = hashes(&scene.desk.objects, content, &step.path)?;
    Ok(hashes.into_iter().map(|(path, hash)| (path, hash, method)).collect())
}

/// The SHA-256 of every file of a content; names that are no UTF-8 are left out.
pub fn hashes(
    objects: &dyn ObjectSource,
    content: Content,
    path: &RepoPath,
) -> Result<BTreeMap<RepoPath, String>, Error> {
    let mut hashes = BTreeMap::new();
    for (path, file) in merge::files(objects, content, path)? {
        let Ok(path) = RepoPath::new(path.to_string()) else { continue };
        hashes.insert(path, plain_sha256(&merge::blob(objects, file.id)?));
    }
    Ok(hashes)
}
