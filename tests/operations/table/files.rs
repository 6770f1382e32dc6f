//! Index and work tree: resets, stashes, restores, switches of branches.

use crate::operations::reference::Version::{C1, V0, V1};
use crate::operations::row::Does::{Attaches, Finds, Nothing, Sleeps, Waits};
use crate::operations::row::Start::{Committed, Conflict, Pending, Resolved};
use crate::operations::row::{Case, Made, OURS, Operation, REVERTED, made};

const MERGED: Made = made(V1, &[OURS]);
const OLD: Made = made(V0, &[OURS]);
const BOTH: Made = made(C1, &[(7, "both")]);
const TAKEN_BACK: Made = made(V1, &[OURS, REVERTED[0], REVERTED[1]]);

pub const RESETS: &[Operation] = &[
    Operation::new(
        "reset --soft",
        "",
        &[
            Case::staged(Committed, "git reset -q --soft HEAD~1", Finds, MERGED, OLD),
            Case::staged(Pending, "git reset -q --soft HEAD~1", Waits, MERGED, made(V0, &[])),
        ],
    ),
    Operation::new(
        "reset --mixed",
        "",
        &[
            Case::unstaged(Committed, "git reset -q HEAD~1", Finds, MERGED, OLD),
            Case::unstaged(Pending, "git reset -q", Waits, MERGED, OLD),
        ],
    ),
    Operation::new(
        "reset --hard",
        "",
        &[
            Case::committed(Pending, "git reset -q --hard", Sleeps, OLD),
            Case::committed(Conflict, "git reset -q --hard", Sleeps, OLD),
            Case::committed(Resolved, "git reset -q --hard", Sleeps, OLD),
        ],
    ),
    Operation::new(
        "reset --hard to an earlier commit",
        "",
        &[
            Case::committed(Committed, "git reset -q --hard HEAD~1", Nothing, OLD),
            Case::committed(Pending, "git reset -q --hard HEAD~1", Sleeps, made(V0, &[])),
        ],
    ),
    Operation::new(
        "reset --hard to a later commit (ORIG_HEAD)",
        "",
        &[Case::committed(
            Committed,
            "git reset -q --hard HEAD~1; git reset -q --hard ORIG_HEAD",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "reset --hard, then the work goes on",
        "post-commit",
        &[Case::committed(Pending, "git reset -q --hard; other one", Sleeps, OLD)],
    ),
];

pub const STASHES: &[Operation] = &[
    Operation::new(
        "stash push",
        "",
        &[
            Case::committed(Pending, "git stash -q", Sleeps, OLD),
            Case::committed(Resolved, "git stash -q", Sleeps, OLD),
        ],
    ),
    Operation::new(
        "stash of a resolved conflict, pop",
        "post-commit",
        // The stash takes what the index remembered of the conflict: nothing witnesses the resolution.
        &[Case::unstaged(
            Resolved,
            "git stash -q; other one; git stash pop -q",
            Sleeps,
            made(V0, &[(7, "both"), (13, "kept"), (17, "theirs")]),
            OLD,
        )],
    ),
    Operation::new(
        "stash pop",
        "post-commit",
        &[Case::unstaged(Pending, "git stash -q; other one; git stash pop -q", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "stash pop --index",
        "post-commit",
        &[Case::staged(Pending, "git stash -q; other one; git stash pop -q --index", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "stash pop, commit",
        "post-commit",
        &[Case::committed(
            Pending,
            "git stash -q; other one; git stash pop -q; git commit -qam Pull",
            Attaches,
            MERGED,
        )],
    ),
    Operation::new(
        "reset --hard after a stash, then pop",
        "post-commit",
        &[Case::unstaged(
            Pending,
            "git stash -q; other one; git reset -q --hard; git stash pop -q",
            Waits,
            MERGED,
            OLD,
        )],
    ),
    Operation::new(
        "stash apply on another branch",
        "post-checkout",
        &[Case::unstaged(
            Pending,
            "git stash -q; git switch -qc topic HEAD~1; git stash apply -q",
            Waits,
            made(V1, &[]),
            made(V0, &[]),
        )],
    ),
    Operation::new(
        "stash branch",
        "post-checkout",
        &[Case::staged(Pending, "git stash -q; git stash branch topic", Waits, MERGED, OLD)],
    ),
];

pub const SWITCHES: &[Operation] = &[
    Operation::new(
        "switch with pending files",
        "post-checkout",
        &[Case::staged(Pending, "git branch topic; git switch -q topic", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "switch -c, commit",
        "post-checkout post-commit",
        &[Case::committed(Pending, "git switch -qc topic; git commit -qm Pull", Attaches, MERGED)],
    ),
    Operation::new(
        "switch -c, commit, switch back",
        "post-checkout post-commit",
        &[Case::committed(
            Pending,
            "git switch -qc topic; git commit -qm Pull; git switch -q main",
            Nothing,
            OLD,
        )
        .without_hooks(Sleeps)],
    ),
    Operation::new(
        "switch to a branch that has not pulled",
        "post-checkout",
        &[Case::committed(Committed, "git switch -qc topic HEAD~1", Nothing, OLD)],
    ),
    Operation::new(
        "switch --detach, commit",
        "post-checkout post-commit",
        &[Case::committed(Pending, "git switch -q --detach; git commit -qm Pull", Attaches, MERGED)],
    ),
    Operation::new(
        "switch --merge",
        "post-checkout post-commit",
        &[Case::unstaged(
            Pending,
            "git stash -q; git switch -qc topic; other one; git switch -q main; git stash pop -q --index; \
                 git reset -q; git switch -q --merge topic",
            Waits,
            MERGED,
            OLD,
        )],
    ),
    Operation::new(
        "checkout --orphan, commit",
        "post-checkout post-commit",
        &[
            Case::committed(Pending, "git checkout -q --orphan topic; git commit -qm Root", Attaches, MERGED),
            Case::committed(Committed, "git checkout -q --orphan topic; git commit -qm Root", Finds, MERGED)
                .rung("rewritten", "rewritten"),
        ],
    ),
];

pub const RESTORES: &[Operation] = &[
    Operation::new(
        "checkout -- PATH",
        "post-checkout",
        &[Case::staged(Pending, "edit 10 more; git checkout -q -- \"$P\"", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "checkout HEAD -- PATH",
        "post-checkout",
        &[Case::committed(Pending, "git checkout -q HEAD -- \"$P\"", Sleeps, OLD)],
    ),
    Operation::new(
        "checkout REV -- PATH, commit",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git checkout -q HEAD~1 -- \"$P\"; git commit -qm Back",
            Nothing,
            TAKEN_BACK,
        )],
    ),
    Operation::new(
        "restore --staged",
        "post-checkout",
        &[Case::unstaged(Pending, "git restore --staged \"$P\"", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "restore --staged --worktree",
        "post-checkout",
        &[Case::committed(Pending, "git restore --staged --worktree \"$P\"", Sleeps, OLD)],
    ),
    Operation::new(
        "clean",
        "",
        &[Case::staged(Pending, "echo x >\"$TOP/junk\"; (cd \"$TOP\"; git clean -qfdx)", Waits, MERGED, OLD)],
    ),
    Operation::new(
        "sparse-checkout set, disable",
        "",
        &[Case::committed(
            Committed,
            "cd \"$TOP\"; git sparse-checkout set --no-cone /deep; skillsync status; git sparse-checkout disable",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "rm, commit",
        "post-commit",
        &[Case::committed(
            Committed,
            "git rm -rq \"$TOP/.claude/skills/pdf\"; git commit -qm Gone",
            Nothing,
            OLD,
        )
        .gone()],
    ),
    Operation::new(
        "rm, commit, revert",
        "post-commit",
        &[Case::committed(
            Committed,
            "git rm -rq \"$TOP/.claude/skills/pdf\"; git commit -qm Gone; git revert --no-edit HEAD",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "mv of another file, commit",
        "post-commit",
        &[
            Case::committed(
                Pending,
                "git mv \"$TOP/README\" \"$TOP/READ\"; git commit -qm Move",
                Attaches,
                MERGED,
            ),
            Case::committed(
                Committed,
                "git mv \"$TOP/README\" \"$TOP/READ\"; git commit -qm Move",
                Nothing,
                MERGED,
            ),
        ],
    ),
];

pub const CONFLICTS: &[Operation] = &[
    Operation::new(
        "markers removed by hand, add",
        "",
        &[Case::staged(Conflict, "resolve both; git add \"$P\"", Waits, BOTH, OLD)],
    ),
    Operation::new(
        "reset --hard of a conflict, a part by hand",
        "post-commit",
        &[Case::committed(
            Conflict,
            "git reset -q --hard; edit 13 kept; git commit -qam Hand",
            Sleeps,
            made(V0, &[OURS, (13, "kept")]),
        )],
    ),
    Operation::new(
        "checkout --ours, add, commit",
        "post-checkout post-commit",
        &[Case::committed(
            Conflict,
            "git checkout -q --ours -- \"$P\"; git add \"$P\"; git commit -q --allow-empty --no-edit",
            Attaches,
            made(C1, &[OURS, REVERTED[0], REVERTED[1]]),
        )],
    ),
    Operation::new(
        "checkout --theirs, add, commit",
        "post-checkout post-commit",
        &[Case::committed(
            Conflict,
            "git checkout -q --theirs -- \"$P\"; git add \"$P\"; git commit -q --no-edit",
            Attaches,
            made(C1, &[]),
        )],
    ),
    Operation::new(
        "checkout --merge, resolve, commit",
        "post-checkout post-commit",
        &[Case::committed(
            Resolved,
            "git checkout -q --merge -- \"$P\"; resolve both; git commit -qam Again",
            Attaches,
            BOTH,
        )],
    ),
    Operation::new(
        "mergetool, commit",
        "post-commit",
        &[Case::committed(
            Conflict,
            "(cd \"$TOP\"; git -c mergetool.keepBackup=false -c mergetool.t.trustExitCode=true \
                 -c mergetool.t.cmd='sed -n \"/^<<<<<<</,/^>>>>>>>/!p;/^>>>>>>>/s/.*/both/p\" \"$MERGED\" >m; \
                 mv m \"$MERGED\"' mergetool -y -t t); git commit -q --no-edit",
            Attaches,
            BOTH,
        )],
    ),
    Operation::new(
        "skillsync continue --commit",
        "post-commit",
        &[Case::committed(Conflict, "resolve both; skillsync continue --commit", Attaches, BOTH)],
    ),
];
