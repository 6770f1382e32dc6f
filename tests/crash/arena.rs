//! One situation, prepared once and put back as often as needed, and what can be seen of it.

use super::situations::{Place, Situation};
use crate::support::{Repo, Run, Sandbox, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Every command of an arena is run at this time, so that its commits are the same ones.
const TIME: &str = "1767312000 +0000";

/// Files by path: mode and bytes; of a link its target.
pub type Files = BTreeMap<String, (u32, Vec<u8>)>;

/// A situation on disk.
pub struct Arena {
    pub situation: &'static Situation,
    pub world: World,
    saved: tempfile::TempDir,
    /// The files of project and collection before and after.
    old: Files,
    new: Files,
    /// What an undisturbed run leaves.
    pub wanted: String,
    /// How an undisturbed run and one more end.
    pub codes: [i32; 2],
    /// The operations of an undisturbed run.
    pub deeds: Vec<String>,
}

impl Arena {
    /// Prepare the situation, and see what an undisturbed run does.
    pub fn new(situation: &'static Situation) -> Self {
        let world = World::within(Sandbox::in_memory());
        (situation.prepare)(&world);
        for repo in [&world.proj, &world.coll] {
            // Fewer files to put back, and look-ups in packs too.
            repo.git(&["repack", "-adq"]);
        }
        let saved = tempfile::tempdir_in(world.sandbox.root().parent().expect("a folder")).expect("folder");
        copy(world.sandbox.root(), saved.path());
        let mut arena = Self {
            situation,
            world,
            saved,
            old: Files::new(),
            new: Files::new(),
            wanted: String::new(),
            codes: [0; 2],
            deeds: Vec::new(),
        };
        arena.old = arena.files();
        let counted = arena.saved.path().join("deeds");
        let first = arena.run(Some(&format!("count:{}", counted.display())));
        let deeds = fs::read_to_string(&counted).unwrap_or_default();
        arena.deeds = deeds.lines().map(str::to_owned).collect();
        let _ = fs::remove_file(counted);
        arena.new = arena.files();
        arena.wanted = arena.state();
        let second = arena.run(None);
        arena.codes = [first.code, second.code];
        let name = situation.name;
        assert!([0, 1].contains(&first.code), "{name}: {first}");
        assert_eq!(arena.state(), arena.wanted, "{name}: a second run is none: {second}");
        arena.expect_healthy("undisturbed");
        assert!(!arena.deeds.is_empty(), "{name}: {:?}\n{first}", arena.deeds);
        arena
    }

    /// The folder that the command is run in.
    pub fn place(&self) -> Repo {
        match self.situation.place {
            Place::Project => self.world.proj.clone(),
            Place::Collection => self.world.coll.clone(),
            Place::Other(name) => self.world.sandbox.open(name),
        }
    }

    /// The command of the situation, to be run with this fault.
    pub fn command(&self, fault: Option<&str>) -> std::process::Command {
        let mut command = self.place().command(env!("CARGO_BIN_EXE_git-skillsync"));
        command.args(self.situation.args);
        command.env("GIT_AUTHOR_DATE", TIME).env("GIT_COMMITTER_DATE", TIME);
        if let Some(fault) = fault {
            command.env("GIT_SKILLSYNC_FAULT", fault);
        }
        command
    }

    /// Run it.
    pub fn run(&self, fault: Option<&str>) -> Run {
        Run::of(&self.world.sandbox, &mut self.command(fault))
    }

    /// Put everything back as it was prepared.
    pub fn put_back(&self) {
        let root = self.world.sandbox.root();
        for entry in fs::read_dir(root).expect("folder").map(|entry| entry.expect("entry").path()) {
            if entry.is_dir() && !entry.is_symlink() {
                fs::remove_dir_all(&entry).expect("removed");
            } else {
                fs::remove_file(&entry).expect("removed");
            }
        }
        copy(self.saved.path(), root);
    }

    /// All repositories and work trees of the sandbox, by name.
    fn repos(&self) -> Vec<(String, Repo)> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.world.sandbox.root()).expect("folder") {
            let path = entry.expect("entry").path();
            if path.join(".git").exists() || path.join("HEAD").exists() {
                names.push(path.file_name().expect("a name").to_string_lossy().into_owned());
            }
        }
        names.sort();
        names.into_iter().map(|name| (name.clone(), self.world.sandbox.open(&name))).collect()
    }

    /// The files of all work trees.
    fn files(&self) -> Files {
        let mut files = Files::new();
        for (name, repo) in self.repos() {
            if repo.path().join(".git").exists() {
                collect(repo.path(), &name, &mut files);
            }
        }
        files
    }

    /// The files that are neither as before nor as an undisturbed run leaves them.
    pub fn torn(&self) -> Vec<String> {
        let found = self.files();
        let names: BTreeSet<&String> = found.keys().chain(self.old.keys()).chain(self.new.keys()).collect();
        let is_torn = |name: &&String| {
            let now = found.get(*name);
            now != self.old.get(*name) && now != self.new.get(*name)
        };
        names.into_iter().filter(is_torn).cloned().collect()
    }

    /// Everything that counts, without what is different in every run: times and ids of operations.
    pub fn state(&self) -> String {
        let mut text = String::new();
        for (path, (mode, bytes)) in self.files() {
            text += &format!("{mode:o} {path} {}\n", bytes.escape_ascii());
        }
        for (name, repo) in self.repos() {
            text += &format!("== {name}\n");
            let refs = repo.git(&["for-each-ref", "--format=%(refname) %(objectname)"]);
            let counts = |line: &&str| !line.contains("skillsync");
            text.extend(refs.lines().filter(counts).map(|line| format!("{line}\n")));
            text += &notes(&repo);
            if !repo.path().join(".git").exists() {
                continue;
            }
            text += &format!("{}\n", repo.git(&["ls-files", "--stage"]));
            let git_dir = PathBuf::from(repo.git(&["rev-parse", "--absolute-git-dir"]));
            text += &fs::read_to_string(git_dir.join("HEAD")).unwrap_or_default();
            text += &fs::read_to_string(git_dir.join("MERGE_MSG")).unwrap_or_default();
            text += &pending(&git_dir);
            text += &fs::read_to_string(git_dir.join("config")).unwrap_or_default();
        }
        text
    }

    /// The same without what is said of one file.
    pub fn state_but_for(&self, name: &str) -> String {
        let kept = |line: &&str| !line.contains(name);
        self.state().lines().filter(kept).map(|line| format!("{line}\n")).collect()
    }

    /// Whether nothing but records is missing from `state`, and the state file has them: that is where they
    /// are kept while no note can be written, until the next command can.
    pub fn has_filed_the_rest(&self, state: &str) -> bool {
        let mut filed = Vec::new();
        for (_, repo) in self.repos() {
            let text = fs::read_to_string(repo.path().join(".git/skillsync/state.json")).unwrap_or_default();
            let document: Value = serde_json::from_str(&text).unwrap_or_default();
            filed.extend(document["records"].as_array().into_iter().flatten().map(without_times));
        }
        let (wanted, found): (BTreeSet<&str>, BTreeSet<&str>) =
            (self.wanted.lines().collect(), state.lines().collect());
        let is_older = |line: &&&str| line.starts_with('{');
        wanted
            .difference(&found)
            .all(|line| line.starts_with("note ") || filed.iter().any(|record| record == line))
            && found.difference(&wanted).all(|line| is_older(&line))
    }

    /// Git must find nothing wrong, and nothing of ours must lie about.
    pub fn expect_healthy(&self, what: &str) {
        for (name, repo) in self.repos() {
            let here = format!("{}: {what}: {name}", self.situation.name);
            let checked = repo.try_git(&["fsck", "--strict", "--no-dangling", "--no-progress"]);
            assert_eq!(checked.code, 0, "{here}: {checked}");
            if repo.path().join(".git").exists() {
                assert_eq!(repo.try_git(&["status", "--porcelain"]).code, 0, "{here}");
            }
            let mut left = Vec::new();
            litter(repo.path(), &mut left);
            assert!(left.is_empty(), "{here}: {left:?}");
        }
    }

    /// After whatever happened, the same command again must do all of it, once; and once more, nothing.
    pub fn expect_done_by_the_next_run(&self, what: &str) {
        let name = self.situation.name;
        let next = self.run(None);
        assert!(self.codes.contains(&next.code), "{name}: {what}: the next run: {next}");
        let state = self.state();
        assert!(state == self.wanted, "{name}: {what}:\n{}\n{next}", difference(&self.wanted, &state));
    }

    /// The next run, and one more that has nothing to do.
    pub fn expect_recovery(&self, what: &str) {
        self.expect_done_by_the_next_run(what);
        self.expect_healthy(what);
        let more = self.run(None);
        assert!(self.codes.contains(&more.code), "{}: {what}: one more: {more}", self.situation.name);
        let state = self.state();
        let name = self.situation.name;
        assert!(state == self.wanted, "{name}: {what}: once more:\n{}", difference(&self.wanted, &state));
    }
}

/// The lines that only one of two texts has.
pub fn difference(wanted: &str, found: &str) -> String {
    let (left, right): (BTreeSet<&str>, BTreeSet<&str>) = (wanted.lines().collect(), found.lines().collect());
    let gone = left.difference(&right).map(|line| format!("- {line}\n"));
    let new = right.difference(&left).map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}

/// The notes of a repository, by noted commit.
fn notes(repo: &Repo) -> String {
    let listed = repo.try_git(&["notes", "--ref=skillsync", "list"]);
    let mut notes: Vec<String> = Vec::new();
    for line in listed.stdout.lines() {
        let (blob, commit) = line.split_once(' ').expect("a note");
        let text = repo.git(&["cat-file", "blob", blob]);
        let records = text.lines().map(|line| without_times(&serde_json::from_str(line).expect("a record")));
        notes.push(format!("note {commit}\n{}\n", records.collect::<Vec<_>>().join("\n")));
    }
    notes.sort();
    notes.concat()
}

/// What waits in a work tree.
fn pending(git_dir: &Path) -> String {
    let Ok(text) = fs::read_to_string(git_dir.join("skillsync/pending.json")) else { return String::new() };
    let document: Value = serde_json::from_str(&text).expect("a pending file");
    let entries = document["entries"].as_array().expect("entries");
    // One that was noted goes whenever a later run sees the note.
    let waiting = entries.iter().filter(|entry| entry["noted_on"].is_null());
    // What was done in parts waits in another order.
    let mut lines: Vec<String> = waiting.map(|entry| format!("pending {}\n", without_times(entry))).collect();
    lines.sort();
    lines.concat()
}

fn without_times(value: &Value) -> String {
    let mut value = value.clone();
    let gone = ["deployed_at", "written_at", "written_by", "operation", "reflog_length"];
    strip(&mut value, &gone);
    value.to_string()
}

fn strip(value: &mut Value, gone: &[&str]) {
    if let Value::Object(fields) = value {
        gone.iter().for_each(|name| drop(fields.remove(*name)));
        fields.values_mut().for_each(|value| strip(value, gone));
    }
}

/// Lock files and temporary files.
fn litter(folder: &Path, left: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        // Caches are written without a lock: what is left there goes when it is old (tests/caches.rs).
        let of_cache = folder.components().any(|part| part.as_os_str() == "cache");
        // What the kernel locks stays, and stands in nobody's way.
        let is_lock = name.ends_with(".lock") && name != "auto.lock";
        if is_lock || name.starts_with(".tmp-") && !of_cache {
            left.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            litter(&path, left);
        }
    }
}

fn collect(folder: &Path, shown: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == ".git" {
            continue;
        }
        let shown = format!("{shown}/{name}");
        let metadata = path.symlink_metadata().expect("metadata");
        if metadata.is_symlink() {
            let target = fs::read_link(&path).expect("link").into_os_string().into_encoded_bytes();
            files.insert(shown, (0o120_000, target));
        } else if metadata.is_dir() {
            collect(&path, &shown, files);
        } else {
            let mode = metadata.permissions().mode() & 0o777;
            files.insert(shown, (mode, fs::read(&path).expect("file")));
        }
    }
}

/// Copy all that is in a folder.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let (path, there) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("kind");
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&path).expect("link"), there).expect("link");
        } else if kind.is_dir() {
            fs::create_dir(&there).expect("folder");
            copy(&path, &there);
            fs::set_permissions(&there, path.metadata().expect("metadata").permissions()).expect("mode");
        } else {
            fs::copy(&path, &there).expect("copied");
        }
    }
}
