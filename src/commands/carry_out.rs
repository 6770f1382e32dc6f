//! The steps of a command into the project: one artifact's failure hinders no other.

use super::links::goes_with;
use crate::error::Error;
use crate::execute::ExecuteError;
use crate::execute::integrate::{self, Act};
use crate::git::Repository;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the other steps where one cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are carried out.
    GoOn,
    /// They are not: all or none.
    Wait,
}

/// Write what the steps change, in one operation.
///
/// Where something cannot be written it was taken back; then each target gets an operation of its own,
/// and of one that fails each artifact. What still fails is told in its step, and the next call tries
/// it again. Where there is but one target, only a file of the project's that cannot be written is no
/// matter of the others: anything else would most likely meet them too.
pub fn run(
    session: &Session,
    scene: &Scene<'_>,
    steps: Vec<Step>,
    act: &Act,
    others: Others,
) -> Result<(Vec<Step>, String), Error> {
    let error = match write(scene, &steps, act) {
        Ok(()) => return Ok((steps, act.id.clone())),
        Err(error) => error,
    };
    let targets: BTreeSet<&str> = steps.iter().map(|step| step.target.as_str()).collect();
    let goes_on = targets.len() > 1 || is_in_the_work_tree(scene.desk.project, &error);
    if others == Others::Wait || !is_of_one_file(&error) || !goes_on {
        return Err(error.into());
    }
    let needs = needs(scene, &steps);
    let mut apart = Apart { session, scene, act, needs, done: BTreeMap::new(), operation: None };
    apart.run(&steps)?;
    Ok((apart.done.into_values().collect(), apart.operation.unwrap_or_else(|| act.id.clone())))
}

/// Steps that are carried out apart from each other.
struct Apart<'a> {
    session: &'a Session,
    scene: &'a Scene<'a>,
    act: &'a Act,
    /// The positions of the steps that have to be done before a step is.
    needs: BTreeMap<usize, BTreeSet<usize>>,
    /// What became of the steps, by position.
    done: BTreeMap<usize, Step>,
    /// The first operation that wrote something.
    operation: Option<String>,
}

impl Apart<'_> {
    fn run(&mut self, steps: &[Step]) -> Result<(), Error> {
        let needing = |at: &usize| self.needs.contains_key(at);
        let (later, first): (Vec<usize>, Vec<usize>) = (0..steps.len()).partition(needing);
        for wave in [first, later] {
            let mut by_target: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for at in wave {
                match self.hindrance(at) {
                    None => by_target.entry(&steps[at].target).or_default().push(at),
                    Some(path) => {
                        let reason = format!("waits for '{path}', which could not be written");
                        self.done.insert(at, failed(&steps[at], reason, self.act));
                    }
                }
            }
            for positions in by_target.into_values() {
                self.write_apart(steps, &positions)?;
            }
        }
        Ok(())
    }

    /// The path that would have had to be written before.
    fn hindrance(&self, at: usize) -> Option<RepoPath> {
        let needed = self.needs.get(&at)?.iter().filter_map(|needed| self.done.get(needed));
        needed.clone().find(|step| step.status == Status::Failed).map(|step| step.path.clone())
    }

    /// The steps of a target together, else one by one.
    fn write_apart(&mut self, steps: &[Step], positions: &[usize]) -> Result<(), Error> {
        if self.write(steps, positions).is_ok() {
            return Ok(());
        }
        for at in positions {
            match self.write(steps, &[*at]) {
                Ok(()) => {}
                Err(error) if is_of_one_file(&error) => {
                    let reason = format!("could not be written: {}", error.in_full());
                    self.done.insert(*at, failed(&steps[*at], reason, self.act));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn write(&mut self, steps: &[Step], positions: &[usize]) -> Result<(), ExecuteError> {
        let some: Vec<Step> = positions.iter().map(|at| steps[*at].clone()).collect();
        let act = Act { id: self.session.new_id(), ..self.act.clone() };
        write(self.scene, &some, &act)?;
        if self.operation.is_none() && some.iter().any(wrote) {
            self.operation = Some(act.id);
        }
        self.done.extend(positions.iter().copied().zip(some));
        Ok(())
    }
}

fn write(scene: &Scene<'_>, steps: &[Step], act: &Act) -> Result<(), ExecuteError> {
    integrate::run(scene.desk.project, &scene.desk.objects, &scene.desk.pending, steps, act)
}

/// What has to be done before what: a link is never left, nor made, that leads to nothing.
fn needs(scene: &Scene<'_>, steps: &[Step]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut needs: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        for (other, leads_to) in steps.iter().enumerate().filter(|(other, _)| *other != at) {
            if goes_with(scene, step, leads_to, |change| change.work_tree_after) {
                needs.entry(at).or_default().insert(other);
            } else if goes_with(scene, step, leads_to, |change| change.work_tree_before) {
                needs.entry(other).or_default().insert(at);
            }
        }
    }
    needs
}

fn wrote(step: &Step) -> bool {
    step.change.is_some()
}

/// Whether other paths may still be written.
fn is_of_one_file(error: &ExecuteError) -> bool {
    matches!(error, ExecuteError::Write { .. } | ExecuteError::Git(_))
}

/// Whether it is a file of the project, and none of git's or ours, that could not be written.
fn is_in_the_work_tree(project: &Repository, error: &ExecuteError) -> bool {
    let ExecuteError::Write { path, .. } = error else { return false };
    let ours = [project.git_dir(), project.common_dir(), &project.state_folder()];
    let is_ours = ours.iter().any(|folder| path.starts_with(folder));
    project.work_dir().is_some_and(|root| path.starts_with(root)) && !is_ours
}

fn failed(step: &Step, message: String, act: &Act) -> Step {
    if step.change.is_none() {
        return step.clone();
    }
    let hint =
        format!("see whether it may be written; the next 'git skillsync {}' tries it again", act.command);
    let (status, conflicts) = (Status::Failed, Vec::new());
    Step { status, message, hint: Some(hint), conflicts, ..step.clone().undone() }
}
