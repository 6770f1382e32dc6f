//! Text from elsewhere, made fit for a terminal.
//!
//! Names, messages and content of artifacts were written by others. Printed as they are, they could
//! move the cursor, forge lines, turn the direction of text or hide a part of it.

use crate::model::visible;

/// One line of text in which nothing is hidden and nothing acts on the terminal.
///
/// Controls (newline and tab too, as a name must not forge lines or columns) and invalid UTF-8 are
/// shown as `\xNN`; invisible and text-turning characters as `\u{…}`. Not for reading back.
pub fn escape(text: impl AsRef<[u8]>) -> String {
    visible::escape(text.as_ref())
}

/// Text of several lines, such as a diff: like [`escape`], but newlines and tabs stay.
///
/// A carriage return is shown, as it would let a line overwrite itself.
pub fn escape_lines(text: impl AsRef<[u8]>) -> String {
    visible::escape_except(text.as_ref(), |character| matches!(character, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_lines};
    use crate::model::visible::is_hidden;
    use proptest::prelude::{any, proptest};

    #[test]
    fn what_acts_or_hides_is_spelled_out() {
        let table: &[(&[u8], &str)] = &[
            (b"plain", "plain"),
            ("Grüße, 日本 🦀 ⚠\u{fe0f}".as_bytes(), "Grüße, 日本 🦀 ⚠\u{fe0f}"),
            (b"C:\\x \\x1b", "C:\\x \\x1b"),
            (b"a\nb\tc\r", r"a\x0ab\x09c\x0d"),
            (b"\x1b]0;title\x07", r"\x1b]0;title\x07"),
            (b"a\x7fb\0", r"a\x7fb\x00"),
            ("\u{9b}2J".as_bytes(), r"\u{9b}2J"),
            ("\u{202e}txt".as_bytes(), r"\u{202e}txt"),
            ("pay\u{200b}pal".as_bytes(), r"pay\u{200b}pal"),
            ("x\u{e0041}\u{e0042}".as_bytes(), r"x\u{e0041}\u{e0042}"),
            (b"caf\xe9", r"caf\xe9"),
            (b"\xf0\x9f\xa6", r"\xf0\x9f\xa6"),
        ];
        for (text, expected) in table {
            assert_eq!(escape(text), *expected);
        }
    }

    #[test]
    fn lines_keep_newlines_and_tabs_only() {
        assert_eq!(
            escape_lines("+\tfn x() {\r\n-\x1b[2J\u{2066}\n"),
            "+\tfn x() {\\x0d\n-\\x1b[2J\\u{2066}\n"
        );
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<Vec<u8>>()) {
            let emoji = '\u{fe0f}';
            assert!(!escape(&text).chars().any(|character| character != emoji && is_hidden(character)));
        }

        #[test]
        fn visible_text_is_left_alone(text in "[ -~äß日🦀]*") {
            assert_eq!(escape(&text), text);
            assert_eq!(escape_lines(&text), text);
        }
    }
}
