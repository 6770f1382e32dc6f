//! Every kind of hook that was met, and that nothing of a user's hook is ever lost.

use super::{HEADER, HookEdit, Refusal, Removal, SHEBANG, advice, install, remove};
use crate::model::hook::HookEvent;
use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
use std::path::Path;

const BINARY: &str = "/opt/skill sync/git-skillsync";

fn install_here(existing: Option<&str>) -> HookEdit {
    install(HookEvent::PostCommit, existing.map(str::as_bytes), Path::new(BINARY))
}

fn created() -> String {
    match install_here(None) {
        HookEdit::Create(text) => text,
        other => panic!("{other:?}"),
    }
}

/// The text that an edit writes.
fn written(edit: HookEdit) -> Option<String> {
    match edit {
        HookEdit::Create(text) | HookEdit::Replace(text) | HookEdit::Insert(text) => Some(text),
        HookEdit::Unchanged | HookEdit::Refused { .. } => None,
    }
}

#[test]
fn embedded_hooks_have_the_expected_frame() {
    for event in HookEvent::ALL.into_iter().chain(HookEvent::OPT_IN) {
        let HookEdit::Create(text) = install(event, None, Path::new(BINARY)) else { panic!("{event}") };
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(format!("{}\n{}\n", lines[0], lines[1]), format!("{SHEBANG}{HEADER}"), "{event}");
        assert_eq!(lines[2], "# >>> skillsync v1 >>>", "{event}");
        assert!(lines[3].starts_with("# An edited block is left alone. Seal: "), "{event}");
        assert_eq!(lines.last(), Some(&"# <<< skillsync <<<"), "{event}");
        assert_eq!(text.matches("skillsync v1").count(), 1, "{event}");
        assert!(!text.contains("@BINARY@"), "{event}");
        assert_eq!(text.matches(&format!("git_skillsync='{BINARY}'\n")).count(), 1, "{event}");
        assert!(text.contains(&format!("hook {event} \"$@\"")), "{event}");
    }
}

#[test]
fn a_new_hook_is_ours_and_goes_as_a_whole() {
    let text = created();
    assert_eq!(install_here(Some(&text)), HookEdit::Unchanged);
    assert_eq!(remove(text.as_bytes()), Removal::Delete);
    let appended = format!("{text}echo mine\n");
    assert_eq!(install_here(Some(&appended)), HookEdit::Unchanged);
    assert_eq!(remove(appended.as_bytes()), Removal::Restore(format!("{SHEBANG}echo mine\n")));
}

#[test]
fn another_binary_or_release_is_replaced_in_place() {
    let hook = "#!/bin/bash -e\nexit 0\n";
    let old = install(HookEvent::PostCommit, Some(hook.as_bytes()), Path::new("/old/git-skillsync"));
    let old = written(old).expect("inserted");
    let HookEdit::Replace(new) = install_here(Some(&old)) else { panic!("not replaced") };
    assert_eq!(install_here(Some(hook)), HookEdit::Insert(new));
}

#[test]
fn plain_shell_hooks_get_the_block_after_the_shebang() {
    for hook in [
        "#!/bin/sh\n",
        "#!/bin/sh",
        "#! /bin/sh\necho hi\n",
        "#!/bin/sh -e\nexit 0\n",
        "#!/bin/sh -eux\nexec true\n",
        "#!/usr/bin/env bash\nset -euo pipefail\n",
        "#!/usr/bin/env -S bash -e\n",
        "#!/usr/bin/dash\n\n\n",
        "#!/bin/ksh\necho no final newline",
        "#!/bin/sh\necho a\r\necho b\r\n",
        "#!/bin/sh\n# Written by git-skillsync; 'git skillsync hooks uninstall' removes it.\n",
    ] {
        let HookEdit::Insert(text) = install_here(Some(hook)) else { panic!("{hook:?}") };
        let shebang = hook.lines().next().expect("a line");
        assert!(text.starts_with(&format!("{shebang}\n# >>> skillsync v1 >>>\n")), "{text}");
        assert_eq!(install_here(Some(&text)), HookEdit::Unchanged, "{hook:?}");
        assert_eq!(remove(text.as_bytes()), Removal::Restore(hook.into()));
        assert_eq!(remove(hook.as_bytes()), Removal::NotInstalled);
    }
}

#[test]
fn other_hooks_are_refused_with_the_line_to_add() {
    let table: &[(&[u8], Refusal)] = &[
        (b"", Refusal::NoShebang),
        (b"echo hi\n", Refusal::NoShebang),
        (b"\xef\xbb\xbf#!/bin/sh\n", Refusal::NoShebang),
        (b"\x7fELF\xff\0", Refusal::NotUtf8),
        (b"#!/bin/sh\n# caf\xe9\n", Refusal::NotUtf8),
        (b"#!/bin/sh\r\necho hi\r\n", Refusal::CarriageReturn),
        (b"#!/usr/bin/env python3\nimport sys\n", Refusal::NotShell("/usr/bin/env python3".into())),
        (b"#!/usr/bin/perl -w\n", Refusal::NotShell("/usr/bin/perl -w".into())),
        (b"#!/bin/sh -c true\n", Refusal::NotShell("/bin/sh -c true".into())),
        (b"#!/bin/sh -n\n", Refusal::NotShell("/bin/sh -n".into())),
        (b"#!/bin/sh other\n", Refusal::NotShell("/bin/sh other".into())),
        (b"#!/usr/bin/env A=b sh\n", Refusal::NotShell("/usr/bin/env A=b sh".into())),
        (b"#!\n", Refusal::NotShell(String::new())),
        (b"#!/bin/sh\n# >>> skillsync v1 >>>\n", Refusal::Unterminated),
        (b"#!/bin/sh\n# <<< skillsync <<<\n", Refusal::Unterminated),
        (b"#!/bin/sh\n# <<< skillsync <<<\n# >>> skillsync v1 >>>\n", Refusal::Unterminated),
        (b"#!/bin/sh\n# >>> skillsync v1 >>>\n# <<< skillsync <<<\n", Refusal::Edited),
        (b"#!/bin/sh\n# >>> skillsync v2 >>>\n# <<< skillsync <<<\n", Refusal::OtherVersion),
    ];
    for (hook, expected) in table {
        let edit = install(HookEvent::PostCommit, Some(hook), Path::new(BINARY));
        let HookEdit::Refused { reason, advice } = edit else { panic!("{expected:?}: {edit:?}") };
        assert_eq!(reason, *expected);
        assert_eq!(advice.lines, format!("'{BINARY}' hook post-commit \"$@\" </dev/null || :"));
        assert!(matches!(remove(hook), Removal::NotInstalled | Removal::Refused(_)));
    }
}

#[test]
fn every_edit_inside_the_block_is_noticed() {
    let text = created();
    for (from, to) in [
        ("skillsync/pending.json", "skillsync/pending.txt"),
        ("|| :\n", "|| exit 1\n"),
        ("Seal: ", "Seal: 0"),
        ("fi\n# <<<", "fi\necho mine\n# <<<"),
    ] {
        assert!(text.contains(from));
        let edited = text.replacen(from, to, 1);
        let refused = install_here(Some(&edited));
        assert!(matches!(refused, HookEdit::Refused { reason: Refusal::Edited, .. }), "{to}");
        assert_eq!(remove(edited.as_bytes()), Removal::Refused(Refusal::Edited), "{to}");
    }
    let dos = text.replace('\n', "\r\n");
    assert_eq!(remove(dos.as_bytes()), Removal::Refused(Refusal::Edited));
    let twice = format!("{text}{text}");
    assert_eq!(remove(twice.as_bytes()), Removal::Refused(Refusal::Unterminated));
}

#[test]
fn the_binary_is_quoted_or_left_to_the_path() {
    let line = |path: &str| advice::line_to_add(HookEvent::PostRewrite, Path::new(path));
    assert_eq!(line("/a'b/$(x)"), r#"'/a'\''b/$(x)' hook post-rewrite "$@" || :"#);
    for unusable in ["git-skillsync", "./git-skillsync", "/a\nb", ""] {
        assert_eq!(line(unusable), r#"'git-skillsync' hook post-rewrite "$@" || :"#, "{unusable:?}");
    }
}

/// Hooks of plain shell, with and without line ends of all kinds.
fn shell_hooks() -> impl Strategy<Value = String> {
    let shebang = prop::sample::select(vec!["#!/bin/sh", "#!/bin/bash -e", "#!/usr/bin/env bash"]);
    let line =
        prop::sample::select(vec!["", "echo x", "exit 0", "# <<<", "cat <<E", "fi\r", "\u{202e}", HEADER]);
    (shebang, prop::collection::vec(line, 0..6), any::<bool>()).prop_map(|(shebang, lines, end)| {
        let all: Vec<_> = std::iter::once(shebang).chain(lines).collect();
        all.join("\n") + if end { "\n" } else { "" }
    })
}

proptest! {
    #[test]
    fn installing_twice_is_installing_once(hook in shell_hooks()) {
        let once = written(install_here(Some(&hook))).expect("inserted");
        prop_assert_eq!(install_here(Some(&once)), HookEdit::Unchanged);
    }

    #[test]
    fn uninstalling_gives_the_same_bytes(hook in shell_hooks()) {
        let installed = written(install_here(Some(&hook))).expect("inserted");
        prop_assert_eq!(remove(installed.as_bytes()), Removal::Restore(hook));
    }

    #[test]
    fn any_bytes_are_served_or_refused(hook in any::<Vec<u8>>()) {
        let _ = remove(&hook);
        if let HookEdit::Insert(text) = install(HookEvent::PostRewrite, Some(&hook), Path::new(BINARY)) {
            prop_assert_eq!(remove(text.as_bytes()), Removal::Restore(String::from_utf8(hook).expect("text")));
        }
    }
}

#[test]
fn what_a_manager_wrote_is_left_to_it_with_what_it_reads() {
    use crate::model::hook_site::{Manager, calls_us};
    let overcommit = "#!/usr/bin/env ruby\n\n# Entrypoint for Overcommit hook integration. Installing Overcommit will result\n# in all of your git hooks being copied from this file, allowing the framework to\n# manage your hooks for you.\n";
    let lefthook = "#!/bin/sh\n\nif [ \"$LEFTHOOK\" = \"0\" ]; then\n  exit 0\nfi\n\ncall_lefthook run \"post-commit\" \"$@\"\n";
    let pre_commit = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n";
    for (text, manager, lines) in [
        (
            overcommit,
            Manager::Overcommit,
            "add to '.overcommit.yml':\nPostCommit:\n  Skillsync:\n    enabled: true\n    command: ['git', 'skillsync', 'hook', 'post-commit']",
        ),
        (
            lefthook,
            Manager::Lefthook,
            "add to 'lefthook.yml':\npost-commit:\n  commands:\n    skillsync:\n      run: git skillsync hook post-commit {0}",
        ),
        (
            pre_commit,
            Manager::PreCommit,
            "add to '.pre-commit-config.yaml':\n- repo: local\n  hooks:\n  - id: skillsync-post-commit\n    name: git-skillsync\n    language: system\n    entry: git skillsync hook post-commit\n    always_run: true\n    pass_filenames: false\n    stages: [post-commit]",
        ),
    ] {
        let edit = install_here(Some(text));
        let left =
            matches!(&edit, HookEdit::Refused { reason: Refusal::Managed(found), .. } if *found == manager);
        assert!(left, "{edit:?}");
        let advice = advice::for_manager(manager, HookEvent::PostCommit, manager.files()[0]);
        assert_eq!(advice.to_string(), lines);
        assert!(calls_us(&advice.lines, HookEvent::PostCommit), "{advice}");
        assert_eq!(remove(text.as_bytes()), Removal::NotInstalled);
    }
}

#[test]
fn every_advice_is_known_again_once_it_is_there() {
    use crate::model::hook_site::{Manager, calls_us};
    for event in HookEvent::every() {
        let shared = advice::for_shared_file(event, "file".into());
        let mut all = vec![advice::for_hook(event, Path::new(BINARY)), shared];
        all.extend(Manager::ALL.map(|manager| advice::for_manager(manager, event, "file")));
        for advice in all {
            assert!(calls_us(&advice.lines, event), "{advice}");
        }
    }
}
