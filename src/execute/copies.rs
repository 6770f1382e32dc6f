//! Copies of collections that name objects by another hash than the project: made, and kept up to date.

use super::lock::Lock;
use super::{ExecuteError, clone, disk, files};
use crate::git::translate::{self, Pairs, Translation};
use crate::git::trees::TreeReader;
use crate::git::{Head, Repository};
use gix::ObjectId;
use std::path::{Path, PathBuf};

/// So many new objects are packed.
const WORTH_A_PACK: usize = 2_000;

/// The copy of `own` at `path`, in the object format of `project`, with all that `own` has by now.
///
/// It is a cache: whoever removes it has it made anew.
///
/// # Errors
///
/// When it cannot be made or an object cannot be copied.
pub fn ensure(project: &Repository, own: Repository, path: &Path) -> Result<Repository, ExecuteError> {
    let format = project.object_format();
    let copy = open(&own, path, &format)?;
    let state = State::of(&own)?;
    let pairs = match state.pairs(&own, &copy) {
        Some(pairs) => pairs,
        None => {
            let _lock = Lock::take(&copy)?;
            state.bring_up(&own, &copy)?
        }
    };
    Ok(copy.translating(Translation::new(own, pairs)))
}

/// Open the copy, which is made anew if it is not there or damaged.
fn open(own: &Repository, path: &Path, format: &str) -> Result<Repository, ExecuteError> {
    let make = |scratch: &Path| Ok(translate::prepare(own.git(), scratch, format)?);
    clone::appear(path, make)?;
    if let Ok(copy) = Repository::open(path, own.git()) {
        return Ok(copy);
    }
    let failed = |source| ExecuteError::Write { path: path.to_owned(), source };
    disk::remove_tree(path).map_err(failed)?;
    clone::appear(path, make)?;
    Ok(Repository::open(path, own.git())?)
}

/// Keep what a push has found out about ids.
///
/// # Errors
///
/// When it cannot be written.
pub fn remember(copy: &Repository) -> Result<(), ExecuteError> {
    let Some(translation) = copy.translation() else { return Ok(()) };
    let _lock = Lock::take(copy)?;
    let own = translation.own();
    // The ids hold for the boundary that they were made with, and somebody may have added to them.
    let boundary = own.boundary()?;
    let mut pairs = read_pairs(own, copy, &boundary).unwrap_or_default();
    pairs.extend(&translation.pairs());
    files::replace_unsynced(copy, &ids_path(copy), &pairs.to_bytes(&boundary))
}

/// What a collection has.
struct State {
    tips: Vec<(String, ObjectId)>,
    head: Head,
    boundary: String,
}

impl State {
    fn of(own: &Repository) -> Result<Self, ExecuteError> {
        let (tips, head) = own.tips()?;
        Ok(Self { tips, head, boundary: own.boundary()? })
    }

    fn to_text(&self) -> String {
        let mut text = format!("{:?} {:?}\n{}\n", self.head.branch, self.head.id, self.boundary);
        for (name, id) in &self.tips {
            text += &format!("{id} {name}\n");
        }
        text
    }

    /// The known pairs of ids, if the copy has all that the collection has.
    fn pairs(&self, own: &Repository, copy: &Repository) -> Option<Pairs> {
        let known = std::fs::read_to_string(refs_path(copy)).ok()?;
        if known != self.to_text() {
            return None;
        }
        // Somebody may have cleaned up in it.
        let pairs = read_pairs(own, copy, &self.boundary)?;
        let tip = self.head.id.or(self.tips.first().map(|(_, id)| *id));
        let is_there = |tip: ObjectId| {
            let tree = copy.tree_of(pairs.here(tip)?).ok()?;
            TreeReader::new(copy).entries(tree).ok()
        };
        tip.is_none_or(|tip| is_there(tip).is_some()).then_some(pairs)
    }

    /// Copy what is missing, then move the refs, then say so.
    fn bring_up(&self, own: &Repository, copy: &Repository) -> Result<Pairs, ExecuteError> {
        // Somebody else may have been quicker.
        if let Some(pairs) = self.pairs(own, copy) {
            return Ok(pairs);
        }
        let known = read_pairs(own, copy, &self.boundary).unwrap_or_default();
        let before = known.len();
        let tips = self.tips.iter().map(|(_, id)| *id).chain(self.head.id);
        let pairs = copy.copy_commits(own, tips, known)?;
        let here = |id: ObjectId| pairs.here(id).unwrap_or(id);
        let tips: Vec<_> = self.tips.iter().map(|(name, id)| (name.clone(), here(*id))).collect();
        let head = Head { id: self.head.id.map(here), branch: self.head.branch.clone() };
        copy.set_refs(&tips, &head)?;
        if pairs.len() - before > WORTH_A_PACK {
            copy.pack()?;
        }
        files::replace_unsynced(copy, &ids_path(copy), &pairs.to_bytes(&self.boundary))?;
        files::replace_unsynced(copy, &refs_path(copy), self.to_text().as_bytes())?;
        Ok(pairs)
    }
}

fn read_pairs(own: &Repository, copy: &Repository, boundary: &str) -> Option<Pairs> {
    let data = std::fs::read(ids_path(copy)).ok()?;
    Pairs::from_bytes(&data, boundary, [own, copy])
}

fn ids_path(copy: &Repository) -> PathBuf {
    copy.common_dir().join("skillsync").join("ids")
}

fn refs_path(copy: &Repository) -> PathBuf {
    copy.common_dir().join("skillsync").join("refs")
}
