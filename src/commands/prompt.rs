//! The strategy `prompt`: shows each artifact that both sides changed, and asks what to do with it.

use super::{preview, shared};
use crate::error::Error;
use crate::execute::difference::{self, Show};
use crate::observe::scene::Scene;
use crate::plan::change::Step;
use crate::plan::preview::{FileEffect, Side};
use crate::plan::prompt::{self, Answer, Choice, Choices};
use crate::report::results;
use crate::terminal;

/// Ask about the steps of a merge that both sides' changes went into.
pub fn ask(scene: &Scene<'_>, steps: &[Step]) -> Result<Choices, Error> {
    let asked: Vec<&Step> = steps.iter().filter(|step| prompt::asks(step)).collect();
    let mut choices = Choices::new();
    let mut quit = false;
    for (at, step) in asked.iter().enumerate() {
        let choice = if quit { None } else { about(scene, step, at + 1, asked.len())? };
        quit = choice.is_none();
        choices.insert(prompt::place(step).clone(), choice.unwrap_or(Choice::Skip));
    }
    Ok(choices)
}

/// What is chosen for one artifact; nothing: to stop asking.
fn about(scene: &Scene<'_>, step: &Step, number: usize, count: usize) -> Result<Option<Choice>, Error> {
    let mut shown = screen(scene, step)?;
    loop {
        let question = prompt::question(step, number, count);
        let Some(line) = terminal::ask(&shown, &question) else { return Ok(None) };
        shown = match prompt::understand(step, &line) {
            Answer::Choose(choice) => return Ok(Some(choice)),
            Answer::Quit => return Ok(None),
            Answer::Diff => difference(scene, step, Show { stat: false, patch: true, ..PLAIN })?,
            Answer::Help => prompt::help(step),
        };
    }
}

/// Show all that would be done, and ask whether to go on (`skillsync.confirm=always`).
pub fn go_on(scene: &Scene<'_>, steps: &[Step], from: Side) -> Result<bool, Error> {
    let mut shown = String::new();
    for step in steps {
        let outcome = shared::outcome(&scene.desk.objects, step.clone(), from)?;
        if outcome.files.iter().any(FileEffect::changes) || step.change.is_some() {
            shown += &results::preview(&outcome);
        }
    }
    let answer = terminal::ask(&shown, "Go on [y/N]? ");
    Ok(answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes")))
}

/// Without colours, as the text is made harmless before it is shown beside a question.
const PLAIN: Show = Show { stat: true, patch: false, color: false, paged: false };

/// The preview of one artifact.
pub fn screen(scene: &Scene<'_>, step: &Step) -> Result<String, Error> {
    let outcome = shared::outcome(&scene.desk.objects, step.clone(), Side::Collection)?;
    Ok(results::preview(&outcome) + &difference(scene, step, PLAIN)?)
}

fn difference(scene: &Scene<'_>, step: &Step, show: Show) -> Result<String, Error> {
    let pairs = preview::pairs([step]);
    Ok(difference::show(scene.desk.project, &scene.desk.objects, &pairs, show)?)
}
