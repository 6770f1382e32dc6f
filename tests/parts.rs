//! Parts of a project, such as the packages of a monorepo: a folder with a tracked configuration of its own
//! is what places are relative to for whoever works in it.

use crate::support::{Repo, World, skill};

const A: &str = "packages/a/.claude/skills/pdf";
const FILE_A: &str = "packages/a/.claude/skills/pdf/SKILL.md";
const FILE_B: &str = "packages/b/.claude/skills/pdf/SKILL.md";
const FILE: &str = ".claude/skills/pdf/SKILL.md";
const OURS: (usize, &str) = (8, "ours");
const OTHER: (usize, &str) = (12, "other");
const THEIRS: (usize, &str) = (18, "theirs");

/// Two packages with a configuration, the first with a folder in it; nothing is deployed.
fn packages() -> (World, Repo, Repo) {
    let world = World::new();
    for package in ["a", "b"] {
        world.proj.write(&format!("packages/{package}/.skillsync/config"), "");
        world.proj.write(&format!("packages/{package}/src/lib.rs"), "\n");
    }
    world.proj.commit_all("Packages");
    let open = |name: &str| world.sandbox.open(&format!("proj/packages/{name}"));
    let (a, b) = (open("a/src"), open("b"));
    (world, a, b)
}

/// The skill is deployed in both packages and in the project itself.
fn deployed() -> (World, Repo, Repo) {
    let (world, a, b) = packages();
    for place in [&a, &b, &world.proj] {
        place.skillsync(&["deploy", "pdf"]).expect_success();
    }
    world.proj.commit_all("Deploy");
    (world, a, b)
}

fn porcelain(place: &Repo) -> String {
    place.skillsync(&["status", "--porcelain"]).expect_success()
}

#[test]
fn who_works_in_a_package_works_on_its_artifacts() {
    let (world, a, b) = packages();
    let run = a.skillsync(&["deploy", "pdf"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, &*format!("skill/pdf  deployed: at {A}\n")), "{run}");
    assert!(!world.proj.exists(".claude") && !a.exists(".claude"));
    world.proj.commit_all("Deploy");
    let note = world.note();
    assert_eq!(
        (note.len(), note[0]["path"].as_str(), note[0]["target"].as_str()),
        (1, Some(A), Some("claude"))
    );
    world.edit_collection(&[THEIRS]);
    let line = format!(".M\tskill/pdf\t{A}");
    assert_eq!([porcelain(&a), porcelain(&world.proj), porcelain(&b)], [line.clone(), line, String::new()]);
    assert_eq!(b.skillsync(&["list"]).stdout, "");
    world.proj.write(FILE_A, skill(&[OURS])).commit_all("Adapt");
    b.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(FILE_A), skill(&[OURS]));
    a.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!(world.proj.read(FILE_A), skill(&[OURS, THEIRS]));
    b.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[THEIRS]));
    a.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[OURS, THEIRS]));
    assert_eq!(b.skillsync(&["remove", "pdf"]).code, 2);
    a.skillsync(&["remove", "pdf"]).expect_success();
    assert!(!world.proj.exists(A));
}

#[test]
fn the_root_sees_all_and_a_package_its_own() {
    let (world, a, b) = deployed();
    assert_eq!(world.note().len(), 3);
    // Records are the whole project's.
    let shown = a.skillsync(&["notes", "show", "--json"]).json();
    assert_eq!(shown["records"].as_array().expect("records").len(), 3);
    world.edit_collection(&[THEIRS]);
    assert_eq!(
        [porcelain(&a), porcelain(&b), porcelain(&world.proj)].map(|text| text.lines().count()),
        [1, 1, 3]
    );
    // A path is meant as it is seen from where one stands, or from the root.
    for path in ["../.claude/skills/pdf", "../.claude/skills/pdf/", A] {
        let run = a.skillsync(&["status", "--porcelain", path]);
        assert_eq!(run.stdout, format!(".M\tskill/pdf\t{A}\n"), "{path}: {run}");
    }
    let run = world.proj.skillsync(&["pull", A]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(world.proj.git(&["diff", "--cached", "--name-only"]), FILE_A);
    // What is taken back there is nobody else's.
    b.skillsync(&["pull"]).expect_success();
    a.skillsync(&["abort"]).expect_success();
    assert_eq!(world.proj.git(&["diff", "--cached", "--name-only"]), FILE_B);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    assert_eq!([FILE, FILE_A, FILE_B].map(|file| world.proj.read(file)), [(); 3].map(|()| skill(&[THEIRS])));
    assert_eq!(porcelain(&world.proj), "");
}

#[test]
fn packages_go_their_own_ways_and_are_sent_together() {
    let (world, ..) = deployed();
    world.proj.write(FILE_A, skill(&[OURS])).write(FILE_B, skill(&[OTHER])).commit_all("Adapt");
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    let expected = [skill(&[THEIRS]), skill(&[OURS, THEIRS]), skill(&[OTHER, THEIRS])];
    assert_eq!([FILE, FILE_A, FILE_B].map(|file| world.proj.read(file)), expected);
    world.proj.skillsync(&["push"]).expect_success();
    assert_eq!(world.coll.read("skills/pdf/SKILL.md"), skill(&[OURS, OTHER, THEIRS]));
    // From there it comes to everybody.
    world.proj.skillsync(&["pull", "--commit"]).expect_success();
    let all = [(); 3].map(|()| skill(&[OURS, OTHER, THEIRS]));
    assert_eq!([FILE, FILE_A, FILE_B].map(|file| world.proj.read(file)), all);
}

#[cfg(unix)]
#[test]
fn copies_and_links_of_one_package_belong_together() {
    let (world, a, _) = packages();
    a.skillsync(&["deploy", "pdf", "--target", "claude", "--target", "gemini", "--method", "symlink"])
        .expect_success();
    world.proj.commit_all("Deploy");
    // What stands in a package is nothing that the project links to.
    world.proj.skillsync(&["deploy", "pdf", "--target", "gemini", "--method", "symlink"]).expect_success();
    let is_link = |path: &str| world.proj.path().join(path).is_symlink();
    assert!(!is_link(".gemini/skills/pdf") && is_link("packages/a/.gemini/skills/pdf"));
    let link = std::fs::read_link(world.proj.path().join("packages/a/.gemini/skills/pdf"));
    assert_eq!(link.expect("a link").to_str(), Some("../../.claude/skills/pdf"));
    a.skillsync(&["deploy", "sheets", "--target", "claude", "--target", "codex"]).expect_success();
    world.proj.commit_all("Deploy");
    let sheets = |folder: &str| format!("packages/a/{folder}/skills/sheets/SKILL.md");
    world.proj.write(&sheets(".codex"), skill(&[(2, "name: sheets"), OURS])).commit_all("Adapt");
    world.edit_collection(&[THEIRS]);
    world.proj.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(&sheets(".claude")), world.proj.read(&sheets(".codex")));
}

#[test]
fn without_notes_a_package_knows_its_own() {
    let (world, ..) = deployed();
    let fresh = world.proj.clone_to("fresh");
    fresh.skillsync(&["init", "../coll"]).expect_success();
    world.edit_collection(&[THEIRS]);
    let a = world.sandbox.open("fresh/packages/a");
    assert_eq!(porcelain(&a), format!(".M\tskill/pdf\t{A}"));
    assert_eq!(porcelain(&fresh).lines().count(), 3);
    a.skillsync(&["adopt"]).expect_success();
    let notes = fresh.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert!(notes.lines().count() == 1 && notes.contains(A), "{notes}");
}

#[test]
fn what_a_package_ignores_is_kept_in_step_there() {
    let (world, a, b) = packages();
    world.proj.write("packages/a/.gitignore", ".claude/\n").commit_all("Ignore");
    a.skillsync(&["deploy", "pdf"]).expect_success();
    assert_eq!(
        (world.proj.read(FILE_A), world.proj.git(&["status", "--porcelain"])),
        (skill(&[]), String::new())
    );
    world.edit_collection(&[THEIRS]);
    assert_eq!([porcelain(&a), porcelain(&b)], [format!(".M\tskill/pdf\t{A}"), String::new()]);
    a.skillsync(&["pull"]).expect_success();
    assert_eq!(world.proj.read(FILE_A), skill(&[THEIRS]));
    // One that is tracked and one that is ignored elsewhere share a name and no more.
    b.skillsync(&["deploy", "pdf"]).expect_success();
    world.proj.commit_all("Deploy");
    world.edit_collection(&[OTHER]);
    let run = b.skillsync(&["status", "--porcelain", "pdf"]);
    let line = format!(".M\tskill/pdf\t{}\n", FILE_B.trim_end_matches("/SKILL.md"));
    assert_eq!((run.code, run.stdout), (0, line), "{}", run.stderr);
}

#[test]
fn the_nearest_configuration_is_what_init_takes_and_shares() {
    let world = World::new();
    let other = world.sandbox.repo("other");
    other.write("skills/own/SKILL.md", "# Own\n").commit_all("Own");
    let name = |url: &str| format!("[skillsync-collection \"default\"]\n\turl = {url}\n");
    let fresh = world.sandbox.repo("fresh");
    fresh.write(".skillsync/config", name(world.coll.path().to_str().unwrap()));
    fresh.write("packages/a/.skillsync/config", name(other.path().to_str().unwrap()));
    fresh.write("packages/b/.skillsync/config", "").commit_all("Begin");
    for (place, offers) in [("packages/a", "skill/own"), ("packages/b", "skill/pdf"), (".", "skill/pdf")] {
        let place = world.sandbox.open(&format!("fresh/{place}"));
        place.skillsync(&["init", "--no-hooks"]).expect_success();
        assert!(place.skillsync(&["list", "--available"]).stdout.contains(offers), "{offers}");
        place.skillsync(&["collection", "remove", "default"]).expect_success();
    }
    let b = world.sandbox.open("fresh/packages/b");
    b.skillsync(&["init", "../../../coll", "--no-hooks", "--share"]).expect_success();
    assert_eq!(fresh.git(&["diff", "--name-only"]), "packages/b/.skillsync/config");
}

#[test]
fn hooks_look_at_the_artifacts_of_every_package() {
    let (world, a, _) = deployed();
    world.proj.skillsync(&["hooks", "install", "--pre-commit"]).expect_success();
    let markers = "<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n";
    world.proj.write(FILE_A, skill(&[]) + markers);
    a.git(&["add", "--all", ".."]);
    let run = a.try_git(&["commit", "--message", "Forgotten"]);
    assert!(run.code != 0 && run.stderr.contains(FILE_A), "{run}");
}

/// A configuration that is not tracked yet is one for who stands below it.
#[test]
fn what_was_deployed_before_the_configuration_is_tracked_is_recorded() {
    let world = World::new();
    world.proj.write("packages/a/.skillsync/config", "");
    let a = world.sandbox.open("proj/packages/a");
    a.skillsync(&["deploy", "pdf"]).expect_success();
    a.git(&["commit", "--quiet", "--message", "Deploy"]);
    assert_eq!(world.proj.git(&["status", "--porcelain"]), "?? packages/a/.skillsync/");
    assert_eq!(world.note()[0]["path"], A);
    world.edit_collection(&[THEIRS]);
    assert_eq!([porcelain(&a), porcelain(&world.proj)], [format!(".M\tskill/pdf\t{A}"), String::new()]);
    assert!(!world.proj.exists(".git/skillsync/pending.json"));
    world.proj.commit_all("Configuration");
    assert_eq!(porcelain(&world.proj), format!(".M\tskill/pdf\t{A}"));
}

#[test]
fn targets_that_a_project_shares_hold_unless_something_nearer_is_said() {
    let world = World::new();
    world
        .proj
        .skillsync(&["init", "../coll", "--share", "--target", "codex", "--target", "gemini"])
        .expect_success();
    world.proj.commit_all("Share");
    // Somebody else's clone: a word in its own configuration is nearer, one for all repositories is not.
    let other = world.proj.clone_to("other");
    other.skillsync(&["init", "../coll"]).expect_success();
    assert_eq!(other.try_git(&["config", "--local", "skillsync.target"]).code, 1);
    other.git(&["config", "--global", "skillsync.target", "roo"]);
    let origin = |repo: &Repo| repo.skillsync(&["config", "--show-origin", "skillsync.target"]).stdout;
    let told = origin(&other);
    assert!(told.contains("/other/.skillsync/config\tcodex\n") && told.contains("\tgemini\n"), "{told}");
    assert_eq!(told.lines().count(), 2);
    other.skillsync(&["deploy", "review"]).expect_success();
    assert!(other.exists(".gemini/commands/review.toml") && !other.exists(".roo"));
    other.git(&["config", "skillsync.target", "claude"]);
    assert!(origin(&other).ends_with("\tclaude\n"), "{}", origin(&other));
    other.skillsync(&["deploy", "pdf"]).expect_success();
    assert!(other.exists(".claude/skills/pdf") && !other.exists(".agents"));
    // A part has its own.
    other.git(&["config", "--unset", "skillsync.target"]);
    other.write("packages/a/.skillsync/config", "[skillsync]\n\ttarget = kiro\n").git(&["add", "."]);
    let part = world.sandbox.open("other/packages/a");
    part.skillsync(&["deploy", "pdf"]).expect_success();
    assert!(other.exists("packages/a/.kiro/skills/pdf"));
}
