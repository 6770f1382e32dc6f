//! The targets: where each harness has its skills, commands and agents, as data.

mod format;
mod table;
#[cfg(test)]
mod tests;

pub use format::{Filter, Form, Format, Models};
pub use table::TARGETS;

use super::artifact::{ArtifactName, ArtifactType};
use super::path::{InvalidPath, RepoPath};

/// A harness, one row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// The name used in options, records and JSON.
    pub name: &'static str,
    /// What the harness is called, for people.
    pub title: &'static str,
    /// What in a project's root tells that the harness is used there; any of them does.
    pub signs: &'static [&'static str],
    /// Its places in a project, relative to the root.
    pub project: Places,
    /// Its places in the user's home.
    pub user: Places,
    /// Variables of the environment that move folders of the home elsewhere.
    pub homes: &'static [HomeVariable],
    /// Whether it loads an artifact that is a symbolic link.
    pub follows_links: bool,
}

/// The places of a harness in one scope, by type of artifact.
#[derive(Debug, PartialEq, Eq)]
pub struct Places {
    /// Where skills are.
    pub skills: Kind,
    /// Where commands are.
    pub commands: Kind,
    /// Where agents are.
    pub agents: Kind,
}

/// What a harness has for one type of artifact; neither: it does not support the type.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The place of its own.
    pub own: Option<Place>,
    /// The targets whose place of the same type it reads too, the one it likes best first.
    pub reads: &'static [&'static str],
    /// The names it loads.
    pub names: Names,
}

/// A place for artifacts of one type.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub folder: &'static str,
    /// What follows the name.
    pub suffix: &'static str,
    /// In which form artifacts stand there.
    pub format: Format,
    /// Whether sub-folders are looked into; else `a/b` is called `a-b` there.
    pub nested: bool,
}

/// Which names a harness loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Any.
    Any,
    /// Those of at most so many characters.
    UpTo(usize),
    /// Lower-case letters and digits in words with single hyphens between them, at most 64 characters.
    Slug,
}

/// A variable that names the folder which else is a folder of the home.
#[derive(Debug, PartialEq, Eq)]
pub struct HomeVariable {
    /// The variable.
    pub variable: &'static str,
    /// The folder of the home, relative to it.
    pub folder: &'static str,
}

/// In a project, or the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A repository or folder.
    Project,
    /// The home of the user.
    User,
}

impl Kind {
    /// Whether the harness has artifacts of the type at all.
    pub fn is_supported(&self) -> bool {
        self.own.is_some() || !self.reads.is_empty()
    }
}

impl Names {
    /// Whether a name is loaded.
    pub fn take(self, name: &str) -> bool {
        let slug = |name: &str| {
            let part = |part: &str| {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                !part.is_empty() && part.chars().all(plain)
            };
            name.split('-').all(part)
        };
        match self {
            Self::Any => true,
            Self::UpTo(most) => name.chars().count() <= most,
            Self::Slug => name.chars().count() <= 64 && slug(name),
        }
    }
}

impl Place {
    /// The folder as a path.
    ///
    /// # Errors
    ///
    /// Never for the table's own.
    pub fn root(&self) -> Result<RepoPath, InvalidPath> {
        RepoPath::new(self.folder)
    }

    /// The path of the artifact of this name.
    ///
    /// # Errors
    ///
    /// When the name cannot be a path.
    pub fn path_of(&self, name: &str) -> Result<RepoPath, InvalidPath> {
        let name = if self.nested { name.to_owned() } else { name.replace('/', "-") };
        RepoPath::new(format!("{}/{name}{}", self.folder, self.suffix))
    }

    /// The name that an artifact at `path` has, judged by the path alone.
    pub fn name_at<'p>(&self, path: &'p RepoPath) -> Option<&'p str> {
        let rest = path.as_str().strip_prefix(self.folder)?.strip_prefix('/')?;
        let name = rest.strip_suffix(self.suffix)?;
        (!name.is_empty() && (self.nested || !name.contains('/'))).then_some(name)
    }
}

impl Places {
    /// Those for artifacts of this type.
    pub fn of(&self, kind: ArtifactType) -> &Kind {
        match kind {
            ArtifactType::Skill => &self.skills,
            ArtifactType::Command => &self.commands,
            ArtifactType::Agent => &self.agents,
        }
    }
}

impl Target {
    /// The target with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Where it stands in the table, which is the order in which targets are planned.
    pub fn position(&self) -> usize {
        TARGETS.iter().position(|target| target.name == self.name).unwrap_or(TARGETS.len())
    }

    /// The names of all targets, as a list for people.
    pub fn names() -> String {
        let names: Vec<_> = TARGETS.iter().map(|target| format!("'{}'", target.name)).collect();
        names.join(", ")
    }

    /// What it has in a scope for artifacts of a type.
    pub fn kind(&self, scope: Scope, kind: ArtifactType) -> &Kind {
        match scope {
            Scope::Project => self.project.of(kind),
            Scope::User => self.user.of(kind),
        }
    }

    /// Its own place for artifacts of a type in a project.
    pub fn place(&self, kind: ArtifactType) -> Option<&Place> {
        self.place_in(Scope::Project, kind)
    }

    /// Its own place for artifacts of a type in a scope.
    pub fn place_in(&self, scope: Scope, kind: ArtifactType) -> Option<&Place> {
        self.kind(scope, kind).own.as_ref()
    }

    /// Where an artifact is placed in a project; none where the harness has no place for it.
    ///
    /// # Errors
    ///
    /// When its name cannot be a path.
    pub fn path_of(&self, artifact: &ArtifactName) -> Result<Option<RepoPath>, InvalidPath> {
        self.path_in(Scope::Project, artifact)
    }

    /// Where an artifact is placed in a scope; none where the harness has no place for it.
    ///
    /// # Errors
    ///
    /// When its name cannot be a path.
    pub fn path_in(&self, scope: Scope, artifact: &ArtifactName) -> Result<Option<RepoPath>, InvalidPath> {
        self.place_in(scope, artifact.kind).map(|place| place.path_of(&artifact.name)).transpose()
    }

    /// Its own folders in a project, and the type of what stands there, judged by the path alone: a
    /// skill that was made of a command looks like any other skill, and only a record tells.
    pub fn folders(&self) -> impl Iterator<Item = (ArtifactType, &Place)> {
        self.folders_in(Scope::Project)
    }

    /// The same in a scope.
    pub fn folders_in(&self, scope: Scope) -> impl Iterator<Item = (ArtifactType, &Place)> {
        let own = move |kind| Some((kind, self.place_in(scope, kind)?));
        let places = ArtifactType::ALL.into_iter().filter_map(own);
        places.filter(|(_, place)| place.format != Format::CommandAsSkill)
    }

    /// The artifact that `path` would be in this target, judged by the path alone.
    pub fn artifact_at(&self, path: &RepoPath) -> Option<ArtifactName> {
        self.artifact_in(Scope::Project, path)
    }

    /// The same in a scope.
    pub fn artifact_in(&self, scope: Scope, path: &RepoPath) -> Option<ArtifactName> {
        let named = |(kind, place): (_, &Place)| Some(ArtifactName::new(kind, place.name_at(path)?));
        self.folders_in(scope).find_map(named)
    }

    /// The form that an artifact has at a path of this target.
    pub fn form_of<'p>(&self, kind: ArtifactType, path: &'p RepoPath) -> Form<'p> {
        let is_in = |place: &&Place| place.root().is_ok_and(|root| path.below(&root).is_some());
        let places = [Scope::Project, Scope::User].into_iter().filter_map(|scope| self.place_in(scope, kind));
        let Some(place) = places.into_iter().find(is_in) else { return Form::SAME };
        let file = path.file_name();
        Form { format: place.format, name: file.strip_suffix(place.suffix).unwrap_or(file) }
    }
}
