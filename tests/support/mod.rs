//! A world of its own for every test: own home, own configuration, own clock, no environment.
//!
//! Nothing here asserts what the program does; failures of the scaffolding panic with all output.

#![allow(dead_code, reason = "no single test needs all of it")]

mod repo;
mod run;
#[cfg(unix)]
mod sealed;
mod world;

pub use repo::Repo;
pub use run::Run;
#[cfg(unix)]
#[allow(unused_imports, reason = "the benches use the sandbox alone")]
pub use sealed::Sealed;
#[allow(unused_imports, reason = "the benches use the sandbox alone")]
pub use world::{PLACED, SOURCE, World, skill};

use std::cell::Cell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

/// Whether sweeps that are too heavy for every run are to be done in full (`SKILLSYNC_FULL=1`).
pub fn is_full() -> bool {
    std::env::var_os("SKILLSYNC_FULL").is_some_and(|value| value == "1")
}

/// When the first commit of every sandbox is made: 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600;
/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_git-skillsync");

/// A temporary folder with everything a test may touch.
///
/// Clones share the folder and the clock.
#[derive(Clone)]
pub struct Sandbox {
    folder: Rc<tempfile::TempDir>,
    root: PathBuf,
    clock: Rc<Cell<u64>>,
}

impl Sandbox {
    /// An empty world: a home with a git configuration, nothing else.
    pub fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// The same on a disk in memory, where there is one: for tests that write much, and sync it.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let usable = tempfile::Builder::new().tempdir_in(memory).is_ok();
        if usable { Self::below(memory) } else { Self::new() }
    }

    fn below(parent: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("skillsync-test-").tempdir_in(parent);
        let folder = folder.expect("temp folder");
        // As git prints it, where the temp folder is behind a link.
        let root = folder.path().canonicalize().expect("temp folder");
        let sandbox = Self { folder: Rc::new(folder), root, clock: Rc::new(Cell::new(START)) };
        std::fs::create_dir(sandbox.home()).expect("home");
        std::fs::write(
            sandbox.home().join(".gitconfig"),
            "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n\
             [advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
             [protocol \"file\"]\n\tallow = always\n",
        )
        .expect("git configuration");
        sandbox
    }

    /// The sandbox's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// A path in the sandbox.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A new repository in the folder `name`, without commits.
    pub fn repo(&self, name: &str) -> Repo {
        self.git(&["init", "--quiet", name]);
        self.open(name)
    }

    /// A new bare repository in the folder `name`.
    pub fn bare_repo(&self, name: &str) -> Repo {
        self.git(&["init", "--quiet", "--bare", name]);
        self.open(name)
    }

    /// What stands in the folder `name`: a repository, a linked worktree, or a plain folder.
    pub fn open(&self, name: &str) -> Repo {
        Repo::new(self.clone(), self.path(name))
    }

    /// A plain folder `name` in no repository.
    pub fn folder(&self, name: &str) -> Repo {
        std::fs::create_dir_all(self.path(name)).expect("folder");
        self.open(name)
    }

    /// Run git in the sandbox's folder; its stdout.
    pub fn git(&self, args: &[&str]) -> String {
        Run::of(self, self.command("git", &self.root).args(args)).expect_success()
    }

    /// A command with this world's environment and nothing else; `program` is looked up in it.
    pub fn command(&self, program: &str, directory: &Path) -> Command {
        let now = self.tick();
        let home = self.home();
        let mut command = Command::new(program);
        command.current_dir(directory).env_clear();
        command.env("PATH", search_path()).env("HOME", &home);
        for (name, folder) in [
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ] {
            command.env(name, home.join(folder));
        }
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
        // A test that forgets `init` must not find the repository it was started in.
        command.env("GIT_CEILING_DIRECTORIES", &self.root).env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_AUTHOR_DATE", format!("{now} +0000"));
        command.env("GIT_COMMITTER_DATE", format!("{now} +0000"));
        command.env("TMPDIR", &self.root).env("LC_ALL", "C").env("TZ", "UTC");
        // `GIT_DEFAULT_REF_FORMAT=reftable cargo test` is a run with repositories of another kind.
        for name in ["LLVM_PROFILE_FILE", "GIT_DEFAULT_REF_FORMAT", "GIT_DEFAULT_HASH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// Let the clock run ahead.
    pub fn advance(&self, seconds: u64) {
        self.clock.set(self.clock.get() + seconds);
    }

    /// The time of the next command, in seconds since 1970; every command takes a minute.
    fn tick(&self) -> u64 {
        self.advance(60);
        self.clock.get()
    }

    /// Keep the folder after the test, to look into it.
    pub fn keep(self) -> PathBuf {
        let root = self.root.clone();
        std::mem::forget(self.folder);
        root
    }
}

/// The built binary's folder, then where the system keeps git.
fn search_path() -> OsString {
    let own = Path::new(BINARY).parent().expect("folder of the binary").to_owned();
    let system = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&system))).expect("PATH")
}
