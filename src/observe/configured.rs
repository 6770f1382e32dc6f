//! The collections that a repository is configured with, and where they are.

use super::ObserveError;
use super::collection::{Collection, CollectionParts};
use super::scan::ScanOptions;
use crate::git::{GitError, Repository, config};
use crate::model::artifact::ArtifactType;
use crate::model::configured::{Configured, SECTION, TRACKED, without_credentials};
use crate::model::digest::Digester;
use crate::model::path::RepoPath;
use crate::session::Session;
use gix::ObjectId;
use gix::objs::tree::EntryKind;
use std::path::{Path, PathBuf};

/// Where a collection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A repository on this disk, used as it is.
    Folder(PathBuf),
    /// Somewhere else; a bare clone of it is kept here.
    Clone(PathBuf),
}

/// Where a configured collection is; a relative path counts from `folder`.
///
/// # Errors
///
/// When it needs a clone and there is nowhere to keep one.
pub fn place(configured: &Configured, session: &Session, folder: &Path) -> Result<Place, ObserveError> {
    if !is_url(&configured.url) {
        return Ok(Place::Folder(folder.join(&configured.url)));
    }
    let mut digest = Digester::default();
    digest.add(EntryKind::Blob.into(), "url".into(), configured.url.as_bytes());
    let unique = digest.finish();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = configured.name.chars().map(plain).collect();
    let collections = session.data_home()?.join("git-skillsync/collections");
    Ok(Place::Clone(collections.join(format!("{name}-{}.git", &unique[..12]))))
}

/// Where the copy of a collection in another object format is kept.
///
/// # Errors
///
/// When there is nowhere to keep one.
pub fn copy_place(session: &Session, own: &Repository, format: &str) -> Result<PathBuf, ObserveError> {
    let place = own.git_dir().canonicalize().unwrap_or_else(|_| own.git_dir().to_owned());
    let mut digest = Digester::default();
    digest.add(EntryKind::Blob.into(), "place".into(), place.as_os_str().as_encoded_bytes());
    let copies = session.data_home()?.join("git-skillsync/copies");
    Ok(copies.join(format!("{}-{format}.git", &digest.finish()[..24])))
}

/// Open a configured collection at its tip.
///
/// # Errors
///
/// When it is not there, is no repository, or has no commit.
pub fn open(configured: &Configured, session: &Session, folder: &Path) -> Result<Collection, ObserveError> {
    at(configured, repository(configured, session, folder)?)
}

/// Open the repository of a configured collection.
///
/// # Errors
///
/// When it is not there or is no repository.
pub fn repository(
    configured: &Configured,
    session: &Session,
    folder: &Path,
) -> Result<Repository, ObserveError> {
    let (Place::Folder(path) | Place::Clone(path)) = place(configured, session, folder)?;
    let opened = Repository::open(&path, &session.git);
    let name = &configured.name;
    let unreachable = |source| ObserveError::UnreachableCollection { name: name.clone(), path, source };
    opened.map_err(unreachable)
}

/// A configured collection at its tip, in a repository that is open already.
///
/// # Errors
///
/// When it has no commit.
pub fn at(configured: &Configured, repository: Repository) -> Result<Collection, ObserveError> {
    let Configured { name, url, branch, root, loose, id } = configured.clone();
    let options = ScanOptions {
        root: root.and_then(|root| RepoPath::new(root.trim_matches('/')).ok()),
        loose: loose.as_deref().and_then(ArtifactType::from_word),
        repository_name: repository_name(&url, repository.own()),
    };
    let url = is_url(&url).then(|| without_credentials(&url));
    Collection::at_tip(CollectionParts { name, url, repository, branch, id, options })
}

/// The collections that a repository is configured with, in the order of its configuration; of one that
/// was a folder outside git a moment ago those that the folder had.
pub fn all(repository: &Repository) -> Vec<Configured> {
    let own = |repository: &Repository| -> Vec<Configured> {
        let names = config::subsections(repository, SECTION);
        names.into_iter().filter_map(|name| read(repository, &name)).collect()
    };
    let found = own(repository);
    if !found.is_empty() {
        return found;
    }
    let folder = repository.former_folder();
    let store = folder.and_then(|folder| Repository::of_folder(folder, repository.git()).ok());
    store.as_ref().map(own).unwrap_or_default()
}

fn read(repository: &Repository, name: &str) -> Option<Configured> {
    let value = |key: &str| config::string(repository, &format!("{SECTION}.{name}.{key}"));
    Some(Configured {
        name: name.to_owned(),
        url: value("url")?,
        branch: value("branch"),
        root: value("root"),
        loose: value("loose"),
        id: value("id").and_then(|id| ObjectId::from_hex(id.as_bytes()).ok()),
    })
}

/// The collections that the tracked configuration names; nothing is fetched from one before the
/// user has registered it.
///
/// # Errors
///
/// When git cannot read the file.
pub fn tracked(repository: &Repository) -> Result<Vec<Configured>, ObserveError> {
    let Some(root) = repository.work_dir() else { return Ok(Vec::new()) };
    let own = named_in(repository, &repository.layout().folder(root))?;
    // A part of a project that names none has those of the whole.
    if own.is_empty() { named_in(repository, root) } else { Ok(own) }
}

fn named_in(repository: &Repository, folder: &Path) -> Result<Vec<Configured>, ObserveError> {
    let file = folder.join(TRACKED);
    if !file.is_file() {
        return Ok(Vec::new());
    }
    let call = repository.call().args(["config", "--null", "--list", "--file"]).args([&file]);
    let listed = call.run().map_err(GitError::from)?;
    let mut found: Vec<Configured> = Vec::new();
    for pair in listed.split(|byte| *byte == 0) {
        let pair = String::from_utf8_lossy(pair);
        let Some((key, value)) = pair.split_once('\n') else { continue };
        let Some((name, key)) =
            key.strip_prefix("skillsync-collection.").and_then(|key| key.rsplit_once('.'))
        else {
            continue;
        };
        let at = found.iter().position(|known| known.name == name).unwrap_or_else(|| {
            found.push(Configured { name: name.to_owned(), ..Configured::default() });
            found.len() - 1
        });
        match key {
            "url" => found[at].url = value.to_owned(),
            "branch" => found[at].branch = Some(value.to_owned()),
            _ => {}
        }
    }
    found.retain(|known| !known.url.is_empty());
    Ok(found)
}

/// The collection that is meant: by name, else by `skillsync.collection`, else `default`, else the
/// only one.
///
/// # Errors
///
/// When none is configured, or none of that name.
pub fn chosen(repository: &Repository, name: Option<&str>) -> Result<Configured, ObserveError> {
    let all = all(repository);
    let wanted = name.map(str::to_owned).or_else(|| config::string(repository, "skillsync.collection"));
    if let Some(wanted) = wanted {
        let found = all.into_iter().find(|configured| configured.name == wanted);
        return found.ok_or(ObserveError::UnknownCollection(wanted));
    }
    let only = all.len() == 1;
    let found = all.into_iter().find(|configured| only || configured.name == "default");
    found.ok_or(ObserveError::NoCollection)
}

/// Whether a collection is named by a URL rather than by a path.
///
/// As git sees it: a scheme, or `host:path` without a slash before the colon.
pub fn is_url(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    match text.split_once(':') {
        Some((host, _)) => !host.is_empty() && !host.contains('/') && !Path::new(text).exists(),
        None => false,
    }
}

fn repository_name(url: &str, repository: &Repository) -> String {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let last = last.strip_suffix(".git").unwrap_or(last);
    if !matches!(last, "" | "." | "..") {
        return last.to_owned();
    }
    let place = repository.place();
    place.file_name().map_or_else(|| "collection".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn urls_are_told_from_paths_as_git_does() {
        for url in ["https://x/y", "file:///x", "git@host:x/y", "host:x"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["../x", "/x/y", "x", "./a:b", "x/y:z"] {
            assert!(!is_url(path), "{path}");
        }
    }
}
