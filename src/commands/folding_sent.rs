//! Copies of one artifact whose edits go to the collection together: one thing is sent, or nothing.

use super::folding::groups;
use crate::error::Error;
use crate::merge::Favor;
use crate::model::content::Content;
use crate::model::deployed::Deployed;
use crate::model::outcome::Status;
use crate::model::path::RepoPath;
use crate::observe::scene::Evidence;
use crate::plan::change::{Change, Step};
use crate::plan::fold::{Copy, Fold, apart_message, clash_message, fold};
use crate::plan::push::{PushStep, Sent};
use crate::plan::receive::Here;
use crate::request::Strategy;
use std::collections::BTreeSet;

/// Of several copies that are pushed, send one thing: all edits together, or nothing of the artifact.
pub fn fold_for_push(
    evidence: &Evidence<'_>,
    looked: &[Deployed],
    steps: &mut [PushStep],
    strategy: Strategy,
    favor: Favor,
) -> Result<(), Error> {
    for group in groups(looked, None, |_| true) {
        let sending: Vec<usize> = group.iter().copied().filter(|at| steps[*at].sent.is_some()).collect();
        let needs = |at: &&usize| steps[**at].step.status.needs_attention();
        if let Some(stuck) = group.iter().find(needs).filter(|_| !sending.is_empty()) {
            let message = format!("not pushed: {}", said_of(&looked[*stuck], &steps[*stuck].step));
            sending.iter().for_each(|at| hold_sent(&mut steps[*at], Status::Skipped, &message, None));
            continue;
        }
        let [first, _, ..] = sending.as_slice() else { continue };
        let Some(theirs) = looked[*first].theirs else { continue };
        let sents: Vec<Sent> = sending.iter().filter_map(|at| steps[*at].sent.clone()).collect();
        let results: Vec<_> = sents.iter().map(|sent| sent.result).collect();
        let copy = |(at, sent): (&usize, &Sent)| {
            Some(Copy { path: &looked[*at].placement.path, base: sent.base?, ours: sent.pushed? })
        };
        let copies: Vec<Copy<'_>> = sending.iter().zip(&sents).filter_map(copy).collect();
        let folded = match (all_same(&results), strategy) {
            (Some(Some(result)), _) => Fold::Together(result),
            // Each would be taken as it is: that goes for one of them only.
            (_, Strategy::Overwrite) => differing(looked, &sending),
            _ => fold(&copies, theirs, &mut evidence.engine().borrow_mut(), favor)?,
        };
        match told(folded) {
            Ok(result) => send_one(steps, &sending, result),
            Err((message, hint)) => {
                let message = message + "; not pushed";
                for at in &sending {
                    hold_sent(&mut steps[*at], Status::Aborted, &message, hint.as_ref());
                }
            }
        }
    }
    Ok(())
}

/// Of several copies that a collection receives, take one thing: all edits together, or nothing of the
/// artifact. `here` is what stands at the place of each.
///
/// Returns which of them are taken with another one.
pub fn fold_for_receive(
    evidence: &Evidence<'_>,
    looked: &[Deployed],
    here: &[Here],
    steps: &mut [Step],
    favor: Favor,
) -> Result<BTreeSet<usize>, Error> {
    let mut joined = BTreeSet::new();
    for group in groups(looked, None, |_| true) {
        let taking: Vec<usize> = group.iter().copied().filter(|at| steps[*at].change.is_some()).collect();
        let [first, others @ ..] = taking.as_slice() else { continue };
        let results: Vec<_> = taking.iter().map(|at| steps[*at].change.as_ref().map(result_of)).collect();
        let same = all_same(&results).is_some();
        // Conflicts that are to be marked are marked once, if they are the same in all copies.
        let sticks = |at: &&usize| steps[**at].status.needs_attention() && !(same && taking.contains(at));
        if let Some(stuck) = group.iter().find(sticks) {
            let message = format!("not taken: {}", said_of(&looked[*stuck], &steps[*stuck]));
            taking.iter().for_each(|at| hold(&mut steps[*at], Status::Skipped, &message, None));
            continue;
        }
        if !same {
            let copies: Vec<Copy<'_>> = taking.iter().filter_map(|at| copy_of(&looked[*at])).collect();
            let Here { work_tree, index } = here[*first];
            let together = |theirs: Option<Content>| -> Result<Fold, Error> {
                let Some(theirs) = theirs else { return Ok(Fold::Apart) };
                Ok(fold(&copies, theirs, &mut evidence.engine().borrow_mut(), favor)?)
            };
            let files = told(together(work_tree)?);
            let staged = if index == work_tree { files.clone() } else { told(together(index)?) };
            match files.and_then(|files| Ok((files, staged?))) {
                Ok((files, staged)) => take(&mut steps[*first], files, staged),
                Err((message, hint)) => {
                    let message = message + "; not taken";
                    for at in &taking {
                        hold(&mut steps[*at], Status::Aborted, &message, hint.as_ref());
                    }
                    continue;
                }
            }
        }
        let path = &looked[*first].placement.path;
        for at in others {
            steps[*at].change = None;
            steps[*at].contents[1] = steps[*first].contents[1];
            steps[*at].conflicts = Vec::new();
            steps[*at].message = format!("'{}' is taken with '{path}'", looked[*at].placement.path);
        }
        joined.extend(others);
    }
    Ok(joined)
}

/// What comes to stand in work tree and index.
fn result_of(change: &Change) -> [Option<Content>; 2] {
    [change.work_tree_after, change.index_after]
}

fn copy_of(deployed: &Deployed) -> Option<Copy<'_>> {
    let base = deployed.head_base.as_ref()?.content;
    Some(Copy { path: &deployed.placement.path, base, ours: deployed.head? })
}

/// What is said of the other copies because of this one.
fn said_of(stuck: &Deployed, step: &Step) -> String {
    format!("'{}' {}", stuck.placement.path, step.message)
}

/// The value that all of them are.
fn all_same<T: PartialEq + core::marker::Copy>(values: &[T]) -> Option<T> {
    let first = values.first()?;
    values.iter().all(|value| value == first).then_some(*first)
}

/// What copies make together, else what is said of them and the way out.
fn told(fold: Fold) -> Result<Content, (String, Option<String>)> {
    match fold {
        Fold::Together(content) => Ok(content),
        Fold::Clash { first, second, .. } => {
            let hint = "make them the same, or pull with '--auto-resolve ours'".to_owned();
            Err((clash_message(&first, &second), Some(hint)))
        }
        Fold::Apart => Err((apart_message(), None)),
    }
}

fn differing(looked: &[Deployed], sending: &[usize]) -> Fold {
    let path = |at: Option<&usize>| at.map_or_else(RepoPath::root, |at| looked[*at].placement.path.clone());
    Fold::Clash { first: path(sending.first()), second: path(sending.get(1)), conflicts: Vec::new() }
}

/// The first copy's step sends the result, the others go with it.
fn send_one(steps: &mut [PushStep], sending: &[usize], result: Content) {
    let Some((first, others)) = sending.split_first() else { return };
    let path = steps[*first].step.path.clone();
    if let Some(sent) = &mut steps[*first].sent {
        sent.result = Some(result);
    }
    for at in sending {
        steps[*at].step.contents[1] = Some(result);
    }
    for at in others {
        steps[*at].joins = steps[*at].sent.take();
        steps[*at].step.message = format!("sent with '{path}'");
    }
}

fn hold_sent(step: &mut PushStep, status: Status, message: &str, hint: Option<&String>) {
    hold(&mut step.step, status, message, hint);
    step.sent = None;
}

fn hold(step: &mut Step, status: Status, message: &str, hint: Option<&String>) {
    let (message, hint) = (message.to_owned(), hint.cloned());
    *step = Step { status, message, hint, asks: None, ..step.clone().undone() };
}

/// All edits together come to stand.
fn take(step: &mut Step, work_tree: Content, index: Content) {
    step.status = Status::Merged;
    step.contents[1] = Some(work_tree);
    if let Some(change) = &mut step.change {
        (change.work_tree_after, change.index_after) = (Some(work_tree), Some(index));
    }
}
