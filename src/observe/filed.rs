//! The records in the state file: which of them count at a commit.

use super::ObserveError;
use crate::git::Repository;
use crate::git::trail::Trail;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use crate::model::state_file::FileRecords;
use gix::ObjectId;
use std::collections::BTreeSet;

/// For each path the fact that was made for its newest version which has one, and the commit in which
/// that version stands.
///
/// The file is no part of history, and the same for all branches: which fact counts is told by the
/// content it was made for. A path that is not there has none.
///
/// # Errors
///
/// When the history cannot be read.
pub fn effective(
    project: &Repository,
    head: ObjectId,
    records: &FileRecords,
) -> Result<Vec<(ObjectId, Fact)>, ObserveError> {
    let paths: BTreeSet<&RepoPath> = records.facts().map(Fact::path).collect();
    let trail = Trail::new(project, head, None);
    let mut found = Vec::new();
    for path in paths {
        let versions = trail.versions(path)?;
        let mut past = versions.iter().rev().take_while(|version| version.content.is_some());
        found.extend(past.find_map(|version| {
            let content = version.content.map(|content| content.id);
            let fact = records.of(path).find(|fact| fact.fits(content))?;
            Some((version.commit, fact.clone()))
        }));
    }
    Ok(found)
}
