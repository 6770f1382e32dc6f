//! Disks that are full, read-only or closed to the user, and limits of the size of files.

use super::arena::Arena;
use super::situations::{SITUATIONS, Situation};
use crate::referee::say;
use crate::support::{Run, is_full};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The situations that are tried.
const NAMES: &[&str] =
    &["deploy", "pull, fast forward", "pull, conflicts", "abort", "undo", "push", "remove", "adopt"];

fn situations() -> impl Iterator<Item = &'static Situation> {
    SITUATIONS.iter().filter(|situation| NAMES.contains(&situation.name))
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    let output = Command::new(program).args(args).output();
    output.is_ok_and(|output| output.status.success())
}

/// Something mounted, until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// A disk in memory of so many bytes; nothing where that is not allowed.
    fn memory(at: &Path, bytes: u64) -> Option<Self> {
        let (options, place) = (format!("size={bytes},mode=0755"), at.display().to_string());
        let mounted = succeeds("mount", &["-t", "tmpfs", "-o", &options, "tmpfs", &place]);
        mounted.then(|| Self(at.to_owned()))
    }

    /// The same folder once more, to be read only.
    fn read_only(at: &Path) -> Option<Self> {
        let place = at.display().to_string();
        if !succeeds("mount", &["--bind", &place, &place]) {
            return None;
        }
        let mounted = Self(at.to_owned());
        succeeds("mount", &["-o", "remount,ro,bind", &place]).then_some(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        succeeds("umount", &["--lazy", &self.0.display().to_string()]);
    }
}

/// What a command says that could not write.
fn expect_told(run: &Run, what: &str) {
    assert!(run.code == 128 || run.code == 1, "{what}: {run}");
    assert!(!run.stderr.contains("panicked"), "{what}: {run}");
    if run.code == 128 {
        assert!(run.stderr.starts_with("fatal: ") || run.stderr.contains("\nfatal: "), "{what}: {run}");
    }
}

#[test]
fn a_full_disk() {
    let (mut tried, mut told) = (0, 0);
    for situation in situations() {
        let arena = Arena::new(situation);
        let root = arena.world.sandbox.root().to_owned();
        // So many bytes are left.
        let steps: &[u64] =
            if is_full() { &[0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192] } else { &[0, 16, 48] };
        for kilobytes in steps {
            let Some(_mounted) = Mounted::memory(&root, 64 << 20) else {
                say("SKIPPED: a full disk: mounts are not allowed here");
                return;
            };
            arena.put_back();
            let what = format!("{}: {kilobytes} kB free", situation.name);
            fill(&root, *kilobytes);
            let run = arena.run(None);
            tried += 1;
            if run.code != arena.codes[0] {
                expect_told(&run, &what);
                told += 1;
            } else {
                assert_eq!(arena.state_but_for("filler"), arena.wanted, "{what}: {run}");
            }
            fs::remove_file(root.join("filler")).expect("room again");
            arena.expect_recovery(&what);
        }
    }
    assert!(told > 0, "the disk was never full");
    say(&format!("crash: {tried} runs on a full disk, {told} of them told so; nothing was lost"));
}

/// Leave so many kilobytes.
fn fill(root: &Path, kilobytes: u64) {
    use std::io::Write;
    let mut filler = fs::File::create(root.join("filler")).expect("a file");
    let block = vec![0u8; 4096];
    let mut blocks = 0u64;
    while filler.write_all(&block).is_ok() {
        blocks += 1;
    }
    filler.set_len(blocks.saturating_sub(kilobytes / 4) * 4096).expect("shorter");
}

#[test]
fn a_read_only_disk() {
    let mut tried = 0;
    for situation in situations() {
        let arena = Arena::new(situation);
        arena.put_back();
        let before = arena.state();
        let Some(mounted) = Mounted::read_only(arena.world.sandbox.root()) else {
            say("SKIPPED: a read-only disk: mounts are not allowed here");
            return;
        };
        let run = arena.run(None);
        assert_eq!(run.code, 128, "{}: {run}", situation.name);
        expect_told(&run, situation.name);
        assert!(run.stderr.to_lowercase().contains("read-only"), "{}: {run}", situation.name);
        for reader in [&["status"][..], &["diff"], &["log"], &["list"], &["pull", "--preview"]] {
            let mut command = arena.place().command(env!("CARGO_BIN_EXE_git-skillsync"));
            // Where programs put what they need for a moment is never read-only.
            let run = Run::of(&arena.world.sandbox, command.args(reader).env("TMPDIR", std::env::temp_dir()));
            assert!([0, 1].contains(&run.code), "{}: {reader:?}: {run}", situation.name);
        }
        assert_eq!(arena.state(), before, "{}", situation.name);
        drop(mounted);
        arena.expect_recovery("the disk was read-only");
        tried += 1;
    }
    say(&format!("crash: {tried} commands on a read-only disk, refused; readers work there"));
}

/// The folders that are closed, one at a time.
const CLOSED: &[&str] =
    &[".git", ".git/objects", ".git/skillsync", ".git/refs", ".claude", ".claude/skills/pdf"];

#[test]
fn folders_that_may_not_be_written() {
    const NOBODY: &str = "65534";
    let as_nobody = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
    let binary = env!("CARGO_BIN_EXE_git-skillsync");
    let is_root = succeeds("sh", &["-c", "test \"$(id -u)\" = 0"]);
    if is_root && !succeeds("setpriv", &[&as_nobody[..], &[binary, "--version"]].concat()) {
        say("SKIPPED: folders that may not be written: the tests run as root and cannot become another user");
        return;
    }
    let (mut tried, mut told) = (0, 0);
    for situation in situations().filter(|situation| matches!(situation.name, "pull, fast forward" | "abort"))
    {
        let arena = Arena::new(situation);
        for folder in CLOSED {
            arena.put_back();
            let root = arena.world.sandbox.root().display().to_string();
            if is_root {
                let owner = format!("{NOBODY}:{NOBODY}");
                assert!(succeeds("chown", &["-R", &owner, &root]) && succeeds("chmod", &["755", &root]));
            }
            let closed = arena.world.proj.path().join(folder);
            let mode = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).expect("mode");
            mode(0o555);
            let mut command = arena.command(None);
            if is_root {
                let mut other = arena.place().command("setpriv");
                other.args(as_nobody).arg(binary).args(situation.args);
                command = other;
            }
            let run = Run::of(&arena.world.sandbox, &mut command);
            mode(0o755);
            let what = format!("{}: '{folder}' may not be written", situation.name);
            tried += 1;
            if run.code == arena.codes[0] {
                // That folder was not needed.
                assert!(arena.torn().is_empty(), "{what}: {run}");
            } else {
                expect_told(&run, &what);
                told += 1;
            }
            if is_root {
                assert!(succeeds("chown", &["-R", "0:0", &root]));
            }
            arena.expect_done_by_the_next_run(&what);
        }
    }
    assert!(told >= tried / 2, "{told} of {tried}");
    say(&format!("crash: {tried} times a folder may not be written, {told} were told; nothing was lost"));
}

#[test]
fn a_limit_of_the_size_of_files() {
    let binary = env!("CARGO_BIN_EXE_git-skillsync");
    let (mut tried, mut told) = (0, 0);
    for situation in situations() {
        let arena = Arena::new(situation);
        for blocks in if is_full() { &[0, 1, 2, 4, 8, 16][..] } else { &[0, 2] } {
            // As an error, and as the signal that ends the program.
            for trap in ["trap '' XFSZ; ", ""] {
                arena.put_back();
                let words: Vec<String> = situation.args.iter().map(|word| format!("'{word}'")).collect();
                let line = format!("{trap}ulimit -f {blocks}; exec '{binary}' {}", words.join(" "));
                let mut command = arena.place().command("sh");
                command.args(["-c", &line]);
                let run = Run::of(&arena.world.sandbox, &mut command);
                let what = format!("{}: files of {blocks} blocks {trap:?}", situation.name);
                tried += 1;
                if run.code == -1 {
                    told += 1;
                } else if run.code != arena.codes[0] {
                    expect_told(&run, &what);
                    told += 1;
                }
                arena.expect_recovery(&what);
            }
        }
    }
    say(&format!("crash: {tried} runs with a limit of file sizes, {told} of them met it; nothing was lost"));
}
