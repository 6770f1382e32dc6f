//! Whether a trigger starts a sync.

use super::{Settings, Statistics};
use std::time::Duration;

/// Two programs that start the same session fire within this time.
const SAME_MOMENT: Duration = Duration::from_secs(2);

/// The longest wait after a failure; what says more comes from a clock that was set back.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// When a trigger fires, and how.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'m> {
    /// The time, in milliseconds since 1970.
    pub now: i64,
    /// Any number, by chance.
    pub chance: u64,
    /// The program that fired it, where one did.
    pub harness: Option<&'m str>,
    /// Whether it was asked to run anyway.
    pub force: bool,
    /// Whether chance and waiting times were looked at before.
    pub decided: bool,
}

/// Why no sync starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// Auto-sync is off.
    Off,
    /// The trigger is off.
    TriggerOff,
    /// It paused after failures.
    Paused(String),
    /// It failed a moment ago, and waits until this time, in milliseconds since 1970.
    BackingOff(i64),
    /// The last sync was a moment ago.
    Debounced,
    /// It was not its turn.
    Chance,
    /// Another program fired for the same session.
    DoubleFire,
}

/// Whether a sync starts, or why not.
///
/// # Errors
///
/// The reason why not.
pub fn decide(settings: &Settings, statistics: &Statistics, moment: &Moment<'_>) -> Result<(), Skip> {
    if moment.force {
        return Ok(());
    }
    if !settings.enabled {
        return Err(Skip::Off);
    }
    if !settings.trigger_enabled {
        return Err(Skip::TriggerOff);
    }
    if moment.decided {
        return Ok(());
    }
    let waits = statistics.next_try.filter(|until| is_soon(*until - moment.now, LONGEST_WAIT));
    if let Some(paused) = &statistics.paused
        && (!paused.heals || waits.is_some())
    {
        return Err(Skip::Paused(paused.reason.clone()));
    }
    if let Some(until) = waits {
        return Err(Skip::BackingOff(until));
    }
    if settings.probability > 1 && !moment.chance.is_multiple_of(settings.probability) {
        return Err(Skip::Chance);
    }
    rested(settings, statistics, moment)
}

/// Whether enough time has gone by since the last sync.
///
/// # Errors
///
/// The reason why not.
pub fn rested(settings: &Settings, statistics: &Statistics, moment: &Moment<'_>) -> Result<(), Skip> {
    let Some(last) = statistics.last_sync.as_ref().filter(|_| !moment.force) else { return Ok(()) };
    let since = moment.now - last.ended;
    if is_past(since, settings.debounce) {
        return Err(Skip::Debounced);
    }
    let other = match (moment.harness, last.harness.as_deref()) {
        (Some(harness), Some(other)) => harness != other,
        _ => false,
    };
    if other && last.trigger == settings.trigger.as_str() && is_past(since, SAME_MOMENT) {
        return Err(Skip::DoubleFire);
    }
    Ok(())
}

/// Whether so many milliseconds ago is less than a duration ago; what is to come is no past.
fn is_past(since: i64, duration: Duration) -> bool {
    u64::try_from(since).is_ok_and(|since| u128::from(since) < duration.as_millis())
}

/// Whether something that is so many milliseconds ahead is still ahead, and not too far to be true.
fn is_soon(ahead: i64, most: Duration) -> bool {
    u64::try_from(ahead).is_ok_and(|ahead| ahead > 0 && u128::from(ahead) <= most.as_millis())
}
