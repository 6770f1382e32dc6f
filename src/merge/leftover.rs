//! Conflict markers that somebody forgot.

use std::collections::HashSet;

/// The first line, counted from 1, of a conflict that stands in `new` and did not in `old`.
///
/// Lines of `=======` alone are no conflict: Markdown underlines titles with them. A file that shows
/// markers, and showed them before, has none either.
pub fn leftover(old: &[u8], new: &[u8]) -> Option<usize> {
    let known: HashSet<&[u8]> = lines(old).collect();
    let is_new = |line: &[u8], byte: u8| is_marker(line, byte) && !known.contains(line);
    let start = lines(new).position(|line| is_new(line, b'<'))?;
    let ends = lines(new).skip(start).any(|line| is_new(line, b'>'));
    ends.then_some(start + 1)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Whether a line is seven or more of these characters, and then a label or nothing.
fn is_marker(line: &[u8], byte: u8) -> bool {
    const LENGTH: usize = 7;
    let length = line.iter().take_while(|other| **other == byte).count();
    length >= LENGTH && line.get(length).is_none_or(|next| *next == b' ')
}

#[cfg(test)]
mod tests {
    use super::leftover;

    #[test]
    fn what_was_forgotten() {
        let conflict = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n";
        for (old, new, expected) in [
            ("", conflict, Some(2)),
            ("a\nb\n", conflict, Some(2)),
            ("", &conflict.replace('\n', "\r\n"), Some(2)),
            ("", "<<<<<<<<< HEAD\n=========\n>>>>>>>>> x", Some(1)),
            ("", "<<<<<<<\n>>>>>>>", Some(1)),
            (conflict, conflict, None),
            (conflict, &format!("{conflict}more\n"), None),
            ("", "Title\n=======\n\ntext\n", None),
            ("", "<<<<<<< only a start\n", None),
            ("", ">>>>>>> the wrong\n<<<<<<< way round\n", None),
            ("", "<<<<<< six\n>>>>>> six\n", None),
            ("", "  <<<<<<< indented\n  >>>>>>> indented\n", None),
            ("", "<<<<<<<x\n>>>>>>>x\n", None),
            ("", "", None),
        ] {
            assert_eq!(leftover(old.as_bytes(), new.as_bytes()), expected, "{new:?}");
        }
    }
}
