//! Histories that a server made anew: squashed branches, fresh clones, with and without the notes.

use crate::support::{PLACED, Repo, World, skill};
use serde_json::Value;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");
const NOTES: &str = "refs/notes/skillsync:refs/notes/skillsync";

/// A server that has the project's `main` without the artifact, and the project on a branch.
struct Team {
    world: World,
    server: Repo,
}

impl Team {
    /// The project starts without artifacts; `pdf` is deployed in it on `main` if `deployed`.
    fn new(deployed: bool) -> Self {
        let world = if deployed { World::deployed() } else { World::new() };
        let server = world.sandbox.bare_repo("server");
        world.proj.git(&["remote", "add", "origin", "../server"]);
        world.porcelain();
        world.proj.git(&["push", "--quiet", "origin", "main"]);
        world.proj.git(&["checkout", "--quiet", "-b", "topic"]);
        Self { world, server }
    }

    /// Publish the branch and the notes; the server squashes the branch onto `main` and deletes it.
    fn squash(&self) {
        let proj = &self.world.proj;
        proj.git(&["push", "--quiet", "origin", "topic", "refs/notes/skillsync"]);
        let main = self.server.git(&["rev-parse", "main"]);
        let squashed = self.server.git(&["commit-tree", "-p", &main, "-m", "Squash topic", "topic^{tree}"]);
        self.server.git(&["update-ref", "refs/heads/main", &squashed]);
        self.server.git(&["update-ref", "-d", "refs/heads/topic"]);
    }

    /// A fresh clone of the server with the collection registered.
    fn clone(&self, name: &str, options: &[&str], notes: bool) -> Repo {
        let url = format!("file://{}", self.server.path().display());
        self.world.sandbox.git(&[&["clone", "--quiet"], options, &[&*url, name]].concat());
        let clone = self.world.sandbox.open(name);
        if notes {
            clone.git(&["fetch", "--quiet", "origin", NOTES]);
        }
        clone.skillsync(&["init", "../coll"]).expect_success();
        clone
    }
}

fn json(repo: &Repo, args: &[&str]) -> (Value, i32) {
    let run = repo.skillsync(&[args, &["--json"]].concat());
    (run.json(), run.code)
}

/// The base's rung and the recommendation for the only artifact that attention is drawn to.
fn status(repo: &Repo) -> (String, String) {
    let (document, _) = json(repo, &["status"]);
    let artifact = &document["artifacts"][0];
    let text = |key: &str| artifact[key].as_str().unwrap_or("-").to_owned();
    (text("base_from"), text("recommendation"))
}

fn pulled(repo: &Repo) -> (String, i32) {
    let (document, code) = json(repo, &["pull", "--commit"]);
    (document["results"][0]["status"].as_str().unwrap_or_default().to_owned(), code)
}

#[test]
fn a_squashed_pull_is_merged_right_with_and_without_notes() {
    let team = Team::new(true);
    let world = &team.world;
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_project(&[OURS, THEIRS]);
    team.squash();
    world.edit_collection(&[THEIRS, (12, "later")]);
    for (name, notes, rung) in [("with", true, "note"), ("without", false, "history")] {
        let clone = team.clone(name, &[], notes);
        assert_eq!(status(&clone), (rung.into(), "merge".into()), "{name}");
        assert_eq!(pulled(&clone), ("merged".into(), 0), "{name}");
        assert_eq!(clone.read(PLACED), skill(&[OURS, THEIRS, (12, "later")]), "{name}");
    }
}

#[test]
fn what_a_squashed_pull_took_in_and_was_edited_stays_edited() {
    // Without the record of the branch the pull cannot be seen in the content.
    let team = Team::new(true);
    let world = &team.world;
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    world.edit_project(&[(17, "theirs, but better")]);
    world.proj.skillsync(&["push", "--dry-run"]).expect_success();
    world.proj.skillsync(&["deploy", "review", "--commit"]).expect_success();
    team.squash();
    let clone = team.clone("clone", &[], true);
    assert_eq!(status(&clone), ("rewritten".into(), "pull_from_project".into()));
    assert_eq!(pulled(&clone), ("up_to_date".into(), 0));
    assert_eq!(clone.read(PLACED), skill(&[(17, "theirs, but better")]));
}

/// A branch that deployed and edited, squashed; what `publish` does comes before.
fn deployed_on_a_branch(publish: impl FnOnce(&World)) -> Team {
    let team = Team::new(false);
    team.world.deploy(&["pdf"]);
    team.world.edit_project(&[OURS]);
    publish(&team.world);
    team.squash();
    team.world.edit_collection(&[THEIRS]);
    team
}

/// Commands that commit carry the records, `notes push` does.
fn carry(world: &World) {
    world.proj.skillsync(&["notes", "push", "origin"]).expect_success();
}

#[test]
fn a_squashed_deployment_with_edits_is_known_by_its_carried_record() {
    let team = deployed_on_a_branch(carry);
    let clone = team.clone("clone", &[], true);
    assert_eq!(status(&clone), ("rewritten".into(), "merge".into()));
    assert_eq!(pulled(&clone), ("merged".into(), 0));
    assert_eq!(clone.read(PLACED), skill(&[OURS, THEIRS]));
    let (document, _) = json(&clone, &["status", "--verbose"]);
    assert_eq!(document["artifacts"][0]["base_from"], "note", "a pull makes a record of its own");
}

#[test]
fn without_notes_no_base_of_it_is_known_and_nothing_is_changed() {
    let team = deployed_on_a_branch(carry);
    let clone = team.clone("clone", &[], false);
    let before = clone.tree_snapshot();
    let run = clone.skillsync(&["pull", "pdf"]);
    assert_eq!(run.code, 1, "{run}");
    let said = [run.stdout.clone(), run.stderr.clone()].concat();
    assert!(said.contains("no common version is known") && said.contains("hint: "), "{run}");
    assert_eq!(clone.tree_snapshot(), before);
}

#[test]
fn the_branch_that_is_still_there_serves_where_nothing_was_carried() {
    let team = deployed_on_a_branch(|_| {});
    let proj = &team.world.proj;
    proj.git(&["fetch", "--quiet", "origin"]);
    proj.git(&["checkout", "--quiet", "main"]);
    proj.git(&["reset", "--quiet", "--hard", "origin/main"]);
    assert_eq!(status(proj), ("rewritten".into(), "merge".into()), "by the branch");
    proj.git(&["branch", "--quiet", "-D", "topic"]);
    assert_eq!(status(proj), ("rewritten".into(), "merge".into()), "by the reflog");
    proj.git(&["reflog", "expire", "--expire=now", "--all"]);
    proj.git(&["update-ref", "-d", "refs/remotes/origin/topic"]);
    assert_eq!(status(proj), ("none".into(), "review_manually".into()), "nothing is known of it");
}

#[test]
fn a_carried_record_is_no_effective_record() {
    // Its base is the one of the deployment: what was taken in and taken back since is found by
    // going through the commits since then, not since the record was carried.
    let team = Team::new(true);
    let world = &team.world;
    let push = |edits: &[(usize, &str)]| {
        world.edit_project(edits);
        world.proj.skillsync(&["push"]).expect_success();
    };
    push(&[OURS]);
    world.edit_project(&[(8, "other")]);
    carry(world);
    let carried = world.note();
    assert_eq!((carried.len(), &carried[0]["carried"]), (1, &Value::Bool(true)));
    assert_eq!(carried[0]["n"], 0);
    assert_eq!(status(&world.proj), ("note".into(), "pull_from_project".into()));
    let log = world.proj.git(&["log", "--oneline", "refs/notes/skillsync"]);
    world.proj.commit_all("nothing");
    carry(world);
    assert_eq!(world.proj.git(&["log", "--oneline", "refs/notes/skillsync"]), log, "once a content");
    push(&[(8, "other")]);
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[(8, "other")]));
}

#[test]
fn nothing_is_carried_where_nothing_was_recorded_or_edited() {
    let team = Team::new(true);
    let world = &team.world;
    let tip = |world: &World| world.proj.git(&["rev-parse", "refs/notes/skillsync"]);
    let before = tip(world);
    world.proj.write("other.txt", "x\n").commit_all("other");
    carry(world);
    assert_eq!(tip(world), before, "P is as it was recorded");
    world.edit_project(&[OURS]);
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(tip(world), before, "a command that has nothing to do changes nothing");
    world.proj.git(&["update-ref", "-d", "refs/notes/skillsync"]);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.proj.try_git(&["rev-parse", "--verify", "--quiet", "refs/notes/skillsync"]).code, 1);
}

#[test]
fn a_pin_and_another_name_survive_a_squash() {
    let team = Team::new(false);
    let world = &team.world;
    world.coll.git(&["tag", "v1"]);
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["deploy", "pdf", "--ref", "v1", "--as", "paper", "--commit"]).expect_success();
    world.porcelain();
    team.squash();
    let clone = team.clone("clone", &[], true);
    let (document, _) = json(&clone, &["status", "--verbose"]);
    let artifact = &document["artifacts"][0];
    assert_eq!([&artifact["pin"], &artifact["path"]], ["v1", ".claude/skills/paper"], "{document}");
}

#[test]
fn a_shallow_clone_merges_with_notes_and_says_so_without() {
    let team = Team::new(true);
    let world = &team.world;
    world.edit_project(&[OURS]);
    carry(world);
    world.proj.git(&["push", "--quiet", "origin", "topic:main"]);
    world.edit_collection(&[THEIRS]);
    let with = team.clone("with", &["--depth", "1"], true);
    assert_eq!(with.git(&["rev-list", "--count", "HEAD"]), "1");
    assert_eq!(status(&with), ("rewritten".into(), "merge".into()));
    assert_eq!(pulled(&with), ("merged".into(), 0));
    assert_eq!(with.read(PLACED), skill(&[OURS, THEIRS]));
    let without = team.clone("without", &["--depth", "1"], false);
    let before = without.tree_snapshot();
    let run = without.skillsync(&["pull", "pdf"]);
    assert_eq!(run.code, 1, "{run}");
    let said = [run.stdout.clone(), run.stderr.clone()].concat();
    assert!(said.contains("no common version is known") && said.contains("hint: "), "{run}");
    assert_eq!(without.tree_snapshot(), before);
}
