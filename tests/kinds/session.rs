//! One session in a repository of a kind: deploy, status, a clean pull, a push, a conflict, abort, undo.
//! Each step is judged by git itself and by what the same step is in a plain repository.

use super::kind::Kind;
use super::referee::{Merge, Referee};
use crate::support::{PLACED, Repo, Run, SOURCE, Sandbox, skill};
use std::process::Command;

/// What is done, in this order; a column each.
pub const STEPS: [&str; 7] = ["deploy", "status", "pull", "push", "conflict", "abort", "undo"];

/// What a pointer to something large looks like.
const NOTES: &str = "pointer 4711\n";

/// What the scripts may use.
const FUNCTIONS: &str = r#"
set -eu
start() {
    git init -q "$@" proj
    mkdir proj/deep
    echo 'A project.' >proj/README
    echo x >proj/deep/file
    git -C proj add -A
    git -C proj commit -qm Start
}
commits() { for n in $(seq "$1"); do echo "$n" >>proj/deep/file; git -C proj commit -qam "More $n"; done; }
serve() { git -C "$1" config uploadpack.allowFilter true; git -C "$1" config uploadpack.allowAnySHA1InWant true; }
attributes() { echo "$1" >proj/.gitattributes; git -C proj add -A; git -C proj commit -qm Attributes; }
program() { printf '#!/bin/sh\n%s\n' "$2" >"$1"; chmod +x "$1"; }
pointers() {
    mkdir store
    echo 'Something large.' >store/4711
    program clean "t=\$(mktemp); cat >\$t; for f in '$PWD/store/'*; do
        if cmp -s \"\$f\" \$t; then echo pointer \${f##*/} >\$t; fi; done; cat \$t; rm \$t"
    program smudge "t=\$(mktemp); cat >\$t; f='$PWD/store/'\$(sed -n 's/^pointer //p' \$t)
        if [ -f \"\$f\" ]; then cat \"\$f\"; else cat \$t; fi; rm \$t"
    git -C proj config filter.pointer.clean "$PWD/clean"
    git -C proj config filter.pointer.smudge "$PWD/smudge"
}
"#;

/// The edits of either side in the clean and in the conflicting merge.
pub const OURS: (usize, &str) = (7, "ours");
pub const THEIRS: (usize, &str) = (17, "theirs");
pub const MINE: (usize, &str) = (12, "mine");
pub const YOURS: (usize, &str) = (12, "yours");

/// The folder in which a kind is worked in.
pub struct Ground {
    pub sandbox: Sandbox,
    place: String,
    environment: Vec<(&'static str, String)>,
    bare: bool,
}

type Checked = Result<(), String>;

macro_rules! check {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

/// The text of the artifact's file.
pub fn text(edits: &[(usize, &str)]) -> String {
    // A line that `ident` and another that encodings and filters change.
    skill(edits).replacen("line 6", "$Id$ käse", 1)
}

impl Ground {
    /// Run a kind's script in a sandbox of its own, and fill the collection.
    pub fn new(script: &str, place: &str, environment: &'static [(&'static str, &'static str)]) -> Self {
        let sandbox = Sandbox::new();
        let mut shell = sandbox.command("sh", sandbox.root());
        Run::of(&sandbox, shell.args(["-c", &format!("{FUNCTIONS}\n{script}")])).expect_success();
        let root = sandbox.root().to_string_lossy().into_owned();
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| (*name, value.replace('@', &root))).collect();
        if !sandbox.path("coll").exists() {
            sandbox.repo("coll");
        }
        let coll = sandbox.open("coll");
        let bare = coll.git(&["rev-parse", "--is-bare-repository"]) == "true";
        let ground = Self { sandbox, place: place.to_owned(), environment, bare };
        let work = if bare { ground.sandbox.repo("authors") } else { coll };
        work.write(SOURCE, text(&[])).write("skills/pdf/notes.txt", NOTES);
        work.write("skills/sheets/SKILL.md", "# Sheets\n");
        #[cfg(unix)]
        {
            work.write_program("skills/pdf/run.sh", "#!/bin/sh\n");
            std::os::unix::fs::symlink("notes.txt", work.path().join("skills/pdf/link")).expect("link");
        }
        work.commit_all("Add artifacts");
        ground.publish(&work);
        ground
    }

    fn publish(&self, work: &Repo) {
        if self.bare {
            work.git(&["push", "--quiet", "--force", "../coll", "HEAD:refs/heads/main"]);
        }
    }

    /// Where the commands are run.
    pub fn project(&self) -> Repo {
        self.sandbox.open(&self.place)
    }

    fn run(&self, program: &str, args: &[&str]) -> Run {
        self.run_with(program, args, b"")
    }

    fn run_with(&self, program: &str, args: &[&str], input: &[u8]) -> Run {
        let shut = self.environment.iter().find(|(name, _)| *name == "UMASK");
        let shut = shut.map(|(_, mask)| format!("umask {mask}; exec \"$@\""));
        let mut command: Command =
            self.sandbox.command(if shut.is_some() { "sh" } else { program }, self.project().path());
        if let Some(shut) = &shut {
            command.args(["-c", shut, "sh", program]);
        }
        command.args(args).envs(self.environment.iter().map(|(name, value)| (name, value)));
        Run::with_input(&self.sandbox, &mut command, input)
    }

    pub fn git(&self, args: &[&str]) -> Result<String, String> {
        let run = self.run("git", args);
        if run.code == 0 { Ok(run.stdout) } else { Err(format!("git {args:?}\n{run}")) }
    }

    pub fn skillsync(&self, args: &[&str]) -> Run {
        self.run(env!("CARGO_BIN_EXE_git-skillsync"), args)
    }

    /// Let the collection's file have these edits.
    fn collect(&self, edits: &[(usize, &str)]) {
        let work = self.sandbox.open(if self.bare { "authors" } else { "coll" });
        if self.bare {
            work.git(&["fetch", "--quiet", "../coll", "main"]);
            work.git(&["reset", "--hard", "--quiet", "FETCH_HEAD"]);
        }
        work.write(SOURCE, text(edits)).commit_all("Improve pdf");
        self.publish(&work);
    }

    /// The collection's file at its tip.
    fn collected(&self) -> String {
        self.sandbox.open("coll").try_git(&["show", &format!("main:{SOURCE}")]).stdout
    }

    /// Commit these edits in the project; git writes the file, in whatever encoding it has there.
    fn edit(&self, edits: &[(usize, &str)]) -> Checked {
        let run = self.run_with("git", &["hash-object", "-w", "--stdin"], text(edits).as_bytes());
        let entry = format!("100644,{},{PLACED}", run.expect_success());
        self.git(&["update-index", "--cacheinfo", &entry])?;
        self.git(&["checkout-index", "--force", "--", PLACED])?;
        self.git(&["commit", "--quiet", "--message", "Edit"])?;
        Ok(())
    }

    /// The index below the artifact: mode, stage, path and content of each line.
    fn index(&self) -> Result<Vec<String>, String> {
        let listed = self.git(&["ls-files", "--stage", "-z", "--", ".claude/skills/pdf"])?;
        let mut lines = Vec::new();
        for line in listed.split('\0').filter(|line| !line.is_empty()) {
            let (head, path) = line.split_once('\t').unwrap_or((line, ""));
            let mut words = head.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let (mode, id, stage) = (word(), word(), word());
            let content = self.git(&["cat-file", "blob", id])?;
            lines.push(format!("{mode} {stage} {path}\n{content}"));
        }
        Ok(lines)
    }

    /// Git sees these changes and no others, as far as the artifact goes.
    fn is_seen_as(&self, status: &str) -> Checked {
        let seen = self.git(&["status", "--porcelain"])?;
        check!(seen == status, "git status says\n{seen}not\n{status}");
        Ok(())
    }

    /// The files are what git would write for what is staged.
    fn is_written_as_git_does(&self) -> Checked {
        let listed = self.git(&["ls-files", "--stage", "-z", "--", ".claude/skills/pdf"])?;
        for line in listed.split('\0').filter(|line| line.contains(" 0\t") && !line.starts_with("120000")) {
            let path = line.rsplit('\t').next().unwrap_or_default();
            let wanted = self.run("git", &["cat-file", "--filters", &format!(":{path}")]);
            let found = std::fs::read(self.project().path().join(path)).unwrap_or_default();
            let found = String::from_utf8_lossy(&found).into_owned();
            check!(found == wanted.stdout, "'{path}' is\n{found:?}\nnot\n{:?}", wanted.stdout);
        }
        Ok(())
    }
}

/// What each step came to.
pub fn run(kind: &Kind, referee: &Referee) -> Vec<Checked> {
    let ground = Ground::new(kind.script, kind.place, kind.environment);
    let session = Session { ground: &ground, referee };
    let mut results: Vec<Checked> = STEPS.iter().map(|step| session.take(step)).collect();
    if let Some(last) = results.last_mut()
        && last.is_ok()
    {
        *last = session.end();
    }
    results
}

struct Session<'s> {
    ground: &'s Ground,
    referee: &'s Referee,
}

impl Session<'_> {
    fn take(&self, step: &str) -> Checked {
        match step {
            "deploy" => self.deploy(),
            "status" => self.status(),
            "pull" => self.pull(),
            "push" => self.push(),
            "conflict" => self.conflict(),
            "abort" => self.abort(),
            "undo" => self.undo(),
            other => Err(format!("no step '{other}'")),
        }
    }

    fn done(&self, args: &[&str], code: i32) -> Result<Run, String> {
        let run = self.ground.skillsync(args);
        check!(run.code == code, "{args:?} ended with {}\n{run}", run.code);
        Ok(run)
    }

    /// Everything is placed and staged as the collection has it, and the record goes onto the commit.
    fn deploy(&self) -> Checked {
        let coll = self.ground.sandbox.path("coll").to_string_lossy().into_owned();
        self.done(&["init", &coll], 0)?;
        self.done(&["deploy", "pdf"], 0)?;
        let mut wanted = vec![
            format!("100644 0 {PLACED}\n{}", text(&[])),
            "120000 0 .claude/skills/pdf/link\nnotes.txt".to_owned(),
            format!("100644 0 .claude/skills/pdf/notes.txt\n{NOTES}"),
            "100755 0 .claude/skills/pdf/run.sh\n#!/bin/sh\n".to_owned(),
        ];
        wanted.sort_by_key(|line| line.split(' ').nth(2).unwrap_or_default().to_owned());
        let staged = self.ground.index()?;
        check!(staged == wanted, "staged is\n{staged:?}\nnot\n{wanted:?}");
        let names = ["SKILL.md", "link", "notes.txt", "run.sh"];
        let added: String = names.map(|name| format!("A  .claude/skills/pdf/{name}\n")).concat();
        self.ground.is_seen_as(&added)?;
        self.ground.is_written_as_git_does()?;
        self.ground.git(&["commit", "--quiet", "--message", "Deploy"])?;
        self.ground.is_seen_as("")?;
        // With hooks or without, the record is there once a command has looked.
        self.done(&["status"], 0)?;
        let note = self.ground.git(&["notes", "--ref=skillsync", "show", "HEAD"])?;
        let at = self.ground.git(&["rev-parse", "HEAD:.claude/skills/pdf"])?;
        check!(note.contains(&format!("\"at\":\"{}\"", at.trim())), "the record is {note}");
        Ok(())
    }

    fn porcelain(&self, wanted: &str) -> Checked {
        let run = self.done(&["status", "--porcelain", "--verbose"], 0)?;
        check!(run.stdout == format!("{wanted}\tskill/pdf\t.claude/skills/pdf\n"), "status says {run}");
        Ok(())
    }

    /// Both sides are told apart, and nothing changes by looking.
    fn status(&self) -> Checked {
        self.porcelain("..")?;
        self.ground.edit(&[OURS])?;
        self.porcelain("M.")?;
        self.ground.collect(&[THEIRS]);
        self.porcelain("MM")?;
        let run = self.done(&["check", "--json"], 1)?;
        check!(run.json()["artifacts"][0]["base_from"] == "note", "the base is not from a note\n{run}");
        self.ground.is_seen_as("")
    }

    /// What git makes of the three versions stands in index and work tree.
    fn pull(&self) -> Checked {
        let before = self.ground.index()?;
        self.done(&["pull", "--preview"], 0)?;
        check!(self.ground.index()? == before, "the preview changed something");
        self.done(&["pull"], 0)?;
        let Merge { text: merged, .. } = self.referee.merge([&[], &[OURS], &[THEIRS]]);
        let staged = self.ground.git(&["cat-file", "blob", &format!(":{PLACED}")])?;
        check!(staged == merged, "merged is\n{staged}\nnot\n{merged}");
        self.ground.is_seen_as(&format!("M  {PLACED}\n"))?;
        self.ground.is_written_as_git_does()?;
        self.ground.git(&["commit", "--quiet", "--message", "Pull"])?;
        self.porcelain("M.")
    }

    /// The collection has what git merges, in a commit on its branch, its work tree with it.
    fn push(&self) -> Checked {
        self.done(&["push"], 0)?;
        let Merge { text: merged, .. } = self.referee.merge([&[], &[OURS], &[THEIRS]]);
        let collected = self.ground.collected();
        check!(collected == merged, "pushed is\n{collected}\nnot\n{merged}");
        let coll = self.ground.sandbox.open("coll");
        coll.git(&["fsck", "--strict", "--no-dangling"]);
        if !self.ground.bare {
            let status = coll.git(&["status", "--porcelain"]);
            check!(status.is_empty(), "the collection has\n{status}");
        }
        self.porcelain("..")
    }

    /// Stages, markers and the work tree are those of git.
    fn conflict(&self) -> Checked {
        self.ground.edit(&[OURS, THEIRS, MINE])?;
        self.ground.collect(&[OURS, THEIRS, YOURS]);
        self.done(&["pull"], 1)?;
        let sides: [&[(usize, &str)]; 3] = [&[OURS, THEIRS], &[OURS, THEIRS, MINE], &[OURS, THEIRS, YOURS]];
        let merge = self.referee.merge(sides);
        let found: Vec<String> =
            self.ground.index()?.into_iter().filter(|line| line.contains(PLACED)).collect();
        let wanted: Vec<String> =
            merge.stages.iter().map(|(stage, text)| format!("100644 {stage} {PLACED}\n{text}")).collect();
        check!(found == wanted, "the stages are\n{found:?}\nnot\n{wanted:?}");
        self.ground.is_seen_as(&format!("UU {PLACED}\n"))?;
        // What git would store of the file is the merge with markers; their labels are ours.
        let path = self.ground.project().path().join(PLACED);
        let stored = self.ground.git(&["hash-object", "-w", "--path", PLACED, &path.to_string_lossy()])?;
        let stored = self.ground.git(&["cat-file", "blob", stored.trim()])?;
        let plain = |text: &str| -> Vec<String> {
            let mark = |line: &str| match line.split(' ').next() {
                Some(mark @ ("<<<<<<<" | ">>>>>>>" | "|||||||")) => mark.to_owned(),
                _ => line.to_owned(),
            };
            text.lines().map(mark).collect()
        };
        check!(plain(&stored) == plain(&merge.text), "the file is\n{stored}\nnot\n{}", merge.text);
        self.done(&["status"], 0).map(drop)
    }

    /// Everything is as it was before the pull.
    fn abort(&self) -> Checked {
        self.done(&["abort"], 0)?;
        self.ground.is_seen_as("")?;
        let staged = self.ground.git(&["cat-file", "blob", &format!(":{PLACED}")])?;
        check!(staged == text(&[OURS, THEIRS, MINE]), "after the abort it is\n{staged}");
        self.ground.is_written_as_git_does()?;
        let undone = self.ground.git(&["ls-files", "--unmerged"])?;
        check!(undone.is_empty(), "unmerged is\n{undone}");
        Ok(())
    }

    /// A deployment is taken back; then one side is taken for good.
    fn undo(&self) -> Checked {
        self.done(&["deploy", "sheets"], 0)?;
        self.ground.is_seen_as("A  .claude/skills/sheets/SKILL.md\n")?;
        self.done(&["undo"], 0)?;
        self.ground.is_seen_as("")?;
        check!(!self.ground.project().exists(".claude/skills/sheets"), "the folder is still there");
        self.done(&["pull", "--auto-resolve", "theirs", "--commit"], 0)?;
        let staged = self.ground.git(&["cat-file", "blob", &format!("HEAD:{PLACED}")])?;
        check!(staged == text(&[OURS, THEIRS, YOURS]), "in the end it is\n{staged}");
        self.porcelain("..")
    }

    /// Nothing is damaged, nothing is left over, nothing needs a doctor.
    fn end(&self) -> Checked {
        self.ground.git(&["fsck", "--strict", "--no-dangling"])?;
        self.ground.is_seen_as("")?;
        self.ground.is_written_as_git_does()?;
        if !self.ground.git(&["config", "--default", "", "core.sharedRepository"])?.trim().is_empty() {
            let git_dir = self.ground.git(&["rev-parse", "--absolute-git-dir"])?;
            let closed = closed_files(std::path::Path::new(git_dir.trim()));
            check!(closed.is_empty(), "the group cannot read {closed:?}");
        }
        let run = self.done(&["doctor", "--verify"], 0)?;
        let log = self.done(&["log", "--json"], 0)?.json();
        let operations = log["operations"].as_array().map_or(0, Vec::len);
        check!(operations == 8, "the log has {operations} operations\n{log}\n{run}");
        Ok(())
    }
}

/// The files that the group cannot read, or folders that it cannot write.
#[cfg(unix)]
fn closed_files(folder: &std::path::Path) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    let mut closed = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let entry = entry.expect("entry");
        let metadata = entry.metadata().expect("metadata");
        // Git writes this one for the user alone.
        if entry.file_name() == "COMMIT_EDITMSG" {
            continue;
        }
        let wanted = if metadata.is_dir() { 0o070 } else { 0o040 };
        if metadata.permissions().mode() & wanted != wanted {
            closed.push(format!("{:o} {}", metadata.permissions().mode(), entry.path().display()));
        }
        if metadata.is_dir() {
            closed.extend(closed_files(&entry.path()));
        }
    }
    closed
}

#[cfg(not(unix))]
fn closed_files(_: &std::path::Path) -> Vec<String> {
    Vec::new()
}
