//! Differences shown by git itself, from a repository of their own in a temporary folder: nothing
//! is written to the project, and colours, pager and options are the user's.

use super::{ExecuteError, disk};
use crate::git::{Objects, Repository, trees};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;

/// Two versions of a path.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Where they stand.
    pub path: RepoPath,
    /// The old version.
    pub old: Option<Content>,
    /// The new version.
    pub new: Option<Content>,
}

/// How to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Show {
    /// A summary.
    pub stat: bool,
    /// The changed lines.
    pub patch: bool,
    /// With colours.
    pub color: bool,
    /// On the terminal, through the user's pager.
    pub paged: bool,
}

/// Show the differences; returns the text unless it was paged.
///
/// # Errors
///
/// When the temporary repository cannot be made or git fails.
pub fn show(
    project: &Repository,
    objects: &Objects,
    pairs: &[Pair],
    show: Show,
) -> Result<String, ExecuteError> {
    let scratch = disk::temporary_folder_of_the_system("git-skillsync-")
        .map_err(|source| ExecuteError::Write { path: "a temporary folder".into(), source })?;
    let git = project.git();
    let format = format!("--object-format={}", project.object_format());
    let call = git.anywhere().args(["init", "--quiet", "--bare", "--template=", &format, "--"]);
    call.args([scratch.path()]).run().map_err(|error| ExecuteError::Git(error.into()))?;
    let repository = Repository::open(scratch.path(), git)?;
    let old = tree(&repository, objects, pairs, |pair| pair.old)?;
    let new = tree(&repository, objects, pairs, |pair| pair.new)?;
    let color = if show.color { "--color=always" } else { "--color=never" };
    let mut args = vec!["diff", "--no-ext-diff", "--no-textconv", color];
    args.extend(match (show.stat, show.patch) {
        (true, true) => Some("--patch-with-stat"),
        (true, false) => Some("--stat"),
        (false, _) => None,
    });
    let (old, new) = (old.to_string(), new.to_string());
    args.extend([old.as_str(), new.as_str(), "--"]);
    let call = git.plain(scratch.path(), None).args(args);
    if show.paged {
        call.interactive().map_err(|error| ExecuteError::Git(error.into()))?;
        return Ok(String::new());
    }
    let text = call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn tree(
    repository: &Repository,
    objects: &Objects,
    pairs: &[Pair],
    side: impl Fn(&Pair) -> Option<Content>,
) -> Result<ObjectId, ExecuteError> {
    let writer = repository.writer();
    let mut root = None;
    for pair in pairs {
        if let Some(content) = side(pair) {
            repository.take_in(objects, content)?;
            root = trees::replace(&writer, root, &pair.path, Some(content))?.map(|tree| tree.id);
        }
    }
    match root {
        Some(root) => Ok(root),
        None => Ok(trees::keep_tree(&writer, std::iter::empty())?.id),
    }
}
