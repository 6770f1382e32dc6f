//! Previews: what they show, that they write nothing, and that it is what is done then.

use crate::corpus::corpus;
use crate::referee::say;
use crate::support::{Repo, Sandbox, World, skill};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const OURS: (usize, &str) = (7, "ours");
const THEIRS: (usize, &str) = (17, "theirs");

/// Both sides changed: lines apart, the same line of another artifact, files of one side each.
fn diverged() -> World {
    let world = World::new();
    world.deploy(&["pdf", "sheets", "review"]);
    world.coll.write("skills/pdf/extra.txt", "extra\n").remove("skills/pdf/notes.txt");
    world.coll.write("skills/sheets/SKILL.md", skill(&[(2, "name: sheets"), (7, "theirs")]));
    world.edit_collection(&[THEIRS]);
    world.proj.write(".claude/skills/sheets/SKILL.md", skill(&[(2, "name: sheets"), (7, "ours")]));
    world.proj.write(".claude/skills/pdf/own.txt", "own\n");
    world.edit_project(&[OURS]);
    world.porcelain();
    world
}

#[test]
fn a_preview_says_what_happens_to_each_file_and_why() {
    let world = diverged();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--preview"]), @"
    ----- stdout
    skill/pdf  would be merged
       recommended: merge (both sides changed it, and the changes go together)
       merge     SKILL.md
       add       extra.txt
       delete    notes.txt
       keep      own.txt
    skill/sheets  would conflict: has conflicts
       recommended: resolve conflict (both sides changed the same place of 1 file)
       conflict  SKILL.md (content)
     .claude/skills/pdf/SKILL.md    | 2 +-
     .claude/skills/pdf/extra.txt   | 1 +
     .claude/skills/pdf/notes.txt   | 3 ---
     .claude/skills/sheets/SKILL.md | 4 ++++
     4 files changed, 6 insertions(+), 4 deletions(-)
    ----- stderr
    hint: fix them and 'git add' the files, or run 'git skillsync abort'
    ----- status 1
    ");
    let (document, _) = world.json(&["pull", "--preview", "pdf"]);
    let result = &document["results"][0];
    assert_eq!(
        (&result["recommendation"], &result["reason"]),
        (&"merge".into(), &"both sides changed it, and the changes go together".into())
    );
    assert_eq!(
        result["files"],
        serde_json::json!([
            {"path": "SKILL.md", "action": "merge", "added": 1, "removed": 1},
            {"path": "extra.txt", "action": "add", "added": 1, "removed": 0},
            {"path": "notes.txt", "action": "delete", "added": 0, "removed": 3},
            {"path": "own.txt", "action": "keep", "added": 0, "removed": 0},
        ])
    );
    assert!(world.everything() == before);
}

#[test]
fn a_verbose_preview_has_the_difference() {
    let world = diverged();
    insta::assert_snapshot!(world.proj.skillsync(&["pull", "--preview", "pdf", "-v"]), @"
    ----- stdout
    skill/pdf  would be merged
       recommended: merge (both sides changed it, and the changes go together)
       merge     SKILL.md
       add       extra.txt
       delete    notes.txt
       keep      own.txt
     .claude/skills/pdf/SKILL.md  | 2 +-
     .claude/skills/pdf/extra.txt | 1 +
     .claude/skills/pdf/notes.txt | 3 ---
     3 files changed, 2 insertions(+), 4 deletions(-)

    diff --git a/.claude/skills/pdf/SKILL.md b/.claude/skills/pdf/SKILL.md
    index 4853828..bc5d433 100644
    --- a/.claude/skills/pdf/SKILL.md
    +++ b/.claude/skills/pdf/SKILL.md
    @@ -14,7 +14,7 @@ line 13
     line 14
     line 15
     line 16
    -line 17
    +theirs
     line 18
     line 19
     line 20
    diff --git a/.claude/skills/pdf/extra.txt b/.claude/skills/pdf/extra.txt
    new file mode 100644
    index 0000000..0f22871
    --- /dev/null
    +++ b/.claude/skills/pdf/extra.txt
    @@ -0,0 +1 @@
    +extra
    diff --git a/.claude/skills/pdf/notes.txt b/.claude/skills/pdf/notes.txt
    deleted file mode 100644
    index 4cb29ea..0000000
    --- a/.claude/skills/pdf/notes.txt
    +++ /dev/null
    @@ -1,3 +0,0 @@
    -one
    -two
    -three
    ----- status 0
    ");
}

#[test]
fn a_preview_of_a_push_says_the_same_of_the_collection() {
    let world = diverged();
    let before = world.everything();
    insta::assert_snapshot!(world.proj.skillsync(&["push", "--dry-run"]), @"
    ----- stdout
    skill/pdf  would be merged
       recommended: merge (both sides changed it, and the changes go together)
       merge     SKILL.md
       keep      extra.txt
       keep      notes.txt
       add       own.txt
    skill/sheets  would be aborted: conflicts with the collection; not pushed
       recommended: resolve conflict (both sides changed the same place of 1 file)
       conflict  SKILL.md (content)
     skills/pdf/SKILL.md | 2 +-
     skills/pdf/own.txt  | 1 +
     2 files changed, 2 insertions(+), 1 deletion(-)
    ----- stderr
    hint: 'git skillsync pull skill/sheets', resolve, commit, and push again
    ----- status 1
    ");
    assert!(world.everything() == before);
}

#[test]
fn a_mode_a_binary_file_and_a_move_are_named() {
    let world = World::deployed();
    world.coll.write("skills/pdf/logo.bin", b"a\0b".as_slice()).git(&["add", "-A"]);
    world.coll.git(&["update-index", "--chmod=+x", "skills/pdf/notes.txt"]);
    world.coll.git(&["commit", "-qm", "Mode and binary"]);
    world.coll.git(&["checkout", "-q", "-f", "HEAD"]);
    let (document, _) = world.json(&["pull", "--preview"]);
    assert_eq!(
        document["results"][0]["files"],
        serde_json::json!([
            {"path": "logo.bin", "action": "add", "added": null, "removed": null},
            {"path": "notes.txt", "action": "mode", "added": 0, "removed": 0},
        ])
    );
    same_as_done(&world.proj, &[]);
    world.proj.commit_all("Pull");
    world.coll.git(&["mv", "skills/pdf", "skills/papers"]);
    world.coll.commit_all("Rename");
    let preview = same_as_done(&world.proj, &["--rename"]);
    assert_eq!(preview["results"][0]["moved_from"], ".claude/skills/pdf");
}

#[test]
fn a_preview_of_a_deployment_registers_nothing() {
    let world = World::new();
    let other = world.sandbox.repo("other");
    other.write("skills/new/SKILL.md", skill(&[(2, "name: new")])).commit_all("first");
    let before = world.everything();
    let run = world.proj.skillsync(&["deploy", "new", "--from", "../other", "--dry-run"]);
    assert!(run.stdout.contains(" .claude/skills/new/SKILL.md | 20 +"), "{run}");
    assert!(world.everything() == before);
}

/// The files of the work tree with their bytes, and whether git tracks them: a file that is there already as
/// the other side adds it becomes tracked.
fn files(repo: &Repo) -> BTreeMap<String, (Vec<u8>, String)> {
    let listed = repo.git(&["ls-files", "-z", "--cached", "--others"]);
    let untracked = repo.git(&["ls-files", "-z", "--others"]);
    let untracked: BTreeSet<&str> = untracked.split('\0').collect();
    let mut found = BTreeMap::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let path = repo.path().join(name);
        if let Ok(metadata) = path.symlink_metadata() {
            let bytes = match metadata.is_symlink() {
                true => fs::read_link(&path).expect("link").into_os_string().into_encoded_bytes(),
                false => fs::read(&path).expect("file"),
            };
            let what = format!("{:?} {}", metadata.permissions(), !untracked.contains(name));
            found.insert(name.to_owned(), (bytes, what));
        }
    }
    found
}

/// The paths of a document's files that change, from the repository's root.
fn announced(document: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for result in document["results"].as_array().expect("results") {
        let root = result["path"].as_str().expect("a path");
        let touched = !matches!(result["status"].as_str(), Some("aborted" | "skipped" | "failed"));
        for file in result["files"].as_array().expect("files").iter().filter(|_| touched) {
            let name = file["path"].as_str().expect("a path");
            let full =
                if root.ends_with(&format!("/{name}")) { root.into() } else { format!("{root}/{name}") };
            let same = file["action"] == "conflict" && file["added"] == 0 && file["removed"] == 0;
            if file["action"] != "keep" && !same {
                paths.insert(full);
            }
        }
    }
    paths
}

/// Preview a pull, then pull: the same is said, and the files that change are those that were named.
fn same_as_done(project: &Repo, options: &[&str]) -> Value {
    let run = |more: &[&str]| {
        let run = project.skillsync(&[&["pull", "--json"], options, more].concat());
        (run.json(), run.code)
    };
    let all = || {
        let objects = project.git(&["count-objects", "-v"]);
        (project.tree_snapshot(), objects, project.path().join(".git/skillsync/pending.json").exists())
    };
    let before = all();
    let (preview, code) = run(&["--preview"]);
    assert!(before == all(), "the preview wrote something");
    let old = files(project);
    let (done, done_code) = run(&[]);
    let new = files(project);
    assert_eq!(code, done_code, "{preview:#}\n{done:#}");
    assert_eq!(preview["results"], done["results"]);
    assert_eq!(preview["summary"], done["summary"]);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed: BTreeSet<String> =
        names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
    let moved =
        preview["results"].as_array().expect("results").iter().any(|result| !result["moved_from"].is_null());
    if !moved {
        assert_eq!(announced(&preview), changed, "{preview:#}");
        counts_are_gits(project, &preview);
    }
    preview
}

/// The lines of clean files are counted as git counts them.
fn counts_are_gits(project: &Repo, document: &Value) {
    let text = project.git(&["diff", "--numstat", "--no-renames", "HEAD"]);
    let counted: BTreeMap<&str, (&str, &str)> = text
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, '\t');
            let (added, removed) = (parts.next()?, parts.next()?);
            Some((parts.next()?, (added, removed)))
        })
        .collect();
    if project.git(&["status", "--porcelain"]).contains('U') {
        return;
    }
    for result in document["results"].as_array().expect("results") {
        for file in result["files"].as_array().expect("files") {
            let full = format!(
                "{}/{}",
                result["path"].as_str().expect("text"),
                file["path"].as_str().expect("text")
            );
            let show = |value: &Value| value.as_u64().map_or("-".to_owned(), |count| count.to_string());
            if let Some((added, removed)) = counted.get(full.as_str()).filter(|_| file["action"] != "keep") {
                let ours = (show(&file["added"]), show(&file["removed"]));
                assert_eq!(ours, ((*added).to_owned(), (*removed).to_owned()), "{full}");
            }
        }
    }
}

/// Cases of one batch, by the folder each is put in.
struct Batch<'a> {
    sandbox: &'a Sandbox,
    cases: Vec<(String, &'a Value)>,
}

impl Batch<'_> {
    /// Put one side of every case below `folder`, and commit.
    fn put(&self, repo: &Repo, folder: &str, side: &str) {
        repo.try_git(&["rm", "-rq", "--ignore-unmatch", "--", folder]);
        for (name, case) in &self.cases {
            let tree = case["trees"][side].as_str().expect("an id");
            repo.git(&["read-tree", &format!("--prefix={folder}/{name}/"), tree]);
        }
        repo.git(&["checkout-index", "--all", "--force", "--quiet"]);
        repo.git(&["commit", "--quiet", "--allow-empty", "-m", side]);
    }

    /// Deploy, change both sides, preview and pull.
    fn run(&self, store: &Repo, auto_resolve: &str) -> Value {
        let number = self.cases[0].0.clone();
        let (coll, proj) =
            (self.sandbox.repo(&format!("coll-{number}")), self.sandbox.repo(&format!("proj-{number}")));
        for repo in [&coll, &proj] {
            let objects = store.path().join(".git/objects").display().to_string() + "\n";
            repo.write(".git/objects/info/alternates", objects);
        }
        self.put(&coll, "skills", "base");
        proj.commit_all("Start");
        proj.skillsync(&["init", &coll.path().to_string_lossy()]).expect_success();
        proj.skillsync(&["deploy", "skill/*"]).expect_success();
        proj.commit_all("Deploy");
        self.put(&coll, "skills", "theirs");
        self.put(&proj, ".claude/skills", "ours");
        same_as_done(&proj, &["--auto-resolve", auto_resolve])
    }
}

#[test]
fn on_the_corpus_a_preview_is_what_is_done() {
    let Some(directory) = corpus() else { return };
    let wanted = if crate::support::is_full() { 200 } else { 40 };
    let text = fs::read_to_string(directory.join("cases.jsonl")).expect("readable");
    let mut by_collection: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        if case["type"] == "skill" {
            by_collection.entry(case["collection"].as_str().expect("text").into()).or_default().push(case);
        }
    }
    let sandbox = Sandbox::new();
    let store = sandbox.repo("store");
    let all: usize = by_collection.values().map(Vec::len).sum();
    let mut chosen: Vec<&Value> = Vec::new();
    for (collection, cases) in &by_collection {
        let bundle = directory.join(format!("{collection}.bundle"));
        store.git(&[
            "fetch",
            "-q",
            &bundle.to_string_lossy(),
            &format!("+refs/*:refs/corpus/{collection}/*"),
        ]);
        // Spread over all: many of a collection's cases are alike.
        let share = (cases.len() * wanted).div_ceil(all).max(1);
        let has_skill = |case: &&Value| {
            ["base", "ours", "theirs"].iter().all(|side| {
                let tree = case["trees"][side].as_str().expect("an id");
                store.try_git(&["cat-file", "-e", &format!("{tree}:SKILL.md")]).code == 0
            })
        };
        chosen.extend(cases.iter().step_by((cases.len() / share).max(1)).filter(has_skill).take(share));
    }
    chosen.truncate(wanted);
    let (mut seen, mut statuses) = (0, BTreeMap::<String, usize>::new());
    for (batch, cases) in chosen.chunks(20).enumerate() {
        let cases: Vec<(String, &Value)> =
            cases.iter().enumerate().map(|(at, case)| (format!("case-{batch:02}-{at:02}"), *case)).collect();
        let batch_of = Batch { sandbox: &sandbox, cases };
        let document = batch_of.run(&store, ["mark", "abort", "theirs"][batch % 3]);
        for result in document["results"].as_array().expect("results") {
            seen += 1;
            *statuses.entry(result["status"].as_str().expect("text").to_owned()).or_default() += 1;
        }
    }
    say(&format!("preview: {seen} corpus cases were done as announced: {statuses:?}"));
    assert!(seen >= wanted * 9 / 10, "{seen} of {wanted}");
    assert!(statuses.contains_key("merged") && statuses.len() > 2, "{statuses:?}");
}

/// One random edit.
#[derive(Debug, Clone)]
enum Edit {
    Line(usize, u8),
    Add(u8, u8),
    Remove,
    Mode,
    Stage,
    Commit,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => (6..20_usize, 0..3_u8).prop_map(|(line, text)| Edit::Line(line, text)),
        2 => (0..2_u8, 0..3_u8).prop_map(|(name, text)| Edit::Add(name, text)),
        1 => Just(Edit::Remove),
        1 => Just(Edit::Mode),
        1 => Just(Edit::Stage),
        2 => Just(Edit::Commit),
    ];
    proptest::collection::vec(edit, 0..5)
}

fn apply(repo: &Repo, folder: &str, edits: &[Edit]) {
    let file = format!("{folder}/SKILL.md");
    for edit in edits {
        match edit {
            Edit::Line(line, text) => {
                let mut lines: Vec<String> = repo.read(&file).lines().map(str::to_owned).collect();
                lines[line - 1] = format!("edit {text}");
                repo.write(&file, lines.join("\n") + "\n");
            }
            Edit::Add(name, text) => {
                repo.write(&format!("{folder}/new-{name}.txt"), format!("text {text}\n"));
            }
            Edit::Remove if repo.exists(&format!("{folder}/notes.txt")) => {
                repo.remove(&format!("{folder}/notes.txt"));
            }
            Edit::Mode => {
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    let path = repo.path().join(&file);
                    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("mode");
                }
            }
            Edit::Stage => drop(repo.git(&["add", "--all"])),
            Edit::Commit => drop(repo.commit_all("Edit")),
            Edit::Remove => {}
        }
    }
}

#[test]
fn after_random_edits_a_preview_is_what_is_done() {
    let cases = if crate::support::is_full() { 200 } else { 16 };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let options = prop_oneof![
        Just(vec![]),
        Just(vec!["--auto-resolve", "abort"]),
        Just(vec!["--auto-resolve", "ours"]),
        Just(vec!["--auto-resolve", "theirs"]),
        Just(vec!["--strategy", "overwrite", "--yes"]),
    ];
    let run = |(theirs, ours, options): (Vec<Edit>, Vec<Edit>, Vec<&str>)| {
        let world = World::deployed();
        apply(&world.coll, "skills/pdf", &theirs);
        world.coll.commit_all("Theirs");
        apply(&world.proj, ".claude/skills/pdf", &ours);
        world.porcelain();
        same_as_announced(&world, &options);
        Ok(())
    };
    runner.run(&(edits(), edits(), options), run).expect("as announced");
}

/// Like [`same_as_done`], where files of the project may be edited and not committed: git cannot
/// tell then which lines the pull changed.
fn same_as_announced(world: &World, options: &[&str]) {
    if world.proj.git(&["status", "--porcelain"]).is_empty() {
        same_as_done(&world.proj, options);
        return;
    }
    let old = files(&world.proj);
    let preview = world.json(&[&["pull", "--preview"], options].concat());
    let done = world.json(&[&["pull"], options].concat());
    assert_eq!((&preview.0["results"], preview.1), (&done.0["results"], done.1));
    let new = files(&world.proj);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed: BTreeSet<String> =
        names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
    assert_eq!(announced(&preview.0), changed);
}
