//! The state file: what is read, what is refused, and who writes it.

#[path = "state_file/layouts.rs"]
mod layouts;
#[path = "state_file/sweep.rs"]
mod sweep;
#[path = "state_file/writing.rs"]
mod writing;

use git_skillsync::model::state_file::{Layout, StateError, StateFile};

/// A record as it stands in notes and in the file.
fn record(name: &str, at: char) -> String {
    let id = |letter: char| letter.to_string().repeat(40);
    format!(
        r#"{{"at":"{}","base":"{}","collection":{{"id":"{}","name":"default"}},"commit":"{}","deployed_at":"2026-11-20T10:30:00Z","method":"copy","n":1,"name":"{name}","path":".claude/skills/{name}","pin":null,"sha256":"{}","source":"skills/{name}","target":"claude","type":"skill","v":1,"version":"1.2.0"}}"#,
        id(at),
        id('b'),
        id('c'),
        id('d'),
        "e".repeat(64)
    )
}

/// A file with everything in it, and a key of a newer program between the others.
fn whole() -> String {
    format!(
        r#"{{
  "version": 1,
  "later": {{"b": 1, "a": 2}},
  "last_sync": "2026-11-20T10:30:00Z",
  "targets": {{
    "codex": {{
      "last_sync": "2026-11-20T10:30:00Z",
      "status": "partial",
      "mood": "fine",
      "scope": "all",
      "file_hashes": {{".codex/skills/pdf/SKILL.md": "{hash}"}},
      "sync_method": {{".codex/skills/pdf/SKILL.md": "generated"}},
      "items_synced": 5,
      "items_skipped": 2,
      "items_failed": 1
    }}
  }},
  "records": [{}, {}, {{"v": 2, "anything": [1]}}],
  "auto": {{"z": 1, "a": {{"n": 2}}}},
  "migrated_from": {{"codex": {{"hash": "x"}}}}
}}"#,
        record("pdf", 'a'),
        record("sheets", 'f'),
        hash = "1".repeat(64)
    )
}

fn parse(text: &str) -> Result<(StateFile, Layout), StateError> {
    StateFile::parse(text.as_bytes())
}
