//! How far back a content stood at its path.

use super::ancestry::{Graph, Header};
use super::trees::TreeReader;
use super::{GitError, Repository};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Goes back in a history as `git log -1 -- PATH` does. The way of one path is mostly that of the next
/// one: commits and what stands at their roots are remembered.
pub struct Unchanged<'r> {
    graph: Graph<'r>,
    trees: TreeReader<'r>,
    headers: RefCell<HashMap<ObjectId, Option<Rc<Header>>>>,
    /// What the root trees have under a name.
    tops: RefCell<HashMap<String, HashMap<ObjectId, Option<Content>>>>,
}

impl<'r> Unchanged<'r> {
    /// None for a partial clone: the trees of old commits may be anywhere.
    pub fn of(repository: &'r Repository) -> Option<Self> {
        let (headers, tops) = <_>::default();
        let (graph, trees) = (Graph::open(repository), TreeReader::new(repository));
        repository.promisor().is_none().then_some(Self { graph, trees, headers, tops })
    }

    /// The first parent of a commit that has the same content at the path; none where the commit
    /// brought it, or where nobody knows.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub fn before(
        &self,
        commit: ObjectId,
        path: &RepoPath,
        content: Content,
    ) -> Result<Option<ObjectId>, GitError> {
        let Some(header) = self.header(commit)? else { return Ok(None) };
        let first = path.components().next().unwrap_or_default();
        let top = self.top(first, header.tree)?;
        for parent in &header.parents {
            let Some(before) = self.header(*parent)? else { continue };
            let top_before = self.top(first, before.tree)?;
            if top_before == top || self.found(top_before, path)? == Some(content) {
                return Ok(Some(*parent));
            }
        }
        Ok(None)
    }

    fn found(&self, top: Option<Content>, path: &RepoPath) -> Result<Option<Content>, GitError> {
        top.map_or(Ok(None), |top| self.trees.below(top, path.components().skip(1)))
    }

    fn header(&self, commit: ObjectId) -> Result<Option<Rc<Header>>, GitError> {
        if let Some(known) = self.headers.borrow().get(&commit) {
            return Ok(known.clone());
        }
        let header = self.graph.header(commit)?.map(Rc::new);
        self.headers.borrow_mut().insert(commit, header.clone());
        Ok(header)
    }

    fn top(&self, first: &str, root: ObjectId) -> Result<Option<Content>, GitError> {
        if first.is_empty() {
            return Ok(Some(Content::folder(root)));
        }
        if let Some(known) = self.tops.borrow().get(first).and_then(|tops| tops.get(&root)) {
            return Ok(*known);
        }
        let top = self.trees.top(root, first)?;
        self.tops.borrow_mut().entry(first.to_owned()).or_default().insert(root, top);
        Ok(top)
    }
}
