//! What an entry of a visited folder is: a skill, a file that counts, a link, a folder to visit.

use super::outcome::{Offered, ScanError, ScanWarning};
use super::rules;
use super::trees::{Entry, Folder, Resolved};
use super::walk::{Files, Link, Place, Walk};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::{content::Content, path::RepoPath};
use gix::ObjectId;

impl Walk<'_> {
    /// Whether `commands` and `agents` folders in this folder are what they are called.
    pub fn is_scope(&self, place: &Place, folder: &Folder) -> bool {
        let name = place.at.path().map(RepoPath::file_name).unwrap_or_default();
        let parent = place.at.parent();
        let parent = parent.as_ref().and_then(RepoPath::path).map(RepoPath::file_name).unwrap_or_default();
        place.at == self.base
            || self.plugins.contains(&place.at)
            || rules::is_plugins(parent)
            || rules::is_components(name)
            || folder.entries.iter().any(holds_skills)
    }

    /// Offers the folder if it is a skill; then nothing below it is looked at.
    pub fn take_skill(&mut self, place: &Place, folder: &Folder) -> Result<bool, ScanError> {
        let Some(entry) = skill_file(folder) else { return Ok(false) };
        let is_root = place.at == self.base || self.plugins.contains(&place.at);
        if is_root && folder.entries.iter().any(holds_skills) {
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
        at: &RepoPath,
        id: ObjectId,
        entry: &Entry,
        alias: Option<&str>,
    ) -> Result<(), ScanError> {
        let Ok(path) = at.try_join(&entry.name) else { return Ok(()) };
        let Some((_, blob)) = self.real_file(path, entry.content)? else { return Ok(()) };
        let own = at.path().map_or(self.options.repository_name.as_str(), RepoPath::file_name);
        let name = ArtifactName::new(ArtifactType::Skill, alias.unwrap_or(own));
        self.offer(name, at.clone(), Content::folder(id), blob.id);
        Ok(())
    }

    /// Offers an artifact, unless its place is taken.
    pub fn offer(&mut self, name: ArtifactName, source: RepoPath, content: Content, entry: ObjectId) {
        let offered = Offered { name, source: source.clone(), content, plugin: None, entry };
        self.found.entry(source).or_insert(offered);
    }

    /// The file at `path`, links followed; `None` with a warning if there is none.
    fn real_file(
        &mut self,
        path: RepoPath,
        content: Content,
    ) -> Result<Option<(RepoPath, Content)>, ScanError> {
        if content.mode.is_blob() {
            return Ok(Some((path, content)));
        }
        let found = self.resolve_link(path.clone())?;
        if matches!(&found, Some((_, content)) if !content.mode.is_blob()) {
            self.warnings.push(ScanWarning::LinkBroken { path });
            return Ok(None);
        }
        Ok(found)
    }

    /// What the link at `path` leads to; `None` with a warning if that is no place in here.
    fn resolve_link(&mut self, path: RepoPath) -> Result<Option<(RepoPath, Content)>, ScanError> {
        match self.trees.resolve(&RepoPath::root(), path.as_str())? {
            Resolved::Found(at, content) => return Ok(Some((at, content))),
            Resolved::Leaves => self.warnings.push(ScanWarning::LinkLeaves { path }),
            Resolved::Nowhere => self.warnings.push(ScanWarning::LinkBroken { path }),
        }
        Ok(None)
    }

    /// Decides what an entry of a visited folder is.
    pub fn meet(&mut self, place: &Place, scope: bool, path: RepoPath, content: Content) {
        if content.mode.is_tree() {
            let name = path.file_name().to_owned();
            self.meet_folder(place, scope, path, &name, content.id);
        } else if content.mode.is_commit() {
            self.warnings.push(ScanWarning::Submodule { path });
        } else if content.mode.is_link() {
            self.links.push(Link { place: place.clone(), scope, path });
        } else {
            self.meet_file(place, &path, path.clone(), content);
        }
    }

    /// Treats what a link leads to as if it stood here, under the link's name.
    pub fn follow(&mut self, link: &Link) -> Result<(), ScanError> {
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
            self.meet_file(place, &link.path.clone(), at, content);
        } else if content.is_folder() && !place.at.is_within(&at) {
            // A link to a folder above would make the whole collection part of this one.
            self.meet_folder(place, link.scope, at.clone(), name, content.id);
            if let Some(next) = self.todo.last_mut().filter(|next| next.at == at) {
                next.alias = Some(name.to_owned());
            }
        }
        Ok(())
    }

    fn meet_folder(&mut self, place: &Place, scope: bool, at: RepoPath, name: &str, id: ObjectId) {
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
    fn meet_file(&mut self, place: &Place, path: &RepoPath, source: RepoPath, content: Content) {
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

/// Whether this entry is a folder of skills, or a link to one.
fn holds_skills(entry: &Entry) -> bool {
    rules::is_skills(&entry.name) && !entry.content.mode.is_blob()
}
