//! Files that an operation placed in the work tree alone: no index has them, and still they belong to
//! their artifact, for who takes a part of it for the whole would see a deletion.

use super::WorkTree;
use super::native;
use crate::git::index::content_of;
use crate::git::{GitError, Repository};
use crate::merge::ObjectSource;
use crate::model::content::Content;
use crate::model::path::RepoPath;
use crate::model::pending::{Entry, Pending};
use gix::bstr::{BString, ByteSlice};
use gix::index::entry::Mode;
use gix::index::fs::Metadata;

/// The entries of the pending file that placed such files, newest first. One that cannot be read
/// has none: who needs it says so.
pub(super) fn read(repository: &Repository) -> Vec<Entry> {
    let path = repository.state_folder().join("pending.json");
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    if !text.contains("\"placed\"") {
        return Vec::new();
    }
    let entries = Pending::parse(&text).map(|pending| pending.entries).unwrap_or_default();
    let waiting = entries.into_iter().rev().filter(|entry| entry.noted_on.is_none());
    waiting.filter(|entry| entry.placed.is_some()).collect()
}

impl WorkTree<'_> {
    /// Whether anything was placed at a path in the work tree alone.
    pub(super) fn has_placed(&self, path: &RepoPath) -> bool {
        self.placed.iter().any(|entry| entry.path() == path)
    }

    /// What stands at a path, given the tracked part of it and its files, with the files that were placed there. Where
    /// all else was put back to what it was before, they are left over and do not count.
    pub(super) fn with_placed(
        &self,
        objects: &dyn ObjectSource,
        path: &RepoPath,
        tracked: Option<Content>,
        files: impl FnOnce() -> Vec<(BString, Content)>,
    ) -> Result<Option<Content>, GitError> {
        let found = self.placed.iter().find(|entry| entry.path() == path);
        let Some((entry, placed)) = found.and_then(|entry| Some((entry, entry.placed.as_ref()?))) else {
            return Ok(tracked);
        };
        if !placed.alone && tracked == entry.before {
            return Ok(tracked);
        }
        let mut files = files();
        let known = files.len();
        for name in placed.files.iter().map(|name| BString::from(name.as_str())) {
            let full = self.look.root.join(native(name.as_bstr()));
            let Ok(metadata) = Metadata::from_path_no_follow(&full) else { continue };
            if metadata.is_dir() || files[..known].iter().any(|(tracked, _)| *tracked == name) {
                continue;
            }
            let mode = self.mode(Mode::FILE, &metadata);
            let content = self.keep(objects, &name, &full, mode)?;
            files.push((name, content));
        }
        if files.len() == known {
            return Ok(tracked);
        }
        files.sort();
        content_of(objects, path, &files)
    }
}
