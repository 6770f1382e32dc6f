//! What auto-sync was asked for.

use crate::model::harness::Harness;
use crate::model::trigger::Trigger;

/// What `auto` was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auto {
    /// Put our hooks into the settings of these programs; none means those that are used here.
    Enable(Vec<&'static Harness>),
    /// Take them out again; none means all.
    Disable(Vec<&'static Harness>),
    /// Say how it stands.
    Status {
        /// In one short line.
        line: bool,
    },
    /// Run now.
    Run(AutoRun),
}

/// What `auto run` was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoRun {
    /// What fired.
    pub trigger: Trigger,
    /// Run although it is off, paused or has run just now.
    pub force: bool,
    /// The program whose session it is.
    pub harness: Option<&'static Harness>,
    /// Who is waiting.
    pub stage: Stage,
}

/// Who is waiting for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Somebody is: a person, a script or a session.
    Foreground,
    /// Nobody is: it was decided before that it runs.
    Background,
    /// Nobody is any more: it goes on with what took too long.
    Continued,
}
