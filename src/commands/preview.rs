//! What a preview shows besides the steps: the difference as git writes it.

use crate::error::Error;
use crate::execute::difference::{self, Pair, Show};
use crate::git::{Objects, Repository};
use crate::plan::change::{Change, Step};
use crate::report::Form;

/// What the steps change at their paths.
pub fn pairs<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Vec<Pair> {
    let changes = steps.into_iter().flat_map(Step::changes).filter(|change| change.is_visible());
    changes.map(pair).collect()
}

fn pair(change: &Change) -> Pair {
    Pair { path: change.path.clone(), old: change.work_tree_before, new: change.work_tree_after }
}

/// The diffstat of what would be written, with `--verbose` the difference itself too; nothing where
/// it would not be shown.
///
/// git writes it from a repository of its own: nothing comes into the project.
pub fn difference(
    project: &Repository,
    objects: &Objects,
    pairs: &[Pair],
    form: Form,
) -> Result<String, Error> {
    if form.json || form.quiet || pairs.is_empty() {
        return Ok(String::new());
    }
    let show = Show { stat: true, patch: form.verbose, color: form.color, paged: false };
    Ok(difference::show(project, objects, pairs, show)?)
}
