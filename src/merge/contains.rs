//! Whether a content already has what changed between two versions.

use super::engine::{Engine, shape};
use super::source::Source;
use super::{Favor, MergeError, Place};
use crate::model::{content::Content, path::RepoPath};
use gix::objs::tree::Entry;
use std::collections::HashMap;

impl Engine<'_> {
    /// Whether `content` at `path` already has what changed from `base` to `version`.
    ///
    /// It does if merging that change into it is clean and gives `content` again; without a base,
    /// if the two are the same. Where an object of `version` is missing, only equality counts.
    /// The answers are remembered.
    ///
    /// # Errors
    ///
    /// When an object of `base` or `content` is missing or a merge driver fails.
    pub fn contains(
        &mut self,
        path: &RepoPath,
        base: Option<Content>,
        content: Option<Content>,
        version: Option<Content>,
    ) -> Result<bool, MergeError> {
        if content == version || (base.is_some() && base == version) {
            return Ok(true);
        }
        if base.is_none() || content == base {
            return Ok(false);
        }
        let key = (path.clone(), [base, content, version]);
        if let Some(known) = self.contained.get(&key) {
            return Ok(*known);
        }
        let answer = match self.try_contains(path, base, content, version) {
            Ok(answer) => answer,
            Err(_) if version.is_some_and(|version| !self.source.is_complete(version)) => false,
            Err(error) => return Err(error),
        };
        self.contained.insert(key, answer);
        Ok(answer)
    }

    fn try_contains(
        &mut self,
        path: &RepoPath,
        base: Option<Content>,
        content: Option<Content>,
        version: Option<Content>,
    ) -> Result<bool, MergeError> {
        if let (Some(base), Some(content), Some(version)) = (base, content, version)
            && (shape(content) != shape(version) || lacks_a_file(self.source, base, content, version)?)
        {
            return Ok(false);
        }
        let place = Place { path, ours: "ours", base: "base", theirs: "theirs" };
        let sides = self.wrap(path, [base, content, version])?;
        let outcome = self.merge_trees(&place, &sides, Favor::Neither)?;
        if outcome.unmerged.is_empty() {
            let merged = self.source.at(outcome.tree, path.as_bstr())?;
            self.clean.insert((path.clone(), [base, content, version]), merged);
        }
        Ok(outcome.unmerged.is_empty() && outcome.tree == sides.ours)
    }
}

/// Whether some file is in all three, `content` has it as in `base`, and `version` has it otherwise.
///
/// Such a file was changed and the change is not in `content`: no merge can give `content` again.
fn lacks_a_file(
    source: Source<'_>,
    base: Content,
    content: Content,
    version: Content,
) -> Result<bool, MergeError> {
    if base == version || content == version {
        return Ok(false);
    }
    if !base.is_folder() && !content.is_folder() && !version.is_folder() {
        return Ok(content == base);
    }
    if !base.is_folder() || !content.is_folder() || !version.is_folder() {
        return Ok(false);
    }
    let (base, content) = (source.tree(base.id)?, source.tree(content.id)?);
    let by_name = |entries: Vec<Entry>| -> HashMap<_, _> {
        entries.into_iter().map(|it| (it.filename, Content { mode: it.mode, id: it.oid })).collect()
    };
    let (base, content) = (by_name(base.entries), by_name(content.entries));
    for entry in source.tree(version.id)?.entries {
        let version = Content { mode: entry.mode, id: entry.oid };
        if let (Some(base), Some(content)) = (base.get(&entry.filename), content.get(&entry.filename))
            && lacks_a_file(source, *base, *content, version)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
