//! The targets: a harness's places in a project, as data.

use super::artifact::{ArtifactName, ArtifactType};
use super::path::RepoPath;

/// A place for artifacts in a repository, one row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// The name used in options, records and JSON.
    pub name: &'static str,
    /// The folder that holds skills.
    pub skills: &'static str,
    /// The folder that holds commands.
    pub commands: &'static str,
    /// The folder that holds agents.
    pub agents: &'static str,
}

/// Every target, in the order in which they are planned.
pub const TARGETS: [Target; 2] = [
    Target {
        name: "claude",
        skills: ".claude/skills",
        commands: ".claude/commands",
        agents: ".claude/agents",
    },
    Target { name: "collection", skills: "skills", commands: "commands", agents: "agents" },
];

impl Target {
    /// The target with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The folder for artifacts of this type.
    pub fn folder(&self, kind: ArtifactType) -> &'static str {
        match kind {
            ArtifactType::Skill => self.skills,
            ArtifactType::Command => self.commands,
            ArtifactType::Agent => self.agents,
        }
    }

    /// Where an artifact is placed.
    ///
    /// # Errors
    ///
    /// When its name cannot be a path.
    pub fn path_of(&self, artifact: &ArtifactName) -> Result<RepoPath, super::path::InvalidPath> {
        let suffix = match artifact.kind {
            ArtifactType::Skill => "",
            ArtifactType::Command | ArtifactType::Agent => ".md",
        };
        RepoPath::new(format!("{}/{}{suffix}", self.folder(artifact.kind), artifact.name))
    }

    /// The artifact that `path` would be in this target, judged by the path alone.
    pub fn artifact_at(&self, path: &RepoPath) -> Option<ArtifactName> {
        ArtifactType::ALL.into_iter().find_map(|kind| {
            let rest = path.as_str().strip_prefix(self.folder(kind))?.strip_prefix('/')?;
            let name = match kind {
                ArtifactType::Skill => rest,
                ArtifactType::Command | ArtifactType::Agent => rest.strip_suffix(".md")?,
            };
            let fits = !name.is_empty() && (kind != ArtifactType::Skill || !name.contains('/'));
            fits.then(|| ArtifactName::new(kind, name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ArtifactName, ArtifactType, RepoPath, TARGETS, Target};

    #[test]
    fn paths_and_names_are_inverse() {
        for target in &TARGETS {
            for (kind, name) in [
                (ArtifactType::Skill, "pdf"),
                (ArtifactType::Command, "frontend/x"),
                (ArtifactType::Agent, "reviewer"),
            ] {
                let artifact = ArtifactName::new(kind, name);
                let path = target.path_of(&artifact).unwrap();
                assert_eq!(target.artifact_at(&path), Some(artifact));
            }
        }
    }

    #[test]
    fn other_paths_are_no_artifacts() {
        let claude = Target::find("claude").unwrap();
        for path in [".claude", ".claude/skills", ".claude/skills/a/b", ".claude/commands/x.txt", "skills/a"]
        {
            assert_eq!(claude.artifact_at(&RepoPath::new(path).unwrap()), None, "{path}");
        }
    }
}
