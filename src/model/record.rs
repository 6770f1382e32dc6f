//! What is known of one deployed path: the artifact, where it came from, and its base.

use super::artifact::{ArtifactName, ArtifactType};
use super::content::Content;
use super::path::RepoPath;
use super::target::Form;
use super::{oid, strict};
use gix::ObjectId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest line that is read as a record, in bytes.
pub const MAX_LINE: usize = 64 * 1024;

/// The key of a record that was carried.
const CARRIED: &str = "carried";

/// Which collection an artifact came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The collection's root commit: its identity, whatever it is called and wherever it moves.
    #[serde(with = "oid::hex")]
    pub id: ObjectId,
    /// The name it was configured under.
    pub name: String,
    /// Its URL without credentials; a collection on disk has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How a path was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The files themselves.
    Copy,
    /// A link to another placement.
    Symlink,
    /// Files in the harness's form, made of the artifact.
    Generated,
}

impl Method {
    /// The word used in records, options and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Symlink => "symlink",
            Self::Generated => "generated",
        }
    }

    /// How files come to stand at a place.
    pub fn of(form: Form<'_>) -> Self {
        if form.is_generated() { Self::Generated } else { Self::Copy }
    }
}

/// The record of one deployed path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The id of the path in the noted commit; a note on the wrong commit does not fit it.
    #[serde(with = "oid::hex_option", default)]
    pub at: Option<ObjectId>,
    /// The id of the version that project and collection last had in common.
    #[serde(with = "oid::hex")]
    pub base: ObjectId,
    /// The collection.
    pub collection: Origin,
    /// A commit of the collection in which the base stands at `source`.
    #[serde(with = "oid::hex")]
    pub commit: ObjectId,
    /// When it was placed or last updated, RFC 3339 in UTC.
    pub deployed_at: String,
    /// How it was placed.
    pub method: Method,
    /// 1 + the highest number among this path's records; it only breaks ties.
    pub n: u64,
    /// The artifact's name without its type.
    pub name: String,
    /// Files of the base that were never placed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<String>,
    /// The deployed path: the record's key.
    pub path: RepoPath,
    /// The ref the artifact is pinned to; null follows the tip.
    pub pin: Option<String>,
    /// The digest of the base's content.
    pub sha256: String,
    /// The artifact's path in the collection.
    pub source: RepoPath,
    /// The target the path belongs to.
    pub target: String,
    /// The artifact's type.
    #[serde(rename = "type")]
    pub kind: ArtifactType,
    /// What the version was called then: by its front matter, its plugin, a tag, or the commit that brought it.
    pub version: Option<String>,
    /// Keys that a newer program wrote.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl Record {
    /// The artifact's full name.
    pub fn artifact(&self) -> ArtifactName {
        ArtifactName::new(self.kind, self.name.clone())
    }

    /// Whether it was carried to a commit that did not make it.
    ///
    /// It bears witness of a content (`at`) wherever that comes to stand, and is no effective record:
    /// *advance* has to see what came after the commit that the base was taken in with.
    pub fn is_carried(&self) -> bool {
        self.extra.get(CARRIED) == Some(&Value::Bool(true))
    }

    /// The same record for another content, of which it bears witness.
    ///
    /// Its number is 0: a record that was made on the commit always wins over it.
    pub fn carried_to(&self, at: ObjectId) -> Self {
        let mut carried = Self { at: Some(at), n: 0, ..self.clone() };
        carried.extra.insert(CARRIED.to_owned(), Value::Bool(true));
        carried
    }

    /// What a carried record was copied from, as far as it is known: the beginning of a record of its own.
    pub fn uncarried(mut self) -> Self {
        self.extra.remove(CARRIED);
        self
    }

    /// The base as a content; a file's executable bit is not recorded and taken as unset.
    pub fn base_content(&self) -> Content {
        match self.kind {
            ArtifactType::Skill => Content::folder(self.base),
            ArtifactType::Command | ArtifactType::Agent => Content::file(self.base),
        }
    }
}

/// What a line of a note says of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The path is deployed, with this record.
    Deployed(Box<Record>),
    /// The path was removed.
    Removed(Tombstone),
}

/// The record of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// As in [`Record::at`]; only where the files stay.
    #[serde(with = "oid::hex_option", default, skip_serializing_if = "Option::is_none")]
    pub at: Option<ObjectId>,
    /// Whether the files stay and are only let go: then it counts where the path is present.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// As in [`Record::n`].
    pub n: u64,
    /// The path that was removed.
    pub path: RepoPath,
    /// Always true.
    removed: bool,
    /// Keys that a newer program wrote.
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

impl Tombstone {
    /// The removal of `path`.
    pub fn new(path: RepoPath, n: u64) -> Self {
        Self { at: None, kept: false, n, path, removed: true, extra: BTreeMap::new() }
    }

    /// The files at `path` stay; they are not deployed any more.
    pub fn keeping_files(path: RepoPath, n: u64) -> Self {
        Self { kept: true, ..Self::new(path, n) }
    }
}

/// Why a line is no fact.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Not JSON, or a doubled key, or a field that does not fit.
    #[error("{0}")]
    Malformed(#[from] serde_json::Error),
    /// Longer than [`MAX_LINE`].
    #[error("the line has {0} bytes, more than 65536")]
    TooLong(usize),
}

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A fact this program understands.
    Known(Fact),
    /// A line of an unknown version, kept byte for byte.
    Foreign(String),
}

impl Fact {
    /// The path it is about.
    pub fn path(&self) -> &RepoPath {
        match self {
            Self::Deployed(record) => &record.path,
            Self::Removed(tombstone) => &tombstone.path,
        }
    }

    /// The number that breaks ties.
    pub fn n(&self) -> u64 {
        match self {
            Self::Deployed(record) => record.n,
            Self::Removed(tombstone) => tombstone.n,
        }
    }

    /// Whether it says what stands at its path in the noted commit: git may have copied it to a
    /// wrong one.
    pub fn fits(&self, content: Option<ObjectId>) -> bool {
        match self {
            Self::Deployed(record) => content.is_some() && record.at == content,
            Self::Removed(tombstone) if tombstone.kept => content.is_some() && tombstone.at == content,
            Self::Removed(_) => content.is_none(),
        }
    }

    /// The same for the content of another commit.
    pub fn at(mut self, content: Option<ObjectId>) -> Self {
        match &mut self {
            Self::Deployed(record) => record.at = content,
            Self::Removed(tombstone) if tombstone.kept => tombstone.at = content,
            Self::Removed(_) => {}
        }
        self
    }

    /// Whether it lets files go that stay where they are.
    pub fn lets_go(&self) -> bool {
        matches!(self, Self::Removed(tombstone) if tombstone.kept)
    }

    /// Give it a number above `highest`.
    pub fn outnumber(&mut self, highest: u64) {
        let next = highest.saturating_add(1);
        match self {
            Self::Deployed(record) => record.n = record.n.max(next),
            Self::Removed(tombstone) => tombstone.n = tombstone.n.max(next),
        }
    }

    /// The canonical line: no spaces, without the line end.
    pub fn to_line(&self) -> String {
        self.to_json().to_string()
    }

    /// The canonical object: sorted keys.
    pub fn to_json(&self) -> Value {
        let value = match self {
            Self::Deployed(record) => serde_json::to_value(record),
            Self::Removed(tombstone) => serde_json::to_value(tombstone),
        };
        let mut sorted: BTreeMap<String, Value> = match value {
            Ok(Value::Object(map)) => map.into_iter().collect(),
            Ok(_) | Err(_) => BTreeMap::new(),
        };
        sorted.insert("v".into(), 1.into());
        Value::Object(sorted.into_iter().collect())
    }
}

/// Read one line of a note.
///
/// # Errors
///
/// When the line is refused: not JSON, a doubled key, an invalid id or path, or too long.
pub fn parse_line(line: &str) -> Result<Line, LineError> {
    if line.len() > MAX_LINE {
        return Err(LineError::TooLong(line.len()));
    }
    match parse_object(strict::from_str(line)?)? {
        Some(fact) => Ok(Line::Known(fact)),
        None => Ok(Line::Foreign(line.to_owned())),
    }
}

/// Read one record that stands in a document of its own, without doubled keys.
///
/// # Errors
///
/// As for [`parse_line`].
pub fn parse_value(value: Value) -> Result<Line, LineError> {
    let line = value.to_string();
    if line.len() > MAX_LINE {
        return Err(LineError::TooLong(line.len()));
    }
    Ok(parse_object(value)?.map_or(Line::Foreign(line), Line::Known))
}

/// The fact; none where the version is unknown.
fn parse_object(mut value: Value) -> Result<Option<Fact>, LineError> {
    let Some(map) = value.as_object_mut() else {
        return Err(LineError::Malformed(serde::de::Error::custom("not an object")));
    };
    if map.get("v").and_then(Value::as_u64) != Some(1) {
        return Ok(None);
    }
    map.remove("v");
    let fact = if map.get("removed").and_then(Value::as_bool) == Some(true) {
        Fact::Removed(serde_json::from_value(value)?)
    } else {
        Fact::Deployed(Box::new(serde_json::from_value(value)?))
    };
    Ok(Some(fact))
}
