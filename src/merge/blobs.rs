//! Merging the contents that gix merged once more with git's own rules for lines.

use super::source::{Source, components};
use super::text::{self, Style};
use super::unmerged::Sides;
use super::{Favor, MergeError, Place};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::diff::tree_with_rewrites::Change;
use gix::merge::blob::builtin_driver::text::{Conflict as TextConflict, ConflictStyle};
use gix::merge::blob::{BuiltinDriver, Platform, Resolution as BlobResolution, ResourceKind};
use gix::merge::plumbing::tree::{Conflict, ContentMerge, Options, Resolution, ResolutionFailure};
use gix::objs::tree::{Editor, EntryKind};

/// What git's rules for lines need besides the texts.
pub(super) struct Redo<'a, 'b> {
    pub(super) source: Source<'a>,
    pub(super) sides: &'b Sides,
    pub(super) place: &'b Place<'b>,
    pub(super) favor: Favor,
    pub(super) options: &'b Options,
    pub(super) blob_merge: &'b mut Platform,
}

/// A file of one version: where it stands and what it is.
#[derive(Debug, Clone)]
struct File {
    path: BString,
    content: Content,
}

impl Redo<'_, '_> {
    /// Merge the texts of `conflict` again; the tree and the conflict get the new result.
    pub(super) fn redo(
        &mut self,
        conflict: &mut Conflict,
        editor: &mut Editor<'_>,
    ) -> Result<(), MergeError> {
        let Some(old) = conflict.content_merge() else { return Ok(()) };
        let Some(files) = self.files(conflict)? else { return Ok(()) };
        let failed = |source| MergeError::Merge { path: self.place.path.clone(), source };
        let is_apart =
            matches!(conflict.resolution, Err(ResolutionFailure::OursRenamedTheirsRenamedDifferently { .. }));
        let new = match unchanged(&files) {
            Some(id) => ContentMerge { merged_blob_id: id, resolution: BlobResolution::Complete },
            None => match self.merge(&files, is_apart).map_err(failed)? {
                Some((data, conflicts)) => self.keep(&data, conflicts)?,
                None => return Ok(()),
            },
        };
        replace_in_tree(conflict, editor, old.merged_blob_id, new.merged_blob_id)?;
        replace_in_conflict(conflict, old.merged_blob_id, new);
        Ok(())
    }

    fn keep(&self, data: &[u8], conflicts: usize) -> Result<ContentMerge, MergeError> {
        let resolution = if conflicts > 0 { BlobResolution::Conflict } else { BlobResolution::Complete };
        let id = self.source.0.keep(gix::objs::Kind::Blob, data).map_err(MergeError::Keep)?;
        Ok(ContentMerge { merged_blob_id: id, resolution })
    }

    /// Base, ours and theirs of a conflict; none if it is about something that was merged before.
    fn files(&self, conflict: &Conflict) -> Result<Option<[Option<File>; 3]>, MergeError> {
        for (ours, theirs) in [(&conflict.ours, &conflict.theirs), (&conflict.theirs, &conflict.ours)] {
            let (our, their) = (file(ours), file(theirs));
            let our_entry = self.source.at(self.sides.ours, our.path.as_bstr())?;
            let their_entry = self.source.at(self.sides.theirs, their.path.as_bstr())?;
            if our_entry == Some(our.content) && their_entry == Some(their.content) {
                let base = if is_addition(ours) || is_addition(theirs) || !same_origin(ours, theirs) {
                    None
                } else {
                    let path = ours.source_location().to_owned();
                    let content = self.source.at(self.sides.base, path.as_bstr())?;
                    content.map(|content| File { path, content })
                };
                return Ok(Some([base, Some(our), Some(their)]));
            }
        }
        Ok(None)
    }

    /// The merged text; none if it is not merged by lines.
    fn merge(&mut self, files: &[Option<File>; 3], is_apart: bool) -> gix::Result<Option<(Vec<u8>, usize)>> {
        let [base, Some(ours), Some(theirs)] = files else { return Ok(None) };
        if files.iter().flatten().any(|file| !file.content.mode.is_blob()) {
            return Ok(None);
        }
        let null = ObjectId::null(ours.content.id.kind());
        let base_path = base.as_ref().map_or(&ours.path, |base| &base.path);
        let base_id = base.as_ref().map_or(null, |base| base.content.id);
        for (kind, id, path) in [
            (ResourceKind::CurrentOrOurs, ours.content.id, &ours.path),
            (ResourceKind::OtherOrTheirs, theirs.content.id, &theirs.path),
            (ResourceKind::CommonAncestorOrBase, base_id, base_path),
        ] {
            self.blob_merge.set_resource(id, EntryKind::Blob, path.as_bstr(), kind, &self.source)?;
        }
        let prepared = self.blob_merge.prepare_merge(&self.source, self.options.blob_merge)?;
        let texts = [prepared.ancestor.data, prepared.current.data, prepared.other.data];
        let [Some(base), Some(our), Some(their)] = texts.map(|data| data.as_slice()) else {
            return Ok(None);
        };
        let texts = [base, our, their];
        let is_by_lines = prepared.configured_driver().err() == Some(BuiltinDriver::Text);
        if !is_by_lines || texts.iter().any(is_binary) {
            return Ok(None);
        }
        let labels = labels(self.place, [base_path, &ours.path, &theirs.path]);
        let (conflict, size) = markers(prepared.options.text.conflict);
        let style = Style {
            conflict,
            marker_size: size + usize::from(is_apart),
            labels: labels.each_ref().map(Vec::as_slice),
            favor: self.favor,
        };
        Ok(Some(text::merge(texts, style)))
    }
}

/// Style and size of markers.
fn markers(conflict: TextConflict) -> (ConflictStyle, usize) {
    match conflict {
        TextConflict::Keep { style, marker_size } => (style, usize::from(marker_size.get())),
        _ => (ConflictStyle::Merge, usize::from(TextConflict::DEFAULT_MARKER_SIZE)),
    }
}

/// The labels of base, ours and theirs; with the paths where ours and theirs have different ones.
fn labels(place: &Place<'_>, paths: [&BString; 3]) -> [Vec<u8>; 3] {
    let names = [place.base, place.ours, place.theirs];
    let is_renamed = paths[1] != paths[2];
    [0, 1, 2].map(|side| match is_renamed {
        true => [names[side].as_bytes(), b":", paths[side].as_slice()].concat(),
        false => names[side].as_bytes().to_vec(),
    })
}

/// The content that was changed on one side only (the other changed the mode), whatever is in it.
fn unchanged(files: &[Option<File>; 3]) -> Option<ObjectId> {
    let [base, ours, theirs] = files.each_ref().map(|file| file.as_ref().map(|file| file.content.id));
    match base {
        Some(_) if base == ours => theirs,
        Some(_) if base == theirs => ours,
        _ => None,
    }
}

fn file(change: &Change) -> File {
    let (mode, id) = change.entry_mode_and_id();
    File { path: change.location().to_owned(), content: Content { mode, id: id.to_owned() } }
}

fn is_addition(change: &Change) -> bool {
    matches!(change, Change::Addition { .. })
}

fn same_origin(ours: &Change, theirs: &Change) -> bool {
    ours.source_location() == theirs.source_location()
}

/// Git's test: a NUL among the first 8,000 bytes.
fn is_binary(text: &&[u8]) -> bool {
    text[..text.len().min(8000)].contains(&0)
}

fn replace_in_tree(
    conflict: &Conflict,
    editor: &mut Editor<'_>,
    old: ObjectId,
    new: ObjectId,
) -> Result<(), MergeError> {
    let mut paths = vec![conflict.ours.location().to_owned(), conflict.theirs.location().to_owned()];
    if let Ok(Resolution::OursModifiedTheirsRenamedAndChangedThenRename { final_location, .. }) =
        &conflict.resolution
    {
        paths.extend(final_location.clone());
    }
    for path in paths {
        let Some(entry) = editor.get(components(path.as_bstr())) else { continue };
        if entry.oid == old && old != new {
            let kind = entry.mode.kind();
            editor
                .upsert(components(path.as_bstr()), kind, new)
                .map_err(|source| MergeError::Edit { path: path.clone(), source })?;
        }
    }
    Ok(())
}

fn replace_in_conflict(conflict: &mut Conflict, old: ObjectId, new: ContentMerge) {
    for entry in conflict.entries.iter_mut().flatten() {
        if entry.id == old {
            entry.id = new.merged_blob_id;
        }
    }
    match &mut conflict.resolution {
        Ok(Resolution::OursModifiedTheirsRenamedAndChangedThenRename { merged_blob, .. })
        | Err(ResolutionFailure::OursRenamedTheirsRenamedDifferently { merged_blob }) => {
            *merged_blob = Some(new);
        }
        Ok(Resolution::OursModifiedTheirsModifiedThenBlobContentMerge { merged_blob }) => {
            *merged_blob = new;
        }
        _ => {}
    }
}
