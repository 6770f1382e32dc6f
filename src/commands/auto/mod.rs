//! `git skillsync auto`: sync with the sessions of agent programs.

pub(super) mod configured;
pub(super) mod edits;
mod files;
mod offline;
pub(super) mod runs;
mod status;
mod sync;

use crate::error::Error;
use crate::report::{Form, Report};
use crate::request::Auto;
use crate::session::Session;

/// Run the command.
pub fn run(session: &Session, request: &Auto, form: Form) -> Result<Report, Error> {
    match request {
        Auto::Enable(harnesses) => files::enable(session, harnesses, form),
        Auto::Disable(harnesses) => files::disable(session, harnesses, form),
        Auto::Status { line } => status::run(session, *line, form),
        Auto::Run(request) => runs::by_hand(session, request, form),
    }
}
