//! The three-way merge of lines, as git's `xdl_merge` does it (`xdiff/xmerge.c`, level "zealous").
//!
//! gix finds the same conflicts but draws their borders differently: git compares the two sides of
//! a conflict once more, splits it at the lines they share and joins what is at most three lines
//! apart. Users compare our markers with those of `git merge`, so they are to be the same bytes.

use super::Favor;
use gix::diff::blob::{Algorithm, Diff, InternedInput};
use gix::merge::blob::builtin_driver::text::ConflictStyle;
use std::ops::Range;

/// Conflicts that are at most this many lines apart are shown as one.
const JOINED_LINES: usize = 3;

/// How a merged text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style<'a> {
    pub(super) conflict: ConflictStyle,
    pub(super) marker_size: usize,
    /// The labels of base, ours and theirs.
    pub(super) labels: [&'a [u8]; 3],
    pub(super) favor: Favor,
}

/// A text as lines, each with its line end.
pub(super) type Lines<'a> = Vec<&'a [u8]>;

/// What becomes of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Conflict,
    Ours,
    Theirs,
    /// The two sides turned out to be the same.
    Same,
}

/// A region where a side differs from the base, as lines of base, ours and theirs.
#[derive(Debug, Clone)]
struct Region {
    outcome: Outcome,
    lines: [Range<usize>; 3],
}

/// A run of lines replaced by another.
#[derive(Debug, Clone)]
struct Change {
    before: Range<usize>,
    after: Range<usize>,
}

/// The lines of `text`.
pub(super) fn lines(text: &[u8]) -> Lines<'_> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Merge three texts; returns the merged text and how many conflicts are in it.
pub(super) fn merge(texts: [&[u8]; 3], style: Style<'_>) -> (Vec<u8>, usize) {
    let sides = texts.map(lines);
    let mut regions = regions(&sides);
    match style.conflict {
        ConflictStyle::Diff3 => {}
        ConflictStyle::ZealousDiff3 => regions.iter_mut().for_each(|region| trim(region, &sides)),
        ConflictStyle::Merge => {
            regions = regions.into_iter().flat_map(|region| refine(region, &sides)).collect();
            regions = join(regions);
        }
    }
    super::markers::write(&sides, &to_parts(regions, style.favor), style)
}

/// One piece of the merged text that is not simply ours' unchanged line.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Which side's lines are taken (1 ours, 2 theirs); none: a conflict.
    pub(super) side: Option<usize>,
    /// The lines of base, ours and theirs.
    pub(super) lines: [Range<usize>; 3],
}

fn to_parts(regions: Vec<Region>, favor: Favor) -> Vec<Part> {
    let favored = match favor {
        Favor::Neither => None,
        Favor::Ours => Some(1),
        Favor::Theirs => Some(2),
    };
    let mut parts = Vec::with_capacity(regions.len());
    for Region { outcome, lines } in regions {
        let side = match outcome {
            Outcome::Conflict => favored,
            Outcome::Ours => Some(1),
            Outcome::Theirs => Some(2),
            Outcome::Same => continue,
        };
        parts.push(Part { side, lines });
    }
    parts
}

/// The changes from `before` to `after`, without the indent heuristic, as in git's merges.
fn changes(before: &[&[u8]], after: &[&[u8]]) -> Vec<Change> {
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(before.iter().copied());
    input.update_after(after.iter().copied());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Change { before: range(hunk.before), after: range(hunk.after) }).collect()
}

/// Where ours or theirs differs from the base, in order; overlapping or touching ones are conflicts.
fn regions(sides: &[Lines<'_>; 3]) -> Vec<Region> {
    let [base, ours, theirs] = sides;
    let (our_changes, their_changes) = (changes(base, ours), changes(base, theirs));
    let (mut our, mut their) = (our_changes.as_slice(), their_changes.as_slice());
    let mut found = Vec::new();
    loop {
        let (o, t) = (our.first(), their.first());
        match (o, t) {
            (None, None) => return found,
            (Some(o), t) if t.is_none_or(|t| o.before.end < t.before.start) => {
                let theirs = follow(&o.before, t, base.len(), theirs.len());
                append(&mut found, Outcome::Ours, [o.before.clone(), o.after.clone(), theirs]);
                our = &our[1..];
            }
            (o, Some(t)) if o.is_none_or(|o| t.before.end < o.before.start) => {
                let ours = follow(&t.before, o, base.len(), ours.len());
                append(&mut found, Outcome::Theirs, [t.before.clone(), ours, t.after.clone()]);
                their = &their[1..];
            }
            (Some(o), Some(t)) => {
                if o.before != t.before || ours[o.after.clone()] != theirs[t.after.clone()] {
                    append(&mut found, Outcome::Conflict, overlap(o, t));
                }
                let (our_end, their_end) = (o.before.end, t.before.end);
                their = &their[usize::from(our_end >= their_end)..];
                our = &our[usize::from(their_end >= our_end)..];
            }
            _ => return found,
        }
    }
}

/// Where lines of the base stand in a side that does not change them; `next` is its next change.
fn follow(before: &Range<usize>, next: Option<&Change>, base: usize, side: usize) -> Range<usize> {
    let (from, to) = next.map_or((base, side), |next| (next.before.start, next.after.start));
    (before.start + to).saturating_sub(from)..before.end + to - from
}

/// The lines of all three sides in the smallest region that holds both changes.
///
/// Where an earlier change of the same side is in that region too, the start is too early; the
/// region then touches the one before, of which only the end moves.
fn overlap(ours: &Change, theirs: &Change) -> [Range<usize>; 3] {
    let start = ours.before.start.min(theirs.before.start);
    let end = ours.before.end.max(theirs.before.end);
    let widen = |change: &Change| {
        let lead = change.before.start - start;
        change.after.start.saturating_sub(lead)..change.after.end + (end - change.before.end)
    };
    [start..end, widen(ours), widen(theirs)]
}

/// Add a region, or widen the last one if it touches this one in ours or theirs.
fn append(found: &mut Vec<Region>, outcome: Outcome, lines: [Range<usize>; 3]) {
    match found.last_mut() {
        Some(last) if lines[1].start <= last.lines[1].end || lines[2].start <= last.lines[2].end => {
            if last.outcome != outcome {
                last.outcome = Outcome::Conflict;
            }
            for (old, new) in last.lines.iter_mut().zip(lines) {
                old.end = new.end;
            }
        }
        _ => found.push(Region { outcome, lines }),
    }
}

/// Split a conflict at the lines that both sides share.
fn refine(region: Region, sides: &[Lines<'_>; 3]) -> Vec<Region> {
    let [base, ours, theirs] = region.lines.clone();
    if region.outcome != Outcome::Conflict || ours.is_empty() || theirs.is_empty() {
        return vec![region];
    }
    let differences = changes(&sides[1][ours.clone()], &sides[2][theirs.clone()]);
    if differences.is_empty() {
        return vec![Region { outcome: Outcome::Same, ..region }];
    }
    let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    let pieces = differences.into_iter().map(|difference| Region {
        outcome: Outcome::Conflict,
        lines: [base.clone(), shift(difference.before, ours.start), shift(difference.after, theirs.start)],
    });
    pieces.collect()
}

/// Show conflicts that are only a few lines apart as one.
fn join(regions: Vec<Region>) -> Vec<Region> {
    let mut joined: Vec<Region> = Vec::with_capacity(regions.len());
    for region in regions {
        match joined.last_mut() {
            Some(last)
                if last.outcome == Outcome::Conflict
                    && region.outcome == Outcome::Conflict
                    && region.lines[1].start - last.lines[1].end <= JOINED_LINES =>
            {
                last.lines[1].end = region.lines[1].end;
                last.lines[2].end = region.lines[2].end;
            }
            _ => joined.push(region),
        }
    }
    joined
}

/// Take the lines that both sides share out of a conflict's ends (style `zdiff3`).
fn trim(region: &mut Region, sides: &[Lines<'_>; 3]) {
    if region.outcome != Outcome::Conflict {
        return;
    }
    let [_, ours, theirs] = &mut region.lines;
    let is_left =
        |ours: &Range<usize>, theirs: &Range<usize>| ours.start < ours.end && theirs.start < theirs.end;
    while is_left(ours, theirs) && sides[1][ours.start] == sides[2][theirs.start] {
        ours.start += 1;
        theirs.start += 1;
    }
    while is_left(ours, theirs) && sides[1][ours.end - 1] == sides[2][theirs.end - 1] {
        ours.end -= 1;
        theirs.end -= 1;
    }
}
