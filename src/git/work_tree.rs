//! The work tree: what stands at a path, in the form git would store it.

use super::index::{Index, content_of};
use super::{GitError, Repository};
use crate::merge::ObjectSource;
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode, Stat};
use gix::index::fs::Metadata;
use gix::objs::{Kind, tree::EntryKind};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// More files than this are looked at by two threads.
const PARALLEL: usize = 512;

/// Reads tracked files, trusting the index's stat data as git does.
///
/// Untracked files are no part of an artifact; a tracked file that is missing is deleted, unless
/// a sparse checkout left it out.
pub struct WorkTree<'r> {
    repository: &'r Repository,
    index: &'r Index,
    root: PathBuf,
    stat_options: gix::index::entry::stat::Options,
    trust_mode: bool,
    filter: RefCell<Option<gix::filter::Pipeline<'r>>>,
    stats: RefCell<HashMap<usize, Option<Metadata>>>,
}

impl<'r> WorkTree<'r> {
    /// The work tree of a repository, seen through its index.
    ///
    /// # Errors
    ///
    /// In a bare repository, or when its configuration cannot be read.
    pub fn new(repository: &'r Repository, index: &'r Index) -> Result<Self, GitError> {
        let failed = |source| GitError::Config { key: "core".into(), source: Box::new(source) };
        let gix = repository.gix();
        Ok(Self {
            repository,
            index,
            root: repository.root()?.to_owned(),
            stat_options: gix.stat_options().map_err(failed)?,
            trust_mode: gix.config_snapshot().boolean("core.fileMode").unwrap_or(true),
            filter: RefCell::default(),
            stats: RefCell::default(),
        })
    }

    /// Look at the files of many paths at once.
    pub fn prepare<'p>(&self, paths: impl IntoIterator<Item = &'p RepoPath>) {
        let ranges = paths.into_iter().map(|path| self.index.range(path));
        let wanted: Vec<usize> = ranges.flat_map(Range::into_iter).collect();
        let look = |wanted: &[usize]| -> Vec<(usize, Option<Metadata>)> {
            wanted.iter().map(|at| (*at, Metadata::from_path_no_follow(&self.absolute(*at)).ok())).collect()
        };
        let file = &self.index.file;
        let root = &self.root;
        let found = if wanted.len() < PARALLEL {
            look(&wanted)
        } else {
            let (left, right) = wanted.split_at(wanted.len() / 2);
            let stat = |at: usize| {
                let path = root.join(native(file.entry(at).path(file)));
                (at, Metadata::from_path_no_follow(&path).ok())
            };
            std::thread::scope(|scope| {
                let other = scope.spawn(move || right.iter().map(|at| stat(*at)).collect::<Vec<_>>());
                let mut found: Vec<_> = left.iter().map(|at| stat(*at)).collect();
                // Without the other half's answers its files are looked at one by one later.
                found.extend(other.join().unwrap_or_default());
                found
            })
        };
        self.stats.borrow_mut().extend(found);
    }

    fn absolute(&self, at: usize) -> PathBuf {
        let file = &self.index.file;
        self.root.join(native(file.entry(at).path(file)))
    }

    /// What stands at a path, tracked files only.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, converted or kept.
    pub fn content(&self, objects: &dyn ObjectSource, path: &RepoPath) -> Result<Option<Content>, GitError> {
        let mut files: Vec<(BString, Content)> = Vec::new();
        for at in self.index.range(path) {
            let name = self.index.file.entry(at).path(&self.index.file).to_owned();
            if files.last().is_some_and(|(last, _)| *last == name) {
                continue;
            }
            if let Some(content) = self.file(objects, at)? {
                files.push((name, content));
            }
        }
        content_of(objects, path, &files)
    }

    /// The files at and below a path that git does not track, ignored ones too; or what is no folder,
    /// tracked or not, where one is needed above it.
    ///
    /// # Errors
    ///
    /// When a folder or file cannot be read.
    pub fn untracked(
        &self,
        objects: &dyn ObjectSource,
        path: &RepoPath,
    ) -> Result<Vec<(BString, Content)>, GitError> {
        let name_of = |at: usize| self.index.file.entry(at).path(&self.index.file).to_owned();
        let tracked: HashSet<BString> = self.index.range(path).map(name_of).collect();
        let mut found = Vec::new();
        for (end, _) in path.as_str().match_indices('/') {
            let above = BString::from(&path.as_str()[..end]);
            let full = self.root.join(native(above.as_bstr()));
            let Ok(metadata) = Metadata::from_path_no_follow(&full) else { break };
            if !metadata.is_dir() {
                let mode = self.mode(Mode::FILE, &metadata);
                let content = self.keep(objects, &above, &full, mode)?;
                return Ok(vec![(above, content)]);
            }
        }
        let mut folders = vec![BString::from(path.as_str())];
        while let Some(name) = folders.pop() {
            let full = self.root.join(native(name.as_bstr()));
            let unreadable = |source| GitError::ReadFile { path: full.clone(), source };
            let Ok(metadata) = Metadata::from_path_no_follow(&full) else { continue };
            if metadata.is_dir() {
                for entry in std::fs::read_dir(&full).map_err(unreadable)? {
                    let entry = PathBuf::from(entry.map_err(unreadable)?.file_name());
                    let Ok(entry) = gix::path::into_bstr(entry) else { continue };
                    folders.push([name.as_slice(), b"/", &entry].concat().into());
                }
            } else if !tracked.contains(&name) {
                let mode = self.mode(Mode::FILE, &metadata);
                found.push((name.clone(), self.keep(objects, &name, &full, mode)?));
            }
        }
        found.sort();
        Ok(found)
    }

    fn file(&self, objects: &dyn ObjectSource, at: usize) -> Result<Option<Content>, GitError> {
        let entry = self.index.file.entry(at);
        let staged = entry.mode.to_tree_entry_mode().map(|mode| Content { mode, id: entry.id });
        let known = self.stats.borrow_mut().remove(&at);
        let metadata = match known {
            Some(known) => known,
            None => Metadata::from_path_no_follow(&self.absolute(at)).ok(),
        };
        let Some(metadata) = metadata.filter(|metadata| !metadata.is_dir()) else {
            return Ok(staged.filter(|_| entry.flags.contains(Flags::SKIP_WORKTREE)));
        };
        let settled = entry.stage_raw() == 0 && !entry.flags.contains(Flags::INTENT_TO_ADD);
        if settled && self.unchanged(entry, &metadata) {
            return Ok(staged);
        }
        let name = entry.path(&self.index.file).to_owned();
        let path = self.absolute(at);
        let mode = self.mode(entry.mode, &metadata);
        Ok(Some(self.keep(objects, &name, &path, mode)?))
    }

    /// Keep a file in the form git would store it.
    fn keep(
        &self,
        objects: &dyn ObjectSource,
        name: &BString,
        path: &Path,
        mode: EntryKind,
    ) -> Result<Content, GitError> {
        let link = mode == EntryKind::Link;
        let data = if link { read_link(path)? } else { self.stored_form(name.as_bstr(), path)? };
        let id = objects.keep(Kind::Blob, &data).map_err(|source| GitError::KeepObject(Box::new(source)))?;
        Ok(Content { mode: mode.into(), id })
    }

    fn unchanged(&self, entry: &gix::index::Entry, metadata: &Metadata) -> bool {
        let Ok(stat) = Stat::from_fs(metadata) else { return false };
        let racy = entry.stat.is_racy(self.index.file.timestamp(), self.stat_options);
        let same_kind = entry.mode.change_to_match_fs(metadata, true, self.trust_mode).is_none();
        same_kind && !racy && entry.stat.matches(&stat, self.stat_options)
    }

    fn mode(&self, staged: Mode, metadata: &Metadata) -> EntryKind {
        if metadata.is_symlink() {
            EntryKind::Link
        } else if self.trust_mode && metadata.is_executable()
            || !self.trust_mode && staged == Mode::FILE_EXECUTABLE
        {
            EntryKind::BlobExecutable
        } else {
            EntryKind::Blob
        }
    }

    fn stored_form(&self, name: &BStr, path: &Path) -> Result<Vec<u8>, GitError> {
        let unreadable = |source| GitError::ReadFile { path: path.to_owned(), source };
        let failed =
            |source| GitError::Filter { path: name.to_str_lossy().into_owned(), source: Box::new(source) };
        let mut filter = self.filter.borrow_mut();
        let pipeline = match &mut *filter {
            Some(pipeline) => pipeline,
            none => none.insert(self.repository.gix().filter_pipeline(None).map_err(failed)?.0),
        };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let relative = native(name);
        let mut converted = pipeline.convert_to_git(file, &relative, &self.index.file).map_err(failed)?;
        let mut data = Vec::new();
        converted.read_to_end(&mut data).map_err(unreadable)?;
        Ok(data)
    }
}

/// The target of a symbolic link, as git stores it.
///
/// # Errors
///
/// When it cannot be read.
pub fn read_link(path: &Path) -> Result<Vec<u8>, GitError> {
    let target =
        std::fs::read_link(path).map_err(|source| GitError::ReadFile { path: path.to_owned(), source })?;
    let bytes = gix::path::into_bstr(target).map(|target| target.into_owned().into());
    bytes.map_err(|source| GitError::Filter { path: path.display().to_string(), source: Box::new(source) })
}

/// A path of git as a path of this platform.
pub fn native(path: &BStr) -> PathBuf {
    let lossy = || PathBuf::from(path.to_str_lossy().into_owned());
    gix::path::from_bstr(path).map_or_else(|_| lossy(), |path| path.into_owned())
}
