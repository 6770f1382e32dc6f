//! What a program is told by its hook: nothing, unless there is something to say.

use super::Harness;
use crate::model::trigger::Trigger;
use serde_json::{Map, Value, json};

/// The reply on standard output: empty, or one JSON document of the program's own form.
///
/// `changed` says that artifacts are other than when the session began, `message` is one line for
/// the user. A key that a program does not know may make it refuse the whole reply.
pub fn reply(harness: &Harness, trigger: Trigger, changed: bool, message: Option<&str>) -> String {
    let starts = trigger == Trigger::SessionStart;
    let mut document = Map::new();
    match harness.name {
        "claude" => {
            if changed && starts {
                let output = json!({"hookEventName": "SessionStart", "reloadSkills": true});
                document.insert("hookSpecificOutput".into(), output);
            }
            document.extend(message.map(|message| ("systemMessage".into(), message.into())));
        }
        "codex" | "gemini" => {
            document.extend(message.map(|message| ("systemMessage".into(), message.into())));
        }
        // These two show the user nothing: the agent is told, where a session starts.
        "cursor" => {
            document
                .extend(message.filter(|_| starts).map(|text| ("additional_context".into(), text.into())));
        }
        "copilot" => {
            document.extend(message.filter(|_| starts).map(|text| ("additionalContext".into(), text.into())));
        }
        _ => {}
    }
    if document.is_empty() { String::new() } else { format!("{}\n", Value::Object(document)) }
}
