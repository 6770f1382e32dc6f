//! What `deploy` was asked for.

use crate::model::record::Method;
use crate::model::selection::Selector;

/// `deploy` of artifacts into the project.
#[derive(Debug, Clone)]
pub struct Deploy {
    /// Which artifacts; at least one.
    pub artifacts: Vec<Selector>,
    /// The collection's URL or path.
    pub from: Option<String>,
    /// The version to deploy and pin.
    pub revision: Option<String>,
    /// The targets to place them in.
    pub targets: Vec<String>,
    /// Another name.
    pub name: Option<String>,
    /// How the placements after the first one are made.
    pub method: Option<Method>,
    /// Replace what is in the way.
    pub force: bool,
    /// Only show what would happen.
    pub dry_run: bool,
    /// Commit the result.
    pub commit: bool,
}
