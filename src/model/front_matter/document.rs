//! A Markdown file taken apart into the entries of its front matter and its body, byte for byte.

use super::values_in;

/// A Markdown file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Everything up to the first fence and that line; empty where there is no front matter.
    open: Vec<u8>,
    /// The entries between the fences.
    pub entries: Vec<Entry>,
    /// The line of the second fence.
    close: Vec<u8>,
    /// What follows.
    pub body: Vec<u8>,
}

/// A key of the front matter with all the lines that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key; none for what stands before the first one.
    pub key: Option<String>,
    /// The lines, with their ends.
    pub raw: Vec<u8>,
}

impl Document {
    /// Take a file apart; every byte of it belongs to one of the parts.
    pub fn parse(bytes: &[u8]) -> Self {
        Self::with_front_matter(bytes).unwrap_or_else(|| Self {
            open: Vec::new(),
            entries: Vec::new(),
            close: Vec::new(),
            body: bytes.to_vec(),
        })
    }

    fn with_front_matter(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let mut open = Vec::new();
        loop {
            let line = lines.next()?;
            open.extend_from_slice(line);
            let text = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii();
            match text {
                b"" => {}
                b"---" => break,
                _ => return None,
            }
        }
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let line = lines.next()?;
            if matches!(line.trim_ascii_end(), b"---" | b"...") {
                let body = lines.flatten().copied().collect();
                return Some(Self { open, entries, close: line.to_vec(), body });
            }
            match (key_of(line), entries.last_mut()) {
                (None, Some(last)) => last.raw.extend_from_slice(line),
                (key, _) => entries.push(Entry { key, raw: line.to_vec() }),
            }
        }
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let entries = self.entries.iter().map(|entry| entry.raw.as_slice());
        let parts = [self.open.as_slice()].into_iter().chain(entries);
        parts.chain([self.close.as_slice(), self.body.as_slice()]).collect::<Vec<_>>().concat()
    }

    /// Whether it has front matter.
    pub fn has_front_matter(&self) -> bool {
        !self.open.is_empty()
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.as_deref() == Some(key))
    }

    /// The text value of a key.
    pub fn value(&self, key: &str) -> Option<String> {
        let block: Vec<u8> = self.entries.iter().flat_map(|entry| entry.raw.iter().copied()).collect();
        let block = String::from_utf8_lossy(&block).replace("\r\n", "\n");
        let [value] = values_in(&block, [&[key]]);
        value
    }

    /// The same file with other entries; without any there is no front matter, unless the body would
    /// be taken for it.
    pub fn with_entries(&self, entries: Vec<Entry>) -> Self {
        let body_looks_like_it = Self::parse(&self.body).has_front_matter();
        if entries.is_empty() && !body_looks_like_it {
            let (open, close) = (Vec::new(), Vec::new());
            return Self { open, entries, close, body: self.body.clone() };
        }
        let fence = format!("---{}", self.line_end()).into_bytes();
        let or_fence = |line: &Vec<u8>| if self.has_front_matter() { line.clone() } else { fence.clone() };
        Self { open: or_fence(&self.open), entries, close: or_fence(&self.close), body: self.body.clone() }
    }

    /// An entry of one line, with the line end that the file has.
    pub fn new_entry(&self, key: &str, value: &str) -> Entry {
        let raw = format!("{key}: {}{}", scalar_text(value), self.line_end()).into_bytes();
        Entry { key: Some(key.to_owned()), raw }
    }

    /// The same file where a key has this value, or is not there.
    pub fn with_value(&self, key: &str, value: Option<&str>) -> Self {
        let mut entries = self.entries.clone();
        let at = entries.iter().position(|entry| entry.key.as_deref() == Some(key));
        match (at, value.map(|value| self.new_entry(key, value))) {
            (Some(at), Some(entry)) => entries[at] = entry,
            (Some(at), None) => {
                entries.remove(at);
            }
            (None, Some(entry)) => entries.push(entry),
            (None, None) => {}
        }
        self.with_entries(entries)
    }

    /// How its lines end.
    fn line_end(&self) -> &'static str {
        let all = if self.has_front_matter() { &self.open } else { &self.body };
        let first = all.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.ends_with(b"\r\n") { "\r\n" } else { "\n" }
    }
}

/// The key that a line of the outermost level begins with.
fn key_of(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok()?;
    let (key, rest) = text.split_once(':')?;
    let fits = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    let quoted = |quote: char| key.strip_prefix(quote).and_then(|key| key.strip_suffix(quote));
    let key = quoted('"').or_else(|| quoted('\'')).unwrap_or(key);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (fits && !key.is_empty() && !key.starts_with('-') && key.chars().all(plain)).then(|| key.to_owned())
}

/// A text as a YAML scalar on one line: plain where nothing can be misread, else in double quotes.
pub fn scalar_text(value: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | ',');
    let starts = value.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let plain = starts && value.chars().all(word) && value.trim() == value;
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if plain && !reserved.contains(&value.to_ascii_lowercase().as_str()) {
        return value.to_owned();
    }
    // What JSON escapes YAML escapes alike.
    serde_json::Value::from(value).to_string()
}
