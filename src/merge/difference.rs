//! Two clean merges that differ, shown as one conflict.

use super::source::{files, folder_of};
use super::{Conflict, ConflictKind, Engine, Favor, MergeError, Merged, Place};
use crate::model::content::Content;
use gix::bstr::BString;
use gix::diff::blob::{Algorithm, Diff, InternedInput};
use gix::objs::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// The length of a conflict marker.
const MARKER: usize = 7;

impl Engine<'_> {
    /// All files of a content that stands at `at`, sorted by path.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub fn files(
        &self,
        content: Content,
        at: &crate::model::path::RepoPath,
    ) -> Result<Vec<(BString, Content)>, MergeError> {
        files(self.source.0, content, at)
    }

    /// Where two results of a merge differ, a conflict between them.
    ///
    /// The stages are those of the merge over `base`; the markers show the two results.
    ///
    /// # Errors
    ///
    /// When an object cannot be read or kept.
    pub fn difference(
        &self,
        place: &Place<'_>,
        base: Content,
        sides: [Option<Content>; 2],
        results: [Option<Content>; 2],
        favor: Favor,
    ) -> Result<Merged, MergeError> {
        let all = |content: Option<Content>| -> Result<BTreeMap<BString, Content>, MergeError> {
            let Some(content) = content else { return Ok(BTreeMap::new()) };
            Ok(self.files(content, place.path)?.into_iter().collect())
        };
        let (base, [ours, theirs], [left, right]) =
            (all(Some(base))?, [all(sides[0])?, all(sides[1])?], [all(results[0])?, all(results[1])?]);
        let paths: BTreeSet<&BString> = left.keys().chain(right.keys()).collect();
        let (mut merged, mut conflicts) = (Vec::new(), Vec::new());
        for path in paths {
            let (one, other) = (left.get(path).copied(), right.get(path).copied());
            let chosen = if one == other || favor == Favor::Ours {
                one
            } else if favor == Favor::Theirs {
                other
            } else {
                let stages =
                    [base.get(path), ours.get(path), theirs.get(path)].map(Option::<&Content>::copied);
                let kind = match (one, other) {
                    (Some(_), Some(_)) => ConflictKind::Content,
                    (Some(_), None) => ConflictKind::ModifyDelete,
                    (None, _) => ConflictKind::DeleteModify,
                };
                conflicts.push(Conflict { path: path.clone(), kind, stages });
                self.marked(place, one, other)?
            };
            merged.extend(chosen.map(|content| (path.clone(), content)));
        }
        let settled = if favor == Favor::Neither { 0 } else { 1 };
        Ok(Merged { content: self.content_of(place, &merged)?, conflicts, settled })
    }

    /// Two versions of a file with markers around each place where they differ; of files without
    /// lines, and of one that only one side has, the one that is there.
    fn marked(
        &self,
        place: &Place<'_>,
        one: Option<Content>,
        other: Option<Content>,
    ) -> Result<Option<Content>, MergeError> {
        let (Some(left), Some(right)) = (one, other) else { return Ok(one.or(other)) };
        let (old, new) = (self.source.blob(left.id)?, self.source.blob(right.id)?);
        if old.contains(&0) || new.contains(&0) {
            return Ok(one);
        }
        let text = mark(&old, &new, place);
        let id = self.source.0.keep(Kind::Blob, &text).map_err(MergeError::Keep)?;
        Ok(Some(Content { mode: left.mode, id }))
    }

    fn content_of(
        &self,
        place: &Place<'_>,
        merged: &[(BString, Content)],
    ) -> Result<Option<Content>, MergeError> {
        if let [(path, content)] = merged
            && path == place.path.as_bstr()
        {
            return Ok(Some(*content));
        }
        let cut = place.path.as_str().len() + 1;
        let below: Vec<_> = merged
            .iter()
            // Of a file and a folder of the same name the folder stands.
            .filter_map(|(path, content)| Some((BString::from(path.get(cut..)?), *content)))
            .collect();
        folder_of(self.source.0, &below)
    }
}

fn mark(old: &[u8], new: &[u8], place: &Place<'_>) -> Vec<u8> {
    let input = InternedInput::new(old, new);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let lines = |text: &'_ [u8]| -> Vec<Vec<u8>> {
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(old), lines(new));
    let (mut text, mut at) = (Vec::new(), 0);
    let side = |text: &mut Vec<u8>, lines: &[Vec<u8>]| {
        text.extend(lines.concat());
        if text.last().is_some_and(|byte| *byte != b'\n') {
            text.push(b'\n');
        }
    };
    let marker = |byte: u8, label: &str| {
        let mut line = vec![byte; MARKER];
        if !label.is_empty() {
            line.push(b' ');
            line.extend(label.as_bytes());
        }
        line.push(b'\n');
        line
    };
    for hunk in diff.hunks() {
        text.extend(old[at..hunk.before.start as usize].concat());
        text.extend(marker(b'<', place.ours));
        side(&mut text, &old[hunk.before.start as usize..hunk.before.end as usize]);
        text.extend(marker(b'=', ""));
        side(&mut text, &new[hunk.after.start as usize..hunk.after.end as usize]);
        text.extend(marker(b'>', place.theirs));
        at = hunk.before.end as usize;
    }
    text.extend(old[at..].concat());
    text
}
