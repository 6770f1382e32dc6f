//! Every state a state file can be found in.

use super::{parse, record, whole};
use git_skillsync::model::path::RepoPath;
use git_skillsync::model::record::{Fact, Line, parse_line};
use git_skillsync::model::state_file::{
    Counts, Drifted, FileRecords, Layout, StateError, StateFile, SyncMethod, SyncStatus, TargetState,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

fn fact(name: &str, at: char) -> Fact {
    match parse_line(&record(name, at)).unwrap() {
        Line::Known(fact) => fact,
        Line::Foreign(line) => panic!("{line}"),
    }
}

fn document(state: &StateFile) -> Value {
    serde_json::from_str(&state.to_text().unwrap()).unwrap()
}

#[test]
fn nothing_an_empty_file_and_an_empty_object_are_fresh() {
    for text in ["", " \n", "{}", " { } ", "\u{feff}{}"] {
        let (state, layout) = parse(text).unwrap();
        assert_eq!((state, layout), (StateFile::default(), Layout::Fresh), "{text:?}");
    }
    let text = StateFile::default().to_text().unwrap();
    assert!(text.ends_with("}\n"), "{text}");
    assert_eq!(
        document(&StateFile::default()),
        json!({"version":1,"last_sync":null,"targets":{},"records":[]})
    );
}

#[test]
fn every_field_makes_the_round_trip_and_what_is_unknown_keeps_its_place() {
    let (mut state, layout) = parse(&whole()).unwrap();
    assert_eq!(layout, Layout::Current);
    let before: Value = serde_json::from_str(&whole()).unwrap();
    assert_eq!(document(&state), before);
    // The order too: as texts, not only as values.
    assert_eq!(state.to_text().unwrap(), serde_json::to_string_pretty(&before).unwrap() + "\n");
    let codex = &state.targets["codex"];
    assert_eq!((codex.status, codex.items_synced, codex.items_skipped), (SyncStatus::Partial, 5, 2));
    assert_eq!(codex.sync_method[&path(".codex/skills/pdf/SKILL.md")], SyncMethod::Generated);
    assert_eq!(state.records.facts().count(), 2);
    assert_eq!(state.auto.keys().collect::<Vec<_>>(), ["z", "a"]);
    // One target changes; the other keys stay where they are.
    state.targets.get_mut("codex").unwrap().count(Counts { synced: 6, skipped: 0, failed: 0 });
    state.targets.insert("agents".into(), TargetState::default());
    state.auto.insert("m".into(), 3.into());
    let after = document(&state);
    assert_eq!(after["targets"]["codex"]["mood"], "fine");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&after), keys(&before));
    assert_eq!(keys(&after["targets"]["codex"]), keys(&before["targets"]["codex"]));
    assert_eq!(keys(&after["targets"]), ["codex", "agents"]);
    assert_eq!(after["records"][2], json!({"v":2,"anything":[1]}));
}

#[test]
fn what_is_no_json_object_is_damaged() {
    let cut = &whole()[..200];
    for text in ["not json", "[]", "null", "1", "\"x\"", "{\"version\":1", cut, "\0\0\0\0", "{\"a\":1e999}"] {
        assert!(matches!(parse(text), Err(StateError::Corrupt(_))), "{text:?}");
    }
    assert!(matches!(StateFile::parse(b"{\"a\":\"\xff\"}"), Err(StateError::Corrupt(_))));
    let deep = "[".repeat(100_000);
    assert!(matches!(parse(&deep), Err(StateError::Corrupt(_))), "nests too deeply");
}

#[test]
fn a_good_file_with_one_bad_part_is_refused_and_the_part_is_named() {
    let good = whole();
    let table = [
        (good.replacen("\"n\":1", "\"n\":-1", 1), "records[0] (.claude/skills/pdf)"),
        (good.replacen(&"f".repeat(40), "f00", 1), "records[1] (.claude/skills/sheets)"),
        (good.replacen("\"path\":\".claude/skills/pdf\"", "\"path\":\"../pdf\"", 1), "records[0] (../pdf)"),
        (good.replacen("{\"v\": 2, \"anything\": [1]}", "7", 1), "records[2]"),
        (good.replacen("\"partial\"", "\"splendid\"", 1), "targets.codex"),
        (good.replacen("\"items_synced\": 5", "\"items_synced\": \"five\"", 1), "targets.codex"),
        (good.replacen("\"later\"", "\"version\"", 1), "key 'version' stands twice"),
        (good.replacen("\"mood\"", "\"status\"", 1), "key 'status' stands twice"),
        (good.replacen("\"name\":\"pdf\"", "\"name\":\"pdf\",\"name\":\"x\"", 1), "key 'name' stands twice"),
        (r#"{"version":1,"records":{}}"#.into(), "records"),
        (r#"{"version":1,"targets":[]}"#.into(), "targets"),
        (r#"{"version":1,"targets":{"x":[]}}"#.into(), "targets.x"),
        (r#"{"version":1,"targets":{"x":{"file_hashes":{"/abs":"1"}}}}"#.into(), "targets.x"),
        (r#"{"version":1,"auto":7}"#.into(), "auto"),
        (r#"{"version":1,"last_sync":7}"#.into(), "last_sync"),
    ];
    for (text, named) in table {
        assert_ne!(text, good, "{named}");
        let error = parse(&text).unwrap_err();
        assert!(matches!(error, StateError::Malformed { .. } | StateError::Record { .. }), "{error:?}");
        assert!(error.to_string().contains(named), "{error} does not name {named}");
    }
    let huge = format!("{{\"version\":1,\"x\":\"{}\"}}", "y".repeat(32 * 1024 * 1024));
    assert!(matches!(parse(&huge), Err(StateError::TooLarge(_))));
}

#[test]
fn a_newer_version_is_refused() {
    for (text, version) in [(r#"{"version":2}"#, 2), (r#"{"version":99,"records":7}"#, 99)] {
        assert!(matches!(parse(text), Err(StateError::TooNew(found)) if found == version), "{text}");
    }
    // Also where it has accounts beside what only we write.
    assert!(matches!(parse(r#"{"version":2,"accounts":{},"records":[]}"#), Err(StateError::TooNew(2))));
}

#[test]
fn older_layouts_are_kept_whole_under_migrated_from() {
    let cc2all = json!({"last_sync":"2025-01-01T00:00:00","targets":{"codex":{"file_hashes":{"/a/b":"x"}}}});
    let harness_sync = json!({"version":2,"last_sync":"2026-03-30T09:04:50.1","targets":{},
        "accounts":{"default":{"targets":{}}},"plugins":{}});
    let odd =
        [json!({"version":"1","a":1}), json!({"version":1.5}), json!({"version":null}), json!({"version":0})];
    for old in [cc2all, harness_sync].iter().chain(&odd) {
        let (state, layout) = parse(&old.to_string()).unwrap();
        assert_eq!(layout, Layout::Legacy, "{old}");
        let new = document(&state);
        assert_eq!((&new["version"], &new["migrated_from"]), (&json!(1), old), "{old}");
        assert_eq!(new["last_sync"], old.get("last_sync").cloned().unwrap_or_default(), "{old}");
        // The next reader finds a file of ours, with the same in it.
        let (again, layout) = parse(&state.to_text().unwrap()).unwrap();
        assert_eq!((again.migrated_from, layout), (state.migrated_from, Layout::Current));
    }
    // HarnessSync's first layout is the one that ours grew out of.
    let first = json!({"version":1,"last_sync":null,"targets":{"codex":{"status":"success","scope":"all","items_synced":3}}});
    let (state, layout) = parse(&first.to_string()).unwrap();
    assert_eq!((state.targets["codex"].items_synced, layout), (3, Layout::Current));
}

#[test]
fn counts_come_down_to_a_status() {
    let table = [
        ((0, 0, 0), SyncStatus::Success),
        ((3, 0, 0), SyncStatus::Success),
        ((0, 3, 0), SyncStatus::Success),
        ((1, 0, 1), SyncStatus::Partial),
        ((0, 1, 1), SyncStatus::Failed),
        ((0, 0, 5), SyncStatus::Failed),
    ];
    for ((synced, skipped, failed), status) in table {
        let mut target = TargetState::default();
        target.count(Counts { synced, skipped, failed });
        assert_eq!(target.status, status, "{synced} {skipped} {failed}");
        assert_eq!(
            (target.items_synced, target.items_skipped, target.items_failed),
            (synced, skipped, failed)
        );
    }
}

#[test]
fn drift_is_changed_added_or_removed_each_named() {
    let files = |pairs: &[(&str, &str)]| -> BTreeMap<RepoPath, String> {
        pairs.iter().map(|(file, hash)| (path(file), (*hash).to_owned())).collect()
    };
    let mut state = StateFile::default();
    let stored = TargetState { file_hashes: files(&[("a", "1"), ("b", "2")]), ..TargetState::default() };
    state.targets.insert("codex".into(), stored);
    let all = files(&[("a", "1"), ("b", "2")]);
    // A target that was never synced: everything is new.
    assert_eq!(state.drift("gemini", &all), [Drifted::Added(path("a")), Drifted::Added(path("b"))]);
    let table = [
        (files(&[("a", "1"), ("b", "2")]), vec![]),
        (files(&[("a", "9"), ("b", "2")]), vec![Drifted::Changed(path("a"))]),
        (files(&[("a", "1"), ("b", "2"), ("c", "3")]), vec![Drifted::Added(path("c"))]),
        (files(&[("a", "1")]), vec![Drifted::Removed(path("b"))]),
        (files(&[]), vec![Drifted::Removed(path("a")), Drifted::Removed(path("b"))]),
    ];
    for (now, drifted) in table {
        assert_eq!(state.drift("codex", &now), drifted, "{now:?}");
    }
    // Targets are independent, sorted, and one that is not there can be cleared all the same.
    state.targets.insert("agents".into(), TargetState::default());
    assert_eq!(state.targets.keys().collect::<Vec<_>>(), ["agents", "codex"]);
    assert!(state.targets.remove("codex").is_some() && state.targets.remove("codex").is_none());
    assert_eq!(document(&state)["targets"].as_object().unwrap().keys().collect::<Vec<_>>(), ["agents"]);
}

#[test]
fn a_record_takes_the_place_of_the_one_for_the_same_content() {
    let mut records = FileRecords::default();
    records.add(fact("pdf", 'a'));
    records.add(fact("sheets", 'a'));
    records.add(fact("pdf", 'a'));
    assert_eq!(records.facts().count(), 2, "one per path and content");
    records.add(fact("pdf", '9'));
    let pdf = path(".claude/skills/pdf");
    let numbers: Vec<u64> = records.of(&pdf).map(Fact::n).collect();
    assert_eq!(numbers, [3, 2], "newest first, and numbered on");
    // A name of another type is another record.
    let command = record("pdf", 'a').replace(".claude/skills/pdf", ".claude/commands/pdf.md");
    let Line::Known(command) = parse_line(&command.replace("\"skill\"", "\"command\"")).unwrap() else {
        panic!()
    };
    records.add(command);
    assert_eq!(records.facts().count(), 4);
    // The oldest contents of a path are forgotten, nobody else's.
    for at in ('0'..='9').chain('a'..='f') {
        for other in ['1', '2'] {
            let mut many = fact("pdf", at);
            many =
                many.at(Some(gix::ObjectId::from_hex(format!("{at}{other}").repeat(20).as_bytes()).unwrap()));
            records.add(many);
        }
    }
    assert_eq!(records.of(&pdf).count(), 20);
    assert_eq!(records.facts().count(), 22);
}
