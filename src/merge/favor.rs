//! Settling the conflicts that no hunk can settle: one side's version of the path is taken.

use super::engine::Engine;
use super::repair::put;
use super::unmerged::{Sides, Unmerged};
use super::{Favor, MergeError, Place};
use crate::model::content::Content;
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

impl Engine<'_> {
    /// The merged tree in which every conflict is settled by `favor`.
    pub(super) fn settle(
        &mut self,
        place: &Place<'_>,
        sides: &Sides,
        favor: Favor,
    ) -> Result<ObjectId, MergeError> {
        let outcome = self.merge_trees(place, sides, favor)?;
        let mut removed = Vec::new();
        let mut placed = Vec::new();
        for (path, unmerged) in &outcome.unmerged {
            if unmerged.only_moved {
                continue;
            }
            let (path, content) = self.choice(sides, favor, path, unmerged, &mut removed)?;
            match content {
                Some(_) => placed.push((path, content)),
                None => removed.push((path, None)),
            }
        }
        removed.extend(placed);
        put(self.source, outcome.tree, &removed)
    }

    /// The favored side's version of an unmerged path, and where it belongs.
    fn choice(
        &self,
        sides: &Sides,
        favor: Favor,
        path: &BString,
        unmerged: &Unmerged,
        removed: &mut Vec<(BString, Option<Content>)>,
    ) -> Result<(BString, Option<Content>), MergeError> {
        let (side, stage) = match favor {
            Favor::Theirs => (sides.theirs, 2),
            Favor::Neither | Favor::Ours => (sides.ours, 1),
        };
        let Some(contested) = &unmerged.contested else {
            return Ok((path.clone(), unmerged.stages[stage]));
        };
        if path != contested {
            removed.push((path.clone(), None));
        }
        Ok((contested.clone(), self.source.at(side, contested.as_bstr())?))
    }
}
