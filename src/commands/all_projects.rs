//! `git skillsync status --all-projects`: every project of this user that has something deployed.

use super::status;
use crate::error::Error;
use crate::execute::projects;
use crate::report::all_projects::{Listed, described, report};
use crate::report::failure::warning;
use crate::report::{Form, Report};
use crate::request::Status;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// Run the command.
pub fn run(session: &Session, request: &Status, form: Form, command: &'static str) -> Result<Report, Error> {
    let list = session.project_list().map(|path| projects::read(&path)).transpose()?.unwrap_or_default();
    let (mut listed, mut gone, mut said) = (Vec::new(), Vec::new(), String::new());
    for path in list.projects {
        if !path.exists() {
            said += &absent(&path, &mut gone);
            continue;
        }
        let looked = session.other(&path).map_err(Error::from);
        let looked = looked.and_then(|project| status::overview(session, &project, request, form, command));
        listed.push(match looked {
            Ok(overview) => Listed::Seen(Box::new(overview)),
            Err(error) => Listed::Failed { project: path.display().to_string(), error: described(&error) },
        });
    }
    // On a disk that cannot be written to the list stays as it is.
    let _ = projects::forget(session, &gone);
    Ok(report(command, &listed, request.exit_code, form).and_say(&said))
}

/// What is said of a project that is not there: where its folder is gone it is forgotten, where the
/// folder above is gone too a disk may only be away.
fn absent(path: &Path, gone: &mut Vec<PathBuf>) -> String {
    let shown = crate::report::text::escape(path.display().to_string());
    if path.parent().is_some_and(Path::is_dir) {
        gone.push(path.to_owned());
        return warning(&format!("'{shown}' is not there any more and is forgotten"));
    }
    warning(&format!("'{shown}' cannot be reached"))
}
