//! Several commands at once in one work tree: nothing of what any of them recorded is lost.

use crate::support::Sandbox;
use serde_json::Value;
use std::process::Stdio;

#[test]
fn deployments_at_the_same_time_are_all_recorded() {
    let sandbox = Sandbox::new();
    let (collection, project) = (sandbox.repo("coll"), sandbox.repo("proj"));
    let names: Vec<String> = (0..8).map(|at| format!("skill{at}")).collect();
    for name in &names {
        collection.write(&format!("skills/{name}/SKILL.md"), format!("# {name}\n"));
    }
    collection.commit_all("skills");
    project.write("README.md", "a project\n");
    project.commit_all("start");
    project.skillsync(&["init", "../coll"]).expect_success();
    let start = |name: &String| {
        let mut command = project.command("git-skillsync");
        command.args(["deploy", name]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let pending: Value = serde_json::from_str(&project.read(".git/skillsync/pending.json")).unwrap();
    assert_eq!(pending["entries"].as_array().unwrap().len(), names.len());
    project.git(&["commit", "--quiet", "-m", "deploy all"]);
    let note = project.git(&["notes", "--ref=skillsync", "show", "HEAD"]);
    assert_eq!(note.lines().count(), names.len(), "{note}");
    let log = project.skillsync(&["log", "--json"]).json();
    assert_eq!(log["operations"].as_array().unwrap().len(), names.len());
    assert!(
        log["operations"].as_array().unwrap().iter().all(|operation| operation["result"] == "1 deployed")
    );
}
