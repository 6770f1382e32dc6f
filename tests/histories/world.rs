//! A collection and a project on real git, and the operations that users do with them.

use super::oracle::{Oracle, Snap};
use crate::support::{Repo, Sandbox};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const SOURCE: &str = "skills/pdf/SKILL.md";
const PLACED: &str = ".claude/skills/pdf/SKILL.md";

/// What happened, over all histories.
#[derive(Default)]
pub struct Tally {
    operations: usize,
    merges: usize,
    conflicts: usize,
    inherent: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operations, merges, conflicts, inherent } = self;
        write!(
            f,
            "{operations} operations, {merges} merges judged, {conflicts} conflicts, {inherent} inherent"
        )
    }
}

/// A small generator: the same seed gives the same history.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

pub struct World {
    _sandbox: Sandbox,
    collection: Repo,
    project: Repo,
    chance: Chance,
    oracle: Oracle,
    next_line: usize,
    /// What commits hold, by id.
    commits: BTreeMap<String, Snap>,
    work_tree: Snap,
    stash: Option<(Snap, Snap)>,
    story: Vec<String>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let sandbox = Sandbox::new();
        let (collection, project) = (sandbox.repo("coll"), sandbox.repo("proj"));
        let mut oracle = Oracle::default();
        let lines: Vec<String> = (0..10).map(|at| format!("start {at}")).collect();
        let first = oracle.begin(lines);
        collection.write(SOURCE, text(&first.lines));
        let mut commits = BTreeMap::new();
        commits.insert(collection.commit_all("first"), first.clone());
        project.git(&["config", "merge.conflictStyle", "diff3"]);
        project.write("README.md", "a project\n");
        project.commit_all("start");
        project.skillsync(&["deploy", "pdf", "--from", "../coll"]).expect_success();
        project.git(&["commit", "--quiet", "-m", "deploy"]);
        commits.insert(project.head(), first.clone());
        let chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (stash, story) = (None, Vec::new());
        Self {
            _sandbox: sandbox,
            collection,
            project,
            chance,
            oracle,
            next_line: 0,
            commits,
            work_tree: first,
            stash,
            story,
        }
    }

    pub fn length(&mut self) -> usize {
        8 + self.chance.below(18)
    }

    pub fn story(&self) -> String {
        self.story.join("\n")
    }

    /// One operation; an error is a loss.
    pub fn step(&mut self, tally: &mut Tally) -> Result<(), String> {
        tally.operations += 1;
        match self.chance.below(40) {
            0..=7 => self.edit(),
            8..=13 => self.commit(),
            14..=19 => self.edit_collection(),
            20 => self.revert_collection(),
            21..=28 => return self.pull(false, tally),
            29..=31 => return self.pull(true, tally),
            32..=34 => return self.push(tally),
            35 => self.reset(),
            36 => self.put_away(),
            37 => self.take_out(),
            38 => self.revert(),
            _ => self.amend(),
        }
        Ok(())
    }

    fn tell(&mut self, what: &str) {
        let (lines, head) = (self.work_tree.lines.join(" | "), self.project.head());
        self.story.push(format!("{what}: work tree [{lines}] HEAD {}", &head[..7]));
    }

    fn head(&self) -> Snap {
        self.commits[&self.project.head()].clone()
    }

    fn tip(&self) -> Snap {
        self.commits[&self.collection.head()].clone()
    }

    fn is_unmerged(&self) -> bool {
        !self.project.git(&["ls-files", "-u"]).trim().is_empty()
    }

    fn is_clean(&self) -> bool {
        self.project.git(&["status", "--porcelain", "--untracked-files=no"]).trim().is_empty()
    }

    fn edited(&mut self, lines: &[String], who: &str) -> Vec<String> {
        let mut lines = lines.to_vec();
        let at = self.chance.below(lines.len() + 1);
        self.next_line += 1;
        let new = format!("{who} {}", self.next_line);
        match self.chance.below(5) {
            0..=2 if at < lines.len() => lines[at] = new,
            4 if at < lines.len() && lines.len() > 4 => {
                lines.remove(at);
            }
            _ => lines.insert(at, new),
        }
        lines
    }

    fn edit(&mut self) {
        let lines = self.edited(&self.work_tree.lines.clone(), "mine");
        self.write(lines, "edit");
    }

    fn write(&mut self, lines: Vec<String>, what: &str) {
        self.work_tree = self.oracle.note(lines, self.work_tree.known.clone());
        self.project.write(PLACED, text(&self.work_tree.lines));
        self.tell(what);
    }

    fn commit(&mut self) {
        if self.is_clean() {
            return;
        }
        self.project.git(&["commit", "--quiet", "-am", "work"]);
        self.commits.insert(self.project.head(), self.work_tree.clone());
        self.tell("commit");
    }

    fn amend(&mut self) {
        self.project.git(&["commit", "--quiet", "--amend", "-am", "amended"]);
        self.commits.insert(self.project.head(), self.work_tree.clone());
        self.tell("amend");
    }

    fn edit_collection(&mut self) {
        let tip = self.tip();
        let lines = self.edited(&tip.lines, "theirs");
        self.commit_collection(lines, &tip, "edit");
    }

    fn revert_collection(&mut self) {
        let tip = self.tip();
        let older = self.collection.git(&["log", "--format=%H", "-n", "6"]);
        let older: Vec<&str> = older.split_whitespace().collect();
        let chosen = older[self.chance.below(older.len())].to_owned();
        let lines = self.commits[&chosen].lines.clone();
        self.commit_collection(lines, &tip, "go back");
    }

    fn commit_collection(&mut self, lines: Vec<String>, tip: &Snap, what: &str) {
        if lines == tip.lines {
            return;
        }
        let snap = self.oracle.note(lines, tip.known.clone());
        self.collection.write(SOURCE, text(&snap.lines));
        let id = self.collection.commit_all(what);
        self.story.push(format!("collection {what}: [{}]", snap.lines.join(" | ")));
        self.commits.insert(id, snap);
    }

    fn reset(&mut self) {
        self.project.git(&["reset", "--quiet", "--hard"]);
        self.work_tree = self.head();
        self.tell("reset --hard");
    }

    fn put_away(&mut self) {
        if self.stash.is_some() || self.is_clean() {
            return;
        }
        self.project.git(&["stash", "--quiet"]);
        self.stash = Some((self.head(), self.work_tree.clone()));
        self.work_tree = self.head();
        self.tell("stash");
    }

    fn take_out(&mut self) {
        if self.stash.is_none() || !self.is_clean() {
            return;
        }
        let done = self.project.try_git(&["stash", "pop", "--quiet"]);
        let Some((base, stashed)) = self.stash.take() else { return };
        if done.code != 0 {
            self.project.git(&["reset", "--quiet", "--hard"]);
            self.project.git(&["stash", "drop", "--quiet"]);
            return;
        }
        let fresh = stashed.known.difference(&base.known).copied();
        let known = self.head().known.into_iter().chain(fresh).collect();
        self.work_tree = self.oracle.note(lines(&self.project.read(PLACED)), known);
        self.tell("stash pop");
    }

    fn revert(&mut self) {
        let changing = self.project.git(&["log", "--format=%H", "-n", "4", "--", PLACED]);
        let changing: Vec<&str> = changing.split_whitespace().collect();
        let chosen = changing[self.chance.below(changing.len())].to_owned();
        let parent = self.project.try_git(&["rev-parse", &format!("{chosen}^:{PLACED}")]);
        if !self.is_clean() || parent.code != 0 {
            return;
        }
        if self.project.try_git(&["revert", "--no-edit", &chosen]).code != 0 {
            self.project.try_git(&["revert", "--abort"]);
            return;
        }
        let known = self.work_tree.known.clone();
        self.work_tree = self.oracle.note(lines(&self.project.read(PLACED)), known);
        self.commits.insert(self.project.head(), self.work_tree.clone());
        self.tell("revert");
    }

    fn pull(&mut self, commit: bool, tally: &mut Tally) -> Result<(), String> {
        let (ours, theirs, head) = (self.work_tree.clone(), self.tip(), self.head());
        let args: &[&str] = if commit { &["pull", "--commit", "--json"] } else { &["pull", "--json"] };
        let done = self.project.skillsync(args);
        assert!(done.code == 0 || done.code == 1, "{done}");
        let status = done.json()["results"][0]["status"].as_str().unwrap_or("none").to_owned();
        self.story.push(format!("pull {status}"));
        let found = lines(&self.project.read(PLACED));
        match status.as_str() {
            "skipped" | "none" => return Ok(()),
            "conflict" => tally.conflicts += 1,
            _ => {}
        }
        let (settled, fuzzy) = without_conflicts(&found);
        self.verdict(&settled, &fuzzy, &ours, &theirs, tally)?;
        let known = ours.known.union(&theirs.known).copied().collect();
        if status == "conflict" {
            let chosen = self.resolution(&found);
            self.work_tree = self.oracle.note(chosen, known);
            self.project.write(PLACED, text(&self.work_tree.lines));
            self.project.git(&["add", PLACED]);
            assert!(!self.is_unmerged(), "resolved");
            self.tell("resolved");
        } else {
            self.work_tree = self.oracle.note(found, known);
            self.tell("pulled");
        }
        self.learn_head(&head, &theirs);
        Ok(())
    }

    /// The commit that a pull made holds what was staged; in the work tree there may be more.
    fn learn_head(&mut self, before: &Snap, theirs: &Snap) {
        let id = self.project.head();
        if self.commits.contains_key(&id) && !self.is_clean() {
            return;
        }
        let snap = if self.is_clean() {
            self.work_tree.clone()
        } else {
            let known = before.known.union(&theirs.known).copied().collect();
            let committed = lines(&self.project.git(&["show", &format!("HEAD:{PLACED}")]));
            self.oracle.note(committed, known)
        };
        self.commits.insert(id, snap);
    }

    /// Each conflict becomes ours, theirs, or something new.
    fn resolution(&mut self, found: &[String]) -> Vec<String> {
        let (mut kept, mut side) = (Vec::new(), None);
        let mut choice = 0;
        for line in found {
            if line.starts_with("<<<<<<<") {
                (side, choice) = (Some(0), self.chance.below(3));
                if choice == 2 {
                    self.next_line += 1;
                    kept.push(format!("resolved {}", self.next_line));
                }
            } else if side.is_some() && line.starts_with("|||||||") {
                side = Some(9);
            } else if side.is_some() && line.starts_with("=======") {
                side = Some(1);
            } else if side.is_some() && line.starts_with(">>>>>>>") {
                side = None;
            } else if side.is_none() || side == Some(choice) {
                kept.push(line.clone());
            }
        }
        kept
    }

    fn push(&mut self, tally: &mut Tally) -> Result<(), String> {
        let (ours, theirs) = (self.tip(), self.head());
        let done = self.project.skillsync(&["push", "--json"]);
        assert!(done.code == 0 || done.code == 1, "{done}");
        let status = done.json()["results"][0]["status"].as_str().unwrap_or("none").to_owned();
        self.story.push(format!("push {status}"));
        if !matches!(status.as_str(), "updated" | "merged") {
            return Ok(());
        }
        let found = lines(&self.collection.read(SOURCE));
        self.verdict(&found, &BTreeSet::new(), &ours, &theirs, tally)?;
        let known = ours.known.union(&theirs.known).copied().collect();
        let snap = self.oracle.note(found, known);
        self.commits.insert(self.collection.head(), snap);
        Ok(())
    }

    /// A line that a merge got wrong is a loss, unless git with the true base gets it wrong too.
    fn verdict(
        &mut self,
        got: &[String],
        fuzzy: &BTreeSet<String>,
        ours: &Snap,
        theirs: &Snap,
        tally: &mut Tally,
    ) -> Result<(), String> {
        tally.merges += 1;
        let wrong = self.oracle.judge(got, fuzzy, ours, theirs);
        if wrong.is_empty() {
            return Ok(());
        }
        let Some(base) = self.oracle.true_base(ours, theirs) else { return Ok(()) };
        let true_merge = self.merge_file(&base.lines, &ours.lines, &theirs.lines);
        let (settled, fuzzy) = without_conflicts(&true_merge);
        let inherent = self.oracle.judge(&settled, &fuzzy, ours, theirs);
        if wrong.iter().all(|line| inherent.contains(line)) {
            tally.inherent += 1;
            return Ok(());
        }
        Err(format!(
            "{wrong:?}\n  ours {:?}\n  theirs {:?}\n  got {got:?}\n  true base {:?}",
            ours.lines, theirs.lines, base.lines
        ))
    }

    fn merge_file(&self, base: &[String], ours: &[String], theirs: &[String]) -> Vec<String> {
        let folder = self.project.path().join(".git");
        for (name, lines) in [("true-base", base), ("true-ours", ours), ("true-theirs", theirs)] {
            std::fs::write(folder.join(name), text(lines)).unwrap();
        }
        let args = ["merge-file", "-p", "--diff3", "--diff-algorithm=histogram"];
        let files = [".git/true-ours", ".git/true-base", ".git/true-theirs"];
        lines(&self.project.try_git(&[&args[..], &files[..]].concat()).stdout)
    }

    /// Both repositories are sound, and nothing of ours stands in the work tree.
    pub fn check_repositories(&self) {
        for repository in [&self.project, &self.collection] {
            let fsck = repository.try_git(&["fsck", "--no-dangling", "--strict"]);
            assert!(fsck.code == 0, "{fsck}\n{}", self.story());
            let untracked = repository.git(&["ls-files", "--others"]);
            assert!(untracked.trim().is_empty(), "{untracked}");
        }
    }
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The lines outside of conflicts, and those inside.
fn without_conflicts(found: &[String]) -> (Vec<String>, BTreeSet<String>) {
    let (mut settled, mut fuzzy, mut inside) = (Vec::new(), BTreeSet::new(), false);
    for line in found {
        if line.starts_with("<<<<<<<") {
            inside = true;
        } else if line.starts_with(">>>>>>>") {
            inside = false;
        } else if inside {
            fuzzy.insert(line.clone());
        } else {
            settled.push(line.clone());
        }
    }
    (settled, fuzzy)
}
