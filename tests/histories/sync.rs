//! Pull and push through the program, each compared with what the model did.

use super::mirror::{Mirror, NOTES, Stop};
use super::place::{self, SOURCE};
use crate::model::deeds::{Outcome, Sync};
use crate::model::lines::{CLOSES, Content, Line, Lines, OPENS, PARTS, file, files, lines, show};
use crate::model::world::World;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was compared, over all histories.
#[derive(Debug, Default)]
pub struct Tally {
    pub counts: BTreeMap<String, usize>,
    /// The losses of probes.
    pub told: Vec<String>,
}

impl Tally {
    pub fn count(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_default() += 1;
    }
}

fn differs(what: impl Into<String>) -> Result<(), Stop> {
    Err(Stop::Differs(what.into()))
}

impl Mirror {
    pub fn pull(&mut self, world: &World, sync: &Sync, tally: &mut Tally) -> Result<(), Stop> {
        let repo = self.clones[sync.clone].clone();
        let status = repo.skillsync(&["status", "--json"]).json();
        let args: &[&str] = if sync.variant { &["pull", "--commit", "--json"] } else { &["pull", "--json"] };
        let run = repo.skillsync(args);
        if run.code > 1 {
            return differs(format!("pull failed\n{run}"));
        }
        let result = run.json()["results"][0].clone();
        let word = result["status"].as_str().unwrap_or("none");
        tally.count(format!("pull {word}"));
        self.story.push(format!("  pull {word} {} {}", result["base_from"], result["message"]));
        if sync.rung != "none" && self.is_compared(world, sync, &status) {
            tally.count(format!("base {}", sync.rung));
            same_base(&status["artifacts"][0], sync)?;
        }
        if let Some(made) = sync.made {
            self.commits.insert(made, repo.head());
        }
        match (&sync.outcome, word) {
            (Outcome::Merged(merged), "conflict") if !merged.is_clean() => {
                let found = place::in_work_tree(&repo);
                same_conflict(
                    &found,
                    &merged.content,
                    &world.clones[sync.clone].stages.as_ref().unwrap().merged.files.keys().copied().collect(),
                )?;
            }
            (Outcome::Merged(merged), "updated" | "merged" | "up_to_date" | "recorded")
                if merged.is_clean() => {}
            (Outcome::Nothing, "up_to_date" | "recorded" | "skipped" | "none")
            | (Outcome::Skipped, "skipped") => {}
            (outcome, word) => return differs(format!("pull is {word}, in the model {outcome:?}\n{run}")),
        }
        Ok(())
    }

    /// The status tells the base of the work tree only where it differs from the collection.
    fn is_compared(&self, world: &World, sync: &Sync, status: &Value) -> bool {
        let row = &status["artifacts"][0];
        row["collection_sha"] != row["project_sha"]
            && world.tip().snap.content.is_some()
            && sync.base.is_some()
    }

    pub fn push(&mut self, world: &World, sync: &Sync, tally: &mut Tally) -> Result<(), Stop> {
        let repo = self.clones[sync.clone].clone();
        let topic = format!("t{}", world.collection.len());
        let mut args = vec!["push", "--json"];
        if sync.variant {
            args.extend(["--branch", &topic]);
        }
        let old = self.collection.git(&["rev-parse", "main"]);
        let mut run = repo.skillsync(&args);
        let mut result = run.json()["results"][0].clone();
        if result["message"].as_str().is_some_and(|message| message.contains("older version")) {
            tally.count("push would rewind");
            let Outcome::Merged(merged) = &sync.outcome else { return differs(format!("refused\n{run}")) };
            if !self.rewinds(world, &merged.content) {
                return differs(format!("refused as a rewind, which it is not\n{run}"));
            }
            args.push("--allow-rewind");
            run = repo.skillsync(&args);
            result = run.json()["results"][0].clone();
        } else if let Outcome::Merged(merged) = &sync.outcome
            && self.rewinds(world, &merged.content)
        {
            return differs(format!("a push sets a file back unasked\n{run}"));
        }
        let word = result["status"].as_str().unwrap_or("none").to_owned();
        tally.count(format!("push {word}"));
        self.story.push(format!("  push {word} {} {}", result["base_from"], result["message"]));
        match (&sync.outcome, word.as_str()) {
            (Outcome::Merged(merged), "updated" | "merged") => {
                let branch = if sync.variant { topic.as_str() } else { "main" };
                let made = self.collection.git(&["rev-parse", branch]);
                let found = &place::at(&self.collection, SOURCE, &[branch])[0];
                if *found != merged.content {
                    return differs(format!(
                        "pushed {}, in the model {}",
                        show(found),
                        show(&merged.content)
                    ));
                }
                self.collected.insert(sync.made.unwrap(), made);
                if result["base_from"] != sync.rung && (sync.rung == "history" || sync.rung == "pending") {
                    return differs(format!("base from {}, in the model {}", result["base_from"], sync.rung));
                }
            }
            (Outcome::Refused, "aborted") | (Outcome::Nothing, "up_to_date" | "none" | "skipped") => {}
            (outcome, word) => return differs(format!("push is {word}, in the model {outcome:?}\n{run}")),
        }
        if sync.made.is_none() && self.collection.git(&["rev-parse", "main"]) != old {
            return differs(format!("pushed, not in the model\n{run}"));
        }
        Ok(())
    }

    /// Whether a result has a file as the collection once had it, and not as it has it now.
    fn rewinds(&self, world: &World, result: &Content) -> bool {
        // The push itself stands at the end of the model's collection already.
        let made = world.collection.len() - 1;
        let tip = world.collection[made].parents[0];
        let past = world.collection[tip].past;
        let now = &world.collection[tip].snap.content;
        files(result).iter().any(|(name, lines)| {
            let had = |commit: &crate::model::world::Commit| file(&commit.snap.content, *name) == Some(lines);
            file(now, *name) != Some(lines)
                && world.collection.iter().any(|commit| past.has(commit.id) && had(commit))
        })
    }

    /// Whether the notes hold the records of the model.
    pub fn compare_notes(&self, world: &World, clone: usize) -> Result<(), Stop> {
        let (here, repo) = (&world.clones[clone], &self.clones[clone]);
        let mut real: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for (commit, id) in self.noted(clone) {
            let note = repo.git(&["notes", NOTES, "show", &commit]);
            // `git gc` may have taken a commit that was only fetched for its note.
            let placed = format!("{commit}:{}", place::PLACED);
            let at = self.clones.iter().map(|repo| repo.try_git(&["rev-parse", "-q", "--verify", &placed]));
            let at = at.map(|run| run.stdout.trim().to_owned()).find(|at| !at.is_empty());
            for line in note.lines().filter(|line| !line.is_empty()) {
                let record: Value = serde_json::from_str(line).unwrap();
                // What was copied to a commit that it does not fit is no record there.
                if record["at"].as_str() == at.as_deref() {
                    let Some(id) = id else {
                        return differs(format!("a note on {commit}, unknown to the model"));
                    };
                    real.entry(id).or_default().insert(record["sha256"].as_str().unwrap().to_owned());
                }
            }
        }
        let mut model: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for (id, record) in here.notes.iter().chain(&here.carried) {
            if record.at == world.commits[*id].snap.content {
                model.entry(*id).or_default().extend(place::digest(&record.base));
            }
        }
        if real == model {
            return Ok(());
        }
        differs(format!("clone {clone}: notes {real:?}\n  in the model {model:?}"))
    }
}

fn same_base(row: &Value, sync: &Sync) -> Result<(), Stop> {
    let wanted = place::digest(&sync.base);
    let found = row["base_sha"].as_str().map(str::to_owned);
    // Of two rungs with the same base the model names the first.
    let either = |rung: &Value| rung == "note" || rung == "rewritten";
    let same_rung = row["base_from"] == sync.rung || either(&row["base_from"]) && either(&sync.rung.into());
    if found == wanted && same_rung {
        return Ok(());
    }
    let base = show(&sync.base);
    differs(format!(
        "base {found:?} from {}, in the model {wanted:?} ({base}) from {}",
        row["base_from"], sync.rung
    ))
}

/// Git narrows conflicts down, and joins those that are close: what it leaves outside must be settled
/// in the model too, or stand on both sides.
fn same_conflict(found: &Content, wanted: &Content, conflicted: &BTreeSet<char>) -> Result<(), Stop> {
    let marked: BTreeSet<char> =
        files(found).into_iter().filter(|(_, lines)| lines.contains(&OPENS)).map(|(name, _)| name).collect();
    let mut same = lines(found) == lines(wanted) && marked.is_subset(conflicted);
    for (name, wanted) in files(wanted) {
        let found: Lines = file(found, name).cloned().unwrap_or_else(|| [].into());
        let settled = |lines: &Lines, in_both: bool| -> BTreeSet<Line> { outside(lines, in_both) };
        same &= settled(&found, false).is_subset(&settled(&wanted, true));
    }
    if same {
        return Ok(());
    }
    differs(format!("conflict {}\n  in the model {}", show(found), show(wanted)))
}

/// The lines outside of conflicts, and with `in_both` those that both sides of a conflict have.
fn outside(text: &Lines, in_both: bool) -> BTreeSet<Line> {
    let (mut settled, mut ours, mut theirs, mut side) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), 0);
    for line in text.iter() {
        match *line {
            OPENS => side = 1,
            PARTS => side = 2,
            CLOSES => {
                if in_both {
                    settled.extend(ours.intersection(&theirs).copied());
                }
                (ours, theirs, side) = (BTreeSet::new(), BTreeSet::new(), 0);
            }
            line if side == 0 => {
                settled.insert(line);
            }
            line if side == 1 => {
                ours.insert(line);
            }
            line => {
                theirs.insert(line);
            }
        }
    }
    settled
}
