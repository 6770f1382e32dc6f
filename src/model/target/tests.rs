//! What holds for every row of the table.

use super::{ArtifactName, ArtifactType, Format, Names, RepoPath, Scope, TARGETS, Target};
use std::collections::BTreeMap;

#[test]
fn paths_and_names_are_inverse() {
    for target in TARGETS {
        for (kind, name) in [
            (ArtifactType::Skill, "pdf"),
            (ArtifactType::Command, "frontend/x"),
            (ArtifactType::Command, "review"),
            (ArtifactType::Agent, "reviewer"),
        ] {
            let artifact = ArtifactName::new(kind, name);
            let Some(place) = target.place(kind) else { continue };
            let path = target.path_of(&artifact).unwrap().unwrap();
            let expected = if place.nested { name.to_owned() } else { name.replace('/', "-") };
            assert_eq!(place.name_at(&path), Some(expected.as_str()), "{}: {path}", target.name);
            // A command that was made a skill looks like one.
            let looks = if place.format == Format::CommandAsSkill { ArtifactType::Skill } else { kind };
            let told = Some(ArtifactName::new(looks, expected.clone()));
            assert_eq!(target.artifact_at(&path), told, "{}: {path}", target.name);
        }
    }
}

#[test]
fn other_paths_are_no_artifacts() {
    let claude = Target::find("claude").unwrap();
    for path in [".claude", ".claude/skills", ".claude/skills/a/b", ".claude/commands/x.txt", "skills/a"] {
        assert_eq!(claude.artifact_at(&RepoPath::new(path).unwrap()), None, "{path}");
    }
    // What a folder holds is told by the longest ending that fits.
    let copilot = Target::find("copilot").unwrap();
    let prompt = RepoPath::new(".github/prompts/review.prompt.md").unwrap();
    assert_eq!(copilot.artifact_at(&prompt), Some(ArtifactName::new(ArtifactType::Command, "review")));
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
