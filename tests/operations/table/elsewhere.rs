//! Other worktrees, other tools, the object database, the notes.

use crate::operations::reference::Version::V0;
use crate::operations::reference::Version::V1;
use crate::operations::row::Does::{Attaches, Finds, Nothing, Waits};
use crate::operations::row::Start::{Committed, Pending};
use crate::operations::row::{Case, MORE, Made, OURS, Operation, made};

const MERGED: Made = made(V1, &[OURS]);
const AND_MORE: Made = made(V1, &[OURS, MORE]);
const OLD: Made = made(V0, &[OURS]);

pub const WORKTREES: &[Operation] = &[
    Operation::new(
        "worktree add, work there",
        "post-checkout post-commit",
        &[
            Case::committed(
                Committed,
                "git worktree add -q -b there \"$ROOT/there\"; cd \"$ROOT/there\"; echo x >more; \
                     plain git add more; plain git commit -qm More; plain git-skillsync status",
                Nothing,
                MERGED,
            ),
            Case::staged(
                Pending,
                "git worktree add -q -b there \"$ROOT/there\"; cd \"$ROOT/there\"; echo x >more; \
                     plain git add more; plain git commit -qm More; plain git-skillsync pull --commit",
                Waits,
                MERGED,
                OLD,
            ),
        ],
    ),
    Operation::new(
        "worktree add, pull there, merge",
        "post-checkout post-commit post-merge",
        &[Case::committed(
            Committed,
            "git reset -q --hard HEAD~1; git worktree add -q -b there \"$ROOT/there\"; \
                 (cd \"$ROOT/there\"; plain git-skillsync pull --commit); git merge -q there",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "bisect start, run, reset",
        "post-checkout",
        &[Case::committed(
            Committed,
            "cd \"$TOP\"; git bisect start HEAD HEAD~2; git bisect run grep -q ours \"$P\" || :; \
                 git bisect reset",
            Nothing,
            MERGED,
        )],
    ),
];

pub const OTHER_TOOLS: &[Operation] = &[
    Operation::new(
        "commit-tree, update-ref (tools without hooks)",
        "",
        &[
            Case::committed(
                Pending,
                "git update-ref HEAD \"$(git commit-tree -p HEAD -m Pull \"$(git write-tree)\")\"",
                Attaches,
                MERGED,
            ),
            Case::committed(
                Committed,
                "git update-ref HEAD \"$(git commit-tree -p HEAD~1 -m Amended \"HEAD^{tree}\")\"",
                Finds,
                MERGED,
            ),
        ],
    ),
    Operation::new(
        "fast-import",
        "",
        &[Case::committed(
            Pending,
            "{ echo \"commit refs/heads/main\"; echo \"committer A <a@example.com> $T +0000\"; \
                 echo \"data 4\"; echo Pull; echo \"from refs/heads/main^0\"; \
                 echo \"M 100644 $(git rev-parse :.claude/skills/pdf/SKILL.md) .claude/skills/pdf/SKILL.md\"; \
                 } | git fast-import --quiet",
            Attaches,
            MERGED,
        )],
    ),
    Operation::new(
        "commit with an index of its own (GIT_INDEX_FILE)",
        "post-commit",
        &[Case::staged(
            Pending,
            "GIT_INDEX_FILE=\"$ROOT/index\"; export GIT_INDEX_FILE; git read-tree HEAD; \
                 echo x >\"$TOP/more\"; git add \"$TOP/more\"; git commit -qm More; unset GIT_INDEX_FILE; \
                 git add \"$TOP/more\"",
            Waits,
            MERGED,
            OLD,
        )],
    ),
];

pub const HOUSEKEEPING: &[Operation] = &[
    Operation::new(
        "gc --prune=now, reflogs expired",
        "",
        &[
            Case::staged(
                Pending,
                "git reflog expire --expire=now --all; git gc -q --prune=now",
                Waits,
                MERGED,
                OLD,
            ),
            Case::committed(
                Committed,
                "git reflog expire --expire=now --all; git gc -q --prune=now",
                Nothing,
                MERGED,
            ),
        ],
    ),
    Operation::new(
        "pack-refs --all",
        "",
        &[Case::committed(Committed, "git pack-refs --all", Nothing, MERGED)],
    ),
    Operation::new(
        "fetch --depth=1",
        "",
        &[Case::committed(
            Committed,
            "plain git clone -q --bare \"$TOP\" \"$ROOT/origin.git\"; \
                 git fetch -q --depth=1 \"file://$ROOT/origin.git\" \"$(git branch --show-current)\"",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "fetch --depth=1, --unshallow",
        "post-commit",
        &[Case::committed(
            Committed,
            "edit 10 more; git commit -qam More; plain git clone -q --bare \"$TOP\" \"$ROOT/origin.git\"; \
                 git fetch -q --depth=1 \"file://$ROOT/origin.git\" \"$(git branch --show-current)\"; \
                 git fetch -q --unshallow \"file://$ROOT/origin.git\"",
            Nothing,
            AND_MORE,
        )],
    ),
];

pub const NOTES: &[Operation] = &[
    Operation::new(
        "notes prune",
        "post-commit post-rewrite",
        &[Case::committed(
            Committed,
            "git commit -q --amend -m Better; git reflog expire --expire=now --all; git gc -q --prune=now; \
                 git notes --ref=skillsync prune",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "notes copy onto another commit",
        "",
        &[
            Case::committed(Committed, "git notes --ref=skillsync copy -f HEAD HEAD~1", Nothing, MERGED)
                .foreign_notes(),
            Case::committed(
                Committed,
                "git notes --ref=skillsync copy -f HEAD HEAD~1; git reset -q --hard HEAD~1",
                Nothing,
                OLD,
            )
            .foreign_notes(),
        ],
    ),
    Operation::new(
        "notes lost",
        "",
        &[Case::committed(
            Committed,
            "skillsync status; git update-ref -d refs/notes/skillsync",
            Finds,
            MERGED,
        )
        .rung("history", "history")],
    ),
    Operation::new(
        "note removed before it was seen",
        "",
        &[Case::committed(Committed, "git notes --ref=skillsync remove HEAD", Attaches, MERGED)],
    ),
];
