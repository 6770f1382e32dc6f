//! What a hook stops: a commit of artifacts with conflict markers, a push of artifacts with secrets.

use crate::error::Error;
use crate::exit::Exit;
use crate::git::Repository;
use crate::git::sharing;
use crate::model::oid::ObjectId;
use crate::model::scan::Finding;
use crate::observe::handed_on;
use crate::plan::scan;
use crate::report::Report;
use crate::report::failure::{hint_line, warning};
use crate::session::{self, Session};

/// How many findings are named.
const SHOWN: usize = 10;

/// Stop a commit that would hold conflict markers in an artifact. Only staged content counts.
pub fn commit(session: &Session) -> Result<Report, Error> {
    let project = session.project()?;
    let found = handed_on::conflicts(session, &project)?;
    if found.is_empty() {
        return Ok(Report::data(""));
    }
    let mut text: String = found
        .iter()
        .map(|(path, line)| warning(&format!("'{path}:{line}' still has conflict markers")))
        .collect();
    text += &hint_line("resolve and 'git add' them; 'git commit --no-verify' commits them all the same");
    Ok(Report::data("").with(text, Exit::Attention))
}

/// Stop a push that would publish a secret in an artifact, whichever of its commits has it.
pub fn push(session: &Session, args: &[String], input: &str) -> Result<Report, Error> {
    let project = session.project()?;
    if !session::scan(&project)? {
        return Ok(Report::data(""));
    }
    let (tips, there) = pushed(&project, input);
    let name = args.first().filter(|name| sharing::remotes(&project).contains(name));
    let mut found: Vec<(ObjectId, Finding)> = Vec::new();
    let commits = if tips.is_empty() {
        Vec::new()
    } else {
        handed_on::commits(&project, name.map(String::as_str), &tips, &there)?
    };
    let folders = handed_on::folders(&project)?;
    for (at, commit) in commits.iter().enumerate() {
        if session.is_up(Some(session::hook_timeout(&project))) {
            let left = commits.len() - at;
            let text = format!("time was up: {left} commits were not looked through for secrets");
            return Ok(stopped(&found, &warning(&text)));
        }
        let findings = scan::outgoing(&handed_on::additions(&project, *commit, &folders)?);
        found.extend(findings.into_iter().map(|finding| (*commit, finding)));
    }
    Ok(stopped(&found, ""))
}

fn stopped(found: &[(ObjectId, Finding)], said: &str) -> Report {
    if found.is_empty() {
        return Report::data("").with(said, Exit::Done);
    }
    let mut text = said.to_owned();
    for (commit, finding) in found.iter().take(SHOWN) {
        text += &warning(&format!("{finding}, in {}", commit.to_hex_with_len(10)));
    }
    if found.len() > SHOWN {
        text += &warning(&format!("and {} more", found.len() - SHOWN));
    }
    text += &hint_line(
        "take it out of the commits, and revoke it if it is real; a line that says 'skillsync:allow' is let through, \
         and 'git push --no-verify' pushes all the same",
    );
    Report::data("").with(text, Exit::Attention)
}

/// The commits that are pushed, and those that stand on the remote already and here too.
fn pushed(project: &Repository, input: &str) -> (Vec<ObjectId>, Vec<ObjectId>) {
    let known = |word: Option<&str>| {
        let id = word.and_then(|word| ObjectId::from_hex(word.as_bytes()).ok())?;
        project.commit_time(id).is_ok().then_some(id)
    };
    let lines = input.lines().map(|line| {
        let mut words = line.split_whitespace().skip(1);
        (known(words.next()), known(words.nth(1)))
    });
    let (tips, there): (Vec<_>, Vec<_>) = lines.unzip();
    (tips.into_iter().flatten().collect(), there.into_iter().flatten().collect())
}
