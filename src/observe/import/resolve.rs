//! From a hint to the version in a collection that it means.

use super::super::ObserveError;
use super::super::collection::{Collection, CollectionHistory, CollectionVersion};
use super::super::index::Place;
use crate::git::objects::Objects;
use crate::git::{Repository, config, refs};
use crate::merge;
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::import::{File, Hash, Hint, address};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use std::collections::BTreeSet;

/// By what a version was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The id of its tree or blob.
    Object,
    /// A commit, and the path there.
    Commit,
    /// A tag, and the path there.
    Tag,
    /// The tool's own hash of its files.
    Hash,
}

impl Way {
    /// The word used in reports and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Commit => "commit",
            Self::Tag => "tag",
            Self::Hash => "hash",
        }
    }
}

/// A version in a collection's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The version.
    pub content: Content,
    /// A commit in which it stands.
    pub commit: ObjectId,
    /// Where it stands there.
    pub source: RepoPath,
    /// By what it was found.
    pub way: Way,
}

/// Looks hints up in one collection. Nothing is fetched: what the collection does not have is not
/// found.
pub struct Resolver<'c> {
    collection: &'c Collection,
    objects: &'c Objects,
    history: CollectionHistory<'c>,
    addresses: Vec<String>,
}

impl<'c> Resolver<'c> {
    /// A resolver for a collection whose objects can be seen through `objects`.
    pub fn new(collection: &'c Collection, project: &'c Repository, objects: &'c Objects) -> Self {
        let repository = collection.repository.own();
        let remotes = config::subsections(repository, "remote");
        let urls =
            remotes.iter().filter_map(|name| config::string(repository, &format!("remote.{name}.url")));
        let place = repository.place();
        let place = place.canonicalize().unwrap_or(place).display().to_string();
        let own = collection.url.clone().into_iter().chain([place]).chain(urls);
        let addresses = own.map(|url| address::normal(&url)).collect();
        let history = CollectionHistory::new(collection, project, collection.tip);
        Self { collection, objects, history, addresses }
    }

    /// Whether a hint's repository is this collection, as far as addresses tell.
    pub fn is_from_here(&self, hint: &Hint) -> bool {
        let repository = hint.repository.as_deref();
        repository.is_some_and(|repository| self.addresses.contains(&address::normal(repository)))
    }

    /// The version that a hint means: by object, commit, tag or hash, whatever is there first.
    ///
    /// Branches prove nothing: what they lead to now is not what was placed then.
    ///
    /// # Errors
    ///
    /// When the collection cannot be read.
    pub fn find(&self, hint: &Hint) -> Result<Option<Version>, ObserveError> {
        if let Some(found) = self.by_object(hint)? {
            return Ok(Some(found));
        }
        let commit = hint.commit.map(|commit| self.collection.repository.here(commit));
        if let Some(commit) = commit.filter(|commit| self.history.has(*commit))
            && let Some(found) = self.at(commit, hint, Way::Commit)?
        {
            return Ok(Some(found));
        }
        if let Some(commit) = self.tagged(hint)?
            && let Some(found) = self.at(commit, hint, Way::Tag)?
        {
            return Ok(Some(found));
        }
        self.by_hash(hint)
    }

    /// Where a version that content identity found stood in the collection, and the commit that
    /// brought it there: at `source` if it ever did.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub fn place_of(
        &self,
        source: &RepoPath,
        name: &ArtifactName,
        content: Content,
    ) -> Result<Option<(RepoPath, ObjectId)>, ObserveError> {
        let same = |place: &Place| place.content == content;
        let best = self.best_place(content.id, name, Some(source), same)?;
        Ok(best.map(|place| (place.path, place.commit)))
    }

    fn by_object(&self, hint: &Hint) -> Result<Option<Version>, ObserveError> {
        let Some(object) = hint.object.map(|id| self.collection.repository.here(id)) else { return Ok(None) };
        let fit = |place: &Place| fits(hint, place.content);
        let best = self.best_place(object, &hint.artifact, hint.source.as_ref(), fit)?;
        let version = |place: Place| {
            let Place { content, commit, path: source, .. } = place;
            Version { content, commit, source, way: Way::Object }
        };
        Ok(best.map(version))
    }

    /// Of several places of an object the one that was written down, then one where an artifact of
    /// this name is or was, then the newest.
    fn best_place(
        &self,
        object: ObjectId,
        name: &ArtifactName,
        source: Option<&RepoPath>,
        fits: impl Fn(&Place) -> bool,
    ) -> Result<Option<Place>, ObserveError> {
        let offered: Vec<&RepoPath> =
            self.collection.offered(name)?.into_iter().map(|offered| &offered.source).collect();
        let places = self.history.places(object)?.into_iter().filter(fits);
        Ok(places.max_by_key(|place| {
            let named = name.stands_as(place.path.file_name());
            (source == Some(&place.path), offered.contains(&&place.path), named, place.position)
        }))
    }

    /// What stands at a commit: at the hint's path, else the only artifact of its name.
    fn at(&self, commit: ObjectId, hint: &Hint, way: Way) -> Result<Option<Version>, ObserveError> {
        let version = |content, source| Version { content, commit, source, way };
        if let Some(source) = &hint.source
            && let Some(content) = self.collection.content_at(commit, source)?
        {
            return Ok(fits(hint, content).then(|| version(content, source.clone())));
        }
        let scan = self.collection.scan_at(commit)?;
        let mut named = scan.artifacts.iter().filter(|offered| offered.name == hint.artifact);
        Ok(match (named.next(), named.next()) {
            (Some(only), None) => Some(version(only.content, only.source.clone())),
            _ => None,
        })
    }

    /// The commit of the hint's tag; the tags of another repository mean other commits.
    fn tagged(&self, hint: &Hint) -> Result<Option<ObjectId>, ObserveError> {
        let Some(reference) = hint.reference.as_deref().filter(|_| self.is_from_here(hint)) else {
            return Ok(None);
        };
        let name = reference.strip_prefix("refs/tags/").unwrap_or(reference);
        if name.starts_with("refs/") {
            return Ok(None);
        }
        // A text that cannot be a ref's name is no tag.
        let Ok(Some(id)) = refs::read(&self.collection.repository, &format!("refs/tags/{name}")) else {
            return Ok(None);
        };
        Ok(Some(id).filter(|commit| self.history.has(*commit)))
    }

    fn by_hash(&self, hint: &Hint) -> Result<Option<Version>, ObserveError> {
        for hash in &hint.hashes {
            let mut found: Vec<Version> = Vec::new();
            for source in self.sources(hint)? {
                for known in self.versions(&source, &hint.artifact)?.iter().rev() {
                    let seen = found.iter().any(|found| found.content == known.content);
                    if !seen && fits(hint, known.content) && self.has_hash(known.content, hash)? {
                        let (content, commit) = (known.content, known.commit);
                        found.push(Version { content, commit, source: source.clone(), way: Way::Hash });
                    }
                }
            }
            // Versions may differ in modes only, which no tool hashes.
            if found.len() == 1 {
                return Ok(found.pop());
            }
        }
        Ok(None)
    }

    fn has_hash(&self, content: Content, hash: &Hash) -> Result<bool, ObserveError> {
        let at = RepoPath::root().join("x");
        let mut files: Vec<File> = Vec::new();
        for (path, file) in merge::files(self.objects, content, &at)? {
            // Tools follow links, or leave them out; what they then hashed is not known.
            let Ok(path) = std::str::from_utf8(&path) else { return Ok(false) };
            if !file.mode.is_blob() {
                return Ok(false);
            }
            let inside = path.strip_prefix("x/").unwrap_or_default().to_owned();
            files.push((inside, self.objects.blob(file.id)?));
        }
        Ok(hash.is_of(&files))
    }

    /// Where the artifact may stand in the collection.
    fn sources(&self, hint: &Hint) -> Result<BTreeSet<RepoPath>, ObserveError> {
        let offered = self.collection.offered(&hint.artifact)?;
        Ok(offered.into_iter().map(|offered| offered.source.clone()).chain(hint.source.clone()).collect())
    }

    fn versions(
        &self,
        source: &RepoPath,
        name: &ArtifactName,
    ) -> Result<Vec<CollectionVersion>, ObserveError> {
        let all = self.history.after(None)?;
        self.history.versions(&all, source, name)
    }
}

fn fits(hint: &Hint, content: Content) -> bool {
    match hint.artifact.kind {
        ArtifactType::Skill => content.is_folder(),
        ArtifactType::Command | ArtifactType::Agent => content.mode.is_blob(),
    }
}
