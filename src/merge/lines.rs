//! The lines by which two versions of a file differ.

use super::source::{blob, files};
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
    if before == after {
        return Ok(Vec::new());
    }
    let all = |content: Option<Content>| content.map_or(Ok(Vec::new()), |content| files(source, content, at));
    let before: BTreeMap<BString, Content> = all(before)?.into_iter().collect();
    let known: BTreeSet<ObjectId> = before.values().map(|content| content.id).collect();
    let mut found = Vec::new();
    for (path, content) in all(after)? {
        let old = before.get(&path).copied();
        if old.is_some_and(|old| old.id == content.id) {
            continue;
        }
        let is_moved = known.contains(&content.id);
        let lines =
            if is_moved || content.mode.is_link() { Vec::new() } else { new_lines(source, old, content)? };
        found.push(Addition { path, lines });
    }
    Ok(found)
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
