//! HEAD's reflog: how this work tree moved.

use super::refs::{self, RefStore};
use super::{GitError, Repository};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// How much of the log's end is read, in bytes: a few hundred moves.
const TAIL: u64 = 64 * 1024;

/// How many moves are asked for where the log is no file.
const NEWEST: usize = 400;

/// One move of HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where it was; null for the first one.
    pub old: ObjectId,
    /// Where it went.
    pub new: ObjectId,
    /// What git says of it, e.g. `commit (amend): subject`.
    pub message: String,
}

/// The latest moves of this work tree's HEAD, oldest first.
///
/// # Errors
///
/// When the log is there and cannot be read.
pub fn moves_of_head(repository: &Repository) -> Result<Vec<Moved>, GitError> {
    if repository.ref_store() == RefStore::Tables {
        return refs::moves(repository, Some(NEWEST));
    }
    let read = |path: &PathBuf| {
        let mut file = std::fs::File::open(path)?;
        let skipped = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(skipped))?;
        let mut data = Vec::new();
        file.read_to_end(&mut data)?;
        Ok(data)
    };
    // The first line may be cut: then it does not begin with two ids.
    Ok(present(repository, read)?.unwrap_or_default().lines().filter_map(parse).collect())
}

impl Repository {
    /// How long HEAD's reflog is: in bytes, or in moves where it is no file. Only good to be compared
    /// with what it was before; where the unit has changed since, all moves count as new.
    pub fn reflog_length(&self) -> u64 {
        if self.ref_store() == RefStore::Tables {
            return refs::moves(self, None).map_or(0, |moves| moves.len() as u64);
        }
        std::fs::metadata(path(self)).map_or(0, |metadata| metadata.len())
    }

    /// Whether HEAD's reflog shows a reset (a stash makes one too) after its first `length`.
    ///
    /// # Errors
    ///
    /// When the reflog cannot be read.
    pub fn was_reset_since(&self, length: u64) -> Result<bool, GitError> {
        const RESET: &str = "reset: moving to";
        // A shorter log was expired since: all that is left may be new.
        let known = |all: usize| usize::try_from(length).ok().filter(|known| *known <= all).unwrap_or(0);
        if self.ref_store() == RefStore::Tables {
            let moves = refs::moves(self, None)?;
            return Ok(moves[known(moves.len())..].iter().any(|moved| moved.message.starts_with(RESET)));
        }
        let Some(data) = present(self, |path| std::fs::read(path))? else { return Ok(false) };
        let reset = format!("\t{RESET}");
        Ok(data[known(data.len())..].lines().any(|line| line.contains_str(&reset)))
    }
}

fn path(repository: &Repository) -> PathBuf {
    repository.git_dir().join("logs/HEAD")
}

/// What is read of the file; none where there is none.
fn present(
    repository: &Repository,
    read: impl Fn(&PathBuf) -> std::io::Result<Vec<u8>>,
) -> Result<Option<Vec<u8>>, GitError> {
    let path = path(repository);
    match read(&path) {
        Ok(data) => Ok(Some(data)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(GitError::ReadFile { path, source }),
    }
}

fn parse(line: &[u8]) -> Option<Moved> {
    let (head, message) = line.split_once_str("\t").unwrap_or((line, b""));
    let mut words = head.split(|byte| *byte == b' ');
    let mut id = || ObjectId::from_hex(words.next()?).ok();
    Some(Moved { old: id()?, new: id()?, message: message.to_str_lossy().into_owned() })
}
