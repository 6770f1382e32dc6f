//! What `status` says.

use super::style::{BAD, GOOD, NAME, paint};
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::model::deployed::{Deployed, Link, Upstream};
use crate::model::path::RepoPath;
use crate::plan::drift::{Drift, Recommendation};
use gix::bstr::ByteSlice;
use serde_json::{Value, json};

/// One artifact as it is reported.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was observed.
    pub deployed: Deployed,
    /// How it stands.
    pub drift: Drift,
    /// The digests of collection, project and base.
    pub digests: [Option<String>; 3],
}

/// Where a project's records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In git notes.
    Notes,
    /// In the state file: it was configured so, or notes could not be written.
    File,
    /// In the state file of a folder outside git.
    Folder,
    /// In the state file of the user's own folders.
    User,
    /// In the state file, of what git ignores.
    Ignored,
}

impl State {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::File | Self::Folder | Self::User | Self::Ignored => "file",
        }
    }

    /// Whether there is no git repository.
    fn is_folder(self) -> bool {
        matches!(self, Self::Folder | Self::User | Self::Ignored)
    }

    /// The line for people, where it is not as usual.
    fn line(self) -> &'static str {
        match self {
            Self::Notes => "",
            Self::File => "records are in the state file, not in notes\n",
            Self::Ignored => "ignored by git: records are in the state file\n",
            Self::User => "your own folders: records are in the state file\n",
            Self::Folder => "not in a git repository: records are in the state file\n",
        }
    }
}

/// Everything that `status` tells.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The command as typed: `status` or `check`.
    pub command: &'static str,
    /// The project.
    pub project: String,
    /// The collection.
    pub collection: String,
    /// The project's HEAD.
    pub head: Option<String>,
    /// Where the records are.
    pub state: State,
    /// The collection's tip.
    pub tip: String,
    /// All artifacts that were asked for.
    pub rows: Vec<Row>,
    /// What the collection offers and the project does not have: name and path.
    pub available: Vec<(String, String)>,
    /// Warnings.
    pub warnings: String,
    /// Exit with 1 on drift.
    pub exit_code: bool,
}

/// Say how everything stands.
pub fn report(overview: &Overview, form: Form, porcelain: bool) -> Report {
    let drifted = overview.rows.iter().filter(|row| row.drift.counts).count();
    let exit = Exit::attention_if(overview.exit_code && drifted > 0);
    if form.json {
        return Report::json(overview.command, as_fields(overview, form, drifted))
            .with(overview.warnings.clone(), exit);
    }
    let text = if porcelain {
        as_porcelain(overview, form)
    } else if form.quiet {
        String::new()
    } else {
        for_people(overview, form, drifted)
    };
    Report::data(text).with(overview.warnings.clone(), exit)
}

fn shown(overview: &Overview, form: Form) -> impl Iterator<Item = &Row> {
    overview.rows.iter().filter(move |row| row.drift.counts || form.verbose)
}

fn as_porcelain(overview: &Overview, form: Form) -> String {
    let line = |letters: [char; 2], name: &str, path: &str| {
        format!("{}{}\t{}\t{}\n", letters[0], letters[1], escape(name), escape(path))
    };
    let rows = shown(overview, form).map(|row| {
        let placement = &row.deployed.placement;
        line(row.drift.letters, &placement.name.to_string(), placement.path.as_str())
    });
    let available = overview.available.iter().map(|(name, path)| line(['.', 'A'], name, path));
    rows.chain(available).collect()
}

fn for_people(overview: &Overview, form: Form, drifted: usize) -> String {
    let mut text = String::new();
    for row in shown(overview, form) {
        let placement = &row.deployed.placement;
        let letters: String = row.drift.letters.iter().collect();
        let style = if row.drift.counts { BAD } else { GOOD };
        let pin =
            placement.pin.as_ref().map(|pin| format!(", pinned to {}", escape(pin))).unwrap_or_default();
        let same = |other: &&Row| other.deployed.placement.name == placement.name;
        let several = overview.rows.iter().filter(same).count() > 1;
        let place = if several { format!(" ({})", escape(placement.path.as_str())) } else { String::new() };
        text += &format!(
            "{} {}{place}  {}{pin}\n",
            paint(&letters, style, form.color),
            paint(&escape(placement.name.to_string()), NAME, form.color),
            sentence(row),
        );
        if let Some(command) = command(overview.state, row) {
            text += &format!("   ({command})\n");
        }
    }
    for (name, path) in &overview.available {
        text += &format!(".A {}  offered at {}\n", paint(&escape(name), NAME, form.color), escape(path));
    }
    text + &totals(overview, drifted) + overview.state.line()
}

fn totals(overview: &Overview, drifted: usize) -> String {
    let (count, collection) = (overview.rows.len(), escape(&overview.collection));
    match (count, drifted) {
        (0, _) => format!("nothing deployed from '{collection}'\n"),
        (_, 0) => format!("{} in step with '{collection}'\n", artifacts(count)),
        _ => format!("{} deployed from '{collection}', {drifted} to attend to\n", artifacts(count)),
    }
}

fn artifacts(count: usize) -> String {
    if count == 1 { "1 artifact".to_owned() } else { format!("{count} artifacts") }
}

fn sentence(row: &Row) -> String {
    let source = escape(row.deployed.placement.source.as_str());
    match (&row.deployed.upstream, row.drift.letters) {
        (Upstream::Renamed { .. }, ['.', 'R']) => return format!("now at '{source}' in the collection"),
        (Upstream::Renamed { .. }, [letter, 'R']) => {
            let here = if letter == 'D' { "deleted" } else { "changed" };
            return format!("{here} here, now at '{source}' in the collection");
        }
        (Upstream::Unclear { candidates }, [_, 'D']) => {
            let places: Vec<String> =
                candidates.iter().map(|place| format!("'{}'", escape(place.as_str()))).collect();
            return format!("gone from the collection; may have become {}", places.join(" or "));
        }
        _ => {}
    }
    let text = match (row.drift.letters, row.drift.recommendation) {
        (['U', _], _) => "has conflicts to resolve",
        (['D', 'M'], _) => "deleted here, changed in the collection",
        (['D', _], _) if row.deployed.link == Some(Link::Dangling) => "is a link to nothing",
        (['D', _], _) if row.deployed.link.is_some() => "is not linked any more",
        (['D', _], _) => "deleted here",
        ([_, 'D'], Recommendation::KeepOrPrune) => "gone from the collection",
        ([_, 'D'], _) => "changed here, gone from the collection",
        (['?', _], _) => "differs, and no common version is known",
        (['.', 'M'], _) => "changed in the collection",
        (['M', '.'], Recommendation::ReviewManually) => "set back here to an older version",
        (['M', '.'], _) => "changed here",
        (['M', 'M'], Recommendation::Merge) => "changed on both sides",
        (['M', 'M'], _) => "changed on both sides in the same place",
        (['!', _], _) => "not committed yet",
        _ if row.drift.kind == Some("version_mismatch") => {
            "in step, the collection has another version of it"
        }
        _ if row.deployed.pinned_behind => "in step, the collection has moved on",
        _ => "in step",
    };
    match &row.deployed.nearest {
        Some(nearest) if row.drift.letters[0] == '?' => {
            format!("{text}; the nearest is {}", escape(nearest.label()))
        }
        Some(_) | None => text.to_owned(),
    }
}

/// The command that acts on an artifact.
fn command(state: State, row: &Row) -> Option<String> {
    let name = &row.deployed.placement.name;
    let verb = match row.drift.recommendation {
        Recommendation::None | Recommendation::DeployToProject => return None,
        Recommendation::PushFromCollection | Recommendation::Merge => "pull",
        Recommendation::ResolveConflict if row.drift.letters[0] == 'U' => {
            return Some(match state {
                State::Notes | State::File => {
                    "fix the files and 'git add' them, or 'git skillsync abort'".into()
                }
                State::Folder | State::Ignored => {
                    "fix the files and 'git skillsync continue', or 'git skillsync abort'".into()
                }
                State::User => {
                    "fix the files and 'git skillsync continue --user', or 'git skillsync abort --user'"
                        .into()
                }
            });
        }
        Recommendation::ResolveConflict => "pull",
        Recommendation::PullFromProject => "push",
        Recommendation::ReviewManually => "diff",
        Recommendation::KeepOrPrune => "pull --prune",
        Recommendation::RestoreOrRemove => "pull --force",
    };
    // What conflicts is left untouched outside git, unless marks are asked for.
    let marks = row.drift.recommendation == Recommendation::ResolveConflict && state.is_folder();
    let marks = if marks { " --auto-resolve=mark" } else { "" };
    let user = if state == State::User { " --user" } else { "" };
    if verb == "pull --force" && row.deployed.link.is_some() {
        let target = &row.deployed.placement.target;
        return Some(format!("git skillsync deploy{user} {} --target {target} --method symlink", name.name));
    }
    Some(format!("git skillsync {verb}{user}{marks} {}", name.name))
}

/// The fields of a document about one project.
pub(super) fn as_fields(overview: &Overview, form: Form, drifted: usize) -> Value {
    let mut artifacts: Vec<Value> =
        shown(overview, form).map(|row| row_as_json(overview.state, row)).collect();
    artifacts.extend(overview.available.iter().map(|(name, path)| {
        let (kind, name) = name.split_once('/').unwrap_or(("", name));
        json!({"name": name, "type": kind, "path": path, "target": null, "drift_type": "added",
            "direction": "to_project", "project_state": "absent", "collection_state": "added",
            "collection_sha": null, "project_sha": null, "base_sha": null, "collection_version": null,
            "project_version": null, "pin": null, "pending": false, "last_deployed": null,
            "recommendation": Recommendation::DeployToProject.as_str(),
            "command": format!("git skillsync deploy {kind}/{name}"), "base_from": "none",
            "unmerged": [], "source": path, "renamed_from": null, "candidates": []})
    }));
    json!({
        "drift_detected": drifted > 0,
        "drift_count": drifted,
        "project": overview.project,
        "collection": overview.collection,
        "head": overview.head,
        "tip": overview.tip,
        "state": overview.state.as_str(),
        "artifacts": artifacts,
    })
}

/// One artifact in a document.
pub(super) fn row_as_json(state: State, row: &Row) -> Value {
    let Row { deployed, drift, digests } = row;
    let placement = &deployed.placement;
    let record = placement.record.as_ref();
    let base = deployed.base.as_ref().or(deployed.head_base.as_ref());
    let (renamed_from, candidates) = match &deployed.upstream {
        Upstream::InPlace => (None, Vec::new()),
        Upstream::Renamed { from } => (Some(from.as_str()), Vec::new()),
        Upstream::Unclear { candidates } => (None, candidates.iter().map(RepoPath::as_str).collect()),
    };
    json!({
        "name": placement.name.name,
        "type": placement.name.kind.as_str(),
        "path": placement.path.as_str(),
        "target": placement.target,
        "drift_type": drift.kind,
        "direction": drift.direction,
        "project_state": drift.project.as_str(),
        "collection_state": drift.collection.as_str(),
        "collection_sha": digests[0],
        "project_sha": digests[1],
        "base_sha": digests[2],
        "collection_version": deployed.versions[1],
        "project_version": deployed.versions[0],
        "pin": placement.pin,
        "pending": deployed.waiting.is_some() && deployed.head != deployed.work_tree,
        "last_deployed": record.map(|record| record.deployed_at.as_str()),
        "recommendation": drift.recommendation.as_str(),
        "command": command(state, row),
        "base_from": base.map_or("none", |base| base.rung.as_str()),
        "unmerged": deployed.unmerged.iter().map(|path| path.to_str_lossy()).collect::<Vec<_>>(),
        "source": placement.source.as_str(),
        "renamed_from": renamed_from,
        "candidates": candidates,
    })
}
