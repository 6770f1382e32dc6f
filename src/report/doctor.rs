//! What `doctor` says.

use super::failure::hint_line;
use super::text::escape;
use super::{Form, Report};
use crate::exit::Exit;
use crate::model::health::{Finding, Fix, Severity};
use serde_json::{Value, json};

/// What was found and what was done about it.
#[derive(Debug)]
pub struct Diagnosis {
    /// What is the matter now, the worst first.
    pub findings: Vec<Finding>,
    /// What was the matter and is mended.
    pub mended: Vec<Finding>,
    /// What went wrong on the way.
    pub warnings: String,
}

/// Text or JSON; status 1 if anything but notes is left.
pub fn report(diagnosis: &Diagnosis, form: Form) -> Report {
    let Diagnosis { findings, mended, warnings } = diagnosis;
    let is_healthy = findings.iter().all(|finding| finding.severity == Severity::Note);
    let exit = Exit::attention_if(!is_healthy);
    if form.json {
        let all = mended.iter().map(|finding| document(finding, true));
        let all: Vec<Value> = all.chain(findings.iter().map(|finding| document(finding, false))).collect();
        let fields = json!({"healthy": is_healthy, "findings": all});
        return Report::json("doctor", fields).with(warnings.clone(), exit);
    }
    let shown = |finding: &&Finding| !form.quiet || finding.severity != Severity::Note;
    let mut text: String = mended.iter().map(mended_line).collect();
    for finding in findings.iter().filter(shown) {
        text += &line(finding.severity.as_str(), finding);
        if let Some(hint) = &finding.hint {
            text += &format!("   ({})\n", escape(hint));
        }
    }
    if is_healthy && !form.quiet {
        text += "nothing to attend to\n";
    }
    let fixable = findings.iter().any(|finding| finding.fix.is_some()) && mended.is_empty();
    let hint = if fixable && !is_healthy {
        hint_line("'git skillsync doctor --fix' mends what can be mended without any risk")
    } else {
        String::new()
    };
    Report::data(text).with(warnings.clone() + &hint, exit)
}

fn line(word: &str, finding: &Finding) -> String {
    format!("{word}: {}\n", escape(&finding.what))
}

fn mended_line(finding: &Finding) -> String {
    let done = finding.fix.as_ref().map_or("done", Fix::done);
    format!("mended: {}: {done}\n", escape(&finding.what))
}

fn document(finding: &Finding, fixed: bool) -> Value {
    json!({"id": finding.id, "severity": finding.severity.as_str(), "message": finding.what,
        "hint": finding.hint, "fixable": finding.fix.is_some(), "fixed": fixed})
}
