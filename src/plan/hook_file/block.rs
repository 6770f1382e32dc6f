//! Our block: how it is written and how it is found again.

use super::{HEADER, Refusal, SHEBANG};
use crate::model::hook::HookEvent;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

const START: &str = "# >>> skillsync v1 >>>";
const END: &str = "# <<< skillsync <<<";
/// What the first lines of blocks of all versions have in common.
const ANY_START: &str = "# >>> skillsync ";
/// The placeholder for the binary in the embedded hooks.
const BINARY: &str = "'@BINARY@'";
/// The line that seals the lines after it, so that any release can tell whether they were edited.
const SEAL: &str = "# An edited block is left alone. Seal: ";

/// Where the block stands in a file, as offsets of bytes.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether the last line has a line end.
    pub(super) ends_line: bool,
}

/// The block for this event, with both markers and a line end.
pub(super) fn render(event: HookEvent, binary: &Path) -> String {
    let body = body(event, binary);
    format!("{START}\n{SEAL}{}\n{body}{END}\n", seal(&body))
}

/// What stands between the markers.
pub(super) fn body(event: HookEvent, binary: &Path) -> String {
    let embedded = template(event).trim_start_matches(SHEBANG).trim_start_matches(HEADER);
    let body = embedded.trim_start_matches(START).trim_start_matches('\n');
    let body = body.trim_end_matches('\n').trim_end_matches(END);
    body.replace(BINARY, &quote_binary(binary))
}

/// The hook file that the repository keeps for this event.
fn template(event: HookEvent) -> &'static str {
    match event {
        HookEvent::PostCommit => include_str!("../../../git-hooks/post-commit"),
        HookEvent::PostCheckout => include_str!("../../../git-hooks/post-checkout"),
        HookEvent::PostMerge => include_str!("../../../git-hooks/post-merge"),
        HookEvent::PostRewrite => include_str!("../../../git-hooks/post-rewrite"),
        HookEvent::PostApplypatch => include_str!("../../../git-hooks/post-applypatch"),
        HookEvent::PrePush => include_str!("../../../git-hooks/pre-push"),
        HookEvent::PreCommit => include_str!("../../../git-hooks/pre-commit"),
    }
}

/// The binary as one word of sh; its bare name, to be found on `PATH`, where the path is unusable.
///
/// A relative path would mean another file in every folder, and a control character would break the
/// line.
pub(super) fn quote_binary(binary: &Path) -> String {
    let path = binary.to_str().filter(|text| binary.is_absolute() && !text.chars().any(char::is_control));
    format!("'{}'", path.unwrap_or("git-skillsync").replace('\'', r"'\''"))
}

/// The block in this text.
pub(super) fn find(text: &str) -> Result<Option<Found>, Refusal> {
    let (mut starts, mut ends, mut offset) = (Vec::new(), Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with(ANY_START) {
            starts.push((offset, line));
        } else if line.trim_end() == END {
            ends.push((offset, line));
        }
        offset += line.len();
    }
    match (&starts[..], &ends[..]) {
        ([], []) => Ok(None),
        (&[(start, first)], &[(end, last)]) if start < end => {
            check_seal(first, &text[start + first.len()..end])?;
            Ok(Some(Found { start, end: end + last.len(), ends_line: last.ends_with('\n') }))
        }
        _ => Err(Refusal::Unterminated),
    }
}

/// Refuse a block that is not as it was written.
fn check_seal(first: &str, inner: &str) -> Result<(), Refusal> {
    if first.trim_end() != START {
        return Err(Refusal::OtherVersion);
    }
    let sealed = inner.strip_prefix(SEAL).and_then(|rest| rest.split_once('\n'));
    match sealed {
        Some((expected, body)) if expected == seal(body) => Ok(()),
        _ => Err(Refusal::Edited),
    }
}

/// The first half of the SHA-256 of the text, in hexadecimal; guards against editors, not attackers.
fn seal(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().take(16).fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
