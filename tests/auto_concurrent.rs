//! Many prompts at once, and runs that are killed.

use crate::support::{PLACED, World, skill};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn spawn(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program")
}

fn is_free(world: &World) -> bool {
    match std::fs::File::open(world.proj.path().join(".git/skillsync/auto.lock")) {
        Ok(lock) => lock.try_lock().is_ok(),
        // Killed before it was made.
        Err(_) => true,
    }
}

fn syncs(world: &World) -> u64 {
    let status = world.proj.skillsync(&["auto", "status", "--json"]).json();
    status["totals"]["prompt"]["syncs"].as_u64().unwrap_or_default()
}

/// Processes of ours that are left in the sandbox.
fn left(world: &World) -> Vec<String> {
    let here = world.proj.path().to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| {
            let folder = std::fs::read_link(process.path().join("cwd")).ok()?;
            let words = std::fs::read_to_string(process.path().join("cmdline")).ok()?;
            (folder.to_string_lossy() == here && words.contains("skillsync")).then_some(words)
        })
        .collect()
}

#[test]
fn many_prompts_at_once_are_one_sync_and_one_more() {
    let many = if crate::support::is_full() { 200 } else { 60 };
    let world = World::deployed();
    world.proj.git(&["config", "skillsync.auto.prompt.probability", "1"]);
    // Longer than it takes to start them all on a busy machine.
    world.proj.git(&["config", "skillsync.auto.prompt.debounceMs", "600000"]);
    world.edit_collection(&[(10, "ten")]);
    let start = Instant::now();
    let children: Vec<Child> = (0..many)
        .map(|_| {
            let mut command = world.proj.command("git-skillsync");
            command.args(["auto", "run", "prompt"]);
            spawn(command)
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().expect("output");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
    }
    let (syncs, took) = (syncs(&world), start.elapsed());
    assert!((1..=2).contains(&syncs), "{syncs} syncs");
    assert!(is_free(&world));
    assert_eq!(left(&world), Vec::<String>::new());
    assert_eq!(world.proj.read(PLACED), skill(&[(10, "ten")]));
    let _ =
        writeln!(std::io::stderr(), "auto: {many} prompts at once, {syncs} syncs, {} ms", took.as_millis());
}

#[test]
fn a_run_that_is_killed_leaves_the_lock_free_and_nothing_broken() {
    let rounds = if crate::support::is_full() { 100 } else { 12 };
    let world = World::deployed();
    world.proj.git(&["config", "skillsync.auto.prompt.probability", "1"]);
    world.proj.git(&["config", "skillsync.auto.prompt.debounceMs", "0"]);
    for round in 0..rounds {
        let text = format!("round {round}");
        world.edit_collection(&[(10, &text)]);
        let mut command = world.proj.command("git-skillsync");
        command.args(["auto", "run", "prompt", "--force"]);
        let mut child = spawn(command);
        std::thread::sleep(Duration::from_millis(2 + 9 * round % 120));
        let _ = child.kill();
        child.wait().expect("a status");
        // A git that was just being started lets go of it when it has.
        let killed = Instant::now();
        while !is_free(&world) {
            assert!(killed.elapsed() < Duration::from_secs(10), "round {round}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let run = world.proj.skillsync(&["auto", "run", "prompt", "--force"]);
        assert_eq!(run.code, 0, "round {round}: {run}");
        assert_eq!(world.proj.read(PLACED), skill(&[(10, &text)]), "round {round}");
    }
    assert!(syncs(&world) >= rounds);
    let _ = writeln!(std::io::stderr(), "auto: {rounds} runs killed, the next one did the work each time");
}
