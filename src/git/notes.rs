//! The notes ref: reading notes by commit, and writing many at once by compare-and-swap.

use super::gate::{self, Deed};
use super::refs::{self, Update};
use super::{GitError, Repository, commits, notes_merge};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::hashtable::HashMap;
use gix::objs::{Find, Kind, TreeRefIter, tree::EntryRef};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The ref that holds the records.
pub const NOTES_REF: &str = "refs/notes/skillsync";

/// The notes as they stand at one commit of the notes ref.
pub struct Notes<'r> {
    repository: &'r Repository,
    tip: Option<ObjectId>,
    root: Option<ObjectId>,
    fan: RefCell<Fan>,
}

/// The notes tree, read as far as somebody asked for it.
///
/// Git spreads notes over folders of two digits as they grow in number. Few notes stand in one
/// tree and are all known after one look; of many only the folders on the way are read, once.
#[derive(Default)]
struct Fan {
    /// The noted commits in the trees that were read, and their notes.
    notes: HashMap<ObjectId, ObjectId>,
    /// Further notes on the same commits, where others wrote notes at two depths.
    doubled: HashMap<ObjectId, Vec<ObjectId>>,
    /// The trees that were not read yet, by the digits that lead to them.
    folders: BTreeMap<String, ObjectId>,
    /// How many digits lead to the deepest folder.
    depth: usize,
}

impl<'r> Notes<'r> {
    /// The notes as they stand now.
    ///
    /// # Errors
    ///
    /// When the notes ref cannot be read.
    pub fn read(repository: &'r Repository) -> Result<Self, GitError> {
        Self::at(repository, refs::read(repository, NOTES_REF)?)
    }

    /// The notes as they stand at a commit of a notes ref; with none there are none.
    ///
    /// # Errors
    ///
    /// When the commit or its tree cannot be read.
    pub fn at(repository: &'r Repository, tip: Option<ObjectId>) -> Result<Self, GitError> {
        let root = tip.map(|tip| repository.tree_of(tip)).transpose()?;
        let notes = Self { repository, tip, root, fan: RefCell::default() };
        if let Some(root) = root {
            notes.look_into(root, "")?;
        }
        Ok(notes)
    }

    /// The commit of the notes ref.
    pub fn tip(&self) -> Option<ObjectId> {
        self.tip
    }

    /// How many commits have a note; none where that is not known without reading them all.
    pub fn count(&self) -> Option<usize> {
        let fan = self.fan.borrow();
        fan.folders.is_empty().then_some(fan.notes.len())
    }

    /// All noted commits and their notes.
    ///
    /// # Errors
    ///
    /// When the notes tree cannot be read.
    pub fn all(&self) -> Result<BTreeMap<ObjectId, ObjectId>, GitError> {
        loop {
            let next = self.fan.borrow_mut().folders.pop_first();
            let Some((digits, folder)) = next else { break };
            self.look_into(folder, &digits)?;
        }
        Ok(self.fan.borrow().notes.iter().map(|(commit, note)| (*commit, *note)).collect())
    }

    /// Whether all that the notes consist of is there.
    ///
    /// # Errors
    ///
    /// Names what is missing or damaged.
    pub fn check(&self) -> Result<(), GitError> {
        let missing = |id: &ObjectId| !self.repository.gix().has_object(*id);
        self.all()?.into_values().find(missing).map_or(Ok(()), |id| Err(GitError::MissingObject(id)))
    }

    /// The id of the note on a commit; of several, that at the shallowest depth.
    ///
    /// # Errors
    ///
    /// When the notes tree cannot be read.
    pub fn blob_on(&self, commit: ObjectId) -> Result<Option<ObjectId>, GitError> {
        if !self.fan.borrow().folders.is_empty() {
            self.look_on_the_way_to(commit)?;
        }
        Ok(self.fan.borrow().notes.get(&commit).copied())
    }

    /// Read the folders that a note on this commit may stand in; there may be one beside them too.
    fn look_on_the_way_to(&self, commit: ObjectId) -> Result<(), GitError> {
        let hex = commit.to_hex().to_string();
        for digits in (2..hex.len()).step_by(2) {
            let mut fan = self.fan.borrow_mut();
            if digits > fan.depth {
                break;
            }
            let Some(folder) = fan.folders.remove(&hex[..digits]) else { continue };
            drop(fan);
            self.look_into(folder, &hex[..digits])?;
        }
        Ok(())
    }

    /// Learn what stands in the tree that these digits lead to.
    fn look_into(&self, tree: ObjectId, digits: &str) -> Result<(), GitError> {
        let failed = |source| GitError::ReadObject { id: tree, source: Box::new(source) };
        let mut buffer = Vec::new();
        let data = self.repository.try_find(&tree, &mut buffer).map_err(failed)?;
        let data = data.filter(|data| data.kind == Kind::Tree).ok_or(GitError::MissingObject(tree))?;
        let mut fan = self.fan.borrow_mut();
        for entry in TreeRefIter::from_bytes(data.data, data.object_hash) {
            let entry = entry.map_err(|_| GitError::DamagedTree(tree))?;
            fan.add(&entry, digits, data.object_hash.len_in_hex());
        }
        Ok(())
    }

    /// The text of the note on a commit; bytes that are no UTF-8 come as replacement characters.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn text_on(&self, commit: ObjectId) -> Result<Option<String>, GitError> {
        let Some(id) = self.blob_on(commit)? else { return Ok(None) };
        let mut text = self.repository.blob(id)?.to_str_lossy().into_owned();
        for id in self.fan.borrow().doubled.get(&commit).into_iter().flatten() {
            text = text + "\n" + &self.repository.blob(*id)?.to_str_lossy();
        }
        Ok(Some(text))
    }

    /// Put new texts onto commits, as one commit on top of these notes, and return it.
    ///
    /// `None`: somebody else was quicker; read again and retry.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub fn write(
        &self,
        texts: &BTreeMap<ObjectId, String>,
        message: &str,
    ) -> Result<Option<ObjectId>, GitError> {
        let mut blobs = BTreeMap::new();
        for (commit, text) in texts {
            let is_gone = text.is_empty();
            let blob = if is_gone { None } else { Some(self.repository.write_blob(text.as_bytes())?) };
            blobs.insert(*commit, blob);
        }
        let empty = ObjectId::empty_tree(self.repository.gix().object_hash());
        let root = self.root.unwrap_or(empty);
        let tree = match self.edited(root, &blobs) {
            Ok(tree) => tree,
            // Somebody wrote a note at two depths.
            Err(_) => self.edited(notes_merge::tidied(self.repository, root)?, &blobs)?,
        };
        self.commit(tree, self.tip, message)
    }

    /// Put this tree onto the ref, as one commit with these parents, and return it.
    ///
    /// `None`: somebody else was quicker; read again and retry.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub fn commit(
        &self,
        tree: ObjectId,
        parents: impl IntoIterator<Item = ObjectId>,
        message: &str,
    ) -> Result<Option<ObjectId>, GitError> {
        let id = commits::write(self.repository, commits::Identity::Bookkeeping, message, tree, parents)?;
        let update = self.move_to(id, &format!("notes: {message}"))?;
        Ok((update == Update::Done).then_some(id))
    }

    /// Move the ref from these notes to this commit of notes; a lost race is no error.
    ///
    /// # Errors
    ///
    /// As for [`Notes::commit`].
    pub fn move_to(&self, commit: ObjectId, message: &str) -> Result<Update, GitError> {
        refs::update(self.repository, NOTES_REF, self.tip, commit, message)
    }

    /// The root tree with these notes in it, spread over folders as git would.
    fn edited(
        &self,
        root: ObjectId,
        blobs: &BTreeMap<ObjectId, Option<ObjectId>>,
    ) -> Result<ObjectId, GitError> {
        let gix = self.repository.gix();
        let failed = |source| GitError::WriteRef { name: NOTES_REF.into(), source: Box::new(source) };
        let mut state = gix::note::plumbing::State::new(root, gix).map_err(failed)?;
        for (commit, blob) in blobs {
            state.edit(*commit, *blob, gix).map_err(failed)?;
        }
        gate::pass_in_library(Deed::Object).map_err(failed)?;
        state.write(gix).map_err(failed)
    }
}

impl Fan {
    /// Add an entry of the folder that `digits` lead to; what is no note is passed over.
    fn add(&mut self, entry: &EntryRef<'_>, digits: &str, id_length: usize) {
        let Ok(name) = std::str::from_utf8(entry.filename) else { return };
        let whole = [digits, name].concat();
        if entry.mode.is_tree() && name.len() == 2 && whole.len() < id_length {
            self.depth = self.depth.max(whole.len());
            self.folders.insert(whole, entry.oid.to_owned());
        } else if entry.mode.is_blob() && whole.len() == id_length {
            let Ok(commit) = ObjectId::from_hex(whole.as_bytes()) else { return };
            let note = entry.oid.to_owned();
            if self.notes.contains_key(&commit) {
                self.doubled.entry(commit).or_default().push(note);
            } else {
                self.notes.insert(commit, note);
            }
        }
    }
}
