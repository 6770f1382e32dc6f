//! Edits the text of an agent program's settings: our entries in, our entries out, and not one byte
//! of anything else. Pure; `execute::settings` reads and writes the files.

mod edit;
#[cfg(test)]
mod tests;
mod text;

pub use text::{Inserted, Text, without};

use crate::model::harness::{Harness, HookForm, Unusable};
use crate::model::trigger::Trigger;
use jsonc_parser::ast::{Array, Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::json;

/// The text with an entry for each trigger, unless it has one.
///
/// # Errors
///
/// When the text is no JSON, or not of the form that the program wants.
pub fn enable(mut text: Text, harness: &Harness) -> Result<Text, Unusable> {
    if let HookForm::Plugin(plugin) = harness.form {
        if !text.as_str().is_empty() && text.as_str() != plugin {
            return Err(Unusable::Edited);
        }
        if text.as_str().is_empty() {
            text.insert(0, plugin);
        }
        return Ok(text);
    }
    if text.content().trim().is_empty() {
        let end = text.as_str().len();
        text.insert(end, "{}\n");
    }
    if harness.has_version() && !has_key(text.content(), harness, "version")? {
        edit::append_to_root(&mut text, harness, "version", &json!(1))?;
    }
    for (trigger, event) in harness.events {
        add(&mut text, harness, *trigger, event)?;
    }
    Ok(text)
}

/// The text without any entry of ours, and without what becomes empty by that.
///
/// # Errors
///
/// When the text is no JSON, or not of the form that the program wants.
pub fn disable(text: &str, harness: &Harness) -> Result<String, Unusable> {
    if let HookForm::Plugin(plugin) = harness.form {
        let own = text == plugin || text.is_empty();
        return if own { Ok(String::new()) } else { Err(Unusable::Edited) };
    }
    let mut text = text.to_owned();
    loop {
        let cuts = edit::first_own(&text, harness)?;
        if cuts.is_empty() {
            return Ok(text);
        }
        for cut in cuts.into_iter().rev() {
            text.replace_range(cut, "");
        }
    }
}

/// The triggers that the text has an entry for.
///
/// # Errors
///
/// When the text is no JSON, or not of the form that the program wants.
pub fn enabled(text: &str, harness: &Harness) -> Result<Vec<Trigger>, Unusable> {
    if let HookForm::Plugin(plugin) = harness.form {
        let all = harness.events.iter().map(|(trigger, _)| *trigger);
        return Ok(if text == plugin { all.collect() } else { Vec::new() });
    }
    let mut found = Vec::new();
    for (trigger, event) in harness.events {
        let is_there = with_root(text, harness, |root| {
            let Some(list) =
                hooks(text, root)?.map(|hooks| event_list(text, hooks, event)).transpose()?.flatten()
            else {
                return Ok(false);
            };
            Ok(list.elements.iter().any(|entry| is_own(entry, harness)))
        })?;
        found.extend(is_there.then_some(*trigger));
    }
    Ok(found)
}

/// Whether a text says nothing that somebody would miss: it is empty, or has no key but the version.
pub fn is_vacant(text: &str, harness: &Harness) -> bool {
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    if content.trim().is_empty() {
        return true;
    }
    let keys = with_root(text, harness, |root| {
        Ok(root.properties.iter().filter(|property| property.name.as_str() != "version").count())
    });
    keys == Ok(0)
}

fn add(text: &mut Text, harness: &Harness, trigger: Trigger, event: &'static str) -> Result<(), Unusable> {
    if enabled(text.content(), harness)?.contains(&trigger) {
        return Ok(());
    }
    edit::append_entry(text, harness, event, &harness.entry(trigger))
}

fn has_key(text: &str, harness: &Harness, key: &str) -> Result<bool, Unusable> {
    with_root(text, harness, |root| Ok(root.get(key).is_some()))
}

/// Look at the object that the text is.
fn with_root<T>(
    text: &str,
    harness: &Harness,
    look: impl FnOnce(&Object<'_>) -> Result<T, Unusable>,
) -> Result<T, Unusable> {
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ParseOptions {
        allow_comments: harness.comments,
        allow_loose_object_property_names: false,
        allow_trailing_commas: harness.comments,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(content, &CollectOptions::default(), &options).map_err(|error| {
        Unusable::NotJson { line: error.line_display(), reason: error.kind().to_string().to_lowercase() }
    })?;
    match &parsed.value {
        Some(Value::Object(root)) => {
            no_doubles(content, root)?;
            look(root)
        }
        Some(other) => Err(shape(content, other.range().start, "an object is needed here")),
        None => Err(Unusable::Shape { line: 1, what: "there is nothing but comments" }),
    }
}

fn hooks<'o, 't>(text: &str, root: &'o Object<'t>) -> Result<Option<&'o Object<'t>>, Unusable> {
    match root.get("hooks").map(|property| &property.value) {
        None => Ok(None),
        Some(Value::Object(hooks)) => no_doubles(text, hooks).map(|()| Some(hooks)),
        Some(other) => Err(shape(text, other.range().start, "'hooks' is no object")),
    }
}

fn event_list<'o, 't>(
    text: &str,
    hooks: &'o Object<'t>,
    event: &str,
) -> Result<Option<&'o Array<'t>>, Unusable> {
    match hooks.get(event).map(|property| &property.value) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(other) => Err(shape(text, other.range().start, "the hooks of an event are no list")),
    }
}

/// Programs take the last of two, people read the first.
fn no_doubles(text: &str, object: &Object<'_>) -> Result<(), Unusable> {
    let mut seen: Vec<&str> = Vec::new();
    for property in &object.properties {
        if seen.contains(&property.name.as_str()) {
            return Err(shape(text, property.range.start, "the same key stands here twice"));
        }
        seen.push(property.name.as_str());
    }
    Ok(())
}

fn shape(text: &str, at: usize, what: &'static str) -> Unusable {
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = content.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    Unusable::Shape { line, what }
}

/// Whether any string in an entry is a command of ours.
fn is_own(entry: &Value<'_>, harness: &Harness) -> bool {
    match entry {
        Value::StringLit(text) => harness.is_own(&text.value),
        Value::Object(object) => object.properties.iter().any(|property| is_own(&property.value, harness)),
        Value::Array(array) => array.elements.iter().any(|element| is_own(element, harness)),
        _ => false,
    }
}
