//! What is configured for a project, as values.

use super::SessionError;
use crate::git::{Repository, config};
use crate::model::artifact::ArtifactType;
use crate::model::configured::TRACKED;
use crate::model::duration;
use crate::model::record::Method;
use crate::model::setting;
use crate::model::state_file::RecordStore;
use crate::model::target::{TARGETS, Target};
use crate::request::{Confirm, OnCheckout, Resolve, Strategy};
use std::path::PathBuf;
use std::time::Duration;

/// The key that names the wanted targets.
const TARGET: &str = "skillsync.target";

/// The configured strategy.
///
/// # Errors
///
/// When the configured word is no strategy.
pub fn strategy(project: &Repository) -> Result<Strategy, SessionError> {
    configured(project, "skillsync.strategy", Strategy::from_word).map(Option::unwrap_or_default)
}

/// The configured way to deal with conflicts.
///
/// # Errors
///
/// When the configured word is none.
pub fn resolve(project: &Repository) -> Result<Option<Resolve>, SessionError> {
    configured(project, "skillsync.autoResolve", Resolve::from_word)
}

/// When a person is asked.
///
/// # Errors
///
/// When the configured word is none.
pub fn confirm(project: &Repository) -> Result<Confirm, SessionError> {
    configured(project, "skillsync.confirm", Confirm::from_word).map(Option::unwrap_or_default)
}

/// Whether what is handed on is looked through (`skillsync.scan`).
///
/// # Errors
///
/// When the configured word is neither yes nor no: then nothing goes out by mistake.
pub fn scan(project: &Repository) -> Result<bool, SessionError> {
    configured(project, "skillsync.scan", setting::boolean).map(|value| value.unwrap_or(true))
}

/// How long a hook may take (`skillsync.hookTimeout`); what means nothing is the default.
pub fn hook_timeout(project: &Repository) -> Duration {
    const DEFAULT: Duration = Duration::from_secs(2);
    let value = config::string(project, "skillsync.hookTimeout");
    value.and_then(|value| duration::parse(&value).ok()).unwrap_or(DEFAULT)
}

/// What a switch of branches does; a word that means nothing is no reason to do anything.
pub fn on_checkout(project: &Repository) -> OnCheckout {
    match config::string(project, "skillsync.onCheckout").as_deref() {
        None | Some("status") => OnCheckout::Status,
        Some("pull") => OnCheckout::Pull,
        Some(_) => OnCheckout::Off,
    }
}

/// The user's own scanner.
pub fn scan_command(project: &Repository) -> Option<String> {
    config::string(project, "skillsync.scanCommand").filter(|line| !line.trim().is_empty())
}

/// Where records go. A folder outside git has no notes.
///
/// # Errors
///
/// When the configured word is none.
pub fn record_store(project: &Repository) -> Result<RecordStore, SessionError> {
    if !project.is_git() {
        return Ok(RecordStore::File);
    }
    configured(project, "skillsync.state", RecordStore::from_word).map(Option::unwrap_or_default)
}

fn configured<T>(
    project: &Repository,
    key: &str,
    from_word: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, SessionError> {
    let Some(value) = config::string(project, key) else { return Ok(None) };
    match from_word(&value) {
        Some(found) => Ok(Some(found)),
        None => Err(SessionError::BadValue { key: key.to_owned(), value }),
    }
}

/// Whether a commit is pushed to the collection (`skillsync.onCommit`).
pub fn pushes_commits(project: &Repository) -> bool {
    config::string(project, "skillsync.onCommit").as_deref() == Some("push")
}

/// The names of the targets that a project shares with everybody, and the file that they are in, unless
/// something nearer says otherwise (design 9).
pub fn shared_targets(project: &Repository) -> Option<(PathBuf, Vec<String>)> {
    let root = project.work_dir()?;
    if config::is_set_nearby(project, TARGET) {
        return None;
    }
    // A part of a project that names none has those of the whole.
    let folder = project.layout().folder(root);
    let whole = (folder != root).then(|| root.join(TRACKED));
    let files = [Some(folder.join(TRACKED)), whole];
    let read = |file: PathBuf| {
        let names = if file.is_file() { config::strings_in(&file, TARGET) } else { Vec::new() };
        (file, names)
    };
    files.into_iter().flatten().map(read).find(|(_, names)| !names.is_empty())
}

/// The targets that a project wants: configured, else those of which the project has a sign, else
/// `claude`.
///
/// # Errors
///
/// When a configured target is unknown.
pub fn targets(project: &Repository) -> Result<Vec<&'static Target>, SessionError> {
    let shared = shared_targets(project).map(|(_, names)| names);
    let names = shared.unwrap_or_else(|| config::strings(project, TARGET));
    if !names.is_empty() {
        return names.iter().map(|name| target(name)).collect();
    }
    let root = project.work_dir().unwrap_or(project.git_dir());
    let is_there = |target: &&'static Target| {
        let mut signs = target.signs.iter().filter_map(|sign| project.layout().place_of(target, sign));
        signs.any(|sign| root.join(sign.as_str()).exists())
    };
    let found: Vec<_> = TARGETS.iter().filter(is_there).collect();
    if found.is_empty() { Ok(vec![target("claude")?]) } else { Ok(found) }
}

/// The targets in whose folders artifacts without a record are looked for: those that are wanted, and
/// those whose folders they read.
///
/// # Errors
///
/// When a configured target is unknown.
pub fn searched_targets(project: &Repository) -> Result<Vec<&'static Target>, SessionError> {
    let wanted = targets(project)?;
    let reads = |target: &Target, name: &str| {
        let rows = ArtifactType::ALL.map(|kind| target.project.of(kind));
        rows.iter().any(|row| row.reads.contains(&name))
    };
    let is_read = |target: &Target| wanted.iter().any(|reader| reads(reader, target.name));
    Ok(TARGETS.iter().filter(|target| wanted.contains(target) || is_read(target)).collect())
}

/// How placements after the first one are made.
///
/// # Errors
///
/// When the configured word is no method.
pub fn method(project: &Repository) -> Result<Method, SessionError> {
    let from_word = |word: &str| [Method::Copy, Method::Symlink].into_iter().find(|it| it.as_str() == word);
    Ok(configured(project, "skillsync.method", from_word)?.unwrap_or(Method::Copy))
}

/// Whether links can be placed in a project: git checks them out as links.
pub fn supports_links(project: &Repository) -> bool {
    cfg!(unix) && config::boolean(project, "core.symlinks").unwrap_or(true)
}

/// The target of this name.
///
/// # Errors
///
/// When there is none.
pub fn target(name: &str) -> Result<&'static Target, SessionError> {
    Target::find(name).ok_or_else(|| SessionError::UnknownTarget(name.to_owned()))
}
