//! What others do in the collection.

use super::chance::Chance;
use super::deeds::Deed;
use super::events::Snap;
use super::lines::{Content, merge};
use super::world::World;

impl World {
    fn land(&mut self, snap: Snap, trailers: Vec<Content>, parents: Option<Vec<usize>>) {
        let parents = parents.unwrap_or_else(|| vec![self.main]);
        self.main = self.commit_to_collection(snap, trailers, parents);
        self.deeds.push(Deed::Collect(self.main));
    }

    pub fn edit_collection(&mut self, chance: &mut Chance) {
        let tip = self.tip().snap.clone();
        if tip.content.is_none() {
            return;
        }
        let edits = *chance.choose(&[1, 1, 2, 3]);
        let content = self.edited(&tip.content, chance, 'c', edits);
        if content != tip.content {
            let snap = self.events.note(content, tip.known);
            self.land(snap, Vec::new(), None);
        }
    }

    /// The commits that came before the tip, and it.
    fn up_to_tip(&self) -> Vec<usize> {
        (0..self.collection.len()).filter(|id| self.tip().past.has(*id)).collect()
    }

    /// Back to an older version, or without what one commit changed.
    pub fn revert_collection(&mut self, chance: &mut Chance) {
        let tip = self.tip().snap.clone();
        let mut older = self.up_to_tip();
        older.retain(|id| {
            let content = &self.collection[*id].snap.content;
            content.is_some() && *content != tip.content
        });
        if tip.content.is_none() || older.is_empty() {
            return;
        }
        let chosen = if chance.happens(60) { older[older.len() - 1] } else { *chance.choose(&older) };
        let version = self.collection[chosen].snap.content.clone();
        let content = if chance.happens(50) {
            version
        } else {
            let next = self.up_to_tip().into_iter().find(|id| {
                self.collection[*id].parents.contains(&chosen) && self.collection[*id].snap.content.is_some()
            });
            let Some(next) = next else { return };
            let merged = merge(&self.collection[next].snap.content, &tip.content, &version);
            if !merged.is_clean() {
                return;
            }
            merged.content
        };
        if content != tip.content && content.is_some() {
            let snap = self.events.note(content, tip.known);
            self.land(snap, Vec::new(), None);
        }
    }

    /// Removed, or put back if it was.
    pub fn drop_from_collection(&mut self, chance: &mut Chance) {
        let tip = self.tip().snap.clone();
        let mut content = None;
        if tip.content.is_none() {
            let mut older = self.up_to_tip();
            older.retain(|id| self.collection[*id].snap.content.is_some());
            let old = self.collection[*chance.choose(&older)].snap.content.clone();
            let edits = *chance.choose(&[0, 1, 4]);
            content = self.edited(&old, chance, 'c', edits);
        }
        let snap = self.events.note(content, tip.known);
        self.land(snap, Vec::new(), None);
    }

    /// Another project pushes edits that it made on an older version.
    pub fn push_from_elsewhere(&mut self, chance: &mut Chance) {
        let tip = self.tip().snap.clone();
        let older = self.up_to_tip();
        let version = self.collection[*chance.choose(&older)].snap.clone();
        if tip.content.is_none() || version.content.is_none() {
            return;
        }
        let edits = *chance.choose(&[1, 2]);
        let content = self.edited(&version.content, chance, 'q', edits);
        let edited = self.events.note(content, version.known);
        let merged = merge(&version.content, &tip.content, &edited.content);
        let lands = merged.is_clean() && merged.content.is_some() && merged.content != tip.content;
        if lands && self.events.judge(&merged, &tip, &edited).is_empty() {
            let snap = self.events.note(merged.content, tip.known.or(&edited.known));
            self.land(snap, vec![edited.content], None);
        }
    }

    /// A review ends: rejected, merged, or squashed, perhaps with edits.
    pub fn review(&mut self, chance: &mut Chance) {
        if self.topics.is_empty() {
            return;
        }
        let chosen = chance.below(self.topics.len());
        let topic_id = self.topics.remove(chosen);
        let (topic, tip) = (self.collection[topic_id].clone(), self.tip().clone());
        let kind = chance.hundredth();
        if kind < 25 || tip.snap.content.is_none() {
            return;
        }
        let base = self.collection[topic.parents[0]].snap.content.clone();
        let merged = merge(&base, &tip.snap.content, &topic.snap.content);
        if !merged.is_clean() || merged.content.is_none() {
            return;
        }
        let mut snap = self.events.note(merged.content, tip.snap.known.or(&topic.snap.known));
        if kind < 45 {
            self.land(snap, Vec::new(), Some(vec![tip.id, topic_id]));
            return;
        }
        if kind < 80 {
            let edits = *chance.choose(&[1, 2]);
            let content = self.edited(&snap.content, chance, 'v', edits);
            snap = self.events.note(content, snap.known);
        }
        let trailers = if chance.happens(60) { topic.trailers } else { Vec::new() };
        self.land(snap, trailers, None);
    }
}
