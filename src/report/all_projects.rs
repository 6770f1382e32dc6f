//! What `status --all-projects` says.

use super::failure::chain;
use super::status::{Overview, Row, as_fields, row_as_json};
use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::error::Error;
use crate::exit::Exit;
use serde_json::{Value, json};

/// How many artifacts of one project people are shown, unless they ask for all.
const MOST: usize = 10;

/// One project of the list.
#[derive(Debug, Clone)]
pub enum Listed {
    /// How it stands.
    Seen(Box<Overview>),
    /// It could not be looked at.
    Failed {
        /// The project.
        project: String,
        /// Why, as in a document about an error.
        error: Value,
    },
}

/// An error as it stands in a list of projects.
pub fn described(error: &Error) -> Value {
    json!({"kind": error.kind(), "message": chain(error), "hint": error.hint()})
}

/// How an artifact stands between project and collection.
fn relation(row: &Row) -> &'static str {
    match (row.drift.counts, row.drift.direction) {
        (false, _) => "in_step",
        (true, "to_collection") => "ahead",
        (true, "to_project") => "behind",
        (true, "both") => "diverged",
        (true, _) => "attention",
    }
}

/// Say how all projects stand.
pub fn report(command: &'static str, listed: &[Listed], exit_code: bool, form: Form) -> Report {
    let drifted = |overview: &Overview| overview.rows.iter().filter(|row| row.drift.counts).count();
    let total: usize = listed
        .iter()
        .map(|listed| match listed {
            Listed::Seen(overview) => drifted(overview),
            Listed::Failed { .. } => 0,
        })
        .sum();
    let failed = listed.iter().any(|listed| matches!(listed, Listed::Failed { .. }));
    let exit = Exit::attention_if(failed || exit_code && total > 0);
    let warnings: String = listed
        .iter()
        .map(|listed| match listed {
            Listed::Seen(overview) => overview.warnings.as_str(),
            Listed::Failed { .. } => "",
        })
        .collect();
    if form.json {
        let projects: Vec<Value> = listed.iter().map(|listed| as_json(listed, form)).collect();
        let fields = json!({"drift_detected": total > 0, "drift_count": total, "projects": projects});
        return Report::json(command, fields).with(warnings, exit);
    }
    let text = match (listed.is_empty(), form.quiet) {
        (_, true) => String::new(),
        (true, false) => "no project of yours has anything deployed\n".to_owned(),
        (false, false) => listed.iter().map(|listed| for_people(listed, form)).collect(),
    };
    Report::data(text).with(warnings, exit)
}

/// How many artifacts stand in each way.
fn counts(overview: &Overview) -> [(&'static str, usize); 5] {
    ["in_step", "ahead", "behind", "diverged", "attention"]
        .map(|word| (word, overview.rows.iter().filter(|row| relation(row) == word).count()))
}

fn as_json(listed: &Listed, form: Form) -> Value {
    let overview = match listed {
        Listed::Seen(overview) => overview,
        Listed::Failed { project, error } => return json!({"project": project, "error": error}),
    };
    let drifted = overview.rows.iter().filter(|row| row.drift.counts).count();
    let mut fields = as_fields(overview, form, drifted);
    let shown = overview.rows.iter().filter(|row| row.drift.counts || form.verbose);
    let artifacts: Vec<Value> = shown
        .map(|row| {
            let mut artifact = row_as_json(overview.state, row);
            artifact["relation"] = relation(row).into();
            artifact
        })
        .collect();
    fields["artifacts"] = artifacts.into();
    for (word, count) in counts(overview) {
        fields[word] = count.into();
    }
    fields
}

fn for_people(listed: &Listed, form: Form) -> String {
    let overview = match listed {
        Listed::Seen(overview) => overview,
        Listed::Failed { project, error } => {
            let message = error["message"].as_str().unwrap_or_default();
            let project = paint(&escape(project), NAME, form.color);
            return format!("{project}  {}: {}\n", paint("failed", BAD, form.color), escape(message));
        }
    };
    let told: Vec<String> = counts(overview)
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {}", word.replace('_', " ")))
        .collect();
    let style = if overview.rows.iter().any(|row| row.drift.counts) { BAD } else { GOOD };
    let told = if told.is_empty() { "nothing deployed".to_owned() } else { told.join(", ") };
    let mut text = format!(
        "{}  {}\n",
        paint(&escape(&overview.project), NAME, form.color),
        paint(&told, style, form.color)
    );
    let shown: Vec<&Row> = overview.rows.iter().filter(|row| row.drift.counts || form.verbose).collect();
    let most = if form.verbose { usize::MAX } else { MOST };
    for row in shown.iter().take(most) {
        let placement = &row.deployed.placement;
        let letters: String = row.drift.letters.iter().collect();
        let word = relation(row).replace('_', " ");
        text += &format!(
            "   {letters} {} ({})  {word}\n",
            escape(placement.name.to_string()),
            escape(placement.path.as_str())
        );
    }
    if shown.len() > most {
        let more = shown.len() - most;
        text += &format!("   and {more} more: 'git skillsync status' there, or '--verbose'\n");
    }
    text
}
