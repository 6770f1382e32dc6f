//! `git skillsync demo`: a whole session with real commands, from deploy to push.

use crate::error::Error;
use crate::execute::demo::{self, Step};
use crate::exit::Exit;
use crate::report::failure::hint_line;
use crate::report::text::{escape, escape_lines};
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::json;
use std::path::Path;

/// Run the command.
pub fn run(session: &Session, folder: Option<&Path>, form: Form) -> Result<Report, Error> {
    let wanted = folder.map(|folder| session.folder.join(folder));
    let folder = demo::folder(wanted.as_deref())?;
    let steps = demo::play(session, &folder)?;
    let failed = steps.iter().any(|step| step.status != Some(0));
    let shown = folder.display().to_string();
    let exit = Exit::attention_if(failed);
    if form.json {
        let steps: Vec<_> = steps
            .iter()
            .map(|step| {
                json!({"comments": step.comments, "folder": step.folder, "command": step.command,
                    "output": step.output, "status": step.status})
            })
            .collect();
        return Ok(Report::json("demo", json!({"folder": shown, "steps": steps})).with("", exit));
    }
    let text = if form.quiet { String::new() } else { transcript(&shown, &steps) };
    let said = if failed { "error: the last command failed\n".to_owned() } else { String::new() };
    let said = said + &hint_line(&format!("everything is kept in '{shown}'"));
    Ok(Report::data(text).with(if form.quiet && !failed { String::new() } else { said }, exit))
}

/// The session as a terminal would show it.
fn transcript(folder: &str, steps: &[Step]) -> String {
    let mut text = format!("$ cd {}\n", escape(folder));
    let mut place = "";
    for step in steps {
        for comment in &step.comments {
            text += &format!("\n# {comment}\n");
        }
        if step.folder != place {
            text += &format!("$ cd {}\n", step.folder);
            place = step.folder;
        }
        text += &format!("$ {}\n{}", step.command, escape_lines(&step.output));
        if let Some(status) = step.status.filter(|status| *status != 0) {
            text += &format!("(exit status {status})\n");
        }
    }
    text
}
