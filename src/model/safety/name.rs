//! Names: of tree entries, and of artifacts that become part of a target path.

use crate::model::visible::is_hidden;
use gix::bstr::ByteSlice;
use gix::validate::path::component;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The longest name of a file or folder, in bytes: what common file systems take.
pub const MAX_NAME: usize = 255;

/// Why a name is refused; reads on after the name itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeName {
    /// It has no characters.
    #[error("the name is empty")]
    Empty,
    /// It is `.` or `..`.
    #[error("the name leads out of its folder")]
    Relative,
    /// It holds `/` or `\`.
    #[error("the name holds a path separator")]
    Separator,
    /// It is what some file system takes for `.git`.
    #[error("some file systems take the name for '.git'")]
    DotGit,
    /// It is what some file system takes for `.gitmodules`.
    #[error("some file systems take the name for '.gitmodules'")]
    DotGitModules,
    /// It is a device on Windows, e.g. `CON`.
    #[error("the name is a device on Windows")]
    Device,
    /// It has a character, or an end, that Windows does not take.
    #[error("Windows cannot hold a file of this name")]
    NotOnWindows,
    /// It is no UTF-8.
    #[error("the name is not valid UTF-8")]
    NotUtf8,
    /// It holds a control, invisible or text-turning character.
    #[error("the name holds the hidden character U+{0:04X}")]
    Hidden(u32),
    /// It has two spellings, and this is the decomposed one.
    #[error("the name is not in Unicode normalization form C")]
    NotNormalized,
    /// It is longer than [`MAX_NAME`].
    #[error("the name is longer than {MAX_NAME} bytes")]
    TooLong,
    /// It could be taken for an option of a command.
    #[error("the name begins with '-'")]
    LeadingDash,
}

/// Check one name of a tree entry, with the rules of every platform on every platform.
///
/// # Errors
///
/// The first rule that the name breaks.
pub fn check_name(component: &[u8]) -> Result<(), UnsafeName> {
    if component.len() > MAX_NAME {
        return Err(UnsafeName::TooLong);
    }
    // The mode makes it refuse `.gitmodules` too, which as a file has no use in an artifact either.
    let mode = Some(component::Mode::Symlink);
    gix::validate::path::component(component.as_bstr(), mode, component::Options::default())
        .map_err(|error| reason(&error, component))?;
    let text = component.to_str().map_err(|_| UnsafeName::NotUtf8)?;
    if let Some(hidden) = first_hidden(text) {
        return Err(hidden);
    }
    if !is_nfc(text) {
        return Err(UnsafeName::NotNormalized);
    }
    // A look-alike that only its folded spelling gives away, e.g. with a long s or a Kelvin sign.
    match fold(text).as_str() {
        ".git" => Err(UnsafeName::DotGit),
        ".gitmodules" => Err(UnsafeName::DotGitModules),
        _ => Ok(()),
    }
}

/// Check the name of an artifact, which becomes the last components of its target path.
///
/// # Errors
///
/// When a component breaks a rule of [`check_name`] or begins with `-`.
pub fn check_artifact_name(name: &str) -> Result<(), UnsafeName> {
    name.split('/').try_for_each(|component| {
        check_name(component.as_bytes())?;
        if component.starts_with('-') { Err(UnsafeName::LeadingDash) } else { Ok(()) }
    })
}

/// The spelling under which a file system that ignores case and normalization keeps the name.
///
/// Upper case first, as `ß` and `ſ` then meet `ss` and `s`; character by character, as the lower
/// case of a final sigma depends on its neighbours. Stricter than any one file system.
pub fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// Our word for what the validation of gix found.
fn reason(error: &component::Error, name: &[u8]) -> UnsafeName {
    match error {
        component::Error::Empty => UnsafeName::Empty,
        component::Error::Relative => UnsafeName::Relative,
        component::Error::PathSeparator => UnsafeName::Separator,
        component::Error::DotGitDir => UnsafeName::DotGit,
        component::Error::SymlinkedGitModules => UnsafeName::DotGitModules,
        component::Error::WindowsReservedName => UnsafeName::Device,
        // A control character is refused as such: the message can then name it.
        _ => name.to_str().ok().and_then(first_hidden).unwrap_or(UnsafeName::NotOnWindows),
    }
}

/// The first hidden character of the text, as the reason to refuse it.
fn first_hidden(text: &str) -> Option<UnsafeName> {
    text.chars().find(|&character| is_hidden(character)).map(|found| UnsafeName::Hidden(found.into()))
}
