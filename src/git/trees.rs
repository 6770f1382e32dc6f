//! Trees: looking a path up, flattening, and building anew.

use super::GitError;
use crate::merge::ObjectSource;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::{BStr, BString};
use gix::objs::{Find, Kind, Tree, TreeRefIter, WriteTo, tree::Entry, tree::EntryKind};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The entries of a tree, in git's order.
pub type Entries = Rc<Vec<(BString, Content)>>;

/// Reads trees and remembers them: histories ask for the same ones again and again.
pub struct TreeReader<'a, F: Find + ?Sized> {
    objects: &'a F,
    seen: RefCell<HashMap<ObjectId, Entries>>,
}

impl<'a, F: Find + ?Sized> TreeReader<'a, F> {
    /// A reader over these objects.
    pub fn new(objects: &'a F) -> Self {
        Self { objects, seen: RefCell::default() }
    }

    /// The entries of a tree.
    ///
    /// # Errors
    ///
    /// When the tree is missing or damaged.
    pub fn entries(&self, tree_id: ObjectId) -> Result<Entries, GitError> {
        if let Some(entries) = self.seen.borrow().get(&tree_id) {
            return Ok(Rc::clone(entries));
        }
        let mut buffer = Vec::new();
        let entries = Rc::new(read_entries(self.objects, tree_id, &mut buffer)?);
        self.seen.borrow_mut().insert(tree_id, Rc::clone(&entries));
        Ok(entries)
    }

    /// What stands at `path` below the tree.
    ///
    /// # Errors
    ///
    /// When a tree on the way is missing or damaged.
    pub fn at(&self, tree_id: ObjectId, path: &RepoPath) -> Result<Option<Content>, GitError> {
        let mut found = Content::folder(tree_id);
        for name in path.components() {
            if !found.is_folder() {
                return Ok(None);
            }
            let entries = self.entries(found.id)?;
            match entries.iter().find(|(entry, _)| entry == name) {
                Some((_, content)) => found = *content,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }
}

/// The entries of a tree, read afresh.
///
/// # Errors
///
/// When the tree is missing or damaged.
pub fn read_entries(
    objects: &(impl Find + ?Sized),
    tree_id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<Vec<(BString, Content)>, GitError> {
    let failed = |source| GitError::ReadObject { id: tree_id, source: Box::new(source) };
    let data = objects.try_find(&tree_id, buffer).map_err(failed)?;
    let data = data.filter(|data| data.kind == Kind::Tree).ok_or(GitError::MissingObject(tree_id))?;
    TreeRefIter::from_bytes(data.data, data.object_hash)
        .map(|entry| {
            let entry = entry.map_err(|_| GitError::DamagedTree(tree_id))?;
            Ok((entry.filename.to_owned(), Content { mode: entry.mode, id: entry.oid.to_owned() }))
        })
        .collect()
}

/// The root tree with `path` set to `content`, or removed; folders left empty go too.
///
/// # Errors
///
/// When a tree on the way cannot be read or kept.
pub fn replace(
    objects: &(impl ObjectSource + ?Sized),
    root: Option<ObjectId>,
    path: &RepoPath,
    content: Option<Content>,
) -> Result<Option<Content>, GitError> {
    let names: Vec<&str> = path.components().collect();
    replace_below(objects, root, &names, content)
}

fn replace_below(
    objects: &(impl ObjectSource + ?Sized),
    tree_id: Option<ObjectId>,
    names: &[&str],
    content: Option<Content>,
) -> Result<Option<Content>, GitError> {
    let Some((name, rest)) = names.split_first() else { return Ok(content) };
    let entries = match tree_id {
        Some(id) => read_entries(objects, id, &mut Vec::new())?,
        None => Vec::new(),
    };
    let mut entries: BTreeMap<BString, Content> = entries.into_iter().collect();
    let below = entries.get(BStr::new(name)).filter(|content| content.is_folder()).map(|folder| folder.id);
    match replace_below(objects, below, rest, content)? {
        Some(new) => entries.insert(BString::from(*name), new),
        None => entries.remove(BStr::new(name)),
    };
    if entries.is_empty() { Ok(None) } else { keep_tree(objects, entries.into_iter()).map(Some) }
}

/// Keep the tree of these entries.
///
/// # Errors
///
/// When it cannot be kept.
pub fn keep_tree(
    objects: &(impl ObjectSource + ?Sized),
    entries: impl Iterator<Item = (BString, Content)>,
) -> Result<Content, GitError> {
    let mut tree = Tree { entries: Vec::new() };
    for (filename, content) in entries {
        tree.entries.push(Entry { mode: content.mode, filename, oid: content.id });
    }
    tree.entries.sort();
    let mut data = Vec::new();
    tree.write_to(&mut data).map_err(GitError::EncodeTree)?;
    let id = objects.keep(Kind::Tree, &data).map_err(|source| GitError::KeepObject(Box::new(source)))?;
    Ok(Content { mode: EntryKind::Tree.into(), id })
}
