//! How a deployed path stands between its base, the project and the collection: the status table.

use crate::merge::{Engine, Favor, MergeError, Place};
use crate::model::content::Content;
use crate::model::deployed::{Deployed, Link, Upstream};
use gix::bstr::BString;

/// How one side stands against the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideState {
    /// As the base.
    Unchanged,
    /// Other than the base.
    Modified,
    /// Not there any more.
    Deleted,
    /// Under another name, whether it changed as well or not.
    Renamed,
    /// Left with conflicts.
    Unmerged,
    /// Other than the other side, and no base is known.
    Unknown,
}

impl SideState {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
            Self::Unmerged => "unmerged",
            Self::Unknown => "unknown",
        }
    }
}

/// What should be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recommendation {
    /// Nothing.
    None,
    /// The project should take the collection's version.
    PushFromCollection,
    /// The collection should take the project's version.
    PullFromProject,
    /// Both changed, and their changes go together.
    Merge,
    /// Both changed the same place, or are left unmerged.
    ResolveConflict,
    /// A person has to look.
    ReviewManually,
    /// It is gone from the collection.
    KeepOrPrune,
    /// It was deleted in the project.
    RestoreOrRemove,
    /// The collection offers it and the project does not have it.
    DeployToProject,
}

impl Recommendation {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PushFromCollection => "push_from_collection",
            Self::PullFromProject => "pull_from_project",
            Self::Merge => "merge",
            Self::ResolveConflict => "resolve_conflict",
            Self::ReviewManually => "review_manually",
            Self::KeepOrPrune => "keep_or_prune",
            Self::RestoreOrRemove => "restore_or_remove",
            Self::DeployToProject => "deploy_to_project",
        }
    }
}

/// One row of the status table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// The two letters of `--porcelain`.
    pub letters: [char; 2],
    /// The kind of drift; none where there is none.
    pub kind: Option<&'static str>,
    /// Where the change should go.
    pub direction: &'static str,
    /// What to do.
    pub recommendation: Recommendation,
    /// The project's side.
    pub project: SideState,
    /// The collection's side.
    pub collection: SideState,
    /// Whether it counts as drift.
    pub counts: bool,
}

/// Judge one deployed path.
///
/// # Errors
///
/// When both sides changed and the merge that tells whether they go together fails.
pub fn judge(deployed: &Deployed, engine: &mut Engine<'_>) -> Result<Drift, MergeError> {
    use SideState as Side;
    let Deployed { work_tree, theirs, .. } = *deployed;
    if !deployed.unmerged.is_empty() {
        return Ok(row(['U', '.'], "none", Recommendation::ResolveConflict, Side::Unmerged, Side::Unchanged));
    }
    match deployed.link {
        Some(Link::Linked) => return Ok(in_step(deployed)),
        Some(Link::Dangling | Link::Broken) => {
            let advice = Recommendation::RestoreOrRemove;
            let drift = row(['D', '.'], "none", advice, Side::Deleted, Side::Unchanged);
            return Ok(Drift { kind: Some("removed"), ..drift });
        }
        None => {}
    }
    if deployed.not_converted.is_some() {
        return Ok(row(['?', '?'], "both", Recommendation::ReviewManually, Side::Unknown, Side::Unknown));
    }
    let base = deployed.base.as_ref().or(deployed.head_base.as_ref()).map(|base| base.content);
    let Some(ours) = work_tree else {
        let modified = base.is_some() && theirs.is_some() && theirs != base;
        let (letter, side, direction) = match (deployed.is_renamed(), modified) {
            (true, _) => ('R', Side::Renamed, "both"),
            (false, true) => ('M', Side::Modified, "both"),
            (false, false) => ('.', Side::Unchanged, "none"),
        };
        let drift = row(['D', letter], direction, Recommendation::RestoreOrRemove, Side::Deleted, side);
        return Ok(Drift { kind: Some("removed"), ..drift });
    };
    if theirs == Some(ours) {
        return Ok(if deployed.is_renamed() { renamed() } else { in_step(deployed) });
    }
    if let (None, Upstream::Unclear { .. }) = (theirs, &deployed.upstream) {
        let unchanged = base == Some(ours);
        return Ok(Drift { recommendation: Recommendation::ReviewManually, ..gone_upstream(unchanged) });
    }
    let Some(base) = base else {
        return Ok(row(['?', '?'], "both", Recommendation::ReviewManually, Side::Unknown, Side::Unknown));
    };
    let Some(theirs) = theirs else { return Ok(gone_upstream(ours == base)) };
    if let Some(drift) = written_otherwise(deployed, engine, ours, theirs)? {
        return Ok(drift);
    }
    let drift = match (deployed.is_renamed(), ours == base) {
        (false, _) => against_same_name(deployed, engine, ours, base, theirs)?,
        (true, true) => renamed(),
        (true, false) => {
            let clean = theirs == base || goes_together(deployed, engine, ours, theirs)?;
            let advice = if clean { Recommendation::Merge } else { Recommendation::ResolveConflict };
            row(['M', 'R'], "both", advice, Side::Modified, Side::Renamed)
        }
    };
    Ok(drift)
}

/// The row of a file in another form that says what its base or the collection's version says, but is
/// written down in another way: that is no change. It is one where it does not go together with what the
/// collection changed.
fn written_otherwise(
    deployed: &Deployed,
    engine: &mut Engine<'_>,
    ours: Content,
    theirs: Content,
) -> Result<Option<Drift>, MergeError> {
    let Some(meant) = deployed.meant.filter(|_| !deployed.is_renamed()) else { return Ok(None) };
    let base = deployed.base.as_ref().filter(|base| base.original == meant);
    if Some(meant) == deployed.original || base.is_some_and(|base| base.content == theirs) {
        return Ok(Some(in_step(deployed)));
    }
    if base.is_none() || !goes_together(deployed, engine, ours, theirs)? {
        return Ok(None);
    }
    let advice = Recommendation::PushFromCollection;
    Ok(Some(row(['.', 'M'], "to_project", advice, SideState::Unchanged, SideState::Modified)))
}

/// The row of an artifact that both sides have and none renamed.
fn against_same_name(
    deployed: &Deployed,
    engine: &mut Engine<'_>,
    ours: Content,
    base: Content,
    theirs: Content,
) -> Result<Drift, MergeError> {
    use SideState as Side;
    if theirs == base && ours == base {
        return Ok(in_step(deployed));
    }
    let drift = match (ours == base, theirs == base) {
        (true, _) => {
            row(['.', 'M'], "to_project", Recommendation::PushFromCollection, Side::Unchanged, Side::Modified)
        }
        (false, true) => {
            let [ours, theirs] = [deployed.meant.unwrap_or(ours), deployed.original.unwrap_or(theirs)];
            let rewinds = !rewound(engine, deployed, ours, theirs)?.is_empty();
            let advice =
                if rewinds { Recommendation::ReviewManually } else { Recommendation::PullFromProject };
            row(['M', '.'], "to_collection", advice, Side::Modified, Side::Unchanged)
        }
        (false, false) => {
            let clean = goes_together(deployed, engine, ours, theirs)?;
            let advice = if clean { Recommendation::Merge } else { Recommendation::ResolveConflict };
            row(['M', 'M'], "both", advice, Side::Modified, Side::Modified)
        }
    };
    Ok(drift)
}

/// The files that would send the collection back to a version it had: what is sent is what stood
/// there once and does not any more. Both contents are in the collection's form.
///
/// # Errors
///
/// When a tree cannot be read.
pub fn rewound(
    engine: &Engine<'_>,
    deployed: &Deployed,
    sent: Content,
    theirs: Content,
) -> Result<Vec<BString>, MergeError> {
    let path = &deployed.placement.path;
    let there: std::collections::BTreeMap<_, _> = engine.files(theirs, path)?.into_iter().collect();
    let sent = engine.files(sent, path)?.into_iter();
    let older = sent.filter(|(name, file)| {
        there.get(name).is_some_and(|now| now != file) && deployed.past_files.contains(&(name.clone(), *file))
    });
    Ok(older.map(|(name, _)| name).collect())
}

fn goes_together(
    deployed: &Deployed,
    engine: &mut Engine<'_>,
    ours: Content,
    theirs: Content,
) -> Result<bool, MergeError> {
    let place = Place { path: &deployed.placement.path, ours: "ours", base: "base", theirs: "theirs" };
    let base = deployed.base.as_ref();
    let merged = super::readings::merge(engine, &place, base, Some(ours), Some(theirs), Favor::Neither)?;
    Ok(merged.is_clean())
}

fn in_step(deployed: &Deployed) -> Drift {
    let waits = deployed.waiting.is_some() && deployed.head != deployed.work_tree;
    // The same content, which the collection calls otherwise by now.
    let renamed = deployed.versions[1].is_some() && deployed.versions[0] != deployed.versions[1];
    let other_version = renamed && deployed.versions[0].is_some() && deployed.work_tree == deployed.theirs;
    Drift {
        letters: [if waits { '!' } else { '.' }, '.'],
        kind: other_version.then_some("version_mismatch"),
        direction: "none",
        recommendation: Recommendation::None,
        project: SideState::Unchanged,
        collection: SideState::Unchanged,
        counts: false,
    }
}

fn renamed() -> Drift {
    let advice = Recommendation::PushFromCollection;
    row(['.', 'R'], "to_project", advice, SideState::Unchanged, SideState::Renamed)
}

fn gone_upstream(unchanged: bool) -> Drift {
    let (letter, direction, advice, side) = if unchanged {
        ('.', "to_project", Recommendation::KeepOrPrune, SideState::Unchanged)
    } else {
        ('M', "both", Recommendation::ReviewManually, SideState::Modified)
    };
    Drift { kind: Some("removed"), ..row([letter, 'D'], direction, advice, side, SideState::Deleted) }
}

fn row(
    letters: [char; 2],
    direction: &'static str,
    recommendation: Recommendation,
    project: SideState,
    collection: SideState,
) -> Drift {
    Drift { letters, kind: Some("modified"), direction, recommendation, project, collection, counts: true }
}
