//! Real collections, where they are at hand.
//!
//! `SKILLSYNC_CORPUS` names a folder of git bundles with a `cases.jsonl`; without it, `../shared/corpus`
//! beside the package is tried.

use git_skillsync::model::artifact::ArtifactType;
use git_skillsync::observe::scan::{Scan, ScanOptions, describe, scan};
use gix::ObjectId;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Skills, commands and agents at the tip of `main`, checked by hand against `git ls-tree`.
const COUNTS: [(&str, [usize; 3]); 9] = [
    ("coreyhaines31+marketingskills", [48, 0, 0]),
    ("google-gemini+gemini-skills", [4, 0, 0]),
    ("lst97+claude-code-sub-agents", [0, 0, 37]),
    ("mattpocock+skills", [41, 0, 0]),
    ("neondatabase+agent-skills", [1, 0, 0]),
    ("obra+superpowers", [14, 0, 0]),
    ("supabase+agent-skills", [1, 0, 0]),
    ("wshobson+agents", [181, 105, 202]),
    ("wshobson+commands", [0, 57, 0]),
];

/// Says something that is seen although the test passes.
fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("SKILLSYNC_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.join("cases.jsonl").is_file() {
        say(&format!("no corpus at '{}': the scan of real collections was NOT tested", folder.display()));
        return None;
    }
    Some(folder)
}

/// Unpacks a bundle into a bare repository.
fn open(corpus: &Path, collection: &str, folder: &Path) -> gix::Repository {
    let git_dir = folder.join(collection);
    let status = Command::new("git")
        .args(["-c", "init.defaultBranch=main", "clone", "--quiet", "--mirror", "--"])
        .arg(corpus.join(format!("{collection}.bundle")))
        .arg(&git_dir)
        .status();
    assert!(status.unwrap().success());
    gix::open(git_dir).unwrap()
}

fn scan_commit(repository: &gix::Repository, collection: &str, commit: ObjectId) -> Scan {
    let tree = repository.find_commit(commit).unwrap().tree_id().unwrap().detach();
    let name = collection.split_once('+').map_or(collection, |(_, name)| name);
    let options = ScanOptions { repository_name: name.to_owned(), ..ScanOptions::default() };
    scan(&repository.objects, tree, &options).unwrap()
}

fn count(found: &Scan) -> [usize; 3] {
    ArtifactType::ALL.map(|kind| found.artifacts.iter().filter(|artifact| artifact.name.kind == kind).count())
}

#[test]
fn tips_hold_what_was_counted_by_hand() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (collection, expected) in COUNTS {
        let repository = open(&corpus, collection, folder.path());
        let tip = repository.find_reference("refs/heads/main").unwrap().id().detach();
        let tree = repository.find_commit(tip).unwrap().tree().unwrap();
        let started = std::time::Instant::now();
        let found = scan_commit(&repository, collection, tip);
        say(&format!(
            "{collection}: {:?} in {:?}, {} warnings",
            count(&found),
            started.elapsed(),
            found.warnings.len()
        ));
        assert_eq!(count(&found), expected, "{collection}");
        for artifact in &found.artifacts {
            let entry = tree.lookup_entry_by_path(artifact.source.as_str()).unwrap().unwrap();
            assert_eq!(entry.object_id(), artifact.content.id, "{}", artifact.source);
        }
        let described = found.artifacts.iter().map(|artifact| describe(&repository.objects, artifact));
        let complete = described.filter(|it| it.description.is_some() && it.name.is_some()).count();
        say(&format!("{collection}: {complete} of {} say their name and description", found.artifacts.len()));
    }
}

#[test]
fn artifacts_of_the_cases_are_found() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let repositories: HashMap<&str, _> =
        COUNTS.iter().map(|(name, _)| (*name, open(&corpus, name, folder.path()))).collect();
    let original =
        repositories.iter().map(|(name, repository)| (*name, commits(repository))).collect::<HashMap<_, _>>();
    let mut scans: HashMap<ObjectId, Scan> = HashMap::new();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    for line in std::fs::read_to_string(corpus.join("cases.jsonl")).unwrap().lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |pointer: &str| case.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
        let (collection, kind) = (text("/collection"), text("/type"));
        let path = if text("/theirs/path").is_empty() { text("/path") } else { text("/theirs/path") };
        // A few commits touched no Markdown, so that the bundles lack them: the tip stands in.
        let known = &original[collection];
        let commit = *known.get(text("/theirs/commit")).unwrap_or(&known["tip"]);
        let repository = &repositories[collection];
        let found = scans.entry(commit).or_insert_with(|| scan_commit(repository, collection, commit));
        let outcome = judge(found, repository, commit, kind, path);
        // Loose files are in the corpus for merging: nothing says what they are.
        let fits = outcome == "found" || outcome == "gone at that commit" || kind == "loose";
        if !fits {
            missed.push(format!("{collection} {} {kind} {path}: {outcome}", text("/theirs/commit")));
        }
        *tally.entry(format!("{kind}: {outcome}")).or_default() += 1;
    }
    for (outcome, number) in &tally {
        say(&format!("{number:5} {outcome}"));
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

/// The commits of `main` by the original id that their subject names.
fn commits(repository: &gix::Repository) -> HashMap<String, ObjectId> {
    let tip = repository.find_reference("refs/heads/main").unwrap().id();
    let mut known = HashMap::new();
    for info in tip.ancestors().all().unwrap() {
        let commit = info.unwrap().object().unwrap();
        let message = commit.message_raw_sloppy().to_string();
        known.insert(message.trim().trim_start_matches("upstream ").to_owned(), commit.id);
    }
    known.insert("tip".to_owned(), tip.detach());
    known
}

fn judge(found: &Scan, repository: &gix::Repository, commit: ObjectId, kind: &str, path: &str) -> String {
    let tree = repository.find_commit(commit).unwrap().tree().unwrap();
    if tree.lookup_entry_by_path(path).unwrap().is_none() {
        return "gone at that commit".to_owned();
    }
    match found.artifacts.iter().find(|artifact| artifact.source.as_str() == path) {
        Some(artifact) if artifact.name.kind.as_str() == kind => "found".to_owned(),
        Some(artifact) => format!("found as {}", artifact.name.kind),
        None => "MISSED".to_owned(),
    }
}
