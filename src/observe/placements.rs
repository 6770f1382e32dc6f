//! Which paths are deployed: by record, by pending entry, or by what stands there.

use super::ObserveError;
use super::base::pending::Waiting;
use super::parts;
use super::recorded::Recorded;
use super::records::{NotedRecord, Records};
use super::scene::Scene;
use crate::git::Repository;
use crate::git::trees::TreeReader;
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::deployed::Placement;
use crate::model::path::RepoPath;
use crate::model::pending::Entry;
use crate::model::record::Record;
use crate::model::target::{Form, Ground, Layout, Place, TARGETS, Target};
use gix::ObjectId;
use std::collections::{BTreeMap, BTreeSet};

/// The paths in a commit that may hold artifacts: what stands in a target's folders, in all of the project.
///
/// # Errors
///
/// When a tree cannot be read.
pub fn committed_paths(project: &Repository, commit: ObjectId) -> Result<Vec<RepoPath>, ObserveError> {
    let trees = TreeReader::new(project);
    let root = project.tree_of(commit)?;
    let mut paths = BTreeSet::new();
    for layout in parts::all(project)? {
        for (_, Ground { place, root: folder }) in TARGETS.iter().flat_map(|target| layout.folders(target)) {
            let Some(tree) = trees.at(root, &folder)?.filter(|found| found.is_folder()) else { continue };
            collect(&trees, tree.id, &folder, place, &mut paths)?;
        }
    }
    Ok(paths.into_iter().collect())
}

fn collect(
    trees: &TreeReader<'_>,
    tree: ObjectId,
    folder: &RepoPath,
    place: &Place,
    paths: &mut BTreeSet<RepoPath>,
) -> Result<(), ObserveError> {
    for (name, content) in trees.entries(tree)?.iter() {
        let Ok(name) = std::str::from_utf8(name) else { continue };
        let path = folder.join(name);
        if place.suffix.is_empty() {
            paths.insert(path);
        } else if content.is_folder() {
            if place.nested {
                collect(trees, content.id, &path, place, paths)?;
            }
        } else if name.ends_with(place.suffix) {
            paths.insert(path);
        }
    }
    Ok(())
}

/// An artifact without a record, whose name does not tell where it stands in the collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The path.
    pub path: RepoPath,
    /// The artifact, by its path.
    pub name: ArtifactName,
    /// The target that the path belongs to.
    pub target: String,
    /// Whether the collection offers artifacts of this name, several of them.
    pub offered: bool,
    /// As in [`Placement::let_go`]; such a one is not deployed until it is named.
    pub let_go: u64,
}

impl Unplaced {
    /// The form in which it stands there.
    pub fn form(&self) -> Form<'_> {
        Target::find(&self.target).map_or(Form::SAME, |target| target.form_of(self.name.kind, &self.path))
    }

    /// The placement, once it is known where it stands.
    pub fn at(self, source: RepoPath) -> Placement {
        let Self { path, name, target, let_go, .. } = self;
        Placement { name, path, source, target, pin: None, record: None, named: false, let_go }
    }
}

/// All paths with a record or a pending entry that is still there, and the unrecorded ones in the
/// wanted targets that share a name with just one artifact that the collection offers; and those
/// whose name tells nothing.
///
/// # Errors
///
/// When the collection cannot be scanned.
pub fn find(
    scene: &Scene<'_>,
    records: &Records,
    recorded: &Recorded<'_>,
    waiting: &Waiting<'_>,
) -> Result<(BTreeMap<RepoPath, Placement>, Vec<Unplaced>), ObserveError> {
    let ours = |record: &&Record| record.collection.id == scene.collection.id;
    let mut found: BTreeMap<RepoPath, Placement> = BTreeMap::new();
    let layout = scene.desk.project.layout();
    for path in records.paths().filter(|path| layout.covers(path)) {
        let newest =
            records.of(path).iter().map(|noted| &noted.record).filter(ours).max_by_key(|record| record.n);
        found.extend(newest.map(|record| (path.clone(), Placement::recorded(record))));
    }
    for path in waiting.paths().into_iter().filter(|path| layout.covers(path)) {
        let Some(entry) = waiting.entries(&path).next() else { continue };
        let stands = !scene.desk.index.lines(&path).is_empty() || found.contains_key(&path);
        match entry.fact.record().filter(ours) {
            Some(record) if stands => {
                found.insert(path, Placement::recorded(record));
            }
            Some(_) => {}
            None if entry.fact.lets_go().is_some() => {
                found.remove(&path);
            }
            // Removed, and not there any more: nothing to look at.
            None if scene.desk.index.lines(&path).is_empty() => {
                found.remove(&path);
            }
            None => {}
        }
    }
    let unplaced = add_unrecorded(scene, &LetGo { records, recorded, waiting }, &mut found)?;
    Ok((found, unplaced))
}

/// What tells whether a path was let go with its files in place.
pub struct LetGo<'a> {
    /// The records at HEAD.
    pub records: &'a Records,
    /// The records of all commits, by content.
    pub recorded: &'a Recorded<'a>,
    /// The pending entries.
    pub waiting: &'a Waiting<'a>,
}

impl LetGo<'_> {
    /// The number of the tombstone by which a path was let go, if the latest word about it or about
    /// the content that stands there is one: of commits that were squashed away only that is left.
    ///
    /// # Errors
    ///
    /// When the notes or the content cannot be read.
    pub fn of(&self, scene: &Scene<'_>, path: &RepoPath) -> Result<Option<u64>, ObserveError> {
        if let Some(entry) = self.waiting.entries(path).next() {
            return Ok(entry.fact.lets_go().map(|tombstone| tombstone.n));
        }
        if !self.records.of(path).is_empty() {
            return Ok(None);
        }
        let let_go = self.records.let_go(path);
        let content = scene.desk.index.content(&scene.desk.objects, path)?;
        let (None, Some(content)) = (let_go, content) else { return Ok(let_go) };
        let Some(n) = self.recorded.let_go(path, content.id)? else { return Ok(None) };
        let is_newer = |noted: &NotedRecord| noted.record.n > n;
        Ok((!self.recorded.of(path, content.id)?.iter().any(is_newer)).then_some(n))
    }
}

/// What a pending entry is about, as something that can be named.
pub fn named_by(project: &Repository, entry: &Entry) -> Placement {
    if let Some(record) = entry.fact.record() {
        return Placement::recorded(record);
    }
    let path = entry.path().clone();
    let found = project.layout().artifact_at(&path);
    let (name, target) = found.map(|(target, name)| (name, target.name.to_owned())).unwrap_or_else(|| {
        let kind = ArtifactType::Skill;
        (ArtifactName::new(kind, path.file_name()), "collection".into())
    });
    Placement { name, source: path.clone(), path, target, pin: None, record: None, named: true, let_go: 0 }
}

fn add_unrecorded(
    scene: &Scene<'_>,
    evidence: &LetGo<'_>,
    found: &mut BTreeMap<RepoPath, Placement>,
) -> Result<Vec<Unplaced>, ObserveError> {
    let mut candidates: BTreeMap<RepoPath, (&'static Target, ArtifactName)> = BTreeMap::new();
    for layout in parts::layouts(scene.desk.project)? {
        for target in &scene.targets {
            for path in staged_paths(scene, &layout, target) {
                if !found.contains_key(&path)
                    && let Some(name) = layout.artifact_in(target, &path)
                {
                    candidates.insert(path, (target, name));
                }
            }
        }
    }
    let mut unplaced = Vec::new();
    for (path, (target, name)) in candidates {
        let let_go = evidence.of(scene, &path)?;
        if let_go.is_none()
            && let Some(placement) = recorded_elsewhere(scene, evidence.recorded, &path)?
        {
            found.insert(path, placement);
            continue;
        }
        // Of several that share the name only the content can tell.
        let offered = scene.collection.offered(&name)?;
        let (target, offers) = (target.name.to_owned(), !offered.is_empty());
        let number = let_go.unwrap_or_default();
        let unrecorded = Unplaced { path: path.clone(), name, target, offered: offers, let_go: number };
        match offered.as_slice() {
            [only] if let_go.is_none() => {
                found.insert(path, unrecorded.at(only.source.clone()));
            }
            [] | [_, ..] => unplaced.push(unrecorded),
        }
    }
    Ok(unplaced)
}

/// The placement that a record tells of which was made for what stands here, on whatever commit: a
/// squash keeps name, source and pin of what was deployed on the branch.
fn recorded_elsewhere(
    scene: &Scene<'_>,
    recorded: &Recorded<'_>,
    path: &RepoPath,
) -> Result<Option<Placement>, ObserveError> {
    let Some(content) = scene.desk.index.content(&scene.desk.objects, path)? else { return Ok(None) };
    let records = recorded.of(path, content.id)?;
    let ours = records.iter().map(|noted| &noted.record);
    let ours = ours.filter(|record| record.collection.id == scene.collection.id);
    let newest = ours.max_by_key(|record| record.n).cloned().map(Record::uncarried);
    Ok(newest.as_ref().map(Placement::recorded))
}

fn staged_paths(scene: &Scene<'_>, layout: &Layout, target: &'static Target) -> BTreeSet<RepoPath> {
    let mut paths = BTreeSet::new();
    for (_, Ground { place, root: folder }) in layout.folders(target) {
        let mut last = None;
        for path in scene.desk.index.paths(&folder) {
            let Ok(text) = std::str::from_utf8(path) else { continue };
            let Some(rest) = text.get(folder.as_str().len() + 1..) else { continue };
            let name = match place.suffix {
                "" => rest.split_once('/').map(|(name, _)| name),
                _ => Some(rest),
            };
            if name != last {
                paths.extend(name.map(|name| folder.join(name)));
                last = name;
            }
        }
    }
    paths
}
