//! What a pull does to one artifact.

pub mod care;
mod fork;
pub mod link;
mod write;

use super::change::{Question, Step};
use super::drift::Recommendation;
use super::fold::clash_message;
use super::no_base;
use super::obstacle::{Replace, in_the_way};
use super::prompt::Choice;
use super::prune;
use crate::merge::{Conflict, ConflictKind, Engine, Favor, MergeError, Merged, Place};
use crate::model::content::Content;
use crate::model::deployed::{Base, Deployed, Folding, Link, Rung};
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::model::record::Origin;
use crate::request::{Resolve, Strategy};
use gix::bstr::BString;

pub use care::Care;

/// What is the same for all artifacts of a pull.
#[derive(Clone)]
pub struct PullContext<'a> {
    /// The collection.
    pub origin: &'a Origin,
    /// What the collection's tip is called in conflict markers.
    pub label: &'a str,
    /// The present time.
    pub now: &'a str,
    /// How to merge.
    pub strategy: Strategy,
    /// What to do with conflicts.
    pub resolve: Resolve,
    /// Whether the user asked for that: only then sides without a common base are merged.
    pub resolve_is_explicit: bool,
    /// Remove what is gone from the collection.
    pub prune: bool,
    /// Follow the names that the collection has.
    pub renames: bool,
    /// Bring back what the project deleted.
    pub force: bool,
    /// Lose local edits.
    pub yes: bool,
    /// What a person chose for the artifact.
    pub choice: Option<Choice>,
    /// What it may touch.
    pub care: Care,
}

/// Decide what a pull does to one artifact.
///
/// `digest` gives the digest of the collection's content.
///
/// # Errors
///
/// When an object is missing or a merge driver fails.
pub fn pull(
    deployed: &Deployed,
    context: &PullContext<'_>,
    engine: &mut Engine<'_>,
    digest: &str,
) -> Result<Step, MergeError> {
    let step = Step::of(deployed, context.strategy.as_str());
    let mut puller = Puller { deployed, context, engine, digest, step };
    puller.decide()?;
    puller.follow();
    Ok(context.care.limit(puller.step, deployed))
}

struct Puller<'p, 'e> {
    deployed: &'p Deployed,
    context: &'p PullContext<'p>,
    engine: &'p mut Engine<'e>,
    digest: &'p str,
    step: Step,
}

impl Puller<'_, '_> {
    fn decide(&mut self) -> Result<(), MergeError> {
        let Deployed { work_tree, theirs, .. } = *self.deployed;
        if !self.deployed.unmerged.is_empty() {
            let hint = "resolve it and 'git add' it, or run 'git skillsync abort'";
            self.stop(Status::Skipped, "has unmerged files".into(), Some(hint.into()));
            self.step.recommends = Some(Recommendation::ResolveConflict);
            return Ok(());
        }
        if let Some(link) = self.deployed.link {
            self.leave_link(link);
            return Ok(());
        }
        if let Some(reason) = &self.deployed.not_converted {
            let message =
                format!("the collection's version cannot be had in the form that is read here: {reason}");
            self.stop(Status::Failed, message, None);
            return Ok(());
        }
        let Some(theirs) = theirs else {
            self.step = prune::gone(self.deployed, self.context.prune, self.step.clone());
            return Ok(());
        };
        if let Some(there) = self.deployed.destination.as_ref().filter(|there| there.occupied) {
            let hint = "move what is there, or pull without '--rename'".into();
            self.stop(Status::Skipped, format!("cannot move: '{}' is occupied", there.path), Some(hint));
            return Ok(());
        }
        let Some(ours) = work_tree else {
            return self.restore(theirs);
        };
        let merges = self.context.strategy == Strategy::Merge;
        if let Some(Folding::Clash { paths: [first, second] }) =
            self.deployed.folding.as_ref().filter(|_| merges)
        {
            let hint = format!("make them the same, or '--auto-resolve ours' takes what '{first}' has there");
            self.stop(Status::Aborted, clash_message(first, second), Some(hint));
            let clash = |path: &BString| Conflict {
                path: path.clone(),
                kind: ConflictKind::Content,
                stages: [None; 3],
            };
            self.step.conflicts = self.deployed.clashes.iter().map(clash).collect();
            self.step.recommends = Some(Recommendation::ResolveConflict);
            return Ok(());
        }
        if ours == theirs && self.wanted(theirs) == [theirs; 2] {
            return self.record_same(theirs);
        }
        if self.context.strategy == Strategy::Overwrite {
            return self.overwrite(ours, theirs);
        }
        if self.deployed.base.is_none() && self.context.strategy == Strategy::Fork {
            return self.fork(theirs);
        }
        if self.deployed.base.is_none() && !self.context.resolve_is_explicit {
            let hint = no_base::hint(self.deployed);
            self.stop(Status::Skipped, no_base::message(self.deployed), Some(hint));
            return Ok(());
        }
        match self.context.choice {
            Some(Choice::Ours) => self.keep_ours(ours),
            Some(Choice::Skip) => self.stop(Status::Skipped, "is left as it is".into(), None),
            _ => self.integrate(ours, theirs)?,
        }
        Ok(())
    }

    /// The own version stays, and the collection's counts as taken in: like `git merge -s ours`.
    fn keep_ours(&mut self, ours: Content) {
        let index = self.deployed.index;
        self.write(Status::Merged, &clean(Some(ours)), &clean(index));
        if let Some(change) = &mut self.step.change {
            change.resolved = true;
        }
        self.step.message = "your version is kept".into();
        let hint = "'git commit' records it; where nothing else is to be committed, \
                    'git skillsync continue --commit' does";
        self.step.hint = Some(hint.into());
    }

    /// There is nothing to merge in a link: what it points to is pulled.
    fn leave_link(&mut self, link: Link) {
        if link != Link::Linked {
            let name = &self.deployed.placement.name;
            let target = &self.deployed.placement.target;
            let hint = format!(
                "'git skillsync deploy {name} --target {target} --method symlink' links it again, \
                 'git skillsync remove {}' settles it",
                self.deployed.placement.path
            );
            let message = match link {
                Link::Dangling => "is a link to nothing",
                Link::Linked | Link::Broken => "is not linked any more",
            };
            self.stop(Status::Skipped, message.into(), Some(hint));
        }
    }

    /// The project deleted it: a choice, unless the user wants it back.
    fn restore(&mut self, theirs: Content) -> Result<(), MergeError> {
        let name = &self.deployed.placement.name;
        if !self.context.force {
            let hint = format!(
                "'git skillsync pull --force {name}' restores it, 'git skillsync remove {name}' settles it"
            );
            self.stop(Status::Skipped, "was deleted here".into(), Some(hint));
            return Ok(());
        }
        let back = self.with_edits_of_head(theirs)?;
        if !back.is_clean() {
            let path = &self.deployed.placement.path;
            let hint = format!("'git restore --staged --worktree {path}' restores them, then pull again");
            let message = "was deleted here, and what HEAD has of it conflicts with the collection's";
            self.stop(Status::Skipped, message.into(), Some(hint));
            return Ok(());
        }
        if let Some(path) = self.in_the_way(back.content)? {
            self.stop_for_untracked(&path);
            return Ok(());
        }
        self.write(Status::Updated, &back, &back);
        self.step.message = "restored".into();
        Ok(())
    }

    /// What a deletion that is not committed took away: HEAD's version with the collection's changes.
    fn with_edits_of_head(&mut self, theirs: Content) -> Result<Merged, MergeError> {
        match self.deployed.head {
            Some(head) => self.merge(self.deployed.head_base.as_ref(), Some(head), theirs, Favor::Neither),
            None => Ok(clean(Some(theirs))),
        }
    }

    /// The work tree is what the collection has; only what is not committed needs a record.
    fn record_same(&mut self, theirs: Content) -> Result<(), MergeError> {
        if self.deployed.head == Some(theirs) || self.deployed.waiting.is_some() {
            return Ok(());
        }
        let index = self.deployed.index;
        self.write(Status::Recorded, &clean(Some(theirs)), &clean(index));
        self.step.message = "has the same change on both sides".into();
        Ok(())
    }

    fn overwrite(&mut self, ours: Content, theirs: Content) -> Result<(), MergeError> {
        let edited = self.deployed.base.as_ref().is_none_or(|base| base.content != ours);
        if edited && !self.context.yes {
            let hint = "'--yes' overwrites it; the old content stays in the operation log".into();
            self.stop(Status::Skipped, "has local edits that would be lost".into(), Some(hint));
            self.step.asks = Some(Question::LoseEdits);
            return Ok(());
        }
        if let Some(path) = self.in_the_way(Some(theirs))? {
            self.stop_for_untracked(&path);
            return Ok(());
        }
        self.write(Status::Updated, &clean(Some(theirs)), &clean(Some(theirs)));
        self.step.message = "overwritten with the collection's version".into();
        Ok(())
    }

    /// What is merged into work tree and index: the collection's version, with the edits of other
    /// copies where there are any.
    fn wanted(&self, theirs: Content) -> [Content; 2] {
        match &self.deployed.folding {
            Some(Folding::Together(folded)) => [folded.work_tree, folded.index],
            Some(Folding::Clash { .. }) | None => [theirs; 2],
        }
    }

    fn integrate(&mut self, ours: Content, theirs: Content) -> Result<(), MergeError> {
        let base = self.deployed.base.clone();
        let [wanted, wanted_index] = self.wanted(theirs);
        // Where part of an earlier pull was taken back, both readings of that have to be looked at.
        let sure = |base: &Base| base.rung != Rung::Pending || base.witnessed == base.content;
        if wanted == theirs && base.as_ref().is_some_and(|base| base.content == theirs && sure(base)) {
            return Ok(());
        }
        let staged_apart = self.deployed.index != self.deployed.work_tree || wanted_index != wanted;
        let (mut merged, mut staged) = match &self.deployed.folding {
            // This copy's own edits are in it.
            Some(Folding::Together(_)) => (clean(Some(wanted)), clean(Some(wanted_index))),
            Some(Folding::Clash { .. }) | None => self.merge_both(ours, theirs)?,
        };
        let decided = self.decides(&merged, Some(ours)) && self.decides(&staged, self.deployed.index);
        if self.context.strategy == Strategy::Fork && !decided {
            return self.fork(theirs);
        }
        let conflicts = merged.conflicts.clone();
        let favor = match self.context.resolve {
            Resolve::Ours => Some(Favor::Ours),
            Resolve::Theirs => Some(Favor::Theirs),
            Resolve::Abort | Resolve::Mark => None,
        };
        if let Some(favor) = favor.filter(|_| !merged.is_clean()) {
            merged = self.merge(base.as_ref(), Some(ours), theirs, favor)?;
            self.step.settled = merged.settled;
            if !staged_apart {
                staged = merged.clone();
            }
        }
        if staged_apart && (!merged.is_clean() || !staged.is_clean()) {
            let hint = "commit or stash what is not staged, then pull again".into();
            let message = "has unstaged changes that conflict with the collection's";
            self.step.conflicts = conflicts;
            self.stop(Status::Skipped, message.into(), Some(hint));
            return Ok(());
        }
        if let Some(path) = self.in_the_way(merged.content)? {
            self.stop_for_untracked(&path);
            return Ok(());
        }
        self.finish(ours, theirs, &merged, &staged);
        Ok(())
    }

    /// Work tree and index, each merged with what the collection has.
    fn merge_both(&mut self, ours: Content, theirs: Content) -> Result<(Merged, Merged), MergeError> {
        let Deployed { base, index_base, index, work_tree, .. } = self.deployed;
        let merged = self.merge(base.as_ref(), Some(ours), theirs, Favor::Neither)?;
        let staged = match index.filter(|_| index != work_tree) {
            Some(index) => {
                let base = index_base.as_ref().or(base.as_ref());
                self.merge(base, Some(index), theirs, Favor::Neither)?
            }
            None => merged.clone(),
        };
        Ok((merged, staged))
    }

    fn finish(&mut self, ours: Content, theirs: Content, merged: &Merged, staged: &Merged) {
        let name = &self.deployed.placement.name;
        let nothing_new =
            merged.is_clean() && merged.content == Some(ours) && self.deployed.head == Some(ours);
        if nothing_new {
            self.step.message = "already has the collection's changes".into();
            return;
        }
        let fast_forward = self.deployed.base.as_ref().is_some_and(|base| base.content == ours);
        if merged.is_clean() {
            let status =
                if fast_forward || merged.content == Some(theirs) { Status::Updated } else { Status::Merged };
            self.write(status, merged, staged);
            if let Some(Folding::Together(folded)) = &self.deployed.folding {
                let with: Vec<String> = folded.with.iter().map(|path| format!("'{path}'")).collect();
                self.step.message = format!("with the edits of {}", with.join(", "));
            }
            return;
        }
        self.step.conflicts.clone_from(&merged.conflicts);
        match self.context.resolve {
            Resolve::Mark => {
                self.write(Status::Conflict, merged, staged);
                self.step.message = "has conflicts".into();
                self.step.hint =
                    Some("fix them and 'git add' the files, or run 'git skillsync abort'".into());
            }
            Resolve::Abort | Resolve::Ours | Resolve::Theirs => {
                let hint = format!("'git skillsync pull {name}' marks the conflicts");
                self.stop(Status::Aborted, "would have conflicts; left untouched".into(), Some(hint));
            }
        }
    }

    /// Merge theirs over a base; where records and advance disagree on the base and the two
    /// results differ, the difference is a conflict.
    fn merge(
        &mut self,
        base: Option<&Base>,
        ours: Option<Content>,
        theirs: Content,
        favor: Favor,
    ) -> Result<Merged, MergeError> {
        let place =
            Place { path: path_of(self.deployed), ours: "HEAD", base: "base", theirs: self.context.label };
        super::readings::merge(self.engine, &place, base, ours, Some(theirs), favor)
    }

    /// What the result would be written over and git does not track.
    fn in_the_way(&self, result: Option<Content>) -> Result<Option<BString>, MergeError> {
        let Some(result) = result.filter(|_| self.deployed.destination.is_none()) else { return Ok(None) };
        let files = self.engine.files(result, path_of(self.deployed))?;
        Ok(in_the_way(&files, &self.deployed.untracked, Replace::Never).cloned())
    }

    fn stop_for_untracked(&mut self, path: &BString) {
        let message = format!("would overwrite the untracked '{path}'");
        self.stop(Status::Skipped, message, Some("move or remove it, then pull again".into()));
    }

    fn stop(&mut self, status: Status, message: String, hint: Option<String>) {
        self.step.status = status;
        self.step.message = message;
        self.step.hint = hint;
    }
}

/// Where the result comes to stand.
fn path_of(deployed: &Deployed) -> &RepoPath {
    deployed.destination.as_ref().map_or(&deployed.placement.path, |there| &there.path)
}

fn clean(content: Option<Content>) -> Merged {
    Merged { content, conflicts: Vec::new(), settled: 0 }
}
