//! `git skillsync pull`: the collection's changes into this project.

use super::carry_out::{self, Others};
use super::shared::{self, Fetch};
use super::{links, outcomes, outside, preview, prompt, pull_plan, reconcile, scan};
use crate::error::Error;
use crate::execute::integrate::Act;
use crate::git::{Repository, commits};
use crate::model::outcome::Status;
use crate::observe::scene::Scene;
use crate::plan::agreement;
use crate::plan::change::{Change, Step};
use crate::plan::preview::Side;
use crate::plan::prompt::Choices;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::{Pull, Resolve, Started, Strategy};
use crate::session::{self, Session};

/// Run the command.
pub fn run(session: &Session, request: &Pull, form: Form) -> Result<Report, Error> {
    Ok(report(&results(session, request, "pull", Resolve::Mark, form)?, form))
}

/// Pull, and tell what was done; `resolve` is what conflicts become unless the request says it.
pub fn results(
    session: &Session,
    request: &Pull,
    command: &'static str,
    resolve: Resolve,
    form: Form,
) -> Result<Results, Error> {
    let project = session.project()?;
    shared::guard(session, &project, request.force)?;
    let mut warnings =
        if request.dry_run { String::new() } else { reconcile::before_writing(session, &project)? };
    let fetch = if request.no_fetch || request.dry_run { Fetch::No } else { Fetch::Yes };
    let scene = shared::scene(&project, shared::collection(session, &project, fetch)?)?;
    let evidence = scene.evidence()?;
    warnings += &shared::troubles(&scene, &evidence);
    // Where nobody works with an index, conflicts are marked only for who asks for it.
    let resolve = if project.is_git() { resolve } else { Resolve::Abort };
    let asked = asked(session, &scene, request, resolve)?;
    let (request, resolve) = (&asked.request, asked.resolve);
    let mut choices = Choices::new();
    let (mut steps, mut said) =
        pull_plan::plan(session, &scene, &evidence, request, resolve, request.yes, &choices)?;
    if asked.prompts {
        choices = prompt::ask(&scene, &steps)?;
        (steps, said) = pull_plan::plan(session, &scene, &evidence, request, resolve, request.yes, &choices)?;
    }
    if let Some(agreed) =
        shared::agree(session, &project, &steps.iter().collect::<Vec<_>>(), request.dry_run)?
    {
        let request = Pull { yes: agreed.lose_edits || request.yes, ..request.clone() };
        (steps, said) =
            pull_plan::plan(session, &scene, &evidence, &request, resolve, agreed.remove_many, &choices)?;
    }
    if !request.dry_run {
        let agreed = scan::agree(session, &project, &request.started, steps.clone())?;
        steps = links::settle(&scene, &steps, &agreed);
    }
    let writes = steps.iter().any(|step| step.change.is_some()) && !request.dry_run;
    let confirm = session::confirm(&project)?;
    if agreement::asks_about_all(confirm, session.may_ask, request.yes, writes)
        && !prompt::go_on(&scene, &steps, Side::Collection)?
    {
        let declined = |step: Step| if step.change.is_some() { agreement::declined(step) } else { step };
        steps = steps.into_iter().map(declined).collect();
    }
    warnings += &said;
    let mut id = session.new_id();
    if !request.dry_run {
        if request.commit.wanted {
            commits::identity(&project)?;
        }
        // Whose commit comes next has nothing to do with what was done unattended.
        let message = match request.started {
            Started::Command => message(&steps, &scene.collection.name),
            Started::Unattended(_) => String::new(),
        };
        let (command, trigger) = (command.to_owned(), request.started.trigger().to_owned());
        let head = scene.desk.head.clone();
        let act = Act { id: id.clone(), command, trigger, now: session.now(), head, message };
        steps = super::formats::as_recorded(&scene, steps);
        let others = if request.atomic { Others::Wait } else { Others::GoOn };
        (steps, id) = carry_out::run(session, &scene, steps, &act, others)?;
        warnings += &outcomes::keep(session, &scene, &steps, !request.artifacts.is_empty())?;
        commit(session, &scene, request, &steps)?;
    }
    let wrote = steps.iter().any(|step| step.changes().any(Change::is_visible)) && !request.dry_run;
    let next = if wrote && !request.commit.wanted { next_step(&project, &steps) } else { None };
    let difference = if request.dry_run {
        preview::difference(&project, &scene.desk.objects, &preview::pairs(&steps), form)?
    } else {
        String::new()
    };
    let results = shared::integrated(command, &scene, steps, id, request.dry_run, Side::Collection)?;
    Ok(Results { warnings, next, difference, ..results })
}

/// What a pull comes down to once it is known whether anybody can be asked.
struct Asked {
    request: Pull,
    resolve: Resolve,
    prompts: bool,
}

/// Where nobody can be asked, `prompt` is a merge that leaves alone what conflicts.
fn asked(session: &Session, scene: &Scene<'_>, request: &Pull, resolve: Resolve) -> Result<Asked, Error> {
    if request.started.is_unattended() {
        let request = Pull { strategy: Some(Strategy::Merge), ..request.clone() };
        return Ok(Asked { request, resolve: Resolve::Abort, prompts: false });
    }
    let strategy = request.strategy.map_or_else(|| session::strategy(scene.desk.project), Ok)?;
    let request = Pull { strategy: Some(strategy), ..request.clone() };
    if strategy != Strategy::Prompt {
        return Ok(Asked { request, resolve, prompts: false });
    }
    let prompts = session.may_ask && !request.dry_run;
    let alone = if prompts { request.resolve } else { request.resolve.or(Some(Resolve::Abort)) };
    let request = Pull { strategy: Some(Strategy::Merge), resolve: alone, ..request };
    Ok(Asked { request, resolve, prompts })
}

/// The message of the commit to come: what was pulled.
fn message(steps: &[Step], collection: &str) -> String {
    message_of(steps.iter().filter(|step| step.changes().any(Change::is_visible)), collection)
}

/// The message of the commit that is made at once. It may hold only what an earlier pull left staged:
/// then this one changed nothing, and the message names what it went on with.
fn message_now(steps: &[Step], collection: &str) -> String {
    let visible = message(steps, collection);
    if visible.is_empty() { message_of(steps.iter(), collection) } else { visible }
}

fn message_of<'a>(steps: impl Iterator<Item = &'a Step>, collection: &str) -> String {
    match shared::each_once(steps.map(|step| &step.name)).as_slice() {
        [] => String::new(),
        [one] => format!("Pull {one} from {collection}\n"),
        many => {
            let list: String = many.iter().map(|name| format!("* {name}\n")).collect();
            format!("Pull {} artifacts from {collection}\n\n{list}", many.len())
        }
    }
}

fn next_step(project: &Repository, steps: &[Step]) -> Option<String> {
    if steps.iter().any(|step| step.status == Status::Conflict) {
        return Some("'git skillsync abort' takes the pull back".into());
    }
    outside::next(project, "'git commit' commits the result, 'git skillsync abort' takes it back")
}

fn commit(session: &Session, scene: &Scene<'_>, request: &Pull, steps: &[Step]) -> Result<(), Error> {
    let clean = steps.iter().all(|step| step.conflicts.is_empty() || step.change.is_none());
    if !request.commit.wanted || !clean {
        return Ok(());
    }
    let left = shared::left_uncommitted(scene.desk.project, steps)?;
    let changed = steps.iter().flat_map(Step::changes).map(|change| change.path.clone());
    let paths: Vec<_> = changed.chain(left.iter().cloned()).collect();
    if paths.is_empty() {
        return Ok(());
    }
    let is_meant = |step: &&Step| left.contains(&step.path) || step.changes().next().is_some();
    let meant: Vec<Step> = steps.iter().filter(is_meant).cloned().collect();
    let message = request.commit.message.clone();
    let message = message.unwrap_or_else(|| message_now(&meant, &scene.collection.name));
    shared::commit(scene.desk.project, &paths, &message)?;
    reconcile::after_commit(session, scene.desk.project)
}
