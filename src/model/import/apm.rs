//! `apm.lock.yaml`: dependencies with the files they placed, and the table of deployments.

use super::fields::{Fields, Unfit, sha256};
use super::place::{self, skill_folder};
use super::{Hash, Hint, ImportError, Parsed, Refused};
use crate::model::artifact::{ArtifactName, ArtifactType};
use crate::model::path::RepoPath;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub fn read(document: &Value) -> Result<Parsed, ImportError> {
    let fields = Fields::of(document)?;
    let version = fields.needed("lockfile_version")?;
    if !matches!(version, "1" | "2") {
        return Err(ImportError::Version { found: version.to_owned(), known: "1 and 2" });
    }
    let rows = rows(&fields)?;
    let mut parsed = Parsed::default();
    for (at, value) in fields.list("dependencies")?.iter().enumerate() {
        let name = value.get("repo_url").and_then(Value::as_str);
        let path = value.get("virtual_path").and_then(Value::as_str);
        let entry = match (name, path) {
            (Some(name), Some(path)) => format!("dependencies.{name}/{path}"),
            (Some(name), None) => format!("dependencies.{name}"),
            (None, _) => format!("dependencies[{at}]"),
        };
        match dependency(&entry, value, &rows) {
            Ok(hints) => parsed.hints.extend(hints),
            Err(reason) => parsed.refused.push(Refused { entry, reason }),
        }
    }
    Ok(parsed)
}

/// A row of the table of deployments.
struct Row<'v> {
    owner: &'v str,
    path: &'v str,
    hash: Option<&'v str>,
}

/// The rows that tell of files in the project; other kinds of places hold nothing for us.
fn rows<'v>(fields: &Fields<'v>) -> Result<Vec<Row<'v>>, Unfit> {
    let read = |value: &'v Value| -> Option<Row<'v>> {
        let fields = Fields::of(value).ok()?;
        if fields.text("kind").ok()? != Some("project-relative") {
            return None;
        }
        let (owner, path) = (fields.needed("active_owner").ok()?, fields.needed("value").ok()?);
        Some(Row { owner, path, hash: fields.text("content_hash").ok()? })
    };
    Ok(fields.list("deployments")?.iter().filter_map(read).collect())
}

/// The artifacts that a dependency brought.
fn dependency(entry: &str, value: &Value, rows: &[Row<'_>]) -> Result<Vec<Hint>, Unfit> {
    let fields = Fields::of(value)?;
    let url = fields.needed("repo_url")?;
    let repository = match fields.text("host")? {
        _ if url.contains("://") || url.contains('@') => url.to_owned(),
        Some(host) => format!("https://{host}/{url}"),
        None => format!("https://github.com/{url}"),
    };
    let virtual_path = fields.path("virtual_path")?;
    let mut hints = Vec::new();
    for (path, (artifact, files)) in artifacts(&fields, url, virtual_path.as_ref(), rows)? {
        let mut hint = Hint::about(entry.to_owned(), artifact, Some(path));
        hint.repository = Some(repository.clone());
        hint.reference = fields.text("resolved_ref")?.map(str::to_owned);
        hint.commit = fields.object("resolved_commit")?;
        hint.version = fields.text("version")?.map(str::to_owned);
        hint.source = virtual_path.clone().and_then(|path| source(path, &hint.artifact));
        if !files.is_empty() {
            hint.hashes.push(Hash::Files { files, plain_line_ends: true });
        }
        hints.push(hint);
    }
    Ok(hints)
}

/// The artifacts, and the hashes of their files.
type Artifacts = BTreeMap<RepoPath, (ArtifactName, BTreeMap<String, String>)>;

fn artifacts(
    fields: &Fields<'_>,
    url: &str,
    virtual_path: Option<&RepoPath>,
    rows: &[Row<'_>],
) -> Result<Artifacts, Unfit> {
    let mut placed: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let full = virtual_path.map(|path| format!("{url}/{path}"));
    for row in rows.iter().filter(|row| row.owner == url || Some(row.owner) == full.as_deref()) {
        placed.insert(row.path, row.hash);
    }
    for path in fields.list("deployed_files")? {
        placed.entry(path.as_str().unwrap_or_default()).or_default();
    }
    for (path, hash) in fields.table("deployed_file_hashes")? {
        let hash =
            hash.as_str().ok_or(Unfit::NotA { key: "deployed_file_hashes", what: "table of texts" })?;
        placed.insert(path, Some(hash));
    }
    let mut artifacts = Artifacts::new();
    let mut unhashed = BTreeSet::new();
    for (path, hash) in placed {
        // Addresses of other stores, and folders, stand among the files.
        let Ok(path) = RepoPath::new(path.trim_end_matches('/')) else { continue };
        let Some(placed) = place::of_file(&path) else { continue };
        let (_, files) =
            artifacts.entry(placed.path.clone()).or_insert_with(|| (placed.artifact, BTreeMap::new()));
        match hash {
            Some(hash) => drop(files.insert(placed.inside, sha256("deployed_file_hashes", hash)?)),
            None => drop(unhashed.insert(path)),
        }
    }
    // A folder inside a skill has no hash, its files have.
    artifacts
        .retain(|path, (_, files)| !files.is_empty() || unhashed.iter().any(|file| file.is_within(path)));
    Ok(artifacts)
}

/// The artifact's path in the repository, if the dependency's is that of a single artifact.
fn source(path: RepoPath, artifact: &ArtifactName) -> Option<RepoPath> {
    let fits = match artifact.kind {
        ArtifactType::Skill => skill_folder(path.clone()).file_name() == artifact.name,
        ArtifactType::Command | ArtifactType::Agent => {
            place::stem(path.file_name()) == artifact.name.rsplit('/').next()
        }
    };
    fits.then(|| if artifact.kind == ArtifactType::Skill { skill_folder(path) } else { path })
}
