//! Text that a reader cannot see, and an agent may: tag characters, zero-width and bidirectional
//! marks, variation selectors that carry bytes.

use crate::merge::Addition;
use crate::model::scan::Finding;
use gix::bstr::ByteSlice;
use std::collections::BTreeSet;

/// A kind of character that hides something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// ASCII in disguise.
    Tag,
    /// Turns the direction of what is around it.
    Bidi,
    /// Takes no room.
    ZeroWidth,
    /// Changes how the character before it looks; a row of them carries bytes.
    Selector,
    /// A letter without ink.
    Filler,
}

/// The kinds, each with its ranges; both ends belong to a range.
const KINDS: [(Kind, &[(u32, u32)]); 5] = [
    (Kind::Tag, &[(0xe0000, 0xe007f)]),
    (Kind::Bidi, &[(0x061c, 0x061c), (0x200e, 0x200f), (0x202a, 0x202e), (0x2066, 0x2069)]),
    (
        Kind::ZeroWidth,
        &[(0x00ad, 0x00ad), (0x180e, 0x180e), (0x200b, 0x200d), (0x2060, 0x2065), (0xfeff, 0xfeff)],
    ),
    (Kind::Selector, &[(0xfe00, 0xfe0f), (0xe0100, 0xe01ef)]),
    (Kind::Filler, &[(0x115f, 0x1160), (0x3164, 0x3164), (0xffa0, 0xffa0)]),
];

fn kind(character: char) -> Option<Kind> {
    let code = u32::from(character);
    let is_in = |ranges: &[(u32, u32)]| ranges.iter().any(|&(first, last)| (first..=last).contains(&code));
    KINDS.iter().find(|(_, ranges)| is_in(ranges)).map(|(kind, _)| *kind)
}

/// What is hidden in the new lines of a file, one finding per line.
pub(super) fn find(addition: &Addition) -> Vec<Finding> {
    let path = addition.path.to_str_lossy();
    let found = addition.lines.iter().filter_map(|(number, line)| {
        let hidden = hidden(&line.to_str_lossy(), *number == 1);
        if hidden.is_empty() {
            return None;
        }
        Some(Finding {
            rule: "hidden-text".into(),
            what: format!("hides {}", say(&hidden)),
            path: path.clone().into_owned(),
            line: Some(*number),
            shown: decoded(&hidden),
        })
    });
    found.collect()
}

/// The hidden characters of a line that have no business there.
fn hidden(line: &str, first: bool) -> Vec<char> {
    let all: Vec<char> = line.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let length = innocent(&all, at, first);
        if length == 0 {
            found.extend(kind(all[at]).map(|_| all[at]));
        }
        at += length.max(1);
    }
    found
}

/// How many characters from here on are as their writing system has them: a byte order mark, an emoji
/// in colour or joined of several, a flag of a region, a joiner between letters that join.
fn innocent(all: &[char], at: usize, first: bool) -> usize {
    let before = at.checked_sub(1).map(|at| all[at]);
    let after = all.get(at + 1).copied();
    match all[at] {
        '\u{feff}' if first && at == 0 => 1,
        '\u{1f3f4}' => flag(&all[at + 1..]).map_or(0, |length| length + 1),
        '\u{fe0e}' | '\u{fe0f}'
            if before.is_some_and(|before| {
                is_symbol(before) || "#*".contains(before) || before.is_ascii_digit()
            }) =>
        {
            1
        }
        '\u{200d}' if before.is_some_and(is_symbol) && after.is_some_and(is_symbol) => 1,
        '\u{200c}' | '\u{200d}' if before.is_some_and(joins) && after.is_some_and(joins) => 1,
        _ => 0,
    }
}

/// The length of what makes a black flag that of a region (England, Scotland, Wales, …): two to six
/// letters or digits as tags, and the end of tags.
fn flag(tags: &[char]) -> Option<usize> {
    let is_letter = |tag: &&char| matches!(**tag, '\u{e0061}'..='\u{e007a}' | '\u{e0030}'..='\u{e0039}');
    let letters = tags.iter().take_while(is_letter).count();
    ((3..=6).contains(&letters) && tags.get(letters) == Some(&'\u{e007f}')).then_some(letters + 1)
}

/// Whether it is an emoji or a part of one.
fn is_symbol(character: char) -> bool {
    matches!(u32::from(character), 0xa9 | 0xae | 0x203c..=0x3299 | 0x1f000..=0x1faff | 0xfe0f)
        && kind(character).is_none_or(|kind| kind == Kind::Selector)
}

/// Whether it is of a script whose letters join or are kept from it: Arabic, the Indic ones, Mongolian.
fn joins(character: char) -> bool {
    matches!(u32::from(character), 0x0600..=0x08ff | 0x0900..=0x109f | 0x1780..=0x18af | 0xa840..=0xa8ff | 0x11000..=0x11fff)
        && kind(character).is_none()
}

/// How many there are of what.
fn say(hidden: &[char]) -> String {
    let kinds: BTreeSet<Kind> = hidden.iter().filter_map(|character| kind(*character)).collect();
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|wanted| {
            let count = hidden.iter().filter(|character| kind(**character) == Some(wanted)).count();
            let (one, many) = match wanted {
                Kind::Tag => ("tag character", "tag characters"),
                Kind::Bidi => ("bidirectional mark", "bidirectional marks"),
                Kind::ZeroWidth => ("zero-width character", "zero-width characters"),
                Kind::Selector => ("variation selector", "variation selectors"),
                Kind::Filler => ("invisible letter", "invisible letters"),
            };
            format!("{count} {}", if count == 1 { one } else { many })
        })
        .collect();
    parts.join(" and ")
}

/// What the characters say, where they say something; else their names.
fn decoded(hidden: &[char]) -> String {
    const LONG: usize = 120;
    let tags: String = hidden.iter().filter_map(|tag| ascii_of_tag(*tag)).collect();
    let bytes: Vec<u8> = hidden.iter().filter_map(|selector| byte_of_selector(*selector)).collect();
    let text = if tags.trim().is_empty() { bytes.to_str_lossy().into_owned() } else { tags };
    // Of one selector or two, nothing can be read.
    if text.chars().filter(|character| character.is_ascii_graphic()).count() > 2 {
        let cut: String = text.chars().take(LONG).collect();
        let cut = if cut == text { cut } else { format!("{cut}…") };
        return format!("they read '{}'", crate::model::visible::escape(cut.as_bytes()));
    }
    const NAMED: usize = 6;
    let mut names: Vec<String> =
        hidden.iter().take(NAMED).map(|character| format!("U+{:04X}", u32::from(*character))).collect();
    if hidden.len() > NAMED {
        names.push("…".into());
    }
    names.join(" ")
}

fn ascii_of_tag(tag: char) -> Option<char> {
    let code = u32::from(tag).checked_sub(0xe0000)?;
    char::from_u32(code).filter(|character| matches!(character, ' '..='~'))
}

/// The 256 variation selectors count from 0.
fn byte_of_selector(selector: char) -> Option<u8> {
    let code = u32::from(selector);
    let number = match code {
        0xfe00..=0xfe0f => code - 0xfe00,
        0xe0100..=0xe01ef => code - 0xe0100 + 16,
        _ => return None,
    };
    u8::try_from(number).ok()
}
