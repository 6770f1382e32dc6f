//! The three languages of such files, read strictly into one form.

use super::ImportError;
use crate::model::strict;
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// How deep YAML may nest; lock files need four levels.
const MAX_DEPTH: usize = 32;

/// A JSON document without doubled keys.
pub fn json(text: &str) -> Result<Value, ImportError> {
    Ok(strict::from_str(text)?)
}

/// A TOML document; the language itself forbids doubled keys.
pub fn toml(text: &str) -> Result<Value, ImportError> {
    Ok(toml::from_str(text)?)
}

/// The first document of a YAML stream, every scalar as text, an empty plain one as null.
///
/// Built from events, so that depth is bounded and references, which can multiply a small file
/// into gigabytes, are refused, as are doubled keys.
pub fn yaml(text: &str) -> Result<Value, ImportError> {
    let mut open: Vec<Node> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        let odd = |what| ImportError::OddYaml { line: span.start.line(), what };
        let value = match event {
            Event::Alias(_) => return Err(odd("refers to another place of the file")),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() == MAX_DEPTH {
                    return Err(odd("nests too deeply"));
                }
                let list = matches!(event, Event::SequenceStart(..));
                open.push(if list { Node::List(Vec::new()) } else { Node::Map(Map::new(), None) });
                continue;
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null") => Value::Null,
            Event::Scalar(text, ..) => Value::String(text.into_owned()),
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Node::List(items)) => Value::Array(items),
                Some(Node::Map(map, _)) => Value::Object(map),
                None => Value::Null,
            },
            _ => continue,
        };
        match open.last_mut() {
            None => return Ok(value),
            Some(node) => node.add(value).map_err(odd)?,
        }
    }
    Ok(Value::Null)
}

/// A list or map that is still being read.
enum Node {
    List(Vec<Value>),
    /// The map, and the key that waits for its value.
    Map(Map<String, Value>, Option<String>),
}

impl Node {
    fn add(&mut self, value: Value) -> Result<(), &'static str> {
        match self {
            Self::List(items) => items.push(value),
            Self::Map(map, key) => match (key.take(), value) {
                (Some(key), value) => drop(map.insert(key, value)),
                (None, Value::String(text)) if map.contains_key(&text) => return Err("doubles a key"),
                (None, Value::String(text)) => *key = Some(text),
                (None, _) => return Err("has a key that is no text"),
            },
        }
        Ok(())
    }
}
