//! What `doctor` says.

use super::failure::hint_line;
use super::text::escape;
use super::{Form, Report};
use crate::execute::prune_log::Pruned;
use crate::exit::Exit;
use crate::model::health::{Finding, Fix, Severity, Standing};
use serde_json::{Value, json};

/// What was found and what was done about it.
#[derive(Debug)]
pub struct Diagnosis {
    /// What is the matter now, the worst first.
    pub findings: Vec<Finding>,
    /// What was the matter and is mended.
    pub mended: Vec<Finding>,
    /// Where the bases come from.
    pub bases: Vec<Standing>,
    /// What became of the operation log, if it was to be pruned.
    pub pruned: Option<Pruned>,
    /// What went wrong on the way.
    pub warnings: String,
}

/// Text or JSON; status 1 if anything but notes is left.
pub fn report(diagnosis: &Diagnosis, form: Form) -> Report {
    let Diagnosis { findings, mended, bases, pruned, warnings } = diagnosis;
    let is_healthy = findings.iter().all(|finding| finding.severity == Severity::Note);
    let exit = Exit::attention_if(!is_healthy);
    if form.json {
        let all = mended.iter().map(|finding| document(finding, true));
        let all: Vec<Value> = all.chain(findings.iter().map(|finding| document(finding, false))).collect();
        let bases: Vec<Value> = bases.iter().map(base_document).collect();
        let mut fields = json!({"healthy": is_healthy, "findings": all, "bases": bases});
        if let Some(Pruned { dropped, kept }) = pruned {
            fields["pruned"] = json!({"dropped": dropped, "kept": kept});
        }
        return Report::json("doctor", fields).with(warnings.clone(), exit);
    }
    let shown = |finding: &&Finding| !form.quiet || finding.severity != Severity::Note;
    let mut text: String = mended.iter().map(mended_line).collect();
    if let Some(Pruned { dropped, kept }) = pruned.filter(|_| !form.quiet) {
        text += &format!("dropped {dropped} of {} operations from the log\n", dropped + kept);
    }
    for finding in findings.iter().filter(shown) {
        text += &line(finding.severity.as_str(), finding);
        if let Some(hint) = &finding.hint {
            text += &format!("   ({})\n", escape(hint));
        }
    }
    if form.verbose {
        text.extend(bases.iter().map(base_line));
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

fn base_line(standing: &Standing) -> String {
    let Standing { collection, name, path, base } = standing;
    let found = match base {
        Some((rung, commit)) => {
            let commit = commit.to_hex_with_len(10);
            format!("{}, as '{}' has it in {commit}", rung.as_str(), escape(collection))
        }
        None => "none".into(),
    };
    format!("base of {} at {}: {found}\n", escape(name.to_string()), escape(path.as_str()))
}

fn base_document(standing: &Standing) -> Value {
    let Standing { collection, name, path, base } = standing;
    json!({"name": name.name, "type": name.kind.as_str(), "path": path.as_str(), "collection": collection,
        "base_from": base.map_or("none", |(rung, _)| rung.as_str()),
        "base_commit": base.map(|(_, commit)| commit.to_string())})
}

fn document(finding: &Finding, fixed: bool) -> Value {
    json!({"id": finding.id, "severity": finding.severity.as_str(), "message": finding.what,
        "hint": finding.hint, "fixable": finding.fix.is_some(), "fixed": fixed})
}
