//! What a scan gives: artifacts, warnings, errors.

use crate::model::{artifact::ArtifactName, content::Content, path::RepoPath};
use gix::ObjectId;

/// One artifact that a collection offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its type and name; no key, several artifacts may share it.
    pub name: ArtifactName,
    /// Where it stands in the collection, links followed: the key.
    pub source: RepoPath,
    /// The folder or file that is there.
    pub content: Content,
    /// The plugin that it belongs to, where exactly one claims it.
    pub plugin: Option<String>,
    /// The blob that holds the front matter: the `SKILL.md`, or the file itself.
    pub entry: ObjectId,
}

/// What a scan found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// All artifacts, sorted by type, name and source.
    pub artifacts: Vec<Offered>,
    /// What was passed over, in the order it was met.
    pub warnings: Vec<ScanWarning>,
}

/// Something that was passed over; the rest of the scan is unharmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanWarning {
    /// An entry that no path can name on every platform.
    #[error("'{name}' in '{folder}' is not usable as a name, skipped")]
    UnusableName {
        /// The folder that holds it.
        folder: RepoPath,
        /// The name, with replacement characters where it is not UTF-8.
        name: String,
    },
    /// A submodule: its content is another repository's.
    #[error("'{path}' is a submodule, skipped")]
    Submodule {
        /// Where it stands.
        path: RepoPath,
    },
    /// A symlink to an absolute path or out of the collection.
    #[error("the link '{path}' leaves the collection, skipped")]
    LinkLeaves {
        /// Where the link stands.
        path: RepoPath,
    },
    /// A symlink to nothing, or in a circle.
    #[error("the link '{path}' leads nowhere, skipped")]
    LinkBroken {
        /// Where the link stands.
        path: RepoPath,
    },
    /// A folder too deep to be looked into; only the first that is met is named.
    #[error("'{path}' is too deep, not searched")]
    TooDeep {
        /// The folder.
        path: RepoPath,
    },
    /// A root `SKILL.md` beside a folder of skills: the skills are offered, the root is not.
    #[error("the 'SKILL.md' of '{folder}' is not offered, as there is a folder of skills beside it")]
    RootSkill {
        /// The root of the collection or plugin.
        folder: RepoPath,
    },
    /// A manifest that is no JSON, or cannot be read.
    #[error("cannot read the manifest '{path}': {reason}")]
    BrokenManifest {
        /// The manifest.
        path: RepoPath,
        /// What the JSON parser said.
        reason: String,
    },
    /// A plugin that stands in another repository.
    #[error("the plugin '{plugin}' of '{manifest}' is external ('{place}'), not scanned")]
    External {
        /// The marketplace that names it.
        manifest: RepoPath,
        /// The plugin's name.
        plugin: String,
        /// Where it stands, as written.
        place: String,
    },
    /// A path in a manifest that leaves the collection, or the configured root.
    #[error("'{path}' in '{manifest}' leaves the collection, ignored")]
    ClaimLeaves {
        /// The manifest.
        manifest: RepoPath,
        /// The path as written.
        path: String,
    },
    /// A path in a manifest where no artifact stands.
    #[error("'{path}' in '{manifest}' names no artifact")]
    ClaimEmpty {
        /// The manifest.
        manifest: RepoPath,
        /// The path as written.
        path: String,
    },
}

/// Why a collection cannot be scanned at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The object database failed, or the tree is malformed.
    #[error("cannot read the tree {id} at '{at}'")]
    ReadTree {
        /// The folder.
        at: RepoPath,
        /// Its object.
        id: ObjectId,
        /// What the object database said.
        source: gix::Error,
    },
    /// The object is absent (a partial clone, a damaged repository) or not a tree.
    #[error("there is no tree {id} for '{at}'")]
    NoTree {
        /// The folder.
        at: RepoPath,
        /// The object that should be its tree.
        id: ObjectId,
    },
    /// The tree has more entries than any collection.
    #[error("the collection has more than {limit} entries")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// The configured root is not there.
    #[error("the collection has no folder '{root}'")]
    NoRoot {
        /// The configured root.
        root: RepoPath,
    },
}
