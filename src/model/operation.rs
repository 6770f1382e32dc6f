//! What the operation log says of an operation.

use super::content::Content;
use super::oid;
use super::path::RepoPath;
use super::scan::Scanned;
use gix::ObjectId;
use serde::{Deserialize, Serialize};

/// One path of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationPath {
    /// The artifact, as `type/name`.
    pub artifact: String,
    /// The path.
    pub path: RepoPath,
    /// What became of it.
    pub status: String,
    /// What stood in the work tree before.
    #[serde(with = "oid::content_option")]
    pub before: Option<Content>,
    /// What was put there.
    #[serde(with = "oid::content_option")]
    pub after: Option<Content>,
    /// What was staged before.
    #[serde(with = "oid::content_option")]
    pub index_before: Option<Content>,
    /// What was staged, apart from conflicts.
    #[serde(with = "oid::content_option")]
    pub index_after: Option<Content>,
}

/// An operation, stored as `operation.json` in its commit of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The version of the format.
    pub version: u64,
    /// A ULID.
    pub id: String,
    /// The command, e.g. `pull`.
    pub command: String,
    /// What started it: `command`, or the event of a hook.
    pub trigger: String,
    /// Who, as `Name <mail>`; empty where nobody is configured.
    pub who: String,
    /// The git directory of the work tree.
    pub work_tree: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// HEAD at that time.
    #[serde(with = "oid::hex_option")]
    pub head: Option<ObjectId>,
    /// The branch.
    pub branch: Option<String>,
    /// The message that was left for the commit to come.
    #[serde(default)]
    pub message: String,
    /// The paths.
    pub paths: Vec<OperationPath>,
    /// The commit that was made elsewhere, e.g. by a push.
    #[serde(default, with = "oid::hex_option")]
    pub pushed: Option<ObjectId>,
    /// The operations that this one took back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undoes: Vec<String>,
    /// What the scan of what was handed on came to; none where nothing was looked at or found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scanned>,
    /// How it ended; none as long as it has not.
    #[serde(default)]
    pub result: Option<String>,
}

impl Operation {
    /// What its commit in the log says: the subject, a line per path, and who did it how.
    pub fn message_of_commit(&self) -> String {
        let mut text = self.subject() + "\n\n";
        for path in &self.paths {
            text += &format!("{}  {}  {}\n", path.artifact, path.status, path.path);
        }
        if !self.paths.is_empty() {
            text.push('\n');
        }
        text += &format!("Operation: {}\nTrigger: {}\n", self.id, self.trigger);
        for (name, value) in [("Who", &self.who), ("Work-tree", &self.work_tree)] {
            if !value.is_empty() {
                text += &format!("{name}: {value}\n");
            }
        }
        text
    }

    /// One line for people: the commit's subject.
    pub fn subject(&self) -> String {
        let names: Vec<&str> = self.paths.iter().map(|path| path.artifact.as_str()).collect();
        let what = match names.as_slice() {
            [] => String::new(),
            [one] => format!(" {one}"),
            [first, rest @ ..] => format!(" {first} and {} more", rest.len()),
        };
        let result = self.result.as_ref().map(|result| format!(": {result}")).unwrap_or_default();
        format!("{}{what}{result}", self.command)
    }
}
