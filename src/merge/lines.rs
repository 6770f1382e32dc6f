//! The lines by which two versions of a file differ.

use super::source::{Source, blob};
use super::{MergeError, ObjectSource};
use crate::model::content::Content;
use crate::model::path::RepoPath;
use gix::ObjectId;
use gix::bstr::BString;
use gix::diff::blob::{Algorithm, Diff, InternedInput};
use std::collections::{BTreeMap, BTreeSet};

/// How much of a file decides whether it has lines, as in git.
const LOOKED_AT: usize = 8000;

/// The lines that come and go between two versions of a file; none if one has no lines (is binary).
///
/// # Errors
///
/// When an object is missing.
pub fn changed_lines(
    source: &dyn ObjectSource,
    before: Option<Content>,
    after: Option<Content>,
) -> Result<Option<[usize; 2]>, MergeError> {
    if before.map(|content| content.id) == after.map(|content| content.id) {
        return Ok(Some([0, 0]));
    }
    let text = |content: Option<Content>| content.map_or(Ok(Vec::new()), |content| blob(source, content.id));
    let (before, after) = (text(before)?, text(after)?);
    if is_binary(&before) || is_binary(&after) {
        return Ok(None);
    }
    let input = InternedInput::new(before.as_slice(), after.as_slice());
    let diff = Diff::compute(Algorithm::Myers, &input);
    Ok(Some([diff.count_additions() as usize, diff.count_removals() as usize]))
}

/// A file that is new or has new lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// Its path.
    pub path: BString,
    /// The new lines without their ends, each with its number, counted from 1; none of a file that has
    /// no lines (is binary), is a link, or only stands elsewhere now.
    pub lines: Vec<(usize, Vec<u8>)>,
}

/// What is new in `after`, which stands at `at`, compared with `before`.
///
/// # Errors
///
/// When an object is missing.
pub fn additions(
    source: &dyn ObjectSource,
    before: Option<Content>,
    after: Option<Content>,
    at: &RepoPath,
) -> Result<Vec<Addition>, MergeError> {
    let mut differing = Vec::new();
    differences(Source(source), before, after, at.as_bstr().to_owned(), &mut differing)?;
    let known: BTreeSet<ObjectId> =
        differing.iter().filter_map(|(_, before, _)| Some((*before)?.id)).collect();
    let mut found = Vec::new();
    for (path, before, after) in differing {
        let Some(after) = after.filter(|after| before.is_none_or(|before| before.id != after.id)) else {
            continue;
        };
        let has_lines = !known.contains(&after.id) && !after.mode.is_link();
        let lines = if has_lines { new_lines(source, before, after)? } else { Vec::new() };
        found.push(Addition { path, lines });
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(found)
}

type Differing = (BString, Option<Content>, Option<Content>);

/// The files that differ; folders that are the same are not looked into.
fn differences(
    source: Source<'_>,
    before: Option<Content>,
    after: Option<Content>,
    path: BString,
    found: &mut Vec<Differing>,
) -> Result<(), MergeError> {
    let is_folder = |content: Option<Content>| content.is_some_and(|content| content.is_folder());
    if before == after {
        return Ok(());
    }
    if !is_folder(before) && !is_folder(after) {
        let file = |content: Option<Content>| content.filter(|content| !content.mode.is_commit());
        found.push((path, file(before), file(after)));
        return Ok(());
    }
    let entries = |content: Option<Content>| -> Result<BTreeMap<BString, Content>, MergeError> {
        let Some(folder) = content.filter(|content| content.is_folder()) else { return Ok(BTreeMap::new()) };
        let tree = source.tree(folder.id)?;
        Ok(tree
            .entries
            .into_iter()
            .map(|entry| (entry.filename, Content { mode: entry.mode, id: entry.oid }))
            .collect())
    };
    let (old, new) = (entries(before)?, entries(after)?);
    let names: BTreeSet<&BString> = old.keys().chain(new.keys()).collect();
    for name in names {
        let mut below = path.clone();
        below.push(b'/');
        below.extend_from_slice(name);
        differences(source, old.get(name).copied(), new.get(name).copied(), below, found)?;
    }
    // A file that is a folder now, or the reverse.
    let file = |content: Option<Content>| content.filter(|content| !content.is_folder());
    if file(before).or(file(after)).is_some() {
        found.push((path, file(before), file(after)));
    }
    Ok(())
}

fn new_lines(
    source: &dyn ObjectSource,
    before: Option<Content>,
    after: Content,
) -> Result<Vec<(usize, Vec<u8>)>, MergeError> {
    let before = before.map_or(Ok(Vec::new()), |content| blob(source, content.id))?;
    let after = blob(source, after.id)?;
    if is_binary(&after) {
        return Ok(Vec::new());
    }
    let input = InternedInput::new(before.as_slice(), after.as_slice());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let lines: Vec<&[u8]> = after.split_inclusive(|byte| *byte == b'\n').collect();
    let mut found = Vec::new();
    for hunk in diff.hunks() {
        for at in hunk.after.start as usize..hunk.after.end as usize {
            let Some(line) = lines.get(at) else { continue };
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            found.push((at + 1, line.strip_suffix(b"\r").unwrap_or(line).to_vec()));
        }
    }
    Ok(found)
}

/// Whether a file has no lines, as git sees it.
fn is_binary(text: &[u8]) -> bool {
    text.iter().take(LOOKED_AT).any(|byte| *byte == 0)
}
