//! *Advance*: from a base to the newest version that is known to have been taken in.

use super::{Found, Ladder, Subject};
use crate::git::trees::TreeReader;
use crate::model::deployed::Base;
use crate::model::{content::Content, path::RepoPath};
use crate::observe::ObserveError;
use crate::observe::collection::{CollectionHistory, CollectionVersion};
use gix::ObjectId;

impl Ladder<'_> {
    /// Go through the versions after the base, oldest first, and take each that a committed
    /// version of the path since then, or last the content itself, contains.
    ///
    /// The search is monotone: once a version was found in one commit, later ones are looked for
    /// from there on, so that a revert made after it stays the project's own edit.
    pub(super) fn advance(
        &self,
        subject: Subject<'_>,
        content: Content,
        found: Found,
        history: &CollectionHistory<'_>,
    ) -> Result<Base, ObserveError> {
        let Found { content: start, original, commit, since, rung } = found;
        let mut base = Base { content: start, original, commit, rung, witnessed: start };
        let later = history.after(Some(commit))?;
        let versions = history.versions(&later, subject.source, subject.name)?;
        if versions.is_empty() {
            return Ok(base);
        }
        let trail = self.trail(subject.path, content, since)?;
        let (mut from, mut position) = (0, None);
        for version in &versions {
            let Some(version) = self.formed(subject, version, base.original, &trail)? else { continue };
            let same_commit = position == Some(version.position);
            if version.content == base.content || !later.descendants_of(base.commit)[version.position] {
                continue;
            }
            if same_commit && !version.pushed {
                continue;
            }
            let mut hit = None;
            for (at, held) in trail.iter().enumerate().skip(from) {
                if self.took_in(subject, &base, *held, &version)? {
                    hit = Some(at);
                    break;
                }
            }
            let Some(hit) = hit else { continue };
            let is_sent = |held: Content| -> Result<bool, ObserveError> {
                Ok(held == version.content
                    || self.meant(subject.form, held, base.original)? == Some(version.original))
            };
            if version.pushed && (trail.contains(&version.content) || is_sent(trail[hit])?) {
                base.witnessed = version.content;
            }
            (base.content, base.original) = (version.content, version.original);
            base.commit = version.commit;
            (from, position) = (hit, Some(version.position));
        }
        Ok(base)
    }

    /// A version in the form of the place; none where that cannot hold it.
    ///
    /// What was pushed of a place with a form of its own stands nowhere as it was sent, if the collection
    /// had gone on: it is made again of what the project has had there.
    fn formed(
        &self,
        subject: Subject<'_>,
        version: &CollectionVersion,
        reference: Content,
        trail: &[Content],
    ) -> Result<Option<CollectionVersion>, ObserveError> {
        let mut made = self.native(subject.form, version.original)?;
        if made.is_none() && version.pushed {
            for held in trail {
                let meant = self.meant(subject.form, *held, reference)?;
                if meant.is_some_and(|meant| meant.id == version.original.id) {
                    made = self.native(subject.form, version.original)?;
                    break;
                }
            }
        }
        Ok(made.map(|content| CollectionVersion { content, ..*version }))
    }

    /// Whether `held` already has what leads from the base to a version: as it is written down, or in
    /// what it says.
    fn took_in(
        &self,
        subject: Subject<'_>,
        base: &Base,
        held: Content,
        version: &CollectionVersion,
    ) -> Result<bool, ObserveError> {
        if self.contains(subject.path, base.content, held, version.content)? {
            return Ok(true);
        }
        match self.meant(subject.form, held, base.original)?.filter(|_| subject.form.is_generated()) {
            Some(meant) => self.contains(subject.path, base.original, meant, version.original),
            None => Ok(false),
        }
    }

    /// Whether `held` already has what leads from `base` to `version`.
    pub(super) fn contains(
        &self,
        path: &RepoPath,
        base: Content,
        held: Content,
        version: Content,
    ) -> Result<bool, ObserveError> {
        Ok(self.engine.borrow_mut().contains(path, Some(base), Some(held), Some(version))?)
    }

    /// The committed versions of a path from a commit on, in order, and last the content itself.
    fn trail(
        &self,
        path: &RepoPath,
        content: Content,
        since: Option<ObjectId>,
    ) -> Result<Vec<Content>, ObserveError> {
        let mut trail = Vec::new();
        if let Some(since) = since
            && let Some(history) = self.project_history(Some(since))?
        {
            let tree = self.project.tree_of(since)?;
            trail.extend(TreeReader::new(self.project).at(tree, path)?);
            for version in history.versions_since(path)? {
                trail.extend(version.content.filter(|content| !trail.contains(content)));
            }
        }
        trail.push(content);
        Ok(trail)
    }

    /// What stands at a path at HEAD.
    pub(super) fn content_at_head(&self, path: &RepoPath) -> Result<Option<Content>, ObserveError> {
        let Some(head) = self.head.id else { return Ok(None) };
        let tree = self.project.tree_of(head)?;
        Ok(TreeReader::new(self.project).at(tree, path)?)
    }
}
