//! Scans: of what a push sends for secrets, and of what a pull takes for hidden text.

use crate::error::Error;
use crate::execute::scan::{self as command, Verdict};
use crate::git::{Objects, Repository};
use crate::merge;
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::model::scan::{ScanMode, Scanned};
use crate::observe::scene::Scene;
use crate::plan::agreement;
use crate::plan::change::Step;
use crate::plan::push::PushStep;
use crate::plan::scan;
use crate::report::failure::warning;
use crate::request::{Push, Started};
use crate::session::{self, Session};
use crate::terminal;

/// Whether what a push sends is looked through.
pub fn mode(project: &Repository, request: &Push) -> Result<ScanMode, Error> {
    Ok(match (session::scan(project)?, request.verify) {
        (false, _) => ScanMode::Off,
        (true, false) => ScanMode::Skipped,
        (true, true) => ScanMode::Done,
    })
}

/// The step, held back if there is a secret in what the project adds, or in what is staged to follow.
pub fn sent(
    scene: &Scene<'_>,
    deployed: &Deployed,
    step: PushStep,
    mode: ScanMode,
) -> Result<PushStep, Error> {
    if mode != ScanMode::Done {
        return Ok(step);
    }
    let find = |before: Option<Content>, after: Option<Content>| -> Result<_, Error> {
        let additions = merge::additions(&scene.desk.objects, before, after, &step.step.path)?;
        Ok(scan::outgoing(&additions))
    };
    let (findings, committed) = match &step.sent {
        Some(sent) => (find(sent.base.or(step.step.contents[0]), sent.pushed)?, true),
        None => (Vec::new(), true),
    };
    let (findings, committed) = match findings.is_empty() {
        true => (find(deployed.head, deployed.index)?, false),
        false => (findings, committed),
    };
    if findings.is_empty() {
        return Ok(step);
    }
    let (message, hint) = scan::blocked(&findings, committed);
    let contents = [step.step.contents[0]; 2];
    let step = Step { status: Status::Failed, message, hint: Some(hint), contents, findings, ..step.step };
    Ok(PushStep { step, sent: None, joins: None })
}

/// Let the configured command look at what would be sent; nothing goes out unless it says so.
///
/// Returns what is to be said and, for the operation log, how it ended.
pub fn by_command(
    session: &Session,
    scene: &Scene<'_>,
    steps: Vec<PushStep>,
) -> Result<(Vec<PushStep>, String, Option<String>), Error> {
    let Some(line) = session::scan_command(scene.desk.project) else {
        return Ok((steps, String::new(), None));
    };
    let objects = &scene.desk.objects;
    let mut files = Vec::new();
    for step in &steps {
        let Some(sent) = &step.sent else { continue };
        let before = sent.base.or(step.step.contents[0]);
        files.extend(command::changed_files(objects, before, sent.pushed, &step.step.path)?);
    }
    if files.is_empty() {
        return Ok((steps, String::new(), None));
    }
    match command::run(&session.git, &line, &files) {
        Verdict::Passed => Ok((steps, String::new(), Some("passed".into()))),
        Verdict::Refused { reason, output } => {
            let said: String = output.lines().map(|line| warning(&format!("scan: {line}"))).collect();
            let steps = steps.into_iter().map(|step| held_back(step, &reason)).collect();
            Ok((steps, said, Some(reason)))
        }
    }
}

fn held_back(step: PushStep, reason: &str) -> PushStep {
    if step.sent.is_none() {
        return step;
    }
    let hint = "'git skillsync config skillsync.scanCommand' names the command; '--no-verify' skips the scan";
    let (message, contents) = (format!("not pushed: {reason}"), [step.step.contents[0]; 2]);
    let hint = Some(hint.to_owned());
    PushStep {
        step: Step { status: Status::Failed, message, hint, contents, ..step.step },
        sent: None,
        joins: None,
    }
}

/// What the operation log keeps of a push's scan.
pub fn logged(mode: ScanMode, command: Option<String>, steps: &[PushStep]) -> Scanned {
    let findings = steps.iter().flat_map(|step| step.step.findings.clone()).collect();
    Scanned { mode, command, findings }
}

/// The step with what is hidden in what it takes in, and a warning about it. `before` is what the
/// change is measured from.
pub fn taken(
    objects: &Objects,
    step: Step,
    before: Option<Content>,
    after: Option<Content>,
    wanted: bool,
) -> Result<(Step, String), Error> {
    if !wanted || step.change.is_none() {
        return Ok((step, String::new()));
    }
    let additions = merge::additions(objects, before, after, &step.path)?;
    let findings = scan::incoming(&additions);
    if findings.is_empty() {
        return Ok((step, String::new()));
    }
    let said = warning(&format!("{}: {}", step.name, scan::listed(&findings)));
    Ok((Step { findings, ..step }, said))
}

/// Both, for what a collection takes of a project: secrets are held back, hidden text is said.
pub fn received(
    objects: &Objects,
    step: Step,
    before: Option<Content>,
    after: Option<Content>,
    wanted: bool,
) -> Result<(Step, String), Error> {
    if !wanted || step.change.is_none() {
        return Ok((step, String::new()));
    }
    let findings = scan::outgoing(&merge::additions(objects, before, after, &step.path)?);
    if findings.is_empty() {
        return taken(objects, step, before, after, wanted);
    }
    let (message, contents) = (scan::listed(&findings), [step.contents[0]; 2]);
    let hint =
        "take it out there; 'git -c skillsync.scan=false skillsync pull' takes it all the same".to_owned();
    let (change, hint, conflicts) = (None, Some(hint), Vec::new());
    let step = Step { status: Status::Failed, message, hint, contents, findings, change, conflicts, ..step };
    Ok((step, String::new()))
}

/// Ask about steps that take in hidden text, where somebody can be asked; without a yes they are not
/// taken; nor are they where nobody looks.
pub fn agree(
    session: &Session,
    project: &Repository,
    started: &Started,
    steps: Vec<Step>,
) -> Result<Vec<Step>, Error> {
    if started.is_unattended() {
        let hold = |step: Step| if scan::takes_hidden(&step) { agreement::declined(step) } else { step };
        return Ok(steps.into_iter().map(hold).collect());
    }
    if !agreement::asks_about_losses(session::confirm(project)?, session.may_ask) {
        return Ok(steps);
    }
    let ask = |step: Step| {
        if !scan::takes_hidden(&step) {
            return step;
        }
        let question = format!(
            "{} brings text that cannot be seen ({}); take it",
            step.name,
            scan::listed(&step.findings)
        );
        if terminal::confirm(&format!("{question}?")) { step } else { agreement::declined(step) }
    };
    Ok(steps.into_iter().map(ask).collect())
}
