//! Every kind of repository, one session in each; the same table is what `docs/kinds.md` shows.

#[path = "kinds/document.rs"]
mod document;
#[path = "kinds/kind.rs"]
mod kind;
#[path = "kinds/referee.rs"]
mod referee;
#[path = "kinds/session.rs"]
mod session;

use crate::support::{PLACED, SOURCE, Sandbox};
use kind::{KINDS, REFUSED};
use referee::Referee;
use session::{Ground, STEPS};
use std::io::Write;

/// In how many tests the kinds are run, side by side.
const PORTIONS: usize = 4;

#[test]
fn the_first_portion() {
    portion(0);
}

#[test]
fn the_second_portion() {
    portion(1);
}

#[test]
fn the_third_portion() {
    portion(2);
}

#[test]
fn the_fourth_portion() {
    portion(3);
}

fn portion(number: usize) {
    let sandbox = Sandbox::new();
    let (referee, git) = (Referee::new(&sandbox), git_version(&sandbox));
    let wanted = std::env::var("SKILLSYNC_KIND").unwrap_or_default();
    let (mut wrong, mut cells, mut left) = (Vec::new(), 0, Vec::new());
    let mine = KINDS.iter().enumerate().filter(|(at, _)| at % PORTIONS == number);
    for (_, kind) in mine.filter(|(_, kind)| kind.name.contains(&wanted)) {
        if kind.since > git {
            left.push(format!("{} needs git {}.{}", kind.name, kind.since.0, kind.since.1));
            continue;
        }
        for (step, result) in STEPS.iter().zip(session::run(kind, &referee)) {
            cells += 1;
            if let Err(why) = result {
                wrong.push(format!("=== {}: {step}\n{why}", kind.name));
                // What comes after stands on it.
                break;
            }
        }
    }
    let left = if left.is_empty() { String::new() } else { format!(", left out: {}", left.join(", ")) };
    let _ = writeln!(std::io::stderr(), "kinds: {cells} cells with git {}.{}{left}", git.0, git.1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn git_version(sandbox: &Sandbox) -> (u32, u32) {
    let text = sandbox.git(&["version"]);
    let mut numbers = text.split([' ', '.']).filter_map(|word| word.parse().ok());
    (numbers.next().expect("major"), numbers.next().expect("minor"))
}

#[test]
fn what_cannot_be_worked_in_is_refused_and_nothing_is_touched() {
    for refused in REFUSED {
        let script = refused.script;
        if script.contains("chown") && !is_root() {
            let _ =
                writeln!(std::io::stderr(), "kinds: not root, so nobody else's repository: {}", refused.name);
            continue;
        }
        let ground = Ground::new(script, "proj", &[]);
        let git = ground.git(&["log", "-1"]);
        assert_eq!(git.is_err(), refused.as_git, "{}: {git:?}", refused.name);
        let coll = ground.sandbox.path("coll").to_string_lossy().into_owned();
        if !refused.as_git {
            ground.skillsync(&["init", "--no-hooks", &coll]);
        }
        let before = ground.project().tree_snapshot();
        let commands: [&[&str]; 3] = [&["deploy", "pdf"], &["deploy", "pdf", "--from", &coll], &["status"]];
        for args in &commands[..if refused.as_git { 3 } else { 2 }] {
            let run = ground.skillsync(args);
            assert_eq!(run.code, 128, "{} {args:?}: {run}", refused.name);
            assert!(run.stderr.contains(refused.says), "{} {args:?}: {run}", refused.name);
        }
        assert_eq!(ground.project().tree_snapshot(), before, "{}", refused.name);
    }
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_left_out_again() {
    let ground = Ground::new("start", "proj", &[]);
    let (proj, coll) = (ground.project(), ground.sandbox.open("coll"));
    proj.skillsync(&["init", &coll.path().to_string_lossy()]).expect_success();
    proj.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
    proj.write(PLACED, session::text(&[session::MINE])).commit_all("Mine");
    proj.git(&["sparse-checkout", "set", "deep"]);
    let before = proj.git(&["ls-files", "-t", "--stage"]);
    assert!(before.contains("S 100644"), "{before}");
    let is_as_before = |what: &str| {
        assert_eq!(proj.git(&["status", "--porcelain"]), "", "{what}");
        assert_eq!(proj.git(&["ls-files", "-t", "--stage"]), before, "{what}");
        assert!(!proj.exists(".claude"), "{what}");
    };
    coll.write(SOURCE, session::text(&[session::YOURS])).commit_all("Yours");
    assert_eq!(
        proj.skillsync(&["status", "--porcelain"]).expect_success(),
        "MM\tskill/pdf\t.claude/skills/pdf"
    );
    is_as_before("looked at");
    assert_eq!(proj.skillsync(&["pull"]).code, 1);
    assert_eq!(proj.git(&["status", "--porcelain"]), format!("UU {PLACED}"));
    proj.skillsync(&["abort"]).expect_success();
    is_as_before("aborted");
    coll.write(SOURCE, session::text(&[session::THEIRS])).commit_all("Theirs");
    for back in ["abort", "undo"] {
        proj.skillsync(&["pull"]).expect_success();
        assert_eq!(proj.git(&["status", "--porcelain"]), format!("M  {PLACED}"));
        proj.skillsync(&[back]).expect_success();
        is_as_before(back);
    }
    proj.skillsync(&["pull", "--commit"]).expect_success();
    proj.git(&["sparse-checkout", "reapply"]);
    assert!(!proj.exists(".claude"));
    proj.git(&["sparse-checkout", "disable"]);
    assert_eq!(proj.read(PLACED), session::text(&[session::MINE, session::THEIRS]));
}

#[test]
fn a_bare_collection_takes_in_what_a_project_has() {
    for (project, collection) in [("sha1", "sha1"), ("sha256", "sha1")] {
        let script =
            format!("start --object-format={project}; git init -q --bare --object-format={collection} coll");
        let ground = Ground::new(&script, "proj", &[]);
        let (proj, coll) = (ground.project(), ground.sandbox.open("coll"));
        proj.skillsync(&["init", &coll.path().to_string_lossy()]).expect_success();
        proj.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        proj.write(PLACED, session::text(&[session::OURS])).commit_all("Ours");
        let from = proj.path().to_string_lossy().into_owned();
        let before = [proj.tree_snapshot(), coll.tree_snapshot()];
        let run = coll.skillsync(&["pull", "--project", &from, "--preview"]);
        assert!(run.stdout.contains("skill/pdf  would be updated"), "{run}");
        assert_eq!([proj.tree_snapshot(), coll.tree_snapshot()], before);
        let document = coll.skillsync(&["pull", "--project", &from, "--json"]).json();
        assert_eq!(document["results"][0]["status"], "updated", "{document}");
        assert_eq!((&document["command"], &document["direction"]), (&"pull".into(), &"pull".into()));
        assert_eq!(coll.git(&["show", &format!("main:{SOURCE}")]) + "\n", session::text(&[session::OURS]));
        assert_eq!(coll.git(&["log", "-1", "--format=%s"]), "Ours");
        assert_eq!(proj.tree_snapshot(), before[0], "nothing is written into the project");
        assert_eq!(proj.skillsync(&["status", "--porcelain"]).expect_success(), "");
        let log = coll.skillsync(&["log", "--json"]).json();
        assert_eq!(log["operations"].as_array().map(Vec::len), Some(1), "{log}");
        coll.git(&["fsck", "--strict"]);
        let run = coll.skillsync(&["pull", "--project", &from, "--atomic"]);
        assert_eq!(run.code, 128, "{run}");
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = tempfile::NamedTempFile::new().expect("file");
    own.as_file().metadata().expect("metadata").uid() == 0
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[test]
fn the_table_in_the_documentation_is_this_one() {
    document::check();
}
