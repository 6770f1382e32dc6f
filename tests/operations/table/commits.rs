//! Commits, amended ones, and commits applied again.

use crate::operations::reference::Version::{C1, V0, V1};
use crate::operations::row::Does::{Amends, Attaches, Finds, Nothing, Waits};
use crate::operations::row::Start::{Committed, Conflict, Pending, Resolved};
use crate::operations::row::{Case, MORE, Made, OURS, Operation, REVERTED, made};

const MERGED: Made = made(V1, &[OURS]);
const AND_MORE: Made = made(V1, &[OURS, MORE]);
const OLD: Made = made(V0, &[OURS]);
const BOTH: Made = made(C1, &[(7, "both")]);
const TAKEN_BACK: Made = made(V1, &[OURS, REVERTED[0], REVERTED[1]]);

pub const MADE_HERE: &[Operation] = &[
    Operation::new(
        "commit",
        "post-commit",
        &[
            Case::committed(Pending, "git commit -q --no-edit", Attaches, MERGED),
            Case::committed(Resolved, "git commit -q --no-edit", Attaches, BOTH),
        ],
    ),
    Operation::new(
        "commit -a",
        "post-commit",
        &[
            Case::committed(Pending, "edit 10 more; git commit -qam Work", Attaches, AND_MORE),
            Case::committed(Conflict, "resolve both; git commit -qam Work", Attaches, BOTH),
        ],
    ),
    Operation::new(
        "commit PATH",
        "post-commit",
        &[
            Case::committed(
                Pending,
                "echo x >\"$TOP/README\"; git add \"$TOP/README\"; git commit -qm Work -- \"$P\"",
                Attaches,
                MERGED,
            )
            .leaves("M  README\n"),
            Case::staged(
                Pending,
                "echo x >\"$TOP/README\"; git commit -qm Work -- \"$TOP/README\"",
                Waits,
                MERGED,
                OLD,
            ),
        ],
    ),
    Operation::new(
        "commit -p, a part",
        "post-commit",
        &[Case::unstaged(
            Pending,
            "git reset -q; printf 's\\ny\\nn\\n' | git commit -qp -m Part",
            Waits,
            MERGED,
            made(V0, &[OURS, (13, "kept")]),
        )],
    ),
    Operation::new(
        "commit -p, all parts",
        "post-commit",
        &[Case::committed(Pending, "git reset -q; printf 'y\\n' | git commit -qp -m All", Attaches, MERGED)],
    ),
    Operation::new(
        "commit, then another",
        "post-commit",
        &[Case::committed(
            Pending,
            "git commit -q --no-edit; edit 10 more; git commit -qam More",
            Attaches,
            AND_MORE,
        )],
    ),
];

pub const AMENDED: &[Operation] = &[
    Operation::new(
        "commit --amend",
        "post-commit post-rewrite",
        &[
            Case::committed(Committed, "git commit -q --amend -m Better", Amends, MERGED),
            Case::committed(Pending, "git commit -q --amend --no-edit", Attaches, MERGED),
            Case::committed(Resolved, "git commit -q --amend --no-edit", Attaches, BOTH),
        ],
    ),
    Operation::new(
        "commit --amend -a, an edit",
        "post-commit post-rewrite",
        &[Case::committed(Committed, "edit 10 more; git commit -qa --amend --no-edit", Amends, AND_MORE)],
    ),
    Operation::new(
        "commit --amend --no-post-rewrite",
        "post-commit",
        &[Case::committed(Committed, "git commit -q --amend --no-post-rewrite -m Better", Amends, MERGED)],
    ),
];

pub const APPLIED_AGAIN: &[Operation] = &[
    Operation::new(
        "cherry-pick",
        "post-checkout post-commit",
        &[
            Case::committed(
                Committed,
                "git switch -qc topic HEAD~1; other one; git cherry-pick main",
                Finds,
                MERGED,
            ),
            Case::committed(
                Pending,
                "git branch topic; git commit -qm Pull; git switch -q topic; other one; git cherry-pick main",
                Finds,
                MERGED,
            ),
        ],
    ),
    Operation::new(
        "cherry-pick, conflict, --continue",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc topic HEAD~1; edit 17 mine; git commit -qam Mine; ! git cherry-pick main; \
                 resolve mixed; git add \"$P\"; git cherry-pick --continue",
            Finds,
            made(V0, &[OURS, (13, "kept"), (17, "mixed")]),
        )],
    ),
    Operation::new(
        "cherry-pick --abort",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc topic HEAD~1; edit 17 mine; git commit -qam Mine; ! git cherry-pick main; \
                 git cherry-pick --abort",
            Nothing,
            made(V0, &[OURS, (17, "mine")]),
        )],
    ),
    Operation::new(
        "cherry-pick -n",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc topic HEAD~1; other one; git cherry-pick -n main; git commit -qm Picked",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "revert",
        "post-commit",
        &[Case::committed(Committed, "git revert --no-edit HEAD", Nothing, TAKEN_BACK)],
    ),
    Operation::new(
        "revert of a revert",
        "post-commit",
        &[Case::committed(
            Committed,
            "git revert --no-edit HEAD; git revert --no-edit HEAD",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "am",
        "post-applypatch post-checkout",
        &[Case::committed(
            Committed,
            "git format-patch -1 --stdout >\"$ROOT/patch\"; git switch -qc topic HEAD~1; \
                 git am -q \"$ROOT/patch\"",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "am -3",
        "post-applypatch post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git format-patch -1 --stdout >\"$ROOT/patch\"; git switch -qc topic HEAD~1; edit 10 more; \
                 git commit -qam More; git am -q -3 \"$ROOT/patch\"",
            Finds,
            AND_MORE,
        )],
    ),
    Operation::new(
        "apply --index",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git format-patch -1 --stdout >\"$ROOT/patch\"; git switch -qc topic HEAD~1; \
                 (cd \"$TOP\"; git apply --index \"$ROOT/patch\"); git commit -qm Applied",
            Finds,
            MERGED,
        )],
    ),
];
