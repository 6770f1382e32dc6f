//! A folder of the sandbox, mostly a repository: building it and looking at it.

use super::{BINARY, Run, Sandbox};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository, a linked worktree, a bare repository or a plain folder.
#[derive(Clone)]
pub struct Repo {
    sandbox: Sandbox,
    path: PathBuf,
}

impl Repo {
    /// What stands at this path.
    pub(super) fn new(sandbox: Sandbox, path: PathBuf) -> Self {
        Self { sandbox, path }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Write a file, with the folders it needs.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Write a file that may be run.
    #[cfg(unix)]
    pub fn write_program(&self, path: &str, content: &str) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        self.write(path, content);
        fs::set_permissions(self.path.join(path), fs::Permissions::from_mode(0o755)).expect("mode");
        self
    }

    /// Set a file's mode.
    #[cfg(unix)]
    pub fn set_mode(&self, path: &str, mode: u32) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.path.join(path), fs::Permissions::from_mode(mode)).expect("mode");
        self
    }

    /// A file's text.
    pub fn read(&self, path: &str) -> String {
        let path = self.path.join(path);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        String::from_utf8(bytes).expect("text")
    }

    /// Whether something stands at the path, a dangling link too.
    pub fn exists(&self, path: &str) -> bool {
        self.path.join(path).symlink_metadata().is_ok()
    }

    /// Remove a file or a folder.
    pub fn remove(&self, path: &str) -> &Self {
        let path = self.path.join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Stage everything and commit it, even if nothing changed; the commit's id.
    pub fn commit_all(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.head()
    }

    /// Run git here; its stdout without the last line end. Panics if it fails.
    pub fn git(&self, args: &[&str]) -> String {
        self.try_git(args).expect_success()
    }

    /// Run git here, whatever comes of it.
    pub fn try_git(&self, args: &[&str]) -> Run {
        self.run(self.command("git").args(args))
    }

    /// Run git here with these bytes on stdin; its stdout without the last line end.
    pub fn git_with_input(&self, args: &[&str], input: impl AsRef<[u8]>) -> String {
        Run::with_input(&self.sandbox, self.command("git").args(args), input.as_ref()).expect_success()
    }

    /// Run the program here.
    pub fn skillsync(&self, args: &[&str]) -> Run {
        self.run(self.command(BINARY).args(args))
    }

    /// A command that will run here, for those who need more than arguments.
    pub fn command(&self, program: &str) -> Command {
        self.sandbox.command(program, &self.path)
    }

    /// Run a command of [`Repo::command`].
    pub fn run(&self, command: &mut Command) -> Run {
        Run::of(&self.sandbox, command)
    }

    /// The id of HEAD's commit.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "--verify", "HEAD"])
    }

    /// A linked worktree of this repository in the sandbox's folder `name`, on a new branch `name`.
    pub fn worktree(&self, name: &str) -> Self {
        let path = self.sandbox.path(name);
        self.git(&["worktree", "add", "--quiet", "-b", name, &path.to_string_lossy()]);
        self.sandbox.open(name)
    }

    /// What stands beside this repository in the folder `name`.
    pub fn beside(&self, name: &str) -> Self {
        Self { sandbox: self.sandbox.clone(), path: self.path.with_file_name(name) }
    }

    /// A clone of this repository in the sandbox's folder `name`.
    pub fn clone_to(&self, name: &str) -> Self {
        self.sandbox.git(&["clone", "--quiet", &self.path.to_string_lossy(), name]);
        self.sandbox.open(name)
    }

    /// Everything a user could see change: bytes and modes of the work tree, index, refs, HEAD.
    ///
    /// Two equal texts mean that nothing changed. `.git` is looked at through git only.
    pub fn tree_snapshot(&self) -> String {
        let mut text = String::new();
        let is_git = self.try_git(&["rev-parse", "--git-dir"]).code == 0;
        let is_bare = is_git && self.git(&["rev-parse", "--is-bare-repository"]) == "true";
        if !is_bare {
            list_files(&self.path, &self.path, &mut text);
        }
        if is_git {
            text +=
                &format!("HEAD {}\n", self.try_git(&["symbolic-ref", "--quiet", "HEAD"]).stdout.trim_end());
            text += &format!("HEAD {}\n", self.try_git(&["rev-parse", "--verify", "--quiet", "HEAD"]).stdout);
            text += &self.git(&["for-each-ref", "--format=%(refname) %(objectname) %(symref)"]);
            if !is_bare {
                text += &format!("\nindex\n{}\n", self.git(&["ls-files", "-v", "--stage"]));
            }
        }
        text
    }
}

/// Append a line per file, link and folder, in order.
fn list_files(root: &Path, folder: &Path, text: &mut String) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    for path in paths {
        let shown = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        if shown == ".git" {
            continue;
        }
        let metadata = path.symlink_metadata().expect("metadata");
        let mode = mode(&metadata);
        if metadata.is_symlink() {
            *text += &format!("link {shown} -> {}\n", fs::read_link(&path).expect("link").display());
        } else if metadata.is_dir() {
            *text += &format!("{mode:o} {shown}/\n");
            list_files(root, &path, text);
        } else {
            let bytes = fs::read(&path).expect("file");
            *text += &format!("{mode:o} {shown} {}\n", bytes.escape_ascii());
        }
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(metadata: &fs::Metadata) -> u32 {
    u32::from(metadata.permissions().readonly())
}
