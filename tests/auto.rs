//! What agent programs call: `git skillsync hook --harness`, and `auto run`.

use crate::support::{PLACED, Repo, Run, SOURCE, World, skill};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Call the hook of a program with its JSON.
fn hook(project: &Repo, harness: &str, trigger: &str, input: &str) -> Run {
    let mut command = project.command("git-skillsync");
    command.args(["hook", "--harness", harness, trigger]).current_dir("/");
    Run::with_input(&crate::support::Sandbox::new(), &mut command, input.as_bytes())
}

fn document(project: &Repo) -> String {
    serde_json::json!({"hook_event_name": "SessionStart", "cwd": project.path(), "source": "startup"})
        .to_string()
}

fn last(project: &Repo) -> serde_json::Value {
    project.skillsync(&["auto", "status", "--json"]).json()
}

/// Wait for what goes on by itself.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn skills_are_read_anew_exactly_when_some_were_changed() {
    let world = World::deployed();
    let start = |harness: &str| {
        let run = hook(&world.proj, harness, "session-start", &document(&world.proj));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run}");
        run.stdout
    };
    assert_eq!(start("claude"), "");
    world.edit_collection(&[(10, "ten")]);
    let expected = "{\"hookSpecificOutput\":{\"hookEventName\":\"SessionStart\",\"reloadSkills\":true}}\n";
    assert_eq!(start("claude"), expected);
    assert_eq!(start("claude"), "");
    assert_eq!(world.proj.read(PLACED), skill(&[(10, "ten")]));
    for harness in ["codex", "gemini", "copilot", "opencode"] {
        world.edit_collection(&[(10, harness)]);
        // Another program at the same moment is a double fire.
        let state = world.proj.path().join(".git/skillsync/state.json");
        std::fs::remove_file(state).expect("state");
        assert_eq!(start(harness), "", "{harness}");
        assert_eq!(world.proj.read(PLACED), skill(&[(10, harness)]));
    }
}

#[test]
fn two_programs_that_start_one_session_sync_once() {
    let world = World::deployed();
    hook(&world.proj, "claude", "session-start", &document(&world.proj));
    world.edit_collection(&[(10, "ten")]);
    hook(&world.proj, "cursor", "session-start", &document(&world.proj));
    let status = last(&world.proj);
    // Slow machines may need longer than a double fire lasts.
    let syncs = status["totals"]["session-start"]["syncs"].as_u64().expect("a number");
    let harness = status["last_sync"]["harness"].as_str().expect("a name");
    assert!((syncs, harness) == (1, "claude") || (syncs, harness) == (2, "cursor"), "{status}");
}

#[test]
fn whatever_comes_in_it_ends_well() {
    let world = World::deployed();
    for (harness, trigger, input) in [
        ("claude", "session-start", ""),
        ("claude", "session-start", "{"),
        ("claude", "prompt", "\u{0}\u{1}"),
        ("claude", "session-start", r#"{"cwd":"/nowhere/at/all"}"#),
        ("claude", "nonsense", "{}"),
        ("nonsense", "session-start", "{}"),
        ("claude", "--nonsense", "{}"),
    ] {
        let run = hook(&world.proj, harness, trigger, input);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{harness} {trigger} {input}: {run}");
    }
    world.proj.git(&["config", "skillsync.auto.session-start.action", "nonsense"]);
    let run = hook(&world.proj, "claude", "session-start", &document(&world.proj));
    assert_eq!(run.code, 0);
    let said = run.json()["systemMessage"].as_str().expect("a message").to_owned();
    let expected = "skillsync: 'nonsense' is no value for 'skillsync.auto.session-start.action'; it takes one of 'pull', 'push', 'sync'";
    assert_eq!(said, expected);
    let run = world.proj.skillsync(&["auto", "run", "session-start"]);
    assert_eq!(run.code, 2, "{run}");
}

#[test]
fn a_stream_that_stays_open_is_not_waited_for() {
    let world = World::deployed();
    let mut command = world.proj.command("git-skillsync");
    command.args(["hook", "--harness", "claude", "session-start"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program");
    let _open = child.stdin.take();
    until("it ends", || child.try_wait().expect("a status").is_some());
}

#[test]
fn the_end_of_a_session_sends_what_is_committed_and_names_what_is_not() {
    let world = World::deployed();
    world.edit_project(&[(10, "ten")]);
    world.proj.write(PLACED, skill(&[(10, "ten"), (20, "twenty")]));
    let run = hook(&world.proj, "claude", "session-end", &document(&world.proj));
    let said = "{\"systemMessage\":\"skillsync: 1 artifact has edits that are not committed, so they are not pushed\"}\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, said));
    until("the push", || world.coll.read(SOURCE) == skill(&[(10, "ten")]));
    until("its end", || last(&world.proj)["last_sync"]["status"] == "success");
    assert_eq!(last(&world.proj)["uncommitted"], 1);
    let log = world.proj.skillsync(&["log", "--json"]).json();
    assert_eq!(log["operations"][0]["trigger"], "auto session-end");
}

#[test]
fn a_session_may_end_with_its_process_group_killed() {
    use std::os::unix::process::CommandExt;
    let world = World::deployed();
    world.edit_project(&[(10, "ten")]);
    // The program waits a moment before it kills, as a harness does.
    let script = "git-skillsync hook --harness claude session-end </dev/null >/dev/null 2>&1; kill -9 0";
    let mut command = world.proj.command("sh");
    command.args(["-c", script]).process_group(0);
    let status = command.status().expect("a shell");
    assert!(!status.success());
    until("the push", || world.coll.read(SOURCE) == skill(&[(10, "ten")]));
}

#[test]
fn an_unreachable_collection_is_silent_and_quick() {
    let world = World::deployed();
    std::fs::rename(world.coll.path(), world.sandbox.path("gone")).expect("rename");
    for force in [&["--force"][..], &["--force"], &["--force"], &["--force"]] {
        let run = world.proj.skillsync(&[&["auto", "run", "session-start"], force].concat());
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run}");
    }
    let run = world.proj.skillsync(&["auto", "run", "session-start", "--verbose"]);
    assert!(run.stderr.starts_with("no sync: the last one failed a moment ago"), "{run}");
    let run = world.proj.skillsync(&["auto", "run", "--force", "session-start"]);
    assert!(run.stderr.starts_with("skillsync: auto-sync pauses after 5 failures in a row"), "{run}");
    let run = hook(&world.proj, "claude", "session-start", &document(&world.proj));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let status = last(&world.proj);
    assert_eq!((&status["failures_in_a_row"], &status["last_sync"]["status"]), (&5.into(), &"failed".into()));
    assert!(status["paused"]["reason"].is_string());
    std::fs::rename(world.sandbox.path("gone"), world.coll.path()).expect("rename");
    world.proj.skillsync(&["auto", "run", "--force", "session-start"]).expect_success();
    let status = last(&world.proj);
    assert_eq!((&status["failures_in_a_row"], &status["paused"]), (&0.into(), &serde_json::Value::Null));
}

/// A server that takes connections and never answers.
#[test]
fn a_network_that_hangs_is_left_to_the_background() {
    let world = World::deployed();
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("an address").port();
    let url = format!("git://127.0.0.1:{port}/x.git");
    world.proj.git(&["config", "skillsync-collection.default.url", &url]);
    let start = Instant::now();
    let run = world.proj.skillsync(&["auto", "run", "session-start"]);
    let took = start.elapsed();
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run}");
    // 1.2 s of the network, and what a busy machine needs for the rest.
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(last(&world.proj)["last_sync"]["status"], "offline");
    // The one in the background has a connection of its own; without it, both end.
    drop(server);
    until("the lock is free", || {
        let lock = std::fs::File::open(world.proj.path().join(".git/skillsync/auto.lock")).expect("the lock");
        let connections = lock.try_lock().is_ok();
        drop(lock);
        connections && last(&world.proj)["last_sync"]["message"] != "the collection did not answer in time"
    });
    assert_eq!(last(&world.proj)["failures_in_a_row"], 1);
}

#[test]
fn chance_and_configuration_decide() {
    let world = World::deployed();
    let run = |args: &[&str]| world.json(&[&["auto", "run"], args].concat()).0;
    world.proj.git(&["config", "skillsync.auto.prompt.probability", "1"]);
    assert_eq!(run(&["prompt"])["status"], "unchanged");
    assert_eq!(run(&["prompt"])["reason"], "debounced");
    assert_eq!(run(&["prompt", "--force"])["status"], "unchanged");
    world.proj.git(&["config", "skillsync.auto.prompt.debounceMs", "0"]);
    assert_eq!(run(&["prompt"])["status"], "unchanged");
    world.proj.git(&["config", "skillsync.auto.prompt.probability", "18446744073709551615"]);
    assert_eq!(run(&["prompt"])["reason"], "chance");
    world.proj.git(&["config", "skillsync.auto.prompt.enabled", "off"]);
    assert_eq!(run(&["prompt"])["reason"], "trigger_off");
    world.proj.git(&["config", "skillsync.auto.enabled", "false"]);
    assert_eq!(run(&["prompt"])["reason"], "off");
}

#[test]
fn a_secret_is_held_back() {
    let world = World::deployed();
    let key = format!("AKIA{}", "IOSFODNN7EXAMPLQ");
    world.edit_project(&[(10, &format!("aws_key = {key}"))]);
    let (document, code) = world.json(&["auto", "run", "session-end"]);
    assert_eq!((code, &document["status"]), (0, &"failed".into()), "{document}");
    assert!(!document.to_string().contains(&key), "{document}");
    assert_eq!(world.coll.read(SOURCE), skill(&[]));
    // Where nobody listened it is said at the next start.
    world
        .proj
        .skillsync(&["auto", "run", "session-end", "--force", "--stage", "background"])
        .expect_success();
    let run = world.proj.skillsync(&["auto", "run", "session-start", "--force"]);
    assert!(run.stderr.starts_with("skillsync: skill/pdf: ") && !run.stderr.contains(&key), "{run}");
    let run = world.proj.skillsync(&["auto", "run", "session-start", "--force"]);
    assert_eq!(run.stderr, "");
}
