//! The configuration keys that this program reads, as data.

use super::artifact::ArtifactType;
use super::auto::Action;
use super::duration;
use super::path::RepoPath;
use super::target::TARGETS;

/// A configuration key, one row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key; `<name>` stands for a collection's name.
    pub key: &'static str,
    /// What it may be set to.
    pub allowed: Allowed,
    /// What holds where it is not set.
    pub default: Option<&'static str>,
    /// Whether several values may stand beside each other.
    pub several: bool,
}

/// What a key may be set to.
#[derive(Debug, PartialEq, Eq)]
pub enum Allowed {
    /// One of these words.
    Words(&'static [&'static str]),
    /// The name of a target.
    Target,
    /// The name of a configured collection.
    Collection,
    /// A URL or a path.
    Place,
    /// The name of a branch.
    Branch,
    /// A folder of a repository.
    Folder,
    /// A type of artifact.
    ArtifactType,
    /// The id of a commit.
    Commit,
    /// Yes or no, as git writes it.
    Boolean,
    /// A command line for the shell.
    CommandLine,
    /// A length of time.
    Duration,
    /// A whole number.
    Number {
        /// The smallest one.
        least: u64,
    },
    /// Any text but an empty one.
    Text,
}

const fn one(key: &'static str, allowed: Allowed, default: Option<&'static str>) -> Setting {
    Setting { key, allowed, default, several: false }
}

/// Every key, in the order in which they are shown.
pub const SETTINGS: [Setting; 38] = [
    one("skillsync.collection", Allowed::Collection, None),
    Setting { key: "skillsync.target", allowed: Allowed::Target, default: None, several: true },
    one("skillsync.method", Allowed::Words(&["copy", "symlink"]), Some("copy")),
    one("skillsync.strategy", Allowed::Words(&["merge", "overwrite", "fork", "prompt"]), Some("merge")),
    one("skillsync.autoResolve", Allowed::Words(&["abort", "ours", "theirs", "mark"]), None),
    one("skillsync.confirm", Allowed::Words(&["loss", "always", "never"]), Some("loss")),
    one("skillsync.state", Allowed::Words(&["auto", "notes", "file"]), Some("auto")),
    one("skillsync.onCheckout", Allowed::Words(&["status", "off", "pull"]), Some("status")),
    one("skillsync.onCommit", Allowed::Words(&["off", "push"]), Some("off")),
    one("skillsync.hookTimeout", Allowed::Duration, Some("2s")),
    one("skillsync.pushNotes", Allowed::Words(&["auto", "never"]), Some("auto")),
    one("skillsync.scan", Allowed::Boolean, Some("true")),
    one("skillsync.scanCommand", Allowed::CommandLine, None),
    one("skillsync.auto.enabled", Allowed::Boolean, Some("true")),
    one("skillsync.auto.commit", Allowed::Boolean, Some("false")),
    one("skillsync.auto.session-start.enabled", Allowed::Boolean, Some("true")),
    one("skillsync.auto.session-start.action", Allowed::Words(&Action::WORDS), Some("pull")),
    one("skillsync.auto.session-start.silent", Allowed::Boolean, Some("true")),
    one("skillsync.auto.session-start.probability", Allowed::Number { least: 1 }, Some("1")),
    one("skillsync.auto.session-start.debounceMs", Allowed::Number { least: 0 }, Some("0")),
    one(
        "skillsync.auto.session-start.commitMessage",
        Allowed::Text,
        Some("Auto-sync: session start ${timestamp}"),
    ),
    one("skillsync.auto.session-end.enabled", Allowed::Boolean, Some("true")),
    one("skillsync.auto.session-end.action", Allowed::Words(&Action::WORDS), Some("push")),
    one("skillsync.auto.session-end.silent", Allowed::Boolean, Some("false")),
    one("skillsync.auto.session-end.probability", Allowed::Number { least: 1 }, Some("1")),
    one("skillsync.auto.session-end.debounceMs", Allowed::Number { least: 0 }, Some("0")),
    one(
        "skillsync.auto.session-end.commitMessage",
        Allowed::Text,
        Some("Auto-sync: session end ${timestamp}"),
    ),
    one("skillsync.auto.prompt.enabled", Allowed::Boolean, Some("true")),
    one("skillsync.auto.prompt.action", Allowed::Words(&Action::WORDS), Some("sync")),
    one("skillsync.auto.prompt.silent", Allowed::Boolean, Some("true")),
    one("skillsync.auto.prompt.probability", Allowed::Number { least: 1 }, Some("27")),
    one("skillsync.auto.prompt.debounceMs", Allowed::Number { least: 0 }, Some("5000")),
    one("skillsync.auto.prompt.commitMessage", Allowed::Text, Some("Auto-sync: ${timestamp}")),
    one("skillsync-collection.<name>.url", Allowed::Place, None),
    one("skillsync-collection.<name>.branch", Allowed::Branch, None),
    one("skillsync-collection.<name>.root", Allowed::Folder, None),
    one("skillsync-collection.<name>.loose", Allowed::ArtifactType, None),
    one("skillsync-collection.<name>.id", Allowed::Commit, None),
];

/// A key as somebody wrote it, found in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its row.
    pub setting: &'static Setting,
    /// The collection it belongs to, if to one.
    pub collection: Option<String>,
}

impl Key {
    /// Find a key. As in git, only a collection's name minds upper and lower case.
    pub fn find(text: &str) -> Option<Self> {
        SETTINGS.iter().find_map(|setting| {
            let collection = match setting.key.split_once("<name>") {
                None if is_same(text, setting.key) => None,
                None => return None,
                Some((before, after)) => {
                    let (start, rest) = text.split_at_checked(before.len())?;
                    let (name, end) = rest.split_at_checked(rest.len().checked_sub(after.len())?)?;
                    let fits = start.eq_ignore_ascii_case(before) && end.eq_ignore_ascii_case(after);
                    Some(name.to_owned()).filter(|name| fits && !name.is_empty())?.into()
                }
            };
            Some(Self { setting, collection })
        })
    }

    /// The key in full, spelled as in the table.
    pub fn full(&self) -> String {
        match &self.collection {
            Some(name) => self.setting.key.replace("<name>", name),
            None => self.setting.key.to_owned(),
        }
    }
}

/// Whether two keys are the same to git: what stands between the first and the last dot minds upper
/// and lower case.
fn is_same(one: &str, other: &str) -> bool {
    let inner = |key: &str| {
        let (_, rest) = key.split_once('.')?;
        rest.rsplit_once('.').map(|(inner, _)| inner.to_owned())
    };
    one.eq_ignore_ascii_case(other) && inner(one) == inner(other)
}

impl Allowed {
    /// Whether a value is allowed; `collections` are those that are configured.
    pub fn takes(&self, value: &str, collections: &[String]) -> bool {
        match self {
            Self::Words(words) => words.contains(&value),
            Self::Target => TARGETS.iter().any(|target| target.name == value),
            Self::Collection => collections.iter().any(|name| name == value),
            Self::Place => !value.trim().is_empty() && !value.contains(['\n', '\0']),
            Self::Branch => is_branch(value),
            Self::Folder => RepoPath::new(value.trim_matches('/')).is_ok(),
            Self::ArtifactType => ArtifactType::from_word(value).is_some(),
            Self::Commit => {
                matches!(value.len(), 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Self::Boolean => boolean(value).is_some(),
            Self::Duration => duration::parse(value).is_ok(),
            Self::CommandLine => !value.trim().is_empty(),
            Self::Number { least } => value.parse::<u64>().is_ok_and(|number| number >= *least),
            Self::Text => !value.trim().is_empty() && !value.contains('\0'),
        }
    }

    /// What is allowed, for people.
    pub fn say(&self, collections: &[String]) -> String {
        let quoted = |words: Vec<&str>| {
            let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            format!("one of {}", words.join(", "))
        };
        match self {
            Self::Words(words) => quoted(words.to_vec()),
            Self::Target => quoted(TARGETS.iter().map(|target| target.name).collect()),
            Self::Collection if collections.is_empty() => {
                "the name of a collection, and none is registered".into()
            }
            Self::Collection => quoted(collections.iter().map(String::as_str).collect()),
            Self::Place => "a URL or a path".into(),
            Self::Branch => "the name of a branch".into(),
            Self::Folder => "a folder of the collection, such as 'plugins/skills'".into(),
            Self::ArtifactType => quoted(ArtifactType::ALL.iter().map(|kind| kind.as_str()).collect()),
            Self::Commit => "the full id of the collection's root commit".into(),
            Self::Boolean => quoted(vec!["true", "false"]),
            Self::Duration => "a duration such as '500ms' or '2s'".into(),
            Self::CommandLine => "a command line for the shell".into(),
            Self::Number { least } => format!("a whole number from {least} on"),
            Self::Text => "a text".into(),
        }
    }
}

/// What a text means where git expects yes or no.
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" | "" => Some(false),
        _ => None,
    }
}

/// Whether git takes a text for a branch: the rules of `git check-ref-format`.
fn is_branch(text: &str) -> bool {
    let odd = |character: char| character.is_ascii_control() || " ~^:?*[\\".contains(character);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    text.split('/').all(part)
        && !text.contains(odd)
        && !text.contains("..")
        && !text.contains("@{")
        && !text.starts_with('-')
        && !text.ends_with('.')
        && !matches!(text, "@" | "HEAD")
}

#[cfg(test)]
mod tests {
    use super::{Key, SETTINGS, is_branch};

    #[test]
    fn keys_are_found_as_git_finds_them() {
        for (text, full) in [
            ("skillsync.autoResolve", Some("skillsync.autoResolve")),
            ("SkillSync.AUTORESOLVE", Some("skillsync.autoResolve")),
            ("skillsync-collection.a.b.URL", Some("skillsync-collection.a.b.url")),
            ("Skillsync-Collection.Team.url", Some("skillsync-collection.Team.url")),
            ("skillsync-collection..url", None),
            ("skillsync-collection.url", None),
            ("skillsync-collection.ä", None),
            ("skillsync.nonsense", None),
            ("SKILLSYNC.auto.ENABLED", Some("skillsync.auto.enabled")),
            ("skillsync.AUTO.enabled", None),
            ("skillsync.auto.session-start.debouncems", Some("skillsync.auto.session-start.debounceMs")),
            ("skillsync.auto.Prompt.action", None),
            ("", None),
        ] {
            assert_eq!(Key::find(text).map(|key| key.full()).as_deref(), full, "{text}");
        }
    }

    #[test]
    fn defaults_are_allowed_values() {
        for setting in &SETTINGS {
            assert!(setting.default.is_none_or(|value| setting.allowed.takes(value, &[])), "{}", setting.key);
        }
    }

    #[test]
    fn branches_are_what_git_takes_for_one() {
        for name in ["main", "feature/x", "a.b", "ä", "refs/heads/main"] {
            assert!(is_branch(name), "{name}");
        }
        for name in [
            "", "a b", "/a", "a/", "a//b", ".a", "a..b", "a.lock", "-a", "a.", "@", "HEAD", "a@{1}", "a~",
            "a\\b",
        ] {
            assert!(!is_branch(name), "{name}");
        }
    }
}
