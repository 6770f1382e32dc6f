//! Durations as people write them.

use std::time::Duration;

/// The duration that a text like `500ms`, `2s` or `1m` means; `0` needs no unit.
///
/// # Errors
///
/// When it is none.
pub fn parse(text: &str) -> Result<Duration, String> {
    let odd = || "write it as '500ms', '2s' or '1m'".to_owned();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| odd())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(odd),
        "" if number == 0 => Ok(Duration::ZERO),
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_is_a_duration() {
        let texts = ["500ms", "2s", "1m", "0", "0s", "18446744073709551615s"];
        let found: Vec<u128> = texts.iter().map(|text| parse(text).unwrap().as_millis()).collect();
        assert_eq!(found, [500, 2000, 60000, 0, 0, 18_446_744_073_709_551_615_000]);
        for text in
            ["", "2", "s", "-1s", "1.5s", "2 s", "2h", "2S", "+1s", "18446744073709551615m", "\u{663}s"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
