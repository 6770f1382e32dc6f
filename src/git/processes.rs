//! Other processes that must end in time.

use std::io::{self, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Run a program to its end; `None` if it has not ended at that time: then it is killed, with all
/// that it started.
///
/// # Errors
///
/// When it cannot be started or its output not be read.
pub fn output_until(command: &mut Command, until: Instant) -> io::Result<Option<Output>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_own_group(command);
    let mut child = command.spawn()?;
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        // Read all the while, so that nobody waits with a full pipe.
        let stdout = scope.spawn(move || read(stdout.as_mut()));
        let stderr = scope.spawn(move || read(stderr.as_mut()));
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if Instant::now() >= until {
                break None;
            }
            std::thread::sleep(LOOK);
        };
        if status.is_none() {
            kill_group(&mut child);
            child.wait()?;
        }
        let joined = |result: std::thread::Result<io::Result<Vec<u8>>>| {
            result.unwrap_or_else(|_| Err(io::Error::other("the reader failed")))
        };
        let (stdout, stderr) = (joined(stdout.join())?, joined(stderr.join())?);
        Ok(status.map(|status| Output { status, stdout, stderr }))
    })
}

fn read(stream: Option<&mut impl Read>) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    if let Some(stream) = stream {
        stream.read_to_end(&mut data)?;
    }
    Ok(data)
}

#[cfg(unix)]
fn in_own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(unix)]
fn kill_group(child: &mut Child) {
    let group = rustix::process::Pid::from_child(child);
    if rustix::process::kill_process_group(group, rustix::process::Signal::KILL).is_err() {
        // It has ended in the meantime, or has no group: then it alone is left.
        let _ = child.kill();
    }
}

#[cfg(windows)]
fn in_own_group(command: &mut Command) {
    /// `DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP`.
    const APART: u32 = 0x0000_0208;
    std::os::windows::process::CommandExt::creation_flags(command, APART);
}

#[cfg(not(unix))]
fn kill_group(child: &mut Child) {
    // What it started ends with its streams.
    let _ = child.kill();
}

#[cfg(all(test, unix))]
mod tests {
    use super::output_until;
    use std::process::Command;
    use std::time::{Duration, Instant};

    #[expect(clippy::expect_used, reason = "a test without a shell cannot go on")]
    fn shell(script: &str, limit: Duration) -> (Option<String>, Duration) {
        let start = Instant::now();
        let output = output_until(Command::new("sh").args(["-c", script]), start + limit).expect("a shell");
        (output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()), start.elapsed())
    }

    #[test]
    fn what_ends_in_time_tells_all() {
        let (output, _) = shell("head -c 300000 /dev/zero | tr '\\0' x", Duration::from_secs(20));
        assert_eq!(output.map(|output| output.len()), Some(300_000));
    }

    #[test]
    fn what_hangs_ends_with_what_it_started() {
        // The grandchild would hold the pipe for a minute.
        let (output, took) = shell("sleep 60 & sleep 60", Duration::from_millis(100));
        assert_eq!(output, None);
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
}
