//! The merge of one artifact with gix's tree merge, made to give what git gives.

use super::blobs::Redo;
use super::repair::with_modes_of;
use super::source::Source;
use super::unmerged::{Outcome, Sides, complete};
use super::{Conflict, ConflictKind, Favor, MergeError, Merged, ObjectSource, Place};
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::ByteSlice;
use gix::diff::{Rewrites, blob::Algorithm};
use gix::merge::blob::builtin_driver::{binary, text};
use gix::merge::plumbing::tree::Options;
use std::collections::HashMap;

/// Git's default for `merge.renameLimit`; gix's own default is 1,000.
const RENAME_LIMIT: usize = 7000;

/// What a merge needs from the receiving repository; `git/` builds it.
pub struct Tools {
    /// Compares blobs to find renames.
    pub diff_cache: gix::diff::blob::Platform,
    /// Merges blobs, with the repository's attributes and merge drivers.
    pub blob_merge: gix::merge::blob::Platform,
    /// The configured options, of which `merge.conflictStyle` counts.
    pub options: Options,
}

/// Merges artifacts over one source of objects; its caches are meant to be reused.
pub struct Engine<'a> {
    pub(super) source: Source<'a>,
    tools: Tools,
    diff_state: gix::diff::tree::State,
    pub(super) contained: HashMap<Question, bool>,
    /// The results of merges that were clean: a base is looked for with the merge that follows.
    pub(super) clean: HashMap<Question, Option<Content>>,
}

/// A path with base, ours and theirs.
pub(super) type Question = (RepoPath, [Option<Content>; 3]);

impl<'a> Engine<'a> {
    /// An engine over `source`; it diffs with *histogram* and follows renames as git's merge does.
    pub fn new(source: &'a dyn ObjectSource, mut tools: Tools) -> Self {
        tools.options.blob_merge.text.diff_algorithm = Algorithm::Histogram;
        tools.options.rewrites = Some(Rewrites { limit: RENAME_LIMIT, ..Rewrites::default() });
        let (contained, clean) = (HashMap::new(), HashMap::new());
        Self { source: Source(source), tools, diff_state: Default::default(), contained, clean }
    }

    /// The objects that it merges over.
    pub fn objects(&self) -> &'a dyn ObjectSource {
        self.source.0
    }

    /// Merge what changed from `base` to `theirs` into `ours`, the three standing at the place's path.
    ///
    /// The result is what `git merge-tree --write-tree` gives: same tree, same conflicted paths and
    /// stages. Only where the versions of the artifact itself are of different types (folder, file,
    /// link) is ours kept in place, so that nothing is written outside the artifact's path.
    ///
    /// # Errors
    ///
    /// When an object is missing or a merge driver fails. A conflict is no error.
    pub fn merge(
        &mut self,
        place: &Place<'_>,
        base: Option<Content>,
        ours: Option<Content>,
        theirs: Option<Content>,
        favor: Favor,
    ) -> Result<Merged, MergeError> {
        let clean = |content| Merged { content, conflicts: Vec::new(), settled: 0 };
        if ours == theirs || base == theirs {
            return Ok(clean(ours));
        }
        if base == ours {
            return Ok(clean(theirs));
        }
        if let (Some(our), Some(their)) = (ours, theirs)
            && shape(our) != shape(their)
        {
            return Ok(clash(place.path, [base, ours, theirs], favor));
        }
        let question = (place.path.clone(), [base, ours, theirs]);
        if let Some(content) = self.clean.get(&question) {
            return Ok(clean(*content));
        }
        let sides = self.wrap(place.path, [base, ours, theirs])?;
        let outcome = self.merge_trees(place, &sides, Favor::Neither)?;
        if favor == Favor::Neither || outcome.unmerged.is_empty() {
            let content = self.source.at(outcome.tree, place.path.as_bstr())?;
            if outcome.unmerged.is_empty() {
                self.clean.insert(question, content);
            }
            return Ok(Merged { content, conflicts: conflicts(&outcome), settled: 0 });
        }
        let settled = outcome.unmerged.len();
        let tree = self.settle(place, &sides, favor)?;
        let side = if favor == Favor::Theirs { 2 } else { 1 };
        let tree = with_modes_of(side, self.source, tree, &outcome.unmerged)?;
        Ok(Merged { settled, ..clean(self.source.at(tree, place.path.as_bstr())?) })
    }

    /// The three versions put under `path`.
    pub(super) fn wrap(&self, path: &RepoPath, versions: [Option<Content>; 3]) -> Result<Sides, MergeError> {
        let [base, ours, theirs] = versions;
        Ok(Sides {
            base: self.source.wrap(path, base)?,
            ours: self.source.wrap(path, ours)?,
            theirs: self.source.wrap(path, theirs)?,
        })
    }

    /// Run gix's tree merge; `favor` settles the hunks, binaries and links, not the rest.
    pub(super) fn merge_trees(
        &mut self,
        place: &Place<'_>,
        sides: &Sides,
        favor: Favor,
    ) -> Result<Outcome, MergeError> {
        let failed = |source| MergeError::Merge { path: place.path.clone(), source };
        let labels = text::Labels {
            ancestor: Some(place.base.as_bytes().as_bstr()),
            current: Some(place.ours.as_bytes().as_bstr()),
            other: Some(place.theirs.as_bytes().as_bstr()),
        };
        let source = self.source;
        let Tools { diff_cache, blob_merge, options } = &mut self.tools;
        let outcome = gix::merge::plumbing::tree(
            &sides.base,
            &sides.ours,
            &sides.theirs,
            labels,
            &source,
            |data| source.0.keep(gix::objs::Kind::Blob, data),
            &mut self.diff_state,
            diff_cache,
            blob_merge,
            favoring(options.clone(), favor),
        );
        diff_cache.clear_resource_cache_keep_allocation();
        let outcome = outcome.map_err(failed)?;
        let (mut editor, mut conflicts) = (outcome.tree, outcome.conflicts);
        let mut redo = Redo { source, sides, place, favor, options, blob_merge };
        for conflict in &mut conflicts {
            redo.redo(conflict, &mut editor)?;
        }
        let tree = editor.write(|tree| source.keep_tree(tree)).map_err(failed)?;
        complete(source, sides, place, conflicts, tree)
    }
}

/// The options for a merge that settles conflicting contents by `favor`.
fn favoring(mut options: Options, favor: Favor) -> Options {
    let (pick, conflict) = match favor {
        Favor::Neither => return options,
        Favor::Ours => (binary::ResolveWith::Ours, text::Conflict::ResolveWithOurs),
        Favor::Theirs => (binary::ResolveWith::Theirs, text::Conflict::ResolveWithTheirs),
    };
    options.symlink_conflicts = Some(pick);
    options.blob_merge.resolve_binary_with = Some(pick);
    options.blob_merge.text.conflict = conflict;
    options
}

/// Folder, file or link: versions of different shapes cannot be merged with each other.
pub(super) fn shape(content: Content) -> u8 {
    if content.is_folder() {
        0
    } else if content.mode.is_link() {
        1
    } else {
        2
    }
}

/// The outcome where the artifact is a folder on one side and a file or link on the other.
fn clash(path: &RepoPath, versions: [Option<Content>; 3], favor: Favor) -> Merged {
    let [_, ours, theirs] = versions;
    let stages = versions.map(|version| version.filter(|content| !content.is_folder()));
    let conflict = Conflict { path: path.as_bstr().to_owned(), kind: ConflictKind::Type, stages };
    match favor {
        Favor::Neither => Merged { content: ours, conflicts: vec![conflict], settled: 0 },
        Favor::Ours => Merged { content: ours, conflicts: Vec::new(), settled: 1 },
        Favor::Theirs => Merged { content: theirs, conflicts: Vec::new(), settled: 1 },
    }
}

/// The conflicts of an outcome, sorted by path.
fn conflicts(outcome: &Outcome) -> Vec<Conflict> {
    let paths = outcome.unmerged.iter();
    paths.map(|(path, it)| Conflict { path: path.clone(), kind: it.kind, stages: it.stages }).collect()
}
