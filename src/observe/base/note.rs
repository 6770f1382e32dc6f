//! The rung *note*: the effective records at HEAD.

use super::{Found, Ladder, Subject};
use crate::model::content::Content;
use crate::model::deployed::Base;
use crate::observe::ObserveError;
use crate::observe::collection::CollectionHistory;
use crate::observe::records::NotedRecord;
use gix::ObjectId;

impl Ladder<'_> {
    /// The newest base among the effective records of the path, each advanced.
    ///
    /// A record is a claim by whoever could push notes: it is used only if its commit stands in
    /// the collection's history and holds the base, or names it in a trailer.
    pub(super) fn note_base(
        &self,
        subject: Subject<'_>,
        content: Content,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<Base>, ObserveError> {
        let mut best: Option<Base> = None;
        for noted in self.admissible(subject, history)? {
            let Some((base, original, commit)) = self.base_of(subject, noted, history)? else { continue };
            let since = Some(noted.commit);
            let found = Found { content: base, original, commit, since, rung: noted.rung };
            let base = self.advance(subject, content, found, history)?;
            let newer = |best: &Base| self.collection.repository.is_ancestor(best.commit, base.commit);
            if best.as_ref().is_none_or(newer) {
                best = Some(base);
            }
        }
        Ok(best)
    }

    /// The records that may be used. Of several, from branches that were merged, the ones whose
    /// content stands at the path now come first; else one whose commit has all others behind it.
    fn admissible(
        &self,
        subject: Subject<'_>,
        history: &CollectionHistory<'_>,
    ) -> Result<Vec<&NotedRecord>, ObserveError> {
        let records = self.records.of(subject.path).iter();
        let known: Vec<&NotedRecord> = records
            .filter(|noted| noted.record.collection.id == self.collection.id)
            .filter(|noted| history.has(self.collection.repository.here(noted.record.commit)))
            .collect();
        if known.len() < 2 {
            return Ok(known);
        }
        let at_head = self.content_at_head(subject.path)?.map(|content| content.id);
        let same: Vec<_> = known.iter().copied().filter(|noted| noted.record.at == at_head).collect();
        let is_ancestor = |a: &NotedRecord, b: &NotedRecord| {
            let [a, b] = [a, b].map(|noted| self.collection.repository.here(noted.record.commit));
            self.collection.repository.is_ancestor(a, b)
        };
        let among = if same.is_empty() { &known } else { &same };
        let newest = among.iter().copied().reduce(|a, b| if is_ancestor(a, b) { b } else { a });
        match newest {
            Some(newest) if !same.is_empty() || known.iter().all(|noted| is_ancestor(noted, newest)) => {
                Ok(vec![newest])
            }
            _ => Ok(known),
        }
    }

    /// The base that a record names, as the collection has it too, and where it stands; none if the
    /// collection never had it.
    pub(super) fn base_of(
        &self,
        subject: Subject<'_>,
        noted: &NotedRecord,
        history: &CollectionHistory<'_>,
    ) -> Result<Option<(Content, Content, ObjectId)>, ObserveError> {
        let record = &self.collection.seen(&noted.record);
        let formed = |original: Content, commit| -> Result<_, ObserveError> {
            let Some(original) = self.placed(noted, original)? else { return Ok(None) };
            Ok(self.native(subject.form, original)?.map(|content| (content, original, commit)))
        };
        let there = self.collection.content_at(record.commit, &record.source)?;
        if let Some(content) = there.filter(|there| there.id == record.base) {
            return formed(content, record.commit);
        }
        let all = history.after(None)?;
        let versions = history.versions(&all, &record.source, subject.name)?;
        let version = versions.iter().rev().find(|version| version.content.id == record.base);
        let version = version.map(|version| (version.content, version.commit));
        // Before the artifact was moved to where the record says it is.
        let elsewhere = || -> Result<_, ObserveError> {
            let places = history.places(record.base)?.into_iter().filter(|place| !place.pushed);
            let then = places.rev().max_by_key(|place| place.commit == record.commit);
            Ok(then.map(|place| (place.content, place.commit)))
        };
        let Some((content, commit)) = version.map_or_else(elsewhere, |version| Ok(Some(version)))? else {
            return Ok(None);
        };
        formed(content, commit)
    }

    /// What of a recorded version was placed: files that were left out do not belong to the base.
    fn placed(&self, noted: &NotedRecord, version: Content) -> Result<Option<Content>, ObserveError> {
        super::met::without(self.engine.borrow().objects(), version, &noted.record.omitted)
    }
}
