//! Whatever the bytes: the parsers of the state file and of records end, and end well.

use super::{record, whole};
use git_skillsync::model::record::{Line, parse_line};
use git_skillsync::model::state_file::{Layout, StateError, StateFile};
use serde_json::Value;
use std::io::Write;
use std::process::Command;

/// How many inputs each parser gets.
fn inputs() -> usize {
    if crate::support::is_full() { 1_000_000 } else { 20_000 }
}

/// What the process may have used at most, in kB: the largest file that is read is 32 MB.
const MOST_MEMORY: u64 = 1_500_000;

/// Pseudo-random numbers, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap()
    }
}

const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"v\":1",
    "\"version\":1",
    "\"version\":99",
    "null",
    "1e400",
    "-1",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    "\"path\":\"..\"",
    "\"records\":[",
    "\"n\":1",
    "\u{feff}",
    "\"removed\":true",
    "\"kept\":true",
    "\u{202e}",
    "[[[[[[[[",
];

/// A good text, damaged in a few places.
fn damaged(chance: &mut Chance, good: &str) -> Vec<u8> {
    let mut bytes = good.as_bytes().to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(7) {
            0 => drop(bytes.splice(at..at, PIECES[chance.below(PIECES.len())].bytes())),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let again = bytes[at..end].to_vec();
                let to = chance.below(bytes.len() + 1);
                drop(bytes.splice(to..to, again));
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            5 if at < bytes.len() => bytes[at] = b"0123456789abcdef{}[]\",:"[chance.below(23)],
            _ => drop(bytes.splice(at..end, PIECES[chance.below(PIECES.len())].bytes())),
        }
    }
    bytes
}

/// Whether a text was read; what was read is written in a form that is read as the same.
fn try_state(bytes: &[u8]) -> bool {
    let alone = StateFile::records_in(bytes);
    let (state, layout) = match StateFile::parse(bytes) {
        Ok(parsed) => parsed,
        Err(error) => {
            // A reader of the records does not mind what is wrong elsewhere, but minds the version.
            assert!(!matches!(error, StateError::TooNew(_)) || alone.is_none(), "{error}");
            return false;
        }
    };
    match layout {
        Layout::Current => assert_eq!(alone.unwrap_or_default(), state.records),
        Layout::Fresh | Layout::Legacy => assert_eq!(alone, None),
    }
    let text = state.to_text().unwrap();
    let (again, _) = StateFile::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(again.to_text().unwrap(), text);
    if layout == Layout::Current {
        let (before, after): (Value, Value) = (
            serde_json::from_slice(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)).unwrap(),
            serde_json::from_str(&text).unwrap(),
        );
        for (key, value) in before.as_object().unwrap() {
            if !["targets", "records", "auto", "last_sync"].contains(&key.as_str()) {
                assert_eq!(&after[key], value, "'{key}' was not kept: {text}");
            }
        }
        let count = |value: &Value| value["records"].as_array().map_or(0, Vec::len);
        assert_eq!(count(&before), count(&after), "{text}");
    }
    true
}

fn try_record(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    match parse_line(text) {
        Ok(Line::Known(fact)) => {
            let line = fact.to_line();
            assert_eq!(parse_line(&line).unwrap(), Line::Known(fact), "{line}");
            true
        }
        Ok(Line::Foreign(kept)) => {
            assert_eq!(kept, text);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn any_bytes_are_read_or_refused_within_bounds() {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new(this);
    // In a process of its own, so that its memory can be measured.
    command.args(["--exact", "state_file::sweep::the_sweep", "--ignored", "--nocapture"]);
    let output = command.output().unwrap();
    let (said, printed) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{printed}\n{said}");
    let _ = write!(std::io::stderr(), "{said}");
}

/// What the test above runs.
#[test]
#[ignore = "started by any_bytes_are_read_or_refused_within_bounds"]
fn the_sweep() {
    let mut chance = Chance(0x5eed_1e55);
    let tombstone = r#"{"at":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","kept":true,"n":3,"path":"a/b","removed":true,"v":1}"#;
    let states =
        [whole(), r#"{"version":1}"#.to_owned(), r#"{"targets":{"a":1},"last_sync":"x"}"#.to_owned()];
    let records = [record("pdf", 'a'), tombstone.to_owned(), r#"{"v":2,"x":1}"#.to_owned()];
    let mut read = [0, 0];
    for at in 0..inputs() {
        let state = damaged(&mut chance, &states[at % states.len()]);
        read[0] += usize::from(try_state(&state));
        let line = damaged(&mut chance, &records[at % records.len()]);
        read[1] += usize::from(try_record(&line));
    }
    // As large as they may be.
    let full = 32 * 1024 * 1024;
    for (part, fits) in [("[", false), ("[],", true), ("\"\",", true)] {
        let text = format!("{{\"version\":1,\"x\":[{}", part.repeat((full - 30) / part.len()));
        let whole = text.trim_end_matches(',').to_owned() + "]}";
        assert_eq!(StateFile::parse(whole.as_bytes()).is_ok(), fits, "{part}");
    }
    let (least, most) = (inputs() / 50, inputs() * 49 / 50);
    assert!(read.iter().all(|read| (least..most).contains(read)), "{read:?} of {}", inputs());
    let memory = memory();
    let _ = writeln!(
        std::io::stderr(),
        "state file: {} inputs to each parser, {} and {} of them read, no panic, at most {memory} kB of memory",
        inputs(),
        read[0],
        read[1]
    );
    assert!(memory < MOST_MEMORY, "{memory} kB");
}

/// The most memory that this process has had, in kB.
#[cfg(target_os = "linux")]
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Where the system does not tell.
#[cfg(not(target_os = "linux"))]
fn memory() -> u64 {
    0
}
