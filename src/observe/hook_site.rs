//! Looks where git would look for hooks, and whose they are.

use super::ObserveError;
use crate::git::{GitError, Repository};
use crate::model::hook::HookEvent;
use crate::model::hook_site::{HookHome, HookSite, Manager, calls_us};
use std::fs;
use std::path::{Path, PathBuf};

/// How much of a file is looked at for a line of ours, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// Where git looks for the hooks of this repository.
///
/// # Errors
///
/// When git cannot be asked.
pub fn look(project: &Repository) -> Result<HookSite, ObserveError> {
    let folder = folder(project)?;
    let home = home(project, &folder)?;
    let settings = settings(project);
    let by_hand = by_hand(project, &folder, &home, &settings);
    let settings = settings.into_iter().map(|(file, _)| file).collect();
    Ok(HookSite { home, takes_configured: takes_configured(project)?, by_hand, folder, settings })
}

/// The folder that git looks for hooks in.
fn folder(project: &Repository) -> Result<PathBuf, ObserveError> {
    let output = project.plain_call().args(["rev-parse", "--git-path", "hooks"]).run();
    let output = output.map_err(GitError::from)?;
    let path = String::from_utf8_lossy(&output).trim_end_matches('\n').to_owned();
    let root = project.work_dir().unwrap_or(project.git_dir());
    Ok(root.join(path))
}

/// Whether git knows hooks that are configured: older ones do not take the option.
fn takes_configured(project: &Repository) -> Result<bool, ObserveError> {
    let call = project.plain_call().args(["hook", "list", "--allow-unknown-hook-name", "skillsync-probe"]);
    let output = call.output().map_err(GitError::from)?;
    Ok(matches!(output.status.code(), Some(0 | 1)))
}

fn home(project: &Repository, folder: &Path) -> Result<HookHome, ObserveError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (folder, own) = (real(folder), real(project.common_dir()));
    if folder.starts_with(&own) {
        return Ok(HookHome::Own);
    }
    if folder == Path::new("/dev/null") {
        return Ok(HookHome::Nowhere);
    }
    let below = project.work_dir().and_then(|root| folder.strip_prefix(real(root)).ok().map(Path::to_owned));
    let Some(below) = below else { return Ok(HookHome::Shared { scope: scope(project)? }) };
    let below = below.display().to_string();
    // Version 9 keeps its own files in '_'; until version 8 all stood in one folder.
    let user = below.strip_suffix("/_").unwrap_or(&below);
    let is_husky = user.rsplit('/').next() == Some(".husky") || folder.join("husky.sh").exists();
    Ok(if is_husky {
        HookHome::Husky { user: user.to_owned() }
    } else {
        HookHome::WorkTree { folder: below }
    })
}

/// Where `core.hooksPath` is set.
fn scope(project: &Repository) -> Result<String, ObserveError> {
    let call = project.plain_call().args(["config", "--show-scope", "--get", "core.hooksPath"]);
    let output = call.output().map_err(GitError::from)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split('\t').next().filter(|scope| !scope.trim().is_empty()).unwrap_or("unknown").to_owned())
}

/// What managers of hooks read, by file.
fn settings(project: &Repository) -> Vec<(String, String)> {
    let Some(root) = project.work_dir() else { return Vec::new() };
    let files = Manager::ALL.iter().flat_map(|manager| manager.files());
    files.filter_map(|file| Some(((*file).to_owned(), read(&root.join(file))?))).collect()
}

/// The lines that call us where the user writes: in hooks, and in the settings of their managers.
fn by_hand(
    project: &Repository,
    folder: &Path,
    home: &HookHome,
    settings: &[(String, String)],
) -> Vec<(HookEvent, String)> {
    let mut found = Vec::new();
    let Some(root) = project.work_dir() else { return found };
    for event in HookEvent::every() {
        let hook = match home {
            HookHome::Husky { user } => root.join(user).join(event.as_str()),
            HookHome::Own | HookHome::Nowhere | HookHome::WorkTree { .. } | HookHome::Shared { .. } => {
                folder.join(event.as_str())
            }
        };
        let shown = hook.strip_prefix(root).unwrap_or(&hook).display().to_string();
        // A block of ours is no line by hand.
        let hook = read(&hook).filter(|text| !text.contains("# >>> skillsync ")).map(|text| (shown, text));
        // What a manager is told counts where it has that hook.
        let managed = read(&folder.join(event.as_str())).and_then(|text| Manager::of(&text));
        let told = settings
            .iter()
            .filter(|(file, _)| managed.is_some_and(|manager| manager.files().contains(&file.as_str())));
        let place = hook.iter().chain(told).find(|(_, text)| calls_us(text, event));
        found.extend(place.map(|(file, _)| (event, file.clone())));
    }
    found
}

/// A text that is no longer than one would write by hand.
fn read(path: &Path) -> Option<String> {
    fs::metadata(path).ok().filter(|metadata| metadata.is_file() && metadata.len() <= MAX_FILE)?;
    Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned())
}
