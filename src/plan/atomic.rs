//! All artifacts or none.

use super::change::Step;
use crate::model::outcome::Status;

/// Take every change out of the steps if one of them does not go through as it is.
///
/// Each that would have been taken is skipped for the sake of the first that is not, and conflicts
/// that would have been marked are left unmarked.
pub fn hold(steps: &mut [Step]) {
    let Some(cause) = steps.iter().find(|step| step.status.needs_attention()) else { return };
    let cause = format!("left as it is: all or none, and {} does not go through", cause.name);
    for step in steps.iter_mut().filter(|step| step.change.is_some()) {
        if step.status == Status::Conflict {
            step.status = Status::Aborted;
            step.message = "would have conflicts; left untouched".into();
            step.hint = Some(format!("'git skillsync pull {}' marks the conflicts", step.name));
        } else {
            step.status = Status::Skipped;
            step.message.clone_from(&cause);
            step.hint = None;
        }
        *step = step.clone().undone();
    }
}
