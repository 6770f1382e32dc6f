//! The manifests of plugins and marketplaces, read as loosely as JSON allows.
//!
//! Pure: bytes in, claims out. Which paths exist is not known here.

use serde_json::Value;
use std::collections::BTreeMap;

/// Where a plugin's own manifest may stand, seen from its folder.
pub(super) const PLUGIN: [&str; 6] = [
    ".claude-plugin/plugin.json",
    "plugin.json",
    ".github/plugin/plugin.json",
    ".codex-plugin/plugin.json",
    ".cursor-plugin/plugin.json",
    ".kimi-plugin/plugin.json",
];
/// Where a marketplace may stand, seen from the collection's root.
pub(super) const MARKETPLACE: [&str; 6] = [
    ".claude-plugin/marketplace.json",
    ".github/plugin/marketplace.json",
    ".agents/plugins/marketplace.json",
    ".cursor-plugin/marketplace.json",
    ".codex-plugin/marketplace.json",
    ".kimi-plugin/marketplace.json",
];

/// The paths that a manifest lists, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lists {
    pub skills: Vec<String>,
    pub commands: Vec<String>,
    pub agents: Vec<String>,
}

/// Where a marketplace says a plugin is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// In this repository, at this path as written.
    Here(String),
    /// Elsewhere, in words.
    Elsewhere(String),
}

/// What a manifest says of one plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plugin {
    pub name: Option<String>,
    pub version: Option<String>,
    pub lists: Lists,
}

/// What a marketplace says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marketplace {
    /// `metadata.pluginRoot`: what the paths of plugins are relative to.
    pub plugin_root: Option<String>,
    pub plugins: Vec<(Plugin, Origin)>,
    /// `renames`: what plugins were called, and what they are called now.
    pub renames: BTreeMap<String, String>,
}

fn json(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

/// The plugin that `bytes` describe; keys of unexpected shape are as good as absent.
pub(super) fn plugin(bytes: &[u8]) -> Result<Plugin, serde_json::Error> {
    json(bytes).map(|value| plugin_of(&value))
}

/// The marketplace that `bytes` describe; entries without a usable source are left out.
pub(super) fn marketplace(bytes: &[u8]) -> Result<Marketplace, serde_json::Error> {
    let value = json(bytes)?;
    let root =
        value.get("metadata").and_then(|metadata| metadata.get("pluginRoot")).or(value.get("pluginRoot"));
    let entries = value.get("plugins").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let plugins = entries.iter().filter_map(|entry| Some((plugin_of(entry), origin_of(entry)?))).collect();
    // A plugin that was given up is mapped to null.
    let renames = value.get("renames").and_then(Value::as_object).into_iter().flatten();
    let renames = renames.filter_map(|(old, new)| Some((old.clone(), new.as_str()?.to_owned())));
    let plugin_root = root.and_then(Value::as_str).map(str::to_owned);
    Ok(Marketplace { plugin_root, plugins, renames: renames.collect() })
}

fn plugin_of(value: &Value) -> Plugin {
    let mut lists = Lists::default();
    add_lists(value, &mut lists);
    // Vendors put lists of their own under a reversed domain name, e.g. com.github.awesome-copilot.
    for extension in
        value.get("extensions").and_then(Value::as_object).into_iter().flat_map(|map| map.values())
    {
        add_lists(extension, &mut lists);
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let version = text("version").map(|version| version.trim().to_owned());
    Plugin { name: text("name"), version: version.filter(|version| !version.is_empty()), lists }
}

fn add_lists(value: &Value, lists: &mut Lists) {
    add_paths(value.get("skills"), &mut lists.skills);
    add_paths(value.get("commands"), &mut lists.commands);
    add_paths(value.get("agents"), &mut lists.agents);
}

/// A path, a list of paths, or a map of names to `{"source": path}`.
fn add_paths(value: Option<&Value>, paths: &mut Vec<String>) {
    match value {
        Some(Value::String(path)) => paths.push(path.clone()),
        Some(Value::Array(items)) => paths.extend(items.iter().filter_map(path_of)),
        Some(Value::Object(items)) => paths.extend(items.values().filter_map(path_of)),
        _ => {}
    }
}

fn path_of(item: &Value) -> Option<String> {
    let text = item.as_str().or_else(|| item.get("source")?.as_str()).or_else(|| item.get("path")?.as_str());
    text.map(str::to_owned)
}

fn origin_of(entry: &Value) -> Option<Origin> {
    let source = entry.get("source")?;
    if let Some(path) = source.as_str() {
        let remote = path.contains("://") || path.starts_with("git@");
        return Some(if remote { Origin::Elsewhere(path.to_owned()) } else { Origin::Here(path.to_owned()) });
    }
    let word = |key: &str| source.get(key).and_then(Value::as_str);
    if word("source") == Some("local") {
        return word("path").map(|path| Origin::Here(path.to_owned()));
    }
    ["repo", "url", "package"].into_iter().find_map(word).map(|place| Origin::Elsewhere(place.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Lists, Origin, marketplace, plugin};

    #[test]
    fn paths_come_in_three_shapes() {
        let text = br#"{"name":"p","skills":"./s","commands":["./a.md",7],"agents":{"x":{"source":"./x.md"}},"name":"q"}"#;
        let plugin = plugin(text).unwrap();
        assert_eq!(plugin.name.as_deref(), Some("q"), "the last of two equal keys counts, as in JavaScript");
        let lists = Lists {
            skills: vec!["./s".into()],
            commands: vec!["./a.md".into()],
            agents: vec!["./x.md".into()],
        };
        assert_eq!(plugin.lists, lists);
    }

    #[test]
    fn sources_are_here_or_elsewhere() {
        let text = br#"{"metadata":{"pluginRoot":"./plugins"},"plugins":[{"name":"a","source":"a"},
            {"name":"b","source":{"source":"github","repo":"x/y"}},{"name":"c","source":{"source":"local","path":"./c"}},
            {"name":"d"},5,{"name":"e","source":"https://example.com/e.git"}]}"#;
        let found = marketplace(text).unwrap();
        assert_eq!(found.plugin_root.as_deref(), Some("./plugins"));
        let here = |text: &str| Origin::Here(text.into());
        let elsewhere = |text: &str| Origin::Elsewhere(text.into());
        let origins: Vec<_> = found.plugins.into_iter().map(|(_, origin)| origin).collect();
        assert_eq!(
            origins,
            [here("a"), elsewhere("x/y"), here("./c"), elsewhere("https://example.com/e.git")]
        );
    }

    #[test]
    fn renamed_plugins_are_listed() {
        let text = br#"{"renames":{"old":"new","given-up":null,"odd":7}}"#;
        let renames: Vec<_> = marketplace(text).unwrap().renames.into_iter().collect();
        assert_eq!(renames, [("old".to_owned(), "new".to_owned())]);
        assert!(marketplace(br#"{"renames":["old"]}"#).unwrap().renames.is_empty());
    }

    #[test]
    fn anything_else_is_empty_or_an_error() {
        for text in ["null", "[]", "3", "{}", r#"{"plugins":{}}"#] {
            assert!(marketplace(text.as_bytes()).unwrap().plugins.is_empty());
        }
        assert!(marketplace(b"{").is_err());
        assert!(marketplace("[".repeat(10_000).as_bytes()).is_err());
    }
}
