//! Branches made anew: rebases and what works like them.

use crate::operations::reference::Version::{C1, V0, V1};
use crate::operations::row::Does::{Amends, Finds, Follows, Nothing, Sleeps, Waits};
use crate::operations::row::Start::{Committed, Pending, Resolved};
use crate::operations::row::{Case, MORE, Made, OURS, Operation, made};

const MERGED: Made = made(V1, &[OURS]);
const AND_MORE: Made = made(V1, &[OURS, MORE]);
const OLD: Made = made(V0, &[OURS]);
const BOTH: Made = made(C1, &[(7, "both")]);

/// An amend that edits the artifact while git copies the notes in its own way.
macro_rules! rewritten_by_git {
    ($mode:literal) => {
        Case::committed(
            Committed,
            concat!(
                "git config notes.rewriteMode ",
                $mode,
                "; git config notes.rewriteRef \"refs/notes/*\"; edit 10 more; git commit -qa --amend --no-edit"
            ),
            Amends,
            AND_MORE,
        )
        .foreign_notes()
    };
}

/// All hooks of a rebase.
const REBASE: &str = "post-checkout post-commit post-rewrite";

pub const REBASED: &[Operation] = &[
    Operation::new(
        "rebase",
        REBASE,
        &[
            Case::committed(
                Committed,
                "git switch -qc up HEAD~1; other one; git switch -q main; git rebase -q up",
                Follows,
                MERGED,
            ),
            Case::committed(
                Resolved,
                "git commit -qm Resolved; git switch -qc up HEAD~1; other one; git switch -q main; \
                     git rebase -q up",
                Follows,
                BOTH,
            )
            .unwitnessed(),
        ],
    ),
    Operation::new(
        "rebase --apply",
        "post-applypatch post-checkout post-commit post-rewrite",
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~1; other one; git switch -q main; git rebase -q --apply up",
            Follows,
            MERGED,
        )],
    ),
    Operation::new(
        "rebase --autostash",
        "post-checkout post-commit",
        &[Case::unstaged(
            Pending,
            "git branch up; git stash -q; git switch -q up; other one; git switch -q main; \
                 git stash pop -q --index; git rebase -q --autostash up",
            Waits,
            MERGED,
            OLD,
        )],
    ),
    Operation::new(
        "rebase, conflict, --continue",
        REBASE,
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~2; edit 7 base; git commit -qam Up; git switch -q main; \
                 ! git rebase -q up; resolve mixed; git add \"$P\"; git rebase --continue",
            Follows,
            made(V1, &[(7, "mixed")]),
        )],
    ),
    Operation::new(
        "rebase --abort",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~2; edit 7 base; git commit -qam Up; git switch -q main; \
                 ! git rebase -q up; git rebase --abort",
            Nothing,
            MERGED,
        )],
    ),
    Operation::new(
        "rebase, the pull is upstream already",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~1; other one; git cherry-pick main; git switch -q main; \
                 git rebase -q up",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "rebase --reapply-cherry-picks, notes copied by git",
        REBASE,
        &[Case::committed(
            Committed,
            "git config notes.rewriteRef refs/notes/skillsync; other two; git switch -qc up HEAD~2; \
                     other one; git cherry-pick main~1; git switch -q main; \
                     git rebase -q --reapply-cherry-picks --empty=drop up",
            Finds,
            MERGED,
        )
        .foreign_notes()],
    ),
    Operation::new(
        "rebase --rebase-merges",
        "post-checkout post-commit post-merge post-rewrite",
        &[Case::committed(
            Committed,
            "git switch -qc side2 HEAD~1; other two; git switch -q main; \
                 git merge -q --no-edit side2; git switch -qc up HEAD~2; other one; git switch -q main; \
                 git rebase -q --rebase-merges up",
            Follows,
            MERGED,
        )],
    ),
    Operation::new(
        "rebase --onto",
        REBASE,
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~2; other one; git switch -q main; git rebase -q --onto up HEAD~1",
            Follows,
            made(V1, &[]),
        )],
    ),
];

pub const INTERACTIVE: &[Operation] = &[
    Operation::new(
        "rebase -i, squash",
        REBASE,
        &[Case::committed(Committed, "todo \"2s/^pick/squash/\"; git rebase -q -i HEAD~2", Follows, MERGED)],
    ),
    Operation::new(
        "rebase -i, fixup",
        REBASE,
        &[Case::committed(
            Committed,
            "edit 10 more; git commit -qam More; todo \"2s/^pick/fixup/\"; git rebase -q -i HEAD~2",
            Follows,
            AND_MORE,
        )],
    ),
    Operation::new(
        "rebase -i, reorder",
        REBASE,
        &[Case::committed(Committed, "todo \"1{h;d};2G\"; git rebase -q -i HEAD~2", Follows, MERGED)],
    ),
    Operation::new(
        "rebase -i, drop the pull",
        REBASE,
        &[Case::committed(
            Committed,
            "other one; todo \"1s/^pick/drop/\"; git rebase -q -i HEAD~2",
            Nothing,
            OLD,
        )],
    ),
    Operation::new(
        "rebase -i, edit",
        REBASE,
        &[Case::committed(
            Committed,
            "todo \"1s/^pick/edit/\"; git rebase -q -i HEAD~1; edit 10 more; git add \"$P\"; \
                 git commit -q --amend --no-edit; git rebase --continue",
            Follows,
            AND_MORE,
        )],
    ),
    Operation::new(
        "rebase -i, reword",
        "post-checkout post-commit post-rewrite",
        &[Case::committed(
            Committed,
            "todo \"1s/^pick/reword/\"; export GIT_EDITOR=\"sed -i.bak -e s/^/Better/\"; \
                 git rebase -q -i HEAD~1",
            Follows,
            MERGED,
        )],
    ),
    Operation::new(
        "rebase --autosquash",
        REBASE,
        &[Case::committed(
            Committed,
            "edit 10 more; git commit -qa --fixup HEAD; todo \"\"; git rebase -q -i --autosquash HEAD~2",
            Follows,
            AND_MORE,
        )],
    ),
];

pub const OTHER_WAYS: &[Operation] = &[
    Operation::new(
        "pull --rebase",
        REBASE,
        &[Case::committed(
            Committed,
            "U=$(git commit-tree -p HEAD~1 -m Up \"HEAD~1^{tree}\"); plain git init -q --bare \"$ROOT/origin.git\"; \
                 git push -q \"$ROOT/origin.git\" \"$U:refs/heads/main\"; \
                 git pull -q --rebase \"$ROOT/origin.git\" main",
            Follows,
            MERGED,
        )],
    ),
    Operation::new(
        "replay",
        "post-checkout post-commit",
        &[Case::committed(
            Committed,
            "git switch -qc up HEAD~1; other one; git switch -q main; \
                 git replay --onto up HEAD~1..main | git update-ref --stdin; git reset -q --hard",
            Finds,
            MERGED,
        )],
    )
    .since(44),
    Operation::new(
        "filter-branch",
        "",
        &[Case::committed(
            Committed,
            "(cd \"$TOP\"; FILTER_BRANCH_SQUELCH_WARNING=1 \
                 git filter-branch -f --msg-filter \"sed s/^/x/\" HEAD~2..HEAD)",
            Finds,
            MERGED,
        )],
    ),
    Operation::new(
        "commit --amend, notes.rewriteMode=overwrite",
        "post-commit post-rewrite",
        &[rewritten_by_git!("overwrite")],
    ),
    Operation::new(
        "commit --amend, notes.rewriteMode=concatenate",
        "post-commit post-rewrite",
        &[rewritten_by_git!("concatenate")],
    ),
    Operation::new(
        "commit --amend, notes.rewriteMode=cat_sort_uniq",
        "post-commit post-rewrite",
        &[rewritten_by_git!("cat_sort_uniq")],
    ),
    Operation::new(
        "commit --amend, notes.rewriteMode=ignore",
        "post-commit post-rewrite",
        &[rewritten_by_git!("ignore")],
    ),
    Operation::new(
        "rebase away from a pull that waits",
        "",
        &[Case::committed(Pending, "git stash -q; git rebase -q HEAD~1", Sleeps, OLD)],
    ),
];
