//! The corpus as plain copies without notes: the base is found from the collection's history alone.

use crate::corpus::{corpus, id};
use crate::referee::{git, say};
use crate::support::{Repo, Sandbox};
use git_skillsync::git::Repository;
use git_skillsync::git::program::Git;
use git_skillsync::model::artifact::{ArtifactName, ArtifactType};
use git_skillsync::model::content::Content;
use git_skillsync::model::deployed::Rung;
use git_skillsync::model::oid::ObjectId;
use git_skillsync::model::path::RepoPath;
use git_skillsync::model::target::Form;
use git_skillsync::observe::base::{Holder, Ladder, Subject};
use git_skillsync::observe::collection::{Collection, CollectionParts};
use git_skillsync::observe::desk::Desk;
use git_skillsync::observe::scene::Scene;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What was found, over all cases.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    /// The base of the case.
    exact: usize,
    /// A later version that the copy has too: *advance* went on from the base of the case.
    later: usize,
    wrong: Vec<String>,
}

#[test]
fn every_base_of_the_corpus_is_found_from_history_alone() {
    let Some(directory) = corpus() else { return };
    let cases = std::fs::read_to_string(directory.join("cases.jsonl")).expect("readable");
    let mut by_collection: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        by_collection.entry(case["collection"].as_str().expect("text").into()).or_default().push(case);
    }
    let mut tally = Tally::default();
    for (name, cases) in by_collection {
        look_up(&directory.join(format!("{name}.bundle")), &cases, &mut tally);
    }
    let Tally { cases, exact, later, wrong } = &tally;
    say(&format!(
        "bases from history alone: {cases} cases, {exact} exact, {later} advanced, {} wrong",
        wrong.len()
    ));
    assert_eq!((exact + later, wrong.len()), (*cases, 0), "{}", wrong.join("\n"));
}

/// The path of a case's copy in the project; a single file is called as in the collection.
fn placed(number: usize, case: &Value) -> String {
    let folder = format!(".claude/skills/c{number}");
    if case["type"] == "skill" {
        return folder;
    }
    let path = case["path"].as_str().expect("text");
    format!("{folder}/{}", path.rsplit('/').next().expect("a name"))
}

fn look_up(bundle: &Path, cases: &[Value], tally: &mut Tally) {
    let sandbox = Sandbox::new();
    let clone = ["clone", "-q", "--mirror", bundle.to_str().expect("UTF-8"), "collection"];
    assert!(git(sandbox.root(), &clone).status.success(), "{}", bundle.display());
    let (collection_repo, project_repo) = (sandbox.open("collection"), project(&sandbox, bundle, cases));
    let git_program = Git::find().expect("git");
    let open = |repo: &Repo| Repository::open(repo.path(), &git_program).expect("a repository");
    let (project, repository) = (open(&project_repo), open(&collection_repo));
    let commits = upstream(&collection_repo);
    let parts = CollectionParts {
        name: "default".into(),
        url: None,
        repository,
        branch: Some("main".into()),
        id: None,
        options: Default::default(),
    };
    let collection = Collection::at_tip(parts).expect("a tip");
    let desk = Desk::open(&project).expect("a desk");
    let scene = Scene::new(desk, collection, Vec::new()).expect("same hash");
    let evidence = scene.evidence().expect("readable");
    let ladder = Ladder::new(&project, scene.desk.head.clone(), &evidence, &scene.collection);
    for (number, case) in cases.iter().enumerate() {
        let path = RepoPath::new(placed(number, case)).expect("a path");
        let source = RepoPath::new(case["theirs"]["path"].as_str().expect("text")).expect("a path");
        let kind = match case["type"].as_str() {
            Some("skill") => ArtifactType::Skill,
            Some("agent") => ArtifactType::Agent,
            _ => ArtifactType::Command,
        };
        let stem = path.file_name().trim_end_matches(".md");
        let name = ArtifactName::new(kind, stem);
        let content = |id| if kind == ArtifactType::Skill { Content::folder(id) } else { Content::file(id) };
        let ours = content(id(&case["ours_oid"]));
        // Commits that changed no artifact were left out of the corpus.
        let theirs = case["theirs"]["commit"].as_str().expect("text");
        let tip = commits.get(theirs).copied().unwrap_or(scene.collection.tip);
        let subject = Subject { path: &path, name: &name, source: &source, form: Form::SAME };
        let base = ladder.base(subject, ours, Holder::Uncommitted, tip).expect("readable");
        let expected = content(id(&case["base"]["oid"]));
        tally.cases += 1;
        match base {
            Some(base) if base.rung == Rung::History && base.content.id == expected.id => tally.exact += 1,
            Some(base) if base.rung == Rung::History => {
                let has = evidence.engine().borrow_mut().contains(
                    &path,
                    Some(expected),
                    Some(ours),
                    Some(base.content),
                );
                if has.expect("merges") {
                    tally.later += 1;
                } else {
                    tally.wrong.push(format!("{}: {:?} instead of {expected:?}", case["id"], base.content));
                }
            }
            other => tally.wrong.push(format!("{} ({}): {other:?}", case["id"], case["kind"])),
        }
    }
}

/// A project that took the bases of all cases as copies, and then edited them.
fn project(sandbox: &Sandbox, bundle: &Path, cases: &[Value]) -> Repo {
    let project = sandbox.repo("project");
    project.git(&["fetch", "--quiet", bundle.to_str().expect("UTF-8"), "refs/heads/*:refs/remotes/corpus/*"]);
    let mut stream = String::new();
    for (mark, side) in [(1, "base"), (2, "ours")] {
        stream += &format!("commit refs/heads/main\nmark :{mark}\n");
        stream += &format!("committer A <a@example.com> {} +0000\ndata 1\nx\n", 1_767_225_600 + mark);
        if mark == 2 {
            stream += "from :1\n";
        }
        for (number, case) in cases.iter().enumerate() {
            stream += &format!(
                "M 040000 {} .claude/skills/c{number}\n",
                case["trees"][side].as_str().expect("text")
            );
        }
    }
    project.git_with_input(&["fast-import", "--quiet"], stream);
    project
}

/// The commits of the collection by the ids they have upstream.
fn upstream(collection: &Repo) -> HashMap<String, ObjectId> {
    let log = collection.git(&["log", "--format=%s %H", "main"]);
    let commit = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let upstream = words.next().expect("an id").to_owned();
        (upstream, ObjectId::from_hex(words.next().expect("an id").as_bytes()).expect("an id"))
    };
    log.lines().map(commit).collect()
}
