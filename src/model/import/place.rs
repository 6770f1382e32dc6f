//! Which artifact a placed file belongs to, whatever harness it was placed for.

use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::path::RepoPath;

/// A file's artifact: what it is called, where it stands, and the file's path inside it.
pub struct Placed {
    /// The artifact.
    pub artifact: ArtifactName,
    /// Its path.
    pub path: RepoPath,
    /// The file's path inside the artifact; empty if the file is all of it.
    pub inside: String,
}

/// The artifact that holds the file at `path`: below a folder `skills`, or a Markdown file below
/// `commands` or `agents`.
pub fn of_file(path: &RepoPath) -> Option<Placed> {
    let parts: Vec<&str> = path.components().collect();
    let folder_of = |word: &str| parts.iter().position(|part| *part == word);
    if let Some(at) = folder_of("skills") {
        let name = *parts.get(at + 1)?;
        let artifact = ArtifactName::new(ArtifactType::Skill, name);
        let path = RepoPath::new(parts[..at + 2].join("/")).ok()?;
        let inside = parts[at + 2..].join("/");
        return (!inside.is_empty()).then_some(Placed { artifact, path, inside });
    }
    for (word, kind) in [("commands", ArtifactType::Command), ("agents", ArtifactType::Agent)] {
        let Some(at) = folder_of(word) else { continue };
        let name = parts[at + 1..].join("/");
        let artifact = ArtifactName::new(kind, stem(&name)?);
        return Some(Placed { artifact, path: path.clone(), inside: String::new() });
    }
    None
}

/// The name of an artifact that is one Markdown file.
pub fn stem(file: &str) -> Option<&str> {
    let stem = file.strip_suffix(".md")?;
    let stem = stem.strip_suffix(".agent").or_else(|| stem.strip_suffix(".prompt")).unwrap_or(stem);
    (!stem.is_empty()).then_some(stem)
}

/// The folder of a skill whose path may be given as that of its `SKILL.md`.
pub fn skill_folder(path: RepoPath) -> RepoPath {
    let is_entry = path.file_name().eq_ignore_ascii_case("SKILL.md");
    if is_entry { path.parent().unwrap_or_else(RepoPath::root) } else { path }
}
