//! The git program: found once, called with a scrubbed environment.

use super::gate::{self, Deed};
use super::processes;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Variables that point git at a repository, an index or a set of notes. A hook inherits them, and
/// a child that is meant for another repository would write into the wrong one.
pub(super) const REPOSITORY_VARIABLES: [&str; 19] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_CONFIG",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_NOTES_REF",
    "GIT_NOTES_REWRITE_REF",
    "GIT_REFLOG_ACTION",
];

/// Variables by which a user, or a git that called us, steers git.
const PERSONAL_VARIABLES: [&str; 12] = [
    "GIT_SKILLSYNC_DEPTH",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_SYSTEM",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_DATE",
    "GIT_TEMPLATE_DIR",
    "GIT_EXTERNAL_DIFF",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "HOME",
];

/// The commands of git, as we call them, that change nothing.
const READING: [&str; 15] = [
    "cat-file",
    "check-attr",
    "check-ignore",
    "diff",
    "for-each-ref",
    "hash-object",
    "hook",
    "log",
    "ls-files",
    "merge-base",
    "remote",
    "rev-list",
    "rev-parse",
    "symbolic-ref",
    "worktree",
];

/// The options with which `git config` changes nothing.
const READING_CONFIG: [&str; 3] = ["--get", "--get-regexp", "--list"];

/// Why a call of git did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// No git on `PATH`.
    #[error("the program 'git' was not found")]
    NotFound(#[source] which::Error),
    /// It could not be started or its output not be read.
    #[error("'git {call}' could not be run")]
    Start {
        /// The arguments.
        call: String,
        /// Why.
        source: std::io::Error,
    },
    /// It took too long where nobody waits.
    #[error("'git {call}' took too long")]
    TimedOut {
        /// The arguments.
        call: String,
    },
    /// It ended with a failure.
    #[error("'git {call}' failed: {stderr}")]
    Failed {
        /// The arguments.
        call: String,
        /// Its exit status; none when a signal ended it.
        code: Option<i32>,
        /// What it said.
        stderr: String,
    },
}

/// The git program.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    attendance: Attendance,
}

/// Whether somebody could answer git, and how long it may use the network.
#[derive(Debug, Clone, Copy)]
enum Attendance {
    /// As the user's own git.
    Attended,
    /// It asks nothing, and what uses the network ends at this time.
    Unattended(Instant),
}

impl Git {
    /// Find git on `PATH`, as an absolute path.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn find() -> Result<Self, ProgramError> {
        let found = which::which("git").map_err(ProgramError::NotFound)?;
        Ok(Self { program: found, attendance: Attendance::Attended })
    }

    /// The same where nobody could answer: it asks nothing, and what uses the network ends in time.
    #[must_use]
    pub fn unattended(&self, network: Duration) -> Self {
        Self { attendance: Attendance::Unattended(Instant::now() + network), ..self.clone() }
    }

    /// Whether a program of this name is found on `PATH`.
    pub fn finds(name: &str) -> bool {
        which::which(name).is_ok()
    }

    /// A call that is about no repository, e.g. `git clone`.
    pub fn anywhere(&self) -> Call {
        let mut call = self.bare();
        for setting in ["core.hooksPath=/dev/null", "protocol.ext.allow=never"] {
            call.command.arg("-c").arg(setting);
        }
        // Some of what git says is read, in its own words.
        call.command.env("LC_ALL", "C");
        call
    }

    /// A call as somebody types it in a folder, with the programs of another folder found first;
    /// nothing of this process's own dealings with git is passed on.
    pub fn as_typed(&self, folder: &Path, programs: &Path) -> Call {
        let mut call = self.bare();
        let search = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&search));
        // A folder that cannot stand in PATH leaves it as it is.
        call.command.env("PATH", std::env::join_paths(folders).unwrap_or(search)).current_dir(folder);
        for name in PERSONAL_VARIABLES {
            call.command.env_remove(name);
        }
        call
    }

    /// The shell, for a command that the user configured: as free of the hook's surroundings as git is.
    ///
    /// # Errors
    ///
    /// When there is none on `PATH`.
    pub fn shell(&self) -> Result<Command, ProgramError> {
        let program = which::which("sh").map_err(ProgramError::NotFound)?;
        let mut command = Command::new(program);
        for name in REPOSITORY_VARIABLES {
            command.env_remove(name);
        }
        command.env("GIT_SKILLSYNC_DEPTH", "1");
        Ok(command)
    }

    fn bare(&self) -> Call {
        let mut command = Command::new(&self.program);
        for name in REPOSITORY_VARIABLES {
            command.env_remove(name);
        }
        command.env("GIT_ALLOW_PROTOCOL", "https:ssh:file:git").env("GIT_SKILLSYNC_DEPTH", "1");
        if let Attendance::Unattended(_) = self.attendance {
            command.env("GIT_TERMINAL_PROMPT", "0").env("SSH_ASKPASS_REQUIRE", "never");
            command.env_remove("GIT_ASKPASS").env_remove("SSH_ASKPASS");
        }
        Call { command, shown: Vec::new(), input: Vec::new(), attendance: self.attendance, until: None }
    }

    /// A call in a repository as the user would make it, hooks and all.
    pub fn plain(&self, git_dir: &Path, work_tree: Option<&Path>) -> Call {
        Self::inside(self.bare(), git_dir, work_tree)
    }

    /// A call in the repository with this git directory and, unless it is bare, this work tree.
    pub fn within(&self, git_dir: &Path, work_tree: Option<&Path>) -> Call {
        Self::inside(self.anywhere(), git_dir, work_tree)
    }

    fn inside(mut call: Call, git_dir: &Path, work_tree: Option<&Path>) -> Call {
        call.command.env("GIT_DIR", git_dir);
        if let Some(root) = work_tree {
            call.command.env("GIT_WORK_TREE", root).current_dir(root);
        }
        call
    }
}

/// One call of git, being put together.
#[derive(Debug)]
pub struct Call {
    command: Command,
    shown: Vec<OsString>,
    input: Vec<u8>,
    attendance: Attendance,
    /// When it is ended, with what it started.
    until: Option<Instant>,
}

impl Call {
    /// Add arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        for arg in args {
            self.command.arg(arg.as_ref());
            self.shown.push(arg.as_ref().to_owned());
        }
        self
    }

    /// Set an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Say that it uses the network: where nobody looks it ends in time, and ssh asks nothing unless
    /// it was configured (`ssh_command`).
    #[must_use]
    pub fn on_network(mut self, ssh_command: Option<&str>) -> Self {
        let Attendance::Unattended(until) = self.attendance else { return self };
        self.until = Some(until);
        let variables = ["GIT_SSH_COMMAND", "GIT_SSH"];
        if ssh_command.is_none() && variables.iter().all(|name| std::env::var_os(name).is_none()) {
            self.command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        self
    }

    /// What git reads on its standard input.
    #[must_use]
    pub fn input(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.input = data.into();
        self
    }

    /// Run it and return what it printed.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails.
    pub fn run(self) -> Result<Vec<u8>, ProgramError> {
        let shown = self.shown();
        let output = self.output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(ProgramError::Failed { call: shown, code: output.status.code(), stderr })
    }

    /// Run it and return its output, whatever its status.
    ///
    /// # Errors
    ///
    /// When it cannot be started or its output not be read.
    pub fn output(mut self) -> Result<Output, ProgramError> {
        let call = self.shown();
        let failed = |source| ProgramError::Start { call: call.clone(), source };
        if self.may_write() {
            gate::pass(Deed::Git).map_err(failed)?;
        }
        if let Some(until) = self.until {
            // What is bounded reads nothing.
            let output = processes::output_until(&mut self.command, until).map_err(failed)?;
            return output.ok_or(ProgramError::TimedOut { call });
        }
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().map_err(failed)?;
        let mut stdin = child.stdin.take();
        let input = std::mem::take(&mut self.input);
        // A thread feeds the input, so that neither side waits for the other with a full pipe.
        let (fed, output) = std::thread::scope(|scope| {
            let feeder = scope.spawn(move || match &mut stdin {
                Some(stdin) => stdin.write_all(&input),
                None => Ok(()),
            });
            let output = child.wait_with_output();
            (feeder.join(), output)
        });
        let output = output.map_err(failed)?;
        match fed {
            // It may have done a part of its work without complaint.
            Ok(Err(error)) if error.kind() != ErrorKind::BrokenPipe => Err(failed(error)),
            // A child that ends before it has read everything says why by its status.
            _ => Ok(output),
        }
    }

    /// Run it and return what it printed, standard output and standard error in their order, and
    /// its exit status.
    ///
    /// # Errors
    ///
    /// When it cannot be started or its output not be read.
    pub fn merged(mut self) -> Result<(Vec<u8>, Option<i32>), ProgramError> {
        let call = self.shown();
        let failed = |source| ProgramError::Start { call: call.clone(), source };
        let (mut reader, writer) = std::io::pipe().map_err(failed)?;
        self.command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(failed)?).stderr(writer);
        let mut child = self.command.spawn().map_err(failed)?;
        // It holds the writing ends; with them open, the output would never end.
        drop(self.command);
        let mut output = Vec::new();
        reader.read_to_end(&mut output).map_err(failed)?;
        let status = child.wait().map_err(failed)?;
        Ok((output, status.code()))
    }

    /// Run it with this process's own standard streams and return its exit status.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn interactive(mut self) -> Result<Option<i32>, ProgramError> {
        let call = self.shown();
        let status = self.command.status().map_err(|source| ProgramError::Start { call, source })?;
        Ok(status.code())
    }

    /// Whether it is not one of the calls that only read.
    fn may_write(&self) -> bool {
        let mut words = self.shown.iter().filter_map(|word| word.to_str());
        let mut command = words.next();
        while command == Some("-c") {
            let _ = words.next();
            command = words.next();
        }
        match command {
            Some("config") => !words.any(|word| READING_CONFIG.contains(&word)),
            Some(command) => !READING.contains(&command),
            None => true,
        }
    }

    fn shown(&self) -> String {
        let words: Vec<_> = self.shown.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }
}
