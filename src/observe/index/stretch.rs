//! What follows a commit in a collection's history.

use super::View;
use crate::git::history::{History, Version};
use crate::model::path::RepoPath;
use crate::model::trailer::PushTrailer;
use crate::observe::ObserveError;
use gix::ObjectId;
use std::rc::Rc;

/// A stretch of history. Where the index is at hand it comes from there; else, as it is mostly
/// short, it is walked. Both give the same versions in the same order.
pub enum Stretch<'c> {
    /// Walked.
    Walked(Box<History<'c>>),
    /// From the index.
    Indexed {
        /// The whole history.
        view: Rc<View>,
        /// By position, what does not belong to the stretch; empty where everything does.
        hidden: Vec<bool>,
    },
}

impl Stretch<'_> {
    /// What follows `start` (none: everything).
    pub(in crate::observe) fn indexed(view: Rc<View>, start: Option<ObjectId>) -> Self {
        let hidden = start.map_or_else(Vec::new, |start| view.ancestors_of(start));
        Self::Indexed { view, hidden }
    }

    /// The positions of its commits, oldest first.
    pub fn positions(&self) -> Vec<usize> {
        match self {
            Self::Walked(history) => (0..history.len()).collect(),
            Self::Indexed { view, hidden } => {
                let shown = |position: &usize| !hidden.get(*position).copied().unwrap_or(false);
                (0..view.len()).filter(shown).collect()
            }
        }
    }

    /// The position of a commit; none if it is not part of the stretch.
    pub fn position(&self, commit: ObjectId) -> Option<usize> {
        match self {
            Self::Walked(history) => history.position(commit),
            Self::Indexed { view, hidden } => {
                let position = view.position(commit)?;
                (!hidden.get(position).copied().unwrap_or(false)).then_some(position)
            }
        }
    }

    /// The commit at a position, and its parents.
    pub fn commit_at(&self, position: usize) -> (ObjectId, Vec<ObjectId>) {
        match self {
            Self::Walked(history) => history.commit_at(position),
            Self::Indexed { view, .. } => view.commit_at(position),
        }
    }

    /// The versions of a path, oldest first.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub fn versions(&self, path: &RepoPath) -> Result<Rc<Vec<Version>>, ObserveError> {
        match self {
            Self::Walked(history) => Ok(history.versions(path)?),
            Self::Indexed { view, hidden } => {
                let mut versions = view.versions(path);
                versions.retain(|version| !hidden.get(version.position).copied().unwrap_or(false));
                Ok(Rc::new(versions))
            }
        }
    }

    /// What pushes said in the message of a version's commit.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn trailers(&self, version: &Version) -> Result<Vec<PushTrailer>, ObserveError> {
        match self {
            Self::Walked(history) => Ok(history.trailers(version.commit)?),
            Self::Indexed { view, .. } => Ok(view.trailers(version.position).to_vec()),
        }
    }

    /// For each position, whether its commit descends from `commit` (or is it).
    pub fn descendants_of(&self, commit: ObjectId) -> Rc<Vec<bool>> {
        match self {
            Self::Walked(history) => history.descendants_of(commit),
            Self::Indexed { view, .. } => view.descendants_of(commit),
        }
    }
}
