//! `git skillsync diff`: what was changed here, what a pull would bring, or both against each other.

use super::shared::{self, Fetch};
use crate::error::Error;
use crate::execute::difference::{Pair, Show, show};
use crate::exit::Exit;
use crate::model::deployed::Deployed;
use crate::observe::observer::{Need, Observer};
use crate::report::failure::warning;
use crate::report::{Form, Report};
use crate::request::{Diff, DiffSides};
use crate::session::Session;
use crate::terminal;
use serde_json::json;

/// Run the command.
pub fn run(session: &Session, request: &Diff, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    let mut warnings = shared::troubles(&scene, &evidence);
    let observer = Observer::new(&scene, &evidence)?;
    let placements = shared::chosen(observer.placements()?, &request.artifacts)?;
    let mut pairs = Vec::new();
    for deployed in observer.look(placements, Need::Drift)? {
        match pair(&deployed, request.sides) {
            Some(pair) => pairs.push((deployed.placement.name.clone(), pair)),
            None => {
                let name = &deployed.placement.name;
                warnings += &warning(&format!("no common version is known of {name}; see '--against'"));
            }
        }
    }
    shared::keep_caches(&scene);
    let how = Show { stat: request.stat, patch: !request.stat, color: form.color, paged: false };
    if form.json {
        let mut artifacts = Vec::new();
        for (name, pair) in pairs.into_iter().filter(|(_, pair)| pair.old != pair.new) {
            let text = show(&project, &scene.desk.objects, std::slice::from_ref(&pair), how)?;
            artifacts.push(json!({"name": name.name, "type": name.kind.as_str(),
                "path": pair.path.as_str(), "diff": text}));
        }
        return Ok(Report::json("diff", json!({"artifacts": artifacts})).with(warnings, Exit::Done));
    }
    let pairs: Vec<Pair> = pairs.into_iter().map(|(_, pair)| pair).collect();
    let how = Show { paged: terminal::is_interactive() && !form.quiet, ..how };
    let text = show(&project, &scene.desk.objects, &pairs, how)?;
    Ok(Report::data(text).with(warnings, Exit::Done))
}

/// The two versions to compare; none if one of them is a base that is not known.
fn pair(deployed: &Deployed, sides: DiffSides) -> Option<Pair> {
    let Deployed { work_tree, theirs, .. } = *deployed;
    let base = deployed.base.as_ref().or(deployed.head_base.as_ref()).map(|base| base.content);
    // In step with the collection: then that is the base.
    let base = if work_tree == theirs { theirs } else { base };
    let (old, new) = match sides {
        DiffSides::Local => (Some(base?), work_tree),
        DiffSides::Incoming => (Some(base?), theirs),
        DiffSides::Against => (work_tree, theirs),
    };
    Some(Pair { path: deployed.placement.path.clone(), old, new })
}
