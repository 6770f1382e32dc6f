//! Several copies of one artifact brought together, each merged with its own base.

use crate::merge::{Conflict, Engine, Favor, MergeError, Merged, Place};
use crate::model::content::Content;
use crate::model::path::RepoPath;

/// One copy of an artifact, in the collection's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy<'c> {
    /// Where it stands.
    pub path: &'c RepoPath,
    /// The version that it has in common with the collection.
    pub base: Content,
    /// What stands there.
    pub ours: Content,
}

/// What copies and collection make together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fold {
    /// All edits and the collection's changes.
    Together(Content),
    /// Two copies were changed in the same place.
    Clash {
        /// The first one, in table order.
        first: RepoPath,
        /// The other one.
        second: RepoPath,
        /// What does not go together in it.
        conflicts: Vec<Conflict>,
    },
    /// A copy and the collection do not go together: each copy is merged for itself.
    Apart,
}

/// Fold the copies, in the order given, into what the collection has.
///
/// With a `favor` the earlier (*ours*) or later copy wins where two were changed in the same place.
///
/// # Errors
///
/// When an object is missing or a merge driver fails.
pub fn fold(
    copies: &[Copy<'_>],
    theirs: Content,
    engine: &mut Engine<'_>,
    favor: Favor,
) -> Result<Fold, MergeError> {
    let mut result = theirs;
    let mut folded: Vec<Copy<'_>> = Vec::new();
    for copy in copies.iter().filter(|copy| copy.ours != copy.base) {
        if copy.ours == result {
            folded.push(*copy);
            continue;
        }
        let mut merged = add(engine, copy, result, Favor::Neither)?;
        if !merged.is_clean() {
            if !add(engine, copy, theirs, Favor::Neither)?.is_clean() {
                return Ok(Fold::Apart);
            }
            if favor == Favor::Neither {
                let first = clashing(engine, &folded, copy, theirs)?;
                let (first, second) = (first.clone(), copy.path.clone());
                return Ok(Fold::Clash { first, second, conflicts: merged.conflicts });
            }
            merged = add(engine, copy, result, favor)?;
        }
        let Some(content) = merged.content.filter(|_| merged.is_clean()) else { return Ok(Fold::Apart) };
        result = content;
        folded.push(*copy);
    }
    Ok(Fold::Together(result))
}

fn add(engine: &mut Engine<'_>, copy: &Copy<'_>, ours: Content, favor: Favor) -> Result<Merged, MergeError> {
    let place = Place { path: copy.path, ours: "ours", base: "base", theirs: "theirs" };
    engine.merge(&place, Some(copy.base), Some(ours), Some(copy.ours), favor)
}

/// The earlier copy that a copy does not go together with; the last one, where only all together do not.
fn clashing<'c>(
    engine: &mut Engine<'_>,
    folded: &[Copy<'c>],
    copy: &Copy<'c>,
    theirs: Content,
) -> Result<&'c RepoPath, MergeError> {
    for earlier in folded {
        let Some(alone) = add(engine, earlier, theirs, Favor::Neither)?.content else { continue };
        if !add(engine, copy, alone, Favor::Neither)?.is_clean() {
            return Ok(earlier.path);
        }
    }
    Ok(folded.last().map_or(copy.path, |last| last.path))
}

/// What is said of two copies that were changed in the same place.
pub fn clash_message(first: &RepoPath, second: &RepoPath) -> String {
    format!("'{first}' and '{second}' were changed in the same place")
}

/// What is said of copies that do not go together with what the collection has.
pub fn apart_message() -> String {
    "does not go together with the other copies".to_owned()
}
