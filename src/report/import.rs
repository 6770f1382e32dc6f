//! What an import says: per artifact where it comes from and how that was found, then what was
//! left out, and why.

use super::failure::{hint_line, warning};
use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::model::oid::ObjectId;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::plan::change::Step;
use serde_json::{Value, json};

/// What an import did, or would do.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The operations in the log.
    pub operations: Vec<String>,
    /// The files that were looked at.
    pub files: Vec<FileRow>,
    /// The artifacts.
    pub rows: Vec<ArtifactRow>,
    /// The entries that are about no artifact here.
    pub left_out: Vec<LeftOut>,
    /// How many artifacts had a record already.
    pub already: usize,
    /// Warnings.
    pub warnings: String,
}

/// A file of another tool.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its path.
    pub file: String,
    /// Its format.
    pub format: &'static str,
    /// How many entries could be read.
    pub entries: usize,
    /// Why nothing of it could be.
    pub error: Option<String>,
}

/// An artifact that another tool's records are about.
#[derive(Debug, Clone)]
pub struct ArtifactRow {
    /// What becomes of it.
    pub step: Step,
    /// Where it comes from, if that was found.
    pub origin: Option<OriginRow>,
    /// The file that told of it.
    pub file: String,
    /// The entry in it.
    pub entry: String,
}

/// Where an artifact comes from.
#[derive(Debug, Clone)]
pub struct OriginRow {
    /// The collection.
    pub collection: String,
    /// Its path there.
    pub source: RepoPath,
    /// A commit that has the version.
    pub commit: ObjectId,
    /// The digest of the version.
    pub digest: String,
    /// The version that its front matter names.
    pub version: Option<String>,
    /// By what it was found: `object`, `commit`, `tag`, `hash`, or the rung's name.
    pub found_by: &'static str,
}

/// An entry that is about no artifact here.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// The file.
    pub file: String,
    /// The entry in it.
    pub entry: String,
    /// Why it was left out.
    pub reason: String,
    /// Whether somebody has to look at it.
    pub attention: bool,
}

impl Imported {
    fn exit(&self) -> Exit {
        let artifacts = self.rows.iter().any(|row| row.step.status.needs_attention());
        let files = self.files.iter().any(|file| file.error.is_some());
        Exit::attention_if(artifacts || files || self.left_out.iter().any(|entry| entry.attention))
    }

    fn recorded(&self) -> usize {
        self.rows.iter().filter(|row| row.step.status == Status::Recorded).count()
    }
}

/// Say what was imported.
pub fn report(imported: &Imported, form: Form) -> Report {
    let exit = imported.exit();
    if form.json {
        return Report::json("import", as_json(imported)).with(imported.warnings.clone(), exit);
    }
    let (mut text, mut said) = (String::new(), imported.warnings.clone());
    for row in imported.rows.iter().filter(|row| !form.quiet || row.step.status.needs_attention()) {
        text += &line(row, imported.dry_run, form);
        said += &hint(row.step.hint.as_ref().filter(|_| !form.quiet), &said);
    }
    for file in &imported.files {
        let error = file.error.as_ref();
        said +=
            &error.map(|error| warning(&format!("'{}' is left out: {error}", file.file))).unwrap_or_default();
    }
    for LeftOut { file, entry, reason, .. } in imported.left_out.iter().filter(|_| !form.quiet) {
        said += &warning(&format!("'{entry}' in '{file}' is left out: {reason}"));
    }
    if !form.quiet {
        text += &totals(imported);
    }
    Report::data(text).with(said, exit)
}

fn hint(hint: Option<&String>, said: &str) -> String {
    hint.map(|hint| hint_line(hint)).filter(|line| !said.contains(line.as_str())).unwrap_or_default()
}

fn line(row: &ArtifactRow, dry_run: bool, form: Form) -> String {
    let style = if row.step.status.needs_attention() { BAD } else { GOOD };
    let word = row.step.status.as_str();
    let word = if dry_run { format!("would be {word}") } else { word.to_owned() };
    let name = paint(&escape(row.step.name.to_string()), NAME, form.color);
    let (path, file, message) = (&row.step.path, &row.file, &row.step.message);
    let said = match &row.origin {
        Some(OriginRow { collection, source, commit, version, found_by, .. }) => {
            let version = version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
            let commit = commit.to_hex_with_len(10);
            let proof = proof(found_by);
            format!("{path} is {source} of {collection} at {commit}{version} ({proof} {file}{message})")
        }
        None => format!("{message} ({path}, named in {file})"),
    };
    format!("{name}  {}: {}\n", paint(&word, style, form.color), escape(said))
}

/// By what a version was found, as the beginning of "… FILE".
fn proof(found_by: &str) -> &'static str {
    match found_by {
        "object" => "object id in",
        "commit" => "commit in",
        "tag" => "tag in",
        "hash" => "hash in",
        _ => "by content; named in",
    }
}

fn totals(imported: &Imported) -> String {
    let already = match imported.already {
        0 => String::new(),
        1 => ", 1 artifact was recorded before".to_owned(),
        many => format!(", {many} artifacts were recorded before"),
    };
    match imported.recorded() {
        0 => format!("nothing to record{already}\n"),
        _ if imported.dry_run => format!("nothing was written{already}\n"),
        recorded => format!("{recorded} recorded{already}\n"),
    }
}

fn as_json(imported: &Imported) -> Value {
    let skipped = imported.rows.len() - imported.recorded();
    json!({
        "dry_run": imported.dry_run,
        "operations": imported.operations,
        "summary": {
            "recorded": imported.recorded(),
            "already_recorded": imported.already,
            "skipped": skipped,
            "left_out": imported.left_out.len(),
        },
        "files": imported.files.iter().map(|file| json!({
            "file": file.file, "format": file.format, "entries": file.entries, "error": file.error,
        })).collect::<Vec<_>>(),
        "results": imported.rows.iter().map(row_as_json).collect::<Vec<_>>(),
        "left_out": imported.left_out.iter().map(|entry| json!({
            "file": entry.file, "entry": entry.entry, "reason": entry.reason,
        })).collect::<Vec<_>>(),
    })
}

fn row_as_json(row: &ArtifactRow) -> Value {
    let (step, origin) = (&row.step, row.origin.as_ref());
    json!({
        "artifact_name": step.name.name,
        "artifact_type": step.name.kind.as_str(),
        "path": step.path.as_str(),
        "target": step.target,
        "success": !step.status.needs_attention(),
        "status": step.status.as_str(),
        "collection": origin.map(|origin| origin.collection.as_str()),
        "source": origin.map(|origin| origin.source.as_str()),
        "commit": origin.map(|origin| origin.commit.to_string()),
        "base_sha": origin.map(|origin| origin.digest.as_str()),
        "version": origin.and_then(|origin| origin.version.as_deref()),
        "base_from": step.base_from.map_or("none", |rung| rung.as_str()),
        "found_by": origin.map(|origin| origin.found_by),
        "file": row.file,
        "entry": row.entry,
        "message": step.message,
    })
}
