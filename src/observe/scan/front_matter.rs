//! What an artifact says of itself in its front matter.

use super::outcome::Offered;
use crate::model::content::Content;
use crate::model::front_matter;
use gix::objs::{Find, Kind, TreeRefIter};

/// What an artifact says of itself; no key, only for display.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// The `name`; the artifact's real name is that of its folder or file.
    pub name: Option<String>,
    /// The `description`.
    pub description: Option<String>,
    /// The `version`, else `metadata.version`, as written.
    pub version: Option<String>,
}

/// Reads what an artifact says of itself; empty where nothing can be read.
pub fn describe(objects: &impl Find, artifact: &Offered) -> Description {
    let mut buffer = Vec::new();
    match objects.try_find(&artifact.entry, &mut buffer) {
        Ok(Some(data)) if data.kind == Kind::Blob => read(data.data),
        _ => Description::default(),
    }
}

/// The version that the front matter of a skill's folder, or of a file, names.
pub fn version_of(objects: &(impl Find + ?Sized), content: Content) -> Option<String> {
    let mut buffer = Vec::new();
    let mut entry = content.id;
    if content.is_folder() {
        let data = objects.try_find(&content.id, &mut buffer).ok()??;
        let entries = TreeRefIter::from_bytes(data.data, data.object_hash).filter_map(Result::ok);
        let mut named = entries.filter(|entry| entry.filename.eq_ignore_ascii_case(b"SKILL.md"));
        entry = named.next()?.oid.to_owned();
    }
    let data = objects.try_find(&entry, &mut buffer).ok()??;
    if data.kind == Kind::Blob { read(data.data).version } else { None }
}

/// The description in the front matter of `bytes`.
fn read(bytes: &[u8]) -> Description {
    let paths: [&[&str]; 4] = [&["name"], &["description"], &["version"], &["metadata", "version"]];
    let [name, description, version, inner] = front_matter::values(bytes, paths);
    Description { name, description, version: version.or(inner) }
}
