//! A version that an artifact had in its collection.

use crate::model::content::Content;
use gix::ObjectId;

/// A version of an artifact in a collection's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectionVersion {
    /// The position of its commit in the stretch of history.
    pub position: usize,
    /// The commit.
    pub commit: ObjectId,
    /// The version, in the form of the place that it is compared with.
    pub content: Content,
    /// The version as the collection has it.
    pub original: Content,
    /// Whether it was pushed (a trailer names it) rather than committed there.
    pub pushed: bool,
}
