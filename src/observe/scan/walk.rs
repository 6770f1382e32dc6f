//! The walk over folders: a list of places to visit, so that no tree is too deep for the stack.

use super::outcome::{Offered, Scan, ScanError, ScanWarning};
use super::trees::{Entry, Folder, Resolved, Trees};
use super::{ScanOptions, rules};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::{content::Content, path::RepoPath, source::Source};
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
    Named(ArtifactType, Source),
    /// The same, taken for want of anything better: folders set aside are left out.
    Loose(ArtifactType, Source),
}

/// A folder to visit.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub at: Source,
    pub id: ObjectId,
    pub files: Files,
    /// Below a `skills` folder, where hidden and oddly named folders count.
    pub in_skills: bool,
    /// The name of the link that led here.
    pub alias: Option<String>,
}

impl Place {
    /// A folder that is searched for whatever it holds.
    pub fn open(at: Source, id: ObjectId) -> Self {
        Self { at, id, files: Files::Ignored, in_skills: false, alias: None }
    }
}

/// A symlink that was met.
#[derive(Debug)]
struct Link {
    /// The folder that holds it.
    place: Place,
    /// Whether that folder is a scope.
    scope: bool,
    path: RepoPath,
}

/// One scan under way.
pub(super) struct Walk<'a> {
    pub trees: Trees<'a>,
    pub base: Source,
    base_id: ObjectId,
    options: &'a ScanOptions,
    pub found: BTreeMap<Source, Offered>,
    pub warnings: Vec<ScanWarning>,
    /// Folders that manifests say are plugins.
    pub plugins: HashSet<Source>,
    /// Who claims a path; `None` where several do.
    pub owners: HashMap<Source, Option<String>>,
    pub todo: Vec<Place>,
    seen: HashSet<(Source, Files)>,
    /// Followed last, so that real paths win.
    links: Vec<Link>,
    aside: Vec<Place>,
}

impl<'a> Walk<'a> {
    pub fn new(trees: Trees<'a>, base: Source, base_id: ObjectId, options: &'a ScanOptions) -> Self {
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
        self.todo.push(Place::open(self.base.clone(), self.base_id));
        self.add_known(&rules::TOOL_SOURCES)?;
        self.drain()?;
        let root_name = self.base.path().map(RepoPath::file_name);
        if let Some(kind) = self.options.loose.or_else(|| root_name.and_then(rules::promised_type)) {
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
        if let (true, Source::Root) = (self.found.is_empty(), &self.base)
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
    fn owner_of(&self, source: &Source) -> Option<String> {
        let mut place = Some(source.clone());
        while let Some(at) = place {
            if let Some(owner) = self.owners.get(&at) {
                return owner.clone();
            }
            let parent = at.parent();
            let in_plugins = parent.as_ref().and_then(Source::path).map(RepoPath::file_name);
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
            self.warnings.push(ScanWarning::TooDeep { path: place.at });
            return Ok(());
        }
        let folder = self.trees.visit(&place.at, place.id)?;
        for name in &folder.unusable {
            let name = name.to_str_lossy().into_owned();
            self.warnings.push(ScanWarning::UnusableName { folder: place.at.clone(), name });
        }
        self.read_plugin_manifests(&place.at, &folder)?;
        if self.take_skill(&place, &folder)? {
            return Ok(());
        }
        let scope = self.is_scope(&place, &folder);
        // The list of places is a stack: the last pushed is visited first.
        for entry in folder.entries.iter().rev() {
            let Ok(path) = place.at.join(&entry.name) else { continue };
            self.meet(&place, scope, path, entry.content);
        }
        Ok(())
    }

    /// Whether `commands` and `agents` folders in this folder are what they are called.
    fn is_scope(&self, place: &Place, folder: &Folder) -> bool {
        let name = place.at.path().map(RepoPath::file_name).unwrap_or_default();
        let parent = place.at.parent();
        let parent = parent.as_ref().and_then(Source::path).map(RepoPath::file_name).unwrap_or_default();
        let has_skills = |entry: &Entry| rules::is_skills(&entry.name) && !entry.content.mode.is_blob();
        place.at == self.base
            || self.plugins.contains(&place.at)
            || rules::is_plugins(parent)
            || rules::is_components(name)
            || folder.entries.iter().any(has_skills)
    }

    /// Offers the folder if it is a skill; then nothing below it is looked at.
    fn take_skill(&mut self, place: &Place, folder: &Folder) -> Result<bool, ScanError> {
        let Some(entry) = skill_file(folder) else { return Ok(false) };
        let is_root = place.at == self.base || self.plugins.contains(&place.at);
        let beside = |entry: &Entry| rules::is_skills(&entry.name) && !entry.content.mode.is_blob();
        if is_root && folder.entries.iter().any(beside) {
            if !self.found.contains_key(&place.at) {
                self.warnings.push(ScanWarning::RootSkill { folder: place.at.clone() });
            }
            return Ok(false);
        }
        self.offer_skill(&place.at, place.id, entry, place.alias.as_deref())?;
        Ok(true)
    }

    /// Offers the folder `at` whose front matter is in `entry`.
    pub fn offer_skill(
        &mut self,
        at: &Source,
        id: ObjectId,
        entry: &Entry,
        alias: Option<&str>,
    ) -> Result<(), ScanError> {
        let Ok(path) = at.join(&entry.name) else { return Ok(()) };
        let Some((_, blob)) = self.real_file(path, entry.content)? else { return Ok(()) };
        let own = at.path().map_or(self.options.repository_name.as_str(), RepoPath::file_name);
        let name = ArtifactName::new(ArtifactType::Skill, alias.unwrap_or(own));
        self.offer(name, at.clone(), Content::folder(id), blob.id);
        Ok(())
    }

    /// Offers an artifact, unless its place is taken.
    pub fn offer(&mut self, name: ArtifactName, source: Source, content: Content, entry: ObjectId) {
        let offered = Offered { name, source: source.clone(), content, plugin: None, entry };
        self.found.entry(source).or_insert(offered);
    }

    /// The file at `path`, links followed; `None` with a warning if there is none.
    fn real_file(
        &mut self,
        path: RepoPath,
        content: Content,
    ) -> Result<Option<(Source, Content)>, ScanError> {
        if content.mode.is_blob() {
            return Ok(Some((path.into(), content)));
        }
        let found = self.resolve_link(path.clone())?;
        if matches!(&found, Some((_, content)) if !content.mode.is_blob()) {
            self.warnings.push(ScanWarning::LinkBroken { path });
            return Ok(None);
        }
        Ok(found)
    }

    /// What the link at `path` leads to; `None` with a warning if that is no place in here.
    fn resolve_link(&mut self, path: RepoPath) -> Result<Option<(Source, Content)>, ScanError> {
        match self.trees.resolve(&Source::Root, path.as_str())? {
            Resolved::Found(at, content) => return Ok(Some((at, content))),
            Resolved::Leaves => self.warnings.push(ScanWarning::LinkLeaves { path }),
            Resolved::Nowhere => self.warnings.push(ScanWarning::LinkBroken { path }),
        }
        Ok(None)
    }

    /// Decides what an entry of a visited folder is.
    fn meet(&mut self, place: &Place, scope: bool, path: RepoPath, content: Content) {
        if content.mode.is_tree() {
            let name = path.file_name().to_owned();
            self.meet_folder(place, scope, path.into(), &name, content.id);
        } else if content.mode.is_commit() {
            self.warnings.push(ScanWarning::Submodule { path });
        } else if content.mode.is_link() {
            self.links.push(Link { place: place.clone(), scope, path });
        } else {
            let path = path.into();
            self.meet_file(place, &path, path.clone(), content);
        }
    }

    /// Treats what a link leads to as if it stood here, under the link's name.
    fn follow(&mut self, link: &Link) -> Result<(), ScanError> {
        let (place, name) = (&link.place, link.path.file_name());
        let markdown = name.to_ascii_lowercase().ends_with(".md");
        if (name.starts_with('.') && !place.in_skills) || (markdown && self.file_kind(place, name).is_none())
        {
            return Ok(());
        }
        let Some((at, content)) = self.resolve_link(link.path.clone())? else { return Ok(()) };
        if !at.is_within(&self.base) {
            self.warnings.push(ScanWarning::LinkLeaves { path: link.path.clone() });
        } else if content.mode.is_blob() {
            self.meet_file(place, &link.path.clone().into(), at, content);
        } else if content.is_folder() && !place.at.is_within(&at) {
            // A link to a folder above would make the whole collection part of this one.
            self.meet_folder(place, link.scope, at.clone(), name, content.id);
            if let Some(next) = self.todo.last_mut().filter(|next| next.at == at) {
                next.alias = Some(name.to_owned());
            }
        }
        Ok(())
    }

    fn meet_folder(&mut self, place: &Place, scope: bool, at: Source, name: &str, id: ObjectId) {
        if rules::is_foreign(name) || (name.starts_with('.') && !place.in_skills) {
            return;
        }
        let mut next = Place { at, id, alias: None, ..place.clone() };
        match (&place.files, rules::file_type(name).filter(|_| scope)) {
            (Files::Ignored, Some(kind)) => next.files = Files::Named(kind, next.at.clone()),
            (Files::Ignored, None) => {
                let parent = place.at.path().map(RepoPath::file_name).unwrap_or_default();
                next.in_skills |= rules::is_skills(name);
                if rules::is_aside(name) && !next.in_skills && !rules::is_plugins(parent) {
                    self.aside.push(next);
                    return;
                }
            }
            (Files::Named(..), _) if rules::is_material(name) => return,
            (Files::Loose(..), _) if rules::is_material(name) || rules::is_aside(name) => return,
            (Files::Named(..) | Files::Loose(..), _) => {}
        }
        self.todo.push(next);
    }

    /// The type of a file of this name in `place`.
    fn file_kind(&self, place: &Place, name: &str) -> Option<ArtifactType> {
        let plain = match &place.files {
            Files::Named(kind, _) | Files::Loose(kind, _) => Some(*kind),
            Files::Ignored => None,
        };
        rules::marked_type(name).or(plain.filter(|_| rules::is_loose_artifact(name)))
    }

    /// Offers the file met at `path`, really at `source`, if it is an artifact.
    fn meet_file(&mut self, place: &Place, path: &Source, source: Source, content: Content) {
        let file_name = path.path().map(RepoPath::file_name).unwrap_or_default();
        let Some(found) = self.file_kind(place, file_name) else { return };
        let name = match &place.files {
            Files::Named(kind, base) | Files::Loose(kind, base) if *kind == found => {
                rules::stem(path.below(base).unwrap_or(file_name)).to_owned()
            }
            _ => rules::file_name(path, found, &self.base),
        };
        self.offer(ArtifactName::new(found, name), source, content, content.id);
    }
}

/// The file that makes a folder a skill; exactly `SKILL.md` before any other spelling.
pub(super) fn skill_file(folder: &Folder) -> Option<&Entry> {
    let is_file = |entry: &&Entry| entry.content.mode.is_blob_or_symlink();
    let exact = folder.get("SKILL.md").filter(is_file);
    exact.or_else(|| folder.entries.iter().filter(is_file).find(|entry| rules::is_skill_file(&entry.name)))
}
