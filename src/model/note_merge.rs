//! Two versions of a note and what they have in common become one: per path, three-way.
//!
//! For notes that change on both sides this is commutative, associative and idempotent, so that
//! clones which merge in any order end with the same records. It tolerates what other ways of
//! merging leave behind: `merge(concat(x, y)) == merge(x, y)`.

use super::note::Note;
use super::path::RepoPath;
use super::record::Fact;
use std::collections::BTreeSet;

/// Merge two versions of a note, three-way against `base`; no note is an empty one.
///
/// What only one side changed is taken; of two changes the higher number wins, then the larger
/// line, and a change wins over a line that is gone. Lines that are not understood are kept as they
/// stand unless a side that knew them dropped them. The result is canonical.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Vec<u8> {
    match [base, ours, theirs].map(understood) {
        [Some(base), Some(ours), Some(theirs)] => merge_notes(&base, &ours, &theirs).to_text().into_bytes(),
        // Nothing is known of such a note but its lines; a reader finds the winner among them.
        _ => merge_lines(&lines(base), &lines(ours), &lines(theirs))
            .into_iter()
            .flat_map(|line| line.iter().copied().chain(*b"\n"))
            .collect(),
    }
}

/// The note in these bytes, unless it is one that readers refuse.
fn understood(text: &[u8]) -> Option<Note> {
    let text = std::str::from_utf8(text).ok().filter(|text| Note::is_readable(text))?;
    Some(Note::parse_whole(text))
}

fn merge_notes(base: &Note, ours: &Note, theirs: &Note) -> Note {
    let mut merged = Note::default();
    let paths: BTreeSet<&RepoPath> =
        [base, ours, theirs].iter().flat_map(|note| note.facts()).map(Fact::path).collect();
    for path in paths {
        let [base, ours, theirs] = [base, ours, theirs].map(|note| note.get(path));
        if let Some(fact) = choose(base, ours, theirs) {
            merged.set(fact.clone());
        }
    }
    let [base, ours, theirs] = [base, ours, theirs].map(|note| note.kept().collect::<BTreeSet<_>>());
    for line in merge_lines(&base, &ours, &theirs) {
        merged.keep(line.to_owned());
    }
    merged
}

/// What is true of one path: a join in the order *as in the base, gone, by number and line*.
fn choose<'f>(base: Option<&Fact>, ours: Option<&'f Fact>, theirs: Option<&'f Fact>) -> Option<&'f Fact> {
    let rank = |fact: Option<&Fact>| (fact != base).then(|| fact.map(|fact| (fact.n(), fact.to_line())));
    if ours == theirs || rank(ours) >= rank(theirs) { ours } else { theirs }
}

/// A line stays if both have it, or if one does that the base did not have.
fn merge_lines<L: Ord + Copy>(base: &BTreeSet<L>, ours: &BTreeSet<L>, theirs: &BTreeSet<L>) -> BTreeSet<L> {
    let stays = |line: &&L| ours.contains(line) && theirs.contains(line) || !base.contains(line);
    ours.union(theirs).filter(stays).copied().collect()
}

fn lines(text: &[u8]) -> BTreeSet<&[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect()
}
