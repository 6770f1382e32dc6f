//! Records that are damaged, copied, foreign or newer; and git's own view of what is stored.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const MODIFIED: &str = "M.\tskill/pdf\t.claude/skills/pdf";

/// Deployed, its record settled, then an edit here.
fn edited() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.porcelain();
    world
}

/// Replace the note on a commit.
fn set_note(world: &World, commit: &str, text: &str) {
    let args = ["notes", "--ref=skillsync", "add", "--force", "--file=-", commit];
    world.proj.git_with_input(&args, text);
}

fn note(world: &World, commit: &str) -> String {
    world.proj.git(&["notes", "--ref=skillsync", "show", commit])
}

#[test]
fn damaged_lines_are_told_and_the_rest_is_read() {
    let world = World::new();
    world.deploy(&["pdf", "review"]);
    world.edit_project(&[OURS]);
    world.porcelain();
    let good = note(&world, "HEAD~1");
    let foreign = r#"{"future":true,"path":"x","v":99}"#;
    let twice = r#"{"at":"0","at":"0","v":1}"#;
    set_note(
        &world,
        "HEAD~1",
        &format!("not json\n\n{good}\n{good}\n{twice}\n{foreign}\n{{\"v\":1,\"path\":\"../x\"}}\n"),
    );
    let run = world.proj.skillsync(&["status", "--verbose"]).to_string();
    let commit = world.proj.git(&["rev-parse", "HEAD~1"]);
    insta::assert_snapshot!(run.replace(&commit[..10], "[COMMIT]"), @"
    ----- stdout
    .. command/review  in step
    M. skill/pdf  changed here
       (git skillsync push pdf)
    2 artifacts deployed from 'default', 1 to attend to
    ----- stderr
    warning: line 1 of the note on [COMMIT] is ignored: expected ident at line 1 column 2
    warning: line 7 of the note on [COMMIT] is ignored: key 'at' stands twice at line 1 column 18
    warning: line 9 of the note on [COMMIT] is ignored: '../x' is not a path inside a repository
    ----- status 0
    ");
    let (document, code) = world.json(&["status"]);
    assert_eq!((&document["artifacts"][0]["base_from"], code), (&"note".into(), 0));
    assert_eq!(note(&world, "HEAD~1").lines().count(), 9, "reading repairs nothing");
}

#[test]
fn what_is_not_understood_is_kept_when_the_note_is_rewritten() {
    let world = World::new();
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    world.deploy(&["pdf"]);
    let foreign = r#"{"future":[1, 2],"path":"x","v":99}"#;
    set_note(&world, "HEAD", &format!("not json\n{foreign}\n"));
    world.porcelain();
    let text = note(&world, "HEAD");
    assert!(text.contains("\"name\":\"pdf\""), "{text}");
    assert!(
        text.lines().any(|line| line == foreign) && text.lines().any(|line| line == "not json"),
        "{text}"
    );
}

#[test]
fn duplicate_keys_a_bad_id_and_too_long_a_line_are_refused() {
    let world = edited();
    let good = note(&world, "HEAD~1");
    let huge = format!("{{\"x\":\"{}\",{}", "y".repeat(70_000), &good[1..]);
    let bad_id = good.replacen("\"base\":\"", "\"base\":\"zz", 1);
    let twice = good.replacen("{\"at\"", "{\"n\":9,\"at\"", 1);
    for (bad, why) in [(huge, "long"), (bad_id, "id"), (twice, "duplicate key")] {
        set_note(&world, "HEAD~1", &bad);
        let run = world.proj.skillsync(&["status", "--porcelain"]);
        assert!(run.stderr.starts_with("warning: line 1 of the note on "), "{why}: {run}");
        assert_eq!(run.stdout, format!("{MODIFIED}\n"), "{why}");
        let (document, _) = world.json(&["status"]);
        assert_eq!(document["artifacts"][0]["base_from"], "history", "{why}");
    }
    set_note(&world, "HEAD~1", &format!("{good}\n{}", "\n".repeat(1024 * 1024)));
    set_note(&world, "HEAD~1", &format!("{good}\n{}\n", "x".repeat(1024 * 1024)));
    let run = world.proj.skillsync(&["status", "--porcelain"]);
    assert!(run.stderr.contains("is ignored: it has"), "{run}");
}

/// A thousand artifacts at three targets, in one commit.
#[test]
fn a_note_of_thousands_of_records_is_read() {
    let world = edited();
    let good = note(&world, "HEAD~1");
    let others = (0..3000).map(|at| {
        let path = format!(".roo/skills/other-{at:04}");
        good.replace(".claude/skills/pdf", &path)
            .replace("\"name\":\"pdf\"", &format!("\"name\":\"other-{at:04}\""))
    });
    let text = others.fold(format!("{good}\n"), |text, line| text + &line + "\n");
    assert!(text.len() > 1024 * 1024);
    set_note(&world, "HEAD~1", &text);
    let run = world.proj.skillsync(&["status", "--porcelain"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (&*format!("{MODIFIED}\n"), ""));
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["base_from"], "note");
}

#[test]
fn what_would_make_a_note_unreadable_goes_to_the_state_file() {
    let world = World::new();
    world.deploy(&["pdf"]);
    world.porcelain();
    let good = note(&world, "HEAD");
    let padding = (0..15_000).fold(String::new(), |text, at| text + &format!("{at:05} {}\n", "z".repeat(70)));
    set_note(&world, "HEAD", &format!("{padding}{good}\n"));
    let state = ".git/skillsync/state.json";
    world.proj.git(&["config", "skillsync.state", "notes"]);
    let run = world.proj.skillsync(&["adopt", "pdf"]);
    assert_eq!(run.code, 128, "{run}");
    assert!(run.stderr.contains("hint: with 'git config skillsync.state auto' the records go to"), "{run}");
    world.proj.git(&["config", "skillsync.state", "auto"]);
    world.proj.skillsync(&["adopt", "pdf"]).expect_success();
    assert!(world.proj.read(state).contains("skills/pdf"), "{}", world.proj.read(state));
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["base_from"], "file");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    // The next commit has a note of its own.
    world.proj.commit_all("pulled");
    world.porcelain();
    assert!(note(&world, "HEAD").contains("skills/pdf"));
}

#[test]
fn a_note_on_the_wrong_commit_is_ignored() {
    let world = edited();
    // As git does when it copies notes to rewritten commits.
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.porcelain();
    let pulled = note(&world, "HEAD");
    world.proj.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    set_note(&world, "HEAD", &pulled);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf", "its 'at' does not fit");
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]));
}

#[test]
fn a_record_that_names_what_the_collection_never_had_is_not_believed() {
    let world = edited();
    let here = world.proj.git(&["rev-parse", "HEAD:.claude/skills/pdf"]);
    let good = note(&world, "HEAD~1");
    let base = world.coll.git(&["rev-parse", "HEAD:skills/pdf"]);
    let forged = good.replace(&format!("\"base\":\"{base}\""), &format!("\"base\":\"{here}\""));
    assert_ne!(forged, good);
    set_note(&world, "HEAD~1", &forged);
    assert_eq!(world.porcelain(), MODIFIED);
    let absent = good.replace(&world.coll.head(), &"1".repeat(40));
    set_note(&world, "HEAD~1", &absent);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["base_from"], "history");
}

#[test]
fn a_damaged_pending_file_is_kept_aside_and_named() {
    for text in ["not json", "{}", "[]", "{\"version\":1,\"entries\":[{}]}", ""] {
        let world = edited();
        world.edit_collection(&[THEIRS]);
        world.proj.write(".git/skillsync/pending.json", text);
        let run = world.proj.skillsync(&["pull"]);
        assert_eq!(run.code, 0, "{text}: {run}");
        assert_eq!(world.proj.read(PLACED), skill(&[OURS, THEIRS]), "{text}");
        let aside: Vec<_> = std::fs::read_dir(world.proj.path().join(".git/skillsync"))
            .expect("folder")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with("pending.json") && name != "pending.json")
            .collect();
        if text == "{}" && aside.is_empty() {
            continue;
        }
        let [aside] = aside.as_slice() else { panic!("{text}: {aside:?}\n{run}") };
        assert!(run.stderr.starts_with("warning: ") && run.stderr.contains(aside.as_str()), "{text}: {run}");
        assert_eq!(world.proj.read(&format!(".git/skillsync/{aside}")), text);
        world.proj.commit_all("Pull");
        assert_eq!(world.note()[0]["commit"], world.coll.head());
    }
}

#[test]
fn a_pending_file_of_a_newer_program_is_not_touched() {
    let world = edited();
    world.edit_collection(&[THEIRS]);
    let newer = "{\"version\":99,\"entries\":[],\"more\":1}\n";
    world.proj.write(".git/skillsync/pending.json", newer);
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull"]), @"
    ----- stderr
    fatal: '[SANDBOX]/proj/.git/skillsync/pending.json' was written by a newer git-skillsync
    hint: update git-skillsync
    ----- status 128
    ");
    for args in [["deploy", "review"].as_slice(), &["push"], &["remove", "pdf"]] {
        assert_eq!(world.proj.skillsync(args).code, 128, "{args:?}");
    }
    assert!(world.everything() == before);
    assert_eq!(world.proj.skillsync(&["hook", "post-commit"]).code, 0, "a hook never fails git");
    assert!(world.everything() == before);
}

#[test]
fn another_index_is_not_written() {
    let world = edited();
    world.edit_collection(&[THEIRS]);
    world.proj.git(&["read-tree", "--index-output=.git/other", "HEAD"]);
    let before = world.everything();
    let run = |args: &[&str], index: &str| {
        world.proj.run(world.proj.command("git-skillsync").args(args).env("GIT_INDEX_FILE", index))
    };
    insta::assert_snapshot!(run(&["pull"], ".git/other"), @"
    ----- stderr
    fatal: 'GIT_INDEX_FILE' names another index than the repository's
    hint: run the command outside of the commit that is being made
    ----- status 128
    ");
    for args in [["deploy", "review"].as_slice(), &["push"], &["remove", "pdf"]] {
        assert_eq!(run(args, ".git/other").code, 128, "{args:?}");
    }
    assert_eq!(run(&["status", "--porcelain"], ".git/other").stdout, "MM\tskill/pdf\t.claude/skills/pdf\n");
    assert!(world.everything() == before);
    assert_eq!(run(&["pull"], ".git/index").code, 0);
}

#[test]
fn a_removal_that_git_copied_over_a_new_record_does_not_hide_it() {
    let world = World::deployed();
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    world.proj.commit_all("Pull");
    world.proj.skillsync(&["remove", "pdf"]).expect_success();
    world.proj.commit_all("Remove");
    world.porcelain();
    world.proj.git(&["config", "notes.rewriteRef", "refs/notes/skillsync"]);
    world.proj.git(&["config", "notes.rewriteMode", "concatenate"]);
    // Its number begins anew, below that of the removal.
    world.proj.skillsync(&["deploy", "pdf"]).expect_success();
    world.proj.git(&["commit", "--quiet", "--amend", "--all", "--message", "Keep", "--allow-empty"]);
    // Git copies the note of the removal after our hook has written the new one.
    world.porcelain();
    assert!(!note(&world, "HEAD").contains(r#""removed":true"#));
    world.edit_project(&[OURS]);
    let (document, _) = world.json(&["status"]);
    assert_eq!(document["artifacts"][0]["base_from"], "note");
}
