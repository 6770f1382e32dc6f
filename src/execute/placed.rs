//! What an operation places in the work tree alone.

use super::ExecuteError;
use crate::git::Objects;
use crate::git::index::content_of;
use crate::merge;
use crate::model::content::Content;
use crate::model::pending::Placed;
use crate::plan::change::Change;
use gix::bstr::{BString, ByteSlice};
use std::collections::BTreeSet;

/// The files that come to stand in the work tree and in no index; `before` is what stood at the path.
pub(super) fn placed(
    objects: &Objects,
    change: &Change,
    before: Option<Content>,
) -> Result<Option<Placed>, ExecuteError> {
    let files = |content: Option<Content>| -> Result<Vec<(BString, Content)>, ExecuteError> {
        let Some(content) = content else { return Ok(Vec::new()) };
        Ok(merge::files(objects, content, &change.path)?)
    };
    let staged: BTreeSet<BString> = files(change.index_after)?.into_iter().map(|(path, _)| path).collect();
    let is_tracked = |file: &(BString, Content)| {
        let (path, _) = file;
        staged.contains(path) || change.conflicts.iter().any(|conflict| conflict.path == *path)
    };
    let (tracked, new): (Vec<_>, Vec<_>) = files(change.work_tree_after)?.into_iter().partition(is_tracked);
    if new.is_empty() {
        return Ok(None);
    }
    let alone = content_of(objects, &change.path, &tracked)? == before;
    let files = new.into_iter().map(|(path, _)| path.to_str_lossy().into_owned()).collect();
    Ok(Some(Placed { files, alone }))
}
