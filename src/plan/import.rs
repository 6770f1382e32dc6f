//! Which version counts where other tools' records and the histories both have a say.

use crate::model::content::Content;
use crate::model::deployed::Base;

/// What the base of an artifact is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The version that the record at this place of the list leads to.
    Hint(usize),
    /// What the histories have in common.
    History,
    /// The records lead to different versions and the histories tell nothing.
    Disagreement,
    /// Neither leads anywhere.
    Nothing,
}

/// Decide between the versions that records lead to and what content identity tells.
///
/// Content is proof and a record is a claim, written by a tool that may not know what was done
/// to the files since. Where both speak of different versions the content wins: a base that is too
/// new would undo what lies between, one that is too old is advanced.
pub fn choose(hinted: &[Content], known: Option<&Base>) -> Choice {
    let proven = |content: &Content| {
        known.is_some_and(|known| known.content == *content || known.witnessed == *content)
    };
    if let Some(at) = hinted.iter().position(proven) {
        return Choice::Hint(at);
    }
    match (known, hinted) {
        (Some(_), _) => Choice::History,
        (None, []) => Choice::Nothing,
        (None, [first, rest @ ..]) if rest.iter().all(|other| other == first) => Choice::Hint(0),
        (None, _) => Choice::Disagreement,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, choose};
    use crate::model::content::Content;
    use crate::model::deployed::{Base, Rung};
    use gix::ObjectId;

    #[test]
    fn content_is_proof_and_a_record_a_claim() {
        let version = |number: u8| Content::folder(ObjectId::from_bytes_or_panic(&[number; 20]));
        let (a, b, c) = (version(1), version(2), version(3));
        let base = |witnessed, content| {
            Some(Base { content, original: content, commit: a.id, rung: Rung::History, witnessed })
        };
        for (hinted, known, expected) in [
            (&[][..], None, Choice::Nothing),
            (&[a], None, Choice::Hint(0)),
            (&[a, a], None, Choice::Hint(0)),
            (&[a, b], None, Choice::Disagreement),
            (&[], base(a, a), Choice::History),
            (&[a], base(a, a), Choice::Hint(0)),
            (&[b], base(a, a), Choice::History),
            (&[b, a], base(a, a), Choice::Hint(1)),
            (&[a], base(a, b), Choice::Hint(0)),
            (&[b], base(a, b), Choice::Hint(0)),
            (&[c], base(a, b), Choice::History),
        ] {
            assert_eq!(choose(hinted, known.as_ref()), expected, "{hinted:?} {known:?}");
        }
    }
}
