//! `status --line`: how a project stands in one short line, for prompts and status bars.

use super::Report;
use crate::plan::drift::{Drift, Recommendation};

/// Say how many artifacts want what, each counted once; nothing to do is said too.
pub fn one_line(drifts: &[Drift]) -> Report {
    let count = |wanted: What| drifts.iter().filter(|drift| drift.counts && what(drift) == wanted).count();
    let words = [
        (count(What::Pull), "to pull", "to pull"),
        (count(What::Push), "to push", "to push"),
        (count(What::Merge), "to merge", "to merge"),
        (count(What::Resolve), "conflict", "conflicts"),
        (count(What::LookAt), "to look at", "to look at"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    Report::line(if parts.is_empty() {
        "skillsync: in step".to_owned()
    } else {
        format!("skillsync: {}", parts.join(", "))
    })
}

/// What an artifact wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Pull,
    Push,
    Merge,
    Resolve,
    LookAt,
}

fn what(drift: &Drift) -> What {
    match (drift.recommendation, drift.direction) {
        (Recommendation::ResolveConflict, _) => What::Resolve,
        (Recommendation::Merge, _) => What::Merge,
        (Recommendation::PushFromCollection, _) => What::Pull,
        (Recommendation::PullFromProject, _) => What::Push,
        _ => What::LookAt,
    }
}
