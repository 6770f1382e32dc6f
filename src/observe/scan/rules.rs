//! What names mean: pure tables and predicates over folder and file names.

use crate::model::{artifact::ArtifactType, path::RepoPath};

/// Folders of installed packages; never looked into.
const FOREIGN: [&str; 4] = ["node_modules", "bower_components", "__pycache__", "site-packages"];
/// Folders whose skills are mostly samples, translations, test data, copies or build output.
const ASIDE: [&str; 21] = [
    "docs",
    "doc",
    "documentation",
    "i18n",
    "translations",
    "tests",
    "test",
    "fixtures",
    "examples",
    "example",
    "samples",
    "template",
    "templates",
    "archive",
    "evals",
    "vendor",
    "third_party",
    "dist",
    "build",
    "out",
    "target",
];
/// Folders of material that belongs to the commands or agents beside it.
const MATERIAL: [&str; 5] = ["references", "reference", "assets", "scripts", "resources"];
/// Files about the repository, by the part of the name before the first dot.
const ABOUT: [&str; 22] = [
    "AGENTS",
    "AUTHORS",
    "CHANGELOG",
    "CLAUDE",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "CONTRIBUTORS",
    "COPYING",
    "GEMINI",
    "GOVERNANCE",
    "HISTORY",
    "INDEX",
    "LICENSE",
    "MAINTAINERS",
    "NOTICE",
    "RELEASE-NOTES",
    "RELEASE_NOTES",
    "ROADMAP",
    "SECURITY",
    "SUPPORT",
    "TODO",
    "VERSIONS",
];
/// Sources of other tools, as good as the visible folders.
pub(super) const TOOL_SOURCES: [&str; 3] = [".apm/skills", ".apm/agents", ".apm/prompts"];
/// Folders that harnesses read in a project, and sources of sync tools.
pub(super) const HARNESS: [&str; 38] = [
    ".claude/skills",
    ".claude/commands",
    ".claude/agents",
    ".agents/skills",
    ".agents/agents",
    ".agents/workflows",
    ".codex/skills",
    ".github/skills",
    ".github/agents",
    ".github/prompts",
    ".opencode/skills",
    ".opencode/skill",
    ".opencode/commands",
    ".opencode/command",
    ".opencode/agents",
    ".opencode/agent",
    ".cursor/skills",
    ".cursor/commands",
    ".cursor/agents",
    ".gemini/skills",
    ".gemini/agents",
    ".kiro/skills",
    ".kiro/prompts",
    ".kiro/agents",
    ".roo/skills",
    ".roo/commands",
    ".windsurf/skills",
    ".windsurf/workflows",
    ".cline/skills",
    ".clinerules/skills",
    ".clinerules/workflows",
    ".goose/skills",
    ".devin/skills",
    ".rulesync/skills",
    ".rulesync/commands",
    ".rulesync/subagents",
    ".ruler/skills",
    ".ruler/agents",
];
/// Root folders whose loose files are taken for commands where nothing else was found.
pub(super) const LOOSE_COMMANDS: [&str; 2] = ["workflows", "tools"];

fn is_any_of(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether a folder of this name holds installed packages.
pub(super) fn is_foreign(name: &str) -> bool {
    is_any_of(name, &FOREIGN)
}

/// Whether a folder of this name is searched only where nothing better was found.
pub(super) fn is_aside(name: &str) -> bool {
    is_any_of(name, &ASIDE)
}

/// Whether a folder of this name, among commands or agents, holds none itself.
pub(super) fn is_material(name: &str) -> bool {
    is_any_of(name, &MATERIAL)
}

/// Whether a folder of this name holds skills.
pub(super) fn is_skills(name: &str) -> bool {
    is_any_of(name, &["skills", "skill"])
}

/// Whether each folder in a folder of this name is a plugin.
pub(super) fn is_plugins(name: &str) -> bool {
    is_any_of(name, &["plugins", "external_plugins"])
}

/// Whether a folder of this name groups skills, commands and agents.
pub(super) fn is_components(name: &str) -> bool {
    is_any_of(name, &["components"])
}

/// The type of the files that a folder of this name holds.
pub(super) fn file_type(name: &str) -> Option<ArtifactType> {
    if is_any_of(name, &["commands", "command"]) {
        Some(ArtifactType::Command)
    } else if is_any_of(name, &["agents", "agent", "subagents", "sub-agents"]) {
        Some(ArtifactType::Agent)
    } else {
        None
    }
}

/// The type of the files that a harness's folder of this name holds.
pub(super) fn harness_file_type(name: &str) -> Option<ArtifactType> {
    if is_any_of(name, &["prompts", "workflows"]) { Some(ArtifactType::Command) } else { file_type(name) }
}

/// The type that the last word of a repository's name promises, e.g. `claude-code-sub-agents`.
pub(super) fn promised_type(repository_name: &str) -> Option<ArtifactType> {
    // `.agents` is a harness's folder for anything.
    let name = Some(repository_name).filter(|name| !name.starts_with('.'))?;
    let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    if is_any_of(last, &["agents", "subagents"]) {
        Some(ArtifactType::Agent)
    } else if is_any_of(last, &["commands", "prompts"]) {
        Some(ArtifactType::Command)
    } else {
        None
    }
}

/// Whether this is the name of the file that makes a folder a skill, in any case.
pub(super) fn is_skill_file(name: &str) -> bool {
    name.eq_ignore_ascii_case("SKILL.md")
}

/// `name` without `suffix`, whatever the case, if something is left.
fn cut<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(suffix.len()).filter(|at| *at > 0)?;
    let tail = name.get(at..)?;
    if tail.eq_ignore_ascii_case(suffix) { name.get(..at) } else { None }
}

/// The type that a file's ending alone proves.
pub(super) fn marked_type(name: &str) -> Option<ArtifactType> {
    if cut(name, ".agent.md").is_some() {
        Some(ArtifactType::Agent)
    } else if cut(name, ".prompt.md").is_some() {
        Some(ArtifactType::Command)
    } else {
        None
    }
}

/// Whether a file of this name, among commands or agents, is one of them.
///
/// Words like `changelog` are refused in capitals only: in small letters they name commands.
pub(super) fn is_loose_artifact(name: &str) -> bool {
    let Some(stem) = cut(name, ".md") else { return false };
    let word = stem.split('.').next().unwrap_or(stem);
    let about = word.eq_ignore_ascii_case("readme") || ABOUT.contains(&word) || is_skill_file(name);
    !about && !name.starts_with(['_', '.'])
}

/// The path without the ending that is no part of a name.
pub(super) fn stem(path: &str) -> &str {
    [".agent.md", ".prompt.md", ".md"].into_iter().find_map(|suffix| cut(path, suffix)).unwrap_or(path)
}

/// The name of a file: its path below the outermost folder for its type, seen from `scope`.
pub(super) fn file_name(file: &RepoPath, kind: ArtifactType, scope: &RepoPath) -> String {
    let below = file.below(scope).unwrap_or(file.as_str());
    let mut rest = below;
    while let Some((folder, inner)) = rest.split_once('/') {
        if harness_file_type(folder) == Some(kind) {
            return stem(inner).to_owned();
        }
        rest = inner;
    }
    stem(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{ArtifactType, RepoPath, file_name, is_loose_artifact, promised_type, stem};

    #[test]
    fn endings_are_cut() {
        let table =
            [("a.md", "a"), ("a.agent.md", "a"), ("x/a.prompt.md", "x/a"), ("a.b.md", "a.b"), (".md", ".md")];
        for (path, name) in table {
            assert_eq!(stem(path), name);
        }
    }

    #[test]
    fn files_about_the_repository_are_no_artifacts() {
        let about =
            ["README.md", "readme.zh-CN.md", "AGENTS.md", "CHANGELOG.md", "_shared.md", ".md", "a.txt"];
        assert!(about.iter().all(|name| !is_loose_artifact(name)));
        assert!(
            ["changelog.md", "svelte:a11y.md", "a b.md", "x.MD"].iter().all(|name| is_loose_artifact(name))
        );
    }

    #[test]
    fn names_keep_sub_folders() {
        let table = [("agents/a/x.md", "a/x"), ("p/agents/x.agent.md", "x"), ("tools/x.md", "x")];
        for (path, name) in table {
            let file = RepoPath::new(path).unwrap();
            assert_eq!(file_name(&file, ArtifactType::Agent, &RepoPath::root()), name);
        }
    }

    #[test]
    fn only_the_last_word_promises() {
        assert_eq!(promised_type("claude-code-sub-agents"), Some(ArtifactType::Agent));
        assert_eq!(promised_type("commands"), Some(ArtifactType::Command));
        assert_eq!(promised_type("agents-toolkit"), None);
        assert_eq!(promised_type("agent-skills"), None);
        assert_eq!(promised_type(".agents"), None);
    }
}
