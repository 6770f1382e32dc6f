//! The demonstration: a small collection and a project, and a session with real commands.

use super::{ExecuteError, disk, files, new_collection};
use crate::git::GitError;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// A file that is written, or one line of it.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// What is done, for people.
    comment: &'static str,
    /// The file, below the demonstration's folder.
    path: &'static str,
    /// The text that is replaced; none writes the whole file.
    old: Option<&'static str>,
    new: &'static str,
}

/// What happens, one after the other.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// The commands that follow run in this folder.
    Enter(&'static str),
    /// Somebody edits.
    Edit(Edit),
    /// A command is run: the arguments of git.
    Run(&'static [&'static str]),
}

/// A command that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done by hand before it, in sentences.
    pub comments: Vec<&'static str>,
    /// The folder it was run in, below the demonstration's.
    pub folder: &'static str,
    /// The command as it is typed.
    pub command: String,
    /// What it printed.
    pub output: String,
    /// Its exit status; none when a signal ended it.
    pub status: Option<i32>,
}

/// The skill as it is first published.
const SKILL: &str = "\
---
name: pdf
description: Read and fill in PDF forms. Use it when a PDF is mentioned.
---

# PDF

Read a form with `pdftotext -layout FILE -`.

Ask before you overwrite a file.

Fill in a form with `pdftk FORM fill_form DATA output RESULT`.
";

const SESSION: [Act; 21] = [
    Act::Run(&["skillsync", "collection", "init", "collection"]),
    Act::Edit(Edit {
        comment: "a skill is written in the collection: skills/pdf/SKILL.md",
        path: "collection/skills/pdf/SKILL.md",
        old: None,
        new: SKILL,
    }),
    Act::Run(&["-C", "collection", "add", "."]),
    Act::Run(&["-C", "collection", "commit", "--quiet", "-m", "Add the skill pdf"]),
    Act::Run(&["init", "--quiet", "--initial-branch=main", "project"]),
    Act::Enter("project"),
    Act::Run(&["skillsync", "deploy", "pdf", "--from", "../collection"]),
    Act::Run(&["commit", "--quiet", "-m", "Deploy the skill pdf"]),
    Act::Edit(Edit {
        comment: "in the project, the line on reading forms is improved",
        path: "project/.claude/skills/pdf/SKILL.md",
        old: Some("Read a form with `pdftotext -layout FILE -`."),
        new: "Read a form with `pdftotext -layout FILE -`; if it is a scan, run `ocrmypdf` first.",
    }),
    Act::Run(&["commit", "--quiet", "-am", "pdf: say what to do with scans"]),
    Act::Edit(Edit {
        comment: "meanwhile in the collection, the line on filling in forms is corrected",
        path: "collection/skills/pdf/SKILL.md",
        old: Some("output RESULT`."),
        new: "output RESULT need_appearances`.",
    }),
    Act::Run(&["-C", "../collection", "commit", "--quiet", "-am", "pdf: make filled-in fields visible"]),
    Act::Run(&["skillsync", "status"]),
    Act::Run(&["skillsync", "pull"]),
    Act::Run(&["diff", "--cached", "--unified=0"]),
    Act::Run(&["commit", "--quiet", "-m", "Pull the skill pdf"]),
    Act::Run(&["log", "--notes=skillsync", "-1"]),
    Act::Run(&["skillsync", "status"]),
    Act::Run(&["skillsync", "push"]),
    Act::Run(&["-C", "../collection", "log", "-1", "--stat"]),
    Act::Run(&["skillsync", "status"]),
];

/// The folder for the demonstration: the given one, which has to be empty, or a new temporary one.
///
/// # Errors
///
/// When it is not empty or cannot be made.
pub fn folder(wanted: Option<&Path>) -> Result<PathBuf, ExecuteError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ExecuteError::Write { path, source }
    };
    let folder = match wanted {
        Some(folder) => {
            new_collection::prepare(folder)?;
            folder.to_owned()
        }
        None => {
            let made = disk::temporary_folder_of_the_system("git-skillsync-demo-");
            made.map_err(failed(Path::new("a temporary folder")))?.keep()
        }
    };
    folder.canonicalize().map_err(failed(&folder))
}

/// Run the session in an empty folder, up to the first command that fails.
///
/// # Errors
///
/// When a file cannot be written or git not be started; a command that fails is a step like others.
pub fn play(session: &Session, folder: &Path) -> Result<Vec<Step>, ExecuteError> {
    let (mut steps, mut comments, mut place) = (Vec::new(), Vec::new(), "");
    for act in SESSION {
        match act {
            Act::Enter(name) => place = name,
            Act::Edit(edit) => {
                write(folder, edit)?;
                comments.push(edit.comment);
            }
            Act::Run(arguments) => {
                let step = run(session, folder, place, arguments, std::mem::take(&mut comments))?;
                let failed = step.status != Some(0);
                steps.push(step);
                if failed {
                    break;
                }
            }
        }
    }
    Ok(steps)
}

fn write(folder: &Path, edit: Edit) -> Result<(), ExecuteError> {
    let path = folder.join(edit.path);
    let Some(old) = edit.old else { return files::replace(&path, edit.new.as_bytes()) };
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|source| ExecuteError::Write { path: path.clone(), source })?;
    files::replace(&path, text.replacen(old, edit.new, 1).as_bytes())
}

fn run(
    session: &Session,
    folder: &Path,
    place: &'static str,
    arguments: &[&str],
    comments: Vec<&'static str>,
) -> Result<Step, ExecuteError> {
    let programs = session.program.parent().unwrap_or(folder);
    let mut call = session.git.as_typed(&folder.join(place), programs).args(arguments);
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Ada Lovelace"),
        ("GIT_AUTHOR_EMAIL", "ada@example.com"),
        ("GIT_COMMITTER_NAME", "Ada Lovelace"),
        ("GIT_COMMITTER_EMAIL", "ada@example.com"),
        // The user's own configuration has no say: not hooks, not signing, not names of branches.
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", null_device()),
        ("GIT_CONFIG_COUNT", "2"),
        ("GIT_CONFIG_KEY_0", "init.defaultBranch"),
        ("GIT_CONFIG_VALUE_0", "main"),
        ("GIT_CONFIG_KEY_1", "maintenance.auto"),
        ("GIT_CONFIG_VALUE_1", "false"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ] {
        call = call.env(name, value);
    }
    let (output, status) = call.merged().map_err(GitError::from)?;
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Step { comments, folder: place, command: typed(arguments), output, status })
}

fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}

/// A command as it is typed into a shell.
fn typed(arguments: &[&str]) -> String {
    let word = |word: &&str| {
        let plain = word.chars().all(|character| character.is_alphanumeric() || "-_./=".contains(character));
        if plain { (*word).to_owned() } else { format!("'{word}'") }
    };
    let words: Vec<String> = arguments.iter().map(word).collect();
    format!("git {}", words.join(" "))
}
