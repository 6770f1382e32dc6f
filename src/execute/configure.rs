//! Configuration that is ours: collections in the local git config and in `.skillsync/config`.

use super::lock::{self, Lock};
use super::{ExecuteError, disk, files};
use crate::git::program::ProgramError;
use crate::git::{GitError, Repository, config};
use crate::model::configured::{Configured, SECTION, TRACKED, without_credentials};

/// Register a collection in the repository's own configuration.
///
/// # Errors
///
/// When git cannot write it.
pub fn collection(repository: &Repository, configured: &Configured) -> Result<(), ExecuteError> {
    let key = |name: &str| format!("{SECTION}.{}.{name}", configured.name);
    config::set(repository, &key("url"), &configured.url)?;
    if let Some(branch) = &configured.branch {
        config::set(repository, &key("branch"), branch)?;
    }
    if let Some(id) = configured.id {
        config::set(repository, &key("id"), &id.to_string())?;
    }
    Ok(())
}

/// Take over what a folder outside git was configured with, now that it is a repository. What is set
/// here already stays. Whether there was anything to take.
///
/// # Errors
///
/// When git cannot read or write it.
pub fn take_over(repository: &Repository, store: &Repository) -> Result<bool, ExecuteError> {
    let mut taken: Vec<(String, Vec<String>)> = Vec::new();
    for [key, value] in config::own(store, "^skillsync")? {
        match taken.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => taken.push((key, vec![value])),
        }
    }
    let known = config::own(repository, "^skillsync")?;
    taken.retain(|(key, _)| known.iter().all(|[known, _]| known != key));
    for (key, values) in &taken {
        config::set_all(repository, key, values)?;
    }
    Ok(!taken.is_empty())
}

/// Set a key to one value in the repository's own configuration, whatever it had before.
///
/// # Errors
///
/// When git cannot write it.
pub fn set(repository: &Repository, key: &str, value: &str) -> Result<(), ExecuteError> {
    Ok(config::set_all(repository, key, &[value.to_owned()])?)
}

/// Forget a collection; whether the repository's own configuration had it.
///
/// # Errors
///
/// When git cannot write it.
pub fn remove_collection(repository: &Repository, name: &str) -> Result<bool, ExecuteError> {
    let section = format!("{SECTION}.{name}");
    match repository.call().args(["config", "--local", "--get", &format!("{section}.url")]).run() {
        Ok(_) => config::remove_section(repository, &section)?,
        // 1: there is no such key.
        Err(ProgramError::Failed { code: Some(1), .. }) => return Ok(false),
        Err(error) => return Err(GitError::from(error).into()),
    }
    Ok(true)
}

/// Write the tracked configuration, for everybody who clones the project.
///
/// # Errors
///
/// When the file cannot be written.
pub fn share(
    repository: &Repository,
    configured: &Configured,
    targets: &[String],
) -> Result<(), ExecuteError> {
    let path = repository.layout().folder(repository.root()?).join(TRACKED);
    // Made aside, and put in place in one step: neither git's lock file nor half of it is ever seen.
    let _lock = Lock::take(repository)?;
    let scratch = lock::scratch(repository)?;
    let failed = |source| ExecuteError::Write { path: path.clone(), source };
    let folder = disk::temporary_folder(&scratch).map_err(failed)?;
    let made = folder.path().join("config");
    if path.exists() {
        disk::copy(&path, &made).map_err(failed)?;
    }
    let set = |how: &str, key: &str, value: &str| -> Result<(), ExecuteError> {
        let call = repository.call().args(["config", "--file"]).args([&made]).args([how, key, value]);
        call.run().map_err(|error| ExecuteError::Git(error.into()))?;
        Ok(())
    };
    let url = without_credentials(&configured.url);
    set("--replace-all", &format!("{SECTION}.{}.url", configured.name), &url)?;
    if let Some(branch) = &configured.branch {
        set("--replace-all", &format!("{SECTION}.{}.branch", configured.name), branch)?;
    }
    for (at, target) in targets.iter().enumerate() {
        set(if at == 0 { "--replace-all" } else { "--add" }, "skillsync.target", target)?;
    }
    let data = std::fs::read(&made).map_err(failed)?;
    files::replace_in_work_tree(repository, &path, &data)
}
