//! The parts of a project: folders with a tracked configuration of their own, as packages of a monorepo.

use super::ObserveError;
use crate::git::Repository;
use crate::git::index::Index;
use crate::model::configured::TRACKED;
use crate::model::target::{Layout, Scope};

/// Where places are in what is meant: in the project or the part that one works in, and in the parts of that.
///
/// # Errors
///
/// When the index cannot be read.
pub fn layouts(project: &Repository) -> Result<Vec<Layout>, ObserveError> {
    let own = project.layout();
    let mut layouts = vec![own.clone()];
    if own.scope() == Scope::Project && project.is_git() && project.work_dir().is_some() {
        let parts = Index::read(project)?.folders_with(TRACKED).into_iter();
        let below = parts.filter(|part| part != own.base() && own.covers(part));
        layouts.extend(below.map(Layout::of_project));
    }
    Ok(layouts)
}
