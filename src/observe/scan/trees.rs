//! Reading trees and blobs by path, each tree once, within a limit.

use super::ScanError;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::objs::tree::{EntryKind, EntryMode};
use gix::objs::{Find, Kind, TreeRefIter};
use std::collections::HashMap;
use std::rc::Rc;

/// How many tree entries one scan looks at, repeated ones counted each time.
///
/// Trees may share subtrees, so that a few small objects spell out an endless listing.
pub(super) const MAX_ENTRIES: usize = 200_000;
/// How many links are followed for one path, as Linux does.
const MAX_LINKS: usize = 40;
/// The longest link target that is followed, in bytes (`PATH_MAX`).
const MAX_TARGET: usize = 4_096;
/// The largest blob that is read: manifests and link targets are far smaller.
const MAX_BLOB: usize = 8 << 20;

/// One entry of a folder whose name can stand in a path.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    pub content: Content,
}

/// The entries of one tree, sorted by the bytes of their names.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub entries: Vec<Entry>,
    /// Names that are not UTF-8 or that no path may hold.
    pub unusable: Vec<BString>,
}

impl Folder {
    /// The entry of exactly this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let index = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(index)
    }
}

/// Where a path leads once all links on the way are followed.
#[derive(Debug)]
pub(super) enum Resolved {
    /// To this place, which is no link.
    Found(RepoPath, Content),
    /// Out of the repository, or to an absolute path.
    Leaves,
    /// Nowhere: nothing is there, or links go in circles.
    Nowhere,
}

/// The trees of one commit.
pub(super) struct Trees<'a> {
    objects: &'a dyn Find,
    root: ObjectId,
    folders: HashMap<ObjectId, Rc<Folder>>,
    looked_at: usize,
    buffer: Vec<u8>,
}

impl<'a> Trees<'a> {
    /// The trees below `root`.
    pub fn new(objects: &'a dyn Find, root: ObjectId) -> Self {
        Self { objects, root, folders: HashMap::new(), looked_at: 0, buffer: Vec::new() }
    }

    /// The entries of the tree `id`, which stands at `at`; every visit counts.
    pub fn visit(&mut self, at: &RepoPath, id: ObjectId) -> Result<Rc<Folder>, ScanError> {
        let known = self.folders.contains_key(&id);
        let folder = self.folder(at, id)?;
        if known {
            self.count(folder.entries.len())?;
        }
        Ok(folder)
    }

    fn count(&mut self, entries: usize) -> Result<(), ScanError> {
        self.looked_at += entries.max(1);
        if self.looked_at > MAX_ENTRIES {
            Err(ScanError::TooManyEntries { limit: MAX_ENTRIES })
        } else {
            Ok(())
        }
    }

    fn folder(&mut self, at: &RepoPath, id: ObjectId) -> Result<Rc<Folder>, ScanError> {
        if let Some(folder) = self.folders.get(&id) {
            return Ok(Rc::clone(folder));
        }
        let mut folder = Folder::default();
        if id != ObjectId::empty_tree(id.kind()) {
            let mut buffer = std::mem::take(&mut self.buffer);
            let read = self.read_tree(at, id, &mut buffer, &mut folder);
            self.buffer = buffer;
            read?;
        }
        folder.entries.sort_by(|a, b| a.name.cmp(&b.name));
        let folder = Rc::new(folder);
        self.folders.insert(id, Rc::clone(&folder));
        Ok(folder)
    }

    fn read_tree(
        &mut self,
        at: &RepoPath,
        id: ObjectId,
        buffer: &mut Vec<u8>,
        folder: &mut Folder,
    ) -> Result<(), ScanError> {
        let failed = |source| ScanError::ReadTree { at: at.clone(), id, source };
        let data = self.objects.try_find(&id, buffer).map_err(failed)?;
        let data = data.filter(|data| data.kind == Kind::Tree);
        let data = data.ok_or_else(|| ScanError::NoTree { at: at.clone(), id })?;
        for entry in TreeRefIter::from_bytes(data.data, id.kind()) {
            let entry = entry.map_err(failed)?;
            self.count(1)?;
            match usable_name(entry.filename) {
                Some(name) => {
                    let content = Content { mode: entry.mode, id: entry.oid.to_owned() };
                    folder.entries.push(Entry { name: name.to_owned(), content });
                }
                None => folder.unusable.push(entry.filename.to_owned()),
            }
        }
        Ok(())
    }

    /// The bytes of the blob `id`, if it is there and not absurdly large.
    pub fn blob(&mut self, id: ObjectId) -> Option<&[u8]> {
        let data = self.objects.try_find(&id, &mut self.buffer).ok().flatten()?;
        (data.kind == Kind::Blob && data.data.len() <= MAX_BLOB).then_some(data.data)
    }

    /// What the link `id` says.
    pub fn link_target(&mut self, id: ObjectId) -> Option<String> {
        let target = self.blob(id).filter(|target| target.len() <= MAX_TARGET)?;
        target.to_str().ok().map(str::to_owned)
    }

    /// Follows `path`, seen from the folder `from`, to what really stands there.
    pub fn resolve(&mut self, from: &RepoPath, path: &str) -> Result<Resolved, ScanError> {
        if path.starts_with('/') {
            return Ok(Resolved::Leaves);
        }
        let mut todo: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        todo.extend(from.components().rev().map(str::to_owned));
        let tree = EntryMode::from(EntryKind::Tree);
        let mut reached: Vec<(RepoPath, Content)> =
            vec![(RepoPath::root(), Content { mode: tree, id: self.root })];
        let mut links = 0;
        while let Some(part) = todo.pop() {
            self.count(1)?;
            match part.as_str() {
                "" | "." => continue,
                ".." if reached.len() == 1 => return Ok(Resolved::Leaves),
                ".." => {
                    reached.pop();
                    continue;
                }
                _ => {}
            }
            let Some((place, content)) = self.step(&reached, &part)? else { return Ok(Resolved::Nowhere) };
            if !content.mode.is_link() {
                reached.push((place, content));
                continue;
            }
            links += 1;
            let target = self.link_target(content.id).filter(|_| links <= MAX_LINKS);
            match target {
                None => return Ok(Resolved::Nowhere),
                Some(target) if target.starts_with('/') => return Ok(Resolved::Leaves),
                Some(target) => todo.extend(target.rsplit('/').map(str::to_owned)),
            }
        }
        Ok(reached.pop().map_or(Resolved::Nowhere, |(place, content)| Resolved::Found(place, content)))
    }

    /// The entry `name` of the folder reached last.
    fn step(
        &mut self,
        reached: &[(RepoPath, Content)],
        name: &str,
    ) -> Result<Option<(RepoPath, Content)>, ScanError> {
        let Some((at, folder)) = reached.last().filter(|(_, content)| content.is_folder()) else {
            return Ok(None);
        };
        let folder = self.folder(at, folder.id)?;
        Ok(folder.get(name).and_then(|entry| Some((at.try_join(name).ok()?, entry.content))))
    }
}

/// The name as text, if a path may hold it.
fn usable_name(name: &gix::bstr::BStr) -> Option<&str> {
    let name = name.to_str().ok()?;
    let usable = !name.contains('/') && !name.eq_ignore_ascii_case(".git") && RepoPath::new(name).is_ok();
    usable.then_some(name)
}
