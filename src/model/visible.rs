//! Characters that a reader cannot see, and how they are made visible.

use std::fmt::Write as _;

/// Ranges of characters that are invisible, turn the direction of text, or carry hidden text.
///
/// Controls, soft hyphen, fillers, zero-width and bidirectional marks, line and paragraph
/// separators, variation selectors, interlinear annotation, musical and shorthand formatting, and
/// the tag block. Sorted; both ends belong to the range.
const HIDDEN: &[(u32, u32)] = &[
    (0x00, 0x1f),
    (0x7f, 0x9f),
    (0xad, 0xad),
    (0x34f, 0x34f),
    (0x61c, 0x61c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0xe0000, 0xe0fff),
];

/// Whether `character` is a control, invisible, or changes how its neighbours are laid out.
pub fn is_hidden(character: char) -> bool {
    let code = u32::from(character);
    let range = HIDDEN.partition_point(|&(_, last)| last < code);
    HIDDEN.get(range).is_some_and(|&(first, _)| first <= code)
}

/// The bytes as text in which everything that [`is_hidden`] and all invalid UTF-8 is spelled out.
///
/// For names and other text of one line. Bytes below U+0080 and invalid bytes become `\xNN`, other
/// characters `\u{…}`. A backslash stays as it is: the text is for eyes, not for reading back.
pub fn escape(bytes: &[u8]) -> String {
    escape_except(bytes, |_| false)
}

/// Like [`escape`], but characters that `keep` wants are left alone.
pub fn escape_except(bytes: &[u8], keep: impl Fn(char) -> bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push(&mut text, character, keep(character));
        }
        for byte in chunk.invalid() {
            push_byte(&mut text, *byte);
        }
    }
    text
}

/// Append one character, spelled out where it could not be seen.
fn push(text: &mut String, character: char, keep: bool) {
    // An emoji followed by "show me in colour" is what authors type all day and hides nothing.
    let emoji = character == '\u{fe0f}' && text.chars().next_back().is_some_and(|last| !last.is_ascii());
    if keep || emoji || !is_hidden(character) {
        text.push(character);
    } else if let Ok(byte) = u8::try_from(u32::from(character))
        && byte.is_ascii()
    {
        push_byte(text, byte);
    } else {
        text.extend(character.escape_unicode());
    }
}

/// Append `\xNN`.
fn push_byte(text: &mut String, byte: u8) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\\x{byte:02x}");
}

#[cfg(test)]
mod tests {
    use super::{HIDDEN, escape, is_hidden};

    #[test]
    fn ranges_are_sorted_and_apart() {
        assert!(HIDDEN.windows(2).all(|pair| pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0));
    }

    #[test]
    fn both_ends_of_every_range_are_hidden_and_their_neighbours_are_not() {
        for &(first, last) in HIDDEN {
            for code in [first, last] {
                assert!(char::from_u32(code).is_some_and(is_hidden), "U+{code:04X}");
            }
        }
        for seen in ['a', ' ', '~', '\u{a0}', 'é', '\u{200a}', '\u{202f}', '日', '\u{fe10}', '🦀'] {
            assert!(!is_hidden(seen), "{}", seen.escape_unicode());
        }
    }

    #[test]
    fn emoji_stay_and_lone_selectors_do_not() {
        assert_eq!(escape("⚠\u{fe0f} care".as_bytes()), "⚠\u{fe0f} care");
        assert_eq!(escape("a\u{fe0f}".as_bytes()), "a\\u{fe0f}");
    }
}
