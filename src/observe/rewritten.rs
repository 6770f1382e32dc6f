//! Records that follow commits which git rewrote: amended, rebased, squashed.

use super::ObserveError;
use crate::git::Repository;
use crate::git::notes::Notes;
use crate::git::trees::TreeReader;
use crate::model::note::Note;
use crate::model::path::RepoPath;
use crate::model::record::Fact;
use gix::ObjectId;

/// The facts for the notes of the new commits; `pairs` are old and new commits.
///
/// A record goes along if it fitted the old commit and the new one changes the path too; what
/// stands there is its new `at`. Otherwise the note of an ancestor, or none, says what is true.
///
/// # Errors
///
/// When commits or notes cannot be read.
pub fn find(
    project: &Repository,
    pairs: &[(ObjectId, ObjectId)],
) -> Result<Vec<(ObjectId, Fact)>, ObserveError> {
    let notes = Notes::read(project)?;
    let trees = TreeReader::new(project);
    let at = |commit: ObjectId, path: &RepoPath| -> Result<Option<ObjectId>, ObserveError> {
        Ok(trees.at(project.tree_of(commit)?, path)?.map(|content| content.id))
    };
    let mut facts = Vec::new();
    for (old, new) in pairs.iter().copied().filter(|(old, new)| old != new) {
        let (note, _) = Note::parse(&notes.text_on(old)?.unwrap_or_default());
        let (there, _) = Note::parse(&notes.text_on(new)?.unwrap_or_default());
        for fact in note.facts().filter(|fact| there.get(fact.path()).is_none()) {
            let path = fact.path();
            let (then, now) = (at(old, path)?, at(new, path)?);
            let before = match project.parents_of(new)?.first() {
                Some(parent) => at(*parent, path)?,
                None => None,
            };
            if now == before {
                continue;
            }
            match fact {
                Fact::Deployed(record) if record.at == then && now.is_some() => {
                    let mut record = record.clone();
                    record.at = now;
                    facts.push((new, Fact::Deployed(record)));
                }
                Fact::Removed(_) if then.is_none() && now.is_none() => facts.push((new, fact.clone())),
                Fact::Deployed(_) | Fact::Removed(_) => {}
            }
        }
    }
    Ok(facts)
}
