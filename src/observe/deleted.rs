//! Artifacts that were deployed once and that the project has deleted.

use super::ObserveError;
use super::collection::CollectionHistory;
use super::scene::Scene;
use crate::git::history::History;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::model::content::Content;
use crate::model::deployed::Placement;
use crate::model::note::Note;
use crate::model::record::Fact;
use std::collections::BTreeMap;

/// A deleted artifact, and what the collection has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Where it was, with its last record.
    pub placement: Placement,
    /// What the collection has at its tip.
    pub theirs: Option<Content>,
    /// Whether the project once had exactly that.
    pub was_here: bool,
}

/// The paths with a record on HEAD's history that are not at HEAD any more, each with its newest
/// record; one that is in the index again is no deletion.
///
/// # Errors
///
/// When history or notes cannot be read.
pub fn find(scene: &Scene<'_>) -> Result<Vec<Deleted>, ObserveError> {
    let project = scene.desk.project;
    let Some(head) = scene.desk.head.id else { return Ok(Vec::new()) };
    let notes = Notes::read(project)?;
    let trees = TreeReader::new(project);
    let tree = project.tree_of(head)?;
    let history = History::load(project, head, None)?;
    let upstream = CollectionHistory::new(&scene.collection, project, scene.collection.tip);
    let mut found = BTreeMap::new();
    for commit in history.commits().rev() {
        let (note, _) = Note::parse(&notes.text_on(commit)?.unwrap_or_default());
        for fact in note.facts() {
            let Fact::Deployed(record) = fact else { continue };
            if !project.layout().covers(&record.path) {
                continue;
            }
            let ours = record.collection.id == scene.collection.id;
            let gone =
                trees.at(tree, &record.path)?.is_none() && scene.desk.index.lines(&record.path).is_empty();
            if ours && gone && !found.contains_key(&record.path) {
                let record = &scene.collection.seen(record);
                let mut placement = Placement::recorded(record);
                (_, placement.source) = upstream.follow(record.kind, &record.source, record.commit)?;
                let theirs = scene.collection.content(&placement.source)?;
                let versions = history.versions(&record.path)?;
                let was_here = versions.iter().any(|version| version.content == theirs);
                found.insert(record.path.clone(), Deleted { placement, theirs, was_here });
            }
        }
    }
    Ok(found.into_values().collect())
}
