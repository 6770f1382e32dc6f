//! The rung *history*: the same content in the project's and in the collection's history.

use super::met::{Met, Past};
use super::{Found, Ladder, Subject};
use crate::model::artifact::ArtifactName;
use crate::model::deployed::{Base, Rung};
use crate::model::{content::Content, path::RepoPath};
use crate::observe::ObserveError;
use crate::observe::collection::CollectionHistory;
use gix::ObjectId;

impl Ladder<'_> {
    /// The newest collection version that the path ever was, advanced.
    pub(super) fn history_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        let past = self.past(subject.path, content)?;
        let Some(met) = self.met(subject, &past, history)? else { return Ok(None) };
        let original = met.original(subject.form);
        let Met { content: base, commit, since, .. } = met;
        let found = Found { content: base, original, commit, since, rung: Rung::History };
        self.advance(subject, content, found, history).map(Some)
    }

    /// The versions of a path, newest first: the content itself, HEAD's, then those of the history
    /// until the path was absent; each with the commit that brought it.
    pub(super) fn past(&self, path: &RepoPath, content: Content) -> Result<Vec<Past>, ObserveError> {
        let mut past = vec![(content, None)];
        let Some(history) = self.project_history(None)? else { return Ok(past) };
        if self.content_at_head(path)? == Some(content) {
            past[0].1 = self.head.id;
        }
        for version in history.versions(path)?.iter().rev() {
            let Some(content) = version.content else { break };
            if past.iter().all(|(known, _)| *known != content) {
                past.push((content, Some(version.commit)));
            }
        }
        Ok(past)
    }

    /// Where in the collection an artifact stands that has no record and whose name does not tell:
    /// the one path whose versions the project's path ever was.
    ///
    /// Of several paths those that are offered at the tip come first, then those that are called the
    /// same. If more than one is left, nothing tells which is meant, and none is taken.
    ///
    /// # Errors
    ///
    /// When a repository cannot be read.
    pub fn source_of(
        &self,
        path: &RepoPath,
        name: &ArtifactName,
        content: Content,
        tip: ObjectId,
    ) -> Result<Source, ObserveError> {
        let history = self.collection_history(tip);
        let mut met = self.met_anywhere(path, &self.past(path, content)?, &history)?;
        let offered = &self.collection.scan()?.artifacts;
        let is_offered =
            |met: &Met| offered.iter().any(|it| it.source == met.source && it.name.kind == name.kind);
        if met.iter().any(is_offered) {
            met.retain(is_offered);
        } else {
            let mut was = Vec::new();
            for met in met {
                let then = self.scanned(met.commit)?;
                if then.iter().any(|(source, kind)| *source == met.source && *kind == name.kind) {
                    was.push(met);
                }
            }
            met = was;
        }
        if met.len() > 1 && met.iter().any(|met| name.stands_as(met.source.file_name())) {
            met.retain(|met| name.stands_as(met.source.file_name()));
        }
        Ok(match met.len() {
            0 => Source::Nowhere,
            1 => met.pop().map_or(Source::Nowhere, |met| Source::At(met.source)),
            _ => Source::Several(met.into_iter().map(|met| met.source).collect()),
        })
    }

    /// Whether a version of a path was met at all.
    ///
    /// # Errors
    ///
    /// When a repository cannot be read.
    pub fn is_met(
        &self,
        subject: Subject<'_>,
        content: Content,
        tip: ObjectId,
    ) -> Result<bool, ObserveError> {
        let history = self.collection_history(tip);
        Ok(self.met(subject, &self.past(subject.path, content)?, &history)?.is_some())
    }

    /// What a record at HEAD should say of a path whose base, found by this rung, is `base`.
    ///
    /// It says what was met, as that is certain; *advance* goes on from there each time. Only where
    /// advance needs commits from before HEAD for it, which it would not look at any more with the
    /// record, the record says what it found.
    ///
    /// # Errors
    ///
    /// When a repository cannot be read.
    pub fn recordable(
        &self,
        subject: Subject<'_>,
        content: Content,
        base: &Base,
        tip: ObjectId,
    ) -> Result<Option<Met>, ObserveError> {
        let history = self.collection_history(tip);
        let met = self.met(subject, &self.past(subject.path, content)?, &history)?;
        let Some(met) = met else { return Ok(None) };
        let (since, rung) = (self.head.id, Rung::History);
        let original = met.original(subject.form);
        let found = Found { content: met.content, original, commit: met.commit, since, rung };
        let again = self.advance(subject, content, found, &history)?;
        if again.content == base.content {
            return Ok(Some(met));
        }
        let (content, version) = (base.content, base.original);
        Ok(Some(Met { content, version, omitted: Vec::new(), commit: base.commit, ..met }))
    }

    /// Whether the collection ever had a content, or a folder with its `SKILL.md`.
    ///
    /// # Errors
    ///
    /// When a repository cannot be read.
    pub fn knows(&self, path: &RepoPath, content: Content, tip: ObjectId) -> Result<bool, ObserveError> {
        let history = self.collection_history(tip);
        let exact = !history.places(content.id)?.is_empty();
        Ok(exact || !self.folders_with_skill_file(path, content, &history)?.is_empty())
    }
}

/// Where an artifact without a record stands in the collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The collection never had it.
    Nowhere,
    /// At this path.
    At(RepoPath),
    /// At any of these: nothing tells which is meant.
    Several(Vec<RepoPath>),
}
