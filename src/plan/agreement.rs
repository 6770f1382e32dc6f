//! When a person is asked before something is written (`skillsync.confirm`), and what a no means.

use super::change::Step;
use crate::model::outcome::Status;
use crate::request::Confirm;

/// Whether losses are asked about; else they need `--yes`, however little somebody wants to be asked.
pub fn asks_about_losses(confirm: Confirm, may_ask: bool) -> bool {
    may_ask && confirm != Confirm::Never
}

/// Whether the whole plan is shown and asked about before it is carried out.
pub fn asks_about_all(confirm: Confirm, may_ask: bool, yes: bool, writes: bool) -> bool {
    confirm == Confirm::Always && may_ask && !yes && writes
}

/// The step that was not agreed to: nothing is done.
pub fn declined(step: Step) -> Step {
    let message = "was not agreed to".to_owned();
    Step { status: Status::Skipped, message, conflicts: Vec::new(), hint: None, ..step.undone() }
}

#[cfg(test)]
mod tests {
    use super::{Confirm, asks_about_all, asks_about_losses};

    #[test]
    fn who_is_asked_and_when() {
        use Confirm::{Always, Loss, Never};
        // The setting, whether anybody can be asked, '--yes', whether anything is written: about losses, about all.
        for (confirm, may_ask, yes, writes, losses, all) in [
            (Loss, true, false, true, true, false),
            (Loss, true, true, true, true, false),
            (Loss, false, false, true, false, false),
            (Always, true, false, true, true, true),
            (Always, true, false, false, true, false),
            (Always, true, true, true, true, false),
            (Always, false, false, true, false, false),
            (Never, true, false, true, false, false),
            (Never, false, false, true, false, false),
        ] {
            let what = format!("{confirm:?}, may ask {may_ask}, --yes {yes}, writes {writes}");
            assert_eq!(asks_about_losses(confirm, may_ask), losses, "{what}");
            assert_eq!(asks_about_all(confirm, may_ask, yes, writes), all, "{what}");
        }
    }
}
