use super::{
    Action, Ended, Finished, LastSync, MOST_FAILURES, Moment, Paused, Settings, Skip, Statistics, decide,
};
use crate::model::trigger::Trigger;
use std::time::Duration;

fn settings() -> Settings {
    Settings {
        enabled: true,
        commit: false,
        trigger: Trigger::Prompt,
        trigger_enabled: true,
        action: Action::Sync,
        silent: true,
        probability: 27,
        debounce: Duration::from_secs(5),
        commit_message: "at ${timestamp}, ${other}".into(),
    }
}

const NOW: i64 = 1_800_000_000_000;

fn moment() -> Moment<'static> {
    Moment { now: NOW, chance: 27, harness: None, force: false, decided: false }
}

fn synced(before: i64) -> Statistics {
    let last = LastSync {
        ended: NOW - before,
        trigger: "prompt".into(),
        harness: Some("claude".into()),
        ..LastSync::default()
    };
    Statistics { last_sync: Some(last), ..Statistics::default() }
}

fn paused(heals: bool, next_try: Option<i64>) -> Statistics {
    let paused = Some(Paused { since: String::new(), reason: "why".into(), heals });
    Statistics { paused, next_try, ..Statistics::default() }
}

type Case = (&'static str, Settings, Statistics, Moment<'static>, Result<(), Skip>);

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn when_a_sync_starts() {
    let (usual, fresh) = (settings(), Statistics::default());
    let cases: Vec<Case> = vec![
        ("its turn", usual.clone(), fresh.clone(), moment(), Ok(())),
        ("not its turn", usual.clone(), fresh.clone(), Moment { chance: 28, ..moment() }, Err(Skip::Chance)),
        (
            "always its turn",
            Settings { probability: 1, ..usual.clone() },
            fresh.clone(),
            Moment { chance: 28, ..moment() },
            Ok(()),
        ),
        ("off", Settings { enabled: false, ..usual.clone() }, fresh.clone(), moment(), Err(Skip::Off)),
        (
            "trigger off",
            Settings { trigger_enabled: false, ..usual.clone() },
            fresh.clone(),
            moment(),
            Err(Skip::TriggerOff),
        ),
        (
            "off, forced",
            Settings { enabled: false, ..usual.clone() },
            fresh.clone(),
            Moment { force: true, ..moment() },
            Ok(()),
        ),
        ("a moment ago", usual.clone(), synced(4_999), moment(), Err(Skip::Debounced)),
        ("a moment ago, forced", usual.clone(), synced(4_999), Moment { force: true, ..moment() }, Ok(())),
        ("long ago", usual.clone(), synced(5_000), moment(), Ok(())),
        ("the clock was set back", usual.clone(), synced(-1_000), moment(), Ok(())),
        (
            "another program",
            Settings { debounce: Duration::ZERO, ..usual.clone() },
            synced(1_000),
            Moment { harness: Some("cursor"), ..moment() },
            Err(Skip::DoubleFire),
        ),
        (
            "the same program",
            Settings { debounce: Duration::ZERO, ..usual.clone() },
            synced(1_000),
            Moment { harness: Some("claude"), ..moment() },
            Ok(()),
        ),
        (
            "another program, later",
            Settings { debounce: Duration::ZERO, ..usual.clone() },
            synced(2_000),
            Moment { harness: Some("cursor"), ..moment() },
            Ok(()),
        ),
        ("by hand", Settings { debounce: Duration::ZERO, ..usual.clone() }, synced(10), moment(), Ok(())),
        (
            "backing off",
            usual.clone(),
            Statistics { next_try: Some(NOW + 1), ..fresh.clone() },
            moment(),
            Err(Skip::BackingOff(NOW + 1)),
        ),
        ("backed off", usual.clone(), Statistics { next_try: Some(NOW), ..fresh.clone() }, moment(), Ok(())),
        (
            "backing off for ever",
            usual.clone(),
            Statistics { next_try: Some(NOW + 3_600_001), ..fresh.clone() },
            moment(),
            Ok(()),
        ),
        ("paused", usual.clone(), paused(false, None), moment(), Err(Skip::Paused("why".into()))),
        ("paused, forced", usual.clone(), paused(false, None), Moment { force: true, ..moment() }, Ok(())),
        (
            "paused, offline",
            usual.clone(),
            paused(true, Some(NOW + 1)),
            moment(),
            Err(Skip::Paused("why".into())),
        ),
        ("offline for an hour", usual.clone(), paused(true, Some(NOW - 1)), moment(), Ok(())),
        ("decided before", usual.clone(), synced(1), Moment { chance: 1, decided: true, ..moment() }, Ok(())),
        (
            "decided before, then off",
            Settings { enabled: false, ..usual },
            fresh,
            Moment { decided: true, ..moment() },
            Err(Skip::Off),
        ),
    ];
    for (name, settings, statistics, moment, expected) in cases {
        assert_eq!(decide(&settings, &statistics, &moment), expected, "{name}");
    }
}

fn finished(ended: Ended) -> Finished {
    Finished {
        trigger: Trigger::Prompt,
        harness: None,
        action: Action::Sync,
        ended,
        message: Some("no way".into()),
        artifacts: Vec::new(),
        conflicts: Vec::new(),
        at: NOW,
        took: Duration::from_millis(120),
        continues: false,
    }
}

#[test]
fn failures_are_waited_for_longer_each_time_until_it_pauses() {
    let mut statistics = Statistics::default();
    let mut waits = Vec::new();
    let mut said = Vec::new();
    for _ in 0..MOST_FAILURES + 1 {
        said.extend(statistics.count(&finished(Ended::Failed), "then"));
        waits.push((statistics.next_try.expect("a time") - NOW) / 1000);
    }
    assert_eq!(waits, [10, 20, 40, 80, 3600, 3600]);
    assert_eq!(
        said,
        ["auto-sync pauses after 5 failures in a row, the last: no way; \
        'git skillsync auto run --force session-start' tries again"]
    );
    assert_eq!(statistics.paused.as_ref().map(|paused| paused.heals), Some(false));
    assert_eq!(statistics.count(&finished(Ended::Skipped), "then"), None);
    assert_eq!(statistics.failures_in_a_row, 6);
    assert_eq!(statistics.count(&finished(Ended::Unchanged), "then"), None);
    assert_eq!((statistics.failures_in_a_row, statistics.next_try, &statistics.paused), (0, None, &None));
}

#[test]
fn being_offline_heals_by_itself() {
    let mut statistics = Statistics::default();
    for _ in 0..MOST_FAILURES {
        statistics.count(&finished(Ended::Offline), "then");
    }
    assert_eq!(statistics.paused.as_ref().map(|paused| paused.heals), Some(true));
}

#[test]
fn what_goes_on_counts_once() {
    let mut statistics = Statistics::default();
    statistics.count(&finished(Ended::Offline), "then");
    statistics.count(&Finished { continues: true, ..finished(Ended::Offline) }, "then");
    let totals = &statistics.totals["prompt"];
    assert_eq!((totals.syncs, totals.failures, statistics.failures_in_a_row), (1, 1, 1));
    statistics
        .count(&Finished { continues: true, artifacts: vec!["a".into()], ..finished(Ended::Success) }, "x");
    let totals = &statistics.totals["prompt"];
    assert_eq!((totals.syncs, totals.changed, statistics.failures_in_a_row), (1, 1, 0));
}

#[test]
fn sums_and_rates() {
    let mut statistics = Statistics::default();
    assert_eq!(statistics.rates(), (0.0, 0.0));
    for ended in [Ended::Success, Ended::Conflict, Ended::Failed, Ended::Unchanged] {
        let conflicts = if ended == Ended::Conflict { vec!["skill/pdf".to_owned()] } else { Vec::new() };
        statistics.count(&Finished { conflicts, ..finished(ended) }, "then");
    }
    assert_eq!(statistics.rates(), (0.25, 0.25));
    assert_eq!(statistics.totals["prompt"].duration_ms, 480);
}

#[test]
fn what_is_kept_survives_with_what_is_not_known() {
    let mut statistics = Statistics::default();
    statistics.count(&finished(Ended::Failed), "then");
    let mut part = statistics.to_part().expect("JSON");
    part.insert("newer".into(), 7.into());
    let read = Statistics::parse(&part);
    assert_eq!(read.to_part().expect("JSON"), part);
    part.insert("totals".into(), "none".into());
    assert_eq!(Statistics::parse(&part), Statistics::default());
}

#[test]
fn a_message_has_the_time_in_it() {
    assert_eq!(settings().message("noon"), "at noon, ${other}");
}
