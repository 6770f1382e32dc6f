//! Trees: looking a path up, flattening, and building anew.

use super::{GitError, Repository};
use crate::merge::ObjectSource;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::{BStr, BString};
use gix::objs::{Find, Kind, Tree, TreeRefIter, WriteTo, tree::Entry, tree::EntryKind};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The entries of a tree, in git's order.
pub type Entries = Rc<Vec<(BString, Content)>>;

/// The trees of a repository that were read before.
pub(super) type SeenTrees = RefCell<HashMap<ObjectId, Entries>>;

/// Reads the trees of a repository, which remembers them: histories ask for the same ones again
/// and again, and so does one look-up after the other.
#[derive(Clone, Copy)]
pub struct TreeReader<'a> {
    repository: &'a Repository,
}

impl<'a> TreeReader<'a> {
    /// A reader of this repository's trees.
    pub fn new(repository: &'a Repository) -> Self {
        Self { repository }
    }

    /// The entries of a tree.
    ///
    /// # Errors
    ///
    /// When the tree is missing or damaged.
    pub fn entries(&self, tree_id: ObjectId) -> Result<Entries, GitError> {
        let seen = self.repository.seen_trees();
        if let Some(entries) = seen.borrow().get(&tree_id) {
            return Ok(Rc::clone(entries));
        }
        let mut buffer = Vec::new();
        let entries = Rc::new(read_entries(self.repository, tree_id, &mut buffer)?);
        seen.borrow_mut().insert(tree_id, Rc::clone(&entries));
        Ok(entries)
    }

    /// What stands at `path` below the tree.
    ///
    /// # Errors
    ///
    /// When a tree on the way is missing or damaged.
    pub fn at(&self, tree_id: ObjectId, path: &RepoPath) -> Result<Option<Content>, GitError> {
        self.below(Content::folder(tree_id), path.components())
    }

    /// The entry of this name in a root tree that is not remembered: a history has as many of them
    /// as commits.
    ///
    /// # Errors
    ///
    /// When the tree is missing or damaged.
    pub fn top(&self, root: ObjectId, name: &str) -> Result<Option<Content>, GitError> {
        let failed = |source| GitError::ReadObject { id: root, source: Box::new(source) };
        let mut buffer = Vec::new();
        let data = self.repository.try_find(&root, &mut buffer).map_err(failed)?;
        let data = data.filter(|data| data.kind == Kind::Tree).ok_or(GitError::MissingObject(root))?;
        for found in TreeRefIter::from_bytes(data.data, data.object_hash) {
            let found = found.map_err(|_| GitError::DamagedTree(root))?;
            if found.filename == name {
                return Ok(Some(Content { mode: found.mode, id: found.oid.to_owned() }));
            }
        }
        Ok(None)
    }

    /// What these names lead to from a content on.
    ///
    /// # Errors
    ///
    /// When a tree on the way is missing or damaged.
    pub fn below<'n>(
        &self,
        mut found: Content,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Option<Content>, GitError> {
        for name in names {
            if !found.is_folder() {
                return Ok(None);
            }
            match entry(&self.entries(found.id)?, BStr::new(name)) {
                Some(content) => found = content,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }
}

/// The entry of this name in a tree.
pub fn entry(entries: &[(BString, Content)], name: &BStr) -> Option<Content> {
    // Where a name stands depends on whether it is a folder's.
    [false, true].into_iter().find_map(|folder| {
        let order = |(entry, content): &(BString, Content)| {
            tree_order((BStr::new(entry), content.is_folder()), (name, folder))
        };
        let found = entries.binary_search_by(order).ok().map(|at| &entries[at]);
        found.filter(|(entry, _)| entry == name).map(|(_, content)| *content)
    })
}

/// The order of two names in a tree: bytewise, a folder's name as if it ended with a slash.
fn tree_order((left, left_is_folder): (&BStr, bool), (right, right_is_folder): (&BStr, bool)) -> Ordering {
    let common = left.len().min(right.len());
    let end = |name: &BStr, is_folder: bool| name.get(common).copied().or(is_folder.then_some(b'/'));
    let prefix = left[..common].cmp(&right[..common]);
    prefix.then_with(|| end(left, left_is_folder).cmp(&end(right, right_is_folder)))
}

/// The names at which two trees differ, each with its old and new content. A name that was a file and
/// is a folder now comes twice, as the order of trees has it.
pub fn differences<'e>(
    old: &'e [(BString, Content)],
    new: &'e [(BString, Content)],
) -> Vec<(&'e BStr, Option<Content>, Option<Content>)> {
    let key = |(name, content): &'e (BString, Content)| (BStr::new(name), content.is_folder());
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => tree_order(key(old), key(new)),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        let Some((name, _)) = before.or(after) else { return found };
        let [before, after] = [before, after].map(|entry| entry.map(|(_, content)| *content));
        if before != after {
            found.push((BStr::new(name), before, after));
        }
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

#[cfg(test)]
mod tests {
    use super::entry;
    use crate::model::content::Content;
    use gix::bstr::{BStr, BString};
    use gix::hash::Kind::Sha1;

    #[test]
    fn entries_are_found_in_the_order_of_trees() {
        let (file, folder) = (Content::file(Sha1.null()), Content::folder(Sha1.null()));
        let tree = [("a", file), ("b-", file), ("b", folder), ("b0", file), ("c", folder)];
        let tree = tree.map(|(name, content)| (BString::from(name), content));
        for (name, content) in &tree {
            assert_eq!(entry(&tree, BStr::new(name)), Some(*content), "{name}");
        }
        for name in ["", "b.", "b/", "d", "A"] {
            assert_eq!(entry(&tree, BStr::new(name)), None, "{name}");
        }
    }
}
