//! Where in a text a piece goes in, in its own style, and what of it is ours.

use super::{Text, event_list, hooks, is_own, with_root};
use crate::model::harness::{Harness, Unusable};
use jsonc_parser::ast::{Array, Object};
use jsonc_parser::common::{Range as Span, Ranged};
use serde_json::{Value, json};
use std::ops::Range;

/// A list or an object: where it stands, and what is in it.
struct Container {
    span: Range<usize>,
    items: Vec<Range<usize>>,
}

impl Container {
    fn object(object: &Object<'_>) -> Self {
        let items = object.properties.iter().map(|property| range(property.range));
        Self { span: range(object.range), items: items.collect() }
    }

    fn array(array: &Array<'_>) -> Self {
        let items = array.elements.iter().map(|element| range(element.range()));
        Self { span: range(array.range), items: items.collect() }
    }
}

fn range(span: Span) -> Range<usize> {
    span.start..span.end
}

/// Put a key at the end of the whole document.
pub(super) fn append_to_root(
    text: &mut Text,
    harness: &Harness,
    key: &str,
    value: &Value,
) -> Result<(), Unusable> {
    let root = with_root(text.content(), harness, |root| Ok(Container::object(root)))?;
    append(text, &root, Some(key), value);
    Ok(())
}

/// Put an entry at the end of an event's list, making what is missing on the way.
pub(super) fn append_entry(
    text: &mut Text,
    harness: &Harness,
    event: &str,
    entry: &Value,
) -> Result<(), Unusable> {
    let content = text.content().to_owned();
    let (container, key, value) = with_root(&content, harness, |root| {
        let Some(hooks) = hooks(&content, root)? else {
            return Ok((Container::object(root), Some("hooks"), json!({event: [entry]})));
        };
        Ok(match event_list(&content, hooks, event)? {
            None => (Container::object(hooks), Some(event), json!([entry])),
            Some(list) => (Container::array(list), None, entry.clone()),
        })
    })?;
    append(text, &container, key, &value);
    Ok(())
}

/// Put an item at the end of a container, written as its neighbours are.
fn append(text: &mut Text, container: &Container, key: Option<&str>, value: &Value) {
    let content = text.content().to_owned();
    let style = Style::of(&content, container);
    let item = style.render(key, value);
    let mut pieces: Vec<(usize, String)> = Vec::new();
    let closer = container.span.end - 1;
    let last = container.items.last().map(|item| item.end);
    if style.is_compact {
        match last {
            Some(last) => pieces.push((last, format!(", {item}"))),
            None => pieces.push((container.span.start + 1, item)),
        }
    } else {
        if let Some(last) = last
            && comma(&content, last..closer).is_none()
        {
            pieces.push((last, ",".to_owned()));
        }
        let start = last.unwrap_or(container.span.start + 1);
        let at = start + content[start..closer].trim_end().len();
        let mut piece = format!("{}{}{item}", style.newline, style.indent);
        if !content[at..closer].contains('\n') {
            piece += &format!("{}{}", style.newline, style.outer);
        }
        pieces.push((at, piece));
    }
    let offset = text.offset();
    for (at, piece) in pieces.into_iter().rev() {
        text.insert(at + offset, &piece);
    }
}

/// How a container is written.
struct Style {
    is_compact: bool,
    newline: &'static str,
    /// What its items are indented by.
    indent: String,
    /// What its closing bracket is indented by.
    outer: String,
    /// One step.
    unit: String,
}

impl Style {
    fn of(text: &str, container: &Container) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let outer = indentation(text, container.span.start).to_owned();
        let own_line = |item: &Range<usize>| {
            let before = &text[..item.start];
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            before[start..].trim().is_empty().then(|| before[start..].to_owned()).filter(|_| start > 0)
        };
        let found = container.items.iter().find_map(own_line);
        let unit = match found.as_ref().and_then(|indent| indent.strip_prefix(&outer)) {
            Some(unit) if !unit.is_empty() => unit.to_owned(),
            _ => unit(text),
        };
        let indent = found.unwrap_or_else(|| format!("{outer}{unit}"));
        let on_one_line = match container.items.is_empty() {
            false => !text[container.span.clone()].contains('\n'),
            // Alone in the world it is written as people would.
            true => container.span != (0..text.trim_end().len()) && !text.trim_end().contains('\n'),
        };
        Self { is_compact: on_one_line, newline, indent, outer, unit }
    }

    fn render(&self, key: Option<&str>, value: &Value) -> String {
        let name = key.map(|key| Value::from(key).to_string() + ": ").unwrap_or_default();
        if self.is_compact {
            return name + &spaced(value);
        }
        let break_line = format!("{}{}", self.newline, self.indent);
        name + &pretty(value, &self.unit).replace('\n', &break_line)
    }
}

/// A value on one line, with a space where people put one.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), spaced(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

/// A value on several lines, by hand: the step of the indentation is the file's.
fn pretty(value: &Value, unit: &str) -> String {
    let inner = |text: String| text.replace('\n', &format!("\n{unit}"));
    let lines = |open: char, items: Vec<String>, close: char| {
        format!("{open}\n{unit}{}\n{close}", items.join(&format!(",\n{unit}")))
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            lines('[', items.iter().map(|item| inner(pretty(item, unit))).collect(), ']')
        }
        Value::Object(members) if !members.is_empty() => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}", Value::from(key.as_str()), inner(pretty(value, unit)))
            };
            lines('{', members.iter().map(member).collect(), '}')
        }
        plain => plain.to_string(),
    }
}

/// What the line of a place is indented by.
fn indentation(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// One step of the document's indentation: that of its first indented line.
fn unit(text: &str) -> String {
    let indented = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
    let found = text.lines().find(indented).map(|line| indentation(line, 0));
    found.unwrap_or("  ").to_owned()
}

/// The first comma in a part of the text that is no value: only space and comments are around it.
fn comma(text: &str, part: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = part.start;
    while at < part.end {
        let rest = &text[at..part.end];
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if bytes[at] == b',' {
            return Some(at);
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at += skipped;
    }
    None
}

/// What has to go with the first entry of ours: it, its comma, and what is empty without it; in the
/// order of the text.
pub(super) fn first_own(text: &str, harness: &Harness) -> Result<Vec<Range<usize>>, Unusable> {
    let offset = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let content = &text[offset..];
    let found = with_root(text, harness, |root| {
        let Some(hooks) = hooks(text, root)? else { return Ok(None) };
        let place = |object: &Object<'_>, key: &str| {
            object.properties.iter().position(|property| property.name.as_str() == key)
        };
        for (_, event) in harness.events {
            let Some(list) = event_list(text, hooks, event)? else { continue };
            let Some(at) = list.elements.iter().position(|entry| is_own(entry, harness)) else { continue };
            let mut found = (Container::array(list), at);
            for (object, key) in [(hooks, *event), (root, "hooks")] {
                if let Some(at) = place(object, key).filter(|_| found.0.holds_only(content, found.1)) {
                    found = (Container::object(object), at);
                } else {
                    break;
                }
            }
            return Ok(Some(found));
        }
        Ok(None)
    })?;
    let cuts = found.map(|(container, at)| cuts(content, &container, at)).unwrap_or_default();
    Ok(cuts.into_iter().flatten().map(|cut| cut.start + offset..cut.end + offset).collect())
}

impl Container {
    /// Whether there is nothing in it but one item.
    fn holds_only(&self, text: &str, at: usize) -> bool {
        let blank =
            |part: Range<usize>| text[part].trim_matches(|c: char| c == ',' || c.is_whitespace()).is_empty();
        let item = &self.items[at];
        blank(self.span.start + 1..item.start) && blank(item.end..self.span.end - 1)
    }
}

/// The parts of the text to take out with an item, so that what is left is as if it had never been.
fn cuts(text: &str, container: &Container, at: usize) -> [Option<Range<usize>>; 2] {
    let item = &container.items[at];
    let closer = container.span.end - 1;
    if container.holds_only(text, at) {
        return [Some(container.span.start + 1..closer), None];
    }
    let start = text[..item.start].trim_end().len();
    let before = at.checked_sub(1).map(|before| &container.items[before]);
    let end = container.items.get(at + 1).map_or(closer, |next| next.start);
    match (before.and_then(|before| comma(text, before.end..item.start)), comma(text, item.end..end)) {
        (_, Some(after)) => [Some(start..after + 1), None],
        (Some(comma), None) if comma + 1 == start => [Some(comma..item.end), None],
        // A comment stands behind the comma, and stays.
        (Some(comma), None) => [Some(comma..comma + 1), Some(start..item.end)],
        (None, None) => [Some(start..item.end), None],
    }
}
