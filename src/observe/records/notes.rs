//! Notes as they are read on the way, each once.

use super::{NoteTrouble, NotedFact, ObserveError};
use crate::git::notes::Notes;
use crate::model::note::Note;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use gix::ObjectId;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Reads and understands notes, and collects what had to be passed over.
pub(super) struct NoteReader<'n> {
    notes: &'n Notes<'n>,
    wanted: HashSet<&'n str>,
    read: RefCell<HashMap<ObjectId, Option<Rc<Note>>>>,
    troubles: RefCell<Vec<NoteTrouble>>,
}

impl<'n> NoteReader<'n> {
    /// Reads what the notes say of these paths.
    pub(super) fn new(notes: &'n Notes<'n>, wanted: &'n [RepoPath]) -> Self {
        let wanted = wanted.iter().map(RepoPath::as_str).collect();
        Self { notes, wanted, read: RefCell::default(), troubles: RefCell::default() }
    }

    /// The notes that are read.
    pub(super) fn notes(&self) -> &'n Notes<'n> {
        self.notes
    }

    /// What was passed over.
    pub(super) fn into_troubles(self) -> Vec<NoteTrouble> {
        self.troubles.into_inner()
    }

    /// The note on a commit, if it may say something of a path that is wanted.
    pub(super) fn on(&self, commit: ObjectId) -> Result<Option<Rc<Note>>, ObserveError> {
        if self.notes.blob_on(commit)?.is_none() {
            return Ok(None);
        }
        if let Some(known) = self.read.borrow().get(&commit) {
            return Ok(known.clone());
        }
        let note = self.read(commit)?.map(Rc::new);
        self.read.borrow_mut().insert(commit, note.clone());
        Ok(note)
    }

    fn read(&self, commit: ObjectId) -> Result<Option<Note>, ObserveError> {
        let Some(text) = self.notes.text_on(commit)? else { return Ok(None) };
        let mut troubles = self.troubles.borrow_mut();
        if !Note::is_readable(&text) {
            troubles.push(NoteTrouble::TooLarge { commit, bytes: text.len() });
            return Ok(None);
        }
        if !Note::may_tell_of(&text, |path| self.wanted.contains(path)) {
            return Ok(None);
        }
        let (note, refused) = Note::parse(&text);
        troubles.extend(refused.into_iter().map(|line| NoteTrouble::Line { commit, line }));
        Ok(Some(note))
    }

    /// What counts for a path in the notes on these commits; none if one of them has nothing.
    pub(super) fn facts(
        &self,
        commits: impl Iterator<Item = ObjectId>,
        path: &RepoPath,
    ) -> Result<Option<Vec<NotedFact>>, ObserveError> {
        let mut facts = Vec::new();
        for commit in commits {
            let note = self.on(commit)?;
            match note.as_ref().and_then(|note| note.get(path)) {
                Some(fact) if is_effective(fact) => facts.push(NotedFact { commit, fact: fact.clone() }),
                Some(_) | None => return Ok(None),
            }
        }
        Ok(Some(facts))
    }

    /// The commits whose notes were not read in full so far.
    pub(super) fn troubled(&self) -> Vec<ObjectId> {
        let mut commits: Vec<ObjectId> = self.troubles.borrow().iter().map(NoteTrouble::commit).collect();
        commits.dedup();
        commits
    }
}

/// Whether it counts where something stands at the path, if it fits.
pub(super) fn is_effective(fact: &Fact) -> bool {
    match fact {
        Fact::Deployed(record) => !record.is_carried(),
        Fact::Removed(_) => fact.lets_go(),
    }
}
