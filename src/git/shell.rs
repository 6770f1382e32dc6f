//! Commands that the user configured, run by the shell.

use super::program::Git;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How often a running command is looked at.
const STEP: Duration = Duration::from_millis(10);

/// How much of its output is kept, in bytes.
const MAX_OUTPUT: u64 = 256 * 1024;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit status.
    With(i32),
    /// By a signal.
    Killed,
    /// Not in time: it was killed, with everything it had started.
    TookTooLong,
}

/// Run a command line in a folder, with nothing to read; how it ended and what it printed.
///
/// # Errors
///
/// When there is no shell or it cannot be started.
pub fn run(git: &Git, line: &str, folder: &Path, limit: Duration) -> io::Result<(Ended, Vec<u8>)> {
    // A file and no pipe: what the command leaves running would keep a pipe open.
    let mut output = tempfile::tempfile()?;
    let mut command = git.shell().map_err(io::Error::other)?;
    command.arg("-c").arg(line).current_dir(folder);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    let ended = wait(git, &mut child, limit)?;
    output.rewind()?;
    let mut text = Vec::new();
    output.take(MAX_OUTPUT).read_to_end(&mut text)?;
    Ok((ended, text))
}

fn wait(git: &Git, child: &mut Child, limit: Duration) -> io::Result<Ended> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().map_or(Ended::Killed, Ended::With));
        }
        if start.elapsed() >= limit {
            kill(git, child);
            child.wait()?;
            return Ok(Ended::TookTooLong);
        }
        std::thread::sleep(STEP);
    }
}

/// End a command and what it started, which is in a process group of its own.
fn kill(git: &Git, child: &mut Child) {
    if cfg!(unix)
        && let Ok(mut command) = git.shell()
    {
        let line = format!("kill -9 -{}", child.id());
        let _ = command.arg("-c").arg(line).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
}
