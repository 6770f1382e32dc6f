//! This program started once more, for what a hook began and may not wait for.

use super::Repository;
use super::config;
use super::program::REPOSITORY_VARIABLES;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How much a worker may say, in bytes.
const MAX_SAID: u64 = 64 * 1024;

/// A worker that was waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// It ended in time, having said this on standard error.
    Ended(String),
    /// It goes on by itself.
    GoesOn,
}

/// Start the program with these arguments and input, and wait as long as this. It has none of our
/// streams, for whose end somebody may wait, and a process group of its own: what ends us does not end
/// it.
///
/// # Errors
///
/// When it cannot be started.
pub fn run(program: &Path, args: &[&str], input: &str, limit: Duration) -> io::Result<Waited> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = in_own_group(&mut command).spawn()?;
    let (sender, receiver) = mpsc::channel();
    let input = input.to_owned();
    std::thread::spawn(move || {
        // Whoever waits may be gone by then.
        let _ = sender.send(said(&mut child, &input));
    });
    Ok(receiver.recv_timeout(limit).map_or(Waited::GoesOn, Waited::Ended))
}

/// What a child says until it ends.
fn said(child: &mut Child, input: &str) -> String {
    if let Some(mut stdin) = child.stdin.take() {
        // A child that ends before it has read everything is fine.
        let _ = stdin.write_all(input.as_bytes());
    }
    let mut text = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(MAX_SAID).read_to_end(&mut text);
    }
    let _ = child.wait();
    String::from_utf8_lossy(&text).into_owned()
}

/// Start the program in this repository, whatever a hook's environment names, and do not wait. It can
/// ask nobody, and whatever hooks it makes git run do not start us again.
///
/// # Errors
///
/// When it cannot be started.
pub fn detach(repository: &Repository, program: &Path, args: &[&str]) -> io::Result<()> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut command = Command::new(program);
    for name in REPOSITORY_VARIABLES {
        command.env_remove(name);
    }
    let root = repository.work_dir().map(real);
    if let Some(root) = &root {
        command.current_dir(root);
    }
    if repository.is_git() {
        command.env("GIT_DIR", real(repository.git_dir()));
        command.envs(root.iter().map(|root| ("GIT_WORK_TREE", root)));
    }
    command.env("GIT_SKILLSYNC_DEPTH", "1").env("GIT_TERMINAL_PROMPT", "0");
    let chosen = ["GIT_SSH", "GIT_SSH_COMMAND"].iter().any(|name| std::env::var_os(name).is_some());
    if !chosen && config::string(repository, "core.sshCommand").is_none() {
        command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // When this process ends, the system takes it over.
    in_own_group(&mut command).spawn().map(drop)
}

#[cfg(unix)]
fn in_own_group(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

#[cfg(not(unix))]
fn in_own_group(command: &mut Command) -> &mut Command {
    command
}
