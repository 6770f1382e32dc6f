//! Tables of what becomes what, and that nothing gets lost on the way there and back.

use super::super::target::{Format, TARGETS};
use super::{NotConverted, back, forward, placeholders};
use crate::model::artifact::ArtifactType;
use crate::model::front_matter::Document;
use crate::model::target::Scope;
use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

/// Every generated form in the table that artifacts of a type have.
fn formats(kind: ArtifactType) -> Vec<(&'static str, Format)> {
    let scopes = [Scope::Project, Scope::User];
    let all = TARGETS.iter().flat_map(|target| scopes.map(|scope| (target.name, target.kind(scope, kind))));
    all.filter_map(|(name, row)| Some((name, row.own.as_ref()?.format)))
        .filter(|(_, format)| format.is_generated())
        .collect()
}

fn format_of(target: &str, kind: ArtifactType) -> Format {
    formats(kind).into_iter().find(|(name, _)| *name == target).expect("a form").1
}

fn made(target: &str, kind: ArtifactType, original: &str) -> String {
    String::from_utf8(forward(format_of(target, kind), "review", original.as_bytes()).unwrap()).unwrap()
}

const COMMAND: &str = "---\ndescription: \"Review: a file\"\nargument-hint: [file]\nallowed-tools: Bash(git:*), Read\n\
    model: sonnet\n---\n\n# Review\n\nLook at $ARGUMENTS and @src/main.rs, then:\n\n!`git diff -- $ARGUMENTS`\n";
const AGENT: &str = "---\nname: reviewer\ndescription: Reviews.\ntools: Read, Grep\nmodel: opus\ncolor: red\n---\n\
    You review.\n\n'''quoted''' C:\\path\n";

#[test]
fn forms_look_like_this() {
    insta::assert_snapshot!(made("gemini", ArtifactType::Command, COMMAND), @r#"
    description = "Review: a file"
    prompt = '''

    # Review

    Look at {{args}} and @{src/main.rs}, then:

    !{git diff -- {{args}}}
    '''
    "#);
    insta::assert_snapshot!(made("codex", ArtifactType::Agent, AGENT), @r#"
    name = "reviewer"
    description = "Reviews."
    developer_instructions = """
    You review.

    '''quoted''' C:\\path
    """
    "#);
    insta::assert_snapshot!(made("codex", ArtifactType::Command, COMMAND), @r#"
    ---
    name: review
    description: "Review: a file"
    argument-hint: [file]
    allowed-tools: Bash(git:*), Read
    ---

    # Review

    Look at $ARGUMENTS and @src/main.rs, then:

    !`git diff -- $ARGUMENTS`
    "#);
    insta::assert_snapshot!(made("opencode", ArtifactType::Command, COMMAND), @r#"
    ---
    description: "Review: a file"
    ---

    # Review

    Look at $ARGUMENTS and @src/main.rs, then:

    !`git diff -- $ARGUMENTS`
    "#);
    insta::assert_snapshot!(made("opencode", ArtifactType::Agent, AGENT), @r#"
    ---
    description: Reviews.
    mode: subagent
    ---
    You review.

    '''quoted''' C:\path
    "#);
    insta::assert_snapshot!(made("copilot", ArtifactType::Agent, AGENT), @r#"
    ---
    name: reviewer
    description: Reviews.
    ---
    You review.

    '''quoted''' C:\path
    "#);
    // What needs no change gets none.
    let plain = "# Review\n\nRead it.\n";
    for target in ["opencode", "cursor", "copilot", "cline"] {
        assert_eq!(made(target, ArtifactType::Command, plain), plain, "{target}");
    }
}

#[test]
fn words_of_commands() {
    for (ours, theirs) in [
        ("$ARGUMENTS", "{{args}}"),
        ("x$ARGUMENTS.", "x{{args}}."),
        ("$ARGUMENTS_2 $ARGUMENTS[0]", "$ARGUMENTS_2 $ARGUMENTS[0]"),
        ("!`git log`", "!{git log}"),
        ("!`a {b} $ARGUMENTS`", "!{a {b} {{args}}}"),
        ("!`a { b`", "!`a { b`"),
        ("wow!`x`", "wow!`x`"),
        ("see @src/a.rs.", "see @{src/a.rs}."),
        ("(@README.md)", "(@{README.md})"),
        ("@./x @~/y @../z/w", "@{./x} @{~/y} @{../z/w}"),
        ("@alice a@b.com @types/node @org.junit.Test", "@alice a@b.com @types/node @org.junit.Test"),
    ] {
        assert_eq!(placeholders::to_gemini(ours), theirs);
        assert_eq!(placeholders::from_gemini(theirs), ours);
    }
    // Gemini's own words in a text of ours mean nothing there and stay.
    for odd in ["@{x", "!{x", "!{a`b}", "@{no file}"] {
        assert_eq!(placeholders::from_gemini(odd), odd);
    }
}

#[test]
fn edits_come_back() {
    let cases: &[(&str, ArtifactType, &str, &str, &str)] = &[
        ("gemini", ArtifactType::Command, "Look at", "Stare at", "Stare at $ARGUMENTS and @src/main.rs"),
        ("gemini", ArtifactType::Command, "!{git diff", "!{git log", "!`git log -- $ARGUMENTS`"),
        ("gemini", ArtifactType::Command, "# Review\n", "# Review {{args}}\n", "# Review $ARGUMENTS\n"),
        ("gemini", ArtifactType::Command, "Review: a file", "Other", "description: Other\n"),
        ("codex", ArtifactType::Agent, "You review", "You read", "You read.\n"),
        ("codex", ArtifactType::Agent, "\"reviewer\"", "\"reader\"", "name: reader\n"),
        ("codex", ArtifactType::Command, "# Review", "# Look", "# Look\n"),
        ("opencode", ArtifactType::Agent, "Reviews.", "Reads.", "description: Reads.\n"),
        ("cursor", ArtifactType::Agent, "---\nYou", "readonly: true\n---\nYou", "readonly: true\n"),
    ];
    for (target, kind, old, new, expected) in cases {
        let original = if *kind == ArtifactType::Agent { AGENT } else { COMMAND };
        let native = made(target, *kind, original);
        assert!(native.contains(old), "{target}: {native}");
        let edited = native.replacen(old, new, 1);
        let format = format_of(target, *kind);
        let result = back(format, "review", edited.as_bytes(), original.as_bytes()).unwrap();
        let text = String::from_utf8(result.clone()).unwrap();
        assert!(text.contains(expected), "{target}: {text}");
        // Whatever the form cannot hold is still there.
        let lost = original.lines().filter(|line| line.starts_with("tools") || line.starts_with("allowed"));
        lost.for_each(|line| assert!(text.contains(line), "{target}: {text}"));
        let again = String::from_utf8(forward(format, "review", &result).unwrap()).unwrap();
        let equal = |text: &str| text.parse::<toml::Table>().ok();
        assert!(again == edited || equal(&again) == equal(&edited) && equal(&again).is_some(), "{again}");
    }
}

#[test]
fn what_has_no_place_is_named() {
    let cases: &[(&str, ArtifactType, &str, &str, NotConverted)] = &[
        ("gemini", ArtifactType::Command, "prompt = ", "x = 1\nprompt = ", NotConverted::NoPlace("x".into())),
        ("gemini", ArtifactType::Command, "prompt = ", "text = ", NotConverted::NoPlace("text".into())),
        (
            "codex",
            ArtifactType::Agent,
            "name = ",
            "model = \"gpt-5\"\nname = ",
            NotConverted::Other("model".into()),
        ),
        (
            "opencode",
            ArtifactType::Agent,
            "mode: ",
            "color: blue\nmode: ",
            NotConverted::Other("color".into()),
        ),
        (
            "opencode",
            ArtifactType::Agent,
            "mode: ",
            "steps: 3\nmode: ",
            NotConverted::NoPlace("steps".into()),
        ),
    ];
    for (target, kind, old, new, expected) in cases {
        let original = if *kind == ArtifactType::Agent { AGENT } else { COMMAND };
        let edited = made(target, *kind, original).replacen(old, new, 1);
        let result = back(format_of(target, *kind), "review", edited.as_bytes(), original.as_bytes());
        assert_eq!(result, Err(expected.clone()), "{target}: {edited}");
    }
    let broken = back(Format::GeminiCommand, "x", b"prompt = ", COMMAND.as_bytes());
    assert!(matches!(broken, Err(NotConverted::NotToml(_))), "{broken:?}");
    let latin = b"\xe9 caf\xe9\n";
    assert_eq!(forward(Format::GeminiCommand, "x", latin), Err(NotConverted::NotText));
    assert_eq!(forward(format_of("opencode", ArtifactType::Command), "x", latin).as_deref(), Ok(&latin[..]));
}

/// Artifacts as people write them, and not.
fn artifact() -> impl Strategy<Value = Vec<u8>> {
    let entry = prop_oneof![
        "(name|description|model|tools|allowed-tools|mode|x-y): ?[ a-z0-9:'\"#,/-]{0,20}",
        "  [a-z:]{0,8}",
        "- [a-z]{1,4}",
        "# [a-z ]{0,6}",
        "description: (>|\\|)\n  [a-z ]{1,12}\n  [a-z ]{1,12}",
    ];
    let line = prop_oneof![
        "[ -~]{0,30}",
        "(!`[a-z {}$]{0,9}`|@[a-z./]{1,8}|\\$ARGUMENTS|\\{\\{args\\}\\}|!\\{[a-z{}]{0,5}\\}|@\\{[a-z.]{0,5}\\}|'''|\"\"\"|\\\\){1,4}",
        "\\PC{0,12}",
        "---",
        "\t[a-z]{0,4}",
    ];
    let ends = prop_oneof![4 => "\n", 1 => "\r\n"];
    let front = prop::option::of(prop::collection::vec(entry, 0..6));
    (front, prop::collection::vec(line, 0..10), ends, any::<bool>()).prop_map(|(front, body, end, last)| {
        let mut lines: Vec<String> = Vec::new();
        if let Some(front) = front {
            lines.push("---".into());
            lines.extend(front);
            lines.push("---".into());
        }
        lines.extend(body);
        let text = lines.join("\n") + if last { "\n" } else { "" };
        text.replace('\n', &end).into_bytes()
    })
}

proptest! {
    #[test]
    fn documents_keep_every_byte(bytes in prop::collection::vec(any::<u8>(), 0..200), text in artifact()) {
        assert_eq!(Document::parse(&bytes).to_bytes(), bytes);
        assert_eq!(Document::parse(&text).to_bytes(), text);
    }

    /// What was made comes back, byte for byte; what was changed makes the same file again.
    #[test]
    fn there_and_back(original in artifact(), other in artifact(), kind in 1..3_usize) {
        for (target, format) in formats(ArtifactType::ALL[kind]) {
            let native = forward(format, "review", &original).unwrap();
            assert_eq!(back(format, "review", &native, &original).as_ref(), Ok(&original), "{target}");
            // Another artifact's file, as an edit of this one's.
            let edited = forward(format, "review", &other).unwrap();
            if let Ok(result) = back(format, "review", &edited, &original) {
                let again = forward(format, "review", &result).unwrap();
                let toml = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().parse::<toml::Table>().unwrap();
                match format {
                    Format::GeminiCommand | Format::CodexAgent => assert_eq!(toml(&again), toml(&edited)),
                    _ => assert_eq!(again, edited, "{target}"),
                }
            }
        }
    }

    /// An edit of the body alone always comes back, and touches nothing else.
    #[test]
    fn bodies_come_back(mut original in artifact(), added in "[a-z ]{1,20}", kind in 1..3_usize) {
        original.push(b'\n');
        for (target, format) in formats(ArtifactType::ALL[kind]) {
            let before = Document::parse(&original);
            let mut after = before.clone();
            after.body.extend_from_slice(format!("\n{added}\n").as_bytes());
            let edited = forward(format, "review", &after.to_bytes()).unwrap();
            let result = back(format, "review", &edited, &original);
            if result.is_err() && before.entries.iter().any(|entry| entry.key.is_none()) {
                // Lines before the first key may come to belong to one.
                continue;
            }
            let result = result.unwrap();
            // Without a description the first words stand for one; then they have to be said.
            if format == Format::CommandAsSkill && before.entry("description").is_none() {
                assert_eq!(Document::parse(&result).body, after.body, "{target}");
                continue;
            }
            assert_eq!(String::from_utf8(result), String::from_utf8(after.to_bytes()), "{target}");
        }
    }
}
