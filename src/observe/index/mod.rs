//! An index of a collection's history: which path came to hold which object, in which commit.
//!
//! It answers two questions without walking the history again: which versions a path had, and
//! where an object id ever stood, under whatever name. Folders and `.md` files are indexed, as only
//! they can be artifacts; what pushes left in their trailers is part of it. Commits are only added,
//! so one index serves every branch and pin, and grows with what is new.
//!
//! [`HistoryIndex`] is what is stored, [`View`] is the part of it that a tip has behind it, and
//! [`Stretch`] what of that follows a commit, from the index or walked.

mod build;
mod diff;
mod stored;
mod stretch;
mod view;

pub use stored::VERSION;
pub use stretch::Stretch;
pub use view::{Place, View};

use crate::model::content::Content;
use crate::model::path::RepoPath;
use crate::model::trailer::PushTrailer;
use gix::ObjectId;
use std::collections::HashMap;

/// Commits with the paths that they changed; parents stand before children.
#[derive(Debug, Clone)]
pub struct HistoryIndex {
    commits: Vec<Commit>,
    numbers: HashMap<ObjectId, u32>,
    paths: Paths,
    contents: Vec<Content>,
    content_numbers: HashMap<Content, u32>,
    whole: bool,
}

#[derive(Debug, Clone)]
struct Commit {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<u32>,
    /// Parents beyond the boundary of a shallow clone.
    missing: Vec<ObjectId>,
    /// The paths at which it differs from any of its parents, and what stands there.
    changes: Vec<(u32, Option<u32>)>,
    trailers: Vec<PushTrailer>,
}

/// Paths by number: the number of the folder above, and the name in it. The first is the root.
#[derive(Debug, Clone)]
struct Paths {
    all: Vec<(u32, String)>,
    numbers: HashMap<(u32, String), u32>,
}

impl Paths {
    const ROOT: u32 = 0;

    fn new() -> Self {
        Self { all: vec![(Self::ROOT, String::new())], numbers: HashMap::new() }
    }

    /// The number of the path `name` below another one, given out when it is first met.
    fn number_below(&mut self, folder: u32, name: &str) -> u32 {
        let next = number(self.all.len());
        let new = *self.numbers.entry((folder, name.to_owned())).or_insert(next);
        if new == next {
            self.all.push((folder, name.to_owned()));
        }
        new
    }

    fn find(&self, path: &RepoPath) -> Option<u32> {
        let mut names = path.components();
        names.try_fold(Self::ROOT, |folder, name| self.numbers.get(&(folder, name.to_owned())).copied())
    }

    fn path(&self, mut number: u32) -> RepoPath {
        let mut names = Vec::new();
        while number != Self::ROOT {
            let (folder, name) = &self.all[number as usize];
            names.push(name.as_str());
            number = *folder;
        }
        names.iter().rev().fold(RepoPath::root(), |folder, name| folder.join(name))
    }

    fn name(&self, number: u32) -> &str {
        &self.all[number as usize].1
    }
}

impl HistoryIndex {
    /// An index of nothing.
    pub fn new() -> Self {
        Self {
            commits: Vec::new(),
            numbers: HashMap::new(),
            paths: Paths::new(),
            contents: Vec::new(),
            content_numbers: HashMap::new(),
            whole: true,
        }
    }

    /// Whether a commit with all that is behind it is part of it.
    pub fn has(&self, commit: ObjectId) -> bool {
        self.numbers.contains_key(&commit)
    }

    /// How many commits it has.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// Whether no tree was missing: else it is not worth keeping, as the tree may come.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    fn number_of(&mut self, content: Content) -> u32 {
        let next = number(self.contents.len());
        let new = *self.content_numbers.entry(content).or_insert(next);
        if new == next {
            self.contents.push(content);
        }
        new
    }
}

impl Default for HistoryIndex {
    fn default() -> Self {
        Self::new()
    }
}

/// A place in a list as a number; no list here comes near the limit (see `diff::MOST_CHANGES`).
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
