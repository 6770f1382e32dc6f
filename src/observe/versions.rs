//! What the versions of artifacts are called: by themselves, by their plugin, or by the collection.

use super::ObserveError;
use super::collection::Collection;
use super::observer::{Need, Observer};
use super::scan::{self, PluginVersions};
use super::tags::Tags;
use crate::git::unchanged::Unchanged;
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::path::RepoPath;
use gix::ObjectId;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How many commits are gone back in all; then the commit that was asked for has to do.
const MAX_STEPS: usize = 500_000;

/// What a version is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// By a name: its front matter, its plugin or a tag has it.
    Named(String),
    /// By the commit that brought it.
    Commit(String),
}

impl Version {
    /// The name, if it has one.
    pub fn into_name(self) -> Option<String> {
        match self {
            Self::Named(name) => Some(name),
            Self::Commit(_) => None,
        }
    }

    /// The name or the id.
    pub fn into_text(self) -> String {
        match self {
            Self::Named(text) | Self::Commit(text) => text,
        }
    }
}

/// Says what a collection's versions are called.
pub struct Versions<'c> {
    collection: &'c Collection,
    tags: Tags,
    plugins: RefCell<HashMap<ObjectId, Option<Rc<PluginVersions<'c>>>>>,
    unchanged: OnceCell<Option<Unchanged<'c>>>,
    steps: Cell<usize>,
}

impl<'c> Versions<'c> {
    /// Those of this collection; nothing is read before it is asked for.
    pub fn of_collection(collection: &'c Collection) -> Self {
        let (tags, plugins, unchanged) = <_>::default();
        Self { collection, tags, plugins, unchanged, steps: Cell::new(MAX_STEPS) }
    }

    /// What the content is called that stands at `source` in a commit: by its front matter, else by the
    /// manifest of its plugin, else by the newest tag that has it as it is, else by the last commit that
    /// changed it.
    ///
    /// # Errors
    ///
    /// When the collection cannot be read.
    pub fn of(&self, source: &RepoPath, content: Content, commit: ObjectId) -> Result<Version, ObserveError> {
        let repository = &self.collection.repository;
        match scan::version_of(repository, content) {
            Some(version) => Ok(Version::Named(version)),
            None => self.called(source, content, commit),
        }
    }

    /// The same where the content itself names none.
    fn called(&self, source: &RepoPath, content: Content, commit: ObjectId) -> Result<Version, ObserveError> {
        let plugins = self.plugins_at(commit)?;
        // A manifest that cannot be read names no version.
        if let Some(version) = plugins.and_then(|plugins| plugins.of(source).ok().flatten()) {
            return Ok(Version::Named(version));
        }
        let repository = &self.collection.repository;
        let mut at = commit;
        loop {
            if let Some(tag) = self.tags.at(repository, at) {
                return Ok(Version::Named(tag));
            }
            match self.before(source, content, at)? {
                Before::Same(commit) => at = commit,
                Before::Other => break,
                Before::Unknown => {
                    at = commit;
                    break;
                }
            }
        }
        Ok(Version::Commit(repository.own().abbreviated(repository.own_id(at))))
    }

    fn before(&self, source: &RepoPath, content: Content, at: ObjectId) -> Result<Before, ObserveError> {
        let unchanged = self.unchanged.get_or_init(|| Unchanged::of(&self.collection.repository));
        let (Some(unchanged), Some(left)) = (unchanged, self.steps.get().checked_sub(1)) else {
            return Ok(Before::Unknown);
        };
        self.steps.set(left);
        Ok(unchanged.before(at, source, content)?.map_or(Before::Other, Before::Same))
    }

    fn plugins_at(&self, commit: ObjectId) -> Result<Option<Rc<PluginVersions<'c>>>, ObserveError> {
        let tree = self.collection.repository.tree_of(commit)?;
        if let Some(known) = self.plugins.borrow().get(&tree) {
            return Ok(known.clone());
        }
        let Collection { repository, options, .. } = self.collection;
        // Then it had another layout than its configuration says now.
        let read = PluginVersions::read(repository, tree, options).ok().map(Rc::new);
        self.plugins.borrow_mut().insert(tree, read.clone());
        Ok(read)
    }
}

/// What stood at a path before a commit.
enum Before {
    /// The same, in this parent.
    Same(ObjectId),
    /// Something else or nothing.
    Other,
    /// What cannot be looked up here, or not in reasonable time.
    Unknown,
}

impl Observer<'_> {
    /// What a content is called that the collection has, or that a push named there.
    ///
    /// # Errors
    ///
    /// When the collection cannot be read.
    pub fn version_in(
        &self,
        source: &RepoPath,
        content: Content,
        commit: ObjectId,
    ) -> Result<Version, ObserveError> {
        match scan::version_of(self.objects(), content) {
            Some(version) => Ok(Version::Named(version)),
            None => self.versions().called(source, content, commit),
        }
    }

    /// What is deployed is called, and what the collection has.
    ///
    /// What the project has is that of its front matter; else that of its base, as the record says,
    /// edited or not. What is sent is a version of its own, though.
    pub(super) fn versions_of(
        &self,
        deployed: &Deployed,
        need: Need,
    ) -> Result<[Option<String>; 2], ObserveError> {
        let Deployed { placement, work_tree, theirs, original, tip, .. } = deployed;
        let is_generated = placement.form().is_generated();
        let base = deployed.base.as_ref().map(|base| base.original);
        // A generated form has no place for it: it is that of the version the file was made of.
        let own = if is_generated { base } else { *work_tree };
        let own = own.and_then(|content| scan::version_of(self.objects(), content));
        let there = original.map(|original| self.version_in(&placement.source, original, *tip));
        let there = there.transpose()?;
        let here = match own {
            Some(own) => Some(own),
            None if need == Need::Push => None,
            None => self.version_here(deployed, there.as_ref())?,
        };
        let there = match there {
            // A commit is no name: what the content is called here holds for it there too.
            Some(Version::Commit(id)) if work_tree == theirs => here.clone().or(Some(id)),
            there => there.map(Version::into_text),
        };
        Ok([here, there])
    }

    fn version_here(
        &self,
        deployed: &Deployed,
        there: Option<&Version>,
    ) -> Result<Option<String>, ObserveError> {
        let Deployed { placement, work_tree, recorded, base, .. } = deployed;
        let Some(work_tree) = work_tree else { return Ok(None) };
        let stands =
            |content| content == *work_tree || base.as_ref().is_some_and(|base| base.content == content);
        if let (Some(record), true) = (&placement.record, recorded.is_some_and(stands)) {
            return match &record.version {
                Some(version) => Ok(Some(version.clone())),
                None => self.version_at(&record.source, record.base_content(), record.commit),
            };
        }
        match base {
            Some(base) if Some(base.original) != deployed.original => {
                self.version_at(&placement.source, base.original, base.commit)
            }
            Some(_) => Ok(there.cloned().map(Version::into_text)),
            None if Some(*work_tree) == deployed.theirs => Ok(there.cloned().map(Version::into_text)),
            None => Ok(None),
        }
    }

    fn version_at(
        &self,
        source: &RepoPath,
        content: Content,
        commit: ObjectId,
    ) -> Result<Option<String>, ObserveError> {
        if self.collection().content_at(commit, source).ok().flatten().is_none() {
            return Ok(None);
        }
        self.version_in(source, content, commit).map(|version| Some(version.into_text()))
    }
}
