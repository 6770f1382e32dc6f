//! The parts of a project: folders with a tracked configuration of their own, as packages of a monorepo.

use super::ObserveError;
use crate::git::Repository;
use crate::git::index::Index;
use crate::model::configured::TRACKED;
use crate::model::path::RepoPath;
use crate::model::target::{Layout, Scope};

/// Where places are in what is meant: in the project or the part that one works in, and in the parts of that.
///
/// # Errors
///
/// When the index cannot be read.
pub fn layouts(project: &Repository) -> Result<Vec<Layout>, ObserveError> {
    let mut layouts = all(project)?;
    layouts.retain(|layout| project.layout().covers(layout.base()));
    Ok(layouts)
}

/// Where places are in all of the project, whatever part one works in.
///
/// # Errors
///
/// When the index cannot be read.
pub fn all(project: &Repository) -> Result<Vec<Layout>, ObserveError> {
    let own = project.layout();
    let mut layouts = vec![own.clone()];
    if own.scope() == Scope::Project && project.is_git() && project.work_dir().is_some() {
        let parts = Index::read(project)?.folders_with(TRACKED).into_iter();
        let others = parts.chain([RepoPath::root()]).filter(|part| part != own.base());
        layouts.extend(others.map(Layout::of_project));
    }
    Ok(layouts)
}
