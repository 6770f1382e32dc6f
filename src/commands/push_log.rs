//! A push in the operation log.

use crate::error::Error;
use crate::execute::log;
use crate::git::{Repository, commits};
use crate::model::oid::ObjectId;
use crate::model::operation::{Operation, OperationPath};
use crate::model::scan::Scanned;
use crate::observe::scene::Scene;
use crate::plan::push::PushStep;
use crate::request::Push;
use crate::session::Session;

/// Write down a push that landed as this commit, in the log of a repository; the operation's id.
pub fn record(
    session: &Session,
    (scene, log_of): (&Scene<'_>, &Repository),
    request: &Push,
    steps: &[PushStep],
    commit: ObjectId,
    scanned: Scanned,
) -> Result<String, Error> {
    let paths = steps.iter().filter(|step| step.sent.is_some()).map(|step| OperationPath {
        artifact: step.step.name.to_string(),
        path: step.step.path.clone(),
        status: step.step.status.as_str().to_owned(),
        before: step.step.contents[0],
        after: step.step.contents[1],
        index_before: None,
        index_after: None,
    });
    let operation = Operation {
        version: 1,
        id: session.new_id(),
        command: "push".into(),
        trigger: request.started.trigger().to_owned(),
        who: commits::identity(scene.desk.project).unwrap_or_default(),
        work_tree: log_of.log_name(),
        at: session.now(),
        head: scene.desk.head.id,
        branch: scene.desk.head.branch.clone(),
        message: String::new(),
        paths: paths.collect(),
        pushed: Some(commit),
        undoes: Vec::new(),
        scan: Some(scanned),
        result: None,
    };
    let objects = log_of.objects();
    log::append(log_of, &objects, &operation, &log::Images::new())?;
    let result = format!("pushed as {}", commit.to_hex_with_len(10));
    log::finish(log_of, &objects, &operation, &result)?;
    Ok(operation.id)
}
