//! How much of one text is in another, counted as git counts it for its renames.

use std::collections::HashMap;

/// Everything is the same.
pub const WHOLE: u64 = 60_000;
/// From here on git takes a file that is gone and a new one for the same.
pub const HALF: u64 = WHOLE / 2;
/// A longer line counts in pieces.
const PIECE: usize = 64;

/// The pieces of a text and how many bytes each takes: lines, long ones cut.
pub struct Pieces {
    bytes: HashMap<u64, u64>,
    size: u64,
}

impl Pieces {
    /// Take a text apart; in a text the end of a line may be spelled either way.
    pub fn of(data: &[u8]) -> Self {
        // As git: a NUL among the first bytes makes it no text.
        let is_text = !data.iter().take(8000).any(|byte| *byte == 0);
        let mut bytes: HashMap<u64, u64> = HashMap::new();
        let (mut hash, mut length) = (FNV_START, 0);
        let mut rest = data.iter().peekable();
        while let Some(byte) = rest.next() {
            if is_text && *byte == b'\r' && rest.peek() == Some(&&b'\n') {
                continue;
            }
            hash = (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
            length += 1;
            if length == PIECE || *byte == b'\n' {
                *bytes.entry(hash).or_default() += length as u64;
                (hash, length) = (FNV_START, 0);
            }
        }
        if length > 0 {
            *bytes.entry(hash).or_default() += length as u64;
        }
        Self { bytes, size: data.len() as u64 }
    }

    /// The part of the larger text that both have, up to [`WHOLE`].
    pub fn similarity(&self, other: &Self) -> u64 {
        let larger = self.size.max(other.size);
        if larger == 0 {
            return 0;
        }
        let common =
            |(hash, mine): (&u64, &u64)| other.bytes.get(hash).map_or(0, |theirs| (*mine).min(*theirs));
        self.bytes.iter().map(common).sum::<u64>() * WHOLE / larger
    }
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::{HALF, Pieces, WHOLE};

    fn similarity(left: &str, right: &str) -> u64 {
        let (left, right) = (Pieces::of(left.as_bytes()), Pieces::of(right.as_bytes()));
        assert_eq!(left.similarity(&right), right.similarity(&left));
        left.similarity(&right)
    }

    #[test]
    fn what_both_have_counts_in_bytes() {
        assert_eq!(similarity("a\nb\n", "a\nb\n"), WHOLE);
        assert_eq!(similarity("a\nb\n", "b\na\n"), WHOLE, "the order does not count");
        assert_eq!(similarity("a\nb\n", "a\nc\n"), HALF);
        assert_eq!(similarity("a\na\n", "a\nb\n"), HALF, "as often as both have it");
        assert_eq!(similarity("a\n", "b\n"), 0);
        assert_eq!(similarity("", ""), 0, "nothing is evidence for nothing");
        assert_eq!(similarity("a\nb", "a\n"), WHOLE * 2 / 3);
    }
}
