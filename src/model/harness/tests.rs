use super::{HARNESSES, Harness, HookForm, folder, is_whole, reply};
use crate::model::trigger::Trigger;

fn harness(name: &str) -> &'static Harness {
    Harness::find(name).expect("a harness")
}

#[test]
fn replies_have_the_keys_that_each_program_knows() {
    let text = Some("one line");
    for (name, trigger, changed, message, expected) in [
        (
            "claude",
            Trigger::SessionStart,
            true,
            None,
            "{\"hookSpecificOutput\":{\"hookEventName\":\"SessionStart\",\"reloadSkills\":true}}\n",
        ),
        ("claude", Trigger::SessionStart, false, None, ""),
        (
            "claude",
            Trigger::SessionStart,
            true,
            text,
            "{\"hookSpecificOutput\":{\"hookEventName\":\"SessionStart\",\"reloadSkills\":true},\"systemMessage\":\"one line\"}\n",
        ),
        ("claude", Trigger::Prompt, true, None, ""),
        ("claude", Trigger::SessionEnd, false, text, "{\"systemMessage\":\"one line\"}\n"),
        ("codex", Trigger::SessionStart, true, None, ""),
        ("codex", Trigger::SessionStart, true, text, "{\"systemMessage\":\"one line\"}\n"),
        ("gemini", Trigger::SessionStart, true, None, ""),
        ("gemini", Trigger::Prompt, true, text, "{\"systemMessage\":\"one line\"}\n"),
        ("cursor", Trigger::SessionStart, true, None, ""),
        ("cursor", Trigger::SessionStart, true, text, "{\"additional_context\":\"one line\"}\n"),
        ("cursor", Trigger::Prompt, true, text, ""),
        ("copilot", Trigger::SessionStart, true, text, "{\"additionalContext\":\"one line\"}\n"),
        ("copilot", Trigger::SessionEnd, true, text, ""),
        ("opencode", Trigger::SessionStart, true, text, ""),
    ] {
        let said = reply(harness(name), trigger, changed, message);
        assert_eq!(said, expected, "{name} {trigger:?} {changed}");
    }
}

#[test]
fn commands_are_told_from_those_of_others() {
    let claude = harness("claude");
    for (command, own) in [
        ("git skillsync hook --harness claude session-start", true),
        ("/opt/bin/git-skillsync hook --harness claude prompt || true", true),
        ("git skillsync hook --harness claudette session-start", false),
        ("git skillsync hook --harness codex session-start", false),
        ("git skillsync hook post-commit", false),
        ("echo", false),
    ] {
        assert_eq!(claude.is_own(command), own, "{command}");
    }
    for harness in &HARNESSES {
        for (trigger, event) in harness.events {
            assert!(harness.is_own(&harness.command(*trigger)), "{} {event}", harness.name);
        }
        if let HookForm::Plugin(text) = harness.form {
            assert!(harness.is_own(text), "{}", harness.name);
        }
    }
}

#[test]
fn the_folder_is_what_the_program_says() {
    for (input, expected) in [
        (r#"{"hook_event_name":"SessionStart","cwd":"/a b"}"#, Some("/a b")),
        (r#"{"workspace_roots":["/w","/x"]}"#, Some("/w")),
        (r#"{"cwd":"","workspace_roots":["/w"]}"#, Some("/w")),
        ("\u{feff}{\"cwd\":\"/a\"}", Some("/a")),
        (r#"{"cwd":7}"#, None),
        (r#"{"workspace_roots":[]}"#, None),
        (r#"{"cwd":"/a""#, None),
        ("", None),
        ("[]", None),
    ] {
        assert_eq!(folder(input).as_deref(), expected, "{input}");
    }
}

#[test]
fn a_whole_document_need_not_be_waited_for() {
    for (input, whole) in [
        ("{\"a\":{}}", true),
        ("{\"a\":1}\n", true),
        ("{\"a\":{}", false),
        ("", false),
        ("{", false),
        ("x", false),
    ] {
        assert_eq!(is_whole(input.as_bytes()), whole, "{input}");
    }
}
