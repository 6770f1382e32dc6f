//! Which ids name the same object, and their file.

use crate::git::Repository;
use gix::ObjectId;
use gix::hash::Kind as HashKind;
use std::collections::HashMap;

/// What the stored pairs of ids begin with; another beginning is as good as no pairs.
const MAGIC: &[u8] = b"skillsync-ids 1\n";

/// Ids of the same objects.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// From the collection's own ids to those of the copy.
    pub(super) here: HashMap<ObjectId, ObjectId>,
    /// The other way round.
    pub(super) own: HashMap<ObjectId, ObjectId>,
}

impl Pairs {
    /// The pairs in this order: own, here.
    pub fn insert(&mut self, own: ObjectId, here: ObjectId) {
        self.here.insert(own, here);
        self.own.insert(here, own);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.here.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// What the object that is called `own` is called in the copy.
    pub fn here(&self, own: ObjectId) -> Option<ObjectId> {
        self.here.get(&own).copied()
    }

    /// Take in others too.
    pub fn extend(&mut self, others: &Self) {
        others.here.iter().for_each(|(own, here)| self.insert(*own, *here));
    }

    /// As bytes, for a file; `state` says what they hold for.
    pub fn to_bytes(&self, state: &str) -> Vec<u8> {
        let mut data = MAGIC.to_vec();
        data.extend(state.as_bytes());
        data.push(b'\n');
        let mut pairs: Vec<_> = self.here.iter().collect();
        pairs.sort_unstable();
        for (own, here) in pairs {
            data.extend(own.as_slice());
            data.extend(here.as_slice());
        }
        data
    }

    /// What [`Pairs::to_bytes`] wrote for the same state, of a collection and its copy; none if it is
    /// anything else.
    pub fn from_bytes(data: &[u8], state: &str, sides: [&Repository; 2]) -> Option<Self> {
        Self::parse(data, state, sides.map(|repository| repository.gix().object_hash()))
    }

    fn parse(data: &[u8], state: &str, [own, here]: [HashKind; 2]) -> Option<Self> {
        let rest = data.strip_prefix(MAGIC)?.strip_prefix(state.as_bytes())?.strip_prefix(b"\n")?;
        let length = own.len_in_bytes() + here.len_in_bytes();
        let rows = rest.chunks_exact(length);
        if !rows.remainder().is_empty() {
            return None;
        }
        let mut pairs = Self::default();
        for row in rows {
            let (own, here) = row.split_at(own.len_in_bytes());
            pairs.insert(ObjectId::try_from(own).ok()?, ObjectId::try_from(here).ok()?);
        }
        Some(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::{HashKind, ObjectId, Pairs};

    fn pairs() -> Pairs {
        let id = |hash: HashKind, byte: u8| {
            ObjectId::try_from(vec![byte; hash.len_in_bytes()].as_slice()).expect("an id")
        };
        let mut pairs = Pairs::default();
        for byte in 1..20 {
            pairs.insert(id(HashKind::Sha1, byte), id(HashKind::Sha256, byte + 100));
        }
        pairs
    }

    #[test]
    fn pairs_survive_their_file() {
        let (pairs, formats) = (pairs(), [HashKind::Sha1, HashKind::Sha256]);
        let data = pairs.to_bytes("a b");
        assert_eq!(Pairs::parse(&data, "a b", formats), Some(pairs));
        assert_eq!(Pairs::parse(&data, "a", formats), None, "made for another boundary");
        assert_eq!(Pairs::parse(&data, "a b", [HashKind::Sha256, HashKind::Sha256]), None);
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let formats = [HashKind::Sha1, HashKind::Sha256];
        let data = pairs().to_bytes("");
        let head = Pairs::default().to_bytes("").len();
        for length in 0..data.len() {
            let parsed = Pairs::parse(&data[..length], "", formats);
            let whole = length >= head && (length - head) % 52 == 0;
            assert_eq!(parsed.is_some(), whole, "{length} of {}", data.len());
        }
    }
}
