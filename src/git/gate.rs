//! The gate: whatever of ours changes something outside of this process passes it just before.
//!
//! Tests have to see what a full disk, or a process that is killed, leaves behind at *every* such
//! place. So builds with debug assertions, which are the ones that tests run, read the variable
//! `GIT_SKILLSYNC_FAULT`:
//!
//! * `count:FILE` appends a line for each operation to FILE,
//! * `kill:N` ends the process before its N-th operation, as SIGKILL would,
//! * `fail:N:ERRNO` lets the N-th operation fail, `fail:N+:ERRNO` that one and all that follow.
//!
//! A release build has nothing of this: there, passing is no code at all.

use std::io;

/// What is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A folder is made, with those above it.
    MakeFolder,
    /// A file is made, or opened to be written.
    MakeFile,
    /// A part of a file is written.
    Write,
    /// A file or folder is brought to the disk.
    Sync,
    /// A file gets its name, which another one may have had.
    Rename,
    /// A symbolic link is made.
    Link,
    /// The mode of a file is set.
    SetMode,
    /// A file is copied.
    Copy,
    /// A file is removed.
    Remove,
    /// A folder is removed.
    RemoveFolder,
    /// An object is written.
    Object,
    /// A ref is moved.
    Ref,
    /// The git program is started, to write.
    Git,
}

/// Pass the gate.
///
/// # Errors
///
/// Only where a test wants the operation to fail.
pub fn pass(deed: Deed) -> io::Result<()> {
    armed::pass(deed)
}

/// The same, for an operation of the library.
///
/// # Errors
///
/// As for [`pass`].
pub fn pass_in_library(deed: Deed) -> gix::Result<()> {
    pass(deed).map_err(gix::Error::from_error)
}

/// The parts in which data is written: where tests run in two, so that a torn file can be met.
pub fn parts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let cut = if cfg!(debug_assertions) { data.len() / 2 } else { 0 };
    let (first, rest) = data.split_at(cut);
    [first, rest].into_iter().filter(|part| !part.is_empty())
}

#[cfg(not(debug_assertions))]
mod armed {
    use super::Deed;

    #[inline(always)]
    pub(super) fn pass(_: Deed) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(debug_assertions)]
mod armed {
    use super::Deed;
    use std::io::{self, Write};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    enum Fault {
        Count(std::path::PathBuf),
        Kill(u64),
        Fail { from: u64, to: u64, errno: i32 },
    }

    static FAULT: OnceLock<Option<Fault>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    pub(super) fn pass(deed: Deed) -> io::Result<()> {
        let Some(fault) = FAULT.get_or_init(read) else { return Ok(()) };
        let number = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
        match fault {
            Fault::Count(path) => {
                let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
                writeln!(file, "{deed:?}")
            }
            // As with SIGKILL, nothing is tidied up.
            Fault::Kill(wanted) if *wanted == number => std::process::abort(),
            Fault::Fail { from, to, errno } if (*from..=*to).contains(&number) => {
                Err(io::Error::from_raw_os_error(*errno))
            }
            Fault::Kill(_) | Fault::Fail { .. } => Ok(()),
        }
    }

    /// What the variable says; a value that is not understood is none.
    fn read() -> Option<Fault> {
        let text = std::env::var("GIT_SKILLSYNC_FAULT").ok()?;
        let (what, rest) = text.split_once(':')?;
        match what {
            "count" => Some(Fault::Count(rest.into())),
            "kill" => Some(Fault::Kill(rest.parse().ok()?)),
            "fail" => {
                let (number, errno) = rest.split_once(':')?;
                let (number, for_good) = number.strip_suffix('+').map_or((number, false), |it| (it, true));
                let from = number.parse().ok()?;
                let to = if for_good { u64::MAX } else { from };
                Some(Fault::Fail { from, to, errno: errno.parse().ok()? })
            }
            _ => None,
        }
    }
}
