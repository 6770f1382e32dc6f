//! TOML files with a few lines of text and one long text, which is the body.

use super::{NotConverted, filtered, lines, placeholders};
use crate::model::front_matter::Document;
use crate::model::target::Models;
use toml::{Table, Value};
use toml_writer::{TomlStringBuilder, WriteTomlValue};

/// A form in TOML.
pub(super) struct Form {
    /// The keys that come from the front matter, in order.
    keys: &'static [&'static str],
    /// The key that always needs a value, which is the artifact's name without one.
    needs_name: bool,
    /// The keys that have to be there, empty if need be.
    needs: &'static [&'static str],
    /// The key of the body.
    body: &'static str,
    /// A line of the body in this form, and back.
    words: [fn(&str) -> String; 2],
}

/// Commands of Gemini CLI.
pub(super) const GEMINI: Form = Form {
    keys: &["description"],
    needs_name: false,
    needs: &[],
    body: "prompt",
    words: [placeholders::to_gemini, placeholders::from_gemini],
};

/// Agents of Codex.
pub(super) const CODEX: Form = Form {
    keys: &["name", "description", "model"],
    needs_name: true,
    needs: &["description"],
    body: "developer_instructions",
    words: [str::to_owned, str::to_owned],
};

impl Form {
    pub(super) fn forward(&self, name: &str, original: &[u8]) -> Result<Vec<u8>, NotConverted> {
        let document = Document::parse(original);
        let mut text = String::new();
        for key in self.keys {
            if let Some(value) = self.value(&document, key, name) {
                text += &format!("{key} = {}\n", written(&TomlStringBuilder::new(&value).as_basic())?);
            }
        }
        let body = self.native(std::str::from_utf8(&document.body).map_err(|_| NotConverted::NotText)?);
        let builder = TomlStringBuilder::new(&body);
        let long = builder.as_ml_literal().unwrap_or_else(|| builder.as_ml_basic());
        text += &format!("{} = {}\n", self.body, written(&long)?);
        Ok(text.into_bytes())
    }

    pub(super) fn back(&self, name: &str, native: &[u8], reference: &[u8]) -> Result<Vec<u8>, NotConverted> {
        let table = parse(native)?;
        let before = Document::parse(reference);
        let known = |key: &&String| *key == self.body || self.keys.contains(&key.as_str());
        if let Some(strange) = table.keys().find(|key| !known(key)) {
            return Err(NotConverted::NoPlace(strange.clone()));
        }
        let mut document = before.clone();
        for key in self.keys {
            let now = text_at(&table, key)?;
            let was = self.value(&before, key, name);
            if now != was.as_deref() {
                if was.is_none() && before.entry(key).is_some() {
                    return Err(NotConverted::Other((*key).to_owned()));
                }
                document = document.with_value(key, now);
            }
        }
        let body = text_at(&table, self.body)?.ok_or(NotConverted::Missing(self.body))?;
        let original = std::str::from_utf8(&before.body).map_err(|_| NotConverted::NotText)?;
        document.body = lines::put(original, &self.native(original), body, self.words[1]).into_bytes();
        let result = document.to_bytes();
        // How it is written down may differ: what it says may not.
        if parse(&self.forward(name, &result)?)? == table { Ok(result) } else { Err(NotConverted::NotHeld) }
    }

    /// What the file has for a key of the front matter.
    fn value(&self, document: &Document, key: &str, name: &str) -> Option<String> {
        let value = document.value(key);
        match key {
            "model" => value.filter(|model| filtered::knows_model(Models::Others, model)),
            "name" if self.needs_name => Some(value.unwrap_or_else(|| name.to_owned())),
            _ if self.needs.contains(&key) => Some(value.unwrap_or_default()),
            _ => value,
        }
    }

    /// The body, line by line.
    fn native(&self, body: &str) -> String {
        body.split_inclusive('\n').map(self.words[0]).collect()
    }
}

fn written(value: &impl WriteTomlValue) -> Result<String, NotConverted> {
    let mut text = String::new();
    // Writing to a String cannot fail.
    value.write_toml_value(&mut text).map_err(|_| NotConverted::NotText)?;
    Ok(text)
}

fn parse(bytes: &[u8]) -> Result<Table, NotConverted> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotConverted::NotText)?;
    text.parse::<Table>().map_err(|error| NotConverted::NotToml(error.message().to_owned()))
}

fn text_at<'t>(table: &'t Table, key: &str) -> Result<Option<&'t str>, NotConverted> {
    match table.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(NotConverted::NoPlace(key.to_owned())),
    }
}
