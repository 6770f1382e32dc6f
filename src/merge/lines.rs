//! How many lines two versions of a file differ by.

use super::source::blob;
use super::{MergeError, ObjectSource};
use crate::model::content::Content;
use gix::diff::blob::{Algorithm, Diff, InternedInput};

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
    let is_binary = |text: &[u8]| text.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    if is_binary(&before) || is_binary(&after) {
        return Ok(None);
    }
    let input = InternedInput::new(before.as_slice(), after.as_slice());
    let diff = Diff::compute(Algorithm::Myers, &input);
    Ok(Some([diff.count_additions() as usize, diff.count_removals() as usize]))
}
