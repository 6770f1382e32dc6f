//! The paths at which two trees differ.

use super::HistoryIndex;
use crate::git::trees::{self, Entries};
use crate::git::{GitError, Repository};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::BStr;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// What stands at each path that differs, by number.
pub(super) type Changes = BTreeMap<u32, Option<u32>>;

/// How deep folders are looked into; no artifact stands deeper.
const DEEPEST: usize = 64;
/// How many changes one walk takes in. A tree may hold itself many times over; what is beyond this
/// is not found, and nothing else happens.
const MOST_CHANGES: usize = 20_000_000;
/// How many entries of trees are held at a time: commits that follow each other share theirs.
const MOST_ENTRIES: usize = 500_000;

/// Compares trees of a repository, which it remembers for a while.
pub(super) struct Differ<'r> {
    repository: &'r Repository,
    seen: HashMap<ObjectId, Entries>,
    held: usize,
    depth: usize,
    changes: usize,
    missed: bool,
    empty: Entries,
}

impl<'r> Differ<'r> {
    pub(super) fn new(repository: &'r Repository) -> Self {
        let (seen, empty) = (HashMap::new(), Rc::new(Vec::new()));
        Self { repository, seen, held: 0, depth: 0, changes: 0, missed: false, empty }
    }

    /// Whether a tree was missing, as in a partial clone.
    pub(super) fn missed_something(&self) -> bool {
        self.missed
    }

    /// Take down where `old` and `new`, which stand at a path, differ: the path itself and those
    /// below it, as far as they are or were folders or Markdown.
    pub(super) fn differ(
        &mut self,
        index: &mut HistoryIndex,
        path: u32,
        [old, new]: [Option<Content>; 2],
        changes: &mut Changes,
    ) -> Result<(), GitError> {
        if old == new || self.changes >= MOST_CHANGES {
            return Ok(());
        }
        self.changes += 1;
        match new {
            Some(content) => {
                let content = index.number_of(content);
                changes.insert(path, Some(content));
            }
            // A file that became a folder stands in both lists.
            None => {
                changes.entry(path).or_insert(None);
            }
        }
        let (old, new) = (self.entries(old)?, self.entries(new)?);
        if self.depth == DEEPEST {
            return Ok(());
        }
        self.depth += 1;
        let differences = trees::differences(&old, &new);
        // Where a folder became a file, the file tells too.
        let folders: HashSet<&BStr> =
            differences.iter().filter(|it| is_folder(it.1) || is_folder(it.2)).map(|it| it.0).collect();
        for (bytes, old, new) in differences {
            let Some(name) = std::str::from_utf8(bytes).ok().filter(|name| is_name(name)) else { continue };
            if folders.contains(bytes) || is_markdown(name) {
                let below = index.paths.number_below(path, name);
                self.differ(index, below, [old, new], changes)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn entries(&mut self, content: Option<Content>) -> Result<Entries, GitError> {
        let Some(Content { id, .. }) = content.filter(Content::is_folder) else {
            return Ok(Rc::clone(&self.empty));
        };
        if let Some(entries) = self.seen.get(&id) {
            return Ok(Rc::clone(entries));
        }
        let entries = match trees::read_entries(self.repository, id, &mut Vec::new()) {
            Ok(entries) => Rc::new(entries),
            Err(GitError::MissingObject(_)) => {
                self.missed = true;
                Rc::clone(&self.empty)
            }
            Err(error) => return Err(error),
        };
        if self.held > MOST_ENTRIES {
            self.seen.clear();
            self.held = 0;
        }
        self.held += entries.len();
        self.seen.insert(id, Rc::clone(&entries));
        Ok(entries)
    }
}

fn is_folder(content: Option<Content>) -> bool {
    content.is_some_and(|content| content.is_folder())
}

fn is_markdown(name: &str) -> bool {
    let end = name.len().checked_sub(3).and_then(|start| name.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(".md"))
}

/// Whether it can be a part of a path; a damaged tree may hold anything.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0'])
}
