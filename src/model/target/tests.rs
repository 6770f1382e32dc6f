//! What holds for every row of the table.

use super::{ArtifactType, Format, Layout, Names, RepoPath, Scope, TARGETS, Target};
use crate::model::artifact::ArtifactName;
use std::collections::BTreeMap;

#[test]
fn paths_and_names_are_inverse() {
    let layout = Layout::of_project(RepoPath::root());
    for target in TARGETS {
        for (kind, name) in [
            (ArtifactType::Skill, "pdf"),
            (ArtifactType::Command, "frontend/x"),
            (ArtifactType::Command, "review"),
            (ArtifactType::Agent, "reviewer"),
        ] {
            let artifact = ArtifactName::new(kind, name);
            let Some(ground) = layout.ground(target, kind) else { continue };
            let (place, path) = (ground.place, layout.path_of(target, &artifact).unwrap().unwrap());
            let expected = if place.nested { name.to_owned() } else { name.replace('/', "-") };
            assert_eq!(ground.name_at(&path), Some(expected.as_str()), "{}: {path}", target.name);
            // A command that was made a skill looks like one.
            let looks = if place.format == Format::CommandAsSkill { ArtifactType::Skill } else { kind };
            let told = Some(ArtifactName::new(looks, expected.clone()));
            assert_eq!(layout.artifact_in(target, &path), told, "{}: {path}", target.name);
        }
    }
}

#[test]
fn other_paths_are_no_artifacts() {
    let layout = Layout::of_project(RepoPath::root());
    let claude = Target::find("claude").unwrap();
    for path in [".claude", ".claude/skills", ".claude/skills/a/b", ".claude/commands/x.txt", "skills/a"] {
        assert_eq!(layout.artifact_in(claude, &RepoPath::new(path).unwrap()), None, "{path}");
    }
    // What a folder holds is told by the longest ending that fits.
    let copilot = Target::find("copilot").unwrap();
    let prompt = RepoPath::new(".github/prompts/review.prompt.md").unwrap();
    assert_eq!(
        layout.artifact_in(copilot, &prompt),
        Some(ArtifactName::new(ArtifactType::Command, "review"))
    );
}

#[test]
fn each_place_belongs_to_one_target_and_what_is_read_is_there() {
    for scope in [Scope::Project, Scope::User] {
        let mut owners: BTreeMap<(&str, &str, &str), &str> = BTreeMap::new();
        for target in TARGETS {
            for kind in ArtifactType::ALL {
                let row = target.kind(scope, kind);
                if let Some(place) = &row.own {
                    RepoPath::new(place.folder).unwrap();
                    let key = (place.folder, place.suffix, kind.as_str());
                    let before = owners.insert(key, target.name);
                    assert_eq!(before, None, "{}: {}", target.name, place.folder);
                    assert!(kind != ArtifactType::Skill || !place.format.is_generated());
                }
                for name in row.reads {
                    let read = Target::find(name).unwrap_or_else(|| panic!("{}: {name}", target.name));
                    let place = &read.kind(scope, kind).own;
                    assert!(place.is_some(), "{} reads {name}, which has no {kind}", target.name);
                    assert_ne!(read.name, target.name);
                }
            }
        }
    }
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
    for fixed in ["claude", "agents", "codex", "gemini", "opencode", "collection"] {
        assert!(names.contains(&fixed), "{fixed}");
    }
}

#[test]
fn signs_are_paths_and_say_something() {
    for target in TARGETS {
        for sign in target.signs {
            RepoPath::new(*sign).unwrap();
            assert!(![".agents", ".github"].contains(sign), "{}", target.name);
        }
        assert_eq!(target.signs.is_empty(), target.name == "collection", "{}", target.name);
    }
}

#[test]
fn names_that_are_loaded() {
    for (names, name, taken) in [
        (Names::Any, "Design Principles", true),
        (Names::UpTo(3), "äöü", true),
        (Names::UpTo(3), "abcd", false),
        (Names::Slug, "pdf-2-go", true),
        (Names::Slug, "PDF", false),
        (Names::Slug, "a--b", false),
        (Names::Slug, "-a", false),
        (Names::Slug, "a b", false),
        (Names::Slug, &"a".repeat(65), false),
    ] {
        assert_eq!(names.take(name), taken, "{name}");
    }
}

#[test]
fn what_stands_elsewhere_has_its_form_and_name() {
    let path = |text: &str| RepoPath::new(text).unwrap();
    let moved = vec![("CODEX_HOME", path("opt/codex")), ("XDG_CONFIG_HOME", path("home/ada/cfg"))];
    let layout = Layout::of_user(path("home/ada"), moved);
    for (target, kind, expected, format) in [
        ("claude", ArtifactType::Skill, Some("home/ada/.claude/skills/x"), "same"),
        ("codex", ArtifactType::Skill, Some("opt/codex/skills/x"), "same"),
        ("codex", ArtifactType::Command, Some("opt/codex/prompts/x.md"), "front-matter"),
        ("codex", ArtifactType::Agent, Some("opt/codex/agents/x.toml"), "codex-toml"),
        ("opencode", ArtifactType::Command, Some("home/ada/cfg/opencode/commands/x.md"), "front-matter"),
        ("amp", ArtifactType::Skill, Some("home/ada/cfg/agents/skills/x"), "same"),
        ("agents", ArtifactType::Skill, Some("home/ada/.agents/skills/x"), "same"),
        ("amp", ArtifactType::Agent, None, ""),
    ] {
        let target = Target::find(target).unwrap();
        let artifact = ArtifactName::new(kind, "x");
        let found = layout.path_of(target, &artifact).unwrap();
        assert_eq!(found.as_ref().map(RepoPath::as_str), expected, "{} {kind}", target.name);
        if let Some(found) = found {
            assert_eq!(target.form_of(kind, &found).format.as_str(), format, "{found}");
            assert_eq!(target.form_of(kind, &found).name, "x", "{found}");
            assert_eq!(layout.artifact_in(target, &found), Some(artifact), "{found}");
        }
    }
    // The folder itself is a sign of its harness.
    let codex = Target::find("codex").unwrap();
    assert_eq!(layout.place_of(codex, ".codex"), Some(path("opt/codex")));
    assert_eq!(layout.place_of(codex, ".codexes"), Some(path("home/ada/.codexes")));
}
