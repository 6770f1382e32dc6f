//! Merging two versions of a note: a table, and what must hold for any notes.

use git_skillsync::model::note::{MAX_NOTE, Note};
use git_skillsync::model::note_merge::merge;
use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

/// The line of a record: its path, number and version.
fn record(path: &str, n: u64, version: &str) -> String {
    let zero = "0".repeat(40);
    let sha256 = "0".repeat(64);
    format!(
        r#"{{"at":"{zero}","base":"{zero}","collection":{{"id":"{zero}","name":"default"}},"commit":"{zero}","deployed_at":"2026-01-01T00:00:00Z","method":"copy","n":{n},"name":"{path}","path":"{path}","pin":null,"sha256":"{sha256}","source":"skills/{path}","target":"claude","type":"skill","v":1,"version":"{version}"}}"#
    )
}

fn removed(path: &str, n: u64) -> String {
    format!(r#"{{"n":{n},"path":"{path}","removed":true,"v":1}}"#)
}

fn text(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.bytes().chain(*b"\n")).collect()
}

fn merged(base: &[&str], ours: &[&str], theirs: &[&str]) -> String {
    String::from_utf8(merge(&text(base), &text(ours), &text(theirs))).expect("text")
}

#[test]
fn every_way_in_which_two_sides_can_differ() {
    let (a1, a2, a3) = (record("a", 1, "1"), record("a", 2, "1"), record("a", 3, "1"));
    let (a3b, gone, b) = (record("a", 3, "2"), removed("a", 4), record("b", 1, "1"));
    let (new, odd) = (r#"{"path":"a","v":2,"n":9}"#, "not json\r");
    let (a1, a2, a3, a3b, gone, b) = (&*a1, &*a2, &*a3, &*a3b, &*gone, &*b);
    let table: &[[&[&str]; 4]] = &[
        [&[], &[], &[], &[]],
        [&[a1], &[a1], &[a1], &[a1]],
        [&[], &[a1], &[], &[a1]],
        [&[], &[a1], &[b], &[a1, b]],
        [&[a1], &[a2], &[a1], &[a2]],
        [&[a1], &[a2], &[a2], &[a2]],
        [&[a1], &[a2], &[a3], &[a3]],
        [&[a1], &[a3], &[a3b], &[a3b]],
        [&[a2], &[a1], &[a2], &[a1]],
        [&[a1], &[a2], &[gone], &[gone]],
        [&[a1], &[], &[a1], &[]],
        [&[a1], &[], &[a2], &[a2]],
        [&[a1, b], &[b], &[a1], &[]],
        [&[], &[b, "", a2, a1, a2], &[a1], &[a2, b]],
        [&[], &[new], &[odd], &[odd, new]],
        [&[new, odd], &[odd], &[new, odd], &[odd]],
        [&[new], &[new, odd], &[], &[odd]],
    ];
    for [base, ours, theirs, expected] in table {
        let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
        let mut sorted: Vec<&str> = expected.split_inclusive('\n').collect();
        sorted.sort_by_key(|line| !line.contains("\"v\":1"));
        assert_eq!(merged(base, ours, theirs), sorted.concat(), "{base:?} {ours:?} {theirs:?}");
        assert_eq!(merged(base, theirs, ours), sorted.concat(), "{base:?} {theirs:?} {ours:?}");
    }
}

#[test]
fn a_note_that_nobody_can_read_keeps_its_lines() {
    let a1 = record("a", 1, "1");
    let latin = [b"caf\xe9\n", a1.as_bytes()].concat();
    assert_eq!(merge(b"", &latin, b"~"), [b"caf\xe9\n", a1.as_bytes(), b"\n~\n"].concat());
    assert_eq!(merge(&latin, &latin, b""), b"");
    let huge = vec![b'x'; MAX_NOTE + 1];
    assert_eq!(merge(b"", &huge, b"y\n"), [&huge[..], b"\ny\n"].concat());
}

#[test]
fn a_large_note_is_read_if_it_stands_as_it_was_written() {
    let lines = |count: usize, more: &str| -> String {
        let records = (0..count).map(|at| record(&format!("skill-{at:06}"), 1, "1") + "\n");
        records.collect::<String>() + more
    };
    let large = lines(3000, "");
    assert!(large.len() > MAX_NOTE);
    let quoted = record("t", 1, "1").replace("\"path\":\"t\"", "\"path\":\"t\\\"x\"");
    let doubled = record("skill-002999", 1, "1");
    for (text, is_readable) in [
        (large.clone(), true),
        (lines(3000, &(quoted + "\n")), true),
        (lines(3000, "{\"v\":2}\n"), true),
        (lines(3000, &(doubled + "\n")), false),
        (lines(3000, &(record("a", 1, "1") + "\n")), false),
        (lines(3000, "\n\n"), false),
        (format!("{large}{}", "x".repeat(70_000)), false),
        (lines(41_000, ""), false),
    ] {
        assert_eq!(
            Note::is_readable(&text),
            is_readable,
            "{} bytes, {}",
            text.len(),
            &text[text.len() - 90..]
        );
    }
    // Two who add to it are merged by record.
    let (a2, b2) = (record("skill-000000", 2, "1"), record("skill-002999", 2, "1"));
    let with = |line: &str, number: usize| {
        let mut all: Vec<&str> = large.lines().collect();
        all[number] = line;
        text(&all)
    };
    let both = merge(large.as_bytes(), &with(&a2, 0), &with(&b2, 2999));
    let both = Note::parse(std::str::from_utf8(&both).expect("text")).0;
    assert_eq!(both.facts().filter(|fact| fact.n() == 2).count(), 2);
}

/// Any line that may stand in a note; few paths and numbers, so that they meet.
fn line() -> impl Strategy<Value = String> {
    let known = (prop::sample::select(vec!["a", "b"]), 1..4_u64, prop::sample::select(vec!["1", "2"]));
    proptest::prop_oneof![
        6 => known.clone().prop_map(|(path, n, version)| record(path, n, version)),
        2 => known.prop_map(|(path, n, _)| removed(path, n)),
        1 => prop::sample::select(vec![
            r#"{"path":"a","v":2}"#, r#"{"v":"x"}"#, "{\"v\":1,\"v\":1}", "not json", "odd\r", "{\"v\":1}", "", "  ", "\r",
        ]).prop_map(str::to_owned),
    ]
}

fn note() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(line(), 0..6).prop_map(|lines| lines.join("\n").into_bytes())
}

fn concat(x: &[u8], y: &[u8]) -> Vec<u8> {
    [x, b"\n\n", y].concat()
}

/// The lines of a note that no reader understands.
fn unknown(note: &[u8]) -> Vec<String> {
    Note::parse_whole(&String::from_utf8_lossy(note)).kept().map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn sides_have_no_order((base, x, y) in (note(), note(), note())) {
        prop_assert_eq!(merge(&base, &x, &y), merge(&base, &y, &x));
    }

    #[test]
    fn merges_have_no_order((base, x, y, z) in (note(), note(), note(), note())) {
        let left = merge(&base, &merge(&base, &x, &y), &z);
        prop_assert_eq!(left, merge(&base, &x, &merge(&base, &y, &z)));
    }

    #[test]
    fn merging_again_changes_nothing((base, x, y) in (note(), note(), note())) {
        let once = merge(&base, &x, &y);
        prop_assert_eq!(merge(&base, &once, &y), once.clone());
        prop_assert_eq!(merge(&y, &once, &y), once.clone());
        prop_assert_eq!(merge(&base, &once, &once), once);
    }

    #[test]
    fn concatenation_is_no_harm((base, x, y) in (note(), note(), note())) {
        let canonical = |text: &[u8]| merge(b"", text, b"");
        prop_assert_eq!(canonical(&concat(&x, &y)), merge(b"", &x, &y));
        prop_assert_eq!(merge(&base, &concat(&x, &x), &y), merge(&base, &x, &y));
        prop_assert_eq!(merge(&base, &canonical(&x), &y), merge(&base, &x, &y));
    }

    #[test]
    fn what_one_side_alone_changed_is_taken((base, x) in (note(), note())) {
        prop_assert_eq!(merge(&base, &x, &base), merge(b"", &x, b""));
    }

    #[test]
    fn nothing_unknown_is_dropped((base, x, y) in (note(), note(), note())) {
        let (before, kept) = (unknown(&base), unknown(&merge(&base, &x, &y)));
        for line in unknown(&x).iter().chain(&unknown(&y)).filter(|line| !before.contains(line)) {
            prop_assert!(kept.contains(line), "{line}");
        }
        let (x, y) = (unknown(&x), unknown(&y));
        prop_assert!(x.iter().filter(|line| y.contains(line)).all(|line| kept.contains(line)));
    }

    #[test]
    fn every_path_has_one_line_and_both_sides_paths_stay((x, y) in (note(), note())) {
        let paths = |note: &[u8]| -> Vec<String> {
            let note = Note::parse_whole(std::str::from_utf8(note).expect("text"));
            note.facts().map(|fact| fact.path().as_str().to_owned()).collect()
        };
        let mut expected = [paths(&x), paths(&y)].concat();
        expected.sort();
        expected.dedup();
        prop_assert_eq!(paths(&merge(b"", &x, &y)), expected);
    }
}

#[test]
fn a_note_is_passed_over_only_if_it_says_nothing_of_what_is_wanted() {
    let (a, b, both) = (record("a", 1, "1"), removed("b", 2), removed("b", 2) + "\n" + &record("a", 1, "1"));
    let nested = r#"{"other":{"path":"b"},"n":2,"path" : "a","removed":true,"v":1}"#;
    let nested_before = r#"{"n":2,"path" : "a","other":{"path":"b"},"removed":true,"v":1}"#;
    let escaped = r#"{"n":2,"path":"\u0061","removed":true,"v":1}"#;
    let escaped_key = r#"{"n":2,"pat\u0068":"a","other":{"path":"b"},"removed":true,"v":1}"#;
    let spaced = r#" { "n" : 2, "path" : "a", "removed" : true, "v" : 1 } "#;
    let named = removed("b", 2).replace("\"v\":1", "\"v\":1,\"x\":\"path\"");
    for (text, may_tell, tells) in [
        (a.as_str(), true, true),
        (&b, false, false),
        (&both, true, true),
        (nested, true, true),
        (nested_before, true, true),
        (escaped, true, true),
        (escaped_key, true, true),
        (spaced, true, true),
        ("not json", true, false),
        (&named, true, false),
        ("", false, false),
        ("\n\n", false, false),
    ] {
        let found = Note::parse(text).0.facts().any(|fact| fact.path().as_str() == "a");
        assert_eq!(found, tells, "{text}");
        assert_eq!(Note::may_tell_of(text, |path| path == "a"), may_tell, "{text}");
    }
}
