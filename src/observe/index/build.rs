//! Taking in the commits that an index does not have yet.

use super::diff::Differ;
use super::{Commit, HistoryIndex, Paths, number};
use crate::git::commits::{self, CommitFacts};
use crate::git::{GitError, Repository};
use crate::model::content::Content;
use gix::ObjectId;
use std::collections::{BTreeMap, HashSet};

impl HistoryIndex {
    /// Take in every commit that `tip` has behind it.
    ///
    /// Only commits and trees are read, never files.
    ///
    /// # Errors
    ///
    /// When a commit or tree is damaged; missing ones are passed over.
    pub fn extend(&mut self, repository: &Repository, tip: ObjectId) -> Result<(), GitError> {
        let mut differ = Differ::new(repository);
        let mut entered = HashSet::new();
        let mut stack = vec![Visit::Enter(tip)];
        while let Some(visit) = stack.pop() {
            match visit {
                Visit::Leave(id, facts) => self.append(id, facts, repository, &mut differ)?,
                Visit::Enter(id) if self.has(id) || !entered.insert(id) => {}
                Visit::Enter(id) => {
                    // Beyond the boundary of a shallow clone there is nothing.
                    let Some(facts) = commits::read(repository, id)? else { continue };
                    let parents: Vec<_> = facts.parents.iter().rev().copied().map(Visit::Enter).collect();
                    stack.push(Visit::Leave(id, facts));
                    stack.extend(parents);
                }
            }
        }
        self.whole &= !differ.missed_something();
        Ok(())
    }

    fn append(
        &mut self,
        id: ObjectId,
        facts: CommitFacts,
        repository: &Repository,
        differ: &mut Differ<'_>,
    ) -> Result<(), GitError> {
        let CommitFacts { tree, parents, message } = facts;
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        for parent in parents {
            match self.numbers.get(&parent) {
                Some(number) => known.push(*number),
                None => missing.push(parent),
            }
        }
        let mut before: Vec<Option<Content>> =
            known.iter().map(|parent| Some(Content::folder(self.commits[*parent as usize].tree))).collect();
        if known.is_empty() || !missing.is_empty() {
            before.push(None);
        }
        let mut changes = BTreeMap::new();
        for before in before {
            differ.differ(self, Paths::ROOT, [before, Some(Content::folder(tree))], &mut changes)?;
        }
        self.numbers.insert(id, number(self.commits.len()));
        let (changes, trailers) = (changes.into_iter().collect(), repository.trailers_in(&message));
        self.commits.push(Commit { id, tree, parents: known, missing, changes, trailers });
        Ok(())
    }
}

enum Visit {
    /// Its parents come first.
    Enter(ObjectId),
    /// All its parents are done.
    Leave(ObjectId, CommitFacts),
}
