//! Commits of exactly what is staged at some paths.

use super::{ExecuteError, apply, disk, lock};
use crate::git::index::{Index, IndexLine};
use crate::git::program::Call;
use crate::git::{GitError, Objects, Repository};
use crate::merge;
use crate::model::content::Content;
use crate::model::path::RepoPath;

/// What happens where HEAD has already what is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// No commit is made.
    Skip,
    /// A commit that changes nothing is made: it holds a decision, as a merge commit does.
    Commit,
}

/// What stands in the work tree at a path and is to be committed.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The path.
    pub path: RepoPath,
    /// Its tracked files.
    pub content: Content,
}

/// Commit what stands in the work tree at these paths and nothing else, with the user's own hooks;
/// if git refuses, what was staged there is staged again.
///
/// # Errors
///
/// As for [`staged`].
pub fn edits(
    project: &Repository,
    objects: &Objects,
    edits: &[Edit],
    message: &str,
) -> Result<(), ExecuteError> {
    project.take_in_all(objects, edits.iter().map(|edit| edit.content))?;
    let index = Index::read(project)?;
    let before: Vec<_> = edits.iter().map(|edit| (&edit.path, index.lines(&edit.path))).collect();
    let mut wanted: Vec<(&RepoPath, Vec<IndexLine>)> = Vec::new();
    for Edit { path, content } in edits {
        let files = merge::files(objects, *content, path)?.into_iter();
        wanted.push((path, files.map(|(path, content)| IndexLine { path, stage: 0, content }).collect()));
    }
    apply::set_index(project, &wanted)?;
    let paths: Vec<RepoPath> = edits.iter().map(|edit| edit.path.clone()).collect();
    let done = staged(project, &paths, message, Unchanged::Skip);
    if done.is_err() {
        apply::set_index(project, &before)?;
    }
    apply::refresh(project)?;
    done
}

/// Commit what is staged at these paths with the message that was left for the commit to come.
///
/// # Errors
///
/// As for [`staged`].
pub fn with_message_file(
    project: &Repository,
    paths: &[RepoPath],
    unchanged: Unchanged,
) -> Result<(), ExecuteError> {
    let left = std::fs::read_to_string(project.git_dir().join("MERGE_MSG")).unwrap_or_default();
    let lines: Vec<&str> = left.lines().filter(|line| !line.starts_with('#')).collect();
    let message = lines.join("\n");
    let message =
        if message.trim().is_empty() { "Resolve conflicts with the collection" } else { message.trim() };
    staged(project, paths, message, unchanged)?;
    super::restore::remove_message_file(project)
}

/// Commit what is staged at these paths and nothing else, with the user's own hooks.
///
/// Not `git commit --only`: that takes the work tree's content, so it would commit unstaged edits.
///
/// # Errors
///
/// When git refuses the commit or the index cannot be copied.
pub fn staged(
    project: &Repository,
    paths: &[RepoPath],
    message: &str,
    unchanged: Unchanged,
) -> Result<(), ExecuteError> {
    let failed = |source| ExecuteError::Write { path: project.git_dir().to_owned(), source };
    let folder = lock::own_folder(project)?;
    let index = folder.path().join("index");
    let own = project.git_dir().join("index");
    if own.exists() {
        // With what git knows of the files, so that it need not read them all again.
        disk::copy(&own, &index).map_err(failed)?;
    }
    let apart = |call: Call| call.env("GIT_INDEX_FILE", &index);
    let run = |call: Call| call.run().map_err(GitError::from);
    let specs: Vec<String> = paths.iter().map(|path| format!(":(top,literal){path}")).collect();
    let lines = run(project.call().args(["ls-files", "-z", "--stage", "--"]).args(&specs))?;
    let reset: &[&str] = match project.head()?.id {
        Some(_) => &["read-tree", "--reset", "HEAD"],
        None => &["read-tree", "--empty"],
    };
    run(apart(project.call().args(reset)))?;
    let forget = ["rm", "-r", "--quiet", "--cached", "--force", "--ignore-unmatch", "--"];
    run(apart(project.call().args(forget).args(&specs)))?;
    run(apart(project.call().args(["update-index", "-z", "--index-info"]).input(lines)))?;
    let same = apart(project.call().args(["diff", "--cached", "--quiet"])).output();
    let same = same.map_err(GitError::from)?.status.success();
    if same && unchanged == Unchanged::Skip {
        return Ok(());
    }
    let empty: &[&str] = if same { &["--allow-empty"] } else { &[] };
    run(apart(project.plain_call().args(["commit", "--quiet", "-m", message]).args(empty)))?;
    Ok(())
}
