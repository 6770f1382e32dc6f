//! What a user can add to a hook, or to the settings of whoever writes it, so that it calls us.

use super::block::quote_binary;
use crate::model::hook::HookEvent;
use crate::model::hook_site::Manager;
use std::fmt;
use std::path::Path;

/// What is to be added, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The file; none where it is the hook itself that was left alone.
    pub file: Option<String>,
    /// The lines.
    pub lines: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            None if self.lines.starts_with("git config ") => write!(f, "'{}' lets git run it", self.lines),
            None => write!(f, "the line for it: {}", self.lines),
            Some(file) if self.lines.contains('\n') => write!(f, "add to '{file}':\n{}", self.lines),
            Some(file) => write!(f, "add to '{file}': {}", self.lines),
        }
    }
}

/// For a hook that is nobody's but this user's.
pub fn for_hook(event: HookEvent, binary: &Path) -> Advice {
    Advice { file: None, lines: line_to_add(event, binary) }
}

/// For a file that others have too: the program is looked for on `PATH`.
pub fn for_shared_file(event: HookEvent, file: String) -> Advice {
    let call = call(event, "git-skillsync");
    let lines = if event.may_refuse() {
        format!("if command -v git-skillsync >/dev/null 2>&1; then {call}; fi")
    } else {
        format!("command -v git-skillsync >/dev/null 2>&1 && {call}")
    };
    Advice { file: Some(file), lines }
}

/// For what a manager of hooks reads.
pub fn for_manager(manager: Manager, event: HookEvent, file: &str) -> Advice {
    let lines = match manager {
        Manager::Lefthook => lefthook(event),
        Manager::PreCommit => pre_commit(event),
        Manager::Overcommit => overcommit(event),
    };
    Advice { file: Some(file.to_owned()), lines }
}

/// The line that a user can add to a hook of any kind that runs shell commands.
pub fn line_to_add(event: HookEvent, binary: &Path) -> String {
    call(event, &quote_binary(binary))
}

/// A call as a command of sh that fails only where the hook is to refuse.
fn call(event: HookEvent, program: &str) -> String {
    let stdin = if event.has_input() { "" } else { " </dev/null" };
    let end = if event.may_refuse() { "[ $? -ne 1 ] || exit 1" } else { ":" };
    format!("{program} hook {event} \"$@\"{stdin} || {end}")
}

fn lefthook(event: HookEvent) -> String {
    let stdin = if event.has_input() { "\n      use_stdin: true" } else { "" };
    format!("{event}:\n  commands:\n    skillsync:\n      run: git skillsync hook {event} {{0}}{stdin}")
}

/// pre-commit passes what git says in variables, and nothing on standard input.
fn pre_commit(event: HookEvent) -> String {
    let entry = match event {
        HookEvent::PostCheckout => {
            r#"sh -c 'git skillsync hook post-checkout "$PRE_COMMIT_FROM_REF" "$PRE_COMMIT_TO_REF" "$PRE_COMMIT_CHECKOUT_TYPE"'"#.to_owned()
        }
        HookEvent::PrePush => {
            r#"sh -c 'echo "$PRE_COMMIT_LOCAL_BRANCH $PRE_COMMIT_TO_REF $PRE_COMMIT_REMOTE_BRANCH $PRE_COMMIT_FROM_REF" | git skillsync hook pre-push "$PRE_COMMIT_REMOTE_NAME" "$PRE_COMMIT_REMOTE_URL"'"#.to_owned()
        }
        _ => format!("git skillsync hook {event}"),
    };
    format!(
        "- repo: local\n  hooks:\n  - id: skillsync-{event}\n    name: git-skillsync\n    language: system\n    entry: {entry}\n    \
         always_run: true\n    pass_filenames: false\n    stages: [{event}]"
    )
}

fn overcommit(event: HookEvent) -> String {
    let kind: String = event.as_str().split('-').map(capitalized).collect();
    format!("{kind}:\n  Skillsync:\n    enabled: true\n    command: ['git', 'skillsync', 'hook', '{event}']")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
