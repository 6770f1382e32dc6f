//! A collection as seen from where one stands: its tip, what it offers, and its history.

pub use super::collection_version::CollectionVersion;

use super::ObserveError;
use super::index::{self, HistoryIndex, Place, Stretch, View};
use super::renames::{Former, Renames};
use super::scan::{self, Offered, Scan, ScanOptions};
use crate::git::cache::CacheName;
use crate::git::history::History;
use crate::git::trees::TreeReader;
use crate::git::{GitError, Repository};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::deployed::Upstream;
use crate::model::record::{Origin, Record};
use crate::model::trailer;
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// An opened collection at the commit to sync with.
pub struct Collection {
    /// The name it is configured under.
    pub name: String,
    /// Its URL without credentials; none for one on disk.
    pub url: Option<String>,
    /// The repository, the local clone of it, or a copy of either in the project's object format.
    pub repository: Repository,
    /// The branch that is followed, in full.
    pub branch: String,
    /// The commit to sync with, as the repository that is looked at calls it.
    pub tip: ObjectId,
    /// The root commit, by its own id.
    pub id: ObjectId,
    /// What its configuration says about its layout.
    pub options: ScanOptions,
    tree: ObjectId,
    scan: OnceCell<Scan>,
    index: RefCell<Rc<HistoryIndex>>,
}

/// The parts of a collection that its configuration gives.
pub struct CollectionParts {
    /// The name it is configured under.
    pub name: String,
    /// Its URL without credentials.
    pub url: Option<String>,
    /// The repository, or the local clone of it.
    pub repository: Repository,
    /// The branch to follow; none follows what is checked out.
    pub branch: Option<String>,
    /// The root commit, where it is configured.
    pub id: Option<ObjectId>,
    /// How to scan it.
    pub options: ScanOptions,
}

impl Collection {
    /// Look at the tip of a collection.
    ///
    /// # Errors
    ///
    /// When the branch has no commit.
    pub fn at_tip(parts: CollectionParts) -> Result<Self, ObserveError> {
        let CollectionParts { name, url, repository, branch, id, options } = parts;
        let empty = || ObserveError::EmptyCollection(name.clone());
        let (branch, tip) = match branch {
            Some(branch) => {
                let full = if branch.starts_with("refs/") { branch } else { format!("refs/heads/{branch}") };
                let tip = crate::git::refs::read(repository.own(), &full)?;
                let missing = || GitError::NoCommit(full.clone());
                (full.clone(), tip.ok_or_else(missing)?)
            }
            None => {
                let head = repository.own().head()?;
                (head.branch.unwrap_or_else(|| "HEAD".into()), head.id.ok_or_else(empty)?)
            }
        };
        let id = match id {
            Some(id) => id,
            None => repository.own().root_commit(tip)?,
        };
        let tip = repository.here(tip);
        let tree = repository.tree_of(tip)?;
        let (scan, index) = (OnceCell::new(), RefCell::default());
        Ok(Self { name, url, repository, branch, tip, id, options, tree, scan, index })
    }

    /// The same collection, looked at on another branch.
    ///
    /// # Errors
    ///
    /// When the commit cannot be read.
    pub fn moved_to(self, branch: String, tip: ObjectId) -> Result<Self, ObserveError> {
        let tree = self.repository.tree_of(tip)?;
        Ok(Self { branch, tip, tree, scan: OnceCell::new(), ..self })
    }

    /// The commit that a revision names in the collection.
    ///
    /// # Errors
    ///
    /// When the revision names no commit.
    pub fn commit_named(&self, revision: &str) -> Result<ObjectId, ObserveError> {
        let commit = self.repository.here(self.repository.own().commit_named(revision)?);
        // What no branch or tag leads to is not in a copy.
        let known = Some(commit).filter(|commit| !commit.is_null());
        Ok(known.ok_or_else(|| GitError::NoCommit(revision.to_owned()))?)
    }

    /// The record with the ids that its objects have in the repository that is looked at; null for
    /// those that it does not have.
    pub fn seen(&self, record: &Record) -> Record {
        let here = |id: ObjectId| self.repository.here(id);
        Record { base: here(record.base), commit: here(record.commit), ..record.clone() }
    }

    /// Whether a revision is the branch that is followed anyway.
    pub fn follows(&self, revision: &str) -> bool {
        revision == self.branch || self.branch.strip_prefix("refs/heads/") == Some(revision)
    }

    /// The commit to sync with, by the collection's own id.
    pub fn own_tip(&self) -> ObjectId {
        self.repository.own_id(self.tip)
    }

    /// What a record says of this collection.
    pub fn origin(&self) -> Origin {
        Origin { id: self.id, name: self.name.clone(), url: self.url.clone() }
    }

    /// The name of the tip in conflict markers and messages, e.g. `default/main`.
    pub fn tip_label(&self) -> String {
        let short = self.branch.strip_prefix("refs/heads/").unwrap_or(&self.branch);
        format!("{}/{short}", self.name)
    }

    /// What it offers at its tip.
    ///
    /// # Errors
    ///
    /// When its trees cannot be read.
    pub fn scan(&self) -> Result<&Scan, ObserveError> {
        if let Some(scan) = self.scan.get() {
            return Ok(scan);
        }
        let scan = self.scan_at(self.tip)?;
        Ok(self.scan.get_or_init(|| scan))
    }

    /// What it offered at a commit.
    ///
    /// # Errors
    ///
    /// When its trees cannot be read.
    pub fn scan_at(&self, commit: ObjectId) -> Result<Scan, ObserveError> {
        let tree = self.repository.tree_of(commit)?;
        let failed = |source| ObserveError::Scan { collection: self.name.clone(), source };
        scan::scan(&self.repository, tree, &self.options).map_err(failed)
    }

    /// What its marketplaces at a commit say that plugins were called, and what they are called now.
    ///
    /// # Errors
    ///
    /// When its trees cannot be read.
    pub fn renamed_plugins_at(&self, commit: ObjectId) -> Result<BTreeMap<String, String>, ObserveError> {
        let tree = self.repository.tree_of(commit)?;
        let failed = |source| ObserveError::Scan { collection: self.name.clone(), source };
        scan::renamed_plugins(&self.repository, tree, &self.options).map_err(failed)
    }

    /// The artifacts of this name that are offered at the tip.
    ///
    /// # Errors
    ///
    /// As for [`scan`](Self::scan).
    pub fn offered(&self, name: &ArtifactName) -> Result<Vec<&Offered>, ObserveError> {
        Ok(self.scan()?.artifacts.iter().filter(|offered| offered.name == *name).collect())
    }

    /// Its history up to a commit, as the index has it. What the index that `project` keeps lacks
    /// is read first, and offered to be kept.
    fn view(&self, project: &Repository, tip: ObjectId) -> Result<Rc<View>, ObserveError> {
        let mut index = self.index.borrow_mut();
        let name = CacheName::new(format!("collections/{}", self.id), index::VERSION);
        if index.is_empty()
            && let Some(bytes) = project.cached(&name)
            && let Some(kept) = HistoryIndex::from_bytes(&bytes)
            // What a shallow clone lacked then may have been fetched since.
            && !kept.missing().any(|parent| self.repository.commit_time(parent).is_ok())
        {
            *index = Rc::new(kept);
        }
        if !index.has(tip) {
            let index = Rc::make_mut(&mut index);
            index.extend(&self.repository, tip)?;
            if let Some(bytes) = index.is_whole().then(|| index.to_bytes()).flatten() {
                project.offer(name, &bytes);
            }
        }
        let view = View::new(Rc::clone(&index), tip);
        Ok(Rc::new(view.ok_or(GitError::MissingObject(tip))?))
    }

    /// What stands at a path at the tip.
    ///
    /// # Errors
    ///
    /// When its trees cannot be read.
    pub fn content(&self, source: &RepoPath) -> Result<Option<Content>, ObserveError> {
        Ok(TreeReader::new(&self.repository).at(self.tree, source)?)
    }

    /// What stands at a path at a commit.
    ///
    /// # Errors
    ///
    /// When its trees cannot be read.
    pub fn content_at(&self, commit: ObjectId, source: &RepoPath) -> Result<Option<Content>, ObserveError> {
        self.in_tree(self.repository.tree_of(commit)?, source)
    }

    /// What stands at a path below a root tree.
    pub(super) fn in_tree(&self, tree: ObjectId, source: &RepoPath) -> Result<Option<Content>, ObserveError> {
        Ok(TreeReader::new(&self.repository).at(tree, source)?)
    }
}

/// The history of a collection up to a commit.
///
/// What follows a commit is walked; whoever asks for all of it gets it from the index, and from
/// then on everything comes from there.
pub struct CollectionHistory<'c> {
    collection: &'c Collection,
    /// Where the index is kept.
    project: &'c Repository,
    tip: ObjectId,
    view: OnceCell<Rc<View>>,
    stretches: RefCell<HashMap<Option<ObjectId>, Rc<Stretch<'c>>>>,
    renames: Renames<'c>,
}

impl<'c> CollectionHistory<'c> {
    /// The history up to `tip`; its index is kept with the caches of `project`.
    pub fn new(collection: &'c Collection, project: &'c Repository, tip: ObjectId) -> Self {
        let (view, stretches) = (OnceCell::new(), RefCell::default());
        Self { collection, project, tip, view, stretches, renames: Renames::new(collection, tip) }
    }

    /// Where it ends.
    pub fn tip(&self) -> ObjectId {
        self.tip
    }

    /// Whether a commit is part of it.
    pub fn has(&self, commit: ObjectId) -> bool {
        match self.view.get() {
            Some(view) => view.position(commit).is_some(),
            None => self.collection.repository.is_ancestor(commit, self.tip),
        }
    }

    /// All of it, from the index.
    ///
    /// # Errors
    ///
    /// When what the index lacks cannot be read.
    pub fn view(&self) -> Result<Rc<View>, ObserveError> {
        if let Some(view) = self.view.get() {
            return Ok(Rc::clone(view));
        }
        let view = self.collection.view(self.project, self.tip)?;
        Ok(Rc::clone(self.view.get_or_init(|| view)))
    }

    /// Where an object ever came to stand, oldest first.
    ///
    /// # Errors
    ///
    /// As for [`view`](Self::view).
    pub fn places(&self, id: ObjectId) -> Result<Vec<Place>, ObserveError> {
        Ok(self.view()?.places(id))
    }

    /// The commits after `start` (none: all of them).
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn after(&self, start: Option<ObjectId>) -> Result<Rc<Stretch<'c>>, ObserveError> {
        if let Some(stretch) = self.stretches.borrow().get(&start) {
            return Ok(Rc::clone(stretch));
        }
        let stretch = Rc::new(match (self.view.get(), start) {
            (None, Some(start)) => {
                Stretch::Walked(Box::new(History::load(&self.collection.repository, self.tip, [start])?))
            }
            (Some(_) | None, start) => Stretch::indexed(self.view()?, start),
        });
        self.stretches.borrow_mut().insert(start, Rc::clone(&stretch));
        Ok(stretch)
    }

    /// Where the artifact is at the end that stood at `source` in the commit `since`, which has to be
    /// part of this history for anything to be followed.
    ///
    /// # Errors
    ///
    /// When a commit, tree or manifest cannot be read.
    pub fn follow(
        &self,
        kind: ArtifactType,
        source: &RepoPath,
        since: ObjectId,
    ) -> Result<(Upstream, RepoPath), ObserveError> {
        if !self.has(since) {
            return Ok((Upstream::InPlace, source.clone()));
        }
        let stretch = self.after(Some(since))?;
        self.renames.follow(&stretch, kind, source)
    }

    /// The place of an artifact and those where it stood before, as far as a stretch goes.
    ///
    /// # Errors
    ///
    /// When a commit, tree or manifest cannot be read.
    pub fn lineage(
        &self,
        stretch: &Stretch<'_>,
        kind: ArtifactType,
        source: &RepoPath,
    ) -> Result<Vec<Former>, ObserveError> {
        self.renames.lineage(stretch, kind, source)
    }

    /// The versions of an artifact in a stretch, oldest first, over renames; what a push brought
    /// stands just before what its commit made of it.
    ///
    /// # Errors
    ///
    /// When a commit or tree cannot be read.
    pub fn versions(
        &self,
        stretch: &Stretch<'_>,
        source: &RepoPath,
        name: &ArtifactName,
    ) -> Result<Vec<CollectionVersion>, ObserveError> {
        let lineage = self.lineage(stretch, name.kind, source)?;
        let known = |pushed: &str| {
            // Two artifacts may share a name; another one's content is never contained.
            pushed == name.name || lineage.iter().any(|former| source_name(&former.source) == pushed)
        };
        let mut versions = Vec::new();
        for former in &lineage {
            for version in stretch.versions(&former.source)?.iter() {
                let (position, commit) = (version.position, version.commit);
                if former.left.iter().any(|left| stretch.descendants_of(*left)[position]) {
                    continue;
                }
                let pushed = stretch.trailers(version)?;
                for pushed in pushed.iter().filter(|trailer| trailer.artifact.kind == name.kind) {
                    if known(&pushed.artifact.name) {
                        let Some(content) = trailer::content_of(pushed) else { continue };
                        versions.push(CollectionVersion {
                            position,
                            commit,
                            content,
                            original: content,
                            pushed: true,
                        });
                    }
                }
                if let Some(content) = version.content {
                    versions.push(CollectionVersion {
                        position,
                        commit,
                        content,
                        original: content,
                        pushed: false,
                    });
                }
            }
        }
        versions.sort_by_key(|version| version.position);
        Ok(versions)
    }
}

/// What an artifact is called that stands at a path of its collection, without its folders.
pub fn source_name(source: &RepoPath) -> &str {
    let name = source.file_name();
    name.strip_suffix(".md").unwrap_or(name)
}
