//! Whether the effective records are what they claim to be.

use crate::merge;
use crate::model::content::Content;
use crate::model::health::{Unsound, Unusable};
use crate::model::path::RepoPath;
use crate::model::record::Record;
use crate::observe::ObserveError;
use crate::observe::collection::Collection;
use crate::observe::records::Records;

/// The records that are of no use, by path. What names a collection that cannot be used is not
/// judged: that is said once, of the collection.
pub(super) fn check(
    records: &Records,
    collections: &[Collection],
    unusable: &[(String, Unusable)],
    verify: bool,
) -> Result<Vec<(RepoPath, Unsound)>, ObserveError> {
    let mut found = Vec::new();
    for path in records.paths() {
        for noted in records.of(path) {
            let record = &noted.record;
            let unsound = match collections.iter().find(|one| one.id == record.collection.id) {
                Some(collection) => look(record, collection, verify)?,
                None if unusable.iter().any(|(name, _)| *name == record.collection.name) => None,
                None => Some(Unsound::UnknownCollection(record.collection.name.clone())),
            };
            found.extend(unsound.map(|unsound| (path.clone(), unsound)));
        }
    }
    Ok(found)
}

fn look(record: &Record, collection: &Collection, verify: bool) -> Result<Option<Unsound>, ObserveError> {
    let name = || collection.name.clone();
    let commit = record.commit;
    let seen = collection.seen(record);
    if !collection.repository.is_ancestor(seen.commit, collection.tip) {
        return Ok(Some(Unsound::CommitMissing { collection: name(), commit }));
    }
    let there = collection.content_at(seen.commit, &record.source)?;
    let Some(base) = there.filter(|there| there.id == seen.base) else {
        return Ok(Some(Unsound::BaseMissing { collection: name(), base: record.base }));
    };
    Ok(if verify { digest(record, base, collection)? } else { None })
}

fn digest(record: &Record, base: Content, collection: &Collection) -> Result<Option<Unsound>, ObserveError> {
    let found = merge::digest(&collection.repository.objects(), base, &record.path)?;
    let recorded = record.sha256.clone();
    Ok((found != recorded).then_some(Unsound::OtherDigest { recorded, found }))
}
