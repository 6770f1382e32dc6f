//! The walk over an artifact's trees.

use super::{
    Checked, Reason, Unsafe,
    limits::{MAX_TARGET, MAX_TREE, Tally, check_path},
    link::check_target,
    name::{check_name, fold},
};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::objs::{Find, FindHeader, Kind, TreeRefIter, tree::EntryKind, tree::EntryMode, tree::EntryRef};
use std::collections::HashMap;

/// Check everything an artifact consists of, reading trees, links and sizes only.
///
/// # Errors
///
/// The first entry that breaks a rule, or whose object cannot be read.
pub fn check(objects: &(impl Find + FindHeader), content: Content) -> Result<Checked, Unsafe> {
    let mut walk = Walk { objects, tally: Tally::default(), folders: Vec::new() };
    if content.is_folder() {
        walk.folders.push(Folder { path: BString::default(), id: content.id, depth: 0 });
    } else {
        // An artifact that is a link has no inside its target could be in.
        let file = if content.mode.is_link() {
            Err(Reason::LinkOutside)
        } else {
            walk.file(content.mode, content.id, 0)
        };
        file.map_err(at(&BString::default()))?;
    }
    while let Some(folder) = walk.folders.pop() {
        walk.folder(&folder)?;
    }
    Ok(walk.tally.checked)
}

/// A folder that was counted and is still to be walked.
struct Folder {
    path: BString,
    id: ObjectId,
    /// How many folders it is below the artifact's root.
    depth: usize,
}

/// One walk: a list of folders instead of recursion, so that one tree is in memory at a time.
struct Walk<'a, T> {
    objects: &'a T,
    tally: Tally,
    folders: Vec<Folder>,
}

impl<T: Find + FindHeader> Walk<'_, T> {
    /// Check all entries of a folder and list its folders.
    fn folder(&mut self, folder: &Folder) -> Result<(), Unsafe> {
        let mut buffer = Vec::new();
        let here = at(&folder.path);
        self.sized(folder.id, Kind::Tree, MAX_TREE, Reason::TreeTooBig).map_err(&here)?;
        let data = self.read(folder.id, &mut buffer).map_err(&here)?;
        let mut seen = Seen::default();
        for entry in TreeRefIter::from_bytes(data, folder.id.kind()) {
            let entry = entry.map_err(|_| here(Reason::Malformed(folder.id)))?;
            let path = join(&folder.path, entry.filename);
            self.entry(&entry, &path, folder.depth, &mut seen).map_err(at(&path))?;
        }
        if seen.is_repository() { Err(here(Reason::Repository)) } else { Ok(()) }
    }

    /// Check one entry: first its name, then its place, then what it is.
    fn entry<'t>(
        &mut self,
        entry: &EntryRef<'t>,
        path: &BString,
        depth: usize,
        seen: &mut Seen<'t>,
    ) -> Result<(), Reason> {
        check_name(entry.filename).map_err(Reason::Name)?;
        check_path(path)?;
        seen.add(entry)?;
        if entry.mode.is_tree() {
            self.tally.add_folder()?;
            self.folders.push(Folder { path: path.clone(), id: entry.oid.to_owned(), depth: depth + 1 });
            return Ok(());
        }
        // As git reads it on a file system that ignores case.
        self.tally.checked.gitattributes |= entry.filename.eq_ignore_ascii_case(b".gitattributes");
        self.file(entry.mode, entry.oid.to_owned(), depth)
    }

    /// Check a file or link that stands `depth` folders below the artifact's root.
    fn file(&mut self, mode: EntryMode, id: ObjectId, depth: usize) -> Result<(), Reason> {
        const FILE: u16 = EntryKind::Blob as u16;
        const EXECUTABLE: u16 = EntryKind::BlobExecutable as u16;
        const LINK: u16 = EntryKind::Link as u16;
        const SUBMODULE: u16 = EntryKind::Commit as u16;
        match mode.value() {
            FILE | EXECUTABLE | LINK => {}
            SUBMODULE => return Err(Reason::Submodule),
            other => return Err(Reason::Mode(other)),
        }
        self.tally.add_file(mode.value() == EXECUTABLE)?;
        let (limit, too_big) = match mode.value() {
            LINK => (MAX_TARGET, Reason::LinkMalformed),
            _ => (u64::MAX, Reason::TooManyBytes),
        };
        let size = self.sized(id, Kind::Blob, limit, too_big)?;
        self.tally.add_bytes(size)?;
        if mode.value() == LINK {
            check_target(self.read(id, &mut Vec::new())?, depth)?;
        }
        Ok(())
    }

    /// The size of an object that must be of this kind and within the limit, without inflating it.
    fn sized(&self, id: ObjectId, kind: Kind, limit: u64, too_big: Reason) -> Result<u64, Reason> {
        let header = self.objects.try_header(&id).map_err(|error| Reason::Read(id, error))?;
        match header {
            None => Err(Reason::Missing(id)),
            Some(header) if header.kind != kind => Err(Reason::WrongKind(id)),
            Some(header) if header.size > limit => Err(too_big),
            Some(header) => Ok(header.size),
        }
    }

    /// The bytes of an object whose size was checked.
    fn read<'b>(&self, id: ObjectId, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], Reason> {
        match self.objects.try_find(&id, buffer) {
            Ok(Some(data)) => Ok(data.data),
            Ok(None) => Err(Reason::Missing(id)),
            Err(error) => Err(Reason::Read(id, error)),
        }
    }
}

/// The entries of one folder that were met.
#[derive(Default)]
struct Seen<'t> {
    last: Option<EntryRef<'t>>,
    /// Folded name → entry, to find names that only some file systems tell apart.
    folded: HashMap<String, EntryRef<'t>>,
}

impl<'t> Seen<'t> {
    /// Take in the next entry.
    fn add(&mut self, entry: &EntryRef<'t>) -> Result<(), Reason> {
        if let Some(other) = self.folded.insert(fold(&entry.filename.to_str_lossy()), *entry) {
            return Err(Reason::Clash(other.filename.to_owned()));
        }
        if self.last.is_some_and(|last| last >= *entry) {
            return Err(Reason::Unsorted);
        }
        self.last = Some(*entry);
        Ok(())
    }

    /// Whether git would take the folder for a (bare) repository.
    fn is_repository(&self) -> bool {
        let folder = |name: &str| self.folded.get(name).is_some_and(|entry| !entry.mode.is_blob());
        self.folded.contains_key("head") && folder("objects") && folder("refs")
    }
}

/// The path of an entry of this folder.
fn join(folder: &BString, name: &[u8]) -> BString {
    let mut path = folder.clone();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// Adds the entry's path to a reason.
fn at(entry: &BString) -> impl Fn(Reason) -> Unsafe {
    let entry = entry.clone();
    move |reason| Unsafe { entry: entry.clone(), reason }
}
