//! A collection that names objects by another hash than the project: a copy of it in the project's
//! object format, object for object.
//!
//! Everything looks at the copy. What is written down for good (records, trailers) has the ids of the
//! collection itself: [`Repository::here`] and [`Repository::own_id`] translate them, and what is
//! pushed is hashed again into the collection itself.
//!
//! Commits are copied with every line that they have, so that histories, times and messages are the
//! same; only signatures are left out, as they do not fit the new ids, and nobody asks for them here.

mod copier;
mod pairs;

use super::program::Git;
use super::{GitError, Head, Objects, Repository, refs};
use crate::model::content::Content;
use crate::model::trailer::{self, PushTrailer};
use copier::Copier;
use gix::ObjectId;
use gix::objs::Kind;
pub use pairs::Pairs;
use std::cell::RefCell;
use std::path::Path;

/// The collection that a repository is a copy of, and which ids are those of the same object.
pub struct Translation {
    own: Repository,
    pairs: RefCell<Pairs>,
}

/// Make an empty repository of an object format, for a copy.
///
/// # Errors
///
/// When git cannot.
pub fn prepare(git: &Git, path: &Path, format: &str) -> Result<(), GitError> {
    // Refs in files, whatever the default is.
    let call = git.anywhere().env("GIT_DEFAULT_REF_FORMAT", "files");
    let format = format!("--object-format={format}");
    call.args(["init", "--quiet", "--bare", &format, "--"]).args([path]).run()?;
    Ok(())
}

impl Translation {
    /// The copy of `own`, with the pairs of ids that are known.
    pub fn new(own: Repository, pairs: Pairs) -> Self {
        Self { own, pairs: RefCell::new(pairs) }
    }

    /// The collection itself.
    pub fn own(&self) -> &Repository {
        &self.own
    }

    /// The pairs of ids that are known.
    pub fn pairs(&self) -> Pairs {
        self.pairs.borrow().clone()
    }
}

impl Repository {
    /// The repository itself, where this one is only a copy in another object format.
    pub fn own(&self) -> &Repository {
        self.translation().map_or(self, Translation::own)
    }

    /// The object here that is called `own` in the repository itself; null where there is none. An id
    /// of here is taken as it is: the two have different lengths.
    pub fn here(&self, own: ObjectId) -> ObjectId {
        let hash = self.gix().object_hash();
        if own.kind() == hash {
            return own;
        }
        let known = self.translation().and_then(|copy| copy.pairs.borrow().here.get(&own).copied());
        known.unwrap_or_else(|| hash.null())
    }

    /// What an object here is called in the repository itself; null where it was never there.
    pub fn own_id(&self, here: ObjectId) -> ObjectId {
        let Some(translation) = self.translation() else { return here };
        let hash = translation.own.gix().object_hash();
        if here.kind() == hash {
            return here;
        }
        let known = translation.pairs.borrow().own.get(&here).copied();
        known.unwrap_or_else(|| hash.null())
    }

    /// The trailers in a message of a commit here, with ids of here; contents that are not here are
    /// left out.
    pub fn trailers_in(&self, message: &str) -> Vec<PushTrailer> {
        let known = |id: ObjectId| Some(self.here(id)).filter(|id| !id.is_null());
        let here = |trailer: PushTrailer| PushTrailer {
            base: trailer.base.and_then(known),
            content: trailer.content.and_then(known),
            ..trailer
        };
        trailer::parse(message).into_iter().map(here).collect()
    }

    /// Write a content with everything below it into the repository that this one is a copy of: what
    /// it is there. None where this is no copy.
    ///
    /// # Errors
    ///
    /// When an object is missing or cannot be written.
    pub fn hand_over(&self, objects: &Objects, content: Content) -> Result<Option<Content>, GitError> {
        let Some(translation) = self.translation() else { return Ok(None) };
        // What was copied once may be gone there: only what this run writes is taken for granted.
        let mut copier = Copier::new(objects, translation.own.gix(), Pairs::default());
        let id = copier.below(content, 0)?;
        let mut pairs = translation.pairs.borrow_mut();
        for (here, own) in copier.known {
            pairs.insert(own, here);
        }
        Ok(Some(Content { id, ..content }))
    }

    /// Copy these commits of `own`, with all that they lead to, into this repository: all pairs of ids,
    /// with those that are known already.
    ///
    /// # Errors
    ///
    /// When an object is missing or cannot be written.
    pub fn copy_commits(
        &self,
        own: &Repository,
        tips: impl IntoIterator<Item = ObjectId>,
        known: Pairs,
    ) -> Result<Pairs, GitError> {
        let mut copier = Copier::new(own, self.gix(), known);
        for tip in tips {
            copier.commits(tip)?;
        }
        let mut pairs = Pairs::default();
        for (own, here) in copier.known {
            pairs.insert(own, here);
        }
        Ok(pairs)
    }

    /// The branches and tags that lead to commits, with those, and what is checked out.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn tips(&self) -> Result<(Vec<(String, ObjectId)>, Head), GitError> {
        let is_ours = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
        let is_commit = |id: ObjectId| {
            self.gix().try_find_header(id).ok().flatten().is_some_and(|header| header.kind() == Kind::Commit)
        };
        let mut tips = refs::all(self)?;
        tips.retain(|(name, id)| is_ours(name) && is_commit(*id));
        Ok((tips, self.head()?))
    }

    /// Let the refs of a copy be these, and no others.
    ///
    /// # Errors
    ///
    /// When git cannot be run.
    pub fn set_refs(&self, tips: &[(String, ObjectId)], head: &Head) -> Result<(), GitError> {
        let mut input = String::new();
        for (name, _) in refs::all(self)? {
            if tips.iter().all(|(kept, _)| *kept != name) {
                input += &format!("delete {name}\n");
            }
        }
        for (name, id) in tips {
            input += &format!("update {name} {id}\n");
        }
        self.call().args(["update-ref", "--stdin"]).input(input).run()?;
        match (&head.branch, head.id) {
            (Some(branch), _) => drop(self.call().args(["symbolic-ref", "HEAD", branch]).run()?),
            (None, Some(id)) => {
                let id = id.to_string();
                self.call().args(["update-ref", "--no-deref", "HEAD", &id]).run()?;
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Pack what was written one by one, where that is much.
    ///
    /// # Errors
    ///
    /// When git cannot be run.
    pub fn pack(&self) -> Result<(), GitError> {
        self.call().args(["repack", "-d", "-q"]).run()?;
        Ok(())
    }

    /// What the ids of a copy hold for: where the history of this repository is cut off.
    pub fn boundary(&self) -> Result<String, GitError> {
        let failed = |source| GitError::ReadRef { name: "shallow".into(), source: Box::new(source) };
        let commits = self.gix().shallow_commits().map_err(failed)?;
        let mut ids: Vec<String> =
            commits.iter().flat_map(|all| all.iter()).map(ToString::to_string).collect();
        ids.sort_unstable();
        Ok(ids.join(" "))
    }
}
