//! What a collection calls its commits: the version of artifacts that name none themselves.

use crate::git::Repository;
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::cell::OnceCell;
use std::collections::HashMap;

/// The tags of a collection by commit, read when they are first asked for.
#[derive(Debug, Default)]
pub struct Tags(OnceCell<HashMap<ObjectId, String>>);

impl Tags {
    /// The tag of a commit, the highest version of several.
    pub fn at(&self, repository: &Repository, commit: ObjectId) -> Option<String> {
        self.0.get_or_init(|| read(repository)).get(&commit).cloned()
    }
}

/// Every tag. Where git cannot say, there are none: they are only shown.
fn read(repository: &Repository) -> HashMap<ObjectId, String> {
    let format = "--format=%(objectname) %(*objectname) %(refname:lstrip=2)";
    let call = repository.call().args(["for-each-ref", "--sort=version:refname", format, "refs/tags"]);
    let Ok(output) = call.run() else { return HashMap::new() };
    let tag = |line: &[u8]| {
        let mut fields = line.splitn(3, |byte| *byte == b' ');
        let (own, peeled, name) = (fields.next()?, fields.next()?, fields.next()?);
        let id = ObjectId::from_hex(if peeled.is_empty() { own } else { peeled }).ok()?;
        Some((repository.here(id), name.to_str_lossy().into_owned()))
    };
    output.split(|byte| *byte == b'\n').filter_map(tag).collect()
}
