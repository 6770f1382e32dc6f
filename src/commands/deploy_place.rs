//! The placements of one artifact that is deployed: one for each place that is written.

use super::scan;
use crate::error::Error;
use crate::git::index::Index;
use crate::git::work_tree::WorkTree;
use crate::merge;
use crate::model::artifact::ArtifactName;
use crate::model::deployed::{Deployed, Link, Placement};
use crate::model::oid::ObjectId;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::record::{Method, Origin};
use crate::model::safety;
use crate::model::target::{Scope, Target};
use crate::observe::desk::Desk;
use crate::observe::forms;
use crate::observe::observer::{Need, Observer};
use crate::observe::scan::Offered;
use crate::observe::scene::Scene;
use crate::plan::change::{Placing, Step};
use crate::plan::deploy::{DeployContext, deploy};
use crate::plan::targets::{Spot, Wanted, assign};
use crate::report::failure::warning;
use crate::request::Deploy;
use crate::session::Session;
use std::collections::BTreeSet;

/// Places artifacts in the places of the wanted targets.
pub struct Placer<'a> {
    /// The circumstances.
    pub session: &'a Session,
    /// Project and collection.
    pub scene: &'a Scene<'a>,
    /// What was asked for.
    pub request: &'a Deploy,
    /// Who is to find them.
    pub wanted: Wanted,
    /// What is deployed already.
    pub known: Vec<Placement>,
    /// Whether links can be placed.
    pub links: bool,
    /// How placements after the first one are made, where nothing else is said.
    pub method: Method,
    /// The collection, as records name it.
    pub origin: Origin,
    /// The present time.
    pub now: String,
    /// The commit that is deployed.
    pub commit: ObjectId,
    /// The ref that is pinned.
    pub pin: Option<&'a str>,
    /// Whether what comes in is looked through.
    pub scan: bool,
    /// As [`Placer::find_elsewhere`] tells.
    pub elsewhere: BTreeSet<RepoPath>,
}

/// How an artifact is placed at one place.
#[derive(Clone, Copy)]
struct How<'a> {
    spot: &'a Spot,
    method: Method,
    /// What a link leads to.
    to: Option<&'a RepoPath>,
}

impl Placer<'_> {
    /// The steps that place one artifact.
    pub fn place(
        &self,
        observer: &Observer<'_>,
        offered: &Offered,
        steps: &mut Vec<Step>,
        warnings: &mut String,
    ) -> Result<(), Error> {
        let name = self.name(offered)?;
        let layout = self.scene.desk.project.layout();
        let assignment = assign(&self.wanted, layout.scope(), name.kind);
        // Of what is not supported the other side has told.
        let unsupported =
            assignment.unsupported.iter().filter(|_| self.scene.desk.project.around().is_none());
        for target in unsupported {
            let message = format!("{}s are not supported by {}", name.kind, target.title);
            if self.wanted.named {
                let placement = self.placement(offered, &name, target, offered.source.clone());
                steps.push(Step { status: Status::Skipped, message, ..Step::about(&placement) });
            } else {
                *warnings += &warning(&message);
            }
        }
        let mut first = self.real_copy(offered, &name)?;
        for spot in &assignment.spots {
            let Some(path) = layout.path_of(spot.target, &name)? else { continue };
            if self.elsewhere.contains(&path) {
                continue;
            }
            *warnings += &unloaded(spot, layout.scope(), &name);
            let placement = self.placement(offered, &name, spot.target, path);
            let method = self.method_at(&placement, spot, first.as_ref());
            let to = first.as_ref().filter(|_| method == Method::Symlink);
            let how = How { spot, method, to };
            let (step, said) = self.step(observer, offered, placement, &how)?;
            // The same artifact in several places brings the same text.
            if !warnings.contains(&said) {
                *warnings += &said;
            }
            if method == Method::Copy && first.is_none() && !step.status.needs_attention() {
                first = Some(step.path.clone());
            }
            steps.push(step);
        }
        Ok(())
    }

    /// The paths of these artifacts that are not this project's: they are ignored, or this is about what is.
    pub fn find_elsewhere(&self, all: &[Offered]) -> Result<BTreeSet<RepoPath>, Error> {
        let Desk { project, index, .. } = &self.scene.desk;
        let layout = project.layout();
        let mut paths = BTreeSet::new();
        for offered in all {
            let name = self.name(offered)?;
            for spot in assign(&self.wanted, layout.scope(), name.kind).spots {
                paths.extend(layout.path_of(spot.target, &name)?);
            }
        }
        if let Some(around) = project.around() {
            let tracked = Index::read(around)?;
            let ignored = around.ignored(&paths)?;
            paths.retain(|path| !tracked.lines(path).is_empty() || !ignored.contains(path));
            return Ok(paths);
        }
        if !project.is_git() {
            return Ok(BTreeSet::new());
        }
        paths.retain(|path| index.lines(path).is_empty());
        let ignored = project.ignored(&paths)?;
        if !ignored.is_empty() {
            self.session.meet_ignored();
        }
        Ok(if self.request.dry_run { BTreeSet::new() } else { ignored })
    }

    fn name(&self, offered: &Offered) -> Result<ArtifactName, Error> {
        let name = self.request.name.clone().unwrap_or_else(|| offered.name.name.clone());
        let unsafe_name =
            |reason: safety::UnsafeName| Error::UnsafeName { name: name.clone(), reason: reason.to_string() };
        safety::check_artifact_name(&name).map_err(unsafe_name)?;
        Ok(ArtifactName::new(offered.name.kind, name))
    }

    /// Where the artifact stands already with files of its own that a link could point to.
    fn real_copy(&self, offered: &Offered, name: &ArtifactName) -> Result<Option<RepoPath>, Error> {
        let Desk { project, index, objects, .. } = &self.scene.desk;
        let (layout, work_tree) = (project.layout(), WorkTree::new(project, index)?);
        let is_copy = |placement: &&Placement| {
            let same = placement.source == offered.source && placement.name == *name;
            // A part of the project goes its own way.
            same && layout.holds(&placement.target, name.kind, &placement.path)
                && placement.pin.as_deref() == self.pin
                && placement.record.as_ref().is_some_and(|record| record.method == Method::Copy)
        };
        for placement in self.known.iter().filter(is_copy) {
            if work_tree.content(objects, &placement.path)?.is_some() {
                return Ok(Some(placement.path.clone()));
            }
        }
        Ok(None)
    }

    /// Where an artifact goes, with the record of an earlier deployment of the same.
    fn placement(
        &self,
        offered: &Offered,
        name: &ArtifactName,
        target: &Target,
        path: RepoPath,
    ) -> Placement {
        let same = |known: &&Placement| known.path == path && known.source == offered.source;
        let earlier = self.known.iter().find(same);
        Placement {
            name: name.clone(),
            source: offered.source.clone(),
            target: target.name.to_owned(),
            pin: earlier.and_then(|earlier| earlier.pin.clone()),
            record: earlier.and_then(|earlier| earlier.record.clone()),
            named: true,
            let_go: 0,
            path,
        }
    }

    /// A link only where another placement has the same bytes and the harness follows links; what is
    /// there already stays as it is unless the user says how it should be.
    fn method_at(&self, placement: &Placement, spot: &Spot, first: Option<&RepoPath>) -> Method {
        if placement.form().is_generated() {
            return Method::Generated;
        }
        let recorded = placement.record.as_ref().map(|record| record.method);
        let wanted = self.request.method.or(recorded).unwrap_or(self.method);
        let points_elsewhere = first.is_some_and(|first| *first != placement.path);
        let follows = spot.serves.iter().all(|target| target.follows_links);
        match wanted {
            Method::Symlink if points_elsewhere && follows && self.links => Method::Symlink,
            Method::Symlink | Method::Copy | Method::Generated => Method::Copy,
        }
    }

    fn step(
        &self,
        observer: &Observer<'_>,
        offered: &Offered,
        mut placement: Placement,
        how: &How<'_>,
    ) -> Result<(Step, String), Error> {
        let How { spot, method, to } = *how;
        let objects = &self.scene.desk.objects;
        placement.let_go = observer.let_go(&placement.path)?;
        let (path, format) = (placement.path.clone(), placement.form().format);
        let native = match to {
            Some(to) => Ok(forms::link(objects, &path.link_to(to))?),
            None => forms::native(objects, placement.form(), offered.content)?,
        };
        let Some(looked) = observer.look(vec![placement], Need::Deploy)?.pop() else {
            return Err(Error::NotSupported {
                artifact: offered.name.to_string(),
                target: spot.target.title.into(),
            });
        };
        let (theirs, not_converted) = match native {
            Ok(native) => (Some(native), None),
            Err(reason) => (None, Some(reason.to_string())),
        };
        // A link that is as it was placed can be replaced like files that nobody edited.
        let recorded =
            looked.work_tree.filter(|_| looked.link.is_some_and(Link::is_as_placed)).or(looked.recorded);
        let original = Some(offered.content);
        let version = observer.version_in(&offered.source, offered.content, self.commit)?;
        let versions = [looked.versions[0].clone(), Some(version.into_text())];
        let deployed = Deployed { theirs, original, not_converted, recorded, versions, ..looked };
        let files =
            theirs.map(|theirs| merge::files(objects, theirs, &path)).transpose()?.unwrap_or_default();
        let digest = merge::digest(objects, offered.content, &path)?;
        let (origin, now, commit) = (&self.origin, self.now.as_str(), self.commit);
        let context = DeployContext { origin, now, commit, pin: self.pin, force: self.request.force, method };
        let mut step = deploy(&deployed, &context, &files, &digest);
        if method != Method::Copy && step.change.is_some() {
            step.message += &format!(" ({})", method.as_str());
        }
        let read_by = spot.serves.iter().map(|target| target.name).collect();
        step.placing = Some(Placing { method, format: format.as_str(), read_by });
        let (before, after) = (deployed.work_tree, theirs.filter(|_| method != Method::Symlink));
        scan::taken(objects, step, before, after, self.scan)
    }
}

/// A warning about wanted targets that do not load artifacts of this name.
fn unloaded(spot: &Spot, scope: Scope, name: &ArtifactName) -> String {
    let takes = |target: &&&'static Target| target.kind(scope, name.kind).names.take(&name.name);
    let refusing = spot.serves.iter().filter(|target| !takes(target));
    refusing.map(|target| warning(&format!("{} may not load {name}: its name", target.title))).collect()
}
