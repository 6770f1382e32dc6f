//! Which remote records are shared with.

use super::ObserveError;
use crate::git::{Repository, config, sharing};

/// The remote that is meant: the one that was named, else the one that the branch follows, else
/// `origin`, else the only one.
///
/// # Errors
///
/// When there is none or none stands out.
pub fn chosen(project: &Repository, named: Option<&str>) -> Result<String, ObserveError> {
    let remotes = sharing::remotes(project);
    let known = |name: &String| remotes.contains(name);
    if let Some(name) = named.map(str::to_owned) {
        return if known(&name) { Ok(name) } else { Err(ObserveError::UnknownRemote(name)) };
    }
    let branch = project.head()?.branch;
    let branch = branch.as_deref().and_then(|branch| branch.strip_prefix("refs/heads/"));
    let upstream = branch.and_then(|branch| config::string(project, &format!("branch.{branch}.remote")));
    if let Some(name) = upstream.into_iter().chain(["origin".to_owned()]).find(known) {
        return Ok(name);
    }
    match &remotes[..] {
        [] => Err(ObserveError::NoRemote),
        [only] => Ok(only.clone()),
        several => Err(ObserveError::SeveralRemotes(several.join(", "))),
    }
}

/// The refspecs by which a plain `git fetch` writes into `refs/notes`: each with its remote.
///
/// With a plus sign such a fetch throws away what was recorded here and not pushed; without, it
/// fails once both sides have recorded something.
pub fn fetches_over_notes(project: &Repository) -> Vec<(String, String)> {
    let remotes = sharing::remotes(project).into_iter();
    let specs = remotes.flat_map(|remote| {
        let specs = config::strings(project, &format!("remote.{remote}.fetch"));
        specs.into_iter().map(move |spec| (remote.clone(), spec))
    });
    specs.filter(|(_, spec)| writes_notes(spec)).collect()
}

/// Whether a refspec's right side takes in the ref of the records.
fn writes_notes(refspec: &str) -> bool {
    let refspec = refspec.trim_start_matches('+');
    let Some((_, to)) = refspec.split_once(':').filter(|_| !refspec.starts_with('^')) else { return false };
    let notes = crate::git::notes::NOTES_REF;
    match to.split_once('*') {
        Some((before, after)) => {
            let rest = notes.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            rest.is_some_and(|rest| !rest.is_empty())
        }
        None => to == notes,
    }
}

#[cfg(test)]
mod tests {
    use super::writes_notes;

    #[test]
    fn refspecs_that_write_over_the_records_are_told() {
        for (refspec, expected) in [
            ("+refs/notes/*:refs/notes/*", true),
            ("refs/notes/*:refs/notes/*", true),
            ("+refs/*:refs/*", true),
            ("refs/notes/skillsync:refs/notes/skillsync", true),
            ("+refs/notes/skill*:refs/notes/skill*", true),
            ("+refs/notes/*:refs/notes/origin/*", false),
            ("+refs/heads/*:refs/remotes/origin/*", false),
            ("^refs/notes/x", false),
            ("refs/notes/skillsync", false),
            ("+refs/notes/skillsync*:refs/notes-remotes/origin/skillsync*", false),
            ("", false),
        ] {
            assert_eq!(writes_notes(refspec), expected, "{refspec}");
        }
    }
}
