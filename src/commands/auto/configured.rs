//! How auto-sync is configured; a value that cannot be is an error, as it decides what is written.

use crate::error::Error;
use crate::git::{Repository, config};
use crate::model::auto::{Action, Settings};
use crate::model::setting::{Key, boolean};
use crate::model::trigger::Trigger;
use std::time::Duration;

/// The settings for a trigger.
pub fn settings(project: &Repository, trigger: Trigger) -> Result<Settings, Error> {
    let own = |name: &str| value(project, &format!("skillsync.auto.{}.{name}", trigger.as_str()));
    let is = |value: String| boolean(&value).unwrap_or_default();
    let number = |value: String| value.parse::<u64>().unwrap_or_default();
    Ok(Settings {
        enabled: is(value(project, "skillsync.auto.enabled")?),
        commit: is(value(project, "skillsync.auto.commit")?),
        trigger,
        trigger_enabled: is(own("enabled")?),
        action: Action::from_word(&own("action")?).unwrap_or(Action::Pull),
        silent: is(own("silent")?),
        probability: number(own("probability")?),
        debounce: Duration::from_millis(number(own("debounceMs")?)),
        commit_message: own("commitMessage")?,
    })
}

/// What the operation log calls a trigger.
pub fn trigger_name(trigger: Trigger) -> String {
    format!("auto {}", trigger.as_str())
}

/// The value that holds for a key of the table, which is one that is allowed.
fn value(project: &Repository, name: &str) -> Result<String, Error> {
    let unknown = || Error::UnknownKey { key: name.to_owned(), allowed: String::new() };
    let key = Key::find(name).ok_or_else(unknown)?;
    let Some(value) = config::string(project, name) else {
        return Ok(key.setting.default.unwrap_or_default().to_owned());
    };
    if key.setting.allowed.takes(&value, &[]) {
        return Ok(value);
    }
    Err(Error::BadSetting { key: key.full(), value, allowed: key.setting.allowed.say(&[]) })
}
