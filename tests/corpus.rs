//! Replay of real and derived three-way cases with git's recorded verdict.

use crate::referee::{Stages, Verdict, git, say, verdict};
use git_skillsync::git::Objects;
use git_skillsync::merge::{Engine, Favor, Place};
use git_skillsync::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::tree::EntryMode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Cases in which the bytes of a conflicted file are known to differ from git's, with the reason;
/// the verdict is git's there too.
const KNOWN: &[(&str, &str)] = &[
    ("lst97+claude-code-sub-agents-05567", HISTOGRAM),
    ("obra+superpowers-02851", HISTOGRAM),
    ("obra+superpowers-02857", HISTOGRAM),
];

/// Same verdict, same stages; only the borders of the conflicts within the file are drawn elsewhere.
///
/// The texts have little more than blank lines and code fences in common, and there the histogram
/// diffs of gix and of git anchor at different ones.
const HISTOGRAM: &str = "gix's histogram diff anchors at other blank lines than git's";

pub fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let directory = std::env::var_os("SKILLSYNC_CORPUS").map_or_else(beside, PathBuf::from);
    if directory.join("cases.jsonl").is_file() {
        return Some(directory);
    }
    say("SKIPPED: no replay corpus (set SKILLSYNC_CORPUS to its folder)");
    None
}

pub fn id(value: &Value) -> ObjectId {
    ObjectId::from_hex(value.as_str().expect("text").as_bytes()).expect("an id")
}

/// What stands in the tree `root`: itself, or the only file of it for a single-file artifact.
fn content(repository: &gix::Repository, root: ObjectId, file: Option<&str>) -> Option<Content> {
    let tree = repository.find_tree(root).expect("in the corpus");
    match file {
        Some(name) => {
            tree.find_entry(name).map(|entry| Content { mode: entry.mode(), id: entry.object_id() })
        }
        None => (tree.iter().next().is_some()).then(|| Content::folder(root)),
    }
}

fn oracle(repository: &gix::Repository, case: &Value, file: Option<&str>) -> Verdict {
    let mut stages = Stages::new();
    let prefix = if file.is_some() { "" } else { "artifact/" };
    for (path, entries) in case["oracle"]["conflicts"].as_object().expect("an object") {
        let slots = stages.entry(BString::from(format!("{prefix}{path}"))).or_default();
        for (stage, entry) in entries.as_object().expect("an object") {
            let mode = EntryMode::from_bytes(entry[0].as_str().expect("text").as_bytes());
            let stage: usize = stage.parse().expect("a stage");
            slots[stage - 1] = Some(Content { mode: mode.expect("a mode"), id: id(&entry[1]) });
        }
    }
    Verdict { content: content(repository, id(&case["oracle"]["tree"]), file), stages }
}

/// What a case gave.
struct Replayed {
    /// Whether it is clean exactly if git's is, with the same conflicted paths and stages.
    same_verdict: bool,
    /// The difference in the verdict or in any byte of the result.
    difference: Option<String>,
    took: Duration,
}

/// Merge one case.
fn replay(repository: &gix::Repository, engine: &mut Engine<'_>, case: &Value) -> Replayed {
    let trees = &case["trees"];
    let tree = repository.find_tree(id(&trees["ours"])).expect("in the corpus");
    let names: Vec<String> = tree.iter().map(|it| it.expect("readable").filename().to_string()).collect();
    let file = (case["type"] != "skill").then(|| names.first().expect("one file").as_str());
    let path = RepoPath::new(file.unwrap_or("artifact")).expect("valid");
    let place = Place { path: &path, ours: "ours", base: "base", theirs: "theirs" };
    let [base, ours, theirs] =
        ["base", "ours", "theirs"].map(|name| content(repository, id(&trees[name]), file));
    let start = Instant::now();
    let merged = engine.merge(&place, base, ours, theirs, Favor::Neither).expect("merges");
    let took = start.elapsed();
    let (git, ours) = (oracle(repository, case, file), verdict(&merged));
    let same_verdict = git.stages == ours.stages && case["oracle"]["clean"] == merged.is_clean();
    let agrees = same_verdict && git == ours;
    Replayed { same_verdict, difference: (!agrees).then(|| format!("git {git:?}\nengine {ours:?}")), took }
}

#[test]
fn the_engine_agrees_with_git_on_the_corpus() {
    let Some(directory) = corpus() else { return };
    let cases = std::fs::read_to_string(directory.join("cases.jsonl")).expect("readable");
    let mut by_collection: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        by_collection.entry(case["collection"].as_str().expect("text").into()).or_default().push(case);
    }
    let clones = tempfile::tempdir().expect("a folder");
    let (mut agree, mut verdicts, mut total, mut time) = (0, 0, 0, Duration::ZERO);
    let mut differ = Vec::new();
    for (collection, cases) in by_collection {
        let bundle = directory.join(format!("{collection}.bundle"));
        let clone = ["clone", "-q", "--mirror", bundle.to_str().expect("UTF-8"), &collection];
        assert!(git(clones.path(), &clone).status.success(), "{collection}");
        let project = gix::open_opts(clones.path().join(&collection), gix::open::Options::isolated());
        let project = project.expect("opens");
        let objects = Objects::new(&project);
        let mut engine = Engine::new(&objects, objects.tools().expect("tools"));
        for case in cases {
            let Replayed { same_verdict, difference, took } = replay(&project, &mut engine, &case);
            verdicts += usize::from(same_verdict);
            let name = case["id"].as_str().expect("text").to_owned();
            total += 1;
            time += took;
            let known = KNOWN.iter().find(|(known, _)| *known == name);
            match (difference, known) {
                (None, None) => agree += 1,
                (None, Some(_)) => differ.push(format!("{name} agrees now: no known difference")),
                (Some(_), Some((_, reason))) if same_verdict => say(&format!("{name} differs: {reason}")),
                (Some(difference), _) => differ.push(format!("{name}\n{difference}")),
            }
        }
    }
    let each = time / u32::try_from(total).expect("few cases");
    say(&format!("{verdicts} of {total} agree with git, {agree} to the last byte; {each:?} per merge"));
    assert!(differ.is_empty(), "{} unexplained:\n{}", differ.len(), differ.join("\n"));
}
