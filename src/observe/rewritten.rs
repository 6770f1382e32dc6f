//! Records that follow commits which git rewrote: amended, rebased, squashed.

use super::ObserveError;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::git::{Repository, reflog};
use crate::model::note::Note;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use gix::ObjectId;

/// How many amended commits are looked at; those before have been, by an earlier command.
const MOST: usize = 50;

/// The commits that HEAD's reflog says were amended, old and new, in order.
///
/// # Errors
///
/// When the reflog cannot be read.
pub fn amended(project: &Repository) -> Result<Vec<(ObjectId, ObjectId)>, ObserveError> {
    let moves = reflog::moves_of_head(project)?;
    let amended = moves.iter().filter(|moved| moved.message.starts_with("commit (amend)"));
    let mut latest: Vec<_> = amended.rev().take(MOST).map(|moved| (moved.old, moved.new)).collect();
    latest.reverse();
    Ok(latest)
}

/// The facts for the notes of the new commits; `pairs` are old and new commits.
///
/// A record goes along if it fitted the old commit and the new one changes the path too; what
/// stands there is its new `at`. Otherwise the note of an ancestor, or none, says what is true.
/// A record that is on the new commit already stays, unless git copied it there and it does not fit.
///
/// # Errors
///
/// When notes or trees cannot be read.
pub fn find(
    project: &Repository,
    pairs: &[(ObjectId, ObjectId)],
) -> Result<Vec<(ObjectId, Fact)>, ObserveError> {
    let follow = Follow { project, notes: Notes::read(project)?, trees: TreeReader::new(project) };
    let mut facts = Vec::new();
    if follow.notes.tip().is_some() {
        for pair in pairs.iter().filter(|(old, new)| old != new) {
            let found = follow.pair(*pair, &facts)?;
            facts.extend(found);
        }
    }
    Ok(facts)
}

struct Follow<'r> {
    project: &'r Repository,
    notes: Notes<'r>,
    trees: TreeReader<'r>,
}

impl Follow<'_> {
    fn pair(
        &self,
        (old, new): (ObjectId, ObjectId),
        known: &[(ObjectId, Fact)],
    ) -> Result<Vec<(ObjectId, Fact)>, ObserveError> {
        let (note, there) = (self.note(old, known)?, self.note(new, known)?);
        let mut facts = Vec::new();
        // Commits that are gone hold nothing that could go along.
        let ([Some(then_in), Some(now_in)], false) = ([old, new].map(|id| self.tree(id)), note.is_empty())
        else {
            return Ok(facts);
        };
        let parent = self.project.parents_of(new)?.first().and_then(|parent| self.tree(*parent));
        for fact in note.facts() {
            let path = fact.path();
            let (then, now) = (self.at(then_in, path)?, self.at(now_in, path)?);
            let before = match parent {
                Some(parent) => self.at(parent, path)?,
                None => None,
            };
            // What was let go was so without a change; of commits made one, the later word counts.
            let lets_go = fact.lets_go();
            let is_older = |known: &&Fact| !lets_go || known.lets_go() || known.n() >= fact.n();
            let known = there.get(path).filter(|known| known.fits(now)).filter(is_older);
            if now == before && !lets_go || known.is_some() || !fact.fits(then) {
                continue;
            }
            let goes_along = match fact {
                Fact::Deployed(record) => now.is_some() && !record.is_carried(),
                Fact::Removed(_) => now.is_some() == lets_go,
            };
            if goes_along {
                facts.push((new, fact.clone().at(now)));
            }
        }
        Ok(facts)
    }

    /// The note on a commit, with what was found for it: a commit may be amended twice.
    fn note(&self, commit: ObjectId, known: &[(ObjectId, Fact)]) -> Result<Note, ObserveError> {
        let (mut note, _) = Note::parse(&self.notes.text_on(commit)?.unwrap_or_default());
        for (_, fact) in known.iter().filter(|(on, _)| *on == commit) {
            note.set(fact.clone());
        }
        Ok(note)
    }

    fn tree(&self, commit: ObjectId) -> Option<ObjectId> {
        self.project.tree_of(commit).ok()
    }

    fn at(&self, tree: ObjectId, path: &RepoPath) -> Result<Option<ObjectId>, ObserveError> {
        Ok(self.trees.at(tree, path)?.map(|content| content.id))
    }
}
