//! `auto enable` and `auto disable`: our hooks in the settings files of agent programs.

use crate::error::Error;
use crate::execute::{auto, configure, settings};
use crate::git::Repository;
use crate::git::index::Index;
use crate::git::program::Git;
use crate::model::auto::{Statistics, WrittenFile};
use crate::model::harness::{HARNESSES, Harness};
use crate::model::path::RepoPath;
use crate::model::target::Target;
use crate::observe::configured;
use crate::plan::settings_file::{self, Inserted, Text};
use crate::report::auto::{self as say, Enabled, File};
use crate::report::{Form, Report};
use crate::session::Session;
use std::path::{Path, PathBuf};

/// Whether auto-sync is on.
const ENABLED: &str = "skillsync.auto.enabled";

/// A settings file, and what it is to become.
struct Edit {
    harness: &'static Harness,
    path: PathBuf,
    /// What is kept of the file; nothing once it has nothing of ours.
    written: Option<WrittenFile>,
    outcome: &'static str,
    becomes: Becomes,
    hints: Vec<String>,
}

/// What a file becomes.
enum Becomes {
    /// It stays as it is.
    Same,
    /// It gets this text.
    Text(String),
    /// It goes, with so many folders above it.
    Gone(usize),
}

/// Put our hooks into the settings of these programs, or of those that are used here. If one of the
/// files cannot be edited, none is.
pub fn enable(session: &Session, harnesses: &[&'static Harness], form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let root = project.root()?.to_owned();
    let harnesses = if harnesses.is_empty() { used(&root) } else { harnesses.to_vec() };
    let statistics = super::runs::statistics(&project);
    let mut edits = Vec::new();
    for harness in harnesses {
        edits.push(plan_enable(&project, &root, harness, &statistics)?);
    }
    write(&project, &root, &mut edits)?;
    configure::set(&project, ENABLED, "true")?;
    let mut files: Vec<File> = edits.into_iter().map(|edit| said(&root, edit)).collect();
    if let Some(last) = files.last_mut() {
        if !Git::finds("git-skillsync") {
            last.hints.push("'git-skillsync' is not on 'PATH': the programs will not find it".into());
        }
        if configured::all(&project).is_empty() {
            last.hints.push("no collection is registered yet: 'git skillsync init URL|PATH' does it".into());
        }
    }
    Ok(say::files("auto enable", &files, true, form))
}

/// Take our hooks out of the settings of these programs, or of all.
pub fn disable(session: &Session, harnesses: &[&'static Harness], form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    let root = project.root()?.to_owned();
    let statistics = super::runs::statistics(&project);
    let wanted = |harness: &Harness| harnesses.is_empty() || harnesses.contains(&harness);
    let (mut edits, mut stays) = (Vec::new(), false);
    for harness in &HARNESSES {
        for path in places(&root, harness) {
            let is_there = has_entries(&path, harness)? || is_known(&root, &path, harness, &statistics);
            match is_there {
                true if wanted(harness) => edits.push(plan_disable(&root, harness, &path, &statistics)?),
                other => stays |= other,
            }
        }
    }
    write(&project, &root, &mut edits)?;
    if !stays {
        configure::set(&project, ENABLED, "false")?;
    }
    let files: Vec<File> = edits.into_iter().map(|edit| said(&root, edit)).collect();
    Ok(say::files("auto disable", &files, stays, form))
}

/// The settings files with our entries.
pub fn standing(root: &Path) -> Vec<Enabled> {
    let mut found = Vec::new();
    for harness in &HARNESSES {
        for path in places(root, harness) {
            // What cannot be read has nothing of ours that would work.
            let text = settings::read(&path).ok().flatten().unwrap_or_default();
            let triggers = settings_file::enabled(&text, harness).unwrap_or_default();
            if !triggers.is_empty() {
                let words = triggers.into_iter().map(|trigger| trigger.as_str()).collect();
                found.push(Enabled { harness: harness.name, file: shown(root, &path), triggers: words });
            }
        }
    }
    found
}

/// The programs that are used in a project; where nothing tells, Claude Code.
fn used(root: &Path) -> Vec<&'static Harness> {
    let is_used = |harness: &&Harness| {
        let signs = Target::find(harness.name).map(|target| target.signs).unwrap_or_default();
        signs.iter().any(|sign| root.join(sign).exists())
    };
    let found: Vec<&'static Harness> = HARNESSES.iter().filter(is_used).collect();
    if found.is_empty() { HARNESSES.iter().take(1).collect() } else { found }
}

/// The files of a project that may hold a program's hooks.
fn places(root: &Path, harness: &Harness) -> Vec<PathBuf> {
    harness.project.iter().map(|path| root.join(path)).collect()
}

/// The file that gets the hooks: the one that has them; else the first that is there and the user's
/// own; else the first. What git tracks is everybody's: it is edited only where there is no other.
fn place(project: &Repository, root: &Path, harness: &Harness) -> Result<PathBuf, Error> {
    let index = Index::read(project)?;
    let is_tracked = |path: &str| RepoPath::new(path).is_ok_and(|path| !index.lines(&path).is_empty());
    for path in harness.project {
        if has_entries(&root.join(path), harness)? {
            return Ok(root.join(path));
        }
    }
    let own = harness.project.iter().find(|path| root.join(path).exists() && !is_tracked(path));
    let first = harness.project.first().copied().unwrap_or_default();
    Ok(root.join(own.copied().unwrap_or(first)))
}

fn has_entries(path: &Path, harness: &Harness) -> Result<bool, Error> {
    let text = settings::read(path)?.unwrap_or_default();
    // One that cannot be understood is refused when it is to be edited.
    Ok(!text.is_empty() && settings_file::enabled(&text, harness).is_ok_and(|found| !found.is_empty()))
}

fn is_known(root: &Path, path: &Path, harness: &Harness, statistics: &Statistics) -> bool {
    statistics.files.get(harness.name).is_some_and(|file| root.join(&file.path) == path)
}

fn plan_enable(
    project: &Repository,
    root: &Path,
    harness: &'static Harness,
    statistics: &Statistics,
) -> Result<Edit, Error> {
    let path = place(project, root, harness)?;
    let text = settings::read(&path)?;
    let known = statistics.files.get(harness.name).filter(|file| root.join(&file.path) == path);
    let as_left =
        known.filter(|file| text.as_ref().is_some_and(|text| settings::digest(text) == file.digest));
    let before = text.clone().unwrap_or_default();
    let inserted =
        as_left.map(|file| file.inserted.iter().map(|[at, length]| Inserted(*at, *length)).collect());
    let done = settings_file::enable(Text::with(&before, inserted.unwrap_or_default()), harness)
        .map_err(|reason| Error::Settings { path: shown(root, &path), reason })?;
    let is_same = text.as_deref() == Some(done.as_str());
    let mut hints: Vec<String> = harness.note.map(str::to_owned).into_iter().collect();
    let index = Index::read(project)?;
    let relative = shown(root, &path);
    if RepoPath::new(&*relative).is_ok_and(|path| !index.lines(&path).is_empty()) {
        hints.push(format!("'{relative}' is tracked: whoever gets it has the hooks too"));
    } else if project.is_git() && is_seen(project, &relative) {
        hints.push(format!("'{relative}' is not ignored: 'git add -A' would take it along"));
    }
    let written = WrittenFile {
        path: relative,
        created: text.is_none() || known.is_some_and(|file| file.created),
        folders: known.map_or(0, |file| file.folders),
        digest: settings::digest(done.as_str()),
        inserted: done.inserted().iter().map(|Inserted(at, length)| [*at, *length]).collect(),
    };
    Ok(Edit {
        harness,
        path,
        written: if is_same { known.cloned() } else { Some(written) },
        outcome: if is_same { "already enabled" } else { "enabled" },
        becomes: if is_same { Becomes::Same } else { Becomes::Text(done.as_str().to_owned()) },
        hints,
    })
}

/// Whether git would name a file that it does not track.
fn is_seen(project: &Repository, relative: &str) -> bool {
    let ignored = project.call().args(["check-ignore", "--quiet", "--", relative]).output();
    ignored.is_ok_and(|output| output.status.code() == Some(1))
}

fn plan_disable(
    root: &Path,
    harness: &'static Harness,
    path: &Path,
    statistics: &Statistics,
) -> Result<Edit, Error> {
    let known = statistics.files.get(harness.name).filter(|file| root.join(&file.path) == *path);
    let text = settings::read(path)?;
    let refused = |reason| Error::Settings { path: shown(root, path), reason };
    let becomes = match &text {
        None => Becomes::Same,
        Some(text) => {
            let exact = known.filter(|file| settings::digest(text) == file.digest).and_then(|file| {
                let pieces: Vec<_> =
                    file.inserted.iter().map(|[at, length]| Inserted(*at, *length)).collect();
                settings_file::without(text, &pieces)
            });
            let rest = exact.unwrap_or_else(|| text.clone());
            let created = known.is_some_and(|file| file.created);
            let rest = if created && rest.is_empty() {
                rest
            } else {
                settings_file::disable(&rest, harness).map_err(refused)?
            };
            match settings_file::is_vacant(&rest, harness) && (created || harness.is_alone()) {
                true => Becomes::Gone(known.map_or(0, |file| file.folders)),
                false => Becomes::Text(rest),
            }
        }
    };
    let (path, outcome) = (path.to_owned(), "disabled");
    Ok(Edit { harness, path, written: None, outcome, becomes, hints: Vec::new() })
}

/// Write the files, and what is to be remembered of them.
fn write(project: &Repository, root: &Path, edits: &mut [Edit]) -> Result<(), Error> {
    for edit in edits.iter_mut() {
        match &edit.becomes {
            Becomes::Same => {}
            Becomes::Text(text) => {
                let made = settings::write(&edit.path, text)?;
                if let Some(written) = &mut edit.written {
                    written.folders = written.folders.max(made);
                }
            }
            Becomes::Gone(folders) => settings::remove(&edit.path, *folders)?,
        }
    }
    auto::update(project, |statistics| {
        // Somebody has seen to it.
        (statistics.paused, statistics.next_try, statistics.failures_in_a_row) = (None, None, 0);
        for edit in &*edits {
            match &edit.written {
                Some(written) => drop(statistics.files.insert(edit.harness.name.to_owned(), written.clone())),
                None if edit.outcome == "disabled" => {
                    let is_it = |file: &WrittenFile| root.join(&file.path) == edit.path;
                    if statistics.files.get(edit.harness.name).is_some_and(is_it) {
                        statistics.files.remove(edit.harness.name);
                    }
                }
                None => {}
            }
        }
    })?;
    Ok(())
}

fn said(root: &Path, edit: Edit) -> File {
    File {
        harness: edit.harness.name,
        file: shown(root, &edit.path),
        outcome: edit.outcome,
        hints: edit.hints,
    }
}

fn shown(root: &Path, path: &Path) -> String {
    settings::relative(root, path).display().to_string()
}
