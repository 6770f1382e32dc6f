//! The model's deeds done on real git: two clones of a project and a collection.

use super::place::{self, PLACED, SOURCE, name_of};
use crate::model::deeds::{Deed, Made, Reset};
use crate::model::lines::{Content, show};
use crate::model::world::World;
use crate::support::{Repo, Sandbox};
use std::collections::{BTreeMap, BTreeSet};

/// The notes ref of the program.
pub const NOTES: &str = "--ref=skillsync";

/// Why a history ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The program did something else than the model.
    Differs(String),
    /// Git itself merged otherwise than the model; nothing of ours.
    GitDiffers(String),
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Differs(why) => f.write_str(why),
            Self::GitDiffers(why) => write!(f, "git differs: {why}"),
        }
    }
}

pub struct Mirror {
    pub sandbox: Sandbox,
    pub collection: Repo,
    pub clones: [Repo; 2],
    /// The real commits, by the model's numbers.
    pub commits: BTreeMap<usize, String>,
    pub collected: BTreeMap<usize, String>,
    /// The notes' records before the step: which commits had one, with its number.
    noted: [BTreeMap<usize, usize>; 2],
    pub story: Vec<String>,
}

impl Mirror {
    /// The beginning of a history: deployed in one clone, and cloned.
    pub fn new(world: &World) -> Self {
        let sandbox = Sandbox::new();
        let collection = sandbox.bare_repo("coll");
        let first = sandbox.repo("one");
        first.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        first.write("README", "A project.\n");
        let start = first.commit_all("start");
        let clones = [first.clone(), first];
        let commits = BTreeMap::from([(0, start)]);
        let (noted, story) = (Default::default(), Vec::new());
        let mut mirror =
            Self { sandbox, collection, clones, commits, collected: BTreeMap::new(), noted, story };
        for id in 0..=world.main {
            mirror.collect(world, id);
        }
        mirror.deploy(world);
        mirror.remember(world);
        mirror
    }

    fn deploy(&mut self, world: &World) {
        let first = self.clones[0].clone();
        first.skillsync(&["deploy", "pdf", "--from", "../coll"]).expect_success();
        self.commits.insert(1, first.commit_all("deploy"));
        first.skillsync(&["status"]).expect_success();
        self.clones[1] = first.clone_to("two");
        let second = self.clones[1].clone();
        second.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        second.skillsync(&["init", "../coll"]).expect_success();
        if !world.clones[1].notes.is_empty() {
            self.copy_note(1, 1);
        }
        for (clone, repo) in world.clones.iter().zip(&self.clones) {
            // The sandbox's clock is far behind: all that it wrote would be old.
            repo.git(&["config", "gc.reflogExpire", "never"]);
            repo.git(&["config", "gc.reflogExpireUnreachable", "never"]);
            // A busy machine is no reason for a hook to leave its work to others.
            repo.git(&["config", "skillsync.hookTimeout", "60s"]);
            if !clone.hooks {
                repo.skillsync(&["hooks", "uninstall"]).expect_success();
            }
        }
    }

    /// What the notes hold before the next step.
    pub fn remember(&mut self, world: &World) {
        for (clone, noted) in world.clones.iter().zip(&mut self.noted) {
            *noted = clone.notes.iter().map(|(id, record)| (*id, record.n)).collect();
        }
    }

    fn collect(&mut self, world: &World, id: usize) {
        let commit = &world.collection[id];
        let parents: Vec<String> = commit.parents.iter().map(|id| self.collected[id].clone()).collect();
        let mut message = format!("collection {id}\n");
        for pushed in &commit.trailers {
            let elsewhere = place::import(&self.collection, "refs/heads/elsewhere", "pushed\n", &[], pushed);
            let tree = self.collection.git(&["rev-parse", &format!("{elsewhere}:{SOURCE}")]);
            self.collection.git(&["update-ref", "-d", "refs/heads/elsewhere"]);
            message += &format!("\nSkillsync-Artifact: skill/pdf\nSkillsync-Content: {tree}\n");
        }
        let made =
            place::import(&self.collection, "refs/heads/main", &message, &parents, &commit.snap.content);
        self.collected.insert(id, made);
    }

    /// Do what the model did; pulls and pushes are done elsewhere.
    pub fn follow(&mut self, world: &World, deed: &Deed) -> Result<(), Stop> {
        match deed {
            Deed::Collect(id) => self.collect(world, *id),
            Deed::Write(clone) => place::write(&self.clones[*clone], &world.clones[*clone].work_tree.content),
            Deed::Stage(clone, file) => self.stage(*clone, *file),
            Deed::Commit(clone, made, how) => return self.commit(world, *clone, *made, *how),
            Deed::Branch(clone) => self.git(*clone, &["switch", "-q", "-c", &world.clones[*clone].branch]),
            Deed::Switch(clone) => self.git(*clone, &["switch", "-q", &world.clones[*clone].branch]),
            Deed::Fetch(clone) => {
                let other = self.clones[1 - *clone].path().to_string_lossy().into_owned();
                self.git(*clone, &["fetch", "-q", &other, "+main:refs/remotes/other/main"]);
            }
            Deed::FastForward(clone, to) => {
                let to = self.fetched(*clone, *to);
                self.git(*clone, &["merge", "-q", "--ff-only", &to]);
            }
            Deed::StageSquash(clone, other) => {
                let other = self.fetched(*clone, *other);
                self.clones[*clone].try_git(&["merge", "-q", "--squash", &other]);
                self.settle(*clone, &world.clones[*clone].index.content);
            }
            Deed::Rebase(clone, onto, pairs) => return self.rebase(world, *clone, *onto, pairs),
            Deed::Reset(clone, to, how) => {
                let how = match how {
                    Reset::Soft => "--soft",
                    Reset::Mixed => "--mixed",
                    Reset::Hard => "--hard",
                };
                let to = self.commits[to].clone();
                self.git(*clone, &["reset", "-q", how, &to]);
            }
            Deed::Restore(clone) => self.git(*clone, &["restore", "--", PLACED]),
            Deed::CheckOut(clone) => self.git(*clone, &["checkout", "-q", "HEAD", "--", PLACED]),
            Deed::Stash(clone) => self.git(*clone, &["stash", "-q"]),
            Deed::Pop(clone) => self.git(*clone, &["stash", "pop", "-q"]),
            Deed::Lose(clone) => self.lose(world, *clone),
            Deed::Share(clone) => self.share(world, *clone),
            Deed::Resolve(clone) => self.settle(*clone, &world.clones[*clone].index.content),
            Deed::ServerSquash { .. } | Deed::Fresh { .. } | Deed::Pull(_) | Deed::Push(_) => {}
        }
        Ok(())
    }

    fn git(&self, clone: usize, args: &[&str]) {
        self.clones[clone].git(args);
    }

    fn stage(&self, clone: usize, file: Option<char>) {
        match file {
            None => self.git(clone, &["add", "--all", PLACED]),
            Some(file) => self.git(clone, &["add", &format!("{PLACED}/{}", name_of(file))]),
        }
    }

    /// Put a content into work tree and index.
    fn settle(&self, clone: usize, what: &Content) {
        place::write(&self.clones[clone], what);
        self.git(clone, &["add", "--all", PLACED]);
    }

    /// A commit's id, after fetching it from the other clone if need be.
    fn fetched(&self, clone: usize, id: usize) -> String {
        let commit = &self.commits[&id];
        let repo = &self.clones[clone];
        if repo.try_git(&["cat-file", "-e", commit]).code != 0 {
            let other = self.clones[1 - clone].path().to_string_lossy().into_owned();
            repo.git(&["fetch", "-q", "--no-write-fetch-head", &other, commit]);
        }
        commit.clone()
    }

    fn commit(&mut self, world: &World, clone: usize, made: usize, how: Made) -> Result<(), Stop> {
        let message = format!("commit {made}");
        let wanted = &world.commits[made].snap.content;
        let repo = self.clones[clone].clone();
        match how {
            Made::Plain => self.git(clone, &["commit", "-q", "--allow-empty", "-m", &message]),
            Made::Amend { copies_notes } => {
                let copy = ["-c", "notes.rewriteRef=refs/notes/skillsync", "-c", "notes.rewrite.amend=true"];
                let amend = ["commit", "-q", "--amend", "--allow-empty", "-m", &message];
                self.git(clone, &[if copies_notes { &copy[..] } else { &[] }, &amend[..]].concat());
            }
            Made::Only(file) => {
                let path = format!("{PLACED}/{}", name_of(file));
                self.git(clone, &["commit", "-q", "-m", &message, "--", &path]);
            }
            Made::Other => {
                let name = format!("other-{made}");
                repo.write(&name, "other\n").git(&["add", &name]);
                self.git(clone, &["commit", "-q", "-m", &message, "--", &name]);
            }
            Made::Pick(commit) => {
                let commit = self.fetched(clone, commit);
                if repo.try_git(&["cherry-pick", &commit]).code != 0 {
                    self.go_on(clone, wanted, "cherry-pick");
                }
            }
            Made::Revert(commit) => {
                let commit = self.fetched(clone, commit);
                if repo.try_git(&["revert", "--no-edit", &commit]).code != 0 {
                    self.go_on(clone, wanted, "revert");
                }
            }
            Made::Merge(other) => {
                let other = self.fetched(clone, other);
                if repo.try_git(&["merge", "-q", "--no-ff", "--no-edit", &other]).code != 0 {
                    self.settle(clone, wanted);
                    self.git(clone, &["commit", "-q", "--no-edit"]);
                }
            }
            Made::Squash(other) => {
                let other = self.fetched(clone, other);
                if repo.try_git(&["merge", "-q", "--squash", &other]).code != 0 {
                    self.settle(clone, wanted);
                }
                self.git(clone, &["commit", "-q", "--allow-empty", "-m", &message]);
            }
        }
        self.commits.insert(made, repo.head());
        self.same_as_model(clone, "HEAD", wanted)
    }

    /// Go on after a conflict, as the model resolved it.
    fn go_on(&self, clone: usize, wanted: &Content, command: &str) {
        self.settle(clone, wanted);
        self.git(clone, &["-c", "core.editor=true", command, "--continue"]);
    }

    fn same_as_model(&self, clone: usize, revision: &str, wanted: &Content) -> Result<(), Stop> {
        let found = &place::at(&self.clones[clone], PLACED, &[revision])[0];
        if found == wanted {
            return Ok(());
        }
        Err(Stop::GitDiffers(format!("{revision} is {}, in the model {}", show(found), show(wanted))))
    }

    fn rebase(
        &mut self,
        world: &World,
        clone: usize,
        onto: usize,
        pairs: &[(usize, usize)],
    ) -> Result<(), Stop> {
        let repo = self.clones[clone].clone();
        let onto = self.fetched(clone, onto);
        let todo: String = pairs.iter().map(|(old, _)| format!("pick {}\n", self.commits[old])).collect();
        let list = self.sandbox.path("todo");
        std::fs::write(&list, if todo.is_empty() { "noop\n".to_owned() } else { todo }).unwrap();
        let editor = format!("sequence.editor=cp '{}'", list.display());
        let mut run = repo.try_git(&["-c", &editor, "rebase", "-q", "-i", "--empty=keep", &onto]);
        for _ in pairs {
            let stopped = repo.try_git(&["rev-parse", "-q", "--verify", "REBASE_HEAD"]);
            if run.code == 0 || stopped.code != 0 {
                break;
            }
            let stopped = stopped.stdout.trim().to_owned();
            let pair = pairs.iter().find(|(old, _)| self.commits[old] == stopped);
            let Some((_, new)) = pair else { break };
            self.settle(clone, &world.commits[*new].snap.content);
            run = repo.try_git(&["-c", "core.editor=true", "rebase", "--continue"]);
        }
        if run.code != 0 {
            return Err(Stop::GitDiffers(format!("rebase {run}")));
        }
        let made = repo.git(&["rev-list", "--reverse", &format!("{onto}..HEAD")]);
        let made: Vec<&str> = made.split_whitespace().collect();
        if made.len() != pairs.len() {
            return Err(Stop::GitDiffers("a rebased commit became empty".into()));
        }
        for ((_, new), made) in pairs.iter().zip(made) {
            self.commits.insert(*new, made.to_owned());
            self.same_as_model(clone, made, &world.commits[*new].snap.content)?;
        }
        Ok(())
    }

    /// The commits with notes in a clone, by the model's numbers where it has them.
    pub fn noted(&self, clone: usize) -> BTreeMap<String, Option<usize>> {
        let listed = self.clones[clone].try_git(&["notes", NOTES, "list"]).stdout;
        let number = |id: &str| self.commits.iter().find(|(_, commit)| *commit == id).map(|(id, _)| *id);
        let ids = listed.lines().filter_map(|line| line.split(' ').nth(1));
        ids.map(|id| (id.to_owned(), number(id))).collect()
    }

    fn lose(&self, world: &World, clone: usize) {
        let here = &world.clones[clone];
        let kept: BTreeSet<usize> = here.notes.keys().chain(here.carried.keys()).copied().collect();
        let noted = self.noted(clone);
        let lost = noted.iter().filter(|(_, id)| id.is_none_or(|id| !kept.contains(&id)));
        let lost: Vec<&str> = lost.map(|(commit, _)| commit.as_str()).collect();
        if !lost.is_empty() {
            let args = [&["notes", NOTES, "remove", "--ignore-missing"][..], &lost[..]].concat();
            self.git(clone, &args);
        }
    }

    /// Copy the notes that the model took from the other clone.
    fn share(&self, world: &World, clone: usize) {
        // Who publishes notes has settled first what was committed, as every command that writes.
        self.clones[1 - clone].skillsync(&["pull", "no-such-artifact"]);
        for (id, record) in &world.clones[1 - clone].notes {
            if self.noted[clone].get(id).is_none_or(|n| *n < record.n) {
                self.copy_note(clone, *id);
            }
        }
        for id in world.clones[1 - clone].carried.keys() {
            if !world.clones[clone].notes.contains_key(id) {
                self.copy_note(clone, *id);
            }
        }
    }

    fn copy_note(&self, clone: usize, id: usize) {
        let commit = self.commits[&id].clone();
        let note = self.clones[1 - clone].try_git(&["notes", NOTES, "show", &commit]);
        if note.code == 0 {
            self.fetched(clone, id);
            let input = note.stdout;
            self.clones[clone].git_with_input(&["notes", NOTES, "add", "-f", "-F", "-", &commit], input);
        }
    }

    /// Whether a clone holds what the model says, in work tree, index and HEAD.
    pub fn compare(&self, world: &World, clone: usize) -> Result<(), Stop> {
        let (here, repo) = (&world.clones[clone], &self.clones[clone]);
        let real = place::at(repo, PLACED, &["HEAD", ""]);
        let found = place::in_work_tree(repo);
        let unmerged = here.stages.is_some();
        let mut pairs = vec![("HEAD", &real[0], &world.head(clone).snap.content)];
        if !unmerged {
            pairs.push(("index", &real[1], &here.index.content));
            pairs.push(("work tree", &found, &here.work_tree.content));
        }
        for (what, real, model) in pairs {
            if real != model {
                return Err(Stop::Differs(format!(
                    "clone {clone}: {what}\n  real  {}\n  model {}",
                    show(real),
                    show(model)
                )));
            }
        }
        Ok(())
    }
}
