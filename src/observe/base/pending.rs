//! The rung *pending*: entries of the pending file that are alive for a content.

use super::{Found, Ladder, Subject};
use crate::git::Repository;
use crate::merge::{self, Engine, MergeError};
use crate::model::deployed::{Base, Rung};
use crate::model::pending::{Entry, Pending};
use crate::model::{content::Content, path::RepoPath};
use crate::observe::collection::CollectionHistory;
use crate::observe::desk::Desk;
use crate::observe::{ObserveError, edited};
use gix::bstr::BString;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Whether a pending entry speaks for a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// The content came out of the operation.
    Alive,
    /// Part of the operation stands, part is back as it was: both readings are possible.
    Doubtful,
    /// The result was thrown away; it may come back.
    Dormant,
}

/// The pending entries, and what bears witness for them in the index and the reflog.
pub struct Waiting<'a> {
    desk: &'a Desk<'a>,
    resolved: OnceCell<BTreeMap<BString, [Option<Content>; 3]>>,
}

impl<'a> Waiting<'a> {
    /// The entries of a project's pending file, judged by its index and reflog.
    pub fn new(desk: &'a Desk<'a>) -> Self {
        Self { desk, resolved: OnceCell::new() }
    }

    /// The entries about a path that are not in a note yet, newest first.
    pub fn entries<'p>(&'p self, path: &'p RepoPath) -> impl Iterator<Item = &'a Entry> + use<'a, 'p> {
        let pending: &'a Pending = &self.desk.pending;
        let waiting = pending.entries.iter().rev().filter(|entry| entry.noted_on.is_none());
        waiting.filter(move |entry| entry.path() == path)
    }

    /// The paths that have entries.
    pub fn paths(&self) -> BTreeSet<RepoPath> {
        let waiting = self.desk.pending.entries.iter().filter(|entry| entry.noted_on.is_none());
        waiting.map(|entry| entry.path().clone()).collect()
    }

    /// Whether `entry` speaks for `content`, which stands in the work tree or the index.
    ///
    /// # Errors
    ///
    /// When a blob cannot be read.
    pub fn life(
        &self,
        entry: &Entry,
        content: Content,
        engine: &mut Engine<'_>,
    ) -> Result<Life, ObserveError> {
        let let_go = entry.fact.lets_go().is_some();
        if let_go || entry.after == Some(content) || !self.desk.index.unmerged(entry.path()).is_empty() {
            return Ok(Life::Alive);
        }
        if self.took_in(entry, content, engine)? {
            return Ok(Life::Alive);
        }
        if !entry.conflicts.is_empty() {
            let resolved = self.is_resolved(entry)? && self.settles(entry, content)?;
            return Ok(if resolved { Life::Alive } else { Life::Dormant });
        }
        if entry.before.is_none() {
            return Ok(Life::Alive);
        }
        let kept = self.desk.index.content(&self.desk.objects, entry.path())? == entry.after;
        self.edited_on_top(entry, content, kept)
    }

    /// Whether `entry` is complete in `content`, which a commit has at the path.
    ///
    /// # Errors
    ///
    /// When a blob cannot be read.
    pub fn is_complete(
        &self,
        entry: &Entry,
        content: Option<Content>,
        at_rest: bool,
        engine: &mut Engine<'_>,
    ) -> Result<bool, ObserveError> {
        let Some(content) = content else { return Ok(entry.after.is_none()) };
        if entry.after.is_none() || entry.fact.lets_go().is_some() {
            return Ok(entry.after.is_some());
        }
        if entry.conflicts.is_empty() {
            let whole = entry.after == Some(content)
                || entry.before.is_none()
                || self.took_in(entry, content, engine)?;
            return Ok(whole || self.edited_on_top(entry, content, false)? == Life::Alive);
        }
        if self.has_markers(entry, content)? {
            return Ok(false);
        }
        let whole = self.took_in(entry, content, engine)?;
        Ok(whole || at_rest && self.is_resolved(entry)? && self.settles(entry, content)?)
    }

    fn took_in(
        &self,
        entry: &Entry,
        content: Content,
        engine: &mut Engine<'_>,
    ) -> Result<bool, ObserveError> {
        Ok(engine.contains(entry.path(), entry.old_base, Some(content), entry.theirs)?)
    }

    fn edited_on_top(&self, entry: &Entry, content: Content, kept: bool) -> Result<Life, ObserveError> {
        let at_start = match entry.start {
            Some(start) => self.committed(start, entry.path())?,
            None => None,
        };
        if Some(content) == entry.before || Some(content) == at_start {
            return Ok(Life::Dormant);
        }
        let doubt = self.desk.project.was_reset_since(entry.reflog_length)?;
        edited::on_top(&self.desk.objects, entry, content, kept, doubt)
    }

    fn committed(&self, commit: gix::ObjectId, path: &RepoPath) -> Result<Option<Content>, ObserveError> {
        // After a prune the commit may be gone: then nothing is known of it.
        let Ok(tree) = self.desk.project.tree_of(commit) else { return Ok(None) };
        Ok(crate::git::trees::TreeReader::new(self.desk.project).at(tree, path)?)
    }

    /// Whether it was witnessed that the operation's conflicts were resolved: by `continue`, or by
    /// the index, which remembers the stages of what was added until a reset or stash.
    fn is_resolved(&self, entry: &Entry) -> Result<bool, ObserveError> {
        if !self.desk.index.unmerged(entry.path()).is_empty() {
            return Ok(false);
        }
        if entry.resolved {
            return Ok(true);
        }
        let resolved = match self.resolved.get() {
            Some(resolved) => resolved,
            None => {
                let resolved = self.desk.project.resolve_undo()?;
                self.resolved.get_or_init(|| resolved)
            }
        };
        Ok(entry.conflicts.iter().all(|conflict| {
            let stages = resolved.get(&BString::from(conflict.path.as_str()));
            stages.is_some_and(|stages| *stages == conflict.stages.map(|stage| stage.0))
        }))
    }

    /// A file that had a conflict may equal what it was before; another that the operation changed
    /// may not.
    fn settles(&self, entry: &Entry, content: Content) -> Result<bool, ObserveError> {
        if self.has_markers(entry, content)? {
            return Ok(false);
        }
        let files = |content: Option<Content>| -> Result<BTreeMap<BString, Content>, MergeError> {
            let Some(content) = content else { return Ok(BTreeMap::new()) };
            Ok(merge::files(&self.desk.objects, content, entry.path())?.into_iter().collect())
        };
        let (before, after, now) = (files(entry.before)?, files(entry.after)?, files(Some(content))?);
        let had_conflict =
            |path: &BString| entry.conflicts.iter().any(|conflict| path == conflict.path.as_str());
        let mut paths = before.keys().chain(after.keys());
        Ok(!paths.any(|path| {
            let (before, after) = (before.get(path), after.get(path));
            before != after && now.get(path) == before && !had_conflict(path)
        }))
    }

    /// Whether a file that had conflicts holds more markers than any side of the merge had.
    ///
    /// # Errors
    ///
    /// When a blob cannot be read.
    pub fn has_markers(&self, entry: &Entry, content: Content) -> Result<bool, ObserveError> {
        let files = merge::files(&self.desk.objects, content, entry.path())?;
        for conflict in &entry.conflicts {
            let Some((_, file)) = files.iter().find(|(path, _)| path == conflict.path.as_str()) else {
                continue;
            };
            let left = conflict.stages.iter().filter_map(|stage| stage.0);
            // A healthy file may hold lines that look like markers.
            let clean_before = left
                .map(|stage| edited::markers(&self.desk.objects, stage))
                .collect::<Result<Vec<_>, _>>()?;
            let most = clean_before.into_iter().max().unwrap_or(0);
            if edited::markers(&self.desk.objects, *file)? > most {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Ladder<'_> {
    /// The base that the newest entry alive for `content` gives, advanced.
    pub(super) fn pending_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        for entry in self.waiting.entries(subject.path) {
            let Some(record) = entry.fact.record() else { continue };
            let commit = self.collection.repository.here(record.commit);
            if record.collection.id != self.collection.id || !history.has(commit) {
                continue;
            }
            let life = self.waiting.life(entry, content, &mut self.engine.borrow_mut())?;
            if life == Life::Dormant {
                continue;
            }
            let Some(theirs) = entry.theirs else { continue };
            let mut original = theirs;
            if subject.form.is_generated() {
                original = self.collection.seen(record).base_content();
            }
            let found = Found { content: theirs, original, commit, since: None, rung: Rung::Pending };
            let mut base = self.advance(subject, content, found, history)?;
            if life == Life::Doubtful {
                base.witnessed = entry.old_base.unwrap_or(base.witnessed);
            }
            return Ok(Some(base));
        }
        Ok(None)
    }

    /// Whether any entry of the path is alive for `content`.
    ///
    /// # Errors
    ///
    /// When a blob cannot be read.
    pub fn alive_entry(&self, path: &RepoPath, content: Content) -> Result<Option<&Entry>, ObserveError> {
        for entry in self.waiting.entries(path) {
            if self.waiting.life(entry, content, &mut self.engine.borrow_mut())? != Life::Dormant {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }
}

/// Where the pending file of the work tree with this git directory is.
pub fn path(git_dir: &Path) -> PathBuf {
    git_dir.join("skillsync").join("pending.json")
}

/// Read the pending file of a work tree.
///
/// # Errors
///
/// When it is there and cannot be read; one that is damaged is named by the caller and kept.
pub fn read(repository: &Repository) -> Result<Option<String>, ObserveError> {
    let path = path(repository.git_dir());
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(Some(String::new())),
        Err(source) => Err(ObserveError::PendingFile { path, source }),
    }
}
