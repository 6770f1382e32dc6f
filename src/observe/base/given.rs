//! The rung *given*: the version that the user named.

use super::{Ladder, Subject};
use crate::model::content::Content;
use crate::model::deployed::{Base, Rung};
use crate::model::path::RepoPath;
use crate::observe::ObserveError;
use gix::ObjectId;

/// How many times an artifact's name is followed back; a chain of more is a circle.
const MOST_NAMES: usize = 16;

impl Ladder<'_> {
    /// The artifact as it stood at a commit of the collection's history, as the base.
    ///
    /// It is used as it is: who names a base has decided what was taken in.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub fn given(
        &self,
        subject: Subject<'_>,
        commit: ObjectId,
        tip: ObjectId,
    ) -> Result<Option<Base>, ObserveError> {
        let Some(original) = self.content_then(subject.source, commit, tip)? else { return Ok(None) };
        let content = self.native(subject.form, original)?;
        let rung = Rung::Given;
        Ok(content.map(|content| Base { content, original, commit, rung, witnessed: content }))
    }

    /// What stood at a path at a commit, or at the path whose content came to stand at it later.
    fn content_then(
        &self,
        source: &RepoPath,
        commit: ObjectId,
        tip: ObjectId,
    ) -> Result<Option<Content>, ObserveError> {
        let mut source = source.clone();
        let history = self.collection_history(tip);
        for _ in 0..MOST_NAMES {
            let content = self.collection.content_at(commit, &source)?;
            if content.is_some() {
                return Ok(content);
            }
            let view = history.view()?;
            let first = view.versions(&source).into_iter().next();
            let Some((position, Some(content))) = first.map(|first| (first.position, first.content)) else {
                return Ok(None);
            };
            let places = view.places(content.id).into_iter().rev();
            let earlier = places
                .filter(|place| place.position < position && place.path != source)
                .map(|it| it.path)
                .next();
            let Some(earlier) = earlier else { return Ok(None) };
            source = earlier;
        }
        Ok(None)
    }
}
