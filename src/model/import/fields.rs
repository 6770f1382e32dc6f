//! Fields of an entry, each read as what it has to be.

use crate::model::path::RepoPath;
use gix::ObjectId;
use serde_json::{Map, Value};

/// Why an entry, or a document, is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A field is not there.
    #[error("'{0}' is missing")]
    Missing(&'static str),
    /// A field of another type.
    #[error("'{key}' is no {what}")]
    NotA {
        /// The field.
        key: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// A field of the right type with a value that cannot be.
    #[error("'{key}' is no {what}: '{value}'")]
    BadValue {
        /// The field.
        key: &'static str,
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
    },
    /// The whole entry or document is no table.
    #[error("is no table of keys and values")]
    NoTable,
    /// Something that is no skill, command or agent.
    #[error("artifacts of type '{0}' are not kept in sync")]
    OtherKind(String),
    /// Nothing in it tells a version.
    #[error("no version is named")]
    NoVersion,
    /// Files are told of that different targets had in different versions.
    #[error("the targets disagree about its files")]
    Disagreement,
}

/// An entry's fields.
pub struct Fields<'v>(&'v Map<String, Value>);

impl<'v> Fields<'v> {
    /// The fields of a table.
    pub fn of(value: &'v Value) -> Result<Self, Unfit> {
        value.as_object().map(Self).ok_or(Unfit::NoTable)
    }

    /// The value of a field; null is none.
    pub fn value(&self, key: &str) -> Option<&'v Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// A text that may be left out; an empty one is none.
    pub fn text(&self, key: &'static str) -> Result<Option<&'v str>, Unfit> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(Unfit::NotA { key, what: "text" }),
        }
    }

    /// A text that has to be there.
    pub fn needed(&self, key: &'static str) -> Result<&'v str, Unfit> {
        self.text(key)?.ok_or(Unfit::Missing(key))
    }

    /// A table; one that is left out is empty.
    pub fn table(&self, key: &'static str) -> Result<impl Iterator<Item = (&'v String, &'v Value)>, Unfit> {
        let table = match self.value(key) {
            None => None,
            Some(Value::Object(table)) => Some(table),
            Some(_) => return Err(Unfit::NotA { key, what: "table" }),
        };
        Ok(table.into_iter().flatten())
    }

    /// A list; one that is left out is empty.
    pub fn list(&self, key: &'static str) -> Result<&'v [Value], Unfit> {
        match self.value(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(Unfit::NotA { key, what: "list" }),
        }
    }

    /// An object id that may be left out.
    pub fn object(&self, key: &'static str) -> Result<Option<ObjectId>, Unfit> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match object_id(text) {
            Some(id) => Ok(Some(id)),
            None => Err(Unfit::BadValue { key, what: "object id", value: text.to_owned() }),
        }
    }

    /// A path inside a repository that may be left out, slashes at its ends cut.
    pub fn path(&self, key: &'static str) -> Result<Option<RepoPath>, Unfit> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        repo_path(key, text).map(Some)
    }

    /// A SHA-256 that may be left out, with or without its prefix.
    pub fn sha256(&self, key: &'static str) -> Result<Option<String>, Unfit> {
        self.text(key)?.map(|text| sha256(key, text)).transpose()
    }
}

/// The object id that a text is in full.
pub fn object_id(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.as_bytes()).ok()
}

/// A path inside a repository, as tools write it.
pub fn repo_path(key: &'static str, text: &str) -> Result<RepoPath, Unfit> {
    let plain = text.replace('\\', "/");
    let plain = plain.strip_prefix("./").unwrap_or(&plain).trim_end_matches('/');
    let plain = if plain.is_empty() { "." } else { plain };
    let bad = |_| Unfit::BadValue { key, what: "path inside a repository", value: text.to_owned() };
    RepoPath::new(plain).map_err(bad)
}

/// A SHA-256 in lower-case hex.
pub fn sha256(key: &'static str, text: &str) -> Result<String, Unfit> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(hex.to_ascii_lowercase());
    }
    Err(Unfit::BadValue { key, what: "SHA-256", value: text.to_owned() })
}
