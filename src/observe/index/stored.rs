//! The index as bytes.

use super::{Commit, HistoryIndex, Paths, number};
use crate::model::content::Content;
use crate::model::trailer;
use gix::ObjectId;
use gix::objs::tree::EntryMode;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The version of the format; what another version wrote is not read.
pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored {
    /// How many bytes an id has.
    width: usize,
    /// The ids of the commits, their trees, and the contents, one after the other.
    ids: Vec<u8>,
    /// The modes of the contents.
    modes: Vec<u16>,
    /// The number of the folder above, and the name in it.
    paths: Vec<(u32, String)>,
    commits: Vec<StoredCommit>,
}

#[derive(Serialize, Deserialize)]
struct StoredCommit {
    parents: Vec<u32>,
    /// In hex.
    missing: Vec<String>,
    changes: Vec<(u32, Option<u32>)>,
    /// As they stand in a message.
    trailers: String,
}

impl HistoryIndex {
    /// The index as bytes; none if it cannot be written, which nothing depends on.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let commits = self.commits.iter().map(|commit| commit.id);
        let trees = self.commits.iter().map(|commit| commit.tree);
        let contents = self.contents.iter().map(|content| content.id);
        let ids: Vec<ObjectId> = commits.chain(trees).chain(contents).collect();
        let stored = Stored {
            width: ids.first().map_or(0, |id| id.as_bytes().len()),
            ids: ids.iter().flat_map(|id| id.as_bytes()).copied().collect(),
            modes: self.contents.iter().map(|content| content.mode.value()).collect(),
            paths: self.paths.all.clone(),
            commits: self.commits.iter().map(StoredCommit::of).collect(),
        };
        postcard::to_allocvec(&stored).ok()
    }

    /// The index that these bytes hold; none if they hold none.
    ///
    /// Every number in it is checked, so that damage cannot do more than be noticed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let Stored { width, ids, modes, paths, commits } = postcard::from_bytes(bytes).ok()?;
        if commits.is_empty() {
            return None;
        }
        let ids: Vec<ObjectId> =
            ids.chunks(width.max(1)).map(|id| ObjectId::try_from(id).ok()).collect::<Option<_>>()?;
        let (commit_ids, rest) = ids.split_at_checked(commits.len())?;
        let (trees, contents) = rest.split_at_checked(commits.len())?;
        if contents.len() != modes.len() {
            return None;
        }
        let content = |(id, mode): (&ObjectId, u16)| {
            let mode = EntryMode::try_from(u32::from(mode)).ok()?;
            Some(Content { mode, id: *id })
        };
        let contents: Vec<Content> = contents.iter().zip(modes).map(content).collect::<Option<_>>()?;
        let paths = Paths::of(paths)?;
        let limits = [paths.all.len(), contents.len()].map(number);
        let commits = (0..).zip(commits).zip(commit_ids.iter().zip(trees));
        let commits = commits.map(|((number, commit), ids)| commit.check(number, ids, limits));
        let commits: Vec<Commit> = commits.collect::<Option<_>>()?;
        let numbers = (0..).zip(&commits).map(|(number, commit)| (commit.id, number)).collect();
        let content_numbers = (0..).zip(&contents).map(|(number, content)| (*content, number)).collect();
        Some(Self { commits, numbers, paths, contents, content_numbers, whole: true })
    }

    /// Parents of its commits that were not there when it was made; if they are there now, it has
    /// less than there is.
    pub fn missing(&self) -> impl Iterator<Item = ObjectId> {
        self.commits.iter().flat_map(|commit| commit.missing.iter().copied())
    }
}

impl Paths {
    fn of(all: Vec<(u32, String)>) -> Option<Self> {
        let (root, below) = all.split_first()?;
        let odd = |name: &str| name.is_empty() || name.contains(['/', '\0']) || name == "." || name == "..";
        let fits = |(own, (folder, name)): (u32, &(u32, String))| *folder < own && !odd(name);
        let whole = *root == (Self::ROOT, String::new()) && (1..).zip(below).all(fits);
        let numbers: HashMap<_, _> = (1..).zip(below).map(|(number, path)| (path.clone(), number)).collect();
        whole.then_some(Self { numbers, all })
    }
}

impl StoredCommit {
    fn of(commit: &Commit) -> Self {
        Self {
            parents: commit.parents.clone(),
            missing: commit.missing.iter().map(ToString::to_string).collect(),
            changes: commit.changes.clone(),
            trailers: trailer::format(&commit.trailers),
        }
    }

    fn check(
        self,
        own: u32,
        (id, tree): (&ObjectId, &ObjectId),
        [paths, contents]: [u32; 2],
    ) -> Option<Commit> {
        let Self { parents, missing, changes, trailers } = self;
        let fits = |(path, content): &(u32, Option<u32>)| {
            *path < paths && content.is_none_or(|content| content < contents)
        };
        let whole = parents.iter().all(|parent| *parent < own) && changes.iter().all(fits);
        let missing =
            missing.iter().map(|id| ObjectId::from_hex(id.as_bytes()).ok()).collect::<Option<_>>()?;
        let trailers = trailer::parse(&trailers);
        whole.then_some(Commit { id: *id, tree: *tree, parents, missing, changes, trailers })
    }
}
