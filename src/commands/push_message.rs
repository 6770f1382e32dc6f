//! The message of a push's commit.

use crate::error::Error;
use crate::git::history::History;
use crate::git::notes::Notes;
use crate::model::artifact::ArtifactName;
use crate::model::content::Content;
use crate::model::trailer::{self, PushTrailer};
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::plan::push::{PushStep, Sent};
use crate::request::Push;
use std::collections::BTreeSet;

/// The commit message: `-m`, or the subjects of the commits that made the edit; then the trailers.
pub fn message(scene: &Scene<'_>, request: &Push, steps: &[PushStep]) -> Result<String, Error> {
    let root = scene.desk.head.id.map(|head| scene.desk.project.root_commit(head)).transpose()?;
    let mut subjects: Vec<String> = Vec::new();
    let mut trailers = Vec::new();
    let own =
        |content: Content| Some(scene.collection.repository.own_id(content.id)).filter(|id| !id.is_null());
    for PushStep { step, sent, joins } in steps {
        let Some(sent) = sent.as_ref().or(joins.as_ref()) else { continue };
        for subject in edits(scene, step, sent)? {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        let trailer = PushTrailer {
            artifact: collection_name(step, sent),
            project: root,
            base: sent.base.and_then(own),
            content: sent.pushed.and_then(own),
        };
        // Copies of one artifact may have the same edit.
        if !trailers.contains(&trailer) {
            trailers.push(trailer);
        }
    }
    let verb = if steps.iter().all(|step| step.sent.as_ref().is_none_or(|sent| sent.result.is_none())) {
        "Remove"
    } else {
        "Update"
    };
    let names: BTreeSet<&ArtifactName> = trailers.iter().map(|trailer| &trailer.artifact).collect();
    let text = match (&request.message, subjects.as_slice(), names.first()) {
        (Some(message), ..) => message.trim_end().to_owned(),
        (None, [one], _) => one.clone(),
        (None, many, Some(only)) if names.len() == 1 => with_list(format!("{verb} {only}"), many),
        (None, many, _) => with_list(format!("{verb} {} artifacts", names.len()), many),
    };
    Ok(format!("{text}\n\n{}", trailer::format(&trailers)))
}

/// The subjects of the commits that made the edit: those that changed the path since it last was
/// a version of the collection, but for the pulls among them, which have a note.
fn edits(scene: &Scene<'_>, step: &Step, sent: &Sent) -> Result<Vec<String>, Error> {
    // A folder outside git has snapshots, and nobody said what they are for.
    let Some(head) = scene.desk.head.id.filter(|_| scene.desk.project.is_git()) else {
        return Ok(Vec::new());
    };
    let history = History::load(scene.desk.project, head, None)?;
    let upstream = History::load(&scene.collection.repository, scene.collection.tip, None)?;
    let known: Vec<Option<Content>> =
        upstream.versions(&sent.source)?.iter().map(|version| version.content).collect();
    let notes = Notes::read(scene.desk.project)?;
    let mut subjects = Vec::new();
    for version in history.versions(&step.path)?.iter().rev() {
        if version.content.is_none() || known.contains(&version.content) {
            break;
        }
        if notes.blob_on(version.commit)?.is_none() {
            subjects.extend(history.message(version.commit)?.lines().next().map(str::to_owned));
        }
    }
    subjects.reverse();
    Ok(subjects)
}

fn with_list(subject: String, lines: &[String]) -> String {
    if lines.is_empty() {
        return subject;
    }
    let list: Vec<String> = lines.iter().map(|line| format!("* {line}")).collect();
    format!("{subject}\n\n{}", list.join("\n"))
}

/// The name the artifact has in the collection, which may not be the one it is deployed under.
fn collection_name(step: &Step, sent: &Sent) -> ArtifactName {
    let last = sent.source.file_name();
    let last = last.strip_suffix(".md").unwrap_or(last);
    if step.name.name.ends_with(last) || sent.source.is_root() {
        return step.name.clone();
    }
    ArtifactName::new(step.name.kind, last)
}
