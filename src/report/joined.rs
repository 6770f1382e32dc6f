//! Two reports of one command as one: about what a repository tracks and about what it ignores.

use super::{Form, Report};
use serde_json::{Map, Value};

impl Report {
    /// What both say; the exit status is the graver one.
    #[must_use]
    pub fn joined(self, other: &Self, form: Form) -> Self {
        let exit = self.exit.max(other.exit);
        let stdout = match form.json {
            true => join_documents(&self.stdout, &other.stdout),
            false => join_lines(&self.stdout, &other.stdout),
        };
        Self { stdout, stderr: join_lines(&self.stderr, &other.stderr), exit }
    }
}

/// The second text after the first; that there was nothing to do on one side is no matter where the other
/// says something.
fn join_lines(first: &str, second: &str) -> String {
    let is_idle = |text: &str| IDLE.iter().any(|idle| text.starts_with(idle)) && text.lines().count() < 3;
    if first == second || is_idle(second) {
        return first.to_owned();
    }
    if is_idle(first) { second.to_owned() } else { format!("{first}{second}") }
}

/// How a report begins that has nothing to say.
const IDLE: [&str; 2] = ["already up to date", "nothing deployed from"];

/// The second document in the first.
fn join_documents(first: &str, second: &str) -> String {
    match (serde_json::from_str(first), serde_json::from_str(second)) {
        (Ok(Value::Object(first)), Ok(Value::Object(second))) => {
            format!("{}\n", Value::Object(join(first, second)))
        }
        (Ok(_), _) => first.to_owned(),
        (Err(_), _) => second.to_owned(),
    }
}

/// Lists are put together, counts are added, what is true in one of them is true; of all else the first
/// counts.
fn join(mut first: Map<String, Value>, second: Map<String, Value>) -> Map<String, Value> {
    for (key, other) in second {
        match (first.get_mut(&key), other) {
            (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
            (Some(Value::Bool(one)), Value::Bool(other)) => *one |= other,
            (Some(Value::Object(inner)), Value::Object(more)) => {
                *inner = join(std::mem::take(inner), more);
            }
            (Some(number @ Value::Number(_)), Value::Number(more)) if key != "schema" => {
                let sum = number.as_u64().zip(more.as_u64()).map(|(one, other)| one + other);
                *number = sum.map_or(number.take(), Value::from);
            }
            (Some(none @ Value::Null), other) => *none = other,
            (None, other) => drop(first.insert(key, other)),
            (Some(_), _) => {}
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::{Form, Report};
    use crate::exit::Exit;

    #[test]
    fn two_documents_are_one() {
        let form = Form { json: true, ..Form::default() };
        let first = r#"{"schema":1,"command":"pull","drift":false,"operation":null,"summary":{"updated":1},"results":[1]}"#;
        let second = r#"{"schema":1,"command":"pull","drift":true,"operation":"x","summary":{"updated":2},"results":[2,3]}"#;
        let both = Report::line(first).joined(&Report::line(second).with("w", Exit::Attention), form);
        let expected = r#"{"schema":1,"command":"pull","drift":true,"operation":"x","summary":{"updated":3},"results":[1,2,3]}"#;
        assert_eq!(
            (both.stdout.trim_end(), both.stderr.as_str(), both.exit),
            (expected, "w", Exit::Attention)
        );
        assert_eq!(Report::line(first).joined(&Report::data(""), form).stdout.trim_end(), first);
    }

    #[test]
    fn what_both_say_is_said_once() {
        let form = Form::default();
        assert_eq!(Report::line("a").joined(&Report::line("a"), form), Report::line("a"));
        assert_eq!(Report::line("a").joined(&Report::line("b"), form), Report::data("a\nb\n"));
        let idle = || Report::line("already up to date");
        assert_eq!(idle().joined(&Report::line("a"), form), Report::line("a"));
        assert_eq!(Report::line("a").joined(&idle(), form), Report::line("a"));
        assert_eq!(idle().joined(&idle(), form), idle());
    }
}
