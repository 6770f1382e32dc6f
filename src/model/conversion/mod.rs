//! Artifacts in the forms of harnesses and back: pure functions of bytes.
//!
//! Going back starts from a reference, the version in the collection's form that the file was made
//! of: what a form cannot hold, and what nobody changed, comes from there. The result is given only
//! if it makes the file again.

mod filtered;
mod lines;
mod placeholders;
#[cfg(test)]
mod tests;
mod toml_text;

use super::target::{Filter, Format};

/// Why an artifact cannot be had in another form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConverted {
    /// The form can only hold text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// The file does not have the form.
    #[error("it is no valid TOML: {0}")]
    NotToml(String),
    /// Something that the form needs is not there.
    #[error("'{0}' is missing")]
    Missing(&'static str),
    /// Something that the collection's form has no place for.
    #[error("'{0}' has no place in the collection's form")]
    NoPlace(String),
    /// A key that the collection has with another meaning.
    #[error("'{0}' has another value in the collection, which is not for this harness")]
    Other(String),
    /// Nothing makes the file as it stands.
    #[error("it was changed in a way that the collection's form cannot hold")]
    NotHeld,
}

/// The file that a harness gets for an artifact; `name` is what it is called at its place.
///
/// # Errors
///
/// When the form cannot hold the artifact.
pub fn forward(format: Format, name: &str, original: &[u8]) -> Result<Vec<u8>, NotConverted> {
    match format {
        Format::Same => Ok(original.to_vec()),
        Format::GeminiCommand => toml_text::GEMINI.forward(name, original),
        Format::CodexAgent => toml_text::CODEX.forward(name, original),
        Format::CommandAsSkill => Ok(filtered::forward(&AS_SKILL, name, original)),
        Format::FrontMatter(filter) => Ok(filtered::forward(filter, name, original)),
    }
}

/// The artifact in the collection's form whose file a harness has as `native`, beginning with
/// `reference`.
///
/// # Errors
///
/// When no artifact makes this file.
pub fn back(format: Format, name: &str, native: &[u8], reference: &[u8]) -> Result<Vec<u8>, NotConverted> {
    if forward(format, name, reference).is_ok_and(|made| made == native) {
        return Ok(reference.to_vec());
    }
    match format {
        Format::Same => Ok(native.to_vec()),
        Format::GeminiCommand => toml_text::GEMINI.back(name, native, reference),
        Format::CodexAgent => toml_text::CODEX.back(name, native, reference),
        Format::CommandAsSkill => filtered::back(&AS_SKILL, name, native, reference),
        Format::FrontMatter(filter) => filtered::back(filter, name, native, reference),
    }
}

/// The front matter of a skill that was made of a command.
const AS_SKILL: Filter = Filter {
    keep: &[
        "description",
        "license",
        "compatibility",
        "metadata",
        "allowed-tools",
        "argument-hint",
        "disable-model-invocation",
        "user-invocable",
    ],
    add: &[],
    needs_name: true,
    needs_description: true,
    models: super::target::Models::Any,
};
