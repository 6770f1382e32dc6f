//! What git is about to hand on: what a commit that is being made holds, and what a push sends.

use super::ObserveError;
use super::parts;
use crate::git::trees::TreeReader;
use crate::git::{GitError, Repository};
use crate::merge::{self, Addition};
use crate::model::content::Content;
use crate::model::oid::ObjectId;
use crate::model::path::RepoPath;
use crate::model::target::{Layout, TARGETS, Target};
use crate::session::{self, Session};
use std::collections::BTreeSet;

/// Files of artifacts that are staged with a conflict left in them, each with its line.
///
/// The index is the one that git makes the commit from; nothing is written.
///
/// # Errors
///
/// When git cannot be asked or an object is missing.
pub fn conflicts(session: &Session, project: &Repository) -> Result<Vec<(String, usize)>, ObserveError> {
    let mut call = project.call().env("GIT_LITERAL_PATHSPECS", "1");
    if let Some(index) = session.index_in_use(project) {
        call = call.env("GIT_INDEX_FILE", index);
    }
    let options = [
        "diff",
        "--cached",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--diff-filter=AMT",
        "--",
    ];
    let output = call
        .args(options)
        .args(folders(project)?.iter().map(RepoPath::as_str))
        .run()
        .map_err(GitError::from)?;
    let objects = project.objects();
    let mut fields = output.split(|byte| *byte == 0);
    let mut found = Vec::new();
    while let (Some(facts), Some(path)) = (fields.next(), fields.next()) {
        let ids: Vec<ObjectId> =
            facts.split(|byte| *byte == b' ').filter_map(|word| ObjectId::from_hex(word).ok()).collect();
        let [old, new] = ids[..] else { continue };
        let old = if old.is_null() { Vec::new() } else { objects.blob(old)? };
        if let Some(line) = merge::leftover(&old, &objects.blob(new)?) {
            found.push((String::from_utf8_lossy(path).into_owned(), line));
        }
    }
    Ok(found)
}

/// The commits that touch artifacts and are not on the remote yet, as far as that is known here;
/// `there` are those that the remote says it has. The newest come first.
///
/// # Errors
///
/// When git cannot walk.
pub fn commits(
    project: &Repository,
    remote: Option<&str>,
    tips: &[ObjectId],
    there: &[ObjectId],
) -> Result<Vec<ObjectId>, ObserveError> {
    let mut words = vec!["rev-list".to_owned()];
    words.extend(tips.iter().map(ToString::to_string));
    words.push("--not".to_owned());
    words.extend(remote.map(|remote| format!("--remotes={remote}")));
    words.extend(there.iter().map(ToString::to_string));
    words.push("--".to_owned());
    words.extend(folders(project)?.iter().map(ToString::to_string));
    let output =
        project.call().env("GIT_LITERAL_PATHSPECS", "1").args(words).run().map_err(GitError::from)?;
    Ok(output.split(|byte| *byte == b'\n').filter_map(|line| ObjectId::from_hex(line).ok()).collect())
}

/// What a commit adds to artifacts in these folders, compared with its first parent.
///
/// # Errors
///
/// When an object is missing.
pub fn additions(
    project: &Repository,
    commit: ObjectId,
    folders: &BTreeSet<RepoPath>,
) -> Result<Vec<Addition>, ObserveError> {
    let trees = TreeReader::new(project);
    let objects = project.objects();
    let (after, before) = (project.tree_of(commit)?, project.parents_of(commit)?.first().copied());
    let before = before.map(|parent| project.tree_of(parent)).transpose()?;
    let mut found = Vec::new();
    for folder in folders {
        let old: Option<Content> = before.map(|tree| trees.at(tree, folder)).transpose()?.flatten();
        found.extend(merge::additions(&objects, old, trees.at(after, folder)?, folder)?);
    }
    Ok(found)
}

/// The folders that artifacts may stand in: those of all harnesses, in the project and in its parts, and
/// those of a collection only where the project wants them.
///
/// # Errors
///
/// When the index cannot be read.
pub fn folders(project: &Repository) -> Result<BTreeSet<RepoPath>, ObserveError> {
    let wanted: Vec<&Target> = session::targets(project).unwrap_or_default();
    let counts = |target: &&Target| {
        target.name != "collection" || wanted.iter().any(|wanted| wanted.name == target.name)
    };
    let places = |layout: Layout| {
        let grounds = TARGETS.iter().filter(counts).flat_map(|target| layout.folders(target));
        grounds.map(|(_, ground)| ground.root).collect::<Vec<_>>()
    };
    Ok(parts::all(project)?.into_iter().flat_map(places).collect())
}
