//! The records of all commits, by path and content: reachable from HEAD or not, present or not.
//!
//! Git rewrites commits and leaves contents as they are; where a content comes from is known by
//! the record that was made for it, whatever became of the commit.

use super::ObserveError;
use super::records::NotedRecord;
use crate::git::cache::CacheName;
use crate::git::notes::Notes;
use crate::git::{Repository, noted};
use crate::model::deployed::Rung;
use crate::model::note::Note;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use gix::ObjectId;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};

/// How many notes have to be read for the answer to be worth a file.
const WORTH_A_FILE: usize = 64;

/// Finds records by path and content.
pub struct Recorded<'r> {
    project: &'r Repository,
    notes: Notes<'r>,
    rows: OnceCell<Vec<Row>>,
}

/// Where to look: digests of path and content, the noted commit and the collection's commit, which
/// is null for a path that was let go.
///
/// Digests may collide and rows may be out of date: the note itself has the say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    path: u64,
    content: u64,
    noted: ObjectId,
    commit: ObjectId,
}

impl<'r> Recorded<'r> {
    /// The records in these notes; they are read when they are first asked for.
    pub fn new(project: &'r Repository, notes: Notes<'r>) -> Self {
        Self { project, notes, rows: OnceCell::new() }
    }

    /// The notes.
    pub fn notes(&self) -> &Notes<'r> {
        &self.notes
    }

    /// The collections' commits that the records of a path name.
    ///
    /// # Errors
    ///
    /// When the notes cannot be read.
    pub fn commits(&self, path: &RepoPath) -> Result<HashSet<ObjectId>, ObserveError> {
        let path = digest(path);
        let rows = among(self.rows()?, |row| row.path.cmp(&path)).iter();
        Ok(rows.map(|row| row.commit).filter(|commit| !commit.is_null()).collect())
    }

    /// The records that were made for a content of a path, on whatever commits.
    ///
    /// # Errors
    ///
    /// When the notes cannot be read.
    pub fn of(&self, path: &RepoPath, content: ObjectId) -> Result<Vec<NotedRecord>, ObserveError> {
        let wanted = (digest(path), shortened(content));
        let mut found = Vec::new();
        for row in among(self.rows()?, |row| (row.path, row.content).cmp(&wanted)) {
            let Some(note) = note_on(&self.notes, row.noted)? else { continue };
            if let Some(Fact::Deployed(record)) = note.get(path)
                && record.at == Some(content)
            {
                found.push(NotedRecord { commit: row.noted, record: (**record).clone(), rung: Rung::Note });
            }
        }
        Ok(found)
    }

    /// The highest number of a tombstone that let a path go while it had this content.
    ///
    /// # Errors
    ///
    /// When the notes cannot be read.
    pub fn let_go(&self, path: &RepoPath, content: ObjectId) -> Result<Option<u64>, ObserveError> {
        let wanted = (digest(path), shortened(content));
        let mut highest = None;
        for row in among(self.rows()?, |row| (row.path, row.content).cmp(&wanted)) {
            let Some(note) = note_on(&self.notes, row.noted)? else { continue };
            let tombstone = note.get(path).filter(|fact| fact.lets_go() && fact.fits(Some(content)));
            highest = highest.max(tombstone.map(Fact::n));
        }
        Ok(highest)
    }

    /// What the note on a commit says of a path.
    ///
    /// # Errors
    ///
    /// When the note cannot be read.
    pub fn on(&self, commit: ObjectId, path: &RepoPath) -> Result<Option<Fact>, ObserveError> {
        Ok(note_on(&self.notes, commit)?.and_then(|note| note.get(path).cloned()))
    }

    fn rows(&self) -> Result<&[Row], ObserveError> {
        if let Some(rows) = self.rows.get() {
            return Ok(rows);
        }
        let rows = self.read()?;
        Ok(self.rows.get_or_init(|| rows))
    }

    /// The rows of all notes; of those that an earlier run has read, only what changed is read again.
    fn read(&self) -> Result<Vec<Row>, ObserveError> {
        let Some(tip) = self.notes.tip() else { return Ok(Vec::new()) };
        let name = CacheName::new("recorded", 2);
        let known = self.project.cached(&name).and_then(|data| parse(&data, tip.as_slice().len()));
        let (mut rows, changed) = match known {
            Some((of, rows)) if of == tip => return Ok(rows),
            Some((of, rows)) => match noted::changed(self.project, Some(of), tip) {
                Ok(changed) => (rows, changed),
                // Those notes are gone.
                Err(_) => (Vec::new(), noted::changed(self.project, None, tip)?),
            },
            None => (Vec::new(), noted::changed(self.project, None, tip)?),
        };
        // In the order of the notes tree, in which packs have them too.
        let again: BTreeSet<ObjectId> = changed.into_iter().collect();
        rows.retain(|row| !again.contains(&row.noted));
        for commit in again.iter().copied() {
            let Some(note) = note_on(&self.notes, commit)? else { continue };
            rows.extend(note.facts().filter_map(|fact| row(commit, fact)));
        }
        rows.sort_unstable();
        let fits = |row: &Row| row.noted.kind() == tip.kind() && row.commit.kind() == tip.kind();
        if again.len() >= WORTH_A_FILE && rows.iter().all(fits) {
            self.project.offer(name, &to_bytes(tip, &rows));
        }
        Ok(rows)
    }
}

/// The commit of the notes ref, then one row after the other.
fn to_bytes(tip: ObjectId, rows: &[Row]) -> Vec<u8> {
    let mut data = tip.as_slice().to_vec();
    for row in rows {
        data.extend(row.path.to_be_bytes());
        data.extend(row.content.to_be_bytes());
        data.extend(row.noted.as_slice());
        data.extend(row.commit.as_slice());
    }
    data
}

/// What [`to_bytes`] wrote, with ids of this length.
fn parse(data: &[u8], id: usize) -> Option<(ObjectId, Vec<Row>)> {
    let (tip, data) = data.split_at_checked(id)?;
    let rows = data.chunks(16 + 2 * id).map(|data| {
        let (path, data) = data.split_at_checked(8)?;
        let (content, data) = data.split_at_checked(8)?;
        let (noted, commit) = data.split_at_checked(id)?;
        let id = |bytes| ObjectId::try_from(bytes).ok();
        Some(Row {
            path: first_bytes(path),
            content: first_bytes(content),
            noted: id(noted)?,
            commit: id(commit)?,
        })
    });
    Some((ObjectId::try_from(tip).ok()?, rows.collect::<Option<_>>()?))
}

fn row(noted: ObjectId, fact: &Fact) -> Option<Row> {
    let (at, commit) = match fact {
        Fact::Deployed(record) => (record.at?, record.commit),
        Fact::Removed(tombstone) => (tombstone.at?, ObjectId::null(noted.kind())),
    };
    Some(Row { path: digest(fact.path()), content: shortened(at), noted, commit })
}

/// The rows that an order calls equal.
fn among(rows: &[Row], order: impl Fn(&Row) -> std::cmp::Ordering) -> &[Row] {
    let start = rows.partition_point(|row| order(row).is_lt());
    let end = rows.partition_point(|row| order(row).is_le());
    &rows[start..end]
}

fn digest(path: &RepoPath) -> u64 {
    first_bytes(&Sha256::digest(path.as_str()))
}

fn shortened(id: ObjectId) -> u64 {
    first_bytes(id.as_slice())
}

fn first_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn note_on(notes: &Notes<'_>, commit: ObjectId) -> Result<Option<Note>, ObserveError> {
    let text = notes.text_on(commit)?.filter(|text| Note::is_readable(text));
    Ok(text.map(|text| Note::parse(&text).0))
}
