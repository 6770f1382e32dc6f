//! The rows.

mod commits;
mod elsewhere;
mod files;
mod merges;
mod rewrites;

use super::row::Operation;

/// All operations, in the order of the documentation.
pub fn operations() -> Vec<&'static Operation> {
    let groups = [
        commits::MADE_HERE,
        commits::AMENDED,
        commits::APPLIED_AGAIN,
        rewrites::REBASED,
        rewrites::INTERACTIVE,
        rewrites::OTHER_WAYS,
        merges::OPERATIONS,
        files::RESETS,
        files::STASHES,
        files::SWITCHES,
        files::RESTORES,
        files::CONFLICTS,
        elsewhere::WORKTREES,
        elsewhere::OTHER_TOOLS,
        elsewhere::HOUSEKEEPING,
        elsewhere::NOTES,
    ];
    groups.into_iter().flatten().collect()
}
