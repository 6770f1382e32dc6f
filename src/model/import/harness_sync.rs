//! HarnessSync's `state.json` and the `sync-state.json` of its predecessor cc2all.
//!
//! They have no commits and no versions, only the hashes of the files that were last spread to
//! the other harnesses, by absolute path. Those that stand in this project tell what it had then.

use super::fields::{Fields, Unfit, sha256};
use super::{Context, Hash, Hint, ImportError, Parsed, Refused, place};
use crate::model::artifact::ArtifactName;
use crate::model::path::RepoPath;
use serde_json::Value;
use std::collections::BTreeMap;

pub fn read(document: &Value, context: Context<'_>) -> Result<Parsed, ImportError> {
    let fields = Fields::of(document)?;
    let found = fields.value("version").ok_or(Unfit::Missing("version"))?;
    if !matches!(found.as_u64(), Some(1 | 2)) {
        return Err(ImportError::Version { found: found.to_string(), known: "1 and 2" });
    }
    targets(&fields, context)
}

/// cc2all wrote a flat document without a version; most of them name no artifact at all.
pub fn read_cc2all(document: &Value, context: Context<'_>) -> Result<Parsed, ImportError> {
    let fields = Fields::of(document)?;
    if let Some(found) = fields.value("version") {
        return Err(ImportError::Version { found: found.to_string(), known: "none at all" });
    }
    targets(&fields, context)
}

/// The hashes by artifact and file; none where the targets disagree.
type Artifacts = BTreeMap<RepoPath, (ArtifactName, BTreeMap<String, Option<String>>)>;

fn targets(fields: &Fields<'_>, context: Context<'_>) -> Result<Parsed, ImportError> {
    let (mut parsed, mut artifacts) = (Parsed::default(), Artifacts::new());
    let mut states: Vec<(String, &Value)> = Vec::new();
    for (name, state) in fields.table("targets")? {
        states.push((format!("targets.{name}"), state));
    }
    for (account, value) in fields.table("accounts")? {
        for (name, state) in Fields::of(value)?.table("targets")? {
            states.push((format!("accounts.{account}.targets.{name}"), state));
        }
    }
    for (entry, state) in states {
        if let Err(reason) = collect(state, context, &mut artifacts) {
            parsed.refused.push(Refused { entry, reason });
        }
    }
    for (path, (artifact, files)) in artifacts {
        let entry = format!("file_hashes.{path}");
        let agreed: Option<BTreeMap<String, String>> =
            files.into_iter().map(|(file, hash)| Some((file, hash?))).collect();
        parsed.add(
            &entry,
            match agreed {
                Some(files) => {
                    let mut hint = Hint::about(entry.clone(), artifact, Some(path));
                    hint.hashes.push(Hash::Files { files, plain_line_ends: false });
                    Ok(hint)
                }
                None => Err(Unfit::Disagreement),
            },
        );
    }
    Ok(parsed)
}

fn collect(state: &Value, context: Context<'_>, to: &mut Artifacts) -> Result<(), Unfit> {
    for (file, hash) in Fields::of(state)?.table("file_hashes")? {
        let below = |project: &String| file.strip_prefix(project.as_str())?.strip_prefix('/');
        let inside = context.projects.iter().find_map(below);
        let Some(path) = inside.and_then(|inside| RepoPath::new(inside).ok()) else { continue };
        let Some(placed) = place::of_file(&path) else { continue };
        let hash = hash.as_str().ok_or(Unfit::NotA { key: "file_hashes", what: "table of texts" })?;
        let hash = sha256("file_hashes", hash)?;
        let (_, files) = to.entry(placed.path).or_insert_with(|| (placed.artifact, BTreeMap::new()));
        let known = files.entry(placed.inside).or_insert_with(|| Some(hash.clone()));
        if known.as_ref() != Some(&hash) {
            *known = None;
        }
    }
    Ok(())
}
