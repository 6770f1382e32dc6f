//! The work tree of a collection moves with its branch: by git, and mended where git was stopped.
//!
//! Git writes the files first, then the index, then the branch, and takes nothing back when it cannot
//! go on. What it is about to do is written down before; whoever comes next finds that, and puts back
//! what is as git would have left it or has begun to. Anything else is somebody's edit and stays.

use super::{ExecuteError, disk, files, images};
use crate::git::work_tree::native;
use crate::git::{Repository, refs};
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::path::PathBuf;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forwarded {
    /// Branch, index and files are at the new commit.
    Done,
    /// They are where they were, for this reason.
    Refused(String),
}

/// Move the branch that is checked out in `tree` from one commit to a later one. The caller has the lock.
///
/// # Errors
///
/// When git cannot be run, or what it had begun cannot be put back.
pub fn run(tree: &Repository, branch: &str, from: ObjectId, to: ObjectId) -> Result<Forwarded, ExecuteError> {
    mend(tree)?;
    let (old, new) = (from.to_string(), to.to_string());
    // A file that was only touched is in nobody's way.
    super::apply::refresh(tree)?;
    // Git looks first whether anything is in the way; then all that is written is its own.
    if let Some(reason) = refusal(tree, &["read-tree", "-m", "-u", "-n", "HEAD", &new])? {
        return Ok(Forwarded::Refused(reason));
    }
    let note = format!("{branch}\n{old}\n{new}\n");
    files::replace_locked(tree, &note_path(tree), note.as_bytes())?;
    let merge = ["merge", "--ff-only", "--quiet", "--no-autostash", "--no-stat", &new];
    let refused = refusal(tree, &merge)?;
    mend(tree)?;
    Ok(refused.map_or(Forwarded::Done, Forwarded::Refused))
}

/// Why git does not do it.
fn refusal(tree: &Repository, args: &[&str]) -> Result<Option<String>, ExecuteError> {
    let output = tree.call().args(args).output().map_err(|error| ExecuteError::Git(error.into()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<String> =
        said.lines().map(str::trim).filter(|line| !line.is_empty()).map(in_words).collect();
    Ok((!output.status.success()).then(|| lines.join(", ")))
}

/// What git says of an entry of the index, in the words of its users.
fn in_words(line: &str) -> String {
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let entry = |end: &str| line.strip_prefix("Entry ").and_then(|rest| rest.strip_suffix(end));
    match (entry(" not uptodate. Cannot merge."), entry(" would be overwritten by merge. Cannot merge.")) {
        (Some(path), _) => format!("{path} has local changes"),
        (_, Some(path)) => format!("{path} has staged changes"),
        (None, None) => line.to_owned(),
    }
}

/// Put back what a git that was stopped has begun, if there is any. The caller has the lock.
///
/// # Errors
///
/// When it cannot be put back; then it is tried again the next time.
pub fn mend(tree: &Repository) -> Result<(), ExecuteError> {
    let path = note_path(tree);
    let Ok(note) = std::fs::read_to_string(&path) else { return Ok(()) };
    let words: Vec<&str> = note.lines().collect();
    if let [branch, old, new] = words.as_slice()
        && let (Ok(from), Ok(to)) =
            (ObjectId::from_hex(old.as_bytes()), ObjectId::from_hex(new.as_bytes()))
        // Git moves the branch last: where it stands elsewhere, all of it is done, or was done over.
        && refs::read(tree, branch)? == Some(from)
    {
        put_back(tree, from, to)?;
    }
    disk::remove(&path).map_err(|source| ExecuteError::Write { path, source })
}

fn put_back(tree: &Repository, from: ObjectId, to: ObjectId) -> Result<(), ExecuteError> {
    let run = |args: &[&str]| tree.call().args(args).run().map_err(|error| ExecuteError::Git(error.into()));
    let (old, new) = (from.to_string(), to.to_string());
    let changed = run(&["diff", "--name-only", "--no-renames", "-z", &old, &new])?;
    let root = tree.root()?;
    let mut again = Vec::new();
    for name in changed.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = BString::from(name);
        let full = root.join(native(name.as_bstr()));
        let at = |commit: &str| {
            let named = format!("{commit}:{}", name.to_str_lossy());
            run(&["cat-file", "--filters", &named]).ok()
        };
        let (before, found) = (at(&old), images::raw(&full)?.map(|(_, data)| data));
        let begun = match (&found, at(&new)) {
            (Some(found), Some(wanted)) => wanted.starts_with(found),
            (found, _) => found.is_none(),
        };
        match before {
            Some(_) if begun => again.push(name),
            None if begun => super::apply::remove(root, &name)?,
            _ => {}
        }
    }
    let input: Vec<u8> = again.iter().flat_map(|name| name.iter().copied().chain([0])).collect();
    if !input.is_empty() {
        let call = tree.call().args(["checkout-index", "-f", "-z", "--stdin"]).input(input);
        call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    }
    super::apply::refresh(tree)
}

fn note_path(tree: &Repository) -> PathBuf {
    tree.git_dir().join("skillsync").join("fast-forward")
}
