//! Looking through what is handed on: for secrets in what leaves the project, for hidden text in what
//! comes in. Only lines that are new are looked at. `commands` may call.

mod hidden;
mod secrets;
#[cfg(test)]
mod tests;

use crate::merge::Addition;
use crate::model::scan::Finding;
use crate::plan::change::Step;

/// At most this many findings are kept per artifact: one is enough to act upon.
const MOST: usize = 50;

/// A line with one of these is somebody's word that it holds no secret.
const ALLOW: [&str; 2] = ["skillsync:allow", "gitleaks:allow"];

/// The secrets in what is new, and new files whose name tells that they hold some.
pub fn outgoing(additions: &[Addition]) -> Vec<Finding> {
    additions.iter().flat_map(secrets::find).take(MOST).collect()
}

/// The text in what is new that a reader cannot see, decoded.
pub fn incoming(additions: &[Addition]) -> Vec<Finding> {
    additions.iter().flat_map(hidden::find).take(MOST).collect()
}

/// What is said of an artifact that is held back because of secrets; `committed` tells whether they
/// are in what would be sent, or only staged to be.
pub fn blocked(findings: &[Finding], committed: bool) -> (String, String) {
    let mut message = if committed { String::new() } else { "staged: ".to_owned() };
    message += &listed(findings);
    let hint = "take it out, and revoke it if it is real; a line that says 'skillsync:allow' is let through, and \
                '--no-verify' skips the scan";
    (message, hint.to_owned())
}

/// The first findings in one line.
pub fn listed(findings: &[Finding]) -> String {
    const SHOWN: usize = 3;
    let mut parts: Vec<String> = findings.iter().take(SHOWN).map(Finding::to_string).collect();
    if findings.len() > SHOWN {
        parts.push(format!("and {} more", findings.len() - SHOWN));
    }
    parts.join(", ")
}

/// Whether any of these steps takes in hidden text.
pub fn takes_hidden(step: &Step) -> bool {
    step.change.is_some() && !step.findings.is_empty()
}
