//! The user's own scanner: it is shown the files that would be sent, in a folder that only the user
//! can read, and says by its exit status whether they may go.

use super::{ExecuteError, disk};
use crate::git::Objects;
use crate::git::program::Git;
use crate::git::shell::{self, Ended};
use crate::merge;
use crate::model::content::Content;
use crate::model::path::RepoPath;
use gix::bstr::{BString, ByteSlice};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(120);

/// How much of what it says is passed on, in lines.
const LINES: usize = 20;

/// What the scanner says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It ended with 0.
    Passed,
    /// Anything else: it found something, or could not be run, or took too long.
    Refused {
        /// Why.
        reason: String,
        /// The end of what it printed.
        output: String,
    },
}

/// The files with something new in them, whole, with their paths in the project.
///
/// # Errors
///
/// When an object cannot be read.
pub fn changed_files(
    objects: &Objects,
    before: Option<Content>,
    after: Option<Content>,
    at: &RepoPath,
) -> Result<Vec<(BString, Vec<u8>)>, ExecuteError> {
    let (Some(content), additions) = (after, merge::additions(objects, before, after, at)?) else {
        return Ok(Vec::new());
    };
    let mut files = Vec::new();
    for (path, file) in merge::files(objects, content, at)? {
        if !file.mode.is_link() && additions.iter().any(|addition| addition.path == path) {
            files.push((path, merge::blob(objects, file.id)?));
        }
    }
    Ok(files)
}

/// Run the scanner on these files. It is started in the folder that holds them.
pub fn run(git: &Git, command: &str, files: &[(BString, Vec<u8>)]) -> Verdict {
    let refused = |reason: String| Verdict::Refused { reason, output: String::new() };
    let folder = match lay_out(files) {
        Ok(folder) => folder,
        Err(error) => return refused(format!("the scan command could not be given the files ({error})")),
    };
    let (ended, output) = match shell::run(git, command, folder.path(), LIMIT) {
        Ok(found) => found,
        Err(error) => return refused(format!("the scan command could not be run ({error})")),
    };
    let reason = match ended {
        Ended::With(0) => return Verdict::Passed,
        Ended::With(127) => "the scan command was not found".to_owned(),
        Ended::With(status) => format!("the scan command says no (exit status {status})"),
        Ended::Killed => "the scan command was killed".to_owned(),
        Ended::TookTooLong => format!("the scan command took longer than {} seconds", LIMIT.as_secs()),
    };
    let text = output.to_str_lossy();
    let lines: Vec<&str> = text.lines().collect();
    let output = lines[lines.len().saturating_sub(LINES)..].join("\n");
    Verdict::Refused { reason, output }
}

/// Write the files into a folder of their own.
fn lay_out(files: &[(BString, Vec<u8>)]) -> io::Result<tempfile::TempDir> {
    let folder = disk::private_folder("skillsync-scan-")?;
    for (path, bytes) in files {
        let odd = || io::Error::new(io::ErrorKind::InvalidInput, "the name is not UTF-8");
        let relative = RepoPath::new(path.to_str().map_err(|_| odd())?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))?;
        let place = folder.path().join(relative.as_str());
        disk::make_folders(place.parent().unwrap_or(Path::new("")))?;
        disk::write_new(&place, bytes)?;
    }
    Ok(folder)
}
