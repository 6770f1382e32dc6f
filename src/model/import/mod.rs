//! What other tools wrote down about the artifacts they placed, read into hints.
//!
//! One file per format, each a pure function from text to hints. A hint is a claim: it is used
//! only where it leads to an object in a configured collection, and never fetched from.

pub mod address;
mod apm;
mod document;
mod fields;
mod front_matter;
mod harness_sync;
mod hashes;
mod place;
mod skillmeat;
#[cfg(test)]
mod tests;
mod vercel;

pub use fields::Unfit;
pub use hashes::File;

use super::artifact::ArtifactName;
use super::path::RepoPath;
use gix::ObjectId;
use std::collections::BTreeMap;

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 8 * 1024 * 1024;

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// SkillMeat's `.skillmeat-deployed.toml`, one per profile root.
    SkillMeat,
    /// `skills-lock.json` of the `skills` program, version 1.
    SkillsLock,
    /// The user-wide `.skill-lock.json` of the `skills` program and of `gh skill`, version 3.
    GlobalLock,
    /// `apm.lock.yaml`, versions 1 and 2.
    Apm,
    /// What `gh skill` writes into the front matter of a `SKILL.md`.
    GhSkill,
    /// HarnessSync's `state.json`, versions 1 and 2.
    HarnessSync,
    /// The `sync-state.json` of cc2all, which came before HarnessSync.
    Cc2all,
}

impl Format {
    /// The format of a file, by its name.
    pub fn of(file_name: &str) -> Option<Self> {
        Some(match file_name {
            ".skillmeat-deployed.toml" => Self::SkillMeat,
            "skills-lock.json" => Self::SkillsLock,
            ".skill-lock.json" => Self::GlobalLock,
            "apm.lock.yaml" => Self::Apm,
            "SKILL.md" => Self::GhSkill,
            "state.json" => Self::HarnessSync,
            "sync-state.json" => Self::Cc2all,
            _ => return None,
        })
    }

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SkillMeat => "skillmeat",
            Self::SkillsLock => "skills-lock",
            Self::GlobalLock => "skill-lock",
            Self::Apm => "apm",
            Self::GhSkill => "gh-skill",
            Self::HarnessSync => "harness-sync",
            Self::Cc2all => "cc2all",
        }
    }
}

/// Where the file stands, as far as what it says depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The folder of the file inside the project; none if it stands elsewhere.
    pub folder: Option<&'a RepoPath>,
    /// The name of that folder.
    pub folder_name: &'a str,
    /// The absolute path of the project, with `/` between components; several if links lead there.
    pub projects: &'a [String],
}

/// A SHA-256 that a tool took of what it placed, each in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hash {
    /// SkillMeat: the bytes of a file; of a folder each file's path and bytes, in the order of the
    /// paths' components.
    SkillMeat(String),
    /// The `skills` program: each file's path and bytes, in the order of JavaScript's `localeCompare`.
    Skills(String),
    /// One hash per file, by its path inside the artifact (empty for an artifact of one file).
    Files {
        /// The hashes.
        files: BTreeMap<String, String>,
        /// Whether text was hashed with plain line ends.
        plain_line_ends: bool,
    },
}

/// What one entry of a file says about one artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where in the file it stands, e.g. `skills.pdf`.
    pub entry: String,
    /// The artifact, under the name that its source has for it.
    pub artifact: ArtifactName,
    /// Where it was placed in the project; none: wherever a target has one of this name.
    pub place: Option<RepoPath>,
    /// The repository it came from, as it was written down.
    pub repository: Option<String>,
    /// The ref it came from.
    pub reference: Option<String>,
    /// The commit it came from.
    pub commit: Option<ObjectId>,
    /// The id of its tree or blob.
    pub object: Option<ObjectId>,
    /// Its path in that repository.
    pub source: Option<RepoPath>,
    /// Its hashes, the better one first.
    pub hashes: Vec<Hash>,
    /// The version it had.
    pub version: Option<String>,
    /// The ref that the user asked to stay at.
    pub pin: Option<String>,
}

impl Hint {
    /// A hint that says nothing yet but what it is about.
    fn about(entry: String, artifact: ArtifactName, place: Option<RepoPath>) -> Self {
        Self {
            entry,
            artifact,
            place,
            repository: None,
            reference: None,
            commit: None,
            object: None,
            source: None,
            hashes: Vec::new(),
            version: None,
            pin: None,
        }
    }
}

/// An entry that was passed over while the others were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where in the file it stands.
    pub entry: String,
    /// Why.
    pub reason: Unfit,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The entries that could be read.
    pub hints: Vec<Hint>,
    /// Those that could not.
    pub refused: Vec<Refused>,
}

impl Parsed {
    fn add(&mut self, entry: &str, read: Result<Hint, Unfit>) {
        match read {
            Ok(hint) => self.hints.push(hint),
            Err(reason) => self.refused.push(Refused { entry: entry.to_owned(), reason }),
        }
    }
}

/// Why nothing of a file can be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Larger than [`MAX_FILE`].
    #[error("it has {0} bytes, more than {MAX_FILE}")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("it is no UTF-8 text")]
    NotText,
    /// A merge has left markers in it.
    #[error("line {0} is a conflict marker; finish that merge first")]
    Unmerged(usize),
    /// Not JSON, or a doubled key.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Not TOML.
    #[error("{}", .0.to_string().trim_end())]
    Toml(#[from] toml::de::Error),
    /// Not YAML.
    #[error("{0}")]
    Yaml(#[from] saphyr_parser::ScanError),
    /// YAML beyond what such a file needs.
    #[error("line {line} {what}")]
    OddYaml {
        /// The line, from 1.
        line: usize,
        /// What is odd about it.
        what: &'static str,
    },
    /// A version that this program does not know.
    #[error("its version is {found}; known are {known}")]
    Version {
        /// The version.
        found: String,
        /// The known ones.
        known: &'static str,
    },
    /// Another kind of document.
    #[error("{0}")]
    Shape(#[from] Unfit),
}

/// Read a file's bytes.
///
/// # Errors
///
/// When nothing of it can be used. A single entry that cannot be used is returned beside the others.
pub fn parse(format: Format, bytes: &[u8], context: Context<'_>) -> Result<Parsed, ImportError> {
    if bytes.len() > MAX_FILE {
        return Err(ImportError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if format != Format::GhSkill {
        refuse_markers(text)?;
    }
    match format {
        Format::SkillMeat => skillmeat::read(&document::toml(text)?, context),
        Format::SkillsLock => vercel::read_local(&document::json(text)?),
        Format::GlobalLock => vercel::read_global(&document::json(text)?),
        Format::Apm => apm::read(&document::yaml(text)?),
        Format::GhSkill => front_matter::read(text, context),
        Format::HarnessSync => harness_sync::read(&document::json(text)?, context),
        Format::Cc2all => harness_sync::read_cc2all(&document::json(text)?, context),
    }
}

/// With two sides in one file none of them can be believed: which one was placed is not known.
fn refuse_markers(text: &str) -> Result<(), ImportError> {
    let is_marker = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    match text.lines().position(is_marker) {
        Some(at) => Err(ImportError::Unmerged(at + 1)),
        None => Ok(()),
    }
}
