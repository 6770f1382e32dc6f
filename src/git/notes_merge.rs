//! Two versions of the notes tree and what they have in common become one; only what differs is
//! read.
//!
//! Git spreads notes over folders of two digits as they grow in number, and two sides may have
//! spread them differently; a tree may even hold the same note at two depths, over which git's own
//! merge crashes. All layouts are read, and what is written has one per level.

use super::trees::{self, TreeReader};
use super::{GitError, Repository};
use crate::model::content::Content;
use crate::model::note_merge;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};

/// How deep merge bases of merge bases are looked for; criss-cross merges hardly go deeper.
const MAX_DEPTH: u32 = 8;

/// The result of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedNotes {
    /// The merged tree.
    pub tree: ObjectId,
    /// How many notes it has that ours does not have like that.
    pub changed: usize,
    /// How many notes of ours and of theirs are not in it.
    pub lost: [usize; 2],
}

/// Merge the notes of two commits, three-way against what they have in common.
///
/// # Errors
///
/// When an object cannot be read or written.
pub fn merge(repository: &Repository, ours: ObjectId, theirs: ObjectId) -> Result<MergedNotes, GitError> {
    merge_at(repository, ours, theirs, 0)
}

fn merge_at(
    repository: &Repository,
    ours: ObjectId,
    theirs: ObjectId,
    depth: u32,
) -> Result<MergedNotes, GitError> {
    let base = base_tree(repository, ours, theirs, depth)?;
    merge_trees(repository, base, repository.tree_of(ours)?, repository.tree_of(theirs)?)
}

/// The notes that two commits have in common; of several merge bases, the merge.
fn base_tree(
    repository: &Repository,
    ours: ObjectId,
    theirs: ObjectId,
    depth: u32,
) -> Result<Option<ObjectId>, GitError> {
    let mut bases = repository.merge_bases(ours, theirs)?;
    // The order of the sides must not show.
    bases.sort();
    let Some((first, others)) = bases.split_first() else { return Ok(None) };
    let mut tree = repository.tree_of(*first)?;
    for other in others.iter().filter(|_| depth < MAX_DEPTH) {
        let base = base_tree(repository, *first, *other, depth + 1)?;
        tree = merge_trees(repository, base, tree, repository.tree_of(*other)?)?.tree;
    }
    Ok(Some(tree))
}

fn merge_trees(
    repository: &Repository,
    base: Option<ObjectId>,
    ours: ObjectId,
    theirs: ObjectId,
) -> Result<MergedNotes, GitError> {
    let mut merger = Merger::new(repository, false);
    let whole = [base, Some(ours), Some(theirs)].map(|tree| Node { tree, loose: Vec::new() });
    let tree = merger.level(&whole, ours.kind().len_in_hex())?;
    let tree = match tree {
        Some(tree) => tree.id,
        None => trees::keep_tree(&repository.writer(), std::iter::empty())?.id,
    };
    Ok(MergedNotes { tree, changed: merger.changed, lost: merger.lost })
}

/// The same notes with each at one place only.
///
/// # Errors
///
/// When an object cannot be read or written.
pub fn tidied(repository: &Repository, root: ObjectId) -> Result<ObjectId, GitError> {
    let whole = [None, Some(root), Some(root)].map(|tree| Node { tree, loose: Vec::new() });
    let tidy = Merger::new(repository, true).level(&whole, root.kind().len_in_hex())?;
    Ok(tidy.map_or(root, |tree| tree.id))
}

/// How many notes a tree holds.
///
/// # Errors
///
/// When a tree cannot be read.
pub fn count(repository: &Repository, root: ObjectId) -> Result<usize, GitError> {
    let reader = TreeReader::new(repository);
    let mut open = vec![(root, root.kind().len_in_hex())];
    let mut found = 0;
    while let Some((tree, left)) = open.pop() {
        for (name, content) in reader.entries(tree)?.iter() {
            match kind(name, *content, left) {
                Kind::Note => found += 1,
                Kind::Fan => open.push((content.id, left - 2)),
                Kind::Foreign => {}
            }
        }
    }
    Ok(found)
}

/// What an entry of a notes tree is.
enum Kind {
    /// A note.
    Note,
    /// A folder of notes whose commits begin with the same two digits.
    Fan,
    /// Something that somebody else keeps there.
    Foreign,
}

/// What an entry is where `left` digits are left of a commit's id; as git sees it.
fn kind(name: &BString, content: Content, left: usize) -> Kind {
    let hex = name.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match name.len() {
        length if length == left && hex && content.mode.is_blob() => Kind::Note,
        2 if left > 2 && hex && content.is_folder() => Kind::Fan,
        _ => Kind::Foreign,
    }
}

/// Notes below a prefix: in a folder, or beside it under longer names.
#[derive(Clone, Default, PartialEq, Eq)]
struct Node {
    tree: Option<ObjectId>,
    loose: Vec<(BString, ObjectId)>,
}

impl Node {
    fn is_mixed(&self) -> bool {
        self.tree.is_some() && !self.loose.is_empty()
    }
}

/// What stands below a prefix, by the next two digits.
#[derive(Default)]
struct Level {
    groups: BTreeMap<BString, Node>,
    foreign: BTreeMap<BString, Content>,
}

/// Base, ours, theirs.
type Sides<T> = [T; 3];

struct Merger<'r> {
    repository: &'r Repository,
    reader: TreeReader<'r>,
    /// Look into everything, also where both sides are the same.
    thorough: bool,
    changed: usize,
    lost: [usize; 2],
}

impl<'r> Merger<'r> {
    fn new(repository: &'r Repository, thorough: bool) -> Self {
        Self { repository, reader: TreeReader::new(repository), thorough, changed: 0, lost: [0; 2] }
    }

    /// Merge what stands where `left` digits are left; the tree of it, unless nothing is left.
    fn level(&mut self, nodes: &Sides<Node>, left: usize) -> Result<Option<Content>, GitError> {
        let levels = [self.read(&nodes[0], left)?, self.read(&nodes[1], left)?, self.read(&nodes[2], left)?];
        let mut entries: BTreeMap<BString, Content> = BTreeMap::new();
        let names: BTreeSet<&BString> = levels.iter().flat_map(|level| level.foreign.keys()).collect();
        for name in names {
            let sides = [0, 1, 2].map(|side: usize| levels[side].foreign.get(name).copied());
            entries.extend(self.foreign(sides)?.map(|content| (name.clone(), content)));
        }
        let is_fanned =
            levels[1..].iter().flat_map(|level| level.groups.values()).any(|node| node.tree.is_some());
        let names: BTreeSet<&BString> = levels.iter().flat_map(|level| level.groups.keys()).collect();
        for name in names {
            let sides =
                [0, 1, 2].map(|side: usize| levels[side].groups.get(name).cloned().unwrap_or_default());
            match self.group(&sides, left)? {
                Merged::Folder(folder) => entries.extend(folder.map(|folder| (name.clone(), folder))),
                Merged::Notes(notes) if is_fanned && !notes.is_empty() => {
                    let notes = notes.into_iter().map(|(rest, note)| (BString::from(&rest[2..]), note));
                    entries.insert(name.clone(), trees::keep_tree(&self.repository.writer(), notes)?);
                }
                Merged::Notes(notes) => entries.extend(notes),
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        trees::keep_tree(&self.repository.writer(), entries.into_iter()).map(Some)
    }

    /// Merge the notes whose commits go on with the same two digits.
    fn group(&mut self, sides: &Sides<Node>, left: usize) -> Result<Merged, GitError> {
        let [base, ours, theirs] = sides;
        if ours == theirs && !ours.is_mixed() && !self.thorough && ours.tree.is_some() {
            return Ok(Merged::Folder(ours.tree.map(Content::folder)));
        }
        if [base, ours, theirs].iter().any(|node| node.tree.is_some()) {
            let below = sides.clone().map(|node| Node {
                loose: node.loose.into_iter().map(|(rest, note)| (BString::from(&rest[2..]), note)).collect(),
                ..node
            });
            return self.level(&below, left - 2).map(Merged::Folder);
        }
        let mut notes = Vec::new();
        let names: BTreeSet<&BString> =
            sides.iter().flat_map(|node| &node.loose).map(|(name, _)| name).collect();
        for name in names {
            let versions = |node: &Node| -> Vec<ObjectId> {
                node.loose.iter().filter(|(found, _)| found == name).map(|(_, note)| *note).collect()
            };
            let sides = [versions(base), versions(ours), versions(theirs)];
            notes.extend(self.note(&sides)?.map(|note| (name.clone(), Content::file(note))));
        }
        Ok(Merged::Notes(notes))
    }

    /// Merge the versions of one note; a side that has it at several depths has several.
    fn note(&mut self, sides: &Sides<Vec<ObjectId>>) -> Result<Option<ObjectId>, GitError> {
        let [base, ours, theirs] = sides;
        let single = sides.iter().all(|versions| versions.len() < 2);
        let merged = match single {
            true if ours == theirs || theirs == base => ours.first().copied(),
            true if ours == base => theirs.first().copied(),
            _ => {
                let text = note_merge::merge(&self.text(base)?, &self.text(ours)?, &self.text(theirs)?);
                if text.is_empty() { None } else { Some(self.repository.write_blob(&text)?) }
            }
        };
        for (lost, had) in self.lost.iter_mut().zip([ours, theirs]) {
            *lost += usize::from(merged.is_none() && !had.is_empty());
        }
        self.changed += usize::from(merged.as_slice() != ours.as_slice());
        Ok(merged)
    }

    /// The text of a note; a note may be concatenated.
    fn text(&self, versions: &[ObjectId]) -> Result<Vec<u8>, GitError> {
        let texts: Result<Vec<_>, _> = versions.iter().map(|id| self.repository.blob(*id)).collect();
        Ok(texts?.join(&b'\n'))
    }

    /// Merge what is no note; where both sides changed a file, one of them has to be chosen.
    fn foreign(&self, [base, ours, theirs]: Sides<Option<Content>>) -> Result<Option<Content>, GitError> {
        if ours == theirs || theirs == base {
            return Ok(ours);
        }
        if ours == base {
            return Ok(theirs);
        }
        let is_folder = |side: Option<Content>| side.is_some_and(|content| content.is_folder());
        if !is_folder(ours) || !is_folder(theirs) {
            return Ok(ours.max(theirs));
        }
        let entries = |side: Option<Content>| -> Result<BTreeMap<BString, Content>, GitError> {
            match side.filter(Content::is_folder) {
                Some(folder) => Ok(self.reader.entries(folder.id)?.iter().cloned().collect()),
                None => Ok(BTreeMap::new()),
            }
        };
        let sides = [entries(base)?, entries(ours)?, entries(theirs)?];
        let names: BTreeSet<&BString> = sides.iter().flat_map(BTreeMap::keys).collect();
        let mut merged = Vec::new();
        for name in names {
            let found = [0, 1, 2].map(|side: usize| sides[side].get(name).copied());
            merged.extend(self.foreign(found)?.map(|content| (name.clone(), content)));
        }
        trees::keep_tree(&self.repository.writer(), merged.into_iter()).map(Some)
    }

    /// What stands in a node, by the next two digits.
    fn read(&self, node: &Node, left: usize) -> Result<Level, GitError> {
        let mut level = Level::default();
        for (name, note) in &node.loose {
            level.put(name, *note);
        }
        let Some(tree) = node.tree else { return Ok(level) };
        for (name, content) in self.reader.entries(tree)?.iter() {
            match kind(name, *content, left) {
                Kind::Note => level.put(name, content.id),
                Kind::Fan => level.groups.entry(name.clone()).or_default().tree = Some(content.id),
                Kind::Foreign => {
                    level.foreign.insert(name.clone(), *content);
                }
            }
        }
        Ok(level)
    }
}

impl Level {
    fn put(&mut self, name: &BString, note: ObjectId) {
        let group = self.groups.entry(name[..2].as_bstr().to_owned()).or_default();
        group.loose.push((name.clone(), note));
    }
}

/// A merged group.
enum Merged {
    /// It stands in a folder, unless nothing is left.
    Folder(Option<Content>),
    /// It stands beside others, under longer names.
    Notes(Vec<(BString, Content)>),
}
