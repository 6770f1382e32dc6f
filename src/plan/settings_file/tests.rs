use super::{Text, disable, enabled, is_vacant, without};
use crate::model::harness::{HARNESSES, Harness, HookForm, Unusable};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

fn enable(text: &str, harness: &Harness) -> Result<Text, Unusable> {
    super::enable(Text::new(text), harness)
}

fn harness(name: &str) -> &'static Harness {
    Harness::find(name).expect("a harness")
}

/// The text with our entries; it must be the same text without them, and not change again.
fn enabled_text(text: &str, harness: &Harness) -> String {
    let done = enable(text, harness).unwrap_or_else(|error| panic!("{}: {error}\n{text}", harness.name));
    assert_eq!(without(done.as_str(), done.inserted()).as_deref(), Some(text), "{}", harness.name);
    let again = enable(done.as_str(), harness).expect("what we wrote");
    assert_eq!((again.as_str(), again.inserted().len()), (done.as_str(), 0), "enabling twice");
    let all: Vec<_> = harness.events.iter().map(|(trigger, _)| *trigger).collect();
    assert_eq!(enabled(done.as_str(), harness), Ok(all), "{}", harness.name);
    done.as_str().to_owned()
}

#[test]
fn a_new_file_is_what_each_program_documents() {
    let expected = r#"{
  "hooks": {
    "SessionStart": [
      {
        "matcher": "startup|resume|clear",
        "hooks": [
          {
            "type": "command",
            "command": "git skillsync hook --harness claude session-start",
            "timeout": 20
          }
        ]
      }
    ],
    "SessionEnd": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "git skillsync hook --harness claude session-end",
            "timeout": 5
          }
        ]
      }
    ],
    "UserPromptSubmit": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "git skillsync hook --harness claude prompt",
            "timeout": 5
          }
        ]
      }
    ]
  }
}
"#;
    assert_eq!(enabled_text("", harness("claude")), expected);
    for (name, fragments) in [
        ("codex", vec![r#""command": "git skillsync hook --harness codex prompt""#, "\"timeout\": 20\n"]),
        ("gemini", vec!["\"BeforeAgent\": [", "\"timeout\": 20000\n"]),
        (
            "cursor",
            vec![
                "{\n  \"version\": 1,\n  \"hooks\": {\n    \"sessionStart\": [\n      {\n        \"command\":",
            ],
        ),
        ("copilot", vec!["\"version\": 1", "\"bash\": \"git", "\"powershell\": \"git", "\"timeoutSec\": 5"]),
        ("opencode", vec!["export const GitSkillsync", "session.created"]),
    ] {
        let text = enabled_text("", harness(name));
        for fragment in fragments {
            assert!(text.contains(fragment), "{name}: {fragment}\n{text}");
        }
        if !matches!(harness(name).form, HookForm::Plugin(_)) {
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        }
    }
}

#[test]
fn entries_of_others_stay_as_they_are() {
    let before = "{\n\t\"model\": \"opus\",\n\t\"hooks\": {\n\t\t\"SessionStart\": [\n\t\t\t{\"hooks\": [{\"type\": \"command\", \"command\": \"echo hi\"}]}\n\t\t]\n\t},\n\t\"env\": {\"A\": \"1\"}\n}";
    let after = enabled_text(before, harness("claude"));
    let expected = "{\n\t\"model\": \"opus\",\n\t\"hooks\": {\n\t\t\"SessionStart\": [\n\t\t\t{\"hooks\": [{\"type\": \"command\", \"command\": \"echo hi\"}]},\n\t\t\t{\n\t\t\t\t\"matcher\": \"startup|resume|clear\",\n\t\t\t\t\"hooks\": [";
    assert!(after.starts_with(expected), "{after}");
    assert!(after.ends_with("\t},\n\t\"env\": {\"A\": \"1\"}\n}"), "{after}");
    assert_eq!(disable(&after, harness("claude")).as_deref(), Ok(before));
}

/// Texts as people have them; `true`: taking our entries out by their look alone gives them back.
const TEXTS: &[(&str, bool)] = &[
    ("", false),
    ("\n", false),
    ("{}", true),
    ("{}\n", true),
    ("{ }", false),
    ("{\n}\n", false),
    ("{\"a\": 1}", true),
    ("{\"a\":1,\"hooks\":{\"x\":[]}}\n", true),
    ("{\"hooks\": {\"SessionStart\": [{\"hooks\": []}], \"sessionStart\": [{\"command\": \"x\"}]}}", true),
    ("{\n  \"a\": 1\n}\n", true),
    ("{\r\n    \"a\": [\r\n        1\r\n    ]\r\n}\r\n", true),
    ("\u{feff}{\n  \"a\": \"ä\"\n}\n", true),
    ("{\n  \"hooks\": {}\n}\n", false),
    ("{\n  \"hooks\": {\n    \"SessionStart\": [],\n    \"sessionStart\": []\n  }\n}\n", false),
    (
        "{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": []\n      }\n    ]\n  },\n  \"z\": null\n}",
        true,
    ),
    ("{\"a\": \"// no comment, and /* none */\",\n \"b\": \"}\"}", false),
];

#[test]
fn taking_out_gives_back_what_was_there() {
    for harness in HARNESSES.iter().filter(|harness| !matches!(harness.form, HookForm::Plugin(_))) {
        for (text, exact) in TEXTS {
            let after = enabled_text(text, harness);
            let back = disable(&after, harness).expect("what we wrote");
            assert_eq!(enabled(&back, harness), Ok(vec![]), "{}: {text:?}", harness.name);
            let version = harness.has_version();
            assert!(!exact || version || back == **text, "{}: {text:?}\n{back:?}", harness.name);
            assert!(!text.trim().is_empty() || is_vacant(&back, harness), "{back:?}");
        }
    }
}

#[test]
fn comments_stay_where_they_are() {
    let gemini = harness("gemini");
    for text in [
        "// mine\n{\n  // first\n  \"a\": 1, // last\n}\n// end\n",
        "{\n  \"hooks\": {\n    \"SessionStart\": [\n      {\"hooks\": []} // mine, with a comma: ,\n      /* and this */\n    ]\n  }\n}\n",
        "{\n  \"hooks\": { // none yet\n  }\n}\n",
        "{ /* { */ }",
        "{\n  \"a\": [1, 2,],\n}",
    ] {
        let after = enabled_text(text, gemini);
        for comment in
            ["// mine", "// first", "// last", "// end", "/* and this */", "// none yet", "/* { */"]
        {
            assert_eq!(after.matches(comment).count(), text.matches(comment).count(), "{after}");
        }
        let back = disable(&after, gemini).expect("what we wrote");
        assert_eq!(enabled(&back, gemini), Ok(vec![]), "{back}");
        assert_eq!(
            back.matches("//").count() + back.matches("/*").count(),
            text.matches("//").count() + text.matches("/*").count(),
            "{back}"
        );
    }
    let with_comment =
        "{\n  \"hooks\": {\n    \"SessionStart\": [\n      {\"hooks\": []} // mine\n    ]\n  }\n}\n";
    let after = enabled_text(with_comment, gemini);
    assert!(after.contains("{\"hooks\": []}, // mine\n      {\n"), "{after}");
    assert_eq!(disable(&after, gemini).as_deref(), Ok(with_comment));
}

#[test]
fn what_was_edited_since_is_kept() {
    let claude = harness("claude");
    let after = enabled_text("{\n  \"model\": \"a\"\n}\n", claude);
    let edited = after.replace("\"a\"", "\"b\"").replace(
        "    \"SessionEnd\": [\n",
        "    \"Stop\": [],\n    \"SessionEnd\": [\n      {\"hooks\": [{\"command\": \"echo\"}]},\n",
    );
    let back = disable(&edited, claude).expect("JSON");
    assert_eq!(
        back,
        "{\n  \"model\": \"b\",\n  \"hooks\": {\n    \"Stop\": [],\n    \"SessionEnd\": [\n      {\"hooks\": [{\"command\": \"echo\"}]}\n    ]\n  }\n}\n"
    );
}

#[test]
fn what_cannot_be_edited_is_refused_with_its_line() {
    let line = |text: &str, name: &str| match enable(text, harness(name)) {
        Err(Unusable::NotJson { line, .. } | Unusable::Shape { line, .. }) => line,
        other => panic!("{text}: {other:?}"),
    };
    for (text, name, expected) in [
        ("{\n  \"a\": 1,\n}\n", "claude", 2),
        ("{\n  // no\n}\n", "claude", 2),
        ("{\n  \"a\" 1\n}\n", "gemini", 2),
        ("{\n  \"hooks\": []\n}\n", "claude", 2),
        ("{\n  \"hooks\": {\n    \"SessionStart\": {}\n  }\n}\n", "claude", 3),
        ("{\n  \"hooks\": {},\n  \"hooks\": {}\n}\n", "claude", 3),
        ("[]", "cursor", 1),
        ("null\n", "cursor", 1),
        ("{'a': 1}", "gemini", 1),
        ("{} {}", "gemini", 1),
        ("// nothing\n", "gemini", 1),
    ] {
        assert_eq!(line(text, name), expected, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(enable(&deep, harness("claude")).is_err());
    assert_eq!(enable("// mine\n", harness("opencode")), Err(Unusable::Edited));
    assert_eq!(disable("// mine\n", harness("opencode")), Err(Unusable::Edited));
}

/// JSON in the styles that people and programs write it in.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[ -~äß/*,\\[\\]{}]{0,8}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        "[a-c]",
        Just("hooks".to_owned()),
        Just("SessionStart".to_owned()),
        Just("\",".to_owned())
    ];
    let value = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    let root = prop::collection::btree_map("[a-d]|hooks", value, 0..4)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()));
    (root, 0..4_u8).prop_map(|(root, style)| match style {
        0 => root.to_string(),
        1 => serde_json::to_string_pretty(&root).expect("JSON"),
        2 => serde_json::to_string_pretty(&root).expect("JSON").replace("  ", "\t") + "\n",
        _ => serde_json::to_string_pretty(&root).expect("JSON").replace('\n', "\r\n"),
    })
}

/// What stands in a document beside our entries.
fn rest(text: &str, harness: &Harness) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let hooks = value.get_mut("hooks").and_then(serde_json::Value::as_object_mut);
    if let Some(hooks) = hooks {
        for list in hooks.values_mut().filter_map(serde_json::Value::as_array_mut) {
            list.retain(|entry| !harness.is_own(&entry.to_string()));
        }
        hooks.retain(|_, list| list.as_array().is_none_or(|list| !list.is_empty()));
        if hooks.is_empty() {
            value.as_object_mut().expect("object").shift_remove("hooks");
        }
    }
    if harness.has_version() {
        value.as_object_mut().expect("object").shift_remove("version");
    }
    value
}

proptest! {
    #[test]
    fn nothing_else_changes(text in document(), which in 0..5_usize) {
        let harness = &HARNESSES[which];
        if let Ok(done) = enable(&text, harness) {
            assert_eq!(without(done.as_str(), done.inserted()).as_deref(), Some(&*text));
            assert_eq!(rest(done.as_str(), harness), rest(&text, harness), "{}", done.as_str());
            let back = disable(done.as_str(), harness).expect("what we wrote");
            assert_eq!(rest(&back, harness), rest(&text, harness), "{back}");
            assert_eq!(enabled(&back, harness), Ok(vec![]));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[{}\\[\\]\",:/* \na-c\u{feff}ä]{0,40}", which in 0..6_usize) {
        let harness = &HARNESSES[which];
        if let Ok(done) = enable(&text, harness) {
            assert_eq!(without(done.as_str(), done.inserted()).as_deref(), Some(&*text));
        }
        let _ = disable(&text, harness);
        let _ = is_vacant(&text, harness);
    }
}
