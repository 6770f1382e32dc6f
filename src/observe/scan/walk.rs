//! The walk over folders: a list of places to visit, so that no tree is too deep for the stack.

use super::meet::skill_file;
use super::outcome::{Offered, Scan, ScanError, ScanWarning};
use super::trees::{Resolved, Trees};
use super::{ScanOptions, rules};
use crate::model::artifact::ArtifactType;
use crate::model::path::RepoPath;
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many folders deep is searched below the collection's root.
pub(super) const MAX_DEPTH: usize = 12;

/// What the plain `.md` files of a folder are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Files {
    /// Nothing: only marked files and folders count.
    Ignored,
    /// Artifacts of this type, named by their path below the folder.
    Named(ArtifactType, RepoPath),
    /// The same, taken for want of anything better: folders set aside are left out.
    Loose(ArtifactType, RepoPath),
}

/// A folder to visit.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub at: RepoPath,
    pub id: ObjectId,
    pub files: Files,
    /// Below a `skills` folder, where hidden and oddly named folders count.
    pub in_skills: bool,
    /// The name of the link that led here.
    pub alias: Option<String>,
}

impl Place {
    /// A folder that is searched for whatever it holds.
    pub fn open(at: RepoPath, id: ObjectId) -> Self {
        Self { at, id, files: Files::Ignored, in_skills: false, alias: None }
    }
}

/// A symlink that was met.
#[derive(Debug)]
pub(super) struct Link {
    /// The folder that holds it.
    pub place: Place,
    /// Whether that folder is a scope.
    pub scope: bool,
    pub path: RepoPath,
}

/// One scan under way.
pub(super) struct Walk<'a> {
    pub trees: Trees<'a>,
    pub base: RepoPath,
    base_id: ObjectId,
    pub options: &'a ScanOptions,
    pub found: BTreeMap<RepoPath, Offered>,
    pub warnings: Vec<ScanWarning>,
    /// Folders that manifests say are plugins.
    pub plugins: HashSet<RepoPath>,
    /// Who claims a path; `None` where several do.
    pub owners: HashMap<RepoPath, Option<String>>,
    pub todo: Vec<Place>,
    seen: HashSet<(RepoPath, Files)>,
    /// Followed last, so that real paths win.
    pub links: Vec<Link>,
    /// Folders to search only where nothing better is found.
    pub aside: Vec<Place>,
}

impl<'a> Walk<'a> {
    pub fn new(trees: Trees<'a>, base: RepoPath, base_id: ObjectId, options: &'a ScanOptions) -> Self {
        Self {
            trees,
            base,
            base_id,
            options,
            found: BTreeMap::new(),
            warnings: Vec::new(),
            plugins: HashSet::new(),
            owners: HashMap::new(),
            todo: Vec::new(),
            seen: HashSet::new(),
            links: Vec::new(),
            aside: Vec::new(),
        }
    }

    /// Takes the steps of the module's documentation until one finds something.
    pub fn run(mut self) -> Result<Scan, ScanError> {
        self.read_marketplaces()?;
        let root_name = self.base.path().map(|path| path.file_name().to_owned());
        let in_skills = root_name.as_deref().is_some_and(rules::is_skills);
        self.todo.push(Place { in_skills, ..Place::open(self.base.clone(), self.base_id) });
        self.add_known(&rules::TOOL_SOURCES)?;
        self.drain()?;
        if let Some(kind) = self.options.loose.or_else(|| root_name.as_deref().and_then(rules::promised_type))
        {
            self.add_loose(kind)?;
        }
        if self.found.is_empty() {
            self.add_known(&rules::HARNESS)?;
            self.drain()?;
        }
        if self.found.is_empty() {
            self.todo = std::mem::take(&mut self.aside);
            self.drain()?;
        }
        if self.found.is_empty() {
            self.add_known(&rules::LOOSE_COMMANDS)?;
            self.drain()?;
        }
        if let (true, true) = (self.found.is_empty(), self.base.is_root())
            && let Some(kind) = rules::promised_type(&self.options.repository_name)
        {
            self.add_loose(kind)?;
        }
        Ok(self.finish())
    }

    fn finish(mut self) -> Scan {
        let mut artifacts: Vec<Offered> = std::mem::take(&mut self.found).into_values().collect();
        for artifact in &mut artifacts {
            artifact.plugin = self.owner_of(&artifact.source);
        }
        artifacts.sort_by(|a, b| (&a.name, &a.source).cmp(&(&b.name, &b.source)));
        Scan { artifacts, warnings: self.warnings }
    }

    /// The plugin whose claim is nearest above `source`.
    fn owner_of(&self, source: &RepoPath) -> Option<String> {
        let mut place = Some(source.clone());
        while let Some(at) = place {
            if let Some(owner) = self.owners.get(&at) {
                return owner.clone();
            }
            let parent = at.parent();
            let in_plugins = parent.as_ref().and_then(RepoPath::path).map(RepoPath::file_name);
            if let (Some(path), true) = (at.path(), in_plugins.is_some_and(rules::is_plugins)) {
                return Some(path.file_name().to_owned());
            }
            place = parent;
        }
        None
    }

    /// Visits the folders of a table, seen from the base; the last component says what they hold.
    fn add_known(&mut self, folders: &[&str]) -> Result<(), ScanError> {
        for folder in folders {
            let Resolved::Found(at, content) = self.trees.resolve(&self.base, folder)? else { continue };
            if !content.is_folder() || !at.is_within(&self.base) {
                continue;
            }
            let word = folder.rsplit('/').next().unwrap_or(folder);
            let kind = rules::harness_file_type(word);
            let kind = kind.or(rules::LOOSE_COMMANDS.contains(folder).then_some(ArtifactType::Command));
            let files = kind.map_or(Files::Ignored, |kind| Files::Named(kind, at.clone()));
            self.todo.push(Place { files, in_skills: rules::is_skills(word), ..Place::open(at, content.id) });
        }
        Ok(())
    }

    fn add_loose(&mut self, kind: ArtifactType) -> Result<(), ScanError> {
        let files = Files::Loose(kind, self.base.clone());
        self.todo.push(Place { files, ..Place::open(self.base.clone(), self.base_id) });
        self.drain()
    }

    /// Visits all that is to do, real folders before links.
    fn drain(&mut self) -> Result<(), ScanError> {
        loop {
            while let Some(place) = self.todo.pop() {
                self.visit(place)?;
            }
            let Some(link) = self.links.pop() else { return Ok(()) };
            self.follow(&link)?;
        }
    }

    fn visit(&mut self, place: Place) -> Result<(), ScanError> {
        if !self.seen.insert((place.at.clone(), place.files.clone())) {
            return Ok(());
        }
        if place.at.below(&self.base).unwrap_or_default().split('/').count() > MAX_DEPTH {
            if !self.warnings.iter().any(|warning| matches!(warning, ScanWarning::TooDeep { .. })) {
                self.warnings.push(ScanWarning::TooDeep { path: place.at });
            }
            return Ok(());
        }
        let folder = self.trees.visit(&place.at, place.id)?;
        for name in &folder.unusable {
            let name = name.to_str_lossy().into_owned();
            self.warnings.push(ScanWarning::UnusableName { folder: place.at.clone(), name });
        }
        // A skill among skills is no plugin, even if one of its files is called plugin.json.
        if !place.in_skills || skill_file(&folder).is_none() {
            self.read_plugin_manifests(&place.at, &folder)?;
        }
        if self.take_skill(&place, &folder)? {
            return Ok(());
        }
        let scope = self.is_scope(&place, &folder);
        // The list of places is a stack: the last pushed is visited first.
        for entry in folder.entries.iter().rev() {
            let Ok(path) = place.at.try_join(&entry.name) else { continue };
            self.meet(&place, scope, path, entry.content);
        }
        Ok(())
    }
}
