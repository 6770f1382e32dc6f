//! Records on a remote: fetched and pushed by the git program, by refspecs that stand nowhere in
//! the user's configuration.

use super::notes::NOTES_REF;
use super::program::{Call, ProgramError};
use super::remote::{self, Pushed};
use super::{GitError, Repository, refs};
use gix::ObjectId;
use gix::bstr::ByteSlice;

/// How often a fetch that met another one is run again.
const TRIES: u32 = 5;

/// A configured remote, as notes are exchanged with it.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Whether git may ask for a user's name, a password or the like.
    pub may_ask: bool,
}

/// The names of the configured remotes, sorted.
pub fn remotes(repository: &Repository) -> Vec<String> {
    repository.gix().remote_names().iter().map(|name| name.to_str_lossy().into_owned()).collect()
}

impl Remote {
    /// The ref that keeps the notes as they were last seen there.
    ///
    /// It stands outside of `refs/notes`, where it would be in the way of a folder of that name,
    /// and where `git push origin 'refs/notes/*'` would publish it.
    pub fn tracking_ref(&self) -> String {
        format!("refs/skillsync/remotes/{}/skillsync", self.name)
    }

    /// The notes as they were last seen there.
    ///
    /// # Errors
    ///
    /// When the ref cannot be read.
    pub fn seen(&self, repository: &Repository) -> Result<Option<ObjectId>, GitError> {
        refs::read(repository, &self.tracking_ref())
    }

    /// Bring [`Remote::seen`] up to date; a remote without notes is fine.
    ///
    /// # Errors
    ///
    /// When git fails, e.g. without network.
    pub fn fetch(&self, repository: &Repository) -> Result<(), GitError> {
        self.fetch_from(repository, &self.name)
    }

    /// The same from where a push goes to, which may be elsewhere.
    ///
    /// # Errors
    ///
    /// When git fails, e.g. without network.
    pub fn fetch_what_push_meets(&self, repository: &Repository) -> Result<(), GitError> {
        let url = |which: &[&str]| -> Result<String, GitError> {
            let call = repository.call().args(["remote", "get-url"]).args(which).args(["--", &self.name]);
            Ok(call.run()?.to_str_lossy().trim_end_matches('\n').to_owned())
        };
        let (from, to) = (url(&[])?, url(&["--push"])?);
        self.fetch_from(repository, if from == to { &self.name } else { &to })
    }

    fn fetch_from(&self, repository: &Repository, place: &str) -> Result<(), GitError> {
        // Without '--refmap=', a refspec that is configured for all notes would be followed too, and
        // what was recorded here be overwritten. With a pattern it is no error that there are no notes; an empty one cannot stand alone.
        let refspec = format!("+{NOTES_REF}*:{}*", self.tracking_ref());
        let fetch = || {
            self.call(repository)
                .args(["-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--prune", "--no-tags"])
                .args(["--no-filter", "--no-write-fetch-head", "--no-auto-maintenance"])
                .args(["--no-recurse-submodules", "--refmap=", "--", place, &refspec])
                .run()
        };
        for _ in 1..TRIES {
            match fetch() {
                // Somebody else fetches the same at the same time.
                Err(ProgramError::Failed { stderr, .. }) if stderr.contains("cannot lock ref") => {}
                done => return Ok(done.map(drop)?),
            }
        }
        fetch()?;
        Ok(())
    }

    /// Push these notes, never by force.
    ///
    /// # Errors
    ///
    /// When git fails, e.g. without network; that the remote says no is none.
    pub fn push(&self, repository: &Repository, notes: ObjectId) -> Result<Pushed, GitError> {
        let refspec = format!("{notes}:{NOTES_REF}");
        // A mirror would be pushed with all refs and by force.
        let mirror = format!("remote.{}.mirror=false", self.name);
        let call = self.call(repository).args(["-c", &mirror, "push", "--no-verify", "--no-follow-tags"]);
        let pushed = remote::pushed(call.args(["--recurse-submodules=no", "--", &self.name, &refspec]))?;
        if pushed == Pushed::Done {
            let (name, seen) = (self.tracking_ref(), self.seen(repository)?);
            // Who was quicker has seen something newer.
            let _ = refs::update(repository, &name, seen, notes, "skillsync: push")?;
        }
        Ok(pushed)
    }

    fn call(&self, repository: &Repository) -> Call {
        let call = repository.call();
        if self.may_ask {
            return call;
        }
        // ssh asks on the terminal by itself.
        let quiet =
            [("GIT_TERMINAL_PROMPT", "0"), ("SSH_ASKPASS_REQUIRE", "force"), ("SSH_ASKPASS", "false")];
        quiet.into_iter().fold(call, |call, (name, value)| call.env(name, value))
    }
}
