//! The forms that artifacts have in the places of harnesses.

/// The form in which an artifact stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// As in the collection, byte for byte.
    Same,
    /// A command of Gemini CLI: TOML with `description` and `prompt`.
    GeminiCommand,
    /// An agent of Codex: TOML with `name`, `description` and `developer_instructions`.
    CodexAgent,
    /// A command as a skill, a folder with a `SKILL.md`, for harnesses that have no commands.
    CommandAsSkill,
    /// Markdown with the front matter that the harness reads.
    FrontMatter(&'static Filter),
}

/// What of an artifact's front matter a harness reads; the rest is left out.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The keys that are kept as they are.
    pub keep: &'static [&'static str],
    /// Keys and values that are added where the artifact has none.
    pub add: &'static [(&'static str, &'static str)],
    /// Whether the harness needs a `name`, which is that of the artifact where it has none.
    pub needs_name: bool,
    /// Whether it needs a `description`, which is taken from the text where the artifact has none.
    pub needs_description: bool,
    /// Which values of a kept `model` mean something to the harness.
    pub models: Models,
}

/// Which names of models a harness knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Models {
    /// All but those of Claude Code (`sonnet`, `inherit`, `claude-…`).
    Others,
    /// Those with a provider, as `anthropic/claude-sonnet`.
    WithProvider,
    /// Any.
    Any,
}

/// The form that one artifact has at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form<'n> {
    /// The form.
    pub format: Format,
    /// What the artifact is called there.
    pub name: &'n str,
}

impl Form<'_> {
    /// As in the collection, whatever it is called.
    pub const SAME: Form<'static> = Form { format: Format::Same, name: "" };

    /// Whether files are made of the artifact instead of copied.
    pub fn is_generated(&self) -> bool {
        self.format.is_generated()
    }
}

impl Format {
    /// Whether files are made of the artifact instead of copied.
    pub fn is_generated(self) -> bool {
        self != Self::Same
    }

    /// What it is called, for people and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::GeminiCommand => "gemini-toml",
            Self::CodexAgent => "codex-toml",
            Self::CommandAsSkill => "command-as-skill",
            Self::FrontMatter(_) => "front-matter",
        }
    }
}
