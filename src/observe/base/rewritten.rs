//! The rung *rewritten*: a record that was made for the same content on another commit.
//!
//! Squashes, rebases and amended commits make new commits of old contents.

use super::{Found, Ladder, Subject};
use crate::git::trail::Trail;
use crate::git::trees::TreeReader;
use crate::model::content::Content;
use crate::model::deployed::{Base, Rung};
use crate::observe::collection::CollectionHistory;
use crate::observe::records::{self, NotedRecord};
use crate::observe::{ObserveError, tips};
use gix::ObjectId;
use std::collections::HashMap;

/// A version of a path and the project commit in which it stands.
type Past = Vec<(Content, Option<ObjectId>)>;

impl Ladder<'_> {
    /// The base of the newest version of the path that a record was made for, whatever became of
    /// the commit, advanced from where the version stands now.
    ///
    /// It is looked for beside the rung *note*: a branch that was squashed may have taken in more
    /// than the record says that is left. Then only a record with a newer base counts, so that the
    /// two can be told apart without a merge; an artifact that nothing has touched since its one record
    /// costs nothing.
    pub(super) fn rewritten_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        noted: Option<&Base>,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        let Some(noted) = noted else { return self.elsewhere(subject, content, history) };
        let later = history.after(Some(noted.commit))?;
        // Without a later version no base can be newer, and the records need not be read.
        let versions = self.versions_in(history, &later, subject)?;
        if versions.iter().all(|version| version.content == noted.content) {
            return Ok(None);
        }
        let past = self.past_since_record(subject, content)?;
        if let ([only], [(_, Some(_))]) = (self.records.of(subject.path), &past[..])
            && only.record.at == Some(content.id)
        {
            return Ok(None);
        }
        let is_newer = |commit: ObjectId| {
            commit != noted.commit
                && later.position(commit).is_some_and(|at| later.descendants_of(noted.commit)[at])
        };
        let here = |commit| self.collection.repository.here(commit);
        if !self.recorded.commits(subject.path)?.into_iter().map(here).any(is_newer) {
            return Ok(None);
        }
        self.recorded_base(subject, content, &past, &|commit| is_newer(commit), history)
    }

    /// Where no record on HEAD's history says anything.
    fn elsewhere(
        &self,
        subject: Subject<'_>,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        if self.recorded.commits(subject.path)?.is_empty() {
            return Ok(None);
        }
        let past = self.past(subject.path, content)?;
        match self.recorded_base(subject, content, &past, &|_| true, history)? {
            Some(base) => Ok(Some(base)),
            None => self.base_at_tips(subject, content, &past, history),
        }
    }

    /// The base of the first version that a record with an acceptable commit was made for.
    fn recorded_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        past: &Past,
        accepts: &dyn Fn(ObjectId) -> bool,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        for (version, since) in past {
            let mut records = self.recorded.of(subject.path, version.id)?;
            records.retain(|noted| !self.is_later(*since, noted.commit));
            if let Some((base, original, commit)) = self.oldest(subject, &records, accepts, history)? {
                let found = Found { content: base, original, commit, since: *since, rung: Rung::Rewritten };
                return self.advance(subject, content, found, history).map(Some);
            }
        }
        Ok(None)
    }

    /// The same for what stands on branches and stood at HEAD, with the records that count there.
    fn base_at_tips(
        &self,
        subject: Subject<'_>,
        content: Content,
        past: &Past,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        let trees = TreeReader::new(self.project);
        let mut at: HashMap<Content, Vec<ObjectId>> = HashMap::new();
        for tip in tips::find(self.project)? {
            let Ok(tree) = self.project.tree_of(tip) else { continue };
            if let Some(found) = trees.at(tree, subject.path)? {
                at.entry(found).or_default().push(tip);
            }
        }
        let wanted = [subject.path.clone()];
        for (version, since) in past {
            let mut records: Vec<NotedRecord> = Vec::new();
            let tips = at.get(version).into_iter().flatten();
            for tip in tips.filter(|tip| !self.is_later(*since, **tip)) {
                let there = records::effective(self.project, self.recorded.notes(), *tip, &wanted)?;
                records.extend_from_slice(there.of(subject.path));
            }
            if let Some((base, original, commit)) = self.oldest(subject, &records, &|_| true, history)? {
                let found = Found { content: base, original, commit, since: *since, rung: Rung::Rewritten };
                return self.advance(subject, content, found, history).map(Some);
            }
        }
        Ok(None)
    }

    /// Whether a commit follows the one in which a version stands.
    ///
    /// There the same content may stand again after another one (A→B→A): what was recorded for it says
    /// nothing of the commit before.
    fn is_later(&self, since: Option<ObjectId>, commit: ObjectId) -> bool {
        since.is_some_and(|since| since != commit && self.project.is_ancestor(since, commit))
    }

    /// The oldest of the bases that these records name: what *advance* adds, it has seen.
    fn oldest(
        &self,
        subject: Subject<'_>,
        records: &[NotedRecord],
        accepts: &dyn Fn(ObjectId) -> bool,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<(Content, Content, ObjectId)>, ObserveError> {
        let mut oldest: Option<(Content, Content, ObjectId)> = None;
        for noted in records {
            let record = &noted.record;
            let commit = self.collection.repository.here(record.commit);
            if record.collection.id != self.collection.id || !accepts(commit) || !history.has(commit) {
                continue;
            }
            let Some(found) = self.base_of(subject, noted, history)? else { continue };
            let older = |known: (_, _, ObjectId)| self.collection.repository.is_ancestor(found.2, known.2);
            if oldest.is_none_or(older) {
                oldest = Some(found);
            }
        }
        Ok(oldest)
    }

    /// The versions of a path, newest first, back to the commit of its record.
    fn past_since_record(&self, subject: Subject<'_>, content: Content) -> Result<Past, ObserveError> {
        let start = match self.records.of(subject.path) {
            [only] => Some(only.commit),
            _ => return self.past(subject.path, content),
        };
        let head = self.content_at_head(subject.path)?;
        let mut past = vec![(content, self.head.id.filter(|_| head == Some(content)))];
        let history = self.project_history(start)?;
        let versions = history.as_deref().map(|history: &Trail<'_>| history.versions(subject.path));
        let versions = versions.transpose()?;
        let versions = versions.iter().flat_map(|versions| versions.iter().rev());
        for version in versions.take_while(|version| version.content.is_some()) {
            past.extend(version.content.map(|content| (content, Some(version.commit))));
        }
        Ok(past)
    }
}
