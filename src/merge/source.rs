//! Reading and making trees over an [`ObjectSource`].

use super::{MergeError, ObjectSource};
use crate::model::digest::Digester;
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::{BStr, BString, ByteSlice};
use gix::objs::{Find, FindExt, FindHeader, Tree, WriteTo, tree};
use gix::{ObjectId, oid};
use std::collections::BTreeMap;

/// An [`ObjectSource`] in the sized form that gix's functions ask for.
#[derive(Clone, Copy)]
pub(super) struct Source<'a>(pub(super) &'a dyn ObjectSource);

impl Find for Source<'_> {
    fn try_find<'b>(&self, id: &oid, buffer: &'b mut Vec<u8>) -> gix::Result<Option<gix::objs::Data<'b>>> {
        self.0.try_find(id, buffer)
    }
}

impl FindHeader for Source<'_> {
    fn try_header(&self, id: &oid) -> gix::Result<Option<gix::objs::Header>> {
        self.0.try_header(id)
    }
}

impl Source<'_> {
    /// The tree `id`, decoded.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Tree, MergeError> {
        let mut buffer = Vec::new();
        match self.find_tree(&id, &mut buffer) {
            Ok(tree) => Ok(tree.into_owned()),
            Err(source) => Err(MergeError::Tree { id, source }),
        }
    }

    /// The bytes of the blob `id`.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Vec<u8>, MergeError> {
        let mut buffer = Vec::new();
        match self.find_blob(&id, &mut buffer) {
            Ok(blob) => Ok(blob.data.to_vec()),
            Err(source) => Err(MergeError::Blob { id, source }),
        }
    }

    /// Keep `tree` in memory.
    pub(super) fn keep_tree(&self, tree: &Tree) -> gix::Result<ObjectId> {
        let mut data = Vec::with_capacity(64 * tree.entries.len());
        tree.write_to(&mut data).map_err(gix::Error::from_error)?;
        self.0.keep(gix::objs::Kind::Tree, &data)
    }

    /// The tree that holds nothing but `content` at `path`; attributes, markers and stages then fit.
    pub(super) fn wrap(&self, path: &RepoPath, content: Option<Content>) -> Result<ObjectId, MergeError> {
        let mut tree = Tree::empty();
        let mut content = content;
        for name in path.components().rev() {
            tree.entries = content
                .map(|Content { mode, id }| tree::Entry { mode, filename: name.into(), oid: id })
                .into_iter()
                .collect();
            let id = self.keep_tree(&tree).map_err(MergeError::Keep)?;
            content = content.map(|_| Content::folder(id));
        }
        match content {
            Some(root) => Ok(root.id),
            None => self.keep_tree(&Tree::empty()).map_err(MergeError::Keep),
        }
    }

    /// What stands at `path` below the tree `root`.
    pub(super) fn at(&self, root: ObjectId, path: &BStr) -> Result<Option<Content>, MergeError> {
        let mut found = Content::folder(root);
        let mut buffer = Vec::new();
        for name in components(path) {
            if !found.is_folder() {
                return Ok(None);
            }
            let id = found.id;
            let entries =
                self.find_tree_iter(&id, &mut buffer).map_err(|source| MergeError::Tree { id, source })?;
            let mut next = None;
            for entry in entries {
                let entry = entry.map_err(|source| MergeError::Tree { id, source })?;
                if entry.filename == name {
                    next = Some(Content { mode: entry.mode, id: entry.oid.to_owned() });
                    break;
                }
            }
            match next {
                Some(content) => found = content,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// Whether all objects of `content` are here.
    pub(super) fn is_complete(&self, content: Content) -> bool {
        if !content.is_folder() {
            return matches!(self.try_header(&content.id), Ok(Some(_)));
        }
        self.tree(content.id).is_ok_and(|tree| {
            let mut entries = tree.entries.iter().filter(|entry| !entry.mode.is_commit());
            entries.all(|entry| self.is_complete(Content { mode: entry.mode, id: entry.oid }))
        })
    }
}

/// The components of a path in a tree, outermost first.
pub(super) fn components(path: &BStr) -> impl Iterator<Item = &BStr> {
    path.split(|byte| *byte == b'/').map(ByteSlice::as_bstr)
}

/// All files and links of `content`, which stands at `at`, sorted bytewise by path.
///
/// A file yields itself; submodules are left out.
///
/// # Errors
///
/// When a tree cannot be read.
pub fn files(
    source: &dyn ObjectSource,
    content: Content,
    at: &RepoPath,
) -> Result<Vec<(BString, Content)>, MergeError> {
    let mut found = Vec::new();
    collect_files(Source(source), content, at.as_bstr().to_owned(), &mut found)?;
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(found)
}

fn collect_files(
    source: Source<'_>,
    content: Content,
    path: BString,
    found: &mut Vec<(BString, Content)>,
) -> Result<(), MergeError> {
    if content.mode.is_commit() {
        return Ok(());
    }
    if !content.is_folder() {
        found.push((path, content));
        return Ok(());
    }
    for entry in source.tree(content.id)?.entries {
        let mut below = path.clone();
        below.push(b'/');
        below.extend_from_slice(&entry.filename);
        collect_files(source, Content { mode: entry.mode, id: entry.oid }, below, found)?;
    }
    Ok(())
}

/// The bytes of a file.
///
/// # Errors
///
/// When it cannot be read.
pub fn blob(source: &dyn ObjectSource, id: ObjectId) -> Result<Vec<u8>, MergeError> {
    Source(source).blob(id)
}

/// Build the folder that holds these files, paths relative to it; none of them makes nothing.
///
/// # Errors
///
/// When a tree cannot be kept.
pub fn folder_of(
    source: &dyn ObjectSource,
    files: &[(BString, Content)],
) -> Result<Option<Content>, MergeError> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut below: BTreeMap<&BStr, Vec<(BString, Content)>> = BTreeMap::new();
    let mut tree = Tree::empty();
    for (path, content) in files {
        match path.split_once_str("/") {
            Some((folder, rest)) => below.entry(folder.into()).or_default().push((rest.into(), *content)),
            None => {
                let (mode, oid) = (content.mode, content.id);
                tree.entries.push(tree::Entry { mode, filename: path.clone(), oid });
            }
        }
    }
    for (name, files) in below {
        if let Some(Content { mode, id }) = folder_of(source, &files)? {
            tree.entries.push(tree::Entry { mode, filename: name.to_owned(), oid: id });
        }
    }
    tree.entries.sort();
    Source(source).keep_tree(&tree).map(|id| Some(Content::folder(id))).map_err(MergeError::Keep)
}

/// The digest of a content that stands at `at`: a single file counts under its own name.
///
/// # Errors
///
/// When an object cannot be read.
pub fn digest(source: &dyn ObjectSource, content: Content, at: &RepoPath) -> Result<String, MergeError> {
    let mut digester = Digester::default();
    let cut =
        if content.is_folder() { at.as_str().len() + 1 } else { at.as_str().len() - at.file_name().len() };
    for (path, file) in files(source, content, at)? {
        digester.add(
            file.mode,
            path.get(cut..).unwrap_or_default().as_bstr(),
            &Source(source).blob(file.id)?,
        );
    }
    Ok(digester.finish())
}
