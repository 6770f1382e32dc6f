//! Whether an error only says that the collection cannot be reached now.

use crate::error::Error;
use crate::model::configured::without_credentials;
use crate::report::failure;

/// What git, curl and ssh say where there is no network, or nobody at its other end.
const WORDS: [&str; 13] = [
    "took too long",
    "could not resolve host",
    "could not resolve hostname",
    "temporary failure in name resolution",
    "connection refused",
    "connection timed out",
    "connection reset",
    "operation timed out",
    "network is unreachable",
    "no route to host",
    "failed to connect",
    "could not connect",
    "unable to look up",
];

/// Whether it does.
pub fn is_offline(error: &Error) -> bool {
    let text = failure::chain(error).to_lowercase();
    WORDS.iter().any(|words| text.contains(words))
}

/// Whether it was only too slow for somebody who waits.
pub fn is_slow(error: &Error) -> bool {
    failure::chain(error).contains("took too long")
}

/// The error in one line, without what git was called with and without any password of a URL.
pub fn line(error: &Error) -> String {
    if is_slow(error) {
        return "the collection did not answer in time".to_owned();
    }
    let text = failure::chain(error);
    let said = text.split_once("' failed: ").map_or(&*text, |(_, said)| said);
    let bare = |word: &str| {
        let inner = word.trim_start_matches('\'');
        format!("{}{}", &word[..word.len() - inner.len()], without_credentials(inner))
    };
    said.split(' ').map(bare).collect::<Vec<_>>().join(" ")
}
