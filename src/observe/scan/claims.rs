//! What manifests claim, looked up in the tree.

use super::manifest::{self, Lists, Origin, Plugin};
use super::meet::skill_file;
use super::outcome::{ScanError, ScanWarning};
use super::rules;
use super::trees::{Folder, Resolved};
use super::walk::{Files, Place, Walk};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::{content::Content, path::RepoPath};

/// Where a list of paths comes from.
struct Claimant {
    /// The manifest that holds it.
    manifest: RepoPath,
    /// The plugin's folder.
    folder: RepoPath,
    /// The plugin's name.
    name: String,
}

impl Walk<'_> {
    /// Takes in the marketplaces at the base.
    pub fn read_marketplaces(&mut self) -> Result<(), ScanError> {
        let base = self.base.clone();
        for file in manifest::MARKETPLACE {
            let Some((path, market)) = self.read(&base, file, manifest::marketplace)? else { continue };
            let mut from = vec![base.clone()];
            if let Some(root) = &market.plugin_root {
                from.splice(0..0, self.locate(&path, &[&base], &[root])?.map(|(at, _)| at));
            }
            for (plugin, origin) in market.plugins {
                self.read_entry(&path, &from, plugin, origin)?;
            }
        }
        Ok(())
    }

    /// Takes in one entry of a marketplace.
    fn read_entry(
        &mut self,
        manifest: &RepoPath,
        from: &[RepoPath],
        plugin: Plugin,
        origin: Origin,
    ) -> Result<(), ScanError> {
        let text = match origin {
            Origin::Here(text) => text,
            Origin::Elsewhere(place) => {
                let plugin = plugin.name.unwrap_or_default();
                self.warnings.push(ScanWarning::External { manifest: manifest.clone(), plugin, place });
                return Ok(());
            }
        };
        let from: Vec<&RepoPath> = from.iter().collect();
        let Some((folder, content)) = self.locate(manifest, &from, &[&text])? else { return Ok(()) };
        if !content.is_folder() {
            self.warnings.push(ScanWarning::ClaimEmpty { manifest: manifest.clone(), path: text });
            return Ok(());
        }
        self.todo.push(Place::open(folder.clone(), content.id));
        self.take_plugin(manifest.clone(), folder, plugin, true)
    }

    /// Takes in the manifests of a plugin whose folder is being visited.
    pub fn read_plugin_manifests(&mut self, at: &RepoPath, folder: &Folder) -> Result<(), ScanError> {
        for file in manifest::PLUGIN {
            let first = file.split('/').next().unwrap_or(file);
            if folder.get(first).is_none() {
                continue;
            }
            if let Some((path, plugin)) = self.read(at, file, manifest::plugin)? {
                self.take_plugin(path, at.clone(), plugin, false)?;
            }
        }
        Ok(())
    }

    /// Reads and parses the manifest `file`, if it is there.
    fn read<T>(
        &mut self,
        from: &RepoPath,
        file: &str,
        parse: fn(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<Option<(RepoPath, T)>, ScanError> {
        let Resolved::Found(_, content) = self.trees.resolve(from, file)? else { return Ok(None) };
        let Ok(path) = from.try_join(file) else { return Ok(None) };
        if !content.mode.is_blob() {
            return Ok(None);
        }
        let parsed = match self.trees.blob(content.id) {
            Some(bytes) => parse(bytes).map_err(|error| error.to_string()),
            None => Err("the file cannot be read".to_owned()),
        };
        match parsed {
            Ok(parsed) => Ok(Some((path, parsed))),
            Err(reason) => {
                self.warnings.push(ScanWarning::BrokenManifest { path, reason });
                Ok(None)
            }
        }
    }

    /// Takes in what is said of the plugin in `folder`; a marketplace's name for it wins.
    fn take_plugin(
        &mut self,
        manifest: RepoPath,
        folder: RepoPath,
        plugin: Plugin,
        in_marketplace: bool,
    ) -> Result<(), ScanError> {
        let own = folder.path().map_or("", RepoPath::file_name);
        let name = plugin.name.filter(|name| !name.is_empty()).unwrap_or_else(|| own.to_owned());
        self.plugins.insert(folder.clone());
        let name = match self.owners.get(&folder) {
            Some(Some(known)) if !in_marketplace => known.clone(),
            _ => name,
        };
        if in_marketplace || !self.owners.contains_key(&folder) {
            self.own(folder.clone(), &name);
        }
        self.take_lists(&Claimant { manifest, folder, name }, &plugin.lists)
    }

    /// Notes that the plugin `name` claims `path`; a path that two claim belongs to neither.
    fn own(&mut self, path: RepoPath, name: &str) {
        let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned);
        let owner = self.owners.entry(path).or_insert_with(|| name.clone());
        if *owner != name {
            *owner = None;
        }
    }

    fn take_lists(&mut self, claimant: &Claimant, lists: &Lists) -> Result<(), ScanError> {
        for text in &lists.skills {
            self.take_skills(claimant, text)?;
        }
        for (kind, texts) in [(ArtifactType::Command, &lists.commands), (ArtifactType::Agent, &lists.agents)]
        {
            for text in texts {
                self.take_files(claimant, kind, text)?;
            }
        }
        Ok(())
    }

    /// Takes in a listed skill, or a listed folder of skills.
    fn take_skills(&mut self, claimant: &Claimant, text: &str) -> Result<(), ScanError> {
        // Some lists name the file instead of its folder.
        let text = match text.rsplit_once('/') {
            Some((folder, file)) if rules::is_skill_file(file) => folder,
            _ => text,
        };
        let from = [&claimant.folder, &self.base.clone()];
        let Some((at, content)) = self.locate(&claimant.manifest, &from, &[text])? else { return Ok(()) };
        if !content.is_folder() {
            let (manifest, path) = (claimant.manifest.clone(), text.to_owned());
            self.warnings.push(ScanWarning::ClaimEmpty { manifest, path });
            return Ok(());
        }
        if at != claimant.folder {
            self.own(at.clone(), &claimant.name);
        }
        let folder = self.trees.visit(&at, content.id)?;
        if let Some(entry) = skill_file(&folder) {
            return self.offer_skill(&at, content.id, entry, None);
        }
        // A folder around the plugin is no folder of skills, whatever the list says.
        let in_skills = !claimant.folder.is_within(&at);
        self.todo.push(Place { in_skills, ..Place::open(at, content.id) });
        Ok(())
    }

    /// Takes in a listed file, or a listed folder of files.
    fn take_files(&mut self, claimant: &Claimant, kind: ArtifactType, text: &str) -> Result<(), ScanError> {
        // Lists may spell `x.agent.md` as `x.md`, the name it has once it is installed.
        let marked = format!("{}.agent.md", rules::stem(text));
        let from = [&claimant.folder, &self.base.clone()];
        let Some((at, content)) = self.locate(&claimant.manifest, &from, &[text, &marked])? else {
            return Ok(());
        };
        if at != claimant.folder {
            self.own(at.clone(), &claimant.name);
        }
        if content.is_folder() {
            let around = claimant.folder.is_within(&at);
            let files = if around { Files::Loose } else { Files::Named }(kind, at.clone());
            self.todo.push(Place { files, ..Place::open(at, content.id) });
        } else if at.as_str().to_ascii_lowercase().ends_with(".md") {
            let name = rules::file_name(&at, kind, &claimant.folder);
            self.offer(ArtifactName::new(kind, name), at, content, content.id);
        }
        Ok(())
    }

    /// The first of `texts` that is somewhere, seen from the first of `from` where one is.
    fn locate(
        &mut self,
        manifest: &RepoPath,
        from: &[&RepoPath],
        texts: &[&str],
    ) -> Result<Option<(RepoPath, Content)>, ScanError> {
        let mut leaves = false;
        for from in from {
            for text in texts {
                match self.trees.resolve(from, text)? {
                    Resolved::Found(at, content) if at.is_within(&self.base) && !content.mode.is_commit() => {
                        return Ok(Some((at, content)));
                    }
                    Resolved::Found(..) | Resolved::Leaves => leaves = true,
                    Resolved::Nowhere => {}
                }
            }
        }
        let (manifest, path) = (manifest.clone(), texts.first().copied().unwrap_or_default().to_owned());
        self.warnings.push(if leaves {
            ScanWarning::ClaimLeaves { manifest, path }
        } else {
            ScanWarning::ClaimEmpty { manifest, path }
        });
        Ok(None)
    }
}
