//! Which commits have a note: all of them, or those whose note changed since an older notes tree.

use super::{GitError, Repository, trees};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::collections::BTreeMap;

/// The commits whose notes differ between two commits of the notes ref (`old` none: all that are
/// noted). A commit may be named twice, where its note moved between folders.
///
/// # Errors
///
/// When a notes tree cannot be read.
pub fn changed(
    repository: &Repository,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Vec<ObjectId>, GitError> {
    let root = |commit: ObjectId| repository.tree_of(commit);
    let (old, new) = (old.map(root).transpose()?, root(new)?);
    let mut found = Vec::new();
    let mut open = vec![(old, Some(new), String::new())];
    while let Some((old, new, digits)) = open.pop() {
        let [mut before, after] = [entries(repository, old)?, entries(repository, new)?];
        let mut visit = |name: &BString, sides: [Option<Content>; 2]| {
            let Ok(name) = name.to_str() else { return };
            let whole = [&digits, name].concat();
            let folders =
                sides.map(|side| side.filter(|content| content.is_folder()).map(|folder| folder.id));
            // Git spreads notes over folders of two digits as they grow in number.
            if folders.iter().any(Option::is_some) && name.len() == 2 {
                open.push((folders[0], folders[1], whole));
            } else {
                found.extend(ObjectId::from_hex(whole.as_bytes()).ok());
            }
        };
        for (name, content) in &after {
            let was = before.remove(name);
            if was != Some(*content) {
                visit(name, [was, Some(*content)]);
            }
        }
        before.iter().for_each(|(name, content)| visit(name, [Some(*content), None]));
    }
    Ok(found)
}

fn entries(repository: &Repository, tree: Option<ObjectId>) -> Result<BTreeMap<BString, Content>, GitError> {
    let Some(tree) = tree else { return Ok(BTreeMap::new()) };
    Ok(trees::read_entries(repository, tree, &mut Vec::new())?.into_iter().collect())
}
