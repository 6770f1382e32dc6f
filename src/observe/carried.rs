//! Records that are carried to the tips of branches, before a server squashes them.
//!
//! A squash makes one commit of the content of a tip. If a branch deployed an artifact and edited
//! it, no record was made for that content, and all commits that have one are gone.

use super::ObserveError;
use super::placements::committed_paths;
use super::recorded::Recorded;
use super::records;
use crate::git::Repository;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::model::record::Fact;
use gix::ObjectId;
use std::collections::HashSet;

/// What to note on these commits: the record that counts for a path there, where it was made for
/// another content than the one the path has.
///
/// Nothing is carried for a content that a record was made for or was carried to before, so that a
/// branch does not collect one after the other; nor where records name different bases.
///
/// # Errors
///
/// When commits or notes cannot be read.
pub fn find(project: &Repository, tips: &[ObjectId]) -> Result<Vec<(ObjectId, Fact)>, ObserveError> {
    let mut facts = Vec::new();
    let recorded = Recorded::new(project, Notes::read(project)?);
    if recorded.notes().tip().is_none() {
        return Ok(facts);
    }
    let trees = TreeReader::new(project);
    let mut carried = HashSet::new();
    for tip in tips.iter().copied() {
        let wanted = committed_paths(project, tip)?;
        let records = records::effective(project, recorded.notes(), tip, &wanted)?;
        let tree = project.tree_of(tip)?;
        for path in records.paths() {
            let (Some(content), [first, others @ ..]) = (trees.at(tree, path)?, records.of(path)) else {
                continue;
            };
            let is_recorded = records.of(path).iter().any(|noted| noted.record.at == Some(content.id));
            let differ = others.iter().any(|other| other.record.base != first.record.base);
            if is_recorded || differ || !recorded.of(path, content.id)?.is_empty() {
                continue;
            }
            if recorded.on(tip, path)?.is_none() && carried.insert((path.clone(), content)) {
                facts.push((tip, Fact::Deployed(Box::new(first.record.carried_to(content.id)))));
            }
        }
    }
    Ok(facts)
}
