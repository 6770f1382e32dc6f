//! Refs through the git program, which knows every way to keep them.

use super::Update;
use crate::git::program::{Call, ProgramError};
use crate::git::reflog::Moved;
use crate::git::{GitError, Head, Repository};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::path::Path;

/// The commit a ref points to.
pub(super) fn read(repository: &Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    parsed(repository, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{}}")])
}

/// Whether a ref exists that stands beside HEAD, e.g. `CHERRY_PICK_HEAD`.
pub(in crate::git) fn is_set(repository: &Repository, name: &str) -> bool {
    read(repository, name).is_ok_and(|found| found.is_some())
}

/// The commit that a revision names, if any.
pub(in crate::git) fn commit_named(
    repository: &Repository,
    revision: &str,
) -> Result<Option<ObjectId>, GitError> {
    let revision = format!("{revision}^{{commit}}");
    match parsed(repository, &["rev-parse", "--verify", "--quiet", "--end-of-options", &revision]) {
        // `HEAD@{99}` where the log is shorter.
        Err(GitError::Program(ProgramError::Failed { .. })) => Ok(None),
        other => other,
    }
}

/// What is checked out.
pub(in crate::git) fn head(repository: &Repository) -> Result<Head, GitError> {
    let named = repository.call().args(["symbolic-ref", "--quiet", "HEAD"]).output()?;
    let branch = match named.status.code() {
        Some(0) => Some(named.stdout.to_str_lossy().trim_end().to_owned()),
        Some(1) => None,
        code => return Err(failed("symbolic-ref HEAD", code, &named.stderr).into()),
    };
    Ok(Head { id: read(repository, "HEAD")?, branch })
}

/// The commit that is checked out in another work tree.
pub(super) fn head_of(repository: &Repository, git_dir: &Path) -> Result<Option<ObjectId>, GitError> {
    let args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
    parsed_of(repository.git().within(git_dir, None), &args)
}

/// The refs below these prefixes (none: all) and what they point to; those that point to nothing are
/// left out.
pub(super) fn peeled(
    repository: &Repository,
    prefixes: &[&str],
) -> Result<Vec<(String, ObjectId)>, GitError> {
    let format = "--format=%(objectname) %(*objectname) %(refname)";
    let listed = repository.call().args(["for-each-ref", format]).args(prefixes).run()?;
    let listed = String::from_utf8_lossy(&listed);
    let read = |line: &str| {
        let (id, rest) = line.split_once(' ')?;
        let (peeled, name) = rest.split_once(' ')?;
        let id = ObjectId::from_hex(if peeled.is_empty() { id } else { peeled }.as_bytes()).ok()?;
        Some((name.to_owned(), id))
    };
    Ok(listed.lines().filter_map(read).collect())
}

/// Move a ref (name, old, new); `gix` knows who does it.
pub(super) fn update(
    repository: &Repository,
    gix: &gix::Repository,
    (name, old, new): (&str, Option<ObjectId>, ObjectId),
    message: &str,
) -> Result<Update, GitError> {
    let expected = old.unwrap_or_else(|| new.kind().null()).to_string();
    let mut call =
        repository.call().args(["update-ref", "-m", message, "--", name, &new.to_string(), &expected]);
    if let Some(Ok(committer)) = gix.committer() {
        for (variable, value) in
            [("GIT_COMMITTER_NAME", committer.name), ("GIT_COMMITTER_EMAIL", committer.email)]
        {
            call = call.env(variable, value.to_str_lossy().as_ref());
        }
    }
    let output = call.output()?;
    if output.status.success() {
        return Ok(Update::Done);
    }
    // Somebody else moved it, or holds the lock of all tables.
    if read(repository, name)? != old || output.stderr.contains_str("lock references") {
        return Ok(Update::Lost);
    }
    Err(failed(&format!("update-ref {name}"), output.status.code(), &output.stderr).into())
}

/// The newest moves of HEAD (none: all of them), oldest first.
pub(in crate::git) fn moves(repository: &Repository, newest: Option<usize>) -> Result<Vec<Moved>, GitError> {
    let mut call =
        repository.call().args(["log", "--walk-reflogs", "--no-show-signature", "--format=%H%x09%gs"]);
    if let Some(newest) = newest {
        call = call.args([format!("--max-count={newest}")]);
    }
    let output = call.args(["HEAD", "--"]).output()?;
    if !output.status.success() {
        // A branch without a commit has no log either.
        if read(repository, "HEAD")?.is_none() {
            return Ok(Vec::new());
        }
        return Err(failed("log --walk-reflogs HEAD", output.status.code(), &output.stderr).into());
    }
    let mut moves: Vec<Moved> = Vec::new();
    let mut old = None;
    for line in output.stdout.lines().rev() {
        let (id, message) = line.split_once_str("\t").unwrap_or((line, b""));
        let Ok(new) = ObjectId::from_hex(id) else { continue };
        let was = old.replace(new).unwrap_or_else(|| new.kind().null());
        moves.push(Moved { old: was, new, message: message.to_str_lossy().into_owned() });
    }
    Ok(moves)
}

/// The same repository with a HEAD that the library can read, for as long as the folder is there.
pub(in crate::git) fn with_head(
    gix: &gix::Repository,
    head: Option<ObjectId>,
) -> std::io::Result<(gix::Repository, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let text = head.map_or_else(|| "ref: refs/heads/unborn".to_owned(), |id| id.to_string());
    std::fs::write(folder.path().join("HEAD"), text + "\n")?;
    let mut gix = gix.clone();
    gix.refs = gix::refs::file::Store::at(folder.path().to_owned(), gix.object_hash());
    Ok((gix, folder))
}

/// The id that git prints; none where it quietly says no.
fn parsed(repository: &Repository, args: &[&str]) -> Result<Option<ObjectId>, GitError> {
    parsed_of(repository.call(), args)
}

fn parsed_of(call: Call, args: &[&str]) -> Result<Option<ObjectId>, GitError> {
    let output = call.args(args).output()?;
    let text = output.stdout.to_str_lossy();
    match output.status.code() {
        Some(0) => Ok(text.lines().next_back().and_then(|id| ObjectId::from_hex(id.as_bytes()).ok())),
        Some(1) => Ok(None),
        code => Err(failed(&args.join(" "), code, &output.stderr).into()),
    }
}

fn failed(call: &str, code: Option<i32>, stderr: &[u8]) -> ProgramError {
    let stderr = stderr.to_str_lossy().trim().to_owned();
    ProgramError::Failed { call: call.to_owned(), code, stderr }
}
