//! Samples of every format, made from the real schemas, and what must never be believed.

use super::{Context, Format, Hash, Hint, ImportError, MAX_FILE, Parsed, parse};
use crate::model::path::RepoPath;
use proptest::prelude::*;

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OID: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

const SKILLMEAT: &str = r#"
[[deployed]]
artifact_name = "pdf"
artifact_type = "skill"
from_collection = "default"
deployed_at = "2026-01-05T15:07:49.157370"
artifact_path = "skills/pdf"
content_hash = "SHA"
local_modifications = false
version_lineage = ["SHA"]
deployment_profile_id = "claude_code"
platform = "claude_code"
profile_root_dir = ".claude"
collection_sha = "SHA"

[[deployed]]
artifact_name = "review"
artifact_type = "command"
from_collection = "default"
deployed_at = "2025-11-02T09:00:00.1"
artifact_path = "commands/review.md"
collection_sha = "SHA"
local_modifications = true

[[deployed]]
artifact_name = "db"
artifact_type = "mcp"
artifact_path = "mcp/db"
content_hash = "SHA"

[[deployed]]
artifact_name = "up"
artifact_type = "skill"
artifact_path = "../up"
content_hash = "SHA"

[[deployed]]
artifact_name = "here"
artifact_type = "skill"
artifact_path = "./"
content_hash = "SHA"
"#;

const SKILLS_LOCK: &str = r#"{
  "version": 1,
  "skills": {
    "PDF Tools": {
      "source": "acme/skills",
      "ref": "v1.0",
      "sourceType": "github",
      "skillPath": "skills/pdf/SKILL.md",
      "computedHash": "SHA"
    },
    "own": {"source": "../shared", "sourceType": "local", "computedHash": "SHA"},
    "odd": {"source": "acme/skills", "sourceType": "github", "computedHash": "xyz"}
  }
}
"#;

const GLOBAL_LOCK: &str = r#"{"version":3,"skills":{
  "pdf":{"source":"anthropics/skills","sourceType":"github","sourceUrl":"https://github.com/anthropics/skills.git",
    "ref":"main","skillPath":"skills/pdf/SKILL.md","skillFolderHash":"OID","installedAt":"2026-01-01T00:00:00Z",
    "updatedAt":"2026-01-01T00:00:00Z","pluginName":"document-skills","pinnedRef":"v2"},
  "private":{"source":"acme/x","sourceType":"github","skillFolderHash":"","installedAt":"","updatedAt":""}},
  "dismissed":{},"lastSelectedAgents":["claude-code"]}"#;

const APM: &str = "lockfile_version: '2'
generated_at: '2026-07-31T12:14:04.210842+00:00'
apm_version: 0.26.0
dependencies:
- repo_url: acme/skills
  resolved_commit: OID
  resolved_ref: v2.1.0
  version: 2.1.0
  virtual_path: skills/pdf
  is_virtual: true
  depth: 1
  package_type: claude_skill
  deployed_files: [.claude/skills/pdf, .claude/skills/pdf/SKILL.md, 'copilot-app-db://x']
  deployed_file_hashes: {.claude/skills/pdf/SKILL.md: 'sha256:SHA'}
- repo_url: team/bundle
  host: git.example.com
  resolved_commit: OID
  deployed_files: []
- repo_url: team/broken
  resolved_commit: nothing
  deployed_files: [.claude/agents/x.md]
deployments:
- {kind: project-relative, target: claude, value: .claude/commands/review.md, runtime: null, scope: project,
   owners: [team/bundle], active_owner: team/bundle, content_hash: 'sha256:SHA'}
- {kind: user, target: claude, value: .claude/commands/other.md, owners: [team/bundle], active_owner: team/bundle}
";

const GH: &str = "---
description: Works with PDF files.
metadata:
    github-path: skills/pdf
    github-pinned: v1
    github-ref: refs/tags/v1
    github-repo: https://github.com/anthropics/skills
    github-tree-sha: OID
name: pdf
---
# PDF
";

const HARNESS_SYNC: &str = r#"{"version":2,"last_sync":"2026-03-30T09:04:50.1","targets":{
  "codex":{"last_sync":"x","status":"success","scope":"all","file_hashes":{
     "/home/me/proj/.claude/skills/pdf/SKILL.md":"SHA","/home/me/proj/.claude/agents/a.md":"SHA",
     "/home/me/projector/.claude/skills/no/SKILL.md":"SHA","/home/me/proj/CLAUDE.md":"SHA"},
   "sync_method":{},"items_synced":5,"items_skipped":2,"items_failed":0}},
  "accounts":{"default":{"targets":{"gemini":{"file_hashes":{
     "/home/me/proj/.claude/agents/a.md":"0000000000000000000000000000000000000000000000000000000000000000"}}}}},
  "plugins":{}}"#;

const CC2ALL: &str = r#"{"last_sync":"2024-06-15 10:30:00","scope":"all","elapsed_ms":150}"#;

/// Every format, with a sample of it.
fn samples() -> [(Format, String); 7] {
    [
        (Format::SkillMeat, SKILLMEAT),
        (Format::SkillsLock, SKILLS_LOCK),
        (Format::GlobalLock, GLOBAL_LOCK),
        (Format::Apm, APM),
        (Format::GhSkill, GH),
        (Format::HarnessSync, HARNESS_SYNC),
        (Format::Cc2all, CC2ALL),
    ]
    .map(|(format, text)| {
        (
            format,
            text.replace("SHA\"", &format!("{SHA}\""))
                .replace("SHA'", &format!("{SHA}'"))
                .replace("OID", OID),
        )
    })
}

fn read(format: Format, bytes: &[u8]) -> Result<Parsed, ImportError> {
    let folder =
        RepoPath::new(if format == Format::GhSkill { ".claude/skills/pdf" } else { ".claude" }).unwrap();
    let context = Context {
        folder: Some(&folder),
        folder_name: folder.file_name(),
        projects: &["/home/me/proj".to_owned()],
    };
    parse(format, bytes, context)
}

fn sample(format: Format) -> Parsed {
    let (_, text) = samples().into_iter().find(|(known, _)| *known == format).unwrap();
    read(format, text.as_bytes()).unwrap()
}

/// A hint in one line.
fn line(hint: &Hint) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let id =
        |value: Option<gix::ObjectId>| value.map_or("-".to_owned(), |id| id.to_hex_with_len(4).to_string());
    let path = |value: &Option<RepoPath>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
    let hashes: Vec<String> = hint
        .hashes
        .iter()
        .map(|hash| match hash {
            Hash::SkillMeat(hash) => format!("skillmeat:{}", &hash[..4]),
            Hash::Skills(hash) => format!("skills:{}", &hash[..4]),
            Hash::Files { files, .. } => files
                .iter()
                .map(|(file, hash)| format!("{file}={}", &hash[..4]))
                .collect::<Vec<_>>()
                .join(","),
        })
        .collect();
    format!(
        "{} {} at {} from {} ref {} commit {} object {} source {} version {} pin {} [{}]",
        hint.entry,
        hint.artifact,
        path(&hint.place),
        text(&hint.repository),
        text(&hint.reference),
        id(hint.commit),
        id(hint.object),
        path(&hint.source),
        text(&hint.version),
        text(&hint.pin),
        hashes.join(" ")
    )
}

fn lines(format: Format) -> String {
    let parsed = sample(format);
    let refused =
        parsed.refused.iter().map(|refused| format!("{} refused: {}", refused.entry, refused.reason));
    parsed.hints.iter().map(line).chain(refused).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_format_tells_what_it_has() {
    insta::assert_snapshot!(lines(Format::SkillMeat), @"
    deployed.pdf skill/pdf at .claude/skills/pdf from - ref - commit - object - source - version - pin - [skillmeat:9f86]
    deployed.review command/review at .claude/commands/review.md from - ref - commit - object - source - version - pin - [skillmeat:9f86]
    deployed.db refused: artifacts of type 'mcp' are not kept in sync
    deployed.up refused: 'artifact_path' is no path inside a repository: '../up'
    deployed.here refused: 'artifact_path' is no path of an artifact: '.'
    ");
    insta::assert_snapshot!(lines(Format::SkillsLock), @"
    skills.PDF Tools skill/pdf-tools at - from https://github.com/acme/skills ref v1.0 commit - object - source skills/pdf version - pin - [skills:9f86]
    skills.own skill/own at - from ../shared ref - commit - object - source - version - pin - [skills:9f86]
    skills.odd refused: 'computedHash' is no SHA-256: 'xyz'
    ");
    insta::assert_snapshot!(lines(Format::GlobalLock), @"
    skills.pdf skill/pdf at - from https://github.com/anthropics/skills.git ref main commit - object 4b82 source skills/pdf version - pin v2 []
    skills.private skill/private at - from https://github.com/acme/x ref - commit - object - source - version - pin - []
    ");
    insta::assert_snapshot!(lines(Format::Apm), @"
    dependencies.acme/skills/skills/pdf skill/pdf at .claude/skills/pdf from https://github.com/acme/skills ref v2.1.0 commit 4b82 object - source skills/pdf version 2.1.0 pin - [SKILL.md=9f86]
    dependencies.team/bundle command/review at .claude/commands/review.md from https://git.example.com/team/bundle ref - commit 4b82 object - source - version - pin - [=9f86]
    dependencies.team/broken refused: 'resolved_commit' is no object id: 'nothing'
    ");
    insta::assert_snapshot!(lines(Format::GhSkill), @"metadata skill/pdf at .claude/skills/pdf from https://github.com/anthropics/skills ref refs/tags/v1 commit - object 4b82 source skills/pdf version - pin v1 []");
    insta::assert_snapshot!(lines(Format::HarnessSync), @"
    file_hashes..claude/skills/pdf skill/pdf at .claude/skills/pdf from - ref - commit - object - source - version - pin - [SKILL.md=9f86]
    file_hashes..claude/agents/a.md refused: the targets disagree about its files
    ");
    insta::assert_snapshot!(lines(Format::Cc2all), @"");
}

#[test]
fn what_cannot_be_believed_is_refused_whole() {
    let deep_yaml = format!("lockfile_version: '1'\nx: {}{}", "[".repeat(40), "]".repeat(40));
    let deep_json = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let deep_toml = format!("x = {}{}", "[".repeat(5000), "]".repeat(5000));
    let bomb = "a: &a [1, 1]\nb: &b [*a, *a]\nlockfile_version: '1'\n";
    let conflicted = "{\n<<<<<<< HEAD\n\"version\": 1\n=======\n\"version\": 1\n>>>>>>> other\n}";
    let table: &[(Format, &str, &str)] = &[
        (Format::SkillsLock, "", "EOF while parsing a value"),
        (Format::SkillsLock, "[]", "is no table of keys and values"),
        (Format::SkillsLock, "{}", "'version' is missing"),
        (Format::SkillsLock, r#"{"version":2,"skills":{}}"#, "its version is 2; known are 1"),
        (Format::SkillsLock, r#"{"version":1,"skills":[]}"#, "'skills' is no table"),
        (Format::SkillsLock, r#"{"version":1,"version":1}"#, "key 'version' stands twice"),
        (Format::SkillsLock, r#"{"version":1,"skills":{"a":{},"a":{}}}"#, "key 'a' stands twice"),
        (Format::SkillsLock, conflicted, "line 2 is a conflict marker; finish that merge first"),
        (Format::SkillsLock, &deep_json, "recursion limit exceeded"),
        (Format::GlobalLock, r#"{"version":4,"skills":{}}"#, "its version is 4; known are 3"),
        (Format::SkillMeat, "[[deployed]", "TOML parse error"),
        (Format::SkillMeat, "deployed = 1", "'deployed' is no list"),
        (Format::SkillMeat, "a = 1\na = 2", "duplicate key"),
        (Format::SkillMeat, &deep_toml, "recursion"),
        (Format::Apm, "lockfile_version: '3'", "its version is 3; known are 1 and 2"),
        (Format::Apm, "dependencies: []", "'lockfile_version' is missing"),
        (Format::Apm, "lockfile_version: '1'\nlockfile_version: '1'", "line 2 doubles a key"),
        (Format::Apm, "a: [", "line"),
        (Format::Apm, bomb, "line 2 refers to another place of the file"),
        (Format::Apm, &deep_yaml, "nests too deeply"),
        (Format::HarnessSync, r#"{"targets":{}}"#, "'version' is missing"),
        (Format::HarnessSync, r#"{"version":3}"#, "its version is 3; known are 1 and 2"),
        (Format::Cc2all, r#"{"version":1}"#, "its version is 1; known are none at all"),
        (Format::GhSkill, "---\nmetadata:\n  github-repo: [\n---\n", "line"),
    ];
    for (format, text, expected) in table {
        let found = read(*format, text.as_bytes()).map_err(|error| error.to_string());
        let found = found.expect_err(text);
        assert!(found.contains(expected), "{format:?} {text:.60}: {found}");
    }
    assert!(matches!(read(Format::Apm, &[0xff, 0xfe]), Err(ImportError::NotText)));
    assert!(matches!(read(Format::Apm, &vec![b' '; MAX_FILE + 1]), Err(ImportError::TooLarge(_))));
}

#[test]
fn a_skill_without_such_front_matter_says_nothing() {
    for text in [
        "",
        "# x",
        "---\nname: x\n---\n",
        "---\nmetadata:\n  version: 1\n---\ngithub-repo",
        "---\na: b: c\n---\n",
    ] {
        assert_eq!(read(Format::GhSkill, text.as_bytes()).unwrap(), Parsed::default(), "{text}");
    }
}

#[test]
fn files_are_known_by_their_names() {
    for (format, name) in [
        (Format::SkillMeat, ".skillmeat-deployed.toml"),
        (Format::SkillsLock, "skills-lock.json"),
        (Format::GlobalLock, ".skill-lock.json"),
        (Format::Apm, "apm.lock.yaml"),
        (Format::GhSkill, "SKILL.md"),
        (Format::HarnessSync, "state.json"),
        (Format::Cc2all, "sync-state.json"),
    ] {
        assert_eq!(Format::of(name), Some(format));
    }
    assert_eq!(Format::of("package.json"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (format, _) in samples() {
            let _ = read(format, &bytes);
        }
    }

    /// What is almost right goes deeper into the readers than noise does.
    #[test]
    fn damaged_samples_are_read_or_refused(
        which in 0usize..7,
        at in any::<prop::sample::Index>(),
        cut in 0usize..40,
        put in prop::sample::select(vec!["", "\"", "[", "}", "null", "-1", "\n", "\t- ", "..", "/", ": ", "&a ", "*a", "\u{0}", "é"]),
    ) {
        let (format, text) = samples().into_iter().nth(which).unwrap();
        let mut bytes = text.into_bytes();
        let start = at.index(bytes.len());
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, put.bytes());
        if let Ok(parsed) = read(format, &bytes) {
            for hint in parsed.hints {
                prop_assert!(!hint.artifact.name.is_empty());
            }
        }
    }
}
