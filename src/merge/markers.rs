//! Writing a merged text with conflict markers, byte for byte as git does.

use super::text::{Lines, Part, Style};
use gix::merge::blob::builtin_driver::text::ConflictStyle;
use std::ops::Range;

/// The merged text, and how many conflicts it holds.
pub(super) fn write(sides: &[Lines<'_>; 3], parts: &[Part], style: Style<'_>) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut conflicts = 0;
    let mut written = 0;
    for part in parts {
        let [_, ours, _] = &part.lines;
        copy(&mut out, &sides[1][written..ours.start], None);
        match part.side {
            Some(side) => copy(&mut out, &sides[side][part.lines[side].clone()], None),
            None => {
                conflicts += 1;
                write_conflict(&mut out, sides, &part.lines, style);
            }
        }
        written = ours.end;
    }
    copy(&mut out, &sides[1][written..], None);
    (out, conflicts)
}

fn write_conflict(out: &mut Vec<u8>, sides: &[Lines<'_>; 3], lines: &[Range<usize>; 3], style: Style<'_>) {
    let line_end: &[u8] = if needs_cr(sides, lines) { b"\r\n" } else { b"\n" };
    let marker = |out: &mut Vec<u8>, byte: u8, label: Option<&[u8]>| {
        out.extend(std::iter::repeat_n(byte, style.marker_size));
        if let Some(label) = label {
            out.push(b' ');
            out.extend_from_slice(label);
        }
        out.extend_from_slice(line_end);
    };
    let [base, ours, theirs] = lines;
    marker(out, b'<', Some(style.labels[1]));
    copy(out, &sides[1][ours.clone()], Some(line_end));
    if !matches!(style.conflict, ConflictStyle::Merge) {
        marker(out, b'|', Some(style.labels[0]));
        copy(out, &sides[0][base.clone()], Some(line_end));
    }
    marker(out, b'=', None);
    copy(out, &sides[2][theirs.clone()], Some(line_end));
    marker(out, b'>', Some(style.labels[2]));
}

/// Copy lines; with a `line_end` the last one is completed by it.
fn copy(out: &mut Vec<u8>, lines: &[&[u8]], line_end: Option<&[u8]>) {
    for line in lines {
        out.extend_from_slice(line);
    }
    if let (Some(last), Some(line_end)) = (lines.last(), line_end)
        && !last.ends_with(b"\n")
    {
        out.extend_from_slice(line_end);
    }
}

/// Whether the markers end in CR LF: if the lines before the conflict, or else the base's first, do.
fn needs_cr(sides: &[Lines<'_>; 3], lines: &[Range<usize>; 3]) -> bool {
    let before = |side: usize| is_crlf(&sides[side], lines[side].start.saturating_sub(1));
    let verdicts = [before(1), before(2), is_crlf(&sides[0], 0)];
    let mut answer = None;
    for verdict in verdicts {
        match verdict {
            Some(false) => return false,
            Some(true) => answer = Some(true),
            None => answer = None,
        }
    }
    answer.unwrap_or(false)
}

/// Whether a line ends in CR LF; none if neither it nor the one before has a line end.
fn is_crlf(lines: &Lines<'_>, index: usize) -> Option<bool> {
    let line = lines.get(index)?;
    if line.ends_with(b"\n") {
        return Some(line.ends_with(b"\r\n"));
    }
    let previous = lines.get(index.checked_sub(1)?)?;
    Some(previous.ends_with(b"\r\n"))
}
