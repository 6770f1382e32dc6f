//! Hooks installed in the way that fits the place: in git's configuration where it takes them, else as
//! files, and where neither may be done, not at all.

use super::hooks::{self, HookError, HookOutcome, HookOutcomes, HookState};
use crate::git::config;
use crate::git::{GitError, Repository};
use crate::model::hook::HookEvent;
use crate::model::hook_site::{HookHome, HookSite, Manager};
use crate::plan::hook_config::{self, ConfiguredHook, Standing};
use crate::plan::hook_file::Refusal;
use crate::plan::hook_file::advice::{self, Advice};
use std::path::Path;

/// Make the hooks call `binary`.
///
/// # Errors
///
/// When a file or the configuration cannot be read or written; repeating is harmless.
pub fn install(
    project: &Repository,
    site: &HookSite,
    events: &[HookEvent],
    binary: &Path,
) -> Result<HookOutcomes, HookError> {
    let mut done = HookOutcomes::new();
    for &event in events {
        let outcome = if let Some(file) = written_by_hand(site, event) {
            HookOutcome::ByHand(file.to_owned())
        } else if site.takes_configured {
            // Both would be called.
            take_out_file(site, event, binary)?;
            configure(project, event, binary).map_err(HookError::Configuration)?
        } else if let Some((reason, advice)) = closed(site, event) {
            HookOutcome::Refused { reason, advice }
        } else {
            with_manager(site, hooks::install(&site.folder, &[event], binary)?.pop())
        };
        done.push((event, outcome));
    }
    Ok(done)
}

/// Take out what [`install`] put in, in whatever way that was.
///
/// # Errors
///
/// As for [`install`].
pub fn uninstall(
    project: &Repository,
    site: &HookSite,
    events: &[HookEvent],
    binary: &Path,
) -> Result<HookOutcomes, HookError> {
    let mut done = HookOutcomes::new();
    for &event in events {
        let was_configured = unconfigure(project, event).map_err(HookError::Configuration)?;
        let file = match closed(site, event) {
            Some(_) => HookOutcome::NotInstalled,
            None => with_manager(site, hooks::uninstall(&site.folder, &[event], binary)?.pop()),
        };
        let outcome = match (was_configured, file, written_by_hand(site, event)) {
            (_, HookOutcome::NotInstalled, Some(file)) => HookOutcome::ByHand(file.to_owned()),
            (true, HookOutcome::NotInstalled, None) => HookOutcome::Deleted,
            (_, file, _) => file,
        };
        done.push((event, outcome));
    }
    Ok(done)
}

/// How the hooks stand; nothing is written.
///
/// # Errors
///
/// When a file or the configuration cannot be read.
pub fn status(
    project: &Repository,
    site: &HookSite,
    events: &[HookEvent],
    binary: &Path,
) -> Result<Vec<(HookEvent, HookState)>, HookError> {
    let mut found = Vec::new();
    for &event in events {
        let configured = if site.takes_configured {
            hook_config::standing(&configured(project, event), event, binary)
        } else {
            Standing::Absent
        };
        let file = match closed(site, event) {
            Some((reason, _)) => HookState::Foreign(reason),
            None => hooks::status(&site.folder, &[event], binary)?
                .pop()
                .map_or(HookState::Absent, |(_, state)| state),
        };
        let state = match (configured, file) {
            (Standing::Installed, _) => HookState::Installed,
            (Standing::Outdated, _) => HookState::Outdated,
            (Standing::Off, _) => HookState::Foreign(Refusal::SwitchedOff),
            (Standing::Absent, file @ (HookState::Installed | HookState::Outdated)) => file,
            (Standing::Absent, _) if written_by_hand(site, event).is_some() => HookState::Installed,
            // It can be configured, whatever stands in the file's place.
            (Standing::Absent, _) if site.takes_configured => HookState::Absent,
            (Standing::Absent, file) => file,
        };
        found.push((event, state));
    }
    Ok(found)
}

/// What the user can add so that a hook calls us.
pub fn advice(site: &HookSite, event: HookEvent, binary: &Path) -> Advice {
    if let Some((_, advice)) = closed(site, event) {
        return advice;
    }
    match hooks::manager(&site.folder, event) {
        Some(manager) => for_manager(site, manager, event),
        None => advice::for_hook(event, binary),
    }
}

/// Where the folder is not ours to write into: why, and what can be added where.
fn closed(site: &HookSite, event: HookEvent) -> Option<(Refusal, Advice)> {
    let file = |folder: &str| format!("{folder}/{event}");
    Some(match &site.home {
        HookHome::Own => return None,
        HookHome::Nowhere => {
            let lines = "git config --unset core.hooksPath".to_owned();
            (Refusal::Nowhere, Advice { file: None, lines })
        }
        HookHome::Husky { user } => (Refusal::Husky, advice::for_shared_file(event, file(user))),
        HookHome::WorkTree { folder } => {
            (Refusal::WorkTree(folder.clone()), advice::for_shared_file(event, file(folder)))
        }
        HookHome::Shared { scope } => {
            let folder = site.folder.display().to_string();
            (Refusal::Shared(scope.clone()), advice::for_shared_file(event, file(&folder)))
        }
    })
}

fn written_by_hand(site: &HookSite, event: HookEvent) -> Option<&str> {
    site.by_hand.iter().find(|(at, _)| *at == event).map(|(_, file)| file.as_str())
}

/// An outcome of files; where a manager wrote the hook, the advice is about what that one reads.
fn with_manager(site: &HookSite, done: Option<(HookEvent, HookOutcome)>) -> HookOutcome {
    match done {
        Some((event, HookOutcome::Refused { reason: Refusal::Managed(manager), .. })) => {
            let advice = for_manager(site, manager, event);
            HookOutcome::Refused { reason: Refusal::Managed(manager), advice }
        }
        Some((_, outcome)) => outcome,
        None => HookOutcome::NotInstalled,
    }
}

fn for_manager(site: &HookSite, manager: Manager, event: HookEvent) -> Advice {
    let file = manager.files().iter().find(|file| site.settings.iter().any(|there| there == *file));
    advice::for_manager(manager, event, file.unwrap_or(&manager.files()[0]))
}

/// Take our block out of a file that is ours to write.
fn take_out_file(site: &HookSite, event: HookEvent, binary: &Path) -> Result<(), HookError> {
    if site.home == HookHome::Own {
        hooks::uninstall(&site.folder, &[event], binary)?;
    }
    Ok(())
}

/// The hook of ours for this event in the repository's own configuration.
fn configured(project: &Repository, event: HookEvent) -> ConfiguredHook {
    let section = hook_config::section(event);
    let values = |name: &str| config::local_values(project, &format!("{section}.{name}")).unwrap_or_default();
    let is_off =
        values("enabled").last().is_some_and(|value| crate::model::setting::boolean(value) == Some(false));
    ConfiguredHook { commands: values("command"), events: values("event"), is_off }
}

/// Write the hook: the command first, as an event without one stops every commit.
fn configure(project: &Repository, event: HookEvent, binary: &Path) -> Result<HookOutcome, GitError> {
    let section = hook_config::section(event);
    let outcome = match hook_config::standing(&configured(project, event), event, binary) {
        Standing::Installed => return Ok(HookOutcome::Unchanged),
        Standing::Off => {
            let advice = Advice { file: None, lines: format!("git config --unset {section}.enabled") };
            return Ok(HookOutcome::Refused { reason: Refusal::SwitchedOff, advice });
        }
        Standing::Absent => HookOutcome::Created,
        Standing::Outdated => {
            config::remove_section(project, &section)?;
            HookOutcome::Replaced
        }
    };
    config::set(project, &format!("{section}.command"), &hook_config::command(event, binary))?;
    config::set(project, &format!("{section}.event"), event.as_str())?;
    Ok(outcome)
}

/// Take the hook out of the configuration; whether there was one.
fn unconfigure(project: &Repository, event: HookEvent) -> Result<bool, GitError> {
    if configured(project, event) == ConfiguredHook::default() {
        return Ok(false);
    }
    config::remove_section(project, &hook_config::section(event))?;
    Ok(true)
}
