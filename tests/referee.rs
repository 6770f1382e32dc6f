//! Git as the referee of merges: what `git merge-tree` says about the same three versions.

use git_skillsync::git::Objects;
use git_skillsync::merge::{Engine, Favor, Merged, Place, files};
use git_skillsync::model::{content::Content, path::RepoPath};
use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::tree::{EntryKind, EntryMode};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// A file of a version: kind and bytes.
pub type File = (EntryKind, Vec<u8>);
/// A version of an artifact: its files by path.
pub type Files = BTreeMap<String, File>;
/// The stages of the conflicted paths.
pub type Stages = BTreeMap<BString, [Option<Content>; 3]>;

/// Run git away from any configuration but the repository's own.
pub fn git(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    command.current_dir(directory).args(arguments).output().expect("git runs")
}

/// Say something that a passing test shows.
pub fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("stderr takes a line");
}

/// Whether git is new enough to merge trees (2.45); says so if not.
pub fn git_merges_trees() -> bool {
    let output = git(Path::new("."), &["--version"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers = text.trim().trim_start_matches("git version ").split('.');
    let version: Vec<u32> = numbers.take(2).filter_map(|part| part.parse().ok()).collect();
    let is_new = version >= vec![2, 45];
    if !is_new {
        say(&format!("SKIPPED: git as referee of merges needs git 2.45, this is {}", text.trim()));
    }
    is_new
}

/// A repository to merge in.
pub struct Court {
    pub directory: tempfile::TempDir,
    pub repository: gix::Repository,
}

/// What a merge gave, in comparable form.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    pub content: Option<Content>,
    pub stages: Stages,
}

impl Court {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a folder");
        assert!(git(directory.path(), &["init", "-q", "."]).status.success());
        let repository = open(directory.path());
        Self { directory, repository }
    }

    /// Configure the repository; opens it again.
    pub fn configure(&mut self, key: &str, value: &str) {
        assert!(git(self.directory.path(), &["config", key, value]).status.success());
        self.repository = open(self.directory.path());
    }

    /// Put a `.gitattributes` into work tree and index.
    pub fn attributes(&mut self, text: &str) {
        std::fs::write(self.directory.path().join(".gitattributes"), text).expect("written");
        assert!(git(self.directory.path(), &["add", ".gitattributes"]).status.success());
        self.repository = open(self.directory.path());
    }

    /// The content of a folder with these files; none if there are none.
    pub fn folder(&self, files: &Files) -> Option<Content> {
        if files.is_empty() {
            return None;
        }
        let mut editor = self.repository.edit_tree(self.repository.empty_tree().id).expect("edits");
        for (path, (kind, data)) in files {
            let blob = self.repository.write_blob(data).expect("written");
            editor.upsert(path.as_str(), *kind, blob.detach()).expect("placed");
        }
        Some(Content::folder(editor.write().expect("written").detach()))
    }

    /// The tree with nothing but `content` at `path`.
    pub fn wrapped(&self, path: &str, content: Option<Content>) -> ObjectId {
        let mut editor = self.repository.edit_tree(self.repository.empty_tree().id).expect("edits");
        if let Some(content) = content {
            editor.upsert(path, content.mode.kind(), content.id).expect("placed");
        }
        editor.write().expect("written").detach()
    }

    /// Git's verdict; `options` come before the trees.
    pub fn git(&self, path: &str, versions: [Option<Content>; 3], options: &[&str]) -> Verdict {
        let [base, ours, theirs] = versions.map(|version| self.wrapped(path, version).to_string());
        let base = format!("--merge-base={base}");
        let mut arguments = vec!["merge-tree", "--write-tree", "-z"];
        arguments.extend(options);
        arguments.extend([base.as_str(), ours.as_str(), theirs.as_str()]);
        let output = git(self.directory.path(), &arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "git merge-tree: {message}");
        let mut parts = output.stdout.split(|byte| *byte == 0);
        let tree = ObjectId::from_hex(parts.next().expect("a tree")).expect("an id");
        let lines = parts.take_while(|part| !part.is_empty());
        let tree = self.repository.find_tree(tree).expect("git wrote it");
        let entry = tree.lookup_entry_by_path(path).expect("readable");
        let content = entry.map(|entry| Content { mode: entry.mode(), id: entry.object_id() });
        Verdict { content, stages: stages(lines) }
    }

    /// Our verdict, with the labels that git uses for trees named by id.
    pub fn ours(&self, path: &str, versions: [Option<Content>; 3], favor: Favor) -> Merged {
        let labels = versions.map(|version| self.wrapped(path, version).to_string());
        let path = RepoPath::new(path).expect("valid");
        let place = Place { path: &path, base: &labels[0], ours: &labels[1], theirs: &labels[2] };
        let objects = Objects::new(&self.repository);
        let mut engine = Engine::new(&objects, objects.tools().expect("tools"));
        let [base, ours, theirs] = versions;
        let merged = engine.merge(&place, base, ours, theirs, favor).expect("merges");
        if let Some(content) = merged.content {
            objects.persist(&self.repository, content).expect("persisted");
        }
        merged
    }

    /// A content in readable form, for failures.
    pub fn show(&self, content: Option<Content>) -> String {
        let mut text = String::new();
        let objects = Objects::new(&self.repository);
        let at = RepoPath::new("@").expect("valid");
        for (path, file) in content.map_or(Vec::new(), |it| files(&objects, it, &at).expect("readable")) {
            let data = objects.blob(file.id).expect("readable");
            let data = String::from_utf8_lossy(&data).into_owned();
            writeln!(text, "  {:06o} {path} {:?}", file.mode.value(), data).expect("written");
        }
        text
    }

    /// Compare the two verdicts on three versions; `Err` tells the difference.
    pub fn compare(&self, path: &str, versions: [Option<Content>; 3]) -> Result<Merged, String> {
        let git = self.git(path, versions, &[]);
        let merged = self.ours(path, versions, Favor::Neither);
        let ours = verdict(&merged);
        if git == ours {
            return Ok(merged);
        }
        let mut text = String::from("git and the engine differ\n");
        for (name, version) in ["base", "ours", "theirs"].into_iter().zip(versions) {
            write!(text, "{name}:\n{}", self.show(version)).expect("written");
        }
        for (name, verdict) in [("git", &git), ("engine", &ours)] {
            writeln!(text, "{name}:\n{}", self.show(verdict.content)).expect("written");
            for (path, stages) in &verdict.stages {
                let stages = stages.map(|stage| {
                    stage.map(|it| format!("{:06o} {}", it.mode.value(), it.id.to_hex_with_len(7)))
                });
                writeln!(text, "  {path} {stages:?}").expect("written");
            }
        }
        Err(text)
    }
}

/// A merge's result in comparable form.
pub fn verdict(merged: &Merged) -> Verdict {
    let stages = merged.conflicts.iter().map(|it| (it.path.clone(), it.stages)).collect();
    Verdict { content: merged.content, stages }
}

fn open(directory: &Path) -> gix::Repository {
    gix::open_opts(directory, gix::open::Options::isolated()).expect("opens")
}

fn stages<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Stages {
    let mut found = Stages::new();
    for line in lines {
        let tab = line.iter().position(|byte| *byte == b'\t').expect("a path");
        let head = std::str::from_utf8(&line[..tab]).expect("plain");
        let words: Vec<&str> = head.split(' ').collect();
        let mode = EntryMode::from_bytes(words[0].as_bytes()).expect("a mode");
        let id = ObjectId::from_hex(words[1].as_bytes()).expect("an id");
        let stage: usize = words[2].parse().expect("a stage");
        found.entry(line[tab + 1..].into()).or_default()[stage - 1] = Some(Content { mode, id });
    }
    found
}
