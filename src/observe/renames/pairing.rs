//! What is gone and what is new in one commit, matched.

use super::similarity::{HALF, Pieces};
use crate::model::artifact::ArtifactType;
use crate::model::path::RepoPath;
use crate::observe::scan::Offered;
use gix::ObjectId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where an artifact that is gone went in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Went {
    /// To this place.
    To(RepoPath),
    /// To one of these, and nothing tells which.
    Unclear(Vec<RepoPath>),
}

/// Where each artifact that a commit took away went; what is not in it was removed.
pub type Pairs = BTreeMap<(ArtifactType, RepoPath), Went>;

/// More pairs than that are not compared line by line: git's own limit.
const MOST: usize = 1_000_000;

/// Match what is gone with what is new, of one type.
///
/// First by the whole content, then by the `SKILL.md` alone, then by how similar that is. Among
/// equals the one counts that kept more of the end of its path, as git prefers the same file name;
/// where that leaves several, none is chosen. `text` gives the bytes of a blob.
pub fn pair<'o, E>(
    gone: Vec<&'o Offered>,
    new: Vec<&'o Offered>,
    mut text: impl FnMut(ObjectId) -> Result<Vec<u8>, E>,
) -> Result<Pairs, E> {
    let mut matching = Matching { gone, new, pairs: Pairs::new() };
    let mut empty: HashMap<ObjectId, bool> = HashMap::new();
    for offered in matching.gone.iter().chain(&matching.new) {
        if let std::collections::hash_map::Entry::Vacant(entry) = empty.entry(offered.entry) {
            entry.insert(text(offered.entry)?.is_empty());
        }
    }
    // An empty file is like every other one.
    let tells = |offered: &Offered| empty.get(&offered.entry) == Some(&false);
    matching.by(|offered| tells(offered).then_some(offered.content.id));
    matching.by(|offered| tells(offered).then_some(offered.entry));
    let mut pieces: HashMap<ObjectId, Pieces> = HashMap::new();
    if matching.gone.len() * matching.new.len() <= MOST {
        for offered in matching.gone.iter().chain(&matching.new) {
            pieces.insert(offered.entry, Pieces::of(&text(offered.entry)?));
        }
        matching.by_similarity(&pieces);
    }
    Ok(matching.pairs)
}

/// From what is gone to what is new.
type Way<'o> = (&'o Offered, &'o Offered);

struct Matching<'o> {
    gone: Vec<&'o Offered>,
    new: Vec<&'o Offered>,
    pairs: Pairs,
}

impl<'o> Matching<'o> {
    /// Match those that have the same key.
    fn by(&mut self, key: impl Fn(&Offered) -> Option<ObjectId>) {
        let keys: BTreeSet<ObjectId> = self.gone.iter().filter_map(|gone| key(gone)).collect();
        for wanted in keys {
            let scores = |gone: &Offered, new: &Offered| {
                (key(gone) == Some(wanted) && key(new) == Some(wanted)).then_some(0)
            };
            self.by_score(scores);
        }
    }

    fn by_similarity(&mut self, pieces: &HashMap<ObjectId, Pieces>) {
        let scores = |gone: &Offered, new: &Offered| {
            let score = pieces.get(&gone.entry)?.similarity(pieces.get(&new.entry)?);
            (score >= HALF).then_some(score)
        };
        self.by_score(scores);
    }

    /// Match the best first. Of equals all are settled at once: matched where there is only one way,
    /// else unclear.
    fn by_score(&mut self, score: impl Fn(&Offered, &Offered) -> Option<u64>) {
        let mut ranked: BTreeMap<Reverse<(u64, usize)>, Vec<Way<'o>>> = BTreeMap::new();
        for gone in &self.gone {
            for new in &self.new {
                if let Some(score) = score(gone, new) {
                    let rank = Reverse((score, common_end(&gone.source, &new.source)));
                    ranked.entry(rank).or_default().push((gone, new));
                }
            }
        }
        for mut equals in ranked.into_values() {
            equals.retain(|(gone, new)| self.is_free(gone, new));
            for (gone, _) in &equals {
                let ways: Vec<_> = equals.iter().filter(|(other, _)| other.source == gone.source).collect();
                let one_way = ways.iter().all(|(_, new)| {
                    equals.iter().filter(|(_, other)| other.source == new.source).count() == 1
                });
                let to: Vec<RepoPath> = ways.iter().map(|(_, new)| new.source.clone()).collect();
                let went = match to.as_slice() {
                    [only] if one_way => Went::To(only.clone()),
                    _ => Went::Unclear(to),
                };
                self.pairs.insert((gone.name.kind, gone.source.clone()), went);
            }
            self.gone.retain(|gone| equals.iter().all(|(other, _)| other.source != gone.source));
            self.new.retain(|new| equals.iter().all(|(_, other)| other.source != new.source));
        }
    }

    fn is_free(&self, gone: &Offered, new: &Offered) -> bool {
        self.gone.iter().any(|free| free.source == gone.source)
            && self.new.iter().any(|free| free.source == new.source)
    }
}

/// How many components two paths have in common at their ends.
fn common_end(left: &RepoPath, right: &RepoPath) -> usize {
    let pairs = left.components().rev().zip(right.components().rev());
    pairs.take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::{Went, pair};
    use crate::model::artifact::{ArtifactName, ArtifactType};
    use crate::model::content::Content;
    use crate::model::path::RepoPath;
    use crate::observe::scan::Offered;
    use gix::ObjectId;

    /// A skill at a path; the texts of its `SKILL.md` and of what is beside it are one letter a line.
    fn skill(source: &str, entry: u8, tree: u8) -> Offered {
        let id = |byte: u8| ObjectId::Sha1([byte; 20]);
        Offered {
            name: ArtifactName::new(ArtifactType::Skill, source.rsplit('/').next().unwrap()),
            source: RepoPath::new(source).unwrap(),
            content: Content::folder(id(tree)),
            plugin: None,
            entry: id(entry),
        }
    }

    /// The texts: 0 is empty, 1 and 2 share three lines of four, 3 shares one with each.
    fn text(id: ObjectId) -> Result<Vec<u8>, ()> {
        Ok(match id.as_bytes()[0] {
            0 => "",
            1 => "a\nb\nc\nd\n",
            2 => "a\nb\nc\ne\n",
            3 => "a\nx\ny\nz\n",
            _ => "a\nb\nf\ng\n",
        }
        .into())
    }

    /// `from → to`, `from ? to to`, or nothing.
    fn paired(gone: &[Offered], new: &[Offered]) -> Vec<String> {
        let pairs = pair(gone.iter().collect(), new.iter().collect(), text).unwrap();
        let line = |((_, from), went): (&(ArtifactType, RepoPath), &Went)| match went {
            Went::To(to) => format!("{from} → {to}"),
            Went::Unclear(many) => {
                format!("{from} ? {}", many.iter().map(RepoPath::as_str).collect::<Vec<_>>().join(" "))
            }
        };
        pairs.iter().map(line).collect()
    }

    /// What it is about, what is gone, what is new, and how they are paired.
    type Case<'c> = (&'c str, &'c [Offered], &'c [Offered], &'c [&'c str]);

    #[test]
    fn the_table() {
        let cases: &[Case<'_>] = &[
            (
                "identical",
                &[skill("s/a", 1, 10)],
                &[skill("s/b", 1, 10), skill("s/c", 1, 11)],
                &["s/a → s/b"],
            ),
            (
                "same entry",
                &[skill("s/a", 1, 10)],
                &[skill("s/b", 2, 12), skill("s/c", 1, 11)],
                &["s/a → s/c"],
            ),
            ("similar", &[skill("s/a", 1, 10)], &[skill("s/b", 2, 12), skill("s/c", 3, 13)], &["s/a → s/b"]),
            ("too different", &[skill("s/a", 1, 10)], &[skill("s/c", 3, 13)], &[]),
            ("half is enough", &[skill("s/a", 1, 10)], &[skill("s/c", 4, 13)], &["s/a → s/c"]),
            (
                "two identical ones",
                &[skill("s/a", 1, 10)],
                &[skill("s/b", 1, 10), skill("s/c", 1, 10)],
                &["s/a ? s/b s/c"],
            ),
            (
                "two identical ones, one of the same name",
                &[skill("s/a", 1, 10)],
                &[skill("t/a", 1, 10), skill("s/c", 1, 10)],
                &["s/a → t/a"],
            ),
            (
                "twins that keep their names",
                &[skill("p/x/a", 1, 10), skill("p/y/a", 1, 10)],
                &[skill("q/y/a", 1, 10), skill("q/x/a", 1, 10)],
                &["p/x/a → q/x/a", "p/y/a → q/y/a"],
            ),
            (
                "twins that do not",
                &[skill("s/a", 1, 10), skill("s/b", 1, 10)],
                &[skill("s/c", 1, 10), skill("s/d", 1, 10)],
                &["s/a ? s/c s/d", "s/b ? s/c s/d"],
            ),
            (
                "two become one",
                &[skill("s/a", 1, 10), skill("s/b", 1, 11)],
                &[skill("s/c", 1, 12)],
                &["s/a ? s/c", "s/b ? s/c"],
            ),
            (
                "the better one gets it",
                &[skill("s/a", 1, 10), skill("s/b", 2, 11)],
                &[skill("s/c", 2, 12)],
                &["s/b → s/c"],
            ),
            (
                "equally similar",
                &[skill("s/a", 1, 10)],
                &[skill("s/b", 2, 12), skill("s/c", 2, 13)],
                &["s/a ? s/b s/c"],
            ),
            ("empty ones", &[skill("s/a", 0, 10)], &[skill("s/b", 0, 10)], &[]),
        ];
        for (says, gone, new, expected) in cases {
            assert_eq!(paired(gone, new), *expected, "{says}");
        }
    }
}
