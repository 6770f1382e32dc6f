//! Every kind of hook that a user may have, in every place that git or a manager may have it: ours is
//! installed beside it, or the line to add is printed; both run; exit statuses are kept; and after
//! uninstalling, every byte is as it was.

mod kinds;
mod places;

use crate::support::Run;
use kinds::{KINDS, Kind};
use places::{PLACES, Place, Setting};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a cell ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// It was installed.
    Beside,
    /// The line was printed, added where it says, and called us.
    ByLine,
    /// The line was printed; in that place nothing runs that could take it.
    Told,
}

#[test]
fn every_kind_of_hook_in_every_place() {
    let cells: Vec<(&Kind, Place)> =
        KINDS.iter().flat_map(|kind| PLACES.into_iter().map(move |place| (kind, place))).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut ways = Vec::new();
        while let Some((kind, place)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            ways.push((*place, cell(kind, *place)));
        }
        ways
    };
    let ways: Vec<(Place, Way)> = std::thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (place, way) in &ways {
        *counts.entry(format!("{place:?} {way:?}")).or_default() += 1;
    }
    let _ = writeln!(
        std::io::stderr(),
        "hooks: {} kinds in {} places, {} cells: {counts:?}",
        KINDS.len(),
        PLACES.len(),
        ways.len()
    );
    assert!(KINDS.len() >= 14 && ways.len() == KINDS.len() * PLACES.len());
    let count = |place: Place, way: Way| ways.iter().filter(|cell| **cell == (place, way)).count();
    assert_eq!(
        count(Place::Configured, Way::Beside),
        KINDS.len(),
        "no file is in the way of the configuration"
    );
    assert!(count(Place::Plain, Way::Beside) >= 10 && count(Place::GitLfs, Way::Beside) >= 10);
    for place in [Place::Husky, Place::Lefthook, Place::PreCommit, Place::Global] {
        assert_eq!(count(place, Way::Beside), 0, "{place:?} is never written into");
        assert!(count(place, Way::ByLine) >= 10, "{place:?}");
    }
}

fn cell(kind: &Kind, place: Place) -> Way {
    let setting = Setting::new(kind, place);
    let what = format!("{} in {place:?}", kind.name);
    let before = bytes(&setting);
    let (alone, status) = (commit(&setting, "alone"), direct(&setting));
    assert_eq!(alone.ours, 0, "{what}");
    let installed = setting.skillsync(&["hooks", "install"]);
    let after = bytes(&setting);
    let again = setting.skillsync(&["hooks", "install"]);
    assert_eq!(bytes(&setting), after, "{what}: installing twice is once");
    assert_eq!(installed.code, again.code, "{what}: {again}");
    let line = installed.stdout.lines().find(|line| line.starts_with("post-commit: ")).expect("a line");
    let way = match line {
        "post-commit: installed" => Way::Beside,
        "post-commit: left alone" => {
            assert_eq!(installed.code, 1, "{what}");
            assert_eq!(before.get(&setting.hook), after.get(&setting.hook), "{what}: left alone");
            setting.follow_advice(&installed)
        }
        _ => panic!("{what}: {installed}"),
    };
    let both = commit(&setting, "both");
    assert_eq!(both.theirs, alone.theirs, "{what}: the user's hook runs as before");
    assert_eq!(both.code, alone.code, "{what}: {}", both.said);
    if way != Way::Told {
        assert_eq!(both.ours, 1, "{what}: ours runs ({}) {installed}", both.said);
        // Where there was no hook, ours has nothing to say.
        let now = direct(&setting);
        assert!(
            now == status || (status, now) == (None, Some(0)),
            "{what}: the exit status is kept, not {now:?}"
        );
        let state = setting.skillsync(&["hooks", "status"]).stdout;
        assert!(state.contains("post-commit: installed\n"), "{what}: {state}");
    }
    setting.forget_advice();
    let uninstalled = setting.skillsync(&["hooks", "uninstall"]);
    assert_eq!(uninstalled.code, 0, "{what}: {uninstalled}");
    assert_eq!(bytes(&setting), before, "{what}: byte for byte");
    let left = commit(&setting, "left");
    assert_eq!((left.theirs, left.ours), (alone.theirs, 0), "{what}");
    way
}

/// What a commit made run.
struct Ran {
    theirs: String,
    ours: usize,
    code: i32,
    said: String,
}

/// Commit with something pending that cannot be read: whoever looks at it sets it aside.
fn commit(setting: &Setting, message: &str) -> Ran {
    let repo = &setting.repo;
    repo.write(".git/skillsync/pending.json", "damaged");
    let log = setting.sandbox.path("log");
    let _ = std::fs::remove_file(&log);
    let run = setting.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    let ours = usize::from(!repo.exists(".git/skillsync/pending.json"));
    let theirs = std::fs::read_to_string(&log).unwrap_or_default();
    repo.remove(".git/skillsync");
    Ran { theirs, ours, code: run.code, said: run.to_string() }
}

/// The exit status of the hook, run as git runs it; git does not pass it on after a commit.
fn direct(setting: &Setting) -> Option<i32> {
    let hook = &setting.hook;
    let is_executable = {
        use std::os::unix::fs::PermissionsExt;
        hook.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    };
    if !is_executable {
        return None;
    }
    let mut command = setting.command(&hook.to_string_lossy());
    let output = command.stdin(std::process::Stdio::null()).output();
    // What the kernel does not start, git leaves to the shell.
    output.ok().and_then(|output| output.status.code())
}

/// The bytes and modes of all that hooks are made of: hook files, configuration, work tree.
fn bytes(setting: &Setting) -> BTreeMap<std::path::PathBuf, String> {
    let mut found = BTreeMap::new();
    for folder in [&setting.repo.path().join(".git/hooks"), &setting.sandbox.path("home")] {
        collect(folder, &mut found);
    }
    collect(&setting.repo.path().join(".git/config"), &mut found);
    for file in std::fs::read_dir(setting.repo.path()).expect("work tree") {
        let path = file.expect("entry").path();
        if path.file_name().is_some_and(|name| name != ".git") {
            collect(&path, &mut found);
        }
    }
    found
}

fn collect(path: &Path, found: &mut BTreeMap<std::path::PathBuf, String>) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = path.symlink_metadata() else { return };
    let mode = metadata.permissions().mode();
    if metadata.is_dir() {
        for entry in std::fs::read_dir(path).expect("folder") {
            collect(&entry.expect("entry").path(), found);
        }
    } else if metadata.is_symlink() {
        found.insert(
            path.to_owned(),
            format!("{mode:o} -> {}", std::fs::read_link(path).expect("link").display()),
        );
    } else {
        let bytes = std::fs::read(path).expect("file");
        found.insert(path.to_owned(), format!("{mode:o} {}", bytes.escape_ascii()));
    }
}

impl Setting {
    fn git(&self, args: &[&str]) -> Run {
        self.repo.run(self.command("git").args(args))
    }

    fn skillsync(&self, args: &[&str]) -> Run {
        self.repo.run(self.command("git-skillsync").args(args))
    }

    /// Add the line for `post-commit` where it says, as a user would; nothing where no shell runs it.
    fn follow_advice(&self, installed: &Run) -> Way {
        let advice = advised(installed);
        if let Some(add) = &self.add { add(&self.repo, &advice) } else { Way::Told }
    }

    /// Take it out again.
    fn forget_advice(&self) {
        if let Some(restore) = &self.restore {
            restore(&self.repo);
        }
    }
}

/// What is printed for `post-commit`: the file, if it names one, and the lines.
fn advised(installed: &Run) -> (Option<String>, String) {
    let hints: Vec<&str> = installed.stderr.lines().filter_map(|line| line.strip_prefix("hint: ")).collect();
    let is_start = |line: &str| line.starts_with("add to '") || line.starts_with("the line for it: ");
    let ours = hints.iter().position(|line| is_start(line) && line.contains("post-commit"));
    let first = ours.unwrap_or_else(|| {
        let told =
            hints.iter().position(|line| line.starts_with("post-commit:") || line.contains("post-commit"));
        told.and_then(|at| hints[..at].iter().rposition(|line| is_start(line))).expect("an advice")
    });
    let length = hints[first + 1..].iter().take_while(|line| !is_start(line)).count();
    let (file, start) = match hints[first].strip_prefix("add to '").and_then(|rest| rest.split_once("':")) {
        Some((file, rest)) => (Some(file.to_owned()), rest.trim_start()),
        None => (None, hints[first].trim_start_matches("the line for it: ")),
    };
    let mut lines: Vec<&str> = Vec::new();
    lines.extend((!start.is_empty()).then_some(start));
    lines.extend(&hints[first + 1..=first + length]);
    (file, lines.join("\n") + "\n")
}
