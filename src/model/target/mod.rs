//! The targets: where each harness has its skills, commands and agents, as data.

mod format;
mod layout;
mod table;
#[cfg(test)]
mod tests;

pub use format::{Filter, Form, Format, Models};
pub use layout::{Ground, Layout};
pub use table::TARGETS;

use super::artifact::ArtifactType;
use super::path::RepoPath;

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
    /// The part of a project in which the place holds a path; none where it does not.
    fn part_with<'p>(&self, path: &'p RepoPath) -> Option<&'p str> {
        let text = path.as_str();
        let is_below = |at: usize| {
            let starts = at == 0 || text[..at].ends_with('/');
            starts && text[at + self.folder.len()..].starts_with('/')
        };
        text.match_indices(self.folder).find(|(at, _)| is_below(*at)).map(|(at, _)| &text[..at])
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

    /// The form that an artifact has at a path of this target, wherever its folders stand.
    pub fn form_of<'p>(&self, kind: ArtifactType, path: &'p RepoPath) -> Form<'p> {
        let [project, user] = [Scope::Project, Scope::User].map(|scope| self.kind(scope, kind).own.as_ref());
        let is_in = |place: &&Place| place.part_with(path).is_some();
        // The user's folders may stand anywhere.
        let moved = user.filter(|_| !self.homes.is_empty());
        let Some(place) = [project, user].into_iter().flatten().find(is_in).or(moved) else {
            return Form::SAME;
        };
        let file = path.file_name();
        Form { format: place.format, name: file.strip_suffix(place.suffix).unwrap_or(file) }
    }
}
