//! The front matter of an artifact: read as far as it can be, taken apart without changing a byte.
//!
//! Of 7,157 real skills 117 have invalid YAML (mostly unquoted colons) and 56 none at all, so YAML
//! is tried first and a reader of single lines takes over. Nothing here ever refuses an artifact.

mod document;

pub use document::{Document, Entry, scalar_text};

use saphyr::{LoadableYamlNode, Yaml};

/// How much of a file is searched for front matter, in bytes.
const MAX_SEARCHED: usize = 64 << 10;
/// How much YAML is parsed, in bytes. The parser recurses, so that depth must be bounded: by this
/// length for indented levels, by [`MAX_MARKS`] for levels on one line.
const MAX_YAML: usize = 16 << 10;
/// How many marks of a nested entry one line of YAML may hold.
const MAX_MARKS: usize = 4;

/// The text values at these paths of keys in the front matter of `bytes`; none where there is none.
pub fn values<const N: usize>(bytes: &[u8], paths: [&[&str]; N]) -> [Option<String>; N] {
    let bytes = bytes.get(..MAX_SEARCHED).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let Some(block) = front_matter(&text) else { return [const { None }; N] };
    values_in(&block, paths)
}

/// The same for the lines between the fences.
fn values_in<const N: usize>(block: &str, paths: [&[&str]; N]) -> [Option<String>; N] {
    let yaml = if is_shallow(block) { Yaml::load_from_str(block).unwrap_or_default() } else { Vec::new() };
    paths.map(|path| {
        let text = value_at(yaml.first(), block, path)?.trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    })
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
