//! What is kept in sync: skills, commands and agents, and their names.

use std::fmt;

/// The kinds of artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactType {
    /// A folder with a `SKILL.md`.
    Skill,
    /// A slash command: one Markdown file.
    Command,
    /// A sub-agent: one Markdown file.
    Agent,
}

impl ArtifactType {
    /// All types, in the order they are listed.
    pub const ALL: [Self; 3] = [Self::Skill, Self::Command, Self::Agent];

    /// The word used in names, records and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skill => "skill",
            Self::Command => "command",
            Self::Agent => "agent",
        }
    }

    /// The type that `word` names, if any.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ArtifactType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The full name of an artifact, printed as `type/name`.
///
/// The name is the folder's name or the file's stem, never what the front matter says. It is not
/// a key: the same name may stand several times in one collection, where the path is the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactName {
    /// What kind of artifact it is.
    pub kind: ArtifactType,
    /// Its name; may hold slashes (`frontend/x`) for files in sub-folders.
    pub name: String,
}

impl ArtifactName {
    /// The artifact of this type and name.
    pub fn new(kind: ArtifactType, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// Whether something that is called `file_name` where it stands can be this artifact: a folder of
    /// its name, or a file, cut like the names of files are.
    pub fn stands_as(&self, file_name: &str) -> bool {
        let last = self.name.rsplit('/').next().unwrap_or(&self.name);
        match self.kind {
            ArtifactType::Skill => file_name == last,
            ArtifactType::Command | ArtifactType::Agent => {
                let rest = file_name.strip_prefix(last);
                rest.is_some_and(|rest| [".md", ".agent.md", ".prompt.md"].contains(&rest))
            }
        }
    }
}

impl fmt::Display for ArtifactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}
