//! The version of an artifact that is most like a content; it is only ever shown or suggested.

use super::{Ladder, Subject};
use crate::merge::{self, MergeError, ObjectSource};
use crate::model::content::Content;
use crate::model::deployed::Nearest;
use crate::model::path::RepoPath;
use crate::observe::{ObserveError, scan};
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// What is less alike than this is no version of the same thing; git's own limit for renames.
const FLOOR: f64 = 0.5;

impl Ladder<'_> {
    /// The version of an artifact that is most like `content`, the newest of several; none if none
    /// is alike by half.
    ///
    /// Alike is, over all files, the bytes of the lines that both have, twice, by the bytes of both:
    /// `2 · common / (a + b)`. A file is compared with the one of the same name, its lines as a bag
    /// and without their line ends, so that neither order nor CRLF counts.
    ///
    /// # Errors
    ///
    /// When the content cannot be read. A version that cannot, as in a partial clone, is passed over.
    pub fn nearest(
        &self,
        subject: Subject<'_>,
        content: Content,
        tip: ObjectId,
    ) -> Result<Option<Nearest>, ObserveError> {
        let history = self.collection_history(tip);
        let objects = self.engine.borrow().objects();
        let mut bags = Bags { objects, seen: HashMap::new() };
        let ours = bags.of(content, subject.path)?;
        let mut best: Option<Nearest> = None;
        let mut seen = Vec::new();
        for version in history.view()?.versions(subject.source).into_iter().rev() {
            let native = version.content.map(|content| self.native(subject.form, content)).transpose()?;
            let Some(there) = native.flatten().filter(|there| !seen.contains(there)) else { continue };
            seen.push(there);
            let Ok(theirs) = bags.of(there, subject.path) else { continue };
            let similarity = similarity(&ours, &theirs);
            if similarity >= best.as_ref().map_or(FLOOR, |best| best.similarity.next_up()) {
                // For people, who name it to the collection itself.
                let commit = self.collection.repository.own_id(version.commit);
                let source = subject.source.clone();
                best = Some(Nearest { content: there, commit, source, similarity, version: None });
            }
        }
        Ok(best.map(|best| Nearest { version: scan::version_of(objects, best.content), ..best }))
    }
}

/// The lines of a file, as a bag: how often each is there and how long it is.
#[derive(Default)]
struct Bag {
    lines: HashMap<u64, (usize, usize)>,
    bytes: usize,
}

struct Bags<'a> {
    objects: &'a dyn ObjectSource,
    seen: HashMap<ObjectId, Rc<Bag>>,
}

impl Bags<'_> {
    fn of(&mut self, content: Content, at: &RepoPath) -> Result<BTreeMap<BString, Rc<Bag>>, MergeError> {
        let mut files = BTreeMap::new();
        for (path, file) in merge::files(self.objects, content, at)? {
            let bag = match self.seen.get(&file.id) {
                Some(bag) => Rc::clone(bag),
                None => Rc::new(Bag::of(&merge::blob(self.objects, file.id)?)),
            };
            self.seen.insert(file.id, Rc::clone(&bag));
            files.insert(path, bag);
        }
        Ok(files)
    }
}

impl Bag {
    fn of(data: &[u8]) -> Self {
        let mut bag = Self::default();
        for line in data.lines() {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            // An empty line is worth its end.
            let entry = bag.lines.entry(hasher.finish()).or_insert((0, line.len() + 1));
            entry.0 += 1;
            bag.bytes += line.len() + 1;
        }
        bag
    }

    fn common(&self, other: &Self) -> usize {
        let shared = self.lines.iter().filter_map(|(line, (count, length))| {
            other.lines.get(line).map(|(there, _)| count.min(there) * length)
        });
        shared.sum()
    }
}

fn similarity(ours: &BTreeMap<BString, Rc<Bag>>, theirs: &BTreeMap<BString, Rc<Bag>>) -> f64 {
    let bytes = |files: &BTreeMap<BString, Rc<Bag>>| files.values().map(|bag| bag.bytes).sum::<usize>();
    let pairs = ours.iter().filter_map(|(path, bag)| Some((bag, theirs.get(path)?)));
    let common: usize = pairs.map(|(ours, theirs)| ours.common(theirs)).sum();
    let all = bytes(ours) + bytes(theirs);
    if all == 0 { 1.0 } else { 2.0 * approximate(common) / approximate(all) }
}

/// A number of bytes as a fraction's part; an artifact has far fewer than are exact.
#[expect(clippy::cast_precision_loss, reason = "artifacts are limited to 64 MB")]
fn approximate(bytes: usize) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use super::{BString, Bag, Rc, similarity};
    use std::collections::BTreeMap;

    #[test]
    fn lines_count_by_their_bytes() {
        let files = |files: &[(&str, &str)]| -> BTreeMap<BString, Rc<Bag>> {
            files
                .iter()
                .map(|(path, text)| (BString::from(*path), Rc::new(Bag::of(text.as_bytes()))))
                .collect()
        };
        let one = files(&[("a", "aaaa\nbbbb\n")]);
        for (other, expected) in [
            (&[("a", "aaaa\nbbbb\n")][..], 1.0),
            (&[("a", "bbbb\r\naaaa\r\n")], 1.0),
            (&[("a", "aaaa\ncccc\n")], 0.5),
            (&[("a", "aaaa\naaaa\n")], 0.5),
            (&[("b", "aaaa\nbbbb\n")], 0.0),
            (&[("a", "aaaa\nbbbb\n"), ("b", "123456789\n")], 2.0 * 10.0 / 30.0),
            (&[], 0.0),
        ] {
            assert!((similarity(&one, &files(other)) - expected).abs() < 1e-9, "{other:?}");
            assert!((similarity(&files(other), &one) - expected).abs() < 1e-9, "{other:?}");
        }
        assert!((similarity(&files(&[]), &files(&[("a", "")])) - 1.0).abs() < 1e-9);
    }
}
