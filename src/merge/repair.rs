//! What gix leaves undecided, decided as git does.

use super::source::{Source, components};
use super::unmerged::{Outcome, Sides, Unmerged, kind};
use super::{ConflictKind, MergeError, Place};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::diff::tree_with_rewrites::Change;
use gix::merge::plumbing::tree::Conflict;
use gix::objs::tree::Editor;
use std::collections::BTreeMap;

/// The stages of a path that was moved because the other side renamed the folder it was put in.
///
/// Git calls that a conflict (file location) unless `merge.directoryRenames` is `true`; gix takes
/// it for resolved.
pub(super) fn moved(source: Source<'_>, sides: &Sides, change: &Change) -> Result<Unmerged, MergeError> {
    let put = sides.at(source, change.location())?;
    let mut stages = put;
    if let Change::Rewrite { source_location, .. } = change {
        let origin = sides.at(source, source_location.as_bstr())?;
        stages = [origin[0], put[1].or(origin[1]), put[2].or(origin[2])];
    }
    Ok(Unmerged { kind: ConflictKind::Rename, stages, contested: None, only_moved: true })
}

/// The stages of a path where the sides added different types, each given to the side it is from.
///
/// What git leaves at such a path is one side's version as it was; gix may take one side for the
/// other in its stages.
pub(super) fn by_origin(
    stages: [Option<Content>; 3],
    merged: Option<Content>,
    versions: [Option<Content>; 3],
) -> [Option<Content>; 3] {
    let from = |side: usize| versions[side].filter(|it| Some(*it) == merged && !it.is_folder());
    let is_added = stages[0].is_none() && versions[1] != versions[2];
    if is_added && from(1).or(from(2)).is_some() { [None, from(1), from(2)] } else { stages }
}

/// Where one side renamed a file and the other deleted it, git has the file's base as stage too.
pub(super) fn add_base_of_rename(
    source: Source<'_>,
    sides: &Sides,
    conflict: &Conflict,
    outcome: &mut Outcome,
) -> Result<(), MergeError> {
    for change in [&conflict.ours, &conflict.theirs] {
        if let Change::Rewrite { source_location, location, .. } = change
            && let Some(unmerged) = outcome.unmerged.get_mut(location)
            && unmerged.stages[0].is_none()
        {
            unmerged.stages[0] = source.at(sides.base, source_location.as_bstr())?;
        }
    }
    Ok(())
}

/// The tree in which files that both sides added, one of them as a program, have the mode that one side gave
/// them: git keeps that of *ours* (1), gix the program's.
pub(super) fn with_modes_of(
    side: usize,
    source: Source<'_>,
    tree: ObjectId,
    unmerged: &BTreeMap<BString, Unmerged>,
) -> Result<ObjectId, MergeError> {
    let mut changes = Vec::new();
    for (path, it) in unmerged {
        let [None, Some(ours), Some(theirs)] = it.stages else { continue };
        let is_about_modes = ours.mode.is_blob() && theirs.mode.is_blob() && ours.mode != theirs.mode;
        let Some(found) =
            source.at(tree, path.as_bstr())?.filter(|found| is_about_modes && found.mode.is_blob())
        else {
            continue;
        };
        let mode = if side == 1 { ours.mode } else { theirs.mode };
        if found.mode != mode {
            changes.push((path.clone(), Some(Content { mode, id: found.id })));
        }
    }
    if changes.is_empty() { Ok(tree) } else { put(source, tree, &changes) }
}

/// See to it that no conflict vanishes for which gix has no place in the index.
pub(super) fn keep_listed(
    source: Source<'_>,
    sides: &Sides,
    conflict: &Conflict,
    outcome: &mut Outcome,
) -> Result<(), MergeError> {
    let changes = [&conflict.ours, &conflict.theirs];
    let is_about = |path: &BString, contested: Option<&BString>| {
        changes.iter().any(|change| {
            let paths = [change.location(), change.source_location()];
            paths.contains(&path.as_bstr()) || contested.is_some_and(|it| it == change.location())
        })
    };
    if outcome.unmerged.iter().any(|(path, it)| is_about(path, it.contested.as_ref())) {
        return Ok(());
    }
    let path = conflict.ours.location().to_owned();
    let versions = sides.at(source, path.as_bstr())?;
    let stages = versions.map(|version| version.filter(|it| !it.is_folder()));
    let kind = kind(stages, source.at(outcome.tree, path.as_bstr())?, None);
    outcome.unmerged.insert(path, Unmerged { kind, stages, contested: None, only_moved: false });
    Ok(())
}

/// Settle a conflict that gix gave up on, where its tree holds the *base* version.
///
/// The same content with the mode changed on one side is no conflict at all.
/// Two files of different types (one side made it a link) both stay, the regular file beside the
/// path, as in git. For anything else ours is kept. Either way all versions get stages.
pub(super) fn keep_unknown(
    source: Source<'_>,
    sides: &Sides,
    place: &Place<'_>,
    conflict: &Conflict,
    outcome: &mut Outcome,
) -> Result<(), MergeError> {
    let mut paths: Vec<BString> = Vec::new();
    for change in [&conflict.ours, &conflict.theirs] {
        paths.extend([change.location().to_owned(), change.source_location().to_owned()]);
    }
    paths.sort();
    paths.dedup();
    for path in paths {
        let versions = sides.at(source, path.as_bstr())?;
        let [_, ours, theirs] = versions;
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if one_mode_changed(versions[0], ours, theirs) => {
                let mode = if versions[0].map(|it| it.mode) == Some(ours.mode) { theirs } else { ours }.mode;
                let merged = Some(Content { mode, id: ours.id });
                outcome.tree = put(source, outcome.tree, &[(path, merged)])?;
            }
            (Some(ours), Some(theirs)) if is_split(ours, theirs) => {
                split(source, place, path.as_bstr(), versions, outcome)?;
            }
            _ => {
                outcome.tree = put(source, outcome.tree, &[(path.clone(), ours)])?;
                let stages = versions.map(|version| version.filter(|it| !it.is_folder()));
                let it =
                    Unmerged { kind: kind(stages, ours, None), stages, contested: None, only_moved: false };
                outcome.unmerged.entry(path).or_insert(it);
            }
        }
    }
    Ok(())
}

/// Both made the same change of a file, and one of them made it executable (or no longer so).
fn one_mode_changed(base: Option<Content>, ours: Content, theirs: Content) -> bool {
    let is_base_mode = |side: Content| base.is_some_and(|base| base.mode == side.mode);
    ours.id == theirs.id
        && ours.mode.is_blob()
        && theirs.mode.is_blob()
        && (is_base_mode(ours) || is_base_mode(theirs))
}

fn is_split(ours: Content, theirs: Content) -> bool {
    !ours.is_folder() && !theirs.is_folder() && ours.mode.is_link() != theirs.mode.is_link()
}

/// Put the regular file beside the link that the other side made of it (git's "distinct types").
fn split(
    source: Source<'_>,
    place: &Place<'_>,
    path: &BStr,
    versions: [Option<Content>; 3],
    outcome: &mut Outcome,
) -> Result<(), MergeError> {
    let [base, ours, theirs] = versions;
    let same_type = |side: Option<Content>| match (base, side) {
        (Some(base), Some(side)) if base.mode.is_link() == side.mode.is_link() => Some(base),
        _ => None,
    };
    let ours_moves = ours.is_some_and(|it| !it.mode.is_link());
    let aside = unique_path(source, outcome.tree, path, if ours_moves { place.ours } else { place.theirs })?;
    let our_path = if ours_moves { aside.clone() } else { path.to_owned() };
    let their_path = if ours_moves { path.to_owned() } else { aside };
    outcome.tree = put(source, outcome.tree, &[(our_path.clone(), ours), (their_path.clone(), theirs)])?;
    let unmerged = |stages| Unmerged {
        kind: ConflictKind::Type,
        stages,
        contested: Some(path.to_owned()),
        only_moved: false,
    };
    outcome.unmerged.insert(our_path, unmerged([same_type(ours), ours, None]));
    outcome.unmerged.insert(their_path, unmerged([same_type(theirs), None, theirs]));
    Ok(())
}

/// The first of `path~label`, `path~label_0`, … that is free; slashes of the label become `_`.
fn unique_path(source: Source<'_>, tree: ObjectId, path: &BStr, label: &str) -> Result<BString, MergeError> {
    let plain = BString::from(format!("{path}~{}", label.replace('/', "_")));
    let mut candidate = plain.clone();
    let mut number = 0;
    while source.at(tree, candidate.as_bstr())?.is_some() {
        candidate = BString::from(format!("{plain}_{number}"));
        number += 1;
    }
    Ok(candidate)
}

/// The tree with these paths replaced or, where the content is absent, removed.
pub(super) fn put(
    source: Source<'_>,
    tree: ObjectId,
    changes: &[(BString, Option<Content>)],
) -> Result<ObjectId, MergeError> {
    let mut editor = Editor::new(source.tree(tree)?, &source, tree.kind());
    for (path, content) in changes {
        let edited = match content {
            Some(content) => {
                editor.upsert(components(path.as_bstr()), content.mode.kind(), content.id).map(drop)
            }
            None => editor.remove(components(path.as_bstr())).map(drop),
        };
        edited.map_err(|source| MergeError::Edit { path: path.clone(), source })?;
    }
    editor.write(|tree| source.keep_tree(tree)).map_err(MergeError::Keep)
}
