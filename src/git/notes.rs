//! The notes ref: reading notes by commit, and writing many at once by compare-and-swap.

use super::refs::{self, Update};
use super::trees::{self, TreeReader};
use super::{GitError, Repository, commits};
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use std::collections::BTreeMap;

/// The ref that holds the records.
pub const NOTES_REF: &str = "refs/notes/skillsync";

/// The notes as they stand at one commit of the notes ref.
pub struct Notes<'r> {
    repository: &'r Repository,
    trees: TreeReader<'r>,
    tip: Option<ObjectId>,
    root: Option<ObjectId>,
}

impl<'r> Notes<'r> {
    /// The notes as they stand now.
    ///
    /// # Errors
    ///
    /// When the notes ref cannot be read.
    pub fn read(repository: &'r Repository) -> Result<Self, GitError> {
        let tip = refs::read(repository, NOTES_REF)?;
        let root = tip.map(|tip| repository.tree_of(tip)).transpose()?;
        Ok(Self { repository, trees: TreeReader::new(repository), tip, root })
    }

    /// The commit of the notes ref.
    pub fn tip(&self) -> Option<ObjectId> {
        self.tip
    }

    /// The id of the note on a commit.
    ///
    /// # Errors
    ///
    /// When the notes tree cannot be read.
    pub fn blob_on(&self, commit: ObjectId) -> Result<Option<ObjectId>, GitError> {
        let Some(mut tree) = self.root else { return Ok(None) };
        let hex = commit.to_hex().to_string();
        let mut rest = hex.as_str();
        // Git spreads notes over folders of two digits as they grow in number.
        loop {
            let entries = self.trees.entries(tree)?;
            let found = |name: &str| trees::entry(&entries, BStr::new(name));
            if let Some(note) = found(rest).filter(|content| content.mode.is_blob()) {
                return Ok(Some(note.id));
            }
            let (fan, below) = rest.split_at(2.min(rest.len()));
            match found(fan).filter(|content| content.is_folder()) {
                Some(folder) if !below.is_empty() => (tree, rest) = (folder.id, below),
                _ => return Ok(None),
            }
        }
    }

    /// The text of the note on a commit; bytes that are no UTF-8 come as replacement characters.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn text_on(&self, commit: ObjectId) -> Result<Option<String>, GitError> {
        let Some(id) = self.blob_on(commit)? else { return Ok(None) };
        let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
        let blob = self.repository.gix().find_blob(id).map_err(failed)?;
        Ok(Some(blob.data.to_str_lossy().into_owned()))
    }

    /// Put new texts onto commits, as one commit on top of these notes.
    ///
    /// # Errors
    ///
    /// When something cannot be written. A lost race is no error: read again and retry.
    pub fn write(&self, texts: &BTreeMap<ObjectId, String>, message: &str) -> Result<Update, GitError> {
        let gix = self.repository.gix();
        let failed = |source| GitError::WriteRef { name: NOTES_REF.into(), source: Box::new(source) };
        let root = self.root.unwrap_or_else(|| ObjectId::empty_tree(gix.object_hash()));
        let mut state = gix::note::plumbing::State::new(root, gix).map_err(failed)?;
        for (commit, text) in texts {
            let blob =
                if text.is_empty() { None } else { Some(self.repository.write_blob(text.as_bytes())?) };
            state.edit(*commit, blob, gix).map_err(failed)?;
        }
        let tree = state.write(gix).map_err(failed)?;
        let id = commits::write(self.repository, commits::Identity::Bookkeeping, message, tree, self.tip)?;
        refs::update(self.repository, NOTES_REF, self.tip, id, &format!("notes: {message}"))
    }
}
