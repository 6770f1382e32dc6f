//! The table of situations: how each comes about, and the command that is stopped in it.

use crate::support::{PLACED, Repo, SOURCE, World, skill};

/// Where a command is run.
pub enum Place {
    /// In the project.
    Project,
    /// In the collection.
    Collection,
    /// In another folder of the sandbox.
    Other(&'static str),
}

/// A situation and a command.
pub struct Situation {
    pub name: &'static str,
    pub prepare: fn(&World),
    pub place: Place,
    pub args: &'static [&'static str],
    /// Whether it may leave its work to the next command and say nothing, as hooks and readers do.
    pub may_leave_it: bool,
}

const fn row(name: &'static str, prepare: fn(&World), args: &'static [&'static str]) -> Situation {
    Situation { name, prepare, place: Place::Project, args, may_leave_it: false }
}

const fn quiet(name: &'static str, prepare: fn(&World), args: &'static [&'static str]) -> Situation {
    Situation { may_leave_it: true, ..row(name, prepare, args) }
}

pub const SITUATIONS: &[Situation] = &[
    row("init", forget, &["init", "../coll", "--share"]),
    row("deploy", grow, &["deploy", "pdf", "sheets", "review", "helper"]),
    row("deploy --commit", grow, &["deploy", "pdf", "--commit"]),
    row("pull, fast forward", theirs, &["pull"]),
    row("pull --commit", theirs, &["pull", "--commit"]),
    row("pull --atomic", theirs, &["pull", "--atomic"]),
    row("pull, both sides", merging, &["pull"]),
    row("pull, not staged", unstaged, &["pull"]),
    row("pull, conflicts", conflicting, &["pull"]),
    row("pull, by a rule", conflicting, &["pull", "--auto-resolve", "theirs"]),
    row("pull --strategy fork", conflicting, &["pull", "--strategy", "fork"]),
    row("pull --strategy overwrite", merging, &["pull", "--strategy", "overwrite", "--yes"]),
    row("pull --prune", gone, &["pull", "--prune", "--yes"]),
    row("pull --rename", renamed, &["pull", "--rename"]),
    row("pull --rename, a link", renamed_with_link, &["pull", "--rename"]),
    row("pull --force", deleted_here, &["pull", "--force", "pdf"]),
    row("pull after a reset", put_away, &["pull"]),
    row("pull over a pull", pulled_before, &["pull"]),
    Situation {
        name: "pull in a linked work tree",
        prepare: linked,
        place: Place::Other("linked"),
        args: &["pull"],
        may_leave_it: false,
    },
    row("abort", |world| pulled(world, theirs, 0), &["abort"]),
    row("abort, conflicts with edits", aborting, &["abort"]),
    row("abort, a fork", forked, &["abort"]),
    row("abort, put away", put_away, &["abort"]),
    row("undo", |world| pulled(world, theirs, 0), &["undo"]),
    row("undo, conflicts", |world| pulled(world, conflicting, 1), &["undo"]),
    row("undo, a deployment", undeployed, &["undo"]),
    row("undo, a removal", removed, &["undo"]),
    row("undo, a fork", forked, &["undo"]),
    row("continue", resolved, &["continue"]),
    row("continue --commit", resolved, &["continue", "--commit"]),
    row("push", ours, &["push"]),
    row("push, both sides", merging, &["push"]),
    row("push to a branch nobody has", ours_elsewhere, &["push"]),
    row("push --branch", ours, &["push", "--branch", "topic"]),
    row("push --new --delete", new_and_gone, &["push", "--new", "--delete", "own", "review"]),
    row("push to a URL", ours_at_a_url, &["push"]),
    row("sync --commit", merging, &["sync", "--commit"]),
    Situation {
        name: "pull --project",
        prepare: ours,
        place: Place::Collection,
        args: &["pull", "--project", "../proj"],
        may_leave_it: false,
    },
    row("remove", grown, &["remove", "pdf", "review"]),
    row("remove --keep-files", grown, &["remove", "--keep-files", "pdf"]),
    row("adopt", copied, &["adopt"]),
    row("adopt what is not committed", copied_only, &["adopt"]),
    row("import", imported, &["import", ".skill-lock.json"]),
    quiet("hook post-commit", committed, &["hook", "worker", "post-commit"]),
    quiet("status", committed, &["status"]),
    row("notes push", shared, &["notes", "push"]),
    row("notes fetch", fetched, &["notes", "fetch"]),
    quiet("hook pre-push", shared, &["hook", "worker", "pre-push", "origin", "../hub"]),
    row("collection update", behind_a_url, &["collection", "update"]),
    row("hooks uninstall", |_| (), &["hooks", "uninstall"]),
    row("deploy, many targets", grow, DEPLOY_MANY),
    row("pull, many targets", spread_merging, &["pull"]),
    row("push, copies that differ", spread_apart, &["push"]),
    row("abort, many targets", |world| pulled(world, spread_merging, 0), &["abort"]),
    row("undo, many targets", spread_deployed, &["undo"]),
    row("remove, many targets", spread, &["remove", "pdf", "review", "helper"]),
    row("remove --target", spread, &["remove", "--target", "codex", "pdf", "helper"]),
    quiet("auto run", automatic, &["auto", "run", "session-start", "--force"]),
];

/// A copy, a link to it, and what is made of artifacts for harnesses with other formats.
const DEPLOY_MANY: &[&str] =
    &["deploy", "pdf", "review", "helper", "--target", "claude", "--target", "codex", "--target", "gemini"];

const PDF: &str = "skills/pdf";
const SHEETS: &str = "skills/sheets/SKILL.md";
const PLACED_SHEETS: &str = ".claude/skills/sheets/SKILL.md";

fn sheets(edits: &[(usize, &str)]) -> String {
    skill(&[&[(2, "name: sheets")], edits].concat())
}

fn link(repo: &Repo, path: &str, target: &str) {
    let path = repo.path().join(path);
    let _ = std::fs::remove_file(&path);
    std::os::unix::fs::symlink(target, path).expect("link");
}

/// The skill `pdf` has folders, a program, a link and bytes that are no text.
fn grow(world: &World) {
    let coll = &world.coll;
    coll.write(&format!("{PDF}/data/deep/table.csv"), "a,b\n1,2\n");
    coll.write(&format!("{PDF}/data/picture.bin"), [0, 159, 146, 150, 0, 255].repeat(200));
    coll.write_program(&format!("{PDF}/scripts/run.sh"), "#!/bin/sh\necho run\n");
    link(coll, &format!("{PDF}/latest"), "notes.txt");
    coll.commit_all("Grow");
}

/// All four are deployed and committed.
fn grown(world: &World) {
    grow(world);
    world.deploy(&["pdf", "sheets", "review", "helper"]);
    world.porcelain();
}

/// The collection changes, adds and deletes files, modes and a link; of `sheets` and `review` too.
fn theirs(world: &World) {
    grown(world);
    change_theirs(world);
}

fn change_theirs(world: &World) {
    let coll = &world.coll;
    coll.write(SOURCE, skill(&[(17, "theirs")])).remove(&format!("{PDF}/data/deep/table.csv"));
    coll.write(&format!("{PDF}/data/more/list.txt"), "one\n");
    coll.write(&format!("{PDF}/data/picture.bin"), [0, 1, 2, 255].repeat(300));
    coll.write_program(&format!("{PDF}/notes.txt"), "one\ntwo\nthree\n");
    link(coll, &format!("{PDF}/latest"), "data/more/list.txt");
    coll.write(SHEETS, sheets(&[(17, "theirs")])).write("commands/review.md", "# Review\n\nRead it twice.\n");
    coll.commit_all("Theirs");
}

/// The project has edits of its own elsewhere in the same files.
fn merging(world: &World) {
    grown(world);
    world.proj.write(PLACED, skill(&[(7, "ours")])).write(PLACED_SHEETS, sheets(&[(7, "ours")]));
    world.proj.write(".claude/skills/pdf/own.txt", "own\n").commit_all("Ours");
    change_theirs(world);
}

/// They are in the work tree only, some staged and some not; and there is a file git does not know.
fn unstaged(world: &World) {
    grown(world);
    world.proj.write(PLACED, skill(&[(7, "ours")])).git(&["add", "."]);
    world.proj.write(PLACED, skill(&[(7, "ours"), (10, "later")]));
    world.proj.write(PLACED_SHEETS, sheets(&[(7, "ours")])).write(".claude/skills/pdf/untracked", "mine\n");
    change_theirs(world);
}

/// Both changed the same line of `pdf`, and one deleted what the other changed.
fn conflicting(world: &World) {
    grown(world);
    world.proj.write(PLACED, skill(&[(17, "ours")])).write(PLACED_SHEETS, sheets(&[(7, "ours")]));
    world.proj.write(".claude/skills/pdf/data/deep/table.csv", "a,b\n1,3\n").commit_all("Ours");
    change_theirs(world);
}

fn expect(world: &World, args: &[&str], code: i32) {
    let run = world.proj.skillsync(args);
    assert_eq!(run.code, code, "{args:?}: {run}");
}

fn pulled(world: &World, prepare: fn(&World), code: i32) {
    prepare(world);
    expect(world, &["pull"], code);
}

fn aborting(world: &World) {
    pulled(world, conflicting, 1);
    world.proj.write(PLACED, "half resolved\n").write(PLACED_SHEETS, sheets(&[(7, "ours"), (12, "later")]));
    world.proj.git(&["add", PLACED_SHEETS]);
}

fn forked(world: &World) {
    conflicting(world);
    expect(world, &["pull", "--strategy", "fork"], 0);
}

fn put_away(world: &World) {
    pulled(world, merging, 0);
    world.proj.git(&["reset", "--quiet", "--hard"]);
}

fn pulled_before(world: &World) {
    pulled(world, merging, 0);
    world.coll.write(SOURCE, skill(&[(12, "again"), (17, "theirs")])).commit_all("Again");
}

fn gone(world: &World) {
    grown(world);
    world.coll.remove("skills/sheets").remove("commands/review.md").commit_all("Remove");
}

fn renamed_with_link(world: &World) {
    let args =
        ["deploy", "pdf", "--method", "symlink", "--target", "claude", "--target", "codex", "--commit"];
    world.proj.skillsync(&args).expect_success();
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename");
}

fn renamed(world: &World) {
    grown(world);
    world.coll.git(&["mv", "skills/pdf", "skills/pages"]);
    world.coll.commit_all("Rename");
    world.coll.write("skills/pages/SKILL.md", skill(&[(17, "theirs")])).commit_all("Improve");
}

fn deleted_here(world: &World) {
    grown(world);
    world.proj.git(&["rm", "-rq", ".claude/skills/pdf"]);
    world.proj.commit_all("Delete");
    world.coll.write(SOURCE, skill(&[(17, "theirs")])).commit_all("Theirs");
}

fn linked(world: &World) {
    grown(world);
    world.proj.worktree("linked");
    change_theirs(world);
}

fn undeployed(world: &World) {
    grow(world);
    expect(world, &["deploy", "pdf", "review"], 0);
}

fn removed(world: &World) {
    grown(world);
    expect(world, &["remove", "pdf", "review"], 0);
}

fn resolved(world: &World) {
    pulled(world, conflicting, 1);
    world.proj.write(PLACED, skill(&[(17, "both")]));
    world.proj.write(".claude/skills/pdf/data/deep/table.csv", "a,b\n1,4\n");
}

fn ours(world: &World) {
    grown(world);
    edit_ours(world);
}

fn edit_ours(world: &World) {
    let proj = &world.proj;
    proj.write(PLACED, skill(&[(7, "ours")])).write(".claude/skills/pdf/data/new/file.txt", "new\n");
    proj.remove(".claude/skills/pdf/data/picture.bin");
    proj.write_program(".claude/skills/pdf/notes.txt", "one\ntwo\nthree\nfour\n");
    proj.write(PLACED_SHEETS, sheets(&[(7, "ours")])).commit_all("Ours");
}

fn ours_elsewhere(world: &World) {
    ours(world);
    world.coll.git(&["switch", "--quiet", "--create", "other"]);
    world.proj.git(&["config", "skillsync-collection.default.branch", "main"]);
}

fn new_and_gone(world: &World) {
    grown(world);
    world.proj.write(".claude/skills/own/SKILL.md", "---\nname: own\n---\nOwn.\n");
    world.proj.git(&["rm", "-q", ".claude/commands/review.md"]);
    world.proj.commit_all("Own");
    world.porcelain();
}

fn spread_deployed(world: &World) {
    grow(world);
    world.proj.git(&["config", "skillsync.method", "symlink"]);
    expect(world, &["deploy", "sheets", "--target", "claude", "--target", "kiro"], 0);
    world.proj.git(&["config", "--unset", "skillsync.method"]);
    world.proj.commit_all("Link");
    expect(world, DEPLOY_MANY, 0);
}

/// Artifacts at several targets: copies, links, and in other formats.
fn spread(world: &World) {
    spread_deployed(world);
    world.proj.commit_all("Spread");
    world.porcelain();
}

/// One copy was edited, and so was what was made of a command.
fn spread_merging(world: &World) {
    spread(world);
    world.proj.write(".codex/skills/pdf/SKILL.md", skill(&[(7, "ours")])).commit_all("Ours");
    change_theirs(world);
}

/// Two copies were edited, in different places.
fn spread_apart(world: &World) {
    spread(world);
    world.proj.write(PLACED, skill(&[(7, "ours")]));
    world.proj.write(".codex/skills/pdf/SKILL.md", skill(&[(12, "too")])).commit_all("Ours");
}

fn automatic(world: &World) {
    merging(world);
    expect(world, &["config", "skillsync.auto.enabled", "true"], 0);
}

fn behind_a_url(world: &World) {
    grow(world);
    let url = format!("file://{}", world.sandbox.path("hub").display());
    world.sandbox.git(&["clone", "--quiet", "--bare", "coll", "hub"]);
    forget(world);
    expect(world, &["init", &url], 0);
    world.coll.git(&["push", "--quiet", "../hub", "main"]);
    world.coll.write(SHEETS, sheets(&[(9, "newer")])).commit_all("Newer");
    world.coll.git(&["push", "--quiet", "../hub", "main"]);
}

fn ours_at_a_url(world: &World) {
    behind_a_url(world);
    world.deploy(&["pdf", "sheets", "review", "helper"]);
    edit_ours(world);
}

fn copied(world: &World) {
    copied_only(world);
    world.proj.commit_all("Copy");
}

fn copied_only(world: &World) {
    grow(world);
    let proj = &world.proj;
    proj.write(PLACED_SHEETS, sheets(&[])).write(".claude/commands/review.md", "# Review\n\nRead it.\n");
    proj.git(&["add", "."]);
}

/// Edited before its first commit, so that only another tool's record tells where it came from.
fn imported(world: &World) {
    grow(world);
    let tree = world.coll.git(&["rev-parse", "HEAD:skills/sheets"]);
    let lock = format!(
        r#"{{"version":3,"skills":{{"sheets":{{"source":"acme/skills","sourceType":"github","sourceUrl":"https://github.com/acme/skills.git","ref":"main","skillPath":"{SHEETS}","skillFolderHash":"{tree}"}}}}}}"#
    );
    world
        .proj
        .write(PLACED_SHEETS, sheets(&[(7, "ours")]))
        .write(".skill-lock.json", lock)
        .commit_all("Copy");
}

/// Deployed and pulled, and committed where no hook was called.
fn committed(world: &World) {
    theirs(world);
    expect(world, &["pull"], 0);
    world.proj.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "Pull"]);
}

fn shared(world: &World) {
    grown(world);
    world.sandbox.bare_repo("hub");
    world.proj.git(&["remote", "add", "origin", "../hub"]);
    let push = ["push", "--quiet", "--no-verify", "--set-upstream", "origin", "main"];
    world.proj.git(&push);
}

fn fetched(world: &World) {
    shared(world);
    expect(world, &["notes", "push"], 0);
    let other = world.sandbox.open("hub").clone_to("other");
    other.skillsync(&["init", "../coll"]).expect_success();
    other.skillsync(&["notes", "fetch"]).expect_success();
    world.coll.write(SOURCE, skill(&[(17, "theirs")])).commit_all("Theirs");
    other.skillsync(&["pull", "--commit"]).expect_success();
    other.git(&["push", "--quiet", "--no-verify", "origin", "main"]);
    other.skillsync(&["notes", "push"]).expect_success();
    world.proj.git(&["fetch", "--quiet", "--no-write-fetch-head", "origin", "main"]);
}

/// A project that knows no collection, and has no hooks.
fn forget(world: &World) {
    world.proj.skillsync(&["hooks", "uninstall"]).expect_success();
    let _ = world.proj.try_git(&["config", "--remove-section", "skillsync-collection.default"]);
}
