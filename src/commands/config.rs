//! `git skillsync config`: the effective configuration, and setting it.

use crate::error::Error;
use crate::execute::{configure, hook_marker};
use crate::exit::Exit;
use crate::model::setting::{Key, SETTINGS};
use crate::model::trigger::Trigger;
use crate::observe::settings::{self, Effective};
use crate::observe::{ObserveError, configured};
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::request::Config;
use crate::session::{self, Session};
use serde_json::json;
use std::collections::BTreeSet;

/// Run the command.
pub fn run(session: &Session, request: &Config, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let Some(text) = &request.key else {
        return Ok(show(&settings::effective(&project)?, request, form));
    };
    let key = Key::find(text).ok_or_else(|| unknown(text))?;
    let names: Vec<String> =
        configured::all(&project).into_iter().map(|collection| collection.name).collect();
    if let Some(name) = key.collection.as_ref().filter(|name| !names.contains(name)) {
        return Err(ObserveError::UnknownCollection(name.clone()).into());
    }
    if let Some(value) = &request.value {
        let allowed = &key.setting.allowed;
        if !allowed.takes(value, &names) {
            let (key, value, allowed) = (key.full(), value.clone(), allowed.say(&names));
            return Err(Error::BadSetting { key, value, allowed });
        }
        configure::set(&project, &key.full(), value)?;
        let now = session.project()?;
        if now.is_git() {
            hook_marker::keep(&now, session::pushes_commits(&now));
        }
        if !form.json {
            return Ok(Report::data(""));
        }
    }
    // Setting does not show in what was read before.
    let project = session.project()?;
    let mut found = settings::effective(&project)?;
    found.retain(|entry| entry.key == key.full());
    let exit = Exit::attention_if(found.is_empty());
    Ok(show(&found, request, form).with("", exit))
}

fn unknown(key: &str) -> Error {
    let keys = SETTINGS.iter().map(|setting| {
        let mut triggers = Trigger::ALL.into_iter().map(Trigger::as_str);
        let trigger = triggers.find(|trigger| setting.key.contains(&format!(".{trigger}.")));
        let key = trigger.map(|trigger| setting.key.replace(trigger, "<trigger>"));
        format!("'{}'", key.unwrap_or_else(|| setting.key.to_owned()))
    });
    let mut keys: Vec<String> = keys.collect();
    let mut seen = BTreeSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    let allowed = keys.join(", ");
    Error::UnknownKey { key: key.to_owned(), allowed }
}

fn show(found: &[Effective], request: &Config, form: Form) -> Report {
    if form.json {
        let settings: Vec<_> = found
            .iter()
            .map(|entry| json!({"key": entry.key, "value": entry.value, "origin": entry.origin}))
            .collect();
        return Report::json("config", json!({"settings": settings}));
    }
    let mut text = String::new();
    for entry in found {
        if request.origins {
            text += &format!("{}\t", escape(&entry.origin));
        }
        if request.key.is_none() {
            text += &format!("{}=", escape(&entry.key));
        }
        text += &format!("{}\n", escape(&entry.value));
    }
    Report::data(text)
}
