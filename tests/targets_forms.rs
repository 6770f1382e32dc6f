//! Files in the forms of harnesses: what they say counts, and how it is written down is the user's.

use crate::support::World;
use serde_json::Value;

const FILE: &str = ".gemini/commands/review.toml";
const AGENT: &str = ".codex/agents/helper.toml";
const SOURCE: &str = "commands/review.md";

/// The command `review` for Gemini CLI, and the agent `helper` for Codex.
fn world() -> World {
    let world = World::new();
    let lines: String = (1..=12).map(|number| format!("line {number}\n\n")).collect();
    let front = "---\ndescription: Reviews.\nallowed-tools: Read\n---\n";
    world.coll.write(SOURCE, format!("{front}\nLook at $ARGUMENTS.\n\n{lines}"));
    world.coll.write("agents/helper.md", format!("---\nname: helper\ndescription: Helps.\n---\n{lines}"));
    world.coll.commit_all("More lines");
    world.proj.skillsync(&["deploy", "review", "--target", "gemini", "--commit"]).expect_success();
    world.proj.skillsync(&["deploy", "helper", "--target", "codex", "--commit"]).expect_success();
    world
}

fn replace(world: &World, path: &str, old: &str, new: &str) {
    let text = world.proj.read(path);
    assert!(text.contains(old), "{path}: {text}");
    world.proj.write(path, text.replacen(old, new, 1));
}

fn improve(world: &World, old: &str, new: &str) {
    let text = world.coll.read(SOURCE);
    assert!(text.contains(old), "{text}");
    world.coll.write(SOURCE, text.replacen(old, new, 1)).commit_all("Improve");
}

/// The same file with a comment, and every text as a basic string in one line.
fn written_otherwise(world: &World, path: &str) -> String {
    let table: toml::Table = world.proj.read(path).parse().expect("TOML");
    let lines: String = table.iter().map(|(key, value)| format!("{key} = {value:?}\n")).collect();
    let text = format!("# Mine: do not touch.\n{}", lines.replace("String(", "").replace(")\n", "\n"));
    assert_eq!(text.parse::<toml::Table>().expect("TOML"), table, "{text}");
    world.proj.write(path, &text);
    text
}

fn prompt(world: &World) -> String {
    let table: toml::Table = world.proj.read(FILE).parse().expect("TOML");
    table["prompt"].as_str().expect("text").to_owned()
}

fn letters(world: &World) -> Vec<String> {
    world.porcelain().lines().map(|line| line[..2].to_owned()).collect()
}

#[test]
fn another_way_to_write_the_same_is_no_change() {
    let world = world();
    for committed in [false, true] {
        let texts = [FILE, AGENT].map(|path| written_otherwise(&world, path));
        if committed {
            world.proj.commit_all("Written otherwise");
        }
        assert_eq!((world.porcelain(), world.proj.skillsync(&["check"]).code), (String::new(), 0));
        let (document, _) = world.json(&["status", "--verbose"]);
        let states: Vec<&Value> = document["artifacts"]
            .as_array()
            .expect("artifacts")
            .iter()
            .map(|it| &it["project_state"])
            .collect();
        assert_eq!(states, ["unchanged", "unchanged"], "{document}");
        let before = world.everything();
        for command in [&["pull"][..], &["push"], &["sync"]] {
            world.proj.skillsync(command).expect_success();
        }
        assert_eq!(world.everything(), before);
        assert_eq!([FILE, AGENT].map(|path| world.proj.read(path)), texts);
    }
    // An edit in it is one.
    replace(&world, FILE, "line 3", "line three");
    assert_eq!(letters(&world), ["M."]);
}

#[test]
fn what_the_collection_changes_comes_beside_it_or_is_a_conflict() {
    // A comment, and other keys' lines, go together with what changes elsewhere.
    let world = world();
    let text = format!("# Mine: do not touch.\n{}", world.proj.read(FILE));
    world.proj.write(FILE, &text).commit_all("A comment");
    improve(&world, "line 9", "line nine");
    assert_eq!(letters(&world), [".M"]);
    assert_eq!(world.outcome(&["pull", "--commit", "review"]), ("merged".into(), 0));
    assert_eq!(world.proj.read(FILE), text.replace("line 9", "line nine"));
    assert_eq!(world.porcelain(), "");
    // What is written otherwise in the same place is not lost: it is a conflict, and said before.
    let text = written_otherwise(&world, FILE);
    world.proj.commit_all("Written otherwise");
    improve(&world, "line 5", "line five");
    assert_eq!(letters(&world), ["MM"]);
    assert_eq!(world.outcome(&["pull", "--auto-resolve", "abort", "review"]), ("aborted".into(), 1));
    assert_eq!(world.proj.read(FILE), text);
    assert_eq!(world.proj.skillsync(&["pull", "--strategy", "overwrite", "review"]).code, 2, "it asks");
    assert_eq!(world.outcome(&["pull", "review"]), ("conflict".into(), 1));
    assert!(world.proj.read(FILE).contains("Mine: do not touch."));
    world.proj.git(&["checkout", "--theirs", FILE]);
    world.proj.commit_all("Theirs then");
    assert!(prompt(&world).contains("line five"));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn an_edit_in_a_file_that_is_written_otherwise_goes_up_and_is_known_then() {
    for upstream in [false, true] {
        let world = world();
        let text = written_otherwise(&world, FILE).replace("line 3", "line three");
        world.proj.write(FILE, &text).commit_all("Written otherwise, and edited");
        if upstream {
            improve(&world, "line 9", "line nine");
        }
        world.proj.skillsync(&["push"]).expect_success();
        let sent = world.coll.read(SOURCE);
        assert!(sent.contains("line three") && sent.contains("allowed-tools: Read"), "{sent}");
        assert_eq!(sent.contains("line nine"), upstream);
        if upstream {
            // It still lacks what the collection has.
            assert_eq!(letters(&world), ["MM"]);
        } else {
            assert_eq!(world.porcelain(), "");
        }
        let tip = world.coll.head();
        world.proj.skillsync(&["push"]).expect_success();
        assert_eq!(world.coll.head(), tip, "there is nothing more to send");
        assert_eq!(world.proj.read(FILE), text);
    }
}

/// The project's edit was pushed onto a collection that had gone on: what the collection has now is not
/// what was pushed, and that stands nowhere but in the form of the project.
fn pushed_onto_more() -> World {
    let world = world();
    improve(&world, "line 9", "line nine");
    replace(&world, FILE, "line 3", "line three");
    world.proj.commit_all("Edit");
    assert_eq!(world.outcome(&["push", "review"]), ("merged".into(), 0));
    world
}

#[test]
fn what_was_pushed_is_the_base_of_the_next_edit() {
    for lost in [false, true] {
        let world = pushed_onto_more();
        if lost {
            world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
            world.proj.git(&["update-ref", "-d", "refs/skillsync/ops"]);
            world.proj.git(&["gc", "--quiet", "--prune=now"]);
        }
        replace(&world, FILE, "line three", "line 3, again");
        world.proj.commit_all("Edit again");
        assert_eq!(world.outcome(&["pull", "review", "--commit"]), ("merged".into(), 0), "lost: {lost}");
        assert!(prompt(&world).contains("line 3, again") && prompt(&world).contains("line nine"));
        assert_eq!(world.outcome(&["push", "review"]), ("updated".into(), 0));
        let sent = world.coll.read(SOURCE);
        assert!(sent.contains("line 3, again") && sent.contains("line nine"), "{sent}");
        assert_eq!(world.porcelain(), "");
    }
}

#[test]
fn what_the_collection_reverts_of_it_is_not_pushed_again() {
    let world = pushed_onto_more();
    let text = world.coll.read(SOURCE);
    world.coll.write(SOURCE, text.replace("line three", "line 3")).commit_all("Take the project's edit back");
    let tip = world.coll.head();
    world.proj.skillsync(&["push", "review"]);
    assert_eq!(world.coll.head(), tip, "it was sent already");
    assert_eq!(world.outcome(&["pull", "review", "--commit"]), ("updated".into(), 0));
    assert!(!prompt(&world).contains("line three") && prompt(&world).contains("line nine"));
    assert_eq!(world.porcelain(), "");
}

#[test]
fn an_older_version_in_another_form_is_a_rewind() {
    // With what the form does not hold, and without.
    for (old, new) in [("line 9", "line nine"), ("allowed-tools: Read\n", "allowed-tools: Read, Edit\n")] {
        let world = world();
        let older = world.proj.read(FILE);
        improve(&world, "line 5", "line five");
        improve(&world, old, new);
        world.proj.skillsync(&["pull", "--commit", "review"]).expect_success();
        world.proj.write(FILE, &older).commit_all("As it was");
        let (document, _) = world.json(&["status"]);
        assert_eq!(document["artifacts"][0]["recommendation"], "review_manually", "{document}");
        let tip = world.coll.head();
        let run = world.proj.skillsync(&["push", "review"]);
        assert!(run.code == 1 && run.stdout.contains("older version"), "{run}");
        assert_eq!(world.coll.head(), tip);
        world.proj.skillsync(&["push", "review", "--allow-rewind"]).expect_success();
        assert!(!world.coll.read(SOURCE).contains("line five"));
    }
}

#[test]
fn an_edit_of_another_copy_comes_into_a_file_that_is_written_otherwise() {
    let world = world();
    world.proj.skillsync(&["deploy", "review", "--target", "claude", "--commit"]).expect_success();
    let copy = ".claude/commands/review.md";
    let text = format!("# Mine: do not touch.\n{}", world.proj.read(FILE));
    world.proj.write(FILE, &text).commit_all("A comment");
    replace(&world, copy, "line 3", "line three");
    world.proj.commit_all("Edit the copy");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(FILE), text.replace("line 3", "line three"));
    // Where it cannot come in without a loss, the file stays.
    let text = written_otherwise(&world, FILE);
    world.proj.commit_all("Written otherwise");
    replace(&world, copy, "line 9", "line nine");
    world.proj.commit_all("Edit the copy again");
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(FILE), text);
    world.proj.skillsync(&["push"]).expect_success();
    let sent = world.coll.read(SOURCE);
    assert!(sent.contains("line three") && sent.contains("line nine"), "{sent}");
    // Now it is the collection's change, and said.
    assert_eq!(world.porcelain(), format!("MM\tcommand/review\t{FILE}"));
    assert_eq!(world.outcome(&["pull", FILE]), ("conflict".into(), 1));
    assert!(world.proj.read(FILE).contains("Mine: do not touch."));
}
