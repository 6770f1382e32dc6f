//! `git skillsync notes show`: the records that are effective at a commit.

use super::shared;
use crate::error::Error;
use crate::exit::Exit;
use crate::git::Repository;
use crate::git::notes::Notes;
use crate::model::deployed::Rung;
use crate::model::oid::ObjectId;
use crate::model::record::{Fact, Record};
use crate::observe::desk::Desk;
use crate::observe::records::{self, NotedRecord};
use crate::observe::{finalize, placements};
use crate::report::failure::hint_line;
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::{Value, json};

/// A record, the commit it stands on, and whether its note is still to be written.
struct Shown {
    noted: NotedRecord,
    is_pending: bool,
}

/// Run the command.
pub fn run(
    session: &Session,
    project: &Repository,
    revision: Option<&str>,
    form: Form,
) -> Result<Report, Error> {
    let commit = match revision {
        Some(revision) => Some(project.commit_named(revision)?),
        None => project.head()?.id,
    };
    let (found, warnings) = match commit {
        Some(commit) => find(session, project, commit)?,
        None => (Vec::new(), String::new()),
    };
    if form.json {
        let records: Vec<Value> = found.iter().map(document).collect::<Result<_, _>>()?;
        let id = commit.map(|commit| commit.to_string());
        let fields = json!({"commit": id, "records": records});
        return Ok(Report::json("notes show", fields).with(warnings, Exit::Done));
    }
    let hint =
        if found.is_empty() && !form.quiet { hint_line("nothing is recorded there") } else { String::new() };
    Ok(Report::data(found.iter().map(text).collect::<String>()).with(warnings + &hint, Exit::Done))
}

/// The records at a commit, by path, and warnings; several of one path where branches were merged.
fn find(session: &Session, project: &Repository, commit: ObjectId) -> Result<(Vec<Shown>, String), Error> {
    let paths = placements::committed_paths(project, commit)?;
    let records = records::effective(project, &Notes::read(project)?, commit, &paths)?;
    let mut found: Vec<Shown> = paths
        .iter()
        .flat_map(|path| records.of(path))
        .map(|noted| Shown { noted: noted.clone(), is_pending: false })
        .collect();
    // A reader writes no notes: what the next command will write is counted as if it stood there.
    let pending = match project.work_dir() {
        Some(_) => finalize::find(&Desk::open(project)?, &session.now())?.facts,
        None => Vec::new(),
    };
    for (on, fact) in pending {
        let counts = matches!(fact, Fact::Deployed(_)) || fact.lets_go();
        if !counts || !paths.contains(fact.path()) || !project.is_ancestor(on, commit) {
            continue;
        }
        let older = |shown: &Shown| project.is_ancestor(shown.noted.commit, on);
        found.retain(|shown| shown.noted.record.path != *fact.path() || !older(shown));
        if let Fact::Deployed(record) = fact {
            found.push(Shown {
                noted: NotedRecord { commit: on, record: *record, rung: Rung::Pending },
                is_pending: true,
            });
        }
    }
    found.sort_by(|left, right| left.noted.record.path.cmp(&right.noted.record.path));
    Ok((found, shared::note_troubles(&records.troubles)))
}

fn document(shown: &Shown) -> Result<Value, Error> {
    let Shown { noted: NotedRecord { commit, record, .. }, is_pending } = shown;
    let record: Value = serde_json::to_value(record).map_err(crate::execute::ExecuteError::Encode)?;
    Ok(json!({"noted_on": commit.to_string(), "pending": is_pending, "record": record}))
}

fn text(shown: &Shown) -> String {
    let Shown { noted: NotedRecord { commit, record, .. }, is_pending } = shown;
    let Record { base, collection, source, path, .. } = record;
    let short = |id: &ObjectId| id.to_hex_with_len(10).to_string();
    let pin = record.pin.as_ref().map_or_else(String::new, |pin| format!(", pinned to '{}'", escape(pin)));
    let version =
        record.version.as_ref().map_or_else(String::new, |version| format!(" ({})", escape(version)));
    let state = if *is_pending { "will be noted on" } else { "noted on" };
    format!(
        "{}  {}\n    base {}{version} of '{}' at {}:{}{pin}\n    {state} {}\n",
        record.artifact(),
        escape(path.as_str()),
        short(base),
        escape(&collection.name),
        short(&record.commit),
        escape(source.as_str()),
        short(commit),
    )
}
