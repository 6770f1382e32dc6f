//! A collection as it is configured.

use gix::ObjectId;

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

/// A URL without user name and password.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let bare = host.rsplit_once('@').map_or(host, |(_, host)| host);
    // The user name of ssh is no secret and part of the address.
    let host = if scheme == "ssh" { host } else { bare };
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

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
