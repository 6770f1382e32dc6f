//! What a program says on the standard input of its hook.

use serde_json::Value;
use serde_json::de::IoRead;

/// Whether a text begins with a whole JSON value: then nothing more has to be waited for.
pub fn is_whole(text: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::new(IoRead::new(text)).into_iter::<serde::de::IgnoredAny>();
    matches!(values.next(), Some(Ok(_))) && text.iter().any(|byte| matches!(byte, b'}' | b']'))
}

/// The folder that a session is about, as far as its program says so: `cwd`, or the first of
/// `workspace_roots`. What cannot be understood says nothing.
pub fn folder(input: &str) -> Option<String> {
    let document: Value = serde_json::from_str(input.trim_start_matches('\u{feff}')).ok()?;
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let root = || document.get("workspace_roots")?.as_array()?.first().and_then(text);
    document.get("cwd").and_then(text).or_else(root)
}
