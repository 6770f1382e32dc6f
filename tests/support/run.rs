//! One run of a program, as text that is the same on every machine.

use super::Sandbox;
use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a program printed, and how it ended.
///
/// Its `Display` is made for one inline snapshot: paths, object ids, ULIDs and times are replaced.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it wrote to stdout, as it is.
    pub stdout: String,
    /// What it wrote to stderr, as it is.
    pub stderr: String,
    /// Its exit status; -1 if a signal ended it.
    pub code: i32,
    shown: String,
    command: String,
}

impl Run {
    /// Run a command to its end, with nothing on stdin.
    pub fn of(sandbox: &Sandbox, command: &mut Command) -> Self {
        Self::with_input(sandbox, command, b"")
    }

    /// Run a command to its end, with these bytes on stdin.
    pub fn with_input(sandbox: &Sandbox, command: &mut Command, input: &[u8]) -> Self {
        let shown_command = format!("{command:?}");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawn(command).unwrap_or_else(|error| panic!("{shown_command}: {error}"));
        let mut stdin = child.stdin.take().expect("stdin");
        let input = input.to_vec();
        // In a thread, as the program may write before it reads; a program that does not read is fine.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("output");
        writer.join().expect("writer");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap_or(-1);
        let shown = normalize(sandbox, &stdout, &stderr, code);
        Self { stdout, stderr, code, shown, command: shown_command }
    }

    /// Its stdout, without the last line end; panics with everything if it failed.
    pub fn expect_success(self) -> String {
        assert_eq!(self.code, 0, "{}\n{self}", self.command);
        self.stdout.strip_suffix('\n').unwrap_or(&self.stdout).into()
    }

    /// Its stdout as a JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Start a program. One that was just written is busy while another test's child, forked in the
/// meantime, still holds the file.
fn spawn(command: &mut Command) -> std::io::Result<Child> {
    let mut tries = 0;
    loop {
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && tries < 200 => tries += 1,
            done => return done,
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// All of a run as one text; the names of empty streams are left out.
fn normalize(sandbox: &Sandbox, stdout: &str, stderr: &str, code: i32) -> String {
    let mut text = String::new();
    for (name, stream) in [("stdout", stdout), ("stderr", stderr)] {
        if !stream.is_empty() {
            let end = if stream.ends_with('\n') { "" } else { "[no newline]\n" };
            text += &format!("----- {name}\n{}{end}", mask(sandbox, stream));
        }
    }
    text + &format!("----- status {code}\n")
}

/// Replace what differs from run to run.
fn mask(sandbox: &Sandbox, text: &str) -> String {
    let text = text.replace(&*sandbox.root().to_string_lossy(), "[SANDBOX]");
    let mut masked = String::with_capacity(text.len());
    for word in split_words(&text) {
        masked += mask_word(word).unwrap_or(word);
    }
    masked
}

/// The text in runs of word characters (those of ids and times) and of others.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'_');
    text.as_bytes()
        .chunk_by(move |a, b| is_word(*a) == is_word(*b))
        .map(|chunk| str::from_utf8(chunk).expect("cut between characters, as only ASCII is a word"))
}

/// The placeholder for a word that is an object id, a digest, a ULID or a time.
fn mask_word(word: &str) -> Option<&'static str> {
    let bytes = word.trim_end_matches(['.', ':']).as_bytes();
    let hex = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let ulid = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'T' | b'V'..=b'Z');
    match bytes.len() {
        40 if hex => Some("[OID]"),
        64 if hex => Some("[SHA256]"),
        26 if bytes.iter().all(ulid) => Some("[ULID]"),
        20.. if is_time(bytes) => Some("[TIME]"),
        _ => None,
    }
}

/// Whether the bytes begin as an RFC 3339 time does.
fn is_time(bytes: &[u8]) -> bool {
    let shape = b"dddd-dd-ddTdd:dd:dd";
    shape
        .iter()
        .zip(bytes)
        .all(|(kind, byte)| if *kind == b'd' { byte.is_ascii_digit() } else { kind == byte })
}
