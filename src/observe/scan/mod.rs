//! Which artifacts a collection offers, found from the tree of one commit.
//!
//! Only trees, manifests and link targets are read; front matter is left to [`describe()`]. Pure but
//! for the object access handed in; called from `commands/` and from the rest of `observe/`.
//!
//! The rules, in order. A later step is taken only if the earlier ones found nothing at all, so
//! that a repository's own `.claude/skills` or the samples in its `docs` are not mixed with what
//! it offers; whoever wants those names them as the collection's root.
//!
//! 1. What is offered openly:
//!    * each path that a manifest lists (`marketplace.json`, `plugin.json`, those of sibling tools,
//!      vendor extensions); manifests add artifacts and never hide any;
//!    * each visible folder with a `SKILL.md` (any case). What is below it belongs to it: skills
//!      inside a skill are not offered. A `SKILL.md` at the root of the collection or of a plugin
//!      counts only where no `skills` folder stands beside it, as for Claude Code's plugins.
//!      Below a `skills` folder hidden folders count as visible (`.curated`, `.system`);
//!    * each `.md` below a folder `commands` or `agents` that stands in a *scope*: the root, a plugin
//!      (by manifest, or as a child of `plugins` or `external_plugins`), a folder `components`, or
//!      one that also has a `skills` folder. Files about the repository (`README.md` …) are none;
//!    * each `*.agent.md` and `*.prompt.md`; `.apm/{skills,agents,prompts}`.
//! 2. The folders of harnesses and sync tools: `.claude/skills`, `.github/agents` ….
//! 3. Skills in folders set aside in step 1: documentation, tests, samples, build output.
//! 4. `tools/` and `workflows/` at the root: their `.md` files are commands.
//! 5. A repository named `…agents` or `…commands`: each `.md` file is one.
//!
//! With [`ScanOptions::root`] only what is below that folder counts, and it is a scope. If
//! [`ScanOptions::loose`] is set, or the last word of the root's name is `agents` or `commands`,
//! each `.md` file below that no rule of step 1 places is of that type.
//!
//! Links are followed inside the collection: what they lead to is offered once, at its real path.

mod claims;
mod front_matter;
mod manifest;
mod meet;
mod outcome;
mod plugin_versions;
mod rules;
mod trees;
mod walk;

pub use front_matter::{Description, describe, version_of};
pub use outcome::{Offered, Scan, ScanError, ScanWarning};
pub use plugin_versions::PluginVersions;

use crate::model::{artifact::ArtifactType, path::RepoPath};
use gix::ObjectId;
use std::collections::BTreeMap;

/// What is known of a collection besides its tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanOptions {
    /// The configured sub-folder (`skillsync-collection.<name>.root`): only what is below counts.
    pub root: Option<RepoPath>,
    /// The type of the `.md` files below the root that no rule places.
    pub loose: Option<ArtifactType>,
    /// The last component of the collection's path or URL, without `.git`: the name of a skill at
    /// its root.
    pub repository_name: String,
}

/// Finds every artifact in the tree `tree` of a commit.
///
/// # Errors
///
/// When a tree cannot be read, the configured root is missing, or the listing exceeds its limit.
pub fn scan(
    objects: &impl gix::objs::Find,
    tree: ObjectId,
    options: &ScanOptions,
) -> Result<Scan, ScanError> {
    let (trees, base, id) = enter(objects, tree, options)?;
    walk::Walk::new(trees, base, id, options).run()
}

/// What the marketplaces in the tree `tree` say that their plugins were called once, and what they
/// are called now. A manifest that cannot be read says nothing.
///
/// # Errors
///
/// When a tree cannot be read or the configured root is missing.
pub fn renamed_plugins(
    objects: &impl gix::objs::Find,
    tree: ObjectId,
    options: &ScanOptions,
) -> Result<BTreeMap<String, String>, ScanError> {
    let (mut trees, base, _) = enter(objects, tree, options)?;
    let mut renames = BTreeMap::new();
    for file in manifest::MARKETPLACE {
        if let trees::Resolved::Found(_, content) = trees.resolve(&base, file)?
            && let Some(Ok(market)) = trees.blob(content.id).map(manifest::marketplace)
        {
            for (old, new) in market.renames {
                renames.entry(old).or_insert(new);
            }
        }
    }
    Ok(renames)
}

/// The trees of a commit, and the folder in them that is searched.
fn enter<'o>(
    objects: &'o impl gix::objs::Find,
    tree: ObjectId,
    options: &ScanOptions,
) -> Result<(trees::Trees<'o>, RepoPath, ObjectId), ScanError> {
    let mut trees = trees::Trees::new(objects, tree);
    let Some(root) = &options.root else { return Ok((trees, RepoPath::root(), tree)) };
    match trees.resolve(&RepoPath::root(), root.as_str())? {
        trees::Resolved::Found(base, content) if content.is_folder() => Ok((trees, base, content.id)),
        _ => Err(ScanError::NoRoot { root: root.clone() }),
    }
}
