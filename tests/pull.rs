//! `pull` without conflicts: what is taken, what is kept, and what is never touched.

use crate::support::{PLACED, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// Both sides changed, apart.
fn diverged() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    world
}

#[test]
fn a_fast_forward() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS, (4, "version: 1.1.0")]);
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    skill/pdf  updated
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    assert_eq!(
        world.three()[..2],
        [skill(&[THEIRS, (4, "version: 1.1.0")]), skill(&[THEIRS, (4, "version: 1.1.0")])]
    );
    assert_eq!(world.three()[2], skill(&[]));
    assert_eq!(world.proj.read(".git/MERGE_MSG"), "Pull skill/pdf from default\n");
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.proj.git(&["log", "-1", "--format=%s"]), "Pull skill/pdf from default");
    assert_eq!(world.note()[0]["commit"], world.coll.head());
    assert_eq!((&world.note()[0]["version"], &world.note()[0]["n"]), (&"1.1.0".into(), &2.into()));
    assert_eq!(world.porcelain(), "");
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    already up to date
    ----- status 0
    ");
}

#[test]
fn different_lines_are_merged_and_only_the_own_edit_is_left() {
    let world = diverged();
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stdout
    skill/pdf  merged
    ----- stderr
    hint: 'git commit' commits the result, 'git skillsync abort' takes it back
    ----- status 0
    ");
    assert_eq!(world.three(), [skill(&[OURS, THEIRS]), skill(&[OURS, THEIRS]), skill(&[OURS])]);
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    let base = world.coll.git(&["rev-parse", "HEAD:skills/pdf"]);
    assert_eq!(world.note()[0]["base"], base);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn the_document_has_every_field() {
    let world = diverged();
    let (document, code) = world.json(&["pull"]);
    assert_eq!(code, 0);
    let keys =
        |value: &Value| value.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert!(
        keys(&document).starts_with("schema command direction from into dry_run operation summary results"),
        "{document:#}"
    );
    assert_eq!(keys(&document["summary"]), "updated merged up_to_date conflicts skipped failed deferred");
    let result = &document["results"][0];
    assert!(
        keys(result).starts_with(
            "artifact_name artifact_type path target success status direction strategy_used conflicts_resolved \
             conflicts_remaining conflicts previous_hash new_hash previous_version updated_version \
             synced_files_count base_from message error"
        ),
        "{result:#}"
    );
    assert_eq!(
        (&result["status"], &result["success"], &result["error"]),
        (&"merged".into(), &true.into(), &Value::Null)
    );
    assert_eq!((&result["base_from"], &result["synced_files_count"]), (&"note".into(), &1.into()));
    assert_eq!((&document["summary"]["merged"], &document["dry_run"]), (&1.into(), &false.into()));
    assert_eq!(document["operation"].as_str().map(str::len), Some(26));
    assert_ne!(result["previous_hash"], result["new_hash"]);
}

#[test]
fn the_same_change_on_both_sides_needs_nothing() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[OURS]);
    world.porcelain();
    let before = world.everything();
    assert_eq!(world.outcome(&["pull"]), ("up_to_date".into(), 0));
    assert!(world.everything() == before);
    // The base has moved: the next edit of the collection is taken without a conflict.
    world.edit_collection(&[(7, "later")]);
    assert_eq!(world.outcome(&["pull"]), ("updated".into(), 0));
}

#[test]
fn a_preview_writes_nothing() {
    let world = diverged();
    world.porcelain();
    let before = world.everything();
    for flag in ["--dry-run", "--preview"] {
        let (document, code) = world.json(&["pull", flag]);
        assert_eq!(
            (&document["dry_run"], &document["results"][0]["status"], code),
            (&true.into(), &"merged".into(), 0)
        );
        assert_eq!(document["operation"], Value::Null);
    }
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--dry-run"]), @"
    ----- stdout
    skill/pdf  would be merged
       recommended: merge (both sides changed it, and the changes go together)
       merge     SKILL.md
     .claude/skills/pdf/SKILL.md | 2 +-
     1 file changed, 1 insertion(+), 1 deletion(-)
    ----- status 0
    ");
    world.edit_collection(&[(7, "theirs")]);
    assert_eq!(world.outcome(&["pull", "--dry-run"]), ("conflict".into(), 1));
    world.coll.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert!(world.everything() == before);
}

#[test]
fn unstaged_edits_stay_unstaged() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.write(PLACED, skill(&[OURS]));
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.three(), [skill(&[OURS, THEIRS]), skill(&[THEIRS]), skill(&[])]);
    world.proj.git(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(world.note().len(), 1);
    assert_eq!(world.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
}

#[test]
fn a_commit_takes_only_what_is_staged() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.write(PLACED, skill(&[OURS])).write("README", "Staged.\n").git(&["add", "README"]);
    world.proj.skillsync(&["pull", "--commit", "-m", "Take it"]).expect_success();
    assert_eq!(world.three(), [skill(&[OURS, THEIRS]), skill(&[THEIRS]), skill(&[THEIRS])]);
    assert_eq!(world.proj.git(&["show", "--format=%s", "--name-only"]), format!("Take it\n\n{PLACED}"));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), format!(" M {PLACED}\nM  README"));
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}

#[test]
fn staged_edits_stay_staged() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.write(PLACED, skill(&[OURS])).git(&["add", "."]);
    world.proj.write(PLACED, skill(&[OURS, (12, "more")]));
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.three(), [skill(&[OURS, (12, "more"), THEIRS]), skill(&[OURS, THEIRS]), skill(&[])]);
}

#[test]
fn unstaged_edits_that_conflict_are_left_alone() {
    let world = World::deployed();
    world.edit_collection(&[(7, "theirs")]);
    world.proj.write(PLACED, skill(&[OURS]));
    world.porcelain();
    let before = world.everything();
    let run = world.proj.skillsync(&["pull"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    skill/pdf  skipped: has unstaged changes that conflict with the collection's
       .claude/skills/pdf/SKILL.md (content)
    ----- stderr
    hint: commit or stash what is not staged, then pull again
    ----- status 1
    ");
    assert!(world.everything() == before);
}

#[test]
fn overwriting_needs_a_word_where_an_edit_would_be_lost() {
    let world = diverged();
    world.proj.write(".claude/skills/pdf/tracked.txt", "extra\n").commit_all("Extra");
    world.proj.write(".claude/skills/pdf/untracked.txt", "extra\n");
    world.porcelain();
    let before = world.everything();
    let refused = world.proj.skillsync(&["pull", "--strategy", "overwrite"]);
    insta::assert_snapshot!(refused, @"
    ----- stderr
    error: skill/pdf would lose edits
    hint: '--yes' does it all the same; what was there stays in the operation log
    ----- status 2
    ");
    assert!(world.everything() == before);
    world.proj.skillsync(&["pull", "--strategy", "overwrite", "--yes", "--commit"]).expect_success();
    assert_eq!(world.three(), [skill(&[THEIRS]), skill(&[THEIRS]), skill(&[THEIRS])]);
    assert!(!world.proj.exists(".claude/skills/pdf/tracked.txt"));
    assert!(world.proj.exists(".claude/skills/pdf/untracked.txt"));
    assert_eq!(world.porcelain(), "");
    world.edit_collection(&[(9, "more")]);
    assert_eq!(world.outcome(&["pull", "--strategy", "overwrite"]), ("updated".into(), 0));
}

#[test]
fn deleted_here_stays_deleted_unless_forced() {
    let world = World::deployed();
    world.proj.remove(".claude/skills/pdf");
    let run = world.proj.skillsync(&["pull"]);
    insta::assert_snapshot!(run, @"
    ----- stdout
    skill/pdf  skipped: was deleted here
    ----- stderr
    hint: 'git skillsync pull --force skill/pdf' restores it, 'git skillsync remove skill/pdf' settles it
    ----- status 1
    ");
    assert!(!world.proj.exists(PLACED));
    assert_eq!(world.outcome(&["pull", "--force", "pdf"]), ("updated".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[]));
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    world.proj.git(&["rm", "--quiet", "-r", ".claude"]);
    world.proj.commit_all("Do without");
    assert_eq!(world.porcelain(), "");
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.proj.skillsync(&["pull"]).code, 0);
    assert!(!world.proj.exists(PLACED));
}

#[test]
fn gone_upstream_is_kept_here() {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.coll.remove("skills/pdf").commit_all("Drop pdf");
    world.porcelain();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--verbose"]), @"
    ----- stdout
    skill/pdf  up to date: is gone from the collection and kept here, with its local edits
    ----- status 0
    ");
    assert!(world.everything() == before);
}
