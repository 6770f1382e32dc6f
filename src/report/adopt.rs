//! What an adoption says: per artifact the version that it is and how that was found.

use super::failure::hint_line;
use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::model::deployed::Nearest;
use crate::model::oid::ObjectId;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::plan::change::Step;
use serde_json::{Value, json};

/// What an adoption did, or would do.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The collection.
    pub collection: String,
    /// The operation in the log.
    pub operation: Option<String>,
    /// The artifacts that may come from the collection.
    pub rows: Vec<Row>,
    /// The names of those that do not.
    pub foreign: Vec<String>,
    /// How many artifacts had a record already.
    pub already: usize,
    /// Warnings.
    pub warnings: String,
}

/// One artifact.
#[derive(Debug, Clone)]
pub struct Row {
    /// What becomes of it.
    pub step: Step,
    /// The version that it comes from, where that is settled.
    pub version: Option<VersionRow>,
    /// The version that it is most like, where none is known.
    pub nearest: Option<Nearest>,
}

/// The version that an artifact comes from.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Its path in the collection.
    pub source: RepoPath,
    /// A commit that has it.
    pub commit: ObjectId,
    /// Its digest.
    pub digest: String,
    /// The version that its front matter names.
    pub version: Option<String>,
    /// How it was found: the rung's name, `SKILL.md` or `nearest`.
    pub found_by: &'static str,
    /// The files of it that were left out.
    pub omitted: Vec<String>,
}

/// Say what was adopted.
pub fn report(adopted: &Adopted, form: Form) -> Report {
    let exit = Exit::attention_if(adopted.rows.iter().any(|row| row.step.status.needs_attention()));
    if form.json {
        return Report::json("adopt", as_json(adopted)).with(adopted.warnings.clone(), exit);
    }
    let (mut text, mut said) = (String::new(), adopted.warnings.clone());
    for row in adopted.rows.iter().filter(|row| !form.quiet || row.step.status.needs_attention()) {
        text += &line(row, adopted, form);
        if let Some(hint) = row.step.hint.as_ref().filter(|_| !form.quiet) {
            let hint = hint_line(hint);
            if !said.contains(&hint) {
                said += &hint;
            }
        }
    }
    if !form.quiet {
        text += &totals(adopted);
    }
    Report::data(text).with(said, exit)
}

fn line(row: &Row, adopted: &Adopted, form: Form) -> String {
    let step = &row.step;
    let style = if step.status.needs_attention() { BAD } else { GOOD };
    let word = step.status.as_str();
    let word = if adopted.dry_run { format!("would be {word}") } else { word.to_owned() };
    let name = paint(&escape(step.name.to_string()), NAME, form.color);
    let said = match &row.version {
        None => step.message.clone(),
        Some(VersionRow { source, commit, version, found_by, omitted, .. }) => {
            let version = version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
            let found_by = match &row.nearest {
                Some(nearest) => format!("{found_by} {}%", percent(nearest)),
                None => (*found_by).to_owned(),
            };
            let without =
                if omitted.is_empty() { String::new() } else { format!(", without {}", omitted.join(", ")) };
            let (path, collection, commit) = (&step.path, &adopted.collection, commit.to_hex_with_len(10));
            format!("{path} is {source} of {collection} at {commit}{version} ({found_by}{without})")
        }
    };
    format!("{name}  {}: {}\n", paint(&word, style, form.color), escape(said))
}

/// Never rounded up.
fn percent(nearest: &Nearest) -> f64 {
    (nearest.similarity * 100.0).floor()
}

fn recorded(adopted: &Adopted) -> usize {
    adopted.rows.iter().filter(|row| row.step.status == Status::Recorded).count()
}

fn totals(adopted: &Adopted) -> String {
    let mut parts = vec![match (recorded(adopted), adopted.dry_run) {
        (0, _) => "nothing to record".to_owned(),
        (count, true) => format!("{count} to record, nothing was written"),
        (count, false) => format!("{count} recorded"),
    }];
    if adopted.already > 0 {
        parts.push(format!("{} recorded before", adopted.already));
    }
    if !adopted.foreign.is_empty() {
        let (collection, names) = (&adopted.collection, adopted.foreign.join(", "));
        parts.push(format!("{} not from '{collection}' ({names})", adopted.foreign.len()));
    }
    format!("{}\n", escape(parts.join(", ")))
}

fn as_json(adopted: &Adopted) -> Value {
    let recorded = recorded(adopted);
    json!({
        "dry_run": adopted.dry_run,
        "collection": adopted.collection,
        "operation": adopted.operation,
        "summary": {
            "recorded": recorded,
            "already_recorded": adopted.already,
            "skipped": adopted.rows.len() - recorded,
            "left_out": adopted.foreign.len(),
        },
        "results": adopted.rows.iter().map(|row| row_as_json(row, &adopted.collection)).collect::<Vec<_>>(),
        "left_out": adopted.foreign,
    })
}

fn row_as_json(row: &Row, collection: &str) -> Value {
    let Row { step, version, nearest } = row;
    let success = !step.status.needs_attention();
    let version = version.as_ref();
    json!({
        "artifact_name": step.name.name,
        "artifact_type": step.name.kind.as_str(),
        "path": step.path.as_str(),
        "target": step.target,
        "success": success,
        "status": step.status.as_str(),
        "collection": version.map(|_| collection),
        "source": version.map(|version| version.source.as_str()),
        "commit": version.map(|version| version.commit.to_string()),
        "version": version.and_then(|version| version.version.as_deref()),
        "base_sha": version.map(|version| version.digest.as_str()),
        "omitted": version.map_or(&[][..], |version| version.omitted.as_slice()),
        "found_by": version.map(|version| version.found_by),
        "base_from": step.base_from.map_or("none", |rung| rung.as_str()),
        "nearest": nearest.as_ref().map(|nearest| json!({
            "source": nearest.source.as_str(),
            "commit": nearest.commit.to_string(),
            "version": nearest.version,
            "similarity": (nearest.similarity * 1000.0).floor() / 1000.0,
        })),
        "message": step.message,
        "error": if success { Value::Null } else { step.message.clone().into() },
    })
}
