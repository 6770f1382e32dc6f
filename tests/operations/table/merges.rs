//! Merges of the project's branches.

use crate::operations::reference::Version::{C1, V0, V1};
use crate::operations::row::Does::{Finds, Nothing};
use crate::operations::row::Start::{Committed, Resolved};
use crate::operations::row::{Case, MORE, Made, OURS, Operation, REVERTED, made};

const MERGED: Made = made(V1, &[OURS]);
const AND_MORE: Made = made(V1, &[OURS, MORE]);
const OLD: Made = made(V0, &[OURS]);
const BOTH: Made = made(C1, &[(7, "both")]);
const TAKEN_BACK: Made = made(V1, &[OURS, REVERTED[0], REVERTED[1]]);

pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "merge, fast-forward",
        "post-merge",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; git merge -q topic",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "merge --no-ff",
        "post-merge",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; git merge -q --no-ff --no-edit topic",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "merge, both sides changed",
        "post-commit post-merge",
        &[
            Case::committed(
                Committed,
                "git branch topic; git reset -q --hard HEAD~1; edit 10 more; git commit -qam More; \
                     git merge -q --no-edit topic",
                Nothing,
                AND_MORE,
            ),
            Case::committed(
                Resolved,
                "git commit -qm Resolved; git branch topic; git reset -q --hard HEAD~1; other one; \
                     git merge -q --no-edit topic",
                Nothing,
                BOTH,
            )
            .unwitnessed(),
        ],
    ),
    Operation::new(
        "merge of the other branch",
        "post-checkout post-commit post-merge",
        &[Case::committed(
            Committed,
            "git switch -qc topic HEAD~1; edit 10 more; git commit -qam More; git switch -q main; \
                 git merge -q --no-edit topic",
            Nothing,
            AND_MORE,
        )],
    ),
    Operation::new(
        "merge, conflict, commit",
        "post-commit",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; edit 17 mine; git commit -qam Mine; \
                 ! git merge -q --no-edit topic; resolve mixed; git add \"$P\"; git commit -q --no-edit",
            Nothing,
            made(V1, &[OURS, (17, "mixed")]),
        )],
    ),
    Operation::new(
        "merge --abort",
        "post-commit",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; edit 17 mine; git commit -qam Mine; \
                 ! git merge -q --no-edit topic; git merge --abort",
            Nothing,
            made(V0, &[OURS, (17, "mine")]),
        )],
    ),
    Operation::new(
        "merge --squash",
        "post-commit post-merge",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; other one; git merge -q --squash topic; \
                 git commit -qm Squashed; git branch -qD topic",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "merge --squash, with a later edit",
        "post-commit post-merge",
        &[Case::committed(
            Committed,
            "edit 10 more; git commit -qam More; git branch topic; git reset -q --hard HEAD~2; \
                 git merge -q --squash topic; git commit -qm Squashed; git branch -qD topic",
            Finds,
            AND_MORE,
        )],
    ),
    Operation::new(
        "merge, octopus",
        "post-checkout post-commit post-merge",
        &[Case::committed(
            Committed,
            "git branch topic; git switch -qc third HEAD~1; other two; git switch -q main; \
                 git reset -q --hard HEAD~1; other one; git merge -q --no-edit topic third",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "merge -s ours",
        "post-commit post-merge",
        &[Case::committed(
            Committed,
            "git branch topic; git reset -q --hard HEAD~1; other one; git merge -q -s ours --no-edit topic",
            Nothing,
            TAKEN_BACK,
        )],
    ),
    Operation::new(
        "pull, fast-forward",
        "post-merge",
        &[Case::committed(
            Committed,
            "plain git init -q --bare \"$ROOT/origin.git\"; git push -q \"$ROOT/origin.git\" HEAD:main; \
                 git reset -q --hard HEAD~1; git pull -q --ff-only \"$ROOT/origin.git\" main",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "pull, merge",
        "post-commit post-merge",
        &[Case::committed(
            Committed,
            "plain git init -q --bare \"$ROOT/origin.git\"; git push -q \"$ROOT/origin.git\" HEAD:main; \
                 git reset -q --hard HEAD~1; other one; \
                 git pull -q --no-rebase --no-edit \"$ROOT/origin.git\" main",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "merge of a branch that has not pulled, while on one that went back",
        "post-commit",
        &[Case::committed(
            Committed,
            "git branch topic HEAD~1; git reset -q --hard HEAD~1; other one; \
                 git merge -q --no-edit topic",
            Nothing,
            OLD,
        )],
    ),
];
