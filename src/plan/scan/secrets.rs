//! Secrets in lines.

use super::ALLOW;
use crate::merge::Addition;
use crate::model::scan::secrets::{Doubt, SECRETS, SecretRule};
use crate::model::scan::{Finding, names};
use gix::bstr::ByteSlice;
use regex::bytes::{Regex, RegexSet};
use std::collections::HashSet;
use std::sync::LazyLock;

/// The rules, compiled when something is looked at for the first time. One that does not compile is
/// left out of both, which a test would show.
struct Compiled {
    /// Which rules may fit a line.
    any: RegexSet,
    /// Each rule.
    one: Vec<(&'static SecretRule, Regex)>,
}

static RULES: LazyLock<Compiled> = LazyLock::new(|| {
    let compiled = SECRETS.iter().filter_map(|rule| Some((rule, Regex::new(rule.pattern).ok()?)));
    let one: Vec<(&SecretRule, Regex)> = compiled.collect();
    let any = RegexSet::new(one.iter().map(|(rule, _)| rule.pattern)).unwrap_or_else(|_| RegexSet::empty());
    Compiled { any, one }
});

/// How many rules can be used.
#[cfg(test)]
pub(super) fn usable() -> [usize; 2] {
    [RULES.one.len(), RULES.any.len()]
}

/// The secrets in one file.
pub(super) fn find(addition: &Addition) -> Vec<Finding> {
    let path = addition.path.to_str_lossy().into_owned();
    let mut found = Vec::new();
    if let Some(rule) = names::forbidden(&path) {
        found.push(Finding {
            rule: "file-name".into(),
            what: rule.what.into(),
            path: path.clone(),
            line: None,
            shown: String::new(),
        });
    }
    for (number, line) in &addition.lines {
        if let Some((rule, secret)) = in_line(line) {
            let shown = redacted(&secret);
            let (rule, what) = (rule.id.to_owned(), rule.what.to_owned());
            found.push(Finding { rule, what, path: path.clone(), line: Some(*number), shown });
        }
    }
    found
}

/// The first rule that finds a secret in a line, and the secret.
pub(super) fn in_line(line: &[u8]) -> Option<(&'static SecretRule, String)> {
    let candidates = RULES.any.matches(line);
    if !candidates.matched_any() || ALLOW.iter().any(|word| line.contains_str(word)) {
        return None;
    }
    candidates.iter().filter_map(|at| RULES.one.get(at)).find_map(|(rule, regex)| {
        let secrets = regex.captures_iter(line).filter_map(|groups| groups.get(1).or_else(|| groups.get(0)));
        let mut texts = secrets.map(|found| found.as_bytes().to_str_lossy().into_owned());
        Some((*rule, texts.find(|secret| counts(rule, secret))?))
    })
}

/// Whether a match is a secret and not an example of one.
fn counts(rule: &SecretRule, secret: &str) -> bool {
    match rule.doubt {
        Doubt::None => true,
        Doubt::Filler => !has_filler(secret),
        Doubt::Entropy(least) => {
            !has_filler(secret) && !is_placeholder(secret) && is_mixed(secret) && entropy(secret) >= least
        }
    }
}

/// Whether letters stand there that nobody would draw: `xxxxxx`, `******`, `......`.
fn has_filler(secret: &str) -> bool {
    const LONG: usize = 6;
    let runs = secret.as_bytes().chunk_by(|left, right| left == right);
    runs.into_iter().any(|run| run.len() >= LONG && matches!(run[0], b'x' | b'X' | b'*' | b'.' | b'_' | b'-'))
}

/// Words that stand where a reader puts a secret of their own.
const PLACEHOLDERS: [&str; 14] = [
    "example",
    "your",
    "placeholder",
    "changeme",
    "replace",
    "insert",
    "redacted",
    "dummy",
    "sample",
    "my-",
    "my_",
    "password",
    "process.env",
    "secret",
];

fn is_placeholder(secret: &str) -> bool {
    let lower = secret.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|word| lower.contains(word)) || lower.contains("://") || lower.contains("../")
}

/// Whether digits stand among letters, as they do in what a machine drew and seldom in words and
/// paths.
fn is_mixed(secret: &str) -> bool {
    let digits = secret.bytes().filter(u8::is_ascii_digit).count();
    let letters = secret.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 2 && letters >= 2
}

/// Shannon's entropy per character, in hundredths of a bit.
pub(super) fn entropy(text: &str) -> u32 {
    let kinds: HashSet<u8> = text.bytes().collect();
    let length = text.len().max(1);
    let bits: f64 = kinds
        .into_iter()
        .map(|kind| {
            let count = text.bytes().filter(|byte| *byte == kind).count();
            let share = as_f64(count) / as_f64(length);
            -share * share.log2()
        })
        .sum();
    // At most eight bits per byte.
    (bits * 100.0) as u32
}

/// Lines are short enough for this to be exact.
fn as_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Enough of a secret to find it again, and no more.
fn redacted(secret: &str) -> String {
    if secret.starts_with("-----BEGIN") {
        return String::new();
    }
    let start: String = secret.chars().take(4).collect();
    format!("{start}…, {} characters", secret.chars().count())
}
