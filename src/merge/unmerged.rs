//! From gix's list of conflicts to the paths that git leaves unmerged, with their stages.

use super::repair::{add_base_of_rename, by_origin, keep_listed, keep_unknown, moved, with_modes_of};
use super::source::Source;
use super::{ConflictKind, MergeError, Place};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::diff::tree_with_rewrites::Change;
use gix::index::entry::Stage;
use gix::merge::plumbing::tree::{
    Conflict, Resolution, ResolutionFailure, TreatAsUnresolved, apply_index_entries,
    apply_index_entries::RemovalMode,
};
use std::collections::{BTreeMap, HashMap};

/// The three trees of a merge, each holding the artifact at its path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    pub(super) base: ObjectId,
    pub(super) ours: ObjectId,
    pub(super) theirs: ObjectId,
}

impl Sides {
    /// What the three have at `path`.
    pub(super) fn at(&self, source: Source<'_>, path: &BStr) -> Result<[Option<Content>; 3], MergeError> {
        Ok([source.at(self.base, path)?, source.at(self.ours, path)?, source.at(self.theirs, path)?])
    }
}

/// A path with stages.
#[derive(Debug, Clone)]
pub(super) struct Unmerged {
    pub(super) kind: ConflictKind,
    pub(super) stages: [Option<Content>; 3],
    /// The path the sides disagree about, if one side was moved away from it.
    pub(super) contested: Option<BString>,
    /// The content is settled; only whether it should have moved with its folder is in doubt.
    pub(super) only_moved: bool,
}

/// A merged tree and the paths in it that have stages.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) tree: ObjectId,
    pub(super) unmerged: BTreeMap<BString, Unmerged>,
}

/// What is known of a path beyond its stages.
#[derive(Debug, Clone)]
struct Hint {
    kind: ConflictKind,
    contested: Option<BString>,
}

/// Complete gix's merged `tree` to what git would have left: the tree and the unmerged paths.
pub(super) fn complete(
    source: Source<'_>,
    sides: &Sides,
    place: &Place<'_>,
    conflicts: Vec<Conflict>,
    tree: ObjectId,
) -> Result<Outcome, MergeError> {
    let mut outcome = Outcome { tree, unmerged: BTreeMap::new() };
    let is_unknown = |it: &Conflict| matches!(it.resolution, Err(ResolutionFailure::Unknown));
    let (unknown, known): (Vec<_>, Vec<_>) = conflicts.into_iter().partition(is_unknown);
    let hints = hints(&known);
    for (path, stages) in stages(source, &known, tree)? {
        let hint = hints.get(&path).cloned();
        let merged = source.at(tree, path.as_bstr())?;
        let contested = hint.as_ref().and_then(|hint| hint.contested.clone());
        let stages = match &contested {
            Some(contested) => by_origin(stages, merged, sides.at(source, contested.as_bstr())?),
            None => stages,
        };
        let kind = kind(stages, merged, hint.map(|hint| hint.kind));
        outcome.unmerged.insert(path, Unmerged { kind, stages, contested, only_moved: false });
    }
    for conflict in &known {
        match &conflict.resolution {
            Ok(Resolution::SourceLocationAffectedByRename { final_location }) => {
                let moved = moved(source, sides, &conflict.theirs)?;
                outcome.unmerged.entry(final_location.clone()).or_insert(moved);
            }
            Err(ResolutionFailure::OursDeletedTheirsRenamed) => {
                add_base_of_rename(source, sides, conflict, &mut outcome)?;
            }
            _ => {}
        }
    }
    for conflict in known.iter().filter(|it| it.is_unresolved(TreatAsUnresolved::git())) {
        keep_listed(source, sides, conflict, &mut outcome)?;
    }
    for conflict in &unknown {
        keep_unknown(source, sides, place, conflict, &mut outcome)?;
    }
    outcome.tree = with_modes_of(1, source, outcome.tree, &outcome.unmerged)?;
    Ok(outcome)
}

/// The stages that gix asks for.
fn stages(
    source: Source<'_>,
    conflicts: &[Conflict],
    tree: ObjectId,
) -> Result<BTreeMap<BString, [Option<Content>; 3]>, MergeError> {
    let mut found: BTreeMap<BString, [Option<Content>; 3]> = BTreeMap::new();
    let how = TreatAsUnresolved::git();
    if !conflicts.iter().any(|conflict| conflict.is_unresolved(how)) {
        return Ok(found);
    }
    // What a name may look like is checked when a collection is scanned, not here.
    let any_name = gix::validate::path::component::Options {
        protect_windows: false,
        protect_hfs: false,
        protect_ntfs: false,
    };
    let mut index = gix::index::State::from_tree(&tree, source, any_name)
        .map_err(|source| MergeError::Tree { id: tree, source })?;
    apply_index_entries(conflicts, how, &mut index, RemovalMode::Prune);
    for entry in index.entries() {
        let stage = match entry.stage() {
            Stage::Unconflicted => continue,
            Stage::Base => 0,
            Stage::Ours => 1,
            Stage::Theirs => 2,
        };
        if let Some(mode) = entry.mode.to_tree_entry_mode() {
            let stages = found.entry(entry.path(&index).to_owned()).or_default();
            stages[stage] = Some(Content { mode, id: entry.id });
        }
    }
    Ok(found)
}

/// What the failures say about the paths they touch, beyond the stages.
fn hints(conflicts: &[Conflict]) -> HashMap<BString, Hint> {
    use ResolutionFailure as Failure;
    let mut hints = HashMap::new();
    for conflict in conflicts {
        let contested = conflict.ours.location().to_owned();
        let moved_aside = match &conflict.resolution {
            Err(Failure::OursModifiedTheirsDirectoryThenOursRenamed {
                renamed_unique_path_to_modified_blob: path,
            })
            | Err(Failure::OursDirectoryTheirsNonDirectoryTheirsRenamed {
                renamed_unique_path_of_theirs: path,
            })
            | Err(Failure::OursAddedTheirsAddedTypeMismatch { their_unique_location: path }) => Some(path),
            _ => None,
        };
        if let Some(path) = moved_aside {
            let hint = Hint { kind: ConflictKind::Type, contested: Some(contested.clone()) };
            hints.insert(contested, hint.clone());
            hints.insert(path.clone(), hint);
            continue;
        }
        let changes = [&conflict.ours, &conflict.theirs];
        if changes.iter().any(|change| matches!(change, Change::Rewrite { .. })) {
            for change in changes {
                for path in [change.location(), change.source_location()] {
                    let hint = Hint { kind: ConflictKind::Rename, contested: None };
                    hints.entry(path.to_owned()).or_insert(hint);
                }
            }
        }
    }
    hints
}

/// What kind of conflict `stages` are, with what the merge left at the path.
pub(super) fn kind(
    stages: [Option<Content>; 3],
    merged: Option<Content>,
    hint: Option<ConflictKind>,
) -> ConflictKind {
    match stages {
        _ if hint == Some(ConflictKind::Type) => ConflictKind::Type,
        [_, Some(ours), Some(theirs)] if ours.mode.is_link() != theirs.mode.is_link() => ConflictKind::Type,
        [_, Some(ours), Some(theirs)] if ours.id == theirs.id && ours.mode != theirs.mode => {
            ConflictKind::Mode
        }
        [None, Some(_), Some(_)] => ConflictKind::AddAdd,
        // Markers would have made a new blob.
        [Some(_), Some(ours), Some(_)] if merged.map(|it| it.id) == Some(ours.id) => ConflictKind::Binary,
        [Some(_), Some(_), Some(_)] => ConflictKind::Content,
        [Some(_), Some(_), None] if hint.is_none() => ConflictKind::ModifyDelete,
        [Some(_), None, Some(_)] if hint.is_none() => ConflictKind::DeleteModify,
        _ => hint.unwrap_or(ConflictKind::Rename),
    }
}
