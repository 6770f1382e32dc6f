//! The index: what is staged at a path, as one content.

use super::{GitError, Repository};
use crate::merge::{self, ObjectSource};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Stage};
use std::ops::Range;

/// The index of a work tree, read once.
pub struct Index {
    pub(super) file: gix::worktree::Index,
}

/// One line of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexLine {
    /// The path, relative to the root.
    pub path: BString,
    /// 0, or 1 to 3 for base, ours and theirs of an unmerged path.
    pub stage: u32,
    /// Mode and blob.
    pub content: Content,
}

impl Index {
    /// Read the index; one that does not exist is empty.
    ///
    /// # Errors
    ///
    /// When it is damaged.
    pub fn read(repository: &Repository) -> Result<Self, GitError> {
        let read = repository.gix().index_or_empty();
        Ok(Self { file: read.map_err(|source| GitError::ReadIndex(Box::new(source)))? })
    }

    /// The entries at and below a path.
    pub(super) fn range(&self, path: &RepoPath) -> Range<usize> {
        let exact = self.file.entry_range(path.as_bstr());
        let folder = BString::from(format!("{path}/"));
        exact.or_else(|| self.file.prefixed_entries_range(folder.as_bstr())).unwrap_or(0..0)
    }

    /// The lines at and below a path, in the index's order.
    pub fn lines(&self, path: &RepoPath) -> Vec<IndexLine> {
        let entries = &self.file.entries()[self.range(path)];
        let staged = entries.iter().filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD));
        let line = |entry: &gix::index::Entry| {
            let mode = entry.mode.to_tree_entry_mode()?;
            let content = Content { mode, id: entry.id };
            Some(IndexLine { path: entry.path(&self.file).to_owned(), stage: entry.stage_raw(), content })
        };
        staged.filter_map(line).collect()
    }

    /// The paths of the files at and below a path, unmerged ones several times, in order.
    pub fn paths(&self, path: &RepoPath) -> impl Iterator<Item = &BStr> {
        let entries = self.file.entries()[self.range(path)].iter();
        let staged = entries.filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD));
        staged.map(|entry| entry.path(&self.file))
    }

    /// The folders that hold a tracked file of this name; not the root.
    pub fn folders_with(&self, name: &str) -> Vec<RepoPath> {
        let name = format!("/{name}");
        let entries = self.file.entries().iter().map(|entry| entry.path(&self.file));
        let folders = entries.filter_map(|path| path.strip_suffix(name.as_bytes()));
        folders.filter_map(|folder| RepoPath::new(std::str::from_utf8(folder).ok()?).ok()).collect()
    }

    /// What is staged at a path; of an unmerged file *ours* counts.
    ///
    /// # Errors
    ///
    /// When a tree cannot be kept.
    pub fn content(&self, objects: &dyn ObjectSource, path: &RepoPath) -> Result<Option<Content>, GitError> {
        if let Some(tree_id) = self.known_tree(path)
            && matches!(objects.try_header(&tree_id), Ok(Some(_)))
        {
            return Ok(Some(Content::folder(tree_id)));
        }
        let lines = self.lines(path).into_iter().filter(|line| line.stage == 0 || line.stage == 2);
        let files: Vec<_> = lines.map(|line| (line.path, line.content)).collect();
        content_of(objects, path, &files)
    }

    /// The tree of a folder, where git has noted it and nothing below was staged since.
    fn known_tree(&self, path: &RepoPath) -> Option<ObjectId> {
        let mut tree = self.file.tree()?;
        for name in path.components() {
            let found = tree.children.binary_search_by(|child| child.name.as_slice().cmp(name.as_bytes()));
            tree = &tree.children[found.ok()?];
        }
        let entries = self.range(path).len();
        // Without a number, or with another one, the note does not hold any more.
        tree.num_entries.filter(|noted| *noted > 0 && *noted as usize == entries).map(|_| tree.id)
    }

    /// The unmerged paths at and below a path.
    pub fn unmerged(&self, path: &RepoPath) -> Vec<BString> {
        let entries = &self.file.entries()[self.range(path)];
        let unmerged = entries.iter().filter(|entry| entry.stage() != Stage::Unconflicted);
        let mut paths: Vec<BString> = unmerged.map(|entry| entry.path(&self.file).to_owned()).collect();
        paths.dedup();
        paths
    }
}

/// The content that these files, with paths relative to the root, make at `path`.
pub fn content_of(
    objects: &dyn ObjectSource,
    path: &RepoPath,
    files: &[(BString, Content)],
) -> Result<Option<Content>, GitError> {
    if let [(only, content)] = files
        && only == path.as_bstr()
    {
        return Ok(Some(*content));
    }
    let cut = path.as_str().len() + 1;
    let below: Vec<_> = files
        .iter()
        .filter_map(|(path, content)| Some((BString::from(path.get(cut..)?), *content)))
        .collect();
    Ok(merge::folder_of(objects, &below)?)
}
