//! The files of other tools: found, read once, never written.

use super::super::ObserveError;
use crate::git::Repository;
use crate::git::index::Index;
use crate::model::artifact::ArtifactType;
use crate::model::import::{Context, Format, Hint, ImportError, MAX_FILE, Parsed, parse};
use crate::model::path::RepoPath;
use crate::model::target::TARGETS;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// The folders below the home folder in which the `skills` program keeps a user's skills.
const USER_FOLDERS: [&str; 2] = [".agents/skills", ".claude/skills"];

/// A file that another tool keeps.
#[derive(Debug)]
pub struct Source {
    /// Its path, from the project's root where it stands below it.
    pub shown: String,
    /// What it is.
    pub format: Format,
    /// What it says.
    pub read: Result<Parsed, Unreadable>,
}

/// Why a file says nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is a folder, a pipe or the like.
    #[error("it is no file")]
    NoFile,
    /// It cannot be understood.
    #[error(transparent)]
    Parse(#[from] ImportError),
}

/// The file at a path.
///
/// # Errors
///
/// When its name is that of no known format, or the project has no work tree.
pub fn named(session: &Session, project: &Repository, path: &Path) -> Result<Source, ObserveError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let format = Format::of(name).ok_or_else(|| ObserveError::UnknownFormat(path.to_owned()))?;
    Ok(read(project.root()?, &session.folder.join(path), format))
}

/// All that are found in a project, and those of the user as far as they are about the project.
///
/// # Errors
///
/// When the project has no work tree.
pub fn all(session: &Session, project: &Repository) -> Result<Vec<Source>, ObserveError> {
    let root = project.root()?;
    let base = project.layout().folder(root);
    let mut paths = Vec::new();
    for folder in folders(&base).into_iter().filter(|folder| is_hidden(folder)) {
        paths.push(folder.join(".skillmeat-deployed.toml"));
    }
    paths.extend(["skills-lock.json", "apm.lock.yaml"].map(|name| base.join(name)));
    let grounds = TARGETS.iter().filter_map(|target| project.layout().ground(target, ArtifactType::Skill));
    for ground in grounds {
        paths.extend(
            folders(&root.join(ground.root.as_str())).into_iter().map(|skill| skill.join("SKILL.md")),
        );
    }
    let mut found: Vec<Source> = paths.iter().filter_map(|path| try_read(root, path)).collect();
    // Most skills were placed by nobody who leaves traces in them.
    found.retain(|source| {
        source.format != Format::GhSkill || source.read.as_ref().is_ok_and(|read| *read != Parsed::default())
    });
    let home = session.home.as_deref();
    let user_files = [
        session.state_home.as_ref().map(|state| state.join("skills/.skill-lock.json")),
        home.map(|home| home.join(".agents/.skill-lock.json")),
        home.map(|home| home.join(".harnesssync/state.json")),
        home.map(|home| home.join(".cc2all/sync-state.json")),
    ];
    for path in user_files.into_iter().flatten() {
        let Some(mut source) = try_read(root, &path) else { continue };
        if let (Format::GlobalLock, Ok(parsed)) = (source.format, &mut source.read) {
            parsed.hints = in_project(&parsed.hints, home, root);
        }
        found.push(source);
    }
    Ok(found)
}

/// The entries of a user's lock file that are about the project: those whose place is inside it.
///
/// A skill of the same name elsewhere may be of another version.
fn in_project(hints: &[Hint], home: Option<&Path>, root: &Path) -> Vec<Hint> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let Some(home) = home.map(real) else { return Vec::new() };
    let Some(home) = inside(&real(root), &home) else { return Vec::new() };
    let place = |hint: &Hint, folder: &str| {
        let place = home.join(folder).try_join(&hint.artifact.name).ok();
        place.map(|place| Hint { place: Some(place), ..hint.clone() })
    };
    hints.iter().flat_map(|hint| USER_FOLDERS.iter().filter_map(|folder| place(hint, folder))).collect()
}

/// The folders in a folder, sorted; none if it is not there.
fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with('.') && name != ".git")
}

fn try_read(root: &Path, path: &Path) -> Option<Source> {
    let format = Format::of(path.file_name()?.to_str()?)?;
    path.symlink_metadata().ok()?;
    Some(read(root, path, format))
}

fn read(root: &Path, path: &Path, format: Format) -> Source {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().map(real).unwrap_or_default();
    let projects = [slashes(root), slashes(&real(root))];
    let (root, folder_name) =
        (real(root), folder.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let folder = inside(&root, &folder);
    let shown = match (&folder, path.file_name().and_then(|name| name.to_str())) {
        (Some(folder), Some(name)) => folder.join(name).to_string(),
        _ => path.display().to_string(),
    };
    let context = Context { folder: folder.as_ref(), folder_name: &folder_name, projects: &projects };
    let read = bytes(path).and_then(|bytes| Ok(parse(format, &bytes, context)?));
    Source { shown, format, read }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        return Err(Unreadable::NoFile);
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if size > MAX_FILE {
        return Err(ImportError::TooLarge(size).into());
    }
    Ok(std::fs::read(path)?)
}

/// A folder seen from the project's root, if it stands inside it.
fn inside(root: &Path, folder: &Path) -> Option<RepoPath> {
    let rest = slashes(folder.strip_prefix(root).ok()?);
    RepoPath::new(if rest.is_empty() { "." } else { &rest }).ok()
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Where in the project an entry's artifact may stand: its place, else what is there under its name.
pub fn places(project: &Repository, index: &Index, hint: &Hint) -> Vec<RepoPath> {
    if let Some(place) = &hint.place {
        return vec![place.clone()];
    }
    let all =
        TARGETS.iter().filter_map(|target| project.layout().path_of(target, &hint.artifact).ok().flatten());
    let stands = |path: &RepoPath| {
        let on_disk =
            project.work_dir().is_some_and(|root| root.join(path.as_str()).symlink_metadata().is_ok());
        on_disk || !index.lines(path).is_empty()
    };
    all.filter(stands).collect()
}
