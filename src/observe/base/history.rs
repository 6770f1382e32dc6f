//! The rung *history*: the same content in the project's and in the collection's history.

use super::{Found, Ladder, Subject};
use crate::model::deployed::{Base, Rung};
use crate::model::{content::Content, path::RepoPath};
use crate::observe::ObserveError;
use crate::observe::collection::CollectionHistory;
use gix::ObjectId;
use std::collections::HashMap;

impl Ladder<'_> {
    /// The newest collection version that the path ever was, advanced.
    pub(super) fn history_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        let all = history.after(None)?;
        let versions = history.versions(&all, subject.source, subject.name)?;
        let mut first_at: HashMap<Content, (usize, ObjectId)> = HashMap::new();
        for version in &versions {
            first_at.entry(version.content).or_insert((version.position, version.commit));
        }
        let met = self.past(subject.path, content)?.into_iter().filter_map(|(version, since)| {
            first_at.get(&version).map(|(position, commit)| (*position, *commit, version, since))
        });
        let Some((_, commit, content_met, since)) = met.max_by_key(|(position, ..)| *position) else {
            return Ok(None);
        };
        let found = Found { content: content_met, commit, since, rung: Rung::History };
        self.advance(subject, content, found, history).map(Some)
    }

    /// The versions of a path, newest first: the content itself, HEAD's, then those of the history
    /// until the path was absent; each with the commit that brought it.
    pub(super) fn past(
        &self,
        path: &RepoPath,
        content: Content,
    ) -> Result<Vec<(Content, Option<ObjectId>)>, ObserveError> {
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
}
