//! `git skillsync man`: prints the manual or installs it for this user.

use crate::error::Error;
use crate::execute::manual;
use crate::exit::Exit;
use crate::model::manual::Page;
use crate::report::failure::hint_line;
use crate::report::text::escape;
use crate::report::{Form, Report};
use crate::session::Session;
use serde_json::json;

/// Print the first page.
pub fn print(pages: &[Page], form: Form) -> Report {
    let Some(page) = pages.first() else { return Report::data("") };
    if form.json {
        return Report::json("man", json!({"page": page.file, "roff": page.roff}));
    }
    Report::data(&*page.roff)
}

/// Install all pages.
pub fn install(session: &Session, pages: &[Page], form: Form) -> Result<Report, Error> {
    let manual = session.data_home()?.join("man");
    let folder = manual.join("man1");
    manual::install(pages, &folder)?;
    let shown = folder.display().to_string();
    if form.json {
        let names: Vec<_> = pages.iter().map(|page| &page.file).collect();
        return Ok(Report::json("man", json!({"folder": shown, "pages": names})));
    }
    if form.quiet {
        return Ok(Report::data(""));
    }
    let line = format!("installed {} pages in '{}'", pages.len(), escape(&shown));
    let hint =
        "'git help skillsync' shows them; where it does not find them, put this into the shell's profile:";
    let export = format!("export MANPATH=\"{}:$MANPATH\"", manual.display());
    Ok(Report::line(line).with(hint_line(hint) + &hint_line(&export), Exit::Done))
}
