//! A repository: where it is, what is checked out, and the guards before anything is done in it.

use super::GitError;
use super::ancestry::KnownAncestors;
use super::cache::Offers;
use super::folder::Folder;
use super::gate::{self, Deed};
use super::guard;
use super::parameters;
use super::program::{Call, Git};
use super::promisor::Promisor;
use super::refs::{self, RefStore};
use super::translate::Translation;
use super::trees::SeenTrees;
use crate::model::target::Layout;
use crate::model::{content::Content, oid, path::RepoPath};
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An opened repository.
pub struct Repository {
    gix: gix::Repository,
    git: Git,
    ref_store: RefStore,
    seen_trees: SeenTrees,
    known_ancestors: KnownAncestors,
    offers: Offers,
    pub(super) folder: Option<Folder>,
    /// Where the places of harnesses are in it.
    pub(super) layout: Layout,
    translation: Option<Box<Translation>>,
    promisor: Option<Box<Promisor>>,
    pub(super) around: Option<Box<Repository>>,
}

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit; none on an unborn branch.
    pub id: Option<ObjectId>,
    /// The branch's full name; none when HEAD is detached.
    pub branch: Option<String>,
}

/// The repository with what `git -c` said in force; what cannot be read of it is left out.
fn with_parameters(mut gix: gix::Repository) -> gix::Repository {
    let said = std::env::var("GIT_CONFIG_PARAMETERS").ok().and_then(|text| parameters::parse(&text));
    if let Some(settings) = said.filter(|settings| !settings.is_empty()) {
        let mut config = gix.config_snapshot_mut();
        if config.append_config(settings, gix::config::Source::Cli).is_err() {
            config.forget();
        }
    }
    gix
}

impl Repository {
    /// The repository that `folder` is in, found as git finds it, with the environment's say.
    ///
    /// # Errors
    ///
    /// When there is none or a guard refuses it.
    pub fn discover(folder: &Path, git: &Git) -> Result<Self, GitError> {
        match gix::discover_with_environment_overrides(folder) {
            Ok(found) => Self::guard(with_parameters(found), git),
            Err(_) if !folder.ancestors().any(|parent| parent.join(".git").exists()) => {
                match Folder::find(folder) {
                    Some(found) => Self::of_folder(found, git),
                    None => Err(GitError::NotInARepository(folder.to_owned())),
                }
            }
            Err(source) => Err(GitError::Open { path: folder.to_owned(), source: Box::new(source) }),
        }
    }

    /// The repository at `path`, whatever the environment says.
    ///
    /// # Errors
    ///
    /// When there is none or a guard refuses it.
    pub fn open(path: &Path, git: &Git) -> Result<Self, GitError> {
        let found = match gix::open(path) {
            Ok(found) => found,
            Err(_) if !path.join(".git").exists() && !path.join("HEAD").exists() => {
                let folder = Folder::at(path).filter(Folder::is_started);
                let Some(folder) = folder else { return Err(GitError::NotARepository(path.to_owned())) };
                return Self::of_folder(folder, git);
            }
            Err(source) => return Err(GitError::Open { path: path.to_owned(), source: Box::new(source) }),
        };
        Self::guard(guard::with_own_work_tree(found, path)?, git)
    }

    pub(super) fn guard(mut gix: gix::Repository, git: &Git) -> Result<Self, GitError> {
        let path = gix.workdir().unwrap_or(gix.git_dir()).to_owned();
        if gix.git_dir_trust() != gix::sec::Trust::Full {
            return Err(GitError::Untrusted(path));
        }
        let ref_store = guard::known_format(&gix, &path)?;
        // Histories read the same trees many times over.
        gix.object_cache_size_if_unset(8 << 20);
        let promisor = Promisor::of(&gix, git).map(Box::new);
        Ok(Self {
            gix,
            git: git.clone(),
            ref_store,
            seen_trees: SeenTrees::default(),
            known_ancestors: KnownAncestors::default(),
            offers: Offers::default(),
            folder: None,
            layout: Layout::of_project(RepoPath::root()),
            translation: None,
            promisor,
            around: None,
        })
    }

    /// This repository as the copy that a translation is about.
    #[must_use]
    pub fn translating(self, translation: Translation) -> Self {
        Self { translation: Some(Box::new(translation)), ..self }
    }

    /// What brings objects that are not here, in a partial clone.
    pub(super) fn promisor(&self) -> Option<&Promisor> {
        self.promisor.as_deref()
    }

    /// What this repository is a copy of, if it is one.
    pub fn translation(&self) -> Option<&Translation> {
        self.translation.as_deref()
    }

    /// The repository as the library knows it.
    pub(super) fn gix(&self) -> &gix::Repository {
        &self.gix
    }

    /// How it keeps its refs.
    pub(super) fn ref_store(&self) -> RefStore {
        self.ref_store
    }

    /// The trees that were read before.
    pub(super) fn seen_trees(&self) -> &SeenTrees {
        &self.seen_trees
    }

    /// Pairs of commits that were asked for before.
    pub(super) fn known_ancestors(&self) -> &KnownAncestors {
        &self.known_ancestors
    }

    /// What was offered to be kept in the cache.
    pub(super) fn offers(&self) -> &Offers {
        &self.offers
    }

    /// The git program.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// The git directory of this work tree.
    pub fn git_dir(&self) -> &Path {
        self.gix.git_dir()
    }

    /// The git directory that all work trees share.
    pub fn common_dir(&self) -> &Path {
        self.gix.common_dir()
    }

    /// The work tree's root; a bare repository has none.
    pub fn work_dir(&self) -> Option<&Path> {
        self.gix.workdir()
    }

    /// The work tree's root.
    ///
    /// # Errors
    ///
    /// In a bare repository.
    pub fn root(&self) -> Result<&Path, GitError> {
        self.gix.workdir().ok_or_else(|| GitError::Bare(self.gix.git_dir().to_owned()))
    }

    /// The name of the object format: `sha1` or `sha256`.
    pub fn object_format(&self) -> String {
        self.gix.object_hash().to_string()
    }

    /// Where the repository is, for messages: the work tree, else the git directory.
    pub fn place(&self) -> PathBuf {
        let path = self.gix.workdir().unwrap_or(self.gix.git_dir());
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    }

    /// A call of git in this repository.
    pub fn call(&self) -> Call {
        let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let root = self.work_dir().map(absolute);
        self.git.within(&absolute(self.git_dir()), root.as_deref())
    }

    /// A call of git in this repository with the user's own hooks in force.
    pub fn plain_call(&self) -> Call {
        let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let root = self.work_dir().map(absolute);
        self.git.plain(&absolute(self.git_dir()), root.as_deref())
    }

    /// What is checked out.
    ///
    /// # Errors
    ///
    /// When HEAD cannot be read.
    pub fn head(&self) -> Result<Head, GitError> {
        if self.ref_store == RefStore::Tables {
            return refs::head(self);
        }
        let failed = |source| GitError::ReadRef { name: "HEAD".into(), source: Box::new(source) };
        let mut head = self.gix.head().map_err(failed)?;
        let branch = head.referent_name().map(|name| name.as_bstr().to_string());
        let id = head.try_peel_to_id().map_err(failed)?.map(gix::Id::detach);
        Ok(Head { id, branch })
    }

    /// The merge, rebase or the like that git is in the middle of, in the user's words.
    pub fn in_progress(&self) -> Option<&'static str> {
        use gix::state::InProgress as Git;
        // What git notes as a ref stands in the tables, where the library does not see it.
        let is_set = |name| self.ref_store == RefStore::Tables && refs::is_set(self, name);
        let Some(state) = self.gix.state() else {
            let noted = [("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert")];
            return noted.into_iter().find(|(name, _)| is_set(name)).map(|(_, what)| what);
        };
        Some(match state {
            Git::ApplyMailbox | Git::ApplyMailboxRebase => "am",
            Git::Bisect => "bisect",
            Git::CherryPick | Git::CherryPickSequence => "cherry-pick",
            Git::Merge => "merge",
            Git::Rebase | Git::RebaseInteractive => "rebase",
            Git::Revert | Git::RevertSequence => "revert",
        })
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    ///
    /// When it names none.
    pub fn commit_named(&self, revision: &str) -> Result<ObjectId, GitError> {
        if self.ref_store == RefStore::Files
            && let Ok(id) = self.gix.rev_parse_single(revision.as_bytes().as_bstr())
        {
            let commit = id.object().ok().and_then(|object| object.peel_to_commit().ok());
            return commit.map(|commit| commit.id).ok_or_else(|| GitError::NoCommit(revision.to_owned()));
        }
        // Git knows more ways to name one; the library does not shorten ids of SHA-256.
        refs::commit_named(self, revision)?.ok_or_else(|| GitError::NoCommit(revision.to_owned()))
    }

    /// A commit's id as git abbreviates it here.
    pub fn abbreviated(&self, commit_id: ObjectId) -> String {
        let id = gix::prelude::ObjectIdExt::attach(commit_id, &self.gix);
        let plain = |_| commit_id.to_hex_with_len(10).to_string();
        id.shorten().map_or_else(plain, |prefix| prefix.to_string())
    }

    /// The root tree of a commit.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn tree_of(&self, commit_id: ObjectId) -> Result<ObjectId, GitError> {
        let failed = |source| GitError::ReadObject { id: commit_id, source: Box::new(source) };
        let commit = self.gix.find_commit(commit_id).map_err(failed)?;
        commit.tree_id().map(gix::Id::detach).map_err(failed)
    }

    /// The message of a commit.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn message_of(&self, commit_id: ObjectId) -> Result<String, GitError> {
        let failed = |source| GitError::ReadObject { id: commit_id, source: Box::new(source) };
        let commit = self.gix.find_commit(commit_id).map_err(failed)?;
        Ok(commit.message_raw().map_err(failed)?.to_str_lossy().into_owned())
    }

    /// Which of these paths git ignores and does not track; all asked at once, as each call reads the index.
    ///
    /// # Errors
    ///
    /// When git cannot be run.
    pub fn ignored(&self, paths: &BTreeSet<RepoPath>) -> Result<BTreeSet<RepoPath>, GitError> {
        if paths.is_empty() {
            return Ok(BTreeSet::new());
        }
        let list: String = paths.iter().map(|path| format!("{path}\0")).collect();
        let output = self.call().args(["check-ignore", "-z", "--stdin"]).input(list).output()?;
        if output.status.code().is_none_or(|code| code > 1) {
            // One that it cannot judge, as what is beyond a link, ends it for the others.
            let mut ignored = BTreeSet::new();
            for path in paths {
                let asked = self.call().args(["check-ignore", "--quiet", "--", path.as_str()]).output()?;
                ignored.extend((asked.status.code() == Some(0)).then(|| path.clone()));
            }
            return Ok(ignored);
        }
        let named: BTreeSet<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        Ok(paths.iter().filter(|path| named.contains(path.as_str().as_bytes())).cloned().collect())
    }

    /// The stages of the paths that were unmerged and have been added since.
    ///
    /// # Errors
    ///
    /// When git cannot be run.
    pub fn resolve_undo(&self) -> Result<BTreeMap<BString, [Option<Content>; 3]>, GitError> {
        let listed = self.call().args(["ls-files", "--resolve-undo", "-z"]).run()?;
        let mut stages: BTreeMap<BString, [Option<Content>; 3]> = BTreeMap::new();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let Some((head, path)) = line.split_once_str("\t") else { continue };
            let mut words = head.to_str_lossy().into_owned();
            let stage = words.pop().and_then(|digit| digit.to_digit(10));
            let slot = stage.and_then(|stage| (stage as usize).checked_sub(1)).filter(|slot| *slot < 3);
            if let (Some(slot), Some(content)) = (slot, oid::content_from_text(words.trim_end())) {
                stages.entry(path.into()).or_default()[slot] = Some(content);
            }
        }
        Ok(stages)
    }

    /// Write an object unless it is there.
    ///
    /// # Errors
    ///
    /// When the object database cannot be written.
    pub fn write_blob(&self, data: &[u8]) -> Result<ObjectId, GitError> {
        let failed = |source| GitError::WriteObject { path: self.place(), source: Box::new(source) };
        gate::pass_in_library(Deed::Object).map_err(failed)?;
        self.gix.write_blob(data).map(gix::Id::detach).map_err(failed)
    }
}
