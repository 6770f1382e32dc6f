//! The merge with two readings of the base: what records vouch for, and what *advance* saw.

use crate::merge::{Engine, Favor, MergeError, Merged, Place};
use crate::model::content::Content;
use crate::model::deployed::Base;

/// Merge `theirs` into `ours`.
///
/// Advance goes by content, and the user may have made upstream's change by hand. Where the
/// witnessed and the advanced base both merge cleanly and the results differ, that difference is a
/// conflict: it is shown as a merge of the two results over nothing. Where only the witnessed base
/// conflicts, the advanced one is taken.
///
/// # Errors
///
/// When an object is missing or a merge driver fails.
pub fn merge(
    engine: &mut Engine<'_>,
    place: &Place<'_>,
    base: Option<&Base>,
    ours: Option<Content>,
    theirs: Option<Content>,
    favor: Favor,
) -> Result<Merged, MergeError> {
    let Some(base) = base else { return engine.merge(place, None, ours, theirs, favor) };
    let advanced = engine.merge(place, Some(base.content), ours, theirs, favor)?;
    if base.witnessed == base.content || !advanced.is_clean() || ours == theirs {
        return Ok(advanced);
    }
    let witnessed = engine.merge(place, Some(base.witnessed), ours, theirs, favor)?;
    if !witnessed.is_clean() || witnessed.content == advanced.content {
        return Ok(advanced);
    }
    engine.difference(place, base.content, [ours, theirs], [witnessed.content, advanced.content], favor)
}
