//! SkillMeat's `.skillmeat-deployed.toml`: one `[[deployed]]` table per artifact.

use super::fields::{Fields, Unfit};
use super::{Context, Hash, Hint, ImportError, Parsed};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::path::RepoPath;
use serde_json::Value;

pub fn read(document: &Value, context: Context<'_>) -> Result<Parsed, ImportError> {
    let mut parsed = Parsed::default();
    for (at, value) in Fields::of(document)?.list("deployed")?.iter().enumerate() {
        let name = value.get("artifact_name").and_then(Value::as_str);
        let entry = name.map_or_else(|| format!("deployed[{at}]"), |name| format!("deployed.{name}"));
        parsed.add(&entry, hint(&entry, value, context));
    }
    Ok(parsed)
}

fn hint(entry: &str, value: &Value, context: Context<'_>) -> Result<Hint, Unfit> {
    let fields = Fields::of(value)?;
    let kind = fields.needed("artifact_type")?;
    let kind = ArtifactType::from_word(kind).ok_or_else(|| Unfit::OtherKind(kind.to_owned()))?;
    let artifact = ArtifactName::new(kind, fields.needed("artifact_name")?);
    let path = fields.path("artifact_path")?.ok_or(Unfit::Missing("artifact_path"))?;
    let mut hint = Hint::about(entry.to_owned(), artifact, Some(place(&fields, &path, context)?));
    // The one that it merges with first; old files have only the last.
    for key in ["merge_base_snapshot", "content_hash", "collection_sha"] {
        let Some(hash) = fields.sha256(key)?.map(Hash::SkillMeat) else { continue };
        if !hint.hashes.contains(&hash) {
            hint.hashes.push(hash);
        }
    }
    if hint.hashes.is_empty() { Err(Unfit::Missing("content_hash")) } else { Ok(hint) }
}

/// Paths count from the profile's root, which is the folder that holds the file.
fn place(fields: &Fields<'_>, path: &RepoPath, context: Context<'_>) -> Result<RepoPath, Unfit> {
    let root = match context.folder {
        Some(folder) => folder.clone(),
        None => match fields.path("profile_root_dir")? {
            Some(root) => root,
            None => super::fields::repo_path("profile_root_dir", context.folder_name)?,
        },
    };
    let bad =
        |_| Unfit::BadValue { key: "artifact_path", what: "path of an artifact", value: path.to_string() };
    root.try_join(path.as_str()).map_err(bad)
}
