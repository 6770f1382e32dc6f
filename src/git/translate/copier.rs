//! Copying objects from one repository into another that names them by another hash.

use super::Pairs;
use crate::git::GitError;
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::hash::Kind as HashKind;
use gix::objs::{Find, Kind, TreeRefIter, Write};
use std::collections::HashMap;

/// Git's own limit is lower.
const DEEPEST: usize = 4096;

/// Headers of a commit that speak of its own id or of its parents'.
const LEFT_OUT: [&[u8]; 3] = [b"gpgsig", b"gpgsig-sha256", b"mergetag"];

/// Copies objects from one repository to another that names them by another hash.
pub(super) struct Copier<'c, F: Find + ?Sized> {
    from: &'c F,
    to: &'c gix::Repository,
    /// What was copied: the ids there and here.
    pub(super) known: HashMap<ObjectId, ObjectId>,
}

impl<'c, F: Find + ?Sized> Copier<'c, F> {
    pub(super) fn new(from: &'c F, to: &'c gix::Repository, known: Pairs) -> Self {
        Self { from, to, known: known.here }
    }

    /// Copy a commit after its parents.
    pub(super) fn commits(&mut self, tip: ObjectId) -> Result<(), GitError> {
        let mut open = vec![tip];
        while let Some(&id) = open.last() {
            if self.known_there(id).is_some() {
                open.pop();
                continue;
            }
            let data = self.read(id, Kind::Commit)?;
            let mut missing = Vec::new();
            for parent in parents(&data) {
                // The history of a shallow clone ends before it.
                if self.known_there(parent).is_none() && self.has(parent)? {
                    missing.push(parent);
                }
            }
            if missing.is_empty() {
                let data = self.commit(id, &data)?;
                self.write(id, Kind::Commit, &data)?;
                open.pop();
            }
            open.extend(missing);
        }
        Ok(())
    }

    /// The text of a commit with the new ids.
    fn commit(&mut self, id: ObjectId, data: &[u8]) -> Result<Vec<u8>, GitError> {
        let (head, message) = data.split_once_str("\n\n").unwrap_or((data, b""));
        let mut text: Vec<u8> = Vec::with_capacity(data.len() + 64);
        let mut left_out = false;
        for line in head.lines() {
            left_out = match line.first() {
                Some(b' ') => left_out,
                _ => LEFT_OUT.contains(&line.split(|byte| *byte == b' ').next().unwrap_or_default()),
            };
            if left_out {
                continue;
            }
            if let Some(tree) = line.strip_prefix(b"tree ") {
                let tree = ObjectId::from_hex(tree).map_err(|_| GitError::MissingObject(id))?;
                let tree = self.below(Content::folder(tree), 0)?;
                text.extend(format!("tree {tree}").as_bytes());
            } else if let Some(parent) = line.strip_prefix(b"parent ") {
                let parent = ObjectId::from_hex(parent).map_err(|_| GitError::MissingObject(id))?;
                let Some(parent) = self.known_there(parent) else { continue };
                text.extend(format!("parent {parent}").as_bytes());
            } else {
                text.extend(line);
            }
            text.push(b'\n');
        }
        text.push(b'\n');
        text.extend(message);
        Ok(text)
    }

    /// Copy a tree or a blob with everything below it.
    pub(super) fn below(&mut self, content: Content, depth: usize) -> Result<ObjectId, GitError> {
        let id = content.id;
        if content.mode.is_commit() {
            return Ok(reshaped(id, self.to.object_hash()));
        }
        if let Some(known) = self.known_there(id) {
            return Ok(known);
        }
        if !content.is_folder() {
            let data = self.read(id, Kind::Blob)?;
            return self.write(id, Kind::Blob, &data);
        }
        if depth > DEEPEST {
            return Err(GitError::DamagedTree(id));
        }
        let data = self.read(id, Kind::Tree)?;
        let mut text = Vec::with_capacity(data.len() * 2);
        for entry in TreeRefIter::from_bytes(&data, id.kind()) {
            let entry = entry.map_err(|_| GitError::DamagedTree(id))?;
            let below = self.below(Content { mode: entry.mode, id: entry.oid.to_owned() }, depth + 1)?;
            // As it is written there: old trees have modes like 100664.
            text.extend(format!("{:o} ", entry.mode.value()).as_bytes());
            text.extend_from_slice(entry.filename);
            text.push(0);
            text.extend(below.as_slice());
        }
        self.write(id, Kind::Tree, &text)
    }

    /// What an object is called there, if it is there. A push learns ids of objects that it never
    /// writes; whatever is there has all that it leads to, as that is written first.
    fn known_there(&self, id: ObjectId) -> Option<ObjectId> {
        let known = self.known.get(&id).copied();
        known.filter(|known| gix::objs::Exists::exists(&self.to.objects, known))
    }

    fn read(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>, GitError> {
        let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
        let mut data = Vec::new();
        let found = self.from.try_find(&id, &mut data).map_err(failed)?.map(|data| data.kind);
        if found == Some(kind) { Ok(data) } else { Err(GitError::MissingObject(id)) }
    }

    fn has(&self, id: ObjectId) -> Result<bool, GitError> {
        let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
        Ok(self.from.try_find(&id, &mut Vec::new()).map_err(failed)?.is_some())
    }

    fn write(&mut self, id: ObjectId, kind: Kind, data: &[u8]) -> Result<ObjectId, GitError> {
        let path = || self.to.git_dir().to_owned();
        let failed = |source| GitError::WriteObject { path: path(), source: Box::new(source) };
        let hash = self.to.object_hash();
        let new = gix::objs::compute_hash(hash, kind, data).map_err(failed)?;
        if !gix::objs::Exists::exists(&self.to.objects, &new) {
            self.to.objects.write_buf(kind, data).map_err(failed)?;
        }
        self.known.insert(id, new);
        Ok(new)
    }
}

fn parents(commit: &[u8]) -> Vec<ObjectId> {
    let lines = commit.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| ObjectId::from_hex(line.strip_prefix(b"parent ")?).ok()).collect()
}

/// The id of a commit elsewhere (a submodule's), which nobody can hash again, in the length of a hash.
fn reshaped(id: ObjectId, hash: HashKind) -> ObjectId {
    let mut bytes = id.as_slice().to_vec();
    bytes.resize(hash.len_in_bytes(), 0);
    ObjectId::try_from(bytes.as_slice()).unwrap_or_else(|_| hash.null())
}
