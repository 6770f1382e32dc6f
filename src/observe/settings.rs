//! The effective configuration, and where each value comes from.

use super::ObserveError;
use super::configured;
use crate::git::{Repository, config};
use crate::model::configured::without_credentials;
use crate::model::setting::{Key, SETTINGS};
use crate::session;

/// The origin of a value that nobody set.
pub const DEFAULT: &str = "default";

/// A key with a value that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The key in full.
    pub key: String,
    /// The value.
    pub value: String,
    /// The file or the like that it comes from, as git says it, or `default`.
    pub origin: String,
}

/// The values that hold; a key with several has one entry each, one without any has none.
///
/// # Errors
///
/// When git cannot read its configuration.
pub fn effective(repository: &Repository) -> Result<Vec<Effective>, ObserveError> {
    let listed = config::listed(repository, "^skillsync")?;
    let set: Vec<(Key, [String; 3])> =
        listed.into_iter().filter_map(|line| Some((Key::find(&line[1])?, line))).collect();
    let mut names: Vec<Option<String>> = vec![None];
    names.extend(configured::all(repository).into_iter().map(|collection| Some(collection.name)));
    let mut found = Vec::new();
    for collection in names {
        let rows = SETTINGS.iter().filter(|row| row.key.contains("<name>") == collection.is_some());
        for setting in rows {
            let key = Key { setting, collection: collection.clone() };
            let mut values: Vec<Effective> = set
                .iter()
                .filter(|(other, _)| *other == key)
                .map(|(_, [origin, _, value])| entry(&key, value, origin))
                .collect();
            if setting.key == "skillsync.target"
                && let Some((file, names)) = session::shared_targets(repository)
            {
                let origin = format!("file:{}", file.display());
                values = names.iter().map(|name| entry(&key, name, &origin)).collect();
            }
            if values.is_empty() {
                values.extend(default(repository, &key).map(|value| entry(&key, &value, DEFAULT)));
            }
            // Of several, the last one holds.
            let first = if setting.several { 0 } else { values.len().saturating_sub(1) };
            found.extend(values.drain(first..));
        }
    }
    Ok(found)
}

/// A value as it may be shown.
fn entry(key: &Key, value: &str, origin: &str) -> Effective {
    let value = without_credentials(value);
    Effective { key: key.full(), value, origin: origin.to_owned() }
}

fn default(repository: &Repository, key: &Key) -> Option<String> {
    match key.setting.key {
        // Without a say of the configuration, it is the one named so, or the only one.
        "skillsync.collection" => configured::chosen(repository, None).ok().map(|collection| collection.name),
        _ => key.setting.default.map(str::to_owned),
    }
}
