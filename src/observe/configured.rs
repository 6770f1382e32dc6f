//! The collections that a repository is configured with, and where they are.

use super::ObserveError;
use super::collection::{Collection, CollectionParts};
use super::scan::ScanOptions;
use crate::git::{GitError, Repository, config};
use crate::model::artifact::ArtifactType;
use crate::model::path::RepoPath;
use crate::session::Session;
use gix::ObjectId;
use std::path::{Path, PathBuf};

/// The configuration section of collections.
pub const SECTION: &str = "skillsync-collection";

/// The configuration that a project shares with everybody who clones it.
pub const TRACKED: &str = ".skillsync/config";

/// A collection as it is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configured {
    /// Its name.
    pub name: String,
    /// Its URL or path, as configured.
    pub url: String,
    /// The branch to follow.
    pub branch: Option<String>,
    /// The folder that holds its artifacts.
    pub root: Option<String>,
    /// The type of loose Markdown files below the root.
    pub loose: Option<String>,
    /// Its root commit.
    pub id: Option<ObjectId>,
}

/// Where a collection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A repository on this disk, used as it is.
    Folder(PathBuf),
    /// Somewhere else; a bare clone of it is kept here.
    Clone(PathBuf),
}

impl Configured {
    /// Where the collection is; a relative path counts from `folder`.
    pub fn place(&self, session: &Session, folder: &Path) -> Place {
        if is_url(&self.url) {
            let mut digest = crate::model::digest::Digester::default();
            digest.add(gix::objs::tree::EntryKind::Blob.into(), "url".into(), self.url.as_bytes());
            let unique = digest.finish();
            let name: String =
                self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let folder = session.data_folder.join("collections");
            Place::Clone(folder.join(format!("{name}-{}.git", &unique[..12])))
        } else {
            Place::Folder(folder.join(&self.url))
        }
    }

    /// Open the collection at its tip.
    ///
    /// # Errors
    ///
    /// When it is not there, is no repository, or has no commit.
    pub fn open(&self, session: &Session, folder: &Path) -> Result<Collection, ObserveError> {
        let (Place::Folder(path) | Place::Clone(path)) = self.place(session, folder);
        let opened = Repository::open(&path, &session.git);
        let unreachable = |source| ObserveError::UnreachableCollection {
            name: self.name.clone(),
            path: path.clone(),
            source,
        };
        self.at(opened.map_err(unreachable)?)
    }

    /// The collection at its tip, in a repository that is open already.
    ///
    /// # Errors
    ///
    /// When it has no commit.
    pub fn at(&self, repository: Repository) -> Result<Collection, ObserveError> {
        let options = ScanOptions {
            root: self.root.as_ref().and_then(|root| RepoPath::new(root.trim_matches('/')).ok()),
            loose: self.loose.as_deref().and_then(ArtifactType::from_word),
            repository_name: repository_name(&self.url, &repository),
        };
        Collection::at_tip(CollectionParts {
            name: self.name.clone(),
            url: is_url(&self.url).then(|| without_credentials(&self.url)),
            repository,
            branch: self.branch.clone(),
            id: self.id,
            options,
        })
    }
}

/// The collections that a repository is configured with, in the order of its configuration.
pub fn all(repository: &Repository) -> Vec<Configured> {
    let names = config::subsections(repository, SECTION);
    names.into_iter().filter_map(|name| read(repository, &name)).collect()
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
    if !root.join(TRACKED).is_file() {
        return Ok(Vec::new());
    }
    let call = repository.call().args(["config", "--file", TRACKED, "--null", "--list"]);
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

/// A URL without user name and password.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let bare = host.rsplit_once('@').map_or(host, |(_, host)| host);
    // The user name of ssh is no secret and part of the address.
    let host = if scheme == "ssh" { host } else { bare };
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
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
    use super::{is_url, without_credentials};

    #[test]
    fn urls_are_told_from_paths_as_git_does() {
        for url in ["https://x/y", "file:///x", "git@host:x/y", "host:x"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["../x", "/x/y", "x", "./a:b", "x/y:z"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn credentials_are_cut() {
        for (url, bare) in [
            ("https://me:secret@host/x.git", "https://host/x.git"),
            ("https://token@host", "https://host"),
            ("https://host/a@b", "https://host/a@b"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("git@host:x", "git@host:x"),
        ] {
            assert_eq!(without_credentials(url), bare);
        }
    }
}
