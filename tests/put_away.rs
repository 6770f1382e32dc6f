//! A pull that was put away, by a reset or a stash: it is kept, mentioned once, and comes back.

use crate::support::{PLACED, World, skill};

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const MODIFIED: &str = "M.\tskill/pdf\t.claude/skills/pdf";
const HINT: &str = "hint: what was pulled of skill/pdf was put away; it counts again when its content is back, \
                    and 'git skillsync abort skill/pdf' forgets it\n";

/// Both sides changed, apart; pulled, not committed.
fn pulled() -> World {
    let world = World::deployed();
    world.edit_project(&[OURS]);
    world.edit_collection(&[THEIRS]);
    assert_eq!(world.outcome(&["pull"]), ("merged".into(), 0));
    world
}

/// What a command says on stderr.
fn said(world: &World, args: &[&str]) -> String {
    let run = world.proj.skillsync(args);
    assert_eq!(run.code, 0, "{run}");
    run.stderr
}

#[test]
fn it_is_mentioned_once() {
    for put_away in
        [["reset", "--quiet", "--hard"].as_slice(), &["stash", "--quiet"], &["restore", "-SW", ".claude"]]
    {
        let world = pulled();
        assert_eq!(said(&world, &["status"]), "", "nothing was put away yet");
        world.proj.git(put_away);
        assert_eq!(said(&world, &["status", "--porcelain"]), HINT, "{put_away:?}");
        assert_eq!(said(&world, &["status"]), "", "{put_away:?}");
        assert_eq!(said(&world, &["push", "--dry-run"]), "");
    }
}

#[test]
fn commands_that_write_mention_it_too() {
    let world = pulled();
    world.proj.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(said(&world, &["pull", "--dry-run"]), "", "that writes nothing, so it does not say it");
    let heard = said(&world, &["pull", "--quiet"]);
    assert!(heard.starts_with(HINT), "{heard}");
    assert_eq!(said(&world, &["status"]), "", "and what was pulled again stands for both");
}

#[test]
fn a_hook_leaves_it_to_be_mentioned() {
    let world = pulled();
    world.proj.git(&["stash", "--quiet"]);
    world.proj.write("README", "Meanwhile.\n").commit_all("Meanwhile");
    assert_eq!(said(&world, &["status"]), HINT);
}

#[test]
fn a_reader_that_may_not_write_mentions_nothing() {
    let world = pulled();
    world.proj.git(&["reset", "--quiet", "--hard"]);
    let mut command = world.proj.command("git-skillsync");
    let run = world.proj.run(command.arg("status").env("GIT_OPTIONAL_LOCKS", "0"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(said(&world, &["status"]), HINT);
}

#[test]
fn it_counts_again_when_its_content_is_back() {
    let world = pulled();
    world.proj.git(&["stash", "--quiet"]);
    assert_eq!(said(&world, &["status"]), HINT);
    assert_eq!(world.porcelain(), "MM\tskill/pdf\t.claude/skills/pdf");
    world.proj.git(&["stash", "pop", "--quiet"]);
    assert_eq!(world.porcelain(), MODIFIED);
    world.proj.git(&["commit", "--quiet", "--all", "--message", "Pull"]);
    assert_eq!(world.note()[0]["commit"], world.coll.head());
}

#[test]
fn abort_forgets_it_and_leaves_the_files() {
    let world = pulled();
    world.proj.git(&["stash", "--quiet"]);
    assert_eq!(said(&world, &["abort", "skill/pdf"]), "", "it is what the command is about");
    assert_eq!(world.proj.read(PLACED), skill(&[OURS]));
    world.proj.git(&["stash", "pop", "--quiet"]);
    world.porcelain();
    assert!(!world.proj.exists(".git/skillsync/pending.json"), "nothing waits");
}
