//! Folders outside git: everything that works in a repository works there, and what is known goes along
//! when the folder becomes one.

#[path = "folder/became_git.rs"]
mod became_git;
#[path = "folder/links.rs"]
mod links;
#[path = "folder/oddities.rs"]
mod oddities;
#[path = "folder/user.rs"]
mod user;

use crate::support::{PLACED, Repo, Run, SOURCE, Sandbox, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const STATE: &str = ".skillsync/state.json";

/// A collection beside a plain folder.
pub struct Plain {
    sandbox: Sandbox,
    coll: Repo,
    folder: Repo,
}

impl Plain {
    /// Nothing deployed yet.
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let coll = sandbox.repo("coll");
        coll.write(SOURCE, skill(&[])).write("skills/pdf/notes.txt", "one\ntwo\nthree\n");
        coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets")]));
        coll.write("commands/review.md", "# Review\n\nRead it.\n");
        coll.commit_all("Add artifacts");
        let folder = sandbox.folder("proj");
        Self { sandbox, coll, folder }
    }

    /// `pdf` is deployed.
    fn deployed() -> Self {
        let plain = Self::new();
        plain.folder.skillsync(&["deploy", "pdf", "--from", "../coll"]).expect_success();
        plain
    }

    /// Deployed, edited here, and changed in the collection.
    fn both_changed(theirs: (usize, &str)) -> Self {
        let plain = Self::deployed();
        plain.folder.write(PLACED, skill(&[OURS]));
        plain.edit_collection(&[theirs]);
        plain
    }

    fn edit_collection(&self, edits: &[(usize, &str)]) {
        self.coll.write(SOURCE, skill(edits)).commit_all("Improve pdf");
    }

    fn porcelain(&self) -> String {
        self.folder.skillsync(&["status", "--porcelain"]).expect_success()
    }

    fn run(&self, args: &[&str]) -> Run {
        self.folder.skillsync(args)
    }

    /// The status word of the first result, and the exit status.
    fn outcome(&self, args: &[&str]) -> (String, i32) {
        let run = self.run(&[args, &["--json"]].concat());
        (run.json()["results"][0]["status"].as_str().unwrap_or_default().to_owned(), run.code)
    }

    fn state(&self) -> Value {
        serde_json::from_str(&self.folder.read(STATE)).unwrap()
    }

    fn records(&self) -> usize {
        self.state()["records"].as_array().unwrap().len()
    }
}

#[test]
fn outside_git_only_init_and_deploy_begin() {
    let plain = Plain::new();
    for command in
        ["status", "pull", "push", "list", "undo", "abort", "continue", "log", "adopt", "diff", "doctor"]
    {
        let run = plain.run(&[command]);
        assert_eq!(run.code, 128, "{command}: {run}");
        assert!(run.stderr.contains("hint:") && run.stderr.contains("not in a git repository"), "{run}");
        assert_eq!(std::fs::read_dir(plain.folder.path()).unwrap().count(), 0, "{command} left something");
    }
    // What cannot begin leaves nothing behind.
    assert_eq!(plain.run(&["init", "../nowhere"]).code, 128);
    assert_eq!(plain.run(&["deploy", "pdf"]).code, 2);
    assert_eq!(plain.run(&["deploy", "pdf", "--from", "../nowhere"]).code, 128);
    assert_eq!(plain.run(&["deploy", "typo", "--from", "../coll"]).code, 2);
    assert_eq!(std::fs::read_dir(plain.folder.path()).unwrap().count(), 0);
    plain.run(&["init", "../coll"]).expect_success();
    insta::assert_snapshot!(plain.run(&["status"]), @"
    ----- stdout
    nothing deployed from 'default'
    not in a git repository: records are in the state file
    ----- status 0
    ");
}

#[test]
fn a_session_merges_sends_and_takes_back() {
    let plain = Plain::deployed();
    assert_eq!(plain.porcelain(), "");
    let state = plain.state();
    assert_eq!(
        (&state["version"], state["records"][0]["path"].as_str()),
        (&1.into(), Some(".claude/skills/pdf"))
    );
    plain.folder.write(PLACED, skill(&[OURS]));
    assert_eq!(plain.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf\n".trim_end());
    plain.edit_collection(&[THEIRS]);
    let document = plain.run(&["status", "--json"]).json();
    assert_eq!((&document["state"], &document["head"]), (&"file".into(), &Value::Null));
    assert_eq!(document["artifacts"][0]["base_from"], "file");
    assert_eq!(plain.outcome(&["pull"]), ("merged".into(), 0));
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
    // There is nothing to commit: the record is there at once, and the base with it.
    assert_eq!(plain.records(), 2);
    assert_eq!(plain.outcome(&["push"]), ("updated".into(), 0));
    assert_eq!(plain.coll.read(SOURCE), skill(&[OURS, THEIRS]));
    assert_eq!(plain.porcelain(), "");
    let log = plain.run(&["log", "--json"]).json();
    let commands: Vec<_> = log["operations"].as_array().unwrap().iter().map(|one| &one["command"]).collect();
    assert_eq!(commands, ["push", "pull", "deploy"]);
}

#[test]
fn what_is_taken_back_counts_as_never_taken() {
    for command in ["undo", "abort"] {
        let plain = Plain::both_changed(THEIRS);
        assert_eq!(plain.outcome(&["pull"]), ("merged".into(), 0));
        assert_eq!(plain.outcome(&[command]), ("restored".into(), 0), "{command}");
        assert_eq!(plain.folder.read(PLACED), skill(&[OURS]));
        assert_eq!(plain.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
        assert_eq!(plain.outcome(&["pull"]), ("merged".into(), 0), "the same pull again");
        assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
    }
}

#[test]
fn undo_goes_back_step_by_step_and_keeps_later_edits() {
    let plain = Plain::deployed();
    plain.edit_collection(&[(8, "two")]);
    plain.run(&["pull"]).expect_success();
    plain.edit_collection(&[(8, "two"), (12, "three")]);
    plain.run(&["pull"]).expect_success();
    plain.run(&["deploy", "sheets"]).expect_success();
    plain.run(&["undo"]).expect_success();
    assert!(!plain.folder.exists(".claude/skills/sheets"));
    plain.run(&["undo"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[(8, "two")]));
    plain.run(&["undo"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[]));
    assert_eq!(plain.porcelain(), ".M\tskill/pdf\t.claude/skills/pdf");
    plain.run(&["pull"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[(8, "two"), (12, "three")]));
    plain.folder.write(PLACED, skill(&[(8, "two"), (12, "three"), (19, "mine")]));
    let (status, code) = plain.outcome(&["undo"]);
    assert_eq!((status.as_str(), code), ("skipped", 1), "edited since");
    assert_eq!(plain.folder.read(PLACED), skill(&[(8, "two"), (12, "three"), (19, "mine")]));
}

#[test]
fn conflicts_are_left_alone_unless_marks_are_asked_for() {
    let plain = Plain::both_changed((7, "theirs"));
    insta::assert_snapshot!(plain.run(&["pull"]), @"
    ----- stdout
    skill/pdf  aborted: would have conflicts; left untouched
       .claude/skills/pdf/SKILL.md (content)
    ----- stderr
    hint: 'git skillsync pull --auto-resolve=mark skill/pdf' marks the conflicts
    ----- status 1
    ");
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS]));
    assert_eq!(plain.outcome(&["pull", "--auto-resolve=mark"]), ("conflict".into(), 1));
    assert!(plain.folder.read(PLACED).contains("<<<<<<<"));
    insta::assert_snapshot!(plain.run(&["status"]), @"
    ----- stdout
    U. skill/pdf  has conflicts to resolve
       (fix the files and 'git skillsync continue', or 'git skillsync abort')
    1 artifact deployed from 'default', 1 to attend to
    not in a git repository: records are in the state file
    ----- status 0
    ");
    assert_eq!(plain.run(&["continue"]).code, 1, "markers are left");
    assert_eq!(plain.outcome(&["abort"]), ("restored".into(), 0));
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS]));
    plain.run(&["pull", "--auto-resolve=mark"]);
    plain.folder.write(PLACED, skill(&[(7, "both")]));
    plain.run(&["continue"]).expect_success();
    assert_eq!(plain.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(plain.outcome(&["push"]), ("updated".into(), 0));
    assert_eq!(plain.coll.read(SOURCE), skill(&[(7, "both")]));
}

#[test]
fn what_is_removed_is_gone_and_comes_back() {
    let plain = Plain::both_changed(THEIRS);
    plain.run(&["pull"]).expect_success();
    plain.run(&["remove", "pdf"]).expect_success();
    assert!(!plain.folder.exists(".claude"));
    assert_eq!(plain.run(&["list"]).stdout, "");
    plain.run(&["undo"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]));
    assert_eq!(plain.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    plain.run(&["remove", "--keep-files", "pdf"]).expect_success();
    assert_eq!(
        (plain.run(&["list"]).stdout, plain.folder.read(PLACED)),
        (String::new(), skill(&[OURS, THEIRS]))
    );
    plain.run(&["adopt", "pdf"]);
    assert!(plain.run(&["list"]).stdout.contains("skill/pdf"));
}

#[test]
fn what_is_deleted_by_hand_is_told_until_it_is_settled() {
    let plain = Plain::both_changed(THEIRS);
    plain.run(&["pull"]).expect_success();
    plain.run(&["deploy", "sheets"]).expect_success();
    plain.folder.remove(".claude/skills/pdf");
    assert_eq!(plain.porcelain(), "D.\tskill/pdf\t.claude/skills/pdf");
    assert_eq!(plain.outcome(&["pull"]), ("skipped".into(), 1));
    plain.run(&["pull", "--force", "pdf"]).expect_success();
    assert_eq!(plain.folder.read(PLACED), skill(&[OURS, THEIRS]), "with the edits made here");
    assert_eq!(plain.porcelain(), "M.\tskill/pdf\t.claude/skills/pdf");
    plain.folder.remove(".claude/skills/pdf");
    plain.run(&["remove", "pdf"]).expect_success();
    assert_eq!(plain.porcelain(), "");
    assert!(!plain.run(&["list"]).stdout.contains("pdf"));
}

#[test]
fn a_folder_may_be_moved_and_worked_in_from_below() {
    let plain = Plain::both_changed(THEIRS);
    plain.porcelain();
    let moved = plain.sandbox.path("deep/elsewhere");
    std::fs::create_dir_all(moved.parent().unwrap()).unwrap();
    std::fs::rename(plain.folder.path(), &moved).unwrap();
    let folder = plain.sandbox.open("deep/elsewhere");
    folder.write("src/inner/x", "");
    let below = plain.sandbox.open("deep/elsewhere/src/inner");
    assert_eq!(below.skillsync(&["status", "--porcelain"]).stdout, "MM\tskill/pdf\t.claude/skills/pdf\n");
    below.skillsync(&["pull"]).expect_success();
    assert_eq!(folder.read(PLACED), skill(&[OURS, THEIRS]));
    below.skillsync(&["undo"]).expect_success();
    assert_eq!(folder.read(PLACED), skill(&[OURS]), "an operation from before or after the move alike");
}

#[test]
fn nothing_is_written_but_the_artifacts_and_the_folder_of_ours() {
    let plain = Plain::deployed();
    let mut names: Vec<String> = std::fs::read_dir(plain.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".claude", ".skillsync"]);
    assert_eq!(
        plain.folder.read(".skillsync/.gitignore").lines().skip(1).collect::<Vec<_>>(),
        ["*", "!config"]
    );
    // Bytes are the collection's, line ends and all, whatever is configured.
    plain.coll.write("skills/dos/SKILL.md", "a\r\nb\r\n").write("skills/dos/.gitattributes", "* text=auto\n");
    plain.coll.git(&["config", "core.autocrlf", "false"]);
    plain.coll.git(&["-c", "core.safecrlf=false", "add", "--renormalize", "."]);
    plain.coll.commit_all("dos");
    plain.sandbox.git(&["config", "--global", "core.autocrlf", "true"]);
    plain.run(&["deploy", "dos"]).expect_success();
    let committed = plain.coll.git(&["cat-file", "blob", "HEAD:skills/dos/SKILL.md"]);
    assert_eq!(plain.folder.read(".claude/skills/dos/SKILL.md").trim_end_matches('\n'), committed);
    assert_eq!(plain.porcelain(), "");
}
