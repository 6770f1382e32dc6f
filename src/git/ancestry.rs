//! The graph of commits: parents and times, and who descends from whom.

use super::{GitError, Repository};
use gix::ObjectId;
use gix::objs::commit::ref_iter::Token;
use gix::objs::{CommitRefIter, Find, Kind};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// The commits of a repository as git walks them: from the commit-graph file where there is one,
/// else by the first lines of each commit; up to the boundary of a shallow clone.
pub struct Graph<'r> {
    repository: &'r Repository,
    file: Option<gix::commitgraph::Graph>,
    boundary: Option<gix::shallow::Commits>,
    buffer: RefCell<Vec<u8>>,
}

/// What a walk needs of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// Its root tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
}

impl<'r> Graph<'r> {
    /// The graph of a repository's commits.
    pub fn open(repository: &'r Repository) -> Self {
        let gix = repository.gix();
        let boundary = gix.shallow_commits().ok().flatten();
        // As git does: what the file says of parents goes beyond a boundary. One that is damaged
        // is as good as none.
        let file = if boundary.is_none() { gix.commit_graph_if_enabled().ok().flatten() } else { None };
        Self { repository, file, boundary, buffer: RefCell::default() }
    }

    /// Whether every commit has the parents that it names: none is replaced or cut off.
    pub fn is_whole(&self) -> bool {
        let objects = &self.repository.gix().objects;
        self.boundary.is_none() && objects.store_ref().replacements().next().is_none()
    }

    /// Time, tree and parents of a commit; none if it is not there.
    ///
    /// # Errors
    ///
    /// When the commit is damaged.
    pub fn header(&self, commit_id: ObjectId) -> Result<Option<Header>, GitError> {
        match self.file.as_ref().and_then(|file| Some((file, file.commit_by_id(commit_id)?))) {
            Some((file, commit)) => {
                let time = i64::try_from(commit.committer_timestamp()).unwrap_or(i64::MAX);
                let tree = commit.root_tree_id().to_owned();
                let parents = commit.iter_parents().map(|parent| Ok(file.id_at(parent?).to_owned()));
                match parents.collect::<gix::Result<_>>() {
                    Ok(parents) => Ok(Some(Header { time, tree, parents })),
                    Err(_) => self.read_header(commit_id),
                }
            }
            None => self.read_header(commit_id),
        }
    }

    /// All commits that these lead to; what is missing ends a line.
    ///
    /// # Errors
    ///
    /// When a commit is damaged.
    pub fn reachable(&self, tips: impl IntoIterator<Item = ObjectId>) -> Result<HashSet<ObjectId>, GitError> {
        let mut open: Vec<ObjectId> = tips.into_iter().collect();
        let mut found = HashSet::new();
        while let Some(commit) = open.pop() {
            if found.contains(&commit) {
                continue;
            }
            if let Some(header) = self.header(commit)? {
                found.insert(commit);
                open.extend(header.parents);
            }
        }
        Ok(found)
    }

    fn read_header(&self, commit_id: ObjectId) -> Result<Option<Header>, GitError> {
        let failed = |source| GitError::ReadObject { id: commit_id, source: Box::new(source) };
        let mut buffer = self.buffer.borrow_mut();
        let found = self.repository.gix().objects.try_find(&commit_id, &mut buffer).map_err(failed)?;
        let Some(data) = found.filter(|data| data.kind == Kind::Commit) else { return Ok(None) };
        let tree = ObjectId::empty_tree(data.object_hash);
        let mut header = Header { time: 0, tree, parents: Vec::new() };
        for token in CommitRefIter::from_bytes(data.data, data.object_hash) {
            match token.map_err(failed)? {
                Token::Tree { id } => header.tree = id,
                Token::Parent { id } => header.parents.push(id),
                Token::Committer { signature } => {
                    header.time = signature.seconds();
                    break;
                }
                _ => {}
            }
        }
        if self.boundary.as_ref().is_some_and(|known| known.contains(&commit_id)) {
            header.parents.clear();
        }
        Ok(Some(header))
    }
}

/// Answers about pairs of commits that were found before.
pub(super) type KnownAncestors = RefCell<HashMap<(ObjectId, ObjectId), bool>>;

impl Repository {
    /// When a commit was made, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn commit_time(&self, commit_id: ObjectId) -> Result<i64, GitError> {
        let failed = |source| GitError::ReadObject { id: commit_id, source: Box::new(source) };
        let object = self.gix().try_find_object(commit_id).map_err(failed)?;
        let commit = object.ok_or(GitError::MissingObject(commit_id))?.try_into_commit().map_err(failed)?;
        commit.time().map(|time| time.seconds).map_err(failed)
    }

    /// The parents of a commit, the first one first.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn parents_of(&self, commit_id: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        let failed = |source| GitError::ReadObject { id: commit_id, source: Box::new(source) };
        let commit = self.gix().find_commit(commit_id).map_err(failed)?;
        Ok(commit.parent_ids().map(gix::Id::detach).collect())
    }

    /// Whether `ancestor` is `commit` or one of its ancestors; an unknown commit is not.
    pub fn is_ancestor(&self, ancestor: ObjectId, commit: ObjectId) -> bool {
        if ancestor == commit {
            return true;
        }
        let key = (ancestor, commit);
        if let Some(known) = self.known_ancestors().borrow().get(&key) {
            return *known;
        }
        // A commit that is unknown now may be fetched later: that is not remembered.
        let Ok(base) = self.gix().merge_base(ancestor, commit) else { return false };
        let answer = base.is_some_and(|base| base.detach() == ancestor);
        self.known_ancestors().borrow_mut().insert(key, answer);
        answer
    }

    /// The root commit of the first-parent history of `commit`: the repository's identity.
    ///
    /// # Errors
    ///
    /// When the history cannot be walked.
    pub fn root_commit(&self, commit: ObjectId) -> Result<ObjectId, GitError> {
        let failed = |source| GitError::Walk { tip: commit, source: Box::new(source) };
        let walk = self.gix().rev_walk([commit]).first_parent_only().all().map_err(failed)?;
        let mut root = commit;
        for info in walk {
            root = info.map_err(failed)?.id;
        }
        Ok(root)
    }
}
