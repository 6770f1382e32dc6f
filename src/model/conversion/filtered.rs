//! Markdown with the part of the front matter that a harness reads; the body stays as it is.

use super::NotConverted;
use crate::model::front_matter::{Document, Entry};
use crate::model::target::{Filter, Models};

/// The keys that the harness reads, and those that it needs besides.
pub(super) fn forward(filter: &Filter, name: &str, original: &[u8]) -> Vec<u8> {
    let document = Document::parse(original);
    let mut entries: Vec<Entry> = Vec::new();
    if filter.needs_name && !keeps(filter, &document, "name") {
        entries.push(document.new_entry("name", name));
    }
    if filter.needs_description && document.entry("description").is_none() {
        entries.push(document.new_entry("description", &first_words(&document.body, name)));
    }
    let kept = |entry: &&Entry| entry.key.as_ref().is_none_or(|key| keeps(filter, &document, key));
    let has_keys = document.entries.iter().filter(kept).any(|entry| entry.key.is_some());
    if has_keys || !entries.is_empty() {
        entries.extend(document.entries.iter().filter(kept).cloned());
    }
    for (key, value) in filter.add {
        if !keeps(filter, &document, key) {
            entries.push(document.new_entry(key, value));
        }
    }
    document.with_entries(entries).to_bytes()
}

/// The reference with what was changed in the file.
pub(super) fn back(
    filter: &Filter,
    name: &str,
    native: &[u8],
    reference: &[u8],
) -> Result<Vec<u8>, NotConverted> {
    let file = Document::parse(native);
    let made = Document::parse(&forward(filter, name, reference));
    let before = Document::parse(reference);
    let mut entries = before.entries.clone();
    let position = |entries: &[Entry], key: &Option<String>| entries.iter().position(|it| it.key == *key);
    // Where only the body is another one, nothing else is looked at: keys may be there twice.
    let changed = if file.entries == made.entries { &[] } else { file.entries.as_slice() };
    for entry in changed {
        let was = position(&made.entries, &entry.key).map(|at| &made.entries[at]);
        if was == Some(entry) {
            continue;
        }
        match position(&entries, &entry.key) {
            Some(at) if was.is_some() => entries[at] = entry.clone(),
            Some(_) => return Err(NotConverted::Other(entry.key.clone().unwrap_or_default())),
            // Where it stands in the file when it was taken from the text.
            None if filter.needs_description && entry.key.as_deref() == Some("description") => {
                entries.insert(0, entry.clone());
            }
            None => entries.push(entry.clone()),
        }
    }
    entries.retain(|entry| {
        changed.is_empty()
            || position(&made.entries, &entry.key).is_none()
            || position(&file.entries, &entry.key).is_some()
    });
    let mut result = before.clone();
    result.body.clone_from(&file.body);
    // Front matter without any key stays too.
    let result = if entries == before.entries { result } else { result.with_entries(entries) }.to_bytes();
    if forward(filter, name, &result) == native {
        return Ok(result);
    }
    // A description that was taken from the text stays when the text is another one.
    if let Some(description) = file.entry("description").filter(|_| filter.needs_description) {
        let mut entries = Document::parse(&result).entries;
        entries.insert(0, description.clone());
        let said = Document::parse(&result).with_entries(entries).to_bytes();
        if forward(filter, name, &said) == native {
            return Ok(said);
        }
    }
    let result = Document::parse(&result);
    let strange = file.entries.iter().filter_map(|entry| entry.key.as_ref());
    let mut strange = strange.filter(|key| made.entry(key).is_none() && !keeps(filter, &result, key));
    Err(strange.next().map_or(NotConverted::NotHeld, |key| NotConverted::NoPlace(key.clone())))
}

/// Whether the harness gets an entry of the document as it is.
fn keeps(filter: &Filter, document: &Document, key: &str) -> bool {
    let has = filter.keep.contains(&key) && document.entry(key).is_some();
    has && (key != "model" || knows_model(filter.models, &document.value("model").unwrap_or_default()))
}

/// Whether the name of a model means something to a harness.
pub(super) fn knows_model(models: Models, model: &str) -> bool {
    let of_claude = ["sonnet", "opus", "haiku", "inherit", "opusplan", "default"].contains(&model)
        || model.starts_with("claude-");
    match models {
        Models::Any => true,
        Models::Others => !of_claude && !model.is_empty(),
        Models::WithProvider => model.contains('/'),
    }
}

/// What stands for a description that is not there: the first line that says something.
fn first_words(body: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(body);
    let lines = text.lines().map(|line| line.trim_start_matches(['#', ' ', '\t', '>', '*', '-']).trim_end());
    let first = lines.filter(|line| line.chars().any(char::is_alphanumeric)).map(str::to_owned).next();
    let shown: String = first.unwrap_or_else(|| name.to_owned()).chars().take(200).collect();
    shown.trim_end().to_owned()
}
