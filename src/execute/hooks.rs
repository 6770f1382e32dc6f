//! Hook files: written as `plan::hook_file` decides, each in one step.

use super::disk;
use crate::git::GitError;
use crate::model::hook::HookEvent;
use crate::model::hook_site::Manager;
use crate::plan::hook_file::advice::{Advice, for_hook};
use crate::plan::hook_file::{HookEdit, Refusal, Removal, install as plan_install, remove};
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

/// What became of one hook file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookOutcome {
    /// The file is new.
    Created,
    /// Our block in it is now that of this release and binary.
    Replaced,
    /// The user's hook now has our block.
    Inserted,
    /// It was already as it should be.
    Unchanged,
    /// The file, which was ours alone, is gone.
    Deleted,
    /// Our block is out of the user's hook.
    Restored,
    /// There was nothing of ours.
    NotInstalled,
    /// The user wrote a line that calls us into this file.
    ByHand(String),
    /// It was left alone.
    Refused {
        /// Why.
        reason: Refusal,
        /// What the user may add or take out.
        advice: Advice,
    },
}

/// How a hook stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookState {
    /// It calls this binary.
    Installed,
    /// It calls another binary, or is of another release.
    Outdated,
    /// It does not call us, and could be made to.
    Absent,
    /// It does not call us as far as we can tell, and we must not change it.
    Foreign(Refusal),
}

/// A hook file that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// A file.
    #[error("cannot {action} hook '{}'", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// The hook, or the folder of hooks.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// The configuration.
    #[error("the hooks cannot be configured")]
    Configuration(#[source] GitError),
}

/// Each event with what became of its hook.
pub type HookOutcomes = Vec<(HookEvent, HookOutcome)>;

/// Make the hooks in this folder call `binary`; the folder is created if need be.
///
/// # Errors
///
/// When a file cannot be read or written; hooks before it are done, and repeating is harmless.
pub fn install(dir: &Path, events: &[HookEvent], binary: &Path) -> Result<HookOutcomes, HookError> {
    disk::make_folders(dir).map_err(failed("create", dir))?;
    remove_left(dir).map_err(failed("tidy up", dir))?;
    events.iter().map(|&event| Ok((event, install_one(dir, event, binary)?))).collect()
}

/// Take our lines out of the hooks in this folder.
///
/// # Errors
///
/// As for [`install`].
pub fn uninstall(dir: &Path, events: &[HookEvent], binary: &Path) -> Result<HookOutcomes, HookError> {
    remove_left(dir).map_err(failed("tidy up", dir))?;
    events.iter().map(|&event| Ok((event, uninstall_one(dir, event, binary)?))).collect()
}

/// How the hooks in this folder stand; nothing is written.
///
/// # Errors
///
/// When a file cannot be read.
pub fn status(
    dir: &Path,
    events: &[HookEvent],
    binary: &Path,
) -> Result<Vec<(HookEvent, HookState)>, HookError> {
    let state = |event: HookEvent| {
        Ok(match examine_runnable(&dir.join(event.as_str()))? {
            Found::Hook(text, _) => match plan_install(event, Some(&text), binary) {
                HookEdit::Unchanged => HookState::Installed,
                HookEdit::Replace(_) => HookState::Outdated,
                HookEdit::Create(_) | HookEdit::Insert(_) => HookState::Absent,
                HookEdit::Refused { reason, .. } => HookState::Foreign(reason),
            },
            Found::Nothing => HookState::Absent,
            Found::Untouchable(reason) => HookState::Foreign(reason),
        })
    };
    events.iter().map(|&event| Ok((event, state(event)?))).collect()
}

/// The manager that wrote a hook.
pub fn manager(dir: &Path, event: HookEvent) -> Option<Manager> {
    let text = fs::read(dir.join(event.as_str())).ok()?;
    Manager::of(&String::from_utf8_lossy(&text))
}

/// What stands at a hook's place.
enum Found {
    Nothing,
    Hook(Vec<u8>, Metadata),
    Untouchable(Refusal),
}

/// Look at a hook that is to call us: one that git does not run was switched off by its owner.
fn examine_runnable(path: &Path) -> Result<Found, HookError> {
    Ok(match examine(path)? {
        Found::Hook(_, metadata) if !is_executable(&metadata) => Found::Untouchable(Refusal::NotExecutable),
        found => found,
    })
}

/// Look at a hook without following a link.
fn examine(path: &Path) -> Result<Found, HookError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(failed("examine", path)(error)),
    };
    if metadata.is_symlink() {
        return Ok(Found::Untouchable(Refusal::Symlink));
    }
    if !metadata.is_file() {
        return Ok(Found::Untouchable(Refusal::NotAFile));
    }
    let text = fs::read(path).map_err(failed("read", path))?;
    Ok(Found::Hook(text, metadata))
}

/// Make one hook call us.
fn install_one(dir: &Path, event: HookEvent, binary: &Path) -> Result<HookOutcome, HookError> {
    let path = dir.join(event.as_str());
    let (existing, mode) = match examine_runnable(&path)? {
        Found::Nothing => (None, None),
        Found::Hook(text, metadata) => (Some(text), Some(metadata.permissions())),
        Found::Untouchable(reason) => {
            return Ok(HookOutcome::Refused { reason, advice: for_hook(event, binary) });
        }
    };
    let (text, outcome) = match plan_install(event, existing.as_deref(), binary) {
        HookEdit::Create(text) => (text, HookOutcome::Created),
        HookEdit::Replace(text) => (text, HookOutcome::Replaced),
        HookEdit::Insert(text) => (text, HookOutcome::Inserted),
        HookEdit::Unchanged => return Ok(HookOutcome::Unchanged),
        HookEdit::Refused { reason, advice } => return Ok(HookOutcome::Refused { reason, advice }),
    };
    write(&path, &text, mode)?;
    Ok(outcome)
}

/// Take our lines out of one hook.
fn uninstall_one(dir: &Path, event: HookEvent, binary: &Path) -> Result<HookOutcome, HookError> {
    let path = dir.join(event.as_str());
    let (existing, metadata) = match examine(&path)? {
        Found::Hook(text, metadata) => (text, metadata),
        Found::Nothing | Found::Untouchable(_) => return Ok(HookOutcome::NotInstalled),
    };
    match remove(&existing) {
        Removal::Delete => {
            disk::remove(&path).map_err(failed("delete", &path))?;
            Ok(HookOutcome::Deleted)
        }
        Removal::Restore(text) => {
            write(&path, &text, Some(metadata.permissions()))?;
            Ok(HookOutcome::Restored)
        }
        Removal::NotInstalled => Ok(HookOutcome::NotInstalled),
        Removal::Refused(reason) => Ok(HookOutcome::Refused { reason, advice: for_hook(event, binary) }),
    }
}

/// Remove the temporary files of one that was killed.
fn remove_left(dir: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(disk::TEMPORARY_HOOK) {
            disk::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Replace a hook in one step: a shell that runs the old file goes on reading the old file.
fn write(path: &Path, text: &str, mode: Option<Permissions>) -> Result<(), HookError> {
    let attempt = || {
        let dir = path.parent().unwrap_or(Path::new("."));
        let mut file = disk::temporary_hook(dir)?;
        disk::write(&mut file, text.as_bytes())?;
        set_mode(file.as_file(), mode)?;
        disk::sync(file.as_file())?;
        disk::persist(file, path)
    };
    attempt().map_err(failed("write", path))
}

/// The mode of the hook that is replaced, or that of a program everybody may run.
#[cfg(unix)]
fn set_mode(file: &File, mode: Option<Permissions>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    disk::set_mode(file, mode.unwrap_or_else(|| Permissions::from_mode(0o755)))
}

/// Modes do not decide what runs here.
#[cfg(not(unix))]
fn set_mode(_: &File, _: Option<Permissions>) -> io::Result<()> {
    Ok(())
}

/// Whether git would run the hook.
#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

/// Every hook runs here.
#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    true
}

/// Adds what was attempted to an I/O error.
fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> HookError {
    move |source| HookError::File { action, path: path.to_owned(), source }
}
