//! The one place that prints.

use crate::report::Report;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

/// Print a report and end with its exit status.
///
/// A reader that went away (`git skillsync list | head`) is no failure.
pub fn print(report: &Report) -> ExitCode {
    let out = std::io::stdout().lock().write_all(report.stdout.as_bytes());
    let err = std::io::stderr().lock().write_all(report.stderr.as_bytes());
    let written = out.and_then(|()| std::io::stdout().lock().flush()).and(err);
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(128),
        _ => ExitCode::from(report.exit.code()),
    }
}

/// Whether a question would be seen and could be answered.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The longest input that is read, in bytes.
const MAX_INPUT: u64 = 16 * 1024 * 1024;

/// Standard input as text, unless somebody would have to type it.
pub fn read_input() -> String {
    let mut text = String::new();
    if std::io::stdin().is_terminal() || std::io::stdin().take(MAX_INPUT).read_to_string(&mut text).is_err() {
        text.clear();
    }
    text
}

/// How long a program that calls us may take to say why.
const PATIENCE: Duration = Duration::from_secs(1);

/// The JSON document on standard input, as far as it comes: whoever calls a hook may leave the
/// stream open, and must not be waited for.
pub fn read_document(is_whole: impl Fn(&[u8]) -> bool) -> String {
    if std::io::stdin().is_terminal() {
        return String::new();
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    // It ends with the process, at the latest.
    std::thread::spawn(move || {
        let mut part = [0; 16 * 1024];
        while let Ok(length @ 1..) = std::io::stdin().read(&mut part) {
            if sender.send(part[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut data: Vec<u8> = Vec::new();
    while !is_whole(&data) && (data.len() as u64) < MAX_INPUT {
        match receiver.recv_timeout(PATIENCE) {
            Ok(part) => data.extend(part),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&data).into_owned()
}

/// Ask a question that is answered with yes or no; no answer is no.
pub fn confirm(question: &str) -> bool {
    let mut err = std::io::stderr().lock();
    let asked = write!(err, "{} [y/N] ", crate::report::text::escape(question)).and_then(|()| err.flush());
    let mut answer = String::new();
    asked.is_ok()
        && std::io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Show a text beside a question and read a line; nothing where the input has ended.
pub fn ask(shown: &str, question: &str) -> Option<String> {
    use crate::report::text::{escape, escape_lines};
    let mut err = std::io::stderr().lock();
    let asked = write!(err, "{}{}", escape_lines(shown), escape(question)).and_then(|()| err.flush());
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    (asked.is_ok() && read.is_ok_and(|bytes| bytes > 0)).then_some(answer)
}

/// Whether somebody is looking: then a pager may be used.
pub fn is_interactive() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard output takes colours by itself: a terminal, and `NO_COLOR` is not set.
pub fn takes_color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
