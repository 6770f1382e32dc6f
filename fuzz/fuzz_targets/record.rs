//! The parser of records: what it reads is written in a form that is read as the same.
#![no_main]

use git_skillsync::model::note::Note;
use git_skillsync::model::record::{Line, parse_line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(Line::Known(fact)) = parse_line(text) {
        let line = fact.to_line();
        assert_eq!(parse_line(&line).expect("what was written is read"), Line::Known(fact));
    }
    let note = Note::parse_whole(text).to_text();
    assert_eq!(Note::parse_whole(&note).to_text(), note);
});
