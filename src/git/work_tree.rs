//! The work tree: what stands at a path, in the form git would store it.

mod placed;

use super::index::{Index, content_of};
use super::{GitError, Repository};
use crate::merge::{self, ObjectSource};
use crate::model::pending::Entry;
use crate::model::{content::Content, path::RepoPath};
use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::Entry as IndexEntry;
use gix::index::entry::{Flags, Mode, Stat};
use gix::index::fs::Metadata;
use gix::objs::{Kind, tree::EntryKind};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// As many files are worth a thread.
const PARALLEL: usize = 512;

/// The disk has no use for more threads.
const MOST_THREADS: usize = 8;

/// Reads tracked files, and those that an operation placed, trusting the index's stat data as git does.
///
/// Untracked files are no part of an artifact; a tracked file that is missing is deleted, unless
/// a sparse checkout left it out.
pub struct WorkTree<'r> {
    repository: &'r Repository,
    index: &'r Index,
    look: Look<'r>,
    /// The pending entries that placed files in the work tree alone.
    placed: Vec<Entry>,
    filter: RefCell<Option<gix::filter::Pipeline<'r>>>,
    /// Whether files are as they are staged, by their place in the index: answers to be used once.
    looked: RefCell<Vec<Option<bool>>>,
}

/// What it takes to compare files with the index, for several threads.
#[derive(Clone, Copy)]
struct Look<'r> {
    file: &'r gix::index::File,
    root: &'r Path,
    stat_options: gix::index::entry::stat::Options,
    trust_mode: bool,
    /// Whether links are links, and not text files that name their targets.
    links: bool,
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
        let look = Look {
            file: &index.file,
            root: repository.root()?,
            stat_options: gix.stat_options().map_err(failed)?,
            trust_mode: gix.config_snapshot().boolean("core.fileMode").unwrap_or(true),
            links: gix.config_snapshot().boolean("core.symlinks").unwrap_or(true),
        };
        let placed = placed::read(repository);
        Ok(Self { repository, index, look, placed, filter: RefCell::default(), looked: RefCell::default() })
    }

    /// Look at the files of many paths at once.
    pub fn prepare<'p>(&self, paths: impl IntoIterator<Item = &'p RepoPath>) {
        let ranges = paths.into_iter().map(|path| self.index.range(path));
        let wanted: Vec<usize> = ranges.flat_map(Range::into_iter).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let portion = wanted.len().div_ceil(threads).max(PARALLEL);
        let look = self.look;
        let answers: Vec<Vec<bool>> = std::thread::scope(|scope| {
            let mut portions = wanted.chunks(portion);
            let own = portions.next().unwrap_or_default();
            let others: Vec<_> =
                portions.map(|portion| scope.spawn(move || look.are_as_staged(portion))).collect();
            let mut answers = vec![look.are_as_staged(own)];
            // Without another thread's answers its files are looked at one by one later.
            answers.extend(others.into_iter().map(|other| other.join().unwrap_or_default()));
            answers
        });
        let mut looked = self.looked.borrow_mut();
        looked.resize(self.look.file.entries().len(), None);
        for (portion, answers) in wanted.chunks(portion).zip(answers) {
            for (at, answer) in portion.iter().zip(answers) {
                looked[*at] = Some(answer);
            }
        }
    }

    fn is_as_staged(&self, at: usize) -> bool {
        let known = self.looked.borrow_mut().get_mut(at).and_then(Option::take);
        known.unwrap_or_else(|| self.look.is_as_staged(at, &mut PathBuf::new()))
    }

    fn absolute(&self, at: usize) -> PathBuf {
        self.look.root.join(native(self.look.file.entry(at).path(self.look.file)))
    }

    /// What stands at a path, tracked files only.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, converted or kept.
    pub fn content(&self, objects: &dyn ObjectSource, path: &RepoPath) -> Result<Option<Content>, GitError> {
        let mut files: Vec<(BString, Content)> = Vec::new();
        let range = self.index.range(path);
        if !range.is_empty() && range.clone().all(|at| self.is_as_staged(at)) {
            let tracked = self.index.content(objects, path)?;
            let files = || self.index.lines(path).into_iter().map(|line| (line.path, line.content)).collect();
            return self.with_placed(objects, path, tracked, files);
        }
        for at in range {
            let name = self.index.file.entry(at).path(&self.index.file).to_owned();
            if files.last().is_some_and(|(last, _)| *last == name) {
                continue;
            }
            if let Some(content) = self.file(objects, at)? {
                files.push((name, content));
            }
        }
        let tracked = content_of(objects, path, &files)?;
        self.with_placed(objects, path, tracked, || files)
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
        let mut tracked: HashSet<BString> = self.index.range(path).map(name_of).collect();
        if self.has_placed(path)
            && let Some(content) = self.content(objects, path)?
        {
            // What was placed and counts is no stranger.
            let files = merge::files(objects, content, path);
            tracked.extend(files.into_iter().flatten().map(|(name, _)| name));
        }
        let mut found = Vec::new();
        for (end, _) in path.as_str().match_indices('/') {
            let above = BString::from(&path.as_str()[..end]);
            let full = self.look.root.join(native(above.as_bstr()));
            let Ok(metadata) = Metadata::from_path_no_follow(&full) else { break };
            if !metadata.is_dir() {
                let mode = self.mode(Mode::FILE, &metadata);
                let content = self.keep(objects, &above, &full, mode)?;
                return Ok(vec![(above, content)]);
            }
        }
        let mut folders = vec![BString::from(path.as_str())];
        while let Some(name) = folders.pop() {
            let full = self.look.root.join(native(name.as_bstr()));
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
        let metadata = Metadata::from_path_no_follow(&self.absolute(at)).ok();
        let Some(metadata) = metadata.filter(|metadata| !metadata.is_dir()) else {
            return Ok(staged.filter(|_| entry.flags.contains(Flags::SKIP_WORKTREE)));
        };
        if self.look.is_unchanged(entry, &metadata) {
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
        let data = match mode {
            EntryKind::Link if path.is_symlink() => read_link(path)?,
            // No filter is for a link, also where it is a text file.
            EntryKind::Link => {
                std::fs::read(path).map_err(|source| GitError::ReadFile { path: path.to_owned(), source })?
            }
            _ => self.stored_form(name.as_bstr(), path)?,
        };
        let id = objects.keep(Kind::Blob, &data).map_err(|source| GitError::KeepObject(Box::new(source)))?;
        Ok(Content { mode: mode.into(), id })
    }

    fn mode(&self, staged: Mode, metadata: &Metadata) -> EntryKind {
        if metadata.is_symlink() || !self.look.links && staged == Mode::SYMLINK {
            EntryKind::Link
        } else if self.look.trust_mode && metadata.is_executable()
            || !self.look.trust_mode && staged == Mode::FILE_EXECUTABLE
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

impl Look<'_> {
    fn are_as_staged(self, entries: &[usize]) -> Vec<bool> {
        let mut path = PathBuf::new();
        entries.iter().map(|at| self.is_as_staged(*at, &mut path)).collect()
    }

    /// Whether a file is as it is staged, told by its stat data; `full` is room for its path.
    fn is_as_staged(self, at: usize, full: &mut PathBuf) -> bool {
        let entry = self.file.entry(at);
        full.clear();
        full.push(self.root);
        full.push(native(entry.path(self.file)));
        match Metadata::from_path_no_follow(full) {
            Ok(metadata) => !metadata.is_dir() && self.is_unchanged(entry, &metadata),
            Err(_) => is_settled(entry) && entry.flags.contains(Flags::SKIP_WORKTREE),
        }
    }

    fn is_unchanged(self, entry: &IndexEntry, metadata: &Metadata) -> bool {
        let Ok(stat) = Stat::from_fs(metadata) else { return false };
        let racy = entry.stat.is_racy(self.file.timestamp(), self.stat_options);
        let same_kind = entry.mode.change_to_match_fs(metadata, self.links, self.trust_mode).is_none();
        is_settled(entry) && same_kind && !racy && entry.stat.matches(&stat, self.stat_options)
    }
}

/// Whether what is staged is one content.
fn is_settled(entry: &IndexEntry) -> bool {
    entry.stage_raw() == 0 && !entry.flags.contains(Flags::INTENT_TO_ADD)
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
pub fn native(path: &BStr) -> Cow<'_, Path> {
    let lossy = || PathBuf::from(path.to_str_lossy().into_owned()).into();
    gix::path::from_bstr(path).unwrap_or_else(|_| lossy())
}
