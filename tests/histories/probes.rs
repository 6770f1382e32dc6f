//! What the model does not have: a clone of what a history left behind is made, something is done to
//! it, and a pull in it is judged by the events alone.

use super::mirror::{Mirror, Stop};
use super::place;
use super::sync::Tally;
use crate::model::chance::Chance;
use crate::model::events::Snap;
use crate::model::lines::{CLOSES, Content, Merged, OPENS, files, show};
use crate::model::world::World;
use crate::support::Repo;
use std::collections::BTreeSet;

/// What is done before the pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Only the last commits are there.
    Shallow,
    /// The whole branch became one commit, and the old ones are collected as garbage.
    Squashed,
    /// The collection's branch was forced back to its parent, and goes on from there.
    Forced,
    /// The project goes back to an older version with `pull --ref`, and follows the tip again.
    RolledBack,
}

impl Mirror {
    /// Make a clone, do something to it, pull, and judge what came of it.
    pub fn probe(
        &self,
        world: &mut World,
        probe: Probe,
        chance: &mut Chance,
        tally: &mut Tally,
    ) -> Result<(), Stop> {
        let with_notes = chance.happens(50);
        let ours = world.head(0).snap.clone();
        let (old_tip, mut theirs) = (world.tip().clone(), world.tip().snap.clone());
        if ours.content.is_none() || theirs.content.is_none() {
            return Ok(());
        }
        let clone = self.clone_for(probe, chance, with_notes);
        if probe == Probe::Forced {
            let Some(parent) = old_tip.parents.first().map(|id| world.collection[*id].clone()) else {
                return Ok(());
            };
            if parent.snap.content.is_none() {
                return Ok(());
            }
            let content = world.edited(&parent.snap.content, chance, 'c', 2);
            theirs = world.events.note(content, parent.snap.known);
            let onto = [self.collected[&parent.id].clone()];
            place::import(&self.collection, "refs/heads/main", "forced\n", &onto, &theirs.content);
        }
        if probe == Probe::RolledBack {
            return self.roll_back(world, &clone, chance, tally);
        }
        let run = clone.skillsync(&["pull", "--json"]);
        if run.code > 1 {
            return Err(Stop::Differs(format!("{probe:?}: pull failed\n{run}")));
        }
        let word = run.json()["results"][0]["status"].as_str().unwrap_or("none").to_owned();
        tally.count(format!("{probe:?} {}: {word}", if with_notes { "with notes" } else { "without" }));
        let found = place::in_work_tree(&clone);
        if matches!(word.as_str(), "skipped" | "none" | "aborted") {
            let same = found == ours.content;
            return if same {
                Ok(())
            } else {
                Err(Stop::Differs(format!("{probe:?}: {word}, but written\n{run}")))
            };
        }
        tally.told.extend(judge(world, (probe, with_notes), &found, &ours, &theirs));
        Ok(())
    }

    /// An older version is placed and pinned, a pull leaves it, and the tip is followed again.
    fn roll_back(
        &self,
        world: &World,
        clone: &Repo,
        chance: &mut Chance,
        tally: &mut Tally,
    ) -> Result<(), Stop> {
        let tip = world.tip();
        let older = world.collection.iter().filter(|old| tip.past.has(old.id) && old.snap.content.is_some());
        let older: Vec<_> = older.collect();
        let old = *chance.choose(&older);
        tally.count("RolledBack");
        let expect = |args: &[&str], wanted: &Content| {
            let run = clone.skillsync(args);
            let found = place::in_work_tree(clone);
            if run.code == 0 && found == *wanted {
                return Ok(());
            }
            Err(Stop::Differs(format!("{args:?}: {}, wanted {}\n{run}", show(&found), show(wanted))))
        };
        let (commit, content) = (&self.collected[&old.id], &old.snap.content);
        expect(&["deploy", "pdf", "--ref", commit, "--force", "--commit"], content)?;
        expect(&["pull"], content)?;
        expect(&["deploy", "pdf", "--ref", "main", "--commit"], &tip.snap.content)?;
        expect(&["pull"], &tip.snap.content)
    }

    fn clone_for(&self, probe: Probe, chance: &mut Chance, with_notes: bool) -> Repo {
        let name = format!("probe-{probe:?}");
        let from = format!("file://{}", self.clones[0].path().display());
        let head = self.clones[0].head();
        self.clones[0].git(&["branch", "-f", "probed", &head]);
        let depth = format!("--depth={}", 1 + chance.below(3));
        let mut args = vec!["clone", "-q", "--single-branch", "-b", "probed"];
        if probe == Probe::Shallow {
            args.push(&depth);
        }
        self.sandbox.git(&[&args[..], &[&from, &name]].concat());
        let clone = self.sandbox.open(&name);
        if with_notes {
            clone.try_git(&["fetch", "-q", "origin", "refs/notes/skillsync:refs/notes/skillsync"]);
        }
        if probe == Probe::Squashed {
            let tree = clone.git(&["rev-parse", "HEAD^{tree}"]);
            let one = clone.git(&["commit-tree", "-m", "squashed", &tree, "-p", &self.commits[&0]]);
            clone.git(&["update-ref", "refs/heads/probed", &one]);
            clone.git(&["update-ref", "-d", "refs/remotes/origin/probed"]);
            clone.git(&["reflog", "expire", "--expire=now", "--all"]);
            clone.git(&["gc", "-q", "--prune=now"]);
        }
        clone.skillsync(&["init", "../coll"]).expect_success();
        clone
    }
}

/// A loss that the true base does not have too.
fn judge(world: &World, kind: (Probe, bool), found: &Content, ours: &Snap, theirs: &Snap) -> Option<String> {
    let mut open = BTreeSet::new();
    for lines in files(found).values() {
        let mut inside = false;
        for line in lines.iter() {
            inside = *line == OPENS || inside && *line != CLOSES;
            open.extend(inside.then_some(*line));
        }
    }
    let merged = Merged { content: found.clone(), open, ..Merged::default() };
    let wrong = world.events.judge(&merged, ours, theirs);
    let (_, inherent) = world.events.true_merge(ours, theirs);
    let [mine, other, got] = [&ours.content, &theirs.content, found].map(show);
    let told = format!("loss in {kind:?}: {wrong:?}\n  ours {mine}\n  theirs {other}\n  got {got}");
    (!wrong.is_subset(&inherent)).then_some(told)
}
