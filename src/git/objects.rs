//! The object databases of a project and its collections, seen as one.

use super::gate::{self, Deed};
use super::promisor::Promisor;
use super::refs::{self, RefStore};
use super::{GitError, Repository};
use crate::merge::{ObjectSource, Tools};
use crate::model::content::Content;
use gix::objs::{Data, Exists, Find, FindHeader, Header, Kind, TreeRefIter, Write};
use gix::{ObjectId, oid};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Enough for the trees and small files of an artifact and its versions, in bytes.
const OBJECT_CACHE: usize = 4 << 20;

/// The objects of a project and of any number of collections; what is kept stays in memory.
///
/// Every repository is held twice over the same store. The quick handles never look for new packs:
/// most look-ups miss one of the databases, and a miss must not list the pack folder again. The
/// patient ones do, and are asked only when all others have missed.
pub struct Objects {
    project: gix::Repository,
    collections: Vec<gix::Repository>,
    patient: Vec<gix::Repository>,
    /// What is promised to partial clones among them, asked for last of all.
    promisors: Vec<Promisor>,
    /// What is checked out, where the library cannot find that out itself and may need it.
    head: Option<Option<ObjectId>>,
    /// What is known to be complete in a repository, by its folder.
    persisted: RefCell<HashMap<PathBuf, HashSet<ObjectId>>>,
}

/// Why objects could not be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The repositories name objects differently.
    #[error("the collection uses {collection} object ids, the project {project}")]
    HashKind {
        /// The project's hash.
        project: gix::hash::Kind,
        /// The collection's hash.
        collection: gix::hash::Kind,
    },
    /// No database has the object.
    #[error("the object {0} is missing")]
    Missing(ObjectId),
    /// An object cannot be read.
    #[error("could not read the object {id}")]
    Read {
        /// The object.
        id: ObjectId,
        /// What gix said.
        #[source]
        source: gix::Error,
    },
    /// An object cannot be written.
    #[error("could not write the object {id}")]
    Write {
        /// The object.
        id: ObjectId,
        /// What gix said.
        #[source]
        source: gix::Error,
    },
    /// There is no room for what has to stand in for HEAD.
    #[error("a temporary folder cannot be written")]
    StandIn(#[source] std::io::Error),
    /// The configuration or the index of the project cannot be used for merging.
    #[error("could not prepare a merge")]
    Tools(#[source] gix::Error),
}

impl Objects {
    /// The objects of `project` alone; nothing is ever written to it through this value.
    pub fn new(project: &gix::Repository) -> Self {
        Self {
            project: quick(project).with_object_memory(),
            collections: Vec::new(),
            patient: vec![project.clone()],
            promisors: Vec::new(),
            head: None,
            persisted: RefCell::default(),
        }
    }

    /// See the objects of `collection` too.
    ///
    /// # Errors
    ///
    /// When the collection names objects by another hash than the project.
    pub fn add(&mut self, collection: &gix::Repository) -> Result<(), ObjectsError> {
        let (project, collection_hash) = (self.project.object_hash(), collection.object_hash());
        if project != collection_hash {
            return Err(ObjectsError::HashKind { project, collection: collection_hash });
        }
        self.collections.push(quick(collection));
        self.patient.push(collection.clone());
        Ok(())
    }

    /// What a merge engine needs: the project's attributes, merge drivers and options.
    ///
    /// # Errors
    ///
    /// When the project's configuration or index cannot be read.
    pub fn tools(&self) -> Result<Tools, ObjectsError> {
        // Where there is no index, the library asks HEAD for the attributes.
        let stand_in = match self.head {
            Some(head) => Some(refs::with_head(&self.project, head).map_err(ObjectsError::StandIn)?),
            None => None,
        };
        let project = stand_in.as_ref().map_or(&self.project, |(project, _)| project);
        let diff_cache = project.diff_resource_cache_for_tree_diff().map_err(ObjectsError::Tools)?;
        let blob_merge = project.merge_resource_cache(Default::default()).map_err(ObjectsError::Tools)?;
        let options = project.tree_merge_options().map_err(ObjectsError::Tools)?.into();
        Ok(Tools { diff_cache, blob_merge, options })
    }

    /// The bytes of the object `id`, of whatever kind.
    ///
    /// # Errors
    ///
    /// When it is missing or cannot be read.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, ObjectsError> {
        self.read(id).map(|(_, data)| data)
    }

    /// Write `content` with everything below it to `destination`, children first.
    ///
    /// Returns how many objects were written. That a tree is there already proves nothing about
    /// what it holds, so all of it is looked at.
    ///
    /// # Errors
    ///
    /// When an object is in neither place or cannot be written.
    pub fn persist(&self, destination: &gix::Repository, content: Content) -> Result<usize, ObjectsError> {
        self.persist_all(destination, [content])
    }

    /// The same for many contents; what several of them share is looked at once.
    ///
    /// # Errors
    ///
    /// As for [`persist`](Self::persist).
    pub fn persist_all(
        &self,
        destination: &gix::Repository,
        contents: impl IntoIterator<Item = Content>,
    ) -> Result<usize, ObjectsError> {
        let mut persisted = self.persisted.borrow_mut();
        let seen = persisted.entry(destination.common_dir().to_owned()).or_default();
        let destination = quick(destination);
        let mut written = 0;
        for content in contents {
            written += self.persist_below(&destination, content, seen)?;
        }
        Ok(written)
    }

    fn persist_below(
        &self,
        destination: &gix::Repository,
        content: Content,
        seen: &mut HashSet<ObjectId>,
    ) -> Result<usize, ObjectsError> {
        let id = content.id;
        if content.mode.is_commit() || seen.contains(&id) {
            return Ok(0);
        }
        let mut written = 0;
        let is_there = destination.objects.exists(&id);
        if !is_there || content.is_folder() {
            let (kind, data) = self.read(id)?;
            if kind == Kind::Tree {
                for entry in TreeRefIter::from_bytes(&data, id.kind()) {
                    let entry = entry.map_err(|source| ObjectsError::Read { id, source })?;
                    let below = Content { mode: entry.mode, id: entry.oid.to_owned() };
                    written += self.persist_below(destination, below, seen)?;
                }
            }
            if !is_there {
                let passed = gate::pass_in_library(Deed::Object);
                let stored = passed.and_then(|()| destination.objects.write_buf(kind, &data));
                stored.map_err(|source| ObjectsError::Write { id, source })?;
                written += 1;
            }
        }
        // Only now: after a failure below it is not complete.
        seen.insert(id);
        Ok(written)
    }

    fn read(&self, id: ObjectId) -> Result<(Kind, Vec<u8>), ObjectsError> {
        let mut data = Vec::new();
        match self.try_find(&id, &mut data) {
            Ok(Some(object)) => Ok((object.kind, data)),
            Ok(None) => Err(ObjectsError::Missing(id)),
            Err(source) => Err(ObjectsError::Read { id, source }),
        }
    }

    /// All handles in the order they are asked; the project's first one also has what was kept.
    fn repositories(&self) -> impl Iterator<Item = &gix::Repository> {
        std::iter::once(&self.project).chain(&self.collections).chain(&self.patient)
    }
}

impl Repository {
    /// The objects of this repository; what is kept in them stays in memory.
    pub fn objects(&self) -> Objects {
        let mut objects = Objects::new(self.gix());
        objects.promisors.extend(self.promisor().cloned());
        if self.ref_store() == RefStore::Tables && !self.gix().index_path().exists() {
            objects.head = Some(self.head().ok().and_then(|head| head.id));
        }
        objects
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    ///
    /// When it is missing or no blob.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        let failed = |source| GitError::ReadObject { id, source: Box::new(source) };
        let mut data = Vec::new();
        let found = Find::try_find(self, &id, &mut data).map_err(failed)?.map(|data| data.kind);
        if found == Some(Kind::Blob) { Ok(data) } else { Err(GitError::MissingObject(id)) }
    }

    /// Let `objects` see those of this repository too.
    ///
    /// # Errors
    ///
    /// When the object formats differ.
    pub fn lend(&self, objects: &mut Objects) -> Result<(), ObjectsError> {
        objects.add(self.gix())?;
        objects.promisors.extend(self.promisor().cloned());
        Ok(())
    }

    /// Write a content with everything below it into this repository.
    ///
    /// # Errors
    ///
    /// When an object is missing or cannot be written.
    pub fn take_in(&self, objects: &Objects, content: Content) -> Result<usize, ObjectsError> {
        objects.persist(self.gix(), content)
    }

    /// Write many contents with everything below them into this repository.
    ///
    /// # Errors
    ///
    /// When an object is missing or cannot be written.
    pub fn take_in_all(
        &self,
        objects: &Objects,
        contents: impl IntoIterator<Item = Content>,
    ) -> Result<usize, ObjectsError> {
        objects.persist_all(self.gix(), contents)
    }
}

/// A handle that does not look for new packs and remembers small objects.
fn quick(repository: &gix::Repository) -> gix::Repository {
    let mut handle = repository.clone();
    handle.objects.refresh_never();
    handle.object_cache_size_if_unset(OBJECT_CACHE);
    handle
}

impl Find for Objects {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        for repository in self.repositories() {
            let found = Find::try_find(repository, id, buffer)?.map(|it| (it.kind, it.object_hash));
            if let Some((kind, object_hash)) = found {
                return Ok(Some(Data { kind, object_hash, data: buffer.as_slice() }));
            }
        }
        match self.promisors.iter().find_map(|promisor| promisor.bring(id)) {
            Some(handle) => Find::try_find(handle, id, buffer),
            None => Ok(None),
        }
    }
}

impl FindHeader for Objects {
    fn try_header(&self, id: &oid) -> gix::Result<Option<Header>> {
        for repository in self.repositories() {
            if let Some(header) = FindHeader::try_header(repository, id)? {
                return Ok(Some(header));
            }
        }
        match self.promisors.iter().find_map(|promisor| promisor.bring(id)) {
            Some(handle) => FindHeader::try_header(handle, id),
            None => Ok(None),
        }
    }
}

impl ObjectSource for Objects {
    fn keep(&self, kind: Kind, data: &[u8]) -> gix::Result<ObjectId> {
        self.project.write_buf(kind, data)
    }
}
