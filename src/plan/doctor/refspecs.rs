//! What git is configured to do with refs, as far as it touches ours.

use super::{error, hinted, note, warning};
use crate::model::health::Finding;

/// The ref that holds the records.
const NOTES_REF: &str = "refs/notes/skillsync";
/// The ref of the operation log.
const LOG_REF: &str = "refs/skillsync/ops";

/// What git is told to do with refs, where it touches the records.
pub(super) fn git_setting(key: &str, value: &str) -> Option<Finding> {
    let remote = |end: &str| {
        let rest = key.strip_prefix("remote.")?;
        rest.strip_suffix(end).filter(|name| !name.is_empty())
    };
    if remote(".fetch").is_some() {
        return fetch(key, value);
    }
    if let Some(name) = remote(".push") {
        return push(name, key, value);
    }
    if let Some(name) = remote(".mirror").filter(|_| matches!(value, "true" | "yes" | "on" | "1" | "")) {
        let what = format!("'{key}' lets 'git push {name}' publish the operation log and force the records");
        return Some(hinted(warning("refspec.mirror", what), stops(key, value)));
    }
    if key.eq_ignore_ascii_case("notes.rewriteRef") && covers(value, NOTES_REF) {
        let what = "'notes.rewriteRef' copies records to rewritten commits: harmless, what does not fit there is ignored";
        return Some(note("notes.rewrite_ref", what.into()));
    }
    None
}

fn fetch(key: &str, value: &str) -> Option<Finding> {
    value.split_once(':').filter(|(_, to)| covers(to, NOTES_REF))?;
    let finding = if value.starts_with('+') {
        let what =
            format!("'{key} = {value}' lets a plain 'git fetch' throw away records that were not pushed");
        error("refspec.forced", what)
    } else {
        let what =
            format!("'{key} = {value}' lets 'git pull' fail once records differ, and '--prune' delete them");
        warning("refspec.fetch", what)
    };
    Some(hinted(finding, instead(key, value)))
}

fn push(remote: &str, key: &str, value: &str) -> Option<Finding> {
    let spec = value.strip_prefix('+').unwrap_or(value);
    let from = spec.split_once(':').map_or(spec, |(from, _)| from);
    if covers(from, LOG_REF) {
        let what = format!("'{key} = {value}' publishes the operation log to '{remote}'");
        return Some(hinted(warning("refspec.log", what), stops(key, value)));
    }
    covers(from, NOTES_REF).then(|| {
        let what = format!("'{key} = {value}' lets a plain 'git push' push records without merging them");
        hinted(warning("refspec.push", what), instead(key, value))
    })
}

/// A key of a remote has several values as a rule, so the one that is meant is named.
fn stops(key: &str, value: &str) -> String {
    format!("'git config --unset --fixed-value {key} \"{value}\"' stops it")
}

fn instead(key: &str, value: &str) -> String {
    format!("{}; 'git skillsync notes fetch' and 'notes push' merge", stops(key, value))
}

/// Whether a ref or pattern of a refspec takes in a ref.
fn covers(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
        None => pattern == name,
    }
}
