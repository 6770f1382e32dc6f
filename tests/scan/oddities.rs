//! One test per oddity that real collections have.

use super::{Item, Memory, list, list_files, options, scan_files, scan_items};
use Item::{File, Link, Submodule, Tree};
use git_skillsync::model::path::RepoPath;
use git_skillsync::observe::scan::{Description, ScanError, ScanOptions, ScanWarning, describe, scan};
use insta::assert_snapshot;

#[test]
fn spellings_of_the_skill_file() {
    assert_snapshot!(list_files(&["a/skill.md", "b/SKILL.MD", "c/Skill.md", "d/SKILL.txt"]), @r"
    skill/a = a
    skill/b = b
    skill/c = c
    ");
    let mut memory = Memory::default();
    let tree = memory.tree(&[
        ("a/SKILL.MD", File("---\nname: other\n---")),
        ("a/SKILL.md", File("---\nname: exact\n---")),
        ("a/skill.md", File("")),
    ]);
    let found = scan(&memory, tree, &options()).unwrap();
    assert_eq!(describe(&memory, &found.artifacts[0]).name.as_deref(), Some("exact"));
}

#[test]
fn odd_names_are_names() {
    assert_snapshot!(list_files(&["skills/Design Principles/SKILL.md", "commands/svelte:a11y.md", "skills/pdf/SKILL.md", "skills/PDF/SKILL.md"]), @r"
    skill/Design Principles = skills/Design Principles
    skill/PDF = skills/PDF
    skill/pdf = skills/pdf
    command/svelte:a11y = commands/svelte:a11y.md
    ");
}

#[test]
fn skills_inside_skills_belong_to_the_outer_one() {
    let found = list_files(&[
        "skills/creator/SKILL.md",
        "skills/creator/agents/grader.md",
        "skills/creator/commands/x.md",
        "skills/creator/skills/inner/SKILL.md",
        "skills/creator/skills/inner/deep/SKILL.md",
        "skills/creator/assets/sample/SKILL.md",
        "skills/group/skills/other/SKILL.md",
    ]);
    assert_snapshot!(found, @r"
    skill/creator = skills/creator
    skill/other = skills/group/skills/other
    ");
}

#[test]
fn umbrella_of_many_files_is_read_by_its_first_folder_only() {
    let files: Vec<String> = (0..300).map(|n| format!("skills/big/part{n}/SKILL.md")).collect();
    let mut items: Vec<_> = files.iter().map(|path| (path.as_str(), File(""))).collect();
    items.push(("skills/big/SKILL.md", File("")));
    // The object is absent: were it read, the scan would fail.
    items.push(("skills/big/absent", Tree(gix::ObjectId::null(gix::hash::Kind::Sha1))));
    assert_eq!(list(&scan_items(&items, &options())), "skill/big = skills/big");
}

#[test]
fn the_same_name_twice_is_two_artifacts() {
    assert_snapshot!(list_files(&["a/setup/SKILL.md", "b/setup/SKILL.md"]), @r"
    skill/setup = a/setup
    skill/setup = b/setup
    ");
}

#[test]
fn links_inside_the_collection_are_followed() {
    let found = scan_items(
        &[
            (".claude-plugin/plugins", Link("../plugins")),
            (
                ".claude-plugin/marketplace.json",
                File(r#"{"plugins":[{"name":"p","source":"./.claude-plugin/plugins/p"}]}"#),
            ),
            ("plugins/p/skills/a/SKILL.md", Link("../../../../shared/a.md")),
            ("shared/a.md", File("")),
            ("skills", Link(".hidden/skills")),
            (".hidden/skills/b/SKILL.md", File("")),
            ("more/c", Link("../.hidden/odd")),
            (".hidden/odd/SKILL.md", File("")),
            ("commands/x.md", Link("../shared/a.md")),
            ("self", Link(".")),
        ],
        &options(),
    );
    assert_snapshot!(list(&found), @r"
    skill/a = plugins/p/skills/a [p]
    skill/b = .hidden/skills/b
    skill/c = .hidden/odd
    command/x = shared/a.md
    ");
    assert_eq!(found.warnings, []);
}

#[test]
fn links_that_lead_nowhere_are_warned_of() {
    let found = scan_items(
        &[
            ("skills/a/SKILL.md", Link("/etc/passwd")),
            ("skills/b/SKILL.md", Link("../../../b.md")),
            ("skills/c", Link("c")),
            ("skills/d", Link("gone")),
            ("skills/e/SKILL.md", Link("../f")),
            ("skills/f/SKILL.md", File("")),
        ],
        &options(),
    );
    assert_eq!(list(&found), "skill/f = skills/f");
    let mut warnings: Vec<_> = found.warnings.iter().map(ToString::to_string).collect();
    warnings.sort();
    assert_snapshot!(warnings.join("\n"), @r"
    the link 'skills/a/SKILL.md' leaves the collection, skipped
    the link 'skills/b/SKILL.md' leaves the collection, skipped
    the link 'skills/c' leads nowhere, skipped
    the link 'skills/d' leads nowhere, skipped
    the link 'skills/e/SKILL.md' leads nowhere, skipped
    ");
}

#[test]
fn a_link_to_a_folder_above_makes_no_commands_of_it() {
    let items = [
        ("commands/all", Link("..")),
        ("commands/a.md", File("")),
        ("notes.md", File("")),
        ("x/y.md", File("")),
    ];
    assert_eq!(list(&scan_items(&items, &options())), "command/a = commands/a.md");
}

#[test]
fn a_skill_among_skills_is_no_plugin() {
    let files = [
        r#"skills/a/plugin.json = {"name":"p","commands":["./b.md"]}"#,
        "skills/a/b.md",
        "skills/a/SKILL.md",
    ];
    assert_eq!(list_files(&files), "skill/a = skills/a");
}

#[test]
fn claims_stay_below_the_configured_root() {
    let files = [
        r#"pack/plugin.json = {"name":"p","skills":["../other","./in"]}"#,
        "other/SKILL.md",
        "pack/in/SKILL.md",
    ];
    let options = ScanOptions { root: Some(RepoPath::new("pack").unwrap()), ..options() };
    let found = scan_files(&files, &options);
    assert_eq!(list(&found), "skill/in = pack/in [p]");
    assert!(matches!(&found.warnings[..], [ScanWarning::ClaimLeaves { .. }]));
}

#[test]
fn submodules_and_unusable_names_are_warned_of() {
    let mut memory = Memory::default();
    let tree = memory.tree_of_bytes(&[
        (b"skills/sub", Submodule),
        (b"skills/caf\xe9/SKILL.md", File("")),
        (b"skills/../SKILL.md", File("")),
        (b"skills/.GIT/SKILL.md", File("")),
        (b"skills/ok/SKILL.md", File("")),
    ]);
    let found = scan(&memory, tree, &options()).unwrap();
    assert_eq!(list(&found), "skill/ok = skills/ok");
    assert_eq!(found.warnings.len(), 4, "{:?}", found.warnings);
}

#[test]
fn tree_bomb_is_an_error_and_depth_is_bounded() {
    let mut memory = Memory::default();
    let mut tree = memory.tree(&[("a/SKILL.md", File(""))]);
    for _ in 0..11 {
        let names: Vec<String> = (0..10).map(|n| format!("f{n}")).collect();
        let items: Vec<_> = names.iter().map(|name| (name.as_str(), Tree(tree))).collect();
        tree = memory.tree(&items);
    }
    let error = scan(&memory, tree, &options()).unwrap_err();
    assert_eq!(error.to_string(), "the collection has more than 200000 entries");

    let mut deep = memory.tree(&[("SKILL.md", File(""))]);
    for _ in 0..20_000 {
        deep = memory.tree(&[("d", Tree(deep))]);
    }
    let tree = memory.tree(&[("d", Tree(deep)), ("x/SKILL.md", File(""))]);
    let found = scan(&memory, tree, &options()).unwrap();
    assert_eq!(list(&found), "skill/x = x");
    assert!(matches!(&found.warnings[..], [ScanWarning::TooDeep { .. }]));
}

#[test]
fn a_thousand_skills_cost_a_thousand_trees_and_no_blob() {
    let mut memory = Memory::default();
    let paths: Vec<String> = (0..1_000).map(|n| format!("skills/s{n}/SKILL.md")).collect();
    let texts: Vec<String> = (0..1_000).map(|n| format!("skill {n}")).collect();
    let inner = (0..1_000).map(|n| format!("skills/s{n}/references/{n}.md")).collect::<Vec<_>>();
    let paths = paths.iter().chain(&inner).map(String::as_str);
    let items: Vec<_> = paths.zip(texts.iter().cycle().map(|text| File(text))).collect();
    let tree = memory.tree(&items);
    assert_eq!(scan(&memory, tree, &options()).unwrap().artifacts.len(), 1_000);
    assert_eq!(memory.reads(), (1_002, 0));
}

#[test]
fn absent_objects_and_roots_are_errors() {
    let mut memory = Memory::default();
    let absent = gix::ObjectId::null(gix::hash::Kind::Sha1);
    let tree = memory.tree(&[("a", Tree(absent)), ("file", File(""))]);
    assert!(matches!(scan(&memory, tree, &options()), Err(ScanError::NoTree { .. })));
    for root in ["none", "file"] {
        let options = ScanOptions { root: Some(RepoPath::new(root).unwrap()), ..options() };
        assert!(matches!(scan(&memory, tree, &options), Err(ScanError::NoRoot { .. })));
    }
}

#[test]
fn broken_manifests_and_lists_harm_nothing_else() {
    let found = scan_files(
        &[
            ".claude-plugin/marketplace.json = {not json",
            r#".claude-plugin/plugin.json = {"skills":["../out","/etc","./none"],"agents":[3,null,{"a":1}],"commands":true}"#,
            "skills/a/SKILL.md",
        ],
        &options(),
    );
    assert_snapshot!(list(&found), @"skill/a = skills/a");
    let warnings: Vec<_> = found.warnings.iter().map(ToString::to_string).collect();
    assert_snapshot!(warnings.join("\n"), @r"
    cannot read the manifest '.claude-plugin/marketplace.json': key must be a string at line 1 column 2
    '../out' in '.claude-plugin/plugin.json' leaves the collection, ignored
    '/etc' in '.claude-plugin/plugin.json' leaves the collection, ignored
    './none' in '.claude-plugin/plugin.json' names no artifact
    ");
}

#[test]
fn front_matter_in_any_state() {
    let describe_text = |text: &str| {
        let mut memory = Memory::default();
        let tree = memory.tree(&[("a/SKILL.md", File(text))]);
        let found = scan(&memory, tree, &options()).unwrap();
        let Description { name, description, version } = describe(&memory, &found.artifacts[0]);
        let shown = [name, description, version].map(|field| field.unwrap_or_else(|| "-".into()));
        shown.join(" | ")
    };
    let table = [
        ("---\nname: a\ndescription: b\nversion: 1.10\n---\n", "a | b | 1.10"),
        (
            "\u{feff}---\r\nname: a\r\ndescription: \"b: c\"\r\nmetadata:\r\n  version: \"1.0\"\r\n---\r\n",
            "a | b: c | 1.0",
        ),
        ("---\nname: a\ndescription: Use when: always # not this\n---", "a | Use when: always | -"),
        ("---\nname: a\ndescription: >-\n  one\n  two\nmetadata: {version: '2'}\n---\n", "a | one two | 2"),
        (
            "---\nbad: [\ndescription: |\n  one\n  two\nmetadata:\n  author: x\n  version: 3.0\n---\n",
            "- | one\ntwo | 3.0",
        ),
        ("---\nname: a\nname: b\ndescription: 'it''s'\n---\n", "a | it''s | -"),
        ("---\nname: a\n", "- | - | -"),
        ("# no front matter\n---\nname: a\n---\n", "- | - | -"),
        ("", "- | - | -"),
        ("---\nname: [a]\ndescription: ~\n---\n", "- | - | -"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "- | - | -"),
    ];
    for (text, expected) in table {
        assert_eq!(describe_text(text), expected, "{text:?}");
    }
    let marks = format!("---\nname: a\nx:\n  {}\n---\n", "- ".repeat(7_000));
    assert_eq!(describe_text(&marks), "a | - | -");
    let bomb = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d]\n";
    assert_eq!(describe_text(&format!("---\n{bomb}{}name: a\n---\n", bomb.replace('&', "&z"))), "a | - | -");
}
