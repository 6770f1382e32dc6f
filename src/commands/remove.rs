//! `git skillsync remove`: undeploys artifacts.

use super::reconcile;
use super::shared::{self, Fetch};
use crate::error::Error;
use crate::execute::adopt;
use crate::execute::integrate::{self, Act};
use crate::observe::observer::{Need, Observer};
use crate::plan::deploy::remove;
use crate::plan::preview::Side;
use crate::report::results::{Results, report};
use crate::report::{Form, Report};
use crate::request::Remove;
use crate::session::{self, Session};

/// Run the command.
pub fn run(session: &Session, request: &Remove, form: Form) -> Result<Report, Error> {
    let project = session.project()?;
    shared::guard(session, &project, false)?;
    let mut warnings = reconcile::before_writing(session, &project)?;
    let scene = shared::scene(&project, shared::collection(session, &project, Fetch::No)?)?;
    let evidence = scene.evidence()?;
    warnings += &shared::troubles(&scene, &evidence);
    let observer = Observer::new(&scene, &evidence)?;
    let mut placements = observer.placements()?;
    if let Some(target) = &request.target {
        let target = session::target(target)?.name;
        placements.retain(|placement| placement.target == target);
    }
    let placements = shared::chosen(placements, &request.artifacts)?;
    let found = observer.look(placements, Need::Drift)?;
    shared::keep_caches(&scene);
    let steps: Vec<_> = found.iter().map(|deployed| remove(deployed, request.keep_files)).collect();
    let id = session.new_id();
    let names: Vec<String> = steps.iter().map(|step| step.name.to_string()).collect();
    let message = match request.keep_files {
        // There is nothing to commit.
        true => String::new(),
        false => format!("Remove {}\n", names.join(", ")),
    };
    let (command, trigger, head) = ("remove".to_owned(), "command".to_owned(), scene.desk.head.clone());
    let act = Act { id: id.clone(), command, trigger, now: session.now(), head, message };
    // What is let go where it stands is noted at once, as what is adopted is: no commit will tell of it.
    let execute = if request.keep_files { adopt::run } else { integrate::run };
    execute(&project, &scene.desk.objects, &scene.desk.pending, &steps, &act)?;
    let next = steps.iter().find(|step| step.change.is_some()).and_then(|step| match request.keep_files {
        true => Some(format!("'git skillsync adopt {}' tracks it again", step.name)),
        false => {
            let next = "'git commit' commits the removal, 'git skillsync abort' takes it back";
            shared::next(&project, next)
        }
    });
    let results = shared::integrated("remove", &scene, steps, id, false, Side::Collection)?;
    Ok(report(&Results { warnings, next, ..results }, form))
}
