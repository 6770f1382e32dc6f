//! The table itself. To add a harness, add a row; where a fact comes from is said beside it.

use super::{Filter, Format, HomeVariable, Kind, Models, Names, Place, Places, Target};

/// Every target, in the order in which they are planned and diverging copies are merged.
pub const TARGETS: &[Target] = &[
    Target {
        name: "claude",
        title: "Claude Code",
        signs: &[".claude"],
        project: Places {
            skills: skills(".claude/skills", &[]),
            commands: markdown(".claude/commands", &[]),
            agents: markdown(".claude/agents", &[]),
        },
        user: Places {
            skills: skills(".claude/skills", &[]),
            commands: markdown(".claude/commands", &[]),
            agents: markdown(".claude/agents", &[]),
        },
        homes: &[HomeVariable { variable: "CLAUDE_CONFIG_DIR", folder: ".claude" }],
        follows_links: true,
    },
    // The folder that most harnesses share. That '.agents' is there alone says little.
    Target {
        name: "agents",
        title: "the shared '.agents' folder",
        signs: &[".agents/skills"],
        project: Places {
            skills: skills(".agents/skills", &[]),
            commands: as_skill(".agents/skills", &[]),
            agents: NONE,
        },
        user: Places {
            skills: skills(".agents/skills", &[]),
            commands: as_skill(".agents/skills", &[]),
            agents: NONE,
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "codex",
        title: "Codex",
        signs: &[".codex"],
        project: Places {
            skills: named(Names::UpTo(64), skills(".codex/skills", &["agents"])),
            // It has no commands in projects.
            commands: named(Names::UpTo(64), as_skill(".codex/skills", &["agents"])),
            agents: one(".codex/agents", ".toml", Format::CodexAgent, false, &[]),
        },
        user: Places {
            skills: named(Names::UpTo(64), skills(".codex/skills", &["agents"])),
            commands: one(".codex/prompts", ".md", Format::FrontMatter(&CODEX_PROMPT), false, &[]),
            agents: one(".codex/agents", ".toml", Format::CodexAgent, false, &[]),
        },
        homes: &[HomeVariable { variable: "CODEX_HOME", folder: ".codex" }],
        follows_links: true,
    },
    Target {
        name: "gemini",
        title: "Gemini CLI",
        signs: &[".gemini"],
        project: Places {
            skills: skills(".gemini/skills", &["agents"]),
            commands: one(".gemini/commands", ".toml", Format::GeminiCommand, true, &[]),
            agents: filtered(".gemini/agents", ".md", &GEMINI_AGENT, false, &[]),
        },
        user: Places {
            skills: skills(".gemini/skills", &["agents"]),
            commands: one(".gemini/commands", ".toml", Format::GeminiCommand, true, &[]),
            agents: filtered(".gemini/agents", ".md", &GEMINI_AGENT, false, &[]),
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "opencode",
        title: "OpenCode",
        signs: &[".opencode"],
        project: Places {
            skills: named(Names::Slug, skills(".opencode/skills", &["claude", "agents"])),
            commands: filtered(".opencode/commands", ".md", &OPENCODE_COMMAND, true, &[]),
            agents: filtered(".opencode/agents", ".md", &OPENCODE_AGENT, true, &[]),
        },
        user: Places {
            skills: named(Names::Slug, skills(".config/opencode/skills", &["claude", "agents"])),
            commands: filtered(".config/opencode/commands", ".md", &OPENCODE_COMMAND, true, &[]),
            agents: filtered(".config/opencode/agents", ".md", &OPENCODE_AGENT, true, &[]),
        },
        homes: &[XDG_CONFIG],
        follows_links: true,
    },
    Target {
        name: "cursor",
        title: "Cursor",
        signs: &[".cursor", ".cursorrules"],
        project: Places {
            skills: skills(".cursor/skills", &["agents", "claude", "codex"]),
            commands: filtered(".cursor/commands", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".cursor/agents", ".md", &CURSOR_AGENT, false, &["claude", "codex"]),
        },
        user: Places {
            skills: skills(".cursor/skills", &["claude", "codex"]),
            commands: filtered(".cursor/commands", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".cursor/agents", ".md", &CURSOR_AGENT, false, &[]),
        },
        homes: &[],
        follows_links: true,
    },
    // '.github' is in most repositories and says nothing.
    Target {
        name: "copilot",
        title: "GitHub Copilot",
        signs: &[
            ".github/copilot-instructions.md",
            ".github/instructions",
            ".github/agents",
            ".github/prompts",
            ".github/skills",
        ],
        project: Places {
            skills: skills(".github/skills", &["claude", "agents"]),
            // Its command line reads Claude Code's commands, VS Code does not.
            commands: filtered(".github/prompts", ".prompt.md", &COPILOT_PROMPT, false, &[]),
            agents: filtered(".github/agents", ".agent.md", &COPILOT_AGENT, true, &["claude"]),
        },
        user: Places {
            skills: skills(".copilot/skills", &["agents"]),
            commands: filtered(".copilot/prompts", ".prompt.md", &COPILOT_PROMPT, false, &[]),
            agents: filtered(".copilot/agents", ".agent.md", &COPILOT_AGENT, true, &[]),
        },
        homes: &[HomeVariable { variable: "COPILOT_HOME", folder: ".copilot" }],
        follows_links: true,
    },
    Target {
        name: "amp",
        title: "Amp",
        signs: &[".amp"],
        project: Places {
            skills: shared(&["agents", "claude"]),
            commands: shared(&["agents"]),
            agents: NONE,
        },
        user: Places {
            skills: skills(".config/agents/skills", &["claude"]),
            commands: as_skill(".config/agents/skills", &[]),
            agents: NONE,
        },
        homes: &[XDG_CONFIG],
        follows_links: true,
    },
    Target {
        name: "goose",
        title: "Goose",
        signs: &[".goose"],
        project: Places {
            skills: skills(".goose/skills", &["agents", "claude"]),
            commands: as_skill(".goose/skills", &["agents"]),
            agents: filtered(".goose/agents", ".md", &GOOSE_AGENT, false, &[]),
        },
        user: Places {
            skills: skills(".config/goose/skills", &["agents", "claude"]),
            commands: as_skill(".config/goose/skills", &["agents"]),
            agents: filtered(".config/goose/agents", ".md", &GOOSE_AGENT, false, &[]),
        },
        homes: &[XDG_CONFIG],
        follows_links: true,
    },
    Target {
        name: "windsurf",
        title: "Windsurf",
        signs: &[".windsurf"],
        project: Places {
            skills: skills(".windsurf/skills", &["agents"]),
            commands: filtered(".windsurf/workflows", ".md", &DESCRIPTION, false, &[]),
            agents: NONE,
        },
        user: Places {
            skills: skills(".codeium/windsurf/skills", &["agents"]),
            commands: filtered(".codeium/windsurf/global_workflows", ".md", &DESCRIPTION, false, &[]),
            agents: NONE,
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "cline",
        title: "Cline",
        signs: &[".cline", ".clinerules"],
        project: Places {
            skills: skills(".cline/skills", &["claude", "agents"]),
            commands: filtered(".clinerules/workflows", ".md", &DESCRIPTION, false, &[]),
            // Front matter and body as elsewhere, in a file with this ending.
            agents: filtered(".cline/agents", ".yaml", &CLINE_AGENT, false, &[]),
        },
        user: Places {
            skills: skills(".cline/skills", &["agents"]),
            commands: filtered("Documents/Cline/Workflows", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".cline/agents", ".yaml", &CLINE_AGENT, false, &[]),
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "roo",
        title: "Roo Code",
        signs: &[".roo"],
        project: Places {
            skills: skills(".roo/skills", &[]),
            commands: filtered(".roo/commands", ".md", &ROO_COMMAND, false, &[]),
            // All of them stand in one file.
            agents: NONE,
        },
        user: Places {
            skills: skills(".roo/skills", &[]),
            commands: filtered(".roo/commands", ".md", &ROO_COMMAND, false, &[]),
            agents: NONE,
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "kiro",
        title: "Kiro",
        signs: &[".kiro"],
        project: Places {
            skills: skills(".kiro/skills", &[]),
            commands: filtered(".kiro/prompts", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".kiro/agents", ".md", &KIRO_AGENT, false, &[]),
        },
        user: Places {
            skills: skills(".kiro/skills", &[]),
            commands: filtered(".kiro/prompts", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".kiro/agents", ".md", &KIRO_AGENT, false, &[]),
        },
        homes: &[],
        follows_links: true,
    },
    Target {
        name: "antigravity",
        title: "Antigravity",
        signs: &[".agents/workflows", ".agents/agents"],
        project: Places {
            skills: shared(&["agents"]),
            commands: filtered(".agents/workflows", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".agents/agents", ".md", &ANTIGRAVITY_AGENT, false, &[]),
        },
        user: Places {
            skills: skills(".gemini/config/skills", &[]),
            commands: filtered(".gemini/antigravity/global_workflows", ".md", &DESCRIPTION, false, &[]),
            agents: filtered(".gemini/config/agents", ".md", &ANTIGRAVITY_AGENT, false, &[]),
        },
        homes: &[],
        follows_links: true,
    },
    // A collection that takes artifacts from another one.
    Target {
        name: "collection",
        title: "a collection",
        signs: &[],
        project: Places {
            skills: skills("skills", &[]),
            commands: markdown("commands", &[]),
            agents: markdown("agents", &[]),
        },
        user: Places { skills: NONE, commands: NONE, agents: NONE },
        homes: &[],
        follows_links: false,
    },
];

/// Where programs keep their configuration.
const XDG_CONFIG: HomeVariable = HomeVariable { variable: "XDG_CONFIG_HOME", folder: ".config" };

/// The harness has nothing of the type.
const NONE: Kind = Kind { own: None, reads: &[], names: Names::Any };

const fn one(
    folder: &'static str,
    suffix: &'static str,
    format: Format,
    nested: bool,
    reads: &'static [&'static str],
) -> Kind {
    Kind { own: Some(Place { folder, suffix, format, nested }), reads, names: Names::Any }
}

const fn skills(folder: &'static str, reads: &'static [&'static str]) -> Kind {
    one(folder, "", Format::Same, false, reads)
}

const fn markdown(folder: &'static str, reads: &'static [&'static str]) -> Kind {
    one(folder, ".md", Format::Same, true, reads)
}

const fn as_skill(folder: &'static str, reads: &'static [&'static str]) -> Kind {
    one(folder, "", Format::CommandAsSkill, false, reads)
}

const fn filtered(
    folder: &'static str,
    suffix: &'static str,
    filter: &'static Filter,
    nested: bool,
    reads: &'static [&'static str],
) -> Kind {
    one(folder, suffix, Format::FrontMatter(filter), nested, reads)
}

/// No place of its own.
const fn shared(reads: &'static [&'static str]) -> Kind {
    Kind { own: None, reads, names: Names::Any }
}

const fn named(names: Names, kind: Kind) -> Kind {
    Kind { own: kind.own, reads: kind.reads, names }
}

const fn filter(keep: &'static [&'static str], needs_name: bool) -> Filter {
    Filter { keep, add: &[], needs_name, needs_description: false, models: Models::Others }
}

const DESCRIPTION: Filter = filter(&["description"], false);
const CODEX_PROMPT: Filter = filter(&["description", "argument-hint"], false);
const ROO_COMMAND: Filter = filter(&["description", "argument-hint", "mode"], false);
const COPILOT_PROMPT: Filter = filter(&["description", "agent", "model", "argument-hint"], false);
const OPENCODE_COMMAND: Filter = Filter {
    keep: &["description", "agent", "model", "subtask"],
    add: &[],
    needs_name: false,
    needs_description: false,
    models: Models::WithProvider,
};
const OPENCODE_AGENT: Filter = Filter {
    keep: &["description", "mode", "model", "temperature", "top_p", "permission", "disable"],
    add: &[("mode", "subagent")],
    needs_name: false,
    needs_description: false,
    models: Models::WithProvider,
};
const CURSOR_AGENT: Filter = filter(&["name", "description", "model", "readonly", "is_background"], true);
const COPILOT_AGENT: Filter = filter(
    &["name", "description", "model", "target", "metadata", "user-invocable", "disable-model-invocation"],
    false,
);
const GEMINI_AGENT: Filter =
    filter(&["name", "description", "kind", "model", "temperature", "max_turns", "timeout_mins"], true);
const ANTIGRAVITY_AGENT: Filter = filter(&["name", "description", "model", "mainAgent", "subagent"], true);
const GOOSE_AGENT: Filter = filter(&["name", "description", "model"], true);
const CLINE_AGENT: Filter = filter(&["name", "description", "providerId", "modelId", "maxIterations"], true);
const KIRO_AGENT: Filter =
    filter(&["name", "description", "model", "includeMcpJson", "includePowers"], false);
