//! One artifact of an import: the version that its records and the histories lead to.

use super::import::{Claim, View};
use crate::error::Error;
use crate::merge;
use crate::model::artifact::ArtifactName;
use crate::model::configured::without_credentials;
use crate::model::content::Content;
use crate::model::deployed::{Base, Deployed, Placement, Rung};
use crate::model::oid::ObjectId;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::observe::import::resolve::Version;
use crate::observe::observer::Need;
use crate::observe::scene::Scene;
use crate::plan::adopt::{self, Found};
use crate::plan::change::Step;
use crate::plan::import::{Choice, choose};
use crate::report::import::{ArtifactRow, OriginRow};

/// What becomes of an artifact.
pub enum Judged {
    /// It is none of ours, for this reason.
    LeftOut(&'static str),
    /// It gets a record, or needs somebody's attention.
    Row {
        /// The place of the collection's view.
        view: usize,
        /// What is said of it.
        row: Box<ArtifactRow>,
    },
}

/// A version that a claim leads to.
struct Hinted {
    claim: usize,
    version: Version,
}

/// Decide about the artifact at `path`, which the claims are about.
pub fn judge(views: &[View<'_>], path: &RepoPath, claims: &[Claim<'_>], now: &str) -> Result<Judged, Error> {
    // All are about the same project.
    let found = views.first().and_then(|view| view.scene.desk.project.layout().artifact_at(path));
    let Some((target, name)) = found else { return Ok(Judged::LeftOut("it stands in no target's folder")) };
    let (at, hinted) = hinted(views, claims)?;
    let view = &views[at];
    let claim = &claims[hinted.first().map_or(0, |hinted| hinted.claim)];
    let source = match hinted.first() {
        Some(hinted) => Some(hinted.version.source.clone()),
        None => offered(view, &claim.hint.artifact)?,
    };
    let placement = Placement {
        name,
        path: path.clone(),
        source: source.clone().unwrap_or_else(|| path.clone()),
        target: target.name.to_owned(),
        pin: None,
        record: None,
        named: true,
        let_go: view.observer.let_go(path)?,
    };
    let Some(mut deployed) = view.observer.look(vec![placement], Need::Deploy)?.pop() else {
        return Ok(Judged::LeftOut("it is not there"));
    };
    if deployed.work_tree.is_none() && deployed.untracked.is_empty() {
        return Ok(Judged::LeftOut("it is not there"));
    }
    let known = if deployed.head.is_some() { deployed.head_base.clone() } else { deployed.base.clone() };
    let contents: Vec<Content> = hinted.iter().map(|hinted| hinted.version.content).collect();
    let choice = match adopt::obstacle(&deployed) {
        Some(_) => Choice::Nothing,
        None => choose(&contents, known.as_ref().filter(|_| source.is_some())),
    };
    let row = match (choice, known) {
        (Choice::Hint(which), _) => {
            let Hinted { claim, version } = &hinted[which];
            by_hint(view, &mut deployed, &claims[*claim], version, now)?
        }
        (Choice::History, Some(known)) => {
            by_history(view, &mut deployed, claim, &known, hinted.is_empty(), now)?
        }
        (choice, _) => unknown(views, &deployed, claims, choice),
    };
    Ok(Judged::Row { view: at, row: Box::new(row) })
}

/// The versions that the claims lead to, all of one collection, and the place of its view.
fn hinted(views: &[View<'_>], claims: &[Claim<'_>]) -> Result<(usize, Vec<Hinted>), Error> {
    let mut found: Vec<(usize, Hinted)> = Vec::new();
    for (claim, Claim { hint, .. }) in claims.iter().enumerate() {
        let mut order: Vec<usize> = (0..views.len()).collect();
        // The collection that the artifact says it came from first.
        order.sort_by_key(|at| !views[*at].resolver.is_from_here(hint));
        for at in order {
            if let Some(version) = views[at].resolver.find(hint)? {
                found.push((at, Hinted { claim, version }));
                break;
            }
        }
    }
    let at = found.first().map_or(0, |(at, _)| *at);
    Ok((at, found.into_iter().filter(|(view, _)| *view == at).map(|(_, hinted)| hinted).collect()))
}

/// Where the only artifact of this name stands in the collection.
fn offered(view: &View<'_>, name: &ArtifactName) -> Result<Option<RepoPath>, Error> {
    let offered = view.scene.collection.offered(name)?;
    Ok(match offered.as_slice() {
        [only] => Some(only.source.clone()),
        _ => None,
    })
}

/// The version that is taken for the base, and why.
struct Proof {
    base: Content,
    commit: ObjectId,
    rung: Rung,
    found_by: &'static str,
    message: &'static str,
    pin: Option<String>,
}

fn by_hint(
    view: &View<'_>,
    deployed: &mut Deployed,
    claim: &Claim<'_>,
    version: &Version,
    now: &str,
) -> Result<ArtifactRow, Error> {
    deployed.placement.source.clone_from(&version.source);
    let collection = &view.scene.collection;
    let pin = claim.hint.pin.as_ref().filter(|pin| !collection.follows(pin));
    let proof = Proof {
        base: version.content,
        commit: version.commit,
        rung: Rung::Import,
        found_by: version.way.as_str(),
        message: "",
        pin: pin.filter(|pin| collection.commit_named(pin).is_ok()).cloned(),
    };
    row(view, deployed, claim, proof, now)
}

/// What content identity proves is recorded as it was met; *advance* goes on from there each time.
fn by_history(
    view: &View<'_>,
    deployed: &mut Deployed,
    claim: &Claim<'_>,
    known: &Base,
    alone: bool,
    now: &str,
) -> Result<ArtifactRow, Error> {
    let Placement { source, name, .. } = &deployed.placement;
    let base = known.witnessed;
    let Some((source, commit)) = view.resolver.place_of(source, name, base)? else {
        let step = Step { base_from: None, status: Status::Skipped, ..Step::of(deployed, "record") };
        let hint = Some("'git skillsync adopt' records it".to_owned());
        let message = "is a version of the collection in part".to_owned();
        return Ok(told(claim, Step { message, hint, ..step }, None));
    };
    deployed.placement.source = source;
    let message = if alone { "" } else { ", which tells of another version" };
    let proof = Proof { base, commit, rung: known.rung, found_by: known.rung.as_str(), message, pin: None };
    row(view, deployed, claim, proof, now)
}

fn row(
    view: &View<'_>,
    deployed: &Deployed,
    claim: &Claim<'_>,
    proof: Proof,
    now: &str,
) -> Result<ArtifactRow, Error> {
    let Scene { desk, collection, .. } = view.scene;
    let Proof { base, commit, rung, found_by, message, pin } = proof;
    let digest = merge::digest(&desk.objects, base, &deployed.placement.path)?;
    let version = view.observer.version_in(&deployed.placement.source, base, commit)?;
    let omitted = Vec::new();
    let called = Some(version.clone().into_text());
    let found = Found { base, native: base, commit, rung, digest: &digest, version: called, omitted, pin };
    let step = adopt::adopt(deployed, &found, &collection.origin(), now);
    let origin = OriginRow {
        collection: collection.name.clone(),
        source: deployed.placement.source.clone(),
        commit: collection.repository.own_id(commit),
        digest,
        version: version.into_name(),
        found_by,
    };
    let step = Step { message: message.to_owned(), ..step };
    Ok(told(claim, step, Some(origin)))
}

fn unknown(views: &[View<'_>], deployed: &Deployed, claims: &[Claim<'_>], choice: Choice) -> ArtifactRow {
    let step = Step { base_from: None, status: Status::Skipped, ..Step::of(deployed, "record") };
    let claim = &claims[0];
    if let Some((message, hint)) = adopt::obstacle(deployed) {
        return told(claim, Step { message: message.into(), hint: hint.map(str::to_owned), ..step }, None);
    }
    let elsewhere = claims.iter().find_map(|claim| {
        let known = views.iter().any(|view| view.resolver.is_from_here(claim.hint));
        claim.hint.repository.as_deref().filter(|_| !known)
    });
    let (message, hint) = match (choice, elsewhere) {
        (Choice::Disagreement, _) => (
            "the tools' records name different versions".to_owned(),
            "'git skillsync import FILE' takes the word of one file".to_owned(),
        ),
        (_, Some(url)) => {
            let url = without_credentials(url);
            let last = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or("upstream");
            let name = last.strip_suffix(".git").unwrap_or(last);
            // The address is somebody else's: nothing is offered for copying that a shell would act on.
            let plain = |c: char| c.is_ascii_alphanumeric() || "._~:/@+-".contains(c);
            let hint = if url.chars().all(plain) && !name.starts_with('-') {
                format!("'git skillsync collection add {name} {url}' makes it a collection")
            } else {
                "'git skillsync collection add NAME URL' adds a collection".to_owned()
            };
            (format!("it came from '{url}', which is no collection here"), hint)
        }
        (_, None) => (
            "what was written down is no version that the collection had".to_owned(),
            "'git skillsync adopt' looks for the nearest version".to_owned(),
        ),
    };
    told(claim, Step { message, hint: Some(hint), ..step }, None)
}

fn told(claim: &Claim<'_>, step: Step, origin: Option<OriginRow>) -> ArtifactRow {
    ArtifactRow { step, origin, file: claim.source.shown.clone(), entry: claim.hint.entry.clone() }
}
