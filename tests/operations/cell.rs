//! A project in one of the places, prepared once and copied for every cell.

use super::reference::{NOTES, Version};
use super::row::{Case, OURS, PATH, Start};
use crate::support::{Repo, Run, SOURCE, Sandbox, skill};
use std::cell::Cell as Counter;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where git and the program are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the top of the main worktree.
    Main,
    /// In a folder below it.
    Subfolder,
    /// In a linked worktree.
    LinkedWorktree,
    /// In a submodule.
    Submodule,
    /// With `GIT_DIR` and `GIT_WORK_TREE` in the environment.
    Environment,
}

impl Place {
    /// The work tree, relative to the cell.
    fn top(self) -> &'static str {
        match self {
            Self::Main | Self::Subfolder | Self::Environment => "proj",
            Self::LinkedWorktree => "side",
            Self::Submodule => "super/sub",
        }
    }
}

/// The prepared project, and what judges it.
pub struct Template {
    pub sandbox: Sandbox,
    pub place: Place,
    pub reference: super::reference::Reference,
    /// The tree of the artifact in each version.
    pub trees: Vec<(Version, String)>,
    count: Counter<usize>,
}

/// What the scripts may use. Every command has a time of its own; paths are absolute, as the
/// working folder is another one in every place.
const FUNCTIONS: &str = r#"
set -eux
export GIT_EDITOR=: LOG="$ROOT/hooks.log"
tick() { T=$((T + 60)); export GIT_AUTHOR_DATE="$T +0000" GIT_COMMITTER_DATE="$T +0000"; }
git() { tick; command git "$@"; }
skillsync() { tick; command git-skillsync "$@"; }
plain() { tick; env -u GIT_DIR -u GIT_WORK_TREE "$@"; }
publish() { plain git -C "$ROOT/coll.git" update-ref refs/heads/main "refs/heads/$1"; }
edit() { sed "$1s/.*/$2/" "$P" >"$ROOT/edited"; cat "$ROOT/edited" >"$P"; }
resolve() {
    awk -v text="$1" '/^<<<<<<< /{skip=1; print text} !skip; /^>>>>>>> /{skip=0}' "$P" >"$ROOT/edited"
    cat "$ROOT/edited" >"$P"
}
other() { echo "$1" >"$TOP/$1"; git add "$TOP/$1"; git commit -qm "$1"; }
todo() { export GIT_SEQUENCE_EDITOR="sed -i.bak -e '$1'"; }
git update-index -q --refresh
"#;

impl Template {
    pub fn new(place: Place) -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("cell")).expect("cell");
        // As few files as can be: all of it is copied for every cell.
        sandbox.git(&["config", "--global", "init.templateDir", ""]);
        let source = sandbox.repo("source");
        let mut trees = Vec::new();
        source.write("skills/pdf/notes.txt", NOTES);
        for version in Version::ALL {
            if version == Version::C1 {
                source.git(&["checkout", "--quiet", "-b", "clash", "v0"]);
            }
            source.write(SOURCE, version.text()).commit_all(version.branch());
            source.git(&["branch", version.branch()]);
            trees.push((version, source.git(&["rev-parse", "HEAD:skills/pdf"])));
        }
        let coll = sandbox.bare_repo("cell/coll.git");
        source.git(&["push", "--quiet", "../cell/coll.git", "v0:main", "v0", "v1", "v2", "c1", "c2"]);
        let top = project(&sandbox, place);
        top.skillsync(&["init", &coll.path().to_string_lossy()]).expect_success();
        top.skillsync(&["deploy", "pdf", "--commit"]).expect_success();
        top.write(PATH, skill(&[OURS])).commit_all("Ours");
        top.skillsync(&["status"]).expect_success();
        log_hooks(&hooks_of(&top));
        for repository in [&top, &coll] {
            repository.git(&["gc", "--quiet", "--prune=now"]);
        }
        let reference = super::reference::Reference::new(&sandbox);
        Self { sandbox, place, reference, trees, count: Counter::new(0) }
    }

    /// The version of git that is tested with.
    pub fn git_version(&self) -> (u32, u32) {
        let text = self.sandbox.git(&["version"]);
        let mut numbers = text.split([' ', '.']).filter_map(|word| word.parse().ok());
        (numbers.next().expect("major"), numbers.next().expect("minor"))
    }

    /// The version whose tree this is.
    pub fn version_of(&self, tree: &str) -> Option<Version> {
        self.trees.iter().find(|(_, id)| id == tree).map(|(version, _)| *version)
    }

    /// A fresh project.
    pub fn cell(&self, hooks: bool) -> Cell<'_> {
        let number = self.count.get() + 1;
        self.count.set(number);
        let name = format!("cell-{number}");
        let (from, root) = (self.sandbox.path("cell"), self.sandbox.path(&name));
        copy_folder(&from, &root, &[&from, &root].map(|path| path.to_string_lossy().into_owned()));
        let cell = Cell { template: self, root, name };
        if !hooks {
            fs::remove_dir_all(hooks_of(&cell.top())).expect("hooks");
        }
        cell
    }
}

/// The project in its place, with a first commit.
fn project(sandbox: &Sandbox, place: Place) -> Repo {
    let start = |name: &str| {
        let repo = sandbox.repo(name);
        repo.write("README", "A project.\n").write("deep/er/file", "x\n").commit_all("Start");
        repo
    };
    match place {
        Place::Main | Place::Subfolder | Place::Environment => start("cell/proj"),
        Place::LinkedWorktree => {
            let main = start("cell/proj");
            main.git(&["switch", "--quiet", "--create", "elsewhere"]);
            main.git(&["worktree", "add", "--quiet", "../side", "main"]);
            sandbox.open("cell/side")
        }
        Place::Submodule => {
            start("sub");
            let outer = sandbox.repo("cell/super");
            let url = sandbox.path("sub");
            outer.git(&["submodule", "--quiet", "add", &url.to_string_lossy(), "sub"]);
            outer.commit_all("Add a submodule");
            let inner = sandbox.open("cell/super/sub");
            inner.git(&["remote", "remove", "origin"]);
            inner
        }
    }
}

fn hooks_of(top: &Repo) -> PathBuf {
    top.path().join(top.git(&["rev-parse", "--git-path", "hooks"]))
}

/// Let every hook say that it was run; those that only serve as samples go.
fn log_hooks(folder: &Path) {
    for entry in fs::read_dir(folder).expect("hooks") {
        let path = entry.expect("hook").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if name.ends_with(".sample") {
            fs::remove_file(&path).expect("sample");
            continue;
        }
        let text = fs::read_to_string(&path).expect("hook");
        let (first, rest) = text.split_once('\n').expect("lines");
        let says = format!("{first}\n[ -z \"${{LOG-}}\" ] || echo {name} >>\"$LOG\"\n{rest}");
        fs::write(&path, says).expect("hook");
    }
}

/// Copy a folder; where git wrote down absolute paths, the new ones are written.
fn copy_folder(from: &Path, to: &Path, rename: &[String; 2]) {
    fs::create_dir(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().expect("type").is_dir() {
            copy_folder(&path, &target, rename);
        } else {
            fs::copy(&path, &target).expect("copy");
            if ["config", "gitdir", ".git"].iter().any(|name| entry.file_name() == *name) {
                let text = fs::read_to_string(&path).expect("text");
                fs::write(&target, text.replace(&rename[0], &rename[1])).expect("text");
            }
        }
    }
}

/// One project.
pub struct Cell<'t> {
    template: &'t Template,
    root: PathBuf,
    name: String,
}

impl Cell<'_> {
    /// The top of the work tree.
    pub fn top(&self) -> Repo {
        self.template.sandbox.open(&format!("{}/{}", self.name, self.template.place.top()))
    }

    fn collection(&self) -> Repo {
        self.template.sandbox.open(&format!("{}/coll.git", self.name))
    }

    /// A command in this place.
    pub fn command(&self, program: &str) -> Command {
        let top = self.top();
        let place = self.template.place;
        let folder =
            if place == Place::Subfolder { top.path().join("deep/er") } else { top.path().to_owned() };
        let mut command = self.template.sandbox.command(program, &folder);
        if place == Place::Environment {
            command.env("GIT_DIR", top.path().join(".git")).env("GIT_WORK_TREE", top.path());
        }
        command
    }

    /// Run the program in this place.
    pub fn skillsync(&self, args: &[&str]) -> Run {
        Run::of(&self.template.sandbox, self.command("git-skillsync").args(args))
    }

    /// Run git in this place; its output as it is.
    pub fn git(&self, args: &[&str]) -> Result<String, String> {
        let run = Run::of(&self.template.sandbox, self.command("git").args(args));
        if run.code == 0 { Ok(run.stdout) } else { Err(format!("git {args:?}\n{run}")) }
    }

    /// Bring about the start, then run the operation: the installed hooks that it ran.
    pub fn act(&self, case: &Case) -> Result<String, String> {
        let start = match case.start {
            Start::Committed => "publish v1; skillsync pull --commit",
            Start::Pending => "publish v1; skillsync pull",
            Start::Conflict => "publish c1; ! skillsync pull",
            Start::Resolved => "publish c1; ! skillsync pull; resolve both; git add \"$P\"",
        };
        let script = format!("{FUNCTIONS}\n{start}\n: >\"$LOG\"\n{}", case.script);
        let top = self.top();
        let mut command = self.command("sh");
        command.args(["-c", &script]).env("ROOT", &self.root).env("TOP", top.path());
        command.env("P", top.path().join(PATH)).env("T", "1767700000");
        let run = Run::of(&self.template.sandbox, &mut command);
        self.template.sandbox.advance(1_000_000);
        if run.code != 0 {
            return Err(format!("the script failed\n{run}"));
        }
        let log = fs::read_to_string(self.root.join("hooks.log")).unwrap_or_default();
        let mut hooks: Vec<&str> = log.lines().collect();
        hooks.sort_unstable();
        hooks.dedup();
        Ok(hooks.join(" "))
    }

    /// Let the collection stand at a version.
    pub fn publish(&self, version: Version) {
        let branch = format!("refs/heads/{}", version.branch());
        self.collection().git(&["update-ref", "refs/heads/main", &branch]);
    }

    /// The artifact at the tip of the collection.
    pub fn collected(&self) -> String {
        self.collection().try_git(&["show", &format!("main:{SOURCE}")]).stdout
    }
}

impl Drop for Cell<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}
