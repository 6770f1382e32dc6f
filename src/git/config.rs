//! Git configuration: read through the library, written by git itself.

use super::program::ProgramError;
use super::{GitError, Repository};
use gix::bstr::{BString, ByteSlice};
use gix::config::source::Kind;
use gix::config::{File, Source, file::Metadata};
use std::path::Path;

/// The last value of a key, e.g. `skillsync.strategy` or `skillsync-collection.default.url`.
pub fn string(repository: &Repository, key: &str) -> Option<String> {
    let value = repository.configured().config_snapshot().string(key);
    value.map(|value| value.to_str_lossy().into_owned())
}

/// The last value of a key that is true or false.
pub fn boolean(repository: &Repository, key: &str) -> Option<bool> {
    repository.gix().config_snapshot().boolean(key)
}

/// All values of a key, in the order of their files.
pub fn strings(repository: &Repository, key: &str) -> Vec<String> {
    let snapshot = repository.configured().config_snapshot();
    let values: Option<Vec<BString>> = snapshot.plumbing().strings(key);
    values.unwrap_or_default().iter().map(|value| value.to_str_lossy().into_owned()).collect()
}

/// Whether a key has a value that is nearer than what a project shares with everybody: of this repository or
/// work tree, of the environment, or of the call.
pub fn is_set_nearby(repository: &Repository, key: &str) -> bool {
    let is_near = |from: &Metadata| matches!(from.source.kind(), Kind::Repository | Kind::Override);
    let snapshot = repository.configured().config_snapshot();
    let values: Option<Vec<BString>> = snapshot.plumbing().strings_filter(key, is_near);
    values.is_some_and(|values| !values.is_empty())
}

/// All values of a key in one file of git's syntax; none where it cannot be read.
pub fn strings_in(file: &Path, key: &str) -> Vec<String> {
    let Ok(file) = File::from_path_no_includes(file.to_owned(), Source::Local) else { return Vec::new() };
    let values: Option<Vec<BString>> = file.strings(key);
    values.unwrap_or_default().iter().map(|value| value.to_str_lossy().into_owned()).collect()
}

/// The names of the subsections of a section, e.g. the collections, without doubles.
pub fn subsections(repository: &Repository, section: &str) -> Vec<String> {
    let snapshot = repository.configured().config_snapshot();
    let Some(sections) = snapshot.plumbing().sections_by_name(section) else { return Vec::new() };
    let mut names: Vec<String> = Vec::new();
    for section in sections {
        if let Some(name) = section.header().subsection_name() {
            let name = name.to_str_lossy().into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Set a key in the repository's own configuration.
///
/// # Errors
///
/// When git cannot write it.
pub fn set(repository: &Repository, key: &str, value: &str) -> Result<(), GitError> {
    repository.call().args(["config", "--local", key, value]).run()?;
    Ok(())
}

/// Set a key to several values in the repository's own configuration.
///
/// # Errors
///
/// When git cannot write them.
pub fn set_all(repository: &Repository, key: &str, values: &[String]) -> Result<(), GitError> {
    let Some((first, more)) = values.split_first() else {
        return match repository.call().args(["config", "--local", "--unset-all", key]).run() {
            // 5: there was no such key.
            Ok(_) | Err(ProgramError::Failed { code: Some(5), .. }) => Ok(()),
            Err(error) => Err(error.into()),
        };
    };
    // At no time is there no value.
    repository.call().args(["config", "--local", "--replace-all", key, first]).run()?;
    for value in more {
        repository.call().args(["config", "--local", "--add", key, value]).run()?;
    }
    Ok(())
}

/// The keys that match a pattern in the repository's own configuration, with their values.
///
/// # Errors
///
/// When git cannot read it.
pub fn own(repository: &Repository, pattern: &str) -> Result<Vec<[String; 2]>, GitError> {
    let call = repository.call().args(["config", "--local", "--null", "--get-regexp", pattern]);
    let output = match call.run() {
        Ok(output) => output,
        // 1: no key matched.
        Err(ProgramError::Failed { code: Some(1), .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let pairs = output.split(|byte| *byte == 0).filter(|pair| !pair.is_empty());
    let texts = pairs.map(|pair| pair.to_str_lossy().into_owned());
    Ok(texts
        .map(|text| {
            text.split_once('\n')
                .map_or([text.clone(), String::new()], |(key, value)| [key.to_owned(), value.to_owned()])
        })
        .collect())
}

/// The values of a key in the repository's own configuration alone, as git reads it now.
///
/// # Errors
///
/// When git cannot be run.
pub fn local_values(repository: &Repository, key: &str) -> Result<Vec<String>, GitError> {
    match repository.call().args(["config", "--local", "--null", "--get-all", key]).run() {
        Ok(output) => {
            let values = output.split(|byte| *byte == 0).filter(|value| !value.is_empty());
            Ok(values.map(|value| value.to_str_lossy().into_owned()).collect())
        }
        // 1: there is no such key.
        Err(ProgramError::Failed { code: Some(1), .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Remove a subsection from the repository's own configuration.
///
/// # Errors
///
/// When git cannot write it.
pub fn remove_section(repository: &Repository, section: &str) -> Result<(), GitError> {
    repository.call().args(["config", "--local", "--remove-section", section]).run()?;
    Ok(())
}

/// Every value below the given prefixes with its origin, as `git config --show-origin` says it:
/// origin, key, value.
///
/// # Errors
///
/// When git cannot be run.
pub fn listed(repository: &Repository, prefix: &str) -> Result<Vec<[String; 3]>, GitError> {
    let call = repository.around().unwrap_or(repository).call().args([
        "config",
        "--show-origin",
        "--null",
        "--get-regexp",
        prefix,
    ]);
    let output = match call.run() {
        Ok(output) => output,
        // 1: no key matched.
        Err(ProgramError::Failed { code: Some(1), .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut fields = output.split(|byte| *byte == 0).map(|field| field.to_str_lossy().into_owned());
    let mut found = Vec::new();
    while let (Some(origin), Some(pair)) = (fields.next(), fields.next()) {
        let (key, value) = pair.split_once('\n').unwrap_or((&pair, ""));
        found.push([origin, key.to_owned(), value.to_owned()]);
    }
    Ok(found)
}
