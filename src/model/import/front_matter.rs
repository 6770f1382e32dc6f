//! What `gh skill` writes into the front matter of a `SKILL.md` when it places it.
//!
//! The file is not the source's any more: keys were added and all of it was written anew. The
//! base is the source's tree, and what was added counts as an edit of the project.

use super::fields::{Fields, object_id};
use super::place::skill_folder;
use super::{Context, Hint, ImportError, Parsed, Refused, Unfit, document};
use crate::model::artifact::{ArtifactName, ArtifactType};
use serde_json::Value;

pub fn read(text: &str, context: Context<'_>) -> Result<Parsed, ImportError> {
    let mut parsed = Parsed::default();
    let Some(block) = block(text).filter(|block| block.contains("github-")) else { return Ok(parsed) };
    let document = document::yaml(block)?;
    let Some(metadata) = document.get("metadata").filter(|metadata| metadata.is_object()) else {
        return Ok(parsed);
    };
    if metadata.get("github-repo").is_none() {
        return Ok(parsed);
    }
    match hint(metadata, context) {
        Ok(hint) => parsed.hints.push(hint),
        Err(reason) => parsed.refused.push(Refused { entry: "metadata".to_owned(), reason }),
    }
    Ok(parsed)
}

fn hint(metadata: &Value, context: Context<'_>) -> Result<Hint, Unfit> {
    let fields = Fields::of(metadata)?;
    let artifact = ArtifactName::new(ArtifactType::Skill, context.folder_name);
    let mut hint = Hint::about("metadata".to_owned(), artifact, context.folder.cloned());
    hint.repository = Some(fields.needed("github-repo")?.to_owned());
    hint.reference = fields.text("github-ref")?.map(str::to_owned);
    hint.commit = hint.reference.as_deref().and_then(object_id);
    hint.object = fields.object("github-tree-sha")?;
    hint.source = fields.path("github-path")?.map(skill_folder);
    hint.pin = fields.text("github-pinned")?.map(str::to_owned);
    Ok(hint)
}

/// The lines between the first two `---`.
fn block(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix("---")?;
    let rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
    let end = rest.match_indices("\n---").map(|(at, _)| at).next()?;
    rest.get(..=end)
}
