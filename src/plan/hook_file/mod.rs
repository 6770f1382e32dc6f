//! Editing git hooks as text: our lines go into a marked block, everything else stays as it is.
//!
//! The block stands right after the shebang. At the end of somebody's hook it would be dead code
//! behind an `exit 0`. `commands` and `execute` may call.

pub mod advice;
mod block;
mod shebang;
#[cfg(test)]
mod tests;

use crate::model::hook::HookEvent;
use crate::model::hook_site::Manager;
use advice::Advice;
use std::path::Path;

/// What opens a hook file that is ours alone.
const SHEBANG: &str = "#!/bin/sh\n";
/// The line that tells such a file from a user's hook which has our block in it.
const HEADER: &str = "# Written by git-skillsync; 'git skillsync hooks uninstall' removes it.\n";

/// What is to be done to a hook file so that it calls us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookEdit {
    /// There is no hook: write this file.
    Create(String),
    /// Our block is there, but of another release or for another binary: write this text.
    Replace(String),
    /// It is the user's hook, a plain shell script: write this text, which has our block in it.
    Insert(String),
    /// Our block is there as it should be.
    Unchanged,
    /// The hook must not be touched.
    Refused {
        /// Why.
        reason: Refusal,
        /// What the user may add, which does the same.
        advice: Advice,
    },
}

/// What is to be done to a hook file so that it is as if we had never been there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Nothing but our text is in the file: delete it.
    Delete,
    /// Write this text: the user's hook without our block.
    Restore(String),
    /// Our block is not in the file.
    NotInstalled,
    /// The file must not be touched.
    Refused(Refusal),
}

/// Why a hook is left alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its bytes are no text.
    #[error("the hook is not valid UTF-8")]
    NotUtf8,
    /// No interpreter is named.
    #[error("the hook has no '#!' line")]
    NoShebang,
    /// The interpreter is no POSIX shell, or is called with options that change what a script is.
    #[error("the hook is no plain shell script but run by '{0}'")]
    NotShell(String),
    /// The shebang ends with a carriage return: such a hook does not even start.
    #[error("the hook has DOS line ends")]
    CarriageReturn,
    /// A marker of the block has no partner, or there are several blocks.
    #[error("the markers of the skillsync block do not match")]
    Unterminated,
    /// The block is not as it was written.
    #[error("the skillsync block was edited")]
    Edited,
    /// The block was written by a release that does it differently.
    #[error("the skillsync block was written by another version")]
    OtherVersion,
    /// The hook file is a symbolic link, and what it points to belongs to somebody else.
    #[error("the hook is a symbolic link")]
    Symlink,
    /// A folder or the like stands at the hook's place.
    #[error("the hook is not a regular file")]
    NotAFile,
    /// Git does not run the hook: the user switched it off.
    #[error("the hook is not executable")]
    NotExecutable,
    /// Git does not run the configured hook: the user switched it off.
    #[error("the hook is switched off in the configuration")]
    SwitchedOff,
    /// A program writes the hook, and would write it anew without us.
    #[error("the hook is written by {0}")]
    Managed(Manager),
    /// Git runs no hooks at all.
    #[error("'core.hooksPath' is '/dev/null', so git runs no hooks")]
    Nowhere,
    /// All hooks are husky's.
    #[error("husky keeps the hooks")]
    Husky,
    /// All hooks stand in a folder of the work tree, where others have them too.
    #[error("the hooks stand in the work tree, in '{0}'")]
    WorkTree(String),
    /// All hooks stand in a folder that other repositories use.
    #[error("other repositories use the same folder of hooks ({0} 'core.hooksPath')")]
    Shared(String),
}

/// What to do to a hook file, `None` if there is none, so that it calls `binary` on `event`.
pub fn install(event: HookEvent, existing: Option<&[u8]>, binary: &Path) -> HookEdit {
    let block = block::render(event, binary);
    let Some(existing) = existing else {
        return HookEdit::Create(format!("{SHEBANG}{HEADER}{block}"));
    };
    edit(existing, &block)
        .unwrap_or_else(|reason| HookEdit::Refused { reason, advice: advice::for_hook(event, binary) })
}

/// What to do to a hook file so that our block is gone; after [`install`], byte for byte.
pub fn remove(existing: &[u8]) -> Removal {
    match find(existing) {
        Ok((text, Some(found))) => without_block(text, &found),
        // Not our text, and nothing of ours in it.
        Ok((_, None)) | Err(Refusal::NotUtf8) => Removal::NotInstalled,
        Err(reason) => Removal::Refused(reason),
    }
}

/// What the hook does, as lines of sh without a shebang.
pub fn body(event: HookEvent, binary: &Path) -> String {
    block::body(event, binary)
}

/// Put the block into a file that exists.
fn edit(existing: &[u8], block: &str) -> Result<HookEdit, Refusal> {
    let (text, found) = find(existing)?;
    if let Some(found) = found {
        let (before, after) = (&text[..found.start], &text[found.end..]);
        let block = if found.ends_line { block } else { block.trim_end_matches('\n') };
        let edited = format!("{before}{block}{after}");
        return Ok(if edited == text { HookEdit::Unchanged } else { HookEdit::Replace(edited) });
    }
    if let Some(manager) = Manager::of(text) {
        return Err(Refusal::Managed(manager));
    }
    let rest = shebang::check(text)?;
    let (first, rest) = text.split_at(text.len() - rest.len());
    Ok(HookEdit::Insert(if first.ends_with('\n') {
        format!("{first}{block}{rest}")
    } else {
        // No line end after the shebang, so none after the block: removal can tell.
        format!("{first}\n{}", block.trim_end_matches('\n'))
    }))
}

/// The file as text, and our block in it if it has one that may be touched.
fn find(existing: &[u8]) -> Result<(&str, Option<block::Found>), Refusal> {
    let text = str::from_utf8(existing).map_err(|_| Refusal::NotUtf8)?;
    Ok((text, block::find(text)?))
}

/// Take the block out, and the file with it if nothing else is in it.
fn without_block(text: &str, found: &block::Found) -> Removal {
    let (before, after) = (&text[..found.start], &text[found.end..]);
    let ours = before.strip_prefix(SHEBANG) == Some(HEADER);
    if ours && after.trim().is_empty() {
        return Removal::Delete;
    }
    let before = if ours { SHEBANG } else { before };
    let before = if found.ends_line { before } else { before.strip_suffix('\n').unwrap_or(before) };
    Removal::Restore(format!("{before}{after}"))
}
