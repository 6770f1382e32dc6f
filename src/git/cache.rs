//! Cache files: what was found out once and can be found out again.
//!
//! They stand in `$GIT_COMMON_DIR/skillsync/cache/` and may be deleted at any time; one that is
//! damaged, of another version or of another name is as good as none. Whoever looks may read them
//! and *offers* what is worth keeping; only `execute::caches` writes what was offered.

use super::Repository;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What every cache file begins with.
const MAGIC: &str = "skillsync-cache";

/// The name of a cache file and the version of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CacheName {
    name: String,
    version: u32,
}

/// What was offered to be kept, by name, with its whole text.
pub(super) type Offers = RefCell<BTreeMap<CacheName, Vec<u8>>>;

impl CacheName {
    /// The cache `name` (a file name, or one below a folder, like `records/tip`) whose content is
    /// written as in `version`.
    pub fn new(name: impl Into<String>, version: u32) -> Self {
        Self { name: name.into(), version }
    }

    fn path(&self, repository: &Repository) -> PathBuf {
        folder(repository).join(&self.name)
    }

    /// The first line of the file: it speaks for version, name and content.
    fn head(&self, content: &[u8]) -> String {
        let mut digest = Sha256::new();
        digest.update(self.name.as_bytes());
        digest.update([0]);
        digest.update(content);
        let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{MAGIC} {} {hex}\n", self.version)
    }
}

/// Where a repository's cache files are.
pub fn folder(repository: &Repository) -> PathBuf {
    repository.common_dir().join("skillsync").join("cache")
}

/// The cache files that are not whole, whatever is in them.
pub fn damaged(repository: &Repository) -> Vec<PathBuf> {
    let root = folder(repository);
    let (mut open, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if is_whole(&root, &path) == Some(false) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Whether a file is as it was written; none if it is gone meanwhile.
fn is_whole(root: &Path, path: &Path) -> Option<bool> {
    let data = std::fs::read(path).ok()?;
    let name = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return Some(false) };
    let (head, content) = data.split_at(end + 1);
    let version = String::from_utf8_lossy(head).split(' ').nth(1).and_then(|word| word.parse().ok());
    Some(version.is_some_and(|version| CacheName::new(name, version).head(content).as_bytes() == head))
}

impl Repository {
    /// The content of a cache file, or what was offered for it a moment ago; none if it is not there
    /// or not whole.
    pub fn cached(&self, name: &CacheName) -> Option<Vec<u8>> {
        let offered = self.offers().borrow().get(name).cloned();
        let mut content = offered.or_else(|| std::fs::read(name.path(self)).ok())?;
        let head = content.iter().position(|byte| *byte == b'\n')? + 1;
        let text = content.split_off(head);
        (name.head(&text).as_bytes() == content).then_some(text)
    }

    /// The names of the cache files in a folder of the cache.
    pub fn cached_below(&self, name: &str) -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder(self).join(name)).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    /// Offer a content to be kept in a cache file.
    pub fn offer(&self, name: CacheName, content: &[u8]) {
        let mut whole = name.head(content).into_bytes();
        whole.extend_from_slice(content);
        self.offers().borrow_mut().insert(name, whole);
    }

    /// What has been offered since this was last asked: the files and their bytes.
    pub fn take_offers(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let offers = self.offers().take();
        offers.into_iter().map(|(name, whole)| (name.path(self), whole)).collect()
    }
}
