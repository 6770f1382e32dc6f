//! Whether a content was edited on top of what an operation left, judged hunk by hunk.

use super::ObserveError;
use super::base::pending::Life;
use crate::git::objects::Objects;
use crate::merge;
use crate::model::content::Content;
use crate::model::pending::Entry;
use gix::bstr::BString;
use gix::diff::blob::{Algorithm, Diff, InternedInput};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

type Files = BTreeMap<BString, Content>;

/// Whether `content` was edited on top of the operation of `entry`.
///
/// It was not if a hunk of the operation is back at the text it had before. A line that is merely
/// missing proves nothing. `kept` says that the operation is known to stand elsewhere (in the
/// index); if no hunk stands as the operation left it, a `doubt` (a reset or stash since) decides.
///
/// # Errors
///
/// When a blob cannot be read.
pub fn on_top(
    objects: &Objects,
    entry: &Entry,
    content: Content,
    kept: bool,
    doubt: bool,
) -> Result<Life, ObserveError> {
    let files = |content: Option<Content>| -> Result<Files, ObserveError> {
        let Some(content) = content else { return Ok(Files::new()) };
        Ok(merge::files(objects, content, entry.path())?.into_iter().collect())
    };
    let (before, after, now) = (files(entry.before)?, files(entry.after)?, files(Some(content))?);
    let (mut kept, mut back) = (kept, false);
    for (path, new) in &after {
        let old = before.get(path);
        if old == Some(new) {
            continue;
        }
        let text = |content: Option<&Content>| -> Result<Vec<u8>, ObserveError> {
            Ok(content.map(|content| objects.blob(content.id)).transpose()?.unwrap_or_default())
        };
        let evidence = compare(&text(old)?, &text(Some(new))?, &text(now.get(path))?);
        kept |= evidence.stands;
        back |= evidence.back;
    }
    Ok(match (back, kept, doubt) {
        (true, true, false) => Life::Doubtful,
        (true, ..) => Life::Dormant,
        (false, true, _) | (false, _, false) => Life::Alive,
        (false, false, true) => Life::Dormant,
    })
}

/// What one file says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Evidence {
    /// A hunk stands as the operation left it.
    stands: bool,
    /// A hunk is back at the text before the operation.
    back: bool,
}

fn compare(old: &[u8], new: &[u8], now: &[u8]) -> Evidence {
    let input = InternedInput::new(old, new);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let lines =
        |text: &[u8]| text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (old, new, now) = (lines(old), lines(new), lines(now));
    let has: HashSet<&[u8]> = now.iter().map(Vec::as_slice).collect();
    let mut evidence = Evidence::default();
    for hunk in diff.hunks() {
        let span = |range: &Range<u32>| range.start as usize..range.end as usize;
        let (was, add) = (span(&hunk.before), span(&hunk.after));
        // Lines that stand elsewhere in the other version prove nothing.
        let only = |lines: &[Vec<u8>], elsewhere: &[Vec<u8>]| -> Vec<Vec<u8>> {
            lines.iter().filter(|line| !elsewhere.contains(line)).cloned().collect()
        };
        let (gone, came) = (only(&old[was.clone()], &new), only(&new[add.clone()], &old));
        if gone.is_empty() && came.is_empty() {
            continue;
        }
        let count = |lines: &[Vec<u8>]| lines.iter().filter(|line| has.contains(line.as_slice())).count();
        if count(&came) == came.len() && count(&gone) == 0 {
            evidence.stands |= !came.is_empty();
        } else if count(&came) == 0 && count(&gone) == gone.len() {
            evidence.back |= !gone.is_empty() || closed_again(&old, &was, &now);
        }
    }
    evidence
}

/// Whether the neighbours of an insertion stand side by side again; a lost neighbour proves
/// nothing against it.
fn closed_again(old: &[Vec<u8>], at: &Range<usize>, now: &[Vec<u8>]) -> bool {
    let neighbours = [at.start.checked_sub(1).and_then(|before| old.get(before)), old.get(at.end)];
    let found: Vec<usize> = neighbours
        .into_iter()
        .flatten()
        .filter_map(|line| now.iter().position(|candidate| candidate == line))
        .collect();
    match found.as_slice() {
        [first, second] => first + 1 == *second,
        _ => true,
    }
}

/// How many conflict markers of any kind a file holds.
///
/// # Errors
///
/// When the blob cannot be read.
pub fn markers(objects: &Objects, file: Content) -> Result<usize, ObserveError> {
    let data = objects.blob(file.id)?;
    let marked = |line: &&[u8]| {
        [&b"<<<<<<<"[..], b">>>>>>>", b"|||||||"].iter().any(|marker| line.starts_with(marker))
    };
    Ok(data.split(|byte| *byte == b'\n').filter(marked).count())
}

#[cfg(test)]
mod tests {
    use super::{Evidence, compare};

    #[test]
    fn hunks_bear_witness() {
        let (old, new) = ("a\nb\nc\nd\n", "a\nB\nc\nx\nd\n");
        let stands = Evidence { stands: true, back: false };
        let back = Evidence { stands: false, back: true };
        let both = Evidence { stands: true, back: true };
        for (now, expected) in [
            (new, &stands),
            ("mine\na\nB\nc\nx\nd\n", &stands),
            (old, &back),
            ("a\nB\nc\nd\n", &both),
            ("a\nq\nc\nx\nd\n", &stands),
            ("q\n", &back),
        ] {
            let found = compare(old.as_bytes(), new.as_bytes(), now.as_bytes());
            assert_eq!(&found, expected, "{now:?}");
        }
        assert_eq!(compare(b"a\nb\n", b"a\n", b"a\n"), Evidence { stands: false, back: false });
    }
}
