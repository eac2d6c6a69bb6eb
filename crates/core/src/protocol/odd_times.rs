//! Instants that are not written as documented, where they can be meant in only one way.

use super::timestamp::{instant, parse_clock, parse_date};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Microseconds since the epoch of a time that is written in another way than RFC 3339 wants it: without a zone (then it is
/// UTC), with a space, with a zone written otherwise, with more digits, or as a number since the epoch.
pub(super) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(since_epoch) = since_epoch(text) {
        return Some(since_epoch);
    }
    let (date, rest) = text.split_at_checked(10)?;
    let day = parse_date(date.replace('/', "-").as_bytes())?;
    let rest = rest.trim_start_matches([' ', 'T', 't', '_']);
    let clock_end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',')))
        .unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(clock_end);
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, micros_of_fraction(fraction)?),
        None => (clock, 0),
    };
    let seconds = match clock.len() {
        5 => parse_clock(format!("{clock}:00").as_bytes())?,
        _ => parse_clock(clock.as_bytes())?,
    };
    Some(instant(day, seconds - offset_seconds(zone)?, fraction))
}

/// Seconds, milliseconds, microseconds or nanoseconds since the epoch, with a fraction if there is one. The number of digits
/// tells which: all of them name years from 2001 to 2286.
fn since_epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.starts_with('0') || !is_number(whole) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    let micros = micros_of_fraction(fraction)?;
    match whole.len() {
        10 => Some(value * MICROS_PER_SECOND + micros),
        13 => Some(value * 1_000 + micros / 1_000),
        16 => Some(value),
        19 => Some(value / 1_000),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn micros_of_fraction(fraction: &str) -> Option<i64> {
    if !is_number(fraction) {
        return None;
    }
    let kept = &fraction[..fraction.len().min(6)];
    format!("{kept:0<6}").parse().ok()
}

/// How far a zone is ahead of UTC. What some languages add behind it says nothing new.
fn offset_seconds(zone: &str) -> Option<i64> {
    let zone = zone.trim();
    let (zone, _) = zone.split_once(" m=").unwrap_or((zone, ""));
    let zone = ["UTC", "GMT", "Z", "z"]
        .iter()
        .find_map(|name| zone.strip_suffix(name))
        .unwrap_or(zone)
        .trim_end();
    let (sign, digits) = match zone.split_at_checked(1) {
        None => return Some(0),
        Some(("+", digits)) => (1, digits.replace(':', "")),
        Some(("-", digits)) => (-1, digits.replace(':', "")),
        Some(_) => return None,
    };
    if !is_number(&digits) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let number: i64 = format!("{digits:0<4}").parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::super::timestamp::Timestamp;

    #[test]
    fn what_can_be_meant_in_only_one_way_is_read() {
        let documented = "2026-11-18T09:14:03.321098Z";
        for odd in [
            "2026-11-18T09:14:03.321098",
            "2026-11-18 09:14:03.321098",
            " 2026-11-18 09:14:03.321098 ",
            "2026-11-18 09:14:03,321098",
            "2026-11-18 09:14:03.321098 UTC",
            "2026-11-18T09:14:03.321098098765Z",
            "2026-11-18T10:14:03.321098+0100",
            "2026-11-18T10:14:03.321098+01",
            "2026-11-18 10:14:03.321098 +0100",
            "2026/11/18 03:44:03.321098 -05:30",
            "2026-11-18 09:14:03.321098099 +0000 UTC m=+0.000012345",
            "1794993243.321098",
            "1794993243321.098",
            "1794993243321098",
            "1794993243321098765",
        ] {
            let read = Timestamp::read_loosely(odd).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Some(documented), "{odd}");
        }
        let minute = Timestamp::read_loosely("2026-11-18 09:14");
        assert_eq!(
            minute.map(|time| time.to_string()).as_deref(),
            Some("2026-11-18T09:14:00Z")
        );
    }

    #[test]
    fn what_can_be_meant_in_several_ways_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2026-11-18",
            "11/18/2026 09:14:03",
            "18.11.2026 09:14",
            "09:14:03",
            "2026-11-18T25:00:00",
            "2026-02-30 09:14:03",
            "2026-11-18 09:14:03 PST",
            "2026-11-18 09:14:03 +1",
            "2026-11-18 09:14:03 +25:00",
            "2026-11-18 09:14:03.",
            "17",
            "-1794993243",
            "0794993243",
            "179499324",
            "17949932433",
            "1.794993243e9",
            "true",
            "2026-11-1\u{fc}",
        ] {
            assert_eq!(Timestamp::read_loosely(text), None, "{text:?}");
        }
    }
}
