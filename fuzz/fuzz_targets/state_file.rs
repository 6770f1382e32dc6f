//! The parser of the state file: what it reads is written in a form that is read as the same.
#![no_main]

use git_skillsync::model::state_file::StateFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok((state, _)) = StateFile::parse(bytes) else { return };
    let text = state.to_text().expect("a text");
    let (again, _) = StateFile::parse(text.as_bytes()).expect("what was written is read");
    assert_eq!(again.to_text().expect("a text"), text);
});
