//! HEAD's reflog: how this work tree moved.

use super::{GitError, Repository};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::io::{Read, Seek, SeekFrom};

/// How much of the log's end is read, in bytes: a few hundred moves.
const TAIL: u64 = 64 * 1024;

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
    let path = repository.git_dir().join("logs/HEAD");
    let read = || {
        let mut file = std::fs::File::open(&path)?;
        let skipped = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(skipped))?;
        let mut data = Vec::new();
        file.read_to_end(&mut data)?;
        Ok(data)
    };
    let data = match read() {
        Ok(data) => data,
        Err(error) if std::io::Error::kind(&error) == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(GitError::ReadFile { path, source }),
    };
    // The first line may be cut: then it does not begin with two ids.
    Ok(data.lines().filter_map(parse).collect())
}

fn parse(line: &[u8]) -> Option<Moved> {
    let (head, message) = line.split_once_str("\t").unwrap_or((line, b""));
    let mut words = head.split(|byte| *byte == b' ');
    let mut id = || ObjectId::from_hex(words.next()?).ok();
    Some(Moved { old: id()?, new: id()?, message: message.to_str_lossy().into_owned() })
}
