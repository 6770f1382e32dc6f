//! What has to be known of a repository before anything is done in it.

use super::GitError;
use super::refs::RefStore;
use std::path::Path;

/// Extensions that are understood; git refuses a repository with any other, and so do we.
const EXTENSIONS: [&str; 8] = [
    "refstorage",
    "noop",
    "noop-v1",
    "objectformat",
    "partialclone",
    "preciousobjects",
    "worktreeconfig",
    "relativeworktrees",
];

/// Refuse what git refuses: an extension that nobody knows. How the repository keeps its refs.
pub(super) fn known_format(gix: &gix::Repository, path: &Path) -> Result<RefStore, GitError> {
    match unknown_extension(gix) {
        Some(extension) => Err(GitError::Extension { path: path.to_owned(), extension }),
        None => ref_store(gix, path),
    }
}

/// The repository with the work tree that it has by itself: the library takes one that the
/// environment names, as in a hook, for every repository's, and files would go into the wrong one.
pub(super) fn with_own_work_tree(
    mut found: gix::Repository,
    path: &Path,
) -> Result<gix::Repository, GitError> {
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        return Ok(found);
    }
    let mut permissions = gix::open::Permissions::all();
    permissions.env.git_prefix = gix::sec::Permission::Deny;
    let options = gix::open::Options::default().permissions(permissions);
    let failed = |source| GitError::Open { path: path.to_owned(), source: Box::new(source) };
    let own = gix::open_opts(path, options).map_err(failed)?;
    found.set_workdir(own.workdir().map(Path::to_owned)).map_err(failed)?;
    Ok(found)
}

/// How a repository keeps its refs, as its extension says.
fn ref_store(gix: &gix::Repository, path: &Path) -> Result<RefStore, GitError> {
    let named = gix.config_snapshot().string("extensions.refStorage").map(|value| value.to_string());
    // The part behind a colon is where they are.
    match named.as_deref().map(|value| value.split(':').next().unwrap_or_default()) {
        None | Some("files") => Ok(RefStore::Files),
        Some("reftable") => Ok(RefStore::Tables),
        Some(other) => Err(GitError::RefStorage { path: path.to_owned(), storage: other.to_owned() }),
    }
}

fn unknown_extension(gix: &gix::Repository) -> Option<String> {
    let config = gix.config_snapshot();
    let sections = config.plumbing().sections_by_name("extensions")?;
    let local =
        sections.filter(|section| section.meta().source.kind() == gix::config::source::Kind::Repository);
    let mut names = local.flat_map(|section| {
        section.body().value_names().map(|name| name.to_string().to_ascii_lowercase()).collect::<Vec<_>>()
    });
    names.find(|name| !EXTENSIONS.contains(&name.as_str()))
}
