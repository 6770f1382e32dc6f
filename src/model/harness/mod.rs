//! The agent programs whose sessions can start auto-sync, as data: where their hooks are written
//! down, what an entry looks like, and what they read as a reply.
//!
//! Facts of August to November 2026, from the vendors' documentation and sources.

mod input;
mod reply;
#[cfg(test)]
mod tests;
mod unusable;

pub use input::{folder, is_whole};
pub use reply::reply;
pub use unusable::Unusable;

use super::trigger::Trigger;
use serde_json::{Map, Value, json};

/// What every entry of ours has in its command, and nobody else's.
const MARK: &str = "skillsync hook --harness";

/// The plugin of a program that has no settings for hooks.
const OPENCODE_PLUGIN: &str = include_str!("opencode.js");

/// One program, a row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Harness {
    /// Its name on the command line.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The files of a project that may hold its hooks, the one to make first; relative to the root.
    pub project: &'static [&'static str],
    /// How hooks are written down.
    pub form: HookForm,
    /// What it calls the triggers; one that is missing has no counterpart.
    pub events: &'static [(Trigger, &'static str)],
    /// Whether its file may have comments.
    pub comments: bool,
    /// What the user has to do once, where that is so.
    pub note: Option<&'static str>,
}

/// How a program wants its hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookForm {
    /// `{"hooks":{EVENT:[{"hooks":[{"type":"command","command":…,"timeout":…}]}]}}`
    Groups {
        /// The unit of `timeout`, in parts of a second.
        per_second: u32,
        /// Which starts of a session count, where that can be said.
        matcher: Option<&'static str>,
    },
    /// `{"version":1,"hooks":{EVENT:[{"command":…,"timeout":…}]}}`
    Plain,
    /// `{"version":1,"hooks":{EVENT:[{"type":"command","bash":…,"powershell":…,"timeoutSec":…}]}}`
    Shells,
    /// A file of ours with this text.
    Plugin(&'static str),
}

/// Every program, in the order in which they are shown.
pub const HARNESSES: [Harness; 6] = [
    Harness {
        name: "claude",
        title: "Claude Code",
        project: &[".claude/settings.local.json", ".claude/settings.json"],
        form: HookForm::Groups { per_second: 1, matcher: Some("startup|resume|clear") },
        events: &[
            (Trigger::SessionStart, "SessionStart"),
            (Trigger::SessionEnd, "SessionEnd"),
            (Trigger::Prompt, "UserPromptSubmit"),
        ],
        comments: false,
        note: None,
    },
    Harness {
        name: "codex",
        title: "Codex",
        project: &[".codex/hooks.json"],
        form: HookForm::Groups { per_second: 1, matcher: Some("startup|resume|clear") },
        events: &[
            (Trigger::SessionStart, "SessionStart"),
            (Trigger::SessionEnd, "SessionEnd"),
            (Trigger::Prompt, "UserPromptSubmit"),
        ],
        comments: false,
        note: Some("Codex runs new hooks only after you have trusted them with '/hooks'"),
    },
    Harness {
        name: "gemini",
        title: "Gemini CLI",
        project: &[".gemini/settings.json"],
        form: HookForm::Groups { per_second: 1000, matcher: None },
        events: &[
            (Trigger::SessionStart, "SessionStart"),
            (Trigger::SessionEnd, "SessionEnd"),
            (Trigger::Prompt, "BeforeAgent"),
        ],
        comments: true,
        note: None,
    },
    Harness {
        name: "cursor",
        title: "Cursor",
        project: &[".cursor/hooks.json"],
        form: HookForm::Plain,
        events: &[
            (Trigger::SessionStart, "sessionStart"),
            (Trigger::SessionEnd, "sessionEnd"),
            (Trigger::Prompt, "beforeSubmitPrompt"),
        ],
        comments: false,
        note: None,
    },
    Harness {
        name: "copilot",
        title: "GitHub Copilot",
        project: &[".github/hooks/git-skillsync.json"],
        form: HookForm::Shells,
        events: &[
            (Trigger::SessionStart, "sessionStart"),
            (Trigger::SessionEnd, "sessionEnd"),
            (Trigger::Prompt, "userPromptSubmitted"),
        ],
        comments: false,
        note: None,
    },
    Harness {
        name: "opencode",
        title: "OpenCode",
        project: &[".opencode/plugins/git-skillsync.js"],
        form: HookForm::Plugin(OPENCODE_PLUGIN),
        events: &[(Trigger::SessionStart, "session.created"), (Trigger::Prompt, "chat.message")],
        comments: true,
        note: Some(
            "OpenCode 1 loads the plugin, OpenCode 2 has another form; neither tells of a session's end",
        ),
    },
];

impl Harness {
    /// The row with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        HARNESSES.iter().find(|harness| harness.name == name)
    }

    /// The name of a trigger in its settings.
    pub fn event(&self, trigger: Trigger) -> Option<&'static str> {
        self.events.iter().find(|(known, _)| *known == trigger).map(|(_, event)| *event)
    }

    /// The command that an entry runs.
    pub fn command(&self, trigger: Trigger) -> String {
        format!("git {MARK} {} {}", self.name, trigger.as_str())
    }

    /// Whether the file is ours alone: the program reads all that lie beside it.
    pub fn is_alone(&self) -> bool {
        matches!(self.form, HookForm::Shells | HookForm::Plugin(_))
    }

    /// Whether its file has a version beside the hooks.
    pub fn has_version(&self) -> bool {
        matches!(self.form, HookForm::Plain | HookForm::Shells)
    }

    /// The entry for a trigger.
    pub fn entry(&self, trigger: Trigger) -> Value {
        let command = self.command(trigger);
        match self.form {
            HookForm::Groups { per_second, matcher } => {
                let hook =
                    json!({"type": "command", "command": command, "timeout": seconds(trigger) * per_second});
                let mut group = Map::new();
                if let Some(matcher) = matcher.filter(|_| trigger == Trigger::SessionStart) {
                    group.insert("matcher".into(), matcher.into());
                }
                group.insert("hooks".into(), json!([hook]));
                Value::Object(group)
            }
            HookForm::Plain => json!({"command": command, "timeout": seconds(trigger)}),
            HookForm::Shells => json!({"type": "command", "bash": command, "powershell": command,
                "timeoutSec": seconds(trigger)}),
            HookForm::Plugin(_) => Value::Null,
        }
    }

    /// Whether a command is one of ours for this program.
    pub fn is_own(&self, command: &str) -> bool {
        let Some((_, rest)) = command.split_once(MARK) else { return false };
        rest.split_whitespace().next() == Some(self.name)
    }
}

/// How long a program may wait for us: much longer than it takes.
fn seconds(trigger: Trigger) -> u32 {
    match trigger {
        Trigger::SessionStart => 20,
        Trigger::SessionEnd | Trigger::Prompt => 5,
    }
}
