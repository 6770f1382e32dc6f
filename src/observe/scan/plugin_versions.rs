//! The versions that manifests give to plugins, and so to the artifacts in them.

use super::manifest::{self, Origin, Plugin};
use super::trees::{Resolved, Trees};
use super::{ScanError, ScanOptions, enter, rules};
use crate::model::path::RepoPath;
use gix::ObjectId;
use std::cell::RefCell;
use std::collections::HashMap;

/// What the manifests in one tree say. Marketplaces are read at once, the manifest of a plugin when
/// something in its folder is asked for: no scan is needed.
pub struct PluginVersions<'o> {
    trees: RefCell<Trees<'o>>,
    base: RepoPath,
    /// What marketplaces say of a path: none where two plugins disagree, or the version is not told.
    entries: HashMap<RepoPath, Option<String>>,
    /// What the manifests in a folder say; none where it has none.
    folders: RefCell<HashMap<RepoPath, Option<Own>>>,
}

/// What a plugin says of itself.
#[derive(Debug, Clone, Default)]
struct Own {
    version: Option<String>,
}

impl<'o> PluginVersions<'o> {
    /// Read the marketplaces in the tree `tree`. One that cannot be read says nothing.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read or the configured root is missing.
    pub fn read(
        objects: &'o impl gix::objs::Find,
        tree: ObjectId,
        options: &ScanOptions,
    ) -> Result<Self, ScanError> {
        let (mut trees, base, _) = enter(objects, tree, options)?;
        let mut entries = HashMap::new();
        for file in manifest::MARKETPLACE {
            let Resolved::Found(_, content) = trees.resolve(&base, file)? else { continue };
            let Some(Ok(market)) = trees.blob(content.id).map(manifest::marketplace) else { continue };
            let mut from = vec![base.clone()];
            if let Some(root) = &market.plugin_root
                && let Resolved::Found(at, _) = trees.resolve(&base, root)?
            {
                from.insert(0, at);
            }
            for (plugin, origin) in market.plugins {
                add_entry(&mut trees, &from, &plugin, &origin, &mut entries)?;
            }
        }
        let (trees, folders) = (RefCell::new(trees), RefCell::default());
        Ok(Self { trees, base, entries, folders })
    }

    /// The version of the plugin that what stands at `source` belongs to. As for Claude Code, what a plugin
    /// says of itself goes before what the marketplace says of it.
    ///
    /// # Errors
    ///
    /// When a tree cannot be read.
    pub fn of(&self, source: &RepoPath) -> Result<Option<String>, ScanError> {
        let mut place = Some(source.clone());
        while let Some(at) = place.filter(|at| at.is_within(&self.base)) {
            // A skill among skills is no plugin, even if one of its files is called plugin.json.
            let among_skills = at == *source && at.parent().is_some_and(|folder| is_skills(&folder));
            let own = if among_skills { None } else { self.own(&at)? };
            let entry = self.entries.get(&at);
            if own.is_some() || entry.is_some() {
                let own = own.and_then(|own| own.version);
                return Ok(own.or_else(|| entry.cloned().flatten()));
            }
            place = at.parent();
        }
        Ok(None)
    }

    fn own(&self, at: &RepoPath) -> Result<Option<Own>, ScanError> {
        if let Some(known) = self.folders.borrow().get(at) {
            return Ok(known.clone());
        }
        let found = self.read_own(at)?;
        self.folders.borrow_mut().insert(at.clone(), found.clone());
        Ok(found)
    }

    fn read_own(&self, at: &RepoPath) -> Result<Option<Own>, ScanError> {
        let mut trees = self.trees.borrow_mut();
        let Resolved::Found(_, content) = trees.resolve(&RepoPath::root(), at.as_str())? else {
            return Ok(None);
        };
        if !content.is_folder() {
            return Ok(None);
        }
        let folder = trees.visit(at, content.id)?;
        let mut found: Option<Own> = None;
        for file in manifest::PLUGIN {
            let first = file.split('/').next().unwrap_or(file);
            if folder.get(first).is_some()
                && let Resolved::Found(_, content) = trees.resolve(at, file)?
                && let Some(Ok(plugin)) = trees.blob(content.id).map(manifest::plugin)
            {
                let own = found.get_or_insert_default();
                own.version = own.version.take().or(plugin.version);
            }
        }
        Ok(found)
    }
}

fn is_skills(folder: &RepoPath) -> bool {
    folder.path().is_some_and(|folder| rules::is_skills(folder.file_name()))
}

/// Takes in what a marketplace says of a plugin: of its folder, and of each path that it lists.
fn add_entry(
    trees: &mut Trees<'_>,
    from: &[RepoPath],
    plugin: &Plugin,
    origin: &Origin,
    entries: &mut HashMap<RepoPath, Option<String>>,
) -> Result<(), ScanError> {
    let Origin::Here(text) = origin else { return Ok(()) };
    let Some(folder) = locate(trees, from, text)? else { return Ok(()) };
    let lists = &plugin.lists;
    let mut paths = vec![folder.clone()];
    for text in lists.skills.iter().chain(&lists.commands).chain(&lists.agents) {
        let text = match text.rsplit_once('/') {
            Some((folder, file)) if rules::is_skill_file(file) => folder,
            _ => text,
        };
        let seen_from = [std::slice::from_ref(&folder), from].concat();
        paths.extend(locate(trees, &seen_from, text)?);
    }
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let version = entries.entry(path).or_insert_with(|| plugin.version.clone());
        if *version != plugin.version {
            *version = None;
        }
    }
    Ok(())
}

/// What a path in a manifest leads to, seen from the first folder where something is.
fn locate(trees: &mut Trees<'_>, from: &[RepoPath], text: &str) -> Result<Option<RepoPath>, ScanError> {
    for from in from {
        if let Resolved::Found(at, _) = trees.resolve(from, text)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
