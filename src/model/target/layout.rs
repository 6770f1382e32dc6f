//! Where the places of the table are in what is kept in step.

use super::{Format, HomeVariable, Place, Scope, TARGETS, Target};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::path::{InvalidPath, RepoPath};
use std::path::{Path, PathBuf};

/// The table's places as paths below a root: of a project, of a part of one, or of what is the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    scope: Scope,
    /// What the table's places are relative to.
    base: RepoPath,
    /// Folders of the home that stand elsewhere, by the variable that says so.
    moved: Vec<(&'static str, RepoPath)>,
}

/// A place of a target, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The place.
    pub place: &'static Place,
    /// Its folder.
    pub root: RepoPath,
}

impl Ground {
    /// The path of the artifact of this name.
    ///
    /// # Errors
    ///
    /// When the name cannot be a path.
    pub fn path_of(&self, name: &str) -> Result<RepoPath, InvalidPath> {
        let name = if self.place.nested { name.to_owned() } else { name.replace('/', "-") };
        self.root.try_join(&format!("{name}{}", self.place.suffix))
    }

    /// The name that an artifact at `path` has, judged by the path alone.
    pub fn name_at<'p>(&self, path: &'p RepoPath) -> Option<&'p str> {
        let name = path.below(&self.root)?.strip_suffix(self.place.suffix)?;
        (!name.is_empty() && (self.place.nested || !name.contains('/'))).then_some(name)
    }
}

impl Layout {
    /// That of a project whose places are relative to this folder of it.
    pub fn of_project(base: RepoPath) -> Self {
        Self { scope: Scope::Project, base, moved: Vec::new() }
    }

    /// That of a home which stands at `base`, with the folders that stand elsewhere.
    pub fn of_user(base: RepoPath, moved: Vec<(&'static str, RepoPath)>) -> Self {
        Self { scope: Scope::User, base, moved }
    }

    /// Which places of harnesses are meant.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// What places are relative to.
    pub fn base(&self) -> &RepoPath {
        &self.base
    }

    /// The folder that places are relative to, on disk.
    pub fn folder(&self, root: &Path) -> PathBuf {
        self.base.components().fold(root.to_owned(), |folder, part| folder.join(part))
    }

    /// The part of a project that a path of a target is in, as the beginning of the path: the copies in one
    /// part belong together, and so do all that are the user's own.
    pub fn part_with<'p>(&self, target: &str, kind: ArtifactType, path: &'p RepoPath) -> &'p str {
        match (self.scope, Target::find(target)) {
            (Scope::Project, Some(target)) => {
                let place = target.project.of(kind).own.as_ref();
                place.and_then(|place| place.part_with(path)).unwrap_or_default()
            }
            (Scope::Project, None) | (Scope::User, _) => "",
        }
    }

    /// Whether a path of a target is in what is meant and in no part of that.
    pub fn holds(&self, target: &str, kind: ArtifactType, path: &RepoPath) -> bool {
        let part = self.part_with(target, kind, path).trim_end_matches('/');
        self.scope == Scope::User || part == self.base.path().map_or("", RepoPath::as_str)
    }

    /// Whether a path is in what is meant. Where that is the whole project, its parts are in it too.
    pub fn covers(&self, path: &RepoPath) -> bool {
        self.scope == Scope::User || path.is_within(&self.base)
    }

    /// A target's own place for artifacts of a type.
    pub fn ground(&self, target: &'static Target, kind: ArtifactType) -> Option<Ground> {
        let place = target.kind(self.scope, kind).own.as_ref()?;
        Some(Ground { place, root: self.place_of(target, place.folder)? })
    }

    /// Where a folder or file of a target is that the table names.
    pub fn place_of(&self, target: &Target, named: &str) -> Option<RepoPath> {
        let moved = |home: &HomeVariable| {
            let rest = named.strip_prefix(home.folder)?;
            let (_, to) = self.moved.iter().find(|(variable, _)| *variable == home.variable)?;
            match rest.strip_prefix('/') {
                Some(rest) => to.try_join(rest).ok(),
                None => rest.is_empty().then(|| to.clone()),
            }
        };
        // What the table names is a path by construction.
        target.homes.iter().find_map(moved).or_else(|| self.base.try_join(named).ok())
    }

    /// Where an artifact is placed for a target; none where that has no place for it.
    ///
    /// # Errors
    ///
    /// When its name cannot be a path.
    pub fn path_of(
        &self,
        target: &'static Target,
        artifact: &ArtifactName,
    ) -> Result<Option<RepoPath>, InvalidPath> {
        self.ground(target, artifact.kind).map(|ground| ground.path_of(&artifact.name)).transpose()
    }

    /// A target's own folders, and the type of what stands there, judged by the path alone: a skill that was
    /// made of a command looks like any other skill, and only a record tells.
    pub fn folders(&self, target: &'static Target) -> impl Iterator<Item = (ArtifactType, Ground)> {
        let own = move |kind| Some((kind, self.ground(target, kind)?));
        let grounds = ArtifactType::ALL.into_iter().filter_map(own);
        grounds.filter(|(_, ground)| ground.place.format != Format::CommandAsSkill)
    }

    /// The artifact that `path` would be in a target, judged by the path alone.
    pub fn artifact_in(&self, target: &'static Target, path: &RepoPath) -> Option<ArtifactName> {
        let named = |(kind, ground): (_, Ground)| Some(ArtifactName::new(kind, ground.name_at(path)?));
        self.folders(target).find_map(named)
    }

    /// The first target in whose folders `path` would be an artifact, and which: here, or in another part of
    /// the project.
    pub fn artifact_at(&self, path: &RepoPath) -> Option<(&'static Target, ArtifactName)> {
        let here = TARGETS.iter().find_map(|target| Some((target, self.artifact_in(target, path)?)));
        here.or_else(|| {
            let mut bases: Vec<RepoPath> = std::iter::successors(path.parent(), RepoPath::parent).collect();
            bases.reverse();
            let elsewhere = |base| {
                let part = Self::of_project(base);
                // What is called 'skills' somewhere may be anything.
                let mut harnesses = TARGETS.iter().filter(|target| target.name != "collection");
                harnesses.find_map(|target| Some((target, part.artifact_in(target, path)?)))
            };
            bases.into_iter().filter(|base| *base != self.base).find_map(elsewhere)
        })
    }
}
