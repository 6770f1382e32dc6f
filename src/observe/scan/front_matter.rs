//! The front matter of an artifact, read as far as it can be.
//!
//! Of 7,157 real skills 117 have invalid YAML (mostly unquoted colons) and 56 none at all, so YAML
//! is tried first and a reader of single lines takes over. Nothing here ever refuses an artifact.

use super::outcome::Offered;
use crate::model::content::Content;
use gix::objs::{Find, Kind, TreeRefIter};
use saphyr::{LoadableYamlNode, Yaml};

/// How much of a file is searched for front matter, in bytes.
const MAX_SEARCHED: usize = 64 << 10;
/// How much YAML is parsed, in bytes. The parser recurses, so that depth must be bounded: by this
/// length for indented levels, by [`MAX_MARKS`] for levels on one line.
const MAX_YAML: usize = 16 << 10;
/// How many marks of a nested entry one line of YAML may hold.
const MAX_MARKS: usize = 4;

/// What an artifact says of itself; no key, only for display.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// The `name`; the artifact's real name is that of its folder or file.
    pub name: Option<String>,
    /// The `description`.
    pub description: Option<String>,
    /// The `version`, else `metadata.version`, as written.
    pub version: Option<String>,
}

/// Reads what an artifact says of itself; empty where nothing can be read.
pub fn describe(objects: &impl Find, artifact: &Offered) -> Description {
    let mut buffer = Vec::new();
    match objects.try_find(&artifact.entry, &mut buffer) {
        Ok(Some(data)) if data.kind == Kind::Blob => read(data.data),
        _ => Description::default(),
    }
}

/// The version that the front matter of a skill's folder, or of a file, names.
pub fn version_of(objects: &(impl Find + ?Sized), content: Content) -> Option<String> {
    let mut buffer = Vec::new();
    let mut entry = content.id;
    if content.is_folder() {
        let data = objects.try_find(&content.id, &mut buffer).ok()??;
        let entries = TreeRefIter::from_bytes(data.data, data.object_hash).filter_map(Result::ok);
        let mut named = entries.filter(|entry| entry.filename.eq_ignore_ascii_case(b"SKILL.md"));
        entry = named.next()?.oid.to_owned();
    }
    let data = objects.try_find(&entry, &mut buffer).ok()??;
    if data.kind == Kind::Blob { read(data.data).version } else { None }
}

/// The description in the front matter of `bytes`.
fn read(bytes: &[u8]) -> Description {
    let bytes = bytes.get(..MAX_SEARCHED).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let Some(block) = front_matter(&text) else { return Description::default() };
    let yaml = if is_shallow(&block) { Yaml::load_from_str(&block).unwrap_or_default() } else { Vec::new() };
    let value = |path: &[&str]| {
        let text = value_at(yaml.first(), &block, path)?.trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    };
    Description {
        name: value(&["name"]),
        description: value(&["description"]),
        version: value(&["version"]).or_else(|| value(&["metadata", "version"])),
    }
}

/// The value at `path`, from the YAML where it holds text, else from the lines of `block`.
fn value_at(yaml: Option<&Yaml>, block: &str, path: &[&str]) -> Option<String> {
    let node = yaml.and_then(|root| path.iter().try_fold(root, |node, key| node.as_mapping_get(key)));
    match node {
        Some(node) if node.is_null() || node.is_sequence() || node.is_mapping() => None,
        Some(node) if node.is_string() => node.as_str().map(str::to_owned),
        // Of numbers and the like only the lines still have what was written: 1.10 is not 1.1.
        _ => line_value(block, path),
    }
}

/// The lines between the first two `---`, with plain line ends.
fn front_matter(text: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let first = lines.by_ref().find(|line| !line.trim().is_empty())?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut block = String::new();
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(block);
        }
        block.push_str(line);
        block.push('\n');
    }
    None
}

/// Whether the YAML parser can take this block without running out of stack.
fn is_shallow(block: &str) -> bool {
    let marks = |line: &str| line.matches("- ").count() + line.matches("? ").count();
    block.len() <= MAX_YAML && block.lines().all(|line| marks(line) <= MAX_MARKS)
}

/// The value at `path` (one key, or a key inside a key), found by looking at lines only.
fn line_value(block: &str, path: &[&str]) -> Option<String> {
    let (key, rest) = path.split_first()?;
    let lines: Vec<&str> = block.lines().collect();
    let found = lines.iter().enumerate().find_map(|(index, line)| Some((index, after_key(line, key)?)));
    let (index, value) = found?;
    let inner: Vec<&str> = lines.iter().skip(index + 1).copied().take_while(|line| is_inner(line)).collect();
    if rest.is_empty() {
        return Some(scalar(value, &inner));
    }
    let indent = inner.iter().find(|line| !line.trim().is_empty()).map_or(0, |line| indent_of(line));
    let dedented: Vec<&str> =
        inner.iter().map(|line| line.get(indent.min(indent_of(line))..).unwrap_or("")).collect();
    line_value(&dedented.join("\n"), rest)
}

/// What follows `key:` on a line that starts with it.
fn after_key<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key).or_else(|| line.strip_prefix(&format!("\"{key}\"")))?;
    let rest = rest.trim_start().strip_prefix(':')?;
    if rest.is_empty() || rest.starts_with([' ', '\t']) { Some(rest.trim()) } else { None }
}

fn is_inner(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with([' ', '\t'])
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// A scalar from the text after its key and the indented lines that follow.
fn scalar(value: &str, inner: &[&str]) -> String {
    let folded = |separator: &str| inner.iter().map(|line| line.trim()).collect::<Vec<_>>().join(separator);
    if value.starts_with('|') {
        return folded("\n");
    }
    if value.starts_with('>') {
        return folded(" ");
    }
    let text = format!("{value} {}", folded(" "));
    let text = text.trim();
    for quote in ['"', '\''] {
        let quoted = text.strip_prefix(quote);
        if let Some((inside, _)) = quoted.and_then(|rest| rest.rsplit_once(quote)) {
            return inside.to_owned();
        }
    }
    text.split(" #").next().unwrap_or(text).trim_end().to_owned()
}
