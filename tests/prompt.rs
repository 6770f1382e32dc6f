//! The strategy `prompt`, in a real terminal.

use crate::referee::say;
use crate::support::{PLACED, SOURCE, Sandbox, World, skill};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_git-skillsync");

/// A program in a terminal of its own; it ends with the test.
pub struct Terminal<'a> {
    sandbox: &'a Sandbox,
    folder: PathBuf,
}

impl<'a> Terminal<'a> {
    /// Run the program in `folder`; nothing where there is no tmux.
    pub fn start(sandbox: &'a Sandbox, folder: &Path, args: &[&str]) -> Option<Self> {
        let mut tmux = std::process::Command::new("tmux");
        if tmux.arg("-V").output().is_err() {
            say("SKIPPED: no tmux, so no terminal to ask on");
            return None;
        }
        let terminal = Self { sandbox, folder: folder.to_owned() };
        let line = args.join(" ");
        let script =
            format!("printf '$ git skillsync {line}\\n'; '{BINARY}' {line}; echo exit $?; sleep 600");
        terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "150", &script]);
        Some(terminal)
    }

    fn tmux(&self, args: &[&str]) -> String {
        let mut command = self.sandbox.command("tmux", &self.folder);
        let socket = self.sandbox.path("tmux.sock");
        let output = command.env("TERM", "xterm").arg("-S").arg(socket).args(args).output().expect("tmux");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// What is on the screen once it ends with this text.
    pub fn wait_for(&self, end: &str) -> String {
        self.wait_until(&format!("'{end}'"), |screen| screen.ends_with(end)) + "\n"
    }

    fn wait_until(&self, what: &str, is_there: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]);
            let screen = screen.trim_end();
            if is_there(screen) {
                return screen.to_owned();
            }
            assert!(start.elapsed() < Duration::from_secs(60), "no {what} in\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Type keys, as tmux names them.
    pub fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// Answer the next question, which ends with `end`.
    pub fn answer(&self, end: &str, key: &str) {
        self.wait_for(end);
        self.keys(&[key, "Enter"]);
        // Until it is shown, the question looks like the next one.
        self.wait_until("answer", |screen| screen.contains(&format!("{end} {key}")));
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

const SHEETS: &str = ".claude/skills/sheets/SKILL.md";
const REVIEW: &str = ".claude/commands/review.md";

fn sheets(edits: &[(usize, &str)]) -> String {
    skill(&[&[(2, "name: sheets")], edits].concat())
}

/// Three artifacts that both sides changed: `pdf` apart, `sheets` and `review` in the same line.
fn diverged() -> World {
    let world = World::new();
    world.deploy(&["pdf", "sheets", "review"]);
    world
        .coll
        .write(SOURCE, skill(&[(17, "theirs")]))
        .write("skills/sheets/SKILL.md", sheets(&[(7, "theirs")]));
    world.coll.write("commands/review.md", "# Review\n\nRead it twice.\n").commit_all("Theirs");
    world.proj.write(PLACED, skill(&[(7, "ours")])).write(SHEETS, sheets(&[(7, "ours")]));
    world.proj.write(REVIEW, "# Review\n\nRead it aloud.\n").commit_all("Ours");
    world.porcelain();
    world
}

const PROMPT: &[&str] = &["pull", "--strategy", "prompt"];

/// Answer the questions one after the other; what is on the screen at the end.
fn session(world: &World, answers: &[(&str, &str)], exit: i32) -> Option<String> {
    let terminal = Terminal::start(&world.sandbox, world.proj.path(), PROMPT)?;
    for (question, key) in answers {
        terminal.answer(question, key);
    }
    Some(terminal.wait_for(&format!("exit {exit}")))
}

const CLEAN: &str = "[m,t,o,f,d,s,q,?]?";
const CONFLICT: &str = "[m,t,o,f,c,d,s,q,?]?";

#[test]
fn each_answer_does_what_it_says() {
    let world = diverged();
    let review = format!("(1/3) Merge the collection's changes into command/review {CONFLICT}");
    let pdf = format!("(2/3) Merge the collection's changes into skill/pdf {CLEAN}");
    let sheets_asked = format!("(3/3) Merge the collection's changes into skill/sheets {CONFLICT}");
    let answers = [(review.as_str(), "d"), (&review, "f"), (&pdf, "m"), (&sheets_asked, "o")];
    let Some(screen) = session(&world, &answers, 0) else { return };
    assert_eq!(world.proj.read(REVIEW), "# Review\n\nRead it twice.\n");
    assert_eq!(world.proj.read(".claude/commands/review-fork.md"), "# Review\n\nRead it aloud.\n");
    assert_eq!(world.proj.read(PLACED), skill(&[(7, "ours"), (17, "theirs")]));
    assert_eq!(world.proj.read(SHEETS), sheets(&[(7, "ours")]));
    world.proj.commit_all("Pull");
    // All three count as taken in, and only the own edits are left; the fork is the project's own.
    assert_eq!(
        world.porcelain(),
        "M.\tskill/pdf\t.claude/skills/pdf\nM.\tskill/sheets\t.claude/skills/sheets"
    );
    let (document, code) = world.json(&["pull"]);
    assert_eq!((&document["summary"]["up_to_date"], code), (&3.into(), 0));
    // The screen is in the documentation.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/prompt.md");
    let text = std::fs::read_to_string(&file).expect("docs/prompt.md");
    let (before, rest) = text.split_once("```text\n").expect("a block");
    let (_, after) = rest.split_once("```").expect("its end");
    let wanted = format!("{before}```text\n{screen}```{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &wanted).expect("written");
    } else {
        assert!(
            text == wanted,
            "docs/prompt.md is not what is on the screen (UPDATE_DOCS=1 writes it):\n{screen}"
        );
    }
}

#[test]
fn theirs_and_a_fork_of_what_would_merge() {
    let world = diverged();
    let answers = [(CONFLICT, "t"), (CLEAN, "f"), (CONFLICT, "q")];
    let Some(screen) = session(&world, &answers, 1) else { return };
    assert!(screen.contains("yours is kept at '.claude/skills/pdf-fork'"), "{screen}");
    assert_eq!(world.proj.read(REVIEW), "# Review\n\nRead it twice.\n");
    assert!(!world.proj.exists(".claude/commands/review-fork.md"));
    assert_eq!(world.proj.read(PLACED), skill(&[(17, "theirs")]));
    assert_eq!(world.proj.read(".claude/skills/pdf-fork/SKILL.md"), skill(&[(7, "ours")]));
    assert_eq!(world.proj.read(SHEETS), sheets(&[(7, "ours")]));
    // All of it is one operation, and taken back as one.
    world.proj.skillsync(&["undo"]).expect_success();
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    assert!(!world.proj.exists(".claude/skills/pdf-fork"));
}

#[test]
fn what_is_skipped_or_left_at_the_end_is_untouched() {
    for answers in
        [[(CONFLICT, "s"), (CLEAN, "m"), (CONFLICT, "q")], [(CONFLICT, "?"), (CONFLICT, "s"), (CLEAN, "q")]]
    {
        let world = diverged();
        let Some(screen) = session(&world, &answers, 1) else { return };
        assert_eq!(world.proj.read(REVIEW), "# Review\n\nRead it aloud.\n");
        assert_eq!(world.proj.read(SHEETS), sheets(&[(7, "ours")]));
        let merged = answers.contains(&(CLEAN, "m"));
        assert_eq!(world.proj.read(PLACED).contains("theirs"), merged);
        assert_eq!(screen.contains("c - mark the conflicts"), !merged, "{screen}");
        assert!(screen.contains("skill/sheets  skipped: is left as it is"), "{screen}");
    }
}

#[test]
fn conflicts_are_marked_and_an_ended_input_is_a_no() {
    let world = diverged();
    world.proj.git(&["config", "skillsync.autoResolve", "theirs"]);
    let Some(terminal) =
        Terminal::start(&world.sandbox, world.proj.path(), &[PROMPT, &["sheets", "pdf"]].concat())
    else {
        return;
    };
    terminal.answer(CLEAN, "x");
    assert!(terminal.wait_for(CLEAN).contains("m - merge both changes"));
    terminal.keys(&["C-d"]);
    terminal.wait_for("exit 1");
    drop(terminal);
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "");
    // With 'c' the conflict is marked, although the configuration says otherwise.
    world.proj.git(&["config", "skillsync.autoResolve", "abort"]);
    let args = [PROMPT, &["sheets"]].concat();
    let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &args) else { return };
    terminal.answer(CONFLICT, "c");
    terminal.wait_for("exit 1");
    drop(terminal);
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "UU .claude/skills/sheets/SKILL.md");
}

#[test]
fn without_a_terminal_it_is_a_merge_that_leaves_conflicts_alone() {
    let world = diverged();
    let (document, code) = world.json(PROMPT);
    let statuses: Vec<&str> = document["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!((statuses, code), (vec!["aborted", "merged", "aborted"], 1));
    world.proj.skillsync(&["abort"]).expect_success();
    let args = [PROMPT, &["--no-input"]].concat();
    let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &args) else { return };
    let screen = terminal.wait_for("exit 1");
    assert!(!screen.contains("[m,"), "{screen}");
}

#[test]
fn with_confirm_always_nothing_is_written_before_a_yes() {
    for (key, exit) in [("n", 1), ("y", 0)] {
        let world = World::deployed();
        world.edit_collection(&[(17, "theirs")]);
        world.proj.git(&["config", "skillsync.confirm", "always"]);
        let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &["pull"]) else { return };
        terminal.answer("Go on [y/N]?", key);
        let screen = terminal.wait_for(&format!("exit {exit}"));
        assert!(screen.contains("   update    SKILL.md"), "{screen}");
        assert_eq!(world.proj.read(PLACED).contains("theirs"), key == "y");
        drop(terminal);
        let world = World::deployed();
        world.edit_project(&[(7, "ours")]);
        world.proj.git(&["config", "skillsync.confirm", "always"]);
        let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &["push"]) else { return };
        terminal.answer("Go on [y/N]?", key);
        terminal.wait_for(&format!("exit {exit}"));
        assert_eq!(world.coll.read(SOURCE).contains("ours"), key == "y");
    }
    // Where nobody can be asked nothing is, and 'never' makes no loss silent.
    let world = World::deployed();
    world.edit_project(&[(7, "ours")]);
    world.edit_collection(&[(17, "theirs")]);
    world.proj.git(&["config", "skillsync.confirm", "never"]);
    let args = ["pull", "--strategy", "overwrite"];
    let Some(terminal) = Terminal::start(&world.sandbox, world.proj.path(), &args) else { return };
    terminal.wait_for("exit 2");
    assert!(world.proj.read(PLACED).contains("ours"));
}
