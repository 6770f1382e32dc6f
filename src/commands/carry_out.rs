//! The steps of a command into the project: one target's failure hinders no other.

use crate::error::Error;
use crate::execute::ExecuteError;
use crate::execute::integrate::{self, Act};
use crate::model::outcome::Status;
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::session::Session;

/// Write what the steps change, in one operation.
///
/// Where something cannot be written and several targets are served, it was taken back; then each
/// target gets an operation of its own, and of one that fails each artifact. What still fails is told
/// in its step, and the next call tries it again.
pub fn run(
    session: &Session,
    scene: &Scene<'_>,
    steps: Vec<Step>,
    act: &Act,
) -> Result<(Vec<Step>, String), Error> {
    let error = match write(scene, &steps, act) {
        Ok(()) => return Ok((steps, act.id.clone())),
        Err(error) => error,
    };
    let mut targets: Vec<String> = steps.iter().map(|step| step.target.clone()).collect();
    targets.sort_unstable();
    targets.dedup();
    if targets.len() < 2 || !is_of_one_file(&error) {
        return Err(error.into());
    }
    let mut done = Vec::with_capacity(steps.len());
    let mut operation = None;
    for target in targets {
        let own: Vec<(usize, Step)> =
            steps.iter().cloned().enumerate().filter(|(_, step)| step.target == target).collect();
        let only: Vec<Step> = own.iter().map(|(_, step)| step.clone()).collect();
        let act = Act { id: session.new_id(), ..act.clone() };
        if write(scene, &only, &act).is_ok() {
            operation = operation.or_else(|| wrote(&only).then(|| act.id.clone()));
            done.extend(own);
            continue;
        }
        for (at, step) in own {
            let act = Act { id: session.new_id(), ..act.clone() };
            match write(scene, std::slice::from_ref(&step), &act) {
                Ok(()) => {
                    operation =
                        operation.or_else(|| wrote(std::slice::from_ref(&step)).then(|| act.id.clone()));
                    done.push((at, step));
                }
                Err(error) if is_of_one_file(&error) => done.push((at, failed(step, &error))),
                Err(error) => return Err(error.into()),
            }
        }
    }
    done.sort_by_key(|(at, _)| *at);
    Ok((done.into_iter().map(|(_, step)| step).collect(), operation.unwrap_or_else(|| act.id.clone())))
}

fn write(scene: &Scene<'_>, steps: &[Step], act: &Act) -> Result<(), ExecuteError> {
    integrate::run(scene.desk.project, &scene.desk.objects, &scene.desk.pending, steps, act)
}

fn wrote(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.change.is_some())
}

/// Whether other paths may still be written.
fn is_of_one_file(error: &ExecuteError) -> bool {
    matches!(error, ExecuteError::Write { .. } | ExecuteError::Git(_))
}

fn failed(step: Step, error: &ExecuteError) -> Step {
    let hint = "see whether it may be written; the next 'git skillsync pull' tries it again".to_owned();
    let contents = [step.contents[0]; 2];
    let nothing = Step { change: None, leaves: None, fork: None, forked_to: None, settled: 0, ..step };
    Step {
        status: Status::Failed,
        message: format!("could not be written: {}", error.in_full()),
        hint: Some(hint),
        conflicts: Vec::new(),
        contents,
        ..nothing
    }
}
