//! `git skillsync list`: what is deployed, or what the collection offers.

use super::shared::{self, Fetch};
use crate::error::Error;
use crate::exit::Exit;
use crate::observe::observer::{Need, Observer};
use crate::observe::scan::describe;
use crate::observe::versions::Versions;
use crate::report::failure::{hint_line, warning};
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::json;

/// Run the command.
pub fn run(session: &Session, available: bool, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let collection = shared::collection(session, &project, Fetch::No)?;
    if available { offered(&collection, form) } else { deployed(&project, collection, form) }
}

fn offered(collection: &crate::observe::collection::Collection, form: Form) -> Result<Report, Error> {
    let scan = collection.scan()?;
    let warnings: String = scan.warnings.iter().map(|found| warning(&found.to_string())).collect();
    let versions = Versions::of_collection(collection);
    let mut described = Vec::new();
    for artifact in &scan.artifacts {
        let said = describe(&collection.repository, artifact);
        let version = versions.of(&artifact.source, artifact.content, collection.tip)?;
        described.push((artifact, said, version));
    }
    if form.json {
        let artifacts: Vec<_> = described
            .into_iter()
            .map(|(artifact, said, version)| {
                json!({"name": artifact.name.name, "type": artifact.name.kind.as_str(), "version": version.into_text(),
                    "description": said.description, "path": artifact.source.as_str(), "plugin": artifact.plugin})
            })
            .collect();
        let fields = json!({"collection": collection.name, "tip": collection.own_tip().to_string(), "artifacts": artifacts});
        return Ok(Report::json("list", fields).with(warnings, Exit::Done));
    }
    let mut text = String::new();
    for (artifact, said, version) in described {
        let version = version.into_name().map(|version| format!(" {version}")).unwrap_or_default();
        let what = said.description.map(|text| format!("\n    {}", first_words(&text))).unwrap_or_default();
        let (name, source) = (escape(artifact.name.to_string()), escape(artifact.source.as_str()));
        text += &format!("{name}{}  {source}{what}\n", escape(version));
    }
    if scan.artifacts.is_empty() {
        let hint = "artifacts stand in folders such as 'skills/NAME/SKILL.md'";
        let said = format!("the collection '{}' offers nothing\n", escape(&collection.name));
        return Ok(Report::data(said).with(warnings + &hint_line(hint), Exit::Done));
    }
    Ok(Report::data(text).with(warnings, Exit::Done))
}

/// The first line of a description, as long as a terminal is wide.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(100).collect();
    let rest = if short.len() < line.len() || text.lines().count() > 1 { "…" } else { "" };
    format!("{}{rest}", escape(short))
}

fn deployed(
    project: &crate::git::Repository,
    collection: crate::observe::collection::Collection,
    form: Form,
) -> Result<Report, Error> {
    let scene = shared::scene(project, collection)?;
    let evidence = scene.evidence()?;
    let observer = Observer::new(&scene, &evidence)?;
    let found = observer.look(observer.placements()?, Need::Drift)?;
    shared::keep_caches(&scene);
    let warnings = shared::troubles(&scene, &evidence);
    if form.json {
        let artifacts: Vec<_> = found
            .iter()
            .map(|deployed| {
                let placement = &deployed.placement;
                let record = placement.record.as_ref();
                json!({"name": placement.name.name, "type": placement.name.kind.as_str(),
                    "path": placement.path.as_str(), "target": placement.target, "pin": placement.pin,
                    "source": placement.source.as_str(),
                    "version": record.and_then(|record| record.version.as_deref()),
                    "last_deployed": record.map(|record| record.deployed_at.as_str())})
            })
            .collect();
        let fields = json!({"collection": scene.collection.name, "artifacts": artifacts});
        return Ok(Report::json("list", fields).with(warnings, Exit::Done));
    }
    let mut text = String::new();
    for deployed in &found {
        let placement = &deployed.placement;
        let version = placement.record.as_ref().and_then(|record| record.version.clone());
        let version = version.map(|version| format!(" {}", escape(version))).unwrap_or_default();
        let pin =
            placement.pin.as_ref().map(|pin| format!("  pinned to {}", escape(pin))).unwrap_or_default();
        text += &format!(
            "{}{version}  {}{pin}\n",
            escape(placement.name.to_string()),
            escape(placement.path.as_str())
        );
    }
    if found.is_empty() {
        let hint = hint_line("'git skillsync list --available' shows what can be deployed");
        return Ok(Report::data("").with(warnings + "nothing is deployed\n" + &hint, Exit::Done));
    }
    Ok(Report::data(text).with(warnings, Exit::Done))
}
