//! Folders outside git: started, and snapshots taken of what stands in them.

use super::log::Logged;
use super::{ExecuteError, disk, files, state_file};
use crate::git::commits::{self, Identity};
use crate::git::index::Index;
use crate::git::program::Git;
use crate::git::refs::{self, Update};
use crate::git::trees::{self, TreeReader};
use crate::git::work_tree::WorkTree;
use crate::git::{Folder, GitError, Head, Objects, Repository};
use crate::merge::ObjectSource as _;
use crate::model::content::Content;
use crate::model::operation::OperationPath;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use gix::ObjectId;
use gix::objs::Kind;
use std::path::Path;

/// What of our folder a later `git add` takes.
const IGNORED: &str = "# Only the configuration is for others.\n*\n!config\n";

/// The files are the collection's bit for bit, whatever is configured elsewhere; only how they are
/// merged may be said.
const ATTRIBUTES: &str = "* -text -ident !eol !filter !working-tree-encoding\n";

/// How the store is set up.
const SETTINGS: [[&str; 2]; 6] = [
    ["core.bare", "false"],
    ["core.logAllRefUpdates", "false"],
    ["core.autocrlf", "false"],
    ["core.fsmonitor", "false"],
    ["core.untrackedCache", "false"],
    ["gc.auto", "0"],
];

/// Begin to keep what is known of a folder outside git; `format` says how contents are named there.
///
/// # Errors
///
/// When something cannot be written.
pub fn start(folder: &Folder, git: &Git, format: &str) -> Result<(), ExecuteError> {
    let failed = |source| ExecuteError::Write { path: folder.state().to_owned(), source };
    disk::make_folders(folder.state()).map_err(failed)?;
    if !folder.is_ignored() {
        files::replace(&folder.state().join(".gitignore"), IGNORED.as_bytes())?;
    }
    let store = folder.store();
    let run = |args: &[&str]| git.within(&store, Some(folder.root())).args(args).run();
    let run = |args: &[&str]| run(args).map_err(|error| ExecuteError::Git(error.into()));
    let call = git.anywhere().args(["init", "--quiet", "--bare", "--template=", "--initial-branch=main"]);
    let call = call.args([format!("--object-format={format}")]);
    call.args([&store]).run().map_err(|error| ExecuteError::Git(error.into()))?;
    for [key, value] in SETTINGS {
        run(&["config", "--local", key, value])?;
    }
    files::replace(&store.join("info/attributes"), ATTRIBUTES.as_bytes())?;
    Ok(())
}

/// Take back that a folder was started, as long as nothing came of it; `config` is the configuration that
/// was written for it.
///
/// # Errors
///
/// When it cannot be removed.
pub fn discard(folder: &Folder, config: Option<&Path>) -> Result<(), ExecuteError> {
    let store = folder.store();
    let failed = |source| ExecuteError::Write { path: store.clone(), source };
    disk::remove_tree(&store).map_err(failed)?;
    let _ = disk::remove(&folder.state().join(".gitignore"));
    if let Some(config) = config.filter(|config| config.exists()) {
        disk::remove(config).map_err(failed)?;
    }
    // What else stands there is not ours to remove.
    let _ = disk::remove_folder(folder.state());
    Ok(())
}

/// Let paths go that somebody else keeps from now on: they leave the store's index and its next snapshot.
///
/// The caller has the lock.
///
/// # Errors
///
/// When the store cannot be written.
pub fn release(repository: &Repository, paths: &[RepoPath]) -> Result<(), ExecuteError> {
    let input: Vec<u8> = paths.iter().flat_map(|path| path.as_str().bytes().chain([0])).collect();
    let remove = ["rm", "-r", "--cached", "--quiet", "--ignore-unmatch"];
    let from = ["--pathspec-from-file=-", "--pathspec-file-nul"];
    let call = repository.call().env("GIT_LITERAL_PATHSPECS", "1").args(remove).args(from).input(input);
    call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    commit(repository, &repository.objects(), paths)
}

/// Say that the records of a folder went into a repository's notes.
///
/// # Errors
///
/// When that cannot be written.
pub fn mark_moved(folder: &Folder) -> Result<(), ExecuteError> {
    files::replace(&folder.moved_mark(), b"")
}

/// Take in what stands at these paths: into the store's index, and as a commit on its branch. What is
/// unmerged stays as it is.
///
/// The caller has the lock.
///
/// # Errors
///
/// When a file cannot be read or the store not be written.
pub fn snapshot(repository: &Repository, paths: &[RepoPath]) -> Result<(), ExecuteError> {
    let objects = repository.objects();
    let index = Index::read(repository)?;
    let mut changed = Vec::new();
    let work_tree = WorkTree::new(repository, &index)?;
    work_tree.prepare(paths);
    for path in paths.iter().filter(|path| index.unmerged(path).is_empty()) {
        let (staged, found) = (index.content(&objects, path)?, work_tree.content(&objects, path)?);
        let untracked = !work_tree.untracked(&objects, path)?.is_empty();
        // What is gone altogether was deleted by hand: that is told until somebody settles it.
        let is_gone = staged.is_some() && found.is_none() && !untracked;
        if !is_gone && (found != staged || untracked) {
            changed.push(path);
        }
    }
    if !changed.is_empty() {
        let input: Vec<u8> = changed.iter().flat_map(|path| path.as_str().bytes().chain([0])).collect();
        let add = ["add", "--all", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"];
        let call = repository.call().env("GIT_LITERAL_PATHSPECS", "1").args(add).input(input);
        call.run().map_err(|error| ExecuteError::Git(error.into()))?;
    }
    commit(repository, &objects, paths)
}

/// Forget what a folder outside git has of an operation: the snapshots of what it left, and the records
/// in the state file that were made for that. It may be done again. The caller has the lock.
///
/// # Errors
///
/// When the store or the state file cannot be written.
pub fn forget_operation(repository: &Repository, logged: &Logged) -> Result<(), ExecuteError> {
    if repository.is_git() {
        return Ok(());
    }
    let paths = &logged.operation.paths;
    let left = |fact: &Fact| {
        paths.iter().any(|path| {
            let after = path.after.filter(|_| path.before != path.after).map(|content| content.id);
            *fact.path() == path.path && after.is_some() && fact.fits(after)
        })
    };
    let undone =
        |path: &OperationPath| Undone { path: path.path.clone(), after: path.after, before: path.before };
    forget(repository, &paths.iter().map(undone).collect::<Vec<_>>())?;
    state_file::update_held(repository, |state| state.records.retain(|fact| !left(fact))).map(drop)
}

/// What a path was, and what it shall have been.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The path.
    pub path: RepoPath,
    /// What stood there since.
    pub after: Option<Content>,
    /// What stood there before.
    pub before: Option<Content>,
}

/// Make the last snapshots as if something had never been done, so that it does not count as taken in:
/// as after a pull that was never committed.
///
/// The caller has the lock.
///
/// # Errors
///
/// When the store cannot be read or written.
pub fn forget(repository: &Repository, undone: &[Undone]) -> Result<(), ExecuteError> {
    let (objects, head, reader) = (repository.objects(), repository.head()?, TreeReader::new(repository));
    let mut since: Vec<&Undone> = undone.iter().filter(|undone| undone.after != undone.before).collect();
    let (mut chain, mut next) = (Vec::new(), head.id);
    while let Some(commit) = next {
        let tree = repository.tree_of(commit)?;
        let mut stands = Vec::new();
        for undone in since {
            if reader.at(tree, &undone.path)? == undone.after {
                stands.push(undone);
            }
        }
        if stands.is_empty() {
            break;
        }
        chain.push((tree, stands.clone()));
        since = stands;
        next = repository.parents_of(commit)?.first().copied();
    }
    let mut parent = next;
    for (tree, stands) in chain.iter().rev() {
        let mut root = Some(*tree);
        for undone in stands {
            root = trees::replace(&objects, root, &undone.path, undone.before)?.map(|tree| tree.id);
        }
        let before = parent.map(|parent| repository.tree_of(parent)).transpose()?;
        if root != before || parent.is_none() {
            parent = Some(write(repository, &objects, root, parent)?);
        }
    }
    match (chain.is_empty(), parent) {
        (false, Some(commit)) => move_to(repository, &head, commit),
        _ => Ok(()),
    }
}

/// Write a snapshot; without a tree it is empty.
fn write(
    repository: &Repository,
    objects: &Objects,
    tree: Option<ObjectId>,
    parent: Option<ObjectId>,
) -> Result<ObjectId, ExecuteError> {
    let tree = match tree {
        Some(tree) => tree,
        None => objects.keep(Kind::Tree, &[]).map_err(|source| GitError::KeepObject(Box::new(source)))?,
    };
    repository.take_in(objects, Content::folder(tree))?;
    Ok(commits::write(repository, Identity::Bookkeeping, "snapshot\n", tree, parent)?)
}

fn move_to(repository: &Repository, head: &Head, commit: ObjectId) -> Result<(), ExecuteError> {
    let name = head.branch.clone().unwrap_or_else(|| "HEAD".to_owned());
    match refs::update(repository, &name, head.id, commit, "snapshot")? {
        Update::Done => Ok(()),
        Update::Lost => Err(ExecuteError::Contended(name)),
    }
}

/// Make the commit, if the index has anything at these paths that the last one has not.
fn commit(repository: &Repository, objects: &Objects, paths: &[RepoPath]) -> Result<(), ExecuteError> {
    let (index, head) = (Index::read(repository)?, repository.head()?);
    let before = head.id.map(|head| repository.tree_of(head)).transpose()?;
    let (reader, mut root) = (TreeReader::new(repository), before);
    for path in paths.iter().filter(|path| index.unmerged(path).is_empty()) {
        let staged = index.content(objects, path)?;
        let there = before.map(|tree| reader.at(tree, path)).transpose()?.flatten();
        if staged != there {
            root = trees::replace(objects, root, path, staged)?.map(|tree| tree.id);
        }
    }
    if root == before {
        return Ok(());
    }
    let commit = write(repository, objects, root, head.id)?;
    move_to(repository, &head, commit)
}
